"""`Image`: a compiled program in memory.

The generator builds it, ``.rbc`` files hold it, the verifier checks it, the engine (`rusk._interp.Code`) loads it. Everything refers to everything
else by index; -1 means "none". Nothing is changed once the image is complete.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

# --- types

#: kinds of `TypeDesc`
(
    UNIT, BOOL, INT, FLOAT, BYTE, CHAR, NEVER, STRING, BYTES, ARRAY, TUPLE, STRUCT, ENUM, FN, CONT, IFACE, CELL, READONLY,
) = range(18)  # fmt: skip

#: kinds whose values live in X registers (``!`` has no values)
SCALAR_KINDS: Final = frozenset((UNIT, BOOL, INT, FLOAT, BYTE, CHAR, NEVER))

#: Every image begins with these types, so that their index is their kind.
N_BASIC_TYPES: Final = 9


class TypeDesc:
    """A concrete type.

    ========  ==========================================================================================
    kind      fields in use
    ========  ==========================================================================================
    basic     ``name`` (UNIT .. BYTES)
    ARRAY     ``args`` = (element,), ``shapes`` = (array shape,)
    TUPLE     ``args`` = elements, ``shapes`` = (shape,)
    STRUCT    ``name`` (full path, no arguments), ``targs`` (type arguments), ``args`` = field types in declared order, ``fields`` = their
              names, ``newtype``, ``shapes`` = (shape,)
    ENUM      ``name``, ``targs``, ``variants`` in declared order, ``shapes`` = shape of each variant
    FN        ``args`` = parameters + (result,)
    CONT      ``args`` = (parameter, result)
    IFACE     ``name`` = the interface with its arguments, as shown
    CELL      ``args`` = (content,), ``shapes`` = (shape,)
    READONLY  ``args`` = (the type,): a view, in signatures and fields for the host only; for the verifier and the engine it is that type
    ========  ==========================================================================================

    ``text``: the type as Rusk writes it (for messages). ``shapes`` entries are -1 when no code makes such an object.
    """

    __slots__ = ("kind", "name", "text", "targs", "args", "fields", "newtype", "variants", "shapes")

    def __init__(
        self,
        kind: int,
        name: str = "",
        args: tuple[int, ...] = (),
        *,
        text: str = "",
        targs: tuple[int, ...] = (),
        fields: tuple[str, ...] = (),
        newtype: bool = False,
        variants: tuple[Variant, ...] = (),
        shapes: tuple[int, ...] = (),
    ) -> None:
        self.kind = kind
        self.name = name
        self.text = text or name
        self.targs = targs
        self.args = args
        self.fields = fields
        self.newtype = newtype
        self.variants = variants
        self.shapes = shapes


class Variant:
    """One variant of an enum; ``args``: payload types in declared order. Its tag is its index in the enum."""

    __slots__ = ("name", "args")

    def __init__(self, name: str, args: tuple[int, ...] = ()) -> None:
        self.name = name
        self.args = args


def basic_types() -> list[TypeDesc]:
    """The types every image begins with."""
    names = ("unit", "bool", "int", "float", "byte", "char", "!", "string", "bytes")
    return [TypeDesc(kind, name) for kind, name in enumerate(names)]


# --- shapes

#: kinds of `Shape`
S_FREE, S_STRING, S_BYTES, S_CONT, S_STRUCT, S_TUPLE, S_VARIANT, S_ARRAY, S_CLOSURE, S_CELL, S_BOX = range(11)

#: element layouts of arrays: 8 bytes (int, float, char, unit), 1 byte (bool, byte), reference
E_WORD, E_BYTE, E_REF = range(3)

#: Every image begins with these shapes: 0 is no object, 1 string, 2 bytes, 3 continuation (of any type).
SHAPE_STRING: Final = 1
SHAPE_BYTES: Final = 2
SHAPE_CONT: Final = 3


class Shape:
    """The layout of a heap object: one header word, ``nrefs`` references, ``nscalars`` scalars.

    ``type``: type of the objects (S_CLOSURE: the FN type of the value; S_BOX: the scalar type inside; S_STRING ...: the basic type; S_CONT: -1).
    ``fields``: types of the words in layout order, references first, each group in declared order; ``order``: declared index -> word index.
    For S_CLOSURE the "fields" are the captured values. ``tag``: variant tag (S_VARIANT, else 0). ``elem``: E_* (S_ARRAY).
    ``func``: S_CLOSURE, the function called. ``name``: for tools only.
    """

    __slots__ = ("kind", "type", "nrefs", "nscalars", "fields", "order", "tag", "elem", "func", "name")

    def __init__(
        self,
        kind: int,
        type: int,
        fields: tuple[int, ...] = (),
        order: tuple[int, ...] = (),
        nrefs: int = 0,
        *,
        tag: int = 0,
        elem: int = E_WORD,
        func: int = -1,
        name: str = "",
    ) -> None:
        self.kind = kind
        self.type = type
        self.fields = fields
        self.order = order
        self.nrefs = nrefs
        self.nscalars = len(fields) - nrefs
        self.tag = tag
        self.elem = elem
        self.func = func
        self.name = name


def basic_shapes() -> list[Shape]:
    """The shapes every image begins with."""
    return [
        Shape(S_FREE, -1),
        Shape(S_STRING, STRING, name="string"),
        Shape(S_BYTES, BYTES, name="bytes"),
        Shape(S_CONT, -1, name="cont"),
    ]


# --- functions


class Func:
    """One function: ``length`` words of ``Image.code`` from ``start``.

    ``kind``: "fn", "closure", "body", "arm", "guard" (as in MIR). ``params``: types in declared order; ``ret``: result type.
    ``env``: the S_CLOSURE shape of its environment, -1 without one (shape -1 also for a closure that captures nothing and
    reads no environment). ``nx``, ``nr``: registers, parameters and environment included. ``cost``: fuel charged at entry, >= 1.
    ``has_marks``: contains `Mark`. ``name``: as in tracebacks. ``results``: for a function that returns the parts of a value of type ``ret`` in
    several registers, their types; else empty. Such a function is called directly only.
    """

    __slots__ = (
        "name", "kind", "start", "length", "nx", "nr", "params", "ret", "env", "cost", "has_marks", "results",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: str,
        start: int,
        length: int,
        nx: int,
        nr: int,
        params: tuple[int, ...],
        ret: int,
        env: int = -1,
        cost: int = 1,
        has_marks: bool = False,
        results: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.start = start
        self.length = length
        self.nx = nx
        self.nr = nr
        self.params = params
        self.ret = ret
        self.env = env
        self.cost = cost
        self.has_marks = has_marks
        self.results = results


class Loc:
    """A place: offset ``pos`` in source ``source``, in a function shown as ``func`` (index in ``Image.loc_names``; -1: the name of the
    function whose code it is). ``caller``: index of the place it was inlined into, or -1."""

    __slots__ = ("source", "pos", "func", "caller")

    def __init__(self, source: int, pos: int, func: int = -1, caller: int = -1) -> None:
        self.source = source
        self.pos = pos
        self.func = func
        self.caller = caller


class SourceFile:
    """A source file: its path as shown and the offset of the first character of each line."""

    __slots__ = ("path", "lines")

    def __init__(self, path: str, lines: array[int] | list[int]) -> None:
        self.path = path
        self.lines = lines

    def line_col(self, pos: int) -> tuple[int, int]:
        """1-based line and column of an offset."""
        line = max(bisect_right(self.lines, pos), 1)
        return line, pos - self.lines[line - 1] + 1 if self.lines else pos + 1


# --- calls that leave the code


class Signature:
    """A host import (``app::clock::now``) or an effect operation (``m::E.op``): name, parameter types, result type.

    ``external``: an operation that goes to the host when no handler is found (08 §8)."""

    __slots__ = ("name", "params", "ret", "external")

    def __init__(self, name: str, params: tuple[int, ...], ret: int, external: bool = False) -> None:
        self.name = name
        self.params = params
        self.ret = ret
        self.external = external


class DispatchSlot:
    """A dispatch slot: ``params`` (after the receiver), ``ret``, and the function for each receiver shape.

    The receiver is the first R argument: an interface value. Its function takes it as first parameter: with the type of the shape, or, for
    S_BOX shapes, as some interface value (and unboxes it). A receiver of a shape without entry traps (it cannot happen in checked programs).
    """

    __slots__ = ("name", "params", "ret", "entries")

    def __init__(
        self, name: str, params: tuple[int, ...], ret: int, entries: tuple[tuple[int, int], ...]
    ) -> None:
        self.name = name
        self.params = params
        self.ret = ret
        self.entries = entries


class IsTest:
    """``is`` / ``as?`` / `Cast` to ``type``: the shapes that pass, ascending. For a nominal, array or tuple type they are shapes of that type (for an
    enum of all its variants); S_BOX shapes for a scalar type; for an interface type any."""

    __slots__ = ("type", "shapes")

    def __init__(self, type: int, shapes: tuple[int, ...]) -> None:
        self.type = type
        self.shapes = shapes


#: modes of a `HandlerClause`
ABORT, CAPTURE, DIRECT = range(3)


class HandlerClause:
    """One effect arm: ``op`` index in ``Image.ops``; ``guard``, ``arm``: index among the closures after the body (guard -1: always fits);
    ``arm_func`` / ``guard_func``: the functions of these closures; ``mode``.

    With params P and result R of the operation and match result M the arm is ``fn(P..) -> M`` (ABORT), ``fn(P.., cont(R) -> M) -> M`` (CAPTURE) or
    ``fn(P..) -> R`` (DIRECT: runs on top of the performer). A guard is ``fn(P..) -> bool``.
    """

    __slots__ = ("op", "guard", "arm", "guard_func", "arm_func", "mode")

    def __init__(self, op: int, guard: int, arm: int, guard_func: int, arm_func: int, mode: int) -> None:
        self.op = op
        self.guard = guard
        self.arm = arm
        self.guard_func = guard_func
        self.arm_func = arm_func
        self.mode = mode


class Handler:
    """The clauses of one `Handle` in source order; ``body_func``: function of the body closure, ``fn() -> M``; ``nclosures``: number of closures
    after the body; ``ret``: M."""

    __slots__ = ("body_func", "nclosures", "ret", "clauses")

    def __init__(self, body_func: int, nclosures: int, ret: int, clauses: tuple[HandlerClause, ...]) -> None:
        self.body_func = body_func
        self.nclosures = nclosures
        self.ret = ret
        self.clauses = clauses


# --- constants


class Const:
    """A 64-bit constant: ``type`` INT or FLOAT, ``bits`` the signed 64-bit pattern."""

    __slots__ = ("type", "bits")

    def __init__(self, type: int, bits: int) -> None:
        self.type = type
        self.bits = bits


#: kinds of `ObjConst`
O_STRING, O_BYTES, O_OBJECT, O_CONT = range(4)


class ObjConst:
    """A shared, immutable object: text (``value`` a str), bytes (``value``), or an object without words of shape ``shape`` (a plain
    function as a value: S_CLOSURE; a variant without payload: S_VARIANT), or a continuation that is used up (O_CONT), for registers whose
    value nothing looks at; then ``shape`` is its type."""

    __slots__ = ("kind", "value", "shape")

    def __init__(self, kind: int, value: str | bytes = b"", shape: int = -1) -> None:
        self.kind = kind
        self.value = value
        self.shape = shape


class Entry:
    """An entry point: exported name -> function."""

    __slots__ = ("name", "func")

    def __init__(self, name: str, func: int) -> None:
        self.name = name
        self.func = func


# --- the whole


class Image:
    """A compiled program.

    ``code``: instruction words of all functions, one after the other. ``lines``: pairs (pc, loc) flattened, pc ascending over the whole code: words
    from pc up to the next entry's come from place ``locs[loc]`` (loc -1: none). ``loc_names``: function names for inlined places.
    """

    __slots__ = (
        "code", "funcs", "types", "shapes", "consts", "objects", "slots", "tests", "imports", "ops", "handlers", "entries", "sources",
        "locs", "loc_names", "lines",
    )  # fmt: skip

    def __init__(self) -> None:
        self.code: array[int] = array("Q")
        self.funcs: list[Func] = []
        self.types: list[TypeDesc] = basic_types()
        self.shapes: list[Shape] = basic_shapes()
        self.consts: list[Const] = []
        self.objects: list[ObjConst] = []
        self.slots: list[DispatchSlot] = []
        self.tests: list[IsTest] = []
        self.imports: list[Signature] = []
        self.ops: list[Signature] = []
        self.handlers: list[Handler] = []
        self.entries: list[Entry] = []
        self.sources: list[SourceFile] = []
        self.locs: list[Loc] = []
        self.loc_names: list[str] = []
        self.lines: array[int] = array("i")

    def loc_at(self, pc: int) -> int:
        """The place of word ``pc``, or -1."""
        lines = self.lines
        lo, hi = 0, len(lines) // 2
        while lo < hi:
            mid = (lo + hi) // 2
            if lines[2 * mid] <= pc:
                lo = mid + 1
            else:
                hi = mid
        return lines[2 * lo - 1] if lo else -1

    def func_at(self, pc: int) -> int:
        """The function whose code word ``pc`` belongs to (functions lie in the order of their index)."""
        funcs = self.funcs
        lo, hi = 0, len(funcs)
        while lo < hi:
            mid = (lo + hi) // 2
            if funcs[mid].start <= pc:
                lo = mid + 1
            else:
                hi = mid
        return lo - 1
