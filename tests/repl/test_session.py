"""The live session of the REPL: what inputs see of each other."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from rusk.diagnostics import render_all
from rusk.repl.session import Failed, Repl, Result, Stopped


@pytest.fixture
def printed() -> list[str]:
    return []


@pytest.fixture
def repl(printed: list[str]) -> Repl:
    return Repl({"std::println": printed.append})


def value(repl: Repl, text: str) -> str:
    """The value and type of an input."""
    result = repl.run(text)
    return f"{result.value}: {result.type}"


def fails(repl: Repl, text: str) -> str:
    with pytest.raises(Failed) as e:
        repl.run(text)
    return render_all(e.value.diagnostics) or e.value.message


def stops(repl: Repl, text: str) -> Stopped:
    with pytest.raises(Stopped) as e:
        repl.run(text)
    return e.value


def test_values(repl: Repl) -> None:
    assert value(repl, "1 + 2") == "3: int"
    assert value(repl, "it * 2") == "6: int"
    repl.run("fn f() {} f(); let y = 1")
    assert value(repl, "it + 1") == "7: int"  # what has no value leaves it
    assert (
        value(repl, '("a", [1.5], Some(true))')
        == '("a", [1.5], Option::Some(true)): (string, [float], Option<bool>)'
    )
    assert value(repl, "()") == "None: unit"
    assert value(repl, "") == "None: unit"
    assert value(repl, "// nothing") == "None: unit"


def test_variables(repl: Repl) -> None:
    result = repl.run('let x = 5; const k = "k"; let (a, b) = (1, true)')
    assert [(v.name, v.kind, v.type) for v in result.variables] == [
        ("x", "let", "int"),
        ("k", "const", "string"),
        ("a", "let", "int"),
        ("b", "let", "bool"),
    ]
    repl.run("x = x + 1; a = x; b = !b")
    assert value(repl, "(x, k, a, b)") == '(6, "k", 6, false): (int, string, int, bool)'
    assert "cannot assign to `k`" in fails(repl, 'k = "l"')
    repl.run('let x = f"{x}!"')
    assert value(repl, "x") == '"6!": string'


def test_objects_keep_their_identity(repl: Repl) -> None:
    repl.run("struct P { n: int, next: [P] }")
    repl.run("let p = P { n: 1, next: [] }; let q = p; let ps = [p, q]")
    repl.run("p.next.push(p); q.n = 7; ps[0].n = ps[0].n + 1")
    assert value(repl, "(p.n, q.next[0].next[0].n, ps[1].n)") == "(8, 8, 8): (int, int, int)"
    repl.run("readonly r = p")
    assert "cannot write through a readonly view" in fails(repl, "r.n = 1")
    repl.run("p.n = 1")
    assert value(repl, "r.n") == "1: int"


def test_closures_share_variables(repl: Repl) -> None:
    repl.run("let n = 0; let bump = |by: int| { n = n + by; n }")
    assert value(repl, "bump(2) + bump(3)") == "7: int"
    repl.run("n = 10")
    assert value(repl, "bump(1)") == "11: int"
    assert value(repl, "n") == "11: int"
    repl.run("let twice = | | { bump(1); bump(1) }; fn apply(f: fn() -> int) -> int { f() }")
    assert value(repl, "apply(twice) + apply { bump(0) }") == "26: int"
    assert value(repl, "if n > 0 {} bump(1)") == "14: int"
    assert value(repl, '{ let n = "inner"; n }') == '"inner": string'
    assert value(repl, 'f"{n}{bump(1)}{n}"') == '"141515": string'


def test_continuations_live_on(repl: Repl) -> None:
    repl.run("interface Ask { fn number(n: int) -> int; }")
    repl.run("let ks: [cont(int) -> int] = []")
    repl.run(
        "match @Ask.number(1) + @Ask.number(2) { @Ask.number(n) -> k => { ks.push(k); n } v => v + 1000 }"
    )
    repl.run("fn more() -> int { 1 }")
    assert value(repl, "ks[0](30)") == "2: int"
    assert value(repl, "ks[1](4)") == "1034: int"
    assert stops(repl, "ks[1](4)").message == "invalid resume"


def test_interface_values(repl: Repl, printed: list[str]) -> None:
    repl.run("interface Shape { fn area() -> int; fn name() -> string; }")
    repl.run(
        'struct Sq { s: int } impl Shape for Sq { fn area() -> int { self.s * self.s } fn name() -> string { "sq" } }'
    )
    repl.run("let shapes = [Sq { s: 4 } as Shape]")
    assert value(repl, "shapes[0].area()") == "16: int"
    # a method of an old value that no input had called; another type behind the interface
    repl.run(
        'struct Dot { v: int } impl Shape for Dot { fn area() -> int { 0 } fn name() -> string { "dot" } }'
    )
    repl.run("shapes.push(Dot { v: 1 } as Shape); for s in shapes { std::println(s.name()); }")
    assert printed == ["sq", "dot"]
    assert (
        value(repl, "(shapes[0] is Sq, shapes[0] is Dot, shapes[1] is Dot)")
        == "(true, false, true): (bool, bool, bool)"
    )


def test_enums_of_which_inputs_make_different_variants(repl: Repl) -> None:
    repl.run("enum E { A, B(int), C(string) }")
    repl.run(
        'let e = E::A; fn show(e: E) -> string { match e { E::A => "a", E::B(n) => f"b{n}", E::C(s) => s } }'
    )
    assert value(repl, "show(e)") == '"a": string'
    repl.run("e = E::B(4)")
    assert value(repl, "show(e)") == '"b4": string'
    repl.run('e = E::C("c")')
    assert value(repl, "[show(e), show(E::A)]") == '["c", "a"]: [string]'


def test_library_values(repl: Repl) -> None:
    repl.run('let m: core::map::Map<string, int> = core::map::Map::new(); m.insert("a", 1)')
    repl.run('m.insert("b", 2)')
    assert value(repl, "m") == 'Map { "a": 1, "b": 2 }: core::map::Map<string, int>'
    repl.run("let it2 = [1, 2, 3].iter().map(|n| { n * 2 })")
    assert value(repl, "it2.collect()") == "[2, 4, 6]: [int]"


def test_redefinition_of_functions(repl: Repl) -> None:
    repl.run("fn f(n: int) -> int { n + 1 } fn g(n: int) -> int { f(n) * 10 }")
    repl.run("let old = | | { f(1) }")
    repl.run("fn f(n: int) -> int { n + 2 }")
    assert value(repl, "(f(1), g(1))") == "(3, 30): (int, int)"
    assert value(repl, "old()") == "2: int"  # a closure keeps the code it was made with
    assert "type mismatch" in fails(repl, 'fn f(n: int) -> string { "x" }')  # does not fit `g`
    assert value(repl, "g(1)") == "30: int"


def test_redefinition_of_types(repl: Repl) -> None:
    repl.run("struct S { a: int } impl S { fn get() -> int { self.a } }")
    repl.run("let s = S { a: 1 }; let ss = [s]; let n = 1; fn mk() -> int { S { a: 2 }.get() }")
    assert "no field `a`" in fails(repl, "struct S { b: int }")
    assert value(repl, "(s.get(), ss[0].a)") == "(1, 1): (int, int)"
    result = repl.run(
        "struct S { b: int } impl S { fn get() -> int { self.b } } fn mk() -> int { S { b: 2 }.get() }"
    )
    assert result.dropped == ["s", "ss"]
    assert value(repl, "(mk(), n)") == "(2, 1): (int, int)"
    assert "unknown value `s`" in fails(repl, "s")
    assert repl.run("struct S { b: int }").dropped == []


def test_methods_come_in_several_impls(repl: Repl) -> None:
    repl.run("struct S { a: int } impl S { fn one() -> int { 1 } }")
    repl.run("impl S { fn two() -> int { 2 } }")
    repl.run("impl S { fn one() -> int { 10 } }")
    assert value(repl, "S { a: 0 }.one() + S { a: 0 }.two()") == "12: int"


def test_imports_modules_and_derives(repl: Repl, printed: list[str], tmp_path: object) -> None:
    repl.run("use std::println; mod m { pub fn f() -> int { 3 } } use m::f as g;")
    repl.run('println(f"{g()}")')
    assert printed == ["3"]
    repl.run("struct S { a: int } derive Eq for S;")
    assert value(repl, "S { a: 1 } == S { a: 1 }") == "true: bool"


def test_errors_show_what_was_typed(repl: Repl) -> None:
    repl.run("fn good() -> int { 1 }")
    assert fails(repl, 'let x = 1;\nx + "a"') == (
        'error[E0301]: type mismatch: expected `int`, got `string`\n --> <input 2>:2:1\n  |\n2 | x + "a"\n  | ^^^^^^^'
    )
    assert (
        fails(repl, "nope")
        == "error[E0212]: unknown value `nope`\n --> <input 3>:1:1\n  |\n1 | nope\n  | ^^^^"
    )
    assert "cannot infer the type of this" in fails(repl, "core::map::Map::new()")
    assert "expected expression" in fails(repl, "1 + ) 2")
    assert fails(repl, "if true { return; }") == "`return` outside of a function"
    assert value(repl, "{ let f = |n: int| { return n + 1; }; f(1) }") == "2: int"
    assert "unknown value `x`" in fails(repl, "x")
    assert repl.run("match 1 { 1 => 2, _ => 3, _ => 4 }").warnings[0].name == "unreachable-arm"


def test_traps_leave_the_session(repl: Repl) -> None:
    repl.run("let x = 1; fn deep(n: int) -> int { deep(n + 1) + 1 } fn bad(xs: [int]) -> int {\n    xs[9]\n}")
    stopped = stops(repl, "x = 2; let y = 3; bad([1])")
    assert stopped.message == "array index out of bounds" or "index" in stopped.message
    assert stopped.frames[-1][1:3] == ("<input 1>", 2)
    assert stopped.frames[0][:3] == ("input", "<input 2>", 1)
    assert value(repl, "x") == "2: int"
    assert "unknown value `y`" in fails(repl, "y")
    assert stops(repl, "deep(0)").message == "stack overflow"
    assert stops(repl, 'panic("boom")').message == "panic: boom"
    assert value(repl, "x") == "2: int"


def test_memory_limit_leaves_the_session() -> None:
    repl = Repl({}, memory=8 << 20)
    repl.run("let x = 1; let big: [int] = []")
    assert stops(repl, "while true { big.push(1); }").message == "memory limit exceeded"
    repl.run("big.clear(); let big = 0")
    assert value(repl, "x") == "1: int"


def test_interrupt(repl: Repl) -> None:
    repl.run("let x = 0")
    timer = threading.Timer(1.0, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    assert stops(repl, "loop { x = x + 1; }").message == "interrupted"
    assert time.monotonic() - begun < 60
    assert value(repl, "x > 0") == "true: bool"


def test_many_inputs_with_garbage(repl: Repl) -> None:
    """Objects of earlier inputs survive collections in later ones, and a check of the whole heap."""
    repl.run('struct N { v: int, next: Option<N> } let list: Option<N> = None; let words = ["a"]')
    for i in range(30):
        repl.run(f'list = Some(N {{ v: {i}, next: list }}); words.push(f"w{i}"); let fresh{i} = [list]')
        if i % 10 == 0:
            assert repl.session is not None
            repl.session.collect()
            repl.session.check_heap()
    repl.run("fn sum(l: Option<N>) -> int { match l { Some(n) => n.v + sum(n.next), None => 0 } }")
    assert value(repl, "sum(list) + words.len()") == "466: int"
    assert repl.session is not None
    repl.session.check_heap()


def test_type_of_runs_nothing(repl: Repl, printed: list[str]) -> None:
    assert repl.type_of('std::println("x")') == "unit"
    assert repl.type_of("[|n: int| { n }]") == "[fn(int) -> int]"
    assert repl.type_of('panic("x")') == "!"
    assert printed == []


def test_reset(repl: Repl) -> None:
    repl.run("let x = 1; fn f() -> int { 1 }")
    repl.reset()
    assert "unknown value `x`" in fails(repl, "x")
    assert value(repl, "2") == "2: int"
    assert isinstance(repl.run("3"), Result)


def test_stops_of_a_tracer_do_not_outlive_the_code(repl: Repl) -> None:
    """They are counted in words of code, of which there are more after each input."""
    repl.run("fn f(n: int) -> int { n + 1 }")
    assert value(repl, "f(1)") == "2: int"
    session = repl.session
    assert session is not None
    session.stop_at(b"\1" * len(session.code.image.code))
    assert value(repl, "[f(2), f(3)].iter().map(f).collect()") == "[4, 5]: [int]"
    assert value(repl, "f(it[1])") == "6: int"
