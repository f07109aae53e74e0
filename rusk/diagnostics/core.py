"""Diagnostics and their collector (09 §1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rusk.diagnostics.catalogue import CATALOGUE, ERROR, WARNING

if TYPE_CHECKING:
    from rusk.source import Source

#: A further place of a diagnostic: source, pos, end, label.
Secondary = tuple["Source", int, int, str | None]


class Fix:
    """A change of the text that mends what a diagnostic is about: `title` for people, `edits` as (pos, end, new text) in the diagnostic's file."""

    __slots__ = ("edits", "title")

    def __init__(self, title: str, edits: Sequence[tuple[int, int, str]]) -> None:
        self.title = title
        self.edits = list(edits)


class Diagnostic:
    """One error or warning.

    ``source`` is None for a file that has no text to show (it could not be read); then ``path`` names the
    file. ``label`` is the text at the mark of the primary place, ``secondary`` holds further places, ``help``
    and ``notes`` the lines below. ``fixes``: what an editor may offer.
    """

    __slots__ = (
        "code",
        "name",
        "severity",
        "message",
        "source",
        "path",
        "pos",
        "end",
        "label",
        "secondary",
        "help",
        "notes",
        "fixes",
    )

    def __init__(
        self,
        code: str,
        name: str,
        severity: str,
        message: str,
        source: Source | None,
        pos: int,
        end: int,
        label: str | None = None,
        secondary: Sequence[Secondary] = (),
        help: str | None = None,
        notes: Iterable[str] = (),
        path: str | None = None,
    ) -> None:
        self.code = code
        self.name = name
        self.severity = severity
        self.message = message
        self.source = source
        self.path = source.path if source is not None and path is None else path
        self.pos = pos
        self.end = end
        self.label = label
        self.secondary: list[Secondary] = list(secondary)
        self.help = help
        self.notes: list[str] = list(notes)
        self.fixes: list[Fix] = []

    def location(self) -> tuple[str, int, int]:
        """File, line and column of the primary place; without a source the start of the file."""
        if self.source is None:
            return self.path or "<unknown>", 1, 1
        line, col = self.source.line_col(self.pos)
        return self.source.path, line, col

    def __repr__(self) -> str:
        path, line, col = self.location()
        return f"<{self.severity}[{self.code}] {self.message} at {path}:{line}:{col}>"


class Diagnostics:
    """Collects what is reported while a program is compiled."""

    __slots__ = ("items", "has_errors")

    def __init__(self) -> None:
        self.items: list[Diagnostic] = []
        self.has_errors = False

    def error(
        self,
        name: str,
        message: str,
        source: Source | None,
        pos: int,
        end: int,
        *,
        label: str | None = None,
        help: str | None = None,
        notes: Iterable[str] = (),
        secondary: Sequence[Secondary] = (),
        path: str | None = None,
    ) -> Diagnostic:
        """Report an error.

        name: its name in the catalogue (KeyError otherwise); message: the wording of 09; source, pos, end:
        the place; label: text at the mark; help, notes: lines below; secondary: further places; path: the
        file to name if there is no source.
        Result: the diagnostic, for those who want to add notes later.
        """
        self.has_errors = True
        found = Diagnostic(
            CATALOGUE[name][0], name, ERROR, message, source, pos, end, label, secondary, help, notes, path
        )
        self.items.append(found)
        return found

    def warning(
        self,
        name: str,
        message: str,
        source: Source | None,
        pos: int,
        end: int,
        *,
        label: str | None = None,
        help: str | None = None,
        notes: Iterable[str] = (),
        secondary: Sequence[Secondary] = (),
        path: str | None = None,
    ) -> Diagnostic:
        """Report a warning; as `error`."""
        found = Diagnostic(
            CATALOGUE[name][0], name, WARNING, message, source, pos, end, label, secondary, help, notes, path
        )
        self.items.append(found)
        return found

    def sorted(self) -> list[Diagnostic]:
        """All items, files in the order in which they first appear, within a file by position (those of one
        place in the order of reporting); exact duplicates once.
        """
        files: dict[str | None, int] = {}
        for item in self.items:
            files.setdefault(item.path, len(files))
        seen: set[tuple[str | None, int, int, str, str]] = set()
        result: list[Diagnostic] = []
        for item in sorted(self.items, key=lambda d: (files[d.path], d.pos)):
            key = (item.path, item.pos, item.end, item.code, item.message)
            if key not in seen:
                seen.add(key)
                result.append(item)
        return result
