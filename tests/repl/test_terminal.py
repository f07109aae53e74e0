"""The REPL in a real terminal: editing over several lines, completion, history, Ctrl-C."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pytest.importorskip("prompt_toolkit")

TIMEOUT = 30


def start(state: Path, *args: str) -> object:
    env = {**os.environ, "XDG_STATE_HOME": str(state), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    env.pop("NO_COLOR", None)
    return pexpect.spawn(
        sys.executable,
        ["-m", "rusk", "repl", *args],
        env=env,
        encoding="utf-8",
        timeout=TIMEOUT,
        dimensions=(40, 100),
    )


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[object]:
    child = start(tmp_path)
    yield child
    child.close(force=True)  # type: ignore[attr-defined]


def say(child: object, text: str, answer: str) -> None:
    """Type a line, and wait for an answer behind what the terminal echoes of it."""
    child.send(text + "\r")  # type: ignore[attr-defined]
    child.expect(answer)  # type: ignore[attr-defined]


def test_a_conversation(terminal: object) -> None:
    child = terminal
    child.expect_exact(">> ")  # type: ignore[attr-defined]
    say(child, "let count = 20 + 1", r"count: int")
    say(child, "fn twice(n: int) -> int {", r"\.\. ")
    child.send("n * 2\r")  # type: ignore[attr-defined]
    child.send("}\r")  # type: ignore[attr-defined]
    say(child, "twice(count)", r"42: int")
    say(child, "nope", re.escape("unknown value `nope`"))
    # completion
    child.send("let xs = [1]\r")  # type: ignore[attr-defined]
    child.expect(r"xs: \[int\]")  # type: ignore[attr-defined]
    child.expect_exact(">> ")  # type: ignore[attr-defined]
    child.send("xs.pus\t")  # type: ignore[attr-defined]
    child.expect(r"\x1b\[0mh")  # type: ignore[attr-defined]
    child.send("(5)\r")  # type: ignore[attr-defined]
    say(child, "xs", r"\[1, 5\]: \[int\]")
    # Ctrl-C stops what runs, and only that
    say(child, 'std::println("begun"); loop {}', r"\x1b\[\?2004lbegun")
    child.sendintr()  # type: ignore[attr-defined]
    child.expect("interrupted")  # type: ignore[attr-defined]
    say(child, "count + 1", r"22: int")
    # at the prompt it gives up the line
    child.send("let half =")  # type: ignore[attr-defined]
    child.send("\x03")  # type: ignore[attr-defined]
    say(child, "count + 2", r"23: int")
    say(child, ":type count", r"\x1b\[\?2004lint")
    child.send("\x04")  # type: ignore[attr-defined]
    child.expect(pexpect.EOF)  # type: ignore[attr-defined]
    child.close()  # type: ignore[attr-defined]
    assert child.exitstatus == 0  # type: ignore[attr-defined]


def test_history(tmp_path: Path) -> None:
    for turn in range(2):
        child = start(tmp_path)
        child.expect_exact(">> ")  # type: ignore[attr-defined]
        if turn == 0:
            say(child, "40 + 2", r"42: int")
        else:
            child.send("\x1b[A\x1b[A")  # type: ignore[attr-defined]
            child.expect("40")  # type: ignore[attr-defined]
            say(child, "", r"42: int")
        say(child, ":quit", pexpect.EOF)
        child.close()  # type: ignore[attr-defined]


def test_plain(tmp_path: Path) -> None:
    child = start(tmp_path, "--plain")
    child.expect_exact(">> ")  # type: ignore[attr-defined]
    say(child, "let x = [", r"\.\. ")
    say(child, "7]", r"x: \[int\]")
    say(child, "x", r"\[7\]: \[int\]")
    child.expect_exact(">> ")  # type: ignore[attr-defined]
    child.sendeof()  # type: ignore[attr-defined]
    child.expect(pexpect.EOF)  # type: ignore[attr-defined]
    child.close(force=True)  # type: ignore[attr-defined]


def test_the_prompt_does_not_wait_for_the_compiler() -> None:
    """`benchmarks/startup.py` says how long it takes; what would make it longer is an import."""
    code = "import sys, rusk.cli.repl, rusk.repl.terminal; print(*[m for m in sys.modules if m.startswith('rusk.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {
        "rusk.cli",
        "rusk.cli.options",
        "rusk.cli.repl",
        "rusk.repl",
        "rusk.repl.plain",
        "rusk.repl.terminal",
    }
