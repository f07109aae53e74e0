"""Large programs: deep chains, large types, many put-off checks; nothing overflows or takes long (02, 00-decisions 36)."""

from __future__ import annotations

import pytest
from types_support import check

P = "struct P { p: P, x: int } impl P { fn m() -> P { self } } "


def _doubled(start: str) -> str:
    steps = "".join([f"let a{i + 1} = (a{i}, a{i}); " for i in range(40)])
    return f"fn main() {{ let a0 = {start}; {steps} }}"


PROGRAMS = {
    "sums": ("fn main() -> int { 1" + " + 1" * 1000 + " }", []),
    "texts": ('fn main() -> string { "a"' + ' + "a"' * 1000 + " }", []),
    "methods": (P + "fn f(p: P) -> P { p" + ".m()" * 1000 + " } fn main() {}", []),
    "fields": (P + "fn f(p: P) -> P { p" + ".p" * 1000 + " } fn main() {}", []),
    "put-off fields": (P + "fn main() { let f = |p| { p" + ".p" * 500 + " }; let g = |p: P| { f(p) }; }", []),
    "put-off checks": (
        P + "fn main() { let f = |p| { " + "p.x; " * 2000 + " }; let g = |p: P| { f(p) }; }",
        [],
    ),
    "else if": (
        "fn f(n: int) -> int { "
        + "".join([f"if n == {i} {{ {i} }} else " for i in range(800)])
        + "{ 0 } } fn main() {}",
        [],
    ),
    "array": ("fn main() { let a = [" + ", ".join(map(str, range(10_000))) + "]; }", []),
    "open arrays": (
        "fn main() { "
        + "".join([f"let a{i} = []; " for i in range(1000)])
        + "".join([f"a{i}.push({i}); " for i in range(1000)])
        + "}",
        [],
    ),
    "large match": (
        "enum E { "
        + ", ".join([f"V{i}(bool)" for i in range(500)])
        + " } fn f(e: E) -> int { match e { "
        + ", ".join([f"E::V{i}(true) => 1, E::V{i}(false) => 2" for i in range(500)])
        + " } } fn main() {}",
        [],
    ),
    "doubled": (_doubled('"a"'), ["type-size-limit"]),
    "doubled literal": (_doubled("1"), ["type-size-limit"]),
    "deep": (
        "fn main() { let a0 = 1.5; " + "".join([f"let a{i + 1} = [a{i}]; " for i in range(3000)]) + "}",
        ["nesting-limit"],
    ),
    "deep open": (
        "fn main() { let a0 = [1]; "
        + "".join([f"let a{i + 1} = []; a{i + 1}.push(a{i}); " for i in range(3000)])
        + "}",
        ["nesting-limit"],
    ),
    "deep enough": (
        "fn main() { let a0 = 1; " + "".join([f"let a{i + 1} = [a{i}]; " for i in range(300)]) + "}",
        [],
    ),
    "deep adaptors": (
        "fn main() { let n = core::iter::range(0, 9)" + ".take(5)" * 1000 + ".count(); }",
        ["nesting-limit"],
    ),
    "doubled call": (
        "fn d<T>(x: T) -> (T, T) { (x, x) } fn main() { let a0 = 1; "
        + "".join([f"let a{i + 1} = d(a{i}); " for i in range(40)])
        + "}",
        ["type-size-limit"],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_large(name: str) -> None:
    text, errors = PROGRAMS[name]
    world = check(text)
    assert {d.name for d in world.diags.items} == set(errors)
