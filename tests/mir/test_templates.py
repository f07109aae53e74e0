"""Templates: programs mean the same whether instances are made one by one or as members of templates."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

import rusk
from rusk.compiler import Options, compile_text
from rusk.embed.errors import CompileError, Trap
from rusk.mir import templates, verify

CONFORMANCE = Path(__file__).resolve().parents[1] / "conformance"
AREAS = (
    "generics", "generic_bounds", "hkt", "interfaces", "default_methods", "dyn_dispatch", "assoc_types", "self_type", "is_as",
    "static_interface_methods", "operators_overload", "option_result", "iterators", "map", "closures", "realistic", "effects_typed", "json",
    "serde_derive",
)  # fmt: skip
PROGRAMS = [p for area in AREAS for p in sorted((CONFORMANCE / area).glob("*.rusk"))]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every generic function that can have a template has one."""
    monkeypatch.setattr(templates, "MANY", 1)
    monkeypatch.setattr(templates, "LARGE", 0)
    monkeypatch.setattr(verify, "ENABLED", True)


def outcome(path: Path, level: int) -> tuple[object, ...]:
    """What a program does: result or trap with its traceback, and output."""
    out = io.StringIO()
    try:
        program = rusk.compile_file(str(path), opt_level=level)
    except CompileError as e:
        return ("error", str(e))
    try:
        with contextlib.redirect_stdout(out):
            return ("result", repr(program.run()), out.getvalue())
    except Trap as e:
        return ("trap", str(e), [(f.function, f.line) for f in e.traceback], out.getvalue())


