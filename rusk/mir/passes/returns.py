"""Values returned in parts: a function that makes an enum, tuple or struct only to return it hands back its tag and parts in registers.

A function is changed when

* its result is small: up to `PARTS` registers beside the tag;
* every value that it returns was made by itself and has gone nowhere else, or is the result of a call of such a function (recursion and chains of
  calls, to the greatest fixed point). So it would have allocated the object, and putting it together in the caller instead costs
  nothing more. That is also why objects that can be changed may be taken apart: nobody else knows them yet;
* at least half of the places that call it only look into the result or return it in parts themselves.

A caller puts the object together right after the call (``new``, ``assemble``), and scalar replacement takes it away again where it is only looked
into. Functions that are also called as values, through interfaces, by handlers or from outside keep their body for these; direct
calls get a copy.

Enums share registers between variants: one for the n-th part of each type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rusk.mir.concrete import Concrete
from rusk.mir.ir import Function, Instance, Instr, Program
from rusk.mir.passes import scalars, usage
from rusk.mir.passes.usage import def_counts
from rusk.types.terms import INT, NEVER, NOMINAL, TUPLE, UNIT, Type

#: most registers for the parts of a result, tag not counted; documented in docs/optimiser.md
PARTS: Final = 4


class Layout:
    """How a value of a type is taken apart.

    ``types``: of the registers, the tag (of an enum) not among them. ``slots``: key of a part, as in `scalars` -> its register in ``types``; parts of
    type unit have none. ``variants``: for an enum, the keys of each variant's payload; None for structs and tuples, whose parts are ``types`` and units
    in order. ``units``: the keys of the unit parts.
    """

    __slots__ = ("types", "slots", "variants", "units")

    def __init__(self, groups: list[list[Type]], is_enum: bool) -> None:
        self.types: list[Type] = []
        self.slots: dict[object, int] = {}
        self.variants: list[list[object]] | None = [] if is_enum else None
        self.units: list[object] = []
        for variant, group in enumerate(groups):
            used: set[int] = set()
            keys: list[object] = []
            for n, t in enumerate(group):
                key: object = (variant, n) if is_enum else n
                keys.append(key)
                if t is UNIT:
                    self.units.append(key)
                    continue
                slot = next(
                    (s for s, have in enumerate(self.types) if is_enum and have is t and s not in used),
                    len(self.types),
                )
                if slot == len(self.types):
                    self.types.append(t)
                used.add(slot)
                self.slots[key] = slot
            if self.variants is not None:
                self.variants.append(keys)

    @property
    def results(self) -> list[Type]:
        """The types of all registers."""
        return [INT, *self.types] if self.variants is not None else self.types


class Layouts:
    """The layouts of the types of a program; None for types that are not taken apart."""

    __slots__ = ("concrete", "known")

    def __init__(self, concrete: Concrete) -> None:
        self.concrete = concrete
        self.known: dict[Type, Layout | None] = {}

    def of(self, t: Type) -> Layout | None:
        t = self.concrete.erase(t)
        if t not in self.known:
            self.known[t] = self._make(t)
        return self.known[t]

    def _make(self, t: Any) -> Layout | None:
        if t.tag not in (NOMINAL, TUPLE):
            return None
        is_enum = t.tag == NOMINAL and hasattr(t.item, "variants")
        groups = self.concrete.variants(t) if is_enum else [self.concrete.fields(t)]
        groups = [[self.concrete.erase(p) for p in group] for group in groups]
        if any([p is NEVER for group in groups for p in group]) or not scalars.fillable(t, self.concrete):
            return None
        layout = Layout(groups, is_enum)
        return layout if 0 < len(layout.types) <= PARTS else None


def run(
    program: Program, concrete: Concrete, clean: Callable[[Function], None], after: Callable[[Function], None]
) -> bool:
    """Change functions and their callers; ``clean``: simplifies a changed function, ``after``: looks at it. Returns whether anything changed."""
    layouts = Layouts(concrete)
    calls, taken = _references(program)
    chosen = {
        inst
        for inst in program.instances
        if inst in calls
        and inst.function is not None
        and inst.function.blocks
        and inst.function.kind == "fn"
        and inst.function.env < 0
        and not inst.function.landings
        and not inst.function.results
        and layouts.of(inst.function.ret) is not None
    }
    _settle(program, chosen, calls, layouts)
    if not chosen:
        return False
    new: dict[Instance, Instance] = {}
    for inst in sorted(chosen, key=lambda i: i.index):
        if inst in taken:
            copy = Instance(len(program.instances), inst.name, ("parts", inst.key))
            copy.function = inst.function.copy()
            program.instances.append(copy)
            new[inst] = copy
        else:
            new[inst] = inst
    parts = set(new.values())
    changed: list[Function] = []
    for inst in list(program.instances):
        fn = inst.function
        if fn is None:
            continue
        touched = inst in parts
        for block in fn.blocks:
            for ins in block.instrs:
                if ins.op == "call" and ins.data in new:
                    ins.data = new[ins.data]
                    touched = True
        if touched:
            _rewrite(fn, inst in parts, parts, layouts)
            changed.append(fn)
    for fn in changed:
        after(fn)
        clean(fn)
    return True


def _references(program: Program) -> tuple[dict[Instance, list[Function]], set[Instance]]:
    """Who calls each instance directly (once for each call), and the instances that are known in another way."""
    calls: dict[Instance, list[Function]] = {}
    taken = set(program.entries.values())
    taken.update(program.named)
    for slot in program.slots:
        taken.update(slot.table.values())
    seen = set(taken)
    work = list(taken)
    while work:
        fn = work.pop().function
        if fn is None:
            continue
        for block in fn.blocks:
            for ins in block.instrs:
                if ins.data.__class__ is Instance:
                    if ins.op == "call":
                        calls.setdefault(ins.data, []).append(fn)
                    else:
                        taken.add(ins.data)
                    if ins.data not in seen:
                        seen.add(ins.data)
                        work.append(ins.data)
    return calls, taken


def _settle(
    program: Program, chosen: set[Instance], calls: dict[Instance, list[Function]], layouts: Layouts
) -> None:
    """Take off ``chosen`` what does not keep the conditions, until the rest does."""
    owner = {inst.function: inst for inst in program.instances if inst.function is not None}
    verdicts: dict[Function, tuple[bool, dict[Instance, int]]] = {}
    dirty = {inst.function for inst in chosen} | {fn for inst in chosen for fn in calls[inst]}
    while dirty:
        for fn in dirty:
            verdicts[fn] = _verdict(fn, owner[fn] in chosen, chosen, layouts)
        dirty = set()
        for inst in list(chosen):
            good = sum([verdicts[fn][1].get(inst, 0) for fn in set(calls[inst])])
            if not verdicts[inst.function][0] or 2 * good < len(calls[inst]):
                chosen.discard(inst)
                dirty.add(inst.function)
                dirty.update(calls[inst])


def _verdict(
    fn: Function, splits: bool, chosen: set[Instance], layouts: Layouts
) -> tuple[bool, dict[Instance, int]]:
    """Whether all that ``fn`` returns can be returned in parts (if it ``splits``), and how often it only looks into results of functions in ``chosen``."""
    found = scalars.find(fn, chosen, splits, layouts)
    returned = all(
        [term.args[0] in found for term in [b.term for b in fn.blocks] if term.op == "return" and term.args]
    )
    good: dict[Instance, int] = {}
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.op == "call" and ins.data in chosen and (ins.dst < 0 or ins.dst in found):
                good[ins.data] = good.get(ins.data, 0) + 1
    return splits and returned, good


def _rewrite(fn: Function, splits: bool, parts: set[Instance], layouts: Layouts) -> None:
    """Make calls of ``parts`` in ``fn`` take several results, and ``fn`` return several, if it ``splits``."""
    for block in fn.blocks:
        out: list[Instr] = []
        for ins in block.instrs:
            out.append(ins)
            if ins.op == "call" and ins.data in parts:
                layout = layouts.of(ins.data.function.ret)
                assert layout is not None
                _take(fn, ins, layout, out)
        block.instrs = out
    layout = layouts.of(fn.ret) if splits else None
    usage.changed(fn)
    scalars.run(fn, layouts, layout)
    if layout is not None:
        fn.results = list(layout.results)
        _last_values(fn)


def _take(fn: Function, call: Instr, layout: Layout, out: list[Instr]) -> None:
    """Let ``call``, the last of ``out``, take its results, and put the value together."""
    whole = call.dst
    regs = [fn.new_vreg(t) for t in layout.results]
    call.dst = regs[0]
    for n in range(1, len(regs)):
        out.append(Instr("result", regs[n], [], n, call.loc))
    if whole < 0:
        return
    unit = -1
    if layout.units:
        unit = fn.new_vreg(UNIT)
        out.append(Instr("const", unit, [], None, call.loc))
    if layout.variants is None:
        count = len(layout.types) + len(layout.units)
        fields = [unit if n in layout.units else regs[layout.slots[n]] for n in range(count)]
        out.append(Instr("new", whole, fields, None, call.loc))
        return
    last = len(layout.types)
    data = tuple([tuple([layout.slots.get(key, last) for key in keys]) for keys in layout.variants])
    args = [*regs, unit] if layout.units else regs
    out.append(Instr("assemble", whole, args, data, call.loc))


def _last_values(fn: Function) -> None:
    """Give the values that a block computes for its own ``return`` registers of their own, so that constants and copies are seen there."""
    blocks = fn.blocks
    for block in blocks:
        # what only returns is copied to where it is jumped to: the parts are known there
        if block.term.op == "jump":
            to = blocks[block.term.data]
            if to.term.op == "return" and not to.instrs:
                block.term = Instr("return", -1, list(to.term.args), None, to.term.loc)
    usage.changed(fn)
    defs = def_counts(fn)
    for block in blocks:
        if block.term.op != "return":
            continue
        now: dict[int, int] = {}
        last = {ins.dst: n for n, ins in enumerate(block.instrs) if ins.dst >= 0}
        returned = set(block.term.args)
        for n, ins in enumerate(block.instrs):
            if any([a in now for a in ins.args]):
                ins = block.instrs[n] = Instr(
                    ins.op, ins.dst, [now.get(a, a) for a in ins.args], ins.data, ins.loc
                )
            d = ins.dst
            if d in returned and last[d] == n and defs[d] > 1:
                now[d] = fn.new_vreg(fn.vregs[d])
                block.instrs[n] = Instr(ins.op, now[d], ins.args, ins.data, ins.loc)
        block.term.args = [now.get(a, a) for a in block.term.args]
