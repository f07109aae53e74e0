# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Value conversion. Scalars, text, and arrays of those, to and from Python; Rusk notation (07 §12) of everything."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport realloc
from libc.string cimport memcpy, memset

from rusk._engine cimport (
    E_BYTE, E_REF, FLAG_ASCII, FLAG_FINAL, S_ARRAY, S_BOX, SHAPE_BYTES, SHAPE_STRING, Array, Shape, Text, refs, shape_id, variant_tag,
)
from rusk._heap cimport heap_array
from rusk._text cimport FLOAT_TEXT, float_notation, text_of

from rusk.code.image import (
    ARRAY, BOOL, BYTE, BYTES, CELL, CHAR, CONT, ENUM, FLOAT, FN, IFACE, INT, READONLY, STRING, STRUCT, TUPLE, UNIT,
)

cdef enum:
    K_UNIT, K_BOOL, K_INT, K_FLOAT, K_BYTE, K_CHAR, K_NEVER, K_STRING, K_BYTES, K_ARRAY, K_TUPLE, K_STRUCT, K_ENUM, K_FN, K_CONT, K_IFACE
    K_CELL, K_READONLY

assert (UNIT, BOOL, INT, FLOAT, BYTE, CHAR, STRING, BYTES, ARRAY, TUPLE, STRUCT, ENUM, FN, CONT, IFACE, CELL, READONLY) == (
    K_UNIT, K_BOOL, K_INT, K_FLOAT, K_BYTE, K_CHAR, K_STRING, K_BYTES, K_ARRAY, K_TUPLE, K_STRUCT, K_ENUM, K_FN, K_CONT, K_IFACE, K_CELL,
    K_READONLY,
)


class Mismatch(TypeError):
    """A Python value does not fit the Rusk type: ``path`` (``arg 1[3]``), ``expected`` (the type), ``got``."""

    def __init__(self, path, expected, got):
        super().__init__(f"{path}: expected {expected}, got {got}")
        self.path = path
        self.expected = expected
        self.got = got


class MemoryLimit(MemoryError):
    """The value does not fit into the session's memory limit."""


# ---------------------------------------------------------------- pins

cdef int64_t pin(Heap* h, Obj* o) except -1:
    cdef int64_t i
    cdef Obj** grown
    for i in range(h.npins - 1, -1, -1):
        if h.pins[i] == NULL:
            h.pins[i] = o
            return i
        if i < h.npins - 8:
            break
    i = h.npins
    if i & (i - 1) == 0:                    # the capacity is the next power of two
        grown = <Obj**>realloc(h.pins, (2 * i if i else 1) * sizeof(Obj*))
        if grown == NULL:
            raise MemoryError
        h.pins = grown
    h.pins[i] = o
    h.npins = i + 1
    return i


cdef void unpin(Heap* h, int64_t index) noexcept:
    h.pins[index] = NULL


# ---------------------------------------------------------------- to Python

cdef inline double as_float(int64_t bits) noexcept nogil:
    cdef double v
    memcpy(&v, &bits, 8)
    return v


cdef inline int64_t float_bits(double v) noexcept nogil:
    cdef int64_t bits
    memcpy(&bits, &v, 8)
    return bits


cdef int kind_of(image, int32_t* type) except -1:
    """Kind of a type; ``type`` is stripped of views."""
    t = image.types[type[0]]
    while t.kind == K_READONLY:
        type[0] = t.args[0]
        t = image.types[type[0]]
    return t.kind


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


cdef object to_python(Session* s, image, int32_t type, int64_t x, Obj* r):
    """The value as a Python object; TypeError for types that are not supported yet."""
    cdef int kind = kind_of(image, &type)
    cdef int32_t item
    cdef int64_t i
    cdef Array* a
    cdef int elem
    if kind <= K_NEVER:
        return scalar_to_python(kind, x)
    if kind == K_STRING or kind == K_BYTES:
        return text_to_python(kind, <Text*>r)
    if kind == K_ARRAY:
        item = image.types[type].args[0]
        kind = kind_of(image, &item)
        a = <Array*>r
        elem = s.program.shapes[shape_id(r)].elem
        if kind <= K_NEVER:
            return [scalar_to_python(kind, element(a, elem, i)) for i in range(a.len)]
        if kind == K_STRING or kind == K_BYTES:
            return [text_to_python(kind, (<Text**>a.data)[i]) for i in range(a.len)]
    raise TypeError(f"values of type {image.types[type].text} cannot be converted yet")


# ---------------------------------------------------------------- from Python

cdef object given(value):
    """What a value is, for messages."""
    return type(value).__name__


cdef int scalar_from_python(image, int32_t type, int kind, value, int64_t* x, object path) except -1:
    if kind == K_INT or kind == K_BYTE:
        if not isinstance(value, bool) and hasattr(value, "__index__"):
            number = value.__index__()
            if kind == K_BYTE:
                if 0 <= number <= 255:
                    x[0] = number
                    return 0
            elif -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF:
                x[0] = number
                return 0
            raise Mismatch(path, image.types[type].text, str(number) if -10**40 < number < 10**40 else "a larger int")
    elif kind == K_FLOAT:
        if isinstance(value, float):
            x[0] = float_bits(value)
            return 0
        if isinstance(value, int) and not isinstance(value, bool):
            try:
                if int(float(value)) == value:
                    x[0] = float_bits(float(value))
                    return 0
            except OverflowError:
                pass
            raise Mismatch(path, "float", "an int that is no exact float")
    elif kind == K_BOOL:
        if isinstance(value, bool):
            x[0] = 1 if value else 0
            return 0
    elif kind == K_CHAR:
        if isinstance(value, str) and len(value) == 1 and not 0xD800 <= ord(value) <= 0xDFFF:
            x[0] = ord(value)
            return 0
    elif kind == K_UNIT:
        if value is None:
            x[0] = 0
            return 0
    raise Mismatch(path, image.types[type].text, given(value))


