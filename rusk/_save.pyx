# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Sessions as bytes: everything that the machine of a suspended session holds, and nothing that it will not look at again.

The form. Numbers are LEB128; signed ones zigzag. Objects are numbered: first the constants of the program, which are not written, then those that are
reached, in the order in which they were found. First comes what has to be known to make each object (shape; length of text and arrays), then the
contents of all of them, references as numbers; then fibers, in chains from the innermost one: that of the session, then those of continuations; then roots.
An activation is its place in the code, and the registers that `rusk.code.frames` says are needed there.

Reading believes nothing: every number is checked, every object against the shape and every register against the type that the code verifier
found for that place, so that the loop may go on as if it had made all this itself. What follows from other things is not in the bytes at all:
windows of calls, depths, flags of texts.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

from rusk._bytes cimport Out, put, put_raw, put_scalar, put_signed, room, span_of
from rusk._engine cimport E_BYTE, E_REF, S_ARRAY, S_BYTES, S_CONT, S_STRING, Array, Cont, Fiber, Frame, MarkPoint, Obj, Program, Shape, Text, refs
from rusk._engine cimport Session as Machine
from rusk._interp cimport Session
from rusk._layouts cimport ANY, Layouts, Place, layouts_of
from rusk._values cimport Cont as Handle, C_DONE, C_FUEL, C_INTERRUPT, C_REQUEST, K_FLOAT, K_UNIT, rusk_leave

from rusk.code.errors import InvalidStateError

cdef uint64_t NUMBERED = <uint64_t>1 << 63  # header of an object while a session is being written: its number is in the other bits


cdef class Activation:                      # while a fiber is being written
    cdef int64_t pc                         # offset in the code; that of the stub for an activation of PUSHED
    cdef Place place
    cdef int64_t* x
    cdef Obj** r
    cdef bint guard                         # what lies above is the guard of a clause
    cdef bint interrupted                   # what lies above is a continuation that the host has put there
    cdef bint asks                          # its operation's arguments are still needed


