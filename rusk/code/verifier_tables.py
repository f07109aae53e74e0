"""Code verifier, first layer: the tables of an image.

Checks everything but the instruction words, and gathers what checking those needs: `Tables`. Types become *codes*, one int each:

    0 .. 5          scalars, as in `rusk.code.image` (``!``, which has no values, is unit)
    ANY             any reference; also every interface type
    7 .. base - 1   the reference type with this index
    base ..         a closure of shape ``code - base``: a subtype of its function type
    UNDEF           no value
    SEVERAL         the result of a function that returns in several registers
    NOTHING         what a function with result ``!`` returns: no register ever holds it

Two types are equal when their codes are; a view is the type viewed.
"""

from __future__ import annotations

from operator import ge

from rusk.code.errors import LoadError
from rusk.code.image import (
    ABORT,
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CAPTURE,
    CELL,
    CONT,
    DIRECT,
    E_BYTE,
    E_REF,
    E_WORD,
    ENUM,
    FLOAT,
    FN,
    IFACE,
    INT,
    N_BASIC_TYPES,
    NEVER,
    O_BYTES,
    O_CONT,
    O_OBJECT,
    O_STRING,
    READONLY,
    S_ARRAY,
    S_BOX,
    S_CELL,
    S_CLOSURE,
    S_CONT,
    S_STRUCT,
    S_TUPLE,
    S_VARIANT,
    STRING,
    STRUCT,
    TUPLE,
    UNIT,
    Image,
    basic_shapes,
)
from rusk.code.opcodes import RESULTS

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Final, NoReturn

    from rusk.code.image import Handler, Shape, TypeDesc

UNDEF: Final = -1
SEVERAL: Final = -2
NOTHING: Final = -3
ANY: Final = NEVER

#: what 16-bit operands can name
_OPERAND: Final = 0xFFFF

#: what the engine's dispatch tables and test bit sets may take, in entries and bits
_MOST_ENTRIES: Final = 1 << 26
_MOST_BITS: Final = 1 << 31

#: number of ``args`` by kind of type
_ARITY: Final = {ARRAY: 1, CELL: 1, CONT: 2, READONLY: 1, IFACE: 0, ENUM: 0}

#: kind of the shapes of a kind of type
_SHAPE_KINDS: Final = {ARRAY: S_ARRAY, TUPLE: S_TUPLE, STRUCT: S_STRUCT, ENUM: S_VARIANT, CELL: S_CELL}

#: kinds of shapes that a type owns, and names for messages
_OWNED: Final = frozenset(_SHAPE_KINDS.values())

#: the fields of maps, which the engine works on, in order: kind, kind of elements
_MAP: Final = {
    "index": (ARRAY, INT),
    "hashes": (ARRAY, INT),
    "names": (ARRAY, -1),
    "contents": (ARRAY, -1),
    "live": (ARRAY, BOOL),
    "count": (INT, -1),
    "used": (INT, -1),
}

_FUNC_KINDS: Final = frozenset(("fn", "closure", "body", "arm", "guard"))


def fail(text: str) -> NoReturn:
    """Refuse the image."""
    raise LoadError("verification failed: " + text)


class Sig:
    """What a call needs: the codes of the arguments by file, and of the result (UNDEF: it never returns).

    ``more``: for a function with several results, their codes by file; ``ret`` is then `SEVERAL`, which no value has."""

    __slots__ = ("xs", "rs", "ret", "more")

    def __init__(self, xs: list[int], rs: list[int], ret: int) -> None:
        self.xs = xs
        self.rs = rs
        self.ret = ret
        self.more: tuple[list[int], list[int]] | None = None


