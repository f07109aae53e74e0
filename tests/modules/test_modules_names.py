"""The rules of names: duplicates, paths, `use`, the prelude, visibility (05 §1.2, §2, §3)."""

from __future__ import annotations

import pytest
from modules_cases import CASES
from types_support import check, expected, explain, found


@pytest.mark.parametrize("name", CASES)
def test_names(name: str) -> None:
    """Exactly the marked errors are reported, at the marked places."""
    world = check(CASES[name])
    assert found(world) == expected(CASES[name]), explain(world)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("mod shapes {} use shpes; fn main() {}", "shapes"),
        ("mod shapes { pub fn area() {} } use shapes::aera; fn main() {}", "area"),
        ("mod shapes { pub fn area() {} } use shpes::area; fn main() {}", "shapes"),
        ("enum Kind { Dot } use Kind::Dto; fn main() {}", "Dot"),
        ("struct Point {} fn f(p: Piont) {} fn main() {}", "Point"),
        ("mod shapes { pub struct Point {} } fn f(p: shapes::Piont) {} fn main() {}", "Point"),
        ("fn f<Item>(p: Itme) {} fn main() {}", "Item"),
    ],
)
def test_did_you_mean(text: str, near: str) -> None:
    """A name that is not found gets a similar one as help (09 §1)."""
    (found,) = check(text).diags.sorted()
    assert found.help == f"did you mean `{near}`?"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("fn f() {} fn f() {} fn main() {}", 3),
        ("struct S { a: int, a: int } fn main() {}", 11),
        ("enum E { A, A } fn main() {}", 9),
        ("interface I { type X; type X; } fn main() {}", 19),
        ("interface I { fn m() -> int; fn m() -> int; } fn main() {}", 17),
        ("struct S {} impl S { fn m() {} fn m() {} } fn main() {}", 24),
        ("fn f<T, T>(x: T) {} fn main() {}", 5),
        ("mod a { pub fn f() {} } fn f() {} use a::f; fn main() {}", 27),
    ],
)
def test_first_definition(text: str, first: int) -> None:
    """An error about a duplicate shows the first definition too."""
    (found,) = check(text).diags.sorted()
    assert [s[1] for s in found.secondary] == [first]
