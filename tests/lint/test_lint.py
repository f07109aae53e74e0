"""The lints (08 §16): what each reports, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rusk.compiler import Options, compile_file
from rusk.lint import lint_file
from rusk.lint.files import lint_files
from rusk.source import Source


def found(tmp_path: Path, text: str, name: str | None = None, errors: bool = False) -> list[str]:
    """``line:col name`` of the findings in a program; only those of one lint if it is named."""
    path = tmp_path / "p.rusk"
    path.write_text(text, encoding="utf-8")
    compiled = compile_file(str(path), Options(check_only=True))
    assert errors or not any(d.severity == "error" for d in compiled.diagnostics), compiled.diagnostics
    out = []
    for d in lint_files([str(path)], Options()):
        _, line, col = d.location()
        assert d.severity == "warning", d
        if name is None or d.name == name:
            out.append(f"{line}:{col} {d.name}" if name is None else f"{line}:{col}")
    return out


def test_the_example_of_the_chapter(tmp_path: Path) -> None:
    text = """fn main() -> bool {
    let unused = 1;
    let a = 2;
    let same = a == a;
    if same { true } else { false }
}
"""
    assert found(tmp_path, text) == ["2:9 unused-variable", "4:16 suspicious-comparison", "5:5 needless-bool"]


@pytest.mark.parametrize(
    ("body", "unused"),
    [
        ("let x = 1;", "1:17"),
        ("const x = 1; readonly y = [x];", "1:35"),
        ("let _x = 1; let _ = 2;", ""),
        ("let x = 1; x = 2;", ""),
        ("let x = 1; std::println(f\"{x}\");", ""),
        ("let x = 1; { let x = 2; std::println(f\"{x}\"); }", "1:17"),
        ("let x = 1; { let x = x; }", "1:30"),
        ("for i in [1] {}", "1:17"),
        ("let f = |a, b: int| { a }; f(1, 2);", "1:25"),
        ("let (a, ..rest) = (1, 2, 3); a;", "1:23"),
        ("let [a, ..] = [1, 2]; a;", ""),
        ("match Some(1) { Some(v) => {} None => {} }", "1:34"),
        ("match Some(1) { None => {} Some(_) => {} }", ""),
        ("match E::A { A => {} }", ""),
        ("match (P { x: 1, y: 2 }) { P { x, y: z } => {} }", "1:44 1:50"),
        ("match @I.op(1) { @I.op(n) -> k => {} v => {} }", "1:36 1:42 1:50"),
        ("match @I.op(1) { @I.op(_) => {} _ => {} }", ""),
        ("let f = 1; main2(f = 2) |x| { x };", "1:17"),
    ],
)  # fmt: skip
def test_unused_variable(body: str, unused: str) -> None:
    items = (
        "\nuse self::E::A; enum E { A } struct P { x: int, y: int } interface I { fn op(n: int) -> int; }"
        "\nfn main2(f: int, g: fn(int) -> int) -> int { g(f) }"
    )
    findings = lint_file(Source("p.rusk", "fn main() { " + body + " }" + items)).findings
    places = [d.location()[1:] for d in findings if d.name == "unused-variable"]
    assert " ".join(f"{line}:{col}" for line, col in places) == unused


def test_unused_variables_of_all_kinds_of_functions() -> None:
    text = """interface I { fn a(x: int); fn b(y: int) {} }
struct S { v: int }
impl S { fn c(z: int) -> int { self.v } static fn d(w: int) {} }
mod m { fn e(u: int) {} }
extern fn f(t: int) -> int;
"""
    assert [d.message[-2] for d in lint_file(Source("p.rusk", text)).findings] == ["y", "z", "w", "u"]


def test_fixes_mend() -> None:
    text = "fn f(a: int, P { x }: P) {} struct P { x: int }"
    for d in reversed(lint_file(Source("p.rusk", text)).findings):
        for start, end, new in d.fixes[0].edits:
            text = text[:start] + new + text[end:]
    assert text == "fn f(_a: int, P { x: _ }: P) {} struct P { x: int }"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("return; f(); f();", ["1:21 unreachable-code"]),
        ("loop { break; continue }", ["1:27 unreachable-code"]),
        ("if true { return; } else { f(); }; f()", ["1:33 redundant-else"]),
        ("loop { if true { f(); break } else { f(); } f(); }", ["1:43 redundant-else"]),
        ("if true { return } f()", []),
        ("if true { false } else { true };", ["1:13 needless-bool"]),
        ("if true { 1 } else if false { true } else { false };", ["1:32 needless-bool"]),
        ("if true { true } else { true };", []),
        ("let a = 1; a <= a; a == a + 0;", ["1:24 suspicious-comparison"]),
        ("f /* a == */ () ; // else", []),
    ],
)
def test_shapes(body: str, wanted: list[str]) -> None:
    findings = lint_file(Source("p.rusk", "fn main() { " + body.replace("f()", "g()") + " }")).findings
    assert [f"{d.location()[1]}:{d.location()[2]} {d.name}" for d in findings] == wanted


def test_unused_functions(tmp_path: Path) -> None:
    text = """use core::fmt::ToString;
