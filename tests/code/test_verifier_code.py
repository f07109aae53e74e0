"""The code verifier's layers two and three: the code of functions. Each rule with functions that keep and that break it."""

from __future__ import annotations

import pytest
from verifier_sample import BYTES, Sample, accept, function, refuse, refused

from rusk.code import image as im
from rusk.code import verifier
from rusk.code.image import BOOL, BYTE, CHAR, FLOAT, INT, NEVER, STRING, UNIT
from rusk.code.opcodes import BY_NAME, INTERNAL, OPS, WIDTH, Op, encode
from rusk.code.verifier import verify
from rusk.code.verifier_types import all_checks

# ---------------------------------------------------------------- layout


def raw(words: list[int], nx: int = 4, nr: int = 4, marks: bool = False) -> im.Image:
    """The sample with a function ``fn(int)`` of these words."""
    a = Sample()
    a.func("f", [INT], UNIT, nx, nr, "Ret", marks=marks)
    image = a.finish()
    image.code.pop()
    image.code.extend(words)
    image.funcs[-1].length = len(words)
    return image


RET = encode(BY_NAME["Ret"])
NOP = encode(BY_NAME["Nop"])


def test_every_opcode_has_a_check() -> None:
    assert len(all_checks()) == len(OPS)


@pytest.mark.parametrize("op", [len(OPS), len(OPS) + len(INTERNAL), 0xFFFF])
def test_invalid_opcode(op: int) -> None:
    refused(raw([op, RET]), "invalid instruction")
    refused(raw([RET, op, RET]), "invalid instruction")


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_unused_fields(op: Op) -> None:
    """Those that the format does not name, or names ``-``, are 0."""
    used = [kind != "-" for kind, _ in op.fields for _ in range(WIDTH.get(kind, 1))]
    for field in range(3 if op.words == 1 else 7):
        if field < len(used) and used[field]:
            continue
        words = [op.code, *[0] * 4]
        words[(field + 1) // 4] |= 1 << 16 * ((field + 1) % 4) + 15
        refused(raw([*words, RET]), "not used is not 0")


def test_unused_ends_of_lists() -> None:
    names = Sample().names
    array = encode(BY_NAME["NewArray"], 0, names["ints"], 3)
    verify(raw([array, 0, RET]))
    refused(raw([array, 1 << 48, RET]), "not used is not 0")
    text = encode(BY_NAME["LoadObj"], 0, names["text"])
    join = encode(BY_NAME["StrConcatN"], 0, 1)
    verify(raw([text, join, 0, RET]))
    refused(raw([text, join, 1 << 63, RET]), "not used is not 0")
    verify(raw([encode(BY_NAME["Switch"], 0, 2), 0, 0, 0, RET]))
    refused(raw([encode(BY_NAME["Switch"], 0, 2), 0, 0, 1 << 32, RET]), "not used is not 0")


@pytest.mark.parametrize("op", [op for op in OPS if op.words == 2 and not op.list], ids=lambda op: op.name)
def test_truncated(op: object) -> None:
    refused(raw([NOP, op.code]), "")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "last",
    ["Nop", "JmpTrue", "JmpIntEqI", "LoopIntLt", "Call", "Perform", "Charge", "LoadInt", "LoopIncLt"],
)
def test_falls_off(last: str) -> None:
    op = BY_NAME[last]
    distance = 0xFFFF if last.startswith("Loop") else 0
    refused(raw([NOP, op.code | distance << 48]), "" if distance else "falls off the end")


def test_falls_off_the_end() -> None:
    refuse("falls off the end", "LoadInt 0 1")
    refuse("falls off the end", "again:\nLoadInt 0 1\nLoopIntLtI 0 5 again")
    accept("again:\nLoadInt 0 1\nLoop again")
    accept("Unreachable")
    accept("Trap text")
    accept("JmpIntLtI 0 1 out\nTrap text\nout:\nRet", [INT])


def test_lists() -> None:
    new = encode(BY_NAME["New"], 0, 4)
    refused(raw([encode(BY_NAME["New"], 0, 0xFFFF), 0, RET]), "invalid instruction")
    refused(raw([NOP, new]), "falls off")
    array = encode(BY_NAME["NewArray"], 0, Sample().names["ints"], 5)
    refused(raw([array, 0]), "runs over the end")
    refused(raw([array, RET]), "runs over the end")
    refused(raw([array, 0, RET]), "falls off")
    verify(raw([array, 0, 0, RET]))
    refused(raw([encode(BY_NAME["StrConcatN"], 0, 9), 0, 0]), "runs over the end")
    refused(raw([encode(BY_NAME["Switch"], 0, 9), 0, 0, 0]), "runs over the end")


def test_directions() -> None:
    refused(raw([encode(BY_NAME["Jmp"], -1, -1, -1), RET]), "wrong direction")
    refused(raw([encode(BY_NAME["Loop"], 0, 0, 0), RET]), "wrong direction")
    refused(raw([encode(BY_NAME["JmpIntEq"], 0, 0, -1), RET]), "wrong direction")
    refused(raw([encode(BY_NAME["LoopIntEq"], 0, 0, 0), RET]), "wrong direction")
    refused(raw([encode(BY_NAME["LoopIncLt"], 0, 0, 1), RET, RET]), "wrong direction")
    refused(raw([encode(BY_NAME["LoopAddLt"], 0, 0, -1), 0, RET]), "wrong direction")
    refused(raw([encode(BY_NAME["Switch"], 0, 0), 0, 0xFFFFFFFF, RET]), "wrong direction")


def test_targets() -> None:
    refused(raw([encode(BY_NAME["Jmp"], 1), RET]), "no instruction")
    refused(raw([encode(BY_NAME["Jmp"], 5), RET]), "no instruction")
    refused(raw([encode(BY_NAME["Loop"], -2, -1, -1), RET]), "no instruction")
    refused(raw([encode(BY_NAME["JmpTrue"], 0, 0, 0x7FFF), RET]), "no instruction")
    array = encode(BY_NAME["NewArray"], 0, Sample().names["ints"], 1)
    refused(raw([encode(BY_NAME["Jmp"], 1), array, 0, RET]), "no instruction")
    verify(raw([encode(BY_NAME["Jmp"], 2), array, 0, RET]))
    wide = encode(BY_NAME["LoopAddLt"], 0, 0, 1)
    refused(raw([wide, 0xFFFF, RET]), "no instruction")
    verify(raw([wide, 0xFFFE, RET]))
    for distance, why in ((1, "no instruction"), (0, "")):
        image = raw([encode(BY_NAME["Switch"], 0, 2), 0, distance, 0, RET])
        if why:
            refused(image, why)
        else:
            verify(image)
    mark = BY_NAME["Mark"]
    for distance in (1, -1, -3):
        refused(
            raw([encode(mark, 0, distance, distance >> 16), 0, encode(BY_NAME["RetM"])], marks=True),
            "no instruction",
        )


