"""Marks: exits to a mark of the function itself are jumps, and marks that nobody can exit to are dropped.

A ``return``, ``break`` or ``continue`` out of a handling match is an exit from another function, until `dissolve` has brought it home.
"""

from __future__ import annotations

from rusk.mir.ir import Block, Function, Instr
from rusk.mir.passes import usage
from rusk.mir.passes.usage import single_defs


def own_mark(v: int, made: list[Instr | None]) -> Instr | None:
    """The ``mark`` whose token register ``v`` holds, if it is one of this function. ``made``: `single_defs`."""
    ins = made[v]
    while ins is not None and ins.op == "copy":
        ins = made[ins.args[0]]
    return ins if ins is not None and ins.op == "mark" else None


def local_exits(fn: Function) -> None:
    """Turn exits to marks of ``fn`` into jumps. The mark is in force: the exit lies in the code for which it was made."""
    if not fn.landings:
        return
    made = single_defs(fn)
    behind: dict[int, int] = {}
    for n in range(len(fn.blocks)):
        block = fn.blocks[n]
        term = block.term
        if term.op != "exit":
            continue
        mark = own_mark(term.args[0], made)
        if mark is None:
            continue
        landing = fn.blocks[mark.data]
        value = landing.instrs[0] if landing.instrs and landing.instrs[0].op == "landing_value" else None
        to = behind.get(mark.data)
        if to is None:
            # Only marks lead to a landing block, so what follows the value becomes a block of its own.
            rest = Block()
            rest.instrs = landing.instrs[1:] if value is not None else landing.instrs
            rest.term = landing.term
            to = behind[mark.data] = len(fn.blocks)
            fn.blocks.append(rest)
            landing.instrs = [value] if value is not None else []
            landing.term = Instr("jump", -1, [], to, rest.term.loc)
        if value is not None and value.dst >= 0:
            block.instrs.append(Instr("copy", value.dst, [term.args[1]], None, term.loc))
        block.term = Instr("jump", -1, [], to, term.loc)


def run(fn: Function) -> bool:
    """Drop the marks of ``fn`` if nothing but ``unmark`` reads any of their tokens; returns whether anything changed."""
    if not fn.landings:
        return False
    tokens = {ins.dst for block in fn.blocks for ins in block.instrs if ins.op == "mark"}
    for block in fn.blocks:
        for ins in [*block.instrs, block.term]:
            if ins.op != "unmark" and not tokens.isdisjoint(ins.args):
                return False
    for b in fn.landings:
        fn.blocks[b].instrs = []
        fn.blocks[b].term = Instr("unreachable", -1, [], None, fn.blocks[b].term.loc)
    fn.landings = []
    for block in fn.blocks:
        block.instrs = [ins for ins in block.instrs if ins.op not in ("mark", "unmark")]
    usage.changed(fn)
    return True
