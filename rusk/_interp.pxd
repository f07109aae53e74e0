# Programs and sessions as Python objects.
#
#   Code      a loaded image; immutable, shared by sessions and threads
#   Session   one run; one thread at a time uses it (`busy`)

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from rusk._engine cimport Obj, OpSig, Program, Session as Machine, Status
from rusk._values cimport Owner


ctypedef Status (*RunFn)(Machine*) noexcept nogil


cdef class Code:
    cdef Program program
    cdef readonly object image
    cdef public object makers               # by type: how structs and enums look in Python (rusk.embed.values.Classes), or None
    cdef public object splitters
    cdef public object viewers
    cdef OpSig* sigs                        # by function
    cdef public object layouts              # what saved sessions look like (rusk._save), or None
    cdef list keep                          # bytes objects that Program.texts point into

    cdef int64_t words(self, int64_t n) except -1
    cdef int64_t length(self, const uint64_t* w) noexcept
    cdef void spread(self) noexcept
    cdef void load(self, image) except *
    cdef void load_types(self, image) except *
    cdef void load_functions(self, image) except *
    cdef void load_handlers(self, image) except *
    cdef void load_constants(self, image) except *


cdef class Session(Owner):
    cdef volatile int interrupted
    cdef RunFn run
    cdef readonly Code code
    cdef readonly object cause              # exception behind a trap
    cdef str message                        # of a trap that did not arise in the machine
    cdef list hosts
    cdef uint8_t* by_ref                    # by import: whether its function gets views
    cdef int64_t carry                      # fuel overrun of the last slice, <= 0
    cdef int64_t unspent                    # fuel left of the last slice
    cdef double deadline                    # on the clock of time.monotonic; 0: none
    cdef int32_t ret                        # type of the result
    cdef bint pushed                        # a continuation was put on top of what it did
    cdef bint at_call                       # pc stands behind a call or trap, not before the next instruction
    cdef uint8_t* external
    cdef bytes stops                        # where to stop, by word of code, or None

    cdef start_counting(self)
    cdef int start(self, int32_t func, tuple args) except -1
    cdef int drive(self, int64_t fuel, bint limited) except -1
    cdef int finish(self, int status) noexcept
    cdef int trap_with(self, str message, cause) noexcept
    cdef int look_in(self) except -1
    cdef int host_call(self) except -1
    cdef bint place(self, int32_t type, value, int64_t* x, Obj** r) except -1
    cdef tuple arguments(self, const OpSig* sig, bint by_ref)
    cdef int host_trap(self, str text, cause) except -1
