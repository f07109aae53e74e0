# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Sessions whose program grows: what the REPL needs of the engine.

The new program has the old one as its beginning (`rusk.code.append`): shapes, functions and the words of the code keep their numbers, so objects stay as they
are, and only addresses of code are moved. Between two runs the session keeps one object, the argument of the next.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memset

from rusk._engine cimport (
    FLAG_COLOUR, S_CONT, SHAPE_CONT, T_NONE, Array, Cont, Fiber, Frame, Func, Handler, Heap, Large, Obj, Page, Program, Shape, Text, shape_id,
)
from rusk._engine cimport Session as Machine
from rusk._fiber cimport fiber_new, fiber_release, grow, set_limits
from rusk._heap cimport class_of, heap_collect, heap_new
from rusk._interp cimport Code, Session
from rusk._values cimport rusk_leave

from rusk._interp import DONE, FUEL, HOST
from rusk._values import MemoryLimit
from rusk.code.errors import InvalidStateError


def keep(Session session not None, object before):
    """Keep the result of a DONE session, an object, beyond the next run; let go of what ``before`` stands for.

    Result: what stands for it. Errors: `InvalidStateError` if the session is not done.
    """
    cdef Heap* h = &session.machine.heap
    cdef int64_t index
    session.enter()
    try:
        if session.status != DONE or h.cur.r[0] == NULL:
            raise InvalidStateError("session is not done")
        index = session.pin(h.cur.r[0])
        if before is not None:
            session.unpin(before)
        return index
    finally:
        rusk_leave(&session.busy)


def again(Session session not None, int32_t func, object kept):
    """Start function ``func`` in a session that is not running, whatever its state; what it was doing is given up.

    kept: what stands for its only argument (`keep`), whose type must be that of the parameter; None for a function without parameters.
    Errors: `MemoryLimit`; `InvalidStateError` while a host function runs.
    """
    cdef Machine* m = &session.machine
    cdef Fiber* f
    cdef const Func* fn
    if not 0 <= func < m.program.nfuncs:
        raise IndexError("no such function")
    session.enter()
    try:
        if session.status == HOST:
            raise InvalidStateError("session re-entered during host call")
        drop_stack(&m.heap)
        fn = &m.program.funcs[func]
        f = fiber_new(&m.heap)
        if f == NULL:
            raise MemoryLimit("memory limit exceeded")
        f.x = f.xs
        f.r = f.rs
        f.fp = f.fs
        f.pc = m.program.stub_root
        f.parent = NULL
        f.active = False
        m.heap.cur = f
        m.depth_below = 0
        if not grow(m, f, fn.nx, fn.nr):
            m.heap.cur = NULL
            fiber_release(&m.heap, f)
            m.trap = T_NONE
            raise MemoryLimit("memory limit exceeded")
        f.fp.pc = m.program.stub_root
        f.fp.dx = 0
        f.fp.dr = 0
        f.fp += 1
        memset(f.rs, 0, f.cap_r * sizeof(Obj*))
        f.pc = fn.code
        if kept is not None:
            f.r[0] = m.heap.pins[<int64_t>kept]
        set_limits(m, f)
        m.trap = T_NONE
        m.heap.trap_obj = NULL
        session.message = None
        session.cause = None
        session.carry = 0
        session.code.layouts = None             # those of the smaller program
        session.ret = session.code.sigs[func].ret
        session.pushed = False
        session.status = FUEL
        session.at_call = False
    finally:
        rusk_leave(&session.busy)


