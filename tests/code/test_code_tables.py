"""Types, shapes and tables of images; the listing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from codegen import image_of

from rusk.code import disasm
from rusk.code import image as im
from rusk.code.generator import generate
from rusk.code.tables import Tables
from rusk.mir.concrete import Concrete
from rusk.mir.ir import Block, Function, InlinedLoc, Instance, Instr, Program, cell_type
from rusk.source import Source
from rusk.types import terms
from rusk.types.items import EnumItem, GenericParam, InterfaceItem, Module, StructItem

SOURCE = Source("m.rusk", "one\ntwo\n")
MODULE = Module("m", None, SOURCE, True, False)
DECL: Any = SimpleNamespace(is_pub=True, is_newtype=False, pos=0)


def tables() -> Tables:
    return Tables(Program(), Concrete())


def struct(name: str, *fields: tuple[str, terms.Type], generics: tuple[GenericParam, ...] = ()) -> StructItem:
    item = StructItem(name, MODULE, DECL)
    item.fields = list(fields)
    item.generics = list(generics)
    return item


def test_layout_has_references_first() -> None:
    t = tables()
    point = terms.nominal(
        struct("P", ("x", terms.INT), ("s", terms.STRING), ("u", terms.UNIT), ("a", terms.array(terms.INT)))
    )
    shape = t.image.shapes[t.types.shape(point)]
    assert (shape.nrefs, shape.nscalars) == (2, 2)
    assert shape.order == (2, 0, 3, 1)
    assert [t.image.types[f].text for f in shape.fields] == ["string", "[int]", "int", "unit"]
    desc = t.image.types[t.types.type(point)]
    assert (desc.name, desc.fields) == ("m::P", ("x", "s", "u", "a"))


def test_views_are_erased_but_arguments_keep_theirs() -> None:
    t = tables()
    p = GenericParam("T", 0, 0, 0)
    option = EnumItem("Option", MODULE, DECL)
    option.generics = [p]
    option.variants = [("None", []), ("Some", [terms.param(p)])]
    ints = terms.array(terms.INT)
    view = terms.readonly(ints)
    assert t.types.type(view) == t.types.type(ints)
    assert t.types.type(terms.array(view)) == t.types.type(terms.array(ints))
    assert t.types.type(terms.fn([view], view)) == t.types.type(terms.fn([ints], ints))
    assert t.types.type(cell_type(view)) == t.types.type(cell_type(ints))
    some, some_view = terms.nominal(option, [ints]), terms.nominal(option, [view])
    assert t.types.type(some) != t.types.type(some_view)
    assert t.types.shape(some, 1) != t.types.shape(some_view, 1)
    # the host sees views in fields and signatures
    desc = t.image.types[t.types.type(some_view)]
    assert t.image.types[desc.variants[1].args[0]].kind == im.READONLY
    assert t.image.shapes[desc.shapes[1]].fields == (t.types.type(ints),)
    assert t.types.view(terms.INT) == im.INT


def test_recursive_and_long_chains_of_types() -> None:
    t = tables()
    items = [struct(f"S{n}") for n in range(3000)]
    for n, item in enumerate(items):
        item.fields = [("next", terms.nominal(items[(n + 1) % len(items)]))]
    t.types.type(terms.nominal(items[0]))
    assert len(t.image.types) == im.N_BASIC_TYPES + 3000
    assert all(d.shapes for d in t.image.types[im.N_BASIC_TYPES :])


def test_shapes_behind_an_interface() -> None:
    t = tables()
    enum = EnumItem("E", MODULE, DECL)
    enum.variants = [("A", []), ("B", [terms.INT])]
    assert [t.image.shapes[s].name for s in t.types.shapes_of(terms.nominal(enum))] == ["m::E::A", "m::E::B"]
    assert t.types.shapes_of(terms.STRING) == [im.SHAPE_STRING]
    assert t.types.shapes_of(terms.cont(terms.INT, terms.INT)) == [im.SHAPE_CONT]
    (box,) = t.types.shapes_of(terms.CHAR)
    assert t.image.shapes[box].kind == im.S_BOX
    iface = terms.iface(InterfaceItem("I", MODULE, DECL), [terms.INT])
    assert t.image.types[t.types.type(iface)].name == "m::I<int>"


def test_constants_are_shared() -> None:
    t = tables()
    assert t.const(terms.STRING, "a") is t.const(terms.STRING, "a")
    assert t.const(terms.INT, 1) is not t.const(terms.BOOL, True)
    assert t.const(terms.FLOAT, 0.0).imms != t.const(terms.FLOAT, -0.0).imms
    assert t.const(terms.INT, 1 << 40).imms != t.const(terms.FLOAT, 1.0).imms
    assert [c.bits for c in t.image.consts] == [0, -(1 << 63), 1 << 40, 0x3FF0000000000000]


def test_places_of_inlined_code() -> None:
    fn = Function("f", "fn", [], SOURCE, 0, terms.INT)
    fn.new_vreg(terms.INT)
    fn.nparams = 1
    fn.inlined = [InlinedLoc("g", SOURCE, 4, 1), InlinedLoc("h", SOURCE, 5, -1)]
    block = Block()
    fn.new_vreg(terms.INT)
    block.instrs = [Instr("int_div", 1, [0, 0], None, -2)]
    block.term = Instr("return", -1, [1], None, 2)
    fn.blocks = [block]
    program = Program()
    inst = Instance(0, "f", "f")
    inst.function = fn
    program.instances = [inst]
    program.entries = {"f": inst}
    image = generate(program)
    assert disasm.function(image, 0, locs=True).splitlines()[1:] == [
        "     0  IntDiv           x0, x0, x0  ; h 2:2 < g 2:1 < 1:2",
        "     1  RetX             x0  ; 1:3",
    ]
    assert list(image.sources[0].lines) == [0, 4, 8]


def test_tables_of_a_program() -> None:
    image = image_of(
        """
        iface I
        enum E { A, B(int) }
        extern host::f(string, int) -> int
        op X.get(int) -> string
        slot show(self, int) -> int { E: f, int: g, string: h }
        test I: E, int, string
        fn main(e%0: E) -> bool {
        b0:
            %1: I = to_iface e%0
            %2: int = const[1]
            %3: int = call_iface[slot show] %1, %2
            %4: string = perform[X.get] %3
            %5: int = call_extern[host::f] %4, %3
            %6: bool = is[I] %1
            return %6
        }
        fn f(e%0: E, n%1: int) -> int {
        b0:
            return n%1
        }
        fn g(e%0: I, n%1: int) -> int {
        b0:
            return n%1
        }
        fn h(e%0: string, n%1: int) -> int {
        b0:
            return n%1
        }"""
    )
    slot = image.slots[0]
    assert [(image.shapes[s].name, image.funcs[f].name) for s, f in slot.entries] == [
        ("string", "h"),
        ("E::A", "f"),
        ("E::B", "f"),
        ("box int", "g"),
    ]
    assert slot.params == (im.INT,)
    assert [s for s, _ in slot.entries] == list(image.tests[0].shapes)
    assert (image.imports[0].name, image.imports[0].params, image.imports[0].ret) == (
        "host::f",
        (im.STRING, im.INT),
        im.INT,
    )
    assert (image.ops[0].name, image.ops[0].params, image.ops[0].ret) == ("X.get", (im.INT,), im.STRING)
    assert [(e.name, image.funcs[e.func].name) for e in image.entries] == [("start", "main")]
    assert "slot show\n    <string>: h#3\n" in disasm.listing(image)
