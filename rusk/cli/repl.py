"""``rusk repl``: type Rusk, see results (docs/repl.md)."""

from __future__ import annotations

import sys

from rusk.cli import OK, UsageError, put
from rusk.cli.options import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rusk.repl.session import Repl

USAGE = """\
usage: rusk repl [OPTIONS]

Takes definitions, statements and expressions one after the other and shows results; `:help` lists its commands. With the extra rusk[repl] it has
editing over several lines, history, highlighting and completion.

options:
  --plain                line by line, without all that
  --opt-level o0|o1|o2   how much to optimise (default o2)
"""


def main(args: list[str]) -> int:
    """Run the REPL; the exit status."""
    settings = parse(args, ("--plain",), (), anywhere=True)
    if "--help" in settings.values:
        put(USAGE)
        return OK
    if settings.rest:
        raise UsageError("`rusk repl` takes no FILE; `:load FILE` takes one in")
    level = settings.opt_level

    def make() -> Repl:
        from rusk.cli.execute import HOSTS
        from rusk.repl.session import Repl

        return Repl(HOSTS, opt_level=level)

    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and "--plain" not in settings.values:
        try:
            from rusk.repl import terminal as full
        except ImportError:
            pass  # without the extra
        else:
            return full.run(make)
    from rusk.repl import plain

    return plain.run(make, terminal)
