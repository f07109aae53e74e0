"""Linking: a program that begins with another one and goes on with a second (the REPL compiles each input as a program of its own).

Everything in the first keeps its number, so a running session can change to the result: its objects keep their shapes, its closures their functions.
Types of the same name are the same unless the caller says that the definition has changed in between; types, shapes, constants, operations, imports, tests
and dispatch slots that are the same are shared. Code is not: each program brings its own functions.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from rusk.code import image as im
from rusk.code.disasm import instruction_words
from rusk.code.opcodes import OPS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from rusk.code.image import Image

#: operand kinds -> the table they name; those of 32 bits end in "32"
_TABLES = {
    "f": "funcs", "f32": "funcs", "k32": "consts", "o32": "objects", "m32": "objects", "s": "shapes", "t": "tests", "h": "handlers", "e": "ops",
    "p": "imports", "n": "slots", "y32": "types",
}  # fmt: skip

_LIMIT = 0xFFFF


class LinkError(Exception):
    """The result would be larger than operands can say."""


class Linked:
    """The result. ``image``; ``funcs`` and ``types``: numbers in the second program -> numbers in the result."""

    __slots__ = ("funcs", "image", "types")

    def __init__(self, image: Image, funcs: list[int], types: list[int]) -> None:
        self.image = image
        self.funcs = funcs
        self.types = types


def link(first: Image, second: Image, stale: Callable[[str], bool]) -> Linked:
    """The program that begins with ``first`` and goes on with ``second``; its entry points are those of the second.

    stale: whether the definition of a struct, enum or interface of the first image (by its path; an interface with arguments) is not that of the
    second one. Such types go on under another name.
    Errors: `LinkError`.
    """
    return _Linker(first, second, stale).run()


class _Linker:
    """One run. ``maps``: by table, the numbers that those of the second image get."""

    def __init__(self, first: Image, second: Image, stale: Callable[[str], bool]) -> None:
        self.first = first
        self.second = second
        self.out = out = im.Image()
        for name in (
            "types",
            "shapes",
            "consts",
            "objects",
            "slots",
            "tests",
            "imports",
            "ops",
            "handlers",
            "funcs",
            "sources",
            "locs",
            "loc_names",
        ):
            setattr(out, name, list(getattr(first, name)))
        out.code = array("Q", first.code)
        out.lines = array("i", first.lines)
        self.maps: dict[str, list[int]] = {}
        for i, t in enumerate(out.types):
            if t.kind in _NAMED and stale(t.name):
                out.types[i] = _renamed(t, f"__{len(first.code)}")

    def run(self) -> Linked:
        """Link."""
        first, second, out = self.first, self.second, self.out
        n = len(first.funcs)
        self.maps["funcs"] = [n + i for i in range(len(second.funcs))]
        self.types()
        self.shapes()
        self.fill_types()
        self.shared("consts", lambda c, old: (c.type, c.bits), lambda c: c)
        self.shared("objects", self.object_key, lambda o: im.ObjConst(o.kind, o.value, self.object_shape(o)))
        self.shared("ops", self.signature_key, self.signature)
        self.shared("imports", self.signature_key, self.signature)
        self.slots()
        self.tests()
        self.handlers()
        self.places()
        self.functions()
        out.entries = [im.Entry(e.name, n + e.func) for e in second.entries]
        for name in ("funcs", "shapes", "slots", "tests", "imports", "ops", "handlers"):
            if len(getattr(out, name)) > _LIMIT:
                raise LinkError(name)
        return Linked(out, self.maps["funcs"], self.maps["types"])

    # ------------------------------------------------------------ types and shapes

    def types(self) -> None:
        """Numbers for the types; those that are new get their description in `fill_types`."""
        known = {key: i for i, key in enumerate(_type_keys(self.out.types))}
        numbers = []
        for key in _type_keys(self.second.types):
            number = known.get(key)
            if number is None:
                number = known[key] = len(self.out.types)
                self.out.types.append(im.TypeDesc(im.UNIT))
            numbers.append(number)
        self.maps["types"] = numbers

    def fill_types(self) -> None:
        """Descriptions of new types; known ones get shapes that only the second program makes."""
        types, shapes = self.maps["types"], self.maps["shapes"]
        known = len(self.first.types)
        for i, t in enumerate(self.second.types):
            mine = tuple([shapes[s] if s >= 0 else -1 for s in t.shapes])
            number = types[i]
            old = self.out.types[number] if number < known else None
            if old is not None:
                if old.shapes == mine:
                    continue
                mine = tuple([a if a >= 0 else b for a, b in zip(old.shapes, mine, strict=True)])
            self.out.types[number] = im.TypeDesc(
                t.kind,
                t.name,
                tuple([types[a] for a in t.args]),
                text=t.text,
                targs=tuple([types[a] for a in t.targs]),
                fields=t.fields,
                newtype=t.newtype,
                variants=tuple([im.Variant(v.name, tuple([types[a] for a in v.args])) for v in t.variants]),
                shapes=mine,
            )

    def shapes(self) -> None:
        """Shapes follow from their types, but those of closures."""
        types = self.maps["types"]
        known = {
            self.shape_key(s, s.type): i for i, s in enumerate(self.first.shapes) if s.kind != im.S_CLOSURE
        }
        numbers = []
        for i, s in enumerate(self.second.shapes):
            if i <= im.SHAPE_CONT:
                numbers.append(i)
                continue
            type = types[s.type]
            key = self.shape_key(s, type)
            number = known.get(key) if s.kind != im.S_CLOSURE else None
            if number is None:
                number = known[key] = len(self.out.shapes)
                func = self.maps["funcs"][s.func] if s.func >= 0 else -1
                fields = tuple([types[f] for f in s.fields])
                self.out.shapes.append(
                    im.Shape(
                        s.kind, type, fields, s.order, s.nrefs, tag=s.tag, elem=s.elem, func=func, name=s.name
                    )
                )
            numbers.append(number)
        self.maps["shapes"] = numbers

    def shape_key(self, s: im.Shape, type: int) -> Hashable:
        return s.kind, type, s.tag

    # ------------------------------------------------------------ other tables

    def shared(self, name: str, key: Callable[[Any, bool], Hashable], moved: Callable[[Any], Any]) -> None:
        """A table whose equal entries are one. ``key``: of an entry, of the first program or not; keys that are not unique in one are not shared."""
        table: list[Any] = getattr(self.out, name)
        known = _unique([key(entry, True) for entry in table])
        entries = getattr(self.second, name)
        mine = _unique([key(entry, False) for entry in entries])
        numbers = []
        for i, entry in enumerate(entries):
            k = key(entry, False)
            number = known.get(k, -1) if mine.get(k) == i else -1
            if number < 0:
                number = len(table)
                table.append(moved(entry))
            numbers.append(number)
        self.maps[name] = numbers

    def object_shape(self, o: im.ObjConst) -> int:
        if o.kind == im.O_OBJECT:
            return self.maps["shapes"][o.shape]
        return self.maps["types"][o.shape] if o.kind == im.O_CONT else o.shape

    def object_key(self, o: im.ObjConst, old: bool) -> Hashable:
        return o.kind, o.value, o.shape if old else self.object_shape(o)

    def signature(self, s: im.Signature) -> im.Signature:
        types = self.maps["types"]
        return im.Signature(s.name, tuple([types[p] for p in s.params]), types[s.ret], s.external)

    def signature_key(self, s: im.Signature, old: bool) -> Hashable:
        if not old:
            s = self.signature(s)
        return s.name, s.params, s.ret, s.external

    def slots(self) -> None:
        """A slot of both programs answers for the shapes of both; for a shape of both the second one's function is the newer."""
        types, shapes, funcs = self.maps["types"], self.maps["shapes"], self.maps["funcs"]

        def moved(slot: im.DispatchSlot) -> im.DispatchSlot:
            entries = sorted([(shapes[s], funcs[f]) for s, f in slot.entries])
            return im.DispatchSlot(
                slot.name, tuple([types[p] for p in slot.params]), types[slot.ret], tuple(entries)
            )

        def key(slot: im.DispatchSlot, old: bool) -> Hashable:
            s = slot if old else moved(slot)
            return s.name, s.params, s.ret

        self.shared("slots", key, moved)
        for i, slot in enumerate(self.second.slots):
            number = self.maps["slots"][i]
            if number < len(self.first.slots):
                entries = dict(self.out.slots[number].entries)
                new = moved(slot)
                entries.update(new.entries)
                self.out.slots[number] = im.DispatchSlot(
                    slot.name, new.params, new.ret, tuple(sorted(entries.items()))
                )

    def tests(self) -> None:
        """A test passes what passes it in either program."""
        types, shapes = self.maps["types"], self.maps["shapes"]
        self.shared(
            "tests", lambda t, old: t.type if old else types[t.type], lambda t: im.IsTest(types[t.type], ())
        )
        passing: dict[int, set[int]] = {i: set(t.shapes) for i, t in enumerate(self.out.tests)}
        for i, test in enumerate(self.second.tests):
            passing[self.maps["tests"][i]].update([shapes[s] for s in test.shapes])
        for i, test in enumerate(self.out.tests):
            t = self.out.types[test.type]
            if t.kind != im.IFACE:
                passing[i].update(
                    [s for s in t.shapes if s >= 0]
                )  # variants that only one of the programs makes
            self.out.tests[i] = im.IsTest(test.type, tuple(sorted(passing[i])))

    def handlers(self) -> None:
        funcs, ops = self.maps["funcs"], self.maps["ops"]
        first = len(self.out.handlers)
        for h in self.second.handlers:
            clauses = [
                im.HandlerClause(
                    ops[c.op],
                    c.guard,
                    c.arm,
                    funcs[c.guard_func] if c.guard_func >= 0 else -1,
                    funcs[c.arm_func],
                    c.mode,
                )
                for c in h.clauses
            ]
            self.out.handlers.append(
                im.Handler(funcs[h.body_func], h.nclosures, self.maps["types"][h.ret], tuple(clauses))
            )
        self.maps["handlers"] = [first + i for i in range(len(self.second.handlers))]

    def places(self) -> None:
        out, second = self.out, self.second
        nsources, nlocs, nnames = len(out.sources), len(out.locs), len(out.loc_names)
        out.sources += second.sources
        out.loc_names += second.loc_names
        out.locs += [
            im.Loc(
                loc.source + nsources,
                loc.pos,
                loc.func + nnames if loc.func >= 0 else -1,
                loc.caller + nlocs if loc.caller >= 0 else -1,
            )
            for loc in second.locs
        ]
        base = len(self.first.code)
        lines = second.lines
        if out.lines and (not lines or lines[0] > 0):
            out.lines.extend((base, -1))
        for i in range(0, len(lines), 2):
            out.lines.extend((lines[i] + base, lines[i + 1] + nlocs if lines[i + 1] >= 0 else -1))

    # ------------------------------------------------------------ code

    def functions(self) -> None:
        types, shapes = self.maps["types"], self.maps["shapes"]
        base = len(self.first.code)
        for f in self.second.funcs:
            self.out.funcs.append(
                im.Func(
                    f.name, f.kind, f.start + base, f.length, f.nx, f.nr, tuple([types[p] for p in f.params]), types[f.ret],
                    shapes[f.env] if f.env >= 0 else -1, f.cost, f.has_marks,
                    tuple([types[t] for t in f.results]),
                )
            )  # fmt: skip
        code = array("Q", self.second.code)
        pc = 0
        while pc < len(code):
            n = instruction_words(self.second, pc)
            for word, shift, width, table in _OPERANDS[code[pc] & 0xFFFF]:
                at = pc + word
                mask = ((1 << width) - 1) << shift
                number = self.maps[table][(code[at] & mask) >> shift]
                code[at] = code[at] & ~mask | number << shift
            pc += n
        self.out.code.extend(code)


