# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Reading and writing the tokens of JSON, in bytes."""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcpy

from rusk._engine cimport FLAG_ASCII, SHAPE_BYTES, SHAPE_STRING
from rusk._fiber cimport trap_memory
from rusk._ops cimport array_room
from rusk._text cimport FLOAT_TEXT, float_parse, float_text, int_text, text_from_utf8, text_new, text_slice, utf8_get, utf8_put, utf8_valid

cdef enum:                              # what json_number finds
    NO_DIGIT, BAD_NUMBER, INTEGER, REAL

cdef enum:                              # what json_string finds wrong
    ENDED, BAD_ESCAPE, BAD_HEX, BAD_TEXT

cdef uint64_t ONES = 0x0101010101010101ULL
cdef uint64_t HIGH = 0x8080808080808080ULL


cdef inline uint64_t zero_byte(uint64_t w) noexcept nogil:
    """Not 0 if some byte of w is."""
    return (w - ONES) & ~w & HIGH


cdef inline int64_t inside(const Text* t, int64_t at) noexcept nogil:
    return 0 if at < 0 else t.len if at > t.len else at


# ---------------------------------------------------------------- reading

cdef int64_t json_next(Session* s, const Text* t, int64_t at) noexcept nogil:
    cdef int64_t i = inside(t, at), start = i
    while i < t.len and (t.data[i] == 32 or t.data[i] == 10 or t.data[i] == 13 or t.data[i] == 9):
        i += 1
    s.fuel -= (i - start) >> 3
    return i << 9 | (t.data[i] if i < t.len else 256)


cdef inline int64_t digits(const Text* t, int64_t i) noexcept nogil:
    while i < t.len and 48 <= t.data[i] <= 57:
        i += 1
    return i


cdef int64_t json_number(Session* s, const Text* t, int64_t at) noexcept nogil:
    cdef int64_t i = inside(t, at), start = i, before
    cdef int32_t what = INTEGER
    if i < t.len and t.data[i] == 45:
        i += 1
    before = i
    i = digits(t, i)
    if i == before:
        return i << 2 | NO_DIGIT
    if i < t.len and t.data[i] == 46:
        what = REAL
        before = i + 1
        i = digits(t, before)
        if i == before:
            return i << 2 | BAD_NUMBER
    if i < t.len and (t.data[i] == 101 or t.data[i] == 69):
        what = REAL
        i += 1
        if i < t.len and (t.data[i] == 43 or t.data[i] == 45):
            i += 1
        before = i
        i = digits(t, before)
        if i == before:
            return i << 2 | BAD_NUMBER
    s.fuel -= (i - start) >> 3
    return i << 2 | what


cdef int64_t json_int(Session* s, const Text* t, int64_t start, int64_t end) noexcept nogil:
    cdef int64_t i = inside(t, start), n = inside(t, end)
    cdef uint64_t v = 0
    cdef bint negative = i < n and t.data[i] == 45
    if negative:
        i += 1
    s.fuel -= (n - i) >> 3
    while i < n:
        v = v * 10 + (t.data[i] - 48)
        i += 1
    return <int64_t>(0 - v if negative else v)


cdef double json_float(Session* s, const Text* t, int64_t start, int64_t end) noexcept nogil:
    cdef double v = 0
    cdef int64_t a = inside(t, start), b = inside(t, end)
    s.fuel -= (b - a) >> 2
    if a < b and not float_parse(t.data + a, b - a, &v):
        v = 1e308 * 10
    return v


cdef int32_t hex4(const Text* t, int64_t* at, uint32_t* code) noexcept nogil:
    """Four hexadecimal digits: 0, and `at` after them; or what is wrong, and `at` there."""
    cdef int32_t n
    cdef uint32_t c, v = 0
    for n in range(4):
        if at[0] >= t.len:
            return 1 + ENDED
        c = t.data[at[0]]
        if 48 <= c <= 57:
            c -= 48
        elif 97 <= (c | 32) <= 102:
            c = (c | 32) - 87
        else:
            return 1 + BAD_HEX
        v = v << 4 | c
        at[0] += 1
    code[0] = v
    return 0


