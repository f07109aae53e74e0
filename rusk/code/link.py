"""Code of templates: generated once, copied for each member with the names of the member in it (``rusk.mir.templates``).

A template is generated against tables of its own, like an object file. Every field of its words that names something, by the kinds of the
opcode table, is a *site*; what it names is found in those tables, expressed by types and instances, translated by the member, and numbered in
the tables of the program.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from rusk.code import image as im
from rusk.code.emit import emit
from rusk.code.layout import rotate
from rusk.code.opcodes import OPS, WIDTH, list_words
from rusk.code.registers import assign
from rusk.code.select import select
from rusk.code.tables import StandIn, Tables
from rusk.code.unchecked import loops_over_indices, uncheck
from rusk.mir.ir import Instance
from rusk.types.terms import Type

if TYPE_CHECKING:
    from rusk.mir.ir import Function
    from rusk.mir.templates import Member, Template

_BASIC_SHAPES: Final = len(im.basic_shapes())

#: kinds of fields that name something, with what their number means
_NAMES: Final = {
    "f": "function", "f32": "function", "k32": "const", "o32": "object", "m32": "object", "s": "shape", "t": "test", "h": "handler", "e": "op",
    "p": "extern", "n": "slot", "y32": "type",
}  # fmt: skip


class Generated:
    """The code of one function, its registers assigned. ``lines``: (offset, MIR place); ``nx``, ``nr``: registers."""

    __slots__ = ("words", "lines", "cost", "nx", "nr", "has_marks")

    def __init__(self, fn: Function, tables: Tables, n: int) -> None:
        low = select(fn, tables, n)
        rotate(low)
        if tables.unchecked:
            loops_over_indices(low)
        assign(low)
        if tables.unchecked:
            uncheck(low)
        code = emit(low)
        self.words = code.words
        self.lines = code.lines
        self.cost = code.cost
        self.nx = low.nx
        self.nr = low.nr
        self.has_marks = low.has_marks
        if not self.lines or self.lines[0][0]:
            self.lines.insert(0, (0, fn.pos))


def places(lines: list[tuple[int, int]], fn: Function, tables: Tables) -> list[tuple[int, int]]:
    """``lines`` with the numbers of places in ``tables``."""
    known: dict[int, int] = {}
    out = []
    for at, loc in lines:
        place = known.get(loc)
        if place is None:
            place = known[loc] = tables.loc(fn, loc)
        out.append((at, place))
    return out


class ObjectCode:
    """The code of a template. ``sites``: (word, shift, index into ``names``); ``names``: (what, number in ``tables``)."""

    __slots__ = ("tables", "generated", "words", "sites", "names", "lines", "terms", "ops", "imports")

    def __init__(self, template: Template, tables: Tables) -> None:
        inst = template.instance
        fn = inst.function
        own = self.tables = Tables(tables.program, tables.types.concrete, tables.unchecked)
        n = own.function(inst)
        if fn.captures:
            own.closure(inst)
        self.generated = Generated(fn, own, n)
        self.lines = places(self.generated.lines, fn, tables)
        self.words = array("Q", self.generated.words)
        self.sites: list[tuple[int, int, int]] = []
        self.names: list[tuple[str, int]] = []
        self._find_sites()
        self.terms = {index: t for t, index in own.types.known.items()}
        self.imports = list(own.imports)

    def _find_sites(self) -> None:
        """Find what the words name, and make it 0 there."""
        words = self.words
        known: dict[tuple[str, int], int] = {}
        pc = 0
        while pc < len(words):
            word = words[pc]
            op = OPS[word & 0xFFFF]
            at, shift = pc, 16
            shape = -1
            for kind, _ in op.fields:
                if shift == 64:
                    at, shift = at + 1, 0
                width = WIDTH.get(kind, 1)
                what = _NAMES.get(kind)
                if what is not None:
                    mask = (1 << 16 * width) - 1
                    value = words[at] >> shift & mask
                    if kind == "s":
                        shape = value
                    name = known.get((what, value))
                    if name is None:
                        name = known[what, value] = len(self.names)
                        self.names.append((what, value))
                    words[at] &= ~(mask << shift)
                    self.sites.append((at, shift, name))
                shift += 16 * width
            pc += op.words
            if op.list:
                count = len(self.tables.image.shapes[shape].fields) if op.list == "fields" else 0
                pc += list_words(op, word, count)

    def link(self, member: Member, tables: Tables) -> array[int]:
        """The words for a member, which names things by ``tables``."""
        values = [_TRANSLATE[what](self, member, tables, n) for what, n in self.names]
        words = self.words[:]
        for at, shift, name in self.sites:
            words[at] |= values[name] << shift
        return words

    # --- what the numbers of the template are among those of the program

    def function(self, member: Member, tables: Tables, n: int) -> int:
        what = self.tables.functions[n]
        if isinstance(what, Instance):
            return tables.function(member.instance(what))
        if isinstance(what, StandIn):
            return tables.stand_in(member.type(what.type))
        if isinstance(what, Type):
            return tables.thunk(member.type(what))
        return tables.thunk(what)

    def const(self, member: Member, tables: Tables, n: int) -> int:
        c = self.tables.image.consts[n]
        return tables.word(c.type, c.bits)

    def object(self, member: Member, tables: Tables, n: int) -> int:
        o = self.tables.image.objects[n]
        shape = o.shape
        if o.kind == im.O_OBJECT:
            shape = self.shape(member, tables, shape)
        elif o.kind == im.O_CONT:
            shape = self.type(member, tables, shape)
        return tables.object_number(o.kind, o.value, shape)

    def type(self, member: Member, tables: Tables, n: int) -> int:
        t = self.terms.get(n)
        return n if t is None else tables.types.type(member.type(t))

    def shape(self, member: Member, tables: Tables, n: int) -> int:
        if n < _BASIC_SHAPES:
            return n
        s = self.tables.image.shapes[n]
        if s.kind == im.S_CLOSURE:
            what = self.tables.functions[s.func]
            if isinstance(what, Instance):
                return tables.closure(member.instance(what))
            if not isinstance(what, Type):
                return tables.closure(what)  # type: ignore[arg-type]
            t: Any = member.type(what)
            return tables.types.closure(tables.thunk(t), t.params, t.ret, (), "undef")
        t = member.type(self.terms[s.type])
        return tables.shape(tables.types.box(t) if s.kind == im.S_BOX else tables.types.shape(t, s.tag))

    def test(self, member: Member, tables: Tables, n: int) -> int:
        return tables.test(member.type(self.tables.used_tests[n]))

    def handler(self, member: Member, tables: Tables, n: int) -> int:
        info, closures = self.tables.used_handlers[n]
        return tables.handler(info, [member.instance(c) for c in closures])

    def op(self, member: Member, tables: Tables, n: int) -> int:
        return tables.op(self.tables.used_ops[n])

    def extern(self, member: Member, tables: Tables, n: int) -> int:
        return tables.extern(self.imports[n])

    def slot(self, member: Member, tables: Tables, n: int) -> int:
        return tables.slot(member.slot(self.tables.used_slots[n]))


_TRANSLATE: Final[dict[str, Callable[[ObjectCode, Member, Tables, int], int]]] = {
    what: getattr(ObjectCode, what) for what in _NAMES.values()
}


def linked(member: Member, tables: Tables) -> tuple[ObjectCode, array[int]]:
    """The code of the template of ``member``, generated now if it is the first one, and its words for ``member``."""
    template = member.template
    code: ObjectCode | None = template.code
    if code is None:
        code = template.code = ObjectCode(template, tables)
    return code, code.link(member, tables)
