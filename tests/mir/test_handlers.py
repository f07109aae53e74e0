"""Handling matches that dissolve, arms that become direct, and all that must keep either from happening."""

from __future__ import annotations

from typing import Any

import pytest
from test_passes import ops, printed

from rusk.compiler import Options, compile_text
from rusk.mir.ir import Function

PHASE6 = """
interface Yield { fn put(v: int) -> unit; }
fn produce(n: int) -> int { let i = 0; while i < n { @Yield.put(i); i = i + 1; } 0 }
pub fn run(n: int) -> int {
    let sum = 0;
    match produce(n) { @Yield.put(v) => { sum = sum + v; resume(()) } end => sum + end }
}
"""


def optimised(text: str, **options: Any) -> dict[str, Function]:
    """The functions of a program after its passes, by name, without closures."""
    compiled = compile_text(text, "t.rusk", Options(keep_mir=True, **options))
    assert compiled.program is not None, [str(d) for d in compiled.diagnostics]
    functions = [i.function for i in compiled.program.instances if i.function is not None]
    return {fn.name: fn for fn in functions if fn.kind == "fn"}


def modes(fn: Function) -> list[str]:
    """The modes of the clauses of the handling matches that are left in ``fn``."""
    return [
        c.mode for block in fn.blocks for ins in block.instrs if ins.op == "handle" for c in ins.data.clauses
    ]


def test_a_generator_before_and_after() -> None:
    kept = optimised(PHASE6, no_passes=["dissolve"])["run"]
    assert ops(kept) == ["const", "cell", "closure", "closure", "handle", "return"]
    assert modes(kept) == ["direct"]
    # A plain loop: the arm stands where the generator yielded, and its variable is a register.
    loop = optimised(PHASE6)["run"]
    assert set(ops(loop)) <= {"const", "copy", "int_add", "int_lt", "jump", "branch", "return"}
    assert ops(loop).count("int_add") == 3


DECLARATIONS = """
interface E { fn op(x: int) -> int; }  interface F { fn go(x: int) -> int; }  interface T { fn tick() -> unit; }
fn deep(n: int) -> int { if n == 0 { @E.op(1) } else { deep(n - 1) + @E.op(n) } }
fn quiet(n: int) -> int { if n == 0 { 0 } else { quiet(n - 1) + n } }
fn loud(n: int) -> int { if n == 0 { @F.go(n) } else { loud(n - 1) } }
fn with_state<R>(init: int, body: fn() -> R) -> R { let s = init; match body() { @E.op(x) => { s = s + x; resume(s) } r => r } }
"""

DISSOLVED = {
    "abort": "match { let x = @E.op(n); x + 1 } { @E.op(x) => x * 2, v => v }",
    "abort or resume": "match { let x = @E.op(n); x + 1 } { @E.op(x) => if x > 3 { resume(x) } else { x }, v => v }",
    "a guard": "match { @E.op(n) + @E.op(1) } { @E.op(1) => resume(7), @E.op(x) => resume(x + 1), v => v }",
    "a return out of the arm": "match { @E.op(n) + 1 } { @E.op(x) => { if x > 2 { return 9 }; resume(x) } v => v }",
    "a return out of the body": "match { if @E.op(n) > 2 { return 100 }; 5 } { @E.op(x) => resume(x), v => v }",
    "a break out of the arm": (
        "{ let i = 0; loop { i = i + match @E.op(i) { @E.op(x) => { if x > n { break }; resume(1) } v => v }; } i }"
    ),
    "calls that do not perform": "match { quiet(n) + @E.op(1) } { @E.op(x) => resume(quiet(x)), v => v }",
    "calls that perform something else": "match { loud(n) + @E.op(1) } { @E.op(x) => resume(x), v => v }",
    "an arm that performs": "match @E.op(n) { @E.op(x) => resume(@E.op(x + 1)), v => v }",
    "a value arm that performs": "match @E.op(n) { @E.op(x) => resume(x), v => @E.op(v) + deep(v) }",
    "nested": "match (match @E.op(@F.go(n)) { @E.op(x) => resume(x + 1), v => v }) { @F.go(x) => resume(x * 2), v => v }",
    "through a handler function": "with_state(n, | | { @E.op(1) + @E.op(2) })",
    "handler functions in each other": "with_state(n, | | { with_state(1, | | { @E.op(1) }) + @E.op(2) })",
    "try and catch": (
        "{ let r = try { if n > 3 { throw(n) }; n + 1 }.catch(|e: int| {}); match r { Ok(v) => v, Err(e) => e } }"
    ),
    "two matches": "match @E.op(n) { @E.op(x) => x, v => v } + match @E.op(n) { @E.op(x) => resume(x), v => v }",
}


