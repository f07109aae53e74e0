"""The pass `bounds`: accesses to elements without a check of the index, by the rules of `rusk.code.bounds`.

Before registers are assigned, `loops_over_indices` turns loops that count from a known start to the length of an array into loops over its indices: they
compare with the length itself, so that the code in them has an index. Afterwards `uncheck` takes the checks off where facts hold. It knows no more than
the verifier, which finds out the same from the finished code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rusk.code.bounds import CHECKS_A, CHECKS_B, ENDS, ROLES, WITHOUT_CHECK, written
from rusk.code.lir import BRANCH, COUNTING, JUMP, MODIFIED, LCall, R
from rusk.code.opcodes import BY_NAME

if TYPE_CHECKING:
    from rusk.code.bounds import Fact
    from rusk.code.lir import LBlock, LFunction, LInstr

_LEN: Final = BY_NAME["ArrLen"].code
_LOAD_INT: Final = BY_NAME["LoadInt"].code

#: instructions after which the length of an array may be another
_RESIZING: Final = frozenset(
    [code for code, role in enumerate(ROLES) if role == ENDS]
    + [BY_NAME[f"Arr{op}{letter}"].code for op in ("Push", "Insert") for letter in "WBR"]
    + [BY_NAME["ArrExtend"].code]
    + [op.code for op in BY_NAME.values() if op.name.startswith("Buf")]
)

#: most facts at one place; more than that are those of long straight code
_MOST_FACTS: Final = 64

#: words of a function within which every short jump reaches
_NEAR: Final = 0x7000


# ---------------------------------------------------------------- loops


def loops_over_indices(f: LFunction) -> None:
    """Let loops ``for i in 0..a.len()`` that index ``a`` compare with its length in each turn, where it cannot change in them."""
    ends = [
        b
        for b in f.blocks
        if b.term.kind == BRANCH and b.term.cond == "IncLt" and b.term.targets[0].index <= b.index
    ]
    if not ends or _words(f) > _NEAR:
        return
    made: dict[int, list[tuple[LBlock, LInstr]]] = {}
    for block in f.blocks:
        for i in block.instrs:
            for d in i.dsts if i.__class__ is LCall and len(i.dsts) > 1 else (i.dst,):
                if d >= 0:
                    made.setdefault(d, []).append((block, i))
    for end in ends:
        counter, limit = end.term.uses
        found = made.get(limit, ())
        if len(found) == 1 and found[0][1].op.code == _LEN:
            home, length = found[0]
            array = length.uses[0]
            body = end.term.targets[0]
            test = _test(f, body, counter, limit)
            if (
                test is not None
                and len(made.get(array, ())) == (array not in f.params)
                and all([d.op.code == _LOAD_INT and d.imms[0] >= 0 for _, d in made[counter]])
                and counter not in f.params
                and _accesses(f, body, end, counter, array)
                and _keeps_length(f, home, length, end)
            ):
                test.term.cond = "Beyond"
                test.term.targets.reverse()
                end.term.cond = "IncWithin"
                test.term.uses = [counter, array]
                end.term.uses = [counter, array]
                if not _is_read(f, limit):
                    home.instrs.remove(length)


def _is_read(f: LFunction, register: int) -> bool:
    for block in f.blocks:
        if register in block.term.uses or any([register in i.uses for i in block.instrs]):
            return True
    return False


def _words(f: LFunction) -> int:
    """At least the length of the code."""
    n = 0
    for block in f.blocks:
        n += 3 + len(block.term.targets)
        for i in block.instrs:
            n += 3 + len(i.uses)
            if i.__class__ is LCall:
                n += 2 * (len(i.args[0]) + len(i.args[1]) + len(i.dsts))
    return n


def _test(f: LFunction, body: LBlock, i: int, limit: int) -> LBlock | None:
    """The block that ends with the first test of a loop that begins with ``body``, just before it."""
    n = body.index - 1
    while n >= 0 and not f.blocks[n].instrs and f.blocks[n].term.kind == JUMP:
        n -= 1
    if n < 0:
        return None
    term = f.blocks[n].term
    if term.kind == BRANCH and term.cond == "IntLt" and term.uses == [i, limit] and term.targets[0] is body:
        return f.blocks[n] if term.targets[1] is not body else None
    return None


def _accesses(f: LFunction, body: LBlock, end: LBlock, i: int, array: int) -> bool:
    """Whether the loop ``body`` .. ``end`` indexes ``array`` by ``i``."""
    for block in f.blocks[body.index : end.index + 1]:
        for x in block.instrs:
            if x.op.code in WITHOUT_CHECK and x.uses[:2] == [array, i]:
                return True
    return False


def _keeps_length(f: LFunction, home: LBlock, length: LInstr, end: LBlock) -> bool:
    """Whether no array changes its length between ``length``, in ``home``, and ``end``, on whatever way round."""
    if home.index > end.index:
        return False
    last = end.index
    changed = True
    while changed:  # loops that begin in between may go round without a new look at the length
        changed = False
        for block in f.blocks[last + 1 :]:
            if any([home.index < t.index <= last for t in block.term.targets]):
                last = block.index
                changed = True
    rest = home.instrs[home.instrs.index(length) + 1 :]
    for block in f.blocks[home.index : last + 1]:
        for x in rest if block is home else block.instrs:
            if x.op.code in _RESIZING:
                return False
    return True


# ---------------------------------------------------------------- facts


def uncheck(f: LFunction) -> None:
    """Take the check off the accesses of ``f`` whose index is known to be right. The registers are assigned."""
    if sum([i.op.code in WITHOUT_CHECK for b in f.blocks for i in b.instrs]) < 2 and not any(
        [b.term.cond == "IncWithin" for b in f.blocks]
    ):
        return
    states: list[set[Fact] | None] = [None] * len(f.blocks)
    pending = {0}
    states[0] = set()
    for landing in f.landings:
        states[landing.index] = set()
        pending.add(landing.index)
    while pending:
        n = min(pending)
        pending.discard(n)
        block = f.blocks[n]
        start = states[n]
        assert start is not None
        for to, facts in _leave(f, block, _walk(f, block, start.copy(), False)):
            old = states[to]
            if old is None or not old <= facts:
                states[to] = facts if old is None else old & facts
                pending.add(to)
    for n, block in enumerate(f.blocks):
        at = states[n]
        if at is not None:
            _walk(f, block, at.copy(), True)


def _walk(f: LFunction, block: LBlock, facts: set[Fact], change: bool) -> set[Fact]:
    """The facts at the end of ``block``, before its terminator. change: take off checks."""
    regs = f.regs
    for i in block.instrs:
        code = i.op.code
        role = ROLES[code]
        if role == ENDS:
            facts.clear()
        elif role == CHECKS_A or role == CHECKS_B:
            fact = regs[i.uses[1]], regs[i.uses[0]]
            if fact not in facts:
                if len(facts) == _MOST_FACTS:
                    facts.clear()
                facts.add(fact)
            elif change:
                i.op = WITHOUT_CHECK[code]
        if i.dst >= 0:
            written(facts, int(f.files[i.dst] == R), regs[i.dst])
        if MODIFIED[code] >= 0:
            written(facts, 0, regs[i.uses[MODIFIED[code]]])
    return facts


def _leave(f: LFunction, block: LBlock, facts: set[Fact]) -> list[tuple[int, set[Fact]]]:
    """The blocks that ``block`` goes to, and what is known there."""
    term = block.term
    out = []
    for n, to in enumerate(term.targets):
        back = to.index <= block.index
        known = set() if back else facts
        if term.cond == "IncWithin" or (term.cond == "Beyond"):
            fact = f.regs[term.uses[0]], f.regs[term.uses[1]]
            if (n == 0) == (term.cond == "IncWithin"):
                known = {fact}
            elif term.cond == "Beyond":
                known = set()
        if term.cond in COUNTING and n == 1:
            known = known.copy()
            written(known, 0, f.regs[term.uses[0]])
        out.append((to.index, known))
    return out
