"""``rusk run``: run a program (08 §14.1). This is the start-up path: look at ``benchmarks/startup.py`` before importing anything."""

from __future__ import annotations

import os

from rusk.cli import OK, UsageError, put, say
from rusk.cli.execute import execute
from rusk.cli.options import COMPILING, check_extension, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rusk.cli.options import Settings

USAGE = f"""\
usage: rusk [run] [OPTIONS] FILE [ARGS...]

Runs FILE: .rusk source, or a compiled .rbc program. What follows FILE goes to the program.

options:
  --print-result         print the result of main as a last line `=> VALUE`
  --trace[=NAME,...]     tell on standard error what the program does at -O0: calls, results, effects, resumptions;
                         of the functions named only, if there are names (see docs/trace.md)
  --trace-depth N        no more than N levels of it
  --trace-library        with the calls inside of the library
{COMPILING}"""


def main(args: list[str]) -> int:
    """Run the program that ``args`` name; the exit status."""
    settings = parse(args, ("--print-result", "--trace-library"), ("--trace-depth",), optional=("--trace",))
    if "--help" in settings.values:
        put(USAGE)
        return OK
    if not settings.rest:
        raise UsageError("missing FILE; see `rusk --help`")
    path, *arguments = settings.rest
    compiled = check_extension(path)
    if "--trace" in settings.values:
        return _traced(path, compiled, arguments, settings)
    if compiled:
        from rusk.cli.loading import load_file

        code = load_file(path)
    else:
        from rusk.cli.loading import load_source

        code = load_source(path, settings)
    if isinstance(code, int):
        return code
    return execute(code, argv_of(path, arguments), "--print-result" in settings.values)


def argv_of(path: str, arguments: list[str]) -> list[str]:
    """What the program ``path`` gets as ``argv`` (05 §5)."""
    return [clean(a) for a in (os.path.join(os.getcwd(), path), *arguments)]


def _traced(path: str, compiled: bool, arguments: list[str], settings: Settings) -> int:
    """Run a program as it is written, and tell what it does."""
    from rusk.cli.loading import compile_source, use_color
    from rusk.cli.options import number
    from rusk.trace import Tracer

    if compiled:
        raise UsageError("`--trace` needs the source of the program")
    given = settings.values
    depth = number(given["--trace-depth"], "--trace-depth", 0) if "--trace-depth" in given else None
    only = [name for name in given["--trace"].split(",") if name]
    settings.opt_level = 0
    code = compile_source(path, settings, None, use_color())
    if isinstance(code, int):
        return code
    return execute(
        code,
        argv_of(path, arguments),
        "--print-result" in given,
        lambda session: Tracer(session, say, only, depth, "--trace-library" in given).run(),
    )


def clean(text: str) -> str:
    """An argument as valid Unicode; what was not decodable is replaced (05 §5)."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


__all__ = ["main", "say"]
