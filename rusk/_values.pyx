# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Value conversion: to and from Python (08 §4), by value; Rusk notation (07 §12) of everything."""

cimport cython
from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_SIMPLE, PyBUF_STRIDES, PyBUF_WRITABLE, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.long cimport PyLong_CheckExact
from cpython.ref cimport Py_INCREF
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport realloc
from libc.string cimport memcpy, memset, strlen


cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    Py_UCS4 PyUnicode_READ_CHAR(object, Py_ssize_t)
    object PyUnicode_AsUTF8String(object)
    object PyUnicode_FromObject(object)
    char* PyByteArray_AS_STRING(object)
    Py_ssize_t PyByteArray_GET_SIZE(object)
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1
    unsigned long PyThread_get_thread_ident()


from rusk._engine cimport E_BYTE, FLAG_ASCII, FLAG_SHARED, SHAPE_BYTES, SHAPE_STRING, Array, Heap, Shape, Text, shape_id, variant_tag
from rusk._engine cimport Cont as Continuation
from rusk._heap cimport heap_array, heap_free, heap_new, heap_reserve, heap_resize
from rusk._map cimport hash_text, hash_word
from rusk._text cimport FLOAT_TEXT, float_notation, text_of

from _weakref import ref

from rusk.code.image import (
    ARRAY, BOOL, BYTE, BYTES, CELL, CHAR, CONT, ENUM, FLOAT, FN, IFACE, INT, READONLY, STRING, STRUCT, TUPLE, UNIT,
)
from rusk.code.errors import HostTypeError, InvalidContinuationError, InvalidStateError, ReadonlyError
from rusk.code.opcodes import stale

if (UNIT, BOOL, INT, FLOAT, BYTE, CHAR, STRING, BYTES, ARRAY, TUPLE, STRUCT, ENUM, FN, CONT, IFACE, CELL, READONLY) != (
    K_UNIT, K_BOOL, K_INT, K_FLOAT, K_BYTE, K_CHAR, K_STRING, K_BYTES, K_ARRAY, K_TUPLE, K_STRUCT, K_ENUM, K_FN, K_CONT, K_IFACE, K_CELL,
    K_READONLY,
):
    raise stale("rusk._values", "image")


class Mismatch(HostTypeError):
    """A Python value does not fit the Rusk type: ``path`` (``arg 1[3]``), ``expected`` (the type), ``got``."""

    def __init__(self, path, expected, got):
        super().__init__(f"{path}: expected {expected}, got {got}")
        self.path = path
        self.expected = expected
        self.got = got


class MemoryLimit(MemoryError):
    """The value does not fit into the session's memory limit."""


# ---------------------------------------------------------------- who uses a session, and what the host holds of it