def test_unreachable_code_must_be_instructions() -> None:
    accept("Ret\nRetX 99")
    refused(raw([RET, 0xFFFF]), "invalid instruction")


# ---------------------------------------------------------------- registers


def test_register_numbers() -> None:
    refuse("operand out of range", "LoadInt 4 1\nRet")
    refuse("operand out of range", "MoveX 0 9\nRet")
    refuse("operand out of range", "LoadObj 4 text\nRet")
    refuse("operand out of range", "IntAdd 0 0 65535\nRet", [INT])
    accept("LoadInt 3 1\nLoadObj 3 text\nRet")


def test_definite_assignment() -> None:
    refuse("x0 holds no value", "MoveX 1 0\nRet")
    refuse("r0 holds no value", "MoveR 1 0\nRet")
    refuse("x1 holds no value", "IntAdd 0 0 1\nRet", [INT])
    refuse("r0 holds no value", "ArrLen 0 0\nRet")
    both = "JmpIntLtI 0 1 other\nLoadInt 1 1\n{}Jmp out\nother:\nLoadInt {} 2\nout:\nMoveX 2 1\nRet"
    accept(both.format("", 1), [INT])
    refuse("x1 holds no value", both.format("", 3), [INT])
    refuse("x1 holds no value", both.format("LoadInt 1 4\n", 3), [INT])
    loop = "{}next:\nJmpIntLtI 0 1 first\nMoveX 1 2\nfirst:\nLoadInt 2 1\nLoopIntLtI 0 5 next\nRet"
    accept(loop.format("LoadInt 2 0\n"), [INT])
    refuse("x2 holds no value", loop.format(""), [INT])


def test_types_meet() -> None:
    join = "JmpIntLtI 0 1 other\n{}\nJmp out\nother:\n{}\nout:\n{}\nRet"
    accept(join.format("LoadInt 1 1", "LoadInt 1 2", "IntNeg 1 1"), [INT])
    refuse("x1 holds no value", join.format("LoadInt 1 1", "LoadBool 1 1", "IntNeg 1 1"), [INT])
    refuse("x1 holds no value", join.format("LoadInt 1 1", "LoadBool 1 1", "MoveX 2 1"), [INT])
    accept(join.format("LoadInt 1 1", "LoadBool 1 1", "Nop"), [INT])
    closures = join.format("LoadObj 0 inc_v", "LoadObj 0 dec_v", "CallValue 0 1 0")
    accept(closures, [INT])
    accept(join.format("LoadObj 0 inc_v", "MoveR 0 1", "CallValue 0 2 0"), [INT, "unary", "unary"])
    refuse("no function", join.format("LoadObj 0 inc_v", "LoadObj 0 guard_v", "CallValue 0 1 0"), [INT])
    accept(join.format("LoadObj 0 inc_v", "LoadObj 0 text", "OpaqueToStr 0 0"), [INT])
    refuse("any reference", join.format("LoadObj 0 blob", "LoadObj 0 text", "BytesLen 0 0"), [INT])
    refuse("no value", join.format("LoadObj 0 blob", "Nop", "BytesLen 0 0"), [INT])


def test_meeting_again() -> None:
    """A loop whose second turn has another type than the first."""
    refuse(
        "r0 holds any reference",
        "LoadObj 0 text\nnext:\nStrToBytes 1 0\nLoadObj 0 blob\nLoopIntLtI 0 1 next\nRet",
        [INT],
    )
    chain = "LoadObj 0 text\nLoadObj 1 text\nLoadObj 2 text\nnext:\nStrToBytes 3 2\nMoveR 2 1\nMoveR 1 0\nLoadObj 0 blob\nLoopIntLtI 0 1 next\nRet"
    refuse("any reference", chain, [INT])
    accept(chain.replace("blob", "empty"), [INT])


# ---------------------------------------------------------------- scalars

WRONG = [
    ("IntAdd 0 0 1", "float"),
    ("IntAddI 0 1 5", "float"),
    ("FloatAdd 1 1 0", "int"),
    ("IntNeg 0 2", "bool"),
    ("BoolNot 2 0", "int"),
    ("BoolEq 2 2 3", "byte"),
    ("ByteNot 3 0", "int"),
    ("ByteShl 3 3 2", "bool"),
    ("ByteToInt 0 4", "char"),
    ("CharToInt 0 0", "int"),
    ("IntToChar 4 4", "char"),
    ("IntToFloat 1 1", "float"),
    ("FloatToInt 0 0", "int"),
    ("FloatMath 1 0 3", "int"),
    ("CharIs 2 0 0", "int"),
    ("CharCase 0 0 0", "int"),
    ("IntAnd 0 0 2", "bool"),
    ("IntAnd 4 4 4", "char"),
    ("IntXor 1 1 1", "float"),
    ("IntOr 5 5 5", "unit"),
    ("IntEq 2 0 3", "byte"),
    ("IntEq 2 1 1", "float"),
    ("IntLtI 2 1 1", "float"),
    ("IntToStr 0 1", "float"),
    ("HashInt 0 1", "float"),
    ("FloatToStr 0 0", "int"),
    ("BoolToStr 0 0", "int"),
    ("CharToStr 0 0", "int"),
    ("JmpTrue 0 out", "int"),
    ("JmpFalse 3 out", "byte"),
    ("JmpIntEq 0 3 out", "byte"),
    ("JmpIntEq 1 1 out", "float"),
    ("JmpIntLtI 1 3 out", "float"),
    ("JmpFloatLt 1 0 out", "int"),
    ("Switch 1 [0: out else out]", "float"),
]
SCALARS = [INT, FLOAT, BOOL, BYTE, CHAR, UNIT]


@pytest.mark.parametrize("text, holds", WRONG)
def test_wrong_scalars(text: str, holds: str) -> None:
    refuse(f"holds {holds}", text + "\nout:\nRet", SCALARS, nx=6)


