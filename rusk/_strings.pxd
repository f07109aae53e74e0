# What the methods of strings rest on: searching, cutting into pieces, joining, Unicode classes and case.
#
# Functions that take a heap may collect (see _heap.pxd) and give NULL when the memory limit is in the way. `work` grows by the bytes looked at.

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from rusk._engine cimport Array, Heap, Text

cdef extern from "_unicode.h" nogil:
    const unsigned char rusk_uc_ascii[]                                         # classes of the ASCII characters

cdef enum:                              # what `CharCase` and `StrCase` make
    UPPER, LOWER

cdef enum:                              # sides of `StrTrim`, to be combined
    TRIM_START = 1
    TRIM_END = 2

cdef enum:                              # what `StrPieces` gives
    WORDS, LINES

# --- searching, in bytes
cdef int64_t text_find(const Text* t, const Text* needle, int64_t start, int64_t* work) noexcept nogil     # -1: not at or after `start`
cdef int64_t text_rfind(const Text* t, const Text* needle, int64_t* work) noexcept nogil                   # the last one
cdef bint text_at(const Text* t, const Text* needle, int64_t at) noexcept nogil                            # whether it stands there
cdef int64_t text_chars(const Text* t, int64_t n) noexcept nogil                # number of characters in the first n bytes

# --- pieces. `head`: header of the array
cdef Array* text_split(Heap* h, uint64_t head, Text* t, const Text* sep, int64_t* work) noexcept nogil     # an empty separator separates nothing
cdef Array* text_words(Heap* h, uint64_t head, Text* t) noexcept nogil          # what white space separates
cdef Array* text_lines(Heap* h, uint64_t head, Text* t) noexcept nogil          # ended by \n or \r\n
cdef Array* text_to_chars(Heap* h, uint64_t head, const Text* t) noexcept nogil
cdef Text* text_join_array(Heap* h, const Array* parts, const Text* sep) noexcept nogil
cdef Text* text_repeat(Heap* h, Text* t, int64_t n) noexcept nogil              # n >= 0
cdef Text* text_trim(Heap* h, Text* t, uint32_t sides) noexcept nogil

# --- classes and case
cdef uint32_t char_flags(uint32_t c) noexcept nogil                             # bit n: class n of `CharClass`
cdef Text* char_case(Heap* h, uint32_t c, uint32_t which) noexcept nogil
cdef Text* text_case(Heap* h, Text* t, uint32_t which) noexcept nogil
