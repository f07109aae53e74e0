# Text: strings and bytes. UTF-8, immutable; long slices share the bytes of their owner.
#
# Functions that take a heap may collect (see _heap.pxd) and give NULL when the memory limit is in the way.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp

from rusk._engine cimport Array, Heap, Obj, Text

cdef enum:
    FLOAT_TEXT = 400            # bytes that hold the text of any float

# --- making
cdef Text* text_new(Heap* h, uint64_t head, int64_t n) noexcept nogil           # room for n bytes, to be filled through `.data`
cdef Text* text_of(Heap* h, uint64_t head, const uint8_t* data, int64_t n) noexcept nogil
cdef Text* text_slice(Heap* h, uint64_t head, Text* t, int64_t start, int64_t n) noexcept nogil
cdef Text* text_concat(Heap* h, Text* a, Text* b) noexcept nogil
cdef Text* text_join(Heap* h, Obj** r, const uint64_t* regs, int64_t n) noexcept nogil     # registers packed four a word
cdef Text* text_from_utf8(Heap* h, Text* t) noexcept nogil
cdef Text* text_from_utf16(Heap* h, Array* a) noexcept nogil
cdef Text* text_from_chars(Heap* h, Array* a) noexcept nogil

# --- reading
cdef int64_t text_compare(const Text* a, const Text* b) noexcept nogil
cdef uint64_t fnv(uint64_t hash, const uint8_t* p, int64_t n) noexcept nogil
cdef uint64_t fnv_word(uint64_t hash, uint64_t v) noexcept nogil
cdef int64_t char_offset(const Text* t, int64_t index) noexcept nogil           # byte offset of a character; -1 past the end
cdef int32_t char_at(const Text* t, int64_t at, uint32_t* c) noexcept nogil     # length of the character at a byte offset; 0: none begins there
cdef bint utf8_valid(const uint8_t* p, int64_t n, bint* ascii) noexcept nogil
cdef bint utf16_valid(const Array* a) noexcept nogil

# --- numbers
cdef int32_t int_text(uint8_t* out, int64_t v) noexcept nogil                   # number of bytes; at most 20
cdef int32_t float_text(uint8_t* out, double v) noexcept nogil                  # text form of 07 §5
cdef int32_t float_notation(uint8_t* out, double v) noexcept nogil              # Rusk notation of 07 §12
cdef bint int_parse(const uint8_t* p, int64_t n, int64_t* v) noexcept nogil
cdef bint float_parse(const uint8_t* p, int64_t n, double* v) noexcept nogil
cdef int32_t utf8_put(uint8_t* out, uint32_t c) noexcept nogil
cdef int32_t utf8_get(const uint8_t* p, int64_t n, uint32_t* c) noexcept nogil  # n > 0: the length; negative: of the ill-formed part

cdef inline bint text_eq(const Text* a, const Text* b) noexcept nogil:
    return a == b or (a.len == b.len and memcmp(a.data, b.data, a.len) == 0)
