"""Dead stores: drops assignments to a register that is assigned again, or never read, on all ways from there.

`deadcode` looks at registers that nothing reads at all. Jump threading leaves others: the parts of an `Option` that is known to be ``None`` are
still set, for a reader that is no longer on this way. Without these assignments what is left is often defined once, and `copies` can work with it.
"""

from __future__ import annotations

from rusk.mir.dataflow import Liveness, live_in_sets
from rusk.mir.ir import Block, Function
from rusk.mir.passes.flow import targets
from rusk.mir.passes.usage import REMOVABLE, changed, def_counts


def run(fn: Function) -> bool:
    """Remove dead stores from ``fn``; returns whether there were any."""
    defs = def_counts(fn)
    if max(defs, default=0) < 2:
        return False
    stored = {
        i.dst
        for block in fn.blocks
        for i in block.instrs
        if i.dst >= 0 and defs[i.dst] > 1 and i.op in REMOVABLE
    }
    if not stored:
        return False
    found = _with_landings(fn, stored) if fn.landings else _remove(fn, stored)
    if found:
        changed(fn)
    return found


def _remove(fn: Function, stored: set[int]) -> bool:
    # Only the registers in question take part: few, so that their sets are small numbers.
    bit = {v: 1 << n for n, v in enumerate(sorted(stored))}
    get = bit.get
    uses: list[int] = []
    defs: list[int] = []
    for block in fn.blocks:
        use = define = 0
        for i in block.instrs:
            for a in i.args:
                use |= get(a, 0) & ~define
            define |= get(i.dst, 0)
        for a in block.term.args:
            use |= get(a, 0) & ~define
        uses.append(use)
        defs.append(define)
    succs = [targets(block.term) for block in fn.blocks]
    live_in = live_in_sets(uses, defs, succs, (), ())
    found = False
    for b, block in enumerate(fn.blocks):
        if not defs[b]:
            continue
        live = 0
        for s in succs[b]:
            live |= live_in[s]
        found = _sweep(block, live, bit) or found
    return found


def _sweep(block: Block, live: int, bit: dict[int, int]) -> bool:
    """Remove the dead stores of ``block``, at whose end ``live`` is."""
    get = bit.get
    for a in block.term.args:
        live |= get(a, 0)
    dead: set[int] = set()
    for n in range(len(block.instrs) - 1, -1, -1):
        i = block.instrs[n]
        d = get(i.dst, 0)
        if d and not live & d and i.op in REMOVABLE:
            dead.add(n)
            continue
        live &= ~d
        for a in i.args:
            live |= get(a, 0)
    if not dead:
        return False
    block.instrs = [i for n, i in enumerate(block.instrs) if n not in dead]
    return True


def _with_landings(fn: Function, stored: set[int]) -> bool:
    liveness = Liveness(fn)
    found = False
    for b, block in enumerate(fn.blocks):
        kept = [
            i
            for i, live in zip(block.instrs, liveness.after(b), strict=True)
            if i.dst not in stored or live >> i.dst & 1 or i.op not in REMOVABLE
        ]
        if len(kept) != len(block.instrs):
            block.instrs = kept
            found = True
    return found
