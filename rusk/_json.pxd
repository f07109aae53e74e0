# JSON text: what `std::json` rests on (docs/language/06-library.md §10). Offsets are those of bytes; one that lies outside counts as the nearest end.

from libc.stdint cimport int64_t

from rusk._engine cimport Array, Obj, Session, Text

# --- reading
cdef int64_t json_next(Session* s, const Text* t, int64_t at) noexcept nogil        # after white space: offset << 9 | byte, 256 at the end
cdef int64_t json_number(Session* s, const Text* t, int64_t at) noexcept nogil      # end << 2 | NO_DIGIT, BAD_NUMBER, INTEGER or REAL
cdef int64_t json_int(Session* s, const Text* t, int64_t start, int64_t end) noexcept nogil      # wraps when out of range
cdef double json_float(Session* s, const Text* t, int64_t start, int64_t end) noexcept nogil     # infinite when out of range
cdef int64_t json_string(Session* s, const Text* t, int64_t at) noexcept nogil      # the closing quote; else -1 - (place << 2 | what is wrong)
cdef Obj* json_text(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil # of what stands between the quotes

# --- writing: append to an array of bytes
cdef bint json_write(Session* s, Array* a, const Text* t) noexcept nogil            # as a string, quoted and escaped
cdef bint buffer_int(Session* s, Array* a, int64_t v) noexcept nogil
cdef bint buffer_float(Session* s, Array* a, double v) noexcept nogil
cdef bint buffer_char(Session* s, Array* a, int64_t c) noexcept nogil
