"""Specialisation: a function that is given an interface value of known type gets a copy for that type.

``json::to_string`` casts its serializer to the interface `Serializer` and hands it to the ``serialize`` of the value's type, which hands it on. Nothing is
inlined there, but every call knows which serializer it passes. In the copy the parameter has the concrete type, and is cast where the
function begins; so its calls through the interface become direct ones (``devirtualise``), and what it hands on is known again.

Only parameters that are called through, or handed on, count. A function gets at most `COPIES` copies, and all copies together add at most as many
instructions as the program has, or `ROOM`.
"""

from __future__ import annotations

from typing import Final

from rusk.mir.ir import Function, Instance, Instr, Program, Slot
from rusk.mir.passes.usage import def_counts, single_defs, size
from rusk.types import terms
from rusk.types.terms import IFACE, Type

#: most copies of one function
COPIES: Final = 3
#: instructions that copies may add to a small program
ROOM: Final = 4000

#: a parameter and its concrete type
Known = tuple[tuple[int, Type], ...]


def reachable(program: Program) -> set[Instance]:
    """The instances that the entry points lead to, by calls, closures and dispatch slots; the templates, too, and what their members name."""
    found: set[Instance] = set()
    work = [*program.entries.values(), *program.named]
    while work:
        inst = work.pop()
        if inst in found:
            continue
        found.add(inst)
        if inst.function is None:
            continue
        if inst.function.member is not None:
            work.append(inst.function.member.template.instance)
        for block in inst.function.blocks:
            for ins in block.instrs:
                if ins.data.__class__ is Instance:
                    work.append(ins.data)
                elif ins.data.__class__ is Slot:
                    work.extend(ins.data.table.values())
    return found


def _wanted(fn: Function) -> frozenset[int]:
    """The parameters of interface type through which ``fn`` calls, or which it hands on."""
    found = set()
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.op == "call_iface":
                found.add(ins.args[0])
            elif ins.op == "call":
                found.update(ins.args)
    defs = def_counts(fn)
    return frozenset(
        [
            p
            for p in range(fn.nparams)
            if p in found and defs[p] == 1 and terms.strip_readonly(fn.vregs[p]).tag == IFACE
        ]
    )


def _known(
    caller: Function, call: Instr, wanted: frozenset[int], made: list[Instr | None], defs: list[int]
) -> tuple[Known, list[int]]:
    """The arguments of ``call`` whose type is known, and the registers that hold them under that type."""
    known: list[tuple[int, Type]] = []
    registers = []
    for p in sorted(wanted):
        source = made[call.args[p]]
        while source is not None and source.op == "copy":
            source = made[source.args[0]]
        if source is None or source.op != "to_iface":
            continue
        value = source.args[0]
        t = terms.strip_readonly(caller.vregs[value])
        if defs[value] == 1 and terms.is_reference(t) and t.tag != IFACE:
            known.append((p, caller.vregs[value]))
            registers.append(value)
    return tuple(known), registers


def _copy(fn: Function, known: Known) -> Function:
    """``fn`` with parameters of other types, which are cast to the old ones at its beginning."""
    out = fn.copy()
    casts = {}
    for p, t in known:
        casts[p] = out.new_vreg(fn.vregs[p])
        out.vregs[p] = t
    for block in out.blocks:
        for ins in [*block.instrs, block.term]:
            ins.args = [casts.get(a, a) for a in ins.args]
    out.blocks[0].instrs[:0] = [Instr("to_iface", v, [p], None, fn.pos) for p, v in casts.items()]
    return out


def run(program: Program) -> list[Function]:
    """Make the copies and call them; the functions that are new or changed."""
    changed: dict[Function, None] = {}
    wanted: dict[Instance, frozenset[int]] = {}
    copies: dict[tuple[Instance, Known], Instance] = {}
    made_of: dict[Instance, int] = {}
    work = [i for i in program.instances if i.function is not None and not i.abstract]
    room = max(ROOM, sum([size(i.function) for i in work]))
    while work:
        fn = work.pop().function
        made: list[Instr | None] | None = None
        defs: list[int] = []
        for block in fn.blocks:
            for ins in block.instrs:
                target = ins.data
                if (
                    ins.op != "call"
                    or target.__class__ is not Instance
                    or target.function is None
                    or target.function.env >= 0
                ):
                    continue
                if target not in wanted:
                    wanted[target] = _wanted(target.function)
                if not wanted[target]:
                    continue
                if made is None:
                    made = single_defs(fn)
                    defs = def_counts(fn)
                known, registers = _known(fn, ins, wanted[target], made, defs)
                if not known:
                    continue
                copy = copies.get((target, known))
                if copy is None:
                    cost = size(target.function)
                    if made_of.get(target, 0) >= COPIES or cost > room:
                        continue
                    room -= cost
                    made_of[target] = made_of.get(target, 0) + 1
                    copy = Instance(len(program.instances), target.name, ("specialised", target.key, known))
                    copy.function = _copy(target.function, known)
                    program.instances.append(copy)
                    copies[target, known] = copy
                    work.append(copy)
                for (p, _), value in zip(known, registers, strict=True):
                    ins.args[p] = value
                ins.data = copy
                changed[fn] = changed[copy.function] = None
    return list(changed)
