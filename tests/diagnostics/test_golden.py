"""The exact rendering of every diagnostic of compiler and linter: the wrong programs of ``explain.md`` against ``golden/CODE.txt``.

After an intended change: ``python tests/diagnostics/test_golden.py`` writes the files anew; read the difference.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from rusk.compiler import Options, compile_file
from rusk.diagnostics import render_all
from rusk.diagnostics.explain import Explanation, load
from rusk.lint.files import lint_files

GOLDEN = Path(__file__).parent / "golden"
ENTRIES = [e for e in load().values() if e.wrong is not None]


def rendered(entry: Explanation, folder: Path) -> str:
    """What the terminal shows for the wrong program of an entry."""
    assert entry.wrong is not None
    for name, text in entry.wrong.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    before = os.getcwd()
    os.chdir(folder)
    try:
        if entry.code.startswith("W02"):
            return render_all(lint_files(["main.rusk"], Options())) + "\n"
        return render_all(compile_file("main.rusk", Options(require_main=True)).diagnostics) + "\n"
    finally:
        os.chdir(before)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.code)
def test_rendering(entry: Explanation, tmp_path: Path) -> None:
    assert rendered(entry, tmp_path) == (GOLDEN / f"{entry.code}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for one in ENTRIES:
        with tempfile.TemporaryDirectory() as name:
            (GOLDEN / f"{one.code}.txt").write_text(rendered(one, Path(name)), encoding="utf-8")
