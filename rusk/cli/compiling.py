"""What the commands that compile share: the compiler's options, reporting diagnostics."""

from __future__ import annotations

from rusk.cli import say
from rusk.cli.options import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.compiler import Compiled, Options
    from rusk.diagnostics import Diagnostic


def options_of(settings: Settings, need_main: bool) -> Options:
    """The options of the compiler for those of the command line."""
    import os

    from rusk.compiler import Options

    return Options(
        opt_level=settings.opt_level,
        sysroot=settings.sysroot or os.environ.get("RUSK_SYSROOT") or None,
        load_std=settings.load_std,
        require_main=need_main,
    )


def compile_main(path: str, settings: Settings) -> Compiled:
    """Compile the program ``path``, which must have a ``main``."""
    return compile_program(path, settings, need_main=True)


def compile_program(path: str, settings: Settings, need_main: bool) -> Compiled:
    """Compile the program ``path``. Its diagnostics are in the result; so is an image, if it has no errors."""
    import gc

    from rusk.compiler import compile_file

    options = options_of(settings, need_main)
    was_on = gc.isenabled()
    gc.disable()  # trees without cycles to speak of, and a short life
    try:
        return compile_file(path, options)
    finally:
        if was_on:
            gc.enable()


def check_program(path: str, settings: Settings) -> Sequence[Diagnostic]:
    """The diagnostics of the program ``path``, which need not have a ``main``."""
    return compile_program(path, settings, need_main=False).diagnostics


def emitted(
    path: str, settings: Settings, emit: str, after: str | None
) -> tuple[str | None, Sequence[Diagnostic]]:
    """An intermediate form of the program ``path`` as text, None if there are errors before it; and the diagnostics."""
    raise NotImplementedError


def rendered(diagnostics: Sequence[Diagnostic], color: bool) -> str:
    """The text of diagnostics; empty if there are none."""
    if not diagnostics:
        return ""
    from rusk.diagnostics import render_all

    return render_all(diagnostics, color) + "\n"


def report(diagnostics: Sequence[Diagnostic], color: bool) -> None:
    """Tell the user."""
    if diagnostics:
        say(rendered(diagnostics, color))