cdef inline int32_t escape(uint8_t c) noexcept nogil:
    """What stands for itself or one control character after a backslash; -1 for others."""
    if c == 34 or c == 92 or c == 47:
        return c
    if c == 110:
        return 10
    if c == 114:
        return 13
    if c == 116:
        return 9
    if c == 98:
        return 8
    if c == 102:
        return 12
    return -1


cdef int32_t unicode_escape(const Text* t, int64_t* at, uint32_t* code) noexcept nogil:
    """After ``\\u``: as hex4, for a surrogate pair both."""
    cdef int64_t i
    cdef uint32_t low
    cdef int32_t bad = hex4(t, at, code)
    if bad or not 0xD800 <= code[0] <= 0xDBFF:
        return bad
    i = at[0]
    if i + 1 < t.len and t.data[i] == 92 and t.data[i + 1] == 117:
        at[0] = i + 2
        bad = hex4(t, at, &low)
        if bad:
            return bad
        if 0xDC00 <= low <= 0xDFFF:
            code[0] = 0x10000 + ((code[0] - 0xD800) << 10) + (low - 0xDC00)
        else:
            at[0] = i
    return 0


cdef int64_t json_string(Session* s, const Text* t, int64_t at) noexcept nogil:
    cdef int64_t i = inside(t, at), start = i, n = t.len
    cdef const uint8_t* p = t.data
    cdef uint64_t w
    cdef uint32_t c
    cdef int32_t k
    cdef bint valid = True              # a text that is none is an error once all of it has been read
    while True:
        while i + 8 <= n:
            memcpy(&w, p + i, 8)
            if zero_byte(w ^ (ONES * 34)) | zero_byte(w ^ (ONES * 92)) | (w & HIGH):
                break
            i += 8
        if i >= n:
            return -1 - (n << 2 | ENDED)
        if p[i] == 34:
            s.fuel -= (i - start) >> 3
            return i if valid else -1 - (i + 1 << 2 | BAD_TEXT)
        if p[i] == 92:
            i += 1
            if i >= n:
                return -1 - (n << 2 | ENDED)
            if p[i] == 117:
                i += 1
                k = unicode_escape(t, &i, &c)
                if k:
                    return -1 - (i << 2 | k - 1)
                if 0xD800 <= c <= 0xDFFF:
                    valid = False
            elif escape(p[i]) < 0:
                return -1 - (i << 2 | BAD_ESCAPE)
            else:
                i += 1
        elif p[i] < 0x80:
            i += 1
        else:
            k = utf8_get(p + i, n - i, &c)
            if k < 0:
                valid = False
                k = -k
            i += k


cdef Obj* made(Session* s, Text* t) noexcept nogil:
    if t == NULL:
        trap_memory(s)
    return <Obj*>t


cdef Obj* decoded(Session* s, Text* source, const uint8_t* p, int64_t n) noexcept nogil:
    """n bytes of ``source`` as a string."""
    cdef bint ascii
    cdef Text view
    if utf8_valid(p, n, &ascii):
        return made(s, text_slice(&s.heap, <uint64_t>SHAPE_STRING | (FLAG_ASCII if ascii else 0), source, p - source.data, n))
    view.head = SHAPE_BYTES                 # decoding looks at the bytes only: a text that is no object serves
    view.owner = NULL
    view.data = p
    view.len = n
    return made(s, text_from_utf8(&s.heap, &view))