def members(text: str, level: int = 2) -> list[str]:
    """Names of the instances of functions (no closures) that are members of templates."""
    compiled = compile_text(text, "t.rusk", Options(opt_level=level, keep_mir=True))
    assert compiled.program is not None, compiled.diagnostics
    return [
        i.name
        for i in compiled.program.instances
        if i.function is not None and i.function.member is not None and i.function.kind == "fn"
    ]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_templates_change_nothing(path: Path, always: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [outcome(path, level) for level in (0, 2)]
    monkeypatch.undo()
    assert seen == [outcome(path, 2)] * 2


TYPES = "struct A { v: int } struct B(string); enum C { X, Y(int) } struct D { a: A, f: float, s: string }"
CALLS = """fn main() -> string {
    let a = A { v: 1 };
    let (b, d) = (B("b"), D { a: a, f: 1.5, s: "d" });
    let s = "s";
    f"{use_it(a)} {use_it(b)} {use_it(C::Y(3))} {use_it(d)} {use_it(s)} {use_it(4)} {use_it([4])}"
}"""


def test_types_keep_their_identity(always: None) -> None:
    text = (
        TYPES
        + """
    interface Any {}
    struct P<T> { v: T, w: [T] }
    impl<T> Any for P<T> {}
    fn look(x: Any) -> string {
        if x is P<A> { "A" } else { if x is P<B> { "B" } else { if x is P<C> { "C" } else { if x is P<D> { "D" } else { "?" } } } }
    }
    fn use_it<T>(x: T) -> string { look(P { v: x, w: [x, x] } as Any) }"""
        + CALLS
    )
    for level in (0, 2):
        assert rusk.compile(text, opt_level=level).run() == "A B C D ? ? ?"
        assert "use_it" in members(text, level)


def test_bounds_call_what_the_member_has(always: None) -> None:
    text = (
        TYPES
        + """
    interface Name { readonly fn name() -> string { self.own() + "!" } readonly fn own() -> string; static fn kind() -> string; }
    impl Name for A { readonly fn own() -> string { f"a{self.v}" } static fn kind() -> string { "A" } }
    impl Name for B { readonly fn own() -> string { self.0 } static fn kind() -> string { "B" } readonly fn name() -> string { "own" } }
    impl Name for C { readonly fn own() -> string { match self { C::X => "x", C::Y(n) => f"y{n}" } } static fn kind() -> string { "C" } }
    impl<T: Name> Name for Option<T> { readonly fn own() -> string { match self { Some(v) => v.name(), None => "none" } } static fn kind() -> string { T::kind() + "?" } }
    fn use_it<T: Name>(x: T) -> string {
        let parts: [string] = [];
        for v in [x, x] { parts.push(v.name()); }
        let o = if parts.len() == 2 { Some(x) } else { None };
        parts[0] + T::kind() + o.name() + Name::kind::<Option<T>>() + (x as Name2).again()
    }
    interface Name2 { readonly fn again() -> string; }
    """
    ).replace("use_it<T: Name>", "use_it<T: Name + Name2>")
    text += "".join(
        [f'impl Name2 for {t} {{ readonly fn again() -> string {{ "{t.lower()}2" }} }}\n' for t in "ABC"]
    )
    text += 'fn main() -> string { let b = B("b"); f"{use_it(A { v: 1 })} {use_it(b)} {use_it(C::Y(3))}" }'
    for level in (0, 2):
        assert rusk.compile(text, opt_level=level).run() == "a1!Aa1!!A?a2 ownBown!B?b2 y3!Cy3!!C?c2"
        assert members(text, level).count("use_it") == 3


def test_effects_with_a_parameter_in_their_identity(always: None) -> None:
    text = (
        TYPES
        + """
    interface Ask<T> { fn ask(x: T) -> int; }
    fn use_it<T>(x: T) -> int {
        match { match { @Ask<A>.ask(A { v: 2 }) + @Ask<T>.ask(x) } { v => v, @Ask<T>.ask(y) => resume(10) } } { v => v, @Ask<A>.ask(y) => resume(1) }
    }
    fn main() -> string { let b = B("e"); f"{use_it(A { v: 1 })} {use_it(b)}" }"""
    )
    for level in (0, 2):
        assert rusk.compile(text, opt_level=level).run() == "20 11"


def test_values_nobody_looks_at(always: None) -> None:
    """A replaced `Option` leaves a register without content: it needs some value of the member's type."""
    text = (
        TYPES
        + """
    fn use_it<T>(x: T) -> int {
        let o: Option<T> = None;
        let n = 0;
        let keep: [T] = [];
        while n < 5 { match o { Some(v) => { keep.push(v); o = None; }, None => { o = Some(x); } } n = n + 1; }
        keep.len()
    }"""
        + CALLS
    )
    for level in (0, 2):
        assert rusk.compile(text, opt_level=level).run() == " ".join(["2"] * 7)


def test_views_are_still_not_cast(always: None) -> None:
    text = """
    interface I { fn m(); }
    struct S { v: int }
    impl I for S { fn m() { self.v = self.v + 1; } }
    interface Any {}
    impl Any for S {}
    fn cast<T: Any>(x: T) -> bool { (x as Any) is I }
    fn main() -> bool { readonly s = S { v: 1 }; cast(s) }"""
    with pytest.raises(CompileError, match="view"):
        rusk.compile(text)


def test_many_instances_share_a_template() -> None:
    body = "".join([f"if n % {i + 2} == 0 {{ keep.push(x); n = n + {i}; }}\n" for i in range(40)])
    types = "".join([f"struct S{i} {{ v: int }}\n" for i in range(20)])
    calls = " + ".join([f"work(S{i} {{ v: {i} }}, {i})" for i in range(20)])
    text = f"fn work<T>(x: T, start: int) -> int {{ let n = start; let keep: [T] = [];\n{body} n + keep.len() }}\n{types}\nfn main() -> int {{ {calls} }}"
    assert len(members(text)) == 20 - templates.MANY + 1
    assert rusk.compile(text, opt_level=0).run() == rusk.compile(text, opt_level=2).run()


def test_templates_are_optimised(always: None) -> None:
    text = f"{TYPES} fn use_it<T>(x: T) -> int {{ let keep = [x]; if 2 * 3 == 6 {{ keep.len() }} else {{ 7 }} }} {CALLS}"
    compiled = compile_text(text, "t.rusk", Options(keep_mir=True))
    assert compiled.program is not None
    (template,) = [i.function for i in compiled.program.instances if i.abstract and i.function.blocks]
    assert "int_mul" not in [ins.op for block in template.blocks for ins in block.instrs]


def test_tracebacks_name_the_function(always: None) -> None:
    text = TYPES + 'fn use_it<T>(xs: [T]) -> T { xs[3] } fn main() { use_it([A { v: 1 }]); use_it([B("")]); }'
    compiled: Any = rusk.compile(text)
    with pytest.raises(Trap) as caught:
        compiled.run()
    assert [f.function for f in caught.value.traceback] == ["main", "use_it"]
