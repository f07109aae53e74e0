# The interpreter loop: one case for each opcode of rusk/code/opcodes.py, which says what they mean. setup.py makes of it the text that _run.pyx and
# _run_counted.pyx include: BRANCH(jmp, loop, condition, distance) becomes two cases, see opcodes.expand_loop.
#
# A B C, D: fields of the word, of the data word. XA RA FA ...: the register that A names, as integer, reference, float. IC JC ...: immediates.
# SAVE() before anything that may collect, trap or switch fibers; see _dispatch.h.

from libc.math cimport atan2, ceil, fabs, floor, fmod, hypot, pow, round, sqrt, trunc
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t

from rusk._engine cimport (
    RESULTS, ST_CHUNK, ST_DONE, ST_HOST, ST_REQUEST, ST_STOP, ST_TRAP, T_OBJECT, T_PANIC, Array, Fiber, Frame, Func, Heap, Obj, Session, Shape, Slot, Status,
    Text, refs, shape_id, unlikely, variant_tag,
)
from rusk._fiber cimport (
    CALL, STOP_TRAP, SWITCHED, Outcome, add_mark, drop_marks, enter_handle, fiber_done, grow, guard_done, leave, perform, remove_mark, resume,
    tail_resume, trap_memory, trap_text,
)
from rusk._heap cimport heap_array, heap_refill
from rusk._json cimport (
    buffer_char, buffer_float, buffer_int, json_float, json_int, json_next, json_number, json_string, json_text, json_write,
)
from rusk._map cimport Map, map_adopt, map_append, map_enter, map_enter_text, map_find, map_find_text, map_forget, map_probe, map_rebuild
from rusk._opcodes cimport *
from rusk._ops cimport *
from rusk._sort cimport array_order, array_sort
from rusk._strings cimport char_flags, rusk_uc_ascii, text_at
from rusk._text cimport float_parse, fnv_word, int_parse, text_compare, text_eq


cdef extern from "_dispatch.h" nogil:
    const uint32_t OP, A, B, C, D, U32, UDE
    const int64_t IB, IC, ID, I32, I48
    int64_t XA, XB, XC, XD
    double FA, FB, FC
    Obj* RA
    Obj* RB
    Obj* RC
    uint32_t REG(const uint64_t*, int64_t)
    int64_t HALF(const uint64_t*, int64_t)
    void CHECK_OBJECT(Obj*, uint32_t)
    void CHECK_ARRAY(Array*)
    void CHECK_INDEX(Array*, int64_t)
    void SAVE()
    void LOAD()
    void BEGIN()
    void END()
    void LABEL(int)
    void NEXT()
    void GOTO(int)
    void PLACE(int)
    void BACK(int64_t)
    void STEP()
    void CHECK_FUEL()
    void ENTER()
    void LEAVE()
    void RETURN(Status)
    int CALL_SLOW, FUEL, GROW, INDEX, MEMORY, OUTCOME, PAUSE, STOP, TAG_TRAP, TEXT_TRAP

cdef extern from "_engine.h" nogil:
    int rusk_popcount(uint64_t)
    int rusk_clz(uint64_t)


cdef inline bint passes(const Session* s, const Obj* o, uint32_t test) noexcept nogil:
    cdef uint32_t shape = shape_id(o)
    return s.program.tests[test][shape >> 6] >> (shape & 63) & 1


cdef inline int64_t divide(int64_t a, int64_t b) noexcept nogil:
    """b is not 0."""
    if (<uint64_t>a | <uint64_t>b) >> 32 == 0:
        return <uint32_t>a // <uint32_t>b
    return -a if b == -1 else a // b


cdef inline int64_t modulo(int64_t a, int64_t b) noexcept nogil:
    if (<uint64_t>a | <uint64_t>b) >> 32 == 0:
        return <uint32_t>a % <uint32_t>b
    return 0 if b == -1 else a % b


cdef inline void return_many(const uint64_t* pc, int64_t* x, Obj** r) noexcept nogil:
    """Take the results of `RetN`, whose list begins at pc, to where the caller expects them. The verifier has counted them."""
    cdef int64_t xs[RESULTS]
    cdef Obj* rs[RESULTS]
    cdef uint32_t nx = <uint32_t>(pc[-1] >> 16 & 0xFFFF)
    cdef uint32_t nr = <uint32_t>(pc[-1] >> 32 & 0xFFFF)
    cdef uint32_t i
    for i in range(nx):
        xs[i] = x[REG(pc, i)]
    for i in range(nr):
        rs[i] = r[REG(pc, nx + i)]
    for i in range(nx):
        x[i] = xs[i]
    for i in range(nr):
        r[i] = rs[i]


cdef inline bint fits_int(double v) noexcept nogil:
    return -9223372036854775808.0 <= v < 9223372036854775808.0


cdef inline bint is_char(int64_t v) noexcept nogil:
    return 0 <= v < 0xD800 or 0xDFFF < v <= 0x10FFFF