@cython.no_gc_clear
cdef class Owner:

    cdef int enter(self) except -1:
        """Take the session for this thread."""
        if not rusk_enter(&self.busy):
            raise InvalidStateError("session re-entered during host call" if self.status == C_HOST else "session is used by another thread")
        if not self.ready or self.closing:
            rusk_leave(&self.busy)
            raise InvalidStateError("session is closed")
        if self.dropped or self.unexported:
            try:
                self.settle()
            except:
                rusk_leave(&self.busy)
                raise
        return 0

    cdef bint look(self) except -1:
        """As `enter`, but a host function may look at what its own session handed out."""
        if self.status == C_HOST and self.thread == PyThread_get_thread_ident():
            return False
        self.enter()
        return True

    cdef int settle(self) except -1:
        """Carry out what could not be while the session was in use."""
        while self.unexported:
            self.unexport(self.unexported.pop())
        while self.dropped:
            self.unpin(self.dropped.pop())
        return 0

    cdef int64_t pin(self, Obj* o) except -1:
        """Keep an object alive."""
        cdef Heap* h = &self.machine.heap
        cdef int64_t i
        cdef bint fits
        cdef Obj** grown
        if self.free_pins:
            i = self.free_pins.pop()
            h.pins[i] = o
            return i
        i = h.npins
        if i & (i - 1) == 0:                    # the capacity is the next power of two
            h.temp = o
            fits = heap_reserve(h, (i if i else 1) * sizeof(Obj*))
            h.temp = NULL
            if not fits:
                raise MemoryLimit("memory limit exceeded")
            grown = <Obj**>realloc(h.pins, (2 * i if i else 1) * sizeof(Obj*))
            if grown == NULL:
                raise MemoryError
            h.pins = grown
        h.pins[i] = o
        h.npins = i + 1
        return i

    cdef void unpin(self, int64_t index):
        if index < self.machine.heap.npins:
            self.machine.heap.pins[index] = NULL
            self.free_pins.append(index)

    cdef void release(self, int64_t index):
        """Unpin at any time, from any thread. Without memory for that the object stays as long as the session."""
        try:
            self.dropped.append(index)
        except MemoryError:
            return
        if rusk_enter(&self.busy):
            try:
                if self.ready:
                    self.settle()
            except MemoryError:
                pass
            finally:
                rusk_leave(&self.busy)

    cdef export(self, Array* a):
        """One more buffer shares the memory of the array, which must stay where it is and as long as it is."""
        cdef int64_t size = 1 if self.machine.program.shapes[shape_id(<Obj*>a)].elem == E_BYTE else 8
        cdef void* data
        if a.len < a.cap:                       # no room to grow: the loop looks at nothing else before a push
            data = heap_resize(&self.machine.heap, a.data, a.cap * size, a.len * size)
            if data != NULL:
                a.data = data
                a.cap = a.len
        a.head |= FLAG_SHARED
        self.exports[<int64_t>a] = self.exports.get(<int64_t>a, 0) + 1

    cdef unexport(self, int64_t address):
        cdef int64_t left = self.exports[address] - 1
        if left:
            self.exports[address] = left
            return
        del self.exports[address]
        (<Obj*>address).head &= ~FLAG_SHARED
        if self.closing and not self.exports:
            self.free_heap()

    cdef void free_heap(self):
        self.ready = False
        heap_free(&self.machine.heap)


cdef Owner NOBODY = Owner()


@cython.no_gc_clear
cdef class Reference:

    def __cinit__(self):
        self.index = -1
        self.owner = NOBODY                     # until `refer` knows better: Python code can make instances that belong to no session

    def __dealloc__(self):
        if self.index >= 0:
            self.owner.release(self.index)

    cdef Obj* object(self) except NULL:
        if not self.owner.ready:
            raise InvalidStateError("session is closed")
        return self.owner.machine.heap.pins[self.index]

    cdef str shown(self):
        if self.owner is NOBODY:
            return "view of nothing"
        return ("view of " if self.owner.ready else "view of a closed session: ") + self.owner.image.types[self.type].text


cdef Reference refer(type cls, Owner w, int32_t type, bint readonly, Obj* o):
    cdef Reference r = cls.__new__(cls)
    r.owner = w
    r.type = type
    r.readonly = readonly
    r.index = w.pin(o)
    return r


cdef class Cont(Reference):
    """A continuation of a session (08 §9): opaque, used once. It keeps what it captured alive until it is used or dropped.

    ``id``: its number in the session, which a saved session keeps.
    """

    @property
    def param(self):
        """The type of the value that it is resumed with, as text."""
        return self.owner.image.types[<int>self.owner.image.types[self.type].args[0]].text

    @property
    def result(self):
        """The type of what it results in, as text."""
        return self.owner.image.types[<int>self.owner.image.types[self.type].args[1]].text

    def drop(self):
        """Release it; no code of the program runs. `InvalidContinuationError` when it was dropped before or given to ``resume_tail``."""
        if self.spent:
            raise InvalidContinuationError("continuation handle was used or dropped")
        self.spent = True
        self.owner.release(self.index)
        self.index = -1

    def __repr__(self):
        return f"<rusk.Cont({self.param}) -> {self.result}>" if self.owner is not NOBODY else "<rusk.Cont of no session>"


