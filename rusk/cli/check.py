"""``rusk check``: report diagnostics, or print an intermediate form (08 §14.5)."""

from __future__ import annotations

import os

from rusk.cli import FAILED, OK, UsageError, put, say
from rusk.cli.options import COMPILING, Settings, parse

USAGE = f"""\
usage: rusk check [OPTIONS] PATHS...

Compiles programs without running them and reports their errors and warnings. A directory means every *.rusk file below it.

options:
  --emit ast|mir|code    print an intermediate form of the one program named
  --after PASS           with `--emit mir`: what each function that this pass changed looks like after it (`lower`: before all)
{COMPILING}"""


def main(args: list[str]) -> int:
    """Check the programs that ``args`` name; the exit status."""
    settings = parse(args, (), ("--emit", "--after"), anywhere=True)
    if "--help" in settings.values:
        put(USAGE)
        return OK
    if not settings.rest:
        raise UsageError("missing PATHS")
    emit = settings.values.get("--emit")
    after = settings.values.get("--after")
    if emit is not None and emit not in ("ast", "mir", "code"):
        raise UsageError(f"`--emit` is ast, mir or code, not `{emit}`")
    if after is not None and emit != "mir":
        raise UsageError("`--after` goes with `--emit mir`")
    if after is not None:
        from rusk.cli.compiling import passes
        from rusk.mir.passes.manager import IN_CODE

        if after in IN_CODE:
            raise UsageError(
                f"`{after}` changes code, not MIR: compare `--emit code` with and without `--no-pass {after}`"
            )
        if after not in passes():
            raise UsageError(f"there is no pass `{after}`; passes: {' '.join(passes())}")
    files = find(settings.rest)
    if emit is not None:
        if len(files) != 1:
            raise UsageError("`--emit` needs exactly one program")
        return emit_form(files[0], settings, emit, after)
    return check_files(files, settings)


def find(paths: list[str]) -> list[str]:
    """The files that ``paths`` mean. Raises `UsageError` for one that is no source file."""
    out: list[str] = []
    for path in paths:
        if os.path.isdir(path) and not path.endswith(".rusk"):
            below: list[str] = []
            for folder, folders, names in os.walk(path):
                folders.sort()
                below += [os.path.join(folder, n) for n in names if n.endswith(".rusk")]
            if not below:
                raise UsageError(f"no .rusk file below `{path}`")
            out += sorted(below)
        elif path.endswith(".rusk"):
            out.append(path)
        else:
            raise UsageError(f"`{path}` has no .rusk extension")
    return out


def check_files(files: list[str], settings: Settings) -> int:
    """Check each file as a program of its own."""
    from rusk.cli.compiling import check_program, report
    from rusk.cli.loading import use_color

    color = use_color()
    bad = False
    told = False
    for path in files:
        diagnostics = check_program(path, settings)
        if told and diagnostics:
            say("\n")
        report(diagnostics, color)
        told = told or bool(diagnostics)
        bad = bad or any([d.severity == "error" for d in diagnostics])
    return FAILED if bad else OK


def emit_form(path: str, settings: Settings, emit: str, after: str | None) -> int:
    """Print one form of the program ``path``."""
    from rusk.cli.compiling import emitted, report
    from rusk.cli.loading import use_color

    text, diagnostics = emitted(path, settings, emit, after)
    report(diagnostics, use_color())
    if text is None:
        return FAILED
    put(text if text.endswith("\n") else text + "\n")
    return OK
