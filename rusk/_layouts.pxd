# What a program's objects and activations look like, for saved sessions: the tables of the code verifier in C, made once for a program.

from libc.stdint cimport int32_t, int64_t

from rusk._interp cimport Code

cdef enum:
    ANY = 6                             # as in rusk.code.verifier_tables
    NEVER_RETURNS = -1                  # its UNDEF

cdef enum:                              # kinds of calls, as in rusk.code.frames
    CALL, CALL_WIDE, CALL_HOST, HANDLE, PERFORM, RESUME, PUSHED


cdef class Place:                       # rusk.code.frames.Place, for the engine
    cdef int32_t func
    cdef int32_t kind
    cdef int32_t ret
    cdef int32_t landing
    cdef int32_t wx
    cdef int32_t wr
    cdef int32_t nx                     # registers, then their codes
    cdef int32_t nr
    cdef int32_t npx                    # codes of arguments
    cdef int32_t npr
    cdef bint resumes
    cdef int32_t* xs
    cdef int32_t* rs
    cdef int32_t* param_xs
    cdef int32_t* param_rs


cdef class Layouts:                     # what a program's objects and activations look like, in the codes of rusk.code.verifier_tables
    cdef object frames
    cdef dict places_before
    cdef dict places_behind
    cdef dict places_landing
    cdef Place pushed
    cdef int32_t base                   # codes from here up: a closure of shape code - base
    cdef int32_t nshapes
    cdef int32_t nfuncs
    cdef int32_t nhandlers
    cdef int32_t* owner                 # by shape: code of its objects; ANY: only that; -1: none
    cdef int32_t* first                 # by shape: where the codes of its words begin in `words`; arrays: one, of the elements
    cdef int32_t* words
    cdef int32_t* param                 # by type, continuations: code of what they take ...
    cdef int32_t* result                # ... and yield; -1: nothing, ever
    cdef int32_t* rets                  # by function: code of the result; -1: it never returns
    cdef int32_t* results               # by handler: the same

    cdef Place before(self, int64_t pc)
    cdef Place behind(self, int64_t pc)
    cdef Place landing(self, int64_t pc, int64_t type)
    cdef Place finished(self, int64_t type)


cdef Layouts layouts_of(Code code)
