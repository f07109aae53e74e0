"""The errors that only the instances of a program show (02 §8: endless instantiation, and other limits; casts of views), found while the editor is idle."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rusk.mir import mono
from rusk.mir.ir import reset_cells
from rusk.mir.templates import Templates
from rusk.types.items import FnItem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rusk.diagnostics import Diagnostic
    from rusk.lsp.program import Program

#: seconds of a step
_STEP = 0.01


def check(program: Program) -> Generator[None, None, None]:
    """Make all instances of a program without errors, in short steps; afterwards ``program.instances`` has what is wrong.

    Between the steps questions about the program may be asked, and nothing of it may change: a change means to close the iterator, and to begin again.
    """
    run = mono.Mono(program.world)
    run.templates = Templates(run)
    steps = run.steps(program.world.entry_points())
    try:
        while True:
            with program.asking():
                until = monotonic() + _STEP
                found = _step(program, steps, until)
            if found is not None:
                program.instances = found
                return
            yield
    finally:
        # what has been made concrete in place, and knows places that will move
        for key in run.instances:
            fn = key[0] if key.__class__ is tuple else key
            if isinstance(fn, FnItem):
                fn.lowered = None
        reset_cells()


def _step(program: Program, steps: Iterator[None], until: float) -> list[Diagnostic] | None:
    """Go on until a time; what has been found, if it is done."""
    diags = program.world.diags
    count, errors = len(diags.items), diags.has_errors
    try:
        for _ in steps:
            if monotonic() > until:
                return None
    except mono.Stop:
        pass
    found = diags.items[count:]
    del diags.items[count:]
    diags.has_errors = errors
    return found
