"""Building the LIR of one function: blocks, registers, constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.code.lir import NONE, Const, LBlock, LFunction, LInstr, R, X
from rusk.code.opcodes import BY_NAME, Op

if TYPE_CHECKING:
    from rusk.code.prepare import Prepared
    from rusk.code.tables import Tables
    from rusk.mir.ir import Function

_MOVE = {X: BY_NAME["MoveX"], R: BY_NAME["MoveR"]}


class Builder:
    """Common part of instruction selection.

    ``heads``: the LIR block that a MIR block begins with; ``tails``: the one that it ends with. ``current``: the block being filled.
    ``loc``: place of the MIR instruction at work. ``at``: number of the MIR block at work.
    """

    __slots__ = (
        "fn", "p", "tables", "types", "files", "consts", "uses", "out", "heads", "tails", "current", "instrs", "loc", "at", "pool", "hoist",
        "hoisted",
    )  # fmt: skip

    def __init__(self, fn: Function, p: Prepared, tables: Tables) -> None:
        self.fn = fn
        self.p = p
        self.tables = tables
        self.types = tables.types
        self.files = p.files
        self.consts = p.consts
        self.uses = p.uses
        params = list(range(fn.nparams))
        if fn.env >= 0:
            params.append(fn.env)
        self.out = LFunction(self.files, params)
        loops = p.loops
        self.heads: list[LBlock] = []
        for loop in loops:
            depth = 0
            while loop is not None:
                depth += 1
                loop = loop.parent
            self.heads.append(LBlock(depth))
        self.tails = list(self.heads)
        self.loc = fn.pos
        self.at = 0
        #: constants in registers, valid from here to the end of the block
        self.pool: dict[tuple[int, tuple[int, ...]], int] = {}
        #: block before the loops around, where constants are loaded; -1: here
        self.hoist = -1
        #: for each such block, the loads at its end and the registers of their constants
        self.hoisted: dict[int, tuple[list[LInstr], dict[tuple[int, tuple[int, ...]], int]]] = {}
        self.current = self.heads[0]
        self.instrs = self.current.instrs

    # --- blocks

    def start(self, block: LBlock) -> None:
        """Go on in ``block``, which is next in the layout."""
        block.index = len(self.out.blocks)
        self.out.blocks.append(block)
        self.current = block
        self.instrs = block.instrs
        self.pool = {}

    def fresh(self) -> LBlock:
        """A block beside the current one, to be started later."""
        return LBlock(self.current.depth)

    def find_hoist(self) -> None:
        """Set ``hoist`` for the current MIR block: before the outermost loop around it that is entered from one block only."""
        self.hoist = -1
        if self.p.terms[self.at].op not in ("trap", "unreachable"):  # rarely reached
            loop = self.p.loops[self.at]
            while loop is not None:
                if loop.entry >= 0:
                    self.hoist = loop.entry
                loop = loop.parent

    # --- instructions

    def temp(self, file: int) -> int:
        """A fresh register."""
        self.files.append(file)
        return len(self.files) - 1

    def emit(self, op: Op, dst: int, uses: list[int], imms: tuple[int, ...] = ()) -> None:
        self.instrs.append(LInstr(op, dst, uses, imms, self.loc))

    def move(self, dst: int, v: int) -> None:
        """dst = v, which may be a constant."""
        c = self.consts.get(v)
        if c is not None:
            self.emit(c.op, dst, [], c.imms)
        else:
            self.emit(_MOVE[self.files[v]], dst, [v])

    def reg(self, v: int) -> int:
        """A register that holds ``v``; a constant is loaded into one."""
        c = self.consts.get(v)
        return v if c is None else self.constant(c)

    def constant(self, c: Const) -> int:
        """A register that holds ``c``: loaded before the loops around, or here for the rest of the block."""
        r = self.pool.get(c.key)
        if r is not None:
            return r
        if self.hoist < 0:
            r = self.temp(c.file)
            self.emit(c.op, r, [], c.imms)
        else:
            loads, known = self.hoisting()
            r = known.get(c.key)
            if r is None:
                r = known[c.key] = self.temp(c.file)
                loads.append(LInstr(c.op, r, [], c.imms, self.p.terms[self.hoist].loc))
        self.pool[c.key] = r
        return r

    def hoisting(self) -> tuple[list[LInstr], dict[tuple[int, tuple[int, ...]], int]]:
        """What is added at the end of block ``hoist``."""
        found = self.hoisted.get(self.hoist)
        if found is None:
            found = self.hoisted[self.hoist] = ([], {})
        return found

    def small(self, v: int, low: int = -0x8000, high: int = 0x7FFF) -> int | None:
        """The value of ``v`` if it is a constant number in a range."""
        c = self.consts.get(v)
        if c is None or c.value is None or not low <= c.value <= high:
            return None
        return c.value

    def wanted(self, dst: int) -> int:
        """``dst``, or -1 if nobody reads it."""
        return dst if dst >= 0 and self.files[dst] != NONE and self.uses[dst] else -1

    def scalar(self, dst: int) -> int:
        """``dst``, or a register to write to if it has none."""
        return dst if dst >= 0 and self.files[dst] != NONE else self.temp(X)

    def finish(self) -> LFunction:
        """Add what is loaded before loops."""
        for at, (loads, _) in self.hoisted.items():
            self.tails[at].instrs += loads
        self.out.landings = [self.heads[n] for n in self.fn.landings if self.p.alive[n]]
        return self.out
