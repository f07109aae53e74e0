"""The warning about unhandled effects (08 §7.4)."""

from __future__ import annotations

import pytest
from types_support import check, explain

from rusk.types import check as checker
from rusk.types import check_flow

CASES = [
    ("fn main() { @E.op(1); }", ["E.op"]),
    ("fn f() { @E.op(1); } fn g() { f(); } fn main() { g(); }", ["E.op"]),
    ("fn f() { @E.op(1); } fn main() { match f() { @E.op(_) => (), v => v } }", []),
    ("fn f() { @E.op(1); } fn main() { match 1 { @E.op(_) => (), v => f() } }", ["E.op"]),
    ("fn f() { @E.op(1); } fn main() { let g = | | { f() }; }", []),
    ("fn f() { @E.op(1); } fn main() { let g = f; g(); }", []),
    ("struct S {} impl S { fn m() { @E.op(1); } } fn main() { S {}.m(); S::m(S {}); }", ["E.op", "E.op"]),
    (
        "interface I { fn m(); } struct S {} impl I for S { fn m() { @E.op(1); } } fn main() { (S {} as I).m(); }",
        [],
    ),
    (
        "interface I { fn m(); } struct S {} impl I for S { fn m() { @E.op(1); } } fn main() { S {}.m(); }",
        ["E.op"],
    ),
    ("fn f(n: int) { if n > 0 { f(n - 1); @E.op(n); } } fn main() { f(3); }", ["E.op"]),
    ('fn main() { throw("a"); }', ["core::result::Throw.throw"]),
    ('fn main() { try { throw("a"); }.catch |e: string| { }; }', []),
]


@pytest.mark.parametrize(("text", "names"), CASES)
def test_unhandled(text: str, names: list[str]) -> None:
    world = check("interface E { fn op(n: int) -> unit; } " + text)
    assert not world.diags.has_errors, explain(world)
    entries = [fn for _, fn in world.entry_points()]
    check_flow.warn_unhandled(world, checker.shared_of(world), entries)
    got = [d.message for d in world.diags.sorted() if d.name == "unhandled-effect"]
    assert got == [f"effect `{n}` is not handled" for n in names][: len(got) or 1], explain(world)
    assert bool(got) == bool(names)


def test_external() -> None:
    world = check("interface E { fn op(n: int) -> unit; } fn main() { @E.op(1); }")
    entries = [fn for _, fn in world.entry_points()]
    check_flow.warn_unhandled(world, checker.shared_of(world), entries, {"E.op"})
    assert not world.diags.items
