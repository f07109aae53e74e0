"""Places of instructions that are copied into another function."""

from __future__ import annotations

from rusk.mir.ir import Function, InlinedLoc


class Places:
    """Maps a ``loc`` of ``callee`` to one of ``fn``, into which ``callee`` is copied at the place ``at``."""

    __slots__ = ("fn", "callee", "at", "known")

    def __init__(self, fn: Function, callee: Function, at: int) -> None:
        self.fn = fn
        self.callee = callee
        self.at = at
        self.known: dict[int, int] = {}

    def __call__(self, loc: int) -> int:
        new = self.known.get(loc)
        if new is None:
            callee = self.callee
            if loc >= 0:
                entry = InlinedLoc(callee.name, callee.source, loc, self.at)
            else:
                # Inlined into the callee before: its chain now ends at our place instead of at the callee's own offset.
                old = callee.inlined[-1 - loc]
                entry = InlinedLoc(old.name, old.source, old.pos, self(old.caller))
            self.fn.inlined.append(entry)
            new = self.known[loc] = -len(self.fn.inlined)
        return new
