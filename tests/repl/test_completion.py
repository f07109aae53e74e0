"""Completion: names that the checker knows at the cursor."""

from __future__ import annotations

import pytest

from rusk.repl.completion import complete
from rusk.repl.session import Repl


@pytest.fixture(scope="module")
def repl() -> Repl:
    repl = Repl({})
    repl.run(
        "struct Point { across: int, down: int } impl Point { fn length() -> int { 1 } static fn zero() -> Point { Point { across: 0, down: 0 } } }"
        ' interface Named { fn name() -> string; } impl Named for Point { fn name() -> string { "p" } } enum Color { Red, Mixed(int, int) }'
        " fn compute(p: Point) -> Point { p } mod shapes { pub fn circle() {} fn hidden() {} pub mod deep {} }"
    )
    repl.run('let point = Point { across: 1, down: 2 }; let texts = ["a"]; const pair = (1, point)')
    return repl


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("point.", {"across", "down", "length", "name"}),
        ("point.a", {"across"}),
        ("f(compute(point).d", {"down"}),
        ("if true { [1, point.acr", {"across"}),
        ("let q = point; q.l", {"length"}),
        ("texts[0].is_e", {"is_empty"}),
        ("texts.iter().ma", {"map"}),
        ("pair.1.na", {"name"}),
        ("|p: Point| { p.a", {"across"}),
        ("Color::", {"Red", "Mixed"}),
        ("Point::z", {"zero"}),
        ("shapes::", {"circle", "deep"}),
        ("core::opt", {"option"}),
        ("core::map::M", {"Map"}),
        ("std::printl", {"println"}),
        ("comp", {"compute"}),
        ("poi", {"point"}),
        ("whi", {"while"}),
        ("1 + poin", {"point"}),
        ('"point.', set()),
        ("nope.x", set()),
        ("// po", set()),
    ],
)
def test_names(repl: Repl, text: str, wanted: set[str]) -> None:
    _, found = complete(repl, text)
    names = {m.name for m in found}
    assert names == wanted if not text.endswith("::") else wanted <= names, names
    assert not any(name.startswith("__") for name in names)


def test_where_the_name_begins(repl: Repl) -> None:
    assert complete(repl, "1 + poi")[0] == 4
    assert complete(repl, "point.")[0] == 6


def test_details(repl: Repl) -> None:
    found = {m.name: (m.kind, m.detail) for m in complete(repl, "point.")[1]}
    assert found["across"] == ("field", "int")
    assert found["length"] == ("method", "() -> int")
    assert {m.name: m.detail for m in complete(repl, "comput")[1]} == {"compute": "(p: Point) -> Point"}
