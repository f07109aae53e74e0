"""Arithmetic, comparisons, jumps: results of single instructions."""

from __future__ import annotations

import math
import operator
import random
from typing import Any

import pytest
from asm import BOOL, BYTE, CHAR, FLOAT, INT, STRING, Asm

MIN, MAX = -(1 << 63), (1 << 63) - 1
EDGES = [
    0,
    1,
    -1,
    2,
    -2,
    7,
    -7,
    10,
    63,
    64,
    255,
    1 << 31,
    -(1 << 31),
    (1 << 32) - 1,
    1 << 32,
    MAX,
    MIN,
    MAX - 1,
    MIN + 1,
]


def wrap(v: int) -> int:
    return (v + (1 << 63)) % (1 << 64) - (1 << 63)


def binary(op: str, ta: int, tb: int, ret: int) -> Any:
    a = Asm()
    a.func("f", [ta, tb], ret, 3, 0, f"{op} 2 0 1\nRetX 2")
    return lambda x, y: a.run("f", x, y)


def unary(op: str, ta: int, ret: int, rest: str = "") -> Any:
    a = Asm()
    a.func("f", [ta], ret, 2, 0, f"{op} 1 0 {rest}\nRetX 1")
    return lambda x: a.run("f", x)


def tdiv(a: int, b: int) -> int:
    q = abs(a) // abs(b)
    return wrap(-q if (a < 0) != (b < 0) else q)


ARITHMETIC = {
    "IntAdd": operator.add,
    "IntSub": operator.sub,
    "IntMul": operator.mul,
    "IntAnd": operator.and_,
    "IntOr": operator.or_,
    "IntXor": operator.xor,
}
COMPARE = {"IntEq": operator.eq, "IntNe": operator.ne, "IntLt": operator.lt, "IntLe": operator.le}
COMPARE_I = {
    "IntEqI": operator.eq, "IntNeI": operator.ne, "IntLtI": operator.lt, "IntLeI": operator.le, "IntGtI": operator.gt, "IntGeI": operator.ge,
}  # fmt: skip


@pytest.mark.parametrize("op", ARITHMETIC)
def test_arithmetic(op: str) -> None:
    f = binary(op, INT, INT, INT)
    for x in EDGES:
        for y in EDGES:
            assert f(x, y) == wrap(ARITHMETIC[op](x, y)), (x, y)


def test_division() -> None:
    div, mod = binary("IntDiv", INT, INT, INT), binary("IntMod", INT, INT, INT)
    for x in EDGES:
        for y in EDGES:
            if y == 0:
                assert div(x, y) == "trap: int_div: division by zero"
                assert mod(x, y) == "trap: int_mod: modulo by zero"
            else:
                assert div(x, y) == tdiv(x, y), (x, y)
                assert mod(x, y) == wrap(x - y * (abs(x) // abs(y) * (-1 if (x < 0) != (y < 0) else 1))), (
                    x,
                    y,
                )


@pytest.mark.parametrize("y", [1, -1, 2, -2, 10, 32767, -32768])
def test_immediate(y: int) -> None:
    for x in EDGES:
        assert unary("IntAddI", INT, INT, str(y))(x) == wrap(x + y)
        assert unary("IntRsubI", INT, INT, str(y))(x) == wrap(y - x)
        assert unary("IntMulI", INT, INT, str(y))(x) == wrap(x * y)
        assert unary("IntDivI", INT, INT, str(y))(x) == tdiv(x, y)
        assert unary("IntModI", INT, INT, str(y))(x) == binary("IntMod", INT, INT, INT)(x, y)
        assert unary("IntAndI", INT, INT, str(y))(x) == x & y
        assert unary("IntOrI", INT, INT, str(y))(x) == x | y
        assert unary("IntXorI", INT, INT, str(y))(x) == x ^ y


def test_shifts() -> None:
    for x in EDGES:
        for n in (0, 1, 31, 32, 63):
            assert binary("IntShl", INT, INT, INT)(x, n) == wrap(x << n)
            assert binary("IntShr", INT, INT, INT)(x, n) == x >> n
            assert binary("IntUshr", INT, INT, INT)(x, n) == wrap((x % (1 << 64)) >> n)
            assert unary("IntShlI", INT, INT, str(n))(x) == wrap(x << n)
            assert unary("IntShrI", INT, INT, str(n))(x) == x >> n
            assert unary("IntUshrI", INT, INT, str(n))(x) == wrap((x % (1 << 64)) >> n)
    for op, name in (("IntShl", "int_shl"), ("IntShr", "int_shr"), ("IntUshr", "int_ushr")):
        assert binary(op, INT, INT, INT)(1, 64) == f"trap: {name}: shift amount out of range: 64"
        assert binary(op, INT, INT, INT)(1, -1) == f"trap: {name}: shift amount out of range: -1"


def test_unary() -> None:
    for x in EDGES:
        assert unary("IntNeg", INT, INT)(x) == wrap(-x)
        assert unary("IntNot", INT, INT)(x) == ~x
        assert unary("IntCountOnes", INT, INT)(x) == (x % (1 << 64)).bit_count()
        assert unary("IntLeadingZeros", INT, INT)(x) == 64 - (x % (1 << 64)).bit_length()
        assert unary("IntToByte", INT, BYTE)(x) == x % 256
    power = binary("IntPow", INT, INT, INT)
    assert power(3, 4) == 81 and power(2, 64) == 0 and power(-2, 63) == MIN and power(0, 0) == 1
    assert power(2, -1).startswith("trap: core::intrinsics::int_pow")


@pytest.mark.parametrize("op", COMPARE)
def test_comparison(op: str) -> None:
    f = binary(op, INT, INT, BOOL)
    for x in EDGES:
        for y in EDGES:
            assert f(x, y) is COMPARE[op](x, y)


@pytest.mark.parametrize("op", COMPARE_I)
def test_comparison_immediate(op: str) -> None:
    for y in (0, 1, -1, 63, 32767, -32768):
        f = unary(op, INT, BOOL, str(y))
        for x in EDGES:
            assert f(x) is COMPARE_I[op](x, y)


FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    -2.5,
    3.5,
    1e300,
    -1e300,
    5e-324,
    math.inf,
    -math.inf,
    math.nan,
    9.2233720368547758e18,
]


