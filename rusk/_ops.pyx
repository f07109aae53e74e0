# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The longer instructions, out of the loop."""

from libc.math cimport acos, asin, atan, cbrt, cos, exp, log, log2, log10, sin, tan
from libc.stdint cimport uint8_t
from libc.stdio cimport snprintf
from libc.string cimport memcpy, memmove, memset

from rusk._engine cimport E_BYTE, FLAG_ASCII, FLAG_FINAL, FLAG_SHARED, HEAD_SHAPE, SHAPE_BYTES, SHAPE_STRING, T_TEXT, shape_id
from rusk._fiber cimport trap_memory, trap_text
from rusk._heap cimport heap_array, heap_resize
from rusk._opcodes cimport (
    OP_BoolToStr, OP_BufToStr, OP_BytesFromArray, OP_BytesToStr, OP_CharToStr, OP_FloatParseOk, OP_FloatToStr, OP_IntParseOk, OP_IntToStr, OP_OpaqueToStr,
    OP_StrCharAt, OP_StrCharNext, OP_StrCodepointAt, OP_StrFromChars, OP_StrFromUtf8, OP_StrFromUtf16, OP_StrNextIndex, OP_StrToBytes,
    OP_Utf8Valid, OP_Utf16Valid,
)
from rusk._strings cimport (
    WORDS, char_case, text_case, text_chars, text_find, text_join_array, text_lines, text_repeat, text_rfind, text_split, text_to_chars, text_trim,
    text_words,
)
from rusk._text cimport (
    FLOAT_TEXT, char_at, char_offset, float_parse, float_text, fnv, int_parse, int_text, text_concat, text_from_chars, text_from_utf8,
    text_from_utf16, text_join, text_new, text_of, text_slice, utf8_put, utf8_valid, utf16_valid,
)


# ---------------------------------------------------------------- traps

cdef bint trap_index(Session* s, int64_t index, int64_t len) noexcept nogil:
    s.trap = T_TEXT
    snprintf(s.trap_text, sizeof(s.trap_text), b"index out of bounds: index=%lld, len=%lld", <long long>index, <long long>len)
    return False


cdef bint trap_amount(Session* s, const char* op, int64_t amount) noexcept nogil:
    s.trap = T_TEXT
    snprintf(s.trap_text, sizeof(s.trap_text), b"%s: shift amount out of range: %lld", op, <long long>amount)
    return False


cdef Obj* trap2(Session* s, const char* op, const char* text) noexcept nogil:
    s.trap = T_TEXT
    snprintf(s.trap_text, sizeof(s.trap_text), b"core::intrinsics::%s: %s", op, text)
    return NULL


# ---------------------------------------------------------------- arrays

cdef int64_t elem_size(Session* s, const Array* a) noexcept nogil:
    return 1 if s.program.shapes[shape_id(<const Obj*>a)].elem == E_BYTE else 8


cdef inline void put(Array* a, int64_t at, int64_t value, int64_t size) noexcept nogil:
    if size == 8:
        (<int64_t*>a.data)[at] = value
    else:
        (<uint8_t*>a.data)[at] = <uint8_t>value


cdef inline int64_t take(const Array* a, int64_t at, int64_t size) noexcept nogil:
    return (<int64_t*>a.data)[at] if size == 8 else (<uint8_t*>a.data)[at]


cdef inline bint shared(Session* s, const Array* a) noexcept nogil:
    if a.head & FLAG_SHARED:
        trap_text(s, b"array is shared with the host")
        return True
    return False


cdef bint reserve(Session* s, Array* a, int64_t n, int64_t size) noexcept nogil:
    """Room for n elements, with room to grow."""
    cdef int64_t cap
    cdef void* data
    if n <= a.cap:
        return True
    if n > (<int64_t>1 << 58):
        trap_memory(s)
        return False
    cap = a.cap + (a.cap >> 1) + 4
    if cap < n:
        cap = n
    data = heap_resize(&s.heap, a.data, a.cap * size, cap * size)
    if data == NULL and cap > n:
        cap = n
        data = heap_resize(&s.heap, a.data, a.cap * size, cap * size)
    if data == NULL:
        trap_memory(s)
        return False
    a.data = data
    a.cap = cap
    return True


cdef bint array_room(Session* s, Array* a, int64_t extra, int64_t size) noexcept nogil:
    return not shared(s, a) and reserve(s, a, a.len + extra, size)


cdef bint array_push_slow(Session* s, Array* a, int64_t value, int64_t size) noexcept nogil:
    if shared(s, a) or not reserve(s, a, a.len + 1, size):
        return False
    put(a, a.len, value, size)
    a.len += 1
    return True


