"""``.rbc`` files: images as bytes (``docs/language/08-host.md`` §13).

    magic, version, number of entries of each table; then the tables, column by column

A column is one field of all entries of a table. Encodings, all little-endian and without padding:

    bytes       one byte an entry, for tags and bools
    ints        32 bits an entry, signed; words: 64 bits
    lists       ints with the length of each entry, then their elements one after the other, as ints
    strings     ints with the length of each entry in characters; the length of all together in bytes; UTF-8

So everything is read in bulk, and every image has one encoding. What the numbers mean, and whether they are in range, is the verifier's business.
"""

from __future__ import annotations

import sys
from array import array
from itertools import accumulate

from rusk.code.errors import LoadError
from rusk.code.image import (
    DIRECT,
    E_REF,
    O_BYTES,
    O_CONT,
    O_OBJECT,
    O_STRING,
    READONLY,
    S_BOX,
    Const,
    DispatchSlot,
    Entry,
    Func,
    Handler,
    HandlerClause,
    Image,
    IsTest,
    Loc,
    ObjConst,
    Shape,
    Signature,
    SourceFile,
    TypeDesc,
    Variant,
)

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, Final

MAGIC: Final = b"RUSKBC0\0"

#: (major, minor): any change of the encoding or of the instructions means another version
VERSION: Final = (3, 0)

#: the tables, in the order in which their sizes are written
_TABLES: Final = (
    "code", "types", "shapes", "funcs", "consts", "objects", "slots", "tests", "imports", "ops", "handlers", "entries", "sources", "locs",
    "loc_names", "lines",
)  # fmt: skip

_FUNC_KINDS: Final = ("fn", "closure", "body", "arm", "guard")

_SWAP: Final = sys.byteorder == "big"


class Locs:
    """The places of a decoded image, by column: `Loc` objects are made when asked for, which few are."""

    __slots__ = ("sources", "positions", "funcs", "callers")

    def __init__(
        self, sources: array[int], positions: array[int], funcs: array[int], callers: array[int]
    ) -> None:
        self.sources = sources
        self.positions = positions
        self.funcs = funcs
        self.callers = callers

    def __len__(self) -> int:
        return len(self.sources)

    def __getitem__(self, i: int) -> Loc:
        return Loc(self.sources[i], self.positions[i], self.funcs[i], self.callers[i])

    def __iter__(self) -> Iterator[Loc]:
        return map(Loc, self.sources, self.positions, self.funcs, self.callers)


# --- writing


class _Writer:
    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def bytes(self, values: Iterable[int]) -> None:
        self.parts.append(bytes(values))

    def ints(self, *columns: Iterable[int]) -> None:
        for values in columns:
            self._raw(array("i", values))

    def words(self, values: array[int]) -> None:
        self._raw(values)

    def _raw(self, values: array[int]) -> None:
        if _SWAP:
            values = values[:]
            values.byteswap()
        self.parts.append(values.tobytes())

    def lists(self, values: Sequence[Sequence[int]]) -> None:
        self.ints([len(v) for v in values])
        self.ints([n for v in values for n in v])

    def strings(self, values: Sequence[str]) -> None:
        try:
            data = "".join(values).encode()
        except (
            UnicodeEncodeError
        ):  # names of files may hold bytes that are no text: such characters become \udcXX
            values = [v.encode("utf-8", "backslashreplace").decode() for v in values]
            data = "".join(values).encode()
        self.ints([len(v) for v in values], [len(data)])
        self.parts.append(data)


