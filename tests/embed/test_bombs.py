"""One-line bombs: each ends in its clear error, within its budget (08 §7.3, 09 §9)."""

from __future__ import annotations

import resource
import sys
from typing import Any

import pytest

import rusk

LIMITS: dict[str, Any] = {"memory": 16 << 20, "deadline": 30.0}

RUN = [
    ("loop", "fn main() { loop { } }", {"deadline": 0.1}, "deadline exceeded"),
    ("loop-fuel", "fn main() { loop { } }", {"fuel": 1_000_000}, "fuel limit exceeded"),
    ("recursion", "fn f(n: int) -> int { 1 + f(n) } fn main() -> int { f(1) }", {}, ("stack overflow", "memory limit exceeded")),
    ("recursion-depth", "fn f(n: int) -> int { 1 + f(n) } fn main() -> int { f(1) }", {"depth": 10_000}, "stack overflow"),
    ("mutual", "fn f(n: int) -> int { 1 + g(n) } fn g(n: int) -> int { 1 + f(n) } fn main() -> int { f(1) }", {"depth": 10_000}, "stack overflow"),
    ("closure", "fn main() { let f = |n: int| { n }; loop { let g = f; f = |n: int| { g(n) }; } }", {}, "memory limit exceeded"),
    ("string", 'fn main() { let s = "ab"; loop { s = s + s; } }', {}, "memory limit exceeded"),
    ("fstring", 'fn main() { let s = "ab"; loop { s = f"{s}{s}"; } }', {}, "memory limit exceeded"),
    ("repeat", 'fn main() { "ab".repeat(1 << 60); }', {}, "memory limit exceeded"),
    ("repeat-overflow", 'fn main() { "ab".repeat(9223372036854775807); }', {}, "memory limit exceeded"),
    ("resize", "fn main() { let a: [int] = []; a.resize(1 << 60, 0); }", {}, "memory limit exceeded"),
    ("resize-max", "fn main() { let a: [int] = []; a.resize(9223372036854775807, 0); }", {}, "memory limit exceeded"),
    ("resize-bytes", "fn main() { let a: [byte] = []; a.resize(1 << 62, (1).to_byte()); }", {}, "memory limit exceeded"),
    ("extend", "fn main() { let a = [1]; loop { a.extend(a); } }", {}, "memory limit exceeded"),
    ("push", "fn main() { let a: [[int]] = []; loop { a.push([1, 2, 3]); } }", {}, "memory limit exceeded"),
    ("map", "fn main() { let m = core::map::Map::new(); let i = 0; loop { m.insert(i, i); i = i + 1; } }", {}, "memory limit exceeded"),
    ("list", "enum L { N, C(int, L) } fn main() { let l = L::N; loop { l = L::C(1, l); } }", {}, "memory limit exceeded"),
    ("fibers", "interface E { fn op() -> int; } fn f() -> int { match f() { @E.op() => resume(1), n => n + 1 } } fn main() -> int { f() }", {}, ("memory limit exceeded", "stack overflow")),
    ("conts", "interface E { fn op() -> int; } fn main() { let ks: [cont(int) -> unit] = []; loop { match { @E.op(); () } { @E.op() -> k => { ks.push(k); } _ => () } } }", {}, "memory limit exceeded"),
    ("resumes", "interface E { fn op() -> int; } fn f() -> int { 1 + @E.op() } fn main() -> int { match f() { @E.op() => 1 + resume(f()), n => n } }", {}, ("stack overflow", "memory limit exceeded", "unhandled effect: E.op")),
    ("json", 'fn main() { let s = "["; let i = 0; while i < 22 { s = s + s; i = i + 1; } let r: Result<[int], core::serde::SerdeError> = std::json::from_string(s); match r { Result::Ok(_) => panic("ok"), Result::Err(_) => panic("refused") } }', {}, ("panic: refused", "memory limit exceeded", "stack overflow")),
    ("output", 'fn main() { loop { std::print("xxxxxxxxxxxxxxxx"); } }', {"output": 10_000}, "output limit exceeded"),
]  # fmt: skip

