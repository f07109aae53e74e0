"""The examples of the specification and the conformance programs, up to checking."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from types_doc_examples import Example, all_examples
from types_slots import problems
from types_support import check, explain

CONFORMANCE = Path(__file__).resolve().parents[1] / "conformance"
#: What is decided elsewhere: the entry point (driver) and instances (monomorphisation).
ELSEWHERE = {"entry/006_missing_main", "entry/007_wrong_main_parameter", "generics/009_endless_instantiation"}


def programs() -> list[Path]:
    """The entry files of the conformance programs."""
    return sorted([*CONFORMANCE.glob("*/*.rusk"), *CONFORMANCE.glob("*/*/main.rusk")])


def ident(path: Path) -> str:
    """``area/NNN_name``."""
    path = path.parent if path.name == "main.rusk" else path.with_suffix("")
    return str(path.relative_to(CONFORMANCE))


def accepted(world: object) -> None:
    """Require that nothing is wrong and every slot is filled."""
    assert not world.diags.has_errors, explain(world)  # type: ignore[attr-defined]
    for fn in world.user_fns():  # type: ignore[attr-defined]
        assert problems(fn.decl.body) == []
        assert problems(fn.decl.params) == []


@pytest.mark.parametrize("path", programs(), ids=ident)
def test_conformance(path: Path) -> None:
    text = path.read_text()
    m = re.search(r"^//! expect: compile-error(?: line (\d+))?", text, re.M)
    world = check(text, str(path))
    if m is None:
        accepted(world)
        return
    if ident(path) in ELSEWHERE:
        return
    errors = [d for d in world.diags.sorted() if d.severity == "error"]
    assert errors
    if m.group(1):
        assert errors[0].location()[1] == int(m.group(1)), explain(world)


@pytest.mark.parametrize("example", all_examples(), ids=repr)
def test_specification(example: Example) -> None:
    world = check(example.text)
    if example.error is None:
        accepted(world)
        return
    errors = [d.name for d in world.diags.sorted() if d.severity == "error"]
    assert errors
    if example.error:
        assert errors[0] == example.error, explain(world)
