"""LIR: a function between instruction selection and encoding.

Instructions are those of the engine (`rusk.code.opcodes`), over virtual registers. Blocks stand in layout order and end with a `Terminator`, which
layout turns into branches. Virtual registers have a register file each: `X`, `R`, or `NONE` for values without content (unit, ``!``).
"""

from __future__ import annotations

from typing import Final

from rusk.code.opcodes import BY_NAME, OPS, Op

X: Final = 0
R: Final = 1
NONE: Final = 2


class CodeTooLarge(Exception):
    """A program exceeds a limit of the instruction format; the driver reports it as ``code-size-limit``. ``what``: what there is too much of."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class LInstr:
    """One instruction.

    ``dst``: the register written, or -1. ``uses``: the registers read, in the order of the fields, then of the list. A field ``M`` stands in
    ``uses``. ``imms``: the other fields in order, jump distances left out. ``target``: for `Mark`.
    """

    __slots__ = ("op", "dst", "uses", "imms", "loc", "target")

    def __init__(
        self, op: Op, dst: int, uses: list[int], imms: tuple[int, ...], loc: int, target: LBlock | None = None
    ) -> None:
        self.op = op
        self.dst = dst
        self.uses = uses
        self.imms = imms
        self.loc = loc
        self.target = target


class LCall(LInstr):
    """An instruction with a call window.

    ``args``: for X and R, the arguments in order: a register, or a `Const` to be loaded in place. ``func``: the register of field c, or -1.
    Register assignment fills ``window`` (first register of each file), ``moves`` (for each file (to, from) pairs, to be done in this order) and ``after`` (for each file the same for the results).

    ``results``: the files of the results, in order; ``dsts``: the registers that want them, or -1. ``dst`` is the first of these.
    """

    __slots__ = ("args", "func", "results", "dsts", "window", "moves", "after")

    def __init__(
        self,
        op: Op,
        dst: int,
        args: tuple[list[int | Const], list[int | Const]],
        func: int,
        imms: tuple[int, ...],
        results: list[int],
        loc: int,
    ) -> None:
        uses = [a for a in args[0] if a.__class__ is int]
        uses += [a for a in args[1] if a.__class__ is int]
        if func >= 0:
            uses.append(func)
        self.op = op
        self.dst = dst
        self.uses = uses
        self.imms = imms
        self.loc = loc
        self.target = None
        self.args = args
        self.func = func
        self.results = results
        self.dsts = [dst, *[-1] * (len(results) - 1)] if results else []
        self.window = [0, 0]
        self.moves: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        self.after: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])

    def wanted(self, file: int) -> list[tuple[int, int]]:
        """The results in ``file`` that somebody wants: register, and place in the window."""
        if self.dst < 0 and len(self.dsts) < 2:
            return []
        out = []
        n = 0
        for f, d in zip(self.results, self.dsts, strict=True):
            if f == file:
                if d >= 0:
                    out.append((d, n))
                n += 1
        return out


class Const:
    """A value that one instruction loads: ``op`` and ``imms``; ``file``; ``value``: the number if it may become an immediate, else None."""

    __slots__ = ("op", "imms", "file", "value", "key")

    def __init__(self, op: Op, imms: tuple[int, ...], file: int, value: int | None) -> None:
        self.op = op
        self.imms = imms
        self.file = file
        self.value = value
        self.key = (op.code, imms)


#: kinds of `Terminator`
JUMP, BRANCH, SWITCH, END = range(4)


class Terminator:
    """How a block ends.

    JUMP: to ``targets[0]``. BRANCH: ``cond`` is the opcode name without ``Jmp`` / ``Loop``; to ``targets[0]`` if it holds, else ``targets[1]``.
    SWITCH: ``instr`` is `Switch` or `SwitchTag`; ``low`` its lowest value, ``targets`` the default, then the cases. END: ``instr`` leaves the function.
    """

    __slots__ = ("kind", "cond", "uses", "imms", "targets", "low", "instr", "loc")

    def __init__(
        self,
        kind: int,
        loc: int,
        targets: list[LBlock],
        cond: str = "",
        uses: list[int] | None = None,
        imms: tuple[int, ...] = (),
        instr: LInstr | None = None,
        low: int = 0,
    ) -> None:
        self.kind = kind
        self.loc = loc
        self.targets = targets
        self.cond = cond
        self.uses: list[int] = uses if uses is not None else instr.uses if instr is not None else []
        self.imms = imms
        self.instr = instr
        self.low = low


class LBlock:
    """A block. ``index``: its place in the layout. ``depth``: number of loops around it."""

    __slots__ = ("index", "instrs", "term", "depth")

    def __init__(self, depth: int) -> None:
        self.index = -1
        self.instrs: list[LInstr] = []
        self.term: Terminator = None  # type: ignore[assignment]
        self.depth = depth


class LFunction:
    """A function. ``files``: register file of each virtual register. ``params``: parameters in order, the environment last if there is one.
    ``landings``: blocks entered by exits. Register assignment fills ``regs``, ``nx``, ``nr``."""

    __slots__ = ("blocks", "files", "params", "landings", "has_marks", "regs", "nx", "nr")

    def __init__(self, files: list[int], params: list[int]) -> None:
        self.blocks: list[LBlock] = []
        self.files = files
        self.params = params
        self.landings: list[LBlock] = []
        self.has_marks = False
        self.regs: list[int] = []
        self.nx = 0
        self.nr = 0


#: the condition that holds when another does not, and whether its operands are exchanged
INVERSE: Final[dict[str, tuple[str, bool]]] = {
    "True": ("False", False), "False": ("True", False), "IntEq": ("IntNe", False), "IntNe": ("IntEq", False), "IntLt": ("IntLe", True),
    "IntLe": ("IntLt", True), "IntEqI": ("IntNeI", False), "IntNeI": ("IntEqI", False), "IntLtI": ("IntGeI", False), "IntGeI": ("IntLtI", False),
    "IntLeI": ("IntGtI", False), "IntGtI": ("IntLeI", False), "FloatEq": ("FloatNe", False), "FloatNe": ("FloatEq", False),
    "FloatLt": ("FloatNotLt", False), "FloatNotLt": ("FloatLt", False), "FloatLe": ("FloatNotLe", False), "FloatNotLe": ("FloatLe", False),
    "TagEq": ("TagNe", False), "TagNe": ("TagEq", False), "StrEq": ("StrNe", False), "StrNe": ("StrEq", False), "Is": ("IsNot", False),
    "IsNot": ("Is", False), "Within": ("Beyond", False), "Beyond": ("Within", False),
}  # fmt: skip

#: conditions that change their first operand; they exist as loops only
COUNTING: Final = frozenset(("IncLt", "AddLt", "IncWithin"))

#: index in ``uses`` of the field ``M`` of each opcode, or -1
MODIFIED: Final[list[int]] = []
for _op in OPS:
    _reads = [kind for kind, _ in _op.fields if kind in "xrM"]
    MODIFIED.append(_reads.index("M") if "M" in _reads else -1)

MOVES: Final = frozenset((BY_NAME["MoveX"].code, BY_NAME["MoveR"].code))