cdef class Writer:
    cdef Machine* m
    cdef const Program* program
    cdef Layouts layouts
    cdef bint requested
    cdef Out out
    cdef Obj** objs                         # in the order of their numbers
    cdef uint64_t* heads                    # their headers, which hold their numbers meanwhile
    cdef int64_t n
    cdef int64_t cap
    cdef int64_t scanned
    cdef bint failed
    cdef list fibers                        # for each: (address, list of Activations from the bottom up)
    cdef dict chains                        # number of a continuation -> number of its first fiber

    def __cinit__(self):
        self.fibers = []
        self.chains = {}

    def __dealloc__(self):
        free(self.out.data)
        free(self.objs)
        free(self.heads)

    # --- numbering

    cdef inline int64_t see(self, Obj* o) noexcept nogil:
        """The number of an object; a new one if it has none yet."""
        if o.head >> 63:
            return <int64_t>(o.head & ~NUMBERED)
        if self.n == self.cap and not self.more():
            return 0
        self.objs[self.n] = o
        self.heads[self.n] = o.head
        o.head = NUMBERED | <uint64_t>self.n
        self.n += 1
        return self.n - 1

    cdef bint more(self) noexcept nogil:
        cdef int64_t cap = 2 * self.cap if self.cap else 1024
        cdef void* p = realloc(self.objs, cap * sizeof(Obj*))
        if p == NULL:
            self.failed = True
            return False
        self.objs = <Obj**>p
        p = realloc(self.heads, cap * 8)
        if p == NULL:
            self.failed = True
            return False
        self.heads = <uint64_t*>p
        self.cap = cap
        return True

    cdef void restore(self) noexcept nogil:
        cdef int64_t i
        for i in range(self.n):
            self.objs[i].head = self.heads[i]

    cdef int64_t scan(self) noexcept nogil:
        """Number what objects refer to, up to a continuation, whose number this is; -1: no objects are left."""
        cdef const Shape* shape
        cdef Obj* o
        cdef Array* a
        cdef int64_t i, at
        while self.scanned < self.n and not self.failed:
            at = self.scanned
            self.scanned += 1
            o = self.objs[at]
            shape = &self.program.shapes[<uint32_t>self.heads[at]]
            if shape.kind == S_STRING or shape.kind == S_BYTES:
                if (<Text*>o).owner != NULL:
                    self.see((<Text*>o).owner)
            elif shape.kind == S_ARRAY:
                if shape.elem == E_REF:
                    a = <Array*>o
                    for i in range(a.len):
                        self.see((<Obj**>a.data)[i])
            elif shape.kind == S_CONT:
                if (<Cont*>o).bottom != NULL:
                    return at
            else:
                for i in range(shape.nrefs):
                    self.see(refs(o)[i])
        return -1

    cdef int number_all(self) except -1:
        cdef int64_t at
        cdef Fiber* f
        while True:
            with nogil:
                at = self.scan()
            if self.failed:
                raise MemoryError
            if at < 0:
                return 0
            self.chains[at] = len(self.fibers)
            f = (<Cont*>self.objs[at]).top
            while f != NULL:
                self.walk(f, False)
                f = f.parent

    cdef int walk(self, Fiber* f, bint current) except -1:
        """Note the activations of a fiber, and number what they refer to."""
        cdef const Program* p = self.program
        cdef Frame* fp = f.fp
        cdef Activation a, above
        cdef Place place
        cdef const uint64_t* ret
        cdef int32_t i
        cdef list activations = []
        if f.fp == f.fs:                    # a first fiber whose function has returned
            self.fibers.append((<size_t>f, activations))
            return 0
        a = Activation()
        a.x = f.x
        a.r = f.r
        self.place(a, f.pc, current and not self.requested)
        a.asks = current and self.requested
        while True:
            activations.append(a)
            place = a.place
            for i in range(place.nr):
                self.see(a.r[place.rs[i]])
            if a.asks:
                for i in range(place.npr):
                    self.see(a.r[place.wr + i])
            fp -= 1
            ret = fp.pc
            if ret == p.stub_root or ret == p.stub_fiber:
                break
            above = a
            a = Activation()
            a.x = above.x - fp.dx
            a.r = above.r - fp.dr
            if ret == p.stub_guard:
                a.guard = a.asks = True
                ret = p.code + a.x[fp.dx - 1]
            a.interrupted = above.place is self.layouts.pushed
            self.place(a, ret, a.interrupted)
        if f.handler != NULL:
            for i in range(f.handler.nclosures):
                self.see(f.rs[i])
        activations.reverse()
        self.fibers.append((<size_t>f, activations))
        return 0

    cdef int place(self, Activation a, const uint64_t* pc, bint before) except -1:
        a.pc = pc - self.program.code
        if pc == self.program.stub_push:
            a.place = self.layouts.pushed
        else:
            a.place = self.layouts.before(a.pc) if before else self.layouts.behind(a.pc)
        return 0

    # --- objects

    cdef void put_heads(self, int64_t start) noexcept nogil:
        cdef int64_t i
        cdef Obj* o
        cdef const Shape* shape
        cdef Out* out = &self.out
        put(out, <uint64_t>(self.n - start))
        for i in range(start, self.n):
            o = self.objs[i]
            put(out, <uint32_t>self.heads[i])
            shape = &self.program.shapes[<uint32_t>self.heads[i]]
            if shape.kind == S_STRING or shape.kind == S_BYTES:
                put(out, 0 if (<Text*>o).owner != NULL else <uint64_t>(<Text*>o).len + 1)
            elif shape.kind == S_ARRAY:
                put(out, <uint64_t>(<Array*>o).len)

    cdef void put_array(self, const Shape* shape, int32_t code, const Array* a) noexcept nogil:
        """The elements, in as many bytes each as the greatest needs."""
        cdef Out* out = &self.out
        cdef int64_t i, size, v, lo = 0, hi = 0
        if shape.elem == E_BYTE:
            put_raw(out, a.data, a.len)
            return
        if code == K_UNIT or a.len == 0:
            return
        if shape.elem == E_REF:
            hi = self.n
        elif code == K_FLOAT:
            hi = <int64_t>1 << 62
        else:
            for i in range(a.len):
                v = (<int64_t*>a.data)[i]
                if v < lo:
                    lo = v
                if v > hi:
                    hi = v
        size = span_of(lo, hi)
        put(out, <uint64_t>size)
        if size == 8 and shape.elem != E_REF:
            put_raw(out, a.data, 8 * a.len)
            return
        if not room(out, size * a.len):
            return
        for i in range(a.len):
            v = self.see((<Obj**>a.data)[i]) if shape.elem == E_REF else (<int64_t*>a.data)[i]
            memcpy(out.data + out.len, &v, size)        # little-endian
            out.len += size

    cdef void put_contents(self, int64_t start) noexcept nogil:
        cdef int64_t i, k
        cdef uint32_t n
        cdef Obj* o
        cdef Text* t
        cdef const Shape* shape
        cdef const int32_t* words
        cdef Out* out = &self.out
        for i in range(start, self.n):
            o = self.objs[i]
            n = <uint32_t>self.heads[i]
            shape = &self.program.shapes[n]
            words = self.layouts.words + self.layouts.first[n]
            if shape.kind == S_STRING or shape.kind == S_BYTES:
                t = <Text*>o
                if t.owner == NULL:
                    put_raw(out, t.data, t.len)
                else:
                    put(out, <uint64_t>self.see(t.owner))
                    put(out, <uint64_t>(t.data - (<Text*>t.owner).data))
                    put(out, <uint64_t>t.len)
            elif shape.kind == S_ARRAY:
                self.put_array(shape, words[0], <Array*>o)
            elif shape.kind != S_CONT:
                for k in range(shape.nrefs):
                    put(out, <uint64_t>self.see(refs(o)[k]))
                for k in range(shape.nrefs, shape.nwords):
                    put_scalar(out, words[k], o.w[k])

    # --- fibers

    cdef int put_fiber(self, Fiber* f, list activations) except -1:
        cdef const Program* p = self.program
        cdef Activation a
        cdef Place place
        cdef MarkPoint* mark = f.marks
        cdef MarkPoint* end = f.marks + f.nmarks
        cdef int64_t depth = 0, k
        cdef int32_t i
        cdef Out* out = &self.out
        put(out, 0 if f.handler == NULL else <uint64_t>(f.handler - p.handlers) + 1)
        if f.handler != NULL:
            put(out, f.active)
            for i in range(f.handler.nclosures):
                put(out, <uint64_t>self.see(f.rs[i]))
        put(out, <uint64_t>sum([a.place is not self.layouts.pushed for a in activations]))
        for a in activations:
            depth += 1
            place = a.place
            if place is self.layouts.pushed:                # follows from what lies below
                continue
            put(out, <uint64_t>a.pc << 2 | a.interrupted << 1 | a.guard)
            for i in range(place.nx):
                put_scalar(out, place.xs[place.nx + i], a.x[place.xs[i]])
            for i in range(place.nr):
                put(out, <uint64_t>self.see(a.r[place.rs[i]]))
            if a.asks:
                for i in range(place.npx):
                    put_scalar(out, place.param_xs[i], a.x[place.wx + i])
                for i in range(place.npr):
                    put(out, <uint64_t>self.see(a.r[place.wr + i]))
            if a.guard:
                put(out, <uint64_t>a.x[place.wx + place.npx])
                put(out, <uint64_t>a.x[place.wx + place.npx + 1])
            k = 0
            while mark + k < end and mark[k].depth == depth:
                k += 1
            put(out, <uint64_t>k)
            for k in range(k):
                put_signed(out, mark.token)
                put(out, <uint64_t>(mark.landing - p.code))
                put(out, <uint64_t>mark.type)
                mark += 1
        return 0


