# Rusk notation (07 §12). Part of _values.pyx.

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
