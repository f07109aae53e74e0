"""`rusk run --trace`: every call, result, effect and resumption, in order and at the right depth; nothing that does not happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import rusk

from rusk._interp import DONE, REQUEST, STOP, TRAPPED, Code, Session
from rusk.code.errors import InvalidStateError
from rusk.compiler import Options, compile_text
from rusk.trace import Tracer


def session_of(text: str, hosts: dict[str, object] | None = None, external: tuple[str, ...] = ()) -> Session:
    compiled = compile_text(text, "t.rusk", Options(opt_level=0, require_main=True, external=external))
    assert compiled.image is not None, compiled.diagnostics
    image = compiled.image
    session = Session(
        Code(image),
        hosts=[(hosts or {}).get(i.name, lambda *args: None) for i in image.imports],  # type: ignore[misc]
        external=[n for n, op in enumerate(image.ops) if op.external],
    )
    session.begin({e.name: e.func for e in image.entries}["main"])
    return session


def traced(text: str, status: int = DONE, **options: object) -> list[str]:
    """The lines of the trace of a program that ends with ``status``."""
    session = session_of(text)
    lines: list[str] = []
    assert Tracer(session, lines.append, **options).run() == status  # type: ignore[arg-type]
    assert all([line.endswith("\n") for line in lines])
    return [line.rstrip("\n") for line in lines]


LOG = """interface Log { fn log(m: string) -> unit; fn ask(n: int) -> int; fn stop() -> !; }
struct P { x: int, name: string }
"""


def test_calls_and_results_by_depth() -> None:
    text = """struct P { x: int, name: string }
fn inner(p: P, ok: bool) -> string { f"{p.name}{ok}" }
fn outer(xs: [int]) -> string { inner(P { x: xs[1], name: "n" }, true) }
fn nothing(c: char, f: float) {}
fn main() -> string { nothing('a', 1.5); outer([1, 2]) }
"""
    assert traced(text) == [
        "main()",
        "  nothing('a', 1.5)",
        "  nothing => ()",
        "  outer([1, 2])",
        '    inner(P { x: 2, name: "n" }, true)',
        '    inner => "ntrue"',
        '  outer => "ntrue"',
        'main => "ntrue"',
    ]


def test_effects_arms_and_resumptions() -> None:
    text = (
        LOG
        + """fn work() -> int {
    @Log.log("one");
    @Log.ask(3)
}
fn main() -> int {
    match work() {
        @Log.log(m) => { std::println(m); resume(()) }
        @Log.ask(n) => { let r = resume(n * 2); r + 1 }
        v => v * 10
    }
}
"""
    )
    assert traced(text) == [
        "main()",
        "  match Log.log, Log.ask  (t.rusk:8)",
        "    work()",
        '      perform Log.log("one")',
        '  @Log.log("one")  (t.rusk:9)',
        '    std::println("one")',
        "    resume(()) in work  (t.rusk:4)",
        "      perform Log.ask(3)",
        "  @Log.ask(3)  (t.rusk:10)",
        "    resume(6) in work  (t.rusk:5)",
        "      work => 6",
        "    match => 60",
        "    resume => 60",
        "  @Log.ask => 61",
        "main => 61",
    ]


def test_an_arm_that_abandons_says_how_much() -> None:
    text = (
        LOG
        + """fn deep(n: int) -> int { if n == 0 { @Log.stop() } else { deep(n - 1) } }
fn main() -> int {
    match deep(2) {
        @Log.stop() => -1
        v => v
    }
}
"""
    )
    assert traced(text)[-4:] == [
        "          perform Log.stop()",
        "  @Log.stop()  (t.rusk:6), abandons 4 activations",
        "  @Log.stop => -1",
        "main => -1",
    ]


def test_an_arm_that_keeps_or_drops_its_continuation_says_so() -> None:
    text = """interface Y { fn put(v: int) -> unit; }