class Tables:
    """The checked tables.

    ``codes``: type -> code. ``fields``: code of a struct, tuple, cell or closure -> codes of the words of its objects; ``variants``: code of an
    enum -> such lists by tag. ``arrays``: by layout (E_*), code of an array -> code of its elements. ``maps``: code of a map -> code of the array of its keys. ``made``: shape -> code of the objects that
    `New` makes, UNDEF for the others; ``words``: shape -> codes of the words. ``funcs`` ... ``imports``: signatures by index; ``values``: code
    of a function type -> signature. ``handlers``: by index, place of a closure in the window (body first) -> the function it must call;
    ``results``: what they yield. ``bodies``: functions that run handle bodies.
    """

    __slots__ = (
        "image", "base", "codes", "signatures", "fields", "variants", "arrays", "maps", "made", "words", "consts", "objects", "funcs", "values", "slots",
        "imports", "ops", "handlers", "results", "bodies",
    )  # fmt: skip

    def __init__(self, image: Image) -> None:
        self.image = image
        self.base = len(image.types)
        self.codes: list[int] = []
        self.signatures: dict[tuple[Sequence[int], int], Sig] = {}
        self.fields: dict[int, tuple[int, ...]] = {}
        self.variants: dict[int, list[tuple[int, ...]]] = {}
        self.arrays: tuple[dict[int, int], ...] = ({}, {}, {})
        self.maps: dict[int, int] = {}
        self.made: list[int] = []
        self.words: list[tuple[int, ...]] = []
        self.consts: list[int] = []
        self.objects: list[int] = []
        self.funcs: list[Sig] = []
        self.values: dict[int, Sig] = {}
        self.slots: list[Sig] = []
        self.imports: list[Sig] = []
        self.ops: list[Sig] = []
        self.handlers: list[dict[int, int]] = []
        self.results: list[int] = []
        self.bodies: set[int] = set()
        self._types()
        self._shapes()
        self._functions()
        self._closures()
        self._constants()
        self._calls()
        self._handlers()
        self._entries()
        self._places()

    # --- helpers

    def _type(self, index: int, where: str) -> int:
        """The code of type ``index``."""
        if not 0 <= index < self.base:
            fail(f"{where}: type {index} out of range")
        return self.codes[index]

    def _types_of(self, indices: Iterable[int], where: str) -> tuple[int, ...]:
        """The codes of types."""
        codes = self.codes
        try:
            out = [codes[i] for i in indices]
        except IndexError:
            out = [UNDEF]
        if indices and (UNDEF in out or min(indices) < 0):
            fail(f"{where}: type out of range")
        return tuple(out)

    def _sig(self, params: Sequence[int], ret: int, where: str) -> Sig:
        key = (tuple(params), ret)
        sig = self.signatures.get(key)
        if sig is None:
            codes = self._types_of(params, where)
            result = self._type(ret, where)
            sig = Sig(
                [c for c in codes if c < ANY],
                [c for c in codes if c >= ANY],
                UNDEF if self.image.types[ret].kind == NEVER else result,
            )
            self.signatures[key] = sig
        return sig

    def _func(self, index: int, where: str) -> int:
        """A function that may be called without an environment and gives one result."""
        if not 0 <= index < len(self.image.funcs):
            fail(f"{where}: function {index} out of range")
        if self.image.funcs[index].env >= 0:
            fail(f"{where}: function {index} needs an environment")
        if self.image.funcs[index].results:
            fail(f"{where}: function {index} has several results")
        return index

    def _unique(self, names: Sequence[object], where: str) -> None:
        if len(set(names)) != len(names):
            fail(f"{where}: duplicate name")

    # --- types

    def _types(self) -> None:
        types = self.image.types
        n = len(types)
        if [t.kind for t in types[:N_BASIC_TYPES]] != list(range(N_BASIC_TYPES)):
            fail("types: the basic types are missing")
        for i, t in enumerate(types[:N_BASIC_TYPES]):
            if t.args or t.targs or t.fields or t.variants or t.shapes:
                fail(f"type {i}: a basic type with parts")
        for i in range(N_BASIC_TYPES, n):
            t = types[i]
            if not ARRAY <= t.kind <= READONLY:
                fail(f"type {i}: invalid kind")
            used = (
                (*t.args, *t.targs, *[a for v in t.variants for a in v.args])
                if t.variants
                else t.args + t.targs
            )
            if used and not (min(used) >= 0 and max(used) < n):
                fail(f"type {i}: type out of range")
            arity = _ARITY.get(t.kind)
            if arity is not None and len(t.args) != arity or t.kind == FN and not t.args:
                fail(f"type {i}: wrong number of parts")
            if len(t.fields) != (len(t.args) if t.kind == STRUCT else 0):
                fail(f"type {i}: wrong number of field names")
            if t.variants and t.kind != ENUM or len(t.variants) > _OPERAND + 1:
                fail(f"type {i}: wrong number of variants")
            if t.kind == READONLY and types[t.args[0]].kind == READONLY:
                fail(f"type {i}: view of a view")
            if len(t.shapes) != (len(t.variants) if t.kind == ENUM else t.kind in _SHAPE_KINDS):
                fail(f"type {i}: wrong number of shapes")
            if t.fields:
                self._unique(t.fields, f"type {i}")
            if t.variants:
                self._unique([v.name for v in t.variants], f"type {i}")
        self._nominals()
        codes = list(range(n))
        codes[NEVER] = UNIT
        for i in range(N_BASIC_TYPES, n):
            if types[i].kind == IFACE:
                codes[i] = ANY
        for i in range(N_BASIC_TYPES, n):
            if types[i].kind == READONLY:
                codes[i] = codes[types[i].args[0]]
        self.codes = codes

    def _nominals(self) -> None:
        """Structs and enums have one form under each name, whatever their arguments; those that the host knows have the form it expects."""
        types = self.image.types
        # the argument of a generic type may be a view, which only the text shows
        self._unique([(t.text, t.targs) for t in types if t.kind == STRUCT or t.kind == ENUM], "types")
        forms: dict[str, object] = {}
        for i, t in enumerate(types):
            if t.kind != STRUCT and t.kind != ENUM:
                continue
            variants = [(v.name, len(v.args)) for v in t.variants]
            form = (t.kind, t.newtype, t.fields, variants)
            if forms.setdefault(t.name, form) != form:
                fail(f"type {i}: another form than that of the same name")
            if not all(
                [part.isidentifier() for part in (*t.name.split("::"), *[v.name for v in t.variants])]
            ):
                fail(f"type {i}: invalid name")
            if t.newtype and len(t.fields) != 1:
                fail(f"type {i}: a newtype with other than one field")
            if t.name == "core::option::Option":
                known = sorted(variants) == [("None", 0), ("Some", 1)]
            elif t.name == "core::result::Result":
                known = sorted(variants) == [("Err", 1), ("Ok", 1)]
            elif t.name == "core::map::Map":
                known = t.fields == tuple(_MAP) and all(
                    [self._is(part, _MAP[field]) for field, part in zip(t.fields, t.args, strict=True)]
                )
            else:
                continue
            if not known:
                fail(f"type {i}: not the form of {t.name}")

    def fits(self, have: int, want: int) -> bool:
        """Whether a reference of type ``have`` may stand where a ``want`` is needed: a function that never returns serves for any result (02 §3)."""
        types, codes = self.image.types, self.codes
        for _ in range(len(types)):
            if have == want:
                return True
            a, b = types[have], types[want]
            if (
                a.kind != FN
                or b.kind != FN
                or [codes[t] for t in a.args[:-1]] != [codes[t] for t in b.args[:-1]]
            ):
                return False
            if types[a.args[-1]].kind == NEVER:
                return True
            have, want = codes[a.args[-1]], codes[b.args[-1]]
        return False

    def _is(self, type: int, want: tuple[int, int]) -> bool:
        """Whether a type has this kind and, for arrays, elements of this kind (-1: any)."""
        t = self.image.types[type]
        return t.kind == want[0] and (want[1] < 0 or self.image.types[t.args[0]].kind == want[1])

    # --- shapes

    def _shapes(self) -> None:
        shapes = self.image.shapes
        types = self.image.types
        basic = basic_shapes()
        if [(s.kind, s.type) for s in shapes[: len(basic)]] != [(s.kind, s.type) for s in basic]:
            fail("shapes: the basic shapes are missing")
        made = self.made = [UNDEF] * len(shapes)
        words: list[tuple[int, ...]] = [()] * len(shapes)
        self.words = words
        base = self.base
        for i, s in enumerate(shapes):
            if i < len(basic):
                if s.fields or s.order or s.nrefs or s.nscalars or s.tag or s.elem or s.func != -1:
                    fail(f"shape {i}: a basic shape with fields")
                continue
            where = f"shape {i}"
            kind = s.kind
            if not S_STRUCT <= kind <= S_BOX:
                fail(f"{where}: invalid kind")
            code = self._type(s.type, where)
            fields = words[i] = self._types_of(s.fields, where) if s.fields else ()
            nrefs = s.nrefs
            if not 0 <= nrefs <= len(fields) or s.nscalars != len(fields) - nrefs:
                fail(f"{where}: wrong number of words")
            for n, f in enumerate(fields):
                if (f >= ANY) != (n < nrefs):
                    fail(f"{where}: references and scalars out of order")
            if len(s.order) != len(fields) or len(fields) > 0 and sorted(s.order) != list(range(len(fields))):
                fail(f"{where}: invalid order of words")
            if s.elem != E_WORD and kind != S_ARRAY or s.func != -1 and kind != S_CLOSURE:
                fail(f"{where}: not for this kind of shape")
            if kind in _OWNED:
                t = types[s.type]
                if _SHAPE_KINDS.get(t.kind) != kind:
                    fail(f"{where}: wrong kind of type")
                if not 0 <= s.tag < len(t.shapes) or t.shapes[s.tag] != i:
                    fail(f"{where}: not the shape of its type")
                self._layout(where, s, t, code, fields)
                if kind != S_ARRAY:
                    made[i] = code
            elif kind == S_BOX:
                if fields != (code,) or code >= ANY or s.tag:
                    fail(f"{where}: not a box of its type")
                made[i] = ANY
            else:
                if types[s.type].kind != FN or s.tag:
                    fail(f"{where}: not a closure of its type")
                made[i] = base + i
                self.fields[base + i] = fields
        for i, t in enumerate(types):
            if t.shapes:
                self._owner(i, t)

    def _layout(self, where: str, s: Shape, t: TypeDesc, code: int, fields: tuple[int, ...]) -> None:
        """A shape that belongs to a type holds what the type says."""
        parts = t.variants[s.tag].args if t.kind == ENUM else t.args
        if t.kind == ARRAY:
            elem = self.codes[parts[0]]
            layout = E_REF if elem >= ANY else E_BYTE if elem == BOOL or elem == BYTE else E_WORD
            if s.elem != layout or fields:
                fail(f"{where}: wrong layout of elements")
            self.arrays[layout][code] = elem
            return
        if len(parts) != len(fields):
            fail(f"{where}: wrong number of fields")
        for part, word in zip(parts, s.order, strict=True):
            if self.codes[part] != fields[word]:
                fail(f"{where}: wrong type of a field")
        if t.kind != ENUM:
            self.fields[code] = fields
        if t.name == "core::map::Map":
            if s.order != tuple(range(len(_MAP))):
                fail(f"{where}: not the layout of {t.name}")
            self.maps[code] = fields[2]

    def _owner(self, index: int, t: TypeDesc) -> None:
        shapes = self.image.shapes
        kind = _SHAPE_KINDS[t.kind]
        for tag, s in enumerate(t.shapes):
            if not 0 <= s < len(shapes):
                fail(f"type {index}: shape {s} out of range")
            shape = shapes[s]
            if shape.kind != kind or shape.type != index or shape.tag != tag:
                fail(f"type {index}: shape {s} belongs to another type")
        if t.kind == ENUM:
            self.variants[index] = [self.words[s] for s in t.shapes]

    # --- functions

    def _functions(self) -> None:
        image = self.image
        start = 0
        for i, f in enumerate(image.funcs):
            where = f"function {i}"
            if f.kind not in _FUNC_KINDS:
                fail(f"{where}: invalid kind")
            if f.start != start or f.length < 1:
                fail(f"{where}: its code does not follow that of the function before")
            start += f.length
            sig = self._sig(f.params, f.ret, where)
            if f.results:
                sig = self._several(f.results, sig, where)
            self.funcs.append(sig)
            if not (0 <= f.nx <= _OPERAND and 0 <= f.nr <= _OPERAND):
                fail(f"{where}: too many registers")
            if len(sig.xs) > f.nx or len(sig.rs) + (f.env >= 0) > f.nr:
                fail(f"{where}: more parameters than registers")
            if not 1 <= f.cost <= 0x7FFFFFFF:
                fail(f"{where}: invalid cost")
            if f.env >= 0:
                if f.env >= len(image.shapes):
                    fail(f"{where}: shape {f.env} out of range")
                shape = image.shapes[f.env]
                if shape.kind != S_CLOSURE or shape.func != i:
                    fail(f"{where}: its environment is not a closure of it")
            elif f.env != -1:
                fail(f"{where}: shape {f.env} out of range")
        if start != len(image.code):
            fail("code outside of the functions")

    def _several(self, results: tuple[int, ...], sig: Sig, where: str) -> Sig:
        """The signature of a function with several results."""
        codes = self._types_of(results, where)
        if len(results) > RESULTS:
            fail(f"{where}: too many results")
        if any([self.image.types[t].kind in (UNIT, NEVER) for t in results]):
            fail(f"{where}: a result without content")
        out = Sig(sig.xs, sig.rs, SEVERAL)
        out.more = [c for c in codes if c < ANY], [c for c in codes if c >= ANY]
        return out

    def _closures(self) -> None:
        """Every value of a function type can be called by it."""
        image = self.image
        codes = self.codes
        for i, t in enumerate(image.types):
            if t.kind == FN:
                self.values[i] = self._sig(t.args[:-1], t.args[-1], "types")
        for i, s in enumerate(image.shapes):
            if s.kind != S_CLOSURE:
                continue
            if not 0 <= s.func < len(image.funcs):
                fail(f"shape {i}: function {s.func} out of range")
            f = image.funcs[s.func]
            if f.results:
                fail(f"shape {i}: function {s.func} has several results")
            args = image.types[s.type].args
            if [codes[p] for p in (*f.params, f.ret)] != [codes[a] for a in args]:
                fail(f"shape {i}: function {s.func} has another type")
            if f.env >= 0 and f.env != i:
                fail(f"shape {i}: function {s.func} expects another environment")

    # --- constants

    def _constants(self) -> None:
        image = self.image
        for i, c in enumerate(image.consts):
            if c.type != INT and c.type != FLOAT:
                fail(f"constant {i}: neither int nor float")
            self.consts.append(c.type)
        for i, o in enumerate(image.objects):
            if o.kind == O_STRING and isinstance(o.value, str):
                self.objects.append(STRING)
            elif o.kind == O_BYTES and isinstance(o.value, bytes):
                self.objects.append(BYTES)
            elif o.kind == O_CONT:
                code = self._type(o.shape, f"object {i}")
                if image.types[code].kind != CONT:
                    fail(f"object {i}: not the type of a continuation")
                self.objects.append(code)
            else:
                if o.kind != O_OBJECT or not 0 <= o.shape < len(image.shapes):
                    fail(f"object {i}: invalid")
                s = image.shapes[o.shape]
                if s.kind not in (S_CLOSURE, S_VARIANT) or s.fields:
                    fail(f"object {i}: not a constant")
                self.objects.append(self.made[o.shape])

    # --- calls

    def _calls(self) -> None:
        image = self.image
        self._unique([s.name for s in image.imports], "imports")
        for i, s in enumerate(image.imports):
            self.imports.append(self._sig(s.params, s.ret, f"import {i}"))
        for i, s in enumerate(image.ops):
            self.ops.append(self._sig(s.params, s.ret, f"operation {i}"))
        span = 0
        for i, slot in enumerate(image.slots):
            where = f"slot {i}"
            sig = self._sig(slot.params, slot.ret, where)
            self.slots.append(Sig(sig.xs, [ANY, *sig.rs], sig.ret))
            ret = self.codes[slot.ret]
            params = [self.codes[p] for p in slot.params]
            last = 0
            for shape, func in slot.entries:
                if not last < shape < len(image.shapes):
                    fail(f"{where}: shape {shape} out of range or out of order")
                last = shape
                f = image.funcs[self._func(func, where)]
                own = [self.codes[p] for p in f.params]
                if own[1:] != params or self.codes[f.ret] != ret:
                    fail(f"{where}: function {func} has another signature")
                if not own or own[0] != ANY and own[0] != self._receiver(shape):
                    fail(f"{where}: function {func} takes another receiver than shape {shape}")
            if slot.entries:
                span += last - slot.entries[0][0] + 1
        if span > _MOST_ENTRIES:
            fail("dispatch tables too large")
        if len(image.tests) * len(image.shapes) > _MOST_BITS:
            fail("too many type tests")
        for i, test in enumerate(image.tests):
            code = self._type(test.type, f"test {i}")
            last = 0
            for shape in test.shapes:
                if not last < shape < len(image.shapes):
                    fail(f"test {i}: shape {shape} out of range or out of order")
                last = shape
                if code != ANY and self._behind(shape) != code:
                    fail(f"test {i}: shape {shape} is of another type")

    def _behind(self, shape: int) -> int:
        """The code of the type whose values have ``shape`` behind an interface; UNDEF: none."""
        s = self.image.shapes[shape]
        return UNDEF if s.kind == S_CONT else self.codes[s.type]

    def _receiver(self, shape: int) -> int:
        """The type that a dispatched function may give its receiver."""
        return ANY if self.image.shapes[shape].kind == S_BOX else self._behind(shape)

    # --- handlers

    def _handlers(self) -> None:
        for i, h in enumerate(self.image.handlers):
            self._handler(f"handler {i}", h)

    def _handler(self, where: str, h: Handler) -> None:
        image = self.image
        ret = self._type(h.ret, where)
        if not 0 <= h.nclosures <= _OPERAND:
            fail(f"{where}: invalid number of closures")
        wanted: dict[int, int] = {}
        self._closure(where, wanted, 0, h.body_func, (), ret)
        self.bodies.add(h.body_func)
        for c in h.clauses:
            if not 0 <= c.op < len(image.ops):
                fail(f"{where}: operation {c.op} out of range")
            op = image.ops[c.op]
            params = tuple([self.codes[p] for p in op.params])
            answer = self.codes[op.ret]
            if c.guard == -1:
                if c.guard_func != -1:
                    fail(f"{where}: a guard without closure")
            elif 0 <= c.guard < h.nclosures:
                self._closure(where, wanted, c.guard + 1, c.guard_func, params, BOOL)
            else:
                fail(f"{where}: closure {c.guard} out of range")
            if not 0 <= c.arm < h.nclosures:
                fail(f"{where}: closure {c.arm} out of range")
            if c.mode == ABORT:
                self._closure(where, wanted, c.arm + 1, c.arm_func, params, ret)
            elif c.mode == CAPTURE:
                self._closure(where, wanted, c.arm + 1, c.arm_func, params, ret, answer)
            elif c.mode == DIRECT:
                self._closure(where, wanted, c.arm + 1, c.arm_func, params, answer)
            else:
                fail(f"{where}: invalid mode")
        self.handlers.append(wanted)
        self.results.append(UNDEF if image.types[h.ret].kind == NEVER else ret)

    def _closure(
        self,
        where: str,
        wanted: dict[int, int],
        at: int,
        func: int,
        params: tuple[int, ...],
        ret: int,
        resumed: int = UNDEF,
    ) -> None:
        """Closure ``at`` of the window is one of ``func``: fn(params) -> ret, or fn(params, cont(resumed) -> ret) -> ret."""
        image = self.image
        if not 0 <= func < len(image.funcs):
            fail(f"{where}: function {func} out of range")
        if wanted.setdefault(at, func) != func:
            fail(f"{where}: a closure with two functions")
        f = image.funcs[func]
        if f.results:
            fail(f"{where}: function {func} has several results")
        own = [self.codes[p] for p in f.params]
        if resumed != UNDEF:
            k = image.types[own.pop()] if own and own[-1] >= N_BASIC_TYPES else None
            if k is None or k.kind != CONT or [self.codes[a] for a in k.args] != [resumed, ret]:
                fail(f"{where}: function {func} does not take the continuation")
        if tuple(own) != params or self.codes[f.ret] != ret:
            fail(f"{where}: function {func} has another signature")

    # --- what the host sees

    def _entries(self) -> None:
        image = self.image
        barred = self._barred()
        for s in image.imports:
            for t in (*s.params, s.ret):
                if barred[t]:
                    fail(f"import `{s.name}`: a type that may not cross the boundary")
        external = [s for s in image.ops if s.external]
        self._unique([s.name for s in external], "external operations")
        for s in external:
            for t in (*s.params, s.ret):
                if barred[t]:
                    fail(f"external operation `{s.name}`: a type that may not cross the boundary")
        if any([s.external for s in image.imports]):
            fail("imports: not operations")
        self._unique([e.name for e in image.entries], "entry points")
        for e in image.entries:
            f = image.funcs[self._func(e.func, f"entry point `{e.name}`")]
            if e.name == "main":
                types = [image.types[p] for p in f.params]
                if len(types) > 1 or types and (types[0].kind != ARRAY or types[0].args[0] != STRING):
                    fail("entry point `main`: invalid parameters")
            elif any([barred[t] for t in (*f.params, f.ret)]):
                fail(f"entry point `{e.name}`: a type that may not cross the boundary")

    def _barred(self) -> list[bool]:
        """For each type whether it is not boundary-eligible (08 §3): some part of it is not."""
        types = self.image.types
        out = [False] * len(types)
        users: list[list[int]] = [[] for _ in types]
        work = []
        for i, t in enumerate(types):
            if t.kind in (NEVER, FN, IFACE, CELL):
                out[i] = True
                work.append(i)
            else:
                for part in (*t.args, *[a for v in t.variants for a in v.args]):
                    users[part].append(i)
        while work:
            for i in users[work.pop()]:
                if not out[i]:
                    out[i] = True
                    work.append(i)
        return out

    # --- places

    def _places(self) -> None:
        image = self.image
        for i, source in enumerate(image.sources):
            if list(source.lines) != sorted(source.lines) or source.lines and source.lines[0] < 0:
                fail(f"source {i}: lines out of order")
        locs = image.locs
        n = len(locs)
        if n:
            columns = getattr(locs, "sources", None)
            if columns is None:
                sources, funcs, callers = (
                    [p.source for p in locs],
                    [p.func for p in locs],
                    [p.caller for p in locs],
                )
            else:
                sources, funcs, callers = columns, locs.funcs, locs.callers  # type: ignore[attr-defined]
            if min(sources) < 0 or max(sources) >= len(image.sources):
                fail("places: source out of range")
            if min(funcs) < -1 or max(funcs) >= len(image.loc_names):
                fail("places: name out of range")
            if min(callers) < -1 or any(map(ge, callers, range(n))):
                fail("places: inlined into a later place")
        pcs = image.lines[::2]
        places = image.lines[1::2]
        if len(pcs) != len(places):
            fail("line table: odd length")
        if pcs:
            if list(pcs) != sorted(pcs) or pcs[0] < 0 or pcs[-1] >= len(image.code):
                fail("line table: out of order")
            if min(places) < -1 or max(places) >= n:
                fail("line table: place out of range")
