# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Value conversion: to and from Python (08 §4), by value; Rusk notation (07 §12) of everything."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport realloc
from libc.string cimport memcpy, memset

from rusk._engine cimport (
    E_BYTE, E_REF, FLAG_ASCII, FLAG_FINAL, S_ARRAY, S_BOX, SHAPE_BYTES, SHAPE_STRING, Array, Shape, Text, refs, shape_id, variant_tag,
)
from rusk._heap cimport heap_array, heap_new
from rusk._map cimport hash_text, hash_word
from rusk._text cimport FLOAT_TEXT, float_notation, text_of

from rusk.code.image import (
    ARRAY, BOOL, BYTE, BYTES, CELL, CHAR, CONT, ENUM, FLOAT, FN, IFACE, INT, READONLY, STRING, STRUCT, TUPLE, UNIT,
)

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
            raise TypeError("cyclic value")
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
            if item_kind <= K_NEVER:
                node.out = [scalar_to_python(item_kind, element(a, elem, i)) for i in range(a.len)]
            elif item_kind == K_STRING or item_kind == K_BYTES:
                node.out = [text_to_python(item_kind, (<Text**>a.data)[i]) for i in range(a.len)]
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
            raise TypeError(f"values of type {t.text} cannot be converted yet")
        if (kind == K_STRUCT or kind == K_ENUM) and self.maker(node) is None:
            raise TypeError(f"values of type {t.text} cannot be converted yet")
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


cdef object to_python(Session* s, image, makers, int32_t type, int64_t x, Obj* r):
    """The value as a Python object; TypeError for a cyclic one, and for types that are not supported yet.

    ``makers``: by type, a function from the converted fields of a struct to its Python value; for enums a tuple of them, by variant.
    """
    cdef int kind = kind_of(s, &type)
    cdef Export e
    if kind <= K_NEVER:
        return scalar_to_python(kind, x)
    if kind == K_STRING or kind == K_BYTES:
        return text_to_python(kind, <Text*>r)
    e = Export.__new__(Export)
    e.s = s
    e.image = image
    e.makers = makers
    return e.run(type, kind, r)


# ---------------------------------------------------------------- from Python

cdef str path_text(path):
    """The text of a path: a str, or (path before, index or name)."""
    parts = []
    while isinstance(path, tuple):
        path, last = path
        parts.append(f"[{last}]" if isinstance(last, int) else "." + last if last else "")
    parts.append(path)
    parts.reverse()
    return "".join(parts)


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
    if kind == K_INT or kind == K_BYTE:
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            return False
        number = value.__index__()
        if kind == K_BYTE:
            if not 0 <= number <= 255:
                return False
        elif not -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF:
            return False
        x[0] = number
        return True
    if kind == K_FLOAT:
        if isinstance(value, float):
            x[0] = float_bits(value)
            return True
        if isinstance(value, int) and not isinstance(value, bool):
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
        if isinstance(value, str) and len(value) == 1 and not 0xD800 <= ord(value) <= 0xDFFF:
            x[0] = ord(value)
            return True
        return False
    x[0] = 0
    return kind == K_UNIT and value is None


