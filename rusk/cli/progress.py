"""How far a long run is: a line on a terminal that is written over and over, and nothing where standard error is no terminal."""

from __future__ import annotations

import os
import sys
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    T = TypeVar("T")

#: seconds between two looks of the line
_OFTEN = 0.2

#: to the beginning of the line, and clear it
_CLEAR = "\r\x1b[K"


def clock(seconds: float) -> str:
    """A duration as ``M:SS`` or ``H:MM:SS``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Progress:
    """The line of one run: done of total, time since it began, about how much is left.

    total: how many steps there are, or 0 when nobody knows. Its methods do nothing when standard error is no terminal.
    """

    __slots__ = ("total", "done", "what", "shown", "start", "next")

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.what = ""
        self.shown = on_terminal()
        self.start = monotonic()
        self.next = self.start + _OFTEN  # what is over at once needs no line

    def step(self, what: str = "", steps: int = 1) -> None:
        """``steps`` more are done; ``what`` is the one that comes."""
        self.done += steps
        self.note(what)

    def note(self, what: str) -> None:
        """What is under way."""
        if not self.shown:
            return
        self.what = what
        now = monotonic()
        if now >= self.next:
            self.next = now + _OFTEN
            self._write(_CLEAR + self.text(now - self.start))

    def text(self, elapsed: float) -> str:
        """The line ``elapsed`` seconds after the beginning."""
        if not self.total:
            parts = [f"{self.done}", clock(elapsed)]
        else:
            parts = [f"{self.done}/{self.total}", f"{100 * self.done // self.total}%", clock(elapsed)]
            if 0 < self.done < self.total:
                parts.append(f"about {clock(elapsed / self.done * (self.total - self.done))} left")
        parts.append(self.what)
        return "  ".join([p for p in parts if p])[: _columns() - 1]

    def clear(self) -> None:
        """Take the line away: before other output, and in the end."""
        if self.shown:
            self.next = 0.0
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self.shown = False


def track(items: Iterable[T], total: int) -> Iterator[T]:
    """The items one by one, with a line that says how many there have been."""
    progress = Progress(total)
    try:
        for item in items:
            yield item
            progress.step()
    finally:
        progress.clear()


def on_terminal() -> bool:
    """Whether standard error is a terminal that can write over its lines."""
    try:
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):
        return False


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns or 80
    except OSError:
        return 80
