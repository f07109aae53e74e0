# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Hash tables: an index over dense arrays of entries in insertion order (docs/language/06-library.md §8).

The index has a power of two of buckets, of 64 bits each: half of the hash of a key and the number of its entry, so that probing (linear) looks at an
entry only when it is almost certainly the wanted one. A removed entry stays in the arrays, not live, and its bucket keeps a mark, until the table is
rebuilt: when three quarters of the buckets are in use, or few of the entries are live.

Which bucket a key belongs to depends on the secret of the session, so nobody can choose keys that meet in one; no order, no message and no fuel
depends on it. Nothing here trusts the contents of a map: code that no compiler made may fill the arrays as it likes.
"""

from libc.stdint cimport uint32_t
from libc.stdlib cimport free
from libc.string cimport memset

from rusk._engine cimport E_REF, FLAG_SHARED, shape_id, unlikely
from rusk._fiber cimport trap_memory, trap_text
from rusk._heap cimport heap_buffer, heap_release
from rusk._ops cimport array_push_slow, elem_size
from rusk._text cimport text_eq


cdef extern from "_hash.h" nogil:
    uint64_t hash_fold(uint64_t a, uint64_t b)
    uint64_t hash_sip13(uint64_t k0, uint64_t k1, const uint8_t* p, int64_t n)

cdef enum:
    LEAST = 8                           # buckets

cdef int64_t MOST = <int64_t>1 << 31    # buckets
cdef uint64_t GONE = 0xFFFFFFFFU        # in a bucket: its entry was removed


# ---------------------------------------------------------------- hashes

cdef inline uint64_t other_half(uint64_t secret) noexcept nogil:
    """A second key, made of the one secret."""
    return (secret << 32 | secret >> 32) ^ <uint64_t>0x9E3779B97F4A7C15ULL


cdef uint64_t hash_word(uint64_t secret, uint64_t x) noexcept nogil:
    """What the bucket of a key is chosen by: x is the key, an int, byte, char or bool, or the hash of any other."""
    return hash_fold(x ^ secret, other_half(secret) | 1)


cdef uint64_t hash_text(uint64_t secret, const uint8_t* p, int64_t n) noexcept nogil:
    """The hash of a string or bytes."""
    return hash_sip13(secret, other_half(secret), p, n)


# ---------------------------------------------------------------- looking up

cdef inline int64_t key_at(const Map* m, int64_t entry, int64_t size) noexcept nogil:
    return (<int64_t*>m.names.data)[entry] if size == 8 else (<uint8_t*>m.names.data)[entry]


cdef inline int64_t find(const Map* m, uint64_t spread, int64_t key, int64_t size) noexcept nogil:
    cdef const uint64_t* index = <uint64_t*>m.index.data
    cdef uint64_t mask = <uint64_t>(m.index.len - 1)
    cdef uint64_t i = spread & mask, w
    cdef int64_t left = m.index.len, entry
    while left > 0:                     # a table that no compiler made may have no free bucket
        w = index[i]
        if (w ^ spread) >> 32 == 0:
            entry = <int64_t><uint32_t>w - 1
            if <uint64_t>entry < <uint64_t>m.names.len and key_at(m, entry, size) == key:
                return entry
        if w == 0:
            return -1
        i = (i + 1) & mask
        left -= 1
    return -1


cdef inline int64_t find_text(const Map* m, uint64_t spread, const Text* key) noexcept nogil:
    cdef const uint64_t* index = <uint64_t*>m.index.data
    cdef uint64_t mask = <uint64_t>(m.index.len - 1)
    cdef uint64_t i = spread & mask, w
    cdef int64_t left = m.index.len, entry
    while left > 0:
        w = index[i]
        if (w ^ spread) >> 32 == 0:
            entry = <int64_t><uint32_t>w - 1
            if <uint64_t>entry < <uint64_t>m.names.len and text_eq((<Text**>m.names.data)[entry], key):
                return entry
        if w == 0:
            return -1
        i = (i + 1) & mask
        left -= 1
    return -1


cdef int64_t map_find(Session* s, const Map* m, int64_t key, int64_t size) noexcept nogil:
    return find(m, hash_word(<uint64_t>s.secret, <uint64_t>key), key, size)


cdef int64_t map_find_text(Session* s, const Map* m, const Text* key) noexcept nogil:
    cdef uint64_t secret = <uint64_t>s.secret
    s.fuel -= key.len >> 3
    return find_text(m, hash_word(secret, hash_text(secret, key.data, key.len)), key)


cdef int64_t map_probe(Session* s, const Map* m, int64_t hash, int64_t after) noexcept nogil:
    """The next entry with this hash: from its home bucket on, or after the bucket of an earlier answer."""
    cdef const uint64_t* index = <uint64_t*>m.index.data
    cdef uint64_t spread = hash_word(<uint64_t>s.secret, <uint64_t>hash)
    cdef uint64_t mask = <uint64_t>(m.index.len - 1)
    cdef uint64_t i = spread & mask, w
    cdef int64_t left = m.index.len, entry
    if after >= 0:
        i = (<uint64_t>(after >> 32) + 1) & mask
    while left > 0:
        w = index[i]
        if (w ^ spread) >> 32 == 0:
            entry = <int64_t><uint32_t>w - 1
            if <uint64_t>entry < <uint64_t>m.names.len and entry < m.hashes.len and (<int64_t*>m.hashes.data)[entry] == hash:
                return <int64_t>(i << 32) | entry
        if w == 0:
            return -1
        i = (i + 1) & mask
        left -= 1
    return -1


# ---------------------------------------------------------------- growing

cdef inline uint64_t spread_at(Session* s, const Map* m, int64_t entry) noexcept nogil:
    """`hash_word` of an entry. Only scalar keys that the engine knows have no hash stored."""
    cdef uint64_t x
    if entry < m.hashes.len:
        x = (<uint64_t*>m.hashes.data)[entry]
    else:
        x = <uint64_t>key_at(m, entry, elem_size(s, m.names))
    return hash_word(<uint64_t>s.secret, x)


cdef inline bint place(Map* m, uint64_t spread, int64_t entry) noexcept nogil:
    """Put an entry into the first free bucket; False without one."""
    cdef uint64_t* index = <uint64_t*>m.index.data
    cdef uint64_t mask = <uint64_t>(m.index.len - 1)
    cdef uint64_t i = spread & mask
    cdef int64_t left = m.index.len
    while left > 0:
        if index[i] == 0:
            index[i] = (spread >> 32 << 32) | <uint64_t>(entry + 1)
            m.used += 1
            return True
        i = (i + 1) & mask
        left -= 1
    return False


cdef inline bint fixed(Session* s, const Map* m) noexcept nogil:
    """Whether the length of an array must not change; then the session has trapped."""
    if (m.index.head | m.hashes.head | m.names.head | m.contents.head | m.live.head) & FLAG_SHARED:
        trap_text(s, b"array is shared with the host")
        return True
    return False


cdef inline void move(Array* a, int64_t size, int64_t to, int64_t at) noexcept nogil:
    if at < a.len:
        if size == 8:
            (<int64_t*>a.data)[to] = (<int64_t*>a.data)[at]
        else:
            (<uint8_t*>a.data)[to] = (<uint8_t*>a.data)[at]


cdef inline void cut(Array* a, int64_t n) noexcept nogil:
    if a.len > n:
        a.len = n


cdef int64_t entries(const Map* m) noexcept nogil:
    """The number of complete entries."""
    cdef int64_t n = m.names.len
    if m.contents.len < n:
        n = m.contents.len
    if m.live.len < n:
        n = m.live.len
    return n


cdef void cut_all(Map* m, int64_t n) noexcept nogil:
    cut(m.hashes, n)
    cut(m.names, n)
    cut(m.contents, n)
    cut(m.live, n)


cdef void compact(Session* s, Map* m) noexcept nogil:
    """Drop the entries that are not live."""
    cdef int64_t i, n = entries(m), kept = 0
    cdef int64_t name_size = elem_size(s, m.names), content_size = elem_size(s, m.contents)
    cdef const uint8_t* live = <uint8_t*>m.live.data
    for i in range(n):
        if live[i]:
            if i != kept:
                move(m.hashes, 8, kept, i)
                move(m.names, name_size, kept, i)
                move(m.contents, content_size, kept, i)
                move(m.live, 1, kept, i)
            kept += 1
    cut_all(m, kept)
    m.count = kept


cdef bint map_rebuild(Session* s, Map* m, int64_t buckets) noexcept nogil:
    """A new index of at least so many buckets over the live entries."""
    cdef int64_t i, n = LEAST, before = m.names.len
    cdef void* data
    if fixed(s, m):
        return False
    compact(s, m)
    while n < MOST and (n < buckets or (m.count + 1) * 4 > n * 3):
        n *= 2
    if n < buckets:
        trap_memory(s)
        return False
    if n != m.index.len:
        data = heap_buffer(&s.heap, n * 8)
        if data == NULL:
            trap_memory(s)
            return False
        if m.index.data != NULL:
            free(m.index.data)
            heap_release(&s.heap, m.index.cap * 8)
        m.index.data = data
        m.index.len = n
        m.index.cap = n
    memset(m.index.data, 0, n * 8)
    m.used = 0
    for i in range(m.count):
        place(m, spread_at(s, m, i), i)
    s.fuel -= before + (n >> 3)
    return True


cdef inline bint room(Session* s, Map* m) noexcept nogil:
    """Room for one more entry: at most three quarters of the buckets are in use."""
    cdef int64_t n = m.index.len
    if (m.used + 1) * 4 <= n * 3 and m.names.len < n:
        return True
    return map_rebuild(s, m, n * 2 if m.count * 2 > m.used else n)


cdef inline bint push(Session* s, Array* a, int64_t value, int64_t size) noexcept nogil:
    cdef int64_t n = a.len
    if unlikely(n == a.cap):
        return array_push_slow(s, a, value, size)
    if size == 8:
        (<int64_t*>a.data)[n] = value
    else:
        (<uint8_t*>a.data)[n] = <uint8_t>value
    a.len = n + 1
    return True


cdef inline bint append(Session* s, Map* m, uint64_t spread) noexcept nogil:
    """The next entry, but for its key, value and hash."""
    if not push(s, m.live, 1, 1):
        return False
    if not place(m, spread, m.names.len):
        trap_memory(s)
        return False
    m.count += 1
    return True


cdef int64_t map_enter(Session* s, Map* m, int64_t key, int64_t size) noexcept nogil:
    cdef uint64_t spread = hash_word(<uint64_t>s.secret, <uint64_t>key)
    cdef int64_t entry = find(m, spread, key, size)
    if entry >= 0:
        return entry
    if not room(s, m) or not append(s, m, spread) or not push(s, m.names, key, size):
        return -1
    return m.names.len - 1


cdef int64_t map_enter_text(Session* s, Map* m, Text* key) noexcept nogil:
    cdef uint64_t secret = <uint64_t>s.secret
    cdef uint64_t hash = hash_text(secret, key.data, key.len)
    cdef uint64_t spread = hash_word(secret, hash)
    cdef int64_t entry = find_text(m, spread, key)
    s.fuel -= key.len >> 3
    if entry >= 0:
        return entry
    if not room(s, m) or not append(s, m, spread):
        return -1
    if not push(s, m.hashes, <int64_t>hash, 8) or not push(s, m.names, <int64_t>key, 8):
        return -1
    return m.names.len - 1


cdef bint map_append(Session* s, Map* m, int64_t hash) noexcept nogil:
    return room(s, m) and append(s, m, hash_word(<uint64_t>s.secret, <uint64_t>hash)) and push(s, m.hashes, hash, 8)


cdef bint map_adopt(Session* s, Map* m, const Array* hashes) noexcept nogil:
    """Give a map that the host has made the hashes of its keys, in their order, and an index."""
    cdef int64_t i
    if fixed(s, m):
        return False
    if m.hashes != hashes:              # code that no compiler made may say so
        m.hashes.len = 0
        for i in range(hashes.len):
            if not push(s, m.hashes, (<int64_t*>hashes.data)[i], 8):
                return False
    return map_rebuild(s, m, m.index.len)


# ---------------------------------------------------------------- removing

cdef bint map_forget(Session* s, Map* m, int64_t entry) noexcept nogil:
    """Take a live entry out; nothing happens if there is none of this number."""
    cdef uint64_t* index = <uint64_t*>m.index.data
    cdef uint8_t* live = <uint8_t*>m.live.data
    cdef uint64_t mask = <uint64_t>(m.index.len - 1)
    cdef uint64_t i
    cdef int64_t left = m.index.len, n = entries(m)
    if entry < 0 or entry >= n or not live[entry]:
        return True
    if fixed(s, m):
        return False
    i = spread_at(s, m, entry) & mask
    while left > 0 and index[i] != 0:
        if <int64_t><uint32_t>index[i] == entry + 1:
            index[i] = GONE
            break
        i = (i + 1) & mask
        left -= 1
    live[entry] = 0
    m.count -= 1
    if entry == n - 1:
        while n > 0 and not live[n - 1]:
            n -= 1
        s.fuel -= entry - n
        cut_all(m, n)
    else:                               # so that nothing keeps what was removed alive
        if s.program.shapes[shape_id(<Obj*>m.names)].elem == E_REF:
            move(m.names, 8, entry, n - 1)
        if s.program.shapes[shape_id(<Obj*>m.contents)].elem == E_REF:
            move(m.contents, 8, entry, n - 1)
    if m.count * 4 < n and n * 4 > m.index.len:
        return map_rebuild(s, m, m.index.len)
    return True
