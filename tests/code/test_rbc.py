"""`rusk.code.rbc`: ``docs/language/08-host.md`` §13."""

from array import array
from hashlib import sha256
from struct import pack

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rusk.code import image as im
from rusk.code import rbc
from rusk.code.errors import LoadError
from rusk.code.opcodes import OPS
from rusk.code.rbc import decode, encode


def sample() -> im.Image:
    """An image with something in every table (it would not verify)."""
    i = im.Image()
    i.code = array("Q", [0, 1, 2**64 - 1, 0x0004_0003_0002_0001])
    i.types += [
        im.TypeDesc(im.ARRAY, args=(im.INT,), text="[int]", shapes=(4,)),
        im.TypeDesc(
            im.STRUCT, "m::P", (im.INT, im.STRING), text="P", targs=(im.INT,), fields=("x", "né"), shapes=(5,)
        ),
        im.TypeDesc(im.STRUCT, "m::N", (im.INT,), newtype=True, fields=("0",), shapes=(-1,)),
        im.TypeDesc(
            im.ENUM, "m::E", variants=(im.Variant("A"), im.Variant("B", (im.INT, im.FLOAT))), shapes=(-1, 6)
        ),
        im.TypeDesc(im.ENUM, "m::F", variants=(im.Variant("A", (im.BOOL,)),), shapes=(-1,)),
        im.TypeDesc(im.FN, args=(im.INT, im.UNIT), text="fn(int)"),
    ]
    i.shapes += [
        im.Shape(im.S_ARRAY, 9, elem=im.E_REF),
        im.Shape(im.S_STRUCT, 10, (im.STRING, im.INT), (1, 0), 1, name="P"),
        im.Shape(im.S_VARIANT, 12, (im.INT, im.FLOAT), (0, 1), tag=1),
        im.Shape(im.S_CLOSURE, 14, func=1, name="closure"),
    ]
    i.funcs = [
        im.Func("m::main", "fn", 0, 2, 3, 4, (im.INT, im.STRING), im.UNIT),
        im.Func("m::main::{closure}", "closure", 2, 2, 70000, 0, (), -1, 7, 2**31 - 1, True),
    ]
    i.consts = [im.Const(im.INT, -(2**63)), im.Const(im.FLOAT, 2**63 - 1)]
    i.objects = [
        im.ObjConst(im.O_STRING, "a\0ß𝔸"),
        im.ObjConst(im.O_BYTES, b"\0\xff"),
        im.ObjConst(im.O_OBJECT, shape=7),
        im.ObjConst(im.O_BYTES, b""),
        im.ObjConst(im.O_STRING, ""),
    ]
    i.slots = [
        im.DispatchSlot("I.f", (im.INT,), im.BOOL, ((5, 0), (6, 1))),
        im.DispatchSlot("I.g", (), im.INT, ()),
    ]
    i.tests = [im.IsTest(10, (5,)), im.IsTest(12, ())]
    i.imports = [im.Signature("app::now", (), im.INT)]
    i.ops = [im.Signature("m::E.op", (im.INT, im.STRING), im.NEVER)]
    clauses = (im.HandlerClause(0, -1, 1, -1, 1, im.ABORT), im.HandlerClause(0, 0, 2, 1, 0, im.DIRECT))
    i.handlers = [im.Handler(1, 3, im.INT, clauses), im.Handler(0, 0, im.UNIT, ())]
    i.entries = [im.Entry("main", 0), im.Entry("other", 1)]
    i.sources = [im.SourceFile("dir/ü.rusk", array("i", [0, 10, 25])), im.SourceFile("", array("i"))]
    i.locs = [im.Loc(0, 12), im.Loc(1, 2**31 - 1, 1, 0)]
    i.loc_names = ["inlined", "m::other"]
    i.lines = array("i", [0, 0, 2, 1, 3, -1])
    return i


def plain(x: object) -> object:
    """``x`` as nested tuples, for comparing."""
    if isinstance(x, (list, tuple)):
        return [plain(y) for y in x]
    if isinstance(x, array):
        return (x.typecode, x.tolist())
    if isinstance(x, rbc.Locs):
        return plain(list(x))
    slots = getattr(type(x), "__slots__", None)
    return (type(x), [(name, plain(getattr(x, name))) for name in slots]) if slots else (type(x), x)


DATA = encode(sample())


def changed(at: int, new: bytes) -> bytes:
    return DATA[:at] + new + DATA[at + len(new) :]


def fails(data: bytes, text: str) -> None:
    with pytest.raises(LoadError) as e:
        decode(data)
    assert str(e.value) == text


@pytest.mark.parametrize("image", [sample(), im.Image()], ids=["full", "empty"])
def test_round_trip(image: im.Image) -> None:
    assert all(getattr(sample(), name) for name in im.Image.__slots__)
    data = encode(image)
    again = decode(data)
    assert plain(again) == plain(image)
    assert encode(again) == data == encode(image)


def test_header() -> None:
    sizes = [len(getattr(sample(), name)) for name in rbc._TABLES]
    assert sorted(rbc._TABLES) == sorted(im.Image.__slots__)
    head = b"RUSKBC0\0\x03\0\0\0" + pack("<16i", *sizes)
    assert DATA.startswith(head + pack("<4Q", 0, 1, 2**64 - 1, 0x0004_0003_0002_0001))


