"""Whatever the source is, the command gives a result or diagnostics: no internal error, no hang."""

from __future__ import annotations

import io
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from rusk.cli import main

CONFORMANCE = Path(__file__).resolve().parents[1] / "conformance"
PROGRAMS = sorted(CONFORMANCE.glob("*/*.rusk"))
ROUNDS = int(os.environ.get("RUSK_FUZZ", "120"))
WORDS = "fn let if else match for in while loop struct enum impl interface ( ) { } [ ] < > :: . , ; = == => -> @ | & ! 0 1.5 \"x\" 'c' self Self as is".split()


def damaged(text: str, rng: random.Random) -> str:
    """``text`` with a few words or stretches left out, doubled, moved or replaced."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        i = rng.randrange(len(text) + 1)
        j = min(len(text), i + rng.choice((1, 2, 5, 30, 200)))
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:i] + text[j:]
        elif kind == 1:
            text = text[:j] + text[i:j] + text[j:]
        elif kind == 2:
            k = rng.randrange(len(text) + 1)
            text = text[:k] + text[i:j] + text[k:]
        elif kind == 3:
            text = text[:i]
        elif kind == 4:
            text = text[:i] + " " + rng.choice(WORDS) + " " + text[i:]
        else:
            a, b = rng.choice(WORDS[:13]), rng.choice(WORDS)
            text = text.replace(f" {a} ", f" {b} ", 1)
    return text


def stop(signum: int, frame: Any) -> None:
    raise TimeoutError("no end")


@pytest.mark.parametrize("seed", range(4))
def test_damaged_programs(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    path = tmp_path / "a.rusk"
    before = signal.signal(signal.SIGALRM, stop)
    try:
        for _ in range(ROUNDS // 4):
            origin = rng.choice(PROGRAMS)
            text = damaged(origin.read_text(encoding="utf-8"), rng)
            path.write_text(text, encoding="utf-8")
            out, err = io.StringIO(), io.StringIO()
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(sys, "stderr", err)
            signal.alarm(60)
            status = main(["check", str(path)])
            signal.alarm(0)
            monkeypatch.undo()
            assert status in (0, 1) and "internal error" not in err.getvalue(), (
                f"{origin}: {err.getvalue()}\n{text}"
            )
            assert (status == 1) == ("error[" in err.getvalue())
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    path = tmp_path / "a.rusk"
    n = rng.choice((1, 10, 100, 3000))
    if seed % 2:
        path.write_bytes(rng.randbytes(n))
    else:
        path.write_text(" ".join(rng.choice(WORDS) for _ in range(n)), encoding="utf-8")
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    assert main([str(path)]) == 1
    monkeypatch.undo()
    assert "error[" in err.getvalue() and "internal error" not in err.getvalue(), err.getvalue()
