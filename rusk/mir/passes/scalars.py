"""Scalar replacement: objects that never leave the function become registers.

Registers connected by copies form a group. A group is replaced when all its definitions make objects (``new``, ``variant``, ``assemble``, constants
of fieldless variants) or copy within the group, and all its uses only look inside (``get``, ``set``, ``tag``, ``payload``) or copy within
it. Each part of the object becomes a register of its own; an enum also gets one for its tag.

The pass `returns` asks for more (`find`): calls of some functions count as making an object, and returning an object as looking inside.

Objects that are changed by ``set`` are replaced only when the group is a single register with a single definition, because two registers of
a group may stand for two different objects of which one is changed.

Variable cells are handled likewise: a cell that is defined once and only read and written becomes a plain register.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rusk.mir.ir import CELL, Function, Instance, Instr
from rusk.mir.passes import usage
from rusk.mir.passes.usage import def_counts, facts
from rusk.types import terms
from rusk.types.terms import Type

if TYPE_CHECKING:
    from rusk.mir.concrete import Concrete
    from rusk.mir.passes.returns import Layout, Layouts

_MAKERS = frozenset(("new", "variant", "assemble"))
_INSIDE = frozenset(("get", "set", "tag", "payload"))


class _Groups:
    """Union-find over registers connected by copies."""

    __slots__ = ("parent",)

    def __init__(self, n: int) -> None:
        self.parent = list(range(n))

    def find(self, v: int) -> int:
        parent = self.parent
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    def union(self, a: int, b: int) -> None:
        self.parent[self.find(a)] = self.find(b)


class _Scalars:
    """The registers that replace one register: by field index, or (variant, index) and the tag."""

    __slots__ = ("tag", "parts")

    def __init__(self) -> None:
        self.tag = -1
        self.parts: dict[object, int] = {}


def _is_object(t: Type) -> bool:
    return terms.strip_readonly(t).tag in (terms.NOMINAL, terms.TUPLE)


def run(
    fn: Function,
    layouts: Layouts | None = None,
    returned: Layout | None = None,
    concrete: Concrete | None = None,
) -> bool:
    """Replace objects in ``fn`` that do not escape; returns whether anything changed.

    ``concrete``: answers about the types; without it, parts of any type are taken to have values that code can make. ``layouts``: how the operands of ``assemble``
    stand for parts; without them each part has a register of its own. ``returned``: the layout in which ``fn`` shall return its value in parts, which
    must be possible (`find`).
    """
    changed = "cell" in facts(fn).ops and _cells(fn)
    if changed:
        usage.changed(fn)
    groups = _Groups(len(fn.vregs))
    chosen = _find(fn, groups, (), returned is not None)
    if concrete is not None:
        chosen = {v for v in chosen if fillable(fn.vregs[v], concrete)}
    if not chosen:
        return changed
    _replace(fn, chosen, groups, layouts, returned)
    usage.changed(fn)
    return True


def find(fn: Function, makers: Collection[Instance], returns: bool, layouts: Layouts) -> set[int]:
    """The registers whose objects could be replaced if calls of ``makers`` made objects here, and, with ``returns``, what is returned would not
    have to exist as a whole."""
    found = _find(fn, _Groups(len(fn.vregs)), makers, returns)
    return {v for v in found if fillable(fn.vregs[v], layouts.concrete)}


def fillable(t: Type, concrete: Concrete) -> bool:
    """Whether code can put some value into the register of each part of a ``t``: where an enum is of another variant, they need one."""
    t = concrete.erase(t)
    if t.tag != terms.NOMINAL or not hasattr(t.item, "variants"):  # type: ignore[attr-defined]
        return True
    return all([concrete.can_make(concrete.erase(p)) for group in concrete.variants(t) for p in group])


def _find(fn: Function, groups: _Groups, makers: Collection[Instance], returns: bool) -> set[int]:
    if fn.landings or (not makers and _MAKERS.isdisjoint(facts(fn).ops)):
        # Registers live into a landing block must stay what they are; functions with landings are left alone altogether.
        return set()
    n = len(fn.vregs)
    kinds = {t: _is_object(t) for t in set(fn.vregs)}
    candidate = [kinds[t] for t in fn.vregs]
    bad = [not c for c in candidate]
    for v in range(fn.nparams):
        bad[v] = True
    if fn.env >= 0:
        bad[fn.env] = True
    made = [0] * n  # registers that some object construction defines
    copied = [False] * n
    mutated: list[int] = []
    for block in fn.blocks:
        for ins in block.instrs:
            op = ins.op
            args = ins.args
            if op == "copy":
                src, dst = args[0], ins.dst
                if candidate[dst] and candidate[src]:
                    groups.union(dst, src)
                    copied[dst] = copied[src] = True
                else:
                    bad[dst] = bad[src] = True
                continue
            if op in _INSIDE:
                if op == "set":
                    mutated.append(args[0])
                    bad[args[1]] = True
                if ins.dst >= 0:
                    bad[ins.dst] = True
                continue
            for a in args:
                bad[a] = True
            if ins.dst >= 0:
                if op in _MAKERS or (op == "call" and ins.data in makers):
                    made[ins.dst] += 1
                else:
                    bad[ins.dst] = True
        if not returns or block.term.op != "return":
            for a in block.term.args:
                bad[a] = True
    for v in mutated:
        if copied[v] or made[v] != 1:
            bad[v] = True
    members: dict[int, list[int]] = {}
    find = groups.find
    for v in range(n):
        if candidate[v] and (made[v] or copied[v]):
            members.setdefault(find(v), []).append(v)
    chosen: set[int] = set()
    for group in members.values():
        if any([made[v] for v in group]) and not any([bad[v] for v in group]):
            chosen.update(group)
    return chosen


def _replace(
    fn: Function, chosen: set[int], groups: _Groups, layouts: Layouts | None, returned: Layout | None
) -> None:
    """Rewrite ``fn`` with the registers ``chosen`` split into scalars.

    Parts are found from what is constructed and read: a part has the type of the register stored into it or read from it. What comes from
    a call in parts or is returned so has the registers of its layout instead.
    """
    scalars: dict[int, _Scalars] = {}
    part_types: dict[int, dict[object, Type]] = {}
    laid: dict[int, Layout] = {}
    for block in fn.blocks:
        if returned is not None and block.term.op == "return" and block.term.args:
            laid[groups.find(block.term.args[0])] = returned
        for ins in block.instrs:
            if ins.dst in chosen and ins.op == "assemble":
                if layouts is not None:
                    layout = layouts.of(fn.vregs[ins.dst])
                    assert layout is not None
                    laid[groups.find(ins.dst)] = layout
                else:
                    types = part_types.setdefault(groups.find(ins.dst), {})
                    for variant, slots in enumerate(ins.data):
                        for n, slot in enumerate(slots):
                            types.setdefault((variant, n), fn.vregs[ins.args[1 + slot]])
            elif ins.dst in chosen and ins.op in ("new", "variant"):
                types = part_types.setdefault(groups.find(ins.dst), {})
                for i, a in enumerate(ins.args):
                    types.setdefault((ins.data, i) if ins.op == "variant" else i, fn.vregs[a])
            elif ins.op in ("get", "payload") and ins.args[0] in chosen:
                part_types.setdefault(groups.find(ins.args[0]), {})[ins.data] = fn.vregs[ins.dst]

    def of(v: int) -> _Scalars:
        s = scalars.get(v)
        if s is None:
            s = scalars[v] = _Scalars()
            t = terms.strip_readonly(fn.vregs[v])
            if hasattr(t, "item") and hasattr(t.item, "variants"):
                s.tag = fn.new_vreg(terms.INT)
            layout = laid.get(groups.find(v))
            if layout is not None:
                regs = [fn.new_vreg(ty) for ty in layout.types]
                s.parts = {key: regs[slot] for key, slot in layout.slots.items()}
                for key in layout.units:
                    s.parts[key] = fn.new_vreg(terms.UNIT)
                return s
            for key, ty in part_types.get(groups.find(v), {}).items():
                s.parts[key] = fn.new_vreg(ty)
        return s

    for block in fn.blocks:
        out: list[Instr] = []
        for ins in block.instrs:
            op = ins.op
            if ins.dst in chosen:
                into = of(ins.dst)
                if op == "copy":
                    source = of(ins.args[0])
                    if into is source:
                        continue
                    if into.tag >= 0:
                        out.append(Instr("copy", into.tag, [source.tag], None, ins.loc))
                    for reg, old in {into.parts[key]: source.parts[key] for key in into.parts}.items():
                        out.append(Instr("copy", reg, [old], None, ins.loc))
                    continue
                if op == "assemble":
                    _take_apart(into, ins, out)
                    continue
                # A part of the old value may be an operand of the new one (t = (t.1, t.0)), but reads have made registers of their own.
                if op == "variant":
                    out.append(Instr("const", into.tag, [], ins.data, ins.loc))
                filled: set[int] = set()
                for i, a in enumerate(ins.args):
                    reg = into.parts[(ins.data, i) if op == "variant" else i]
                    filled.add(reg)
                    out.append(Instr("copy", reg, [a], None, ins.loc))
                for reg in dict.fromkeys(into.parts.values()):
                    if reg not in filled:
                        # Definite assignment: parts of other variants get a value that is never read.
                        out.append(_dummy(fn, reg, ins.loc))
                continue
            if op in _INSIDE and ins.args[0] in chosen:
                of_obj = of(ins.args[0])
                if op == "tag":
                    out.append(Instr("copy", ins.dst, [of_obj.tag], None, ins.loc))
                elif op == "set":
                    out.append(Instr("copy", of_obj.parts[ins.data], [ins.args[1]], None, ins.loc))
                else:
                    out.append(Instr("copy", ins.dst, [of_obj.parts[ins.data]], None, ins.loc))
                continue
            out.append(ins)
        block.instrs = out
        if returned is not None and block.term.op == "return" and block.term.args:
            value = of(block.term.args[0])
            by_slot = {slot: value.parts[key] for key, slot in returned.slots.items()}
            args = [by_slot[slot] for slot in range(len(returned.types))]
            block.term.args = [value.tag, *args] if value.tag >= 0 else args


def _take_apart(into: _Scalars, ins: Instr, out: list[Instr]) -> None:
    """The parts of what ``ins`` (``assemble``) would put together."""
    out.append(Instr("copy", into.tag, [ins.args[0]], None, ins.loc))
    done: set[int] = set()
    for variant, slots in enumerate(ins.data):
        for n, slot in enumerate(slots):
            reg = into.parts[variant, n]
            if reg not in done:
                done.add(reg)
                out.append(Instr("copy", reg, [ins.args[1 + slot]], None, ins.loc))


def _dummy(fn: Function, reg: int, loc: int) -> Instr:
    """An instruction that gives ``reg`` some value of its type, or an undefined reference that the code generator leaves cleared."""
    t = terms.strip_readonly(fn.vregs[reg])
    if t is terms.FLOAT:
        return Instr("const", reg, [], 0.0, loc)
    if t is terms.BOOL:
        return Instr("const", reg, [], False, loc)
    if t is terms.CHAR:
        return Instr("const", reg, [], "\0", loc)
    if t is terms.UNIT:
        return Instr("const", reg, [], None, loc)
    if not terms.is_reference(t):
        return Instr("const", reg, [], 0, loc)
    return Instr("undef", reg, [], None, loc)


def _cells(fn: Function) -> bool:
    """Turn cells that do not escape into registers."""
    defs = def_counts(fn)
    cells = {
        v
        for v, t in enumerate(fn.vregs)
        if t.tag == CELL and defs[v] == 1 and v >= fn.nparams and v != fn.env
    }
    if not cells or fn.landings:
        return False
    for block in fn.blocks:
        for ins in block.instrs:
            op = ins.op
            if op == "cell_get":
                continue
            if op == "cell_set":
                cells.discard(ins.args[1])
                continue
            for a in ins.args:
                cells.discard(a)
            if op != "cell":
                cells.discard(ins.dst)
        for a in block.term.args:
            cells.discard(a)
    if not cells:
        return False
    variable = {v: fn.new_vreg(fn.vregs[v].inner) for v in sorted(cells)}  # type: ignore[attr-defined]
    for block in fn.blocks:
        for i, ins in enumerate(block.instrs):
            op = ins.op
            if op == "cell" and ins.dst in cells:
                block.instrs[i] = Instr("copy", variable[ins.dst], [ins.args[0]], None, ins.loc)
            elif op == "cell_get" and ins.args[0] in cells:
                block.instrs[i] = Instr("copy", ins.dst, [variable[ins.args[0]]], None, ins.loc)
            elif op == "cell_set" and ins.args[0] in cells:
                block.instrs[i] = Instr("copy", variable[ins.args[0]], [ins.args[1]], None, ins.loc)
    return True
