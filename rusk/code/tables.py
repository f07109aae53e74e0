"""The tables of an image under construction: everything that instructions name by number, each once, in the order of first use."""

from __future__ import annotations

from array import array
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

from rusk.code import image as im
from rusk.code.image import Image
from rusk.code.lir import CodeTooLarge, Const, R, X
from rusk.code.opcodes import BY_NAME
from rusk.code.shapes import Types
from rusk.mir.ir import FnInst, Function, HandleInfo, Instance, OpInst, Slot
from rusk.types.terms import BOOL, BYTE, BYTES, CHAR, FLOAT, INT, STRING, UNIT, is_reference

if TYPE_CHECKING:
    from rusk.mir.concrete import Concrete
    from rusk.mir.ir import Program
    from rusk.source import Source
    from rusk.types.items import FnItem
    from rusk.types.terms import Type

#: the largest number a 16-bit operand names
LIMIT = 0xFFFF

_MODES = {"abort": im.ABORT, "capture": im.CAPTURE, "direct": im.DIRECT}


class StandIn:
    """A function that the generator makes up, which gives some value of ``type``."""

    __slots__ = ("type",)

    def __init__(self, type: Type) -> None:
        self.type = type


class Tables:
    """Numbers of functions, constants, slots, tests, imports, operations, handlers and places.

    ``functions``: by number, the `Instance`; or, for a function that the generator makes up, the extern item or function type (see `thunk`), or
    a `StandIn`. It grows while code is made.
    """

    __slots__ = (
        "image", "program", "types", "functions", "numbers", "consts", "objects", "slots", "tests", "imports", "ops", "sources", "locs", "names",
        "literals", "used_slots", "used_tests", "used_ops", "used_handlers", "unchecked",
    )  # fmt: skip

    def __init__(self, program: Program, concrete: Concrete, unchecked: bool = False) -> None:
        self.image = Image()
        #: whether the pass `bounds` runs
        self.unchecked = unchecked
        self.program = program
        self.types = Types(self.image, concrete)
        self.functions: list[Instance | FnItem | Type | StandIn] = []
        self.numbers: dict[object, int] = {}
        self.consts: dict[tuple[int, int], int] = {}
        self.objects: dict[tuple[object, ...], int] = {}
        self.slots: dict[Slot, int] = {}
        self.used_slots: list[Slot] = []
        self.tests: dict[Type, int] = {}
        self.used_tests: list[Type] = []
        self.imports: dict[FnItem, int] = {}
        self.ops: dict[tuple[object, ...], int] = {}
        self.used_ops: list[OpInst] = []
        self.used_handlers: list[tuple[HandleInfo, list[Instance]]] = []
        self.sources: dict[Source, int] = {}
        self.locs: dict[tuple[int, int, int, int], int] = {}
        self.names: dict[str, int] = {}
        self.literals: dict[tuple[object, ...], Const] = {}

    # --- functions

    def function(self, inst: Instance | FnItem) -> int:
        """The number of an instance; one that is new will be generated."""
        n = self.numbers.get(inst)
        if n is None:
            item = extern_of(inst)
            if item is not None:
                return self.thunk(item)
            assert isinstance(inst, Instance)
            n = self.numbers[inst] = self._add(inst)
        return n

    def thunk(self, item: FnItem | Type) -> int:
        """The number of the function that calls extern ``item``, or of one of function type ``item`` that is never called."""
        n = self.numbers.get(item)
        if n is None:
            n = self.numbers[item] = self._add(item)
        return n

    def stand_in(self, t: Type) -> int:
        """The number of the function that gives some value of type ``t``."""
        key = (StandIn, t)
        n = self.numbers.get(key)
        if n is None:
            n = self.numbers[key] = self._add(StandIn(t))
        return n

    def _add(self, what: Instance | FnItem | Type | StandIn) -> int:
        self.functions.append(what)
        if len(self.functions) > LIMIT:
            raise CodeTooLarge("functions")
        return len(self.functions) - 1

    def closure(self, inst: Instance | FnItem) -> int:
        """The shape of the values of ``inst``."""
        n = self.function(inst)
        shape = self.types.closures.get(n)
        if shape is not None:
            return shape
        item = extern_of(inst)
        if item is not None:
            return self.types.closure(n, item.params, item.ret, (), item.name)
        assert isinstance(inst, Instance)
        f = inst.function
        return self.types.closure(n, f.vregs[: f.nparams], f.ret, f.captures, f.name)

    # --- constants

    def const(self, t: Type, value: Any) -> Const:
        """The constant ``value`` of type ``t``, a primitive."""
        key = (t, repr(value) if t is FLOAT else value)
        c = self.literals.get(key)
        if c is None:
            c = self.literals[key] = self._const(t, value)
        return c

    def _const(self, t: Type, value: Any) -> Const:
        if t is INT:
            if -(1 << 31) <= value < 1 << 31:
                return Const(BY_NAME["LoadInt"], (value,), X, value)
            return Const(BY_NAME["LoadConst"], (self.word(im.INT, value),), X, value)
        if t is BOOL:
            return Const(BY_NAME["LoadBool"], (int(value),), X, int(value))
        if t is FLOAT:
            return Const(
                BY_NAME["LoadConst"], (self.word(im.FLOAT, unpack("<q", pack("<d", value))[0]),), X, None
            )
        if t is STRING:
            return self.object(im.O_STRING, value)
        if t is BYTES:
            return self.object(im.O_BYTES, value)
        if t is BYTE:
            return Const(BY_NAME["LoadByte"], (value,), X, value)
        if t is CHAR:
            return Const(BY_NAME["LoadChar"], (ord(value),), X, ord(value))
        assert t is UNIT, t
        return Const(BY_NAME["LoadUnit"], (), X, 0)

    def word(self, kind: int, value: int) -> int:
        """The number of a 64-bit constant of type ``kind``."""
        key = (kind, value)
        n = self.consts.get(key)
        if n is None:
            n = self.consts[key] = len(self.image.consts)
            self.image.consts.append(im.Const(kind, value))
        return n

    def object(self, kind: int, value: str | bytes = b"", shape: int = -1) -> Const:
        """A shared object: text, bytes, a plain function or a variant without payload."""
        return Const(BY_NAME["LoadObj"], (self.object_number(kind, value, shape),), R, None)

    def object_number(self, kind: int, value: str | bytes = b"", shape: int = -1) -> int:
        """Its number in the table of objects."""
        key = (kind, value, shape)
        n = self.objects.get(key)
        if n is None:
            n = self.objects[key] = len(self.image.objects)
            self.image.objects.append(im.ObjConst(kind, value, shape))
        return n

    def message(self, text: str) -> int:
        """The number of the message of a trap."""
        return self.object_number(im.O_STRING, text)

    def shape(self, index: int) -> int:
        """``index`` as operand."""
        if index > LIMIT:
            raise CodeTooLarge("shapes")
        return index

    # --- what calls name

    def _next(self, table: list[Any], entry: Any, what: str) -> int:
        table.append(entry)
        if len(table) > LIMIT:
            raise CodeTooLarge(what)
        return len(table) - 1

    def slot(self, slot: Slot) -> int:
        """A dispatch slot; all functions of its table will be generated."""
        n = self.slots.get(slot)
        if n is None:
            n = self.slots[slot] = self._next(self.used_slots, slot, "dispatch slots")
            for inst in slot.table.values():
                self.function(inst)
        return n

    def test(self, t: Type) -> int:
        """The test for type ``t``."""
        n = self.tests.get(t)
        if n is None:
            n = self.tests[t] = self._next(self.used_tests, t, "type tests")
            for p in self.passing(t):
                self.types.shapes_of(p)
        return n

    def passing(self, t: Type) -> list[Type]:
        """The concrete types that pass the test for ``t``."""
        found = self.program.tests.get(t)
        return found if found is not None else [t]

    def extern(self, item: FnItem) -> int:
        """A host import."""
        n = self.imports.get(item)
        if n is None:
            view = self.types.view
            sig = im.Signature(
                item.module.display(item.name), tuple([view(p) for p in item.params]), view(item.ret)
            )
            n = self.imports[item] = self._next(self.image.imports, sig, "host functions")
        return n

    def op(self, op: OpInst) -> int:
        """An effect operation."""
        key = (op.method, *op.args)
        n = self.ops.get(key)
        if n is None:
            view = self.types.view
            sig = im.Signature(op.name, tuple([view(p) for p in op.params]), view(op.ret))
            n = self.ops[key] = self._next(self.image.ops, sig, "effect operations")
            self.used_ops.append(op)
        return n

    def handler(self, info: HandleInfo, closures: list[Instance]) -> int:
        """A handler whose closures (body first) are those of ``closures``."""
        clauses = []
        for c in info.clauses:
            guard = self.function(closures[1 + c.guard]) if c.guard >= 0 else -1
            arm = self.function(closures[1 + c.arm])
            clauses.append(im.HandlerClause(self.op(c.op), c.guard, c.arm, guard, arm, _MODES[c.mode]))
        ret = self.types.type(closures[0].function.ret)
        self.used_handlers.append((info, closures))
        handler = im.Handler(self.function(closures[0]), len(closures) - 1, ret, tuple(clauses))
        return self._next(self.image.handlers, handler, "handling matches")

    # --- places

    def source(self, source: Source) -> int:
        """A source file."""
        n = self.sources.get(source)
        if n is None:
            starts = [source.line_start(line) for line in range(1, source.line_count + 1)]
            n = self.sources[source] = len(self.image.sources)
            self.image.sources.append(im.SourceFile(source.path, array("i", starts)))
        return n

    def loc(self, fn: Function, loc: int) -> int:
        """The place of a MIR ``loc`` of ``fn``."""
        chain = []
        while loc < 0:
            chain.append(fn.inlined[-1 - loc])
            loc = chain[-1].caller
        n = self._loc(self.source(fn.source), loc, -1, -1)
        for inlined in reversed(chain):
            name = self.names.get(inlined.name)
            if name is None:
                name = self.names[inlined.name] = len(self.image.loc_names)
                self.image.loc_names.append(inlined.name)
            n = self._loc(self.source(inlined.source), inlined.pos, name, n)
        return n

    def _loc(self, source: int, pos: int, func: int, caller: int) -> int:
        key = (source, pos, func, caller)
        n = self.locs.get(key)
        if n is None:
            n = self.locs[key] = len(self.image.locs)
            self.image.locs.append(im.Loc(source, pos, func, caller))
        return n

    # --- the end

    def finish(self) -> Image:
        """Fill the tables that need all shapes, and return the image."""
        image = self.image
        types = self.types
        for slot in self.used_slots:
            entries: dict[int, int] = {}
            for t, inst in slot.table.items():
                for s in types.shapes_of(t):
                    entries[s] = self.function(inst)
            params = tuple([types.type(p) for p in slot.params])
            image.slots.append(
                im.DispatchSlot(slot.name, params, types.type(slot.ret), tuple(sorted(entries.items())))
            )
        for t in self.used_tests:
            shapes: set[int] = set()
            for p in self.passing(t):
                shapes.update(types.shapes_of(p))
            image.tests.append(im.IsTest(types.type(t), tuple(sorted(shapes))))
        for name, inst in self.program.entries.items():
            image.entries.append(im.Entry(name, self.function(inst)))
        if len(image.shapes) > LIMIT:
            raise CodeTooLarge("shapes")
        return image


def extern_of(inst: Instance | FnItem) -> FnItem | None:
    """The ``extern fn`` that an instance stands for, or that is named directly; else None."""
    if not isinstance(inst, Instance):
        return inst
    if inst.function is not None:
        return None
    key: Any = inst.key
    if isinstance(key, tuple):
        key = key[0]
    if isinstance(key, FnInst):
        key = key.fn
    return key


def file_of(t: Type) -> int:
    """The register file of a type that has content."""
    return R if is_reference(t) else X
