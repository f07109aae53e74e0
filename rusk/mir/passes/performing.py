"""Which effect operations may reach the handlers around a function while it runs: one set of bits for each instance.

An operation that a handling match inside the function certainly handles is not in the set. Unknown code (a resumed continuation) may perform
everything. The sets are computed for the whole program before the passes and made smaller as functions reach their final form.
"""

from __future__ import annotations

from typing import Any, Final

from rusk.mir.ir import Function, HandleInfo, Instance, Instr, OpInst, Program
from rusk.mir.passes.usage import single_defs
from rusk.types.items import FnItem

#: Every operation.
ANYTHING: Final = -1

#: What an instruction may perform: operations, instances that it runs, handling matches in it.
_Handled = tuple[Instance, int, tuple[Instance, ...]]


def handler_states(fn: Function) -> list[int]:
    """For each block of a handle's body, whether its handler is active on entry: 1 yes, 2 no (after ``handler_off``), 3 on some ways, 0 unreached."""
    from rusk.mir.dataflow import targets

    state = [0] * len(fn.blocks)
    work = [(0, 1)]
    work.extend([(b, 3) for b in fn.landings])
    while work:
        b, s = work.pop()
        if state[b] | s == state[b]:
            continue
        state[b] |= s
        out = state[b]
        if any([ins.op == "handler_off" for ins in fn.blocks[b].instrs]):
            out = 2
        work.extend([(t, out) for t in targets(fn.blocks[b].term)])
    return state


class _Terms:
    """What one part of a function may perform: ``ops`` itself, and through the instances ``runs``, function values by number of
    parameters, and its handling matches."""

    __slots__ = ("ops", "runs", "values", "handled")

    def __init__(self) -> None:
        self.ops = 0
        self.runs: set[int] = set()
        self.values: set[int] = set()
        self.handled: list[_Handled] = []


def _is_extern(inst: Instance) -> bool:
    """Whether ``inst`` is a host function: those perform nothing."""
    key: Any = inst.key[0] if isinstance(inst.key, tuple) else inst.key
    return key.__class__ is FnItem and key.kind == "extern"


def _unknown() -> tuple[_Terms, _Terms]:
    """What a function may perform whose code is not here: that of a template (``rusk.mir.templates``), or not known yet."""
    active, rest = _Terms(), _Terms()
    active.ops = rest.ops = ANYTHING
    return active, rest


class Performing:
    """The sets of one program. ``of[index]``: what an instance may perform."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.bits: dict[object, int] = {}
        self.of: dict[int, int] = {}
        #: the two parts of that for a handle's body: while its handler is active for certain, and the rest
        self.active: dict[int, int] = {}
        self.rest: dict[int, int] = {}
        self.by_arity: dict[int, int] = {}
        self._solve()

    def bit(self, op: OpInst) -> int:
        """The bit of an operation."""
        key = (op.method, *op.args)
        found = self.bits.get(key)
        if found is None:
            found = self.bits[key] = 1 << len(self.bits)
        return found

    def certain(self, info: HandleInfo) -> int:
        """The operations that a handling match handles whatever their arguments are."""
        mask = 0
        for c in info.clauses:
            if c.guard < 0:
                mask |= self.bit(c.op)
        return mask

    def _solve(self) -> None:
        terms: dict[int, tuple[_Terms, _Terms]] = {}
        values: dict[int, set[int]] = {}
        for inst in self.program.instances:
            fn = inst.function
            if fn is None:
                continue
            terms[inst.index] = self._terms(fn) if fn.blocks else _unknown()
            self.of[inst.index] = self.active[inst.index] = self.rest[inst.index] = 0
            for block in fn.blocks:
                for ins in block.instrs:
                    if ins.op in ("closure", "fn_value") and isinstance(ins.data, Instance):
                        target = ins.data.function
                        if target is not None and target.kind in ("fn", "closure"):
                            values.setdefault(target.nparams, set()).add(ins.data.index)
        changed = True
        while changed:
            changed = False
            for n, (active, rest) in terms.items():
                if self._set(n, self._evaluate(active), self._evaluate(rest)):
                    changed = True
            for arity, members in values.items():
                mask = 0
                for m in members:
                    mask |= self.of[m]
                if mask != self.by_arity.get(arity, 0):
                    self.by_arity[arity] = mask
                    changed = True

    def update(self, inst: Instance) -> None:
        """``inst`` has changed, or is new; what it may perform has not become more than that of what it was made from."""
        active, rest = self._terms(inst.function)
        self._set(inst.index, self._evaluate(active), self._evaluate(rest))

    def _set(self, n: int, active: int, rest: int) -> bool:
        changed = active != self.active.get(n) or rest != self.rest.get(n)
        self.active[n], self.rest[n], self.of[n] = active, rest, active | rest
        return changed

    def instr(self, fn: Function, ins: Instr, made: list[Instr | None]) -> int:
        """What the instruction ``ins`` of ``fn`` may perform. ``made``: `single_defs` of ``fn``."""
        t = _Terms()
        self._add(t, fn, ins, made)
        return self._evaluate(t)

    def _terms(self, fn: Function) -> tuple[_Terms, _Terms]:
        """What ``fn`` performs while its handler is active (all of it, unless it is a handle's body), and the rest."""
        active, rest = _Terms(), _Terms()
        made = single_defs(fn)
        states = handler_states(fn) if fn.kind == "body" else None
        for b, block in enumerate(fn.blocks):
            into = rest if states is not None and states[b] > 1 else active
            for ins in block.instrs:
                if ins.op == "handler_off":
                    into = rest
                self._add(into, fn, ins, made)
        return active, rest

    def _add(self, t: _Terms, fn: Function, ins: Instr, made: list[Instr | None]) -> None:
        op = ins.op
        if op == "perform":
            t.ops |= self.bit(ins.data)
        elif op == "call":
            if ins.data.function is not None:
                t.runs.add(ins.data.index)
            elif not _is_extern(ins.data):
                t.ops = ANYTHING
        elif op == "call_value":
            t.values.add(len(ins.args) - 1)
        elif op == "call_iface":
            t.runs.update([target.index for target in ins.data.table.values()])
        elif op == "resume":
            # The own continuation of an arm is the rest of the handle's body, which counts where the handle stands.
            if not (fn.kind == "arm" and ins.args[0] == fn.nparams - 1):
                t.ops = ANYTHING
        elif op == "handle":
            closures = [made[a] for a in ins.args]
            if any([c is None or c.op != "closure" for c in closures]):
                t.ops = ANYTHING
            else:
                body, *others = [c.data for c in closures if c is not None]
                t.handled.append((body, self.certain(ins.data), tuple(others)))

    def _evaluate(self, t: _Terms) -> int:
        mask = t.ops
        of = self.of
        for n in t.runs:
            mask |= of.get(n, ANYTHING)
        for arity in t.values:
            mask |= self.by_arity.get(arity, 0)
        for body, handled, others in t.handled:
            active = self.active.get(body.index, ANYTHING)
            mask |= (active & ~handled) | self.rest.get(body.index, ANYTHING)
            for other in others:
                mask |= of.get(other.index, ANYTHING)
        return mask
