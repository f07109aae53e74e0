# Hash tables: what the instructions on `core::map::Map` do, and the hashes of keys that the engine knows.
#
# The loop has saved its registers before it calls one that may grow the table. Those give -1 (or False) on a trap, which is then set.

from libc.stdint cimport int64_t, uint8_t, uint64_t

from rusk._engine cimport Array, Obj, Session, Text

cdef struct Map:                        # rusk/library/core/map.rusk; the code verifier sees to the layout
    uint64_t head
    Array* index                        # by bucket: 0 free, otherwise high half of the hash, number of the entry + 1
    Array* hashes                       # by entry; empty when the keys are scalars, whose hash is computed anew
    Array* names
    Array* contents
    Array* live                         # by entry: whether it is still in the map
    int64_t count                       # live entries
    int64_t used                        # buckets that are not free

cdef uint64_t hash_word(uint64_t secret, uint64_t x) noexcept nogil
cdef uint64_t hash_text(uint64_t secret, const uint8_t* p, int64_t n) noexcept nogil

# --- keys that the engine compares itself: an entry, -1 without one. `size`: bytes of a key in `names`
cdef int64_t map_find(Session* s, const Map* m, int64_t key, int64_t size) noexcept nogil
cdef int64_t map_find_text(Session* s, const Map* m, const Text* key) noexcept nogil
# the entry of the key, which becomes a new one if there is none; `contents` then lacks its value
cdef int64_t map_enter(Session* s, Map* m, int64_t key, int64_t size) noexcept nogil
cdef int64_t map_enter_text(Session* s, Map* m, Text* key) noexcept nogil

# --- keys that the program hashes and compares
cdef int64_t map_probe(Session* s, const Map* m, int64_t hash, int64_t after) noexcept nogil    # bucket << 32 | entry; -1 at the end
cdef bint map_append(Session* s, Map* m, int64_t hash) noexcept nogil       # a new entry; `names` and `contents` then lack its key and value

# --- all maps
cdef bint map_forget(Session* s, Map* m, int64_t entry) noexcept nogil
cdef bint map_adopt(Session* s, Map* m, const Array* hashes) noexcept nogil
cdef bint map_rebuild(Session* s, Map* m, int64_t buckets) noexcept nogil