def extend(Session session not None, Code code not None):
    """Let a session that is not running go on with ``code``, whose image begins with that of its present code (`rusk.code.append.link`).

    What it was doing is given up. Errors: `MemoryLimit`, and the session is as before; `InvalidStateError` while a host function runs; ValueError for
    a program that does not begin with the present one.
    """
    cdef Machine* m = &session.machine
    cdef Heap* h = &m.heap
    cdef const Program* old = m.program
    cdef const Program* new = &code.program
    cdef uint8_t* external
    cdef uint8_t* by_ref
    cdef Obj** consts
    if (
        new.nshapes < old.nshapes or new.nfuncs < old.nfuncs or new.nobjects < old.nobjects or new.ncode < old.ncode
        or new.nops < old.nops or new.nimports < old.nimports or new.nhandlers < old.nhandlers
    ):
        raise ValueError("not an extension of the program")
    session.enter()
    try:
        if session.status == HOST:
            raise InvalidStateError("session re-entered during host call")
        external = <uint8_t*>calloc(new.nops + 1, 1)
        by_ref = <uint8_t*>realloc(session.by_ref, new.nimports + 1)
        consts = <Obj**>realloc(h.consts, (new.nobjects + 1) * sizeof(Obj*))
        if consts != NULL:
            h.consts = consts
        if by_ref != NULL:
            memset(by_ref + old.nimports, 0, new.nimports - old.nimports + 1)
            session.by_ref = by_ref
        if external == NULL or consts == NULL or by_ref == NULL:
            free(external)
            raise MemoryError
        drop_stack(h)
        heap_collect(h)                     # so that everything left is alive
        move_all(h, old, new)
        m.program = new
        m.stops = NULL                      # they are places of the old code
        m.stopped = False
        h.program = new
        h.shapes = new.shapes
        free(session.external)
        session.external = external
        m.external = external
        code.keep.extend(session.code.keep)  # objects of this heap point into them
        session.code = code
        session.image = code.image
        session.makers = code.makers
        session.splitters = code.splitters
        session.viewers = code.viewers
        session.hosts.extend([None] * (len(code.image.imports) - len(session.hosts)))
        add_consts(h, new)
    finally:
        rusk_leave(&session.busy)


def set_host(Session session not None, int64_t index, function):
    """Let ``function`` stand for an import of the image."""
    session.hosts[index] = function


cdef void drop_stack(Heap* h) noexcept:
    """Give up what runs."""
    cdef Fiber* f = h.cur
    cdef Fiber* up
    h.cur = NULL
    h.land = NULL
    while f != NULL:
        up = f.parent
        fiber_release(h, f)
        f = up


cdef int add_consts(Heap* h, const Program* p) except -1:
    """The object constants that the program has beyond those that exist."""
    cdef Text* t
    while h.nconsts < p.nobjects:
        if p.texts[h.nconsts].data != NULL:
            t = <Text*>heap_new(h, class_of(3), 3, p.texts[h.nconsts].head)
            if t != NULL:
                t.owner = NULL
                t.data = p.texts[h.nconsts].data
                t.len = p.texts[h.nconsts].len
        elif p.heads[h.nconsts] == SHAPE_CONT:
            t = <Text*>heap_new(h, class_of(4), 4, SHAPE_CONT)
            if t != NULL:
                memset(&t.owner, 0, 32)
        else:
            t = <Text*>heap_new(h, class_of(0), 0, p.heads[h.nconsts])
        if t == NULL:
            raise MemoryLimit("memory limit exceeded")
        h.consts[h.nconsts] = <Obj*>t
        h.nconsts += 1
    return 0


# ---------------------------------------------------------------- moving

cdef inline const uint64_t* moved(const uint64_t* pc, const Program* old, const Program* new) noexcept:
    """Where a word of the old code, or of its stubs, lies in the new one."""
    cdef int64_t at = pc - old.code
    return new.code + (at if at < old.ncode else at - old.ncode + new.ncode)


cdef void move_fiber(Fiber* f, const Program* old, const Program* new) noexcept:
    cdef Frame* fp = f.fs
    cdef int32_t i
    f.pc = moved(f.pc, old, new)
    while fp < f.fp:
        fp.pc = moved(fp.pc, old, new)
        fp += 1
    for i in range(f.nmarks):
        f.marks[i].landing = moved(f.marks[i].landing, old, new)
    if f.handler != NULL:
        f.handler = new.handlers + (f.handler - <const Handler*>old.handlers)


cdef void move(Obj* o, const Program* old, const Program* new) noexcept:
    """Let the stacks that an unused continuation holds refer to the new program."""
    cdef Fiber* f
    if old.shapes[shape_id(o)].kind == S_CONT and (<Cont*>o).bottom != NULL:
        f = (<Cont*>o).top
        while f != NULL:
            move_fiber(f, old, new)
            f = f.parent


cdef void move_all(Heap* h, const Program* old, const Program* new) noexcept:
    cdef int64_t i
    cdef int32_t k
    cdef Page* p
    cdef Large* big = h.large
    cdef Obj* o
    for i in range(h.npages):
        p = h.pages[i]
        o = <Obj*>(<char*>p + sizeof(Page))
        for k in range(p.ncells):
            if o.head:
                move(o, old, new)
            o = <Obj*>(<char*>o + p.cell)
    while big != NULL:
        move(&big.obj, old, new)
        big = big.next
