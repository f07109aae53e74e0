"""``rusk fmt``: format source files (08 §14.3, §15)."""

from __future__ import annotations

import os
import sys

from rusk.cli import FAILED, OK, UsageError, put, say
from rusk.cli.options import parse
from rusk.cli.paths import source_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rusk.source import Source

USAGE = """\
usage: rusk fmt [--check] [--write] PATHS...
       rusk fmt --stdout FILE
       rusk fmt --stdin [--check]

Rewrites Rusk files in the one style of the language. A directory means every *.rusk file below it.

options:
  --write    rewrite changed files in place (what happens without options, too)
  --check    write nothing, name the files that would change; exit status 1 if there are any
  --stdout   print the formatted text of the one file named
  --stdin    format standard input to standard output
"""

_FLAGS = ("--check", "--write", "--stdin", "--stdout")


def main(args: list[str]) -> int:
    """Format what ``args`` name; the exit status."""
    settings = parse(args, _FLAGS, (), anywhere=True, compiling=False)
    given = settings.values
    if "--help" in given:
        put(USAGE)
        return OK
    for one, other in (("--check", "--write"), ("--stdout", "--write"), ("--stdin", "--write")):
        if one in given and other in given:
            raise UsageError(f"`{one}` does not go with `{other}`")
    check = "--check" in given
    import gc

    gc.disable()  # trees without cycles to speak of, and a short life
    if "--stdin" in given:
        if settings.rest:
            raise UsageError("`--stdin` takes no PATHS")
        return standard_input(check)
    files = source_files(settings.rest)
    if "--stdout" in given:
        if len(files) != 1:
            raise UsageError("`--stdout` takes one file")
        return to_output(files[0], check)
    status = OK
    for path in files:
        status = max(status, in_place(path, check))
    return status


def standard_input(check: bool) -> int:
    """Format standard input to standard output."""
    from rusk.source import Source

    try:
        text = sys.stdin.buffer.read().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        say("error: standard input is not UTF-8\n")
        return FAILED
    result = formatted(Source("<stdin>", text))
    if result is None or (check and result != text):
        return FAILED
    if not check:
        put(result)
    return OK


def to_output(path: str, check: bool) -> int:
    """Print the formatted text of one file."""
    source = read(path)
    result = formatted(source) if source is not None else None
    if source is None or result is None or (check and result != source.text):
        return FAILED
    if not check:
        put(result)
    return OK


def in_place(path: str, check: bool) -> int:
    """Format one file, or tell that it would change."""
    source = read(path)
    result = formatted(source) if source is not None else None
    if source is None or result is None:
        return FAILED
    if result == source.text:
        return OK
    if check:
        say(f"{path}: not formatted\n")
        return FAILED
    from rusk.cache import write_atomically

    write_atomically(os.path.realpath(path), result.encode("utf-8"))
    return OK


def read(path: str) -> Source | None:
    """The text of a file; None after a report."""
    from rusk.source import load_source

    try:
        return load_source(path)
    except (OSError, UnicodeDecodeError, ValueError):
        from rusk.cli.compiling import report, unreadable
        from rusk.cli.loading import use_color

        report([unreadable(path)], use_color())
        return None


def formatted(source: Source) -> str | None:
    """The formatted text; None after a report of what is wrong in it."""
    from rusk.diagnostics import Diagnostics
    from rusk.fmt import format_source

    diagnostics = Diagnostics()
    result = format_source(source, diagnostics)
    if result is None:
        from rusk.cli.compiling import report
        from rusk.cli.loading import use_color

        report(diagnostics.sorted(), use_color())
    return result
