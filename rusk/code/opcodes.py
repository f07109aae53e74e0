"""The opcode table: every instruction of the engine, once.

A code word has 64 bits: ``op:16 a:16 b:16 c:16``, op lowest. An instruction whose format names more than three fields is followed by one
data word with the fields ``d e f g`` (d lowest); an instruction with a list (``*``) is followed by as many data words as the list needs.

Format: tokens separated by blanks, one a field, in the order a b c | d e f g. A token is a kind, or a kind and a type (``x:int``).

    X x M       X register, written / read / read and written
    R r         R register, written / read
    i u         signed / unsigned 16-bit immediate
    i32 u32     signed / unsigned 32 bits, in two fields (lower first); i32 fills (b, c)
    j j32 j48   jump distance in words, signed, counted from the word after the whole instruction, in 1, 2 or 3 fields
    wx wr       offset of a call window in the caller's X / R registers (see below)
    f f32       function            k32   64-bit constant       o32   object constant      m32   object constant, a string: a message
    s           shape               t     is-test               h     handler table        e     effect operation
    p           host import         n     dispatch slot         v     variant field: word index in bits 0-7, variant tag in bits 8-15
    z           exit kind: 0 return, 1 break, 2 continue             y32        type
    -           nothing, must be 0 (as must fields that the format does not name, and what is left of the last word of a list)
    *fields     data words with one register for each word of the object of shape ``s``, four a word (lowest first), in layout order:
                the first ``nrefs`` are R registers, the others X registers
    *results  data words with ``a`` X registers, then ``b`` R registers, four a word
    *x *r *elems  data words with ``u`` registers, four a word: X, R, or of the file of the elements of array shape ``s``
    *table      data words: the table of a switch with ``u`` cases; word 0 is the lowest value as int64, then ``u + 1`` distances of 32 bits,
                two a word (lower first): the default, then the cases from the lowest up. All distances are >= 0

Types: ``int float bool byte char unit`` are scalars (X), ``string bytes`` references. ``T`` any scalar type, the same wherever it stands
in one instruction; ``S`` the same without float; ``B`` string or bytes, the same; ``[T]`` array of T, with the layout that the opcode's
last letter says: W (8-byte elements: int float char unit), B (1-byte elements: bool byte), R (references); ``[]`` any array;
``?`` see the meaning and the rules below.

Rules
-----
* Jumps: ``Jmp*`` go forward (distance >= 0), ``Loop*`` backward (distance < 0) and charge fuel: the distance. Targets are first words of instructions.
* A scalar register holds: int the number, float the bits of the double, bool 0 or 1, byte 0..255, char a scalar value, unit 0.
* Call windows. The arguments of a call stand in ``X[wx ..]`` and ``R[wr ..]`` of the caller, each file counted by itself in the order of the
  parameters; there they are the parameters ``X[0 ..]``, ``R[0 ..]`` of the callee. The result lands in ``X[wx]`` (scalars, unit included) or
  ``R[wr]`` (references); a result of type ``!`` in neither. A function with several results leaves them in ``X[wx ..]`` and ``R[wr ..]``, each file
  counted by itself; it is called by `Call` and `CallW` only. After a call every other register >= wx (X) and >= wr (R) is undefined.
  Windows may begin at nx / nr of the caller; argument and result registers count in nx / nr.
* A function with an environment (closures) gets its closure object in the R register right after its R parameters; plain functions may be
  called as values, too. Its captured values are read with `GetX` / `GetR` from that register.
* `New`, `GetX`...: field access by word index: word i of the object, references first. The static type of the R register is struct, newtype,
  tuple, cell or an environment; enums are read with `PayX` / `PayR`, which check the tag (and trap ``non-exhaustive match``).
* A function whose ``has_marks`` is true returns with `RetMX`, `RetMR`, `RetM` only, one with several results (up to `RESULTS`) with `RetXX`,
  `RetXR`, `RetIX`, `RetIR`, `RetII`, `RetN` only, any other with `RetX`, `RetR`, `Ret`, `RetI` only.
  `Mark`, `TailResume*` and `Land*`: see there. The landing point of a `Mark` lies in the same function and begins with `LandX` / `LandR` if it wants
  the value (no other way leads to these). There the registers are as at the Mark (or any later call between Mark and Unmark): those that hold on all of these ways.
* Unchecked accesses `Elem*` stand where `rusk.code.bounds` proves that the index lies in the array.
* Instructions with the flag "call" may run other code and collect garbage; all others keep every register but the written one.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final


class Op:
    """One opcode.

    ``fields``: the tokens of the format as (kind, type) pairs, without lists. ``list``: the list token, or "". ``metric``: counter
    class of 07 §14 without ``_instructions``. ``words``: length in words without the list.
    """

    __slots__ = ("code", "name", "format", "metric", "meaning", "fields", "list", "words", "flow")

    def __init__(self, code: int, name: str, fmt: str, metric: str, meaning: str) -> None:
        self.code = code
        self.name = name
        self.format = fmt
        self.metric = metric
        self.meaning = meaning
        fields: list[tuple[str, str]] = []
        self.list = ""
        width = 0
        for token in fmt.split():
            if token[0] == "*":
                self.list = token[1:]
                continue
            kind, _, ty = token.partition(":")
            fields.append((kind, ty))
            width += WIDTH.get(kind, 1)
        self.fields = tuple(fields)
        self.words = 2 if width > 3 else 1
        #: how control leaves: "next", "jump" (unconditional), "branch" (jumps or goes on), "switch", "call" (goes on; may run other code), "end"
        if name in ENDS:
            self.flow = "end"
        elif name in ("Jmp", "Loop"):
            self.flow = "jump"
        elif self.list == "table":
            self.flow = "switch"
        elif name.startswith(("Jmp", "Loop")):
            self.flow = "branch"
        elif fmt.startswith("wx"):
            self.flow = "call"
        else:
            self.flow = "next"


#: fields taken by a kind, where it is not one
WIDTH: Final[dict[str, int]] = {
    "i32": 2,
    "u32": 2,
    "j32": 2,
    "f32": 2,
    "k32": 2,
    "o32": 2,
    "m32": 2,
    "y32": 2,
    "j48": 3,
}

ENDS: Final = frozenset(
    "RetX RetR Ret RetMX RetMR RetM RetI RetXX RetXR RetIX RetIR RetII RetN Trap Panic TailResumeX TailResumeR ExitX ExitR Unreachable".split()
)

_TABLE: Final = """
Nop          | -                        | other      | nothing
MoveX        | X:T x:T                  | copy       | a = b
MoveR        | R:? r:?                  | copy       | a = b; the type is that of b
LoadInt      | X:int i32                | const      | a = immediate
LoadBool     | X:bool u                 | const      | a = immediate, 0 or 1
LoadByte     | X:byte u                 | const      | a = immediate, 0..255
LoadChar     | X:char u32               | const      | a = immediate, a scalar value
LoadUnit     | X:unit                   | const      | a = ()
LoadConst    | X:? k32                  | const      | a = 64-bit constant; its type (int or float) stands in the constant table
LoadObj      | R:? o32                  | const      | a = object constant: string, bytes, plain function as a value, variant without payload

