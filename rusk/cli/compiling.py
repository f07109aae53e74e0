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
    import gc

    from rusk.compiler import compile_file

    options = options_of(settings, True)
    was_on = gc.isenabled()
    gc.disable()                            # trees without cycles to speak of, and a short life
    try:
        return compile_file(path, options)
    finally:
        if was_on:
            gc.enable()


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
