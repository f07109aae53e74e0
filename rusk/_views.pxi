# Views: objects of the session, by reference (08 §4.2). Part of _values.pyx.

cdef object to_view(Owner w, int32_t type, bint readonly, int64_t x, Obj* r):
    """The value as a Python object; an array, tuple, struct or enum as a view of the object."""
    cdef int kind
    readonly = readonly or w.image.types[type].kind == K_READONLY
    kind = kind_of(&w.machine, &type)
    if kind == K_ARRAY:
        return refer(ArrayView, w, type, readonly, r)
    if kind == K_TUPLE:
        return refer(TupleView, w, type, readonly, r)
    if kind == K_STRUCT or kind == K_ENUM:
        viewer = w.viewers[type] if w.viewers is not None else None
        if viewer is not None:
            if kind == K_ENUM:
                viewer = viewer[<int>variant_tag(r)]
            return viewer(refer(View, w, type, readonly, r))
    return to_python(w, type, x, r)


cdef class View(Reference):
    """A struct, tuple or enum value of the session: its parts, by index in declared order."""

    cdef object types(self):
        t = self.owner.image.types[self.type]
        return t.variants[<int>variant_tag(self.object())].args if t.kind == K_ENUM else t.args

    cdef int64_t* slot(self, int64_t i) except NULL:
        cdef Obj* o = self.object()
        order = self.owner.image.shapes[<int>shape_id(o)].order
        if not 0 <= i < len(order):
            raise IndexError("there is no such part")
        return &o.w[<int>order[i]]

    def part(self, int64_t i):
        """Part ``i``; composites as views."""
        cdef bint entered = self.owner.look()
        cdef int64_t* at
        try:
            at = self.slot(i)
            return to_view(self.owner, <int>self.types()[i], self.readonly, at[0], <Obj*>at[0])
        finally:
            if entered:
                rusk_leave(&self.owner.busy)

    def assign(self, int64_t i, value, str path):
        """Let part ``i`` of a struct be ``value``. Raises `Mismatch`, `ReadonlyError`."""
        cdef bint entered = self.owner.look()
        cdef int64_t x = 0
        cdef Obj* r = NULL
        try:
            self.slot(i)
            if self.readonly or self.owner.machine.program.kinds[self.type] != K_STRUCT:
                raise ReadonlyError(f"`{path}` cannot be assigned to: the view is readonly")
            from_python(self.owner, self.types()[i], value, &x, &r, path)
            self.slot(i)[0] = <int64_t>r if r != NULL else x
        finally:
            if entered:
                rusk_leave(&self.owner.busy)

    @property
    def is_readonly(self):
        """Whether it was reached through a readonly type."""
        return self.readonly

    def same(self, View other not None):
        """Whether both are the same object."""
        return self.owner is other.owner and self.object() == other.object()

    def __hash__(self):
        return hash(<int64_t>self.object())


cdef class TupleView(View):
    """A tuple of the session."""

    def __len__(self):
        return len(self.types())

    def __getitem__(self, int64_t i):
        cdef int64_t n = len(self.types())
        if i < 0:
            i += n
        if not 0 <= i < n:
            raise IndexError("tuple index out of range")
        return self.part(i)

    def __eq__(self, other):
        return isinstance(other, TupleView) and self.same(other)

    def __hash__(self):
        return hash(<int64_t>self.object())

    def __repr__(self):
        return f"<{self.shown()}>"


cdef class ArrayView(Reference):
    """An array of the session: its length, its elements, assignment to them; of ``[int]``, ``[float]``, ``[byte]`` also the memory itself."""

    cdef Py_ssize_t length                  # for buffers; it cannot change while there are any
    cdef Py_ssize_t stride

    def __len__(self):
        return (<Array*>self.object()).len

    cdef int64_t at(self, int64_t i) except -1:
        cdef int64_t n = (<Array*>self.object()).len
        if i < 0:
            i += n
        if not 0 <= i < n:
            raise IndexError("array index out of range")
        return i

    cdef int elem(self) except -1:
        return self.owner.machine.program.shapes[shape_id(self.object())].elem

    def __getitem__(self, int64_t i):
        cdef bint entered = self.owner.look()
        cdef int64_t bits
        try:
            bits = element(<Array*>self.object(), self.elem(), self.at(i))
            return to_view(self.owner, self.owner.image.types[self.type].args[0], self.readonly, bits, <Obj*>bits)
        finally:
            if entered:
                rusk_leave(&self.owner.busy)

    def __setitem__(self, int64_t i, value):
        cdef bint entered = self.owner.look()
        cdef int64_t x = 0
        cdef Obj* r = NULL
        cdef Array* a
        try:
            self.writable()
            i = self.at(i)
            from_python(self.owner, self.owner.image.types[self.type].args[0], value, &x, &r, f"[{i}]")
            a = <Array*>self.object()
            if self.elem() == E_BYTE:
                (<uint8_t*>a.data)[self.at(i)] = <uint8_t>x
            else:
                (<int64_t*>a.data)[self.at(i)] = <int64_t>r if r != NULL else x
        finally:
            if entered:
                rusk_leave(&self.owner.busy)

    def writable(self):
        if self.readonly:
            raise ReadonlyError("the array is readonly")

    def __iter__(self):
        cdef int64_t i = 0
        while i < (<Array*>self.object()).len:
            yield self[i]
            i += 1

    def __getbuffer__(self, Py_buffer* view, int flags):
        cdef bint entered = self.owner.look()
        cdef Array* a
        cdef int32_t item
        cdef int kind
        try:
            a = <Array*>self.object()
            item = self.owner.image.types[self.type].args[0]
            kind = kind_of(&self.owner.machine, &item)
            if kind != K_INT and kind != K_FLOAT and kind != K_BYTE:
                raise BufferError("only [int], [float] and [byte] have a buffer")
            if self.readonly and flags & PyBUF_WRITABLE == PyBUF_WRITABLE:
                raise BufferError("the array is readonly")
            self.owner.export(a)
            view.buf = a.data if a.data != NULL else <void*>a
            view.itemsize = 1 if kind == K_BYTE else 8
            view.len = a.len * view.itemsize
            view.readonly = self.readonly
            view.ndim = 1
            view.format = NULL
            if flags & PyBUF_FORMAT:
                view.format = b"q" if kind == K_INT else b"d" if kind == K_FLOAT else b"B"
            view.internal = <void*>a
            view.obj = self
            view.shape = NULL
            view.strides = NULL
            view.suboffsets = NULL
            if flags & PyBUF_ND:
                self.length = a.len
                view.shape = &self.length
            if flags & PyBUF_STRIDES == PyBUF_STRIDES:
                self.stride = view.itemsize
                view.strides = &self.stride
        finally:
            if entered:
                rusk_leave(&self.owner.busy)

    def __releasebuffer__(self, Py_buffer* view):
        cdef Owner w = self.owner
        try:
            w.unexported.append(<int64_t>view.internal)
            if rusk_enter(&w.busy):
                try:
                    w.settle()
                finally:
                    rusk_leave(&w.busy)
            elif w.status == C_HOST and w.thread == PyThread_get_thread_ident():
                w.settle()
        except MemoryError:                     # the array stays as it is
            pass

    def __eq__(self, other):
        return isinstance(other, ArrayView) and self.owner is (<ArrayView>other).owner and self.object() == (<ArrayView>other).object()

    def __hash__(self):
        return hash(<int64_t>self.object())

    def __repr__(self):
        return f"<{self.shown()}, {len(self)} elements>" if self.owner.ready else f"<{self.shown()}>"
