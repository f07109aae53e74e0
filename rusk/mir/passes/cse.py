"""Common subexpressions within a block: a pure operation on the same registers is computed once.

Works on registers that are defined once, so that "same register" means "same value". Array lengths are forgotten at every instruction that
may change an array; enum tags and payloads never change.
"""

from __future__ import annotations

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CALLS, Function, Instr
from rusk.mir.passes.usage import def_counts

_PURE = frozenset(("tag", "payload", "capture"))


def run(fn: Function) -> bool:
    """Reuse results in ``fn``; returns whether anything changed."""
    if fn.landings:
        return False
    defs = def_counts(fn)
    changed = False
    for block in fn.blocks:
        seen: dict[tuple[object, ...], int] = {}
        for i, ins in enumerate(block.instrs):
            op = ins.op
            kind = INTRINSICS.get(op)
            if kind == "write" or op in CALLS:
                seen = {k: v for k, v in seen.items() if k[0] != "array_len"}
                continue
            if not (kind == "pure" or kind == "trap" or op in _PURE or op == "array_len") or ins.dst < 0:
                continue
            if defs[ins.dst] != 1 or any([defs[a] != 1 for a in ins.args]) or op == "panic":
                continue
            key = (op, ins.data, *ins.args)
            known = seen.get(key)
            if known is None:
                seen[key] = ins.dst
            elif fn.vregs[known] is fn.vregs[ins.dst]:
                block.instrs[i] = Instr("copy", ins.dst, [known], None, ins.loc)
                changed = True
    return changed
