"""What each optimisation does, on MIR of small programs; and that no pass changes what a program does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import rusk
from rusk.code.disasm import listing
from rusk.compiler import Options, compile_text
from rusk.mir.dataflow import successors
from rusk.mir.ir import Function
from rusk.mir.passes.manager import NAMES

ROOT = Path(__file__).resolve().parents[2]


def optimised(text: str, **options: Any) -> dict[str, Function]:
    """The functions of a program after its passes, by name."""
    compiled = compile_text(text, "t.rusk", Options(keep_mir=True, **options))
    assert compiled.image is not None, [str(d) for d in compiled.diagnostics]
    assert compiled.program is not None
    return {i.function.name: i.function for i in compiled.program.instances if i.function is not None}


def ops(fn: Function) -> list[str]:
    return [ins.op for block in fn.blocks for ins in [*block.instrs, block.term]]


def test_fold_and_flow() -> None:
    main = optimised("fn main() -> int { if 2 * 3 == 6 { 7 } else { 8 } }")["main"]
    assert ops(main) == ["const", "return"]


def test_fold_leaves_traps() -> None:
    main = optimised("fn main() -> int { 1 / 0 }")["main"]
    assert "int_div" in ops(main)


def test_inline_and_its_switch() -> None:
    text = "fn inc(n: int) -> int { n + 1 } pub fn twice(n: int) -> int { inc(inc(n)) }"
    assert "call" not in ops(optimised(text)["twice"])
    assert ops(optimised(text, no_passes=["inline"])["twice"]).count("call") == 2


def test_recursive_functions_are_not_inlined() -> None:
    text = "fn even(n: int) -> bool { if n == 0 { true } else { odd(n - 1) } } fn odd(n: int) -> bool { if n == 0 { false } else { even(n - 1) } }"
    assert "call" in ops(optimised(text + " pub fn f(n: int) -> bool { even(n) }")["f"])


def test_recursive_functions_are_unrolled_once() -> None:
    text = "pub fn fib(n: int) -> int { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }"
    assert ops(optimised(text)["fib"]).count("call") == 4
    assert ops(optimised(text, no_passes=["unroll"])["fib"]).count("call") == 2
    deep = (
        "fn down(n: int) -> int { if n == 0 { 1 / n } else { down(n - 1) + 1 } } fn main() -> int { down(5) }"
    )
    want = printed(deep, Options(opt_level=0))
    assert len(want[1].split("down")) == 7 and printed(deep, Options()) == want


def test_known_closures_and_cells_dissolve() -> None:
    text = "pub fn f(n: int) -> int { let t = 0; let add = |x: int| { t = t + x; }; add(n); add(2); t }"
    found = set(ops(optimised(text)["f"]))
    assert not found & {"closure", "call_value", "cell", "cell_get", "cell_set"}


def test_options_and_tuples_dissolve() -> None:
    text = """
    fn half(n: int) -> Option<int> { if n % 2 == 0 { Some(n / 2) } else { None } }
    pub fn f(n: int) -> int { let (a, b) = (n, n + 1); match half(a) { Some(v) => v + b, None => b } }
    """
    assert not set(ops(optimised(text)["f"])) & {"new", "variant", "tag", "payload", "get", "call"}


def test_a_loop_over_an_adaptor_chain_allocates_nothing() -> None:
    text = """
    pub fn f(n: int) -> int {
        let t = 0;
        for x in core::iter::range(0, n).map(|x: int| { x * 2 }) { t = t + x; }
        t
    }
    """
    assert not set(ops(optimised(text)["f"])) & {"variant", "closure", "call_iface"}


def test_a_chain_becomes_a_loop_without_options() -> None:
    """What remains of the tags of the options between the adaptors is nothing: each turn of the loop branches on the items only."""
    text = """
    pub fn f(n: int) -> int {
        let t = 0;
        for x in core::iter::range(0, n).skip(2).filter(|x| { x % 3 != 0 }).map(|x| { x * 2 }).take_while(|x| { x < 100 }) { t = t + x; }
        t
    }
    """
    found = ops(optimised(text)["f"])
    assert not set(found) & {
        "variant",
        "closure",
        "new",
        "call",
        "call_value",
        "tag",
        "payload",
        "get",
        "set",
    }
    assert found.count("branch") <= 6


@pytest.mark.parametrize("level", [0, 1, 2])
def test_what_the_next_turn_reads_is_not_jumped_over(level: int) -> None:
    """The condition of this loop changes what it looks at, and nobody else reads it."""
    text = """
    struct Once { v: Option<int> }
    impl Once { fn next() -> Option<int> { let v = self.v; self.v = None; v } }
    fn main() -> int {
        let it = Once { v: Some(1) };
        let n = 0;
        while it.next().is_some() { n = n + 1; }
        n * 10 + core::iter::once(7).count()
    }
    """
    assert rusk.compile(text, opt_level=level).run() == 11


def test_dead_stores() -> None:
    """An assignment that no way reads is gone, although others of the register are read."""
    text = """
    pub fn f(n: int) -> int {
        let v = n * 3;
        if n > 5 { v = n * 7; } else { v = n + 1; };
        v
    }
    """
    assert "int_mul" in ops(optimised(text, no_passes=["stores"])["f"])
    muls = ops(optimised(text)["f"]).count("int_mul")
    assert muls == 1


def test_known_interface_values_are_called_directly() -> None:
    text = """
    interface I { readonly fn v() -> int; }
    struct S { n: int }
    impl I for S { readonly fn v() -> int { self.n } }
    pub fn f(n: int) -> int { let i = S { n: n } as I; i.v() }
    """
    assert "call_iface" not in ops(optimised(text)["f"])


def test_functions_given_a_known_interface_value_are_specialised() -> None:
    text = """
    interface Sink { fn put(n: int) -> unit; }
    struct Sum { n: int }
    impl Sink for Sum { fn put(n: int) -> unit { self.n = self.n + n; } }
    struct Most { n: int }
    impl Sink for Most { fn put(n: int) -> unit { if n > self.n { self.n = n; }; } }
    fn walk(depth: int, s: Sink) { s.put(depth); if depth > 0 { walk(depth - 1, s); walk(depth - 2, s); }; }
    pub fn sum(n: int) -> int { let s = Sum { n: 0 }; walk(n, s as Sink); s.n }
    pub fn most(n: int) -> int { let s = Most { n: 0 }; walk(n, s as Sink); s.n }
    pub fn either(n: int) -> int {
        let s = Sum { n: 0 };
        let m = Most { n: 0 };
        let sinks = [s as Sink, m as Sink];
        for k in sinks { walk(n, k); }
        s.n * 1000 + m.n
    }
    """
    compiled = compile_text(text, "t.rusk", Options(keep_mir=True, no_passes=["inline", "unroll"]))
    assert compiled.program is not None
    walks = [i.function for i in compiled.program.instances if i.name == "walk"]
    assert len(walks) == 3
    assert [ops(w).count("call_iface") for w in walks] == [1, 0, 0]
    program = rusk.compile(text)
    plain = rusk.compile(text, opt_level=0)
    for n in (0, 1, 7):
        for name in ("sum", "most", "either"):
            assert program.call(name, n) == plain.call(name, n)


def test_a_document_is_written_without_dispatch() -> None:
    text = """
    use std::json;
    struct Row { id: int, tags: [string], inner: Option<bool> }
    derive Serialize + Deserialize for Row;
    fn main() -> int {
        let rows = [Row { id: 1, tags: ["a"], inner: None }, Row { id: 2, tags: [], inner: Some(true) }];
        let text = json::to_string(rows).unwrap_or("");
        let back: Result<[Row], core::serde::SerdeError> = json::from_string(text);
        text.byte_len() + back.map(|r| { r.len() }).unwrap_or(0)
    }
    """
    program = rusk.compile(text)
    session = program.start(metrics=True)
    assert session.run() == program.run() == rusk.compile(text, opt_level=0).run()
    assert session.metrics()["vcall_instructions"] == 0


def test_decisions_with_effects_are_not_jumped_over() -> None:
    # The call between the constant and the branch has an effect of its own.
    text = """
    fn note(n: int) -> int { std::println(f"{n}"); n }
    fn main() -> int { let c = true; let i = 0; while i < 2 { i = i + 1; note(i); if c { c = false; } } i }
    """
    assert printed(text, Options())[0] == "1\n2\n"


def loops(fn: Function) -> list[list[str]]:
    """The operations of each block that lies in a loop."""
    succs = successors(fn)

    def reached(b: int) -> set[int]:
        seen: set[int] = set()
        work = list(succs[b])
        while work:
            t = work.pop()
            if t not in seen:
                seen.add(t)
                work += succs[t]
        return seen

    return [[i.op for i in block.instrs] for b, block in enumerate(fn.blocks) if b in reached(b)]


def test_values_follow_variables_along_straight_lines() -> None:
    text = """
    fn half(n: int) -> Option<int> { if n % 2 == 0 { Some(n / 2) } else { None } }
    pub fn f(n: int) -> int { match half(n) { Some(v) => v, None => 7 } }
    """
    # The tag of what `half` made is known on both ways: nothing is left but its own test.
    assert ops(optimised(text)["f"]).count("branch") == 1
    text = "pub fn f(c: bool, n: int) -> int { let x = n; if c { x = 5; x = x * 3 + n; }; x }"
    assert "int_mul" not in ops(optimised(text)["f"])
    assert "int_mul" in ops(optimised(text, no_passes=["values"])["f"])


def test_the_first_turn_of_a_loop_is_not_taken_out() -> None:
    text = "pub fn f() -> float { let x = 0.0; let i = 0; while i < 9 { if x * x + 1.0 > 4.0 { return x; }; x = x + 0.5; i = i + 1; } x }"
    assert ops(optimised(text)["f"]).count("float_mul") == 1


def test_common_subexpressions() -> None:
    same = "pub fn f(a: int, b: int) -> int { let x = a * b; if a > 3 { x + a * b } else { a * b } }"
    assert ops(optimised(same)["f"]).count("int_mul") == 1
    ways = "pub fn f(a: int, b: int) -> int { let x = if a > 3 { a * b } else { 1 }; x + a * b }"
    assert ops(optimised(ways)["f"]).count("int_mul") == 2
    reads = "struct P { x: int } pub fn f(p: P, q: P) -> int { let a = p.x + p.x; q.x = 5; a * p.x }"
    assert ops(optimised(reads)["f"]).count("get") == 2
    elements = "pub fn f(a: [int], i: int) -> int { let s = a[i] * a[i]; a[0] = 3; s + a[i] }"
    assert ops(optimised(elements)["f"]).count("index") == 2


def test_common_subexpressions_along_a_line_of_blocks() -> None:
    swap = (
        "pub fn f(a: [int], i: int) { if a[i] > a[i + 1] { let t = a[i]; a[i] = a[i + 1]; a[i + 1] = t; } }"
    )
    assert ops(optimised(swap)["f"]).count("index") == 2
    joined = "pub fn f(a: [int], i: int) -> int { let x = a[i]; if x > 3 { a[0] = 1; }; x + a[i] }"
    assert ops(optimised(joined)["f"]).count("index") == 2


def test_what_is_assigned_is_what_is_read() -> None:
    text = "struct P { x: int } pub fn f(p: P, q: P, a: [int], i: int) -> int { p.x = i; q.x = 7; a[i] = q.x; a[i] + p.x + q.x }"
    assert ops(optimised(text)["f"]).count("get") == 1  # p and q may be the same
    assert "index" not in ops(optimised(text)["f"])
    assert (
        printed(text + " fn main() -> int { let p = P { x: 1 }; f(p, p, [0, 0], 1) }", Options())[1] == "21"
    )


def test_updates_in_place_stay_one_instruction() -> None:
    text = "pub struct P { n: int } pub fn f(p: P, a: [int]) -> int { if p.n < 9 { p.n = p.n + 1; a[0] = a[0] + 2; }; p.n + a[0] }"
    compiled = compile_text(text, "t.rusk", Options())
    assert compiled.image is not None
    code = listing(compiled.image)
    assert "FieldAddI" in code and "ArrAddW" in code


@pytest.mark.parametrize(
    "turn",
    [
        "for i in range(0, n) { t = t + a[i]; }",
        "for i in range(0, n) { if a[i] == 3 { continue; }; if a[i] > 90 { break; }; t = t + i; }",
        "for x in range(2, n).map(|x| { x * 2 }) { t = t + x; }",
        "for x in range(0, n).filter(|x| { x % 2 == 1 }) { t = t + x; }",
    ],
)
def test_a_loop_over_a_range_counts_in_one_instruction(turn: str) -> None:
    text = f"use core::iter::range; pub fn f(a: [int], n: int) -> int {{ let t = 0; {turn}; t }}"
    compiled = compile_text(text, "t.rusk", Options())
    assert compiled.image is not None
    code = listing(compiled.image).split("fn 1 ")[0]
    assert code.count("LoopIncLt") == 1 and "MoveX" not in code


def test_a_counter_that_is_read_after_its_step_keeps_it_there() -> None:
    text = """
    struct Odd { at: int, end: int }
    fn next(it: Odd) -> Option<int> { let v = it.at; if v == it.end { return None; }; it.at = v + 1; Some(v) }
    fn run(n: int) -> string {
        let it = Odd { at: 0, end: n };
        let out = "";
        loop {
            match next(it) {
                Some(v) => { if v == 5 { break; }; out = f"{out} {v}/{it.at}"; },
                None => break,
            }
        }
        f"{out}; {it.at}"
    }
    fn main() -> string { run(3) + run(9) }
    """
    want = printed(text, Options(opt_level=0))
    assert want[1] == "' 0/1 1/2 2/3; 3 0/1 1/2 2/3 3/4 4/5; 6'"
    assert (
        printed(text, Options()) == printed(text, Options(passes=["inline", "scalars", "counters"])) == want
    )


def test_a_step_in_a_cycle_without_head_is_no_counter() -> None:
    text = """
    use core::iter::range;
    fn run(n: int) -> [int] {
        let out: [int] = [];
        for (i, x) in range(3, n - 2).chain(range(0, n).filter(|x| { x % 2 == 1 })).enumerate() { out.push(i * 100 + x); }
        out
    }
    fn main() -> string { f"{run(7)}" }
    """
    assert (
        printed(text, Options())[1] == printed(text, Options(opt_level=0))[1] == "'[3, 104, 201, 303, 405]'"
    )


def test_constants_that_are_equal_but_not_the_same() -> None:
    text = "fn main() -> float { let a = 0.0; let b = -0.0; if 1.0 / a > 0.0 { 1.0 / b } else { 0.0 } }"
    assert printed(text, Options())[1] == "-inf"


def test_what_is_the_same_in_every_turn_is_done_before() -> None:
    text = "pub fn f(a: [int], n: int) -> int { let t = 0; let i = 0; while i < n / 10 { t = t + a.len() * n; i = i + 1; } t }"
    found = [op for block in loops(optimised(text)["f"]) for op in block]
    assert not {"int_div", "array_len", "int_mul"} & set(found)
    found = [op for block in loops(optimised(text, no_passes=["hoist"])["f"]) for op in block]
    assert {"int_div", "array_len", "int_mul"} <= set(found)


@pytest.mark.parametrize(
    ("body", "op"),
    [
        ("while i < 3 { t = t + n / m; i = i + 1; }", "int_div"),
        ("while i < a.len() { if i < 3 { a.push(i); }; i = i + 1; }", "array_len"),
        ("while i < 3 { t = t + p.x; p.x = t; i = i + 1; }", "get"),
        ("while i < 3 { t = t + p.x; g(); i = i + 1; }", "get"),
    ],
)
def test_what_may_trap_or_change_stays_in_the_loop(body: str, op: str) -> None:
    text = f"struct P {{ x: int }} fn f(a: [int], p: P, n: int, m: int, g: fn() -> unit) -> int {{ let t = 0; let i = 0; {body}; t }} fn fnop() {{}} fn main() -> int {{ let k = f; k([], P {{ x: 1 }}, 1, 1, fnop) }}"
    assert op in [op for block in loops(optimised(text)["f"]) for op in block]


def test_a_loop_without_turns_does_not_trap() -> None:
    text = "fn run(n: int, m: int) -> int { let t = 0; let i = 0; while i < n { t = t + 10 / m + (1 << m); i = i + 1; } t } fn main() -> int { run(0, 0) + run(1, 2) }"
    for name in ("hoist", "cse", "values"):
        assert printed(text, Options(passes=[name]))[1] == printed(text, Options())[1] == "9"


PROGRAMS = [
    p
    for area in ("realistic", "effects_nested", "closures", "iterators", "runtime_traps", "patterns")
    for p in sorted((ROOT / "tests" / "conformance" / area).glob("*.rusk"))
    if "compile-error" not in p.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("path", PROGRAMS[::4], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_single_pass_keeps_the_meaning(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    want = printed(text, Options(opt_level=0))
    for name in NAMES:
        assert printed(text, Options(opt_level=0, passes=[name])) == want, name
        assert printed(text, Options(opt_level=2, no_passes=[name])) == want, f"without {name}"


def printed(text: str, options: Options) -> tuple[str, Any]:
    """What a program prints, and its result or its trap with the traceback."""
    from rusk.embed.program import _program

    out = io.StringIO()
    program = _program(compile_text(text, "t.rusk", options), "", ())
    try:
        result: Any = program.run(host=rusk.stdio(out))
    except rusk.Trap as trap:
        result = (trap.message, [(f.function, f.line, f.column) for f in trap.traceback])
    return out.getvalue(), repr(result)


def test_parts_without_a_value_keep_their_object() -> None:
    """Where an `Option` is replaced, `None` leaves a register that needs some value; a type may be too deep for that, or have none."""
    deep = "".join([f"struct A{i} {{ a: A{i + 1} }}\n" for i in range(12)]) + "struct A12 { n: int }\n"
    value = "A12 { n: 5 }"
    for i in range(11, -1, -1):
        value = f"A{i} {{ a: {value} }}"
    body = """
    fn f(x: A0, n: int) -> int {
        let o: Option<A0> = None;
        let k = 0;
        for i in 0..n { match o { None => { o = Some(x); }, Some(v) => { k = k + v.a.a.a.a.a.a.a.a.a.a.a.a.n; o = None; } } }
        k
    }"""
    body = body.replace("for i in 0..n {", "let i = 0; while i < n { i = i + 1;")
    assert rusk.compile(f"{deep}{body} fn main() -> int {{ f({value}, 4) }}").run() == 10
