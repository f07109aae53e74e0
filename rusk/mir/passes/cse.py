"""Common subexpressions within a block: a pure operation on the same registers is computed once.

Works on registers that are defined once, so that "same register" means "same value". Array lengths are forgotten at every instruction that
may change an array; enum tags and payloads never change.
"""

from __future__ import annotations

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CALLS, Function, Instr
from rusk.mir.passes.usage import def_counts, facts, replaced

_SAME = frozenset(
    (
        "tag", "payload", "capture", "array_len",
        *[op for op, kind in INTRINSICS.items() if kind in ("pure", "trap") and op != "panic"],
    )
)  # fmt: skip

#: after which an array may have another length
_CHANGES = frozenset((*CALLS, *[op for op, kind in INTRINSICS.items() if kind == "write"]))


def run(fn: Function) -> bool:
    """Reuse results in ``fn``; returns whether anything changed."""
    if fn.landings or _SAME.isdisjoint(facts(fn).ops):
        return False
    defs = def_counts(fn)
    changed = False
    for block in fn.blocks:
        seen: dict[tuple[object, ...], int] = {}
        for i, ins in enumerate(block.instrs):
            op = ins.op
            if op in _CHANGES:
                if seen:
                    seen = {k: v for k, v in seen.items() if k[0] != "array_len"}
                continue
            if op not in _SAME or ins.dst < 0 or defs[ins.dst] != 1:
                continue
            for a in ins.args:
                if defs[a] != 1:
                    break
            else:
                key = (op, ins.data, *ins.args)
                known = seen.setdefault(key, ins.dst)
                if known != ins.dst and fn.vregs[known] is fn.vregs[ins.dst]:
                    block.instrs[i] = new = Instr("copy", ins.dst, [known], None, ins.loc)
                    replaced(fn, ins, new)
                    changed = True
    return changed
