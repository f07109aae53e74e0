"""Devirtualisation: calls through a known closure, function value or interface value become direct calls.

A call of a closure whose environment is needed keeps its environment as the last argument (``call`` of an Instance whose function has an
``env`` takes it so); the inliner then replaces the reads of the environment by the captured registers. What it leaves is restored at the end.
"""

from __future__ import annotations

from rusk.mir.ir import Function, Instance, Instr, Slot
from rusk.mir.passes.usage import facts, replaced, single_defs
from rusk.types import terms


def run(fn: Function) -> bool:
    """Make calls in ``fn`` direct where the callee is known; returns whether anything changed."""
    ops = facts(fn).ops
    if "call_value" not in ops and "call_iface" not in ops:
        return False
    made = single_defs(fn)

    def source(v: int) -> Instr | None:
        ins = made[v]
        while ins is not None and ins.op == "copy":
            ins = made[ins.args[0]]
        return ins

    changed = False
    for block in fn.blocks:
        for i, ins in enumerate(block.instrs):
            if ins.op == "call_value":
                known = source(ins.args[0])
                if known is None:
                    continue
                if known.op == "fn_value":
                    # The data of a host function as a value is its item.
                    op = "call" if isinstance(known.data, Instance) else "call_extern"
                    new = Instr(op, ins.dst, ins.args[1:], known.data, ins.loc)
                elif known.op == "closure" and known.data.function.kind == "closure":
                    new = Instr("call", ins.dst, [*ins.args[1:], ins.args[0]], known.data, ins.loc)
                else:
                    continue
            elif ins.op == "call_iface":
                known = source(ins.args[0])
                if known is None or known.op != "to_iface":
                    continue
                concrete = terms.strip_readonly(fn.vregs[known.args[0]])
                slot: Slot = ins.data
                target: Instance | None = slot.table.get(concrete)
                if target is None or not terms.is_reference(concrete) or concrete.tag == terms.IFACE:
                    continue
                new = Instr("call", ins.dst, [known.args[0], *ins.args[1:]], target, ins.loc)
            else:
                continue
            block.instrs[i] = new
            replaced(fn, ins, new)
            changed = True
    return changed


def restore(fn: Function) -> None:
    """Turn direct calls of closures that were not inlined back into calls of their values: code has no direct call with an environment."""
    if "closure" not in facts(fn).ops:
        return
    for block in fn.blocks:
        for i, ins in enumerate(block.instrs):
            if ins.op == "call" and len(ins.args) == ins.data.function.nparams + 1:
                block.instrs[i] = new = Instr(
                    "call_value", ins.dst, [ins.args[-1], *ins.args[:-1]], None, ins.loc
                )
                replaced(fn, ins, new)
