"""Natural loops of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.mir.dataflow import Dominators, predecessors

if TYPE_CHECKING:
    from rusk.mir.ir import Function


class Loop:
    """``head``: the block through which the loop is entered; ``tails``: those that go back to it; ``blocks``: all of them; ``outside``: the blocks
    before it."""

    __slots__ = ("head", "tails", "blocks", "outside")

    def __init__(self, head: int, tails: list[int], preds: list[list[int]]) -> None:
        self.head = head
        self.tails = tails
        self.blocks = {head}
        work = list(tails)
        while work:
            b = work.pop()
            if b not in self.blocks:
                self.blocks.add(b)
                work += preds[b]
        self.outside = [p for p in preds[head] if p not in self.blocks]


class Loops:
    """The loops of a function without landing blocks: ``loops`` in the order of their heads, outer ones first; ``dominators``. ``reducible``: there is
    no way round that has no head, which jump threading can make."""

    __slots__ = ("dominators", "loops", "reducible")

    def __init__(self, fn: Function) -> None:
        preds = predecessors(fn)
        self.dominators = dominators = Dominators(fn, preds)
        number = {b: n for n, b in enumerate(dominators.order)}
        tails: dict[int, list[int]] = {}
        self.reducible = True
        for b in dominators.order:
            for p in preds[b]:
                if number.get(p, -1) >= number[b]:
                    if dominators.dominates(b, p):
                        tails.setdefault(b, []).append(p)
                    else:
                        self.reducible = False
        self.loops = [Loop(b, tails[b], preds) for b in dominators.order if b in tails]

    def innermost(self, loop: Loop, b: int) -> bool:
        """Whether block ``b`` of ``loop`` lies in no loop inside it, so that a turn runs it once at most."""
        for other in self.loops:
            if other.head != loop.head and other.head in loop.blocks and b in other.blocks:
                return False
        return True