cdef void shrink(Session* s, Array* a, int64_t size) noexcept nogil:
    """Give back memory after the length has become much smaller than the capacity."""
    cdef int64_t cap = a.len * 2
    cdef void* data
    if a.cap < 1024 or a.len > a.cap // 8:
        return
    data = heap_resize(&s.heap, a.data, a.cap * size, cap * size)
    if data != NULL:
        a.data = data
        a.cap = cap


cdef bint array_pop(Session* s, Array* a, int64_t* value, int64_t size) noexcept nogil:
    if shared(s, a):
        return False
    if a.len == 0:
        return trap_index(s, -1, 0)
    a.len -= 1
    value[0] = take(a, a.len, size)
    shrink(s, a, size)
    return True


cdef bint array_insert(Session* s, Array* a, int64_t at, int64_t value, int64_t size) noexcept nogil:
    cdef char* p
    if at < 0 or at > a.len:
        return trap_index(s, at, a.len)
    if shared(s, a) or not reserve(s, a, a.len + 1, size):
        return False
    p = <char*>a.data + at * size
    memmove(p + size, p, (a.len - at) * size)
    a.len += 1
    put(a, at, value, size)
    s.fuel -= (a.len - at) * size >> 4
    return True


cdef bint array_remove(Session* s, Array* a, int64_t at, int64_t* value, int64_t size) noexcept nogil:
    cdef char* p
    if at < 0 or at >= a.len:
        return trap_index(s, at, a.len)
    if shared(s, a):
        return False
    value[0] = take(a, at, size)
    a.len -= 1
    p = <char*>a.data + at * size
    memmove(p, p + size, (a.len - at) * size)
    s.fuel -= (a.len - at) * size >> 4
    shrink(s, a, size)
    return True


cdef bint array_resize(Session* s, Array* a, int64_t n, int64_t value, int64_t size) noexcept nogil:
    cdef int64_t i
    cdef int64_t* p
    if n < 0:
        trap2(s, b"array_resize", b"new_len must be >= 0")
        return False
    if n != a.len and shared(s, a):
        return False
    if n > a.len:
        if not reserve(s, a, n, size):
            return False
        s.fuel -= (n - a.len) * size >> 4
        if size == 1:
            memset(<char*>a.data + a.len, <int>value, n - a.len)
        elif value == 0:
            memset(<int64_t*>a.data + a.len, 0, (n - a.len) * 8)
        else:
            p = <int64_t*>a.data
            for i in range(a.len, n):
                p[i] = value
    a.len = n
    shrink(s, a, size)
    return True


cdef bint array_extend(Session* s, Array* a, Array* b) noexcept nogil:
    cdef int64_t size = elem_size(s, a)
    cdef int64_t n = b.len
    if n == 0:
        return True
    if shared(s, a) or not reserve(s, a, a.len + n, size):
        return False
    memcpy(<char*>a.data + a.len * size, b.data, n * size)
    a.len += n
    s.fuel -= n * size >> 4
    return True


cdef bint array_clear(Session* s, Array* a) noexcept nogil:
    if a.len and shared(s, a):
        return False
    a.len = 0
    shrink(s, a, elem_size(s, a))
    return True


cdef Obj* array_concat(Session* s, Array* a, Array* b) noexcept nogil:
    cdef int64_t size = elem_size(s, a)
    cdef Array* out = heap_array(&s.heap, (a.head & HEAD_SHAPE) | FLAG_FINAL, a.len + b.len, size)
    if out == NULL:
        trap_memory(s)
        return NULL
    if a.len:
        memcpy(out.data, a.data, a.len * size)
    if b.len:
        memcpy(<char*>out.data + a.len * size, b.data, b.len * size)
    s.fuel -= out.len * size >> 4
    return <Obj*>out


cdef Obj* array_slice(Session* s, Array* a, int64_t start, int64_t end, bint ro) noexcept nogil:
    cdef int64_t size = elem_size(s, a)
    cdef Array* out
    if start < 0:
        trap_index(s, start, a.len)
        return NULL
    if end < 0:
        trap_index(s, end, a.len)
        return NULL
    if start > end:
        return trap2(s, b"array_slice_ro" if ro else b"array_slice", b"start must be <= end")
    if end > a.len:
        trap_index(s, end, a.len)
        return NULL
    out = heap_array(&s.heap, (a.head & HEAD_SHAPE) | FLAG_FINAL, end - start, size)
    if out == NULL:
        trap_memory(s)
        return NULL
    if end > start:
        memcpy(out.data, <char*>a.data + start * size, (end - start) * size)
    s.fuel -= (end - start) * size >> 4
    return <Obj*>out


