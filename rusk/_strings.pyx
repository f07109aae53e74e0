# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Searching, pieces, Unicode classes and case of strings."""

from libc.stdint cimport uint8_t, uint16_t
from libc.string cimport memchr, memcmp, memcpy, memset

from rusk._engine cimport FLAG_ASCII, FLAG_FINAL, SHAPE_STRING, Obj
from rusk._heap cimport heap_array
from rusk._text cimport char_at, text_new, text_of, text_slice, utf8_put

cdef extern from "_unicode.h" nogil:
    ctypedef struct rusk_uc_record:
        uint8_t flags
        uint8_t n_upper
        uint8_t n_lower
        int32_t upper
        int32_t lower
    const rusk_uc_record rusk_uc_records[]
    const uint32_t rusk_uc_special[]
    const unsigned char rusk_uc_index[]
    const uint16_t rusk_uc_rows[]
    uint32_t RUSK_UC_SHIFT
    uint32_t RUSK_UC_SPACE
    uint32_t RUSK_UC_UPPER
    uint32_t RUSK_UC_LOWER
    uint32_t RUSK_UC_CASED
    uint32_t RUSK_UC_IGNORABLE


# ---------------------------------------------------------------- searching
#
# Most searches are short work for memchr and memcmp. A text and a needle that repeat themselves, though, agree at length at many places; when many more
# bytes have been compared in vain than passed, the two-way algorithm of Crochemore and Perrin takes over, which is linear in every case.
# Searching backwards is the same on the reversed sequences: byte i of one that begins at p stands at p[i * step].

cdef int64_t maximal_suffix(const uint8_t* p, int64_t m, int64_t step, bint reverse, int64_t* period) noexcept nogil:
    """Where the maximal suffix of the needle begins, for the order of bytes or its reverse, and its period."""
    cdef int64_t left = 0, right = 1, k = 0, per = 1
    cdef uint8_t a, b
    while right + k < m:
        a = p[(right + k) * step]
        b = p[(left + k) * step]
        if a == b:
            if k + 1 == per:
                right += per
                k = 0
            else:
                k += 1
        elif (a > b) if reverse else (a < b):
            right += k + 1
            k = 0
            per = right - left
        else:
            left = right
            right += 1
            k = 0
            per = 1
    period[0] = per
    return left


cdef int64_t two_way(const uint8_t* h, int64_t n, const uint8_t* p, int64_t m, int64_t step) noexcept nogil:
    """The first place of the needle p (m >= 2 bytes) in h, or -1."""
    cdef int64_t per, per2, cut, cut2, i, at = 0, memory = 0, j
    cdef bint periodic = True
    cut = maximal_suffix(p, m, step, False, &per)
    cut2 = maximal_suffix(p, m, step, True, &per2)
    if cut2 > cut:
        cut = cut2
        per = per2
    for j in range(cut):
        if j + per >= m or p[j * step] != p[(j + per) * step]:
            periodic = False
            break
    if not periodic:
        per = (cut if cut > m - cut else m - cut) + 1
    while at + m <= n:
        i = cut if cut > memory else memory
        while i < m and p[i * step] == h[(at + i) * step]:
            i += 1
        if i < m:
            at += i - cut + 1
            memory = 0
            continue
        i = cut - 1
        while i >= memory and p[i * step] == h[(at + i) * step]:
            i -= 1
        if i < memory:
            return at
        at += per
        memory = m - per if periodic else 0
    return -1


cdef int64_t find(const uint8_t* h, int64_t n, const uint8_t* p, int64_t m) noexcept nogil:
    """The first place of p (m > 0 bytes) in the n bytes at h, or -1."""
    cdef const uint8_t* at = h
    cdef const uint8_t* end = h + n - m + 1         # places before it are possible
    cdef int64_t vain = 0
    if m > n:
        return -1
    if m == 1:
        at = <const uint8_t*>memchr(h, p[0], n)
        return -1 if at == NULL else at - h
    while at < end:
        at = <const uint8_t*>memchr(at, p[0], end - at)
        if at == NULL:
            return -1
        if at[m - 1] == p[m - 1]:
            if memcmp(at, p, m) == 0:
                return at - h
            vain += m
            if vain > ((at - h) << 2) + (m << 3):
                vain = two_way(at, h + n - at, p, m, 1)
                return -1 if vain < 0 else vain + (at - h)
        at += 1
    return -1


