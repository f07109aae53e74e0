"""The conformance cases under pytest: the command line in this process, judged by ``check.py``; a few as processes of their own."""

from __future__ import annotations

import importlib.util
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rusk.cli import main

ROOT = Path(__file__).resolve().parent
SECONDS = 120


def load_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rusk_conformance_check", ROOT / "check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look the module up
    spec.loader.exec_module(module)
    return module


check = load_check()
CASES = check.find_cases(ROOT)

#: RUSK_CONFORMANCE=N runs every N-th case: for slow builds of the engine
STEP = int(os.environ.get("RUSK_CONFORMANCE", "1"))


def run(args: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of the command."""
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    status = main(args)
    monkeypatch.undo()
    return status, out.getvalue(), err.getvalue()


def too_slow(signum: int, frame: Any) -> None:
    raise TimeoutError(f"no end after {SECONDS} s")


@pytest.fixture
def watchdog() -> Any:
    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, too_slow)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("case", CASES[::STEP], ids=[c.ident for c in CASES[::STEP]])
def test_case(case: Any, monkeypatch: pytest.MonkeyPatch, watchdog: None) -> None:
    status, out, err = run(["run", "--print-result", str(case.path), *case.args], monkeypatch)
    problem = check.judge(case, status, out, err)
    assert problem is None, problem
    assert "internal error" not in err


TRACED = [c for c in CASES[:: 8 * STEP] if not c.compile_error]


@pytest.mark.parametrize("case", TRACED, ids=[c.ident for c in TRACED])
def test_case_traced(case: Any, monkeypatch: pytest.MonkeyPatch, watchdog: None) -> None:
    """Watching changes nothing."""
    args = ["run", "--print-result", "--trace", "--trace-library", "--trace-depth", "9", str(case.path)]
    status, out, err = run([*args, *case.args], monkeypatch)
    problem = check.judge(case, status, out, err)
    assert problem is None, problem
    assert "main(" in err and "internal error" not in err


def some_cases() -> list[Any]:
    """A case of each kind, several modules and arguments included."""
    wanted = {
        "result": lambda c: c.result is not None,
        "output": lambda c: c.stdout is not None and c.trap is None,
        "trap": lambda c: c.trap is not None and c.stdout is not None,
        "error": lambda c: c.compile_error and c.line is not None,
        "modules": lambda c: c.path.name == "main.rusk" and not c.compile_error,
        "arguments": lambda c: c.args,
    }
    return [next(c for c in CASES if fits(c)) for fits in wanted.values()]


@pytest.mark.parametrize("case", some_cases(), ids=lambda c: c.ident)
def test_case_as_process(case: Any) -> None:
    words = [sys.executable, "-m", "rusk", "run", "--print-result", str(case.path), *case.args]
    done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)
    problem = check.judge(case, done.returncode, done.stdout.decode(), done.stderr.decode())
    assert problem is None, problem


@pytest.mark.parametrize("level", ["o0", "o1"])
@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.area in ("realistic", "effects_nested", "runtime_traps")][::STEP],
    ids=lambda c: c.ident,
)
def test_case_unoptimised(case: Any, level: str, monkeypatch: pytest.MonkeyPatch, watchdog: None) -> None:
    args = ["run", "--print-result", "--opt-level", level, str(case.path), *case.args]
    problem = check.judge(case, *run(args, monkeypatch))
    assert problem is None, problem