IntAdd       | X:int x:int x:int        | int_binop  | a = b + c, wrapping
IntSub       | X:int x:int x:int        | int_binop  | a = b - c, wrapping
IntMul       | X:int x:int x:int        | int_binop  | a = b * c, wrapping
IntDiv       | X:int x:int x:int        | int_binop  | a = b / c toward zero; traps
IntMod       | X:int x:int x:int        | int_binop  | a = b % c, sign of b; traps
IntAnd       | X:S x:S x:S              | int_binop  | a = b & c; int, byte or bool
IntOr        | X:S x:S x:S              | int_binop  | a = b or c; int, byte or bool
IntXor       | X:S x:S x:S              | int_binop  | a = b ^ c; int, byte or bool
IntShl       | X:int x:int x:int        | int_binop  | a = b << c; traps
IntShr       | X:int x:int x:int        | int_binop  | a = b >> c, arithmetic; traps
IntUshr      | X:int x:int x:int        | int_binop  | a = b >>> c; traps
IntNeg       | X:int x:int              | int_binop  | a = -b, wrapping
IntNot       | X:int x:int              | int_binop  | a = ~b
IntAddI      | X:int x:int i            | int_binop  | a = b + immediate
IntRsubI     | X:int x:int i            | int_binop  | a = immediate - b
IntMulI      | X:int x:int i            | int_binop  | a = b * immediate
IntDivI      | X:int x:int i            | int_binop  | a = b / immediate, which is not 0
IntModI      | X:int x:int i            | int_binop  | a = b % immediate, which is not 0
IntAndI      | X:int x:int i            | int_binop  | a = b & immediate
IntOrI       | X:int x:int i            | int_binop  | a = b or immediate
IntXorI      | X:int x:int i            | int_binop  | a = b ^ immediate
IntShlI      | X:int x:int u            | int_binop  | a = b << immediate, 0..63
IntShrI      | X:int x:int u            | int_binop  | a = b >> immediate, 0..63
IntUshrI     | X:int x:int u            | int_binop  | a = b >>> immediate, 0..63
IntPow       | X:int x:int x:int        | int_binop  | a = b to the power c, wrapping; traps on negative c
IntCountOnes | X:int x:int              | int_binop  | number of one bits
IntLeadingZeros | X:int x:int           | int_binop  | number of leading zero bits, 64 for 0
IntEq        | X:bool x:S x:S           | int_cmp    | a = b == c
IntNe        | X:bool x:S x:S           | int_cmp    | a = b != c
IntLt        | X:bool x:S x:S           | int_cmp    | a = b < c (b > c: operands exchanged)
IntLe        | X:bool x:S x:S           | int_cmp    | a = b <= c
IntEqI       | X:bool x:S i             | int_cmp    | a = b == immediate
IntNeI       | X:bool x:S i             | int_cmp    | a = b != immediate
IntLtI       | X:bool x:S i             | int_cmp    | a = b < immediate
IntLeI       | X:bool x:S i             | int_cmp    | a = b <= immediate
IntGtI       | X:bool x:S i             | int_cmp    | a = b > immediate
IntGeI       | X:bool x:S i             | int_cmp    | a = b >= immediate

BoolNot      | X:bool x:bool            | bool_op    | a = !b
BoolEq       | X:bool x:bool x:bool     | bool_op    | a = b == c
BoolNe       | X:bool x:bool x:bool     | bool_op    | a = b != c
ByteNot      | X:byte x:byte            | other      | a = !b
ByteShl      | X:byte x:byte x:int      | other      | a = b << c, low 8 bits; traps
ByteShr      | X:byte x:byte x:int      | other      | a = b >> c; traps
ByteUshr     | X:byte x:byte x:int      | other      | a = b >>> c; traps
IntToByte    | X:byte x:int             | other      | low 8 bits
ByteToInt    | X:int x:byte             | other      | a = b
CharToInt    | X:int x:char             | other      | a = b
IntToChar    | X:char x:int             | other      | a = b; traps unless a scalar value
IntIsChar    | X:bool x:int             | other      | whether IntToChar would not trap
IntToFloat   | X:float x:int            | other      | nearest double

