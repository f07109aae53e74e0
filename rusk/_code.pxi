# Programs as Python objects: part of _interp.pyx, which includes this. An image becomes the tables of the engine, its code the labels of the loop.

cdef void* take(int64_t n, size_t size) except NULL:
    cdef void* p = calloc(n if n > 0 else 1, size)
    if p == NULL:
        raise MemoryError
    return p


cdef inline bint is_ref(const Program* p, int32_t type) noexcept nogil:
    return p.kinds[type] > K_NEVER


cdef void fill_signature(const Program* p, OpSig* sig, params, ret) except *:
    """``sig.params`` must be freed."""
    cdef int32_t i
    sig.params = <int32_t*>take(len(params), 4)
    sig.nparams = len(params)
    sig.ret = ret
    sig.ret_ref = is_ref(p, ret)
    for i, type in enumerate(params):
        sig.params[i] = type
        if is_ref(p, type):
            sig.nrp += 1
        else:
            sig.nxp += 1


cdef uint64_t fusion(const uint64_t* w, const uint64_t* end) noexcept:
    """The longest fused sequence that begins at w, or 0."""
    cdef int64_t i
    cdef uint64_t op = w[0] & 0xFFFF, found = 0
    cdef const unsigned short* f
    for i in range(rusk_fused_first[op], OP_FUSED):
        f = rusk_fused + 4 * i
        if f[0] != op:
            break
        if w + 1 < end and f[1] == (w[1] & 0xFFFF):
            if f[2] == 0:
                if not found:
                    found = f[3]
            elif w + 2 < end and f[2] == (w[2] & 0xFFFF):
                found = f[3]
    return found


