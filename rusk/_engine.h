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

#define shape_id(o) ((uint32_t)(o)->head)
#define variant_tag(o) ((uint32_t)((o)->head >> 32 & 0xffff))
#define refs(o) ((void *)(o)->w)

#endif
