"""Layout and encoding: LIR with registers -> instruction words of one function.

Blocks stay in their order. Empty blocks vanish, jumps to jumps are threaded, short ends of the function are copied to where they would be jumped to,
a branch falls through where it can. Distances start with the short forms; those that do not reach become an inverted branch around a jump.
"""

from __future__ import annotations

from typing import Final

from rusk.code.lir import (
    BRANCH,
    COUNTING,
    END,
    INVERSE,
    JUMP,
    MOVES,
    SWITCH,
    Const,
    LBlock,
    LCall,
    LFunction,
    LInstr,
    Terminator,
)
from rusk.code.opcodes import BY_NAME, OPS

#: kinds of fields
_DST, _USE, _IMM, _IMM32, _ZERO, _J16, _J32, _J48, _WX, _WR = range(10)

_FIELD_KINDS: Final = {
    "X": _DST, "R": _DST, "x": _USE, "r": _USE, "M": _USE, "i32": _IMM32, "u32": _IMM32, "k32": _IMM32, "o32": _IMM32, "m32": _IMM32, "f32": _IMM32, "y32": _IMM32,
    "-": _ZERO, "j": _J16, "j32": _J32, "j48": _J48, "wx": _WX, "wr": _WR,
}  # fmt: skip

#: for each opcode, the kinds of its fields
PLANS: Final = [tuple([_FIELD_KINDS.get(kind, _IMM) for kind, _ in op.fields]) for op in OPS]

#: a block of so many words outside of loops charges its fuel itself
_LONG: Final = 64

#: ends of so many words are copied instead of jumped to
_SHORT: Final = 2

_MARK_WORDS: Final = BY_NAME["Mark"].words
_CHARGE: Final = BY_NAME["Charge"].code
_JMP: Final = BY_NAME["Jmp"].code
_LOOP: Final = BY_NAME["Loop"].code
_MOVE_CODES: Final = (BY_NAME["MoveX"].code, BY_NAME["MoveR"].code)
_QUIET: Final = frozenset(
    (*MOVES, *[BY_NAME["Load" + n].code for n in ("Int", "Bool", "Byte", "Char", "Unit", "Const", "Obj")])
)

#: widths of distances
_REACH: Final = {_J16: 1 << 15, _J32: 1 << 31, _J48: 1 << 47}


class Code:
    """The words of a function; ``lines``: (offset, MIR place) pairs; ``cost``: fuel at entry."""

    __slots__ = ("words", "lines", "cost")

    def __init__(self) -> None:
        self.words: list[int] = []
        self.lines: list[tuple[int, int]] = []
        self.cost = 1


class Body:
    """The encoded instructions of a block, and its terminator with threaded targets. ``marks``: (offset, target) of `Mark`."""

    __slots__ = ("words", "lines", "marks", "term", "depth", "rank")

    def __init__(self, term: Terminator, depth: int) -> None:
        self.words: list[int] = []
        self.lines: list[tuple[int, int]] = []
        self.marks: list[tuple[int, LBlock]] = []
        self.term = term
        self.depth = depth
        self.rank = -1


def emit(f: LFunction) -> Code:
    """Encode ``f``, whose registers are assigned."""
    return Emitter(f).run()