cdef Status run(Session* s) noexcept nogil:
    """Run until the chunk of fuel is used up, or something happens that the session must see to."""
    global XA, XB, XC, FA, RA
    cdef Heap* h = &s.heap
    cdef Fiber* f = h.cur
    cdef const Func* funcs = s.program.funcs
    cdef const Shape* shapes = s.program.shapes
    cdef const uint64_t* pc = f.pc
    cdef int64_t* x = f.x
    cdef Obj** r = f.r
    cdef Frame* fp = f.fp
    cdef int64_t fuel = s.fuel
    # entering a function
    cdef const Func* fn = NULL
    cdef uint32_t da = 0
    cdef uint32_t db = 0
    # scratch
    cdef const Shape* shape
    cdef const Slot* slot
    cdef const char* text
    cdef Array* array
    cdef Obj* o
    cdef Outcome outcome
    cdef int64_t i
    cdef int64_t n

    BEGIN()

    # ------------------------------------------------------------ constants, copies

    LABEL(OP_Nop)
    NEXT()
    LABEL(OP_MoveX)
    XA = XB
    NEXT()
    LABEL(OP_MoveR)
    RA = RB
    NEXT()
    LABEL(OP_LoadInt)
    XA = I32
    NEXT()
    LABEL(OP_LoadBool)
    XA = B
    NEXT()
    LABEL(OP_LoadByte)
    XA = B
    NEXT()
    LABEL(OP_LoadChar)
    XA = U32
    NEXT()
    LABEL(OP_LoadUnit)
    XA = 0
    NEXT()
    LABEL(OP_LoadConst)
    XA = s.program.consts[U32]
    NEXT()
    LABEL(OP_LoadObj)
    RA = h.consts[U32]
    NEXT()

    # ------------------------------------------------------------ int, bool, byte, char

    LABEL(OP_IntAdd)
    XA = XB + XC
    NEXT()
    LABEL(OP_IntSub)
    XA = XB - XC
    NEXT()
    LABEL(OP_IntMul)
    XA = XB * XC
    NEXT()
    LABEL(OP_IntDiv)
    if unlikely(XC == 0):
        text = b"int_div: division by zero"
        GOTO(TEXT_TRAP)
    XA = divide(XB, XC)
    NEXT()
    LABEL(OP_IntMod)
    if unlikely(XC == 0):
        text = b"int_mod: modulo by zero"
        GOTO(TEXT_TRAP)
    XA = modulo(XB, XC)
    NEXT()
    LABEL(OP_IntAnd)
    XA = XB & XC
    NEXT()
    LABEL(OP_IntOr)
    XA = XB | XC
    NEXT()
    LABEL(OP_IntXor)
    XA = XB ^ XC
    NEXT()
    LABEL(OP_IntShl)
    if unlikely(<uint64_t>XC > 63):
        SAVE()
        trap_amount(s, b"int_shl", XC)
        GOTO(STOP)
    XA = XB << XC
    NEXT()
    LABEL(OP_IntShr)
    if unlikely(<uint64_t>XC > 63):
        SAVE()
        trap_amount(s, b"int_shr", XC)
        GOTO(STOP)
    XA = XB >> XC
    NEXT()
    LABEL(OP_IntUshr)
    if unlikely(<uint64_t>XC > 63):
        SAVE()
        trap_amount(s, b"int_ushr", XC)
        GOTO(STOP)
    XA = <int64_t>(<uint64_t>XB >> XC)
    NEXT()
    LABEL(OP_IntNeg)
    XA = -XB
    NEXT()
    LABEL(OP_IntNot)
    XA = ~XB
    NEXT()
    LABEL(OP_IntAddI)
    XA = XB + IC
    NEXT()
    LABEL(OP_IntRsubI)
    XA = IC - XB
    NEXT()
    LABEL(OP_IntMulI)
    XA = XB * IC
    NEXT()
    LABEL(OP_IntDivI)
    XA = divide(XB, IC)
    NEXT()
    LABEL(OP_IntModI)
    XA = modulo(XB, IC)
    NEXT()
    LABEL(OP_IntAndI)
    XA = XB & IC
    NEXT()
    LABEL(OP_IntOrI)
    XA = XB | IC
    NEXT()
    LABEL(OP_IntXorI)
    XA = XB ^ IC
    NEXT()
    LABEL(OP_IntShlI)
    XA = XB << C
    NEXT()
    LABEL(OP_IntShrI)
    XA = XB >> C
    NEXT()
    LABEL(OP_IntUshrI)
    XA = <int64_t>(<uint64_t>XB >> C)
    NEXT()
    LABEL(OP_IntPow)
    if unlikely(XC < 0):
        text = b"core::intrinsics::int_pow: exponent must be >= 0"
        GOTO(TEXT_TRAP)
    XA = op_pow(XB, XC)
    NEXT()
    LABEL(OP_IntCountOnes)
    XA = rusk_popcount(<uint64_t>XB)
    NEXT()
    LABEL(OP_IntLeadingZeros)
    XA = rusk_clz(<uint64_t>XB) if XB else 64
    NEXT()
    LABEL(OP_IntEq)
    XA = XB == XC
    NEXT()
    LABEL(OP_IntNe)
    XA = XB != XC
    NEXT()
    LABEL(OP_IntLt)
    XA = XB < XC
    NEXT()
    LABEL(OP_IntLe)
    XA = XB <= XC
    NEXT()
    LABEL(OP_IntEqI)
    XA = XB == IC
    NEXT()
    LABEL(OP_IntNeI)
    XA = XB != IC
    NEXT()
    LABEL(OP_IntLtI)
    XA = XB < IC
    NEXT()
    LABEL(OP_IntLeI)
    XA = XB <= IC
    NEXT()
    LABEL(OP_IntGtI)
    XA = XB > IC
    NEXT()
    LABEL(OP_IntGeI)
    XA = XB >= IC
    NEXT()
    LABEL(OP_BoolNot)
    XA = XB ^ 1
    NEXT()
    LABEL(OP_BoolEq)
    XA = XB == XC
    NEXT()
    LABEL(OP_BoolNe)
    XA = XB ^ XC
    NEXT()
    LABEL(OP_ByteNot)
    XA = XB ^ 0xFF
    NEXT()
    LABEL(OP_ByteShl)
    if unlikely(<uint64_t>XC > 7):
        SAVE()
        trap_amount(s, b"byte_shl", XC)
        GOTO(STOP)
    XA = XB << XC & 0xFF
    NEXT()
    LABEL(OP_ByteShr)
    if unlikely(<uint64_t>XC > 7):
        SAVE()
        trap_amount(s, b"byte_shr", XC)
        GOTO(STOP)
    XA = XB >> XC
    NEXT()
    LABEL(OP_ByteUshr)
    if unlikely(<uint64_t>XC > 7):
        SAVE()
        trap_amount(s, b"byte_ushr", XC)
        GOTO(STOP)
    XA = XB >> XC
    NEXT()
    LABEL(OP_IntToByte)
    XA = XB & 0xFF
    NEXT()
    LABEL(OP_ByteToInt)
    XA = XB
    NEXT()
    LABEL(OP_CharToInt)
    XA = XB
    NEXT()
    LABEL(OP_IntToChar)
    i = XB
    if unlikely(not is_char(i)):
        if 0xD800 <= i <= 0xDFFF:
            text = b"core::intrinsics::int_to_char: surrogate code point"
        elif 0 <= i < <int64_t>1 << 32:
            text = b"core::intrinsics::int_to_char: invalid scalar value"
        else:
            text = b"core::intrinsics::int_to_char: value out of range"
        GOTO(TEXT_TRAP)
    XA = i
    NEXT()
    LABEL(OP_IntIsChar)
    XA = is_char(XB)
    NEXT()
    LABEL(OP_IntToFloat)
    FA = <double>XB
    NEXT()

    # ------------------------------------------------------------ float

    LABEL(OP_FloatAdd)
    FA = FB + FC
    NEXT()
    LABEL(OP_FloatSub)
    FA = FB - FC
    NEXT()
    LABEL(OP_FloatMul)
    FA = FB * FC
    NEXT()
    LABEL(OP_FloatDiv)
    FA = FB / FC
    NEXT()
    LABEL(OP_FloatMod)
    FA = fmod(FB, FC)
    NEXT()
    LABEL(OP_FloatPow)
    FA = pow(FB, FC)
    NEXT()
    LABEL(OP_FloatAtan2)
    FA = atan2(FB, FC)
    NEXT()
    LABEL(OP_FloatHypot)
    FA = hypot(FB, FC)
    NEXT()
    LABEL(OP_FloatNeg)
    FA = -FB
    NEXT()
    LABEL(OP_FloatAbs)
    FA = fabs(FB)
    NEXT()
    LABEL(OP_FloatFloor)
    FA = floor(FB)
    NEXT()
    LABEL(OP_FloatCeil)
    FA = ceil(FB)
    NEXT()
    LABEL(OP_FloatRound)
    FA = round(FB)
    NEXT()
    LABEL(OP_FloatTrunc)
    FA = trunc(FB)
    NEXT()
    LABEL(OP_FloatSqrt)
    FA = sqrt(FB)
    NEXT()
    LABEL(OP_FloatMath)
    FA = op_float_math(C, FB)
    NEXT()
    LABEL(OP_FloatToBits)
    XA = XB
    NEXT()
    LABEL(OP_FloatFromBits)
    XA = XB
    NEXT()
    LABEL(OP_FloatToInt)
    if unlikely(not fits_int(FB)):
        text = b"core::intrinsics::float_to_int: value out of range"
        GOTO(TEXT_TRAP)
    XA = <int64_t>FB
    NEXT()
    LABEL(OP_FloatFitsInt)
    XA = fits_int(FB)
    NEXT()
    LABEL(OP_FloatEq)
    XA = FB == FC
    NEXT()
    LABEL(OP_FloatNe)
    XA = FB != FC
    NEXT()
    LABEL(OP_FloatLt)
    XA = FB < FC
    NEXT()
    LABEL(OP_FloatLe)
    XA = FB <= FC
    NEXT()

    # ------------------------------------------------------------ jumps

    LABEL(OP_Jmp)
    pc += I48
    NEXT()
    LABEL(OP_Loop)
    BACK(I48)
    BRANCH(OP_JmpTrue, OP_LoopTrue, XA != 0, I32)
    BRANCH(OP_JmpFalse, OP_LoopFalse, XA == 0, I32)
    BRANCH(OP_JmpIntEq, OP_LoopIntEq, XA == XB, IC)
    BRANCH(OP_JmpIntNe, OP_LoopIntNe, XA != XB, IC)
    BRANCH(OP_JmpIntLt, OP_LoopIntLt, XA < XB, IC)
    BRANCH(OP_JmpIntLe, OP_LoopIntLe, XA <= XB, IC)
    BRANCH(OP_JmpIntEqI, OP_LoopIntEqI, XA == IB, IC)
    BRANCH(OP_JmpIntNeI, OP_LoopIntNeI, XA != IB, IC)
    BRANCH(OP_JmpIntLtI, OP_LoopIntLtI, XA < IB, IC)
    BRANCH(OP_JmpIntLeI, OP_LoopIntLeI, XA <= IB, IC)
    BRANCH(OP_JmpIntGtI, OP_LoopIntGtI, XA > IB, IC)
    BRANCH(OP_JmpIntGeI, OP_LoopIntGeI, XA >= IB, IC)
    BRANCH(OP_JmpFloatEq, OP_LoopFloatEq, FA == FB, IC)
    BRANCH(OP_JmpFloatNe, OP_LoopFloatNe, FA != FB, IC)
    BRANCH(OP_JmpFloatLt, OP_LoopFloatLt, FA < FB, IC)
    BRANCH(OP_JmpFloatLe, OP_LoopFloatLe, FA <= FB, IC)
    BRANCH(OP_JmpFloatNotLt, OP_LoopFloatNotLt, not (FA < FB), IC)
    BRANCH(OP_JmpFloatNotLe, OP_LoopFloatNotLe, not (FA <= FB), IC)
    BRANCH(OP_JmpTagEq, OP_LoopTagEq, variant_tag(RA) == B, IC)
    BRANCH(OP_JmpTagNe, OP_LoopTagNe, variant_tag(RA) != B, IC)
    BRANCH(OP_JmpStrEq, OP_LoopStrEq, text_eq(<Text*>RA, <Text*>RB), IC)
    BRANCH(OP_JmpStrNe, OP_LoopStrNe, not text_eq(<Text*>RA, <Text*>RB), IC)
    BRANCH(OP_JmpIs, OP_LoopIs, passes(s, RA, B), IC)
    BRANCH(OP_JmpIsNot, OP_LoopIsNot, not passes(s, RA, B), IC)
    BRANCH(OP_JmpWithin, OP_LoopWithin, <uint64_t>XA < <uint64_t>(<Array*>RB).len, IC)
    BRANCH(OP_JmpBeyond, OP_LoopBeyond, <uint64_t>XA >= <uint64_t>(<Array*>RB).len, IC)
    LABEL(OP_LoopIncWithin)
    XA = XA + 1
    if <uint64_t>XA < <uint64_t>(<Array*>RB).len:
        i = IC
        pc += i
        fuel += i
        if unlikely(fuel < 0):
            pc -= 1                             # to go on with the test before the loop: whoever reads the state must not believe in this one
            GOTO(FUEL)
        NEXT()
    NEXT()
    LABEL(OP_LoopIncLt)
    XA = XA + 1
    if XA < XB:
        BACK(IC)
    NEXT()
    LABEL(OP_LoopAddLt)
    XA = XA + IC
    if XA < XB:
        i = ID
        pc += 1
        BACK(i)
    pc += 1
    NEXT()
    LABEL(OP_Switch)
    i = XA - <int64_t>pc[0]
    n = B
    pc += 1
    pc += ((n + 2) >> 1) + HALF(pc, i + 1 if <uint64_t>i < <uint64_t>n else 0)
    NEXT()
    LABEL(OP_SwitchTag)
    i = <int64_t>variant_tag(RA) - <int64_t>pc[0]
    n = B
    pc += 1
    pc += ((n + 2) >> 1) + HALF(pc, i + 1 if <uint64_t>i < <uint64_t>n else 0)
    NEXT()

    # ------------------------------------------------------------ calls

    LABEL(OP_Call)
    fn = &funcs[C]
    da = A
    db = B
    ENTER()
    LABEL(OP_CallW)
    fn = &funcs[UDE]
    da = A
    db = B
    pc += 1
    ENTER()
    LABEL(OP_CallValue)
    da = A
    db = B
    o = RC
    CHECK_OBJECT(o, 0)
    fn = &funcs[shapes[shape_id(o)].func]
    r[db + fn.nrp] = o
    ENTER()
    LABEL(OP_CallIface)
    da = A
    db = B
    slot = &s.program.slots[C]
    i = <int64_t>shape_id(RB) - slot.first
    if unlikely(<uint64_t>i >= slot.count or slot.funcs[i] < 0):
        text = b"no method for this value"
        GOTO(TEXT_TRAP)
    fn = &funcs[slot.funcs[i]]
    ENTER()
    LABEL(OP_CallHost)
    fuel -= 1
    SAVE()
    s.index = <int32_t>C
    RETURN(ST_HOST)
    LABEL(OP_RetX)
    x[0] = XA
    LEAVE()
    LABEL(OP_RetR)
    r[0] = RA
    LEAVE()
    LABEL(OP_Ret)
    x[0] = 0
    LEAVE()
    LABEL(OP_RetI)
    x[0] = I32
    LEAVE()
    LABEL(OP_RetXX)
    i = XB
    x[0] = XA
    x[1] = i
    LEAVE()
    LABEL(OP_RetXR)
    x[0] = XA
    r[0] = RB
    LEAVE()
    LABEL(OP_RetIX)
    x[1] = XB
    x[0] = <int64_t><int16_t>A
    LEAVE()
    LABEL(OP_RetIR)
    x[0] = <int64_t><int16_t>A
    r[0] = RB
    LEAVE()
    LABEL(OP_RetII)
    x[0] = <int64_t><int16_t>A
    x[1] = <int32_t>(pc[-1] >> 32)
    LEAVE()
    LABEL(OP_RetN)
    return_many(pc, x, r)
    LEAVE()
    LABEL(OP_RetMX)
    x[0] = XA
    f.fp = fp
    drop_marks(f)
    LEAVE()
    LABEL(OP_RetMR)
    r[0] = RA
    f.fp = fp
    drop_marks(f)
    LEAVE()
    LABEL(OP_RetM)
    x[0] = 0
    f.fp = fp
    drop_marks(f)
    LEAVE()
    LABEL(OP_Trap)
    SAVE()
    s.trap = T_OBJECT
    h.trap_obj = h.consts[U32]
    RETURN(ST_TRAP)
    LABEL(OP_Panic)
    SAVE()
    s.trap = T_PANIC
    h.trap_obj = RA
    RETURN(ST_TRAP)
    LABEL(OP_Unreachable)
    text = b"unreachable code"
    GOTO(TEXT_TRAP)
    LABEL(OP_Charge)
    fuel -= A
    CHECK_FUEL()
    NEXT()

    # ------------------------------------------------------------ objects

    LABEL(OP_New)
    shape = &shapes[B]
    o = h.free[shape.cls]
    if unlikely(o == NULL):
        SAVE()
        o = heap_refill(h, shape.cls, shape.nwords)
        if o == NULL:
            GOTO(MEMORY)
    h.free[shape.cls] = <Obj*>o.w[0]
    h.allocations += 1
    o.head = shape.head | h.colour
    n = shape.nrefs
    for i in range(n):
        refs(o)[i] = r[REG(pc, i)]
    for i in range(n, shape.nwords):
        o.w[i] = x[REG(pc, i)]
    RA = o
    pc += (shape.nwords + 3) >> 2
    NEXT()
    LABEL(OP_NewX1)
    shape = &shapes[B]
    o = h.free[shape.cls]
    if unlikely(o == NULL):
        SAVE()
        o = heap_refill(h, shape.cls, 1)
        if o == NULL:
            GOTO(MEMORY)
    h.free[shape.cls] = <Obj*>o.w[0]
    h.allocations += 1
    o.head = shape.head | h.colour
    o.w[0] = XC
    RA = o
    NEXT()
    LABEL(OP_NewR1)
    shape = &shapes[B]
    o = h.free[shape.cls]
    if unlikely(o == NULL):
        SAVE()
        o = heap_refill(h, shape.cls, 1)
        if o == NULL:
            GOTO(MEMORY)
    h.free[shape.cls] = <Obj*>o.w[0]
    h.allocations += 1
    o.head = shape.head | h.colour
    refs(o)[0] = RC
    RA = o
    NEXT()
    LABEL(OP_GetX)
    CHECK_OBJECT(RB, C + 1)
    XA = RB.w[C]
    NEXT()
    LABEL(OP_GetR)
    CHECK_OBJECT(RB, C + 1)
    RA = refs(RB)[C]
    NEXT()
    LABEL(OP_SetX)
    CHECK_OBJECT(RA, B + 1)
    RA.w[B] = XC
    NEXT()
    LABEL(OP_SetR)
    CHECK_OBJECT(RA, B + 1)
    refs(RA)[B] = RC
    NEXT()
    LABEL(OP_PayX)
    o = RB
    CHECK_OBJECT(o, 0)
    if unlikely(variant_tag(o) != C >> 8):
        GOTO(TAG_TRAP)
    XA = o.w[C & 0xFF]
    NEXT()
    LABEL(OP_PayR)
    o = RB
    CHECK_OBJECT(o, 0)
    if unlikely(variant_tag(o) != C >> 8):
        GOTO(TAG_TRAP)
    RA = refs(o)[C & 0xFF]
    NEXT()
    LABEL(OP_PayXW)
    o = RB
    CHECK_OBJECT(o, 0)
    if unlikely(variant_tag(o) != D):
        GOTO(TAG_TRAP)
    XA = o.w[C]
    pc += 1
    NEXT()
    LABEL(OP_PayRW)
    o = RB
    CHECK_OBJECT(o, 0)
    if unlikely(variant_tag(o) != D):
        GOTO(TAG_TRAP)
    RA = refs(o)[C]
    pc += 1
    NEXT()
    LABEL(OP_Tag)
    CHECK_OBJECT(RB, 0)
    XA = variant_tag(RB)
    NEXT()
    LABEL(OP_FieldAdd)
    CHECK_OBJECT(RA, B + 1)
    RA.w[B] += XC
    NEXT()
    LABEL(OP_FieldAddI)
    CHECK_OBJECT(RA, B + 1)
    RA.w[B] += IC
    NEXT()
    LABEL(OP_Is)
    CHECK_OBJECT(RB, 0)
    XA = passes(s, RB, C)
    NEXT()
    LABEL(OP_Cast)
    if unlikely(not passes(s, RB, C)):
        text = b"value of another type"
        GOTO(TEXT_TRAP)
    RA = RB
    NEXT()
    LABEL(OP_Unbox)
    if unlikely(shape_id(RB) != C):
        text = b"value of another type"
        GOTO(TEXT_TRAP)
    XA = RB.w[0]
    NEXT()

    # ------------------------------------------------------------ arrays

    LABEL(OP_NewArray)
    shape = &shapes[B]
    n = C
    SAVE()
    array = heap_array(h, shape.head, n, 1 if shape.elem == 1 else 8)
    if array == NULL:
        GOTO(MEMORY)
    if shape.elem == 2:
        for i in range(n):
            (<Obj**>array.data)[i] = r[REG(pc, i)]
    elif shape.elem == 1:
        for i in range(n):
            (<uint8_t*>array.data)[i] = <uint8_t>x[REG(pc, i)]
    else:
        for i in range(n):
            (<int64_t*>array.data)[i] = x[REG(pc, i)]
    RA = <Obj*>array
    pc += (n + 3) >> 2
    NEXT()
    LABEL(OP_ArrLen)
    XA = (<Array*>RB).len
    NEXT()
    LABEL(OP_ArrGetW)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    XA = (<int64_t*>array.data)[i]
    NEXT()
    LABEL(OP_ArrGetB)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    XA = (<uint8_t*>array.data)[i]
    NEXT()
    LABEL(OP_ArrGetR)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    RA = (<Obj**>array.data)[i]
    NEXT()
    LABEL(OP_ArrSetW)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    (<int64_t*>array.data)[i] = XC
    NEXT()
    LABEL(OP_ArrSetB)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    (<uint8_t*>array.data)[i] = <uint8_t>XC
    NEXT()
    LABEL(OP_ArrSetR)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    (<Obj**>array.data)[i] = RC
    NEXT()
    LABEL(OP_ArrAddW)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    if unlikely(<uint64_t>i >= <uint64_t>array.len):
        GOTO(INDEX)
    (<int64_t*>array.data)[i] += XC
    NEXT()
    LABEL(OP_ElemGetW)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    CHECK_INDEX(array, i)
    XA = (<int64_t*>array.data)[i]
    NEXT()
    LABEL(OP_ElemGetB)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    CHECK_INDEX(array, i)
    XA = (<uint8_t*>array.data)[i]
    NEXT()
    LABEL(OP_ElemGetR)
    array = <Array*>RB
    CHECK_ARRAY(array)
    i = XC
    CHECK_INDEX(array, i)
    RA = (<Obj**>array.data)[i]
    NEXT()
    LABEL(OP_ElemSetW)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    CHECK_INDEX(array, i)
    (<int64_t*>array.data)[i] = XC
    NEXT()
    LABEL(OP_ElemSetB)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    CHECK_INDEX(array, i)
    (<uint8_t*>array.data)[i] = <uint8_t>XC
    NEXT()
    LABEL(OP_ElemSetR)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    CHECK_INDEX(array, i)
    (<Obj**>array.data)[i] = RC
    NEXT()
    LABEL(OP_ElemAddW)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = XB
    CHECK_INDEX(array, i)
    (<int64_t*>array.data)[i] += XC
    NEXT()
    LABEL(OP_ArrPushW)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = array.len
    if unlikely(i == array.cap):
        SAVE()
        if not array_push_slow(s, array, XB, 8):
            GOTO(STOP)
        NEXT()
    (<int64_t*>array.data)[i] = XB
    array.len = i + 1
    NEXT()
    LABEL(OP_ArrPushB)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = array.len
    if unlikely(i == array.cap):
        SAVE()
        if not array_push_slow(s, array, XB, 1):
            GOTO(STOP)
        NEXT()
    (<uint8_t*>array.data)[i] = <uint8_t>XB
    array.len = i + 1
    NEXT()
    LABEL(OP_ArrPushR)
    array = <Array*>RA
    CHECK_ARRAY(array)
    i = array.len
    if unlikely(i == array.cap):
        SAVE()
        if not array_push_slow(s, array, <int64_t>RB, 8):
            GOTO(STOP)
        NEXT()
    (<Obj**>array.data)[i] = RB
    array.len = i + 1
    NEXT()
    LABEL(OP_ArrPopW)
    SAVE()
    if not array_pop(s, <Array*>RB, &i, 8):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_ArrPopB)
    SAVE()
    if not array_pop(s, <Array*>RB, &i, 1):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_ArrPopR)
    SAVE()
    if not array_pop(s, <Array*>RB, &i, 8):
        GOTO(STOP)
    RA = <Obj*>i
    NEXT()
    LABEL(OP_ArrInsertW)
    SAVE()
    if not array_insert(s, <Array*>RA, XB, XC, 8):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrInsertB)
    SAVE()
    if not array_insert(s, <Array*>RA, XB, XC, 1):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrInsertR)
    SAVE()
    if not array_insert(s, <Array*>RA, XB, <int64_t>RC, 8):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrRemoveW)
    SAVE()
    if not array_remove(s, <Array*>RB, XC, &i, 8):
        GOTO(STOP)
    fuel = s.fuel
    XA = i
    NEXT()
    LABEL(OP_ArrRemoveB)
    SAVE()
    if not array_remove(s, <Array*>RB, XC, &i, 1):
        GOTO(STOP)
    fuel = s.fuel
    XA = i
    NEXT()
    LABEL(OP_ArrRemoveR)
    SAVE()
    if not array_remove(s, <Array*>RB, XC, &i, 8):
        GOTO(STOP)
    fuel = s.fuel
    RA = <Obj*>i
    NEXT()
    LABEL(OP_ArrResizeW)
    SAVE()
    if not array_resize(s, <Array*>RA, XB, XC, 8):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrResizeB)
    SAVE()
    if not array_resize(s, <Array*>RA, XB, XC, 1):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrResizeR)
    SAVE()
    if not array_resize(s, <Array*>RA, XB, <int64_t>RC, 8):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrExtend)
    SAVE()
    if not array_extend(s, <Array*>RA, <Array*>RB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrConcat)
    SAVE()
    o = array_concat(s, <Array*>RB, <Array*>RC)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_ArrSlice)
    SAVE()
    o = array_slice(s, <Array*>RB, XC, XD, False)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_ArrSliceRo)
    SAVE()
    o = array_slice(s, <Array*>RB, XC, XD, True)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_ArrClear)
    SAVE()
    if not array_clear(s, <Array*>RA):
        GOTO(STOP)
    NEXT()
    LABEL(OP_ArrSort)
    SAVE()
    if not array_sort(s, <Array*>RA):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_ArrOrder)
    SAVE()
    if not array_order(s, <Array*>RA, <Array*>RB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()

    # ------------------------------------------------------------ text

    LABEL(OP_BytesLen)
    XA = (<Text*>RB).len
    NEXT()
    LABEL(OP_BytesGet)
    i = XC
    if unlikely(<uint64_t>i >= <uint64_t>(<Text*>RB).len):
        SAVE()
        trap_index(s, i, (<Text*>RB).len)
        GOTO(STOP)
    XA = (<Text*>RB).data[i]
    NEXT()
    LABEL(OP_StrConcat)
    SAVE()
    o = op_concat(s, <Text*>RB, <Text*>RC)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrConcatN)
    SAVE()
    o = op_join(s, r, pc, B)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += (B + 3) >> 2
    NEXT()
    LABEL(OP_StrEq)
    fuel -= (<Text*>RB).len >> 5
    XA = text_eq(<Text*>RB, <Text*>RC)
    NEXT()
    LABEL(OP_StrNe)
    fuel -= (<Text*>RB).len >> 5
    XA = not text_eq(<Text*>RB, <Text*>RC)
    NEXT()
    LABEL(OP_StrLt)
    fuel -= (<Text*>RB).len >> 5
    XA = text_compare(<Text*>RB, <Text*>RC) < 0
    NEXT()
    LABEL(OP_StrLe)
    fuel -= (<Text*>RB).len >> 5
    XA = text_compare(<Text*>RB, <Text*>RC) <= 0
    NEXT()
    LABEL(OP_StrSlice)
    SAVE()
    o = op_slice(s, <Text*>RB, XC, XD)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_StrByteSlice)
    SAVE()
    o = op_byte_slice(s, <Text*>RB, XC, XD)
    if o == NULL:
        GOTO(STOP)
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_BytesSlice)
    SAVE()
    o = op_byte_slice(s, <Text*>RB, XC, XD)
    if o == NULL:
        GOTO(STOP)
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_StrNextIndex)
    SAVE()
    if not op_char(s, <Text*>RB, XC, OP_StrNextIndex, &i):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_StrCodepointAt)
    SAVE()
    if not op_char(s, <Text*>RB, XC, OP_StrCodepointAt, &i):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_StrCharAt)
    i = XC
    if <uint64_t>i < <uint64_t>(<Text*>RB).len and (<Text*>RB).data[i] < 0x80:
        XA = (<Text*>RB).data[i]
        NEXT()
    SAVE()
    if not op_char(s, <Text*>RB, i, OP_StrCharAt, &i):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_StrCharNext)
    i = XC
    if <uint64_t>i < <uint64_t>(<Text*>RB).len and (<Text*>RB).data[i] < 0x80:
        XA = i + 1
        NEXT()
    SAVE()
    if not op_char(s, <Text*>RB, i, OP_StrCharNext, &i):
        GOTO(STOP)
    XA = i
    NEXT()
    LABEL(OP_StrIter)
    i = XC
    if <uint64_t>i < <uint64_t>(<Text*>RB).len and (<Text*>RB).data[i] < 0x80:
        XA = (<Text*>RB).data[i]
        XC = i + 1
        NEXT()
    SAVE()
    if not op_char(s, <Text*>RB, i, OP_StrCharNext, &n):
        GOTO(STOP)
    op_char(s, <Text*>RB, i, OP_StrCharAt, &i)
    XA = i
    XC = n
    NEXT()
    LABEL(OP_IntToStr)
    SAVE()
    o = op_make_text(s, OP_IntToStr, XB, NULL)
    if o == NULL:
        GOTO(STOP)
    RA = o
    NEXT()
    LABEL(OP_FloatToStr)
    SAVE()
    o = op_make_text(s, OP_FloatToStr, XB, NULL)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_BoolToStr)
    SAVE()
    o = op_make_text(s, OP_BoolToStr, XB, NULL)
    if o == NULL:
        GOTO(STOP)
    RA = o
    NEXT()
    LABEL(OP_CharToStr)
    SAVE()
    o = op_make_text(s, OP_CharToStr, XB, NULL)
    if o == NULL:
        GOTO(STOP)
    RA = o
    NEXT()
    LABEL(OP_StrFromChars)
    LABEL(OP_StrFromUtf8)
    LABEL(OP_StrToBytes)
    LABEL(OP_StrFromUtf16)
    LABEL(OP_BufToStr)
    LABEL(OP_BytesFromArray)
    LABEL(OP_BytesToStr)
    LABEL(OP_OpaqueToStr)
    SAVE()
    o = op_make_text(s, <int32_t>OP, 0, RB)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_Utf8Valid)
    LABEL(OP_Utf16Valid)
    LABEL(OP_IntParseOk)
    LABEL(OP_FloatParseOk)
    SAVE()
    XA = op_valid(s, <int32_t>OP, RB)
    fuel = s.fuel
    NEXT()
    LABEL(OP_BufText)
    SAVE()
    if not buffer_append(s, <Array*>RA, <Text*>RB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_BufJson)
    SAVE()
    if not json_write(s, <Array*>RA, <Text*>RB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_BufInt)
    SAVE()
    if not buffer_int(s, <Array*>RA, XB):
        GOTO(STOP)
    NEXT()
    LABEL(OP_BufFloat)
    SAVE()
    if not buffer_float(s, <Array*>RA, FB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_BufChar)
    SAVE()
    if not buffer_char(s, <Array*>RA, XB):
        GOTO(STOP)
    NEXT()
    LABEL(OP_JsonNext)
    i = XC
    if <uint64_t>i < <uint64_t>(<Text*>RB).len and (<Text*>RB).data[i] > 32:
        XA = i << 9 | (<Text*>RB).data[i]
        NEXT()
    s.fuel = fuel
    XA = json_next(s, <Text*>RB, i)
    fuel = s.fuel
    NEXT()
    LABEL(OP_JsonNumber)
    s.fuel = fuel
    XA = json_number(s, <Text*>RB, XC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_JsonInt)
    s.fuel = fuel
    XA = json_int(s, <Text*>RB, XC, XD)
    fuel = s.fuel
    pc += 1
    NEXT()
    LABEL(OP_JsonFloat)
    s.fuel = fuel
    FA = json_float(s, <Text*>RB, XC, XD)
    fuel = s.fuel
    pc += 1
    NEXT()
    LABEL(OP_JsonString)
    s.fuel = fuel
    XA = json_string(s, <Text*>RB, XC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_JsonText)
    SAVE()
    o = json_text(s, <Text*>RB, XC, XD)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_FloatFixed)
    SAVE()
    o = op_float_fixed(s, FB, XC)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrFind)
    SAVE()
    XA = op_find(s, <Text*>RB, <Text*>RC, XD)
    fuel = s.fuel
    pc += 1
    NEXT()
    LABEL(OP_StrRfind)
    SAVE()
    XA = op_rfind(s, <Text*>RB, <Text*>RC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_StrChars)
    SAVE()
    XA = op_chars(s, <Text*>RB, XC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_StrOffset)
    SAVE()
    XA = op_offset(s, <Text*>RB, XC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_StrAt)
    fuel -= (<Text*>RC).len >> 5
    XA = text_at(<Text*>RB, <Text*>RC, XD)
    pc += 1
    NEXT()
    LABEL(OP_StrCut)
    SAVE()
    o = op_cut(s, <Text*>RB, XC, XD)
    if o == NULL:
        GOTO(STOP)
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_StrToChars)
    SAVE()
    o = op_to_chars(s, <Text*>RB, C)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrSplit)
    SAVE()
    o = op_split(s, <Text*>RB, <Text*>RC, D)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_StrPieces)
    SAVE()
    o = op_pieces(s, <Text*>RB, C, D)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    pc += 1
    NEXT()
    LABEL(OP_StrJoin)
    SAVE()
    o = op_join_array(s, <Array*>RB, <Text*>RC)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrRepeat)
    SAVE()
    o = op_repeat(s, <Text*>RB, XC)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrTrim)
    SAVE()
    o = op_trim(s, <Text*>RB, C)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_StrCase)
    SAVE()
    o = op_case(s, <Text*>RB, C)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_CharCase)
    SAVE()
    o = op_char_case(s, XB, C)
    if o == NULL:
        GOTO(STOP)
    RA = o
    NEXT()
    LABEL(OP_CharIs)
    i = XB
    XA = (rusk_uc_ascii[i] if i < 128 else char_flags(<uint32_t>i)) >> C & 1
    NEXT()
    LABEL(OP_BytesToArray)
    SAVE()
    o = op_bytes_to_array(s, <Text*>RB, C)
    if o == NULL:
        GOTO(STOP)
    fuel = s.fuel
    RA = o
    NEXT()
    LABEL(OP_FloatParse)
    fuel -= (<Text*>RB).len >> 2
    float_parse((<Text*>RB).data, (<Text*>RB).len, &FA)
    NEXT()
    LABEL(OP_IntParse)
    fuel -= (<Text*>RB).len >> 2
    int_parse((<Text*>RB).data, (<Text*>RB).len, &XA)
    NEXT()
    LABEL(OP_HashInt)
    XA = <int64_t>fnv_word(0xCBF29CE484222325ULL, <uint64_t>XB)
    NEXT()
    LABEL(OP_HashStr)
    SAVE()
    XA = op_hash(s, <Text*>RB)
    fuel = s.fuel
    NEXT()
    LABEL(OP_HashCombine)
    XA = <int64_t>fnv_word(fnv_word(0xCBF29CE484222325ULL, <uint64_t>XB), <uint64_t>XC)
    NEXT()

    # ------------------------------------------------------------ maps

    LABEL(OP_MapFindW)
    XA = map_find(s, <Map*>RB, XC, 8)
    NEXT()
    LABEL(OP_MapFindB)
    XA = map_find(s, <Map*>RB, XC, 1)
    NEXT()
    LABEL(OP_MapFindR)
    s.fuel = fuel
    XA = map_find_text(s, <Map*>RB, <Text*>RC)
    fuel = s.fuel
    NEXT()
    LABEL(OP_MapEnterW)
    SAVE()
    i = map_enter(s, <Map*>RB, XC, 8)
    if unlikely(i < 0):
        GOTO(STOP)
    fuel = s.fuel
    XA = i
    NEXT()
    LABEL(OP_MapEnterB)
    SAVE()
    i = map_enter(s, <Map*>RB, XC, 1)
    if unlikely(i < 0):
        GOTO(STOP)
    fuel = s.fuel
    XA = i
    NEXT()
    LABEL(OP_MapEnterR)
    SAVE()
    i = map_enter_text(s, <Map*>RB, <Text*>RC)
    if unlikely(i < 0):
        GOTO(STOP)
    fuel = s.fuel
    XA = i
    NEXT()
    LABEL(OP_MapProbe)
    XA = map_probe(s, <Map*>RB, XC, XD)
    pc += 1
    NEXT()
    LABEL(OP_MapAppend)
    SAVE()
    if not map_append(s, <Map*>RA, XB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_MapForget)
    SAVE()
    if not map_forget(s, <Map*>RA, XB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_MapAdopt)
    SAVE()
    if not map_adopt(s, <Map*>RA, <Array*>RB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()
    LABEL(OP_MapRebuild)
    SAVE()
    if not map_rebuild(s, <Map*>RA, XB):
        GOTO(STOP)
    fuel = s.fuel
    NEXT()

    # ------------------------------------------------------------ effects

    LABEL(OP_Handle)
    SAVE()
    outcome = enter_handle(s, B, &s.program.handlers[C])
    GOTO(OUTCOME)
    LABEL(OP_HandlerOff)
    if s.counts != NULL and f.active:
        s.handlers -= 1
    f.active = False
    NEXT()
    LABEL(OP_Perform)
    SAVE()
    outcome = perform(s, (pc - 1)[0])
    GOTO(OUTCOME)
    LABEL(OP_ResumeX)
    SAVE()
    outcome = resume(s, RC, False, XA, NULL)
    GOTO(OUTCOME)
    LABEL(OP_ResumeR)
    SAVE()
    outcome = resume(s, RC, True, 0, RB)
    GOTO(OUTCOME)
    LABEL(OP_TailResumeX)
    SAVE()
    outcome = tail_resume(s, RA, False, XB, NULL)
    GOTO(OUTCOME)
    LABEL(OP_TailResumeR)
    SAVE()
    outcome = tail_resume(s, RA, True, 0, RB)
    GOTO(OUTCOME)
    LABEL(OP_Mark)
    SAVE()
    if not add_mark(s, &XA, pc + 1 + I32, <int32_t>UDE):
        GOTO(STOP)
    pc += 1
    NEXT()
    LABEL(OP_Unmark)
    f.fp = fp
    remove_mark(f, XA)
    NEXT()
    LABEL(OP_ExitX)
    SAVE()
    s.land_x = XB
    outcome = leave(s, XA, <int32_t>UDE, <int32_t>C)
    GOTO(OUTCOME)
    LABEL(OP_ExitR)
    SAVE()
    h.land = RB
    outcome = leave(s, XA, <int32_t>UDE, <int32_t>C)
    GOTO(OUTCOME)
    LABEL(OP_LandX)
    XA = s.land_x
    NEXT()
    LABEL(OP_LandR)
    RA = h.land
    h.land = NULL
    NEXT()

    # ------------------------------------------------------------ return stubs

    LABEL(OP_RootDone)
    SAVE()
    RETURN(ST_DONE)
    LABEL(OP_FiberDone)
    SAVE()
    outcome = fiber_done(s)
    GOTO(OUTCOME)
    LABEL(OP_GuardDone)
    SAVE()
    outcome = guard_done(s)
    GOTO(OUTCOME)
    LABEL(OP_PushDone)
    LEAVE()
    END()

    # ------------------------------------------------------------ shared ends

    PLACE(OUTCOME)
    if outcome == SWITCHED:
        LOAD()
        CHECK_FUEL()
        NEXT()
    if outcome == CALL:
        LOAD()
        fn = &funcs[s.callee]
        da = A
        db = B
        ENTER()
    if outcome == STOP_TRAP:
        RETURN(ST_TRAP)
    RETURN(ST_REQUEST)

    PLACE(FUEL)
    SAVE()
    RETURN(ST_CHUNK)

    PLACE(PAUSE)
    SAVE()
    RETURN(ST_STOP)

    PLACE(GROW)
    SAVE()
    h.temp = r[db + fn.nrp]                 # the closure that is entered may stand above the caller's registers, where a collection clears
    if not grow(s, f, da + fn.nx, db + fn.nr):
        h.temp = NULL
        RETURN(ST_TRAP)
    LOAD()
    r[db + fn.nrp] = h.temp
    h.temp = NULL
    ENTER()

    PLACE(INDEX)
    SAVE()
    trap_index(s, i, array.len)
    RETURN(ST_TRAP)

    PLACE(TAG_TRAP)
    text = b"non-exhaustive match"
    PLACE(TEXT_TRAP)
    SAVE()
    trap_text(s, text)
    RETURN(ST_TRAP)

    PLACE(MEMORY)
    trap_memory(s)
    PLACE(STOP)
    RETURN(ST_TRAP)
