# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Saved sessions (`rusk._save`) read back.

Reading believes nothing: every number is checked, every object against its shape, and every register against the type that the code verifier
found for that place, so that the loop may go on as if it had made all this itself.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

from rusk._bytes cimport In, get, get_below, get_count, get_raw, get_scalar, get_signed, is_scalar_value
from rusk._engine cimport (
    E_BYTE, E_REF, FLAG_ASCII, S_ARRAY, S_BYTES, S_CONT, S_STRING, SHAPE_BYTES, SHAPE_CONT, SHAPE_STRING, Array, Cont, Fiber, Func, Heap, Obj,
    Program, Shape, Text, refs,
)
from rusk._engine cimport Session as Machine
from rusk._fiber cimport GUARD_SLOTS, fiber_new, fiber_release, grow, put_mark, set_limits
from rusk._heap cimport class_of, heap_array, heap_new
from rusk._interp cimport Session
from rusk._layouts cimport (
    ANY, CALL_HOST, CALL_WIDE, HANDLE, NEVER_RETURNS, PERFORM, PUSHED, RESUME, Layouts, Place, layouts_of,
)
from rusk._text cimport text_new, utf8_valid
from rusk._values cimport C_DONE, C_FUEL, C_REQUEST, K_BOOL, K_CONT, K_FLOAT, K_UNIT, handle, rusk_leave

from rusk._values import MemoryLimit
from rusk.code.errors import InvalidStateError, LoadError


cdef struct Claim:                          # a reference to a continuation where one of this type is wanted
    int64_t number
    int32_t type


