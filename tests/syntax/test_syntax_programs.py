"""Whole programs: the examples of the language chapters, and the conformance cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rusk.diagnostics import Diagnostics
from rusk.source import Source, load_source
from rusk.syntax import parse_file
from rusk.syntax.dump import dump

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "conformance"
CHAPTERS = sorted((ROOT / "docs" / "language").glob("*.md"))
LIBRARY = sorted((ROOT / "rusk" / "library").rglob("*.rusk"))
EXAMPLES = sorted([*(ROOT / "examples").rglob("*.rusk"), *(ROOT / "benchmarks").rglob("*.rusk")])

#: Areas whose compile errors are mostly about syntax, and the cases in them that are not.
SYNTAX_AREAS = ("lexical", "literals", "syntax_errors")
NOT_SYNTAX: set[str] = set()


def diagnostics(source: Source) -> Diagnostics:
    diags = Diagnostics()
    dump(parse_file(source, diags))
    return diags


def examples() -> list[tuple[str, str]]:
    """The examples of the chapters; signatures without bodies are shown in chapter 06 only."""
    found = []
    for chapter in CHAPTERS:
        blocks = re.findall(r"```rusk\n(.*?)```", chapter.read_text(encoding="utf-8"), re.DOTALL)
        for number, text in enumerate(blocks):
            if re.search(r"\{ \.\. \}  |^pub fn [^{]*;", text, re.MULTILINE):
                continue
            found.append((f"{chapter.stem}-{number}", text))
    return found


@pytest.mark.parametrize("text", [text for _, text in examples()], ids=[name for name, _ in examples()])
def test_examples_parse(text: str) -> None:
    # those marked as errors are type errors
    assert diagnostics(Source("example", text)).items == []


def cases() -> list[Path]:
    return sorted(CASES.rglob("*.rusk"))


def expectation(path: Path) -> tuple[bool, int | None]:
    """Is a compile error expected, and at which line?"""
    found = re.search(r"//! expect: compile-error(?: line (\d+))?", path.read_text(encoding="utf-8"))
    return found is not None, int(found[1]) if found is not None and found[1] else None


def name(path: Path) -> str:
    return str(path.relative_to(CASES))


@pytest.mark.parametrize("path", [p for p in cases() if not expectation(p)[0]], ids=name)
def test_conformance_programs_parse(path: Path) -> None:
    assert diagnostics(load_source(str(path))).items == []


@pytest.mark.parametrize("path", [p for p in cases() if expectation(p)[0]], ids=name)
def test_conformance_errors(path: Path) -> None:
    diags = diagnostics(load_source(str(path)))
    area = name(path).split("/")[0]
    if area in SYNTAX_AREAS and name(path) not in NOT_SYNTAX:
        assert diags.has_errors
    line = expectation(path)[1]
    if diags.items and line is not None:
        assert [d.location()[1] for d in diags.items] == [line]


@pytest.mark.parametrize("path", [*LIBRARY, *EXAMPLES], ids=lambda p: str(p.relative_to(ROOT)))
def test_other_programs_parse(path: Path) -> None:
    if "error" in path.name:
        return
    assert diagnostics(load_source(str(path))).items == []
