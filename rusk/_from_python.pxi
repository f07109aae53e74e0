# From Python, by value or reference (08 §4). Part of _values.pyx.

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
            if tag == -2:
                raise Mismatch(path_text(path), t.text, "equal keys")
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
        """The fields of ``core::map::Map`` with these entries. Keys of a type whose hash is known here are made plain values first, so that it is known
        which are equal. Others get no hashes: the program makes them when it first searches the map (`Map::adopt`)."""
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
        if kind > K_NEVER and kind != K_STRING and kind != K_BYTES:
            made = {
                "index": index, "hashes": hashes, "names": keys, "contents": values, "live": [True] * n, "count": n, "used": 0,
            }
            return tuple(map(made.__getitem__, t.fields))
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
