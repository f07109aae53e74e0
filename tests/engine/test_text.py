"""Strings and bytes against Python's own."""

from __future__ import annotations

import decimal
import math
import random
import struct
from typing import Any

import pytest
from asm import BOOL, BYTE, BYTES, CHAR, FLOAT, INT, STRING, Asm

TEXTS = [
    "",
    "a",
    "abc",
    "héllo",
    "naïve☂",
    "🐍" * 7,
    "x" * 100,
    "é" * 100,
    "abc" + "☂" * 30 + "z",
    "\0\n\t",
    "\u0080\u07ff\u0800\uffff\U00010000\U0010ffff",
]


def fn(params: list[int], ret: int, code: str, **options: Any) -> Any:
    a = Asm()
    for name, elem in (("ints", INT), ("chars", CHAR), ("bytes_", BYTE)):
        t = a.array(name, elem)
        params = [t if p == -1 - elem else p for p in params]
        ret = t if ret == -1 - elem else ret
    a.func("f", params, ret, 5, 5, code)
    return lambda *args: a.run("f", *args, **options)


def test_concat_and_compare() -> None:
    concat = fn([STRING, STRING], STRING, "StrConcat 2 0 1\nRetR 2")
    join = fn([STRING, STRING], STRING, "StrConcatN 2 [0 1 0 1 1]\nRetR 2")
    ops = {
        op: fn([STRING, STRING], BOOL, f"{op} 0 0 1\nRetX 0") for op in ("StrEq", "StrNe", "StrLt", "StrLe")
    }
    jump = fn([STRING, STRING], INT, "JmpStrEq 0 1 yes\nRetI 0\nyes:\nRetI 1")
    for x in TEXTS:
        for y in TEXTS:
            assert concat(x, y) == x + y
            assert join(x, y) == x + y + x + y + y
            assert [f(x, y) for f in ops.values()] == [x == y, x != y, x < y, x <= y]
            assert jump(x, y) == (x == y)


@pytest.mark.parametrize("stress", [False, True])
def test_appending(stress: bool) -> None:
    """Texts that share a growing buffer do not see each other's bytes."""
    f = fn([STRING, STRING, INT], STRING, """
        LoadInt 1 0
        MoveR 2 0
        MoveR 3 0
    next:
        StrConcat 2 2 1       # grows
        StrConcatN 3 [2 0 1]  # branches off
        StrConcat 4 2 0       # again, from the same end
        StrConcat 2 2 0
        LoopIncLt 1 0 next
        StrConcatN 2 [2 3 4]
        RetR 2
    """, stress=stress)  # fmt: skip
    x, y, n = "abc☂", "defghij", 60 if stress else 300
    grow = branch = again = x
    for _ in range(n):
        grow += y
        branch = grow + x + y
        again = grow + x
        grow += x
    assert f(x, y, n) == grow + branch + again


def slice_model(prefix: str, n: int, start: int, end: int, chars: bool) -> str | None:
    if start < 0:
        return f"{prefix}: from must be >= 0"
    if end < -1:
        return f"{prefix}: to must be >= 0"
    if not chars and end == -1:
        end = n
    if end >= 0 and start > end:
        return f"{prefix}: from > to"
    if chars and start > n:
        return f"{prefix}: from out of bounds"
    if end > n:
        return f"{prefix}: to out of bounds"
    return None


@pytest.mark.parametrize("stress", [False, True])
def test_slices(stress: bool) -> None:
    s = fn([STRING, INT, INT], STRING, "StrSlice 1 0 0 1\nRetR 1", stress=stress)
    b = fn([STRING, INT, INT], BYTES, "StrByteSlice 1 0 0 1\nRetR 1", stress=stress)
    y = fn([BYTES, INT, INT], BYTES, "BytesSlice 1 0 0 1\nRetR 1", stress=stress)
    for x in TEXTS:
        data = x.encode()
        for start in (-1, 0, 1, 2, 9, 33, 99, 100, 101):
            for end in (-2, -1, 0, 1, 2, 17, 33, 99, 100, 101):
                bad = slice_model("trap: core::intrinsics::string_slice", len(x), start, end, True)
                assert s(x, start, end) == (bad or x[start : None if end == -1 else end])
                stop = None if end == -1 else end
                assert b(x, start, end) == (
                    slice_model("trap: core::intrinsics::string_byte_slice", len(data), start, end, False)
                    or data[start:stop]
                )
                assert y(data, start, end) == (
                    slice_model("trap: core::intrinsics::bytes_slice", len(data), start, end, False)
                    or data[start:stop]
                )