cdef int64_t text_find(const Text* t, const Text* needle, int64_t start, int64_t* work) noexcept nogil:
    cdef int64_t at
    if start < 0 or start > t.len:
        return -1
    if needle.len == 0:
        return start
    at = find(t.data + start, t.len - start, needle.data, needle.len)
    work[0] += needle.len + (at if at >= 0 else t.len - start)
    return -1 if at < 0 else at + start


cdef int64_t text_rfind(const Text* t, const Text* needle, int64_t* work) noexcept nogil:
    cdef int64_t n = t.len, m = needle.len, at = n - m, vain = 0
    cdef const uint8_t* p = needle.data
    if m == 0:
        return n
    work[0] += n + m
    while at >= 0:
        if t.data[at] == p[0] and t.data[at + m - 1] == p[m - 1]:
            if memcmp(t.data + at, p, m) == 0:
                return at
            vain += m
            if vain > ((n - at) << 2) + (m << 3):
                n = at + m
                at = two_way(t.data + n - 1, n, p + m - 1, m, -1)
                return -1 if at < 0 else n - m - at
        at -= 1
    return -1


cdef bint text_at(const Text* t, const Text* needle, int64_t at) noexcept nogil:
    return 0 <= at <= t.len - needle.len and memcmp(t.data + at, needle.data, needle.len) == 0


cdef int64_t text_chars(const Text* t, int64_t n) noexcept nogil:
    cdef const uint8_t* p = t.data
    cdef int64_t i = 0, count = 0
    cdef uint64_t w
    if t.head & FLAG_ASCII:
        return n
    while i + 8 <= n:                               # lowest bit of each byte: not a continuation byte
        memcpy(&w, p + i, 8)
        w = ~w >> 7 | w >> 6
        count += <int64_t>((w & 0x0101010101010101ULL) * 0x0101010101010101ULL >> 56)
        i += 8
    while i < n:
        count += (p[i] & 0xC0) != 0x80
        i += 1
    return count


# ---------------------------------------------------------------- characters

cdef inline const rusk_uc_record* record(uint32_t c) noexcept nogil:
    return &rusk_uc_records[rusk_uc_rows[<uint32_t>rusk_uc_index[c >> RUSK_UC_SHIFT] << RUSK_UC_SHIFT | c & ((1 << RUSK_UC_SHIFT) - 1)]]


cdef uint32_t char_flags(uint32_t c) noexcept nogil:
    return rusk_uc_ascii[c] if c < 128 else record(c).flags


cdef inline bint is_space(const Text* t, int64_t at, int32_t* n) noexcept nogil:
    """Whether the character at a byte offset is white space, and its length."""
    cdef uint32_t c = t.data[at]
    n[0] = 1
    if c < 128:
        return rusk_uc_ascii[c] & RUSK_UC_SPACE
    n[0] = char_at(t, at, &c)
    return record(c).flags & RUSK_UC_SPACE


cdef inline int64_t before(const Text* t, int64_t at) noexcept nogil:
    """Where the character begins that ends at a byte offset > 0."""
    at -= 1
    while (t.data[at] & 0xC0) == 0x80:
        at -= 1
    return at


# ---------------------------------------------------------------- pieces

cdef Array* pieces(Heap* h, uint64_t head, int64_t n) noexcept nogil:
    """A new array with room for n pieces. Until `done`, the collector knows it by `Heap.temp`."""
    cdef Array* a = heap_array(h, head | FLAG_FINAL, n, sizeof(Obj*))
    if a != NULL:
        a.len = 0
        h.temp = <Obj*>a
    return a


cdef bint add(Heap* h, Array* a, Text* t, int64_t start, int64_t end) noexcept nogil:
    """Append bytes start .. end of a text; there is room."""
    cdef Text* piece = text_slice(h, SHAPE_STRING, t, start, end - start)
    if piece == NULL:
        return False
    (<Obj**>a.data)[a.len] = <Obj*>piece
    a.len += 1
    return True


cdef Array* done(Heap* h, Array* a, bint ok) noexcept nogil:
    h.temp = NULL
    return a if ok else NULL