#: kinds of types that have a definition
_NAMED = (im.STRUCT, im.ENUM, im.IFACE)


def _renamed(t: im.TypeDesc, suffix: str) -> im.TypeDesc:
    return im.TypeDesc(
        t.kind, _with(t.name, suffix), t.args, text=_with(t.text, suffix), targs=t.targs, fields=t.fields, newtype=t.newtype, variants=t.variants,
        shapes=t.shapes,
    )  # fmt: skip


def _with(name: str, suffix: str) -> str:
    """A path, with its arguments or without, whose last name goes on with ``suffix``."""
    path = name.partition("<")[0].partition("{")[0]
    return path + suffix + name[len(path) :]


def _type_keys(types: Sequence[im.TypeDesc]) -> list[Hashable]:
    """What tells types apart. Types refer to each other in circles, but not through type arguments."""
    keys: dict[int, Hashable] = {}
    for start in range(len(types)):
        work = [start]
        while work:
            i = work[-1]
            t = types[i]
            args = t.targs if t.kind in (im.STRUCT, im.ENUM) else t.args
            missing = [a for a in args if a not in keys]
            if missing and i not in keys:
                work += missing
                continue
            work.pop()
            if i not in keys:
                keys[i] = (t.kind, t.name, tuple([keys[a] for a in args]))
    return [keys[i] for i in range(len(types))]


def _unique(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    """Key -> its index, for the keys that occur once."""
    found: dict[Hashable, int] = {}
    for i, key in enumerate(keys):
        found[key] = -1 if key in found else i
    return found


def _operands() -> list[list[tuple[int, int, int, str]]]:
    """For each opcode, its operands that name something: (word of the instruction, lowest bit, bits, table)."""
    out: list[list[tuple[int, int, int, str]]] = []
    for op in OPS:
        places: list[tuple[int, int, int, str]] = []
        field = 0
        for kind, _ in op.fields:
            width = WIDTH.get(kind, 1)
            if kind in _TABLES:
                word, at = divmod(field + 1, 4) if field < 3 else (1, field - 3)
                places.append((word, 16 * at, 16 * width, _TABLES[kind]))
            field += width
        out.append(places)
    return out


_OPERANDS = _operands()
