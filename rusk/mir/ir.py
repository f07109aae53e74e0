"""MIR: the typed intermediate representation, a control-flow graph of basic blocks over virtual registers.

Invariants
----------
* A `Function` has a list of virtual registers, each with a type term (``vregs``). The first ``nparams`` are its parameters; in a closure
  body the register after them is the hidden environment (``env``), read by ``capture`` only.
* A register may be assigned several times (MIR is not SSA); every use is preceded by an assignment on every path.
* Blocks are numbered by their index in ``blocks``; block 0 is the entry and has no predecessors. Code is laid out in this order, so lowering
  puts the condition of a loop after its body: one jump into it, one fused compare-and-branch a turn.
* A block is a list of instructions followed by one terminator. Evaluation order and trap order of the source are the order of instructions.
* Generic MIR contains type parameters; after monomorphisation (``rusk.mir.mono``) every type is concrete, and every call names an `Instance`.
* Types of value class ``unit`` and ``!`` are scalars without content: a ``unit`` register, when read, is the constant 0.
* ``loc`` of an instruction: >= 0, a character offset in the function's source; negative, ``-1 - i`` is entry i of ``Function.inlined``.

Instructions (``op``, operands, result)
---------------------------------------
Constants and copies
    const                 data: a Python value of the type of dst (int, float, bool, str of one char for char, str, bytes, None for unit)
    copy        v
    undef                           some value of the type of dst that nothing looks at (it may be copied); made by passes only

Primitive operations: every name in `INTRINSICS` is an op (``int_add a b``, ``string_concat a b``, ``array_push arr v`` ...).

Objects
    new         fields..            a struct, newtype or tuple of the type of dst
    get         obj                 data: field index
    set         obj v               data: field index
    variant     payload..           data: variant index; dst has the enum type
    tag         enum                -> int, the variant index
    payload     enum                data: (variant index, payload index). The variant is known to be that one: a ``tag`` test of the
                                    same register dominates it, or the register was made by ``variant``
    array       elems..             a fresh array of the type of dst
    index       arr i               arr is an array or bytes; traps out of bounds
    index_set   arr i v
    tuple_rest  tup                 data: (from, to): a fresh tuple of those elements
    cell        v                   a fresh variable cell; its type is `CellType`
    cell_get    cell
    cell_set    cell v

Functions
    fn_value                        data: FnInst; a plain function as a value
    closure     captures..          data: FnInst of the body
    capture                         data: index; reads the environment of the running closure
    assemble    tag parts..         data: for each variant of the type of dst, which parts are its payload: an enum value of a variant that is known
                                    at run time only; made by passes only
    result                          data: n; result n (1, 2, ..) of the call just before, of a function with several results: the dst of the
                                    call is result 0. Only calls and other ``result`` stand between
    call        args..              data: FnInst (Instance after monomorphisation); after passes also a closure body, whose last argument
                                    is then the closure itself (its environment)
    call_method args..              data: MethodInst; generic MIR only, becomes call, call_iface or a primitive operation
    call_value  f args..            calls a function value
    call_iface  recv args..         data: MethodInst whose self_ty is an interface value type (Slot after monomorphisation)
    call_extern args..              data: FnItem of an ``extern fn``

Interfaces
    to_iface    v                   the same reference, or a box around a scalar; dst has the interface type
    from_iface  v                   the reverse, for a type known to be right (unboxes scalars); used by dispatch thunks
    is          v                   data: the tested type term -> bool
    as_try      v                   data: the tested type term; dst: Option of it

Text
    concat      strings..           one string of all the parts

Effects (``docs/language/04-effects.md`` §8)
    handle      body, closures..    data: HandleInfo; runs body on a new fiber; dst: the value of the match
    handler_off                     in a handle body: the scrutinee is done, the handler no longer active
    perform     args..              data: OpInst
    resume      k v                 an ordinary resumption; dst: the value of the match
    mark                            data: landing block; dst: an int token. Names this point of this activation as a target of ``exit``
    unmark      token               the target is gone
    exit        token v             (terminator) discards everything above the activation that made the token and goes on in its landing
                                    block, where ``landing_value`` reads v. If it is not on the chain of callers: trap by data
                                    ("return", "break" or "continue")
    landing_value                   the v of the exit; only first in a landing block

Terminators
    jump                            data: block
    branch      cond                data: (then block, else block)
    switch      int                 data: (((value, block), ...), default block or -1 when the values are complete)
    return      v                   one operand for each of ``Function.results`` if there are such; args empty when the result is unit or the function returns `!`
    trap                            data: message
    tail_resume k v                 resumes in tail position of an effect arm
    exit        token v             see above
    unreachable                     after a call that does not return

Every call-like instruction (`CALLS`) may leave the function through any of its landing blocks (``Function.landings``): registers that are
live into a landing block are live at every such instruction and must not be split, renamed or moved across it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rusk.types.terms import Type

if TYPE_CHECKING:
    from rusk.mir.templates import Member
    from rusk.source import Source
    from rusk.types.items import FnItem, GenericParam, InterfaceItem

CELL: Final = 20


class CellType(Type):
    """The type of a variable cell, which exists in MIR only. Made by `cell_type`, interned like a term."""

    __slots__ = ("inner",)

    inner: Type

    def __init__(self, inner: Type) -> None:
        self.tag = CELL
        self.has_vars = inner.has_vars
        self.has_params = inner.has_params
        self.inner = inner

    def __str__(self) -> str:
        return f"cell {self.inner}"


class Instr:
    """One instruction or terminator; see the table of the module docstring."""

    __slots__ = ("op", "dst", "args", "data", "loc")

    def __init__(self, op: str, dst: int, args: list[int], data: Any, loc: int) -> None:
        self.op = op
        self.dst = dst
        self.args = args
        self.data = data
        self.loc = loc


class Block:
    """A basic block; ``term`` is None only while it is being built."""

    __slots__ = ("instrs", "term")

    def __init__(self) -> None:
        self.instrs: list[Instr] = []
        self.term: Instr = None  # type: ignore[assignment]


class InlinedLoc:
    """Where an inlined instruction comes from: the inlined function's name and source, the offset there, and the ``loc`` of the call."""

    __slots__ = ("name", "source", "pos", "caller")

    def __init__(self, name: str, source: Source, pos: int, caller: int) -> None:
        self.name = name
        self.source = source
        self.pos = pos
        self.caller = caller