cdef Cont handle(Owner w, int32_t type, int64_t id, Obj* o):
    """A handle of a continuation; id 0: a new one."""
    cdef Cont c = refer(Cont, w, type, False, o)
    if id == 0:
        w.last_cont += 1
        id = w.last_cont
    elif id > w.last_cont:
        w.last_cont = id
    c.id = id
    if w.handles is None:
        w.handles = {}
    w.handles[id] = ref(c)
    return c


# ---------------------------------------------------------------- to Python

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


# ---------------------------------------------------------------- views: objects of the session, by reference

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


# ---------------------------------------------------------------- from Python

cdef str path_text(path):
    """The text of a path: the number of an argument, a str, or (path before, index or name)."""
    parts = []
    while isinstance(path, tuple):
        path, last = path
        parts.append(f"[{last}]" if isinstance(last, int) else "." + last if last else "")
    parts.append(f"arg {path}" if isinstance(path, int) else path)
    parts.reverse()
    return "".join(parts)


cdef str type_name(value):
    return "continuation" if isinstance(value, Cont) else "view"


cdef Reference reference_of(value):
    """What a view or a continuation handle refers to."""
    if isinstance(value, Reference):
        return value
    found = getattr(type(value), "__rusk_view__", None)         # the classes of views of structs and enums
    return found.__get__(value) if found is not None else None


cdef object given(int kind, value):
    """What a value is, for messages."""
    if (kind == K_INT or kind == K_BYTE) and isinstance(value, int) and not isinstance(value, bool):
        return str(value) if -10**40 < value < 10**40 else "a larger int"
    if kind == K_FLOAT and isinstance(value, int) and not isinstance(value, bool):
        return "an int that is no exact float"
    if (kind == K_STRING or kind == K_CHAR) and isinstance(value, str):
        return "a str with lone surrogates" if kind == K_STRING or len(value) == 1 else f"a str of length {len(value)}"
    return type(value).__name__


cdef object mismatch(image, int32_t type, int kind, value, path):
    return Mismatch(path_text(path), image.types[type].text, given(kind, value))


cdef bint scalar_from_python(int kind, value, int64_t* x) except -1:
    """Whether ``value`` fits; then it is in ``x``."""
    cdef int overflow = 0
    cdef int64_t small
    if kind == K_INT or kind == K_BYTE:
        if not PyLong_CheckExact(value):
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                return False
            value = value.__index__()
        small = PyLong_AsLongLongAndOverflow(value, &overflow)
        if overflow or (kind == K_BYTE and not 0 <= small <= 255):
            return False
        x[0] = small
        return True
    if kind == K_FLOAT:
        if PyFloat_CheckExact(value):
            x[0] = float_bits(PyFloat_AS_DOUBLE(value))
            return True
        if isinstance(value, float):
            x[0] = float_bits(value)
            return True
        if isinstance(value, int) and not isinstance(value, bool):
            value = int.__index__(value)
            try:
                if int(float(value)) == value:
                    x[0] = float_bits(float(value))
                    return True
            except OverflowError:
                pass
        return False
    if kind == K_BOOL:
        x[0] = value is True
        return isinstance(value, bool)
    if kind == K_CHAR:
        if isinstance(value, str) and PyUnicode_GET_LENGTH(value) == 1:
            x[0] = PyUnicode_READ_CHAR(value, 0)
            return not 0xD800 <= x[0] <= 0xDFFF
        return False
    x[0] = 0
    return kind == K_UNIT and value is None


cdef bytes utf8(value):
    """The text of a str; None if it has lone surrogates."""
    try:
        return PyUnicode_AsUTF8String(value)
    except UnicodeEncodeError:
        return None