RIGHT = """
    IntAdd 0 0 0|IntAddI 0 0 -5|FloatAdd 1 1 1|BoolNot 2 2|ByteShl 3 3 0|IntToByte 3 0|CharToInt 0 4|IntToChar 4 0|IntToFloat 1 0
    IntAnd 0 0 0|IntOr 2 2 2|IntXor 3 3 3|IntEq 2 4 4|IntEq 2 5 5|IntLt 2 3 3|IntNe 2 2 2|IntGtI 2 4 5|IntToStr 0 3|HashInt 0 4
    LoadBool 2 1|LoadByte 3 255|LoadChar 4 0x10FFFF|LoadChar 4 0xD7FF|LoadChar 4 0xE000|LoadUnit 5|LoadConst 0 big|LoadConst 1 half
    IntDivI 0 0 -1|IntModI 0 0 7|IntShlI 0 0 63|IntShrI 0 0 0|FloatMath 1 1 10|CharIs 2 4 0|CharIs 2 4 5|FloatToBits 0 1|FloatFromBits 1 0|Charge 9
""".replace("\n", "|").split("|")


def test_right_scalars() -> None:
    for text in RIGHT:
        if text.strip():
            moves = "".join(f"MoveX {6 + i} {i}\n" for i in range(6))
            accept(moves + text.strip() + "\nRet", SCALARS, nx=12)


@pytest.mark.parametrize(
    "text, ret, ok",
    [
        ("IntAnd 0 2 2", BOOL, True), ("IntAnd 0 2 2", INT, False), ("IntAnd 0 3 3", BYTE, True), ("LoadConst 0 half", FLOAT, True),
        ("LoadConst 0 half", INT, False), ("IntEq 0 0 0", BOOL, True), ("IntEq 0 0 0", INT, False), ("MoveX 0 4", CHAR, True),
        ("MoveX 0 4", INT, False), ("HashInt 0 4", INT, True), ("IntToChar 0 0", CHAR, True), ("StrCharAt 0 0 0", CHAR, True),
    ],
)  # fmt: skip
def test_results(text: str, ret: int, ok: bool) -> None:
    if ok:
        accept(text + "\nRetX 0", [*SCALARS, STRING], ret, nx=6)
    else:
        refuse("x0 holds", text + "\nRetX 0", [*SCALARS, STRING], ret, nx=6)


IMMEDIATES = [
    "LoadBool 0 2", "LoadByte 0 256", "LoadChar 0 0xD800", "LoadChar 0 0xDFFF", "LoadChar 0 0x110000", "LoadChar 0 0x40000041",
    "IntDivI 0 0 0", "IntModI 0 0 0", "IntShlI 0 0 64", "IntShrI 0 0 64", "IntUshrI 0 0 0x7FFF", "FloatMath 1 1 11", "CharIs 0 2 6", "CharIs 0 2 0xFFFF", "CharCase 0 2 2",
    "LoadConst 0 77", "LoadConst 0 0x10000", "LoadObj 0 77", "LoadObj 0 0x10000",
]  # fmt: skip


@pytest.mark.parametrize("text", IMMEDIATES)
def test_immediates(text: str) -> None:
    refuse("", text + "\nRet", [INT, FLOAT, CHAR])


# ---------------------------------------------------------------- text and arrays

REFS = [STRING, BYTES, "ints", "bytes_", "strings", "floats"]

BAD_REFERENCES = [
    "StrConcat 0 0 1", "StrConcat 0 2 2", "StrEq 0 0 1", "StrEq 0 3 3", "JmpStrEq 0 1 out", "BytesLen 0 2", "BytesGet 0 0 0", "StrSlice 0 1 0 0",
    "StrByteSlice 0 1 0 0", "BytesSlice 0 0 0 0", "StrToBytes 0 1", "StrFromUtf8 0 0", "Utf8Valid 0 0", "Utf16Valid 0 3", "StrFromUtf16 0 3",
    "StrFromChars 0 2", "BytesFromArray 0 2", "HashStr 0 2", "FloatParse 1 1", "IntParseOk 0 2", "StrConcatN 0 [0 0 0 0 1]", "StrCharAt 0 1 0",
    "StrIter 0 1 0", "StrIter 2 0 1", "BytesToArray 0 0 bytes_", "BytesToArray 0 1 ints", "BytesToArray 0 1 bools", "BytesToArray 0 1 0",
    "BytesToArray 0 1 Point", "BytesToArray 0 1 999", "Panic 1",
    "StrFind 0 0 1 0", "StrFind 0 2 2 0", "StrFind 0 0 0 1", "StrRfind 0 1 1", "StrRfind 0 0 2", "StrChars 0 1 0", "StrChars 0 0 1", "StrOffset 0 1 0",
    "StrAt 0 0 1 0", "StrAt 0 0 0 1", "StrCut 0 1 0 0", "StrCut 0 0 0 1", "StrToChars 0 1 chars", "StrToChars 0 0 ints", "StrToChars 0 0 0",
    "StrSplit 0 1 0 strings", "StrSplit 0 0 1 strings", "StrSplit 0 0 0 ints", "StrSplit 0 0 0 999", "StrPieces 0 1 strings 0",
    "StrPieces 0 0 strings 2", "StrPieces 0 0 chars 0", "StrJoin 0 0 0", "StrJoin 0 2 0", "StrJoin 0 4 1", "StrRepeat 0 1 0", "StrRepeat 0 0 2",
    "StrTrim 0 0 0", "StrTrim 0 0 4", "StrTrim 0 1 1", "StrCase 0 0 2", "StrCase 0 1 0",
    "ArrLen 0 0", "ArrGetW 0 3 0", "ArrGetB 0 2 0", "ArrGetR 0 2 0", "ArrGetW 0 4 0", "ArrGetW 0 2 1", "ArrSetW 2 0 1", "ArrSetW 2 1 0",
    "ArrSetW 5 0 0", "ArrSetB 3 0 0", "ArrSetB 3 0 2", "ArrSetR 4 0 1", "ArrSetR 4 1 0", "ArrSetR 2 0 0", "ArrAddW 5 0 0", "ArrAddW 2 0 1",
    "ArrAddW 2 1 0", "ArrPushW 2 1", "ArrPushW 3 0", "ArrPushB 3 0", "ArrPushR 4 1", "ArrPopW 0 3", "ArrPopB 0 2", "ArrPopR 0 2",
    "ArrInsertW 2 0 1", "ArrInsertR 4 0 1", "ArrRemoveW 0 3 0", "ArrRemoveR 0 2 0", "ArrRemoveB 0 3 1", "ArrResizeW 2 0 1", "ArrResizeB 3 0 0",
    "ArrResizeR 4 0 1", "ArrExtend 2 5", "ArrExtend 0 0", "ArrConcat 0 2 5", "ArrConcat 0 0 0", "ArrSlice 0 0 0 0", "ArrSlice 0 2 1 0",
    "ArrSlice 0 2 0 1", "ArrSliceRo 0 2 0 1", "ArrClear 0", "ArrSort 0", "ArrSort 5", "ArrSort 6", "ArrOrder 3 2", "ArrOrder 5 2", "ArrOrder 2 5", "ArrOrder 2 0", "BufText 2 0", "BufText 3 2", "BufJson 3 1", "BufToStr 0 2", "JsonNext 0 0 0", "JsonText 0 0 0 0", "JsonText 0 1 0 1", "JsonFloat 0 2 0 0", "BufInt 3 1", "BufInt 2 0", "BufFloat 3 0", "BufChar 3 0",
    "NewArray 0 ints [1]", "NewArray 0 strings [1]", "NewArray 0 bools [0]", "NewArray 0 Point [0]", "NewArray 0 0 [0]", "NewArray 0 999 []",
    "NewArray 0 1 []", "OpaqueToStr 0 6",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_REFERENCES)
