"""Loop-invariant code: what is the same in every turn of a loop is computed before it.

Only what cannot trap moves, so that a loop without turns does nothing that can be seen: pure operations, division and shifts by constants that fit,
lengths of arrays, fields and cells that nothing in the loop may change.
"""

from __future__ import annotations

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CALLS, Function, Instr
from rusk.mir.loops import Loop, Loops
from rusk.mir.passes import usage

#: operations that trap on some right operand only -> whether a constant is none of these
_BY_CONSTANT = {
    "int_div": lambda n: n != 0,
    "int_mod": lambda n: n != 0,
    "int_shl": lambda n: 0 <= n < 64,
    "int_shr": lambda n: 0 <= n < 64,
    "int_ushr": lambda n: 0 <= n < 64,
}


class _Memory:
    """What in a loop changes memory."""

    __slots__ = ("calls", "resizes", "cells", "fields")

    def __init__(self, fn: Function, loop: Loop) -> None:
        self.calls = self.resizes = self.cells = False
        self.fields: set[int] = set()
        for b in loop.blocks:
            for ins in fn.blocks[b].instrs:
                op = ins.op
                if op in CALLS:
                    self.calls = True
                elif op == "set":
                    self.fields.add(ins.data)
                elif op == "cell_set":
                    self.cells = True
                elif INTRINSICS.get(op) == "write":
                    self.resizes = True


def run(fn: Function) -> bool:
    """Move what does not change out of the loops of ``fn``; returns whether anything changed."""
    if fn.landings or len(fn.blocks) < 2:
        return False
    found = Loops(fn)
    if not found.loops:
        return False
    defs = list(usage.def_counts(fn))
    place = {v: 0 for v in range(fn.nparams)}
    made: dict[int, Instr] = {}
    for b, block in enumerate(fn.blocks):
        for ins in block.instrs:
            if ins.dst >= 0 and defs[ins.dst] == 1:
                place[ins.dst] = b
                made[ins.dst] = ins
    if fn.env >= 0:
        place[fn.env] = 0
    changed = False
    # Outer loops first: what leaves an inner loop only to stay in an outer one comes along in a later round.
    for loop in found.loops:
        if len(loop.outside) != 1 or fn.blocks[loop.outside[0]].term.op != "jump":
            continue
        before = loop.outside[0]
        memory = _Memory(fn, loop)
        for b in [b for b in found.dominators.order if b in loop.blocks]:
            block = fn.blocks[b]
            stay: list[Instr] = []
            for ins in block.instrs:
                if (
                    ins.dst >= 0
                    and defs[ins.dst] == 1
                    and ins.op not in ("const", "copy")
                    and _movable(ins, memory, made)
                    and all([_outside(a, defs, place, loop, made) for a in ins.args])
                ):
                    for a in ins.args:
                        if place[a] in loop.blocks:  # a constant: a copy of its own goes along
                            fresh = fn.new_vreg(fn.vregs[a])
                            defs.append(1)
                            constant = Instr("const", fresh, [], made[a].data, ins.loc)
                            fn.blocks[before].instrs.append(constant)
                            place[fresh] = before
                            made[fresh] = constant
                            ins.args = [fresh if x == a else x for x in ins.args]
                    fn.blocks[before].instrs.append(ins)
                    place[ins.dst] = before
                    changed = True
                else:
                    stay.append(ins)
            block.instrs = stay
    if changed:
        usage.changed(fn)
    return changed


def _outside(v: int, defs: list[int], place: dict[int, int], loop: Loop, made: dict[int, Instr]) -> bool:
    """Whether register ``v`` keeps one value through the loop."""
    if defs[v] != 1:
        return False
    return place[v] not in loop.blocks or (v in made and made[v].op == "const")


def _movable(ins: Instr, memory: _Memory, made: dict[int, Instr]) -> bool:
    """Whether ``ins`` may be done before a loop that does so to memory, if its operands can."""
    op = ins.op
    kind = INTRINSICS.get(op)
    if kind == "pure" or op == "tag":
        return True
    if op in _BY_CONSTANT:
        by = made.get(ins.args[1])
        return by is not None and by.op == "const" and _BY_CONSTANT[op](by.data)
    if memory.calls:
        return False
    if op == "array_len":
        return not memory.resizes
    if op == "get":
        return ins.data not in memory.fields
    return op == "cell_get" and not memory.cells
