# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Strings and bytes, and the text of numbers."""

from libc.math cimport isnan
from libc.string cimport memchr, memcpy, memset

from rusk._engine cimport FLAG_ASCII, FLAG_BUFFER, FLAG_JOINED, HEAD_SHAPE, SHAPE_BYTES, SHAPE_STRING
from rusk._heap cimport class_of, heap_new


cdef extern from *:
    """
    #if defined(__SIZEOF_INT128__)
    static uint64_t mul_high(uint64_t a, uint64_t b, uint64_t *low) {
        unsigned __int128 p = (unsigned __int128)a * b;
        *low = (uint64_t)p;
        return (uint64_t)(p >> 64);
    }
    #else
    static uint64_t mul_high(uint64_t a, uint64_t b, uint64_t *low) {
        uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
        uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
        uint64_t mid = (p00 >> 32) + (uint32_t)p01 + (uint32_t)p10;
        *low = a * b;
        return p11 + (p01 >> 32) + (p10 >> 32) + (mid >> 32);
    }
    #endif
    """
    uint64_t mul_high(uint64_t a, uint64_t b, uint64_t* low) nogil

cdef extern from "_strtod.h" nogil:
    void rusk_strtod_init()
    double rusk_strtod(const char* text)

rusk_strtod_init()


# ---------------------------------------------------------------- making

cdef enum:
    BUFFER_FROM = 256           # bytes from which appending uses buffers
    SLICE_CLASS = 2             # class_of(3)


cdef inline int64_t* capacity(Text* buffer) noexcept nogil:
    """Of a buffer, whose bytes begin after this word."""
    return <int64_t*>(<uint8_t*>buffer + sizeof(Text))


cdef inline uint8_t* inline_data(Text* t) noexcept nogil:
    return <uint8_t*>t + sizeof(Text)


cdef Text* text_new(Heap* h, uint64_t head, int64_t n) noexcept nogil:
    cdef int64_t words = 3 + ((n + 7) >> 3)
    cdef Text* t
    if n > <int64_t>1 << 58:
        h.failed = True
        return NULL
    t = <Text*>heap_new(h, class_of(words), words, head)
    if t == NULL:
        return NULL
    t.owner = NULL
    t.data = inline_data(t)
    t.len = n
    return t


cdef Text* text_of(Heap* h, uint64_t head, const uint8_t* data, int64_t n) noexcept nogil:
    """A copy of the bytes, which must not lie in an object that only this call could keep alive."""
    cdef Text* t = text_new(h, head, n)
    if t != NULL:
        memcpy(inline_data(t), data, n)
    return t


cdef Text* text_slice(Heap* h, uint64_t head, Text* t, int64_t start, int64_t n) noexcept nogil:
    """Bytes start .. start + n of ``t``; ``head`` is the shape, the ASCII flag is inherited."""
    cdef Text* out
    head |= t.head & FLAG_ASCII
    if n <= 16:
        return text_of(h, head, t.data + start, n)
    if n == t.len and head == (t.head & (HEAD_SHAPE | FLAG_ASCII)):
        return t
    out = <Text*>heap_new(h, SLICE_CLASS, 3, head)
    if out != NULL:
        out.owner = <Obj*>t if t.owner == NULL else t.owner
        out.data = t.data + start
        out.len = n
    return out


cdef inline bint fits(const Text* a, int64_t extra) noexcept nogil:
    """Whether ``extra`` bytes can be appended to ``a`` where it lies: it ends where the used part of its buffer ends, and there is room."""
    cdef const Text* buffer = <const Text*>a.owner
    return (
        buffer != NULL and buffer.head & FLAG_BUFFER and a.data + a.len == buffer.data + buffer.len
        and extra <= capacity(<Text*>buffer)[0] - buffer.len
    )


cdef inline Text* extended(Heap* h, Text* a, int64_t extra, uint64_t head) noexcept nogil:
    """A slice of the buffer of ``a`` that begins with ``a`` and takes the next ``extra`` bytes."""
    cdef Text* t = <Text*>heap_new(h, SLICE_CLASS, 3, head | FLAG_JOINED)
    if t != NULL:
        t.owner = a.owner
        t.data = a.data
        t.len = a.len + extra
        (<Text*>a.owner).len += extra
    return t