def test_bad_references(text: str) -> None:
    """X: int, float, bool; R: string, bytes, [int], [byte], [string], [float], nothing."""
    refuse("", text + "\nout:\nRet", [INT, FLOAT, BOOL, *REFS], nx=4, nr=7)


GOOD_REFERENCES = [
    "StrConcat 0 0 0", "StrConcat 1 1 1", "StrEq 0 1 1", "BytesLen 0 0", "BytesGet 3 1 0", "StrSlice 0 0 0 0", "StrConcatN 0 [0 0 0 0 0]",
    "StrIter 3 0 0", "StrIter 0 0 0", "BytesToArray 6 1 bytes_", "StrFind 0 0 0 0", "StrFind 0 1 1 0",
    "StrRfind 0 0 0", "StrChars 0 0 0", "StrOffset 0 0 0", "StrAt 2 0 0 0", "StrCut 6 0 0 0", "StrToChars 6 0 chars", "StrSplit 6 0 0 strings",
    "StrPieces 6 0 strings 1", "StrJoin 6 4 0", "StrRepeat 6 0 0", "StrTrim 6 0 3", "StrCase 6 0 1", "ArrGetW 0 2 0", "ArrGetW 1 5 0", "ArrGetB 3 3 0", "ArrGetR 0 4 0", "ArrSetW 5 0 1",
    "ArrPushR 4 0", "ArrExtend 2 2", "ArrConcat 6 2 2", "ArrSort 2", "ArrSort 3", "ArrSort 4", "ArrOrder 2 2", "ArrOrder 2 3", "ArrOrder 2 4", "ArrSlice 6 2 0 0", "NewArray 6 ints [0 0 0 0 0]", "NewArray 6 strings [0]",
    "NewArray 6 bools [2]", "NewArray 6 floats [1]", "OpaqueToStr 0 2", "HashStr 0 0", "BufText 3 0", "BufText 3 1",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD_REFERENCES)
def test_good_references(text: str) -> None:
    accept(text + "\nout:\nRet", [INT, FLOAT, BOOL, *REFS], nx=4, nr=7)


# ---------------------------------------------------------------- maps

MAPS = ["map_", "point", STRING, "ints"]
BAD_MAPS = [
    "MapFindW 0 0 1", "MapFindW 0 0 2", "MapFindW 0 1 0", "MapFindW 0 3 0", "MapFindW 0 4 0", "MapFindB 0 0 0", "MapFindB 0 0 3", "MapFindR 0 0 2",
    "MapFindR 0 2 2", "MapEnterW 0 0 1", "MapEnterW 0 1 0", "MapEnterB 0 0 0", "MapEnterR 0 0 2", "MapProbe 0 1 0 0", "MapProbe 0 0 1 0",
    "MapProbe 0 0 0 1", "MapAppend 1 0", "MapAppend 0 1", "MapForget 2 0", "MapForget 0 2", "MapRebuild 3 0", "MapRebuild 0 1",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_MAPS)
def test_bad_maps(text: str) -> None:
    """X: int, float, bool; R: map from int to string, struct, string, [int], nothing."""
    refuse("", text + "\nRet", [INT, FLOAT, BOOL, *MAPS], nx=4, nr=5)


GOOD_MAPS = [
    "MapFindW 3 0 0",
    "MapEnterW 0 0 0",
    "MapProbe 3 0 0 0",
    "MapAppend 0 0",
    "MapForget 0 0",
    "MapRebuild 0 0",
]


@pytest.mark.parametrize("text", GOOD_MAPS)
def test_good_maps(text: str) -> None:
    accept(text + "\nRet", [INT, FLOAT, BOOL, *MAPS], nx=4, nr=5)


def test_map_keys_of_another_type() -> None:
    """A map from int does not take a char, although both are words."""
    refuse("holds char", "MapFindW 1 0 0\nRet", [CHAR, "map_"])
    accept("MapFindW 1 0 0\nRetX 1", [INT, "map_"], INT)


# ---------------------------------------------------------------- objects

OBJECTS = ["point", "enum_", "cell", "text_cell", "unary", "iface", "cont", STRING]
BAD_OBJECTS = [
    "New 0 Point [0 0 1]", "New 0 Point [7 1 1]", "New 0 Point [7 0 0]", "New 0 Point [7 0 9]", "New 0 999 []", "New 0 ints []", "New 0 1 []",
    "New 0 3 []", "New 0 0 []", "New 0 E.B [0 0]", "NewX1 0 Point 0", "NewX1 0 cell 2", "NewR1 0 cell 7", "NewX1 0 text_cell 0", "NewX1 0 box 1",
    "NewX1 0 adder_ 0", "NewX1 0 inc_ 0", "NewX1 0 999 0", "NewR1 0 text_cell 0", "NewR1 0 999 0", "NewX1 0 3 0",
    "GetX 0 0 0", "GetX 0 0 3", "GetX 0 1 0", "GetX 0 4 0", "GetX 0 5 0", "GetX 0 6 0", "GetX 0 7 0", "GetX 0 9 0", "GetR 0 0 1", "GetR 0 0 9",
    "GetR 0 3 1", "SetX 0 1 1", "SetX 0 1 2", "SetX 0 2 0", "SetX 0 0 0", "SetX 0 9 0", "SetX 1 0 0", "SetR 0 0 0", "SetR 0 1 7", "SetR 3 0 0",
    "SetR 3 1 7", "FieldAdd 0 2 0", "FieldAdd 0 1 1", "FieldAdd 0 0 0", "FieldAddI 0 2 1", "FieldAddI 0 0 1", "FieldAddI 3 0 1",
    "FieldAddI 1 0 1", "PayX 0 1 0.0", "PayX 0 1 1.0", "PayX 0 1 1.2", "PayX 0 1 3.0", "PayX 0 0 1.1", "PayX 0 7 1.1", "PayR 0 1 1.1",
    "PayR 0 1 2.0", "PayR 0 0 0.0", "PayXW 0 1 0 1", "PayXW 0 1 1 9", "PayXW 0 1 9 1", "PayXW 0 0 0 0", "PayRW 0 1 1 1", "PayRW 0 1 0 9", "Tag 0 0",
    "JmpTagEq 0 1 out", "LoopTagNe 5 1 f", "SwitchTag 0 [0: out else out]", "Is 0 8 is_point", "Is 0 5 99", "JmpIs 5 99 out", "JmpIsNot 8 0 out",
    "Cast 0 5 is_int", "Cast 0 8 is_point", "Cast 0 5 99", "Unbox 0 8 box", "Unbox 0 5 Point", "Unbox 0 5 999", "Unbox 0 5 0", "OpaqueToStr 0 8",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_OBJECTS)
