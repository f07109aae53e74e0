"""What the additions of the library compute (06 §12): the programs of `programs/`.

`//> ` lines are the expected output, one a line (`\\r` stands for a carriage return); `//! trap: ` the message with which the program ends.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import rusk

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.rusk"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
@pytest.mark.parametrize("level", [0, 2])
def test_program(path: Path, level: int) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    want = "".join([line[4:].replace("\\r", "\r") + "\n" for line in lines if line.startswith("//> ")])
    traps = [line[10:] for line in lines if line.startswith("//! trap: ")]
    out = io.StringIO()
    program = rusk.compile(text, opt_level=level)
    trap = ""
    try:
        program.run(host=rusk.stdio(file=out))
    except rusk.Trap as e:
        trap = str(e)
    assert out.getvalue() == want
    assert trap.startswith(traps[0]) if traps else not trap
