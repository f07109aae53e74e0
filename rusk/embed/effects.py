"""Tables of effect handlers (08 §8)."""

from __future__ import annotations

from rusk.embed.errors import HostTypeError, InvalidStateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rusk.embed.program import Program


class Effects:
    """Python functions that answer a program's external effects: ``effects.handle("Ask.number", lambda prompt: 2)``."""

    __slots__ = ("program", "handlers")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.handlers: dict[str, Callable[..., Any]] = {}

    def handle(
        self, name: str, function: Callable[..., Any] | None = None, *, signature: str | None = None
    ) -> Any:
        """Let ``function`` answer effect ``name``; without ``function`` a decorator.

        signature: the Rusk signature that the function is written for, ``"(prompt: string) -> int"``.
        Errors: `InvalidStateError` for a name that the program did not declare external or that has a handler; `HostTypeError` for a function
        whose parameters, or a signature, contradict the declared signature.
        """
        if function is None:
            return lambda f: self.handle(name, f, signature=signature) or f
        if not callable(function):
            raise TypeError(f"the handler of `{name}` is not callable")
        if not self.program.is_external(name):
            raise InvalidStateError(f"effect `{name}` is not declared external by this program")
        if name in self.handlers:
            raise InvalidStateError(f"effect `{name}` has a handler already")
        declared = self.program.operation(name)
        if declared is not None:
            problem = self.program.contradiction(function, declared, signature)
            if problem is not None:
                raise HostTypeError(f"handler of `{name}`: {problem}")
        self.handlers[name] = function
        return None