@cython.no_gc_clear
cdef class Code:
    """A program ready to run. ``image`` must have passed the verifier, and must not change."""

    def __cinit__(self, image):
        memset(&self.program, 0, sizeof(Program))
        self.image = image
        self.keep = []
        self.load_types(image)
        self.load_functions(image)
        self.load(image)
        self.load_handlers(image)
        self.load_constants(image)
        self.spread()

    def __dealloc__(self):
        cdef Program* p = &self.program
        cdef int64_t i
        if p.tests != NULL:
            for i in range(p.ntests):
                free(p.tests[i])
        if p.slots != NULL:
            for i in range(p.nslots):
                free(p.slots[i].funcs)
        if p.handlers != NULL:
            for i in range(p.nhandlers):
                free(p.handlers[i].clauses)
        if p.ops != NULL:
            for i in range(p.nops):
                free(p.ops[i].params)
        if p.imports != NULL:
            for i in range(p.nimports):
                free(p.imports[i].params)
        if self.sigs != NULL:
            for i in range(p.nfuncs):
                free(self.sigs[i].params)
        free(self.sigs)
        free(p.kinds)
        free(p.viewed)
        free(p.code)
        free(p.funcs)
        free(p.shapes)
        free(p.consts)
        free(p.tests)
        free(p.slots)
        free(p.handlers)
        free(p.ops)
        free(p.imports)
        free(p.texts)
        free(p.heads)

    cdef int64_t words(self, int64_t n) except -1:
        """Words of a bit set of n bits."""
        return (n >> 6) + 1

    cdef void load_types(self, image) except *:
        cdef Program* p = &self.program
        cdef int32_t i
        p.ntypes = len(image.types)
        p.kinds = <uint8_t*>take(p.ntypes, 1)
        p.viewed = <int32_t*>take(p.ntypes, 4)
        for i, t in enumerate(image.types):
            p.viewed[i] = i
            while t.kind == READONLY:
                p.viewed[i] = t.args[0]
                t = image.types[t.args[0]]
            p.kinds[i] = t.kind

    cdef void load_functions(self, image) except *:
        cdef Program* p = &self.program
        cdef Func* f
        cdef uint64_t[::1] view
        cdef uint64_t* stub
        cdef OpSig sig
        cdef int64_t i, n = len(image.code)
        p.ncode = n
        p.code = <uint64_t*>take(n + STUBS, 8)
        if n:
            view = image.code
            memcpy(p.code, &view[0], 8 * n)
        stub = p.code + n
        for i in range(4):                  # a word that says "window 0, 0", and the instruction that takes the result from there
            stub[2 * i] = OP_Call
            stub[2 * i + 1] = <uint64_t>OP_RootDone + i
        p.stub_root = stub + 1
        p.stub_fiber = stub + 3
        p.stub_guard = stub + 5
        p.stub_push = stub + 7
        p.nfuncs = len(image.funcs)
        p.funcs = <Func*>take(p.nfuncs + 1, sizeof(Func))
        self.sigs = <OpSig*>take(p.nfuncs, sizeof(OpSig))
        for i, func in enumerate(image.funcs):
            f = &p.funcs[i]
            memset(&sig, 0, sizeof(sig))
            fill_signature(p, &sig, func.params, func.ret)
            self.sigs[i] = sig
            f.code = p.code + <int64_t>func.start
            f.nx = func.nx
            f.nr = func.nr
            f.cost = func.cost
            f.nxp = sig.nxp
            f.nrp = sig.nrp
            f.clear_from = sig.nrp + (func.env >= 0)
        f = &p.funcs[p.nfuncs]
        f.code = stub
        f.nx = f.nr = f.nxp = f.nrp = 1

    cdef int64_t length(self, const uint64_t* w) noexcept:
        """Of the instruction at w, in words."""
        cdef uint64_t op = w[0] & 0xFFFF
        cdef int64_t n = rusk_words[op]
        if rusk_list[op] == 1:                      # fields of shape b
            n += (self.program.shapes[w[0] >> 32 & 0xFFFF].nwords + 3) >> 2
        elif rusk_list[op] == 5:                    # table of b cases
            n += 1 + (((w[0] >> 32 & 0xFFFF) + 2) >> 1)
        elif rusk_list[op] == 6:                    # a X and b R registers
            n += ((w[0] >> 16 & 0xFFFF) + (w[0] >> 32 & 0xFFFF) + 3) >> 2
        elif rusk_list[op]:                         # registers, counted by c (NewArray) or b
            n += ((w[0] >> (48 if op == OP_NewArray else 32) & 0xFFFF) + 3) >> 2
        return n

    cdef void spread(self) noexcept:
        """Let the places of an instruction in a function use its copies in the loop in turn, and sequences their own case (opcodes.COPIED, FUSED)."""
        cdef Program* p = &self.program
        cdef unsigned char seen[OP_COUNT]
        cdef int64_t i
        cdef uint64_t* w
        cdef uint64_t* next
        cdef uint64_t* end
        cdef uint64_t op, fused
        if OP_FUSED == 0:
            return
        for i in range(p.nfuncs):
            memset(seen, 0, sizeof(seen))
            w = <uint64_t*>p.funcs[i].code
            end = <uint64_t*>p.funcs[i + 1].code
            while w < end:
                next = w + self.length(w)
                op = w[0] & 0xFFFF
                fused = fusion(w, end) if next == w + 1 else 0
                if fused:
                    w[0] += fused - op
                elif rusk_copy[op]:
                    if seen[op]:
                        w[0] += rusk_copy[op] + seen[op] - 1 - op
                    seen[op] = (seen[op] + 1) % OP_COPIES
                w = next

    cdef void load(self, image) except *:
        cdef Program* p = &self.program
        cdef Shape* s
        cdef Slot* slot
        cdef int64_t i, lo
        p.nshapes = len(image.shapes)
        p.shapes = <Shape*>take(p.nshapes, sizeof(Shape))
        for i, shape in enumerate(image.shapes):
            s = &p.shapes[i]
            s.kind = shape.kind
            s.elem = shape.elem
            s.func = shape.func
            s.nrefs = shape.nrefs
            s.nwords = <uint32_t>(shape.nrefs + shape.nscalars)
            s.cls = class_of(s.nwords)
            s.head = <uint64_t>i | <uint64_t>shape.tag << 32
            if s.kind == S_ARRAY or s.kind == S_CONT:
                s.head |= FLAG_FINAL
        p.ntests = len(image.tests)
        p.tests = <uint64_t**>take(p.ntests, sizeof(uint64_t*))
        for i, test in enumerate(image.tests):
            p.tests[i] = <uint64_t*>take(self.words(p.nshapes), 8)
            for shape in test.shapes:
                lo = shape
                p.tests[i][lo >> 6] |= <uint64_t>1 << (lo & 63)
        p.nslots = len(image.slots)
        p.slots = <Slot*>take(p.nslots, sizeof(Slot))
        for i, dispatch in enumerate(image.slots):
            slot = &p.slots[i]
            if not dispatch.entries:
                continue
            lo = min([e[0] for e in dispatch.entries])
            slot.first = <uint32_t>lo
            slot.count = <uint32_t>(max([e[0] for e in dispatch.entries]) - lo + 1)
            slot.funcs = <int32_t*>take(slot.count, 4)
            memset(slot.funcs, 0xFF, slot.count * 4)
            for shape, func in dispatch.entries:
                slot.funcs[<int64_t>shape - lo] = func

    cdef void load_handlers(self, image) except *:
        cdef Program* p = &self.program
        cdef Handler* h
        cdef Clause* c
        cdef int64_t i, k
        p.nops = len(image.ops)
        p.ops = <OpSig*>take(p.nops, sizeof(OpSig))
        for i, op in enumerate(image.ops):
            fill_signature(p, &p.ops[i], op.params, op.ret)
        p.nimports = len(image.imports)
        p.imports = <OpSig*>take(p.nimports, sizeof(OpSig))
        for i, op in enumerate(image.imports):
            fill_signature(p, &p.imports[i], op.params, op.ret)
        p.nhandlers = len(image.handlers)
        p.handlers = <Handler*>take(p.nhandlers, sizeof(Handler))
        for i, handler in enumerate(image.handlers):
            h = &p.handlers[i]
            h.nclauses = len(handler.clauses)
            h.nclosures = handler.nclosures
            h.body_func = handler.body_func
            h.ret_ref = is_ref(p, handler.ret)
            h.clauses = <Clause*>take(h.nclauses, sizeof(Clause))
            for k, clause in enumerate(handler.clauses):
                c = &h.clauses[k]
                c.op = clause.op
                c.guard = clause.guard
                c.arm = clause.arm
                c.guard_func = clause.guard_func
                c.arm_func = clause.arm_func
                c.mode = clause.mode

    cdef void load_constants(self, image) except *:
        cdef Program* p = &self.program
        cdef int64_t i
        cdef bint ascii
        p.consts = <int64_t*>take(len(image.consts), 8)
        for i, const in enumerate(image.consts):
            p.consts[i] = const.bits
        p.nobjects = len(image.objects)
        p.texts = <Text*>take(p.nobjects, sizeof(Text))
        p.heads = <uint64_t*>take(p.nobjects, 8)
        for i, obj in enumerate(image.objects):
            if obj.kind == O_OBJECT:
                p.heads[i] = p.shapes[<int64_t>obj.shape].head
                continue
            if obj.kind == O_CONT:
                p.heads[i] = SHAPE_CONT         # used up: owns nothing
                continue
            data = obj.value.encode() if obj.kind == O_STRING else obj.value
            self.keep.append(data)
            p.texts[i].data = <uint8_t*>PyBytes_AS_STRING(data)
            p.texts[i].len = PyBytes_GET_SIZE(data)
            p.texts[i].head = SHAPE_STRING if obj.kind == O_STRING else SHAPE_BYTES
            if obj.kind == O_STRING and utf8_valid(p.texts[i].data, p.texts[i].len, &ascii) and ascii:
                p.texts[i].head |= FLAG_ASCII

