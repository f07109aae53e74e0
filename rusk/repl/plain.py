"""The REPL without the extra ``rusk[repl]``, and for input that is no terminal: line by line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rusk.repl.commands import Answer, answer
from rusk.repl.reading import read

if TYPE_CHECKING:
    from rusk.repl.session import Repl

PROMPT, MORE = ">> ", ".. "


def is_complete(text: str) -> bool:
    """Whether the end of the line ends the input: commands, what is whole, and what more lines would not mend."""
    return text.lstrip().startswith(":") or not text.strip() or read(text).complete


def show(found: Answer, color: bool) -> None:
    """Write an answer."""
    sys.stdout.write(found.out)
    sys.stdout.flush()
    sys.stderr.write(found.err)
    sys.stderr.flush()


def run(repl: Repl, terminal: bool) -> int:
    """Read and answer until the input ends; the exit status. ``terminal``: a person is typing.

    Without a terminal nothing is prompted for, and the status is 1 if an input failed.
    """
    if terminal:
        try:
            import readline  # noqa: F401  (gives input() editing and a history of this run)
        except ImportError:
            pass
    failed = False
    text = ""
    while True:
        try:
            line = input((MORE if text else PROMPT) if terminal else "")
        except EOFError:
            if not text:
                break
            found = answer(repl, text)
            show(found, False)
            failed = failed or bool(found.err)
            break
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            text = ""
            continue
        text = f"{text}\n{line}" if text else line
        if not is_complete(text) and (line.strip() or not terminal):
            continue
        found = answer(repl, text)
        show(found, False)
        failed = failed or bool(found.err)
        text = ""
        if found.leave:
            break
    if terminal:
        sys.stdout.write("\n")
    return 1 if failed and not terminal else 0
