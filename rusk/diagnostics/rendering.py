"""Diagnostics as text for the terminal (08 §14.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusk.diagnostics.core import Diagnostic
    from rusk.source import Source

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_BLUE = "\x1b[1;34m"

#: Shown width of a tab.
_TAB = "    "


class _Mark:
    """A stretch of marks below one line: display column (from 0), width, sign, label."""

    __slots__ = ("line", "column", "width", "primary", "label")

    def __init__(self, line: int, column: int, width: int, primary: bool, label: str | None) -> None:
        self.line = line
        self.column = column
        self.width = width
        self.primary = primary
        self.label = label


def _shown_width(text: str) -> int:
    return len(text) + text.count("\t") * (len(_TAB) - 1)


def _marks(source: Source, pos: int, end: int, primary: bool, label: str | None) -> list[_Mark]:
    """The marks of one place: one, or for several lines one at the first and one at the last."""
    text = source.text
    # a place that ends with its line end is not extended to the (unmarked) next line
    while end > pos + 1 and end <= len(text) and text[end - 1] in "\r\n":
        end -= 1
    first, start_col = source.line_col(pos)
    last, end_col = source.line_col(max(pos, end))
    shown = source.line_text(first)
    column = _shown_width(shown[: start_col - 1])
    if first == last:
        width = _shown_width(shown[start_col - 1 : end_col - 1])
        return [_Mark(first, column, max(1, width), primary, label)]
    width = _shown_width(shown[start_col - 1 :])
    tail = _shown_width(source.line_text(last)[: end_col - 1])
    return [
        _Mark(first, column, max(1, width), primary, None),
        _Mark(last, 0, max(1, tail), primary, label),
    ]


class _Part:
    """All places of a diagnostic in one file."""

    __slots__ = ("source", "pos", "marks")

    def __init__(self, source: Source, pos: int) -> None:
        self.source = source
        self.pos = pos
        self.marks: list[_Mark] = []


def _parts(diagnostic: Diagnostic) -> list[_Part]:
    parts: list[_Part] = []
    if diagnostic.source is not None:
        main = _Part(diagnostic.source, diagnostic.pos)
        main.marks = _marks(diagnostic.source, diagnostic.pos, diagnostic.end, True, diagnostic.label)
        parts.append(main)
    for source, pos, end, label in diagnostic.secondary:
        for part in parts:
            if part.source is source or part.source.path == source.path:
                break
        else:
            part = _Part(source, pos)
            parts.append(part)
        part.marks.extend(_marks(source, pos, end, False, label))
        if diagnostic.source is None or part is not parts[0]:
            part.pos = min(part.pos, pos)
    return parts


def render(diagnostic: Diagnostic, color: bool = False) -> str:
    """The text of one diagnostic, without a final line end.

    color: with ANSI colours.
    """
    if color:
        accent, bold, blue, reset = _COLORS[diagnostic.severity], _BOLD, _BLUE, _RESET
    else:
        accent = bold = blue = reset = ""
    path, line, col = diagnostic.location()
    parts = _parts(diagnostic)
    numbers = [mark.line for part in parts for mark in part.marks]
    width = len(str(max(numbers))) if numbers else 1
    blank = " " * width
    bar = f"{blue}{blank} |{reset}"

    out = [f"{accent}{diagnostic.severity}[{diagnostic.code}]{reset}{bold}: {diagnostic.message}{reset}"]
    out.append(f"{blank}{blue}-->{reset} {path}:{line}:{col}")
    for number, part in enumerate(parts):
        if part.source is not diagnostic.source and (number or diagnostic.source is None):
            line, col = part.source.line_col(part.pos)
            out.append(f"{blank}{blue}:::{reset} {part.source.path}:{line}:{col}")
        out.append(bar)
        previous = 0
        for current in sorted({mark.line for mark in part.marks}):
            if previous and current > previous + 1:
                out.append(f"{blue}...{reset}")
            previous = current
            shown = part.source.line_text(current).replace("\t", _TAB)
            number_text = f"{blue}{current:>{width}} |{reset}"
            out.append(f"{number_text} {shown}" if shown else number_text)
            here = [mark for mark in part.marks if mark.line == current]
            here.sort(key=lambda mark: (mark.column, not mark.primary))
            for mark in here:
                signs = ("^" if mark.primary else "-") * mark.width
                paint = accent if mark.primary else blue
                label = f" {mark.label}" if mark.label else ""
                out.append(f"{bar} {' ' * mark.column}{paint}{signs}{label}{reset}")
    extra = [] if diagnostic.help is None else [("help", diagnostic.help)]
    extra.extend(("note", note) for note in diagnostic.notes)
    if extra:
        if parts:
            out.append(bar)
        for kind, text in extra:
            out.append(f"{blue}{blank} ={reset} {bold}{kind}{reset}: {text}")
    return "\n".join(out)


def render_all(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """The text of several diagnostics in the order given, separated by empty lines, without a final line
    end.
    """
    return "\n\n".join(render(diagnostic, color) for diagnostic in diagnostics)