cdef class Reader:
    cdef Session session
    cdef Machine* m
    cdef const Program* program
    cdef Layouts layouts
    cdef In src
    cdef Obj** objs
    cdef int64_t n
    cdef int64_t made
    cdef Claim* claims
    cdef int64_t nclaims
    cdef int64_t cap_claims
    cdef Fiber** fibers
    cdef int64_t nfibers                    # of those made
    cdef bint guarded                       # the activation read last runs a guard on top
    cdef bint short                         # memory ran out
    cdef bint done                          # the entry point has returned
    cdef list tops                          # places of the fibers' innermost activations

    def __cinit__(self):
        self.tops = []

    def __dealloc__(self):
        free(self.objs)
        free(self.claims)
        free(self.fibers)

    cdef int sound(self) except -1:
        if self.short:
            raise MemoryLimit("memory limit exceeded")
        if self.src.bad:
            raise LoadError("damaged state: malformed contents")
        return 0

    # --- references

    cdef inline bint fits(self, int32_t want, int64_t number) noexcept nogil:
        """Whether the object may stand where the code verifier says ``want``; of continuations their type is checked later."""
        cdef uint32_t shape = <uint32_t>self.objs[number].head
        if want == ANY or self.layouts.owner[shape] == want:
            return True
        if want >= self.layouts.base:
            return shape == <uint32_t>(want - self.layouts.base)
        return shape == SHAPE_CONT and self.program.kinds[want] == K_CONT and self.claim(number, want)

    cdef bint claim(self, int64_t number, int32_t type) noexcept nogil:
        cdef int64_t cap
        cdef void* p
        if self.nclaims == self.cap_claims:
            cap = 2 * self.cap_claims if self.cap_claims else 16
            p = realloc(self.claims, cap * sizeof(Claim))
            if p == NULL:
                self.short = True
                return False
            self.claims = <Claim*>p
            self.cap_claims = cap
        self.claims[self.nclaims].number = number
        self.claims[self.nclaims].type = type
        self.nclaims += 1
        return True

    cdef inline Obj* get_ref(self, int32_t want) noexcept nogil:
        cdef int64_t number = get_below(&self.src, self.n)
        if self.src.bad:
            return NULL
        if not self.fits(want, number):
            self.src.bad = True
        return self.objs[number]

    # --- objects

    cdef void make(self, int64_t start) noexcept nogil:
        """Allocate all objects; what is allocated is in order, as far as the collector and `heap_free` look at it."""
        cdef Heap* h = &self.m.heap
        cdef int64_t i, size, k
        cdef uint32_t n
        cdef const Shape* shape
        cdef Obj* o
        for i in range(start, self.n):
            n = <uint32_t>get_below(&self.src, self.layouts.nshapes)
            shape = &self.program.shapes[n]
            if self.src.bad or n == 0:
                self.src.bad = True
                return
            if shape.kind == S_STRING or shape.kind == S_BYTES:
                size = get_count(&self.src, 1)
                if size:
                    o = <Obj*>text_new(h, n, size - 1)
                else:
                    o = heap_new(h, class_of(3), 3, n)
                    if o != NULL:
                        (<Text*>o).owner = NULL
                        (<Text*>o).data = NULL
                        (<Text*>o).len = 0
            elif shape.kind == S_ARRAY:
                size = <int64_t>get(&self.src)
                k = self.layouts.words[self.layouts.first[n]]
                if size < 0 or k != K_UNIT and size > self.src.end - self.src.p:
                    self.src.bad = True
                    return
                o = <Obj*>heap_array(h, shape.head, size, 1 if shape.elem == E_BYTE else 8)
                if o != NULL and shape.elem == E_REF:
                    memset((<Array*>o).data, 0, 8 * size)
            elif shape.kind == S_CONT:
                o = heap_new(h, shape.cls if shape.cls > class_of(4) else class_of(4), 4, shape.head)
                if o != NULL:
                    memset(o.w, 0, 32)
            else:
                o = heap_new(h, shape.cls, shape.nwords, shape.head)
                if o != NULL:
                    memset(o.w, 0, 8 * shape.nwords)
            if o == NULL:
                self.short = True
                return
            self.objs[i] = o
            self.made = i + 1

    cdef void fill_array(self, const Shape* shape, int32_t code, Array* a) noexcept nogil:
        cdef In* src = &self.src
        cdef int64_t i, size, v
        cdef const uint8_t* p
        if shape.elem == E_BYTE:
            p = get_raw(src, a.len)
            if p == NULL or a.len == 0:
                return
            memcpy(a.data, p, a.len)
            if code == K_BOOL:
                for i in range(a.len):
                    if p[i] > 1:
                        src.bad = True
            return
        if a.len == 0:
            return
        if code == K_UNIT:
            memset(a.data, 0, 8 * a.len)
            return
        size = <int64_t>get(src)
        if size != 1 and size != 2 and size != 4 and size != 8 or code == K_FLOAT and size != 8 or a.len > (src.end - src.p) // size:
            src.bad = True
            return
        p = get_raw(src, size * a.len)
        for i in range(a.len):
            if size == 1:
                v = (<const int8_t*>p)[i]
            elif size == 2:
                v = two(p + 2 * i)
            elif size == 4:
                v = four(p + 4 * i)
            else:
                memcpy(&v, p + 8 * i, 8)
            if shape.elem == E_REF:
                if v < 0 or v >= self.n or not self.fits(code, v):
                    src.bad = True
                    return
                (<Obj**>a.data)[i] = self.objs[v]
            else:
                if code != K_FLOAT and not is_scalar_value(code, v):
                    src.bad = True
                    return
                (<int64_t*>a.data)[i] = v

    cdef void fill_text(self, Text* t) noexcept nogil:
        cdef In* src = &self.src
        cdef const uint8_t* p
        cdef Obj* owner
        cdef int64_t at, size
        if t.data != NULL:
            p = get_raw(src, t.len)
            if p == NULL:
                return
            memcpy(<uint8_t*>t.data, p, t.len)
        else:
            at = get_below(src, self.n)
            owner = self.objs[at]
            if <uint32_t>owner.head != SHAPE_STRING and <uint32_t>owner.head != SHAPE_BYTES:
                src.bad = True
                return
            at = <int64_t>get(src)
            size = <int64_t>get(src)
            if (<Text*>owner).owner != NULL or (<Text*>owner).data == NULL or at < 0 or size < 0 or at > (<Text*>owner).len - size:
                src.bad = True
                return
            t.owner = owner
            t.data = (<Text*>owner).data + at
            t.len = size

    cdef void fill(self, int64_t start) noexcept nogil:
        cdef int64_t i, k
        cdef uint32_t n
        cdef Obj* o
        cdef const Shape* shape
        cdef const int32_t* words
        for i in range(start, self.n):
            o = self.objs[i]
            n = <uint32_t>o.head
            shape = &self.program.shapes[n]
            words = self.layouts.words + self.layouts.first[n]
            if shape.kind == S_STRING or shape.kind == S_BYTES:
                self.fill_text(<Text*>o)
            elif shape.kind == S_ARRAY:
                self.fill_array(shape, words[0], <Array*>o)
            elif shape.kind != S_CONT:
                for k in range(shape.nrefs):
                    refs(o)[k] = self.get_ref(words[k])
                for k in range(shape.nrefs, shape.nwords):
                    o.w[k] = get_scalar(&self.src, words[k])
            if self.src.bad:
                return

    cdef void check_text(self, int64_t start) noexcept nogil:
        """Strings are UTF-8. Only now are the bytes of all owners in place."""
        cdef int64_t i
        cdef Text* t
        cdef bint ascii
        for i in range(start, self.n):
            t = <Text*>self.objs[i]
            if <uint32_t>t.head == SHAPE_STRING:
                if not utf8_valid(t.data, t.len, &ascii):
                    self.src.bad = True
                    return
                if ascii:
                    t.head |= FLAG_ASCII

    # --- fibers

    cdef int get_registers(self, Fiber* f, Place place, bint asks) except -1:
        cdef int32_t i
        for i in range(place.nx):
            f.x[place.xs[i]] = get_scalar(&self.src, place.xs[place.nx + i])
        for i in range(place.nr):
            f.r[place.rs[i]] = self.get_ref(place.rs[place.nr + i])
        if asks:
            for i in range(place.npx):
                f.x[place.wx + i] = get_scalar(&self.src, place.param_xs[i])
            for i in range(place.npr):
                f.r[place.wr + i] = self.get_ref(place.param_rs[i])
        return self.sound()

    cdef int get_marks(self, Fiber* f, Place place) except -1:
        """The marks of the activation just read: what their landing points need must be there."""
        cdef int64_t n = get_count(&self.src, 3), token, pc, type
        cdef int32_t i, k
        cdef Place landing
        for _ in range(n):
            token = get_signed(&self.src)
            pc = <int64_t>get(&self.src)
            type = <int64_t>get(&self.src)
            self.sound()
            landing = self.layouts.landing(pc, type)
            if landing.func != place.func:
                raise LoadError("damaged state: a mark of another function")
            for i in range(landing.nx):
                k = index_of(place.xs, place.nx, landing.xs[i])
                if k < 0 or place.xs[place.nx + k] != landing.xs[landing.nx + i]:
                    raise LoadError("damaged state: a mark without its registers")
            for i in range(landing.nr):
                k = index_of(place.rs, place.nr, landing.rs[i])
                if k < 0 or not self.is_a(f.r[landing.rs[i]], place.rs[place.nr + k], landing.rs[landing.nr + i]):
                    raise LoadError("damaged state: a mark without its registers")
            if not put_mark(self.m, f, token, self.program.code + pc, <int32_t>type):
                raise MemoryLimit("memory limit exceeded")
        return 0

    cdef bint is_a(self, Obj* o, int32_t code, int32_t want) noexcept:
        """Whether an object known to be of type ``code`` is one of type ``want``."""
        cdef uint32_t shape = <uint32_t>o.head
        return want == code or want == ANY or self.layouts.owner[shape] == want

    cdef int get_fiber(self, bint current, bint requested, bint root) except -1:
        cdef const Program* p = self.program
        cdef In* src = &self.src
        cdef Place place, below = None
        cdef const Func* func
        cdef Fiber* f
        cdef int64_t handler = get_below(src, self.layouts.nhandlers + 1) - 1
        cdef int64_t n, i, pc = 0, before = 0, base = 0
        cdef uint32_t dx, dr
        cdef bint guard = False, interrupted, last
        cdef const uint64_t* ret
        self.sound()
        if root != (handler < 0):
            raise LoadError("damaged state: a fiber without handler, or a first one with one")
        f = fiber_new(&self.m.heap)
        if f == NULL:
            raise MemoryLimit("memory limit exceeded")
        memset(f.rs, 0, f.cap_r * sizeof(Obj*))
        f.dirty = False
        f.x = f.xs
        f.r = f.rs
        f.fp = f.fs
        f.nmarks = 0
        f.parent = NULL
        f.handler = NULL
        f.active = False
        self.fibers[self.nfibers] = f
        self.nfibers += 1
        if handler >= 0:
            f.handler = &p.handlers[handler]
            f.active = get_below(src, 2)
            base = f.handler.nclosures
            if not grow(self.m, f, 0, base):
                raise MemoryLimit("memory limit exceeded")
            for i in range(base):
                f.rs[i] = self.get_ref(ANY)
            self.sound()
            self.check_closures(f)
            f.r = f.rs + base
        n = get_count(src, 2)
        if n == 0:
            if not root or current and not self.done:
                raise LoadError("damaged state: a fiber without activations")
            if not grow(self.m, f, 1, 1):
                raise MemoryLimit("memory limit exceeded")
            f.pc = p.stub_root
            self.tops.append(self.layouts.finished(self.session.ret))
            return 0
        for i in range(n):
            pc = <int64_t>get(src)
            guard = pc & 1
            interrupted = pc >> 1 & 1
            pc >>= 2
            last = i == n - 1
            self.sound()
            if last and guard or interrupted and (guard or last and current):
                raise LoadError("damaged state: a guard that is not there")
            place = self.layouts.before(pc) if interrupted or last and current and not requested else self.layouts.behind(pc)
            func = &p.funcs[place.func]
            if i == 0:
                dx = dr = 0
                ret = p.stub_root if root else p.stub_fiber
                self.check_first(f, place, root)
            else:
                dx = below.wx
                dr = below.wr
                ret = p.stub_push if below is self.layouts.pushed else p.code + before
                if self.guarded:
                    dx += below.npx + GUARD_SLOTS
                    dr += below.npr
                    ret = p.stub_guard
                self.check_call(below, place)
            if not grow(self.m, f, dx + func.nx, dr + func.nr):
                raise MemoryLimit("memory limit exceeded")
            enter(f, ret, dx, dr)
            self.get_registers(f, place, guard or last and current and requested)
            if guard:
                self.get_guard(f, place, pc)
            self.guarded = guard
            self.get_marks(f, place)
            below = place
            before = pc
            f.pc = p.code + pc
            if interrupted:
                if not grow(self.m, f, func.nx + 1, func.nr + 1):
                    raise MemoryLimit("memory limit exceeded")
                enter(f, f.pc, func.nx, func.nr)
                f.pc = p.stub_push
                below = self.layouts.pushed
        self.tops.append(below)
        return 0

    cdef int get_guard(self, Fiber* f, Place place, int64_t pc) except -1:
        cdef int64_t hops = <int64_t>get(&self.src), index = <int64_t>get(&self.src)
        if place.kind != PERFORM or hops < 0 or index < 0:
            raise LoadError("damaged state: a guard that is not there")
        if not grow(self.m, f, place.wx + place.npx + GUARD_SLOTS, place.wr + place.npr):
            raise MemoryLimit("memory limit exceeded")
        f.x[place.wx + place.npx] = hops
        f.x[place.wx + place.npx + 1] = index
        f.x[place.wx + place.npx + 2] = pc
        return 0

    cdef int check_first(self, Fiber* f, Place place, bint root) except -1:
        """The function of a fiber's first activation is one that may be there."""
        cdef int32_t ret = self.layouts.rets[place.func]
        if root:                                # or the arm of a continuation, once its own function has returned
            if ret != <int32_t>self.layouts.frames.tables.codes[self.session.ret] and ret != NEVER_RETURNS:
                raise LoadError("damaged state: a run with another result")
        elif place.func != f.handler.body_func:
            raise LoadError("damaged state: a fiber that begins with another function than its own")
        return 0

    cdef int check_call(self, Place caller, Place callee) except -1:
        """The function of ``callee`` may run where ``caller`` waits."""
        cdef int32_t ret = self.layouts.rets[callee.func]
        if self.guarded:
            if ret != K_BOOL:
                raise LoadError("damaged state: a guard that is none")
            return 0
        if caller.kind == PUSHED:
            return 0
        if caller.kind == CALL_HOST or caller.kind < 0 or ret != caller.ret and ret != NEVER_RETURNS:
            raise LoadError("damaged state: a call with another result")
        if caller.kind == CALL_WIDE and callee.resumes:
            raise LoadError("damaged state: a call that cannot be")
        return 0

    cdef int check_closures(self, Fiber* f) except -1:
        """The closures of a handler's clauses are those that it must have."""
        cdef int32_t i
        wanted = self.layouts.frames.tables.handlers[f.handler - self.program.handlers]
        for i in range(f.handler.nclosures):
            func = wanted.get(i + 1)
            if func is not None and self.program.shapes[<uint32_t>f.rs[i].head].func != <int32_t>func:
                raise LoadError("damaged state: a handler with other closures than its own")
        return 0

    cdef int check_chain(self, int64_t first, int64_t count) except -1:
        """Each fiber of a chain but the first awaits the result of the one before."""
        cdef int64_t i
        cdef Place place
        cdef int32_t result
        for i in range(first + 1, first + count):
            place = self.tops[i]
            result = self.layouts.results[self.fibers[i - 1].handler - self.program.handlers]
            if place.kind == PUSHED:
                self.fibers[i - 1].parent = self.fibers[i]
                continue
            if place.kind != HANDLE and place.kind != RESUME or result != place.ret and result != NEVER_RETURNS:
                raise LoadError("damaged state: fibers that do not belong together")
            self.fibers[i - 1].parent = self.fibers[i]
        return 0