COMPILE = [
    ("parentheses", "fn main() -> int { " + "(" * 10_000 + "1" + ")" * 10_000 + " }", "nesting-limit"),
    ("blocks", "fn main() { " + "{" * 10_000 + "}" * 10_000 + " }", "nesting-limit"),
    ("ifs", "fn main() { " + "if true { " * 10_000 + "}" * 10_000 + " }", "nesting-limit"),
    ("arrays", "fn main() { let a = " + "[" * 10_000 + "]" * 10_000 + "; }", "nesting-limit"),
    ("minus", "fn main() -> int { " + "-" * 10_000 + "1 }", "nesting-limit"),
    ("types", "fn f(a: " + "[" * 10_000 + "int" + "]" * 10_000 + ") { } fn main() { }", "nesting-limit"),
    ("patterns", "fn main() { let " + "(" * 10_000 + "a" + ",)" * 10_000 + " = 1; }", "nesting-limit"),
    ("comments", "/*" * 10_000 + "*/" * 10_000 + " fn main() { }", None),
    ("modules", "mod m { " * 10_000 + "}" * 10_000 + " fn main() { }", "nesting-limit"),
    ("unclosed", "fn main() { " + "{ ( [ " * 10_000, "nesting-limit"),
    ("literal", "fn main() -> int { " + "9" * 1_000_000 + " }", "int-too-large"),
    ("float", "fn main() -> float { 1e" + "9" * 100_000 + " }", None),
    ("string", 'fn main() -> string { "' + "x" * 1_000_000 + '" }', None),
    ("array", "fn main() -> int { [" + "1," * 5_000 + "].len() }", None),
    (
        "exponential",
        "fn f<T>(a: T, n: int) { if n > 0 { f((a, a), n - 1); } } fn main() { f(1, 40); }",
        ("endless-instantiation", "type-size-limit"),
    ),
    (
        "doubling",
        "fn main() { let a0 = 1; " + " ".join(f"let a{i + 1} = (a{i}, a{i});" for i in range(60)) + " }",
        "type-size-limit",
    ),
    (
        "doubling-structs",
        "struct S0<T> { a: T, b: T } "
        + " ".join(f"fn f{i}<T>(x: T) {{ f{i + 1}(S0 {{ a: x, b: x }}); }}" for i in range(60))
        + " fn f60<T>(x: T) { } fn main() { f0(1); }",
        None,
    ),
    (
        "instances",
        " ".join(f"fn f{i}<T>(x: T) {{ f{i + 1}((x, 1)); f{i + 1}((1, x)); }}" for i in range(30))
        + " fn f30<T>(x: T) { } fn main() { f0(1); }",
        ("instance-limit", "type-size-limit"),
    ),
    ("endless-enum", "enum N<T> { A(T), B(N<[T]>) } fn main() { let n = N::A(1); }", "endless-instantiation"),
]


@pytest.mark.parametrize(("source", "limits", "messages"), [c[1:] for c in RUN], ids=[c[0] for c in RUN])
def test_at_run_time(source: str, limits: dict[str, Any], messages: Any) -> None:
    host = rusk.Host()
    host.install("std::print", lambda text: None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(rusk.Trap) as caught:
        rusk.compile(source).run(host=host, **{**LIMITS, **limits})
    assert caught.value.message.startswith(messages), caught.value.message
    assert caught.value.render()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> (
        20 if sys.platform == "darwin" else 10
    )
    assert grown < 512, f"{grown} MiB"


@pytest.mark.parametrize(("source", "name"), [c[1:] for c in COMPILE], ids=[c[0] for c in COMPILE])
def test_in_the_compiler(source: str, name: Any) -> None:
    try:
        program = rusk.compile(source)
    except rusk.CompileError as e:
        found = {d.name for d in e.diagnostics}
        assert name is not None and found & ({name} if isinstance(name, str) else set(name)), found
        assert len(str(e)) < 3_000_000
        return
    assert name is None
    with program.start(**LIMITS) as session:
        session.step()


CHAINS = [
    ("struct P { n: int } impl P { fn m() -> P { P { n: self.n + 1 } } } pub fn f() -> int { P { n: 0 }" + ".m()" * 2900 + ".n }", 2900),
    ("pub fn f() -> int { let x = 1; x" + " + x" * 2900 + " }", 2901),
    ("pub fn f() -> int { let x = 1; if x == 0 { 0 }" + "".join(f" else if x == {i} {{ {i} }}" for i in range(2900)) + " else { 5 } }", 1),
]  # fmt: skip


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize(("source", "value"), CHAINS, ids=["calls", "sums", "else-if"])
def test_long_chains_compile(source: str, value: int, level: int) -> None:
    assert rusk.compile(source, opt_level=level).call("f") == value


DEEP = """
enum Tree { Leaf, Node([Tree]) }
pub fn depth(t: Tree) -> int { match t { Tree::Leaf => 0, Tree::Node(ts) => 1 + depth(ts[0]) } }
pub fn grow(n: int) -> Tree { let t = Tree::Leaf; while n > 0 { t = Tree::Node([t]); n = n - 1; } t }
"""


def test_deep_values_from_the_host() -> None:
    program = rusk.compile(
        DEEP.replace("while n > 0 { t", "let m = n; while m > 0 { t").replace("n = n - 1", "m = m - 1")
    )
    T = program.types.Tree
    value: Any = T.Leaf()
    for _ in range(100_000):
        value = T.Node([value])
    assert program.call("depth", value) == 100_000
    got = program.call("grow", 100_000)
    for _ in range(100_000):
        got = got._0[0]
    assert got == T.Leaf()
    with pytest.raises(rusk.Trap, match="memory limit exceeded"):
        program.call("depth", value, memory=1 << 20)


def test_huge_values_from_the_host() -> None:
    program = rusk.compile("pub fn f(a: [int], s: string, b: [byte]) -> int { a.len() + b.len() }")
    for args in (([0] * 1_000_000, "", b""), ([], "x" * 9_000_000, b""), ([], "", bytes(9_000_000))):
        with pytest.raises(rusk.Trap, match="^memory limit exceeded$"):
            program.call("f", *args, memory=1 << 20)