FloatAdd     | X:float x:float x:float  | other      | a = b + c
FloatSub     | X:float x:float x:float  | other      | a = b - c
FloatMul     | X:float x:float x:float  | other      | a = b * c
FloatDiv     | X:float x:float x:float  | other      | a = b / c
FloatMod     | X:float x:float x:float  | other      | C fmod
FloatPow     | X:float x:float x:float  | other      | C pow
FloatAtan2   | X:float x:float x:float  | other      | C atan2
FloatHypot   | X:float x:float x:float  | other      | C hypot
FloatNeg     | X:float x:float          | other      | sign flipped
FloatAbs     | X:float x:float          | other      | sign cleared
FloatFloor   | X:float x:float          | other      | C floor
FloatCeil    | X:float x:float          | other      | C ceil
FloatRound   | X:float x:float          | other      | C round: half away from zero
FloatTrunc   | X:float x:float          | other      | C trunc
FloatSqrt    | X:float x:float          | other      | C sqrt
FloatMath    | X:float x:float u        | other      | function c of: 0 sin 1 cos 2 tan 3 asin 4 acos 5 atan 6 exp 7 ln 8 log2 9 log10 10 cbrt
FloatToBits  | X:int x:float            | other      | the bits
FloatFromBits | X:float x:int           | other      | the double with these bits
FloatToInt   | X:int x:float            | other      | toward zero; traps
FloatFitsInt | X:bool x:float           | other      | whether FloatToInt would not trap
FloatEq      | X:bool x:float x:float   | other      | a = b == c
FloatNe      | X:bool x:float x:float   | other      | a = b != c
FloatLt      | X:bool x:float x:float   | other      | a = b < c (b > c: operands exchanged)
FloatLe      | X:bool x:float x:float   | other      | a = b <= c

Jmp          | j48                      | jump       | forward jump
Loop         | j48                      | jump       | backward jump
@True        | x:bool j32               | jumpif     | if a
@False       | x:bool j32               | jumpif     | if !a
@IntEq       | x:S x:S j                | jumpif     | if a == b
@IntNe       | x:S x:S j                | jumpif     | if a != b
@IntLt       | x:S x:S j                | jumpif     | if a < b
@IntLe       | x:S x:S j                | jumpif     | if a <= b
@IntEqI      | x:S i j                  | jumpif     | if a == immediate
@IntNeI      | x:S i j                  | jumpif     | if a != immediate
@IntLtI      | x:S i j                  | jumpif     | if a < immediate
@IntLeI      | x:S i j                  | jumpif     | if a <= immediate
@IntGtI      | x:S i j                  | jumpif     | if a > immediate
@IntGeI      | x:S i j                  | jumpif     | if a >= immediate
@FloatEq     | x:float x:float j        | jumpif     | if a == b
@FloatNe     | x:float x:float j        | jumpif     | if a != b
@FloatLt     | x:float x:float j        | jumpif     | if a < b
@FloatLe     | x:float x:float j        | jumpif     | if a <= b
@FloatNotLt  | x:float x:float j        | jumpif     | unless a < b (true with NaN)
@FloatNotLe  | x:float x:float j        | jumpif     | unless a <= b (true with NaN)
@TagEq       | r:? u j                  | jumpif     | if the variant tag of a (enum) is the immediate
@TagNe       | r:? u j                  | jumpif     | if it is not
@StrEq       | r:B r:B j                | jumpif     | if a == b by content
@StrNe       | r:B r:B j                | jumpif     | if a != b by content
@Is          | r:? t j                  | jumpif     | if the shape of a (interface value) passes the test
@IsNot       | r:? t j                  | jumpif     | if it does not
@Within      | x:int r:[] j             | jumpif     | if 0 <= a < length of b
@Beyond      | x:int r:[] j             | jumpif     | unless 0 <= a < length of b
LoopIncWithin | M:int r:[] j            | jumpif     | a = a + 1, then jump back if 0 <= a < length of b; before the target stands `JmpBeyond` or `LoopBeyond` a, b
LoopIncLt    | M:int x:int j            | jumpif     | a = a + 1, then jump back if a < b
LoopAddLt    | M:int x:int i j          | jumpif     | a = a + c, then jump back if a < b; the distance is d
Switch       | x:S u *table             | switch     | jump by value of a
SwitchTag    | r:? u *table             | switch     | jump by variant tag of a (enum)

Call         | wx wr f                  | call       | call function c
CallW        | wx wr - f32              | call       | the same, wide
CallValue    | wx wr r:?                | icall      | call the function value in R[c]
CallIface    | wx wr n                  | vcall      | call slot c by the shape of the receiver in R[wr]
CallHost     | wx wr p                  | call       | call host import c
RetX         | x:T                      | return     | return a
RetR         | r:?                      | return     | return a
Ret          | -                        | return     | return unit (also from a function whose result is `unit` in X)
RetI         | - i32                    | return     | return an int immediate
RetXX        | x:? x:?                  | return     | return a and b
RetXR        | x:? r:?                  | return     | return a and b
RetIX        | i x:?                    | return     | return an int immediate and b
RetIR        | i r:?                    | return     | return an int immediate and b
RetII        | i i32                    | return     | return two int immediates
RetN         | u u *results             | return     | return several results
RetMX        | x:T                      | return     | RetX of a function with marks: they are gone
RetMR        | r:?                      | return     | RetR of a function with marks
RetM         | -                        | return     | Ret of a function with marks
Trap         | - m32                    | trap       | trap with the message
Panic        | r:string                 | trap       | trap "panic: " + message
Unreachable  | -                        | trap       | after a call that does not return
Charge       | u                        | other      | fuel for a long stretch without calls and loops