class Function:
    """A function in MIR, generic or concrete.

    ``name``: as shown in tracebacks (``m::f``, ``S::m``, ``f::{closure}``). ``generics``: what it is instantiated with.
    ``kind``: "fn", "closure" (has an environment), "body", "arm" or "guard" (closures of a handle). ``names``: vreg -> source name, for printing.
    ``captures``: for closures, the types of the captured values. ``results``: types of the registers in which it returns the parts of its
    value (the pass ``returns``), empty when it returns the value itself; such a function is only ever called by ``call``. ``member``: for a
    function without blocks, whose code is that of a template (``rusk.mir.templates``), the `Member`; without blocks and without it, only the
    signature is known. ``facts``: what passes have counted (``rusk.mir.passes.usage``), until the next change.
    """

    __slots__ = (
        "name", "kind", "generics", "source", "pos", "vregs", "nparams", "env", "ret", "blocks", "names", "captures", "landings", "inlined",
        "results", "member", "facts",
    )  # fmt: skip

    def __init__(
        self, name: str, kind: str, generics: list[GenericParam], source: Source, pos: int, ret: Type
    ) -> None:
        self.name = name
        self.kind = kind
        self.generics = generics
        self.source = source
        self.pos = pos
        self.vregs: list[Type] = []
        self.nparams = 0
        self.env = -1
        self.ret = ret
        self.blocks: list[Block] = []
        self.names: dict[int, str] = {}
        self.captures: list[Type] = []
        self.landings: list[int] = []
        self.inlined: list[InlinedLoc] = []
        self.results: list[Type] = []
        self.member: Member | None = None
        self.facts: Any = None

    def new_vreg(self, ty: Type) -> int:
        """A fresh register of type ``ty``."""
        self.vregs.append(ty)
        return len(self.vregs) - 1

    def copy(self) -> Function:
        """A function of its own with the same body."""
        out = Function(self.name, self.kind, self.generics, self.source, self.pos, self.ret)
        out.vregs = list(self.vregs)
        out.nparams = self.nparams
        out.env = self.env
        out.names = self.names
        out.captures = list(self.captures)
        out.landings = list(self.landings)
        out.inlined = list(self.inlined)
        out.results = list(self.results)
        for old in self.blocks:
            block = Block()
            block.instrs = [Instr(i.op, i.dst, list(i.args), i.data, i.loc) for i in old.instrs]
            t = old.term
            block.term = Instr(t.op, t.dst, list(t.args), t.data, t.loc)
            out.blocks.append(block)
        return out


class FnInst:
    """A function with type arguments, in generic MIR. ``fn``: a FnItem, or the `Function` of a closure (whose ``generics`` are its owner's)."""

    __slots__ = ("fn", "targs")

    def __init__(self, fn: FnItem | Function, targs: tuple[Type, ...]) -> None:
        self.fn = fn
        self.targs = targs