def same(x: float, y: float) -> bool:
    return (math.isnan(x) and math.isnan(y)) or (x == y and math.copysign(1, x) == math.copysign(1, y))


def fdiv(x: float, y: float) -> float:
    if y:
        return x / y
    if x == 0 or math.isnan(x) or math.isnan(y):
        return math.nan
    return math.copysign(math.inf, math.copysign(1, x) * math.copysign(1, y))


def fmod(x: float, y: float) -> float:
    try:
        return math.fmod(x, y)
    except ValueError:
        return math.nan


def test_float() -> None:
    ops = {
        "FloatAdd": operator.add,
        "FloatSub": operator.sub,
        "FloatMul": operator.mul,
        "FloatDiv": fdiv,
        "FloatMod": fmod,
    }
    for op, py in ops.items():
        f = binary(op, FLOAT, FLOAT, FLOAT)
        for x in FLOATS:
            for y in FLOATS:
                assert same(f(x, y), py(x, y)), (op, x, y)
    for x in FLOATS:
        assert same(unary("FloatNeg", FLOAT, FLOAT)(x), -x)
        assert same(unary("FloatAbs", FLOAT, FLOAT)(x), abs(x))
        if math.isfinite(x):
            assert unary("FloatFloor", FLOAT, FLOAT)(x) == math.floor(x)
            assert unary("FloatCeil", FLOAT, FLOAT)(x) == math.ceil(x)
            assert unary("FloatTrunc", FLOAT, FLOAT)(x) == math.trunc(x)
    assert unary("FloatRound", FLOAT, FLOAT)(2.5) == 3 and unary("FloatRound", FLOAT, FLOAT)(-2.5) == -3
    assert unary("FloatMath", FLOAT, FLOAT, "8")(8.0) == 3.0
    assert binary("FloatHypot", FLOAT, FLOAT, FLOAT)(3.0, 4.0) == 5.0


def test_float_compare() -> None:
    for op, py in (("Eq", operator.eq), ("Ne", operator.ne), ("Lt", operator.lt), ("Le", operator.le)):
        f = binary("Float" + op, FLOAT, FLOAT, BOOL)
        for x in FLOATS:
            for y in FLOATS:
                assert f(x, y) is py(x, y), (op, x, y)


def test_float_conversion() -> None:
    to_int, fits = unary("FloatToInt", FLOAT, INT), unary("FloatFitsInt", FLOAT, BOOL)
    for x in FLOATS:
        ok = math.isfinite(x) and -(2.0**63) <= x < 2.0**63
        assert fits(x) is ok
        assert to_int(x) == (
            math.trunc(x) if ok else "trap: core::intrinsics::float_to_int: value out of range"
        )
    assert to_int(-(2.0**63)) == MIN
    assert unary("IntToFloat", INT, FLOAT)(MAX) == float(MAX)
    assert unary("FloatToBits", FLOAT, INT)(-0.0) == MIN
    assert same(unary("FloatFromBits", INT, FLOAT)(MIN), -0.0)


