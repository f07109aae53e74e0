# Fibers: life and stacks, and the abstract machine of effects (docs/language/04-effects.md §8).
#
# All functions work on `heap.cur`, whose registers the loop has saved; after one that switches, the loop loads those of the new `heap.cur`.

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport free

from rusk._engine cimport Fiber, Frame, Func, Handler, Heap, MarkPoint, Obj, Program, Session

cdef enum:
    FIBER_X = 40                # slots of a new fiber
    FIBER_R = 24
    FIBER_F = 8
    KEEP_SLOTS = 1024           # a pooled fiber keeps stacks up to this size
    GUARD_SLOTS = 3             # hidden X slots below the window of a guard: fibers passed, clause, offset of the perform

# what the effect operations tell the loop
cdef enum Outcome:
    SWITCHED                    # load the registers of heap.cur
    CALL                        # call function Session.callee in the window of the perform
    STOP_TRAP
    STOP_REQUEST

# --- life
cdef Fiber* fiber_new(Heap* h) noexcept nogil
cdef void fiber_release(Heap* h, Fiber* f) noexcept nogil                       # back to the pool
cdef void fiber_free(Heap* h, Fiber* f) noexcept nogil
cdef void set_limits(Session* s, Fiber* f) noexcept nogil                       # limits for running on f, given s.depth_below
cdef bint grow(Session* s, Fiber* f, int64_t nx, int64_t nr) noexcept nogil     # room for one more activation of nx, nr slots above f.x, f.r; or trap

cdef void push(Fiber* f, const uint64_t* ret, uint32_t dx, uint32_t dr, const Func* func) noexcept nogil     # an activation; there is room

# --- effects
cdef Outcome enter_handle(Session* s, uint32_t wr, const Handler* handler) noexcept nogil
cdef Outcome fiber_done(Session* s) noexcept nogil
cdef Outcome perform(Session* s, uint64_t word) noexcept nogil
cdef Outcome guard_done(Session* s) noexcept nogil
cdef Outcome resume(Session* s, Obj* k, bint is_ref, int64_t x, Obj* r) noexcept nogil
cdef Outcome tail_resume(Session* s, Obj* k, bint is_ref, int64_t x, Obj* r) noexcept nogil
cdef bint add_mark(Session* s, int64_t* token, const uint64_t* landing, int32_t type) noexcept nogil
cdef bint put_mark(Session* s, Fiber* f, int64_t token, const uint64_t* landing, int32_t type) noexcept nogil
cdef void drop_marks(Fiber* f) noexcept nogil                                   # those of activations that are gone or about to return
cdef void remove_mark(Fiber* f, int64_t token) noexcept nogil
cdef Outcome leave(Session* s, int64_t token, int32_t type, int32_t kind) noexcept nogil   # Exit; the value is in s.land_x / heap.land

# --- traps
cdef Outcome trap_text(Session* s, const char* text) noexcept nogil
cdef Outcome trap_memory(Session* s) noexcept nogil