cdef Obj* text_from_python(Owner w, int32_t type, int kind, value, path) except NULL:
    # Nothing here asks the value itself: a subclass may answer anything.
    cdef uint64_t head = SHAPE_BYTES
    cdef Text* t
    if kind == K_STRING:
        if not isinstance(value, str):
            raise mismatch(w.image, type, kind, value, path)
        data = utf8(value)
        if data is None:
            raise mismatch(w.image, type, kind, value, path)
        head = SHAPE_STRING
        if PyBytes_GET_SIZE(data) == PyUnicode_GET_LENGTH(value):
            head |= FLAG_ASCII
    elif isinstance(value, bytes):
        data = value
    elif isinstance(value, bytearray):
        t = text_of(&w.machine.heap, head, <const uint8_t*>PyByteArray_AS_STRING(value), PyByteArray_GET_SIZE(value))
        if t == NULL:
            raise MemoryLimit("memory limit exceeded")
        return <Obj*>t
    elif isinstance(value, memoryview):
        try:
            data = bytes(value) if value.c_contiguous else None
        except ValueError:                      # it has been released
            data = None
        if data is None:
            raise mismatch(w.image, type, kind, value, path)
    else:
        raise mismatch(w.image, type, kind, value, path)
    t = text_of(&w.machine.heap, head, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    if t == NULL:
        raise MemoryLimit("memory limit exceeded")
    return <Obj*>t


cdef const char* BYTES_FORMAT = b"B"


cdef bint right_buffer(int kind, const Py_buffer* b, value):
    """Whether a buffer is an array with elements of ``kind``."""
    cdef const char* f = b.format
    if f == NULL:
        f = BYTES_FORMAT
    if b.ndim != 1 or (b.strides != NULL and b.strides[0] != b.itemsize and b.len > 0):
        return False
    if f[0] == c"@" or f[0] == c"=" or f[0] == c"<":
        f += 1
    if strlen(f) != 1:
        return False
    if kind == K_BYTE:
        return f[0] == c"B" and b.itemsize == 1
    if b.itemsize != 8 or isinstance(value, (bytes, bytearray)):
        return False
    return f[0] == c"d" if kind == K_FLOAT else f[0] == c"q" or f[0] == c"l" or f[0] == c"n"


cdef class Import:
    """One conversion from Python. Objects are made before their parts and linked to the ones they are part of at once, so that only the outermost has
    to be pinned.

    ``work``: what is to be done, last first: (type, value, address of the slot, path), or a key of ``done``: its parts are done.
    ``done``: (identity, type) -> (value, address); ``active``: keys of what is under way.
    """

    cdef Owner owner
    cdef Session* s
    cdef object image
    cdef object splitters
    cdef dict done
    cdef set active
    cdef list work
    cdef Obj* root
    cdef int64_t pinned

    cdef Obj* run(self, int32_t type, value, path) except NULL:
        self.done = {}
        self.active = set()
        self.work = [(type, value, <int64_t>&self.root, path)]
        self.root = NULL
        self.pinned = -1
        try:
            while self.work:
                item = self.work.pop()
                if len(item) == 2:
                    self.active.discard(item)
                else:
                    self.place(item[0], item[1], item[2], item[3])
                    if self.pinned < 0:
                        self.pinned = self.owner.pin(self.root)
        finally:
            if self.pinned >= 0:
                self.owner.unpin(self.pinned)
        return self.root

    cdef int place(self, int32_t type, value, int64_t slot, path) except -1:
        """Convert one value into a slot of 8 bytes, its parts later."""
        cdef bint readonly = self.image.types[type].kind == K_READONLY
        cdef int kind = kind_of(self.s, &type)
        cdef int64_t* at = <int64_t*>slot
        cdef Reference ref
        if kind <= K_NEVER:
            if not scalar_from_python(kind, value, at):
                raise mismatch(self.image, type, kind, value, path)
            return 0
        if kind == K_STRING or kind == K_BYTES:
            at[0] = <int64_t>text_from_python(self.owner, type, kind, value, path)
            return 0
        ref = reference_of(value)
        if kind == K_CONT or ref is not None and (kind != K_ENUM or ref.type == type):     # else a bare `Some`, or nothing that fits
            at[0] = <int64_t>self.referred(ref, type, kind, readonly, value, path)
            return 0
        key = (id(value), type)
        known = self.done.get(key)
        if known is not None:
            if key in self.active:
                raise Mismatch(path_text(path), self.image.types[type].text, "a cyclic value")
            at[0] = known[1]
            return 0
        t = self.image.types[type]
        if kind == K_ARRAY:
            self.array(t, type, value, at, path, key)
        elif kind == K_TUPLE:
            if not isinstance(value, tuple):
                raise mismatch(self.image, type, kind, value, path)
            parts = tuple(value)
            if len(parts) != len(t.args):
                raise Mismatch(path_text(path), t.text, f"a tuple of length {len(parts)}")
            self.words(t.shapes[0], t.args, parts, None, at, path, key)
        elif (kind == K_STRUCT or kind == K_ENUM) and self.splitters is not None and self.splitters[type] is not None:
            split = self.splitters[type](value)
            if split is None:
                raise mismatch(self.image, type, kind, value, path)
            tag, parts = split
            if tag < 0:                     # a map: (keys, values)
                parts = self.map_fields(t, parts[0], parts[1], path)
            parts = tuple(parts)
            if len(parts) != len(t.args if kind == K_STRUCT else t.variants[tag].args):     # somebody has changed the class
                raise Mismatch(path_text(path), t.text, f"{given(kind, value)} with {len(parts)} fields")
            if kind == K_STRUCT:
                self.words(t.shapes[0], t.args, parts, t.fields, at, path, key)
            else:
                self.words(t.shapes[tag], t.variants[tag].args, parts, None, at, path, key)
                if not parts:
                    return 0
        else:
            raise HostTypeError(f"values of type {t.text} do not cross the boundary")
        self.done[key] = (value, at[0])
        return 0

    cdef Obj* referred(self, Reference ref, int32_t type, int kind, bint readonly, value, path) except NULL:
        """The object that a view or a continuation handle stands for."""
        if ref is None:
            raise mismatch(self.image, type, kind, value, path)
        if ref.owner is not self.owner:
            raise Mismatch(path_text(path), self.image.types[type].text, f"a {type_name(value)} of another session")
        if kind == K_CONT and isinstance(ref, Cont):
            if (<Cont>ref).spent or (<Continuation*>ref.object()).bottom == NULL:
                raise InvalidContinuationError("invalid pinned continuation handle: already consumed")
        if ref.type != type:
            raise Mismatch(path_text(path), self.image.types[type].text, f"a {type_name(value)} of {self.image.types[ref.type].text}")
        if ref.readonly and not readonly:
            raise Mismatch(path_text(path), self.image.types[type].text, f"a {type_name(value)} of readonly {self.image.types[ref.type].text}")
        return ref.object()

    cdef object map_fields(self, t, keys, values, path):
        """The fields of ``core::map::Map`` with these entries. Its keys have a type whose hash is known here; they are made plain values first, so that it is
        known which are equal."""
        cdef int32_t type = self.image.types[<int>t.args[<int>t.fields.index("names")]].args[0]
        cdef int kind = kind_of(self.s, &type)
        cdef int64_t i, n = len(keys), buckets = 8, x = 0, mask
        cdef uint64_t h, secret = <uint64_t>self.s.secret
        while buckets < n * 10 // 7 + 1:
            buckets *= 2
        mask = buckets - 1
        index = [0] * buckets
        hashes = []
        names = []
        for i in range(n):
            key = keys[i]
            if kind == K_STRING or kind == K_BYTES:
                data = None
                if isinstance(key, str if kind == K_STRING else bytes):
                    data = utf8(key) if kind == K_STRING else bytes.__add__(key, b"")
                if data is None:
                    raise mismatch(self.image, type, kind, key, (path, "key"))
                names.append(PyUnicode_FromObject(key) if kind == K_STRING else data)
                h = hash_text(secret, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
                hashes.append(<int64_t>h)
            elif not scalar_from_python(kind, key, &x):
                raise mismatch(self.image, type, kind, key, (path, "key"))
            elif kind == K_UNIT:
                names.append(None)
                h = 0
                hashes.append(0)
            else:
                names.append(scalar_to_python(kind, x))
                h = <uint64_t>x
            h = hash_word(secret, h)
            x = <int64_t>(h & <uint64_t>mask)
            while index[x]:
                x = (x + 1) & mask
            index[x] = <int64_t>(h >> 32 << 32 | <uint64_t>(i + 1))
        if len(set(names)) != n:
            raise Mismatch(path_text(path), t.text, "equal keys")
        made = {
            "index": index, "hashes": hashes, "names": names, "contents": values, "live": [True] * n, "count": n, "used": n,
        }
        return tuple(map(made.__getitem__, t.fields))

    cdef int words(self, int shape, types, parts, names, int64_t* at, path, key) except -1:
        """A struct, tuple or variant."""
        cdef const Shape* sh = &self.s.program.shapes[shape]
        cdef Obj* o = heap_new(&self.s.heap, sh.cls, sh.nwords, sh.head)
        cdef int64_t i, n = len(types)
        if o == NULL:
            raise MemoryLimit("memory limit exceeded")
        memset(o.w, 0, sh.nwords * 8)
        at[0] = <int64_t>o
        order = self.image.shapes[shape].order
        self.active.add(key)
        self.work.append(key)
        for i in range(n - 1, -1, -1):
            last = names[i] if names else "" if n == 1 else str(i)
            self.work.append((types[i], parts[i], <int64_t>&o.w[<int>order[i]], (path, last)))
        return 0

    cdef int array(self, t, int32_t type, value, int64_t* at, path, key) except -1:
        cdef int32_t item = t.args[0]
        cdef int kind = kind_of(self.s, &item)
        cdef int shape = t.shapes[0]
        cdef int elem = self.s.program.shapes[shape].elem
        cdef int64_t i, n, x = 0
        cdef int64_t size = 1 if elem == E_BYTE else 8
        cdef Array* a
        cdef Py_buffer buffer
        if isinstance(value, (list, tuple)):
            items = tuple(value)            # conversion of elements may run code that changes the list
            n = len(items)
        elif kind == K_INT or kind == K_FLOAT or kind == K_BYTE:
            items = None
            try:
                PyObject_GetBuffer(value, &buffer, PyBUF_FORMAT | PyBUF_STRIDES)
            except (TypeError, BufferError, ValueError):
                raise mismatch(self.image, type, K_ARRAY, value, path) from None
            try:
                if not right_buffer(kind, &buffer, value):
                    raise mismatch(self.image, type, K_ARRAY, value, path)
                a = heap_array(&self.s.heap, self.s.program.shapes[shape].head, buffer.len // size, size)
                if a == NULL:
                    raise MemoryLimit("memory limit exceeded")
                if buffer.len:
                    memcpy(a.data, buffer.buf, buffer.len)
            finally:
                PyBuffer_Release(&buffer)
            at[0] = <int64_t>a
            return 0
        else:
            raise mismatch(self.image, type, K_ARRAY, value, path)
        a = heap_array(&self.s.heap, self.s.program.shapes[shape].head, n, size)
        if a == NULL:
            raise MemoryLimit("memory limit exceeded")
        at[0] = <int64_t>a
        if n == 0:
            return 0
        memset(a.data, 0, n * size)
        if kind <= K_NEVER:
            for i in range(n):
                if not scalar_from_python(kind, items[i], &x):
                    raise mismatch(self.image, item, kind, items[i], (path, i))
                if elem == E_BYTE:
                    (<uint8_t*>a.data)[i] = <uint8_t>x
                else:
                    (<int64_t*>a.data)[i] = x
            return 0
        self.active.add(key)
        self.work.append(key)
        for i in range(n - 1, -1, -1):
            self.work.append((item, items[i], <int64_t>&(<int64_t*>a.data)[i], (path, i)))
        return 0


cdef int from_python(Owner w, int32_t type, value, int64_t* x, Obj** r, path) except -1:
    """Convert; raises `Mismatch`, `InvalidContinuationError`, `MemoryLimit`. May collect; a result in ``r`` is not rooted.

    ``splitters``: by type, a function from a Python value to (variant, fields), or to None if it does not fit.
    """
    cdef int32_t plain = type
    cdef int kind = kind_of(&w.machine, &plain)
    cdef Import i
    if kind <= K_NEVER:
        if not scalar_from_python(kind, value, x):
            raise mismatch(w.image, plain, kind, value, path)
        return 0
    if kind == K_STRING or kind == K_BYTES:
        r[0] = text_from_python(w, plain, kind, value, path)
        return 0
    i = Import.__new__(Import)
    i.owner = w
    i.s = &w.machine
    i.image = w.image
    i.splitters = w.splitters
    r[0] = i.run(type, value, path)
    return 0


# ---------------------------------------------------------------- Rusk notation

ESCAPES = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", 0: "\\0"}
STRING_ESCAPES = {**ESCAPES, ord('"'): '\\"'}
CHAR_ESCAPES = {**ESCAPES, ord("'"): "\\'"}


cdef str escaped(str text, dict table):
    text = text.translate(table)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


cdef str bytes_notation(bytes data):
    out = []
    for b in data:
        if b in STRING_ESCAPES:
            out.append(STRING_ESCAPES[b])
        elif 0x20 <= b <= 0x7E:
            out.append(chr(b))
        else:
            out.append(f"\\x{b:02x}")
    return 'b"' + "".join(out) + '"'


cdef str float_str(int64_t bits):
    cdef uint8_t buf[FLOAT_TEXT]
    cdef int32_t n = float_notation(buf, as_float(bits))
    return buf[:n].decode("ascii")


cdef str last_name(str path):
    """``m::Point<int>`` -> ``Point``"""
    return path.partition("<")[0].rpartition("::")[2]


cdef str scalar_notation(int kind, int64_t x):
    if kind == K_FLOAT:
        return float_str(x)
    if kind == K_BOOL:
        return "true" if x else "false"
    if kind == K_CHAR:
        return "'" + escaped(chr(x), CHAR_ESCAPES) + "'"
    if kind == K_UNIT or kind == K_NEVER:
        return "()"
    return str(x)


cdef class Printer:
    """One printing. ``work``: what is still to be written, last first: a str, (type, address or bits), or an int: an object that is done.

    ``most``: where to stop, in characters, about. No more of an object is looked at than that may show.
    """

    cdef Session* s
    cdef object image
    cdef list out
    cdef list work
    cdef set path
    cdef int64_t most

    cdef str run(self, int32_t type, int64_t bits):
        cdef int64_t left = self.most
        self.out = []
        self.work = [(type, bits)]
        self.path = set()
        while self.work:
            item = self.work.pop()
            if isinstance(item, str):
                self.out.append(item)
            elif isinstance(item, tuple):
                self.value(item[0], item[1])
            else:
                self.path.discard(item)
                continue
            left -= len(self.out[len(self.out) - 1]) if self.out else 1
            if left < 0:
                return "".join(self.out)[:self.most] + "..."
        return "".join(self.out)

    cdef void value(self, int32_t type, int64_t bits) except *:
        cdef int kind = kind_of(self.s, &type)
        cdef Obj* o = <Obj*>bits
        if kind <= K_NEVER:
            self.out.append(scalar_notation(kind, bits))
            return
        if kind == K_STRING:
            self.out.append('"' + escaped(text_beginning(K_STRING, <Text*>o, self.most), STRING_ESCAPES) + '"')
            return
        if kind == K_BYTES:
            self.out.append(bytes_notation(text_beginning(K_BYTES, <Text*>o, self.most)))
            return
        t = self.image.types[type]
        if kind == K_CONT:
            self.out.append("<cont>")
        elif kind == K_IFACE:
            self.out.append("<" + last_name(t.name) + ">")
        elif kind == K_FN:
            self.out.append("<fn " + self.image.funcs[self.s.program.shapes[shape_id(o)].func].name + ">")
        elif bits in self.path:
            self.out.append("...")
        else:
            self.path.add(bits)
            self.work.append(bits)
            self.object(t, kind, o)

    cdef void object(self, t, int kind, Obj* o) except *:
        if kind == K_ARRAY:
            self.array(t, <Array*>o)
        elif kind == K_TUPLE:
            self.words("(", ",)" if len(t.args) == 1 else ")", (), t.args, t.shapes[0], o)
        elif kind == K_STRUCT:
            name = last_name(t.name)
            if t.name == "core::map::Map":
                if self.map(t, o):
                    return
            if t.newtype:
                self.words(name + "(", ")", (), t.args, t.shapes[0], o)
            elif t.args:
                self.words(name + " { ", " }", t.fields, t.args, t.shapes[0], o)
            else:
                self.out.append(name + " {}")
        elif kind == K_ENUM:
            v = t.variants[variant_tag(o)]
            name = last_name(t.name) + "::" + v.name
            if v.args:
                self.words(name + "(", ")", (), v.args, t.shapes[variant_tag(o)], o)
            else:
                self.out.append(name)
        else:
            self.out.append("<cell>")

    cdef void words(self, str before, str after, names, types, int shape, Obj* o) except *:
        """The fields of an object, in declared order."""
        order = self.image.shapes[shape].order
        self.out.append(before)
        todo = []
        for i, type in enumerate(types):
            if i:
                todo.append(", ")
            if names:
                todo.append(names[i] + ": ")
            todo.append((type, o.w[<int>order[i]]))
        todo.append(after)
        todo.reverse()
        self.work += todo

    cdef void array(self, t, Array* a) except *:
        cdef int64_t i
        cdef int elem = self.s.program.shapes[shape_id(<Obj*>a)].elem
        type = t.args[0]
        self.out.append("[")
        todo = []
        for i in range(min(a.len, self.most)):
            if i:
                todo.append(", ")
            todo.append((type, element(a, elem, i)))
        todo.append("]" if a.len <= self.most else "...")
        todo.reverse()
        self.work += todo

    cdef bint map(self, t, Obj* o) except -1:
        """A map in insertion order; False if its layout is not the one known here."""
        cdef Array* names
        cdef Array* contents
        cdef Array* live
        cdef int names_elem, contents_elem
        cdef int64_t i, n
        try:
            at = t.fields.index("names"), t.fields.index("contents"), t.fields.index("live")
        except ValueError:
            return False
        order = self.image.shapes[<int>t.shapes[0]].order
        names = <Array*>o.w[<int>order[<int>at[0]]]
        contents = <Array*>o.w[<int>order[<int>at[1]]]
        live = <Array*>o.w[<int>order[<int>at[2]]]
        names_elem = self.s.program.shapes[shape_id(<Obj*>names)].elem
        contents_elem = self.s.program.shapes[shape_id(<Obj*>contents)].elem
        key = self.image.types[<int>t.args[<int>at[0]]].args[0]
        value = self.image.types[<int>t.args[<int>at[1]]].args[0]
        todo = []
        n = min(live.len, names.len, contents.len, self.most)   # the lengths are equal, unless the program is no compiled one
        for i in range(n):
            if element(live, E_BYTE, i):
                todo += [", " if todo else "Map { ", (key, element(names, names_elem, i)), ": "]
                todo.append((value, element(contents, contents_elem, i)))
        todo.append(" }" if todo else "Map {}")
        todo.reverse()
        self.work += todo
        return True


cdef object text_beginning(int kind, const Text* t, int64_t most):
    """As much of a text as its first ``most`` characters need, or a little more."""
    cdef int64_t n = t.len
    if n > 4 * most + 4:
        n = 4 * most + 4
        while t.data[n] & 0xC0 == 0x80:
            n -= 1
    if kind == K_STRING:
        return PyUnicode_DecodeUTF8(<const char*>t.data, n, NULL)
    return PyBytes_FromStringAndSize(<const char*>t.data, n)


cdef str to_text(Owner w, int32_t type, int64_t x, Obj* r, int64_t most=-1):
    """The value in Rusk notation; ``most``: the characters that are wanted, about (-1: all)."""
    cdef Printer p = Printer.__new__(Printer)
    cdef int32_t stripped = type
    p.s = &w.machine
    p.image = w.image
    p.most = most if most >= 0 else <int64_t>1 << 40
    return p.run(type, x if kind_of(&w.machine, &stripped) <= K_NEVER else <int64_t>r)
