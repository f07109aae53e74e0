"""Values across the boundary (08 §4), on hand-made images: every entry point gives back what it gets."""

from __future__ import annotations

import array
import math
import os
from typing import Any

import pytest
from asm import Asm

import rusk
from rusk.code import image as im
from rusk.code.image import BOOL, BYTE, BYTES, CHAR, FLOAT, INT, STRING, UNIT


class Echo(Asm):
    """An image of functions ``fn(T) -> T``."""

    def echo(self, name: str, type: int) -> None:
        scalar = self.scalar(type)
        self.func(name, [type], type, int(scalar), int(not scalar), "RetX 0" if scalar else "RetR 0")
        self.image.entries.append(im.Entry(name, len(self.image.funcs) - 1))


def program() -> rusk.Program:
    a = Echo()
    for name, type in zip(
        ("unit", "bool", "int", "float", "byte", "char", "string", "bytes"),
        (UNIT, BOOL, INT, FLOAT, BYTE, CHAR, STRING, BYTES),
        strict=True,
    ):
        a.echo(name, type)
    ints = a.array("ints", INT)
    a.echo("ints", ints)
    a.echo("rows", a.array("rows", ints))
    a.echo("floats", a.array("floats", FLOAT))
    a.echo("data", a.array("data", BYTE))
    a.echo("flags", a.array("flags", BOOL))
    a.echo("words", a.array("words", STRING))
    point = a.struct("geo::Point", x=INT, name=STRING, y=FLOAT)
    a.echo("point", point)
    a.echo("points", a.array("points", point))
    a.echo("pair", a.tuple("pair", INT, point))
    shape = a.enum("geo::Shape", Circle=(FLOAT,), Named=(STRING, INT), Empty=())
    a.echo("shape", shape)
    a.echo("chain", a.enum("Chain", End=(), Link=(INT, -1)))
    option = a.enum("core::option::Option", Some=(INT,), None_=())
    a.image.types[option].variants[1].name = "None"
    a.image.types[option].text = "Option<int>"
    a.echo("option", option)
    nested = a.enum("core::option::Option", Some=(option,), None_=())
    a.image.types[nested].variants[1].name = "None"
    a.echo("nested", nested)
    a.echo("result", a.enum("core::result::Result", Ok=(option,), Err=(STRING,)))
    newtype = a.struct("UserId", _0=INT)
    a.image.types[newtype].newtype = True
    a.echo("newtype", newtype)
    return rusk.Program(a.finish())


P = program()
T = P.types
Point, Shape = T.geo.Point, T.geo.Shape


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unit", None),
        ("bool", True),
        ("int", -(2**63)),
        ("float", -0.0),
        ("float", math.inf),
        ("byte", 255),
        ("char", "\U0001f600"),
        ("string", "a\0ü"),
        ("string", ""),
        ("bytes", b"\0\xff"),
        ("ints", []),
        ("ints", [1, -2, 3]),
        ("rows", [[1], [], [2, 3]]),
        ("floats", [1.5, -0.0]),
        ("data", [0, 255]),
        ("flags", [True, False]),
        ("words", ["a", "", "ü"]),
        ("point", Point(1, "p", 2.5)),
        ("point", Point(y=2.5, x=1, name="p")),
        ("points", [Point(1, "p", 2.5), Point(2, "q", 0.0)]),
        ("pair", (7, Point(1, "p", 2.5))),
        ("shape", Shape.Circle(2.0)),
        ("shape", Shape.Named("n", 3)),
        ("shape", Shape.Empty()),
        ("option", None),
        ("option", rusk.Some(3)),
        ("nested", rusk.Some(None)),
        ("nested", rusk.Some(rusk.Some(1))),
        ("nested", None),
        ("result", rusk.Ok(rusk.Some(1))),
        ("result", rusk.Ok(None)),
        ("result", rusk.Err("e")),
        ("newtype", T.UserId(5)),
    ],
)
def test_round_trip(name: str, value: Any) -> None:
    got = P.call(name, value)
    assert got == value
    assert type(got) is type(value)
    assert repr(got) == repr(value)


def test_nan() -> None:
    assert math.isnan(P.call("float", math.nan))


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("float", 3, 3.0),
        ("ints", (1, 2), [1, 2]),
        ("ints", array.array("q", [1, 2]), [1, 2]),
        ("floats", array.array("d", [1, 2]), [1.0, 2.0]),
        ("data", b"ab", [97, 98]),
        ("data", bytearray(b"ab"), [97, 98]),
        ("ints", memoryview(array.array("q", [4])), [4]),
        ("bytes", bytearray(b"x"), b"x"),
        ("point", {"x": 1, "name": "n", "y": 2}, Point(1, "n", 2.0)),
        ("option", 3, rusk.Some(3)),
    ],
)
def test_accepted(name: str, value: Any, same: Any) -> None:
    assert P.call(name, value) == same


