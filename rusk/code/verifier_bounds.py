"""Code verifier, on top of the types layer: unchecked accesses stand where the index is known to lie in the array (`rusk.code.bounds`).

Only functions with such accesses are looked at.
"""

from __future__ import annotations

from bisect import bisect_left

from rusk.code.bounds import BEYOND, CHECKS_A, CHECKS_B, ENDS, PLAIN, RELIES_B, ROLES, WITHIN, written
from rusk.code.opcodes import BY_NAME, OPS, Op

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.bounds import Fact
    from rusk.code.verifier_types import Body

_JMP_WITHIN: Final = BY_NAME["JmpWithin"].code
_BACKWARD: Final = [op.name.startswith("Loop") for op in OPS]


def _writes(op: Op) -> tuple[tuple[int, int], ...]:
    """(file, shift) of the registers that ``op`` writes; they stand in its first word."""
    return tuple(
        [(int(kind == "R"), 16 * n + 16) for n, (kind, _) in enumerate(op.fields) if kind in ("X", "R", "M")]
    )


_WRITES: Final = [_writes(op) for op in OPS]


class Bounds:
    """The facts of one function, which has passed the types layer: ``states``, at the beginning of each block; None for one that is never reached."""

    __slots__ = ("body", "states")

    def __init__(self, body: Body) -> None:
        self.body = body
        layout = body.layout
        self.states: list[set[Fact] | None] = [None] * len(layout.succs)
        pending = bytearray(len(layout.succs))
        self.flow(0, set(), pending)
        for b in layout.marks.values():
            self.flow(b, set(), pending)
        while True:
            b = pending.find(1)
            if b < 0:
                break
            pending[b] = 0
            self.leave(b, pending)
        # they only get fewer, so what relies on them is looked at when nothing changes any more
        for b, state in enumerate(self.states):
            if state is not None:
                self.walk(b, layout.first[b + 1], True)

    def flow(self, to: int, facts: set[Fact], pending: bytearray) -> None:
        """Control may go to block ``to`` when ``facts`` hold."""
        old = self.states[to]
        if old is not None:
            self.body.spend(len(old) + 1)
            if old <= facts:
                return
            facts = old & facts
        self.states[to] = facts
        pending[to] = 1

    def walk(self, block: int, end: int, final: bool) -> set[Fact]:
        """The facts before instruction number ``end``, of ``block``. final: accesses that rely on what is no fact are refused."""
        body = self.body
        layout = body.layout
        words = layout.words
        start = self.states[block]
        assert start is not None
        facts = start.copy()
        for pc in layout.pcs[layout.first[block] : end]:
            word = words[pc]
            code = word & 0xFFFF
            role = ROLES[code]
            body.spend(1 + len(facts))
            if role != PLAIN:
                if role == ENDS:
                    facts.clear()
                elif role == CHECKS_B:
                    facts.add((word >> 48, word >> 32 & 0xFFFF))
                elif role == CHECKS_A:
                    facts.add((word >> 32 & 0xFFFF, word >> 16 & 0xFFFF))
                elif final:
                    self.rely(pc, word, role, facts)
            elif code in BEYOND:
                facts.clear()
            elif code == WITHIN and final:
                self.loop(pc, word)
            for file, shift in _WRITES[code]:
                written(facts, file, word >> shift & 0xFFFF)
        return facts

    def rely(self, pc: int, word: int, role: int, facts: set[Fact]) -> None:
        fact = (
            (word >> 48, word >> 32 & 0xFFFF)
            if role == RELIES_B
            else (word >> 32 & 0xFFFF, word >> 16 & 0xFFFF)
        )
        if fact not in facts:
            self.body.refuse(pc, f"x{fact[0]} is not known to be an index of r{fact[1]}")

    def loop(self, pc: int, word: int) -> None:
        """Before the target stands the test of the same registers: there the session goes on if it pauses here."""
        layout = self.body.layout
        target = pc + 1 + (word >> 48) - 0x10000
        at = bisect_left(layout.pcs, target)
        before = layout.words[layout.pcs[at - 1]] if at else 0
        if before & 0xFFFF not in BEYOND or before >> 16 & 0xFFFFFFFF != word >> 16 & 0xFFFFFFFF:
            self.body.refuse(pc, "no such test stands before the target")

    def leave(self, block: int, pending: bytearray) -> None:
        """Let the facts at the end of ``block`` flow on."""
        layout = self.body.layout
        facts = self.walk(block, layout.first[block + 1], False)
        word = layout.words[layout.pcs[layout.first[block + 1] - 1]]
        code = word & 0xFFFF
        fact = (word >> 16 & 0xFFFF, word >> 32 & 0xFFFF)
        for n, to in enumerate(layout.succs[block]):
            taken = OPS[code].flow in ("jump", "branch") and n == 0
            out = facts
            if code == WITHIN:
                out = {fact} if taken else facts
            elif taken and _BACKWARD[code]:
                out = set()
            elif code in BEYOND:
                out = set() if taken else {fact}
            elif taken and code == _JMP_WITHIN and len(layout.succs[block]) == 2:
                out = facts | {fact}
            self.flow(to, out, pending)
