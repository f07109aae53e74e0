"""``rusk explain``: every code has an entry, and its programs do what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rusk.compiler import Options, compile_file
from rusk.diagnostics import CATALOGUE, Diagnostic
from rusk.diagnostics.explain import load, render
from rusk.lint.files import lint_files

ENTRIES = load()
#: lints of 08 §16, which the linter reports and not the compiler
LINTS = "W02"


def test_every_code_is_explained() -> None:
    codes = {code: name for name, (code, _) in CATALOGUE.items()}
    assert {e.code: e.name for e in ENTRIES.values()} == codes


def found(code: str, program: dict[str, str], folder: Path) -> list[Diagnostic]:
    for name, text in program.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    main = os.fspath(folder / "main.rusk")
    diagnostics = compile_file(main, Options(require_main=True)).diagnostics
    if not diagnostics and code.startswith(LINTS):
        return lint_files([main], Options())
    return diagnostics


@pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if e.wrong is not None], ids=lambda e: e.code)
def test_wrong_program_gets_the_diagnostic(entry: object, tmp_path: Path) -> None:
    diagnostics = found(entry.code, entry.wrong, tmp_path)  # type: ignore[attr-defined]
    assert {d.code for d in diagnostics} == {entry.code}, [str(d) for d in diagnostics]  # type: ignore[attr-defined]


@pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if e.right is not None], ids=lambda e: e.code)
def test_right_program_gets_none(entry: object, tmp_path: Path) -> None:
    assert [str(d) for d in found(entry.code, entry.right, tmp_path)] == []  # type: ignore[attr-defined]


def test_rendering() -> None:
    assert render(ENTRIES["E0218"]) == (
        "E0218 outside-loop\n\n`break` and `continue` act on a loop around them, and do not reach through a closure.\n\n"
        "Wrong:\n\n    fn main() { break; }\n\nRight:\n\n    fn main() { loop { break; } }\n"
    )
