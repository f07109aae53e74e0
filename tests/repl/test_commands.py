"""Commands, and what is shown for inputs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command import RUSK

from rusk.repl.commands import answer
from rusk.repl.session import Repl


@pytest.fixture
def repl() -> Repl:
    return Repl({})


def out(repl: Repl, text: str) -> str:
    found = answer(repl, text)
    assert found.err == "", found.err
    return found.out


def test_answers(repl: Repl) -> None:
    assert out(repl, 'let xs = [1]; let s = "a"') == "xs: [int]\ns: string\n"
    assert out(repl, "xs.push(2)") == ""
    assert out(repl, "xs") == "[1, 2]: [int]\n"
    assert out(repl, "  ") == ""
    out(repl, "struct S { a: int }")
    out(repl, "let v = S { a: 1 }")
    assert answer(repl, "struct S { b: int }").err == "note: `v` is gone: its type has been redefined\n"
    assert answer(repl, "xs[7]").err.startswith("runtime error: ")
    assert "traceback (innermost last):\n  input at <input 8>:1:1\n" in answer(repl, "xs[7]").err


def test_commands(repl: Repl, tmp_path: Path) -> None:
    out(repl, "let x = 2; fn twice(n: int) -> int { n * 2 }")
    assert out(repl, ":type twice(x)") == "int\n"
    assert "IntMulI" in out(repl, ":code twice(x)")
    assert "int_mul" in out(repl, ":mir twice(x)")
    assert out(repl, ":time twice(x)").startswith("4: int\ncompiled in ")
    assert out(repl, ":vars") == "let x: int\nfn twice(n: int) -> int\n"
    (tmp_path / "a.rusk").write_text("fn loaded() -> int { 5 }\nfn main() {}\nlet y = loaded();\n")
    assert out(repl, f":load {tmp_path / 'a.rusk'}") == "defined loaded, main\ny: int\n"
    assert out(repl, "y") == "5: int\n"
    assert out(repl, ":reset") == "" and out(repl, ":vars") == ""
    assert ":load FILE" in out(repl, ":help")
    assert answer(repl, ":quit").leave and answer(repl, ":q").leave


def test_wrong_commands(repl: Repl) -> None:
    assert answer(repl, ":nope").err == "error: there is no command `:nope`; `:help` lists them\n"
    assert answer(repl, ":").err.startswith("error: ")
    assert answer(repl, ":type").err == "error: `:type` needs an expression\n"
    assert (
        answer(repl, ":load nowhere.rusk").err
        == "error: cannot read `nowhere.rusk`: No such file or directory\n"
    )
    assert "unknown value" in answer(repl, ":mir nope").err


def test_input_that_is_no_terminal() -> None:
    text = 'let x = 20\nfn f(n: int) -> int {\n    n + 1\n}\nf(x) * 2\nstd::println("hi")\nnope\n'
    done = subprocess.run(
        [*RUSK, "repl"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "x: int\n42: int\nhi\n"
    assert done.stderr.startswith("error[E0212]: unknown value `nope`\n --> <input 5>:1:1\n")
    assert done.returncode == 1
    done = subprocess.run(
        [*RUSK, "repl"], input="f(1,", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "expected" in done.stderr
    assert (
        subprocess.run([*RUSK, "repl", "a.rusk"], capture_output=True, timeout=60, check=False).returncode
        == 2
    )