def encode(image: Image) -> bytes:
    """The ``.rbc`` file of ``image``, which may be any image that passes the verifier."""
    out = _Writer()
    out.parts += (MAGIC, VERSION[0].to_bytes(2, "little"), VERSION[1].to_bytes(2, "little"))
    out.ints([len(getattr(image, name)) for name in _TABLES])
    out.words(image.code)
    _write_types(out, image.types)
    shapes = image.shapes
    out.bytes([s.kind for s in shapes])
    out.bytes([s.elem for s in shapes])
    out.ints(
        [s.type for s in shapes], [s.nrefs for s in shapes], [s.tag for s in shapes], [s.func for s in shapes]
    )
    out.lists([s.fields for s in shapes])
    out.lists([s.order for s in shapes])
    out.strings([s.name for s in shapes])
    funcs = image.funcs
    out.bytes([_FUNC_KINDS.index(f.kind) for f in funcs])
    out.bytes([f.has_marks for f in funcs])
    out.ints(
        [f.start for f in funcs], [f.length for f in funcs], [f.nx for f in funcs], [f.nr for f in funcs]
    )
    out.ints([f.ret for f in funcs], [f.env for f in funcs], [f.cost for f in funcs])
    out.lists([f.params for f in funcs])
    out.lists([f.results for f in funcs])
    out.strings([f.name for f in funcs])
    out.bytes([c.type for c in image.consts])
    out.words(array("q", [c.bits for c in image.consts]))
    _write_objects(out, image.objects)
    _write_calls(out, image)
    out.strings([s.path for s in image.sources])
    out.lists([s.lines for s in image.sources])
    locs = image.locs
    out.ints(
        [p.source for p in locs], [p.pos for p in locs], [p.func for p in locs], [p.caller for p in locs]
    )
    out.strings(image.loc_names)
    out.ints(image.lines)
    return b"".join(out.parts)


def _write_types(out: _Writer, types: list[TypeDesc]) -> None:
    out.bytes([t.kind for t in types])
    out.bytes([t.newtype for t in types])
    out.lists([t.targs for t in types])
    out.lists([t.args for t in types])
    out.lists([t.shapes for t in types])
    out.ints([len(t.fields) for t in types], [len(t.variants) for t in types])
    variants = [v for t in types for v in t.variants]
    out.lists([v.args for v in variants])
    out.strings([t.name for t in types])
    out.strings([t.text for t in types])
    out.strings([f for t in types for f in t.fields])
    out.strings([v.name for v in variants])


def _write_objects(out: _Writer, objects: list[ObjConst]) -> None:
    out.bytes([o.kind for o in objects])
    out.strings([o.value for o in objects if isinstance(o.value, str)])
    data = [o.value for o in objects if o.kind == O_BYTES and isinstance(o.value, bytes)]
    out.ints([len(d) for d in data])
    out.parts += data
    out.ints([o.shape for o in objects if o.kind >= O_OBJECT])


def _write_calls(out: _Writer, image: Image) -> None:
    """Everything by which control leaves a function, and how the host enters."""
    for signatures in (image.slots, image.imports, image.ops):
        out.ints([s.ret for s in signatures])
        out.lists([s.params for s in signatures])
        out.strings([s.name for s in signatures])
    out.bytes([s.external for s in image.ops])
    out.lists([[n for entry in s.entries for n in entry] for s in image.slots])
    out.ints([t.type for t in image.tests])
    out.lists([t.shapes for t in image.tests])
    handlers = image.handlers
    out.ints([h.body_func for h in handlers], [h.nclosures for h in handlers], [h.ret for h in handlers])
    out.ints([len(h.clauses) for h in handlers])
    clauses = [c for h in handlers for c in h.clauses]
    out.bytes([c.mode for c in clauses])
    out.ints([c.op for c in clauses], [c.guard for c in clauses], [c.arm for c in clauses])
    out.ints([c.guard_func for c in clauses], [c.arm_func for c in clauses])
    out.ints([e.func for e in image.entries])
    out.strings([e.name for e in image.entries])


# --- reading


