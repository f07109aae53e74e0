"""``rusk build``: compile a program to an ``.rbc`` file (08 §14.2)."""

from __future__ import annotations

from rusk.cli import FAILED, OK, UsageError, put, say
from rusk.cli.options import COMPILING, parse

USAGE = f"""\
usage: rusk build [OPTIONS] FILE.rusk

Compiles a program and everything it uses to one .rbc file, beside the source if nothing else is said.

options:
  -o OUT                 the file to write
{COMPILING}"""


def main(args: list[str]) -> int:
    """Compile the program that ``args`` name; the exit status."""
    settings = parse(args, (), ("-o",), anywhere=True)
    if "--help" in settings.values:
        put(USAGE)
        return OK
    if len(settings.rest) != 1:
        raise UsageError("`rusk build` takes one FILE.rusk" if settings.rest else "missing FILE")
    path = settings.rest[0]
    if not path.endswith(".rusk"):
        raise UsageError("input file must have .rusk extension")
    out = settings.values.get("-o", path.removesuffix(".rusk") + ".rbc")
    if not out:
        raise UsageError("option `-o` needs a value")

    from rusk.cache import write_atomically
    from rusk.cli.compiling import compile_program, report
    from rusk.cli.loading import use_color
    from rusk.code.rbc import encode

    compiled = compile_program(path, settings, need_main=False)
    report(compiled.diagnostics, use_color())
    if compiled.image is None:
        return FAILED
    data = encode(compiled.image)
    try:
        write_atomically(out, data)
    except (OSError, ValueError) as e:
        say(f"error: failed to write `{out}`: {getattr(e, 'strerror', None) or e}\n")
        return FAILED
    say(f"compiled {path} to {out}\n")
    return OK
