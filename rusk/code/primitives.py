"""Which instruction does which primitive operation of MIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rusk.code.opcodes import BY_NAME, Op
from rusk.types.terms import BYTE, CHAR, STRING

if TYPE_CHECKING:
    from rusk.types.terms import Type


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


#: operation -> opcode with the operands in the same order
_DIRECT: Final = _pairs(
    """
    int_add IntAdd  int_sub IntSub  int_mul IntMul  int_div IntDiv  int_mod IntMod  int_and IntAnd  int_or IntOr  int_xor IntXor
    int_shl IntShl  int_shr IntShr  int_ushr IntUshr  int_neg IntNeg  int_not IntNot  int_pow IntPow
    int_count_ones IntCountOnes  int_leading_zeros IntLeadingZeros
    bool_not BoolNot  bool_eq BoolEq  bool_ne BoolNe  bool_and IntAnd  bool_or IntOr  bool_xor IntXor
    byte_and IntAnd  byte_or IntOr  byte_xor IntXor  byte_not ByteNot  byte_shl ByteShl  byte_shr ByteShr  byte_ushr ByteUshr
    int_to_byte IntToByte  byte_to_int ByteToInt  char_to_int CharToInt  int_to_char IntToChar  __int_is_char IntIsChar
    int_to_float IntToFloat
    float_add FloatAdd  float_sub FloatSub  float_mul FloatMul  float_div FloatDiv  float_mod FloatMod  float_pow FloatPow
    __math_atan2 FloatAtan2  __math_hypot FloatHypot  float_neg FloatNeg  float_abs FloatAbs  float_floor FloatFloor  float_ceil FloatCeil
    float_round FloatRound  float_trunc FloatTrunc  float_sqrt FloatSqrt  float_to_bits FloatToBits  __float_from_bits FloatFromBits
    float_to_int FloatToInt  __float_fits_int FloatFitsInt
    string_concat StrConcat  bytes_concat StrConcat
    bytes_len BytesLen  __string_byte_len BytesLen
    int_to_string IntToStr  byte_to_string IntToStr  float_to_string FloatToStr  bool_to_string BoolToStr  char_to_string CharToStr
    bytes_to_string BytesToStr
    __string_find StrFind  __bytes_find StrFind  __string_rfind StrRfind  __string_chars StrChars  __string_offset StrOffset  __string_at StrAt  __string_cut StrCut
    __string_join StrJoin  __string_repeat StrRepeat
    __string_slice StrSlice  __string_byte_slice StrByteSlice  __bytes_slice BytesSlice
    string_next_index StrNextIndex  string_codepoint_at StrCodepointAt  __string_char_at_byte StrCharAt  __string_next_byte StrCharNext
    string_from_chars StrFromChars  string_from_utf8 StrFromUtf8  string_to_utf8_bytes StrToBytes  __string_from_utf16 StrFromUtf16
    __utf8_valid Utf8Valid  __utf16_valid Utf16Valid  bytes_from_array BytesFromArray
    __float_parse_ok FloatParseOk  __int_parse_ok IntParseOk  __float_parse FloatParse  __int_parse IntParse
    hash_int HashInt  hash_string HashStr  hash_bytes HashStr  hash_combine HashCombine
    __map_probe MapProbe  __map_append MapAppend  __map_forget MapForget  __map_rebuild MapRebuild  __map_adopt MapAdopt
    array_len ArrLen  array_extend ArrExtend  array_concat ArrConcat  array_slice ArrSlice  array_slice_ro ArrSliceRo  array_clear ArrClear
    __array_sort ArrSort  __array_order ArrOrder
    __bytes_push_string BufText  __bytes_push_bytes BufText  __bytes_push_json BufJson  __bytes_push_int BufInt
    __bytes_push_float BufFloat  __bytes_push_char BufChar  __string_from_byte_array BufToStr
    __json_next JsonNext  __json_number JsonNumber  __json_int JsonInt  __json_float JsonFloat  __json_string JsonString  __json_text JsonText
    __float_to_fixed FloatFixed
    opaque_to_string OpaqueToStr
    __array_concat_ro ArrConcat  __array_extend_ro ArrExtend
    """
)

#: operation -> opcode without its last letter, which depends on the element of the array
BY_ELEMENT: Final = _pairs(
    """
    array_push ArrPush  array_resize ArrResize  array_insert ArrInsert  array_remove ArrRemove  __array_pop_last ArrPop
    """
)

#: operation on a map -> opcode without its last letter, which depends on the key
BY_KEY: Final = {"__map_find": "MapFind", "__map_enter": "MapEnter"}


def _numbered() -> dict[str, tuple[Op, int]]:
    out = {}
    for op, first, names in (
        (
            "FloatMath",
            0,
            "__math_sin __math_cos __math_tan __math_asin __math_acos __math_atan __math_exp __math_ln __math_log2 __math_log10 __math_cbrt",
        ),
        (
            "CharIs",
            0,
            "char_is_digit char_is_alpha char_is_alnum char_is_space char_is_upper char_is_lower",
        ),
        ("CharCase", 0, "char_to_upper char_to_lower"),
        ("StrCase", 0, "string_to_upper string_to_lower"),
        ("StrTrim", 1, "string_trim_start string_trim_end string_trim"),
    ):
        for n, name in enumerate(names.split(), first):
            out[name] = BY_NAME[op], n
    return out


#: operation with one operand -> opcode, and the number of the operation among those of the opcode
NUMBERED: Final = _numbered()

#: operation that makes an array -> opcode, elements, immediates after the shape
FRESH_ARRAY: Final[dict[str, tuple[Op, Type, tuple[int, ...]]]] = {
    "bytes_to_array": (BY_NAME["BytesToArray"], BYTE, ()),
    "string_to_chars": (BY_NAME["StrToChars"], CHAR, ()),
    "__string_split": (BY_NAME["StrSplit"], STRING, ()),
    "string_split_space": (BY_NAME["StrPieces"], STRING, (0,)),
    "string_lines": (BY_NAME["StrPieces"], STRING, (1,)),
}

#: operation -> (opcode with an immediate as second operand, factor of the immediate), int only
RIGHT: Final[dict[str, tuple[Op, int]]] = {
    name: (BY_NAME[op], factor)
    for name, op, factor in (
        ("int_add", "IntAddI", 1),
        ("int_sub", "IntAddI", -1),
        ("int_mul", "IntMulI", 1),
        ("int_div", "IntDivI", 1),
        ("int_mod", "IntModI", 1),
        ("int_and", "IntAndI", 1),
        ("int_or", "IntOrI", 1),
        ("int_xor", "IntXorI", 1),
        ("int_shl", "IntShlI", 1),
        ("int_shr", "IntShrI", 1),
        ("int_ushr", "IntUshrI", 1),
    )
}

#: operations whose constant first operand may become the second
COMMUTES: Final = frozenset(("int_add", "int_mul", "int_and", "int_or", "int_xor"))


def _comparisons() -> dict[str, tuple[str, bool, bool]]:
    out: dict[str, tuple[str, bool, bool]] = {}
    for rel, opposite, name, swap in (
        ("eq", "eq", "Eq", False),
        ("ne", "ne", "Ne", False),
        ("lt", "gt", "Lt", False),
        ("le", "ge", "Le", False),
        ("gt", "lt", "Lt", True),
        ("ge", "le", "Le", True),
    ):
        for ty in ("int", "byte", "char", "bool"):
            out[f"{ty}_{rel}"] = ("Int" + name, swap, True)
        out[f"float_{rel}"] = ("Float" + name, swap, False)
        for ty in ("string", "bytes"):
            out[f"{ty}_{rel}"] = ("Str" + name, swap, False)
        FLIPPED[rel] = opposite
    return out


#: eq -> eq, lt -> gt ...: the relation with its operands exchanged
FLIPPED: Final[dict[str, str]] = {}

#: comparison -> (opcode, whether the operands are exchanged, whether it has a form with an immediate)
COMPARE: Final = _comparisons()

#: relation -> opcode with an immediate
COMPARE_IMMEDIATE: Final = {
    "eq": "IntEqI",
    "ne": "IntNeI",
    "lt": "IntLtI",
    "le": "IntLeI",
    "gt": "IntGtI",
    "ge": "IntGeI",
}

#: opcodes of comparisons that also exist as branches
BRANCHES: Final = frozenset(
    (
        "IntEq", "IntNe", "IntLt", "IntLe", "IntEqI", "IntNeI", "IntLtI", "IntLeI", "IntGtI", "IntGeI", "FloatEq", "FloatNe", "FloatLt", "FloatLe",
        "StrEq", "StrNe",
    )
)  # fmt: skip

DIRECT: Final[dict[str, Op]] = {name: BY_NAME[op] for name, op in _DIRECT.items() if op in BY_NAME}
