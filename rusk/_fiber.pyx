# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Fibers and the abstract machine of effects.

A handling match runs its body on a fiber of its own. `perform` looks for a clause from the running fiber towards the root; the fibers passed become a
continuation by unlinking one pointer. Where a result is awaited is never stored: a fiber that waits has its pc behind the call,
whose word says in which window the result lands. So an arm is just a call made, late, by the instruction that awaits the match.
"""

from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset, strncpy

from rusk._engine cimport (
    ABORT, CAPTURE, DIRECT, FLAG_FINAL, SHAPE_CONT, STACK_SLACK, T_DEPTH, T_MEMORY, T_TEXT, T_UNHANDLED, Clause, Cont, OpSig, Program, shape_id,
)
from rusk._heap cimport heap_new, heap_release, heap_reserve, heap_resize

cdef enum:
    CONT_CLASS = 3              # class_of(4)


cdef inline uint32_t word_a(uint64_t w) noexcept nogil:
    return <uint32_t>(w >> 16 & 0xFFFF)


cdef inline uint32_t word_b(uint64_t w) noexcept nogil:
    return <uint32_t>(w >> 32 & 0xFFFF)


cdef inline uint32_t word_c(uint64_t w) noexcept nogil:
    return <uint32_t>(w >> 48)


cdef inline int64_t frames_of(const Fiber* f) noexcept nogil:
    return f.fp - f.fs


# ---------------------------------------------------------------- traps

cdef Outcome trap_text(Session* s, const char* text) noexcept nogil:
    s.trap = T_TEXT
    strncpy(s.trap_text, text, sizeof(s.trap_text) - 1)
    return STOP_TRAP


cdef Outcome trap_memory(Session* s) noexcept nogil:
    s.trap = T_MEMORY
    return STOP_TRAP


cdef Outcome trap_depth(Session* s) noexcept nogil:
    s.trap = T_DEPTH
    return STOP_TRAP


# ---------------------------------------------------------------- life

cdef int64_t fiber_bytes(const Fiber* f) noexcept nogil:
    return sizeof(Fiber) + f.cap_x * 8 + f.cap_r * sizeof(Obj*) + f.cap_f * sizeof(Frame) + f.cap_marks * sizeof(MarkPoint)


cdef Fiber* fiber_new(Heap* h) noexcept nogil:
    """A fiber with empty stacks, from the pool if there is one; NULL if memory is short."""
    cdef Fiber* f
    cdef int64_t size
    if h.pool != NULL:
        f = h.pool
        h.pool = f.next
        h.npool -= 1
        f.next = NULL
        return f
    size = sizeof(Fiber) + FIBER_X * 8 + FIBER_R * sizeof(Obj*) + FIBER_F * sizeof(Frame)
    if not heap_reserve(h, size):
        return NULL
    if h.pool != NULL:                  # the collection that the reservation made has found some
        heap_release(h, size)
        return fiber_new(h)
    f = <Fiber*>calloc(1, sizeof(Fiber))
    if f != NULL:
        f.cap_x = FIBER_X
        f.cap_r = FIBER_R
        f.cap_f = FIBER_F
        f.xs = <int64_t*>malloc(FIBER_X * 8)
        f.rs = <Obj**>calloc(FIBER_R, sizeof(Obj*))
        f.fs = <Frame*>malloc(FIBER_F * sizeof(Frame))
        if f.xs == NULL or f.rs == NULL or f.fs == NULL:
            fiber_free(h, f)
            return NULL
    else:
        heap_release(h, size)
    return f


cdef void fiber_free(Heap* h, Fiber* f) noexcept nogil:
    heap_release(h, fiber_bytes(f))
    free(f.xs)
    free(f.rs)
    free(f.fs)
    free(f.marks)
    free(f)


cdef void fiber_release(Heap* h, Fiber* f) noexcept nogil:
    if f.cap_x > KEEP_SLOTS or f.cap_r > KEEP_SLOTS or f.cap_f > KEEP_SLOTS or f.cap_marks > KEEP_SLOTS:
        fiber_free(h, f)
        return
    f.parent = NULL
    f.nmarks = 0
    f.dirty = True
    f.next = h.pool
    h.pool = f
    h.npool += 1


cdef inline void set_depth(Session* s, Fiber* f) noexcept nogil:
    """The limit of frames for running on f, given s.depth_below."""
    cdef int64_t room = s.max_depth - s.depth_below
    f.flim = f.fs + (f.cap_f if room >= f.cap_f else room if room > 0 else 0)


cdef void set_limits(Session* s, Fiber* f) noexcept nogil:
    """All limits for running on f. Those of X and R hold as long as the stacks stay where they are."""
    f.xlim = f.xs + f.cap_x - STACK_SLACK
    f.rlim = f.rs + f.cap_r - STACK_SLACK
    set_depth(s, f)


cdef void* grow_stack(Heap* h, void* p, int64_t* cap, int64_t need, int64_t size) noexcept nogil:
    """Make room for ``need`` slots: twice the size, or as much as the limit allows. NULL: not even what is needed."""
    cdef int64_t new = need if need > 2 * cap[0] else 2 * cap[0]
    cdef void* q = heap_resize(h, p, cap[0] * size, new * size)
    if q == NULL and new > need + need // 8:
        new = need + need // 8
        q = heap_resize(h, p, cap[0] * size, new * size)
    if q != NULL:
        cap[0] = new
    return q


cdef bint grow(Session* s, Fiber* f, int64_t nx, int64_t nr) noexcept nogil:
    """Room on ``f`` for one more activation that ends nx, nr slots above f.x, f.r. False: trapped. ``f`` is running or below."""
    cdef Heap* h = &s.heap
    cdef int64_t old, used = frames_of(f)
    cdef void* p
    if used + s.depth_below >= s.max_depth and f == h.cur:
        trap_depth(s)
        return False
    if used + 1 >= f.cap_f:
        p = grow_stack(h, f.fs, &f.cap_f, used + 2, sizeof(Frame))
        if p == NULL:
            trap_memory(s)
            return False
        f.fs = <Frame*>p
        f.fp = f.fs + used
    used = f.x - f.xs
    if used + nx + STACK_SLACK > f.cap_x:
        p = grow_stack(h, f.xs, &f.cap_x, used + nx + STACK_SLACK, 8)
        if p == NULL:
            trap_memory(s)
            return False
        f.xs = <int64_t*>p
        f.x = f.xs + used
    used = f.r - f.rs
    if used + nr + STACK_SLACK > f.cap_r:
        old = f.cap_r
        p = grow_stack(h, f.rs, &f.cap_r, used + nr + STACK_SLACK, sizeof(Obj*))
        if p == NULL:
            trap_memory(s)
            return False
        f.rs = <Obj**>p
        f.r = f.rs + used
        memset(f.rs + old, 0, (f.cap_r - old) * sizeof(Obj*))
    set_limits(s, f)
    return True


cdef void count_handlers(Session* s, const Fiber* f, const Fiber* last, int sign) noexcept nogil:
    """Add the active handlers of the fibers from f up to ``last`` to the counters, or take them off."""
    while True:
        s.handlers += sign * f.active
        if f == last:
            break
        f = f.parent
    if s.handlers > s.max_handlers:
        s.max_handlers = s.handlers


# ---------------------------------------------------------------- entering activations

cdef void push(Fiber* f, const uint64_t* ret, uint32_t dx, uint32_t dr, const Func* func) noexcept nogil:
    """Push an activation of ``func``; there is room, and its arguments stand in the window."""
    cdef uint32_t i
    f.fp.pc = ret
    f.fp.dx = dx
    f.fp.dr = dr
    f.fp += 1
    f.x += dx
    f.r += dr
    f.pc = func.code
    for i in range(func.clear_from, func.nr):
        f.r[i] = NULL


cdef inline const Func* func_of(Session* s, Obj* closure) noexcept nogil:
    return &s.program.funcs[s.program.shapes[shape_id(closure)].func]


cdef inline const Func* arm_of(Session* s, const Clause* clause, Obj* closure) noexcept nogil:
    """The function of an arm. It is known beforehand; only wrong code puts another closure there. So the loads of the check are not waited for."""
    if s.program.shapes[shape_id(closure)].func == clause.arm_func:
        return &s.program.funcs[clause.arm_func]
    return func_of(s, closure)


cdef Outcome enter_handle(Session* s, uint32_t wr, const Handler* handler) noexcept nogil:
    cdef Fiber* f = s.heap.cur
    cdef Fiber* g = fiber_new(&s.heap)
    cdef const Func* func = func_of(s, f.r[wr])
    cdef int32_t i
    cdef int32_t n = handler.nclosures
    if g == NULL:
        return trap_memory(s)
    g.x = g.xs
    g.r = g.rs
    g.fp = g.fs
    g.nmarks = 0
    if frames_of(f) + s.depth_below >= s.max_depth:
        fiber_release(&s.heap, g)
        return trap_depth(s)
    if func.nx + STACK_SLACK > g.cap_x or n + func.nr + STACK_SLACK > g.cap_r:
        memset(g.rs, 0, g.cap_r * sizeof(Obj*))     # growing may collect, and nothing scans this fiber yet
        if not grow(s, g, func.nx, n + func.nr):
            fiber_release(&s.heap, g)
            return STOP_TRAP
    for i in range(n):
        g.rs[i] = f.r[wr + 1 + i]
    g.r = g.rs + n
    g.r[func.nrp] = f.r[wr]
    g.handler = handler
    g.parent = f
    g.active = True
    push(g, s.program.stub_fiber, 0, 0, func)
    s.depth_below += frames_of(f)
    s.heap.cur = g
    set_limits(s, g)
    s.fuel -= func.cost
    if s.counts != NULL:
        count_handlers(s, g, g, 1)
    return SWITCHED


cdef Outcome fiber_done(Session* s) noexcept nogil:
    """The bottom activation of the running fiber has returned: its result is that of the match."""
    cdef Fiber* f = s.heap.cur
    cdef Fiber* p = f.parent
    cdef uint64_t w = (p.pc - 1)[0]
    if f.handler.ret_ref:
        p.r[word_b(w)] = f.r[0]
    else:
        p.x[word_a(w)] = f.x[0]
    s.depth_below -= frames_of(p)
    s.heap.cur = p
    fiber_release(&s.heap, f)
    set_depth(s, p)
    return SWITCHED


# ---------------------------------------------------------------- performing

cdef Outcome call_guard(Session* s, uint64_t w, const Clause* clause, Fiber* at, int64_t hops, int64_t index) noexcept nogil:
    """Call the guard on top of the performer, above the arguments, which it gets as copies."""
    cdef Fiber* f = s.heap.cur
    cdef Obj* closure = at.rs[clause.guard]
    cdef const Func* func = func_of(s, closure)
    cdef const OpSig* sig = &s.program.ops[word_c(w)]
    cdef uint32_t a = word_a(w), b = word_b(w), i
    cdef uint32_t dx = a + sig.nxp + GUARD_SLOTS
    cdef uint32_t dr = b + sig.nrp
    if not grow(s, f, dx + func.nx, dr + func.nr):
        return STOP_TRAP
    f.x[dx - 3] = hops
    f.x[dx - 2] = index
    f.x[dx - 1] = f.pc - s.program.code
    for i in range(sig.nxp):
        f.x[dx + i] = f.x[a + i]
    for i in range(sig.nrp):
        f.r[dr + i] = f.r[b + i]
    f.r[dr + func.nrp] = closure
    push(f, s.program.stub_guard, dx, dr, func)
    s.fuel -= func.cost
    return SWITCHED


cdef Outcome take_clause(Session* s, uint64_t w, const Clause* clause, Fiber* at) noexcept nogil:
    """Run the arm: on the parent of the handling fiber `at`, after unlinking everything from the running fiber to `at`."""
    cdef Heap* h = &s.heap
    cdef Fiber* f = h.cur
    cdef Fiber* p = at.parent
    cdef Fiber* g
    cdef Obj* closure = at.rs[clause.arm]
    cdef const Func* func = arm_of(s, clause, closure)
    cdef const OpSig* sig = &s.program.ops[word_c(w)]
    cdef Cont* k = NULL
    cdef uint32_t a = word_a(w), b = word_b(w), wa, wb, i
    cdef int64_t depth = frames_of(f), below = s.depth_below
    if clause.mode == DIRECT:
        s.callee = <int32_t>(func - s.program.funcs)
        s.direct += 1
        f.r[b + func.nrp] = closure         # within the slack if not within the function's registers
        return CALL
    wa = word_a((p.pc - 1)[0])
    wb = word_b((p.pc - 1)[0])
    if p.x + wa + func.nx > p.xlim or p.r + wb + func.nr > p.rlim or frames_of(p) + 1 >= p.cap_f:
        if not grow(s, p, wa + func.nx, wb + func.nr):
            return STOP_TRAP
    if clause.mode == CAPTURE:
        k = <Cont*>heap_new(h, CONT_CLASS, 4, <uint64_t>SHAPE_CONT | FLAG_FINAL)
        if k == NULL:
            return trap_memory(s)
        k.bottom = at
        k.top = f
    # from here on nothing allocates
    for i in range(sig.nxp):
        p.x[wa + i] = f.x[a + i]
    for i in range(sig.nrp):
        p.r[wb + i] = f.r[b + i]
    if k != NULL:
        p.r[wb + sig.nrp] = <Obj*>k
    p.r[wb + func.nrp] = closure
    below -= frames_of(p)
    push(p, p.pc, wa, wb, func)
    g = f
    while g != at:
        g = g.parent
        depth += frames_of(g)
        below -= frames_of(g)
    if s.counts != NULL:
        count_handlers(s, f, at, -1)
    if k != NULL:
        k.depth = depth
        at.parent = NULL
        s.captured += 1
    else:
        while f != p:
            g = f.parent
            fiber_release(h, f)
            f = g
        s.skipped += 1
    s.depth_below = below
    h.cur = p
    set_depth(s, p)
    s.fuel -= func.cost
    return SWITCHED


cdef Outcome search(Session* s, uint64_t w, int64_t hops, int64_t index) noexcept nogil:
    """Look for a clause, from clause ``index`` of the fiber ``hops`` above the running one."""
    cdef int32_t op = <int32_t>word_c(w)
    cdef int64_t i
    cdef Fiber* at = s.heap.cur
    cdef const Clause* clause
    for i in range(hops):
        at = at.parent
        if at == NULL:
            break
    while at != NULL:
        if at.active:
            while index < at.handler.nclauses:
                clause = &at.handler.clauses[index]
                if clause.op == op:
                    if clause.guard < 0:
                        return take_clause(s, w, clause, at)
                    return call_guard(s, w, clause, at, hops, index)
                index += 1
        index = 0
        hops += 1
        at = at.parent
    s.index = op
    if s.external[op]:
        return STOP_REQUEST
    s.trap = T_UNHANDLED
    return STOP_TRAP


cdef Outcome perform(Session* s, uint64_t word) noexcept nogil:
    s.fuel -= 1
    return search(s, word, 0, 0)


cdef Outcome guard_done(Session* s) noexcept nogil:
    """A guard has returned: take its clause, or go on with the search."""
    cdef Fiber* f = s.heap.cur
    cdef uint32_t dx = f.fp.dx              # the frame just popped is still there
    cdef int64_t hops = f.x[dx - 3], index = f.x[dx - 2], i
    cdef Fiber* at = f
    cdef uint64_t w
    f.pc = s.program.code + f.x[dx - 1]
    w = (f.pc - 1)[0]
    if not f.x[dx]:
        return search(s, w, hops, index + 1)
    for i in range(hops):
        at = at.parent
        if at == NULL:
            break
    if at == NULL or not at.active or index >= at.handler.nclauses or at.handler.clauses[index].op != <int32_t>word_c(w):
        return search(s, w, s.max_depth, 0)     # a guard has changed the chain, which no compiled one does: unhandled
    return take_clause(s, w, &at.handler.clauses[index], at)


# ---------------------------------------------------------------- resuming

cdef Outcome resume(Session* s, Obj* k, bint is_ref, int64_t x, Obj* r) noexcept nogil:
    cdef Cont* c = <Cont*>k
    cdef Fiber* f = s.heap.cur
    cdef Fiber* top = c.top
    if c.bottom == NULL:
        return trap_text(s, b"invalid resume")
    if s.depth_below + frames_of(f) + c.depth > s.max_depth:
        return trap_depth(s)
    c.bottom.parent = f
    if is_ref:
        top.r[word_b((top.pc - 1)[0])] = r
    else:
        top.x[word_a((top.pc - 1)[0])] = x
    if s.counts != NULL:
        count_handlers(s, top, c.bottom, 1)
    c.head &= ~FLAG_FINAL               # it owns nothing any more
    c.bottom = NULL
    c.top = NULL
    s.depth_below += frames_of(f) + c.depth - frames_of(top)
    s.heap.cur = top
    set_depth(s, top)
    s.fuel -= 1
    return SWITCHED


cdef Outcome tail_resume(Session* s, Obj* k, bint is_ref, int64_t x, Obj* r) noexcept nogil:
    cdef Fiber* f = s.heap.cur
    if (<Cont*>k).bottom == NULL or (f.fp - 1).pc == s.program.stub_guard:
        return trap_text(s, b"invalid resume")
    drop_marks(f)
    f.fp -= 1
    f.pc = f.fp.pc
    f.x -= f.fp.dx
    f.r -= f.fp.dr
    return resume(s, k, is_ref, x, r)


# ---------------------------------------------------------------- exits

cdef bint add_mark(Session* s, int64_t* token, const uint64_t* landing, int32_t type) noexcept nogil:
    """Name a point of the running activation. False: trapped."""
    s.tokens += 1
    token[0] = s.tokens
    return put_mark(s, s.heap.cur, s.tokens, landing, type)


cdef bint put_mark(Session* s, Fiber* f, int64_t token, const uint64_t* landing, int32_t type) noexcept nogil:
    """A mark for the innermost activation of ``f``. False: trapped."""
    cdef MarkPoint* m
    cdef int64_t cap
    if f.nmarks == f.cap_marks:
        cap = 2 * f.cap_marks if f.cap_marks else 4
        m = <MarkPoint*>heap_resize(&s.heap, f.marks, f.cap_marks * sizeof(MarkPoint), cap * sizeof(MarkPoint))
        if m == NULL:
            trap_memory(s)
            return False
        f.marks = m
        f.cap_marks = <int32_t>cap
    m = &f.marks[f.nmarks]
    f.nmarks += 1
    m.token = token
    m.type = type
    m.landing = landing
    m.depth = frames_of(f)
    m.x = f.x - f.xs
    m.r = f.r - f.rs
    return True


cdef void drop_marks(Fiber* f) noexcept nogil:
    """Forget the marks of the running activation (and of those above it)."""
    while f.nmarks and f.marks[f.nmarks - 1].depth >= frames_of(f):
        f.nmarks -= 1


cdef void remove_mark(Fiber* f, int64_t token) noexcept nogil:
    cdef int32_t i = f.nmarks
    while i and f.marks[i - 1].depth >= frames_of(f):
        i -= 1
        if f.marks[i].token == token:
            f.nmarks = i
            return


cdef Outcome leave(Session* s, int64_t token, int32_t type, int32_t kind) noexcept nogil:
    """Exit: find the mark on the chain of callers, discard everything above its activation, go on at its landing point."""
    cdef Heap* h = &s.heap
    cdef Fiber* f = h.cur
    cdef Fiber* g
    cdef MarkPoint* m
    cdef int32_t i
    while f != NULL:
        i = f.nmarks
        while i:
            i -= 1
            m = &f.marks[i]
            if m.token == token:
                if m.type != type:
                    f = NULL
                    break
                while h.cur != f:
                    g = h.cur
                    h.cur = g.parent
                    s.depth_below -= frames_of(h.cur)
                    if s.counts != NULL and g.active:
                        s.handlers -= 1
                    fiber_release(h, g)
                f.nmarks = i + 1
                f.fp = f.fs + m.depth
                f.x = f.xs + m.x
                f.r = f.rs + m.r
                f.pc = m.landing
                set_depth(s, f)
                s.fuel -= 1
                return SWITCHED
        if f == NULL:
            break
        f = f.parent
    if kind == 0:
        return trap_text(s, b"`return` outside of its function")
    if kind == 1:
        return trap_text(s, b"`break` outside of a loop")
    return trap_text(s, b"`continue` outside of a loop")