def test_bad_objects(text: str) -> None:
    """X: int, bool, float; R as in OBJECTS, then nothing."""
    if "LoopTagNe" in text:
        text = "f:\n" + text
    refuse("", text + "\nout:\nRet", [INT, BOOL, FLOAT, *OBJECTS], nx=4, nr=9)


GOOD_OBJECTS = [
    "New 8 Point [7 0 1]", "New 8 E.B [7 0]", "NewX1 8 cell 0", "NewR1 8 text_cell 7", "NewX1 8 box 0", "New 8 adder_ [7 0]", "New 8 inc_ []",
    "NewX1 8 E.C 2", "GetX 0 0 1", "GetX 1 0 2", "GetR 7 0 0", "GetX 0 2 0", "GetR 7 3 0", "SetX 0 1 0", "SetR 0 0 7", "SetX 2 0 0", "SetR 3 0 7",
    "FieldAdd 0 1 0", "FieldAddI 0 1 -1", "FieldAddI 2 0 1", "PayX 0 1 1.1", "PayR 7 1 1.0", "PayX 2 1 2.0", "PayXW 0 1 1 1", "PayRW 7 1 0 1",
    "Tag 0 1", "JmpTagEq 1 99 out", "SwitchTag 1 [0: out else out]", "Is 1 0 is_int", "JmpIs 5 is_enum out", "Cast 0 5 is_point",
    "Cast 8 7 is_shown", "Unbox 0 5 box", "Unbox 3 7 char_box", "OpaqueToStr 7 6", "MoveR 5 0",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD_OBJECTS)
def test_good_objects(text: str) -> None:
    accept(text + "\nout:\nRet", [INT, BOOL, FLOAT, *OBJECTS], nx=4, nr=9)


def test_environments() -> None:
    make = "New 1 adder_ [0 0]\n"
    accept(make + "GetX 1 1 1\nGetR 2 1 0\nRet", [INT, STRING])
    refuse("a reference", make + "GetX 1 1 0\nRet", [INT, STRING])
    refuse("no word", make + "GetX 1 1 2\nRet", [INT, STRING])
    refuse("do not change", make + "SetX 1 1 0\nRet", [INT, STRING])
    refuse("do not change", make + "SetR 1 0 0\nRet", [INT, STRING])
    refuse("do not change", make + "FieldAddI 1 1 1\nRet", [INT, STRING])
    refuse("has no fields", "GetX 0 0 0\nRet", ["unary"])


# ---------------------------------------------------------------- calls

CALLS = [
    ("Call 0 0 inc", True, ""), ("Call 3 0 inc", False, "x3"), ("Call 1 0 inc", False, "x1 holds float"), ("Call 4 0 inc", False, "out of range"),
    ("Call 0 0 join", False, "r1 holds bytes"), ("Call 0 2 join", True, ""), ("Call 1 2 join", False, "x1"), ("Call 0 3 join", False, "out of range"),
    ("Call 0 2 999", False, "out of range"), ("Call 0 0 adder", False, "needs an environment"), ("CallW 0 0 inc", True, ""),
    ("CallW 0 0 0x10000", False, "out of range"), ("CallW 0 0 adder", False, "needs an environment"), ("Call 4 4 fail", False, "out of range"),
    ("Call 4 0 fail", True, ""), ("Call 5 0 fail", False, "beyond the registers"), ("CallHost 0 0 std::println", True, ""),
    ("CallHost 4 0 std::println", False, "out of range"), ("CallHost 0 1 std::println", False, "r1 holds bytes"), ("CallHost 0 0 99", False, "out of range"),
    ("CallHost 0 4 now", True, ""), ("CallHost 4 4 now", False, "out of range"), ("CallHost 0 5 now", False, "beyond the registers"),
    ("CallIface 0 0 show", True, ""), ("CallIface 0 4 show", False, "out of range"), ("CallIface 0 0 99", False, "out of range"),
    ("LoadObj 1 inc_v\nCallValue 0 0 1", True, ""), ("CallValue 0 0 0", False, "no function"), ("CallValue 0 0 9", False, "out of range"),
    ("LoadObj 1 inc_v\nCallValue 1 0 1", False, "x1 holds float"), ("New 1 adder_ [0 0]\nCallValue 0 0 1", True, ""),
    ("Perform 0 0 Ask.next", True, ""), ("Perform 1 0 Ask.next", False, "x1"), ("Perform 0 0 99", False, "out of range"),
    ("Perform 0 1 Say.text", False, "r1"), ("Perform 4 4 Stop.now", True, ""), ("Perform 5 4 Stop.now", False, "beyond"),
]  # fmt: skip


@pytest.mark.parametrize("text, ok, why", CALLS)
def test_calls(text: str, ok: bool, why: str) -> None:
    """X: int, float; R: string, bytes, string, string."""
    params = [INT, FLOAT, STRING, BYTES, STRING, STRING]
    if ok:
        accept(text + "\nRet", params)
    else:
        refuse(why, text + "\nRet", params)


def test_what_a_call_leaves() -> None:
    accept("MoveX 2 0\nCall 2 2 inc\nIntAdd 0 1 2\nMoveR 1 0\nRet", [INT, INT, STRING])
    refuse("x3 holds no value", "LoadInt 3 1\nMoveX 2 0\nCall 2 2 inc\nIntAdd 0 1 3\nRet", [INT, INT])
    refuse("x2 holds no value", "LoadInt 3 1\nMoveX 2 0\nCall 1 2 inc\nIntAdd 0 1 2\nRet", [INT, INT])
    refuse("r1 holds no value", "Call 0 0 join\nMoveR 0 1\nRet", [INT, STRING, STRING])
    refuse("x0 holds no value", "Call 0 0 join\nMoveX 0 0\nRet", [INT, STRING, STRING])
    refuse("x0 holds no value", "Call 0 0 fail\nMoveX 0 0\nRet", [INT, STRING])
    refuse("r0 holds no value", "Call 0 0 fail\nMoveR 0 0\nRet", [INT, STRING])
    accept("Call 1 1 join\nRetR 1", [INT, INT, STRING, STRING, STRING], STRING)
    accept("Call 0 0 inc\nRetX 0", [INT], INT)
    refuse("x0 holds int", "Call 0 0 inc\nRetX 0", [INT], BOOL)