def test_byte_char() -> None:
    for op, py in (
        ("ByteShl", lambda x, n: x << n & 255),
        ("ByteShr", operator.rshift),
        ("ByteUshr", operator.rshift),
    ):
        f = binary(op, BYTE, INT, BYTE)
        assert [f(0x9C, n) for n in range(8)] == [py(0x9C, n) for n in range(8)]
    assert binary("ByteShl", BYTE, INT, BYTE)(1, 8) == "trap: byte_shl: shift amount out of range: 8"
    assert unary("ByteNot", BYTE, BYTE)(0x0F) == 0xF0
    to_char, is_char = unary("IntToChar", INT, CHAR), unary("IntIsChar", INT, BOOL)
    prefix = "trap: core::intrinsics::int_to_char: "
    for v, text in ((-1, "value out of range"), (1 << 32, "value out of range"), (0xD800, "surrogate code point"), (0xDFFF, "surrogate code point"),
                    (0x110000, "invalid scalar value"), ((1 << 32) - 1, "invalid scalar value")):  # fmt: skip
        assert to_char(v) == prefix + text
        assert is_char(v) is False
    for v in (0, 0xD7FF, 0xE000, 0x10FFFF):
        assert to_char(v) == chr(v) and is_char(v) is True


JUMPS = {
    "IntEq": operator.eq, "IntNe": operator.ne, "IntLt": operator.lt, "IntLe": operator.le, "FloatEq": operator.eq, "FloatNe": operator.ne,
    "FloatLt": operator.lt, "FloatLe": operator.le, "FloatNotLt": lambda x, y: not x < y, "FloatNotLe": lambda x, y: not x <= y,
}  # fmt: skip


@pytest.mark.parametrize("op", JUMPS)
def test_jumps(op: str) -> None:
    floats = op.startswith("Float")
    t = FLOAT if floats else INT
    a = Asm()
    a.func("forward", [t, t], INT, 2, 0, f"Jmp{op} 0 1 yes\nRetI 0\nyes:\nRetI 1")
    a.func("backward", [t, t], INT, 2, 0, f"Jmp test\nyes:\nRetI 1\ntest:\nLoop{op} 0 1 yes\nRetI 0")
    for x in FLOATS if floats else EDGES:
        for y in FLOATS if floats else EDGES:
            assert a.run("forward", x, y) == a.run("backward", x, y) == JUMPS[op](x, y), (x, y)


def test_jumps_immediate() -> None:
    for op, py in COMPARE_I.items():
        a = Asm()
        a.func("f", [INT], INT, 1, 0, f"Jmp{op} 0 -5 yes\nRetI 0\nyes:\nRetI 1")
        for x in (-6, -5, -4, MIN, MAX):
            assert a.run("f", x) == py(x, -5)


def test_switch() -> None:
    a = Asm()
    a.func("f", [INT], INT, 1, 0, """
        Switch 0 [-1: m z one else d]
    m:
        RetI -1
    z:
        RetI 100
    one:
        RetI 101
    d:
        RetI 7
    """)  # fmt: skip
    assert [a.run("f", x) for x in (-2, -1, 0, 1, 2, MIN, MAX)] == [7, -1, 100, 101, 7, 7, 7]


def test_constants() -> None:
    a = Asm()
    a.const("big", 0x123456789ABCDEF0)
    a.const("pi", 3.14159)
    a.func("big_", [], INT, 1, 0, "LoadConst 0 big\nRetX 0")
    a.func("pi_", [], FLOAT, 1, 0, "LoadConst 0 pi\nRetX 0")
    a.func("char", [], CHAR, 1, 0, "LoadChar 0 0x1F40D\nRetX 0")
    a.func("neg", [], INT, 1, 0, "LoadInt 0 -2147483648\nRetX 0")
    a.string("hello", "hé")
    a.func("text", [], STRING, 1, 1, "LoadObj 0 hello\nRetR 0")
    assert a.run("big_") == 0x123456789ABCDEF0
    assert a.run("pi_") == 3.14159
    assert a.run("char") == "🐍"
    assert a.run("neg") == -(1 << 31)
    assert a.run("text") == "hé"


def test_random_arithmetic() -> None:
    rng = random.Random(1)
    div = binary("IntDiv", INT, INT, INT)
    for _ in range(300):
        x, y = wrap(rng.getrandbits(64) >> rng.randrange(64)), wrap(rng.getrandbits(64) >> rng.randrange(64))
        if y:
            assert div(x, y) == tdiv(x, y)