cdef Text* text_append(Heap* h, Text* a, int64_t extra, uint64_t head) noexcept nogil:
    """A text that begins with the bytes of ``a`` and has room for ``extra`` more, which the caller fills in before anything else happens.

    So that a text that grows by appending is not copied each time, a long one that was itself made by concatenation is put into a buffer, an
    object with spare room that only owns bytes; the text is a slice of it. When the next append finds that ``a`` ends where the used part
    of its buffer ends, the new bytes go right there: other slices of the buffer end before them. Where memory is short there is no spare room.
    """
    cdef int64_t n = a.len + extra
    cdef int64_t room = 2 * n
    cdef Text* buffer = NULL
    cdef Text* t
    if fits(a, extra):
        return extended(h, a, extra, head)
    if n >= BUFFER_FROM and a.head & FLAG_JOINED and extra <= a.len:
        buffer = text_new(h, <uint64_t>SHAPE_BYTES | FLAG_BUFFER, room + 8)
    if buffer == NULL:
        t = text_new(h, head | FLAG_JOINED, n)
        if t != NULL:
            memcpy(inline_data(t), a.data, a.len)
        return t
    capacity(buffer)[0] = room
    buffer.data += 8
    buffer.len = n
    memcpy(<uint8_t*>buffer.data, a.data, a.len)
    h.temp = <Obj*>buffer
    t = <Text*>heap_new(h, SLICE_CLASS, 3, head | FLAG_JOINED)
    h.temp = NULL
    if t != NULL:
        t.owner = <Obj*>buffer
        t.data = buffer.data
        t.len = n
    return t


cdef Text* text_concat(Heap* h, Text* a, Text* b) noexcept nogil:
    cdef uint64_t head = (a.head & HEAD_SHAPE) | (a.head & b.head & FLAG_ASCII)
    cdef Text* t
    if a.len == 0:
        return b
    if b.len == 0:
        return a
    t = extended(h, a, b.len, head) if fits(a, b.len) else text_append(h, a, b.len, head)
    if t != NULL:
        memcpy(<uint8_t*>t.data + a.len, b.data, b.len)
    return t


cdef inline Text* part(Obj** r, const uint64_t* regs, int64_t i) noexcept nogil:
    return <Text*>r[regs[i >> 2] >> (16 * (i & 3)) & 0xFFFF]


cdef Text* text_join(Heap* h, Obj** r, const uint64_t* regs, int64_t n) noexcept nogil:
    cdef int64_t i, size = 0
    cdef uint64_t flag = FLAG_ASCII
    cdef Text* t
    cdef uint8_t* out
    for i in range(n):
        size += part(r, regs, i).len
        flag &= part(r, regs, i).head
    if n == 0:
        return text_new(h, <uint64_t>SHAPE_STRING | flag, 0)
    t = text_append(h, part(r, regs, 0), size - part(r, regs, 0).len, <uint64_t>SHAPE_STRING | flag)
    if t == NULL:
        return NULL
    out = <uint8_t*>t.data + part(r, regs, 0).len
    for i in range(1, n):
        memcpy(out, part(r, regs, i).data, part(r, regs, i).len)
        out += part(r, regs, i).len
    return t


# ---------------------------------------------------------------- UTF-8

cdef int32_t utf8_put(uint8_t* out, uint32_t c) noexcept nogil:
    """Encode a scalar value; the number of bytes."""
    if c < 0x80:
        out[0] = <uint8_t>c
        return 1
    if c < 0x800:
        out[0] = <uint8_t>(0xC0 | c >> 6)
        out[1] = <uint8_t>(0x80 | c & 0x3F)
        return 2
    if c < 0x10000:
        out[0] = <uint8_t>(0xE0 | c >> 12)
        out[1] = <uint8_t>(0x80 | c >> 6 & 0x3F)
        out[2] = <uint8_t>(0x80 | c & 0x3F)
        return 3
    out[0] = <uint8_t>(0xF0 | c >> 18)
    out[1] = <uint8_t>(0x80 | c >> 12 & 0x3F)
    out[2] = <uint8_t>(0x80 | c >> 6 & 0x3F)
    out[3] = <uint8_t>(0x80 | c & 0x3F)
    return 4