def test_environment_of_the_running_closure() -> None:
    image = function("Ret")
    adder = next(f for f in image.funcs if f.name == "adder")
    start = image.code.index(encode(BY_NAME["GetX"], 1, 0, 1))
    assert start == adder.start
    image.code[start] = encode(BY_NAME["GetX"], 1, 0, 0)
    refused(image, "is a reference")


def test_interfaces_take_any_reference() -> None:
    accept(
        "NewArray 1 ifaces [0 2 3]\nArrPushR 1 0\nArrSetR 1 0 2\nRet", [INT, STRING, "ints", "point", "unary"]
    )
    accept("NewX1 0 box 0\nCallIface 0 0 show\nRet", [INT])
    refuse("any reference, not Point", "Call 0 0 show_point\nRet", ["iface"])
    refuse("no fields", "GetX 0 0 1\nRet", ["iface"])


# ---------------------------------------------------------------- returns

RETURNS = [
    ("RetX 0", INT, True, ""), ("RetX 1", INT, False, "x1 holds float"), ("RetX 3", INT, False, "no value"), ("RetX 0", UNIT, False, "x0 holds int"),
    ("RetX 0", STRING, False, "returns string"), ("RetR 0", STRING, True, ""), ("RetR 1", STRING, False, "r1 holds bytes"), ("RetR 0", INT, False, "returns int"),
    ("RetR 3", STRING, False, "no value"), ("Ret", UNIT, True, ""), ("Ret", INT, False, "returns int"), ("Ret", STRING, False, "returns string"),
    ("RetI 5", INT, True, ""), ("RetI 5", UNIT, False, "returns unit"), ("RetI 5", BOOL, False, "returns bool"), ("LoadUnit 2\nRetX 2", UNIT, True, ""),
    ("RetR 1", "iface", True, ""), ("RetMX 0", INT, False, "without marks"), ("RetM", UNIT, False, "without marks"), ("RetMR 0", STRING, False, "without marks"),
    ("Unreachable", NEVER, True, ""), ("Ret", NEVER, False, "returns no value"), ("RetX 0", NEVER, False, "x0 holds int"),
    ("RetX 3", NEVER, False, "x3 holds no value"), ("RetR 3", NEVER, False, "returns no value"), ("RetI 1", NEVER, False, "returns no value"),
]  # fmt: skip


@pytest.mark.parametrize("text, ret, ok, why", RETURNS)
def test_returns(text: str, ret: int, ok: bool, why: str) -> None:
    if ok:
        accept(text, [INT, FLOAT, STRING, BYTES], ret)
    else:
        refuse(why, text, [INT, FLOAT, STRING, BYTES], ret)


def never(text: str) -> im.Image:
    """The sample with ``f(int, text -> !, int -> text -> !, int -> int)`` and arrays of such functions."""
    a = Sample()
    a.never = a.fn(STRING, NEVER)  # type: ignore[attr-defined]
    a.maker = a.fn(INT, a.never)  # type: ignore[attr-defined]
    a.made = a.fn(INT, a.say_type)  # type: ignore[attr-defined]
    a.array("says", a.say_type)
    a.array("mades", a.made)  # type: ignore[attr-defined]
    a.func("f", [INT, a.never, a.maker, a.unary], UNIT, 4, 6, text)  # type: ignore[attr-defined]
    return a.finish()


def test_functions_that_never_return_serve_for_any_result() -> None:
    verify(never("NewArray 3 says [0]\nRet"))
    verify(never("NewArray 3 mades [1]\nRet"))
    refused(never("NewArray 3 mades [0]\nRet"), "r0 holds")
    refused(never("NewArray 3 says [2]\nRet"), "r2 holds")
    # where paths meet, the result that is asked for stays
    both = "NewArray 3 says []\nLoadInt 1 0\nArrGetR 4 3 1\nJmpIntEqI 0 0 same\nMoveR 4 0\nsame:\nNewArray 3 says [4]\nRet"
    verify(never(both))
    refused(never(both.replace("MoveR 4 0", "MoveR 4 2")), "r4 holds any reference")


def test_returns_with_marks() -> None:
    accept("RetM", marks=True)
    accept("RetMX 0", [INT], INT, marks=True)
    accept("RetMR 0", [STRING], STRING, marks=True)
    refuse("with marks", "Ret", marks=True)
    refuse("with marks", "RetX 0", [INT], INT, marks=True)
    refuse("with marks", "RetR 0", [STRING], STRING, marks=True)
    refuse("with marks", "RetI 1", [], INT, marks=True)


def test_trap() -> None:
    accept("Trap text")
    refuse("no string", "Trap blob")
    refuse("no string", "Trap inc_v")
    refuse("out of range", "Trap 999")


# ---------------------------------------------------------------- effects


def test_handle() -> None:
    text = "NewX1 0 body_ 0\nLoadObj 1 guard_v\nLoadObj 2 inc_v\nLoadObj 3 resume_v\nLoadObj 4 abort_v\nHandle 0 0 h\nRetX 0"
    accept(text, [INT], INT, nr=5)
    refuse("out of range", text, [INT], INT, nr=4)
    refuse("r0 holds", text.replace("NewX1 0 body_ 0", "LoadObj 0 inc_v"), [INT], INT, nr=5)
    refuse("r1 holds", text.replace("1 guard_v", "1 inc_v"), [INT], INT, nr=5)
    refuse("r2 holds", text.replace("2 inc_v", "2 dec_v"), [INT], INT, nr=5)
    refuse("r4 holds", text.replace("LoadObj 4 abort_v\n", ""), [INT], INT, nr=5)
    refuse("r3 holds", text.replace("3 resume_v", "3 text"), [INT], INT, nr=5)
    refuse("out of range", text.replace("Handle 0 0 h", "Handle 0 0 9"), [INT], INT, nr=5)
    refuse("r0 holds no value", text.replace("RetX 0", "MoveR 0 0\nRetX 0"), [INT], INT, nr=5)
    # a function value of the right type is not enough
    refuse(
        "r2 holds", "MoveR 5 0\n" + text.replace("LoadObj 2 inc_v", "MoveR 2 5"), [INT, "unary"], INT, nr=6
    )


def test_handler_off() -> None:
    refuse("not in the body of a handler", "HandlerOff\nRet")