New          | R:? s *fields            | other      | a = new object of shape b: struct, tuple, variant, closure, cell or box
NewX1        | R:? s x:?                | other      | the same, for shapes with one word, a scalar
NewR1        | R:? s r:?                | other      | the same, for shapes with one word, a reference
GetX         | X:? r:? u                | other      | a = word c of b
GetR         | R:? r:? u                | other      | a = word c of b
SetX         | r:? u x:?                | other      | word b of a = c
SetR         | r:? u r:?                | other      | word b of a = c
PayX         | X:? r:? v                | other      | a = payload word of the variant, checked
PayR         | R:? r:? v                | other      | a = payload word of the variant, checked
PayXW        | X:? r:? u u              | other      | the same, wide: c the word, d the tag
PayRW        | R:? r:? u u              | other      | the same, wide
Tag          | X:int r:?                | other      | a = variant tag of b (enum)
FieldAdd     | r:? u x:int              | other      | int word b of a = itself + c
FieldAddI    | r:? u i                  | other      | int word b of a = itself + immediate
Is           | X:bool r:? t             | other      | whether the shape of b (interface value) passes test c
Cast         | R:? r:? t                | other      | a = b (interface value) as the type of test c; traps if it does not pass
Unbox        | X:? r:? s                | other      | a = the scalar in box b (interface value) of shape c; traps if it is another

NewArray     | R:? s u *elems           | other      | a = new array of shape b with c elements
ArrLen       | X:int r:[]               | other      | a = length of b
ArrGetW      | X:T r:[T] x:int          | other      | a = b[c]; traps
ArrGetB      | X:T r:[T] x:int          | other      | a = b[c]; traps
ArrGetR      | R:? r:? x:int            | other      | a = b[c]; traps
ArrSetW      | r:[T] x:int x:T          | other      | a[b] = c; traps
ArrSetB      | r:[T] x:int x:T          | other      | a[b] = c; traps
ArrSetR      | r:? x:int r:?            | other      | a[b] = c; traps
ArrAddW      | r:[int] x:int x:int      | other      | a[b] = a[b] + c; traps
ElemGetW     | X:T r:[T] x:int          | other      | ArrGetW, unchecked: index c is known to lie in b
ElemGetB     | X:T r:[T] x:int          | other      | ArrGetB, unchecked
ElemGetR     | R:? r:? x:int            | other      | ArrGetR, unchecked
ElemSetW     | r:[T] x:int x:T          | other      | ArrSetW, unchecked: index b is known to lie in a
ElemSetB     | r:[T] x:int x:T          | other      | ArrSetB, unchecked
ElemSetR     | r:? x:int r:?            | other      | ArrSetR, unchecked
ElemAddW     | r:[int] x:int x:int      | other      | ArrAddW, unchecked
ArrPushW     | r:[T] x:T                | other      | append b to a
ArrPushB     | r:[T] x:T                | other      | append b to a
ArrPushR     | r:? r:?                  | other      | append b to a
ArrPopW      | X:T r:[T]                | other      | a = last element of b, taken off; traps when empty
ArrPopB      | X:T r:[T]                | other      | a = last element of b, taken off
ArrPopR      | R:? r:?                  | other      | a = last element of b, taken off
ArrInsertW   | r:[T] x:int x:T          | other      | insert c into a at b; traps
ArrInsertB   | r:[T] x:int x:T          | other      | insert c into a at b; traps
ArrInsertR   | r:? x:int r:?            | other      | insert c into a at b; traps
ArrRemoveW   | X:T r:[T] x:int          | other      | a = b[c], taken out; traps
ArrRemoveB   | X:T r:[T] x:int          | other      | a = b[c], taken out; traps
ArrRemoveR   | R:? r:? x:int            | other      | a = b[c], taken out; traps
ArrResizeW   | r:[T] x:int x:T          | other      | set the length of a to b, filling with c; traps
ArrResizeB   | r:[T] x:int x:T          | other      | set the length of a to b, filling with c; traps
ArrResizeR   | r:? x:int r:?            | other      | set the length of a to b, filling with c; traps
ArrExtend    | r:[] r:[]                | other      | append the elements of b to a; same type
ArrConcat    | R:[] r:[] r:[]           | other      | a = fresh array, b then c; same type
ArrSlice     | R:[] r:[] x:int x:int    | other      | a = fresh array of b[c .. d]; traps
ArrSliceRo   | R:[] r:[] x:int x:int    | other      | the same; its traps say array_slice_ro
ArrClear     | r:[]                     | other      | set the length of a to 0
ArrSort      | r:[]                     | other      | sort a in ascending order; elements are int, char, byte, bool, string or bytes
ArrOrder     | r:[int] r:[]             | other      | a = the indices of b in the order of its elements, equal ones ascending; elements as of ArrSort

