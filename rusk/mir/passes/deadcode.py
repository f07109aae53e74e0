"""Dead code: drops instructions without effect whose result nothing reads."""

from __future__ import annotations

from rusk.mir.ir import Function
from rusk.mir.passes.usage import REMOVABLE, use_counts


def run(fn: Function) -> bool:
    """Remove dead instructions from ``fn``; returns whether anything changed."""
    uses = use_counts(fn)
    changed = False
    again = True
    while again:
        again = False
        for block in fn.blocks:
            for ins in block.instrs:
                if ins.dst >= 0 and not uses[ins.dst] and ins.op in REMOVABLE:
                    break
            else:
                continue
            # Backwards, so that a chain of dead instructions in one block goes in one sweep.
            keep = []
            for ins in reversed(block.instrs):
                if ins.dst >= 0 and uses[ins.dst] == 0 and ins.op in REMOVABLE:
                    for a in ins.args:
                        uses[a] -= 1
                        if uses[a] == 0:
                            again = True
                    changed = True
                else:
                    keep.append(ins)
            if len(keep) != len(block.instrs):
                keep.reverse()
                block.instrs = keep
    return changed