class Emitter:
    __slots__ = ("f", "regs", "bodies", "order", "far", "code", "starts", "fixups")

    def __init__(self, f: LFunction) -> None:
        self.f = f
        self.regs = f.regs
        self.bodies: list[Body] = []
        self.order: list[Body] = []
        #: branches that do not reach: (rank of the block, index of the branch)
        self.far: set[tuple[int, int]] = set()

    def run(self) -> Code:
        for block in self.f.blocks:
            body = Body(block.term, block.depth)
            self.bodies.append(body)
            for i in block.instrs:
                self.instr(i, body)
        self.arrange()
        if self.copy_ends():
            self.arrange()
        while True:
            code = Code()
            self.layout(code)
            if not self.fix(code):
                break
        code.cost = self.cost(code)
        return code

    # --- instructions

    def instr(self, i: LInstr, body: Body) -> None:
        """Encode one instruction at the end of ``body``."""
        words = body.words
        code = i.op.code
        regs = self.regs
        if code in _QUIET:
            if code in _MOVE_CODES:
                a, b = regs[i.dst], regs[i.uses[0]]
                if a != b:
                    words.append(code | a << 16 | b << 32)
                return
        elif not body.lines or body.lines[-1][1] != i.loc:
            body.lines.append((len(words), i.loc))
        if i.__class__ is LCall:
            self.call(i, words)
            return
        if i.target is not None:
            body.marks.append((len(words), i.target))
        self.encode(i, words)

    def encode(self, i: LInstr, words: list[int]) -> None:
        op = i.op
        regs = self.regs
        word = op.code
        uses = i.uses
        imms = i.imms
        shift = 16
        u = m = 0
        for kind in PLANS[op.code]:
            if shift == 64:
                words.append(word)
                word = shift = 0
            if kind == _USE:
                word |= regs[uses[u]] << shift
                u += 1
            elif kind == _DST:
                word |= regs[i.dst] << shift
            elif kind == _IMM:
                word |= (imms[m] & 0xFFFF) << shift
                m += 1
            elif kind == _IMM32:
                word |= (imms[m] & 0xFFFFFFFF) << shift
                m += 1
                shift += 16
            elif kind == _J32:
                shift += 16
            elif kind == _J48:
                shift += 32
            shift += 16
        words.append(word)
        if op.list and op.list != "table":
            rest = [regs[v] for v in uses[u:]]
            while len(rest) & 3:
                rest.append(0)
            for n in range(0, len(rest), 4):
                words.append(rest[n] | rest[n + 1] << 16 | rest[n + 2] << 32 | rest[n + 3] << 48)

    def call(self, call: LCall, words: list[int]) -> None:
        for file in (0, 1):
            move = _MOVE_CODES[file]
            for dst, src in call.moves[file]:
                words.append(move | dst << 16 | src << 32)
        for file in (0, 1):
            at = call.window[file]
            for n, a in enumerate(call.args[file]):
                if a.__class__ is Const:
                    words.append(_load(a, at + n))
        c = self.regs[call.func] if call.func >= 0 else call.imms[0]
        words.append(call.op.code | call.window[0] << 16 | call.window[1] << 32 | c << 48)
        for file in (0, 1):
            for dst, src in call.after[file]:
                words.append(_MOVE_CODES[file] | dst << 16 | src << 32)

    # --- order of blocks

    def arrange(self) -> None:
        """Thread jumps through empty blocks and drop what is not reached."""
        bodies = self.bodies
        through: dict[int, LBlock] = {}

        def thread(block: LBlock) -> LBlock:
            path: dict[int, None] = {}
            at = block
            while True:
                n = at.index
                known = through.get(n)
                if known is not None:
                    at = known
                    break
                body = bodies[n]
                if body.words or body.term.kind != JUMP or n in path:
                    break
                path[n] = None
                at = body.term.targets[0]
            for n in path:
                through[n] = at
            return at

        seen = [False] * len(bodies)
        seen[0] = True
        work = [0]
        while work:
            body = bodies[work.pop()]
            term = body.term
            term.targets = [thread(t) for t in term.targets]
            body.marks = [(at, thread(t)) for at, t in body.marks]
            for t in (*term.targets, *[t for _, t in body.marks]):
                if not seen[t.index]:
                    seen[t.index] = True
                    work.append(t.index)
        self.order = [body for n, body in enumerate(bodies) if seen[n]]
        for rank, body in enumerate(self.order):
            body.rank = rank

    def copy_ends(self) -> bool:
        """Replace jumps to short ends of the function by these ends."""
        changed = False
        for rank, body in enumerate(self.order):
            if body.term.kind != JUMP:
                continue
            to = self.bodies[body.term.targets[0].index]
            if to.term.kind != END or to.rank == rank + 1 or len(to.words) >= _SHORT or to.marks:
                continue
            at = len(body.words)
            body.lines += [(at + n, loc) for n, loc in to.lines]
            body.words += to.words
            body.term = to.term
            changed = True
        return changed

    # --- terminators

    def layout(self, code: Code) -> None:
        self.code = code
        self.starts: list[int] = []
        #: (word, shift, kind of distance, rank of the target, word that it counts from, key of the branch)
        self.fixups: list[tuple[int, int, int, int, int, int]] = []
        words = code.words
        lines = code.lines
        order = self.order
        for rank, body in enumerate(order):
            self.starts.append(len(words))
            if self.charges(body):
                rest = len(body.words) + 2
                while rest > 0:
                    words.append(_CHARGE | min(rest, 0xFFFF) << 16)
                    rest -= 0xFFFF
            at = len(words)
            for n, loc in body.lines:
                if not lines or lines[-1][1] != loc:
                    lines.append((at + n, loc))
            words += body.words
            for n, t in body.marks:
                self.fixups.append((at + n, 32, _J32, self.bodies[t.index].rank, at + n + _MARK_WORDS, -1))
            self.terminate(body, rank)

    def charges(self, body: Body) -> bool:
        return body.depth == 0 and len(body.words) >= _LONG and body.rank > 0

    def line(self, loc: int) -> None:
        lines = self.code.lines
        if not lines or lines[-1][1] != loc:
            lines.append((len(self.code.words), loc))

    def terminate(self, body: Body, rank: int) -> None:
        term = body.term
        kind = term.kind
        ranks = [self.bodies[t.index].rank for t in term.targets]
        if kind == END:
            self.line(term.loc)
            assert term.instr is not None
            self.encode(term.instr, self.code.words)
        elif kind == JUMP:
            self.jump(rank, ranks[0])
        elif kind == BRANCH:
            self.line(term.loc)
            self.branch(term, rank, ranks[0], ranks[1])
        else:
            assert kind == SWITCH
            self.line(term.loc)
            self.switch(term, rank, ranks)

    def jump(self, rank: int, to: int) -> None:
        """Go on in block ``to``."""
        if to == rank + 1:
            return
        self.goto(rank, to)

    def goto(self, rank: int, to: int) -> None:
        words = self.code.words
        words.append(_JMP if to > rank else _LOOP)
        self.fixups.append((len(words) - 1, 16, _J48, to, len(words), -1))

    def branch(self, term: Terminator, rank: int, then: int, other: int) -> None:
        cond, uses, imms = term.cond, [self.regs[v] for v in term.uses], term.imms
        if cond in COUNTING:
            if (
                then <= rank and (rank, 0) not in self.far
            ):  # with `IncWithin` always: `rusk.code.unchecked` sees to it
                self.condition(cond, uses, imms, rank, then, 0)
                self.jump(rank, other)
                return
            step = imms[0] if imms else 1
            self.code.words.append(
                BY_NAME["IntAddI"].code | uses[0] << 16 | uses[0] << 32 | (step & 0xFFFF) << 48
            )
            cond, imms = "IntLt", ()
        if then == other:
            self.jump(rank, then)
            return
        if other != rank + 1 and (then == rank + 1 or (other <= rank and then > rank)):
            cond, swap = INVERSE[cond]
            if swap:
                uses.reverse()
            then, other = other, then
        if (rank, 1) in self.far:
            inverse, swap = INVERSE[cond]
            self.condition(inverse, uses[::-1] if swap else uses, imms, rank, -1, 1)
            self.goto(rank, then)
        else:
            self.condition(cond, uses, imms, rank, then, 1)
        self.jump(rank, other)

    def condition(
        self, cond: str, uses: list[int], imms: tuple[int, ...], rank: int, to: int, key: int
    ) -> None:
        """A conditional branch to block ``to``, or (-1) around the word that follows it."""
        op = BY_NAME[("Jmp" if to > rank or to < 0 else "Loop") + cond]
        words = self.code.words
        word = op.code
        shift = 16
        u = m = 0
        for kind in PLANS[op.code]:
            if shift == 64:
                words.append(word)
                word = shift = 0
            if kind == _USE:
                word |= uses[u] << shift
                u += 1
            elif kind == _IMM:
                word |= (imms[m] & 0xFFFF) << shift
                m += 1
            elif to < 0:
                word |= 1 << shift
            else:
                self.fixups.append((len(words), shift, kind, to, len(words) + 1, key | rank << 1))
            shift += 16
        words.append(word)

    def switch(self, term: Terminator, rank: int, ranks: list[int]) -> None:
        instr = term.instr
        assert instr is not None
        words = self.code.words
        words.append(instr.op.code | self.regs[instr.uses[0]] << 16 | (len(ranks) - 1) << 32)
        words.append(term.low & 0xFFFFFFFFFFFFFFFF)
        at = len(words)
        words += [0] * ((len(ranks) + 1) // 2)
        end = len(words)
        back: dict[int, int] = {}
        for n, to in enumerate(ranks):
            if to <= rank:  # distances of a table are not negative: by way of a jump behind it
                stub = back.get(to)
                if stub is None:
                    stub = back[to] = len(words) - end
                    self.goto(rank, to)
                words[at + n // 2] |= stub << 32 * (n & 1)
            else:
                self.fixups.append((at + n // 2, 32 * (n & 1), _J32, to, end, -1))

    def fix(self, code: Code) -> bool:
        """Fill in the distances; whether some did not fit, which is noted for another attempt."""
        words = code.words
        starts = self.starts
        again = False
        for at, shift, kind, to, origin, key in self.fixups:
            distance = starts[to] - origin
            reach = _REACH[kind]
            if not -reach <= distance < reach:
                self.far.add((key >> 1, key & 1))
                again = True
                continue
            words[at] |= (distance & (2 * reach - 1)) << shift
        return again

    # --- fuel

    def cost(self, code: Code) -> int:
        """Fuel of the longest way through the function, loops and blocks with a charge of their own left out."""
        starts = [*self.starts, len(code.words)]
        best = [0] * len(self.order)
        for rank in range(len(self.order) - 1, -1, -1):
            body = self.order[rank]
            most = 0
            for t in body.term.targets:
                to = self.bodies[t.index].rank
                if to > rank and best[to] > most:
                    most = best[to]
            if body.depth == 0 and not self.charges(body):
                most += starts[rank + 1] - starts[rank]
            best[rank] = most
        return max(1, min(best[0], 0xFFFF))


def _load(c: Const, reg: int) -> int:
    """The word that loads a constant into a machine register."""
    word = c.op.code | reg << 16
    if c.imms:
        wide = PLANS[c.op.code][1] == _IMM32
        word |= (c.imms[0] & (0xFFFFFFFF if wide else 0xFFFF)) << 32
    return word