class Index:
    def __index__(self) -> int:
        return 4


def test_index() -> None:
    assert P.call("int", Index()) == 4


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("unit", 0, "arg 0: expected unit, got int"),
        ("bool", 1, "expected bool, got int"),
        ("int", True, "expected int, got bool"),
        ("int", 2**63, "expected int, got 9223372036854775808"),
        ("int", 1.0, "expected int, got float"),
        ("float", 2**53 + 1, "expected float, got an int that is no exact float"),
        ("float", "1", "expected float, got str"),
        ("byte", 256, "expected byte, got 256"),
        ("char", "ab", "expected char"),
        ("char", "\ud800", "expected char"),
        ("string", "\ud800", "expected string, got a str with lone surrogates"),
        ("string", b"", "expected string, got bytes"),
        ("bytes", "", "expected bytes, got str"),
        ("ints", "ab", "expected [int], got str"),
        ("ints", iter([1]), "expected [int], got list_iterator"),
        ("ints", b"ab", "expected [int], got bytes"),
        ("ints", array.array("d", [1.0]), "expected [int], got array"),
        ("ints", [1, "x"], "arg 0[1]: expected int, got str"),
        ("rows", [[1], [2, None]], "arg 0[1][1]: expected int, got NoneType"),
        ("points", [Point(1, "p", "no")], "arg 0[0].y: expected float, got str"),
        ("point", {"x": 1, "name": "n"}, "expected geo::Point, got dict"),
        ("pair", (1,), "got a tuple of length 1"),
        ("pair", [1, 2], "got list"),
        ("nested", 3, "got int"),
        ("result", 3, "got int"),
        ("shape", Point(1, "p", 1.0), "expected geo::Shape, got Point"),
    ],
)
def test_mismatch(name: str, value: Any, text: str) -> None:
    with pytest.raises(rusk.HostTypeError) as caught:
        P.call(name, value)
    assert text in str(caught.value)
    assert isinstance(caught.value, TypeError)


def test_foreign_class() -> None:
    with pytest.raises(rusk.HostTypeError):
        P.call("point", program().types.geo.Point(1, "p", 2.0))


def test_sharing_is_kept() -> None:
    row = [1, 2]
    got = P.call("rows", [row, row, [1, 2]])
    assert got[0] is got[1] and got[0] is not got[2]


def test_cycles_are_errors() -> None:
    rows: list[Any] = []
    rows.append(rows)
    with pytest.raises(rusk.HostTypeError):
        P.call("rows", rows)
    link = T.Chain.Link(1, None)
    link._1 = link
    with pytest.raises(rusk.HostTypeError, match="cyclic"):
        P.call("chain", link)


def test_depth() -> None:
    value = T.Chain.End()
    n = 200 if os.environ.get("RUSK_STRESS") == "1" else 200_000
    for i in range(n):
        value = T.Chain.Link(i, value)
    got = P.call("chain", value)
    seen = 0
    while isinstance(got, T.Chain.Link):
        seen += 1
        got = got._1
    assert seen == n


def test_classes() -> None:
    assert Point.__match_args__ == ("x", "name", "y")
    assert repr(Point(1, "p", 2.0)) == "Point(x=1, name='p', y=2.0)"
    assert repr(Shape.Circle(2.0)) == "Shape.Circle(2.0)"
    assert isinstance(Shape.Empty(), Shape)
    match P.call("shape", Shape.Named("n", 3)):
        case Shape.Circle(_):
            raise AssertionError
        case Shape.Named(n, i):
            assert (n, i) == ("n", 3)
    for wrong in ({"x": 1}, {"x": 1, "name": "", "y": 1.0, "z": 1}):
        with pytest.raises(TypeError):
            Point(**wrong)
    with pytest.raises(TypeError):
        Point(1, "p", 2.0, 3)
    with pytest.raises(TypeError):
        Shape()
    with pytest.raises(AttributeError):
        T.Nothing  # noqa: B018


def test_wrong_calls() -> None:
    with pytest.raises(TypeError):
        P.call("int")
    with pytest.raises(rusk.InvalidStateError):
        P.call("nothing", 1)
    with pytest.raises(rusk.InvalidStateError):
        P.run()


def test_memory_limit() -> None:
    with pytest.raises(rusk.Trap, match="memory limit exceeded"):
        P.call("ints", [1] * 1_000_000, memory=1 << 20)
