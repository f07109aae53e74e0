"""``%%rusk`` and ``%rusk`` in an IPython shell."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import rusk

pytest.importorskip("IPython")

from IPython.core.completer import provisionalcompleter  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402
from traitlets.config import Config  # noqa: E402


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.colors = "nocolor"
    shell.run_line_magic("load_ext", "rusk")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(shared: InteractiveShell) -> InteractiveShell:
    shared.run_line_magic("rusk", ":reset")
    for name in [n for n in shared.user_ns if not n.startswith("_")]:
        if name not in ("In", "Out", "get_ipython", "exit", "quit", "open"):
            del shared.user_ns[name]
    return shared


def run(shell: InteractiveShell, code: str) -> Any:
    """The value of a cell of Rusk."""
    return cell(shell, "%%rusk\n" + code)


def cell(shell: InteractiveShell, text: str) -> Any:
    """The value of a cell."""
    found = shell.run_cell(text, store_history=True)
    found.raise_error()
    return found.result


def fails(shell: InteractiveShell, text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a cell that fails shows."""
    capsys.readouterr()
    assert not shell.run_cell(text, store_history=True).success
    out = capsys.readouterr()
    return out.out + out.err


def test_values(shell: InteractiveShell) -> None:
    assert run(shell, "1 + 2") == 3
    assert run(shell, "it * 2") == 6
    assert run(shell, "let x = 1;") is None
    assert run(shell, "(1.5, \"a\", [true], Some('c'))") == (1.5, "a", [True], rusk.Some("c"))
    assert cell(shell, "%rusk x + 1") == 2
    assert cell(shell, 'a = %rusk f"{x}!{{}}"\na') == "1!{}"  # braces are not Python's
    assert repr(run(shell, "|n: int| { n }")) == "<fn __input::{closure}>"
    assert shell.user_ns["Out"][shell.execution_count - 1].__class__ is rusk.Opaque


def test_definitions_stay_and_can_be_made_again(shell: InteractiveShell) -> None:
    run(shell, "fn f(n: int) -> int { n + 1 }\nfn g(n: int) -> int { f(n) * 2 }\nlet n = 5;")
    assert run(shell, "g(n)") == 12
    run(shell, "fn f(n: int) -> int { n - 1 }\nn = n + 1;")
    assert run(shell, "g(n)") == 10


def test_in(shell: InteractiveShell) -> None:
    shell.user_ns.update(
        n=3,
        xs=[1, 2.5],
        words={"a": 1},
        pair=(1, "b"),
        raw=b"\x01",
        grid=np.arange(4).reshape(2, 2),
        real=np.float64(0.5),
    )
    assert cell(shell, "%%rusk -i n,xs -i words\nxs.push(n.to_float()); (n, xs, words)") == (
        3,
        [1.0, 2.5, 3.0],
        {"a": 1},
    )
    assert shell.user_ns["xs"] == [1, 2.5]  # a copy
    assert cell(shell, "%rusk -i pair -i raw (pair.1, raw)") == ("b", b"\x01")
    assert cell(shell, "%rusk -i grid,real (grid[1][0], real)") == (2, 0.5)
    assert run(shell, "n = n + 1; n") == 4  # they stay, as variables