cdef inline int32_t utf8_len(uint32_t c) noexcept nogil:
    return 1 if c < 0x80 else 2 if c < 0x800 else 3 if c < 0x10000 else 4


cdef int32_t utf8_get(const uint8_t* p, int64_t n, uint32_t* c) noexcept nogil:
    """Decode the character at p (n > 0 bytes): its length, or minus the length of the maximal ill-formed part."""
    cdef uint32_t b = p[0], low = 0x80, high = 0xBF, v
    cdef int32_t need, i
    if b < 0x80:
        c[0] = b
        return 1
    if b < 0xC2 or b > 0xF4:
        return -1
    if b < 0xE0:
        need = 1
        v = b & 0x1F
    elif b < 0xF0:
        need = 2
        v = b & 0x0F
        if b == 0xE0:
            low = 0xA0
        elif b == 0xED:
            high = 0x9F
    else:
        need = 3
        v = b & 0x07
        if b == 0xF0:
            low = 0x90
        elif b == 0xF4:
            high = 0x8F
    for i in range(1, need + 1):
        if i >= n or p[i] < low or p[i] > high:
            return -i
        v = v << 6 | (p[i] & 0x3F)
        low = 0x80
        high = 0xBF
    c[0] = v
    return need + 1


cdef int64_t ascii_run(const uint8_t* p, int64_t n) noexcept nogil:
    """Number of ASCII bytes at the beginning."""
    cdef int64_t i = 0
    cdef uint64_t w
    while i + 8 <= n:
        memcpy(&w, p + i, 8)
        if w & 0x8080808080808080ULL:
            break
        i += 8
    while i < n and p[i] < 0x80:
        i += 1
    return i


cdef bint utf8_valid(const uint8_t* p, int64_t n, bint* ascii) noexcept nogil:
    cdef int64_t i = ascii_run(p, n)
    cdef int32_t k
    cdef uint32_t c
    ascii[0] = i == n
    while i < n:
        k = utf8_get(p + i, n - i, &c)
        if k < 0:
            return False
        i += k
    return True


cdef Text* text_from_utf8(Heap* h, Text* t) noexcept nogil:
    cdef int64_t i, n = t.len, size = 0
    cdef const uint8_t* p = t.data
    cdef uint8_t* out
    cdef int32_t k
    cdef uint32_t c
    cdef bint ascii
    cdef Text* s
    if utf8_valid(p, n, &ascii):
        return text_slice(h, <uint64_t>SHAPE_STRING | (FLAG_ASCII if ascii else 0), t, 0, n)
    i = 0
    while i < n:
        k = utf8_get(p + i, n - i, &c)
        size += k if k > 0 else 3
        i += k if k > 0 else -k
    s = text_new(h, SHAPE_STRING, size)
    if s == NULL:
        return NULL
    out = inline_data(s)
    i = 0
    while i < n:
        k = utf8_get(p + i, n - i, &c)
        if k > 0:
            memcpy(out, p + i, k)
            out += k
            i += k
        else:
            out += utf8_put(out, 0xFFFD)
            i -= k
    return s


cdef int64_t char_offset(const Text* t, int64_t index) noexcept nogil:
    cdef int64_t i = 0, n = t.len
    cdef const uint8_t* p = t.data
    cdef uint64_t w
    if t.head & FLAG_ASCII:
        return index if index <= n else -1
    while index >= 8 and i + 8 <= n:            # eight bytes that begin a characters each, or not
        memcpy(&w, p + i, 8)
        w = ~w >> 7 | w >> 6                    # lowest bit of each byte: not a continuation byte
        index -= <int64_t>((w & 0x0101010101010101ULL) * 0x0101010101010101ULL >> 56)
        i += 8
    while i < n and (p[i] & 0xC0) == 0x80:      # to the start of a character
        i += 1
    while index > 0:
        if i >= n:
            return -1
        i += 1
        while i < n and (p[i] & 0xC0) == 0x80:
            i += 1
        index -= 1
    return i