cdef Obj* json_text(Session* s, Text* t, int64_t start, int64_t end) noexcept nogil:
    cdef int64_t i = inside(t, start), n = inside(t, end)
    cdef const uint8_t* slash
    cdef const uint8_t* p = t.data
    cdef uint8_t* out
    cdef uint32_t c
    cdef bint ascii
    cdef Text* text
    cdef Obj* again
    if n < i:
        n = i
    s.fuel -= (n - i) >> 3
    slash = <const uint8_t*>memchr(p + i, 92, n - i)
    if slash == NULL:
        return decoded(s, t, p + i, n - i)
    text = text_new(&s.heap, SHAPE_STRING, n - i)       # nothing is shorter than what it stands for
    if text == NULL:
        return made(s, NULL)
    out = <uint8_t*>text.data
    while slash != NULL:
        memcpy(out, p + i, slash - (p + i))
        out += slash - (p + i)
        i = slash - p + 1
        if i < n and p[i] == 117:
            i += 1
            if unicode_escape(t, &i, &c) == 0:
                out += utf8_put(out, 0xFFFD if 0xD800 <= c <= 0xDFFF else c)
        elif i < n and escape(p[i]) >= 0:
            out[0] = <uint8_t>escape(p[i])
            out += 1
            i += 1
        if i > n:
            i = n                           # an escape that the end cuts
        slash = <const uint8_t*>memchr(p + i, 92, n - i)
    memcpy(out, p + i, n - i)
    out += n - i
    text.len = out - text.data
    if utf8_valid(text.data, text.len, &ascii):
        if ascii:
            text.head |= FLAG_ASCII
        return <Obj*>text
    s.heap.temp = <Obj*>text
    again = made(s, text_from_utf8(&s.heap, text))
    s.heap.temp = NULL
    return again


# ---------------------------------------------------------------- writing

cdef inline bint plain(uint8_t c) noexcept nogil:
    return c >= 32 and c != 34 and c != 92


cdef bint json_write(Session* s, Array* a, const Text* t) noexcept nogil:
    cdef int64_t i = 0, n = t.len, size = n + 2
    cdef const uint8_t* p = t.data
    cdef uint8_t c
    cdef uint8_t* out
    cdef uint64_t w
    cdef const char* hex = b"0123456789abcdef"
    while i < n:                            # the length
        if i + 8 <= n:
            memcpy(&w, p + i, 8)
            if not (zero_byte(w ^ (ONES * 34)) | zero_byte(w ^ (ONES * 92)) | ((w - ONES * 32) & ~w & HIGH)):
                i += 8
                continue
        c = p[i]
        i += 1
        if not plain(c):
            size += 1 if c == 34 or c == 92 or c == 10 or c == 13 or c == 9 or c == 8 or c == 12 else 5
    if not array_room(s, a, size, 1):
        return False
    out = <uint8_t*>a.data + a.len
    a.len += size
    s.fuel -= size >> 3
    out[0] = 34
    out += 1
    if size == n + 2:
        memcpy(out, p, n)
        out[n] = 34
        return True
    for i in range(n):
        c = p[i]
        if plain(c):
            out[0] = c
            out += 1
            continue
        out[0] = 92
        if c == 34 or c == 92:
            out[1] = c
        elif c == 10:
            out[1] = 110
        elif c == 13:
            out[1] = 114
        elif c == 9:
            out[1] = 116
        elif c == 8:
            out[1] = 98
        elif c == 12:
            out[1] = 102
        else:
            out[1] = 117
            out[2] = 48
            out[3] = 48
            out[4] = <uint8_t>hex[c >> 4]
            out[5] = <uint8_t>hex[c & 15]
            out += 4
        out += 2
    out[0] = 34
    return True


cdef bint buffer_int(Session* s, Array* a, int64_t v) noexcept nogil:
    if a.cap - a.len < 20 and not array_room(s, a, 20, 1):
        return False
    a.len += int_text(<uint8_t*>a.data + a.len, v)
    return True


cdef bint buffer_float(Session* s, Array* a, double v) noexcept nogil:
    cdef uint8_t text[FLOAT_TEXT]
    cdef int32_t n = float_text(text, v)
    s.fuel -= 8
    if not array_room(s, a, n, 1):
        return False
    memcpy(<uint8_t*>a.data + a.len, text, n)
    a.len += n
    return True


cdef bint buffer_char(Session* s, Array* a, int64_t c) noexcept nogil:
    if not array_room(s, a, 4, 1):
        return False
    a.len += utf8_put(<uint8_t*>a.data + a.len, <uint32_t>c)
    return True
