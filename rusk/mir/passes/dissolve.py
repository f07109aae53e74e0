"""Handling matches whose every operation is performed in sight of them disappear: the body becomes a part of the function, each ``perform`` of an
operation of the match a copy of the arm, resuming a jump back and not resuming a jump behind the match.

That is exact when nothing else can meet the handler: whatever the body calls while the handler is active performs none of its operations, and
every arm of a perform in the body mentions its continuation only to resume it at its end. Arms then run in the activation that awaits the match,
as in the abstract machine (``docs/language/04-effects.md`` §8), so what they perform goes outward without further ado; code after
``handler_off`` is not under the handler, so neither are its performs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from rusk.mir.ir import Block, Clause, Function, HandleInfo, Instr
from rusk.mir.passes import usage
from rusk.mir.passes.flow import renumber, retarget
from rusk.mir.passes.inline import CALLER_LIMIT
from rusk.mir.passes.marks import local_exits, own_mark
from rusk.mir.passes.performing import Performing, handler_states
from rusk.mir.passes.places import Places
from rusk.mir.passes.usage import def_counts, single_defs, size

#: By how many instructions copies of arms beyond the first may let a function grow.
GROWTH: Final = 300


def run(fn: Function, performing: Performing) -> bool:
    """Dissolve handling matches in ``fn``; returns whether anything changed."""
    changed = False
    b = 0
    while b < len(fn.blocks):
        for i, ins in enumerate(fn.blocks[b].instrs):
            if ins.op == "handle":
                match = _Match.of(fn, ins, performing)
                if match is not None:
                    match.splice(b, i)
                    changed = True
                    break
        b += 1
    if changed:
        local_exits(fn)
        usage.changed(fn)
    return changed


#: How a copied function ends: block, terminator (of the original), its operands in the copy.
_End: TypeAlias = Callable[[Block, Instr, list[int]], None]


def _same(op: Clause, perform: Instr) -> bool:
    return op.op.method is perform.data.method and op.op.args == perform.data.args


class _Match:
    """A handling match in ``fn`` that can be dissolved: ``closures`` are the instructions that made its closures, body first; ``states`` says
    where in the body the handler is active."""

    __slots__ = ("fn", "handle", "closures", "states", "order")

    def __init__(self, fn: Function, handle: Instr, closures: list[Instr]) -> None:
        self.fn = fn
        self.handle = handle
        self.closures = closures
        self.states = handler_states(closures[0].data.function)
        self.order: list[int] = []

    @classmethod
    def of(cls, fn: Function, handle: Instr, performing: Performing) -> _Match | None:
        """The match of ``handle``, if it can be dissolved."""
        made = single_defs(fn)
        defs = def_counts(fn)
        closures: list[Instr] = []
        for a in handle.args:
            closure = made[a]
            if closure is None or closure.op != "closure" or any([defs[v] != 1 for v in closure.args]):
                return None
            if not closure.data.function.blocks:  # its code is that of a template
                return None
            closures.append(closure)
        match = cls(fn, handle, closures)
        parts = match._needed(performing)
        if parts is None or not all([match._copyable(n, made) for n in (0, *parts)]):
            return None
        sizes = {n: size(closures[n].data.function) for n in (0, *parts)}
        growth = sum([(times - 1) * sizes[n] for n, times in parts.items()])
        if growth > GROWTH or size(fn) + sum(sizes.values()) + growth > CALLER_LIMIT:
            return None
        return match

    # ------------------------------------------------------------ questions

    def _needed(self, performing: Performing) -> dict[int, int] | None:
        """Which closures have to be copied how often for the performs of the body; None if something else may meet the handler."""
        body: Function = self.closures[0].data.function
        ours = 0
        for c in self.handle.data.clauses:
            ours |= performing.bit(c.op)
        made = single_defs(body)
        parts: dict[int, int] = {}
        for b, block in enumerate(body.blocks):
            if self.states[b] == 3:
                return None
            active = self.states[b] == 1
            for ins in block.instrs:
                if ins.op == "handler_off":
                    active = False
                elif active and ins.op == "perform":
                    for c in self._clauses(ins):
                        for n in (c.guard, c.arm):
                            if n >= 0:
                                parts[1 + n] = parts.get(1 + n, 0) + 1
                elif active and performing.instr(body, ins, made) & ours:
                    return None
        return parts

    def _clauses(self, perform: Instr) -> list[Clause]:
        """The clauses that a perform may meet, in order; only the last one may fit always."""
        out = []
        info: HandleInfo = self.handle.data
        for c in info.clauses:
            if _same(c, perform):
                out.append(c)
                if c.guard < 0:
                    break
        return out

    def _copyable(self, n: int, made: list[Instr | None]) -> bool:
        """Whether the code of closure ``n`` may stand in this function. ``made``: `single_defs` of it."""
        part: Function = self.closures[n].data.function
        if part.landings or part is self.fn:
            return False
        k = (
            part.nparams - 1
            if any([1 + c.arm == n and c.mode == "capture" for c in self.handle.data.clauses])
            else -1
        )
        inside = single_defs(part)
        for block in part.blocks:
            term = block.term
            if k >= 0 and any([k in ins.args for ins in block.instrs]):
                return False
            if term.op == "tail_resume":
                if term.args[0] != k or term.args[1] == k:
                    return False
            elif k >= 0 and k in term.args:
                return False
            if term.op == "exit":
                # It must be plain whether the token is one of this function.
                token = inside[term.args[0]]
                if token is None or token.op != "capture":
                    return False
                outer = self.closures[n].args[token.data]
                origin = made[outer]
                if own_mark(outer, made) is None and (origin is None or origin.op != "capture"):
                    return False
        return True

    # ------------------------------------------------------------ rewriting

    def splice(self, b: int, i: int) -> None:
        """Put the body in the place of the handle, which is instruction ``i`` of block ``b``."""
        fn = self.fn
        old = len(fn.blocks)
        block = fn.blocks[b]
        rest = Block()
        rest.instrs = block.instrs[i + 1 :]
        rest.term = block.term
        fn.blocks.append(rest)
        block.instrs = block.instrs[:i]

        def end(at: Block, term: Instr, args: list[int]) -> None:
            self._give(at, args, self.handle.dst, term.loc, old)

        entry = self._copy(0, [], end)
        usage.changed(fn)
        block.term = Instr("jump", -1, [], entry, self.handle.loc)
        renumber(fn, [*range(b + 1), *self.order, old, *range(b + 1, old)])

    def _give(self, block: Block, args: list[int], dst: int, loc: int, to: int) -> None:
        """End ``block`` by going to block ``to`` with the value ``args`` (empty: unit) in ``dst``."""
        if dst >= 0:
            block.instrs.append(
                Instr("copy", dst, args, None, loc) if args else Instr("const", dst, [], None, loc)
            )
        block.term = Instr("jump", -1, [], to, loc)

    def _block(self) -> int:
        self.fn.blocks.append(Block())
        return len(self.fn.blocks) - 1

    def _copy(self, n: int, args: list[int], returns: _End, resumes: _End | None = None) -> int:
        """Copy closure ``n``, called with the registers ``args``; ``returns`` and ``resumes`` end its blocks. The result is its entry block."""
        fn = self.fn
        closure = self.closures[n]
        part: Function = closure.data.function
        base = len(fn.vregs)
        fn.vregs.extend(part.vregs)
        place = Places(fn, part, self.handle.loc)
        start = len(fn.blocks)
        fn.blocks.extend([Block() for _ in part.blocks])
        for j, old in enumerate(part.blocks):
            self.order.append(start + j)
            new = fn.blocks[start + j]
            if j == 0:
                new.instrs = [Instr("copy", base + p, [a], None, self.handle.loc) for p, a in enumerate(args)]
            active = n == 0 and self.states[j] == 1
            for ins in old.instrs:
                loc = place(ins.loc)
                if ins.op == "capture":
                    new.instrs.append(Instr("copy", base + ins.dst, [closure.args[ins.data]], None, loc))
                    continue
                if ins.op == "handler_off" and n == 0:
                    active = False
                    continue
                dst = ins.dst + base if ins.dst >= 0 else -1
                copied = Instr(ins.op, dst, [a + base for a in ins.args], ins.data, loc)
                clauses = self._clauses(ins) if active and ins.op == "perform" else []
                if clauses:
                    new = self._perform(new, copied, clauses, returns)
                else:
                    new.instrs.append(copied)
            term = old.term
            operands = [a + base for a in term.args]
            if term.op == "return":
                returns(new, Instr("return", -1, [], None, place(term.loc)), operands)
            elif term.op == "tail_resume":
                assert resumes is not None
                resumes(new, Instr("return", -1, [], None, place(term.loc)), operands[1:])
            else:
                new.term = Instr(term.op, -1, operands, term.data, place(term.loc))
                retarget(new.term, lambda t: t + start)
        return start

    def _perform(self, block: Block, perform: Instr, clauses: list[Clause], leaves: _End) -> Block:
        """Put the arms that a perform of the body may meet in its place, at the end of ``block``. The result is the block behind it."""
        behind = self._block()

        def go_on(at: Block, term: Instr, args: list[int]) -> None:
            self._give(at, args, perform.dst, term.loc, behind)

        for c in clauses:
            if c.guard >= 0:
                yes, no = self._block(), self._block()

                def choose(at: Block, term: Instr, args: list[int], yes: int = yes, no: int = no) -> None:
                    at.term = Instr("branch", -1, args, (yes, no), term.loc)

                entry = self._copy(1 + c.guard, perform.args, choose)
                block.term = Instr("jump", -1, [], entry, perform.loc)
                self.order.append(yes)
                block = self.fn.blocks[yes]
            direct = c.mode == "direct"
            entry = self._copy(1 + c.arm, perform.args, go_on if direct else leaves, go_on)
            block.term = Instr("jump", -1, [], entry, perform.loc)
            if c.guard >= 0:
                self.order.append(no)
                block = self.fn.blocks[no]
        if clauses[-1].guard >= 0:
            block.instrs.append(perform)
            block.term = Instr("jump", -1, [], behind, perform.loc)
        self.order.append(behind)
        return self.fn.blocks[behind]
