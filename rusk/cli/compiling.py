"""What the commands that compile share: the compiler's options, reporting diagnostics."""

from __future__ import annotations

from rusk.cli import say
from rusk.cli.options import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.compiler import Compiled, Options
    from rusk.diagnostics import Diagnostic
    from rusk.mir.ir import Function


def options_of(settings: Settings, need_main: bool) -> Options:
    """The options of the compiler for those of the command line."""
    import os

    from rusk.compiler import Options

    return Options(
        opt_level=settings.opt_level,
        sysroot=settings.sysroot or os.environ.get("RUSK_SYSROOT") or None,
        load_std=settings.load_std,
        require_main=need_main,
        passes=settings.passes,
        no_passes=settings.no_passes,
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
    from rusk.compiler import compile_file

    options = options_of(settings, False)
    options.check_only = True
    return compile_file(path, options).diagnostics


def passes() -> tuple[str, ...]:
    """What ``--after`` may name."""
    from rusk.mir.passes.manager import IN_CODE, NAMES

    return ("lower", *[name for name in NAMES if name not in IN_CODE])


def emitted(
    path: str, settings: Settings, emit: str, after: str | None
) -> tuple[str | None, Sequence[Diagnostic]]:
    """An intermediate form of the program ``path`` as text, None if there are errors before it; and the diagnostics."""
    if emit == "ast":
        return _tree(path)
    from rusk.compiler import compile_file

    options = options_of(settings, False)
    if emit == "code":
        compiled = compile_file(path, options)
        if compiled.image is None:
            return None, compiled.diagnostics
        from rusk.code.disasm import listing

        return listing(compiled.image), compiled.diagnostics
    from rusk.mir.printer import print_function, print_program

    found: dict[int, str] = {}

    def note(name: str, fn: Function) -> None:
        if name == after:
            found[id(fn)] = print_function(fn)

    options.keep_mir = True
    if after == "lower":
        options.opt_level, options.passes = 0, None
    elif after is not None:
        options.after_pass = note
    compiled = compile_file(path, options)
    if compiled.program is None:
        return None, compiled.diagnostics
    if after is None or after == "lower":
        return print_program(compiled.program), compiled.diagnostics
    functions = [i.function for i in compiled.program.instances if i.function is not None]
    return "\n".join([found.get(id(f), "") for f in functions if id(f) in found]), compiled.diagnostics


def _tree(path: str) -> tuple[str | None, Sequence[Diagnostic]]:
    from rusk.diagnostics import Diagnostics
    from rusk.source import load_source
    from rusk.syntax import parse_file
    from rusk.syntax.dump import dump

    diagnostics = Diagnostics()
    try:
        source = load_source(path)
    except (OSError, UnicodeDecodeError, ValueError):
        return None, [unreadable(path)]
    tree = parse_file(source, diagnostics)
    return None if diagnostics.has_errors else dump(tree), diagnostics.sorted()


def unreadable(path: str) -> Diagnostic:
    """What is said of a file that cannot be read or is not UTF-8 (05 §1.1)."""
    from rusk.diagnostics import Diagnostics

    return Diagnostics().error("unreadable-file", f"failed to read `{path}`", None, 0, 0, path=path)


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
