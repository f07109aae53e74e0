"""Compiled modules that do not belong to the sources around them say so: they would take instructions for others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rusk

PACKAGE = Path(rusk.__file__).parent


def tree(into: Path, file: str, old: str, new: str) -> None:
    """The package once more, with one file of ``rusk/code`` changed."""
    package = into / "rusk"
    ignore = shutil.ignore_patterns("*.c", "*.pyx", "__pycache__", "library")
    shutil.copytree(PACKAGE, package, ignore=ignore)
    if file:
        text = (package / "code" / file).read_text(encoding="utf-8")
        assert old in text
        (package / "code" / file).write_text(text.replace(old, new), encoding="utf-8")


def importing(root: Path, module: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "modules"),
    [
        ("opcodes.py", "\nIntAdd  ", "\nIntPlus  ", ["_interp", "_run", "_run_counted"]),
        ("opcodes.py", "RESULTS: Final = 8", "RESULTS: Final = 9", ["_interp"]),
        ("image.py", "E_WORD, E_BYTE, E_REF = range(3)", "E_BYTE, E_WORD, E_REF = range(3)", ["_interp"]),
        ("image.py", "TUPLE, STRUCT, ENUM", "STRUCT, TUPLE, ENUM", ["_values", "_interp"]),
        ("frames.py", "PERFORM, RESUME", "RESUME, PERFORM", ["_layouts"]),
    ],
)
def test_a_stale_engine_is_no_engine(
    tmp_path: Path, file: str, old: str, new: str, modules: list[str]
) -> None:
    tree(tmp_path, file, old, new)
    for module in modules:
        said = importing(tmp_path, f"rusk.{module}").strip().split("\n")[-1]
        assert said.startswith("ImportError: the compiled module rusk._"), said
        assert f"was built from another version of rusk/code/{file}; build it again: pip install -e ." in said


def test_the_same_tree_unchanged(tmp_path: Path) -> None:
    tree(tmp_path, "", "", "")
    assert importing(tmp_path, "rusk._interp") == ""