fn used() -> int { S { v: 1 }.used() }
fn a() { b(); }
fn b() { a(); }
fn _c() {}
pub fn entry() { by_value(d); }
fn by_value(f: fn() -> unit) { f(); }
fn d() {}
struct S { v: int }
impl S { fn used() -> int { self.v } fn unused() {} static fn make() -> S { S { v: 1 } } pub fn open() {} }
impl ToString for S { readonly fn to_string() -> string { helper() } }
fn helper() -> string { "" }
mod m { pub fn open() {} fn closed() {} }
extern fn host() -> int;
fn main() { used(); }
"""
    assert found(tmp_path, text, "unused-function") == ["3:4", "4:4", "10:41", "10:63", "13:29", "14:11"]


def test_unused_imports(tmp_path: Path) -> None:
    text = """use core::option::Option as Maybe;
use core::result::Result;
use std::println;
use std::print;
use m::Shape::Dot;
use m::Shape::Line;
use m::deep;
use m::deep as again;
use core::fmt::ToString as Text;
use core::iter::Iterator;
pub use m::f;
fn g(x: Maybe<int>) -> unit { match m::Shape::Dot { Dot => {} _ => {} }; deep::h(); x; println(""); }
derive Eq for S;
struct S { v: int }
fn main() { g(Some(1)); m::i(); }
mod m {
    pub enum Shape { Dot, Line }
    pub fn f() {}
    pub fn i() { super::again::h(); }
    pub mod deep { pub fn h() {} }
    use loaf::std::print;
}
"""
    assert found(tmp_path, text, "unused-import") == ["2:1", "4:1", "6:1", "9:1", "10:1", "21:5"]


def test_unused_results(tmp_path: Path) -> None:
    text = """interface I { fn op() -> int; }
struct C { n: int }
impl C { fn bump() -> int { self.n = self.n + 1; self.n } readonly fn get() -> int { self.n } }
fn pure(n: int) -> int { let m = n; while m < 9 { m = m + 1; }; m }
fn asks() -> int { @I.op() }
fn prints() -> int { std::println("x"); 1 }
fn checks(n: int) -> bool { if n < 0 { panic("negative"); }; true }
fn calls(f: fn() -> int) -> int { f() }
fn even(n: int) -> bool { if n == 0 { true } else { odd(n - 1) } }
fn odd(n: int) -> bool { if n == 0 { false } else { even(n - 1) } }
fn generic<T: core::ops::Add>(a: T, b: T) -> T { a + b }
fn main() {
    let c = C { n: 1 };
    let x = 1;
    pure(1);
    c.get();
    x + 1;
    x == 2;
    even(4);
    f"{x}";
    [1, 2].iter().filter(|n| { n > 1 });
    c.bump();
    asks();
    prints();
    checks(1);
    calls(|| { 1 });
    generic(1, 2);
    x = 2;
    [1].push(2);
    if true { pure(1) } else { 2 };
}
""".replace("|| {", "| | {")
    assert found(tmp_path, text, "unused-result") == [f"{n}:5" for n in range(15, 22)]


def test_needless_readonly(tmp_path: Path) -> None:
    text = """struct S { v: int }
