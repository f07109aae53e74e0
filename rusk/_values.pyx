# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""What the host holds of a session; values to and from Python (08 §4); Rusk notation (07 §12) of everything."""

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


# One module, so that the parts call each other as C functions.
include "_to_python.pxi"
include "_views.pxi"
include "_from_python.pxi"
include "_notation.pxi"