cdef Obj* text_from_python(Session* s, image, int32_t type, int kind, value, path) except NULL:
    cdef uint64_t head = SHAPE_BYTES
    cdef Text* t
    if kind == K_STRING:
        if not isinstance(value, str):
            raise mismatch(image, type, kind, value, path)
        head = SHAPE_STRING
        if value.isascii():
            head |= FLAG_ASCII
        try:
            data = value.encode()
        except UnicodeEncodeError:
            raise mismatch(image, type, kind, value, path) from None
    elif isinstance(value, bytes):
        data = value
    elif isinstance(value, bytearray) or (isinstance(value, memoryview) and value.c_contiguous):
        data = bytes(value)
    else:
        raise mismatch(image, type, kind, value, path)
    t = text_of(&s.heap, head, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    if t == NULL:
        raise MemoryLimit("memory limit exceeded")
    return <Obj*>t


#: kind of the elements -> struct formats of buffers that hold such elements
FORMATS = {K_INT: ("q", "l", "n"), K_FLOAT: ("d",), K_BYTE: ("B",)}


cdef bytes buffer_of(int kind, value):
    """The content of a buffer that is an array with elements of ``kind``, or None."""
    if kind not in FORMATS or isinstance(value, (bytes, bytearray)) and kind != K_BYTE:
        return None
    try:
        view = memoryview(value)
    except TypeError:
        return None
    if view.ndim != 1 or not view.c_contiguous or view.itemsize != (1 if kind == K_BYTE else 8):
        return None
    return view.tobytes() if view.format.lstrip("@=<") in FORMATS[kind] else None


cdef class Import:
    """One conversion from Python. Objects are made before their parts and linked to the ones they are part of at once, so that only the outermost has
    to be pinned.

    ``work``: what is to be done, last first: (type, value, address of the slot, path), or a key of ``done``: its parts are done.
    ``done``: (identity, type) -> (value, address); ``active``: keys of what is under way.
    """

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
                        self.pinned = pin(&self.s.heap, self.root)
        finally:
            if self.pinned >= 0:
                unpin(&self.s.heap, self.pinned)
        return self.root

    cdef int place(self, int32_t type, value, int64_t slot, path) except -1:
        """Convert one value into a slot of 8 bytes, its parts later."""
        cdef int kind = kind_of(self.s, &type)
        cdef int64_t* at = <int64_t*>slot
        if kind <= K_NEVER:
            if not scalar_from_python(kind, value, at):
                raise mismatch(self.image, type, kind, value, path)
            return 0
        if kind == K_STRING or kind == K_BYTES:
            at[0] = <int64_t>text_from_python(self.s, self.image, type, kind, value, path)
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
            if not isinstance(value, tuple) or len(value) != len(t.args):
                got = f"a tuple of length {len(value)}" if isinstance(value, tuple) else given(kind, value)
                raise Mismatch(path_text(path), t.text, got)
            self.words(t.shapes[0], t.args, value, None, at, path, key)
        elif (kind == K_STRUCT or kind == K_ENUM) and self.splitters is not None and self.splitters[type] is not None:
            split = self.splitters[type](value)
            if split is None:
                raise mismatch(self.image, type, kind, value, path)
            tag, parts = split
            if tag < 0:                     # a map: (keys, values)
                parts = self.map_fields(t, parts[0], parts[1], path)
            if kind == K_STRUCT:
                self.words(t.shapes[0], t.args, parts, t.fields, at, path, key)
            else:
                self.words(t.shapes[tag], t.variants[tag].args, parts, None, at, path, key)
                if not parts:
                    return 0
        else:
            raise TypeError(f"values of type {t.text} cannot be converted yet")
        self.done[key] = (value, at[0])
        return 0

    cdef object map_fields(self, t, keys, values, path):
        """The fields of ``core::map::Map`` with these entries. Its keys have a type whose hash is known here."""
        cdef int32_t type = self.image.types[<int>t.args[<int>t.fields.index("names")]].args[0]
        cdef int kind = kind_of(self.s, &type)
        cdef int64_t i, n = len(keys), buckets = 8, x = 0, mask
        cdef uint64_t h, secret = <uint64_t>self.s.secret
        while buckets < n * 10 // 7 + 1:
            buckets *= 2
        mask = buckets - 1
        index = [0] * buckets
        hashes = []
        for i in range(n):
            if kind == K_STRING or kind == K_BYTES:
                if not isinstance(keys[i], str if kind == K_STRING else bytes):
                    raise mismatch(self.image, type, kind, keys[i], (path, "key"))
                data = keys[i].encode("utf-8", "surrogatepass") if kind == K_STRING else keys[i]
                h = hash_text(secret, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
                hashes.append(<int64_t>h)
            elif not scalar_from_python(kind, keys[i], &x):
                raise mismatch(self.image, type, kind, keys[i], (path, "key"))
            elif kind == K_UNIT:
                h = 0
                hashes.append(0)
            else:
                h = <uint64_t>x
            h = hash_word(secret, h)
            x = <int64_t>(h & <uint64_t>mask)
            while index[x]:
                x = (x + 1) & mask
            index[x] = <int64_t>(h >> 32 << 32 | <uint64_t>(i + 1))
        made = {
            "index": index, "hashes": hashes, "names": keys, "contents": values, "live": [True] * n, "count": n, "used": n,
        }
        return [made[name] for name in t.fields]

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
        data = None
        if isinstance(value, (list, tuple)):
            items = tuple(value)            # conversion of elements may run code that changes the list
            n = len(items)
        else:
            items = None
            data = buffer_of(kind, value)
            if data is None:
                raise mismatch(self.image, type, K_ARRAY, value, path)
            n = len(data) // size
        a = heap_array(&self.s.heap, self.s.program.shapes[shape].head, n, size)
        if a == NULL:
            raise MemoryLimit("memory limit exceeded")
        at[0] = <int64_t>a
        if n == 0:
            return 0
        if data is not None:
            memcpy(a.data, PyBytes_AS_STRING(data), n * size)
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


cdef int from_python(Session* s, image, splitters, int32_t type, value, int64_t* x, Obj** r, path) except -1:
    """Convert; raises `Mismatch`, `MemoryLimit`, or TypeError for types that are not supported yet. May collect; a result in ``r`` is not rooted.

    ``splitters``: by type, a function from a Python value to (variant, fields), or to None if it does not fit.
    """
    cdef int kind = kind_of(s, &type)
    cdef Import i
    if kind <= K_NEVER:
        if not scalar_from_python(kind, value, x):
            raise mismatch(image, type, kind, value, path)
        return 0
    if kind == K_STRING or kind == K_BYTES:
        r[0] = text_from_python(s, image, type, kind, value, path)
        return 0
    i = Import.__new__(Import)
    i.s = s
    i.image = image
    i.splitters = splitters
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
        cdef int kind = kind_of(self.s, &type)
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
        cdef Array* names
        cdef Array* contents
        cdef Array* live
        cdef int names_elem, contents_elem
        cdef int64_t i, n
        try:
            at = [t.fields.index(name) for name in ("names", "contents", "live")]
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
        n = min(live.len, names.len, contents.len)      # equal, unless the program is no compiled one
        for i in range(n):
            if element(live, E_BYTE, i):
                todo += [", " if todo else "Map { ", (key, element(names, names_elem, i)), ": "]
                todo.append((value, element(contents, contents_elem, i)))
        todo.append(" }" if todo else "Map {}")
        todo.reverse()
        self.work += todo
        return True


cdef str to_text(Session* s, image, int32_t type, int64_t x, Obj* r):
    """The value in Rusk notation."""
    cdef Printer p = Printer.__new__(Printer)
    cdef int32_t stripped = type
    p.s = s
    p.image = image
    return p.run(type, x if kind_of(s, &stripped) <= K_NEVER else <int64_t>r)