cdef int32_t char_at(const Text* t, int64_t at, uint32_t* c) noexcept nogil:
    cdef const uint8_t* p = t.data
    if at < 0 or at >= t.len:
        return 0
    if p[at] < 0x80:
        c[0] = p[at]
        return 1
    if (p[at] & 0xC0) == 0x80:
        return 0
    return utf8_get(p + at, t.len - at, c)


# ---------------------------------------------------------------- UTF-16, characters

cdef inline bint utf16_get(const int64_t* p, int64_t i, int64_t n, uint32_t* c, int64_t* used) noexcept nogil:
    cdef int64_t u = p[i], v
    used[0] = 1
    c[0] = <uint32_t>u
    if u < 0 or u > 0xFFFF:
        return False
    if u < 0xD800 or u > 0xDFFF:
        return True
    if u > 0xDBFF or i + 1 >= n:
        return False
    v = p[i + 1]
    if v < 0xDC00 or v > 0xDFFF:
        return False
    c[0] = <uint32_t>(0x10000 + ((u - 0xD800) << 10) + (v - 0xDC00))
    used[0] = 2
    return True


cdef bint utf16_valid(const Array* a) noexcept nogil:
    cdef int64_t i = 0, used
    cdef uint32_t c
    while i < a.len:
        if not utf16_get(<int64_t*>a.data, i, a.len, &c, &used):
            return False
        i += used
    return True


cdef Text* text_from_utf16(Heap* h, Array* a) noexcept nogil:
    cdef int64_t i = 0, used, size = 0
    cdef uint64_t flag = FLAG_ASCII
    cdef uint32_t c
    cdef Text* t
    cdef uint8_t* out
    while i < a.len:
        if not utf16_get(<int64_t*>a.data, i, a.len, &c, &used):
            c = 0xFFFD
        if c >= 0x80:
            flag = 0
        size += utf8_len(c)
        i += used
    t = text_new(h, <uint64_t>SHAPE_STRING | flag, size)
    if t == NULL:
        return NULL
    out = inline_data(t)
    i = 0
    while i < a.len:
        if not utf16_get(<int64_t*>a.data, i, a.len, &c, &used):
            c = 0xFFFD
        out += utf8_put(out, c)
        i += used
    return t


cdef Text* text_from_chars(Heap* h, Array* a) noexcept nogil:
    cdef int64_t i, size = 0
    cdef const int64_t* p = <int64_t*>a.data
    cdef uint64_t flag = FLAG_ASCII
    cdef Text* t
    cdef uint8_t* out
    for i in range(a.len):
        if p[i] >= 0x80:
            flag = 0
        size += utf8_len(<uint32_t>p[i])
    t = text_new(h, <uint64_t>SHAPE_STRING | flag, size)
    if t == NULL:
        return NULL
    out = inline_data(t)
    for i in range(a.len):
        out += utf8_put(out, <uint32_t>p[i])
    return t


# ---------------------------------------------------------------- comparing, hashing

cdef int64_t text_compare(const Text* a, const Text* b) noexcept nogil:
    """Negative, zero, positive; for UTF-8 the order of bytes is that of code points."""
    cdef int c = memcmp(a.data, b.data, a.len if a.len < b.len else b.len)
    return c if c != 0 else a.len - b.len


cdef uint64_t fnv(uint64_t hash, const uint8_t* p, int64_t n) noexcept nogil:
    cdef int64_t i
    for i in range(n):
        hash = (hash ^ p[i]) * 0x100000001B3ULL
    return hash


cdef uint64_t fnv_word(uint64_t hash, uint64_t v) noexcept nogil:
    cdef int i
    for i in range(8):
        hash = (hash ^ (v & 0xFF)) * 0x100000001B3ULL
        v >>= 8
    return hash


# ---------------------------------------------------------------- integers

cdef int32_t int_text(uint8_t* out, int64_t v) noexcept nogil:
    cdef uint8_t buf[20]
    cdef int32_t n = 0, k = 0
    cdef uint64_t u = <uint64_t>v
    if v < 0:
        u = 0 - u
        out[0] = b'-'
        k = 1
    while True:
        buf[n] = <uint8_t>(48 + u % 10)
        u //= 10
        n += 1
        if u == 0:
            break
    while n:
        n -= 1
        out[k] = buf[n]
        k += 1
    return k