def save(Session session not None):
    """The state of a session that can go on, if only by a continuation that the host holds, as bytes.

    Errors: `InvalidStateError`; MemoryError.
    """
    session.enter()
    try:
        return write(session, list(session.conts.values()))
    finally:
        rusk_leave(&session.busy)


cdef bytes write(Session session, list conts):
    cdef Machine* m = &session.machine
    cdef Writer w = Writer()
    cdef Fiber* f
    cdef int32_t landing, result
    cdef int64_t nconsts = m.heap.nconsts, i
    cdef Out* out = &w.out
    cdef bint done = session.status == C_DONE and len(conts) > 0
    if not done and session.status != C_FUEL and session.status != C_INTERRUPT and session.status != C_REQUEST:
        raise InvalidStateError("only a session that can go on is saved")
    w.m = m
    w.program = m.program
    w.layouts = layouts_of(session.code)
    w.requested = session.status == C_REQUEST
    try:
        for i in range(nconsts):
            w.see(m.heap.consts[i])
        f = m.heap.cur
        while f != NULL:
            w.walk(f, f == m.heap.cur)
            f = f.parent
        running = len(w.fibers)
        innermost = w.fibers[0][1]
        landing = (<Activation>innermost[len(innermost) - 1]).place.landing if innermost else -1
        result = w.layouts.frames.tables.codes[session.ret] if done else -1
        f = m.heap.cur
        if landing >= ANY:
            w.see(m.heap.land)
        if result >= ANY:
            w.see(f.r[0])
        for cont in conts:
            w.see((<Handle>cont).object())
        w.number_all()

        put(out, 2 if done else w.requested)
        put(out, <uint64_t>session.ret)
        put_signed(out, session.carry)
        put_signed(out, m.tokens)
        put_raw(out, &m.secret, 8)
        with nogil:
            w.put_heads(nconsts)
            w.put_contents(nconsts)
        put(out, <uint64_t>running)
        put(out, <uint64_t>len(w.fibers))
        for address, activations in w.fibers:
            w.put_fiber(<Fiber*><size_t>address, activations)
        put(out, <uint64_t>len(w.chains))
        ends = sorted([*w.chains.values(), len(w.fibers)])
        for number, first in w.chains.items():              # in the order of the fibers
            put(out, <uint64_t>number)
            put(out, <uint64_t>(ends[ends.index(first) + 1] - first))
        if landing >= ANY:
            put(out, <uint64_t>w.see(m.heap.land))
        elif landing >= 0:
            put_scalar(out, landing, m.land_x)
        if result >= ANY:
            put(out, <uint64_t>w.see(f.r[0]))
        elif result >= 0:
            put_scalar(out, result, f.x[0])
        put(out, <uint64_t>session.last_cont)
        put(out, <uint64_t>len(conts))
        for cont in conts:
            put(out, <uint64_t>(<Handle>cont).id)
            put(out, <uint64_t>(<Handle>cont).type)
            put(out, <uint64_t>w.see((<Handle>cont).object()))
        if out.failed:
            raise MemoryError
        return PyBytes_FromStringAndSize(<char*>out.data, out.len)
    finally:
        w.restore()