class _Reader:
    """Reads columns; every length is compared with what is left before anything is made of it."""

    __slots__ = ("data", "at")

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)
        self.at = 0

    def take(self, n: int) -> memoryview:
        end = self.at + n
        if end > len(self.data):
            raise LoadError("unexpected EOF")
        out = self.data[self.at : end]
        self.at = end
        return out

    def tags(self, n: int, most: int) -> bytes:
        out = bytes(self.take(n))
        if out and max(out) > most:
            raise LoadError("invalid tag")
        return out

    def bools(self, n: int) -> Iterable[bool]:
        out = bytes(self.take(n))
        if out and max(out) > 1:
            raise LoadError("invalid bool byte")
        return map(bool, out)

    def ints(self, n: int) -> array[int]:
        out = array("i")
        out.frombytes(self.take(4 * n))
        if _SWAP:
            out.byteswap()
        return out

    def words(self, code: str, n: int) -> array[int]:
        out = array(code)
        out.frombytes(self.take(8 * n))
        if _SWAP:
            out.byteswap()
        return out

    def lengths(self, n: int) -> array[int]:
        out = self.ints(n)
        if out and min(out) < 0:
            raise LoadError("unexpected EOF")  # 2 GiB and more: larger than what is left
        return out

    def parts(self, n: int) -> tuple[array[int], Iterable[tuple[int, int]]]:
        """The elements of n lists, and where each begins and ends."""
        lengths = self.lengths(n)
        ends = list(accumulate(lengths))
        return self.ints(ends[-1] if ends else 0), zip([0, *ends], ends, strict=False)

    def lists(self, n: int) -> list[tuple[int, ...]]:
        elements, bounds = self.parts(n)
        flat = tuple(elements)
        return [flat[a:b] for a, b in bounds]

    def strings(self, n: int) -> list[str]:
        ends = list(accumulate(self.lengths(n)))
        data = self.take(self.lengths(1)[0])
        try:
            text = str(data, "utf-8")
        except UnicodeDecodeError:
            raise LoadError("invalid UTF-8") from None
        if len(text) != (ends[-1] if ends else 0):
            raise LoadError("invalid string length")
        return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def decode(data: bytes) -> Image:
    """The image in an ``.rbc`` file. It is **not** verified (`rusk.code.verifier.verify`): nothing may run it before that.

    Errors: `LoadError` for any bytes that are no such file.
    """
    if data[:8] != MAGIC[: len(data)]:
        raise LoadError("bad magic")
    r = _Reader(data)
    r.take(8)
    header = r.take(4)
    version = header[0] | header[1] << 8, header[2] | header[3] << 8
    if version != VERSION:
        got, expected = f"{version[0]}.{version[1]}", f"{VERSION[0]}.{VERSION[1]}"
        raise LoadError(f"unsupported rbc version {got} (expected {expected})")
    size = dict(zip(_TABLES, r.lengths(len(_TABLES)), strict=True))
    image = Image()
    image.code = r.words("Q", size["code"])
    image.types = _read_types(r, size["types"])
    image.shapes = _read_shapes(r, size["shapes"])
    image.funcs = _read_funcs(r, size["funcs"])
    n = size["consts"]
    image.consts = list(map(Const, r.tags(n, READONLY), r.words("q", n)))
    image.objects = _read_objects(r, size["objects"])
    _read_calls(r, image, size)
    n = size["sources"]
    paths = r.strings(n)
    lines, bounds = r.parts(n)
    image.sources = [SourceFile(path, lines[a:b]) for path, (a, b) in zip(paths, bounds, strict=True)]
    n = size["locs"]
    locs: Any = Locs(r.ints(n), r.ints(n), r.ints(n), r.ints(n))
    image.locs = locs
    image.loc_names = r.strings(size["loc_names"])
    image.lines = r.ints(size["lines"])
    if r.at != len(data):
        raise LoadError("trailing bytes")
    return image