BytesLen     | X:int r:B                | other      | length of b in bytes
BytesGet     | X:byte r:bytes x:int     | other      | a = b[c]; traps
StrConcat    | R:B r:B r:B              | other      | a = b + c
StrConcatN   | R:string u *r            | other      | a = b strings joined
StrEq        | X:bool r:B r:B           | other      | a = b == c by content
StrNe        | X:bool r:B r:B           | other      | a = b != c by content
StrLt        | X:bool r:B r:B           | other      | a = b < c bytewise (b > c: operands exchanged)
StrLe        | X:bool r:B r:B           | other      | a = b <= c bytewise
StrSlice     | R:string r:string x:int x:int | other | scalar values c .. d; d -1: to the end; traps
StrByteSlice | R:bytes r:string x:int x:int  | other | bytes c .. d; d -1: to the end; traps
BytesSlice   | R:bytes r:bytes x:int x:int   | other | bytes c .. d; d -1: to the end; traps
StrNextIndex | X:int r:string x:int     | other      | core::intrinsics::string_next_index
StrCodepointAt | X:int r:string x:int   | other      | core::intrinsics::string_codepoint_at
StrCharAt    | X:char r:string x:int    | other      | character that begins at byte c; traps unless one does
StrCharNext  | X:int r:string x:int     | other      | byte offset after the character that begins at byte c; traps unless one does
StrIter      | X:char r:string M:int    | other      | a = character that begins at byte c; c = offset after it; traps unless one does
StrFromChars | R:string r:[char]        | other      | string of the characters
StrFromUtf8  | R:string r:bytes         | other      | decoded with replacement
StrToBytes   | R:bytes r:string         | other      | the UTF-8 bytes
StrFromUtf16 | R:string r:[int]         | other      | decoded with replacement
Utf8Valid    | X:bool r:bytes           | other      | whether it is well-formed
Utf16Valid   | X:bool r:[int]           | other      | whether it is well-formed
StrFind      | X:int r:B r:B x:int      | other      | byte offset of the first occurrence of c in b at or after d; -1 without one
StrRfind     | X:int r:string r:string  | other      | byte offset of the last occurrence of c in b; -1 without one
StrChars     | X:int r:string x:int     | other      | number of characters in the first c bytes, in all if there are fewer or c is negative
StrOffset    | X:int r:string x:int     | other      | byte offset of character c, or of the end; -1 if there is no such character
StrAt        | X:bool r:string r:string x:int | other | whether c stands in b at byte offset d
StrCut       | R:string r:string x:int x:int | other | bytes c .. d, which must begin and end between characters; traps
StrToChars   | R:[char] r:string s      | other      | the characters, in a fresh array of shape c
StrSplit     | R:[string] r:string r:string s | other | the pieces between the occurrences of c, in a fresh array of shape d
StrPieces    | R:[string] r:string s u  | other      | the pieces d, in a fresh array of shape c. 0: what white space separates, 1: the lines
StrJoin      | R:string r:[string] r:string | other  | the strings of b with c between them
StrRepeat    | R:string r:string x:int  | other      | b, c times; none if c is negative
StrTrim      | R:string r:string u      | other      | without white space at: 1 the start, 2 the end, 3 both
StrCase      | R:string r:string u      | other      | in 0 upper case, 1 lower case, as Python's str
CharCase     | R:string x:char u        | other      | in 0 upper case, 1 lower case, as Python's str
CharIs       | X:bool x:char u          | other      | as Python's str: 0 isdigit, 1 isalpha, 2 isalnum, 3 isspace, 4 isupper, 5 islower
BytesToArray | R:[byte] r:bytes s       | other      | fresh array of shape c
BytesFromArray | R:bytes r:[byte]       | other      | copy
IntToStr     | R:string x:S             | other      | decimal text of an int or byte
FloatToStr   | R:string x:float         | other      | text of 07 §5
BoolToStr    | R:string x:bool          | other      | true or false
CharToStr    | R:string x:char          | other      | the character
BytesToStr   | R:string r:bytes         | other      | bytes(len=N)
OpaqueToStr  | R:string r:?             | other      | some text for any reference
BufText      | r:[byte] r:B             | other      | append the bytes of b to a
BufJson      | r:[byte] r:string        | other      | append b to a as a JSON string, quoted and escaped
BufInt       | r:[byte] x:int           | other      | append the decimal text of b to a
BufFloat     | r:[byte] x:float         | other      | append the text of b to a
BufChar      | r:[byte] x:char          | other      | append the UTF-8 of b to a
BufToStr     | R:string r:[byte]        | other      | the text of a byte buffer, decoded with replacement
JsonNext     | X:int r:bytes x:int      | other      | what follows the JSON white space at c: its offset << 9 + the byte, 256 at the end
JsonNumber   | X:int r:bytes x:int      | other      | the number at c: its end << 2 + 0 no digit, 1 digits missing, 2 an integer, 3 another
JsonInt      | X:int r:bytes x:int x:int | other     | value of the integer c .. d, modulo 2**64
JsonFloat    | X:float r:bytes x:int x:int | other   | value of the number c .. d; infinite when out of range
JsonString   | X:int r:bytes x:int      | other      | the closing quote of the string whose contents begin at c; or -1 - (place << 2 + 0 end of input, 1 bad escape, 2 bad digit, 3 not UTF-8)
JsonText     | R:string r:bytes x:int x:int | other  | c .. d without escapes
FloatFixed   | R:string x:float x:int   | other      | text with c digits after the point, exact value rounded half to even
FloatParseOk | X:bool r:string          | other      | whether FloatParse is right
FloatParse   | X:float r:string         | other      | correctly rounded; 0 if not a number
IntParseOk   | X:bool r:string          | other      | whether IntParse is right
IntParse     | X:int r:string           | other      | 0 if not a number or out of range
HashInt      | X:int x:S                | other      | FNV-1a of the 8 bytes
HashStr      | X:int r:B                | other      | FNV-1a of the bytes
HashCombine  | X:int x:int x:int        | other      | FNV-1a of the 16 bytes

