"""Building one MIR function: blocks, registers, variables, captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import Block, Function, Instr, cell_type
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.resolved import Binding
from rusk.types.terms import Type

if TYPE_CHECKING:
    from rusk.types.items import FnItem
    from rusk.types.world import World


class Token:
    """The target of exits out of handling matches: stands for a `mark` of the activation that made it. Captured like a binding."""

    __slots__ = ("captured", "assigned", "ty", "name")

    def __init__(self, name: str) -> None:
        self.captured = True
        self.assigned = False
        self.ty: Type = terms.INT
        self.name = name


class LoopTarget:
    """Where `break` and `continue` lead. In the function that runs the loop: blocks; in a closure of a handling match inside it: tokens, which
    the loop has made if such a closure needs them."""

    __slots__ = ("break_block", "continue_block", "break_token", "continue_token")

    def __init__(self, break_block: Block | None, continue_block: Block | None) -> None:
        self.break_block = break_block
        self.continue_block = continue_block
        self.break_token: Token | None = None
        self.continue_token: Token | None = None


class Builder:
    """The function being built.

    While building, terminators name their targets as `Block` objects; `finish` numbers them. ``places``: where each binding or token lives: the register of
    its value, or of its cell (``in_cell``).
    """

    def __init__(self, world: World, item: FnItem, fn: Function, parent: Builder | None) -> None:
        self.world = world
        self.item = item
        self.fn = fn
        self.parent = parent
        self.order: list[Block] = []
        self.block = Block()
        self.order.append(self.block)
        self.places: dict[Any, int] = {}
        self.variables: set[int] = set()
        self.captures: list[Any] = []
        self.prologue: list[Instr] = []
        self.loop: LoopTarget | None = None
        #: How `return` leaves a body or arm of a handling match; None in ordinary functions and lambdas.
        self.return_token: Token | None = None
        #: In ordinary functions and lambdas: the token that handling matches in them give to their closures as ``return_token``.
        self.home_token: Token | None = None
        #: In an effect arm: the binding of its continuation.
        self.tail_binder: Binding | None = None
        self.closures = 0

    # ------------------------------------------------------------- blocks

    def new_block(self) -> Block:
        """A block that is not placed yet."""
        return Block()

    def start(self, block: Block) -> None:
        """Place ``block`` next and go on in it."""
        self.order.append(block)
        self.block = block

    def end(self, op: str, args: list[int], data: Any, loc: int) -> None:
        """End the current block; what is emitted afterwards is unreachable until `start`."""
        if self.block.term is None:
            self.block.term = Instr(op, -1, args, data, loc)
        self.block = Block()
        self.order.append(self.block)

    def jump(self, block: Block, loc: int) -> None:
        """End with a jump."""
        self.end("jump", [], block, loc)

    # ---------------------------------------------------------- instructions

    def reg(self, ty: Type) -> int:
        """A fresh register."""
        vregs = self.fn.vregs
        vregs.append(ty)
        return len(vregs) - 1

    def emit(self, op: str, ty: Type | None, args: list[int], data: Any, loc: int, dst: int = -1) -> int:
        """Append an instruction; ``ty``: the type of its result (None: none); ``dst``: the register it goes to, if one is wanted."""
        if ty is not None and dst < 0:
            dst = self.reg(ty)
        self.block.instrs.append(Instr(op, dst, args, data, loc))
        return dst

    def const(self, ty: Type, value: object, loc: int, dst: int = -1) -> int:
        """A constant."""
        return self.emit("const", ty, [], value, loc, dst)

    def unit(self, loc: int, dst: int = -1) -> int:
        """The value ``()``."""
        return self.emit("const", terms.UNIT, [], None, loc, dst)

    def copy(self, v: int, loc: int, dst: int = -1) -> int:
        """A copy of ``v``."""
        return self.emit("copy", self.fn.vregs[v], [v], None, loc, dst)

    # ------------------------------------------------------------- variables

    def in_cell(self, b: Any) -> bool:
        """Whether a binding lives in a cell: closures share it and it changes."""
        return bool(b.captured and b.assigned)

    def bind(self, b: Binding, v: int, loc: int, fresh: bool = False) -> None:
        """Make ``v`` the initial value of the variable ``b``; ``fresh``: ``v`` is a temporary that nothing else names."""
        if self.in_cell(b):
            ty = resolved(b.ty)
            self.places[b] = self.emit("cell", cell_type(ty), [v], None, loc)
        elif b.assigned:
            r = self.reg(resolved(b.ty))
            self.emit("copy", None, [v], None, loc, r)
            self.places[b] = r
            self.variables.add(r)
        elif fresh or v not in self.variables:
            self.places[b] = v
        else:
            self.places[b] = self.copy(v, loc)

    def place(self, b: Any) -> int:
        """The register of a binding (or of its cell) in this function; captures it from the enclosing one if need be."""
        v = self.places.get(b)
        if v is None:
            assert self.parent is not None, b.name
            ty = resolved(b.ty)
            if self.in_cell(b):
                ty = cell_type(ty)
            v = self.reg(ty)
            self.prologue.append(Instr("capture", v, [], len(self.captures), self.fn.pos))
            self.captures.append(b)
            self.fn.captures.append(ty)
            self.places[b] = v
        return v

    def read(self, b: Binding, loc: int) -> int:
        """The present value of a variable."""
        v = self.place(b)
        if self.in_cell(b):
            return self.emit("cell_get", resolved(b.ty), [v], None, loc)
        return v

    # ------------------------------------------------------------- the end

    def finish(self) -> Function:
        """Number the reachable blocks and hand over the function."""
        fn = self.fn
        entry = self.order[0]
        entry.instrs[:0] = self.prologue
        seen: set[int] = set()
        work = [entry]
        marks: list[Block] = []
        while work:
            block = work.pop()
            if id(block) in seen:
                continue
            seen.add(id(block))
            if block.term is None:
                block.term = Instr("unreachable", -1, [], None, fn.pos)
            work.extend(_targets(block.term))
            for ins in block.instrs:
                if ins.op == "mark":
                    work.append(ins.data)
                    marks.append(ins.data)
        blocks = [b for b in self.order if id(b) in seen]
        number = {id(b): i for i, b in enumerate(blocks)}
        if any([entry in _targets(b.term) for b in blocks]):
            # The entry has no predecessors.
            first = Block()
            first.term = Instr("jump", -1, [], entry, fn.pos)
            blocks.insert(0, first)
            number = {id(b): i for i, b in enumerate(blocks)}
        for b in blocks:
            _number(b.term, number)
            for ins in b.instrs:
                if ins.op == "mark":
                    ins.data = number[id(ins.data)]
        fn.blocks = blocks
        fn.landings = sorted({number[id(b)] for b in marks})
        return fn


def _targets(term: Instr) -> list[Block]:
    op = term.op
    if op == "jump":
        return [term.data]
    if op == "branch":
        return list(term.data)
    if op == "switch":
        cases, default = term.data
        out = [b for _, b in cases]
        return [*out, default] if default is not None else out
    return []


def _number(term: Instr, number: dict[int, int]) -> None:
    op = term.op
    if op == "jump":
        term.data = number[id(term.data)]
    elif op == "branch":
        term.data = (number[id(term.data[0])], number[id(term.data[1])])
    elif op == "switch":
        cases, default = term.data
        term.data = (
            tuple([(v, number[id(b)]) for v, b in cases]),
            -1 if default is None else number[id(default)],
        )