cdef inline void enter(Fiber* f, const uint64_t* ret, uint32_t dx, uint32_t dr) noexcept nogil:
    f.fp.pc = ret
    f.fp.dx = dx
    f.fp.dr = dr
    f.fp += 1
    f.x += dx
    f.r += dr


cdef inline int64_t two(const uint8_t* p) noexcept nogil:
    cdef int16_t v
    memcpy(&v, p, 2)
    return v


cdef inline int64_t four(const uint8_t* p) noexcept nogil:
    cdef int32_t v
    memcpy(&v, p, 4)
    return v


cdef int32_t index_of(const int32_t* regs, int32_t n, int32_t reg) noexcept nogil:
    cdef int32_t i
    for i in range(n):
        if regs[i] == reg:
            return i
    return -1


cdef inline int64_t frames_of(const Fiber* f) noexcept nogil:
    return f.fp - f.fs


def load(Session session not None, bytes data, int64_t start):
    """Give a new session the state that `save` has written to ``data`` from offset ``start`` on. Returns the handles of continuations that the host held.

    Errors: `LoadError`: the bytes are not such a state of this program, and the session is of no use; `MemoryLimit`.
    """
    session.enter()
    try:
        return read(session, data, start)
    finally:
        session.machine.heap.frozen = False
        rusk_leave(&session.busy)