def test_every_prefix() -> None:
    for n in range(len(DATA)):
        fails(DATA[:n], "unexpected EOF")


def test_header_errors() -> None:
    fails(b"RUSKBC1\0", "bad magic")
    fails(b"#", "bad magic")
    fails(changed(8, b"\1"), "unsupported rbc version 1.0 (expected 3.0)")
    fails(changed(8, b"\2\0\7\1"), "unsupported rbc version 2.263 (expected 3.0)")
    fails(DATA + b"\0", "trailing bytes")


def broken(table: str, index: int, field: str, value: object) -> bytes:
    """The sample with a field that `encode` would not get from the generator."""
    i = sample()
    setattr(getattr(i, table)[index], field, value)
    return encode(i)


@pytest.mark.parametrize(
    "table, index, field, value",
    [
        ("types", 9, "kind", 18),
        ("shapes", 4, "kind", 11),
        ("shapes", 4, "elem", 3),
        ("consts", 0, "type", 18),
        ("objects", 2, "kind", 4),
    ],
)
def test_tags(table: str, index: int, field: str, value: object) -> None:
    fails(broken(table, index, field, value), "invalid tag")


def test_more_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    i = sample()
    i.handlers[0].clauses[0].mode = 3
    fails(encode(i), "invalid tag")
    with monkeypatch.context() as m:
        m.setattr(rbc, "_FUNC_KINDS", ("fn", "closure", "body", "arm", "guard", "more"))
        data = broken("funcs", 0, "kind", "more")
    fails(data, "invalid tag")


def test_bools() -> None:
    fails(broken("types", 10, "newtype", 2), "invalid bool byte")
    fails(broken("funcs", 0, "has_marks", 255), "invalid bool byte")


def test_utf8() -> None:
    at = DATA.index("né".encode()) + 1
    fails(changed(at, b"\xff"), "invalid UTF-8")
    fails(changed(DATA.index("𝔸".encode()), b"\xed\xa0\x80a"), "invalid UTF-8")


@pytest.mark.parametrize("at", range(12, 76, 4))
def test_long_tables(at: int) -> None:
    for size in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff"):
        fails(changed(at, size), "unexpected EOF")


def test_long_lengths() -> None:
    at = DATA.index(pack("<3I", 7, 8, 15))  # characters of the names of places, bytes of both
    fails(changed(at, b"\x08"), "invalid string length")
    fails(changed(at, b"\x06"), "invalid string length")
    fails(changed(at + 4, b"\xff\xff\xff\xff"), "unexpected EOF")
    fails(changed(at + 8, b"\xff\xff\xff\xff"), "unexpected EOF")
    fails(changed(at + 8, b"\xff\xff\xff\x7f"), "unexpected EOF")
    at = DATA.index(pack("<2I", 4, 0) + pack("<4I", 5, 0, 6, 1))  # entries of the slots
    fails(changed(at, b"\x03"), "invalid length")


def test_names_that_are_no_text() -> None:
    data = encode_path("a\udcff.rusk")
    assert decode(data).sources[0].path == "a\\udcff.rusk"
    assert encode(decode(data)) == data


def encode_path(path: str) -> bytes:
    i = im.Image()
    i.sources = [im.SourceFile(path, array("i", [0]))]
    return encode(i)


def test_big_endian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rbc, "_SWAP", not rbc._SWAP)
    i = sample()
    data = encode(i)
    assert i.code == sample().code
    assert data[12:16] == bytes(3) + b"\4" and data[76:92] == bytes(15) + b"\1"
    assert plain(decode(data)) == plain(i)


def check(data: bytes) -> None:
    """Nothing but an image, which has no other encoding, or `LoadError`."""
    try:
        image = decode(data)
    except LoadError:
        return
    assert encode(image) == data


def test_every_byte() -> None:
    for at in range(len(DATA)):
        for new in (0, 1, 2, 127, 128, 255, DATA[at] + 1 & 255, DATA[at] - 1 & 255):
            check(DATA[:at] + bytes((new,)) + DATA[at + 1 :])


_edits = st.lists(
    st.tuples(
        st.integers(0, len(DATA)),
        st.integers(0, 8),
        st.binary(max_size=8)
        | st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\1\0\0\0", b"\0\0\0\0"]),
    ),
    max_size=5,
)


@settings(max_examples=1000, deadline=None)
@given(_edits)
@example([])
def test_mutations(edits: list[tuple[int, int, bytes]]) -> None:
    data = DATA
    for at, drop, new in edits:
        data = data[:at] + new + data[at + drop :]
    check(data)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check(data)
    check(DATA[:12] + data)


#: digest of names and formats of all opcodes, for `rbc.VERSION`
OPCODES = "fe6d92d0c8af8e7e"


def test_version_stands_for_the_instructions() -> None:
    """Programs of another instruction set must not be taken for ones of this. Until the first release it is enough to put the new digest here."""
    table = "\n".join(f"{op.name} {op.format}" for op in OPS)
    assert sha256(table.encode()).hexdigest()[:16] == OPCODES, (
        "opcodes have changed: raise rbc.VERSION, and put the new digest here"
    )