def test_slice_of_slice_keeps_owner() -> None:
    f = fn([STRING, INT], STRING, """
        LoadInt 1 1
        LoadInt 2 90
        StrSlice 1 0 1 2
        LoadInt 2 80
        StrSlice 1 1 1 2
        LoadInt 3 0
        MoveR 0 1
    next:
        StrConcat 2 0 0
        LoopIncLt 3 0 next
        RetR 1
    """)  # fmt: skip
    text = "".join(chr(33 + i) for i in range(93))
    assert f(text, 20000) == text[1:90][1:80]


def test_characters() -> None:
    nxt = fn([STRING, INT], INT, "StrNextIndex 0 0 0\nRetX 0")
    at = fn([STRING, INT], INT, "StrCodepointAt 0 0 0\nRetX 0")
    it = fn([STRING], -1 - CHAR, """
        NewArray 1 chars []
        LoadInt 0 0
        BytesLen 1 0
        Jmp test
    next:
        StrIter 2 0 0
        ArrPushW 1 2
    test:
        LoopIntLt 0 1 next
        RetR 1
    """)  # fmt: skip
    two = fn([STRING, INT], CHAR, "StrCharNext 1 0 0\nStrCharAt 0 0 1\nRetX 0")
    for x in TEXTS:
        assert it(x) == list(x)
        offset = 0
        for c in x:
            assert at(x, offset) == ord(c)
            offset += len(c.encode())
            assert nxt(x, offset - len(c.encode())) == offset
        assert nxt(x, offset) == -1
        assert at(x, offset) == "trap: core::intrinsics::string_codepoint_at: idx out of bounds"
    assert nxt("é", 1) == "trap: core::intrinsics::string_next_index: invalid UTF-8 boundary"
    assert nxt("é", 3) == "trap: core::intrinsics::string_next_index: idx out of bounds"
    assert at("é", -1) == "trap: core::intrinsics::string_codepoint_at: idx must be >= 0"
    assert two("é☂", 0) == "☂"
    assert two("é☂", 1).startswith("trap: index out of bounds")


BAD = [b"\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x90", b"a\xf0\x9f\x90b", b"\xe2\x98", b"\xff\xfe",
       b"ok\xe2(\xa1", b"\xf8\x88\x80\x80\x80", b"abcdefgh\xc3", "é☂🐍".encode() + b"\xf1"]  # fmt: skip


def test_utf8() -> None:
    decode = fn([BYTES], STRING, "StrFromUtf8 0 0\nRetR 0")
    valid = fn([BYTES], BOOL, "Utf8Valid 0 0\nRetX 0")
    rng = random.Random(3)
    inputs = (
        BAD
        + [t.encode() for t in TEXTS]
        + [
            bytes(rng.choice(b"\x00a\x80\xbf\xc3\xe2\x98\xf0\x9f\x90\x8d\xed\xa0\xff") for _ in range(12))
            for _ in range(300)
        ]
    )
    for data in inputs:
        assert decode(data) == data.decode("utf-8", "replace"), data
        try:
            data.decode()
            ok = True
        except UnicodeDecodeError:
            ok = False
        assert valid(data) is ok
    back = fn([STRING], BYTES, "StrToBytes 0 0\nRetR 0")
    assert [back(t) for t in TEXTS] == [t.encode() for t in TEXTS]


def test_utf16() -> None:
    decode = fn([-1 - INT], STRING, "StrFromUtf16 0 0\nRetR 0")
    valid = fn([-1 - INT], BOOL, "Utf16Valid 0 0\nRetX 0")
    rng = random.Random(4)
    cases = [[9786, 0xD83D, 0xDC0D, 0xD83D], [0xDC00], [0x10000], [-1, 65], [0xD800, 0xD800, 0xDC00]]
    cases += [[rng.choice((65, 0xD83D, 0xDC0D, 0x2602)) for _ in range(6)] for _ in range(100)]
    for units in cases:
        fine = [u if 0 <= u <= 0xFFFF else 0xDC00 for u in units]  # a lone surrogate instead
        data = struct.pack(f"<{len(fine)}H", *fine)
        assert decode(units) == data.decode("utf-16-le", "replace"), units
        try:
            data.decode("utf-16-le")
            assert valid(units) is True
        except UnicodeDecodeError:
            assert valid(units) is False


