"""Sessions whose program grows; for the REPL."""

from collections.abc import Callable
from typing import Any

from rusk._interp import Code, Session

def keep(session: Session, before: int | None) -> int:
    """Keep the result of a DONE session, an object, beyond the next run; let go of what ``before`` stands for.

    Result: what stands for it. Errors: `InvalidStateError` if the session is not done.
    """

def again(session: Session, func: int, kept: int | None) -> None:
    """Start function ``func`` in a session that is not running, whatever its state; what it was doing is given up.

    kept: what stands for its only argument (`keep`), whose type must be that of the parameter; None for a function without parameters.
    Errors: `MemoryLimit`; `InvalidStateError` while a host function runs.
    """

def extend(session: Session, code: Code) -> None:
    """Let a session that is not running go on with ``code``, whose image begins with that of its present code (`rusk.code.append.link`).

    What it was doing is given up. Errors: `MemoryLimit`, `InvalidStateError` while a host function runs; ValueError for a program that does not
    begin with the present one.
    """

def set_host(session: Session, index: int, function: Callable[..., Any]) -> None:
    """Let ``function`` stand for an import of the image."""
