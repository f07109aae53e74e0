"""Host functions: Python functions that implement ``extern fn``s (08 §5)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO, TypeVar

    from rusk.embed.program import Program

    F = TypeVar("F", bound=Callable[..., Any])


class HostCheck:
    """What `Host.check` found: names that the program imports and the host lacks, and names that the host has and the program does not import."""

    __slots__ = ("missing", "unused")

    def __init__(self, missing: list[str], unused: list[str]) -> None:
        self.missing = missing
        self.unused = unused

    def __repr__(self) -> str:
        return f"HostCheck(missing={self.missing!r}, unused={self.unused!r})"


class Host:
    """What a program may call. One host serves many programs; names that a program does not import are ignored."""

    __slots__ = ("functions", "by_ref", "signatures", "texts")

    def __init__(self) -> None:
        #: full Rusk name -> Python function
        self.functions: dict[str, Callable[..., Any]] = {}
        #: names of those that get views of their arguments (08 §4.2)
        self.by_ref: set[str] = set()
        #: their Rusk signatures, where given
        self.signatures: dict[str, str] = {}
        #: host modules: what stands in them beside the functions
        self.texts: dict[str, str] = {}

    def fn(self, name: str, *, by_ref: bool = False, signature: str | None = None) -> Callable[[F], F]:
        """Decorator: the function implements ``extern fn`` ``name`` (``app::clock::now``).

        by_ref: its arguments arrive as views of the session's objects; signature: its Rusk side, ``"(n: int) -> byte"``, for `declarations` where
        annotations cannot say it. A program that declares it otherwise does not start.
        """
        if not isinstance(name, str):
            raise TypeError('write @host.fn("name")')

        def install(function: F) -> F:
            self.install(name, function, by_ref=by_ref, signature=signature)
            return function

        return install

    def install(
        self, name: str, function: Callable[..., Any], *, by_ref: bool = False, signature: str | None = None
    ) -> None:
        """Let ``function`` implement ``name``, in place of what did so before; otherwise as `fn`."""
        if not callable(function):
            raise TypeError(f"the implementation of `{name}` is not callable")
        self.functions[name] = function
        self.by_ref.discard(name)
        self.signatures.pop(name, None)
        if by_ref:
            self.by_ref.add(name)
        if signature is not None:
            self.signatures[name] = signature

    def module(self, name: str, text: str = "") -> HostModule:
        """A host module (08 §6): ``text`` is Rusk text that stands in it beside the functions: structs, enums, interfaces, functions."""
        self.texts[name] = text
        return HostModule(self, name)

    def include(self, other: Host) -> None:
        """Install everything that ``other`` has: ``host.include(rusk.stdio())``."""
        for name, function in other.functions.items():
            self.install(name, function, by_ref=name in other.by_ref, signature=other.signatures.get(name))
        self.texts.update(other.texts)

    def declarations(self) -> dict[str, str]:
        """The Rusk side: by top-level module its text, for ``rusk.compile(..., modules=host.declarations())``.

        Functions of `module`s, and others whose name has a module, are declared by their ``signature`` or their annotations. Functions without
        module cannot be declared so, and ``std`` has its own declarations.
        Errors: `HostTypeError` for a function whose annotations do not say its Rusk types.
        """
        from rusk.embed.declare import declarations

        return declarations(self)

    def check(self, program: Program) -> HostCheck:
        """Compare with what ``program`` imports."""
        wanted = program.imports
        return HostCheck(
            [n for n in wanted if n not in self.functions], [n for n in self.functions if n not in wanted]
        )


class HostModule:
    """A module of a host, made by `Host.module`; its `fn` is a decorator for the functions in it."""

    __slots__ = ("host", "name")

    def __init__(self, host: Host, name: str) -> None:
        self.host = host
        self.name = name

    def fn(
        self, name: str | None = None, *, by_ref: bool = False, signature: str | None = None
    ) -> Callable[[F], F]:
        """Decorator, as `Host.fn`; ``name`` without the module, by default that of the Python function."""

        def install(function: F) -> F:
            full = f"{self.name}::{name or function.__name__}"
            self.host.install(full, function, by_ref=by_ref, signature=signature)
            return function

        return install


def stdio(file: TextIO | None = None) -> Host:
    """A host whose ``std::print`` and ``std::println`` write to ``file`` (default: what ``sys.stdout`` is at the call), flushed per call."""

    def write(text: str) -> None:
        import sys

        out = sys.stdout if file is None else file
        if out is None:
            raise OSError("standard output is closed")
        out.write(text)
        out.flush()

    host = Host()
    host.install("std::print", write)
    host.install("std::println", lambda text: write(text + "\n"))
    return host