def test_chars_and_bytes() -> None:
    chars = fn([-1 - CHAR], STRING, "StrFromChars 0 0\nRetR 0")
    for t in TEXTS:
        assert chars(list(t)) == t
    to_array = fn([BYTES], -1 - BYTE, "BytesToArray 0 0 bytes_\nRetR 0")
    from_array = fn([-1 - BYTE], BYTES, "BytesFromArray 0 0\nRetR 0")
    for t in TEXTS:
        assert to_array(t.encode()) == list(t.encode())
        assert from_array(list(t.encode())) == t.encode()
    get = fn([BYTES, INT], BYTE, "BytesGet 0 0 0\nRetX 0")
    assert get(b"ab", 1) == 98
    assert get(b"ab", 2) == "trap: index out of bounds: index=2, len=2"
    assert get(b"", -1) == "trap: index out of bounds: index=-1, len=0"


def test_to_text() -> None:
    integer = fn([INT], STRING, "IntToStr 0 0\nRetR 0")
    for v in (0, 7, -1, 10, 12345678901, -(1 << 63), (1 << 63) - 1):
        assert integer(v) == str(v)
    assert fn([BOOL], STRING, "BoolToStr 0 0\nRetR 0")(True) == "true"
    assert fn([CHAR], STRING, "CharToStr 0 0\nRetR 0")("🐍") == "🐍"
    assert fn([BYTES], STRING, "BytesToStr 0 0\nRetR 0")(b"abc") == "bytes(len=3)"


def positional(v: float) -> str:
    if math.isnan(v):
        return "NaN"
    text = format(__import__("decimal").Decimal(repr(v)), "f") if math.isfinite(v) else repr(v)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def notation(v: float) -> str:
    if math.isnan(v):
        return "NaN"
    text = repr(v)
    return text if "e" not in text else text.replace("e+", "e").replace("e-0", "e-")


def floats() -> list[float]:
    rng = random.Random(5)
    out = [0.0, -0.0, 1.0, 0.1 + 0.2, 100.0 / 3.0, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, math.inf, -math.inf, math.nan, 1e22,
           1e23, 9007199254740993.0, 2.0**-44, 1e15, 1e16, 1e17, 123456789012345680.0, 1e-4, 9.999e-5, 0.00012, 1e100, -2.5]  # fmt: skip
    out += [2.0**n for n in range(-1074, 1024)] + [10.0**n for n in range(-320, 309)]
    out += [struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0] for _ in range(3000)]
    out += [rng.randrange(1 << 53) / 10 ** rng.randrange(20) for _ in range(1000)]
    return out


def test_float_text() -> None:
    a = Asm()
    t = a.array("floats", FLOAT)
    s = a.array("strings", STRING)
    a.func("f", [t], s, 3, 3, """
        NewArray 1 strings []
        LoadInt 0 0
        ArrLen 1 0
    next:
        ArrGetW 2 0 0
        FloatToStr 2 2
        ArrPushR 1 2
        LoopIncLt 0 1 next
        RetR 1
    """)  # fmt: skip
    values = floats()
    for v, text in zip(values, a.run("f", values), strict=False):
        assert text == positional(v), v
    a.func("same", [t], t, 0, 1, "RetR 0")
    assert a.text("same", values) == "[" + ", ".join(notation(v) for v in values) + "]"


HARD = [
    "1e23", "9007199254740993", "2.2250738585072011e-308", "4.9e-324", "2.4703282292062327e-324", "2.47032822920623272e-324",
    "1.7976931348623158e308", "0." + "0" * 400 + "1e390", "0" * 1000 + "1.5", "1" + "0" * 400 + "e-390", "9007199254740992." + "0" * 900 + "1",
    "9007199254740993." + "0" * 900, "0." + "0" * 3000 + "123456e3001", "-1e-400", "0e999999999999999999999", "1e-999999999999999999",
    "1" * 300 + "." + "7" * 900,
]  # fmt: skip