def _read_types(r: _Reader, n: int) -> list[TypeDesc]:
    kinds = r.tags(n, READONLY)
    newtypes = r.bools(n)
    targs, args, shapes = r.lists(n), r.lists(n), r.lists(n)
    nfields, nvariants = r.lengths(n), r.lengths(n)
    variant_args = r.lists(sum(nvariants))
    names, texts = r.strings(n), r.strings(n)
    field_names = r.strings(sum(nfields))
    variants = list(map(Variant, r.strings(len(variant_args)), variant_args))
    out = []
    f = v = 0
    for kind, newtype, ta, a, s, nf, nv, name, text in zip(
        kinds, newtypes, targs, args, shapes, nfields, nvariants, names, texts, strict=True
    ):
        t = TypeDesc(kind, name, a, text=text, targs=ta, newtype=newtype, shapes=s)
        t.text = text
        if nf:
            t.fields = tuple(field_names[f : f + nf])
            f += nf
        if nv:
            t.variants = tuple(variants[v : v + nv])
            v += nv
        out.append(t)
    return out


def _read_shapes(r: _Reader, n: int) -> list[Shape]:
    kinds, elems = r.tags(n, S_BOX), r.tags(n, E_REF)
    types, nrefs, tags, funcs = r.ints(n), r.ints(n), r.ints(n), r.ints(n)
    fields, orders = r.lists(n), r.lists(n)
    return [
        Shape(kind, type, f, o, refs, tag=tag, elem=elem, func=func, name=name)
        for kind, elem, type, refs, tag, func, f, o, name in zip(
            kinds, elems, types, nrefs, tags, funcs, fields, orders, r.strings(n), strict=True
        )
    ]


def _read_funcs(r: _Reader, n: int) -> list[Func]:
    kinds = map(_FUNC_KINDS.__getitem__, r.tags(n, len(_FUNC_KINDS) - 1))
    marks = r.bools(n)
    start, length, nx, nr = r.ints(n), r.ints(n), r.ints(n), r.ints(n)
    ret, env, cost = r.ints(n), r.ints(n), r.ints(n)
    params, results = r.lists(n), r.lists(n)
    return list(map(Func, r.strings(n), kinds, start, length, nx, nr, params, ret, env, cost, marks, results))


def _read_objects(r: _Reader, n: int) -> list[ObjConst]:
    kinds = r.tags(n, O_CONT)
    strings = iter(r.strings(kinds.count(O_STRING)))
    blobs = [bytes(r.take(size)) for size in r.lengths(kinds.count(O_BYTES))]
    data = iter(blobs)
    shapes = iter(r.ints(kinds.count(O_OBJECT) + kinds.count(O_CONT)))
    return [
        ObjConst(kind, next(strings))
        if kind == O_STRING
        else ObjConst(kind, next(data))
        if kind == O_BYTES
        else ObjConst(kind, shape=next(shapes))
        for kind in kinds
    ]


def _read_calls(r: _Reader, image: Image, size: dict[str, int]) -> None:
    signatures = []
    for table in ("slots", "imports", "ops"):
        n = size[table]
        ret, params = r.ints(n), r.lists(n)
        signatures.append((r.strings(n), params, ret))
    image.imports = list(map(Signature, *signatures[1]))
    image.ops = list(map(Signature, *signatures[2], r.bools(size["ops"])))
    entries = []
    for flat in r.lists(size["slots"]):
        if len(flat) & 1:
            raise LoadError("invalid length")
        entries.append(tuple(zip(flat[::2], flat[1::2], strict=True)))
    image.slots = list(map(DispatchSlot, *signatures[0], entries))
    n = size["tests"]
    image.tests = list(map(IsTest, r.ints(n), r.lists(n)))
    n = size["handlers"]
    body, nclosures, ret, nclauses = r.ints(n), r.ints(n), r.ints(n), r.lengths(n)
    n = sum(nclauses)
    modes = r.tags(n, DIRECT)
    op, guard, arm, guard_func, arm_func = r.ints(n), r.ints(n), r.ints(n), r.ints(n), r.ints(n)
    clauses = tuple(map(HandlerClause, op, guard, arm, guard_func, arm_func, modes))
    ends = list(accumulate(nclauses))
    parts = [clauses[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    image.handlers = list(map(Handler, body, nclosures, ret, parts))
    n = size["entries"]
    funcs = r.ints(n)
    image.entries = list(map(Entry, r.strings(n), funcs))
