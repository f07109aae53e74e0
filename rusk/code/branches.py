"""Selection of terminators: comparisons fused into branches, tag tests, switches, loops that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.code.builder import Builder
from rusk.code.lir import BRANCH, END, JUMP, NONE, SWITCH, LBlock, LInstr, R, Terminator, X
from rusk.code.opcodes import BY_NAME
from rusk.code.primitives import BRANCHES, COMPARE, COMPARE_IMMEDIATE, FLIPPED
from rusk.mir.dataflow import targets
from rusk.types.terms import CHAR, INT

if TYPE_CHECKING:
    from rusk.code.prepare import Prepared
    from rusk.code.tables import Tables
    from rusk.mir.ir import Function, Instr

_EXITS = {"return": 0, "break": 1, "continue": 2}

#: how far back the definition of a condition is looked for
_REACH = 8

#: cases from which a switch with a table is worth it
_TABLE = 3


class Count:
    """A loop that counts: ``i += step; if i < limit`` goes back."""

    __slots__ = ("i", "step", "limit")

    def __init__(self, i: int, step: int, limit: int) -> None:
        self.i = i
        self.step = step
        self.limit = limit


class Branches(Builder):
    """Terminators. ``skip``: instructions of the block at work that are part of a later one."""

    __slots__ = ("skip", "counts", "tests", "following")

    def __init__(self, fn: Function, p: Prepared, tables: Tables) -> None:
        super().__init__(fn, p, tables)
        self.skip: set[int] = set()
        #: condition block -> how it counts
        self.counts: dict[int, Count] = {}
        #: block that enters a counting loop -> its condition block
        self.tests: dict[int, int] = {}
        #: the block after the one at work
        self.following: LBlock | None = None
        if any([loop is not None for loop in p.loops]):
            self.find_counts()

    # --- loops that count

    def find_counts(self) -> None:
        """Find loops whose condition block only compares a variable that the block before has just increased.

        Such a loop ends with one instruction that adds, compares and goes back; the comparison before the first turn moves to where the
        loop is entered.
        """
        p = self.p
        preds: list[list[int]] = [[] for _ in p.terms]
        before: list[int] = []
        last = -1
        for b, term in enumerate(p.terms):
            before.append(last)
            if p.alive[b]:
                last = b
                for s in targets(term):
                    preds[s].append(b)
        for c, term in enumerate(p.terms):
            if (
                not p.alive[c]
                or term.op != "branch"
                or term.data[0] > c
                or len(preds[c]) != 2
                or len(p.instrs[c]) != 1
            ):
                continue
            compare = p.instrs[c][0]
            step_block = before[c]
            if step_block not in preds[c] or compare.dst != term.args[0] or self.uses[compare.dst] != 1:
                continue
            enter = preds[c][1] if preds[c][0] == step_block else preds[c][0]
            if compare.op == "int_lt":
                i, limit = compare.args
            elif compare.op == "int_gt":
                limit, i = compare.args
            else:
                continue
            if p.terms[enter].op != "jump" or p.terms[step_block].op != "jump" or enter >= term.data[0]:
                continue
            body = p.instrs[step_block]
            if i == limit or not body or body[-1].dst != i or body[-1].op not in ("int_add", "int_sub"):
                continue
            a, b = body[-1].args
            step = self.small(b, -0x7FFF)
            if step is None and body[-1].op == "int_add":
                step, a = self.small(a), b
            if step is None or a != i:
                continue
            self.counts[c] = Count(i, -step if body[-1].op == "int_sub" else step, limit)
            self.tests[enter] = c
            p.instrs[step_block] = body[:-1]
            p.instrs[c] = []

    # --- conditions

    def condition(self, i: Instr) -> tuple[str, list[int], tuple[int, ...]]:
        """The branch condition of a comparison: name, registers, immediates."""
        a, b = i.args
        name, swap, immediate = COMPARE[i.op]
        if immediate:
            rel = i.op[-2:]
            value = self.small(b)
            if value is not None:
                return COMPARE_IMMEDIATE[rel], [self.reg(a)], (value,)
            value = self.small(a)
            if value is not None:
                return COMPARE_IMMEDIATE[FLIPPED[rel]], [self.reg(b)], (value,)
        if swap:
            a, b = b, a
        return name, [self.reg(a), self.reg(b)], ()

    def definition(self, v: int, instrs: list[Instr], end: int, changed: set[int]) -> int:
        """Where register ``v``, read only once, gets its value before place ``end`` of the block; -1 if that is not near.

        Adds to ``changed`` the registers that are written from there on.
        """
        if self.uses[v] != 1 or v in changed:
            return -1
        for n in range(end - 1, max(end - _REACH, 0) - 1, -1):
            i = instrs[n]
            if i.dst == v:
                return n
            if i.dst >= 0:
                changed.add(i.dst)
        return -1

    def fuse(self, term: Instr, instrs: list[Instr]) -> list[Instr]:
        """The instructions of the block that ``term`` does itself, the last one first; they are put into ``skip``."""
        found: list[Instr] = []
        if not term.args or term.args[0] in self.consts:
            return found
        changed: set[int] = set()
        at = len(instrs)
        v = term.args[0]
        wanted = ("tag",) if term.op == "switch" else ()
        while True:
            at = self.definition(v, instrs, at, changed)
            if at < 0:
                return found
            i = instrs[at]
            if any([a in changed for a in i.args]):
                return found
            if not wanted:
                if i.op == "bool_not":
                    v = i.args[0]
                elif i.op in ("int_eq", "int_ne"):
                    a, b = i.args
                    v = a if b in self.consts else b if a in self.consts else -1
                    wanted = ("tag",)
                elif i.op == "is" or (i.op in COMPARE and COMPARE[i.op][0] in BRANCHES):
                    v = -1
                else:
                    return found
            elif i.op in wanted:
                v = -1
            else:
                return found
            found.append(i)
            self.skip.add(at)
            if v < 0 or v in self.consts:
                return found

    # --- terminators

    def terminate(self, term: Instr, fused: list[Instr]) -> None:
        """End the current block as ``term`` says; ``fused``: from `fuse`."""
        self.loc = term.loc
        op = term.op
        heads = self.heads
        if op == "jump":
            c = self.tests.get(self.at)
            if c is None:
                self.jump(heads[term.data])
            else:
                self.first_test(c)
        elif op == "branch":
            then, other = heads[term.data[0]], heads[term.data[1]]
            count = self.counts.get(self.at)
            if count is not None:
                self.count(count, then, other)
            else:
                self.branch(term.args[0], fused, then, other)
        elif op == "return":
            self.ret(term)
        elif op == "switch":
            self.switch(term, fused)
        else:
            self.leave(term)

    def jump(self, to: LBlock) -> None:
        self.current.term = Terminator(JUMP, self.loc, [to])

    def cond(self, cond: str, uses: list[int], imms: tuple[int, ...], then: LBlock, other: LBlock) -> None:
        self.current.term = Terminator(BRANCH, self.loc, [then, other], cond, uses, imms)

    def end(self, name: str, uses: list[int], imms: tuple[int, ...] = ()) -> None:
        self.current.term = Terminator(
            END, self.loc, [], instr=LInstr(BY_NAME[name], -1, uses, imms, self.loc)
        )

    def branch(self, v: int, fused: list[Instr], then: LBlock, other: LBlock) -> None:
        for n, i in enumerate(fused):
            v = -1
            if i.op == "bool_not":
                then, other = other, then
                v = i.args[0]
                continue
            self.loc = i.loc
            if i.op == "is":
                self.cond("Is", [self.reg(i.args[0])], (self.tables.test(i.data),), then, other)
                return
            if n + 1 < len(fused):  # the tag of an enum against a constant
                tag = self.small(i.args[0])
                if tag is None:
                    tag = self.small(i.args[1])
                name = "TagEq" if i.op == "int_eq" else "TagNe"
                assert tag is not None
                self.cond(name, [self.reg(fused[n + 1].args[0])], (tag,), then, other)
                return
            self.cond(*self.condition(i), then, other)
            return
        c = self.consts.get(v)
        if c is not None:
            self.jump(then if c.value else other)
        else:
            self.cond("True", [v], (), then, other)

    def first_test(self, c: int) -> None:
        """Enter the counting loop with condition block ``c``: compare once before the first turn."""
        term = self.p.terms[c]
        count = self.counts[c]
        self.loc = term.loc
        then, other = self.heads[term.data[0]], self.heads[term.data[1]]
        value = self.small(count.limit)
        if value is not None:
            self.cond("IntLtI", [count.i], (value,), then, other)
            return
        at, self.at = self.at, c  # if the limit is a constant, both comparisons share its register
        hoist = self.hoist
        self.pool = {}
        self.find_hoist()
        self.cond("IntLt", [count.i, self.reg(count.limit)], (), then, other)
        self.at, self.hoist = at, hoist

    def count(self, count: Count, then: LBlock, other: LBlock) -> None:
        uses = [count.i, self.reg(count.limit)]
        if count.step == 1:
            self.cond("IncLt", uses, (), then, other)
        else:
            self.cond("AddLt", uses, (count.step,), then, other)

    def ret_several(self, args: list[int]) -> None:
        """Return several results, in the shortest form."""
        files = self.files
        first = self.small(args[0]) if len(args) == 2 and self.fn.vregs[args[0]] is INT else None
        if len(args) == 2 and files[args[0]] == X:
            a, b = args
            if first is None:
                self.end("RetXR" if files[b] == R else "RetXX", [self.reg(a), self.reg(b)])
                return
            c = self.consts.get(b)
            if c is not None and c.op.name == "LoadInt":
                self.end("RetII", [], (first, *c.imms))
            else:
                self.end("RetIR" if files[b] == R else "RetIX", [self.reg(b)], (first,))
            return
        xs = [self.reg(a) for a in args if files[a] == X]
        rs = [self.reg(a) for a in args if files[a] == R]
        self.end("RetN", xs + rs, (len(xs), len(rs)))

    def ret(self, term: Instr) -> None:
        if self.fn.results:
            self.ret_several(term.args)
            return
        marks = "M" if self.out.has_marks else ""
        v = term.args[0] if term.args else -1
        file = NONE if v < 0 else self.files[v]
        if file == NONE:
            self.end(f"Ret{marks}", [])
        elif file == R:
            self.end(f"Ret{marks}R", [self.reg(v)])
        else:
            c = self.consts.get(v)
            if c is not None and c.op.name == "LoadInt" and not marks:
                self.end("RetI", [], c.imms)
            else:
                self.end(f"Ret{marks}X", [self.reg(v)])

    def leave(self, term: Instr) -> None:
        """The other ways to leave a function."""
        op = term.op
        if op == "trap":
            self.end("Trap", [], (self.tables.message(term.data),))
        elif op == "unreachable":
            self.end("Unreachable", [])
        elif op == "tail_resume":
            k, v = term.args
            self.end("TailResumeR" if self.files[v] == R else "TailResumeX", [self.reg(k), self.reg(v)])
        else:
            token, v = term.args
            uses = [self.reg(token), self.reg(v)]
            imms = (_EXITS[term.data], self.types.type(self.fn.vregs[v]))
            self.end("ExitR" if self.files[v] == R else "ExitX", uses, imms)

    # --- switches

    def switch(self, term: Instr, fused: list[Instr]) -> None:
        heads = self.heads
        cases = sorted(
            [(ord(v) if isinstance(v, str) else int(v), heads[b]) for v, b in term.data[0]],
            key=lambda c: c[0],
        )
        default = heads[term.data[1]] if term.data[1] >= 0 else cases[-1][1]
        v = term.args[0]
        self.following = heads[self.at + 1] if self.at + 1 < len(heads) else None
        c = self.consts.get(v)
        if c is not None:
            self.jump(dict(cases).get(c.value, default))  # type: ignore[arg-type]
            return
        self.cases(v, fused[0].args[0] if fused else -1, cases, default)

    def cases(self, v: int, enum: int, cases: list[tuple[int, LBlock]], default: LBlock) -> None:
        """Branch by the value of ``v``, or by the tag of ``enum``; ``cases`` ascend. May start new blocks."""
        while True:
            rest = [c for c in cases if c[1] is not default]
            if not rest:
                self.jump(default)
                return
            span = cases[-1][0] - cases[0][0] + 1
            if len(rest) >= _TABLE and span <= 2 * len(cases) + 8:
                self.table(v, enum, cases, default)
                return
            if enum >= 0 and len(rest) > _TABLE:
                v = self.temp(X)
                self.emit(BY_NAME["Tag"], v, [self.reg(enum)])
                enum = -1
            if len(rest) <= _TABLE:
                if rest[0][1] is self.following:
                    rest.append(rest.pop(0))  # the last one falls through
                value, to = rest[0]
                other = self.fresh() if len(rest) > 1 else default
                if enum >= 0:
                    self.cond("TagEq", [self.reg(enum)], (value,), to, other)
                else:
                    self.compare("IntEq", v, value, to, other)
                if len(rest) == 1:
                    return
                self.start(other)
                cases = rest[1:]
                continue
            half = len(rest) // 2
            low, high = self.fresh(), self.fresh()
            self.compare("IntLt", v, rest[half][0], low, high)
            self.start(low)
            self.cases(v, -1, rest[:half], default)  # as deep as the logarithm of the number of cases
            self.start(high)
            cases = rest[half:]

    def compare(self, cond: str, v: int, value: int, then: LBlock, other: LBlock) -> None:
        if -0x8000 <= value <= 0x7FFF:
            self.cond(cond + "I", [v], (value,), then, other)
        else:
            vregs = self.fn.vregs
            char = v < len(vregs) and vregs[v] is CHAR  # not a tag
            c = self.tables.const(CHAR, chr(value)) if char else self.tables.const(INT, value)
            self.cond(cond, [v, self.constant(c)], (), then, other)

    def table(self, v: int, enum: int, cases: list[tuple[int, LBlock]], default: LBlock) -> None:
        low = cases[0][0]
        to = [default] * (cases[-1][0] - low + 1)
        for value, block in cases:
            to[value - low] = block
        if enum >= 0:
            instr = LInstr(BY_NAME["SwitchTag"], -1, [self.reg(enum)], (len(to),), self.loc)
        else:
            instr = LInstr(BY_NAME["Switch"], -1, [v], (len(to),), self.loc)
        self.current.term = Terminator(SWITCH, self.loc, [default, *to], instr=instr, low=low)