@pytest.mark.parametrize("name", DISSOLVED)
def test_dissolves(name: str) -> None:
    text = f"{DECLARATIONS} pub fn f(n: int) -> int {{ {DISSOLVED[name]} }}"
    found = set(ops(optimised(text)["f"]))
    assert not found & {"handle", "closure", "cell", "mark", "exit"}, name


KEPT = {
    "recursion performs": ("match deep(n) { @E.op(x) => resume(x), v => v }", ["direct"]),
    "an abort far away": ("match deep(n) { @E.op(x) => x, v => v }", ["abort"]),
    "the continuation is kept": ("match @E.op(n) { @E.op(x) -> k => { g(k); x } v => v }", ["capture"]),
    "work after resuming": ("match @E.op(n) { @E.op(x) => resume(x) + 1, v => v }", ["capture"]),
    "a closure from outside performs": ("match h() { @E.op(x) => resume(x), v => v }", ["direct"]),
}


@pytest.mark.parametrize("name", KEPT)
def test_stays(name: str) -> None:
    body, want = KEPT[name]
    text = (
        f"{DECLARATIONS} fn g(k: cont(int) -> int) {{}} pub fn f(n: int, h: fn() -> int) -> int {{ {body} }}"
    )
    text = (
        text.replace("pub fn", "fn") + " fn main() -> int { f(1, | | { @E.op(3) }) + f(2, | | { deep(2) }) }"
    )
    assert modes(optimised(text, no_passes=["inline"])["f"]) == want


CAPTURES = {
    "the arm performs its own operation": "@E.op(x) => resume(@E.op(x))",
    "the arm calls what performs": "@E.op(x) => resume(loud(x))",
    "the arm handles": "@E.op(x) => resume(match @F.go(x) { @F.go(y) => y, v => v })",
    "the arm resumes sometimes": "@E.op(x) => if x > 0 { resume(x) } else { 3 }",
    "the arm resumes not last": "@E.op(x) => { let r = resume(x); r }",
    "the arm resumes another continuation": "@E.op(x) => { match k.get(0) { Some(c) => { c(1); } None => {} }; resume(x) }",
    "the arm has a guard": "@E.op(1) => resume(1)",
    "the continuation is in a closure": "@E.op(x) -> c => { let f = |y: int| { c(y) }; f(x) }",
    "an arm leaves, and another keeps its continuation": (
        "@E.op(x) => { if x > 5 { return 3 }; resume(x) } @F.go(x) -> c => { k.push(c); x }"
    ),
}


@pytest.mark.parametrize("name", CAPTURES)
def test_not_direct(name: str) -> None:
    text = f"{DECLARATIONS} fn f(n: int, k: [cont(int) -> int]) -> int {{ match deep(n) {{ {CAPTURES[name]} v => v }} }}"
    text += "fn main() -> int { f(1, []) }"
    options: dict[str, Any] = {"no_passes": ["dissolve"]}
    if name == "the arm handles":
        options = {"no_passes": ["dissolve", "captures"]}
    assert set(modes(optimised(text, **options)["f"])) == {"capture"}


DIRECT = {
    "traps": '@E.op(x) => { if x > 5 { panic("no") }; resume(x) }',
    "leaves its function": "@E.op(x) => { if x > 5 { return 3 }; resume(x) }",
    "calls what performs nothing": "@E.op(x) => resume(quiet(x))",
    "calls the host": '@E.op(x) => { std::println("x"); resume(x) }',
    "branches": "@E.op(x) => if x > 0 { resume(x) } else { resume(0) }",
    "performs what it handles in a call": "@E.op(x) => resume(with_state(x, | | { @E.op(4) + @E.op(5) }))",
}


@pytest.mark.parametrize("name", DIRECT)
def test_direct(name: str) -> None:
    text = f"{DECLARATIONS} fn f(n: int) -> int {{ match deep(n) {{ {DIRECT[name]} v => v }} }} fn main() -> int {{ f(1) }}"
    assert modes(
        optimised(text, no_passes=["inline"])["f"] if "with" not in name else optimised(text)["f"]
    ) == ["direct"]


def test_known_captures_reach_the_arm() -> None:
    # What the consumer does is only known where it is written.
    text = f"""{DECLARATIONS}
    fn each(n: int, use_: fn(int)) -> int {{ match deep(n) {{ @E.op(x) => {{ use_(x); resume(x) }} v => v }} }}
    fn main() -> int {{ let t = 0; each(3, |x: int| {{ t = t + x; }}); each(2, |x: int| {{ @F.go(x); }}); t }}
    """
    assert sorted(modes(optimised(text)["main"])) == ["capture", "direct"]


