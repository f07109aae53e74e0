"""Wording, help and notes of the checker's messages (09)."""

from __future__ import annotations

import pytest
from types_support import check

CASES: list[tuple[str, str, str | None]] = [
    ("interface I {} impl I { fn m() {} } fn main() {}", "cannot implement methods for `I`", None),
    ('fn main() { let n: int = "a"; }', "type mismatch: expected `int`, got `string`", None),
    (
        "struct S {} fn main() { let counter = 1; countr; }",
        "unknown value `countr`",
        "did you mean `counter`?",
    ),
    (
        "struct S { width: int } fn f(s: S) { s.widht; } fn main() {}",
        "no field `widht` on `S`",
        "did you mean `width`?",
    ),
    ("fn main() { [1].psh(2); }", "unknown method `psh` for `[int]`", "did you mean `push`?"),
    ("fn main() { [1].append(2); }", "unknown method `append` for `[int]`", "did you mean `push`?"),
    (
        'fn main() { "a".len(); }',
        "unknown method `len` for `string`",
        "`byte_len` counts bytes, `char_len` characters",
    ),
    (
        "fn f(m: readonly core::map::Map<int, int>) { m.has(1); } fn main() {}",
        "unknown method `has` for `core::map::Map<int, int>`",
        "did you mean `contains_key`?",
    ),
    (
        "fn main() { try { 1 }.finally { }; }",
        "unknown method `finally` for `core::result::Try<int>`",
        "`finally` comes after `catch`",
    ),
    (
        "fn main() { let o: Option<int> = 3; }",
        "type mismatch: expected `Option<int>`, got `int`",
        "write `Some(..)`",
    ),
    (
        "struct N(int); fn main() { let n: int = N(1); }",
        "type mismatch: expected `int`, got `N`",
        "write `.0` to get the value inside",
    ),
    (
        "struct N(int); fn main() { let n: N = 1 + 1; }",
        "type mismatch: expected `N`, got `int`",
        "write `N(..)`",
    ),
    (
        "interface I {} struct S {} impl I for S {} fn main() { let i: I = S {}; }",
        "type mismatch: expected `I`, got `S`",
        "write `e as I`",
    ),
    ("fn main() { let x = None; }", "cannot infer the type of `x`", "add a type annotation"),
    ("fn f<T>() {} fn main() { f(); }", "cannot infer type argument `T`", "add a type annotation"),
    ("fn f(n: int) {} fn main() { f(1, 2); }", "arity mismatch for `f`: expected 1, got 2", None),
    (
        "struct S { f: fn() -> int } fn g(s: S) { s.f(); } fn main() {}",
        "`f` is a field, not a method",
        "write `(s.f)(..)`",
    ),
    (
        "fn f<T>(a: T) { a + a; } fn main() {}",
        "operator `+` cannot be applied to `T`",
        "add the bound `core::ops::Add`",
    ),
    (
        "fn f<T>(a: T) {} fn main() { let g = f; }",
        "generic function `f` cannot be used as a value",
        "wrap it in a closure",
    ),
    ("struct S { a: int, b: int } fn main() { S {}; }", "missing fields `a`, `b` of `S`", None),
    ("fn main() { const a = 1; a = 2; }", "cannot assign to `a` (not a `let` binding)", None),
    (
        "fn main() { readonly a = [1]; a.push(1); }",
        "`push` needs a mutable receiver, got `readonly [int]`",
        None,
    ),
    ("fn main() { let b: byte = 300; }", "integer literal `300` does not fit into `byte`", None),
    ("fn main() { let a = []; a.push(a); }", "infinite type: `[_]` contains itself", None),
    (
        "interface I {} fn f<T: I>(t: T) {} fn main() { f(1); }",
        "`int` does not satisfy the bound `T: I`",
        None,
    ),
    ("fn main() { 1 as int; }", "cannot cast to `int`: not an interface", None),
    ("interface E { fn op(); } fn main() { @E.opp(); }", "unknown operation `E.opp`", "did you mean `op`?"),
    (
        "fn f(o: Option<int>) { match o { Some(1) => (), None => () } } fn main() {}",
        "non-exhaustive match: `Some(_)` not covered",
        "add `_ => ..`",
    ),
    ("fn main() { break; }", "`break` outside of a loop", None),
    ("fn main() { let n: int = if true { 1 }; }", "missing `else` branch: expected `int`", None),
]


@pytest.mark.parametrize(("text", "message", "help"), CASES)
def test_message(text: str, message: str, help: str | None) -> None:
    items = check(text).diags.sorted()
    assert [d.message for d in items] == [message]
    assert items[0].help == help or help is None


def test_reasons() -> None:
    """A mismatch shows why its type is required."""
    text = """
struct P { x: int }
enum E { A(int) }
fn f(n: int) -> int { "r" }
fn main() {
    let a: int = "a";
    f("b");
    P { x: "c" };
    E::A("d");
    let e = if true { 1 } else { "e" };
    let g = match 1 { 1 => 1, _ => "g" };
}
"""
    world = check(text)
    labels = [d.secondary[0][3] for d in world.diags.sorted()]
    assert labels == [
        "expected because of this result type",
        "expected because of this type",
        "parameter of `f`",
        "field `x` of `P`",
        "payload of `A`",
        "this has type `int`",
        "this has type `int`",
    ]


def test_no_cascades() -> None:
    """What follows from a mistake is not reported again."""
    text = """
fn main() {
    let a = nope(1);
    let b = a.x + a.m(2)[0];
    for c in a { c.d(); }
    match a { Some(e) => e, _ => b };
    let f = |x| { x.y };
    wrong(f, None, []);
    let g: Missing = 3;
    g.h();
}
"""
    world = check(text)
    assert [d.message for d in world.diags.sorted()] == [
        "unknown value `nope`",
        "unknown value `wrong`",
        "unknown type `Missing`",
    ]


def test_integers_in_mistakes_are_int() -> None:
    """A literal whose type nothing fixes is an `int` in messages, also after a mistake in which it took part."""
    world = check(
        "fn main() { let t = (1, 2); t.x; let n = 3; n.y; n(); let a = [1]; a.nothing(); a.y; !(1, 2); }"
    )
    assert [d.message for d in world.diags.sorted()] == [
        "a value of type `(int, int)` has no fields",
        "a value of type `int` has no fields",
        "cannot call a value of type `int`",
        "unknown method `nothing` for `[int]`",
        "a value of type `[int]` has no fields",
        "operator `!` cannot be applied to `(int, int)`",
    ]


def test_all_kinds_of_duplicates_are_told_in_one_run() -> None:
    world = check("struct A { a: int, a: int } enum E { X, X } fn f<T, T>() {} fn f() {} fn main() {}")
    assert [d.message for d in world.diags.sorted()] == [
        "duplicate field `a`",
        "duplicate variant `X`",
        "duplicate type parameter `T`",
        "duplicate function `f`",
    ]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("fn main() { core::optoin::f(); }", "option"),
        ("use core::optin::Option; fn main() {}", "option"),
        ("fn f(m: core::mpa::Map<int, int>) {} fn main() {}", "map"),
        ("fn f(m: cor::map::Map<int, int>) {} fn main() {}", "core"),
        ("fn main() { @core::itr::Iterator.next(); }", "iter"),
        ("mod shapes { pub mod round { } } fn main() { shapes::ruond::area(); }", "round"),
        ("mod a { } fn main() { stdd::println(1); }", "std"),
    ],
)
def test_near_modules(text: str, near: str) -> None:
    """Also of the library, whose files may not have been loaded."""
    (error,) = check(text).diags.items
    assert error.help == f"did you mean `{near}`?"
