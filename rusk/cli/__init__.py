"""The command line (``docs/language/08-host.md`` §14): finds the subcommand and hands over to its file.

Every subcommand module has ``main(args) -> exit status``. Everything is imported when it is needed: a cached program
starts without the compiler, without argparse and without most of the standard library.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: subcommand -> what `--help` says about it
COMMANDS = {
    "run": "compile and run a program (the word `run` may be left out)",
    "check": "report the errors and warnings of programs",
    "build": "compile a program to an .rbc file",
    "measure": "compile and run a program, and print times and counters",
    "profile": "run a program, and tell where its time or its allocations went",
    "fmt": "format source files",
    "lint": "report what is probably a mistake",
    "lsp": "the language server, for editors",
    "repl": "type definitions, statements and expressions, and see results",
    "explain": "explain an error code",
    "doc": "write documentation from comments, or run its examples",
}

OK, FAILED, USAGE, TRAPPED, INTERRUPTED = 0, 1, 2, 101, 130


class UsageError(Exception):
    """Wrong use of the command: one line for the user, exit status 2."""


def say(text: str) -> None:
    """Write to standard error; there is nobody to tell if that fails."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        pass


def put(text: str) -> None:
    """Write to standard output, as UTF-8 whatever the locale is. OSError if that fails."""
    from rusk.embed.stdout import write

    write(text)


def usage() -> str:
    """The text of ``rusk --help``."""
    lines = [
        "usage: rusk [run] [OPTIONS] FILE [ARGS...]",
        "       rusk COMMAND [OPTIONS] ...",
        "",
        "Runs the Rusk program FILE (.rusk source, or .rbc as made by `rusk build`).",
        "",
        "commands:",
        *[f"  {name:<9} {text}" for name, text in COMMANDS.items()],
        "",
        "`rusk COMMAND --help` shows the options of a command.",
    ]
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Run the command; ``argv``: the words after the program's name.

    Result: the exit status. Never raises: a wrong use, an unreadable file and an internal error are each one line on standard error.
    """
    args = sys.argv[1:] if argv is None else argv
    name = "run"
    if args and args[0] in COMMANDS:
        name = args[0]
        args = args[1:]
    elif args and args[0] in ("-h", "--help"):
        return _finish(lambda: put(usage()))
    elif args and args[0] in ("-V", "--version"):
        from rusk import __version__

        return _finish(lambda: put(f"rusk {__version__}\n"))
    return _finish(lambda: _command(name, args))


def _command(name: str, args: list[str]) -> int:
    if name == "run":
        from rusk.cli.run import main as command
    else:
        import importlib

        command = importlib.import_module("rusk.cli." + name).main
    return command(args)


def _finish(work: Callable[[], int | None]) -> int:
    try:
        status = work()
        return status if status is not None else OK
    except UsageError as e:
        say(f"error: {e}\n")
        return USAGE
    except KeyboardInterrupt:
        say("interrupted\n")
        return INTERRUPTED
    except OSError as e:
        say(f"error: {e.strerror or e}" + (f": {e.filename}" if isinstance(e.filename, str) else "") + "\n")
        return FAILED
    except Exception as e:
        import os

        if os.environ.get("RUSK_DEBUG"):
            raise
        detail = " ".join(str(e).split())[:300]
        say(
            f"error: internal error: {type(e).__name__}: {detail} (RUSK_DEBUG=1 shows where; please report it)\n"
        )
        return FAILED