cdef bint int_parse(const uint8_t* p, int64_t n, int64_t* v) noexcept nogil:
    """``[+-]?D+`` in range."""
    cdef bint negative = False
    cdef uint64_t u = 0, d
    cdef int64_t i = 0
    v[0] = 0
    if n and (p[0] == b'-' or p[0] == b'+'):
        negative = p[0] == b'-'
        i = 1
    if i == n:
        return False
    while i < n:
        d = <uint64_t>p[i] - 48
        if d > 9 or u > 922337203685477580ULL:
            return False
        u = u * 10 + d
        if u > 0x8000000000000000ULL:
            return False
        i += 1
    if u == 0x8000000000000000ULL and not negative:
        return False
    v[0] = <int64_t>(0 - u if negative else u)
    return True


# ---------------------------------------------------------------- floats: shortest digits
#
# Raffaello Giulietti's method ("The Schubfach way to render doubles", 2021). It needs, for k in POW_MIN .. POW_MAX, the 128 leading bits of 10**k,
# rounded up. They are computed once, exactly, by repeated multiplication and division of a long fixed-point number.

cdef enum:
    POW_MIN = -292
    POW_MAX = 324
    LONG = 36                   # words of 32 bits that hold 10**324
    FRACTION = 40               # words of 32 bits that hold the 128 leading bits of 10**-292

cdef uint64_t pow_high[617]
cdef uint64_t pow_low[617]
cdef int pow_ready = 0


cdef void leading(const uint32_t* d, int32_t n, bint inexact, int32_t at) noexcept nogil:
    """Store the 128 leading bits of the number d (n words, lowest first), rounded up if something is left (or `inexact`)."""
    cdef int32_t top = n - 1, i, j, shift
    cdef uint32_t out[4]
    cdef uint64_t rest
    while d[top] == 0:
        top -= 1
    shift = 0
    while not (d[top] << shift) & 0x80000000U:
        shift += 1
    for i in range(4):
        rest = 0
        j = top - i
        if j >= 0:
            rest = <uint64_t>d[j] << shift
            if shift and j >= 1:
                rest |= d[j - 1] >> (32 - shift)
        out[i] = <uint32_t>rest
    for j in range(top - 4):                # words wholly below
        if d[j]:
            inexact = True
    if top - 4 >= 0 and <uint32_t>(d[top - 4] << shift):
        inexact = True
    pow_high[at] = <uint64_t>out[0] << 32 | out[1]
    pow_low[at] = <uint64_t>out[2] << 32 | out[3]
    if inexact:
        pow_low[at] += 1
        if pow_low[at] == 0:
            pow_high[at] += 1


