"""Dead stores: drops assignments to a register that is assigned again, or never read, on all ways from there.

`deadcode` looks at registers that nothing reads at all. Jump threading leaves others: the parts of an `Option` that is known to be ``None`` are
still set, for a reader that is no longer on this way. Without these assignments what is left is often defined once, and `copies` can work with it.
"""

from __future__ import annotations

from rusk.mir.dataflow import Liveness
from rusk.mir.ir import Function
from rusk.mir.passes.usage import REMOVABLE, changed, def_counts


def run(fn: Function) -> bool:
    """Remove dead stores from ``fn``; returns whether there were any."""
    defs = def_counts(fn)
    if not any(
        [i.dst >= 0 and defs[i.dst] > 1 and i.op in REMOVABLE for block in fn.blocks for i in block.instrs]
    ):
        return False
    liveness = Liveness(fn)
    found = False
    for b, block in enumerate(fn.blocks):
        if not any([i.dst >= 0 and defs[i.dst] > 1 for i in block.instrs]):
            continue
        kept = [
            i
            for i, live in zip(block.instrs, liveness.after(b), strict=True)
            if i.dst < 0 or defs[i.dst] < 2 or live >> i.dst & 1 or i.op not in REMOVABLE
        ]
        if len(kept) != len(block.instrs):
            block.instrs = kept
            found = True
    if found:
        changed(fn)
    return found
