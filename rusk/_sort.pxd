# Sorting of arrays whose elements the engine can compare. The loop has saved its registers.

from rusk._engine cimport Array, Session

cdef bint array_sort(Session* s, Array* a) noexcept nogil               # ascending; references: strings or bytes
cdef bint array_order(Session* s, Array* order, Array* keys) noexcept nogil     # the indices of `keys`, sorted by them; stable