cdef Obj* text_from_python(Session* s, image, int32_t type, int kind, value, object path) except NULL:
    cdef uint64_t head = SHAPE_BYTES
    cdef Text* t
    if kind == K_STRING:
        if not isinstance(value, str):
            raise Mismatch(path, "string", given(value))
        head = SHAPE_STRING
        if value.isascii():
            head |= FLAG_ASCII
        try:
            data = value.encode()
        except UnicodeEncodeError:
            raise Mismatch(path, "string", "a str with lone surrogates") from None
    elif isinstance(value, bytes):
        data = value
    elif isinstance(value, (bytearray, memoryview)):
        data = bytes(value)
    else:
        raise Mismatch(path, "bytes", given(value))
    t = text_of(&s.heap, head, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    if t == NULL:
        raise MemoryLimit("memory limit exceeded")
    return <Obj*>t


cdef Obj* array_from_python(Session* s, image, int32_t type, value, object path) except NULL:
    cdef int32_t item = image.types[type].args[0]
    cdef int kind = kind_of(image, &item)
    cdef int64_t i, n, x = 0, at
    cdef int shape = image.types[type].shapes[0]
    cdef int elem
    cdef Array* a
    if not isinstance(value, (list, tuple)):
        raise Mismatch(path, image.types[type].text, given(value))
    if kind > K_BYTES or shape < 0:
        raise TypeError(f"values of type {image.types[type].text} cannot be converted yet")
    elem = s.program.shapes[shape].elem
    value = tuple(value)                    # conversion of elements may run code that changes the list
    n = len(value)
    a = heap_array(&s.heap, s.program.shapes[shape].head, n, 1 if elem == E_BYTE else 8)
    if a == NULL:
        raise MemoryLimit("memory limit exceeded")
    memset(a.data, 0, n * (1 if elem == E_BYTE else 8))
    at = pin(&s.heap, <Obj*>a)
    try:
        for i in range(n):
            if kind <= K_NEVER:
                scalar_from_python(image, item, kind, value[i], &x, f"{path}[{i}]")
                if elem == E_BYTE:
                    (<uint8_t*>a.data)[i] = <uint8_t>x
                else:
                    (<int64_t*>a.data)[i] = x
            else:
                (<Obj**>a.data)[i] = text_from_python(s, image, item, kind, value[i], f"{path}[{i}]")
    finally:
        unpin(&s.heap, at)
    return <Obj*>a


cdef int from_python(Session* s, image, int32_t type, value, int64_t* x, Obj** r, object path) except -1:
    """Convert; raises `Mismatch`, `MemoryLimit`, or TypeError for types that are not supported yet. May collect; a result in ``r`` is not rooted."""
    cdef int kind = kind_of(image, &type)
    if kind <= K_NEVER:
        return scalar_from_python(image, type, kind, value, x, path)
    if kind == K_STRING or kind == K_BYTES:
        r[0] = text_from_python(s, image, type, kind, value, path)
        return 0
    if kind == K_ARRAY:
        r[0] = array_from_python(s, image, type, value, path)
        return 0
    raise TypeError(f"values of type {image.types[type].text} cannot be converted yet")


# ---------------------------------------------------------------- Rusk notation

ESCAPES = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", 0: "\\0"}
STRING_ESCAPES = {**ESCAPES, ord('"'): '\\"'}
CHAR_ESCAPES = {**ESCAPES, ord("'"): "\\'"}


cdef str escaped(str text, dict table):
    text = text.translate(table)
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text])


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
    """One printing. ``work``: what is still to be written, last first: a str, (type, address or bits), or an int: an object that is done."""

    cdef Session* s
    cdef object image
    cdef list out
    cdef list work
    cdef set path

    cdef str run(self, int32_t type, int64_t bits):
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
        return "".join(self.out)

    cdef void value(self, int32_t type, int64_t bits) except *:
        cdef int kind = kind_of(self.image, &type)
        cdef Obj* o = <Obj*>bits
        if kind <= K_NEVER:
            self.out.append(scalar_notation(kind, bits))
            return
        if kind == K_STRING:
            self.out.append('"' + escaped(text_to_python(K_STRING, <Text*>o), STRING_ESCAPES) + '"')
            return
        if kind == K_BYTES:
            self.out.append(bytes_notation(text_to_python(K_BYTES, <Text*>o)))
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
        for i in range(a.len):
            if i:
                todo.append(", ")
            todo.append((type, element(a, elem, i)))
        todo.append("]")
        todo.reverse()
        self.work += todo

    cdef bint map(self, t, Obj* o) except -1:
        """A map in insertion order; False if its layout is not the one known here."""
        return False


cdef str to_text(Session* s, image, int32_t type, int64_t x, Obj* r):
    """The value in Rusk notation."""
    cdef Printer p = Printer.__new__(Printer)
    cdef int32_t stripped = type
    p.s = s
    p.image = image
    return p.run(type, x if kind_of(image, &stripped) <= K_NEVER else <int64_t>r)
