"""Copy propagation: a copy between registers that are each defined once is replaced by its source everywhere."""

from __future__ import annotations

from rusk.mir.ir import Function
from rusk.mir.passes.usage import def_counts, facts, reads_changed


def run(fn: Function) -> bool:
    """Propagate copies in ``fn``; returns whether anything changed. The copies themselves become dead."""
    if "copy" not in facts(fn).ops:
        return False
    defs = def_counts(fn)
    to: dict[int, int] = {}
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.op == "copy" and defs[ins.dst] == 1 and defs[ins.args[0]] == 1:
                to[ins.dst] = ins.args[0]
    if not to:
        return False
    for v in list(to):
        root = to[v]
        while root in to:
            root = to[root]
        to[v] = root
    for block in fn.blocks:
        gone = False
        for ins in [*block.instrs, block.term]:
            for a in ins.args:
                if a in to:
                    ins.args = [to.get(b, b) for b in ins.args]
                    break
            if ins.dst in to:
                gone = True
        if gone:
            block.instrs = [ins for ins in block.instrs if ins.dst not in to]
    reads_changed(fn)
    return True
