# The longer instructions: arrays, text, conversions. The loop has saved its registers before it calls one.
#
# Those that may fail return NULL or False; then Session.trap is set. Work that grows with the data is charged to Session.fuel.

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from rusk._engine cimport Array, Obj, Session, Text

# --- traps
cdef bint trap_index(Session* s, int64_t index, int64_t len) noexcept nogil
cdef bint trap_amount(Session* s, const char* op, int64_t amount) noexcept nogil

# --- arrays. `size`: bytes of an element; a value is the register's 64 bits, references included
cdef bint array_room(Session* s, Array* a, int64_t extra, int64_t size) noexcept nogil    # for so many more elements
cdef bint array_push_slow(Session* s, Array* a, int64_t value, int64_t size) noexcept nogil
cdef bint array_pop(Session* s, Array* a, int64_t* value, int64_t size) noexcept nogil
cdef bint array_insert(Session* s, Array* a, int64_t at, int64_t value, int64_t size) noexcept nogil
cdef bint array_remove(Session* s, Array* a, int64_t at, int64_t* value, int64_t size) noexcept nogil
cdef bint array_resize(Session* s, Array* a, int64_t n, int64_t value, int64_t size) noexcept nogil
cdef bint array_extend(Session* s, Array* a, Array* b) noexcept nogil
cdef bint array_clear(Session* s, Array* a) noexcept nogil
cdef Obj* array_concat(Session* s, Array* a, Array* b) noexcept nogil
cdef Obj* array_slice(Session* s, Array* a, int64_t start, int64_t end, bint ro) noexcept nogil
cdef int64_t elem_size(Session* s, const Array* a) noexcept nogil

# --- text
cdef Obj* op_concat(Session* s, Text* a, Text* b) noexcept nogil
cdef Obj* op_join(Session* s, Obj** r, const uint64_t* regs, int64_t n) noexcept nogil
cdef Obj* op_slice(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil
cdef Obj* op_byte_slice(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil
cdef int64_t op_hash(Session* s, Text* t) noexcept nogil
cdef bint op_char(Session* s, Text* t, int64_t at, int32_t what, int64_t* out) noexcept nogil
cdef Obj* op_make_text(Session* s, int32_t op, int64_t x, Obj* r) noexcept nogil          # conversions to text, by opcode
cdef bint buffer_append(Session* s, Array* a, const Text* t) noexcept nogil              # a: array of bytes
cdef Obj* op_float_fixed(Session* s, double v, int64_t digits) noexcept nogil
cdef bint op_valid(Session* s, int32_t op, Obj* r) noexcept nogil
cdef Obj* op_bytes_to_array(Session* s, Text* t, uint32_t shape) noexcept nogil
cdef int64_t op_find(Session* s, const Text* t, const Text* needle, int64_t start) noexcept nogil
cdef int64_t op_rfind(Session* s, const Text* t, const Text* needle) noexcept nogil
cdef int64_t op_chars(Session* s, const Text* t, int64_t n) noexcept nogil
cdef int64_t op_offset(Session* s, const Text* t, int64_t index) noexcept nogil
cdef Obj* op_cut(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil
cdef Obj* op_to_chars(Session* s, const Text* t, uint32_t shape) noexcept nogil
cdef Obj* op_split(Session* s, Text* t, const Text* sep, uint32_t shape) noexcept nogil
cdef Obj* op_pieces(Session* s, Text* t, uint32_t shape, uint32_t what) noexcept nogil
cdef Obj* op_join_array(Session* s, const Array* parts, const Text* sep) noexcept nogil
cdef Obj* op_repeat(Session* s, Text* t, int64_t n) noexcept nogil
cdef Obj* op_trim(Session* s, Text* t, uint32_t sides) noexcept nogil
cdef Obj* op_case(Session* s, Text* t, uint32_t which) noexcept nogil
cdef Obj* op_char_case(Session* s, int64_t c, uint32_t which) noexcept nogil
cdef double op_float_math(uint32_t which, double v) noexcept nogil
cdef int64_t op_pow(int64_t base, int64_t exponent) noexcept nogil
cdef double bits_float(int64_t bits) noexcept nogil