def test_resume() -> None:
    accept("ResumeX 0 1 0\nRetX 0", [INT, "cont"], INT)
    accept("ResumeR 0 1 0\nRetR 1", ["text_cont", STRING], STRING)
    refuse("no continuation", "ResumeX 0 1 0\nRetX 0", [INT, STRING], INT)
    refuse("no continuation", "ResumeX 0 1 0\nRetX 0", [INT, "iface"], INT)
    refuse("no continuation", "ResumeX 0 1 3\nRetX 0", [INT, "cont"], INT)
    refuse("out of range", "ResumeX 0 1 9\nRetX 0", [INT, "cont"], INT)
    refuse("x0 holds float", "ResumeX 0 1 0\nRetX 0", [FLOAT, "cont"], INT)
    refuse("other registers", "ResumeR 0 1 0\nRetX 0", [INT, "cont"], INT)
    refuse("other registers", "ResumeX 0 1 0\nRetX 0", [INT, "text_cont"], INT)
    refuse("r1 holds", "ResumeR 0 1 0\nRetR 0", ["text_cont", BYTES], STRING)
    refuse("x1 holds no value", "ResumeX 0 1 0\nRetX 1", [INT, INT, "cont"], INT)


def test_tail_resume() -> None:
    accept("TailResumeX 0 0", [INT, "cont"], INT)
    accept("TailResumeR 0 1", ["text_cont", STRING], STRING)
    refuse("the function returns", "TailResumeX 0 0", [INT, "cont"], BOOL)
    refuse("the function returns", "TailResumeX 0 0", [INT, "cont"], STRING)
    refuse("x0 holds", "TailResumeX 0 0", [FLOAT, "cont"], INT)
    refuse("other registers", "TailResumeR 0 0", [INT, "cont"], INT)
    refuse("no continuation", "TailResumeX 0 0", [INT, STRING], INT)


def test_tail_resume_and_wide_calls() -> None:
    accept("CallW 0 0 inc\nRetX 0", [INT], INT)
    accept("Call 0 0 resume\nRetX 0", [INT, "cont"], INT)
    refuse("called by CallW", "CallW 0 0 resume\nRetX 0", [INT, "cont"], INT)


def test_used_continuations() -> None:
    a = Sample()
    a.obj("used", im.O_CONT, shape=a.cont)
    join = "LoadObj 0 used\nJmpIntLtI 0 1 out\nMoveR 0 1\nout:\nResumeX 0 1 0\nRetX 0"
    a.func("f", [INT, a.cont, a.cont], INT, 1, 3, join)
    a.func("g", [INT], INT, 1, 2, "LoadObj 0 used\nResumeX 0 1 0\nRetX 0")
    verify(a.finish())
    assert a.run("g", 1) == "trap: invalid resume"


# ---------------------------------------------------------------- marks and exits

LEAVE = "Call 3 0 leave\nUnreachable\n"


def test_mark_needs_the_flag() -> None:
    accept("Mark 0 landing 0\nRetM\nlanding:\nRetM", marks=True)
    refuse("not said to have marks", "Mark 0 landing 0\nRet\nlanding:\nRet")
    refuse("type out of range", "Mark 0 landing 999\nRetM\nlanding:\nRetM", marks=True)


def test_landing_values() -> None:
    text = "Mark 0 landing {}\nLoadInt 3 1\nCall 3 0 leave\nUnreachable\nlanding:\n{}\nRetM"
    accept(text.format(2, "LandX 1\nIntNeg 1 1"), marks=True)
    accept(text.format(3, "LandX 1\nFloatNeg 1 1"), marks=True)
    refuse("x1 holds float", text.format(3, "LandX 1\nIntNeg 1 1"), marks=True)
    accept(text.format(7, "LandR 1\nStrToBytes 1 1"), marks=True)
    refuse("the value is a reference", text.format(7, "LandX 1"), marks=True)
    refuse("the value is a scalar", text.format(2, "LandR 1"), marks=True)
    refuse("not at a landing point", text.format(2, "Nop\nLandX 1"), marks=True)
    refuse("not at a landing point", text.format(2, "LandX 1\nLandX 1"), marks=True)
    refuse("not at a landing point", "LandX 0\nRet")
    refuse("not at a landing point", "LandR 0\nRet")


def test_landings_with_a_value_are_reached_by_exits_only() -> None:
    text = "Mark 0 landing 2\nLoadInt 3 1\n{}\nlanding:\nLandX 1\nRetM"
    accept(text.format("Call 3 0 leave\nUnreachable"), marks=True)
    refuse("other ways", text.format("Call 3 0 leave"), marks=True)
    refuse("other ways", text.format("Call 3 0 leave\nJmpIntEqI 0 0 landing\nUnreachable"), marks=True)
    refuse("other ways", "again:\nLandX 1\nMark 0 again 2\nRetM", marks=True)
    refuse(
        "other ways",
        "Mark 0 landing 2\nMoveX 3 0\nSwitch 0 [0: landing else landing]\nlanding:\nLandX 1\nRetM",
        marks=True,
    )


def test_values_of_one_type() -> None:
    text = "Mark 0 landing 2\nMark 1 landing {}\nLoadInt 3 1\nCall 3 0 leave\nUnreachable\nlanding:\n{}\nRetM"
    accept(text.format(2, "LandX 2"), marks=True)
    accept(text.format(3, "Nop"), marks=True)
    refuse("values of several types", text.format(3, "LandX 2"), marks=True)


def test_registers_at_landing() -> None:
    text = "LoadInt 1 5\nMark 0 landing 0\nMoveX {0} 1\nCall {0} 0 leave\nUnreachable\nlanding:\nMoveX 0 {1}\nRetM"
    accept(text.format(2, 1), marks=True)
    accept(text.format(2, 0), marks=True)
    refuse("x2 holds no value", text.format(2, 2), marks=True)
    refuse("x1 holds no value", text.format(1, 1), marks=True)


def test_registers_change_after_the_mark() -> None:
    text = "LoadInt 1 5\nMark 0 landing 0\nMoveX 2 1\nCall 2 0 inc\n{}\nLoadInt 2 1\nCall 2 0 inc\nRetM\nlanding:\nIntNeg 0 1\nRetM"
    accept(text.format("Nop"), marks=True)
    accept(text.format("LoadInt 1 6"), marks=True)
    refuse("x1 holds no value", text.format("LoadBool 1 1"), marks=True)
    # back in order before anything can leave
    accept(text.format("LoadBool 1 1\nLoadInt 1 6"), marks=True)