class MethodInst:
    """An interface method at a type, in generic MIR; fields as in ``rusk.types.resolved.MethodRef``."""

    __slots__ = ("method", "self_ty", "iface_args", "targs", "default_body")

    def __init__(
        self,
        method: FnItem,
        self_ty: Type,
        iface_args: tuple[Type, ...],
        targs: tuple[Type, ...],
        default_body: bool = False,
    ) -> None:
        self.method = method
        self.self_ty = self_ty
        self.iface_args = iface_args
        self.targs = targs
        self.default_body = default_body


class OpInst:
    """An effect operation: origin method, type arguments of the origin interface; ``name`` is the display name ``m::E.op``."""

    __slots__ = ("method", "args", "params", "ret", "name")

    def __init__(
        self, method: FnItem, args: tuple[Type, ...], params: tuple[Type, ...], ret: Type, name: str
    ) -> None:
        self.method = method
        self.args = args
        self.params = params
        self.ret = ret
        self.name = name


class Clause:
    """One effect arm of a handle.

    ``guard``: index (into the closures of the ``handle`` instruction, body excluded) of a closure ``fn(params) -> bool`` that says whether the
    arm's patterns fit, or -1. ``arm``: index of the arm's closure. ``mode``: "abort" (``fn(params) -> M``, the continuation is never mentioned),
    "capture" (``fn(params, cont(R) -> M) -> M``) or "direct" (``fn(params) -> R``: runs on top of the performer, its value is that of
    the perform).
    """

    __slots__ = ("op", "guard", "arm", "mode")

    def __init__(self, op: OpInst, guard: int, arm: int, mode: str) -> None:
        self.op = op
        self.guard = guard
        self.arm = arm
        self.mode = mode


class HandleInfo:
    """The clauses of a ``handle`` in source order."""

    __slots__ = ("clauses",)

    def __init__(self, clauses: list[Clause]) -> None:
        self.clauses = clauses


class Instance:
    """A concrete function: an item or closure at concrete type arguments. ``function`` is its MIR (None for an extern fn).

    ``abstract``: it is over the placeholders of a template (``rusk.mir.templates``) and no part of the program."""

    __slots__ = ("index", "name", "function", "key", "abstract")

    def __init__(self, index: int, name: str, key: object) -> None:
        self.index = index
        self.name = name
        self.function: Function = None  # type: ignore[assignment]
        self.key = key
        self.abstract = False


class Slot:
    """A dispatch slot (03 §8.1): a method called on interface values, with its own type arguments.

    ``params``: types of the arguments after the receiver; ``table``: concrete receiver type -> Instance, filled by the worklist. A receiver
    type that is a scalar arrives boxed: its instance takes the interface value and starts with ``from_iface``. ``call``: in a template, the
    method, interface value type and type arguments that members know.
    """

    __slots__ = ("index", "name", "params", "ret", "table", "call")

    def __init__(self, index: int, name: str, params: tuple[Type, ...], ret: Type) -> None:
        self.index = index
        self.name = name
        self.params = params
        self.ret = ret
        self.table: dict[Type, Instance] = {}
        self.call: Any = None


class Program:
    """A monomorphic program, ready for passes and code generation.

    ``instances``: all functions by index. ``slots``: dispatch slots. ``entries``: exported name ("main", ...) -> Instance.
    ``externs``: the reached ``extern fn``s in order of first use. ``tests``: tested type term -> set of the concrete types that pass,
    for ``is`` and ``as_try``. ``named``: instances that the code of members of templates may call, in the usual way.
    """

    __slots__ = ("instances", "slots", "entries", "externs", "tests", "named", "known")

    def __init__(self) -> None:
        self.instances: list[Instance] = []
        self.slots: list[Slot] = []
        self.entries: dict[str, Instance] = {}
        self.externs: list[FnItem] = []
        self.tests: dict[Type, list[Type]] = {}
        self.named: set[Instance] = set()
        #: types that interface values are known to have, with the interfaces; filled in the end
        self.known: list[tuple[Type, InterfaceItem]] = []


TERMINATORS: Final = frozenset(
    ("jump", "branch", "switch", "return", "trap", "tail_resume", "exit", "unreachable")
)

#: Instructions that may run other Rusk code, suspend, or leave through a landing block.
CALLS: Final = frozenset(
    ("call", "call_method", "call_value", "call_iface", "call_extern", "handle", "perform", "resume")
)

_cells: dict[Type, CellType] = {}


def cell_type(inner: Type) -> CellType:
    """The interned cell type around ``inner``."""
    t = _cells.get(inner)
    if t is None:
        t = _cells.setdefault(inner, CellType(inner))
    return t


def reset_cells() -> None:
    """Forget the cell types; called with ``terms.reset``."""
    _cells.clear()
