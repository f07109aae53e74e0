"""Arms that resume at their end become plain functions that the performer calls on top of its own stack: no switch, no continuation.

An arm qualifies when nobody can tell the difference (``docs/language/04-effects.md`` §8):

* every way through it ends by resuming its own continuation, which it mentions nowhere else, or leaves by ``return``, ``break``, ``continue`` or
  a trap; it has no guard, so that the engine finds the handler of a running arm again for tracebacks;
* nothing that it runs performs an operation that reaches the handlers around it, or resumes: on top of the performer these would be the wrong ones;
* if it may leave its function, no continuation of the match outlives the arm that got it: then the function that is left stays below the performer.
"""

from __future__ import annotations

from rusk.mir.ir import Block, Clause, Function, HandleInfo, Instance, Instr, Program
from rusk.mir.passes import usage
from rusk.mir.passes.performing import Performing
from rusk.mir.passes.usage import single_defs
from rusk.types import terms


def run(fn: Function, program: Program, performing: Performing) -> bool:
    """Make arms of the handling matches in ``fn`` direct; returns whether anything changed. Their functions become new instances."""
    changed = False
    made: list[Instr | None] = []
    for block in fn.blocks:
        out: list[Instr] = []
        for ins in block.instrs:
            if ins.op == "handle":
                made = made or single_defs(fn)
                changed = _handle(fn, ins, made, out, program, performing) or changed
            out.append(ins)
        block.instrs = out
    if changed:
        usage.changed(fn)
    return changed


def _handle(
    fn: Function,
    ins: Instr,
    made: list[Instr | None],
    out: list[Instr],
    program: Program,
    performing: Performing,
) -> bool:
    info: HandleInfo = ins.data
    arms: list[tuple[Clause, Instr]] = []
    escapes = False
    for c in info.clauses:
        if c.mode == "capture":
            closure = made[ins.args[1 + c.arm]]
            if closure is None or closure.op != "closure" or not closure.data.function.blocks:
                return False
            arms.append((c, closure))
            escapes = escapes or _escapes(closure.data.function)
    chosen: dict[Clause, int] = {}
    args = list(ins.args)
    for c, closure in arms:
        inst: Instance = closure.data
        if c.guard >= 0 or performing.of[inst.index] or not qualifies(inst.function, not escapes):
            continue
        arm = Instance(len(program.instances), inst.name, ("direct", inst))
        arm.function = _convert(inst.function, c)
        program.instances.append(arm)
        performing.update(arm)
        v = fn.new_vreg(arm.function.vregs[arm.function.env])
        out.append(Instr("closure", v, list(closure.args), arm, closure.loc))
        chosen[c] = len(args) - 1
        args.append(v)
    if not chosen:
        return False
    ins.args = args
    ins.data = HandleInfo(
        [Clause(c.op, c.guard, chosen[c], "direct") if c in chosen else c for c in info.clauses]
    )
    _compact(ins)
    return True


def _compact(ins: Instr) -> None:
    """Drop closures of a handle that no clause uses any more."""
    used = sorted({n for c in ins.data.clauses for n in (c.guard, c.arm) if n >= 0})
    new = {n: i for i, n in enumerate(used)}
    new[-1] = -1
    ins.args = [ins.args[0], *[ins.args[1 + n] for n in used]]
    ins.data = HandleInfo([Clause(c.op, new[c.guard], new[c.arm], c.mode) for c in ins.data.clauses])


def _escapes(fn: Function) -> bool:
    """Whether an arm does anything with its continuation beside resuming it itself."""
    k = fn.nparams - 1
    for block in fn.blocks:
        for ins in block.instrs:
            if k in ins.args and not (ins.op == "resume" and ins.args[1] != k):
                return True
        term = block.term
        if k in term.args and not (term.op == "tail_resume" and term.args[1] != k):
            return True
    return False


def qualifies(fn: Function, may_leave: bool) -> bool:
    """Whether the code of an arm that captures its continuation could run on top of the performer. ``may_leave``: also if it has exits."""
    if fn.landings:
        return False
    k = fn.nparams - 1
    for block in fn.blocks:
        for ins in block.instrs:
            if k in ins.args or ins.op == "handle":
                return False
        term = block.term
        if term.op == "return" or (term.op == "exit" and not may_leave):
            return False
        if term.op == "tail_resume" and term.args[0] != k:
            return False
        if k in term.args and (term.op != "tail_resume" or term.args[1] == k):
            return False
    return True


def _convert(old: Function, clause: Clause) -> Function:
    """The arm as a function whose value is that of the perform: without the continuation, which was its last parameter."""
    k = old.nparams - 1
    ret = clause.op.ret
    fn = Function(old.name, old.kind, [], old.source, old.pos, ret)

    def move(v: int) -> int:
        return v - 1 if v > k else v

    fn.vregs = [t for v, t in enumerate(old.vregs) if v != k]
    fn.nparams = k
    fn.env = old.env - 1
    fn.vregs[fn.env] = terms.fn(list(clause.op.params), ret)
    fn.names = {move(v): name for v, name in old.names.items() if v != k}
    fn.captures = old.captures
    fn.inlined = list(old.inlined)
    for block in old.blocks:
        new = Block()
        new.instrs = [
            Instr(i.op, move(i.dst) if i.dst >= 0 else -1, [move(a) for a in i.args], i.data, i.loc)
            for i in block.instrs
        ]
        term = block.term
        if term.op == "tail_resume":
            args = [] if ret is terms.UNIT or ret is terms.NEVER else [move(term.args[1])]
            new.term = Instr("return", -1, args, None, term.loc)
        else:
            new.term = Instr(term.op, term.dst, [move(a) for a in term.args], term.data, term.loc)
        fn.blocks.append(new)
    return fn
