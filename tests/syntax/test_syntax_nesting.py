"""The nesting budget (09 `nesting-limit`)."""

from __future__ import annotations

import sys

import pytest
from syntax_helpers import parse

from rusk.syntax.dump import dump


def fn(text: str) -> str:
    return "fn f() { " + text + " }"


def param(text: str) -> str:
    return f"fn f(x: {text}) {{ }}"


def arm(text: str) -> str:
    return fn(f"match x {{ {text} => 1 }}")


#: Constructs nested in themselves: n -> program.
NESTED = {
    "parentheses": lambda n: fn("(" * n + "1" + ")" * n),
    "tuples": lambda n: fn("(" * n + "1" + ",)" * n),
    "arrays": lambda n: fn("[" * n + "1" + "]" * n),
    "calls": lambda n: fn("f(" * n + "1" + ")" * n),
    "methods": lambda n: fn("x.f(" * n + "1" + ")" * n),
    "indexes": lambda n: fn("a[" * n + "1" + "]" * n),
    "blocks": lambda n: fn("{" * n + "1" + "}" * n),
    "minus": lambda n: fn("-" * n + "x"),
    "not": lambda n: fn("!" * n + "x"),
    "mixed unary": lambda n: fn("!-" * (n // 2) + "x"),
    "return": lambda n: fn("return " * n + "x"),
    "assignments": lambda n: fn("a = " * n + "1"),
    "if": lambda n: fn("if a { " * n + "}" * n),
    "if conditions": lambda n: fn("if " * n + "a" + " {}" * n),
    "match": lambda n: fn("match x { _ => " * n + "1" + "}" * n),
    "match scrutinees": lambda n: fn("match " * n + "x" + " { _ => 1 }" * n),
    "while": lambda n: fn("while " * n + "x" + " { }" * n),
    "for": lambda n: fn("for x in " * n + "a" + "{}" * n),
    "loop": lambda n: fn("loop { " * n + "}" * n),
    "closures": lambda n: fn("|x| { " * n + "}" * n),
    "trailing closures": lambda n: fn("f { " * n + "}" * n),
    "formatted strings": lambda n: fn('f"{' * n + "1" + '}"' * n),
    "struct literals": lambda n: fn("P { x: " * n + "1" + "}" * n),
    "effect calls": lambda n: fn("@I.f(" * n + ")" * n),
    "array types": lambda n: param("[" * n + "int" + "]" * n),
    "type parentheses": lambda n: param("(" * n + "int" + ")" * n),
    "type arguments": lambda n: param("A<" * n + "int" + ">" * n),
    "function types": lambda n: param("fn() -> " * n + "int"),
    "function parameters": lambda n: param("fn(" * n + "int" + ")" * n),
    "cont types": lambda n: param("cont(int) -> " * n + "int"),
    "readonly types": lambda n: param("readonly " * n + "int"),
    "bindings": lambda n: param("I{X = " * n + "int" + "}" * n),
    "tuple patterns": lambda n: arm("(" * n + "_" + ")" * n),
    "array patterns": lambda n: arm("[" * n + "_" + "]" * n),
    "variant patterns": lambda n: arm("Some(" * n + "_" + ")" * n),
    "struct patterns": lambda n: arm("P {x: " * n + "_" + "}" * n),
    "modules": lambda n: "mod a { " * n + "}" * n,
    "turbofish": lambda n: fn("f::<" + "A<" * n + "int" + ">" * n + ">(1)"),
    "operators": lambda n: fn("a || b + c * (" * n + "1" + ")" * n),
}

#: Chains of links, which need no nesting in the source.
CHAINS = {
    "sum": lambda n: fn("a" + " + a" * n),
    "and": lambda n: fn("a" + " && a" * n),
    "shift": lambda n: fn("a" + " >> a" * n),
    "method calls": lambda n: fn("a" + ".m(1)" * n),
    "fields": lambda n: fn("a" + ".m" * n),
    "tuple fields": lambda n: fn("a" + ".0" * n),
    "indexes": lambda n: fn("a" + "[0]" * n),
    "calls": lambda n: fn("a" + "(1)" * n),
    "closures": lambda n: fn("f" + " {}" * n),
    "method closures": lambda n: fn("f" + ".m {}" * n),
    "casts": lambda n: fn("a" + " as I" * n),
    "tests": lambda n: fn("a" + " is I" * n),
    "else if": lambda n: fn("if a {}" + " else if a {}" * n),
}

#: Source that only opens.
OPEN = [
    "(",
    "[",
    "{",
    "f(",
    "a[",
    "P { x: ",
    "@I.f(",
    'f"{',
    "if ",
    "match x { _ => ",
    "|x| { ",
    "x.f { ",
    "a = ",
]


@pytest.mark.parametrize("name", NESTED)
def test_200_levels_work(name: str) -> None:
    file, diags = parse(NESTED[name](200))
    assert diags.items == []
    assert file.items
    dump(file)


@pytest.mark.parametrize("count", [260, 10000])
@pytest.mark.parametrize("name", NESTED)
def test_too_deep(name: str, count: int) -> None:
    _, diags = parse(NESTED[name](count))
    assert [(d.name, d.code, d.message) for d in diags.items] == [
        ("nesting-limit", "E0811", "nested too deeply"),
    ]


@pytest.mark.parametrize("name", CHAINS)
def test_long_chain(name: str) -> None:
    # a call before the first link takes one
    file, diags = parse(CHAINS[name](2999))
    assert diags.items == []
    dump(file)
    assert parse(CHAINS[name](3000))[1].items == []
    for count in (3001, 10000):
        _, diags = parse(CHAINS[name](count))
        assert [d.name for d in diags.items] == ["nesting-limit"]


def test_chains_count_along_a_path_only() -> None:
    terms = " + ".join("f(1).g(2)" for _ in range(2900))
    assert parse(fn(terms))[1].items == []
    elems = ", ".join("a + 1" for _ in range(6000))
    assert parse(fn(f"[{elems}]"))[1].items == []
    lines = " ".join("let x = a + b + c;" for _ in range(6000))
    assert parse(fn(lines))[1].items == []


def test_chains_in_chains_count_together() -> None:
    chain = "x" + " + a" * 2000
    assert [d.name for d in parse(fn(f"({chain}) {'* b ' * 2000}"))[1].items] == ["nesting-limit"]
    assert [d.name for d in parse(fn(f"f({chain}){'.m()' * 2000}"))[1].items] == ["nesting-limit"]


@pytest.mark.parametrize("text", OPEN)
def test_only_opening(text: str) -> None:
    for count in (10, 300, 10000):
        _, diags = parse(fn(text * count))
        assert len(diags.items) <= 3
        assert diags.items


def test_reported_at_the_token_and_parsing_stops() -> None:
    text = "fn f() { " + "(" * 300 + " }\nfn g() { let = 1; }"
    _, diags = parse(text)
    assert [(d.pos, d.end) for d in diags.items] == [(9 + 255, 9 + 256)]


def test_recursion_limit_is_restored() -> None:
    before = sys.getrecursionlimit()
    parse(fn("(" * 10000))
    assert sys.getrecursionlimit() == before


def test_from_a_deep_stack() -> None:
    # all levels of precedence take the most frames
    deep = fn("a || b && c == d < e | f ^ g & h << i + j * (" * 80 + "(" * 170 + "1" + ")" * 250)

    def down(depth: int) -> list[str]:
        if depth:
            return down(depth - 1)
        return [d.name for d in parse(deep)[1].items]

    assert down(0) == []
    assert down(sys.getrecursionlimit() - 300) == []
