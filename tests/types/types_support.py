"""Checking program texts in tests."""

from __future__ import annotations

import re
import sys
from typing import Any

from rusk.diagnostics import Diagnostics, render_all
from rusk.source import Source

sys.setrecursionlimit(max(sys.getrecursionlimit(), 8000))

#: ``/*!name*/`` stands directly before the place where error ``name`` is expected.
MARK = re.compile(r"/\*!([a-z-]+)\*/")


def check(text: str, path: str | None = None) -> Any:
    """Declare and check a program; the result is its World, the diagnostics are in ``diags``."""
    from rusk.modules.loader import library_directory
    from rusk.types import terms
    from rusk.types.check import check_program
    from rusk.types.world import World

    terms.reset()
    world = World(Diagnostics(), library_directory(), True)
    world.load(Source(path or "main.rusk", text), path, {})
    if world.bodies_ready:
        check_program(world)
    return world


def expected(text: str) -> list[tuple[str, int]]:
    """The marked errors: (name, position)."""
    return [(m.group(1), m.end()) for m in MARK.finditer(text)]


def found(world: Any) -> list[tuple[str, int]]:
    """The reported errors and warnings in order."""
    return [(d.name, d.pos) for d in world.diags.sorted()]


def explain(world: Any) -> str:
    """The diagnostics as text."""
    return render_all(world.diags.sorted())
