"""Known captures: the closures of a handling match that capture other closures get copies that make these themselves.

``with_state(init, | | { .. })``, inlined, leaves a match whose body calls a captured closure. In a body that makes the closure itself the call is
direct, can be inlined, and what it performs is seen. Closures have no identity, so nobody can tell where one was made. Nor can anybody tell of
an object that is only looked into: so a closure is also known inside a struct (``try { .. }`` is one).
"""

from __future__ import annotations

from rusk.mir.ir import Block, Function, Instance, Instr, Program
from rusk.mir.passes.usage import def_counts, single_defs
from rusk.types.terms import Type


class _Known:
    """What is known about the registers of a function."""

    __slots__ = ("fn", "made", "defs", "sources")

    def __init__(self, fn: Function) -> None:
        self.fn = fn
        self.made = single_defs(fn)
        self.defs = def_counts(fn)
        self.sources: dict[int, Instr | None] = {}

    def source(self, v: int) -> Instr | None:
        """The instruction that makes what is in register ``v``, if that is a closure or function, or an object with one, and can be made
        elsewhere as well."""
        if v not in self.sources:
            self.sources[v] = None  # while it is being found out
            self.sources[v] = self._source(v)
        return self.sources[v]

    def _source(self, v: int) -> Instr | None:
        ins = self.made[v]
        while ins is not None and ins.op == "copy":
            ins = self.made[ins.args[0]]
        if ins is None or any([self.defs[a] != 1 for a in ins.args]):
            return None
        if ins.op == "fn_value":
            return ins if isinstance(ins.data, Instance) else None
        if ins.op == "closure":
            return ins if ins.data.function.kind == "closure" else None
        if ins.op == "new" and any([self.source(a) is not None for a in ins.args]):
            return ins if _only_read(self.fn, ins.dst) else None
        return None


def _only_read(fn: Function, v: int) -> bool:
    """Whether all that happens to the object in register ``v`` is ``get``, also in the closures of handling matches that capture it."""
    same = {v}
    before = 0
    while len(same) > before:
        before = len(same)
        for block in fn.blocks:
            same.update([ins.dst for ins in block.instrs if ins.op == "copy" and ins.args[0] in same])
    for block in fn.blocks:
        for ins in block.instrs:
            if same.isdisjoint(ins.args):
                continue
            if ins.op == "closure":
                part: Function = ins.data.function
                if part.kind == "closure" or not part.blocks:
                    return False
                for n, a in enumerate(ins.args):
                    if a in same and not _reads_capture(part, n):
                        return False
            elif ins.op not in ("get", "copy"):
                return False
        if not same.isdisjoint(block.term.args):
            return False
    return True


def _reads_capture(fn: Function, n: int) -> bool:
    """Whether `_only_read` holds for captured value ``n`` of a closure."""
    regs = [ins.dst for block in fn.blocks for ins in block.instrs if ins.op == "capture" and ins.data == n]
    return all([_only_read(fn, r) for r in regs])


def known(fn: Function, closure: Instr) -> bool:
    """Whether the ``closure`` made in ``fn`` captures closures or functions that are known, or objects with such."""
    if not closure.data.function.blocks:  # its code is that of a template
        return False
    at = _Known(fn)
    return all([at.defs[a] == 1 for a in closure.args]) and any(
        [at.source(a) is not None for a in closure.args]
    )


def specialise(fn: Function, closure: Instr, program: Program) -> Instr:
    """A ``closure`` instruction like the given one of ``fn``, of a new instance that makes the closures it knows itself."""
    at = _Known(fn)
    old: Function = closure.data.function
    new = Function(old.name, old.kind, [], old.source, old.pos, old.ret)
    new.vregs = list(old.vregs)
    new.nparams = old.nparams
    new.env = old.env
    new.names = dict(old.names)
    new.landings = list(old.landings)
    new.inlined = list(old.inlined)
    captured: list[int] = []
    first: list[Instr] = []

    def fetch(v: int) -> int:
        """A register of ``new`` with what register ``v`` of ``fn`` holds."""
        source = at.source(v)
        ty: Type = fn.vregs[v]
        reg = new.new_vreg(ty)
        if source is not None:
            args = [fetch(a) for a in source.args]
            first.append(Instr(source.op, reg, args, source.data, old.pos))
        else:
            if v not in captured:
                captured.append(v)
                new.captures.append(ty)
            first.append(Instr("capture", reg, [], captured.index(v), old.pos))
        return reg

    regs = [fetch(a) for a in closure.args]
    for block in old.blocks:
        to = Block()
        for i in block.instrs:
            if i.op == "capture":
                to.instrs.append(Instr("copy", i.dst, [regs[i.data]], None, i.loc))
            else:
                to.instrs.append(Instr(i.op, i.dst, list(i.args), i.data, i.loc))
        t = block.term
        to.term = Instr(t.op, t.dst, list(t.args), t.data, t.loc)
        new.blocks.append(to)
    new.blocks[0].instrs[:0] = first
    inst = Instance(len(program.instances), closure.data.name, ("known", closure.data))
    inst.function = new
    program.instances.append(inst)
    return Instr("closure", -1, captured, inst, closure.loc)