MapFindW     | X:int r:? x:?            | other      | entry of key c in map b, -1 without one; the key is an int or char
MapFindB     | X:int r:? x:?            | other      | the same for byte and bool
MapFindR     | X:int r:? r:B            | other      | the same for string and bytes
MapEnterW    | X:int r:? x:?            | other      | entry of key c in map b; a new one, without value yet, if there is none
MapEnterB    | X:int r:? x:?            | other      | the same for byte and bool
MapEnterR    | X:int r:? r:B            | other      | the same for string and bytes
MapProbe     | X:int r:? x:int x:int    | other      | of map b the next entry with hash c after bucket d (-1: the first): bucket << 32 + entry; -1 at the end
MapAppend    | r:? x:int                | other      | a new entry of map a with hash b, without key and value yet
MapForget    | r:? x:int                | other      | take entry b out of map a
MapAdopt     | r:? r:[int]              | other      | the hashes of the keys of map a are those in b; a new index
MapRebuild   | r:? x:int                | other      | map a without the places of removed entries, and with at least b buckets

Handle       | wx wr h                  | push_handler | R[wr] the body closure, R[wr + 1 ..] the clause closures: body on a new fiber
HandlerOff   | -                        | pop_handler | the scrutinee is done: the handler of this fiber is inactive
Perform      | wx wr e                  | perform    | perform operation c with the arguments in the window
ResumeX      | wx wr r:?                | resume     | resume the continuation in R[c] with the scalar in X[wx]
ResumeR      | wx wr r:?                | resume     | resume the continuation in R[c] with the reference in R[wr]
TailResumeX  | r:? x:T                  | resume_tail | leave this activation, then resume a with b
TailResumeR  | r:? r:?                  | resume_tail | leave this activation, then resume a with b
Mark         | X:int j32 y32            | other      | a = token for this activation; exits to it, with a value of type d, go to the distance
Unmark       | x:int                    | other      | the mark of token a of this activation, and later ones of it, are gone
ExitX        | x:int x:? z y32          | other      | exit to the mark of token a with value b of type d; traps by kind c if no mark of that type is on the chain
ExitR        | x:int r:? z y32          | other      | the same with a reference
LandX        | X:?                      | other      | first at a landing point: the value of the exit, of the type of the mark
LandR        | R:?                      | other      | first at a landing point: the value of the exit, of the type of the mark
"""


def _read() -> list[Op]:
    ops: list[Op] = []
    for line in _TABLE.splitlines():
        if not line:
            continue
        name, fmt, metric, meaning = (part.strip() for part in line.split("|"))
        if name[0] == "@":
            ops.append(Op(len(ops), "Jmp" + name[1:], fmt, metric, "forward jump " + meaning))
            ops.append(Op(len(ops), "Loop" + name[1:], fmt, metric, "backward jump " + meaning))
        else:
            ops.append(Op(len(ops), name, fmt, metric, meaning))
    return ops


#: all opcodes; the index is the code
OPS: Final[list[Op]] = _read()
#: name -> Op
BY_NAME: Final[dict[str, Op]] = {op.name: op for op in OPS}

#: instructions of the engine's own return stubs; they follow ``OPS`` in numbering, are no part of programs and are refused by the verifier
INTERNAL: Final = ("RootDone", "FiberDone", "GuardDone", "PushDone")

#: most results of a function; the stacks have so much room beyond what a function declares (`STACK_SLACK` of `rusk._engine`)
RESULTS: Final = 8

#: Instructions that stand several times in the loop, `COPIES` times each. A program uses them in turn (`rusk._interp` does that when it loads
#: code), so that each place in a short loop has an indirect jump of its own: the predictors of some processors confuse the places of one jump, which
#: makes such loops up to four times slower. ``Jmp*`` and ``Loop*`` are named without prefix.
COPIED: Final = frozenset(
    """MoveX MoveR LoadInt LoadConst LoadObj IntAdd IntSub IntMul IntDiv IntMod IntAnd IntXor IntAddI IntMulI IntDivI IntModI IntAndI IntXorI IntShlI
    IntShrI FloatAdd FloatSub FloatMul FloatDiv True False @IntEq @IntNe @IntLt @IntLe @IntEqI @IntNeI @IntLtI @IntLeI @IntGtI @IntGeI @FloatLt
    @FloatLe @TagEq @TagNe LoopIncLt LoopIncWithin Call RetX RetR GetX GetR SetX SetR PayX PayR FieldAdd FieldAddI ArrLen ArrGetW ArrGetB ArrGetR ArrSetW ArrSetB
    ArrSetR ElemGetW ElemGetB ElemGetR ElemSetW ElemSetB ElemSetR""".split()
)
COPIES: Final = 4

#: accesses to elements -> the same without a check of the index
UNCHECKED: Final = {
    "Arr" + rest: "Elem" + rest for rest in ("GetW", "GetB", "GetR", "SetW", "SetB", "SetR", "AddW")
}

#: Sequences that the loop executes as one case: the loader gives the first word the number of the sequence, the other words stay as they are, so jumps
#: to them, tracebacks and all tools see nothing of it. All but the last must be one word long and go on to the next word.
_SEQUENCES: Final = """
IntAddI IntAdd
IntAddI IntAddI
IntAddI IntMul
IntAddI LoopIncLt
IntAddI LoopIntLt
IntAddI LoopIntLe
IntAddI JmpIntLe
IntAddI JmpIntLt
IntAddI Call
IntAddI ArrGetW
IntAddI ArrLen LoopIntLt
IntAddI MoveX
IntAdd IntAdd
IntAdd IntAddI
IntAdd IntMod
IntAdd IntModI
IntAdd IntAnd
IntAdd LoopIncLt
IntAdd LoopIntLt
IntAdd LoopIntLe
IntAdd RetX
IntAdd ArrGetW
IntAdd ArrGetB
IntMul IntAdd
IntMul IntAnd
IntMulI IntAdd
IntMulI IntAddI
IntModI LoopIncLt
IntModI JmpIntNeI
IntModI JmpIntEqI
IntAnd IntXor
IntOr IntAnd
IntShlI IntUshrI
IntXor IntShlI
MoveX MoveX
MoveX Call
MoveR Call
MoveR CallIface
LoadInt LoadInt
LoadInt RetX
FloatMul FloatAdd
FloatMul FloatMul
FloatMul FloatSub
FloatAdd FloatSub
FloatAdd LoopIncLt
FloatAdd SetX
FloatSub SetX
FloatAdd JmpFloatNotLt
GetX GetX
GetX IntAdd
GetX FloatMul
GetX FloatSub
GetX JmpIntLe
GetR GetX
GetR FieldAdd
SetX GetX
PayR PayR
PayR MoveR
PayX PayR
ArrLen LoopIntLt
ArrLen JmpIntLe
ArrGetW FloatMul
ArrGetW IntAdd
ArrGetW IntAdd LoopIncLt
ArrGetW IntAddI
ArrGetW IntMulI
ArrGetW ArrSetW
ArrGetW ArrGetR
ArrGetW ArrGetW
ArrGetR ArrGetW
ArrGetR GetX
ArrGetB JmpTrue
ArrGetB JmpFalse
ArrSetW IntAddI
ArrSetW LoopIncLt
ArrSetB IntAdd
IntAddI LoopIntLtI
"""


def _sequences() -> tuple[tuple[str, ...], ...]:
    """Those of `_SEQUENCES`, and also with unchecked accesses where these have checked ones, and with the end of loops that goes with them."""
    out: list[tuple[str, ...]] = []
    for line in _SEQUENCES.split("\n"):
        several: list[tuple[str, ...]] = [()]
        for name in line.split():
            other = "LoopIncWithin" if name == "LoopIncLt" else UNCHECKED.get(name, name)
            several = [(*seq, n) for seq in several for n in dict.fromkeys((name, other))]
        out += [seq for seq in several if seq]
    return tuple(out)


FUSED: Final = _sequences()

#: classes of the counters of 07 §14, in the order of the engine's counters
METRICS: Final = (
    "const", "copy", "move", "int_binop", "int_cmp", "bool_op", "call", "icall", "vcall", "push_handler", "pop_handler", "perform",
    "resume", "resume_tail", "jump", "jumpif", "switch", "return", "trap", "other",
)  # fmt: skip


def list_words(op: Op, word: int, shape_words: int = 0) -> int:
    """Number of data words of the list of ``op`` in instruction word ``word``; ``shape_words``: words of its shape, for ``*fields``."""
    kind = op.list
    if not kind:
        return 0
    if kind == "fields":
        return (shape_words + 3) // 4
    n = list_count(op, word)
    return 1 + (n + 2) // 2 if kind == "table" else (n + 3) // 4


def list_count(op: Op, word: int) -> int:
    """The count ``u`` of the list of ``op`` (any but ``*fields``) in instruction word ``word``."""
    if op.list == "results":
        return (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF)
    return word >> (48 if op.name == "NewArray" else 32) & 0xFFFF


def encode(op: Op, a: int = 0, b: int = 0, c: int = 0) -> int:
    """One word; a, b, c may be negative (two's complement of 16 bits)."""
    return op.code | (a & 0xFFFF) << 16 | (b & 0xFFFF) << 32 | (c & 0xFFFF) << 48


def copied(name: str) -> bool:
    """Whether the opcode stands `COPIES` times in the loop."""
    if name in COPIED:
        return True
    bare = name[3:] if name.startswith("Jmp") else name[4:] if name.startswith("Loop") else ""
    return bare in ("True", "False") or "@" + bare in COPIED


def agreement() -> str:
    """What compiled modules and this file must agree on. It is compiled into them: comparing costs nothing beside a hash that must be computed first."""
    return f"{_TABLE}{INTERNAL}{RESULTS}"


def check_built_from(compiled: bytes, module: str) -> None:
    """For the compiled modules that execute or load instructions, when they are imported: ``compiled`` is the `agreement` they were built with.

    Errors: ImportError if it is another one: the module would take instructions for others.
    """
    if compiled.decode() != agreement():
        raise stale(module, "opcodes")


def stale(module: str, what: str) -> ImportError:
    """The error for a compiled module that was built from another version of ``rusk/code/WHAT.py``."""
    return ImportError(
        f"the compiled module {module} was built from another version of rusk/code/{what}.py; build it again: "
        "pip install -e . or python setup.py build_ext --inplace",
        name=module,
    )


def labels(threaded: bool = True) -> list[tuple[str, str]]:
    """All labels of the loop in order of their numbers, each with the opcode that it counts as: opcodes, internal ones; then, for threaded
    dispatch only, copies 1 .. of each copied opcode, and the fused sequences (for which the first of them counts)."""
    out = [(name, name) for name in (*(op.name for op in OPS), *INTERNAL)]
    if threaded:
        out += [(f"{name}_{i}", name) for name, _ in out if copied(name) for i in range(1, COPIES)]
        out += [("_".join(names), names[0]) for names in FUSED]
    return out


def c_header(threaded: bool = True) -> str:
    """``_opcodes.h``: all labels as C enum, the list of labels for threaded dispatch; by label: metric class, opcode, length, list, first copy;
    the fused sequences, sorted: up to three opcodes and the label; and which is the first that begins with an opcode."""
    names = labels(threaded)
    number = {name: i for i, (name, _) in enumerate(names)}
    lists = ["", "fields", "elems", "x", "r", "table", "results"]
    ops = [BY_NAME.get(base) for _, base in names]
    lines = [
        "/* Generated by setup.py from rusk/code/opcodes.py. */",
        "#ifndef RUSK_OPCODES_H",
        "#define RUSK_OPCODES_H",
        "enum rusk_op {",
    ]
    lines += [f"    OP_{name} = {i}," for name, i in number.items()]
    lines += [f"    OP_COUNT = {len(OPS)}, OP_LABELS = {len(names)}, OP_COPIES = {COPIES},"]
    lines += [f"    OP_FUSED = {len(FUSED) if threaded else 0}", "};", "#define RUSK_LABELS \\"]
    lines += [f"    &&L_OP_{name}, \\" for name in number]
    lines += ["", f"#define RUSK_METRICS {len(METRICS)}"]
    fused: list[list[int]] = []
    if threaded:
        fused = sorted(
            [[*(number[n] for n in seq), *[0, 0][len(seq) - 1 :], number["_".join(seq)]] for seq in FUSED]
        )
    firsts = [
        next((i for i, seq in enumerate(fused) if seq[0] == code), len(fused)) for code in range(len(OPS))
    ]
    for ctype, table, entries in (
        ("char", "rusk_metric", [METRICS.index(op.metric if op else "other") for op in ops]),
        ("char", "rusk_words", [op.words if op else 1 for op in ops]),
        ("char", "rusk_list", [lists.index(op.list) if op else 0 for op in ops]),
        ("short", "rusk_base", [number[base] for _, base in names]),
        ("short", "rusk_copy", [number.get(f"{name}_1", 0) for name in number]),
        ("short", "rusk_fused", [n for seq in fused for n in seq] or [0]),
        ("short", "rusk_fused_first", firsts),
    ):
        lines.append(f"static const unsigned {ctype} {table}[] = {{{', '.join(map(str, entries))}}};")
    # In pieces: compilers limit the length of a literal.
    lines += ["#define RUSK_TABLE \\"]
    lines += ["    " + _literal(line + "\n") + " \\" for line in agreement().split("\n")[:-1]]
    lines += ["    " + _literal(agreement().split("\n")[-1])]
    return "\n".join([*lines, "#endif", ""])


def _literal(text: str) -> str:
    """``text`` as a string literal of C."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def cython_header(threaded: bool = True) -> str:
    """``_opcodes.pxd``: the same for Cython."""
    lines = [
        "# Generated by setup.py from rusk/code/opcodes.py.",
        'cdef extern from "_opcodes.h" nogil:',
        "    enum:",
    ]
    lines += [
        f"        OP_{name}"
        for name in (*(name for name, _ in labels(threaded)), "COUNT", "LABELS", "COPIES", "FUSED")
    ]
    lines += ["        RUSK_METRICS", "    const char* RUSK_TABLE"]
    lines += [f"    const unsigned char {table}[]" for table in ("rusk_metric", "rusk_words", "rusk_list")]
    lines += [
        f"    const unsigned short {table}[]"
        for table in ("rusk_base", "rusk_copy", "rusk_fused", "rusk_fused_first")
    ]
    return "\n".join([*lines, ""])


def loop_cases(text: str) -> tuple[list[str], dict[str, list[str]], list[str]]:
    """Cut the text of the loop (`_loop.pxi`) into what stands before its first case, the lines of each case by opcode, and what stands after.

    Cases are a line ``LABEL(OP_name)`` with what follows (several labels on end share it), or ``BRANCH(OP_JmpX, OP_LoopX, condition, distance)``.
    """
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip().startswith("LABEL("))
    last = next(i for i, line in enumerate(lines) if line.strip() == "END()")
    cases: dict[str, list[str]] = {}
    names: list[str] = []
    for line in lines[first:last]:
        code = line.strip()
        if code.startswith("LABEL("):
            name = code[len("LABEL(OP_") : -1]
            if names and cases[names[-1]]:
                names = []
            names.append(name)
            cases[name] = []
        elif code.startswith("BRANCH("):
            names = []
            jmp, loop, rest = code[len("BRANCH(") : -1].split(", ", 2)
            condition, distance = rest.rsplit(", ", 1)
            cases[jmp[3:]] = [
                f"    if {condition}:",
                f"        pc += {distance}",
                "        NEXT()",
                "    NEXT()",
            ]
            cases[loop[3:]] = [f"    if {condition}:", f"        BACK({distance})", "    NEXT()"]
        elif code and not code.startswith("# ---"):
            for name in names:
                cases[name].append(line)
    return lines[:first], cases, lines[last:]


def expand_loop(text: str, threaded: bool = True, counting: bool = False) -> str:
    """The text of the loop with all its cases. The loop that counts executes a fused sequence one by one."""
    before, cases, after = loop_cases(text)
    out = list(before)
    sequences = {"_".join(seq): seq for seq in FUSED}
    for name, base in labels(threaded):
        out.append(f"    LABEL(OP_{name})")
        if name in sequences and not counting:
            for i, part in enumerate(sequences[name]):
                body = cases[part]
                if i < len(sequences[name]) - 1:
                    assert body[-1] == "    NEXT()" and sum("NEXT()" in line for line in body) == 1, part
                    body = [*body[:-1], "    STEP()"]
                out += body
        else:
            out += cases[base]
    return "\n".join([*out, *after, ""])
