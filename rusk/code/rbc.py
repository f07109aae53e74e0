"""`encode` and `decode`: images as the bytes of ``.rbc`` files (``docs/language/08-host.md`` §13).

All integers are little-endian; a count is a u32. A file is

    magic, major u16, minor u16
    code      count, words u64
    lines     count of pairs, pairs i32 i32
    ints      count, i32 ...                  tuples of indices and line starts of all tables, one after the other
    strings   count, lengths u32 ... in characters; size, all strings together in UTF-8
    blobs     count, lengths u32 ... in bytes; size, all blobs together
    tables    count, rows: see the formats below

A row holds the numbers of its record and the lengths of its tuples. Strings, blobs, integers, variants and clauses are not referred to by
index: each record takes those that come next. So decoding is a few bulk reads, and an image has exactly one encoding.

Whether the indices make sense is the verifier's business; any image comes out of `decode`, or a `LoadError`.
"""

from __future__ import annotations

import sys
from array import array
from struct import Struct

from rusk.code.errors import LoadError
from rusk.code.image import (
    DIRECT,
    E_REF,
    FLOAT,
    INT,
    O_BYTES,
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Final, TypeVar

    T = TypeVar("T")
    Text = TypeVar("Text", str, bytes)

MAGIC: Final = b"RUSKBC0\0"
VERSION: Final = (1, 0)

_SWAP = sys.byteorder == "big"

_COUNT: Final = Struct("<I")
_VERSION: Final = Struct("<HH")

# Row formats. B tags and booleans, i indices, I numbers; the I's at the end are the lengths of the tuples.
_VARIANT: Final = Struct("<I")  # args
_TYPE: Final = Struct("<BBIIIII")  # kind newtype; targs args fields variants shapes
_SHAPE: Final = Struct("<BBiIIiII")  # kind elem type nrefs tag func; fields order
_FUNC: Final = Struct("<BBIIIIiiII")  # kind has_marks start length nx nr ret env cost; params
_CONST: Final = Struct("<Bq")  # type bits
_OBJECT: Final = Struct("<Bi")  # kind shape
_SLOT: Final = Struct("<iII")  # ret; params entries
_TEST: Final = Struct("<iI")  # type; shapes
_SIGNATURE: Final = Struct("<iI")  # ret; params
_CLAUSE: Final = Struct("<iiiiiB")  # op guard arm guard_func arm_func mode
_HANDLER: Final = Struct("<iIiI")  # body_func nclosures ret; clauses
_ENTRY: Final = Struct("<i")  # func
_SOURCE: Final = Struct("<I")  # lines
_LOC: Final = Struct("<iiii")  # source pos func caller

_FUNC_KINDS: Final = ("fn", "closure", "body", "arm", "guard")


# --- writing


def encode(image: Image) -> bytes:
    """The ``.rbc`` file of ``image``. Equal images give equal bytes."""
    ints: array[int] = array("i")
    strings: list[str] = []
    blobs: list[bytes] = []
    tables: list[bytes] = []

    def count(items: Iterable[int]) -> int:
        before = len(ints)
        ints.extend(items)
        return len(ints) - before

    def table(rows: list[bytes]) -> None:
        tables.append(_COUNT.pack(len(rows)))
        tables.extend(rows)

    def variant(v: Variant) -> bytes:
        strings.append(v.name)
        return _VARIANT.pack(count(v.args))

    def type_(t: TypeDesc) -> bytes:
        strings.append(t.name)
        strings.append(t.text)
        strings.extend(t.fields)
        return _TYPE.pack(
            t.kind, t.newtype, count(t.targs), count(t.args), len(t.fields), len(t.variants), count(t.shapes)
        )

    def shape(s: Shape) -> bytes:
        strings.append(s.name)
        return _SHAPE.pack(s.kind, s.elem, s.type, s.nrefs, s.tag, s.func, count(s.fields), count(s.order))

    def func(f: Func) -> bytes:
        strings.append(f.name)
        kind = _FUNC_KINDS.index(f.kind)
        return _FUNC.pack(
            kind, f.has_marks, f.start, f.length, f.nx, f.nr, f.ret, f.env, f.cost, count(f.params)
        )

    def object_(o: ObjConst) -> bytes:
        if isinstance(o.value, str):
            if o.kind == O_STRING:
                strings.append(o.value)
        elif o.kind == O_BYTES:
            blobs.append(o.value)
        return _OBJECT.pack(o.kind, o.shape)

    def slot(s: DispatchSlot) -> bytes:
        strings.append(s.name)
        params = count(s.params)
        for entry in s.entries:
            ints.extend(entry)
        return _SLOT.pack(s.ret, params, len(s.entries))

    def signature(s: Signature) -> bytes:
        strings.append(s.name)
        return _SIGNATURE.pack(s.ret, count(s.params))

    def clause(c: HandlerClause) -> bytes:
        return _CLAUSE.pack(c.op, c.guard, c.arm, c.guard_func, c.arm_func, c.mode)

    def handler(h: Handler) -> bytes:
        return _HANDLER.pack(h.body_func, h.nclosures, h.ret, len(h.clauses))

    def entry(e: Entry) -> bytes:
        strings.append(e.name)
        return _ENTRY.pack(e.func)

    def source(s: SourceFile) -> bytes:
        strings.append(s.path)
        return _SOURCE.pack(count(s.lines))

    table([variant(v) for t in image.types for v in t.variants])
    table([type_(t) for t in image.types])
    table([shape(s) for s in image.shapes])
    table([func(f) for f in image.funcs])
    table([_CONST.pack(c.type, c.bits) for c in image.consts])
    table([object_(o) for o in image.objects])
    table([slot(s) for s in image.slots])
    table([_TEST.pack(t.type, count(t.shapes)) for t in image.tests])
    table([signature(s) for s in image.imports])
    table([signature(s) for s in image.ops])
    table([clause(c) for h in image.handlers for c in h.clauses])
    table([handler(h) for h in image.handlers])
    table([entry(e) for e in image.entries])
    table([source(s) for s in image.sources])
    table([_LOC.pack(p.source, p.pos, p.func, p.caller) for p in image.locs])
    strings.extend(image.loc_names)
    tables.append(_COUNT.pack(len(image.loc_names)))

    # names of files may hold bytes that are no text: such characters become \udcXX
    text = [s.encode("utf-8", "backslashreplace") for s in strings]
    return b"".join(
        (
            MAGIC,
            _VERSION.pack(*VERSION),
            _words(image.code, 1),
            _words(image.lines, 2),
            _words(ints, 1),
            _pieces([len(s.decode()) for s in text], text),
            _pieces([len(b) for b in blobs], blobs),
            *tables,
        )
    )


def _words(words: array[int], per: int) -> bytes:
    """``words`` after their number divided by ``per``."""
    if _SWAP:
        words = words[:]
        words.byteswap()
    return _COUNT.pack(len(words) // per) + words.tobytes()


def _pieces(lengths: list[int], pieces: list[bytes]) -> bytes:
    whole = b"".join(pieces)
    return _words(array("I", lengths), 1) + _COUNT.pack(len(whole)) + whole


# --- reading


class _Reader:
    """What is left of the input, from ``at``."""

    __slots__ = ("data", "at")

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)
        self.at = 0

    def take(self, size: int) -> memoryview:
        """The next ``size`` bytes."""
        start = self.at
        self.at = start + size
        if self.at > len(self.data):
            raise LoadError("unexpected EOF")
        return self.data[start : self.at]

    def count(self) -> int:
        n: int = _COUNT.unpack(self.take(4))[0]
        return n

    def rows(self, row: Struct) -> Iterator[tuple[Any, ...]]:
        return row.iter_unpack(self.take(self.count() * row.size))

    def words(self, code: str, per: int = 1) -> array[int]:
        words: array[int] = array(code)
        words.frombytes(self.take(self.count() * per * words.itemsize))
        if _SWAP:
            words.byteswap()
        return words


def decode(data: bytes) -> Image:
    """The image in the bytes of an ``.rbc`` file; it is not verified.

    Errors: `LoadError` for whatever `encode` does not write (08 §13).
    """
    head = data[: len(MAGIC)]
    if head != MAGIC:
        raise LoadError("unexpected EOF" if MAGIC.startswith(head) else "bad magic")
    r = _Reader(data)
    r.at = len(MAGIC)
    version = _VERSION.unpack(r.take(_VERSION.size))
    if version != VERSION:
        raise LoadError("unsupported rbc version {}.{} (expected {}.{})".format(*version, *VERSION))
    try:
        image = _decode(r)
    except StopIteration:  # a record wants more strings, blobs, variants or clauses than there are
        raise LoadError("invalid length") from None
    if r.at != len(data):
        raise LoadError("trailing bytes")
    return image


def _decode(r: _Reader) -> Image:
    image = Image()
    image.code = r.words("Q")
    image.lines = r.words("i", 2)
    ints = r.words("i")
    at = 0

    def slice_(n: int) -> array[int]:
        nonlocal at
        start = at
        at += n
        if at > len(ints):
            raise LoadError("invalid length")
        return ints[start:at]

    def many(n: int) -> tuple[int, ...]:
        return tuple(slice_(n)) if n else ()

    lengths = r.words("I")
    try:
        text = str(r.take(r.count()), "utf-8")
    except UnicodeDecodeError:
        raise LoadError("invalid UTF-8") from None
    strings = iter(_split(text, lengths))
    lengths = r.words("I")
    blobs = iter(_split(bytes(r.take(r.count())), lengths))

    def variant(nargs: int) -> Variant:
        return Variant(next(strings), many(nargs))

    def type_(
        kind: int, newtype: int, ntargs: int, nargs: int, nfields: int, nvariants: int, nshapes: int
    ) -> TypeDesc:
        t = TypeDesc(_tag(kind, READONLY), next(strings))
        t.text = next(strings)
        t.fields = _next(strings, nfields)
        t.variants = _next(variants, nvariants)
        t.newtype = _bool(newtype)
        t.targs = many(ntargs)
        t.args = many(nargs)
        t.shapes = many(nshapes)
        return t

    def shape(
        kind: int, elem: int, type: int, nrefs: int, tag: int, func: int, nfields: int, norder: int
    ) -> Shape:
        _tag(kind, S_BOX)
        _tag(elem, E_REF)
        fields = many(nfields)
        return Shape(
            kind, type, fields, many(norder), nrefs, tag=tag, elem=elem, func=func, name=next(strings)
        )

    def func(
        kind: int,
        marks: int,
        start: int,
        length: int,
        nx: int,
        nr: int,
        ret: int,
        env: int,
        cost: int,
        nparams: int,
    ) -> Func:
        what = _FUNC_KINDS[_tag(kind, len(_FUNC_KINDS) - 1)]
        return Func(next(strings), what, start, length, nx, nr, many(nparams), ret, env, cost, _bool(marks))

    def const(type: int, bits: int) -> Const:
        if type != INT and type != FLOAT:
            raise LoadError("invalid tag")
        return Const(type, bits)

    def object_(kind: int, shape: int) -> ObjConst:
        value: str | bytes = b""
        if _tag(kind, O_OBJECT) == O_STRING:
            value = next(strings)
        elif kind == O_BYTES:
            value = next(blobs)
        return ObjConst(kind, value, shape)

    def slot(ret: int, nparams: int, nentries: int) -> DispatchSlot:
        params = many(nparams)
        flat = slice_(2 * nentries)
        return DispatchSlot(next(strings), params, ret, tuple(zip(flat[::2], flat[1::2], strict=True)))

    def signature(ret: int, nparams: int) -> Signature:
        return Signature(next(strings), many(nparams), ret)

    def clause(op: int, guard: int, arm: int, guard_func: int, arm_func: int, mode: int) -> HandlerClause:
        return HandlerClause(op, guard, arm, guard_func, arm_func, _tag(mode, DIRECT))

    def handler(body_func: int, nclosures: int, ret: int, nclauses: int) -> Handler:
        return Handler(body_func, nclosures, ret, _next(clauses, nclauses))

    variants = iter([variant(*row) for row in r.rows(_VARIANT)])
    image.types = [type_(*row) for row in r.rows(_TYPE)]
    image.shapes = [shape(*row) for row in r.rows(_SHAPE)]
    image.funcs = [func(*row) for row in r.rows(_FUNC)]
    image.consts = [const(*row) for row in r.rows(_CONST)]
    image.objects = [object_(*row) for row in r.rows(_OBJECT)]
    image.slots = [slot(*row) for row in r.rows(_SLOT)]
    image.tests = [IsTest(type, many(nshapes)) for type, nshapes in r.rows(_TEST)]
    image.imports = [signature(*row) for row in r.rows(_SIGNATURE)]
    image.ops = [signature(*row) for row in r.rows(_SIGNATURE)]
    clauses = iter([clause(*row) for row in r.rows(_CLAUSE)])
    image.handlers = [handler(*row) for row in r.rows(_HANDLER)]
    image.entries = [Entry(next(strings), func) for (func,) in r.rows(_ENTRY)]
    image.sources = [SourceFile(next(strings), slice_(nlines)) for (nlines,) in r.rows(_SOURCE)]
    image.locs = [Loc(*row) for row in r.rows(_LOC)]
    image.loc_names = list(_next(strings, r.count()))
    if at != len(ints) or any(next(rest, None) is not None for rest in (strings, blobs, variants, clauses)):
        raise LoadError("invalid length")
    return image


def _split(whole: Text, lengths: array[int]) -> list[Text]:
    """``whole`` in pieces of these lengths."""
    if sum(lengths) != len(whole):
        raise LoadError("invalid length")
    pieces = []
    at = 0
    for n in lengths:
        pieces.append(whole[at : at + n])
        at += n
    return pieces


def _next(items: Iterator[T], n: int) -> tuple[T, ...]:
    """The next ``n`` items."""
    return tuple([next(items) for _ in range(n)]) if n else ()


def _tag(tag: int, last: int) -> int:
    if tag > last:
        raise LoadError("invalid tag")
    return tag


def _bool(byte: int) -> bool:
    if byte > 1:
        raise LoadError("invalid bool byte")
    return byte == 1