enum Step { End, Item(int, cont(unit) -> Step) }
fn start(g: fn()) -> Step { match g() { @Y.put(v) -> k => Step::Item(v, k)  _ => Step::End } }
fn main() {
    let a = start(| | { @Y.put(1); @Y.put(2); });
    match a { Step::Item(_, k) => { k(()); } _ => {} }
    match { @Y.put(3); 1 } { @Y.put(v) => { if v > 5 { resume(()); } } _ => {} }
    match { @Y.put(7); 1 } { @Y.put(v) => { if v > 5 { resume(()); } } _ => {} }
}
"""
    assert traced(text) == [
        "main()",
        "  start(<fn main::{closure}>)",
        "    match Y.put  (t.rusk:3)",
        "      main::{closure}()",
        "        perform Y.put(1)",
        "    @Y.put(1)  (t.rusk:3)",
        "    @Y.put => Step::Item(1, <cont>), without having resumed",
        "  start => Step::Item(1, <cont>)",
        "  resume(()) in main::{closure}  (t.rusk:5)",
        "      perform Y.put(2)",
        "  @Y.put(2)  (t.rusk:3)",
        "  @Y.put => Step::Item(2, <cont>), without having resumed",
        "  resume => Step::Item(2, <cont>)",
        "  match Y.put  (t.rusk:7)",
        "    perform Y.put(3)",
        "  @Y.put(3)  (t.rusk:7)",
        "  @Y.put => (), without having resumed",
        "  match Y.put  (t.rusk:8)",
        "    perform Y.put(7)",
        "  @Y.put(7)  (t.rusk:8)",
        "    resume(()) in main  (t.rusk:8)",
        "    match => ()",
        "    resume => ()",
        "  @Y.put => ()",
        "main => ()",
    ]


def test_refutable_arms_and_outer_handlers() -> None:
    text = (
        LOG
        + """fn main() -> int {
    match (match @Log.ask(5) { @Log.ask(1) => 0  @Log.ask(2) => 1  v => v }) {
        @Log.ask(n) => resume(n)
        v => v
    }
}
"""
    )
    assert traced(text) == [
        "main()",
        "  match Log.ask  (t.rusk:4)",
        "    match Log.ask  (t.rusk:4)",
        "      perform Log.ask(5)",
        "  @Log.ask(5)  (t.rusk:5)",
        "    resume(5) in main  (t.rusk:4)",
        "    match => 5",
        "  match => 5",
        "main => 5",
    ]


def test_return_and_break_out_of_a_match() -> None:
    text = (
        LOG
        + """fn find() -> int {
    while true {
        match { @Log.log("x"); 1 } {
            @Log.log(_) => { break; }
            _ => {}
        }
    }
    match @Log.ask(1) { @Log.ask(n) => return n + 1  _ => {} }
    0
}
fn main() -> int { find() }
"""
    )
    lines = traced(text)
    assert "    break out of match  (t.rusk:6), abandons 1 activation" in lines
    assert "    return out of match  (t.rusk:10), abandons 1 activation" in lines
    assert lines[-2:] == ["  find => 2", "main => 2"]


def test_generic_functions_closures_and_dispatch() -> None:
    text = """interface Show { readonly fn show() -> string; }
struct A {}
struct B { n: int }
impl Show for A { readonly fn show() -> string { "A" } }
impl Show for B { readonly fn show() -> string { f"B{self.n}" } }
fn twice<T>(f: fn(T) -> T, x: T) -> T { f(f(x)) }
fn main() -> string {
    let add = 1;
    let n = twice(|x| { x + add }, 3);
    let all: [Show] = [A {} as Show, B { n: n } as Show];
    twice(|s| { s + all[1].show() }, all[0].show())
}
"""
    assert traced(text) == [
        "main()",
        "  twice(<fn main::{closure}>, 3)",
        "    main::{closure}(3)",
        "    main::{closure} => 4",
        "    main::{closure}(4)",
        "    main::{closure} => 5",
        "  twice => 5",
        "  A::show(A {})",
        '  A::show => "A"',
        '  twice(<fn main::{closure}>, "A")',
        '    main::{closure}("A")',
        "      B::show(B { n: 5 })",
        '      B::show => "B5"',
        '    main::{closure} => "AB5"',
        '    main::{closure}("AB5")',
        "      B::show(B { n: 5 })",
        '      B::show => "B5"',
        '    main::{closure} => "AB5B5"',
        '  twice => "AB5B5"',
        'main => "AB5B5"',
    ]


def test_a_trap_is_the_last_line() -> None:
    lines = traced("fn f(xs: [int]) -> int { xs[3] }\nfn main() -> int { f([1]) }\n", TRAPPED)
    assert lines == ["main()", "  f([1])", "    trap: index out of bounds: index=3, len=1"]


def test_a_continuation_that_is_used_up() -> None:
    text = LOG + "fn main() -> int { match @Log.ask(1) { @Log.ask(n) -> k => { k(1); k(2) }  v => v } }\n"
    assert traced(text, TRAPPED)[-2:] == ["    resume, used up", "    trap: invalid resume"]


def test_a_loop_at_the_beginning_of_a_function_is_no_call() -> None:
    text = """struct P { n: int }