cdef list read(Session session, bytes data, int64_t start):
    cdef Machine* m = &session.machine
    cdef Heap* h = &m.heap
    cdef Reader r = Reader()
    cdef In* src = &r.src
    cdef int64_t i, k, n, running, count, first
    cdef bint requested
    cdef const uint8_t* p
    cdef Place top
    cdef int32_t result
    cdef Cont* c
    cdef const uint64_t* pc
    if session.status != 0:
        raise InvalidStateError("session has been started")
    r.session = session
    r.m = m
    r.program = m.program
    r.layouts = layouts_of(session.code)
    src.p = <const uint8_t*>PyBytes_AS_STRING(data) + start
    src.end = <const uint8_t*>PyBytes_AS_STRING(data) + PyBytes_GET_SIZE(data)
    h.frozen = True                             # nothing is a root yet
    k = get_below(src, 3)
    requested = k == 1
    r.done = k == 2
    session.ret = <int32_t>get_below(src, r.program.ntypes)
    session.carry = get_signed(src)
    m.tokens = get_signed(src)
    p = get_raw(src, 8)
    r.sound()
    if session.carry > 0 or session.carry < -(<int64_t>1 << 62):
        raise LoadError("damaged state: fuel out of range")
    memcpy(&m.secret, p, 8)
    # objects
    n = get_count(src, 1)
    r.sound()
    r.n = h.nconsts + n
    r.objs = <Obj**>malloc((r.n + 1) * sizeof(Obj*))
    if r.objs == NULL:
        raise MemoryError
    memcpy(r.objs, h.consts, h.nconsts * sizeof(Obj*))
    with nogil:
        r.make(h.nconsts)
        if not r.src.bad and not r.short:
            r.fill(h.nconsts)
            if not r.src.bad:
                r.check_text(h.nconsts)
    r.sound()
    # fibers
    running = get_count(src, 2)
    n = get_count(src, 2)
    if running < 1 or running > n:
        raise LoadError("damaged state: no fiber to go on with")
    r.sound()
    r.fibers = <Fiber**>malloc(n * sizeof(Fiber*))
    if r.fibers == NULL:
        raise MemoryError
    try:
        for i in range(n):
            r.get_fiber(i == 0, requested, i == running - 1)
        r.check_chain(0, running)
        # continuations
        count = get_count(src, 2)
        r.sound()
        chains = []
        first = running
        owned = set()
        for i in range(count):
            number = get_below(src, r.n)
            k = <int64_t>get(src)
            r.sound()
            if k < 1 or k > n - first or number in owned or <uint32_t>r.objs[<int64_t>number].head != SHAPE_CONT or number < h.nconsts:
                raise LoadError("damaged state: a continuation without fibers of its own")
            owned.add(number)
            top = r.tops[first]
            if top.kind != PERFORM:
                raise LoadError("damaged state: a continuation that waits for no operation")
            r.check_chain(first, k)
            chains.append((number, first, k))
            first += k
        if first != n:
            raise LoadError("damaged state: fibers that belong to nothing")
        check_claims(r, {number: (start, k) for number, start, k in chains})
        # the rest
        top = r.tops[0]
        if top.landing >= ANY:
            h.land = r.get_ref(top.landing)
        elif top.landing >= 0:
            m.land_x = get_scalar(src, top.landing)
        result = r.layouts.frames.tables.codes[session.ret]
        if r.done:
            if running != 1 or r.fibers[0].fp != r.fibers[0].fs:
                raise LoadError("damaged state: a run that is over and goes on")
            if result >= ANY:
                r.fibers[0].r[0] = r.get_ref(result)
            else:
                r.fibers[0].x[0] = get_scalar(src, result)
        out = handles(r, {number: (start, k) for number, start, k in chains})
        r.sound()
        if src.p != src.end:
            raise LoadError("damaged state: bytes too many")
        if requested:
            pc = r.fibers[0].pc - 1
            if top.kind != PERFORM or not session.external[pc[0] >> 48]:
                raise LoadError("damaged state: a request for what is not external")
            m.index = <int32_t>(pc[0] >> 48)
        for i in range(1, running):
            m.depth_below += frames_of(r.fibers[i])
        if m.depth_below + frames_of(r.fibers[0]) > m.max_depth:
            raise LoadError("the state is deeper than the limit allows")
    except BaseException:
        for i in range(r.nfibers):
            r.fibers[i].parent = NULL
            fiber_release(h, r.fibers[i])
        raise
    # nothing fails from here on
    for number, begin, k in chains:
        c = <Cont*>r.objs[<int64_t>number]
        c.top = r.fibers[<int64_t>begin]
        c.bottom = r.fibers[<int64_t>begin + <int64_t>k - 1]
        for i in range(begin, <int64_t>begin + <int64_t>k):
            c.depth += frames_of(r.fibers[i])
    h.cur = r.fibers[0]
    set_limits(m, h.cur)
    if m.counts != NULL:
        for i in range(running):
            m.handlers += r.fibers[i].active
    session.status = C_DONE if r.done else C_REQUEST if requested else C_FUEL
    session.at_call = requested
    return out


