# Values across the boundary, by the type table of the image; and the text of any value.
#
# X and R: the register that holds the value, by the file of its type. Nothing here recurses in proportion to the data.

from libc.stdint cimport int32_t, int64_t

from rusk._engine cimport Heap, Obj, Session

cdef enum:                              # kinds of types, as in rusk.code.image
    K_UNIT, K_BOOL, K_INT, K_FLOAT, K_BYTE, K_CHAR, K_NEVER, K_STRING, K_BYTES, K_ARRAY, K_TUPLE, K_STRUCT, K_ENUM, K_FN, K_CONT, K_IFACE
    K_CELL, K_READONLY

cdef object to_python(Session* s, image, makers, int32_t type, int64_t x, Obj* r)
cdef int from_python(Session* s, image, splitters, int32_t type, value, int64_t* x, Obj** r, object path) except -1
cdef str to_text(Session* s, image, int32_t type, int64_t x, Obj* r)

# --- objects that must survive while the host refers to them
cdef int64_t pin(Heap* h, Obj* o) except -1
cdef void unpin(Heap* h, int64_t index) noexcept
