/* Keyed hashes of the engine's tables: what Cython cannot write, and SipHash-1-3. */
#ifndef RUSK_HASH_H
#define RUSK_HASH_H

#include <stdint.h>
#include <string.h>

#if defined(_MSC_VER) && !defined(__SIZEOF_INT128__)
#include <intrin.h>
#endif

/* The halves of the 128-bit product, one over the other. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
    unsigned __int128 p = (unsigned __int128)a * b;
    return (uint64_t)p ^ (uint64_t)(p >> 64);
#elif defined(_M_X64)
    uint64_t high, low = _umul128(a, b, &high);
    return low ^ high;
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0;
    uint64_t mid = (p00 >> 32) + (uint32_t)p01 + (uint32_t)p10;
    return (a * b) ^ (a1 * b1 + (p01 >> 32) + (p10 >> 32) + (mid >> 32));
#endif
}

#define HASH_ROTATE(v, n) ((v) << (n) | (v) >> (64 - (n)))
#define HASH_ROUND() do { \
    v0 += v1; v2 += v3; v1 = HASH_ROTATE(v1, 13) ^ v0; v3 = HASH_ROTATE(v3, 16) ^ v2; v0 = HASH_ROTATE(v0, 32); \
    v2 += v1; v0 += v3; v1 = HASH_ROTATE(v1, 17) ^ v2; v3 = HASH_ROTATE(v3, 21) ^ v0; v2 = HASH_ROTATE(v2, 32); \
} while (0)

/* SipHash-1-3 (Aumasson, Bernstein): as CPython's dicts use it. Blocks are read in the machine's byte order: hashes are not written anywhere
   but into the tables of a session, together with its secret. */
static inline uint64_t hash_sip13(uint64_t k0, uint64_t k1, const uint8_t *p, int64_t n) {
    uint64_t v0 = k0 ^ 0x736f6d6570736575ull, v1 = k1 ^ 0x646f72616e646f6dull;
    uint64_t v2 = k0 ^ 0x6c7967656e657261ull, v3 = k1 ^ 0x7465646279746573ull;
    uint64_t m, last = (uint64_t)n << 56;
    int64_t left = n;
    for (; left >= 8; left -= 8, p += 8) {
        memcpy(&m, p, 8);
        v3 ^= m;
        HASH_ROUND();
        v0 ^= m;
    }
    while (left > 0) {
        left--;
        last |= (uint64_t)p[left] << (8 * left);
    }
    v3 ^= last;
    HASH_ROUND();
    v0 ^= last;
    v2 ^= 0xff;
    HASH_ROUND();
    HASH_ROUND();
    HASH_ROUND();
    return v0 ^ v1 ^ v2 ^ v3;
}

#endif
