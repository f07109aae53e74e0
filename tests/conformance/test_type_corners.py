"""The programs of ``type_corners.txt``: what each gives, with and without optimisation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rusk

_TEXT = (Path(__file__).parent / "type_corners.txt").read_text(encoding="utf-8")
PROGRAMS = [part.split("\n", 1) for part in re.split(r"^//// ", _TEXT, flags=re.M)[1:]]


def outcome(text: str, level: int) -> str:
    """What a program gives, as the file says it."""
    try:
        return f"result {rusk.compile(text, opt_level=level).run()!r}"
    except rusk.CompileError as e:
        names = [d.name for d in e.diagnostics if d.severity == "error"]
        return "error " + " ".join(dict.fromkeys(names))


@pytest.mark.parametrize(("wanted", "text"), PROGRAMS, ids=[f"{n}-{p[0]}" for n, p in enumerate(PROGRAMS)])
def test_program(wanted: str, text: str) -> None:
    assert [outcome(text, level) for level in (0, 2)] == [wanted, wanted]
