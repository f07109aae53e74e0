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
            # What was inlined into the callee before: its chain now ends at our place instead of at the callee's own offset.
            chain = []
            while loc < 0 and loc not in self.known:
                chain.append(loc)
                loc = callee.inlined[-1 - loc].caller
            if loc not in self.known:
                self._add(loc, InlinedLoc(callee.name, callee.source, loc, self.at))
            new = self.known[loc]
            for loc in reversed(chain):
                old = callee.inlined[-1 - loc]
                new = self._add(loc, InlinedLoc(old.name, old.source, old.pos, new))
        return new

    def _add(self, loc: int, entry: InlinedLoc) -> int:
        self.fn.inlined.append(entry)
        new = self.known[loc] = -len(self.fn.inlined)
        return new