def test_unmark() -> None:
    text = "LoadInt 1 5\nMark 0 landing 0\nMoveX 2 1\nCall 2 0 inc\n{}\nLoadBool 1 1\nLoadInt 2 1\nCall 2 0 inc\nRetM\nlanding:\nIntNeg 0 1\nRetM"
    refuse("x1 holds no value", text.format("Nop"), marks=True)
    accept(text.format("Unmark 0"), marks=True)
    refuse("x1 holds no value", text.format("LoadInt 0 7\nUnmark 0"), marks=True)
    refuse("x3 holds no value", text.format("Unmark 3"), marks=True)
    accept(text.format("MoveX 3 0\nUnmark 3"), marks=True)


def test_unmark_takes_later_marks_too() -> None:
    text = """
        LoadInt 1 5
        Mark 0 one 0
        Mark 3 two 0
        Unmark {}
        LoadBool 1 1
        LoadInt 2 1
        Call 2 0 inc
        RetM
    one:
        Nop
        {}
        RetM
    two:
        IntNeg 1 1
        RetM
    """
    accept(text.format(0, "IntNeg 1 1"), marks=True)
    accept(text.format(3, "BoolNot 1 1"), marks=True)
    refuse("holds bool", text.format(3, "IntNeg 1 1"), marks=True)


def test_marks_in_loops() -> None:
    """A mark that a path leaves behind may be active in the next turn."""
    text = """
        LoadInt 0 0
    next:
        {}
        MoveX 3 0
        Call 3 0 inc
        LoadInt 1 1
        Mark 2 landing 0
        MoveX 3 0
        Call 3 0 inc
        {}
        LoopIncLt 0 1 next
        RetM
    landing:
        IntNeg 1 1
        Unmark 2
        RetM
    """
    accept(text.format("Nop", "Unmark 2"), marks=True)
    refuse("x1 holds", text.format("Nop", "Nop"), marks=True)
    refuse("x1 holds", text.format("LoadBool 1 1", "Nop"), marks=True)
    accept(text.format("LoadBool 1 1", "Unmark 2"), marks=True)


def test_stale_tokens() -> None:
    """A token of an earlier run of a mark does not take the latest one away."""
    text = """
        LoadInt 0 0
        Mark 1 landing 0
        MoveX 2 1
        Unmark 1
        LoadInt 1 5
    next:
        Mark 3 landing 0
        MoveX 2 {}
        Unmark 3
        LoopIncLt 0 1 next
        LoadInt 1 5
        Mark 3 landing 0
        Unmark {}
        LoadBool 1 1
        LoadInt 4 1
        Call 4 0 inc
        RetM
    landing:
        IntNeg 1 1
        RetM
    """
    accept(text.format(3, 3), nx=5, marks=True)
    refuse("x1 holds", text.format(3, 2), nx=5, marks=True)


def test_stale_token_of_the_same_mark() -> None:
    text = """
        LoadInt 2 0
    next:
        LoadInt 1 5
        Mark 3 landing 0
        {}
        Unmark 2
        LoadBool 1 1
        LoadInt 4 1
        Call 4 0 inc
        MoveX 2 3
        Unmark 3
        LoopIntLtI 2 9 next
        RetM
    landing:
        IntNeg 1 1
        RetM
    """
    accept(text.format("MoveX 2 3"), nx=5, marks=True)
    refuse("x1 holds", text.format("Nop"), nx=5, marks=True)


def test_unmark_of_an_unknown_token() -> None:
    """It may take away a mark that counts as certain; then the token of that one takes nothing away."""
    text = """
        LoadInt 1 5
        Mark 0 one 0
        {}
        Unmark 3
        Mark 2 two 0
        Unmark 0
        LoadBool 1 1
        LoadInt 4 1
        Call 4 0 inc
        RetM
    one:
        Nop
        RetM
    two:
        IntNeg 1 1
        RetM
    """
    refuse("x1 holds", text.format("IntAddI 3 0 0"), nx=5, marks=True)
    refuse("x1 holds", text.format("MoveX 3 0"), nx=5, marks=True)


def test_tokens_are_ints() -> None:
    accept(
        "Mark 0 landing 0\nIntAdd 1 0 0\nMoveX 2 0\nCall 2 0 inc\nNewX1 0 cell 0\nRetM\nlanding:\nRetM",
        marks=True,
    )
    accept("Mark 0 landing 0\nIntAdd 0 0 0\nIntEq 1 0 0\nJmpIntEq 0 0 landing\nlanding:\nRetM", marks=True)
    refuse("a token", "Mark 0 landing 0\nFloatNeg 0 0\nRetM\nlanding:\nRetM", marks=True)
    accept("Mark 0 landing 0\nRetMX 0\nlanding:\nRetMX 0", [], INT, marks=True)


def test_exits() -> None:
    accept("ExitX 0 1 0 2", [INT, INT])
    accept("ExitR 0 0 2 7", [INT, STRING])
    refuse("x0 holds float", "ExitX 0 1 0 2", [FLOAT, INT])
    refuse("x1 holds float", "ExitX 0 1 0 2", [INT, FLOAT])
    refuse("invalid kind", "ExitX 0 1 3 2", [INT, INT])
    refuse("out of range", "ExitX 0 1 0 999", [INT, INT])
    refuse("other registers", "ExitX 0 1 0 7", [INT, INT])
    refuse("other registers", "ExitR 0 0 0 2", [INT, STRING])
    refuse("r0 holds", "ExitR 0 0 0 8", [INT, STRING])


def test_exit_within_the_function() -> None:
    text = "LoadInt 1 5\nMark 0 landing 2\n{}\nExitX 0 0 0 2\nlanding:\nLandX 2\nIntAdd 2 2 1\nRetM"
    accept(text.format("Nop"), marks=True)
    refuse("x1 holds", text.format("LoadBool 1 1"), marks=True)


# ---------------------------------------------------------------- limits


def test_too_large() -> None:
    branches = "\n".join(f"JmpIntEqI 0 {i} l{i}\nl{i}:" for i in range(600))
    accept(branches + "\nRet", [INT])
    refuse("too large", branches + "\nRet", [INT], nx=0xFFFF, nr=0xFFFF)


def test_too_complex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long windows; registers that change one by one, in a loop."""
    monkeypatch.setattr(verifier, "_WORK", 1 << 20)
    calls = "LoadInt 0 0\nCall 0 0 inc\n" * 2000
    accept(calls + "Ret")
    refuse("too complex", calls + "Ret", nx=0xFFFF)
    n = 1000
    chain = (
        "".join(f"LoadObj {i} text\n" for i in range(n))
        + "next:\n"
        + "".join(f"MoveR {i} {i - 1}\n" for i in range(n - 1, 0, -1))
    )
    refuse("too complex", chain + "LoadObj 0 blob\nLoopIntLtI 0 1 next\nRet", [INT], nr=n)