def test_in_with_a_type(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.user_ns.update(xs=[], o=None, n=1)
    assert cell(shell, "%%rusk -i 'xs: [string]' -i \"o: Option<int>\" -i n:float\n(xs.len(), o, n)") == (
        0,
        None,
        1.0,
    )
    assert (
        "the type of `xs` is not clear: an empty list does not say what it is made for; write it: `-i 'xs: TYPE'`"
        in fails(shell, "%rusk -i xs xs", capsys)
    )
    shell.user_ns.update(xs=[1, "a"], f=len)
    assert "its parts are of several types: int, string" in fails(shell, "%rusk -i xs xs", capsys)
    assert "there is no Rusk type for a Python `builtin_function_or_method`" in fails(
        shell, "%rusk -i f f", capsys
    )
    assert "error: `xs` is no `[int]`: expected int, got str" in fails(shell, "%rusk -i xs:[int] xs", capsys)
    assert "error: cannot bring in `n: int;`: expected the end" in fails(shell, "%rusk -i 'n:int;' 1", capsys)
    assert "error: cannot bring in `xs: [itn]`: unknown type `itn`" in fails(
        shell, "%rusk -i xs:[itn] xs", capsys
    )
    assert "error: there is no Python variable `nope`" in fails(shell, "%rusk -i nope 1", capsys)


def test_out(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(
        shell,
        "%%rusk -o xs,P -o area\nstruct P { w: int, h: int }\nfn area(p: P) -> int { p.w * p.h }\nlet xs = [P { w: 1, h: 2 }];",
    )
    ns = shell.user_ns
    assert ns["area"](ns["xs"][0]) == 2
    assert ns["area"](ns["P"](3, 4)) == 12
    assert repr(ns["area"]) == "<Rusk function fn area(p: P) -> int>"
    cell(shell, "xs = [P(5, 6)]")
    assert cell(shell, "%rusk -i xs xs[0].h") == 6
    with pytest.raises(TypeError, match="area takes 1 arguments, got 2"):
        ns["area"](1, 2)
    with pytest.raises(rusk.HostTypeError, match="arguments of area: expected P, got int"):
        ns["area"](1)
    run(shell, 'fn area(p: P) -> string { "new" }')
    assert ns["area"](ns["P"](3, 4)) == "new"
    assert "there is no variable, function, struct or enum `nope`" in fails(shell, "%rusk -o nope 1", capsys)
    assert "`f` cannot become a value of Python: it is a `fn(int) -> int`" in fails(
        shell, "%%rusk -o f\nlet f = |n: int| { n };", capsys
    )
    assert "`id` cannot be called from Python: it is generic" in fails(
        shell, "%%rusk -o id\nfn id<T>(x: T) -> T { x }", capsys
    )
    cell(shell, "%rusk :reset")
    with pytest.raises(TypeError, match="there is no function `area` any more"):
        ns["area"](1)


def test_classes(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "%%rusk -o Shape,P\nenum Shape { Dot, Circle(int) } struct P { x: int }")
    ns = shell.user_ns
    p, circle = ns["P"](1), ns["Shape"].Circle(2)
    ns.update(p=p, circle=circle)
    assert cell(shell, "%rusk -i p,circle (p, circle)") == (p, circle)
    cell(shell, "%%rusk -o P\nstruct P { x: int, y: int }")
    assert ns["P"](1, 2) == run(shell, "P { x: 1, y: 2 }")
    assert "`P` has been defined again since it was made" in fails(shell, "%rusk -i p p", capsys)
    assert "`Box` has no class in Python: " in fails(shell, "%%rusk -o Box\nstruct Box<T> { v: T }", capsys)


def test_functions_of_all_kinds(shell: InteractiveShell) -> None:
    cell(
        shell,
        "%%rusk -o pick,ask\n"
        "fn pick(x: Option<int>, readonly xs: [int], (a, b): (int, int)) -> (Option<int>, int) { (x, xs.len() + a + b) }\n"
        "interface Ask { fn ask() -> int; }\nfn ask() -> int { @Ask.ask() }",
    )
    assert shell.user_ns["pick"](3, [1], (1, 2)) == (rusk.Some(3), 4)
    assert shell.user_ns["pick"](None, (), (0, 0)) == (None, 0)
    with pytest.raises(rusk.Trap, match="unhandled effect: Ask.ask"):
        shell.user_ns["ask"]()


def test_memory_is_limited(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    text = fails(shell, "%%rusk\nlet xs = [0];\nloop { xs.extend(xs); }", capsys)
    assert "memory limit exceeded" in text
    assert run(shell, "1") == 1


def test_functions_raise_traps(shell: InteractiveShell) -> None:
    cell(
        shell,
        '%%rusk -o at,hi,nothing\nfn at(xs: [int], i: int) -> int { xs[i] }\nfn hi() -> string { "hi" }\nfn nothing(n: int) {}',
    )
    at = shell.user_ns["at"]
    assert at([1, 2], 1) == 2
    with pytest.raises(rusk.Trap, match="index out of bounds") as e:
        at([1, 2], 2)
    assert [(f.function, f.line) for f in e.value.traceback] == [("at", 1)]
    assert shell.user_ns["hi"]() == "hi"
    assert shell.user_ns["nothing"](1) is None


def test_output(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    run(shell, 'std::print("a"); std::println("b");')
    assert capsys.readouterr().out == "ab\n"


def test_errors_are_the_compilers(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    text = fails(shell, "%%rusk\nlet n = 1;\nn + true", capsys)
    number = shell.execution_count - 1
    assert f"error[E0301]: type mismatch: expected `int`, got `bool`\n --> <input {number}>:2:" in text
    assert "Traceback" not in text
    text = fails(shell, "%%rusk\nfn f(xs: [int]) -> int {\n    xs[7]\n}\nf([1])", capsys)
    assert "runtime error: index out of bounds: index=7, len=1\ntraceback (innermost last):" in text
    assert f"f at <input {shell.execution_count - 1}>:2:5" in text
    assert "Traceback (most" not in text


def test_an_unknown_name_that_python_has(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.user_ns["prices"] = [1]
    text = fails(shell, "%rusk prices.len()", capsys)
    assert "unknown value `prices`" in text
    assert "Python has a variable `prices`: `-i prices` behind `%%rusk` brings it in" in text


def test_usage(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert "`-x` is no option" in fails(shell, "%%rusk -x\n1", capsys)
    assert "`1a` is no name" in fails(shell, "%rusk -i 1a 1", capsys)


def test_commands(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "let xs = [1];")
    capsys.readouterr()
    cell(shell, "%rusk :type xs.len()")
    cell(shell, "%rusk :vars")
    assert capsys.readouterr().out == "int\nlet xs: [int]\n"


@pytest.fixture
def interrupting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A moment after Rusk prints something, Ctrl-C is pressed."""
    threads: list[threading.Timer] = []

    def later(text: str) -> None:
        threads.append(threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]))
        threads[-1].start()

    monkeypatch.setattr("rusk.ipython._print", later)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for thread in threads:
        thread.join()
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupting")
def test_interrupt(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "let n = 0;")
    text = fails(shell, '%%rusk\nstd::println("");\nloop { n = n + 1; }', capsys)
    assert text.startswith("interrupted\ntraceback (innermost last):\n  input at <input")
    assert run(shell, "n > 0") is True


@pytest.mark.usefixtures("interrupting")
def test_interrupt_of_a_function(shell: InteractiveShell) -> None:
    cell(shell, '%%rusk -o spin\nfn spin(ever: bool) -> int { if ever { std::println(""); loop { } } 1 }')
    with pytest.raises(KeyboardInterrupt):
        shell.user_ns["spin"](True)
    assert shell.user_ns["spin"](False) == 1


def test_completion(shell: InteractiveShell) -> None:
    run(shell, "let numbers = [1]; fn numerous() {}")

    def found(text: str) -> list[str]:
        with provisionalcompleter():
            return [c.text for c in shell.Completer.completions(text, len(text))]

    assert found("%%rusk\nlet a = 1;\nnumbers.pu") == ["push"]
    assert found("%%rusk\nnume") == ["numerous"]
    assert "numbers" not in found("nume")


def test_reload_begins_a_new_session(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "let x = 1;")
    shell.run_line_magic("reload_ext", "rusk")
    assert "unknown value `x`" in fails(shell, "%rusk x", capsys)
    matchers = shell.Completer.custom_matchers
    assert len([m for m in matchers if getattr(m, "matcher_identifier", "") == "rusk"]) == 1


def test_no_name_for_programs() -> None:
    assert "load_ipython_extension" not in rusk.__all__
    assert callable(rusk.load_ipython_extension)
