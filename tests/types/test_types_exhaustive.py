"""Exhaustiveness and reachability (02 §11)."""

from __future__ import annotations

import pytest
from types_support import check, explain

NOT_COVERED = [
    ("bool", "true => ()", "`false`"),
    ("Option<bool>", "Some(true) => (), None => ()", "`Some(false)`"),
    ("(bool, bool)", "(true, _) => (), (_, true) => ()", "`(false, false)`"),
    ("[bool]", "[true, ..] => (), [.., false] => ()", "`[]`, `[false, .., true]`"),
    ("[int]", "[] => (), [_, _, ..] => ()", "`[_]`"),
    ("[int]", "[_] => ()", "`[]`, `[_, _, ..]`"),
    ("[int]", "[] => (), [_, _] => ()", "`[_]`, `[_, _, _, ..]`"),
    ("[bool]", "[true, ..] => (), [_, _, _] => ()", "`[]`, `[false]`, `[false, _]` and 1 more"),
    ("int", "1 => (), 2 => ()", "`_`"),
    ("string", '"a" => ()', "`_`"),
    ("E", "E::A(true, _) => (), E::B => ()", "`E::A(false, _)`"),
    ("E", "E::A(_, 0) => (), E::B => ()", "`E::A(_, _)`"),
    ("S", "S { e: E::B, .. } => (), S { n: 1, .. } => ()", "`S { e: E::A(_, _), .. }`"),
    ("N", "N(true) => ()", "`N(false)`"),
    ("(int, bool)", "(1, true) => (), (_, false) => ()", "`(_, true)`"),
    ("Many", "Many::A => ()", "`Many::B`, `Many::C`, `Many::D` and 2 more"),
    ("Option<Option<bool>>", "Some(None) => (), None => ()", "`Some(Some(_))`"),
    ("readonly Option<int>", "Some(_) => ()", "`None`"),
]

COVERED = [
    ("bool", "true => (), false => ()"),
    ("E", "E::A(true, 0) => (), E::A(_, n) => (), E::B => ()"),
    ("[int]", "[] => (), [_] => (), [_, _, ..] => ()"),
    ("[int]", "[..] => ()"),
    (
        "(Option<bool>, bool)",
        "(Some(true), _) => (), (Some(false), _) => (), (None, true) => (), (None, false) => ()",
    ),
    ("(int, string, bool)", "(a, .., true) => (), (.., false) => ()"),
    ("unit", "() => ()"),
    ("S", "S { e: E::A(_, _), .. } => (), S { e: E::B, n } => ()"),
    ("N", "N(true) => (), N(false) => ()"),
    ("Void", "_ => ()"),
    ("readonly [bool]", "[] => (), [true, ..] => (), [false, ..] => ()"),
]

UNREACHABLE = [
    ("bool", "true => (), false => (), _ => ()", 1),
    ("int", "_ => (), 1 => ()", 1),
    ("int", "1 => (), 1 => (), _ => ()", 1),
    ("Option<bool>", "Some(_) => (), Some(true) => (), None => ()", 1),
    ("(bool, bool)", "(true, _) => (), (_, true) => (), (true, true) => (), _ => ()", 1),
    ("[int]", "[..] => (), [] => ()", 1),
    ("E", "E::A(_, _) => (), E::B => (), E::A(_, 1) => (), x => ()", 2),
]

ITEMS = """
enum E { A(bool, int), B } struct S { e: E, n: int } struct N(bool); enum Many { A, B, C, D, E, F } enum Void {}
"""


def program(ty: str, arms: str) -> str:
    return f"{ITEMS} fn f(x: {ty}) {{ match x {{ {arms} }} }} fn main() {{}}"


@pytest.mark.parametrize(("ty", "arms", "missing"), NOT_COVERED)
def test_not_covered(ty: str, arms: str, missing: str) -> None:
    world = check(program(ty, arms))
    assert [d.message for d in world.diags.sorted()] == [f"non-exhaustive match: {missing} not covered"]


