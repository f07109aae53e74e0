/* The dispatch of the interpreter loop, `_loop.pxi`: what Cython cannot write.

   The loop is one C function. Its cases stand between LABEL(op) and NEXT(), which become labels and computed gotos where the compiler has
   them, and a switch elsewhere and in debug builds. setup.py writes out branches, and adds copies and sequences of cases (opcodes.COPIED,
   FUSED). The macros name the local variables of that function by their C names:

       s session   h heap   f running fiber   pc next word   x, r register bases   fp first unused frame   fuel

   COUNTING is defined before inclusion: 1 in the copy of the loop that counts instructions, and that stops where a tracer wants to look. */

#include "_opcodes.h"
#include "_engine.h"

#define S_ __pyx_v_s
#define F_ __pyx_v_f
#define PC_ __pyx_v_pc
#define X_ __pyx_v_x
#define R_ __pyx_v_r
#define FP_ __pyx_v_fp
#define FUEL_ __pyx_v_fuel

/* --- operands: read straight from memory, of the word before pc; so pc moves over data words last */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define U16(p, i) (((const uint16_t *)(p))[(i) ^ 3])
#define U32AT(p, i) (((const uint32_t *)(p))[(i) ^ 1])
#else
#define U16(p, i) (((const uint16_t *)(p))[i])
#define U32AT(p, i) (((const uint32_t *)(p))[i])
#endif

#define OP ((uint32_t)U16(PC_ - 1, 0))
#define A ((uint32_t)U16(PC_ - 1, 1))
#define B ((uint32_t)U16(PC_ - 1, 2))
#define C ((uint32_t)U16(PC_ - 1, 3))
#define D ((uint32_t)U16(PC_, 0))
#define IB ((int64_t)(int16_t)U16(PC_ - 1, 2))
#define IC ((int64_t)(int16_t)U16(PC_ - 1, 3))
#define ID ((int64_t)(int16_t)U16(PC_, 0))
#define I32 ((int64_t)(int32_t)U32AT(PC_ - 1, 1))    /* i32, j32 in b, c */
#define U32 (U32AT(PC_ - 1, 1))
#define I48 ((int64_t)PC_[-1] >> 16)
#define UDE (U32AT(PC_, 0))                           /* f32, y32 in d, e */
#define REG(p, i) U16(p, i)                           /* register i of a list */
#define HALF(p, i) ((int64_t)(int32_t)U32AT(p, i))    /* distance i of a table */

#if RUSK_DEBUG
#define XREG(i) X_[rusk_check((i) < (uint64_t)(F_->xs + F_->cap_x - X_), (i))]
#define RREG(i) R_[rusk_check((i) < (uint64_t)(F_->rs + F_->cap_r - R_), (i))]
static uint32_t rusk_check(int ok, uint32_t i) { assert(ok); return i; }
#else
#define XREG(i) X_[i]
#define RREG(i) R_[i]
#endif

#define XA XREG(A)
#define XB XREG(B)
#define XC XREG(C)
#define XD XREG(D)
#define RA RREG(A)
#define RB RREG(B)
#define RC RREG(C)
#define FA (*(double *)&XREG(A))
#define FB (*(double *)&XREG(B))
#define FC (*(double *)&XREG(C))

/* An object of at least n words, alive. */
#if RUSK_DEBUG
#define CHECK_OBJECT(o, n) assert((o) != 0 && (o)->head != 0 && ((o)->head & FLAG_COLOUR) == __pyx_v_h->colour \
    && (uint32_t)(o)->head < (uint32_t)S_->program->nshapes && S_->program->shapes[(uint32_t)(o)->head].nwords >= (n))
#define CHECK_ARRAY(a) assert((a) != 0 && ((a)->head & FLAG_COLOUR) == __pyx_v_h->colour && (a)->len <= (a)->cap && S_->program->shapes[(uint32_t)(a)->head].kind == 7)
#define CHECK_INDEX(a, i) assert((uint64_t)(i) < (uint64_t)(a)->len)
#else
#define CHECK_OBJECT(o, n) ((void)0)
#define CHECK_ARRAY(a) ((void)0)
#define CHECK_INDEX(a, i) ((void)0)
#endif

/* --- state */

#define SAVE() (F_->pc = PC_, F_->x = X_, F_->r = R_, F_->fp = FP_, S_->fuel = FUEL_)
#define LOAD() (F_ = S_->heap.cur, PC_ = F_->pc, X_ = F_->x, R_ = F_->r, FP_ = F_->fp, FUEL_ = S_->fuel)

/* --- control */

#if COUNTING
#define COUNT() do { STOP_HERE(); S_->counts[OP]++; } while (0)
/* Stop before an instruction that the session is to stop at, unless it goes on from there. */
#define STOP_HERE() do { \
    if (unlikely(S_->stops != 0) && S_->stops[PC_ - 1 - S_->program->code]) { \
        S_->stopped = !S_->stopped; \
        if (S_->stopped) { PC_--; goto L_PAUSE; } \
    } \
} while (0)
#define COUNT_FRAMES() do { int64_t n_ = FP_ - F_->fs + S_->depth_below; if (n_ > S_->max_frames) S_->max_frames = n_; } while (0)
#else
#define COUNT() ((void)0)
#define COUNT_FRAMES() ((void)0)
#endif

#if (defined(__GNUC__) || defined(__clang__)) && !RUSK_DEBUG
#define BEGIN() static const void *const labels_[] = {RUSK_LABELS}; NEXT();
#define LABEL(op) L_##op:
#define NEXT() do { PC_++; COUNT(); goto *labels_[OP]; } while (0)
#define END() 
#else
#define BEGIN() L_next_: PC_++; COUNT(); switch (OP) {
#define LABEL(op) case op:
#define NEXT() goto L_next_
#define END() default: assert(0); }
#endif

#define GOTO(place) goto L_##place
#define PLACE(place) L_##place:

#define RETURN(status) return status
#define CHECK_FUEL() if (unlikely(FUEL_ < 0)) goto L_FUEL
#define BACK(j) do { int64_t j_ = (j); PC_ += j_; FUEL_ += j_; CHECK_FUEL(); NEXT(); } while (0)
#define STEP() PC_++                              /* to the next word of a fused sequence */

/* Enter function `fn` with its window at da, db: the one place where activations begin in the loop. */
#define ENTER() do { \
    if (unlikely(X_ + __pyx_v_da + __pyx_v_fn->nx > F_->xlim || R_ + __pyx_v_db + __pyx_v_fn->nr > F_->rlim || FP_ >= F_->flim)) \
        goto L_GROW; \
    FP_->pc = PC_; FP_->dx = __pyx_v_da; FP_->dr = __pyx_v_db; FP_++; \
    X_ += __pyx_v_da; R_ += __pyx_v_db; \
    FUEL_ -= __pyx_v_fn->cost; \
    PC_ = __pyx_v_fn->code; \
    if (__pyx_v_fn->clear_from < __pyx_v_fn->nr) { \
        uint32_t i_ = __pyx_v_fn->clear_from, n_ = __pyx_v_fn->nr; \
        do R_[i_] = 0; while (++i_ < n_); \
    } \
    COUNT_FRAMES(); CHECK_FUEL(); NEXT(); \
} while (0)

#define LEAVE() do { FP_--; PC_ = FP_->pc; X_ -= FP_->dx; R_ -= FP_->dr; NEXT(); } while (0)