CHANGED = {
    "in the body": "match { b.f = | | { 5 }; (b.f)() + @E.op(n) } { @E.op(x) => resume(x)  v => v }",
    "in the arm": "match { @E.op(n) + (b.f)() } { @E.op(x) => { b.f = | | { 5 }; resume(x) } v => v }",
    "in a call": "match { change(b); (b.f)() + @E.op(n) } { @E.op(x) => resume(x)  v => v }",
    "through another variable": "{ let c = b; match { c.f = | | { 5 }; (b.f)() + @E.op(n) } { @E.op(x) => resume(x)  v => v } }",
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_closure_in_a_struct_that_is_changed(name: str) -> None:
    text = f"""{DECLARATIONS}
    struct Box {{ f: fn() -> int }}
    fn change(b: Box) {{ b.f = | | {{ 5 }}; }}
    fn f(n: int) -> int {{ let b = Box {{ f: | | {{ 1 }} }}; {CHANGED[name]} }}
    fn main() -> int {{ f(10) }}
    """
    assert printed(text, Options(opt_level=0))[1] == "15"
    assert printed(text, Options())[1] == "15"


def test_tracebacks_show_the_match_that_waits() -> None:
    text = """
    interface E { fn op(x: int) -> int; }
    fn inner(n: int) -> int { @E.op(n) + 1 }
    fn middle(n: int) -> int {
        match inner(n) {
            @E.op(x) => resume(10 / x)
            v => v
        }
    }
    fn main() -> int { middle(0) }
    """
    want = printed(text, Options(opt_level=0))
    assert "division by zero" in want[1]
    assert printed(text, Options()) == want
    assert printed(text, Options(no_passes=["inline", "dissolve"])) == want


def large(name: str, end: str) -> str:
    """A generic function that is large enough to be a template (``rusk.mir.templates``)."""
    steps = " ".join(f"n = n + {i}; if n % {i + 7} == 0 {{ n = n + xs.len(); }};" for i in range(1, 16))
    return f"fn {name}<T>(xs: [T], n0: int) -> int {{ let n = n0; {steps} {end} }}\n"


TEMPLATES = {
    "performed in a template": "match performs([T { v: 1 }], n) { @E.op(x) => resume(x + 1)  v => v }",
    "by an arm": "match (match @F.go(n) { @F.go(x) => resume(performs([T { v: 2 }], x))  v => v }) { @E.op(y) => resume(y)  v => v }",
    "handled in a template": "match handles([T { v: 1 }], n) { @F.go(x) => { if x % 3 == 0 { return 4 }; resume(x + 5) } v => v }",
    "kept in a template": "keeps([T { v: 1 }, T { v: 3 }], n)",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(name: str) -> None:
    parts = [
        DECLARATIONS,
        large("performs", "n + @E.op(n)"),
        large(
            "handles",
            "match { n + @E.op(n) + @F.go(n) } { @E.op(x) => { n = n + xs.len(); resume(x * 2) } v => v + n }",
        ),
        large(
            "keeps",
            "let g = |a: int| { a + n + xs.len() };"
            "match { deep(2) + g(1) } { @E.op(x) => { n = n + xs.len(); resume(x * 2) } v => v + n }",
        ),
    ]
    for i in range(6):
        body = TEMPLATES[name].replace("T", f"S{i}")
        parts.append(f"struct S{i} {{ v: int }} fn f{i}(n: int) -> int {{ {body} }}\n")
    calls = " + ".join(f"f{i}(n)" for i in range(6))
    text = (
        "".join(parts)
        + f"fn main() -> int {{ let t = 0; let n = 0; while n < 9 {{ t = t + {calls}; n = n + 1; }} t }}"
    )
    assert printed(text, Options()) == printed(text, Options(opt_level=0))


def test_switches() -> None:
    assert "handle" in ops(optimised(PHASE6, no_passes=["dissolve"])["run"])
    assert modes(optimised(PHASE6, no_passes=["dissolve", "direct"])["run"]) == ["capture"]
    text = f"{DECLARATIONS} pub fn f(n: int) -> int {{ with_state(n, | | {{ @E.op(1) }}) }}"
    assert "handle" in ops(optimised(text, no_passes=["captures"])["f"])
    text = f"{DECLARATIONS} pub fn f(n: int) -> int {{ {DISSOLVED['a return out of the body']} }}"
    assert "mark" in ops(optimised(text, no_passes=["marks"])["f"])