fn f(readonly a: int, readonly b: [int], c: readonly string, readonly s: S) -> readonly float {
    readonly x = "a";
    readonly y = [1];
    readonly z = |n: int| { n };
    let _ = (x, y, z, a, b, c, s);
    1.0
}
fn g<T>(readonly t: T) -> readonly T { t }
fn main() { f(1, [1], "", S { v: 1 }); g([1]); }
"""
    assert found(tmp_path, text, "needless-readonly") == ["2:6", "2:45", "2:80", "3:5", "5:5"]


def test_shadowed_resume(tmp_path: Path) -> None:
    text = """interface I { fn op() -> int; }
fn main() -> int {
    match @I.op() {
        @I.op() => match @I.op() { @I.op() => resume(1), v => v },
        v => v,
    };
    match @I.op() {
        @I.op() -> k => k(match @I.op() { @I.op() => resume(1), v => v }),
        v => v,
    };
    match @I.op() {
        @I.op() => resume(match @I.op() { @I.op() -> k => k(resume(1)), v => v }),
        v => match @I.op() { @I.op() => resume(1), v => v },
    };
    match match @I.op() { @I.op() => resume(1), v => v } {
        @I.op() => match @I.op() { @I.op() => 7, v => v },
        v => v,
    }
}
"""
    assert found(tmp_path, text, "shadowed-resume") == ["4:36"]


def test_constant_comparisons(tmp_path: Path) -> None:
    text = """use core::len::Len;
struct L { n: int }
impl Len for L { readonly fn len() -> int { self.n } }
fn f(b: byte, xs: [int], s: bytes, l: L) -> [bool] {
    [
        b >= 0, b < 0, b <= 255, 0 <= b, b == 255, b > 254,
        xs.len() < 0, s.len() >= 0, -1 < xs.len(), xs.len() > 0, l.len() >= 0, xs.len() == 0,
        1 < 2, 2 == 3, 1.0 < 2.0,
    ]
}
fn main() { f(1, [], b"", L { n: 1 }); }
"""
    lines = [place.split(":")[0] for place in found(tmp_path, text, "constant-comparison")]
    assert lines == ["6"] * 4 + ["7"] * 3 + ["8"] * 2


def test_unreachable_effect_arms(tmp_path: Path) -> None:
    text = """interface I { fn op() -> int; fn other() -> int; }
fn asks() -> int { deeper() }
fn deeper() -> int { @I.op() }
fn plain() -> int { 1 }
fn calls(f: fn() -> int) -> int { f() }
fn main() {
    match asks() { @I.op() => 1, @I.other() => 2, v => v };
    match plain() + 1 { @I.op() => 1, v => v };
    match calls(asks) { @I.op() => 1, @I.other() => 2, v => v };
    match { let f = | | { @I.op() }; 3 } { @I.op() => 1, v => v };
}
"""
    assert found(tmp_path, text, "unreachable-effect-arm") == ["7:34", "8:25"]


def test_allowing_in_the_source(tmp_path: Path) -> None:
    text = """// rusk: allow(unused-variable)
fn a(x: int) {
    let y = 1;
}

fn b(x: int) {} // rusk: allow(W0201)
// rusk: allow(W0201, unused-function): why not
fn c(x: int) {}
fn main() {
    // rusk: allow(unused-variable)
    let x = 1;
    let y = 1; // rusk: allow(needless-bool)
    let z = 1; // allow(unused-variable)
    a(1); b(2);
}
"""
    assert found(tmp_path, text) == ["12:9 unused-variable", "13:9 unused-variable"]


def test_modules_are_judged_with_their_program(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    main, m, n = tmp_path / "main.rusk", tmp_path / "m.rusk", tmp_path / "m" / "n.rusk"
    main.write_text("mod m;\nfn main() { m::used(); }\n")
    m.write_text("mod n;\npub fn used() { n::help(); }\nfn unused() {}\n")
    n.write_text("use super::used;\npub fn help() {}\n")

    def names(*files: Path) -> list[str]:
        return [f"{Path(d.path or '').name} {d.name}" for d in lint_files([str(f) for f in files], Options())]

    assert names(n, m, main) == ["n.rusk unused-import", "m.rusk unused-function"]
    assert names(main) == []


def test_programs_with_errors_are_left_to_the_compiler(tmp_path: Path) -> None:
    assert found(tmp_path, "fn unused() {}\nfn main() { let x = 1; nope(); }", errors=True) == [
        "2:17 unused-variable"
    ]
