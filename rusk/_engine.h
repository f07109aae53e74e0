/* What Cython cannot say: the header word of objects and the dispatch of the loop. */
#ifndef RUSK_ENGINE_H
#define RUSK_ENGINE_H

#include <stdint.h>
#include <assert.h>

#ifndef RUSK_DEBUG
#define RUSK_DEBUG 0
#endif

#define HEAD_SHAPE 0xffffffffull
#define FLAG_COLOUR (1ull << 48)
#define FLAG_FINAL (1ull << 49)
#define FLAG_ASCII (1ull << 50)
#define FLAG_SHARED (1ull << 51)
#define FLAG_JOINED (1ull << 52)
#define FLAG_BUFFER (1ull << 53)

#define shape_id(o) ((uint32_t)(o)->head)
#define variant_tag(o) ((uint32_t)((o)->head >> 32 & 0xffff))

#if defined(_MSC_VER)
#include <intrin.h>
#define rusk_popcount(v) ((int)__popcnt64(v))
static int rusk_clz(uint64_t v) { unsigned long i; _BitScanReverse64(&i, v); return 63 - (int)i; }
#else
#define rusk_popcount(v) __builtin_popcountll(v)
#define rusk_clz(v) __builtin_clzll(v)              /* v != 0 */
#endif

/* One thread at a time in a session: 1 if the flag was free and is now taken. */
#if defined(_MSC_VER)
typedef volatile long rusk_flag;
static int rusk_enter(rusk_flag *f) { return _InterlockedExchange(f, 1) == 0; }
static void rusk_leave(rusk_flag *f) { _InterlockedExchange(f, 0); }
#else
typedef volatile long rusk_flag;
static inline int rusk_enter(rusk_flag *f) { return __atomic_exchange_n(f, 1, __ATOMIC_ACQUIRE) == 0; }
static inline void rusk_leave(rusk_flag *f) { __atomic_store_n(f, 0, __ATOMIC_RELEASE); }
#endif

#endif
