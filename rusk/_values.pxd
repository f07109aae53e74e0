# Values across the boundary, by the type table of the image; and the text of any value.
#
# X and R: the register that holds the value, by the file of its type. Nothing here recurses in proportion to the data.

from libc.stdint cimport int32_t, int64_t

from rusk._engine cimport Array, Obj, Session


cdef extern from "_engine.h" nogil:
    ctypedef long rusk_flag
    bint rusk_enter(rusk_flag*)
    void rusk_leave(rusk_flag*)


cdef enum:                              # kinds of types, as in rusk.code.image
    K_UNIT, K_BOOL, K_INT, K_FLOAT, K_BYTE, K_CHAR, K_NEVER, K_STRING, K_BYTES, K_ARRAY, K_TUPLE, K_STRUCT, K_ENUM, K_FN, K_CONT, K_IFACE
    K_CELL, K_READONLY

cdef enum:                              # states of a session
    C_NEW, C_DONE, C_FUEL, C_INTERRUPT, C_TRAPPED, C_REQUEST, C_HOST, C_STOP


cdef class Owner:
    """The part of a session that values need: its memory, who uses it, and what the host refers to."""

    cdef Session machine
    cdef rusk_flag busy
    cdef bint ready                         # the machine owns memory
    cdef bint closing                       # closed, but for buffers that are still exported
    cdef readonly int status                # C_*
    cdef unsigned long thread               # that runs a host function
    cdef object image
    cdef object makers                      # by type: Python values of structs and enums, and the other way; see rusk.embed.values.Classes
    cdef object splitters
    cdef object viewers                     # by type: views of structs and enums
    cdef list free_pins
    cdef dict handles                       # by id: weak references to the handles of continuations
    cdef int64_t last_cont
    cdef list dropped                       # pins to be freed when nobody uses the session
    cdef dict exports                       # address of an array -> exported buffers
    cdef list unexported                    # addresses of arrays, one for each buffer that was given back while the session was in use

    cdef int enter(self) except -1          # rusk_leave(&busy) afterwards
    cdef bint look(self) except -1          # for the host's references; True: rusk_leave(&busy) afterwards
    cdef int settle(self) except -1
    cdef int64_t pin(self, Obj* o) except -1
    cdef void unpin(self, int64_t index)
    cdef void release(self, int64_t index)
    cdef export(self, Array* a)
    cdef unexport(self, int64_t address)
    cdef void free_heap(self)

cdef class Reference:
    """An object of a session that the host holds."""

    cdef Owner owner
    cdef int64_t index                      # of its pin; -1: given back
    cdef int32_t type
    cdef bint readonly
    cdef object __weakref__

    cdef Obj* object(self) except NULL
    cdef str shown(self)

cdef class Cont(Reference):
    cdef bint spent                         # used by the host or dropped
    cdef readonly int64_t id

cdef Cont handle(Owner w, int32_t type, int64_t id, Obj* o)

cdef object to_python(Owner w, int32_t type, int64_t x, Obj* r)
cdef object to_view(Owner w, int32_t type, bint readonly, int64_t x, Obj* r)
cdef int from_python(Owner w, int32_t type, value, int64_t* x, Obj** r, object path) except -1
cdef str to_text(Owner w, int32_t type, int64_t x, Obj* r, int64_t most=*)