cdef void make_powers() noexcept nogil:
    cdef uint32_t d[FRACTION]
    cdef int32_t k, i
    cdef uint64_t carry, v
    memset(d, 0, sizeof(d))
    d[0] = 1
    for k in range(POW_MAX + 1):
        leading(d, LONG, False, k - POW_MIN)
        carry = 0
        for i in range(LONG):
            carry += <uint64_t>d[i] * 10
            d[i] = <uint32_t>carry
            carry >>= 32
    memset(d, 0, sizeof(d))
    d[FRACTION - 1] = 1                     # 1, as fixed-point number; every further quotient is inexact
    for k in range(1, 1 - POW_MIN):
        carry = 0
        for i in range(FRACTION - 1, -1, -1):
            v = carry << 32 | d[i]
            d[i] = <uint32_t>(v // 10)
            carry = v % 10
        leading(d, FRACTION, True, -k - POW_MIN)


cdef inline uint64_t round_to_odd(int32_t at, uint64_t cp) noexcept nogil:
    cdef uint64_t low, y0, y1, x1
    x1 = mul_high(pow_low[at], cp, &low)
    y1 = mul_high(pow_high[at], cp, &y0)
    y0 += x1
    if y0 < x1:
        y1 += 1
    return y1 | (y0 > 1)


cdef uint64_t shortest(double v, int32_t* exponent) noexcept nogil:
    """Shortest digits of a finite v > 0: v = digits * 10**exponent. The digits may end in zeros."""
    global pow_ready
    cdef uint64_t bits, c, vbl, vb, vbr, lower, upper, sp, u
    cdef int32_t e, q, k, h, at
    cdef bint even, closer, up_in, w_in
    if not pow_ready:
        make_powers()                       # any number of threads: all write the same
        pow_ready = 1
    memcpy(&bits, &v, 8)
    c = bits & 0xFFFFFFFFFFFFFULL
    e = <int32_t>(bits >> 52 & 0x7FF)
    closer = c == 0 and e > 1
    if e:
        c |= 0x10000000000000ULL
        q = e - 1075
        if -52 <= q <= 0 and not c & (((<uint64_t>1) << -q) - 1):
            exponent[0] = 0                 # a small integer
            return c >> -q
    else:
        q = -1074
    even = not c & 1
    k = (q * 1262611 - (524031 if closer else 0)) >> 22
    h = q + (-k * 1741647 >> 19) + 1
    at = -k - POW_MIN
    vbl = round_to_odd(at, (4 * c - 2 + closer) << h)
    vb = round_to_odd(at, (4 * c) << h)
    vbr = round_to_odd(at, (4 * c + 2) << h)
    lower = vbl + (not even)
    upper = vbr - (not even)
    u = vb // 4
    if u >= 10:
        sp = u // 10
        up_in = lower <= 40 * sp
        w_in = 40 * sp + 40 <= upper
        if up_in != w_in:
            exponent[0] = k + 1
            return sp + w_in
    up_in = lower <= 4 * u
    w_in = 4 * u + 4 <= upper
    exponent[0] = k
    if up_in != w_in:
        return u + w_in
    if vb > 4 * u + 2 or (vb == 4 * u + 2 and u & 1 == 1):
        u += 1
    return u


cdef int32_t digits_of(double v, uint8_t* digits, int32_t* point) noexcept nogil:
    """Shortest digits without trailing zeros of a finite v > 0, and where the point stands (0: before the first digit)."""
    cdef int32_t e, n
    cdef uint64_t d = shortest(v, &e)
    n = int_text(digits, <int64_t>d)
    point[0] = n + e
    while n > 1 and digits[n - 1] == 48:
        n -= 1
    return n


cdef int32_t special(uint8_t* out, double v, uint64_t bits) noexcept nogil:
    """NaN and the infinities; 0 for other values."""
    if isnan(v):
        memcpy(out, b"NaN", 3)
        return 3
    if (bits & 0x7FFFFFFFFFFFFFFFULL) == 0x7FF0000000000000ULL:
        if v < 0:
            memcpy(out, b"-inf", 4)
            return 4
        memcpy(out, b"inf", 3)
        return 3
    return 0


cdef int32_t positional(uint8_t* out, const uint8_t* digits, int32_t n, int32_t point) noexcept nogil:
    cdef int32_t k
    if point <= 0:
        out[0] = 48
        out[1] = b'.'
        memset(out + 2, 48, -point)
        memcpy(out + 2 - point, digits, n)
        return 2 - point + n
    if point >= n:
        memcpy(out, digits, n)
        memset(out + n, 48, point - n)
        return point
    memcpy(out, digits, point)
    out[point] = b'.'
    k = n - point
    memcpy(out + point + 1, digits + point, k)
    return n + 1


cdef int32_t float_text(uint8_t* out, double v) noexcept nogil:
    cdef uint64_t bits
    cdef uint8_t digits[24]
    cdef int32_t n, point, at = 0
    memcpy(&bits, &v, 8)
    n = special(out, v, bits)
    if n:
        return n
    if bits >> 63:
        out[0] = b'-'
        at = 1
        v = -v
    if v == 0:
        out[at] = 48
        return at + 1
    n = digits_of(v, digits, &point)
    return at + positional(out + at, digits, n, point)


cdef int32_t float_notation(uint8_t* out, double v) noexcept nogil:
    cdef uint64_t bits
    cdef uint8_t digits[24]
    cdef int32_t n, point, at = 0, k
    memcpy(&bits, &v, 8)
    n = special(out, v, bits)
    if n:
        return n
    if bits >> 63:
        out[0] = b'-'
        at = 1
        v = -v
    if v == 0:
        memcpy(out + at, b"0.0", 3)
        return at + 3
    n = digits_of(v, digits, &point)
    if -4 < point <= 16:
        k = positional(out + at, digits, n, point)
        if point >= n:
            memcpy(out + at + k, b".0", 2)
            k += 2
        return at + k
    out[at] = digits[0]
    at += 1
    if n > 1:
        out[at] = b'.'
        memcpy(out + at + 1, digits + 1, n - 1)
        at += n
    out[at] = b'e'
    return at + 1 + int_text(out + at + 1, point - 1)


# ---------------------------------------------------------------- floats: reading

cdef double small_power[23]
small_power[:] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22]