fn spin(p: P) -> int { while true { p.n = p.n - 1; if p.n < 0 { return p.n; } } 0 }
fn main() -> int { spin(P { n: 3 }) }
"""
    assert traced(text) == ["main()", "  spin(P { n: 3 })", "  spin => -1", "main => -1"]


def test_host_functions_and_their_values() -> None:
    text = """extern fn now(zone: string) -> int;
extern fn names() -> [string];
fn main() -> int { now("utc") + names().len() }
"""
    session = session_of(text, hosts={"now": lambda zone: 7, "names": lambda: ["a", "b"]})
    lines: list[str] = []
    assert Tracer(session, lines.append).run() == DONE
    assert "".join(lines) == 'main()\n  now("utc")\n  => 7\n  names()\n  => ["a", "b"]\nmain => 9\n'


def test_external_effects() -> None:
    text = LOG + "fn main() -> int { @Log.ask(3) + 1 }\n"
    session = session_of(text, external=("Log.ask",))
    lines: list[str] = []
    tracer = Tracer(session, lines.append)
    assert tracer.run() == REQUEST
    session.answer(41)
    assert tracer.run() == DONE
    assert "".join(lines) == "main()\n  perform Log.ask(3)\nmain => 42\n"


def test_the_library_shows_its_effects_and_what_it_calls() -> None:
    text = """fn half(n: int) -> int { if n % 2 == 1 { throw(n) } else { n / 2 } }
fn main() -> int { let r = try { half(3) }.catch(|e: int| {}); match r { Result::Ok(v) => v  Result::Err(e) => 0 - e } }
"""
    lines = traced(text)
    assert any([line.strip() == "perform core::result::Throw.throw(3)" for line in lines])
    assert any([line.strip().startswith("@core::result::Throw.throw(3)") for line in lines])
    assert any([line.strip() == "half(3)" for line in lines])
    assert not any(["Try::catch(" in line for line in lines])
    assert any(["catch(" in line for line in traced(text, library=True)])


def test_only_some_functions() -> None:
    text = """fn a(n: int) -> int { let f = |x: int| { x }; b(n) + f(1) }
fn b(n: int) -> int { n }
fn main() -> int { a(1) + b(2) }
"""
    assert traced(text, only=["b"]) == ["    b(1)", "    b => 1", "  b(2)", "  b => 2"]
    assert traced(text, only=["a"]) == ["  a(1)", "    a::{closure}(1)", "    a::{closure} => 1", "  a => 2"]


def test_a_limit_of_depth() -> None:
    text = "fn f(n: int) -> int { if n == 0 { 0 } else { f(n - 1) } }\nfn main() -> int { f(5) }\n"
    assert traced(text, depth=0) == ["main()", "main => 0"]
    assert traced(text, depth=1) == ["main()", "  f(5)", "  f => 0", "main => 0"]


def test_deep_recursion_has_bounded_indentation() -> None:
    text = "fn f(n: int) -> int { if n == 0 { 0 } else { 1 + f(n - 1) } }\nfn main() -> int { f(50000) }\n"
    lines = traced(text)
    assert len(lines) == 2 * 50002
    assert max([len(line) for line in lines]) < 80
    assert lines[50001] == " " * 48 + "[50001] f(0)"
    assert lines[50002] == " " * 48 + "[50001] f => 0"


def test_long_values_are_cut() -> None:
    text = """struct Node { next: Option<Node> }
