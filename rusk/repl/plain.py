"""The REPL without the extra ``rusk[repl]``, and for input that is no terminal: line by line.

The compiler is imported when there is a first line for it: the prompt does not wait for it (``benchmarks/startup.py``).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.repl.commands import Answer
    from rusk.repl.session import Repl

PROMPT, MORE = ">> ", ".. "


def is_complete(text: str) -> bool:
    """Whether the end of the line ends the input: commands, what is whole, and what more lines would not mend."""
    from rusk.repl.reading import read

    return text.lstrip().startswith(":") or not text.strip() or read(text).complete


def show(found: Answer, color: bool) -> None:
    """Write an answer."""
    sys.stdout.write(found.out)
    sys.stdout.flush()
    sys.stderr.write(found.err)
    sys.stderr.flush()


def run(make: Callable[[], Repl], terminal: bool) -> int:
    """Read and answer until the input ends; the exit status. ``make``: makes the session; ``terminal``: a person is typing.

    Without a terminal nothing is prompted for, and the status is 1 if an input failed.
    """
    if terminal:
        try:
            import readline  # noqa: F401  (gives input() editing and a history of this run)
        except ImportError:
            pass
    repl: Repl | None = None

    def answer(text: str) -> Answer:
        nonlocal repl
        from rusk.repl import commands

        if repl is None:
            repl = make()
        return commands.answer(repl, text)

    failed = False
    text = ""
    while True:
        try:
            line = input((MORE if text else PROMPT) if terminal else "")
        except EOFError:
            if not text:
                break
            found = answer(text)
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
        found = answer(text)
        show(found, False)
        failed = failed or bool(found.err)
        text = ""
        if found.leave:
            break
    if terminal:
        sys.stdout.write("\n")
    return 1 if failed and not terminal else 0