cdef Array* text_split(Heap* h, uint64_t head, Text* t, const Text* sep, int64_t* work) noexcept nogil:
    cdef int64_t n = 1, start = 0, at
    cdef Array* a
    cdef bint ok = True
    if sep.len:
        at = text_find(t, sep, 0, work)
        while at >= 0:
            n += 1
            at = text_find(t, sep, at + sep.len, work)
    a = pieces(h, head, n)
    if a == NULL:
        return NULL
    while ok and a.len < n - 1:
        at = text_find(t, sep, start, work)
        ok = add(h, a, t, start, at)
        start = at + sep.len
    return done(h, a, ok and add(h, a, t, start, t.len))


cdef Array* text_words(Heap* h, uint64_t head, Text* t) noexcept nogil:
    cdef int64_t n = 0, i = 0, start = -1
    cdef int32_t k
    cdef Array* a
    cdef bint ok = True, space = True
    while i < t.len:
        if is_space(t, i, &k):
            space = True
        elif space:
            space = False
            n += 1
        i += k
    a = pieces(h, head, n)
    if a == NULL:
        return NULL
    i = 0
    while ok and i < t.len:
        if is_space(t, i, &k):
            if start >= 0:
                ok = add(h, a, t, start, i)
                start = -1
        elif start < 0:
            start = i
        i += k
    return done(h, a, ok and (start < 0 or add(h, a, t, start, t.len)))


cdef Array* text_lines(Heap* h, uint64_t head, Text* t) noexcept nogil:
    cdef const uint8_t* end = t.data + t.len
    cdef const uint8_t* start = t.data
    cdef const uint8_t* at
    cdef int64_t n = 0
    cdef Array* a
    cdef bint ok = True
    while start < end:
        at = <const uint8_t*>memchr(start, 10, end - start)
        n += 1
        start = end if at == NULL else at + 1
    a = pieces(h, head, n)
    if a == NULL:
        return NULL
    start = t.data
    while ok and start < end:
        at = <const uint8_t*>memchr(start, 10, end - start)
        if at == NULL:
            ok = add(h, a, t, start - t.data, t.len)
            break
        ok = add(h, a, t, start - t.data, (at - 1 if at > start and (at - 1)[0] == 13 else at) - t.data)
        start = at + 1
    return done(h, a, ok)


cdef Array* text_to_chars(Heap* h, uint64_t head, const Text* t) noexcept nogil:
    cdef int64_t i = 0, at = 0
    cdef uint32_t c = 0
    cdef Array* a = heap_array(h, head | FLAG_FINAL, text_chars(t, t.len), sizeof(int64_t))
    if a == NULL:
        return NULL
    while at < t.len:
        at += char_at(t, at, &c)
        (<int64_t*>a.data)[i] = c
        i += 1
    return a


cdef Text* text_join_array(Heap* h, const Array* parts, const Text* sep) noexcept nogil:
    cdef Text** p = <Text**>parts.data
    cdef int64_t i, n = parts.len, size = 0
    cdef uint64_t flag = FLAG_ASCII
    cdef Text* t
    cdef uint8_t* out
    if n == 1:
        return p[0]
    for i in range(n):
        size += p[i].len
        flag &= p[i].head
        if size > <int64_t>1 << 58:                 # the same text may be in the array many times
            h.failed = True
            return NULL
    if n > 1:
        if sep.len and n - 1 > (<int64_t>1 << 58) // sep.len:
            h.failed = True
            return NULL
        size += sep.len * (n - 1)
        flag &= sep.head
    t = text_new(h, <uint64_t>SHAPE_STRING | flag, size)
    if t == NULL:
        return NULL
    out = <uint8_t*>t.data
    for i in range(n):
        if i and sep.len:
            memcpy(out, sep.data, sep.len)
            out += sep.len
        memcpy(out, p[i].data, p[i].len)
        out += p[i].len
    return t


cdef Text* text_repeat(Heap* h, Text* t, int64_t n) noexcept nogil:
    cdef int64_t size, filled
    cdef Text* out
    cdef uint8_t* p
    if n == 1 or t.len == 0:
        return t
    if n > (<int64_t>1 << 58) // t.len:
        h.failed = True
        return NULL
    size = t.len * n
    out = text_new(h, <uint64_t>SHAPE_STRING | (t.head & FLAG_ASCII if n else FLAG_ASCII), size)
    if out == NULL or n == 0:
        return out
    p = <uint8_t*>out.data
    if t.len == 1:
        memset(p, t.data[0], size)
        return out
    memcpy(p, t.data, t.len)
    filled = t.len
    while filled < size:
        memcpy(p + filled, p, filled if filled <= size - filled else size - filled)
        filled *= 2
    return out