# ---------------------------------------------------------------- text

cdef inline Obj* made(Session* s, Text* t) noexcept nogil:
    if t == NULL:
        trap_memory(s)
        return NULL
    return <Obj*>t


cdef inline void charge_copy(Session* s, const Text* t, const Text* first) noexcept nogil:
    """For the bytes that making ``t`` has copied: not those of ``first`` if they share a buffer."""
    cdef int64_t n = t.len
    if t.owner != NULL and t.owner == first.owner:
        n -= first.len
    s.fuel -= n >> 4


cdef Obj* op_concat(Session* s, Text* a, Text* b) noexcept nogil:
    cdef Text* t = text_concat(&s.heap, a, b)
    if t != NULL:
        charge_copy(s, t, a)
    return made(s, t)


cdef Obj* op_join(Session* s, Obj** r, const uint64_t* regs, int64_t n) noexcept nogil:
    cdef Text* t = text_join(&s.heap, r, regs, n)
    if t != NULL and n > 0:
        charge_copy(s, t, <Text*>r[regs[0] & 0xFFFF])
    return made(s, t)


cdef Obj* op_slice(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil:
    cdef int64_t a, b
    if start < 0:
        return trap2(s, b"string_slice", b"from must be >= 0")
    if end < -1:
        return trap2(s, b"string_slice", b"to must be >= 0")
    if end >= 0 and start > end:
        return trap2(s, b"string_slice", b"from > to")
    a = char_offset(t, start)
    if a < 0:
        return trap2(s, b"string_slice", b"from out of bounds")
    b = t.len
    if end >= 0:
        b = char_offset(t, end)
        if b < 0:
            return trap2(s, b"string_slice", b"to out of bounds")
    if not t.head & FLAG_ASCII:
        s.fuel -= b >> 3
    s.fuel -= (b - a) >> 4
    return made(s, text_slice(&s.heap, SHAPE_STRING, t, a, b - a))


cdef Obj* op_byte_slice(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil:
    cdef const char* name = b"string_byte_slice" if shape_id(<Obj*>t) == SHAPE_STRING else b"bytes_slice"
    if start < 0:
        return trap2(s, name, b"from must be >= 0")
    if end < -1:
        return trap2(s, name, b"to must be >= 0")
    if end == -1:
        end = t.len
    if start > end:
        return trap2(s, name, b"from > to")
    if end > t.len:
        return trap2(s, name, b"to out of bounds")
    return made(s, text_slice(&s.heap, SHAPE_BYTES, t, start, end - start))


cdef int64_t op_hash(Session* s, Text* t) noexcept nogil:
    s.fuel -= t.len >> 2
    return <int64_t>fnv(0xCBF29CE484222325ULL, t.data, t.len)


cdef bint op_char(Session* s, Text* t, int64_t at, int32_t what, int64_t* out) noexcept nogil:
    """The four instructions that read one character at a byte offset."""
    cdef uint32_t c = 0
    cdef int32_t n = char_at(t, at, &c)
    cdef const char* name = b"string_next_index" if what == OP_StrNextIndex else b"string_codepoint_at"
    if n == 0:
        if what == OP_StrNextIndex and at == t.len:
            out[0] = -1
            return True
        if what != OP_StrNextIndex and what != OP_StrCodepointAt:
            return trap_index(s, at, t.len)
        if at < 0:
            trap2(s, name, b"idx must be >= 0")
        elif at >= t.len:
            trap2(s, name, b"idx out of bounds")
        else:
            trap2(s, name, b"invalid UTF-8 boundary")
        return False
    out[0] = at + n if what == OP_StrNextIndex or what == OP_StrCharNext else <int64_t>c
    return True


cdef double bits_float(int64_t bits) noexcept nogil:
    cdef double v
    memcpy(&v, &bits, 8)
    return v


cdef Obj* op_make_text(Session* s, int32_t op, int64_t x, Obj* r) noexcept nogil:
    cdef uint8_t buf[FLOAT_TEXT]
    cdef int32_t n
    cdef Text* t
    cdef Array* a
    cdef Text* source = <Text*>r
    cdef Text view
    cdef bint plain
    cdef uint64_t ascii = <uint64_t>SHAPE_STRING | FLAG_ASCII
    if op == OP_IntToStr:
        n = int_text(buf, x)
        t = text_of(&s.heap, ascii, buf, n)
    elif op == OP_FloatToStr:
        n = float_text(buf, bits_float(x))
        s.fuel -= 8
        t = text_of(&s.heap, ascii, buf, n)
    elif op == OP_BoolToStr:
        t = text_of(&s.heap, ascii, b"true" if x else b"false", 4 if x else 5)
    elif op == OP_CharToStr:
        n = utf8_put(buf, <uint32_t>x)
        t = text_of(&s.heap, ascii if n == 1 else <uint64_t>SHAPE_STRING, buf, n)
    elif op == OP_BytesToStr:
        n = snprintf(<char*>buf, FLOAT_TEXT, b"bytes(len=%lld)", <long long>source.len)
        t = text_of(&s.heap, ascii, buf, n)
    elif op == OP_OpaqueToStr:
        t = text_of(&s.heap, ascii, b"<object>", 8)
    elif op == OP_StrFromUtf8:
        s.fuel -= source.len >> 2
        t = text_from_utf8(&s.heap, source)
    elif op == OP_StrToBytes:
        t = text_slice(&s.heap, SHAPE_BYTES, source, 0, source.len)
    elif op == OP_StrFromChars:
        s.fuel -= (<Array*>r).len
        t = text_from_chars(&s.heap, <Array*>r)
    elif op == OP_StrFromUtf16:
        s.fuel -= (<Array*>r).len
        t = text_from_utf16(&s.heap, <Array*>r)
    elif op == OP_BufToStr:
        a = <Array*>r
        s.fuel -= a.len >> 3
        if utf8_valid(<uint8_t*>a.data, a.len, &plain):
            t = text_of(&s.heap, ascii if plain else <uint64_t>SHAPE_STRING, <uint8_t*>a.data, a.len)
        else:                               # decoding looks at the bytes only: a text that is no object serves
            view.head = SHAPE_BYTES
            view.owner = NULL
            view.data = <uint8_t*>a.data
            view.len = a.len
            t = text_from_utf8(&s.heap, &view)
    else:                                   # OP_BytesFromArray
        a = <Array*>r
        s.fuel -= a.len >> 4
        t = text_of(&s.heap, SHAPE_BYTES, <uint8_t*>a.data, a.len)
    return made(s, t)


cdef bint buffer_append(Session* s, Array* a, const Text* t) noexcept nogil:
    if t.len == 0:
        return True
    if shared(s, a) or not reserve(s, a, a.len + t.len, 1):
        return False
    memcpy(<char*>a.data + a.len, t.data, t.len)
    a.len += t.len
    s.fuel -= t.len >> 4
    return True


cdef Obj* op_float_fixed(Session* s, double v, int64_t digits) noexcept nogil:
    cdef uint8_t buf[FLOAT_TEXT]
    cdef Text* t
    cdef int32_t n
    if v - v != 0.0:                        # infinite or NaN
        n = float_text(buf, v)
        return made(s, text_of(&s.heap, <uint64_t>SHAPE_STRING | FLAG_ASCII, buf, n))
    if digits < 0 or digits > 1 << 30:
        trap_memory(s)
        return NULL
    n = snprintf(NULL, 0, b"%.*f", <int>digits, v)
    t = text_new(&s.heap, <uint64_t>SHAPE_STRING | FLAG_ASCII, n + 1)
    if t == NULL:
        return made(s, NULL)
    snprintf(<char*>t.data, n + 1, b"%.*f", <int>digits, v)
    t.len = n
    s.fuel -= n >> 2
    return <Obj*>t


cdef bint op_valid(Session* s, int32_t op, Obj* r) noexcept nogil:
    cdef Text* t = <Text*>r
    cdef int64_t i
    cdef double f
    cdef bint ascii
    if op == OP_Utf8Valid:
        s.fuel -= t.len >> 3
        return utf8_valid(t.data, t.len, &ascii)
    if op == OP_Utf16Valid:
        s.fuel -= (<Array*>r).len >> 1
        return utf16_valid(<Array*>r)
    s.fuel -= t.len >> 2
    if op == OP_IntParseOk:
        return int_parse(t.data, t.len, &i)
    return float_parse(t.data, t.len, &f)


cdef Obj* op_bytes_to_array(Session* s, Text* t, uint32_t shape) noexcept nogil:
    cdef Array* a = heap_array(&s.heap, <uint64_t>shape | FLAG_FINAL, t.len, 1)
    if a == NULL:
        trap_memory(s)
        return NULL
    if t.len:
        memcpy(a.data, t.data, t.len)
    s.fuel -= t.len >> 4
    return <Obj*>a


# ---------------------------------------------------------------- methods of strings

cdef int64_t op_find(Session* s, const Text* t, const Text* needle, int64_t start) noexcept nogil:
    cdef int64_t work = 0
    cdef int64_t at = text_find(t, needle, start, &work)
    s.fuel -= work >> 4
    return at


cdef int64_t op_rfind(Session* s, const Text* t, const Text* needle) noexcept nogil:
    cdef int64_t work = 0
    cdef int64_t at = text_rfind(t, needle, &work)
    s.fuel -= work >> 4
    return at


cdef int64_t op_chars(Session* s, const Text* t, int64_t n) noexcept nogil:
    if n < 0 or n > t.len:
        n = t.len
    if not t.head & FLAG_ASCII:
        s.fuel -= n >> 4
    return text_chars(t, n)


cdef int64_t op_offset(Session* s, const Text* t, int64_t index) noexcept nogil:
    cdef int64_t at = char_offset(t, index) if index >= 0 else -1
    if not t.head & FLAG_ASCII:
        s.fuel -= (at if at >= 0 else t.len) >> 3
    return at


cdef inline bint between(const Text* t, int64_t at) noexcept nogil:
    """Whether a byte offset is one between characters, the start or the end."""
    return 0 <= at <= t.len and (at == t.len or (t.data[at] & 0xC0) != 0x80)


cdef Obj* op_cut(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil:
    if start > end or not between(t, start) or not between(t, end):
        return trap2(s, b"string_slice", b"invalid UTF-8 boundary")
    return made(s, text_slice(&s.heap, SHAPE_STRING, t, start, end - start))


cdef inline Obj* made_array(Session* s, Array* a, int64_t work) noexcept nogil:
    if a == NULL:
        trap_memory(s)
        return NULL
    s.fuel -= (work >> 3) + a.len
    return <Obj*>a


cdef Obj* op_to_chars(Session* s, const Text* t, uint32_t shape) noexcept nogil:
    return made_array(s, text_to_chars(&s.heap, shape, t), t.len)


cdef Obj* op_split(Session* s, Text* t, const Text* sep, uint32_t shape) noexcept nogil:
    cdef int64_t work = 0
    cdef Array* a = text_split(&s.heap, shape, t, sep, &work)
    return made_array(s, a, work)


cdef Obj* op_pieces(Session* s, Text* t, uint32_t shape, uint32_t what) noexcept nogil:
    if what == WORDS:
        return made_array(s, text_words(&s.heap, shape, t), t.len << 3)
    return made_array(s, text_lines(&s.heap, shape, t), t.len)


cdef Obj* op_join_array(Session* s, const Array* parts, const Text* sep) noexcept nogil:
    cdef Text* t = text_join_array(&s.heap, parts, sep)
    if t != NULL:
        s.fuel -= parts.len + (t.len >> 4)
    return made(s, t)


cdef Obj* op_repeat(Session* s, Text* t, int64_t n) noexcept nogil:
    cdef Text* out = text_repeat(&s.heap, t, n if n > 0 else 0)
    if out != NULL:
        s.fuel -= out.len >> 4
    return made(s, out)


cdef Obj* op_trim(Session* s, Text* t, uint32_t sides) noexcept nogil:
    cdef Text* out = text_trim(&s.heap, t, sides)
    if out != NULL:
        s.fuel -= t.len - out.len
    return made(s, out)


cdef Obj* op_case(Session* s, Text* t, uint32_t which) noexcept nogil:
    s.fuel -= t.len
    return made(s, text_case(&s.heap, t, which))


cdef Obj* op_char_case(Session* s, int64_t c, uint32_t which) noexcept nogil:
    return made(s, char_case(&s.heap, <uint32_t>c, which))


# ---------------------------------------------------------------- numbers

cdef double op_float_math(uint32_t which, double v) noexcept nogil:
    if which == 0:
        return sin(v)
    if which == 1:
        return cos(v)
    if which == 2:
        return tan(v)
    if which == 3:
        return asin(v)
    if which == 4:
        return acos(v)
    if which == 5:
        return atan(v)
    if which == 6:
        return exp(v)
    if which == 7:
        return log(v)
    if which == 8:
        return log2(v)
    if which == 9:
        return log10(v)
    return cbrt(v)


cdef int64_t op_pow(int64_t base, int64_t exponent) noexcept nogil:
    cdef uint64_t b = <uint64_t>base, r = 1
    while exponent > 0:
        if exponent & 1:
            r *= b
        b *= b
        exponent >>= 1
    return <int64_t>r
