# To Python, by value (08 §4). Part of _values.pyx.

cdef inline double as_float(int64_t bits) noexcept nogil:
    cdef double v
    memcpy(&v, &bits, 8)
    return v


cdef inline int64_t float_bits(double v) noexcept nogil:
    cdef int64_t bits
    memcpy(&bits, &v, 8)
    return bits


cdef inline int kind_of(const Session* s, int32_t* type) noexcept nogil:
    """Kind of a type; ``type`` is stripped of views."""
    type[0] = s.program.viewed[type[0]]
    return s.program.kinds[type[0]]


cdef object scalar_to_python(int kind, int64_t x):
    if kind == K_INT or kind == K_BYTE:
        return x
    if kind == K_FLOAT:
        return as_float(x)
    if kind == K_BOOL:
        return x != 0
    if kind == K_CHAR:
        return chr(x)
    return None


cdef object text_to_python(int kind, const Text* t):
    if kind == K_STRING:
        return PyUnicode_DecodeUTF8(<const char*>t.data, t.len, NULL)
    return PyBytes_FromStringAndSize(<const char*>t.data, t.len)


cdef inline int64_t element(const Array* a, int elem, int64_t i) noexcept nogil:
    return (<uint8_t*>a.data)[i] if elem == E_BYTE else (<int64_t*>a.data)[i]


# --- what is under way is kept in lists of our own, so that nesting of any depth needs no C stack

cdef class Node:
    """An object whose parts are being converted: what they are, and those that are done."""

    cdef int64_t address
    cdef int32_t type
    cdef int kind
    cdef int tag
    cdef list out
    cdef int64_t i
    cdef int64_t n
    cdef object types                       # of the parts; arrays: None
    cdef object order                       # declared index -> word
    cdef int32_t elem


cdef class Export:
    """One conversion to Python. ``done``: address -> value; ``active``: addresses of the objects in ``stack``."""

    cdef Owner owner
    cdef Session* s
    cdef object image
    cdef object makers
    cdef dict done
    cdef set active
    cdef list stack

    cdef object run(self, int32_t type, int kind, Obj* r):
        cdef Node node
        cdef Obj* o
        cdef int32_t t
        cdef int64_t bits
        self.done = {}
        self.active = set()
        self.stack = []
        self.enter(type, kind, r)
        while True:
            node = self.stack[len(self.stack) - 1]
            if node.i == node.n:
                value = self.finish(node)
                self.stack.pop()
                self.active.discard(node.address)
                self.done[node.address] = value
                if not self.stack:
                    return value
                node = self.stack[len(self.stack) - 1]
                node.out.append(value)
                continue
            o = <Obj*>node.address
            if node.types is None:
                t = node.elem
                bits = (<int64_t*>(<Array*>o).data)[node.i]
            else:
                t = node.types[node.i]
                bits = o.w[<int>node.order[node.i]]
            node.i += 1
            kind = kind_of(self.s, &t)
            if kind <= K_NEVER:
                node.out.append(scalar_to_python(kind, bits))
            elif kind == K_STRING or kind == K_BYTES:
                node.out.append(text_to_python(kind, <Text*>bits))
            elif bits in self.done:
                node.out.append(self.done[bits])
            elif kind == K_CONT:
                node.out.append(handle(self.owner, t, 0, <Obj*>bits))
            else:
                self.enter(t, kind, <Obj*>bits)

    cdef int enter(self, int32_t type, int kind, Obj* o) except -1:
        """Begin the conversion of an object."""
        cdef Node node = Node.__new__(Node)
        cdef int64_t address = <int64_t>o
        cdef Array* a
        cdef int elem, item_kind
        cdef int32_t item
        cdef int64_t i
        if address in self.active:
            raise HostTypeError("cyclic value")
        t = self.image.types[type]
        node.address = address
        node.type = type
        node.kind = kind
        node.out = []
        if kind == K_ARRAY:
            a = <Array*>o
            item = t.args[0]
            item_kind = kind_of(self.s, &item)
            elem = self.s.program.shapes[shape_id(o)].elem
            if item_kind <= K_NEVER or item_kind == K_STRING or item_kind == K_BYTES:
                out = PyList_New(a.len)         # a comprehension frees an element twice where there is no memory to append it
                for i in range(a.len):
                    value = (
                        scalar_to_python(item_kind, element(a, elem, i)) if item_kind <= K_NEVER else text_to_python(item_kind, (<Text**>a.data)[i])
                    )
                    Py_INCREF(value)
                    PyList_SET_ITEM(out, i, value)
                node.out = out
            else:
                node.elem = item
                node.n = a.len
        elif kind == K_TUPLE or kind == K_STRUCT:
            node.types = t.args
            node.n = len(t.args)
            node.order = self.image.shapes[<int>t.shapes[0]].order
        elif kind == K_ENUM:
            node.tag = variant_tag(o)
            node.types = t.variants[node.tag].args
            node.n = len(node.types)
            node.order = self.image.shapes[<int>t.shapes[node.tag]].order
        else:
            raise HostTypeError(f"values of type {t.text} do not cross the boundary")
        if (kind == K_STRUCT or kind == K_ENUM) and self.maker(node) is None:
            raise HostTypeError(f"values of type {t.text} do not cross the boundary")
        self.active.add(address)
        self.stack.append(node)
        return 0

    cdef object maker(self, Node node):
        return None if self.makers is None else self.makers[node.type]

    cdef object finish(self, Node node):
        if node.kind == K_ARRAY:
            return node.out
        if node.kind == K_TUPLE:
            return tuple(node.out)
        maker = self.makers[node.type]
        if node.kind == K_ENUM:
            maker = maker[node.tag]
        return maker(node.out)


cdef object to_python(Owner w, int32_t type, int64_t x, Obj* r):
    """The value as a Python object; HostTypeError for a cyclic one, and for types that do not cross the boundary.

    ``makers``: by type, a function from the converted fields of a struct to its Python value; for enums a tuple of them, by variant.
    """
    cdef int kind = kind_of(&w.machine, &type)
    cdef Export e
    if kind <= K_NEVER:
        return scalar_to_python(kind, x)
    if kind == K_STRING or kind == K_BYTES:
        return text_to_python(kind, <Text*>r)
    if kind == K_CONT:
        return handle(w, type, 0, r)
    e = Export.__new__(Export)
    e.owner = w
    e.s = &w.machine
    e.image = w.image
    e.makers = w.makers
    return e.run(type, kind, r)