cdef Text* text_trim(Heap* h, Text* t, uint32_t sides) noexcept nogil:
    cdef int64_t start = 0, end = t.len, at
    cdef int32_t k
    if sides & TRIM_START:
        while start < end and is_space(t, start, &k):
            start += k
    if sides & TRIM_END:
        while end > start:
            at = before(t, end)
            if not is_space(t, at, &k):
                break
            end = at
    return text_slice(h, SHAPE_STRING, t, start, end - start)


# ---------------------------------------------------------------- case

cdef int32_t put_case(uint8_t* out, uint32_t c, uint32_t which) noexcept nogil:
    """The bytes of a character in upper or lower case (at most 12); their number."""
    cdef const rusk_uc_record* r = record(c)
    cdef int32_t n = r.n_upper if which == UPPER else r.n_lower
    cdef int32_t to = r.upper if which == UPPER else r.lower
    cdef int32_t i, size = 0
    if n == 0:
        return utf8_put(out, <uint32_t>(<int32_t>c + to))
    for i in range(n):
        size += utf8_put(out + size, rusk_uc_special[to + i])
    return size


cdef bint ends_word(const Text* t, int64_t at, int64_t next) noexcept nogil:
    """Whether the sigma at bytes at .. next is the last letter of a word: a letter before it and none after, ignorable characters apart."""
    cdef uint32_t c = 0, flags = 0
    while at > 0:
        at = before(t, at)
        char_at(t, at, &c)
        flags = char_flags(c)
        if not flags & RUSK_UC_IGNORABLE:
            break
        flags = 0
    if not flags & RUSK_UC_CASED:
        return False
    while next < t.len:
        next += char_at(t, next, &c)
        flags = char_flags(c)
        if not flags & RUSK_UC_IGNORABLE:
            return not flags & RUSK_UC_CASED
    return True


cdef Text* char_case(Heap* h, uint32_t c, uint32_t which) noexcept nogil:
    cdef uint8_t buf[12]
    cdef int32_t n = put_case(buf, c, which)
    return text_of(h, <uint64_t>SHAPE_STRING | (FLAG_ASCII if n == 1 else 0), buf, n)


cdef int64_t case_of(const Text* t, uint32_t which, uint8_t* out, bint* ascii) noexcept nogil:
    """Write a text in upper or lower case; the number of bytes. Without `out` they are only counted."""
    cdef uint8_t buf[12]
    cdef uint8_t* p
    cdef int64_t at = 0, size = 0
    cdef int32_t k, n, i
    cdef uint32_t c = 0, b
    cdef uint32_t other = RUSK_UC_LOWER if which == UPPER else RUSK_UC_UPPER
    ascii[0] = True
    while at < t.len:
        b = t.data[at]
        if b < 128:
            if out != NULL:
                out[size] = <uint8_t>(b ^ 32 if rusk_uc_ascii[b] & other else b)
            at += 1
            size += 1
            continue
        k = char_at(t, at, &c)
        p = &buf[0] if out == NULL else out + size
        if c == 0x3A3 and which == LOWER:
            n = utf8_put(p, 0x3C2 if ends_word(t, at, at + k) else 0x3C3)
        else:
            n = put_case(p, c, which)
        for i in range(n):
            if p[i] >= 128:
                ascii[0] = False
        size += n
        at += k
    return size


cdef Text* text_case(Heap* h, Text* t, uint32_t which) noexcept nogil:
    cdef int64_t i, size
    cdef bint ascii
    cdef uint32_t other = RUSK_UC_LOWER if which == UPPER else RUSK_UC_UPPER
    cdef Text* out
    if t.head & FLAG_ASCII:
        size = t.len
        ascii = True
        for i in range(size):
            if rusk_uc_ascii[t.data[i]] & other:
                break
        else:
            return t
    else:
        size = case_of(t, which, NULL, &ascii)
    out = text_new(h, <uint64_t>SHAPE_STRING | (FLAG_ASCII if ascii else 0), size)
    if out != NULL:
        case_of(t, which, <uint8_t*>out.data, &ascii)
    return out