cdef int check_claims(Reader r, dict chains) except -1:
    """Continuations are of the types that what refers to them wants. One that is used up is of any."""
    cdef int64_t i
    for i in range(r.nclaims):
        chain = chains.get(r.claims[i].number)
        if chain is not None:
            check_type(r, r.claims[i].type, chain[0], chain[1])
    return 0


cdef int check_type(Reader r, int32_t type, int64_t first, int64_t count) except -1:
    cdef Place top = r.tops[first]
    cdef int32_t result = r.layouts.results[r.fibers[first + count - 1].handler - r.program.handlers]
    if top.ret >= 0 and r.layouts.param[type] != top.ret or result != r.layouts.result[type]:
        raise LoadError("damaged state: a continuation of another type")
    return 0


cdef list handles(Reader r, dict chains):
    """The handles of continuations that the host held."""
    cdef Session session = r.session
    cdef list out = []
    cdef int64_t number, id, n
    cdef int32_t type
    session.last_cont = <int64_t>get(&r.src)
    n = get_count(&r.src, 3)
    for _ in range(n):
        id = <int64_t>get(&r.src)
        type = <int32_t>get_below(&r.src, r.program.ntypes)
        number = get_below(&r.src, r.n)
        r.sound()
        if id < 1 or id > session.last_cont or r.program.kinds[type] != K_CONT or <uint32_t>r.objs[number].head != SHAPE_CONT:
            raise LoadError("damaged state: a handle of another type")
        if number in chains:
            check_type(r, type, chains[number][0], chains[number][1])
        out.append(handle(session, type, id, r.objs[number]))
    return out
