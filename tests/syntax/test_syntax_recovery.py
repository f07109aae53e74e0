"""All independent errors in one run, none that only follows from another one."""

from __future__ import annotations

import pytest
from syntax_helpers import error_at, errors, parse

from rusk.syntax import ast

CASES = {
    "statements": (
        """fn a() -> int {
    let x = 1
    let y = 2;
    foo(1, 2;
    let = 3;
    bar(]);
    if x { y = ; z }
    x + y
    z
}
fn b() { let z = [0; 10]; let q = ; }
""",
        [(3, 5), (4, 13), (5, 9), (6, 9), (7, 16), (9, 5), (11, 20), (11, 35)],
    ),
    "missing brace": (
        """fn a() {
    if true {
        foo();

fn b() { let x = ; }
impl S {
    fn c() {
        if x { y;
    fn d() { let = 1; }
}
struct T { a b }
""",
        [(5, 1), (5, 18), (9, 5), (9, 18), (11, 14)],
    ),
    "missing brace of an impl": (
        """impl S {
    fn a() { }
struct T { a b }
""",
        [(3, 1), (3, 14)],
    ),
    "brace too many": (
        """fn a() {
    if x {
    }
    }
    let y = 3;
    foo();
}
fn b() { let = 1; }
""",
        [(5, 5), (8, 14)],
    ),
    "head of a function": (
        """fn a(x, y: int) { let = 1; }
fn b(x: [int; 3]) { let = 1; }
fn c(x: int -> int { let = 1; }
fn d<F<X>>() { let = 1; }
""",
        [(1, 7), (1, 23), (2, 13), (2, 25), (3, 13), (3, 26), (4, 8), (4, 20)],
    ),
    "items": (
        """let x = 3;
use a::{b, c};
mod m
use b
struct U;
const Y: int = { 1 };
fn f() { }
}
fn g() { let = 1; }
""",
        [(1, 1), (2, 8), (4, 1), (5, 1), (5, 9), (6, 1), (9, 14)],
    ),
    "nested function": (
        """fn f() {
    fn g() { let = 1; }
    let = 2;
}
""",
        [(2, 5), (2, 18), (3, 9)],
    ),
    "closures": (
        """fn f() {
    g(|x| { let = 3; bar( });
    h { let = 4; };
    let = 5;
}
""",
        [(2, 17), (2, 27), (3, 13), (4, 9)],
    ),
    "literals": (
        """fn f() {
    g(P { x: , y: 2 });
    let a = [1, , 2];
    let s = f"a{x:02}b{}c{1 +}";
    let = 1;
}
""",
        [(2, 14), (3, 17), (4, 18), (4, 24), (4, 30), (5, 9)],
    ),
    "unexpected characters": (
        """fn f() {
    let a = 1 # 2;
    let b = #;
    let $c = 3;
    let = 4;
}
""",
        [(2, 15), (3, 13), (4, 9), (5, 9)],
    ),
    "members": (
        """impl I for S {
    let x = 1;
    fn f( { let = 1; }
    type X;
    enum
    fn g() { let = 2; }
}
interface J {
    pub fn f();
    const X: int = 3;
    fn g(a);
    fn h();
}
""",
        [(2, 5), (3, 11), (3, 17), (4, 11), (5, 5), (6, 18), (9, 5), (10, 5), (11, 11)],
    ),
    "inline modules": (
        """mod a {
    fn f() { let = 1; }
    let x = 1;
    mod b { fn g() { let = 2; } }
}
fn h() { let = 3; }
""",
        [(2, 18), (3, 5), (4, 26), (6, 14)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_places(name: str) -> None:
    text, places = CASES[name]
    assert [(line, column) for line, column, _, _ in errors(text)] == places


def test_unclosed_block_at_the_end() -> None:
    assert error_at("fn main() -> int {\n    if true { 1 } else { 2\n}\n¦") == (
        "expected-token",
        "expected `}`",
    )
    # an error in the block may well have been about its braces
    assert error_at("fn f() { { let ¦= 1;\n") == ("expected-construct", "expected pattern")


def test_missing_brace_message() -> None:
    assert error_at("fn a() {\n  if x {\n  }\n¦fn b() { }") == ("expected-token", "expected `}`")
    assert error_at("fn a() {\n    ¦fn b() { }\n}") == ("expected-construct", "expected expression")


def test_unterminated_literal_silences_what_follows() -> None:
    assert error_at('fn f() { let a = ¦"abc;\n}\nfn g() { }') == (
        "unterminated-literal",
        "unterminated string literal",
    )
    # the first surprise before it is shown, it is where the quote is missing
    found = errors('fn f() {\n    a("x);\n    b("y");\n    c("z");\n}')
    assert [(line, name) for line, _, name, _ in found] == [
        (3, "expected-token"),
        (4, "unterminated-literal"),
    ]


def test_tree_of_a_wrong_file() -> None:
    file, _ = parse(
        "fn a() { let = 1; f(); }\nfn 1() { }\nstruct S { a: int, b, c: int }\nenum E { A, 1, B }"
    )
    names = [i.name for i in file.items if isinstance(i, (ast.FnDecl, ast.StructDecl, ast.EnumDecl))]
    assert names == ["a", "S", "E"]
    struct = file.items[1]
    assert isinstance(struct, ast.StructDecl)
    assert [f.name for f in struct.fields] == ["a", "c"]


def test_recovery_is_linear() -> None:
    from time import perf_counter

    start = perf_counter()
    for text in (
        "fn f() { " + "[0;;;;" * 3000,
        "fn f() { " + "pub " * 20000,
        "pub " * 20000,
        "fn f() { " + "a | " * 5000,
        "fn f() { x = (" + "; " * 20000,
        "impl S { " + "; " * 20000,
        "struct S { " + ": " * 20000,
        "fn f() { match x { " + "=> " * 20000,
        "fn f(" + "; " * 20000,
        "'" * 20000,
        'f"' * 5000,
        "{ " * 20000,
        "} " * 20000,
    ):
        parse(text)
    assert perf_counter() - start < 20
