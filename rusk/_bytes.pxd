# Numbers as bytes: what saved sessions are written in. LEB128; signed ones zigzag; floats as they are.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport realloc
from libc.string cimport memcpy

from rusk._values cimport K_BOOL, K_BYTE, K_CHAR, K_FLOAT, K_UNIT

cdef struct Out:
    uint8_t* data
    int64_t len
    int64_t cap
    bint failed                         # memory ran out

cdef struct In:
    const uint8_t* p
    const uint8_t* end
    bint bad                            # read past the end, or a malformed number


cdef inline bint room(Out* o, int64_t n) noexcept nogil:
    cdef int64_t cap
    cdef uint8_t* p
    if o.len + n <= o.cap:
        return True
    cap = 2 * o.cap if 2 * o.cap > o.len + n else o.len + n + 1024
    p = <uint8_t*>realloc(o.data, cap)
    if p == NULL:
        o.failed = True
        return False
    o.data = p
    o.cap = cap
    return True


cdef inline void put(Out* o, uint64_t v) noexcept nogil:
    if o.len + 10 > o.cap and not room(o, 10):
        return
    while v >= 0x80:
        o.data[o.len] = <uint8_t>(v | 0x80)
        o.len += 1
        v >>= 7
    o.data[o.len] = <uint8_t>v
    o.len += 1


cdef inline void put_signed(Out* o, int64_t v) noexcept nogil:
    put(o, <uint64_t>v << 1 ^ <uint64_t>(v >> 63))


cdef inline void put_raw(Out* o, const void* p, int64_t n) noexcept nogil:
    if n and room(o, n):
        memcpy(o.data + o.len, p, n)
        o.len += n


cdef inline void put_scalar(Out* o, int32_t code, int64_t v) noexcept nogil:
    if code == K_FLOAT:
        put_raw(o, &v, 8)
    elif code != K_UNIT:
        put_signed(o, v)


cdef inline uint64_t get(In* i) noexcept nogil:
    cdef uint64_t v = 0, b
    cdef int shift = 0
    while i.p < i.end and shift < 64:
        b = i.p[0]
        i.p += 1
        v |= (b & 0x7F) << shift
        if b < 0x80:
            return v
        shift += 7
    i.bad = True
    return 0


cdef inline int64_t get_count(In* i, int64_t size) noexcept nogil:
    """A number of things that take at least ``size`` bytes each: the bytes are there."""
    cdef uint64_t n = get(i)
    if n > <uint64_t>(i.end - i.p) // size:
        i.bad = True
        return 0
    return <int64_t>n


cdef inline int64_t get_below(In* i, int64_t limit) noexcept nogil:
    cdef uint64_t n = get(i)
    if n >= <uint64_t>limit:
        i.bad = True
        return 0
    return <int64_t>n


cdef inline int64_t get_signed(In* i) noexcept nogil:
    cdef uint64_t v = get(i)
    return <int64_t>(v >> 1 ^ -(v & 1))


cdef inline const uint8_t* get_raw(In* i, int64_t n) noexcept nogil:
    cdef const uint8_t* p = i.p
    if n > i.end - p:
        i.bad = True
        return NULL
    i.p += n
    return p


cdef inline bint is_scalar_value(int32_t code, int64_t v) noexcept nogil:
    """Whether v is a value of scalar type ``code``."""
    if code == K_BOOL:
        return 0 <= v <= 1
    if code == K_BYTE:
        return 0 <= v <= 255
    if code == K_CHAR:
        return 0 <= v < 0xD800 or 0xE000 <= v < 0x110000
    return code != K_UNIT or v == 0


cdef inline int64_t get_scalar(In* i, int32_t code) noexcept nogil:
    cdef int64_t v = 0
    cdef const uint8_t* p
    if code == K_FLOAT:
        p = get_raw(i, 8)
        if p != NULL:
            memcpy(&v, p, 8)
        return v
    if code == K_UNIT:
        return 0
    v = get_signed(i)
    if not is_scalar_value(code, v):
        i.bad = True
        return 0
    return v


cdef inline int64_t span_of(int64_t lo, int64_t hi) noexcept nogil:
    """Bytes that hold any number from lo to hi as a signed one."""
    if lo >= -0x80 and hi < 0x80:
        return 1
    if lo >= -0x8000 and hi < 0x8000:
        return 2
    if lo >= -<int64_t>0x80000000 and hi < <int64_t>0x80000000:
        return 4
    return 8