cdef enum:
    MOST_DIGITS = 800           # of a number that lies between two doubles more than 767 never matter, but for whether they are all zeros


cdef double slow_parse(const uint8_t* p, int64_t n, int64_t exponent) noexcept nogil:
    """By the C library: the digits before the end or the letter of the exponent times 10**exponent; infinite if it is too large."""
    cdef char text[MOST_DIGITS + 32]
    cdef int64_t i = 0
    cdef int32_t count = 0
    cdef bint fraction = False, rest = False
    while i < n and p[i] != b'e' and p[i] != b'E':
        if p[i] == b'.':
            fraction = True
        elif p[i] != b'-' and p[i] != b'+':
            if count < MOST_DIGITS:
                if count or p[i] != 48:
                    text[count] = p[i]
                    count += 1
                exponent -= fraction
            else:
                rest |= p[i] != 48
                exponent += not fraction
        i += 1
    if count == 0 or exponent < -9999:
        return 0
    if exponent > 9999:
        return <double>1e308 * 10
    if rest:
        text[count] = 49
        count += 1
        exponent -= 1
    text[count] = b'e'
    count += 1
    count += int_text(<uint8_t*>text + count, exponent)
    text[count] = 0
    return rusk_strtod(text)


cdef bint float_parse(const uint8_t* p, int64_t n, double* v) noexcept nogil:
    """``[+-]?(D+(.D*)?|.D+)([eE][+-]?D+)?``, correctly rounded and finite."""
    cdef int64_t i = 0, e = 0, point = 0
    cdef uint64_t u = 0
    cdef int32_t digits = 0, seen = 0
    cdef bint negative = False, minus = False, fraction = False
    cdef uint64_t bits
    v[0] = 0
    if n and (p[0] == b'-' or p[0] == b'+'):
        negative = p[0] == b'-'
        i = 1
    while i < n:
        if p[i] == b'.' and not fraction:
            fraction = True
        elif 48 <= p[i] <= 57:
            seen = 1
            if digits < 19:
                u = u * 10 + (p[i] - 48)
                digits += u != 0
                point += fraction
            else:
                digits = 20             # more than fit
        else:
            break
        i += 1
    if not seen:
        return False
    if i < n:
        if p[i] != b'e' and p[i] != b'E':
            return False
        i += 1
        if i < n and (p[i] == b'-' or p[i] == b'+'):
            minus = p[i] == b'-'
            i += 1
        if i == n:
            return False
        while i < n:
            if not 48 <= p[i] <= 57:
                return False
            if e < <int64_t>1 << 48:
                e = e * 10 + (p[i] - 48)
            i += 1
        if minus:
            e = -e
    e -= point
    if digits <= 19 and u < (<uint64_t>1 << 53) and -22 <= e <= 22:
        v[0] = <double>u / small_power[-e] if e < 0 else <double>u * small_power[e]
        if negative:
            v[0] = -v[0]
        return True
    v[0] = slow_parse(p, n, e + point)
    if negative:
        v[0] = -v[0]
    memcpy(&bits, v, 8)
    if (bits & 0x7FFFFFFFFFFFFFFFULL) >= 0x7FF0000000000000ULL:
        v[0] = 0
        return False
    return True
