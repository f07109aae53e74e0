"""The budgets of the compiler, as a host sets them (00-decisions 36, 09 §9)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import rusk


def error(source: str, **limits: int) -> rusk.Diagnostic:
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile(source, limits=rusk.Limits(**limits))
    (found,) = [d for d in caught.value.diagnostics if d.severity == "error"]
    return found


TYPES = "".join([f"struct S{i} {{}}\n" for i in range(20)])
INSTANCES = f"fn g<T>(x: T) -> int {{ 1 }}\n{TYPES}fn main() -> int {{ {' + '.join([f'g(S{i} {{}})' for i in range(20)])} }}"


def test_instances() -> None:
    found = error(INSTANCES, instances=12)
    assert (found.code, found.message) == ("E0809", "too many instances: more than 12")
    assert found.notes == ("most instances have `g` (12)",)
    assert rusk.compile(INSTANCES, limits=rusk.Limits(instances=30)).run() == 20


TUPLES = "fn main() { let a0 = 1; " + "".join([f"let a{i + 1} = (a{i}, a{i}); " for i in range(8)]) + "}"
GROWING = "fn g<T>(x: T, n: int) -> int { h((x, x), n) } fn h<T>(x: T, n: int) -> int { k((x, x), n) } fn k<T>(x: T, n: int) -> int { n } fn main() -> int { g(1, 5) }"


def test_size_of_types() -> None:
    found = error(TUPLES, type_size=100)
    assert (found.code, found.message[:17]) == ("E0810", "type too large: `")
    rusk.compile(TUPLES, limits=rusk.Limits(type_size=1000))
    # ... also where only an instance has it
    found = error(GROWING, type_size=5)
    assert (found.code, found.message) == ("E0810", "type too large: `((int, int), (int, int))`")
    assert rusk.compile(GROWING, limits=rusk.Limits(type_size=7)).run() == 5


def test_a_larger_size_of_types_than_usual() -> None:
    source = (
        "fn main() { let a0 = 1.5; " + "".join([f"let a{i + 1} = (a{i}, a{i}); " for i in range(16)]) + "}"
    )
    assert error(source).code == "E0810"
    rusk.compile(source, limits=rusk.Limits(type_size=200_000))


def test_depth_of_types() -> None:
    source = "fn main() { let a0 = 1; " + "".join([f"let a{i + 1} = [a{i}]; " for i in range(50)]) + "}"
    found = error(source, type_depth=20)
    assert (found.code, found.message, found.label) == ("E0811", "nested too deeply", "by this type")
    rusk.compile(source, limits=rusk.Limits(type_depth=60))


def test_nesting_of_source() -> None:
    source = f"fn main() -> int {{ {'(' * 50}1{')' * 50} }}"
    found = error(source, nesting=50)
    assert (found.code, found.message, found.line) == ("E0811", "nested too deeply", 1)
    assert rusk.compile(source, limits=rusk.Limits(nesting=60)).run() == 1
    # ... in host modules, too, but not in the library
    module = {"m": f"pub fn f() -> int {{ {'(' * 50}1{')' * 50} }}"}
    with pytest.raises(rusk.CompileError, match="nested too deeply"):
        rusk.compile("fn main() -> int { m::f() }", modules=module, limits=rusk.Limits(nesting=30))
    text = "fn main() -> string { [1, 2].iter().map(|x| { x + 1 }).collect().to_string() }"
    assert rusk.compile(text, limits=rusk.Limits(nesting=6)).run() == "[2, 3]"


def test_size_of_code() -> None:
    source = (
        f"extern fn f(n: int) -> int; fn main() -> int {{ {' + '.join([f'f({i})' for i in range(50)])} }}"
    )
    found = error(source, code_size=200)
    assert (found.code, found.message, found.line, found.column) == ("E0812", "program too large", 1, 1)
    assert found.notes == ("there is too much of: instructions",)
    host = rusk.Host()
    host.install("f", lambda n: n)
    assert rusk.compile(source, limits=rusk.Limits(code_size=10_000)).run(host=host) == sum(range(50))


DEEP = {
    "parentheses": ("fn main() -> int { ", "(", "1", ")", " }"),
    "blocks": ("fn main() -> int { ", "{", "1", "}", " }"),
    "matches": ("fn main() -> int { ", "match 1 { 1 => ", "1", ", _ => 2 }", " }"),
    "tuples": ("fn main() -> int { let a = ", "(", "1", ",)", "; 1 }"),
    "functions": ("fn main() -> int { let a = ", "|x: int| { ", "1", " }", "; 1 }"),
    "handlers": (
        "interface E { fn op() -> int; } fn main() -> int { ",
        "match ",
        "@E.op()",
        " { @E.op() => resume(1), n => n }",
        " }",
    ),
    "patterns": (
        "fn main() -> int { let a: " + "(" * 900 + "int" + ",)" * 900 + " = " + "(" * 900 + "1" + ",)" * 900 + "; match a { ",
        "(",
        "x",
        ",)",
        " => x } }",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEEP)
def test_the_deepest_that_a_host_can_allow(name: str) -> None:
    """It needs no more than a small stack, at whatever level of optimisation."""
    begin, left, middle, right, end = DEEP[name]
    source = begin + left * 900 + middle + right * 900 + end
    found: list[Any] = []

    def run() -> None:
        limits = rusk.Limits(nesting=1000, type_depth=1000)
        found.extend([rusk.compile(source, opt_level=level, limits=limits).run() for level in (0, 2)])

    before = threading.stack_size(128 << 10)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert found == [1, 1]


def test_limits_that_cannot_be() -> None:
    for name in ("instances", "type_size", "type_depth", "nesting", "code_size"):
        for value in (0, -1, 1 << 40):
            with pytest.raises(ValueError, match=f"limit `{name}` must be from 1 to "):
                rusk.Limits(**{name: value})
        for bad in (1.5, True, "many", None):
            with pytest.raises(TypeError, match=f"limit `{name}` is an int, not "):
                rusk.Limits(**{name: bad})  # type: ignore[arg-type]
    assert repr(rusk.Limits(nesting=9)).startswith(
        "Limits(instances=50000, type_size=20000, type_depth=400, nesting=9"
    )


def test_files(tmp_path: Any) -> None:
    (tmp_path / "main.rusk").write_text("mod deep; fn main() -> int { deep::f() }")
    (tmp_path / "deep.rusk").write_text(f"pub fn f() -> int {{ {'(' * 50}1{')' * 50} }}")
    assert rusk.compile_file(tmp_path / "main.rusk").run() == 1
    with pytest.raises(rusk.CompileError, match="nested too deeply"):
        rusk.compile_file(tmp_path / "main.rusk", limits=rusk.Limits(nesting=40))