@pytest.mark.parametrize(("ty", "arms"), COVERED)
def test_covered(ty: str, arms: str) -> None:
    world = check(program(ty, arms))
    assert not world.diags.items, explain(world)


@pytest.mark.parametrize(("ty", "arms", "count"), UNREACHABLE)
def test_unreachable(ty: str, arms: str, count: int) -> None:
    world = check(program(ty, arms))
    assert [d.name for d in world.diags.sorted()] == ["unreachable-arm"] * count, explain(world)


def test_effect_arms() -> None:
    world = check(
        "interface I<T> { fn op(a: T); } fn main() {"
        " match 1 { @I<int>.op(_) => (), @I<string>.op(_) => (), @I<int>.op(1) => (), _ => () } }"
    )
    assert [d.name for d in world.diags.sorted()] == ["unreachable-arm"]


def pairs(arms: list[str]) -> str:
    variants = ", ".join([f"V{i}" for i in range(100)])
    return (
        f"enum L {{ {variants} }} fn f(a: L, b: L) {{ match (a, b) {{ {', '.join(arms)} }} }} fn main() {{}}"
    )


def test_ten_thousand_pairs() -> None:
    arms = [f"(L::V{i}, L::V{j}) => ()" for i in range(100) for j in range(100)]
    assert not check(pairs(arms)).diags.items
    del arms[4271]
    (missing,) = check(pairs(arms)).diags.items
    assert missing.message == "non-exhaustive match: `(L::V42, L::V71)` not covered"


def test_many_wildcards() -> None:
    crossed = [f"(L::V{i}, _) => (), (_, L::V{i}) => ()" for i in range(100)]
    (warning,) = check(pairs(crossed)).diags.items
    assert warning.name == "unreachable-arm"
    rows = [f"(L::V{i}, L::V{i}) => ()" for i in range(100)] + [f"(L::V{i}, _) => ()" for i in range(98)]
    (missing,) = check(pairs(rows)).diags.items
    assert missing.message.endswith(
        "`(L::V98, L::V0)`, `(L::V98, L::V1)`, `(L::V98, L::V2)` and at least 97 more not covered"
    )


def test_the_arm_that_covers_is_named() -> None:
    """The note of an unreachable arm points at the first arm that covers it alone."""
    cases = [
        (
            "(bool, [int])",
            "(true, [1, ..]) => (), (true, [..]) => (), (true, [1, 2]) => (), _ => ()",
            "(true, [1, ..])",
        ),
        (
            "(bool, S)",
            "(_, S { e: E::B, .. }) => (), (true, S { e: E::B, n: 1 }) => (), _ => ()",
            "(_, S { e: E::B, .. })",
        ),
        ("Option<N>", "Some(N(true)) => (), Some(N(_)) => (), Some(N(x)) => (), None => ()", "Some(N(_))"),
        ("(unit, int)", "((), 2) => (), (_, 3) => (), (_, 2) => (), _ => ()", "((), 2)"),
    ]
    for ty, arms, first in cases:
        world = check(program(ty, arms))
        (warning,) = world.diags.items
        assert warning.name == "unreachable-arm"
        ((_, pos, end, _),) = warning.secondary
        assert program(ty, arms)[pos:end] == first, (ty, arms)


def test_blow_up() -> None:
    """The work is bounded; what is too complex to decide needs a `_`."""
    n = 24
    rows = [
        "(" + ", ".join([word if j == i else "_" for j in range(n)]) + ") => ()"
        for word in ("true", "false")
        for i in range(n)
    ]
    world = check(program("(" + ", ".join(["bool"] * n) + ")", ", ".join(rows)))
    assert all([d.name == "unreachable-arm" for d in world.diags.items])
    wide = ", ".join(["1"] * 400)
    check(program("[int]", f"[{wide}, ..] => (), [.., {wide}] => (), _ => ()"))
