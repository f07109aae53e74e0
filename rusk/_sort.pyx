# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Sorting arrays of ints, chars, bytes, bools, strings and bytes: what `[T]::sort` and `sort_by_key` of the library rest on.

Every element has a number: of a scalar it is the value; of a text the eight bytes after those that all have in common. Numbers are sorted by a radix
sort, byte by byte from the lowest, leaving out the bytes that are the same in all. Texts that have equal numbers are then sorted among themselves by
merging. All of it is stable, and needs no more stack for more data.
"""

from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcmp, memcpy, memset

from rusk._engine cimport E_BYTE, E_REF, Obj, Text, shape_id
from rusk._fiber cimport trap_memory
from rusk._heap cimport heap_buffer, heap_release
from rusk._ops cimport array_resize
from rusk._text cimport text_compare

cdef enum:
    FEW = 24                    # elements that are sorted by insertion

cdef struct Pair:
    uint64_t number
    int64_t index

ctypedef fused Item:
    uint64_t
    Pair


# ---------------------------------------------------------------- by number

cdef inline uint64_t number_of(Item item) noexcept nogil:
    if Item is Pair:
        return item.number
    else:
        return item


cdef Item* radix(Item* p, Item* q, int64_t n) noexcept nogil:
    """Sort the items at p, with as much room at q; where they then are."""
    cdef int64_t count[8][256]
    cdef int64_t i, j, at
    cdef int byte, digit
    cdef uint64_t number
    cdef Item item
    cdef Item* t
    if n <= FEW:
        for i in range(1, n):
            item = p[i]
            number = number_of(item)
            j = i
            while j > 0 and number_of(p[j - 1]) > number:
                p[j] = p[j - 1]
                j -= 1
            p[j] = item
        return p
    i = 1
    while i < n and number_of(p[i - 1]) <= number_of(p[i]):
        i += 1
    if i == n:
        return p
    memset(count, 0, sizeof(count))
    for i in range(n):
        number = number_of(p[i])
        for byte in range(8):
            count[byte][number & 0xFF] += 1
            number >>= 8
    for byte in range(8):
        if count[byte][number_of(p[0]) >> 8 * byte & 0xFF] == n:
            continue
        at = 0
        for digit in range(256):
            j = count[byte][digit]
            count[byte][digit] = at
            at += j
        for i in range(n):
            digit = number_of(p[i]) >> 8 * byte & 0xFF
            q[count[byte][digit]] = p[i]
            count[byte][digit] += 1
        t = p
        p = q
        q = t
    return p


# ---------------------------------------------------------------- texts

cdef inline bint in_order(const Text** texts, const Pair* a, const Pair* b) noexcept nogil:
    return text_compare(texts[a.index], texts[b.index]) <= 0


cdef void merge_texts(const Text** texts, Pair* p, Pair* q, int64_t n) noexcept nogil:
    """Sort the items at p by their texts, with as much room at q."""
    cdef int64_t i, j, k, low, mid, high, width = 8
    cdef Pair item
    cdef Pair* a = p
    cdef Pair* b = q
    cdef Pair* t
    low = 0
    while low < n:
        high = low + width if low + width < n else n
        for i in range(low + 1, high):
            item = a[i]
            j = i
            while j > low and not in_order(texts, &a[j - 1], &item):
                a[j] = a[j - 1]
                j -= 1
            a[j] = item
        low = high
    while width < n:
        low = 0
        while low < n:
            mid = low + width if low + width < n else n
            high = mid + width if mid + width < n else n
            i = low
            j = mid
            k = low
            if mid < high and not in_order(texts, &a[mid - 1], &a[mid]):
                while i < mid and j < high:
                    if in_order(texts, &a[i], &a[j]):
                        b[k] = a[i]
                        i += 1
                    else:
                        b[k] = a[j]
                        j += 1
                    k += 1
            memcpy(b + k, a + i, (mid - i) * sizeof(Pair))
            memcpy(b + k + (mid - i), a + j, (high - j) * sizeof(Pair))
            low = high
        t = a
        a = b
        b = t
        width *= 2
    if a != p:
        memcpy(p, a, n * sizeof(Pair))


cdef int64_t common(const Text** texts, int64_t n) noexcept nogil:
    """The number of bytes with which all of them begin."""
    cdef int64_t i, k, most = texts[0].len
    for i in range(1, n):
        if texts[i].len < most:
            most = texts[i].len
        if memcmp(texts[0].data, texts[i].data, most) != 0:
            k = 0
            while texts[0].data[k] == texts[i].data[k]:
                k += 1
            most = k
    return most


cdef inline uint64_t eight_bytes(const Text* t, int64_t at) noexcept nogil:
    """The bytes from ``at`` on as a number that compares like them."""
    cdef uint64_t v = 0
    cdef int64_t i, n = t.len - at if t.len - at < 8 else 8
    for i in range(n):
        v |= <uint64_t>t.data[at + i] << (56 - 8 * i)
    return v


cdef Pair* sort_texts(Session* s, const Text** texts, Pair* p, Pair* q, int64_t n) noexcept nogil:
    cdef int64_t i, start, skip = common(texts, n)
    cdef Pair* t
    for i in range(n):
        p[i].number = eight_bytes(texts[i], skip)
        p[i].index = i
        s.fuel -= texts[i].len >> 2
    t = radix(p, q, n)
    if t != p:
        q = p
        p = t
    start = 0
    for i in range(1, n + 1):
        if i == n or p[i].number != p[start].number:
            if i - start > 1:
                merge_texts(texts, p + start, q + start, i - start)
            start = i
    return p


# ---------------------------------------------------------------- arrays

cdef inline uint64_t rank(int64_t v) noexcept nogil:
    """An int as an unsigned number that compares like it; its own inverse."""
    return <uint64_t>v ^ <uint64_t>0x8000000000000000ULL


cdef void charge(Session* s, int64_t n) noexcept nogil:
    s.fuel -= n * (4 if n > FEW else 1)


cdef void sort_bytes(uint8_t* p, int64_t n) noexcept nogil:
    cdef int64_t count[256]
    cdef int64_t i
    memset(count, 0, sizeof(count))
    for i in range(n):
        count[p[i]] += 1
    for i in range(256):
        memset(p, <int>i, count[i])
        p += count[i]


cdef bint sort_words(Session* s, uint64_t* p, int64_t n) noexcept nogil:
    cdef uint64_t* q = <uint64_t*>heap_buffer(&s.heap, n * 8)
    cdef uint64_t* t
    cdef int64_t i
    if q == NULL:
        trap_memory(s)
        return False
    for i in range(n):
        p[i] = rank(<int64_t>p[i])
    t = radix[uint64_t](p, q, n)
    for i in range(n):
        p[i] = rank(<int64_t>t[i])
    free(q)
    heap_release(&s.heap, n * 8)
    return True


cdef bint array_sort(Session* s, Array* a) noexcept nogil:
    cdef int elem = s.program.shapes[shape_id(<Obj*>a)].elem
    cdef int64_t i, n = a.len
    cdef Pair* p
    cdef Pair* out
    cdef Obj** copy
    if n < 2:
        return True
    charge(s, n)
    if elem == E_BYTE:
        sort_bytes(<uint8_t*>a.data, n)
        return True
    if elem != E_REF:
        return sort_words(s, <uint64_t*>a.data, n)
    p = <Pair*>heap_buffer(&s.heap, 2 * n * sizeof(Pair))
    if p == NULL:
        trap_memory(s)
        return False
    out = sort_texts(s, <const Text**>a.data, p, p + n, n)
    copy = <Obj**>(p + n if out == p else p)
    for i in range(n):
        copy[i] = (<Obj**>a.data)[out[i].index]
    memcpy(a.data, copy, n * sizeof(Obj*))
    free(p)
    heap_release(&s.heap, 2 * n * sizeof(Pair))
    return True


cdef bint array_order(Session* s, Array* order, Array* keys) noexcept nogil:
    cdef int elem = s.program.shapes[shape_id(<Obj*>keys)].elem
    cdef int64_t i, n = keys.len
    cdef Pair* p
    cdef Pair* out
    if not array_resize(s, order, n, 0, 8):
        return False
    if n == 0:
        return True
    charge(s, n)
    p = <Pair*>heap_buffer(&s.heap, 2 * n * sizeof(Pair))
    if p == NULL:
        trap_memory(s)
        return False
    if elem == E_REF:
        out = sort_texts(s, <const Text**>keys.data, p, p + n, n)
    else:
        for i in range(n):
            p[i].index = i
            p[i].number = (<uint8_t*>keys.data)[i] if elem == E_BYTE else rank((<int64_t*>keys.data)[i])
        out = radix[Pair](p, p + n, n)
    for i in range(n):
        (<int64_t*>order.data)[i] = out[i].index
    free(p)
    heap_release(&s.heap, 2 * n * sizeof(Pair))
    return True
