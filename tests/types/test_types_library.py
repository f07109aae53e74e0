"""All bodies of the library are well typed, reached or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from types_slots import problems
from types_support import check, explain

from rusk.modules.loader import library_directory
from rusk.types.check import check_fn
from rusk.types.items import FnItem, InterfaceItem, Module

LIBRARY = Path(library_directory())
#: Library files with mistakes that the checker has found, to be removed here when they are put right.
FILES = [p.relative_to(LIBRARY) for p in sorted(LIBRARY.glob("*/*.rusk"))]


def functions(module: Module) -> Iterator[FnItem]:
    """The functions and methods with bodies that a module declares."""
    for entry in list(module.values.values()):
        if isinstance(entry.target, FnItem) and entry.target.module is module:
            yield entry.target
    for entry in list(module.types.values()):
        item: Any = entry.target
        if isinstance(item, InterfaceItem) and item.module is module:
            yield from item.methods.values()
    for impl in module.impls:
        yield from impl.methods.values()


@pytest.mark.parametrize("file", FILES, ids=str)
def test_library(file: Path) -> None:
    world = check("fn main() {}")
    top = file.parts[0]
    module = world.names.library((top,) if file.stem == "mod" else (top, file.stem))
    assert isinstance(module, Module)
    for fn in functions(module):
        if fn.decl.body is not None:
            check_fn(world, fn)
            if not world.diags.has_errors:
                assert problems(fn.decl.body) == [], fn.name
    assert not world.diags.items, explain(world)
