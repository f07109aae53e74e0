"""Reading inputs: what is complete, and what it is made of."""

from __future__ import annotations

import pytest

from rusk.repl.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "// c", "1", "let x = 1", "let x = 1;", "f(1)", "if a {} else {}", "fn f() {}", "struct S(int);", "use a::b;", "let x = |n| { n }",
        "xs.map(|x| { x })", "x = 2", "fn f() {} f()", 'f"{a}"', "match x { _ => 1 }", "mod m { fn f() {} } use m::f;",
        "fn all() -> Iterator{Item = int} { x } all()",
    ],
)  # fmt: skip
def test_complete(text: str) -> None:
    found = read(text)
    assert found.complete and not found.errors


@pytest.mark.parametrize(
    "text",
    [
        "fn f() {", "f(1,", "let x =", "1 +", "[1, 2", 'f"{a', '"text', "/* c", "if a {} else", "struct S {", "let x = match y {", "xs.", "a &&", "use a::",
        "interface I {\n", "let", "fn f()",
    ],
)  # fmt: skip
def test_to_be_continued(text: str) -> None:
    assert not read(text).complete


@pytest.mark.parametrize("text", ["1 + ) 2", "let 1x = 2", "fn 1() {}", "a b", "let x = = 2;", "}", "#"])
def test_wrong_whatever_follows(text: str) -> None:
    found = read(text)
    assert found.complete and found.errors


def test_parts() -> None:
    text = "let a = 1; f(a); fn f(n: int) {} use x::y; struct S { a: int } a + 1"
    parts = read(text).parts
    assert [(text[p.start : p.end], p.item is not None) for p in parts] == [
        ("let a = 1; f(a);", False),
        ("fn f(n: int) {}", True),
        ("use x::y;", True),
        ("struct S { a: int }", True),
        ("a + 1", False),
    ]