def test_parse_hard_numbers() -> None:
    """Numbers for which the first digits do not decide, against Python's reader; and numbers half way between two doubles."""
    a = Asm()
    a.func("f", [STRING], FLOAT, 1, 1, "FloatParse 0 0\nRetX 0")
    rng = random.Random(7)
    texts = list(HARD)
    with decimal.localcontext() as context:
        context.prec = 1200
        for _ in range(200):
            v = abs(struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0])
            if math.isfinite(v) and v < 1e308:
                middle = (decimal.Decimal(v) + decimal.Decimal(math.nextafter(v, math.inf))) / 2
                texts += [str(middle), format(middle, "e").replace("e", "1e")]
    for text in texts:
        assert struct.pack("<d", a.run("f", text)) == struct.pack("<d", float(text)), text


def test_parse() -> None:
    a = Asm()
    a.func("f_ok", [STRING], BOOL, 1, 1, "FloatParseOk 0 0\nRetX 0")
    a.func("f", [STRING], FLOAT, 1, 1, "FloatParse 0 0\nRetX 0")
    a.func("i_ok", [STRING], BOOL, 1, 1, "IntParseOk 0 0\nRetX 0")
    a.func("i", [STRING], INT, 1, 1, "IntParse 0 0\nRetX 0")
    for v in [v for v in floats() if math.isfinite(v)][::7]:
        text = repr(v)
        assert a.run("f_ok", text) is True and a.run("f", text) == v, text
    for text in (
        "1",
        "+1",
        "-0.5",
        "1.",
        ".5",
        "1e5",
        "1E-5",
        "0" * 400 + "1",
        "1e-400",
        "9" * 30,
        "123456789012345678901234567890e-10",
        "0.1" + "0" * 50,
    ):
        assert a.run("f_ok", text) is True and a.run("f", text) == float(text), text
    for text in (
        "",
        "+",
        ".",
        "e5",
        "1e",
        "1e+",
        "inf",
        "nan",
        "1e400",
        " 1",
        "1 ",
        "1_0",
        "0x1",
        "--1",
        "1.5.2",
        "é",
    ):
        assert a.run("f_ok", text) is False, text
    for v in (0, 1, -1, (1 << 63) - 1, -(1 << 63)):
        assert a.run("i_ok", str(v)) is True and a.run("i", str(v)) == v
    assert a.run("i", "+007") == 7
    for text in (
        "",
        "-",
        "+",
        "1.0",
        " 1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
        "1_0",
        "a",
    ):
        assert a.run("i_ok", text) is False, text


def test_hash() -> None:
    h = fn([INT], INT, "HashInt 0 0\nRetX 0")
    s = fn([STRING], INT, "HashStr 0 0\nRetX 0")
    c = fn([INT, INT], INT, "HashCombine 0 0 1\nRetX 0")
    assert h(1) == -8517097267634966620
    assert (s(""), s("abc")) == (-3750763034362895579, -1792535898324117685)
    assert c(1, 2) == 8581494755304202342


def test_notation() -> None:
    a = Asm()
    for t, v, text in ((CHAR, "'", r"'\''"), (CHAR, "\x07", r"'\u{7}'"), (STRING, 'a"b\\\n☂\u200b', '"a\\"b\\\\\\n☂\\u{200b}"'), (BOOL, False, "false"),
                       (BYTES, b'ab\xff"\0', 'b"ab\\xff\\"\\0"'), (INT, -5, "-5"), (BYTE, 5, "5")):  # fmt: skip
        ref = t in (STRING, BYTES)
        a.func(f"f{t}", [t], t, 1, 1, "RetR 0" if ref else "RetX 0")
        assert a.text(f"f{t}", v) == text
    p = a.tuple("pair", INT, STRING)
    a.func("p", [INT, STRING], p, 1, 1, "New 0 pair [0 0]\nRetR 0")
    assert a.text("p", 1, "a") == '(1, "a")'
    one = a.tuple("one", INT)
    a.func("o", [INT], one, 1, 1, "NewX1 0 one 0\nRetR 0")
    assert a.text("o", 1) == "(1,)"
