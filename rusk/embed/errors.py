"""What goes wrong, as Python exceptions (``docs/language/08-host.md`` §11)."""

from __future__ import annotations

from rusk.code.errors import (
    HostTypeError,
    InvalidContinuationError,
    InvalidStateError,
    LoadError,
    ReadonlyError,
    RuskError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.diagnostics import Diagnostic as CompilerDiagnostic
    from rusk.embed.tracebacks import RawFrame

__all__ = [
    "CompileError", "Diagnostic", "EffectError", "Frame", "HostTypeError", "InvalidContinuationError", "InvalidStateError", "LoadError",
    "ReadonlyError", "RuskError", "Trap",
]  # fmt: skip


class EffectError(RuskError):
    """The handler of a table raised or gave a wrong value; the session is still suspended at ``k``."""

    def __init__(self, effect: str, args: tuple[object, ...], k: object, reason: str) -> None:
        super().__init__(f"handler of `{effect}` failed: {reason}")
        self.effect = effect
        self.reason = reason
        self.k = k
        #: the arguments of the effect (which take the place of the exception's own)
        self.args = args

    def __str__(self) -> str:
        return f"handler of `{self.effect}` failed: {self.reason}"


class Frame:
    """An active function of a traceback: ``function``, and where it is: ``file``, ``line``, ``column``."""

    __slots__ = ("function", "file", "line", "column")
    __match_args__ = ("function", "file", "line", "column")

    def __init__(self, function: str, file: str, line: int, column: int) -> None:
        self.function = function
        self.file = file
        self.line = line
        self.column = column

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str, int, int]:
        return self.function, self.file, self.line, self.column

    def __repr__(self) -> str:
        return f"Frame({self.function!r}, {self.file!r}, {self.line}, {self.column})"


class Trap(RuskError):
    """A run ended in a trap. ``message``; ``traceback``: the active Rusk functions, innermost last."""

    def __init__(self, message: str, frames: Sequence[RawFrame] = ()) -> None:
        super().__init__(message)
        self.message = message
        self._raw = frames
        self._frames: list[Frame] | None = None

    @property
    def traceback(self) -> list[Frame]:
        """The active functions, innermost last; equal ones are one object."""
        if self._frames is None:
            known: dict[RawFrame, Frame] = {}
            out = []
            for raw in self._raw:
                frame = known.get(raw)
                if frame is None:
                    frame = known[raw] = Frame(*raw)
                out.append(frame)
            self._frames = out
        return self._frames

    def render(self) -> str:
        """Message and traceback as the command line shows them."""
        from rusk.embed.tracebacks import render

        return f"runtime error: {self.message}\n" + render(self._raw)

    def __reduce__(self) -> tuple[object, ...]:
        return Trap, (self.message, list(self._raw))


class Diagnostic:
    """An error or warning of the compiler.

    ``severity`` "error" or "warning"; ``code`` and ``name`` as in ``docs/language/09-diagnostics.md``; ``message``; ``label``; ``help``; ``notes``.
    ``file``, ``line``, ``column``, ``end_line``, ``end_column``: the primary place, counted from 1, the end exclusive.
    """

    __slots__ = (
        "severity", "code", "name", "message", "label", "help", "notes", "file", "line", "column", "end_line", "end_column", "text",
    )  # fmt: skip

    def __init__(self, found: CompilerDiagnostic) -> None:
        from rusk.diagnostics import render

        self.severity = found.severity
        self.code = found.code
        self.name = found.name
        self.message = found.message
        self.label = found.label
        self.help = found.help
        self.notes = tuple(found.notes)
        self.file, self.line, self.column = found.location()
        self.end_line, self.end_column = self.line, self.column
        if found.source is not None:
            self.end_line, self.end_column = found.source.line_col(max(found.pos, found.end))
        #: as on the terminal
        self.text = render(found)

    def __repr__(self) -> str:
        return f"<{self.severity}[{self.code}] {self.message} at {self.file}:{self.line}:{self.column}>"

    def __str__(self) -> str:
        return self.text


class CompileError(RuskError):
    """The program was rejected. ``diagnostics``: everything that was reported, in order of position."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n\n".join([d.text for d in diagnostics]))
        self.diagnostics = list(diagnostics)
