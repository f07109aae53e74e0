"""Progress of long runs: on a terminal only, gone in the end, and right about what is left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rusk.cli.progress import Progress, clock, track

ROOT = Path(__file__).resolve().parents[2]

#: a program that takes a few milliseconds
SPIN = "fn main() -> int { let n = 0; while n < 2000000 { n = n + 1; } n }\n"


def test_text() -> None:
    progress = Progress(8)
    progress.done, progress.what = 2, "fib"
    assert progress.text(61) == "2/8  25%  1:01  about 3:03 left  fib"
    progress.done = 8
    assert progress.text(3700) == "8/8  100%  1:01:40  fib"


def test_nobody_knows_how_many() -> None:
    progress = Progress(0)
    progress.done = 12
    assert progress.text(5) == "12  0:05"


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "0:00"), (59, "0:59"), (60, "1:00"), (3661, "1:01:01")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_no_terminal_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track([1, 2, 3], 3)) == [1, 2, 3]
    progress = Progress(2)
    progress.next = 0.0
    progress.step("a")
    progress.clear()
    assert capsys.readouterr() == ("", "")


def terminal(command: list[str], cwd: Path, term: str = "xterm") -> str:
    """What a command writes to a terminal."""
    pexpect = pytest.importorskip("pexpect")
    env = {**os.environ, "TERM": term, "PYTHONPATH": str(ROOT), "RUSK_CACHE": "0"}
    child = pexpect.spawn(sys.executable, command, cwd=str(cwd), env=env, encoding="utf-8", timeout=120)
    child.expect(pexpect.EOF)
    return str(child.before)


def screen(text: str) -> str:
    """What is left on the terminal: lines that were written over are gone."""
    lines = [re.split("\r\x1b\\[K", line.rstrip("\r"))[-1] for line in text.split("\n")]
    return "\n".join(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
class TestOnATerminal:
    def test_measure(self, tmp_path: Path) -> None:
        (tmp_path / "spin.rusk").write_text(SPIN)
        text = terminal(["-m", "rusk", "measure", "--iters", "500", "spin.rusk"], tmp_path)
        assert re.search(r"\r\x1b\[K\d+/500  \d+%  0:\d\d  about 0:\d\d left", text)
        assert screen(text).startswith("spin.rusk: 500 runs after 0 for warm-up\n")
        assert "left" not in screen(text)

    def test_measure_of_a_program_that_writes_itself(self, tmp_path: Path) -> None:
        (tmp_path / "spin.rusk").write_text(SPIN.replace("n }", 'std::println("."); n }'))
        assert "\x1b[K" not in terminal(["-m", "rusk", "measure", "--iters", "60", "spin.rusk"], tmp_path)

    def test_dumb_terminal(self, tmp_path: Path) -> None:
        (tmp_path / "spin.rusk").write_text(SPIN)
        assert "\x1b" not in terminal(
            ["-m", "rusk", "measure", "--iters", "50", "spin.rusk"], tmp_path, "dumb"
        )

    def test_compare(self) -> None:
        text = terminal(["benchmarks/compare.py", "--rounds", "60", "phase1", "phase2"], ROOT)
        assert re.search(r"\r\x1b\[K[01]/2  \d+%  0:\d\d.*phase\d_\w+, round \d+ of 60", text)
        assert screen(text).startswith("phase1_var_loop  ")
        assert "round" not in screen(text)

    def test_differential(self) -> None:
        text = terminal(["tests/mir/differential.py", "1", "4"], ROOT)
        assert re.search(r"\d+/4  \d+%  0:\d\d.*0 with differences", text)
        assert screen(text).strip() == ""


def test_pipes_see_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "spin.rusk").write_text(SPIN)
    done = subprocess.run(
        [sys.executable, "-m", "rusk", "measure", "--iters", "100", "spin.rusk"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
