"""``rusk run``: run a program (08 §14.1). This is the start-up path: look at ``benchmarks/startup.py`` before importing anything."""

from __future__ import annotations

import os

from rusk.cli import OK, UsageError, put, say
from rusk.cli.execute import execute
from rusk.cli.options import check_extension, parse

USAGE = """\
usage: rusk [run] [OPTIONS] FILE [ARGS...]

Runs FILE: .rusk source, or a compiled .rbc program. What follows FILE goes to the program.

options:
  --print-result         print the result of main as a last line `=> VALUE`
  -O0, -O1, -O2          how much to optimise (default -O2); also --opt-level o0|o1|o2
  --passes A,B           run only these passes of the optimiser (see docs/optimiser.md)
  --no-pass A            run all but this pass; may be repeated
  --sysroot DIR          the library to use instead of the one shipped
  --no-std               leave out the standard library
"""


def main(args: list[str]) -> int:
    """Run the program that ``args`` name; the exit status."""
    settings = parse(args, ("--print-result",), ())
    if "--help" in settings.values:
        put(USAGE)
        return OK
    if not settings.rest:
        raise UsageError("missing FILE; see `rusk --help`")
    path, *arguments = settings.rest
    if check_extension(path):
        from rusk.cli.loading import load_file

        code = load_file(path)
    else:
        from rusk.cli.loading import load_source

        code = load_source(path, settings)
    if isinstance(code, int):
        return code
    argv = [os.path.join(os.getcwd(), path), *arguments]
    return execute(code, [clean(a) for a in argv], "--print-result" in settings.values)


def clean(text: str) -> str:
    """An argument as valid Unicode; what was not decodable is replaced (05 §5)."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


__all__ = ["main", "say"]