fn f(s: string, xs: [int], n: Node, c: string) {}
fn main() {
    let xs: [int] = [];
    while xs.len() < 100000 { xs.push(7); }
    let n = Node { next: Option::None };
    let i = 0;
    while i < 5000 { n = Node { next: Option::Some(n) }; i = i + 1; }
    f("é".repeat(100000), xs, n, "\\n".repeat(61));
}
"""
    line = next(line for line in traced(text) if line.startswith("  f("))
    assert len(line) < 4 * 66
    assert line.startswith('  f("' + "é" * 59 + "..., [7, 7, ")
    assert line.count("...") == 4


def test_a_loop_of_tail_resumptions() -> None:
    text = (
        LOG
        + """fn work(n: int) -> int { let s = 0; let i = n; while i > 0 { s = s + @Log.ask(i); i = i - 1; } s }
fn main() -> int { match work(1000) { @Log.ask(n) => resume(n)  v => v } }
"""
    )
    lines = traced(text)
    assert lines.count("      perform Log.ask(500)") == 1
    assert len([line for line in lines if line.startswith("  @Log.ask(")]) == 1000
    assert len([line for line in lines if line.startswith("    resume(")]) == 1000
    assert lines[-3:] == ["    work => 500500", "  match => 500500", "main => 500500"]


# ---------------------------------------------------------------- stops of a session


def test_stops_need_one_byte_a_word_and_looking_needs_a_stop() -> None:
    session = session_of("fn main() -> int { 1 }\n")
    with pytest.raises(ValueError, match="one byte for each word"):
        session.stop_at(b"")
    with pytest.raises(InvalidStateError, match="not at a stop"):
        session.shown(2, 0, 10)
    with pytest.raises(InvalidStateError, match="not at a stop"):
        session.suspended(0)
    with pytest.raises(InvalidStateError, match="not at a stop"):
        _ = session.activation
    with pytest.raises(InvalidStateError, match="not at a stop"):
        _ = session.awaiting
    with pytest.raises(InvalidStateError, match="not at a stop"):
        _ = session.stopped
    words = len(session.code.image.code)
    session.stop_at(b"\1" * words)
    assert session.step() == STOP
    with pytest.raises(IndexError):
        session.shown(2, 500, 10)
    with pytest.raises(IndexError):
        session.shown(500, 0, 10)
    with pytest.raises(IndexError):
        session.suspended(500)
    steps = 1
    while session.step() == STOP:
        steps += 1
    assert session.status == DONE
    assert session.metrics()["executed_instructions"] == steps


# ---------------------------------------------------------------- the command


PROGRAM = """fn f(n: int) -> int { n / (n - 3) * 2 }
fn main(argv: [string]) -> int { std::println("hi"); f(3) }
"""


def test_command(tmp_path: Path) -> None:
    (tmp_path / "a.rusk").write_text(PROGRAM)
    r = rusk("run", "--trace=f", "a.rusk", cwd=tmp_path)
    assert r.status == 101
    assert r.out == "hi\n"
    assert r.err.startswith(
        "  f(3)\n    trap: int_div: division by zero\nruntime error: int_div: division by zero\n"
    )
    r = rusk("--trace", "--trace-depth", "1", "--print-result", "a.rusk", cwd=tmp_path)
    assert '  std::println("hi")\n' in r.err


def test_command_used_wrongly(tmp_path: Path) -> None:
    (tmp_path / "a.rusk").write_text("fn main() {}\n")
    assert rusk("build", "a.rusk", cwd=tmp_path).status == 0
    r = rusk("run", "--trace", "a.rbc", cwd=tmp_path)
    assert (r.status, r.err) == (2, "error: `--trace` needs the source of the program\n")
    r = rusk("run", "--trace", "--trace-depth", "x", "a.rusk", cwd=tmp_path)
    assert r.status == 2 and "`--trace-depth` needs a whole number" in r.err
    assert "--trace[=NAME,...]" in rusk("run", "--help").out
