"""What instruction selection wants to know about a MIR function, and the cheap cleaning that every level gets.

* copies between registers that hold the same value are folded away, copies of a value just computed into a variable compute it there;
* instructions without effect whose result is not used are dropped, as are unreachable blocks and what follows a value of type ``!``;
* single-definition constants become `Const`, to be loaded where they are needed or to be immediates;
* loops are found.

The MIR itself is not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rusk.code import image as im
from rusk.code.lir import NONE, Const, R, X
from rusk.mir.dataflow import reachable, targets
from rusk.mir.ir import CALLS, Instr
from rusk.mir.passes.usage import removable
from rusk.types.terms import NEVER, UNIT, is_reference

if TYPE_CHECKING:
    from rusk.code.tables import Tables
    from rusk.mir.ir import Block, Function

_PURE: dict[str, bool] = {}


class Loop:
    """A range of blocks ``first`` .. ``last`` with a jump back to its first. ``entry``: the only block outside that goes into it, or -1."""

    __slots__ = ("first", "last", "parent", "entry")

    def __init__(self, first: int, last: int, parent: Loop | None) -> None:
        self.first = first
        self.last = last
        self.parent = parent
        self.entry = -2


class Prepared:
    """A cleaned function.

    ``instrs``, ``terms``: by block; ``alive``: which blocks are reachable. ``files``: register file by register. ``uses``, ``defs``: how often
    a register is read and written. ``made``: its only definition, or None. ``consts``: registers that are constants.
    ``loops``: innermost loop of each block, or None.
    """

    __slots__ = ("fn", "instrs", "terms", "alive", "files", "uses", "defs", "made", "consts", "loops")

    def __init__(self, fn: Function, tables: Tables) -> None:
        self.fn = fn
        self.files = _files(fn)
        self.instrs: list[list[Instr]] = []
        self.alive = reachable(fn)
        self.terms: list[Instr] = _returns(fn)
        self._count()
        self._clean(self._aliases())
        self._reach()
        self._drop()
        self.consts: dict[int, Const] = {}
        self._constants(tables)
        self.loops: list[Loop | None] = find_loops(self)

    # --- copies

    def _count(self) -> None:
        n = len(self.fn.vregs)
        uses = self.uses = [0] * n
        defs = self.defs = [0] * n
        made: list[Instr | None] = [None] * n
        self.made = made
        fn = self.fn
        for v in range(fn.nparams):
            defs[v] = 1
        if fn.env >= 0:
            defs[fn.env] = 1
        for b, block in enumerate(fn.blocks):
            if not self.alive[b]:
                continue
            for i in block.instrs:
                for a in i.args:
                    uses[a] += 1
                d = i.dst
                if d >= 0:
                    defs[d] += 1
                    made[d] = i
            for a in self.terms[b].args:
                uses[a] += 1

    def _aliases(self) -> dict[int, int]:
        """Registers that are, for their whole life, another name of a register: both have one definition only."""
        defs = self.defs
        files = self.files
        alias: dict[int, int] = {}
        for b, block in enumerate(self.fn.blocks):
            if not self.alive[b]:
                continue
            for i in block.instrs:
                op = i.op
                if op == "copy" or op == "to_iface":
                    d = i.dst
                    a = i.args[0]
                    if (
                        defs[d] == 1
                        and defs[a] == 1
                        and files[d] == files[a]
                        and (op == "copy" or files[a] == R)
                    ):
                        alias[d] = a
        for d in alias:
            a = alias[d]
            while a in alias:
                a = alias[a]
            alias[d] = a
        return alias

    def _clean(self, alias: dict[int, int]) -> None:
        """Copy the blocks into ``instrs`` and ``terms`` with names replaced, and count what they use."""
        raw = list(self.uses)
        for d, a in alias.items():
            raw[a] += raw[d]
        self.uses = [0] * len(raw)
        for b, block in enumerate(self.fn.blocks):
            out: list[Instr] = []
            self.instrs.append(out)
            if self.alive[b]:
                self.terms[b] = self._clean_block(block, self.terms[b], out, alias, raw)

    def _clean_block(
        self, block: Block, term: Instr, out: list[Instr], alias: dict[int, int], raw: list[int]
    ) -> Instr:
        files = self.files
        vregs = self.fn.vregs
        uses = self.uses
        defs = self.defs
        made = self.made
        landings = self.fn.landings
        local: dict[int, int] = {}  # single-definition copies of variables that are unchanged since
        copies: dict[int, list[int]] = {}  # the same, by variable
        touched: dict[
            int, int
        ] = {}  # place in ``out`` of the last instruction that reads or writes a register
        place: dict[int, int] = {}  # place of the definition of a register with only one
        last_call = -1  # in a function with landings
        for i in block.instrs:
            op = i.op
            args = i.args
            d = i.dst
            for a in args:
                if a in alias or a in local:
                    args = [alias.get(a, a) for a in args]
                    args = [local.get(a, a) for a in args]
                    break
            for a in args:
                if files[a] == NONE and vregs[a] is NEVER:
                    return Instr("unreachable", -1, [], None, i.loc)
            if d >= 0:
                if files[d] == NONE:
                    if vregs[d] is NEVER:
                        if op in CALLS or op == "panic":
                            for a in args:
                                uses[a] += 1
                            out.append(Instr(op, d, args, i.data, i.loc))
                        return Instr("unreachable", -1, [], None, i.loc)
                    if removable(op):
                        continue
                elif op == "copy" or op == "to_iface":
                    a = args[0]
                    if d in alias or a == d:
                        continue
                    if op == "copy":
                        at = place.get(a, -1)
                        if defs[d] == 1:
                            local[d] = a
                            copies.setdefault(a, []).append(d)
                        elif (
                            at > last_call
                            and raw[a] == 1
                            and touched.get(d, -1) <= at
                            and _same(vregs[a], vregs[d])
                        ):
                            old = out[at]  # compute the variable where the value is made
                            out[at] = Instr(old.op, d, old.args, old.data, old.loc)
                            touched[d] = at
                            defs[a] = 0
                            for name in copies.pop(d, ()):
                                local.pop(name, None)
                            continue
                if d in copies:
                    for name in copies.pop(d):
                        local.pop(name, None)
            n = len(out)
            if op in CALLS and landings:
                last_call = n
            if args is not i.args:
                i = Instr(op, d, args, i.data, i.loc)
                if d >= 0:
                    made[d] = i
            for a in args:
                uses[a] += 1
                touched[a] = n
            if d >= 0:
                touched[d] = n
                if defs[d] == 1:
                    place[d] = n
            out.append(i)
        if term.args:
            args = [alias.get(a, a) for a in term.args]
            args = [local.get(a, a) for a in args]
            if term.op == "return" and out and out[-1].op == "copy" and out[-1].dst in args:
                args = [out[-1].args[0] if a == out[-1].dst else a for a in args]
            for a in args:
                if vregs[a] is NEVER:
                    return Instr("unreachable", -1, [], None, term.loc)
                uses[a] += 1
            term = Instr(term.op, term.dst, args, term.data, term.loc)
        return term

    # --- what is not needed

    def _reach(self) -> None:
        """Find the reachable blocks again, now that some blocks end early."""
        seen = [False] * len(self.terms)
        seen[0] = True
        work = [0]
        while work:
            b = work.pop()
            out = targets(self.terms[b])
            if self.fn.landings:
                out += [i.data for i in self.instrs[b] if i.op == "mark"]
            for s in out:
                if not seen[s]:
                    seen[s] = True
                    work.append(s)
        for b, now in enumerate(seen):
            if self.alive[b] and not now:
                self.alive[b] = False
                for i in self.instrs[b]:
                    for a in i.args:
                        self.uses[a] -= 1
                    if i.dst >= 0:
                        self.defs[i.dst] -= 1
                for a in self.terms[b].args:
                    self.uses[a] -= 1

    def _drop(self) -> None:
        """Drop instructions without effect whose result nothing reads; last blocks first, so that chains go at once."""
        uses = self.uses
        pure = _PURE
        for b in range(len(self.instrs) - 1, -1, -1):
            if not self.alive[b]:
                continue
            instrs = self.instrs[b]
            if self.terms[b].op in _ENDS:
                self._drop_at_end(instrs, self.terms[b])
            dead = False
            for n in range(len(instrs) - 1, -1, -1):
                i = instrs[n]
                d = i.dst
                if d >= 0 and not uses[d]:
                    op = i.op
                    p = pure.get(op)
                    if p is None:
                        p = pure[op] = removable(op)
                    if p:
                        for a in i.args:
                            uses[a] -= 1
                        self.defs[d] -= 1
                        instrs[n] = None  # type: ignore[call-overload]
                        dead = True
            if dead:
                self.instrs[b] = [i for i in instrs if i is not None]

    def _drop_at_end(self, instrs: list[Instr], term: Instr) -> None:
        """Drop what the end of the function makes useless: copies into variables that are not read any more."""
        needed = set(term.args)
        n = len(instrs)
        while n and instrs[n - 1].op == "copy" and instrs[n - 1].dst not in needed:
            n -= 1
            self.uses[instrs[n].args[0]] -= 1
            self.defs[instrs[n].dst] -= 1
        del instrs[n:]

    # --- constants

    def _constants(self, tables: Tables) -> None:
        """Take single-definition constants out of the blocks."""
        vregs = self.fn.vregs
        defs = self.defs
        consts = self.consts
        unit = tables.const(UNIT, None)
        for v, f in enumerate(self.files):
            if f == NONE:
                consts[v] = unit
        for b, instrs in enumerate(self.instrs):
            if not self.alive[b]:
                continue
            found = False
            for i in instrs:
                op = i.op
                if op in _CONSTANT and defs[i.dst] == 1:
                    c = constant(i, vregs[i.dst], tables)
                    if c is not None:
                        consts[i.dst] = c
                        found = True
            if found:
                self.instrs[b] = [i for i in instrs if i.dst not in consts or i.op not in _CONSTANT]


_ENDS: Final = frozenset(("return", "trap", "unreachable"))

_CONSTANT: Final = frozenset(("const", "fn_value", "closure", "variant"))


def constant(i: Instr, t: object, tables: Tables) -> Const | None:
    """The constant that ``i``, whose result has type ``t``, makes, or None."""
    op = i.op
    if op == "const":
        return tables.const(t, i.data)  # type: ignore[arg-type]
    if op == "fn_value" or (op == "closure" and not i.args):
        return tables.object(im.O_OBJECT, shape=tables.closure(i.data))
    if op == "variant" and not i.args:
        shape = tables.types.shape(t, i.data)  # type: ignore[arg-type]
        return tables.object(im.O_OBJECT, shape=shape)
    return None


def _returns(fn: Function) -> list[Instr]:
    """The terminators, with jumps to a block that only returns replaced by its return."""
    blocks = fn.blocks
    out = []
    for block in blocks:
        term = block.term
        if term.op == "jump":
            to = blocks[term.data]
            if to.term.op == "return" and all([i.op == "const" and i.data is None for i in to.instrs]):
                term = to.term
        out.append(term)
    return out


def _files(fn: Function) -> list[int]:
    known: dict[object, int] = {UNIT: NONE, NEVER: NONE}
    out = []
    for t in fn.vregs:
        f = known.get(t)
        if f is None:
            f = known[t] = R if is_reference(t) else X
        out.append(f)
    return out


def _same(a: object, b: object) -> bool:
    """Whether two types are the same apart from an outer view."""
    return a is b or getattr(a, "inner", a) is getattr(b, "inner", b)


def find_loops(p: Prepared) -> list[Loop | None]:
    """The innermost loop of each block."""
    n = len(p.terms)
    back: dict[int, int] = {}
    forward: list[tuple[int, int]] = []
    landings = p.fn.landings
    for b in range(n):
        if not p.alive[b]:
            continue
        out = targets(p.terms[b])
        if landings:
            out += [i.data for i in p.instrs[b] if i.op == "mark"]
        for s in out:
            if s <= b:
                back[s] = max(back.get(s, -1), b)
            else:
                forward.append((b, s))
    loops: list[Loop | None] = [None] * n
    if not back:
        return loops
    ranges: list[list[int]] = []
    around: list[list[int]] = []
    for first in sorted(back):  # make ranges that overlap nest
        while around and around[-1][1] < first:
            around.pop()
        for r in reversed(around):
            if r[1] >= back[first]:
                break
            r[1] = back[first]
        ranges.append([first, back[first]])
        around.append(ranges[-1])
    current: Loop | None = None
    at = 0
    for b in range(n):
        while current is not None and current.last < b:
            current = current.parent
        while at < len(ranges) and ranges[at][0] == b:
            current = Loop(b, ranges[at][1], current)
            at += 1
        loops[b] = current
    for b, s in forward:
        loop = loops[s]
        while loop is not None and not loop.first <= b <= loop.last:
            loop.entry = b if loop.entry in (-2, b) else -1
            loop = loop.parent
    return loops
