# Programs and sessions as Python objects.
#
#   Code      a loaded image; immutable, shared by sessions and threads
#   Session   one run; one thread at a time uses it (`busy`)

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from rusk._engine cimport Fiber, Obj, OpSig, Program, Session as Machine, Status


cdef extern from "_engine.h" nogil:
    ctypedef long rusk_flag
    bint rusk_enter(rusk_flag*)
    void rusk_leave(rusk_flag*)


ctypedef Status (*RunFn)(Machine*) noexcept nogil


cdef class Code:
    cdef Program program
    cdef readonly object image
    cdef public object makers               # by type: Python values of structs and enums (see rusk._values), or None
    cdef public object splitters            # the other way
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


cdef class Session:
    cdef Machine machine
    cdef rusk_flag busy
    cdef bint ready                         # the machine owns memory
    cdef volatile int interrupted
    cdef RunFn run
    cdef readonly Code code
    cdef readonly int status                # DONE ...
    cdef readonly object cause              # exception behind a trap
    cdef str message                        # of a trap that did not arise in the machine
    cdef list hosts
    cdef int64_t carry                      # fuel overrun of the last slice, <= 0
    cdef double deadline                    # on the clock of time.monotonic; 0: none
    cdef int32_t entry                      # function that was begun
    cdef bint at_call                       # pc stands behind a call or trap, not before the next instruction
    cdef uint8_t* external

    cdef void enter(self) except *
    cdef void start(self, int32_t func, args) except *
    cdef int drive(self, int64_t fuel, bint limited) except -1
    cdef int finish(self, int status) noexcept
    cdef int trap_with(self, str message, cause) noexcept
    cdef int host_call(self) except -1
    cdef bint place(self, int32_t type, value, int64_t* x, Obj** r) except -1
    cdef tuple arguments(self, const OpSig* sig)
    cdef int host_trap(self, str text, cause) except -1
