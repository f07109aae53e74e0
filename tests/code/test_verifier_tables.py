"""The code verifier's first layer: tables. Each rule has an image that breaks it and nothing else."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import pytest
from verifier_sample import Sample, refused, sample

from rusk.code import image as im
from rusk.code.image import Image
from rusk.code.verifier import verify


def test_sample() -> None:
    image = sample()
    verify(image)
    verify(image)


def test_empty() -> None:
    verify(Image())


def test_runs() -> None:
    a = Sample()
    assert a.run("main", ["x", "y"]) == 21


class Names:
    """Indices of the sample's things by name; types are attributes of `Sample`."""

    def __init__(self) -> None:
        self.sample = Sample()
        self.image = self.sample.finish()

    def type(self, name: str) -> im.TypeDesc:
        return self.image.types[getattr(self.sample, name)]

    def shape(self, name: str) -> im.Shape:
        return self.image.shapes[self.sample.names[name]]

    def func(self, name: str) -> im.Func:
        return self.image.funcs[self.sample.names[name]]


Change = Callable[[Names], object]


def put(what: object, **fields: object) -> None:
    for name, value in fields.items():
        assert getattr(what, name) != value
        setattr(what, name, value)


def check(change: Change, why: str) -> None:
    n = Names()
    change(n)
    refused(n.image, why)


MANY = 10_000

TYPES: list[tuple[Change, str]] = [
    (lambda n: n.image.types.pop(0), "basic types are missing"),
    (lambda n: n.image.types.__delitem__(slice(5, None)), "basic types are missing"),
    (lambda n: put(n.image.types[2], kind=im.FLOAT), "basic types are missing"),
    (lambda n: put(n.image.types[1], shapes=(1,)), "a basic type with parts"),
    (lambda n: put(n.image.types[7], args=(1,)), "a basic type with parts"),
    (lambda n: put(n.type("ints"), kind=im.INT), "invalid kind"),
    (lambda n: put(n.type("ints"), kind=99), "invalid kind"),
    (lambda n: put(n.type("ints"), args=(MANY,)), "type out of range"),
    (lambda n: put(n.type("ints"), args=(-1,)), "type out of range"),
    (lambda n: put(n.type("point"), targs=(-1,)), "type out of range"),
    (lambda n: put(n.type("enum_").variants[1], args=(im.INT, MANY)), "type out of range"),
    (lambda n: put(n.type("enum_").variants[1], args=(im.INT, -2)), "type out of range"),
    (lambda n: put(n.type("ints"), args=()), "wrong number of parts"),
    (lambda n: put(n.type("cont"), args=(im.INT,)), "wrong number of parts"),
    (lambda n: put(n.type("view"), args=(im.INT, im.INT)), "wrong number of parts"),
    (lambda n: put(n.type("cell"), args=(im.INT, im.INT)), "wrong number of parts"),
    (lambda n: put(n.type("iface"), args=(im.INT,)), "wrong number of parts"),
    (lambda n: put(n.type("enum_"), args=(im.INT,)), "wrong number of parts"),
    (lambda n: put(n.type("thunk"), args=()), "wrong number of parts"),
    (lambda n: put(n.type("point"), fields=("x", "name")), "wrong number of field names"),
    (lambda n: put(n.type("pair"), fields=("x", "name")), "wrong number of field names"),
    (lambda n: put(n.type("point"), fields=("x", "x", "ok")), "duplicate name"),
    (lambda n: put(n.type("enum_").variants[1], name="A"), "duplicate name"),
    (lambda n: put(n.type("other"), text="Point"), "duplicate name"),
    (lambda n: put(n.type("other"), name="Point", fields=("x", "name", "no")), "another form"),
    (lambda n: put(n.type("enum_"), name="Point"), "another form"),
    (lambda n: put(n.type("point"), newtype=True), "a newtype"),
    (lambda n: put(n.type("point"), name="m::"), "invalid name"),
    (lambda n: put(n.type("point"), name="a b"), "invalid name"),
    (lambda n: put(n.type("enum_").variants[0], name=""), "invalid name"),
    (lambda n: put(n.type("enum_"), name="core::option::Option"), "not the form"),
    (lambda n: put(n.type("enum_"), name="core::result::Result"), "not the form"),
    (lambda n: put(n.type("point"), name="core::map::Map"), "not the form"),
    (lambda n: put(n.type("pair"), variants=(im.Variant("A"),)), "wrong number of variants"),
    (lambda n: n.image.types.append(im.TypeDesc(im.READONLY, args=(n.sample.view,))), "view of a view"),
    (lambda n: put(n.type("point"), shapes=()), "wrong number of shapes"),
    (lambda n: put(n.type("point"), shapes=n.type("point").shapes * 2), "wrong number of shapes"),
    (lambda n: put(n.type("enum_"), shapes=n.type("enum_").shapes[:2]), "wrong number of shapes"),
    (lambda n: put(n.type("thunk"), shapes=(1,)), "wrong number of shapes"),
    (lambda n: put(n.type("point"), shapes=(-1,)), "not the shape of its type"),
    (lambda n: put(n.type("point"), shapes=(MANY,)), "not the shape of its type"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", TYPES)
def test_types(change: Change, why: str) -> None:
    check(change, why)


def lost(n: Names) -> None:
    """A type whose shape belongs to another, which has no other fault."""
    n.image.types.append(im.TypeDesc(im.STRUCT, "Lost", shapes=n.type("point").shapes))


def lost_shape(n: Names) -> None:
    n.image.types.append(im.TypeDesc(im.STRUCT, "Lost", shapes=(-1,)))


def second(n: Names) -> None:
    """A second shape with another layout for a type."""
    s = n.shape("Point")
    n.image.shapes.append(im.Shape(s.kind, s.type, (im.STRING, im.BOOL, im.INT), (2, 0, 1), 1))


def closure_shape(n: Names, **fields: object) -> None:
    s = n.shape("inc_")
    n.image.shapes.append(im.Shape(s.kind, s.type, func=s.func))
    put(n.image.shapes[-1], **fields)


SHAPES: list[tuple[Change, str]] = [
    (lambda n: n.image.shapes.pop(3), "basic shapes are missing"),
    (lambda n: put(n.image.shapes[1], kind=im.S_BYTES), "basic shapes are missing"),
    (lambda n: put(n.image.shapes[2], type=im.STRING), "basic shapes are missing"),
    (lambda n: put(n.image.shapes[3], fields=(im.INT,)), "a basic shape with fields"),
    (lambda n: put(n.image.shapes[1], nrefs=2), "a basic shape with fields"),
    (lambda n: put(n.image.shapes[1], tag=2), "a basic shape with fields"),
    (lambda n: put(n.shape("Point"), kind=im.S_STRING), "invalid kind"),
    (lambda n: put(n.shape("Point"), kind=im.S_CONT), "invalid kind"),
    (lambda n: put(n.shape("Point"), kind=im.S_FREE), "invalid kind"),
    (lambda n: put(n.shape("Point"), kind=11), "invalid kind"),
    (lambda n: put(n.shape("Point"), elem=im.E_REF), "not for this kind"),
    (lambda n: put(n.shape("box"), elem=7), "not for this kind"),
    (lambda n: put(n.shape("ints"), func=0), "not for this kind"),
    (lambda n: put(n.shape("Point"), type=-1), "out of range"),
    (lambda n: put(n.shape("Point"), type=MANY), "out of range"),
    (lambda n: put(n.shape("Point"), fields=(im.STRING, im.INT, MANY)), "out of range"),
    (lambda n: put(n.shape("Point"), fields=(im.STRING, im.INT, -1)), "out of range"),
    (lambda n: put(n.shape("Point"), nrefs=-1), "wrong number of words"),
    (lambda n: put(n.shape("Point"), nrefs=4, nscalars=-1), "wrong number of words"),
    (lambda n: put(n.shape("Point"), nscalars=3), "wrong number of words"),
    (lambda n: put(n.shape("Point"), nrefs=2, nscalars=1), "references and scalars out of order"),
    (lambda n: put(n.shape("Point"), fields=(im.INT, im.STRING, im.BOOL)), "references and scalars out of order"),
    (lambda n: put(n.shape("Point"), order=(1, 0)), "invalid order"),
    (lambda n: put(n.shape("Point"), order=(1, 0, 1)), "invalid order"),
    (lambda n: put(n.shape("Point"), order=(1, 0, 3)), "invalid order"),
    (lambda n: put(n.shape("Point"), order=(1, 0, -1)), "invalid order"),
    (lambda n: put(n.shape("Point"), order=(2, 0, 1)), "wrong type of a field"),
    (lambda n: put(n.shape("Point"), fields=(im.STRING, im.INT, im.INT)), "wrong type of a field"),
    (lambda n: put(n.shape("Point"), kind=im.S_TUPLE), "wrong kind of type"),
    (lambda n: put(n.shape("pair"), kind=im.S_STRUCT), "wrong kind of type"),
    (lambda n: put(n.shape("E.B"), kind=im.S_STRUCT), "wrong kind of type"),
    (lambda n: put(n.shape("Point"), type=im.STRING), "wrong kind of type"),
    (lambda n: put(n.shape("Point"), tag=1), "not the shape of its type"),
    (lambda n: put(n.shape("E.B"), tag=-1), "not the shape of its type"),
    (lambda n: put(n.shape("E.B"), tag=2), "not the shape of its type"),
    (lambda n: put(n.shape("E.B"), tag=3), "not the shape of its type"),
    (second, "not the shape of its type"),
    (lost, "belongs to another type"),
    (lost_shape, "out of range"),
    (lambda n: put(n.shape("Point"), fields=(im.STRING, im.INT), order=(1, 0), nscalars=1), "wrong number of fields"),
    (lambda n: put(n.shape("ints"), elem=im.E_BYTE), "wrong layout"),
    (lambda n: put(n.shape("ints"), elem=im.E_REF), "wrong layout"),
    (lambda n: put(n.shape("bools"), elem=im.E_WORD), "wrong layout"),
    (lambda n: put(n.shape("strings"), elem=im.E_WORD), "wrong layout"),
    (lambda n: put(n.shape("ints"), fields=(im.INT,), order=(0,), nscalars=1), "wrong layout"),
    (lambda n: put(n.shape("box"), type=im.FLOAT), "not a box"),
    (lambda n: put(n.shape("box"), tag=1), "not a box"),
    (lambda n: put(n.shape("box"), fields=(im.STRING,), type=im.STRING, nrefs=1, nscalars=0), "not a box"),
    (lambda n: put(n.shape("box"), fields=(im.INT, im.INT), order=(0, 1), nscalars=2), "not a box"),
    (lambda n: put(n.shape("adder_"), type=im.STRING), "not a closure"),
    (lambda n: put(n.shape("adder_"), tag=1), "not a closure"),
    (lambda n: put(n.shape("adder_"), func=-1), "environment is not a closure of it"),
    (lambda n: closure_shape(n, func=-1), "function -1 out of range"),
    (lambda n: closure_shape(n, func=MANY), "out of range"),
    (lambda n: closure_shape(n, type=n.sample.thunk), "has another type"),
    (lambda n: closure_shape(n, type=n.sample.predicate), "has another type"),
    (lambda n: closure_shape(n, func=n.sample.names["adder"]), "expects another environment"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", SHAPES)
def test_shapes(change: Change, why: str) -> None:
    check(change, why)


def swapped(n: Names) -> None:
    funcs = n.image.funcs
    funcs[0].start, funcs[1].start = funcs[1].start, funcs[0].start
    funcs[0].length, funcs[1].length = funcs[1].length, funcs[0].length


FUNCTIONS: list[tuple[Change, str]] = [
    (lambda n: put(n.func("inc"), kind="thing"), "invalid kind"),
    (swapped, "does not follow"),
    (lambda n: put(n.func("inc"), start=1), "does not follow"),
    (lambda n: put(n.func("dec"), start=3), "does not follow"),
    (lambda n: put(n.func("dec"), length=0), "does not follow"),
    (lambda n: put(n.func("dec"), length=-2), "does not follow"),
    (lambda n: n.image.code.append(0), "code outside of the functions"),
    (lambda n: n.image.code.pop(), "code outside of the functions"),
    (lambda n: n.image.funcs.clear(), ""),
    (lambda n: put(n.func("inc"), nx=0x10000), "too many registers"),
    (lambda n: put(n.func("inc"), nr=0x10000), "too many registers"),
    (lambda n: put(n.func("inc"), nx=-1), "too many registers"),
    (lambda n: put(n.func("inc"), nr=-1), "too many registers"),
    (lambda n: put(n.func("inc"), nx=0), "more parameters than registers"),
    (lambda n: put(n.func("fail"), nr=0), "more parameters than registers"),
    (lambda n: put(n.func("adder"), nr=0), "more parameters than registers"),
    (lambda n: put(n.func("inc"), cost=0), "invalid cost"),
    (lambda n: put(n.func("inc"), cost=1 << 31), "invalid cost"),
    (lambda n: put(n.func("inc"), params=(MANY,)), "out of range"),
    (lambda n: put(n.func("inc"), params=(-1,)), "out of range"),
    (lambda n: put(n.func("inc"), ret=MANY), "out of range"),
    (lambda n: put(n.func("inc"), ret=-1), "out of range"),
    (lambda n: put(n.func("inc"), env=-2), "out of range"),
    (lambda n: put(n.func("adder"), env=MANY), "out of range"),
    (lambda n: put(n.func("inc"), env=n.sample.names["Point"], nr=1), "environment is not a closure of it"),
    (lambda n: put(n.func("inc"), env=n.sample.names["adder_"], nr=1), "environment is not a closure of it"),
    (lambda n: put(n.func("inc"), params=(im.FLOAT,)), "has another type"),
    (lambda n: put(n.func("inc"), ret=im.BOOL), "has another type"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", FUNCTIONS)
def test_functions(change: Change, why: str) -> None:
    check(change, why)


CONSTANTS: list[tuple[Change, str]] = [
    (lambda n: put(n.image.consts[0], type=im.BOOL), "neither int nor float"),
    (lambda n: put(n.image.consts[0], type=im.STRING), "neither int nor float"),
    (lambda n: put(n.image.objects[0], kind=9), "invalid"),
    (lambda n: put(n.image.objects[n.sample.names["text"]], value=b"bytes"), "invalid"),
    (lambda n: put(n.image.objects[n.sample.names["text"]], kind=im.O_BYTES), "invalid"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=-1)), "invalid"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=MANY)), "invalid"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=0)), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=im.SHAPE_STRING)), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=im.SHAPE_CONT)), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=n.sample.names["ints"])), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=n.sample.names["E.B"])), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_OBJECT, shape=n.sample.names["adder_"])), "not a constant"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_CONT, shape=-1)), "out of range"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_CONT, shape=MANY)), "out of range"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_CONT, shape=n.sample.point)), "not the type of a continuation"),
    (lambda n: n.image.objects.append(im.ObjConst(im.O_CONT, shape=im.INT)), "not the type of a continuation"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", CONSTANTS)
def test_constants(change: Change, why: str) -> None:
    check(change, why)


def entries(n: Names, *entries: tuple[str, str]) -> None:
    names = n.sample.names
    n.image.slots[0].entries = tuple((names[s], names[f]) for s, f in entries)


def raw_entries(n: Names, *entries: tuple[int, int]) -> None:
    n.image.slots[0].entries = entries


CALLS: list[tuple[Change, str]] = [
    (lambda n: put(n.image.imports[1], name="std::println"), "imports: duplicate name"),
    (lambda n: put(n.image.imports[0], params=(MANY,)), "out of range"),
    (lambda n: put(n.image.imports[0], ret=-1), "out of range"),
    (lambda n: put(n.image.ops[0], params=(-1,)), "out of range"),
    (lambda n: put(n.image.ops[0], ret=MANY), "out of range"),
    (lambda n: put(n.image.slots[0], ret=MANY), "out of range"),
    (lambda n: put(n.image.slots[0], params=(-1,)), "out of range"),
    (lambda n: entries(n, ("box", "show_any"), ("Point", "show_point")), "out of order"),
    (lambda n: entries(n, ("Point", "show_point"), ("Point", "show_point")), "out of order"),
    (lambda n: raw_entries(n, (0, n.sample.names["show_any"])), "out of order"),
    (lambda n: raw_entries(n, (MANY, n.sample.names["show_any"])), "out of range"),
    (lambda n: raw_entries(n, (n.sample.names["Point"], MANY)), "out of range"),
    (lambda n: raw_entries(n, (n.sample.names["Point"], -1)), "out of range"),
    (lambda n: entries(n, ("Point", "adder")), "needs an environment"),
    (lambda n: entries(n, ("Point", "join")), "has another signature"),
    (lambda n: entries(n, ("Point", "main")), "has another signature"),
    (lambda n: put(n.image.slots[0], ret=im.INT), "has another signature"),
    (lambda n: put(n.image.slots[0], params=(im.INT,)), "has another signature"),
    (lambda n: entries(n, ("box", "show_point")), "takes another receiver"),
    (lambda n: entries(n, ("Other", "show_point")), "takes another receiver"),
    (lambda n: raw_entries(n, (im.SHAPE_CONT, n.sample.names["show_point"])), "takes another receiver"),
    (lambda n: put(n.image.tests[0], type=MANY), "out of range"),
    (lambda n: put(n.image.tests[0], type=-1), "out of range"),
    (lambda n: put(n.image.tests[0], shapes=(0,)), "out of order"),
    (lambda n: put(n.image.tests[0], shapes=(MANY,)), "out of range"),
    (lambda n: put(n.image.tests[0], shapes=n.image.tests[0].shapes * 2), "out of order"),
    (lambda n: put(n.image.tests[0], shapes=(n.sample.names["Other"],)), "of another type"),
    (lambda n: put(n.image.tests[0], shapes=(im.SHAPE_STRING,)), "of another type"),
    (lambda n: put(n.image.tests[1], shapes=(n.sample.names["char_box"],)), "of another type"),
    (lambda n: put(n.image.tests[0], type=n.sample.cont, shapes=(im.SHAPE_CONT,)), "of another type"),
    (lambda n: put(n.image.tests[0], type=n.sample.unary, shapes=(n.sample.names["guard_"],)), "of another type"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", CALLS)
def test_calls(change: Change, why: str) -> None:
    check(change, why)


def test_receivers() -> None:
    n = Names()
    names = n.sample.names
    raw_entries(n, (im.SHAPE_CONT, names["show_any"]), (names["Point"], names["show_any"]))
    n.image.tests.append(im.IsTest(n.sample.iface, (1, 2, 3, 4)))
    n.image.tests.append(im.IsTest(n.sample.unary, (names["inc_"], names["dec_"], names["adder_"])))
    n.image.tests.append(im.IsTest(n.sample.cont, ()))
    n.image.tests.append(im.IsTest(im.STRING, (im.SHAPE_STRING,)))
    verify(n.image)


def test_large_tables() -> None:
    n = Names()
    n.image.types.extend(im.TypeDesc(im.TUPLE, shapes=(len(n.image.shapes) + i,)) for i in range(9000))
    first = len(n.image.types) - 9000
    n.image.shapes.extend(im.Shape(im.S_TUPLE, first + i) for i in range(9000))
    verify(n.image)
    any_ = n.sample.names["show_any"]
    wide = im.DispatchSlot("wide", (), im.STRING, ((4, any_), (len(n.image.shapes) - 1, any_)))
    n.image.slots.extend([wide] * 8000)
    refused(n.image, "dispatch tables too large")
    del n.image.slots[1:]
    n.image.tests.extend([im.IsTest(im.INT, ())] * 240_000)
    refused(n.image, "too many type tests")


def clause(n: Names, at: int, **fields: object) -> None:
    put(n.image.handlers[0].clauses[at], **fields)


def named(n: Names, at: int, **fields: str) -> None:
    clause(n, at, **{k: n.sample.names[v] for k, v in fields.items()})


HANDLERS: list[tuple[Change, str]] = [
    (lambda n: put(n.image.handlers[0], ret=MANY), "out of range"),
    (lambda n: put(n.image.handlers[0], ret=-1), "out of range"),
    (lambda n: put(n.image.handlers[0], nclosures=-1), "invalid number of closures"),
    (lambda n: put(n.image.handlers[0], nclosures=0x10000), "invalid number of closures"),
    (lambda n: put(n.image.handlers[0], nclosures=3), "closure 3 out of range"),
    (lambda n: put(n.image.handlers[0], body_func=-1), "out of range"),
    (lambda n: put(n.image.handlers[0], body_func=MANY), "out of range"),
    (lambda n: put(n.image.handlers[0], body_func=0), "has another signature"),
    (lambda n: put(n.image.handlers[0], ret=im.BOOL), "has another signature"),
    (lambda n: clause(n, 0, op=-1), "operation -1 out of range"),
    (lambda n: clause(n, 0, op=MANY), "out of range"),
    (lambda n: clause(n, 0, op=1), "has another signature"),
    (lambda n: clause(n, 0, guard=-2), "closure -2 out of range"),
    (lambda n: clause(n, 0, guard=4), "closure 4 out of range"),
    (lambda n: clause(n, 0, guard=-1), "a guard without closure"),
    (lambda n: clause(n, 0, guard_func=MANY), "out of range"),
    (lambda n: named(n, 0, guard_func="inc"), "has another signature"),
    (lambda n: clause(n, 0, arm=-1), "closure -1 out of range"),
    (lambda n: clause(n, 0, arm=4), "closure 4 out of range"),
    (lambda n: clause(n, 0, arm_func=-1), "out of range"),
    (lambda n: clause(n, 0, arm=0), "a closure with two functions"),
    (lambda n: named(n, 0, arm_func="guard"), "has another signature"),
    (lambda n: clause(n, 0, mode=3), "invalid mode"),
    (lambda n: clause(n, 0, mode=im.CAPTURE), "does not take the continuation"),
    (lambda n: clause(n, 1, mode=im.ABORT), "has another signature"),
    (lambda n: clause(n, 1, mode=im.DIRECT), "has another signature"),
    (lambda n: clause(n, 2, mode=im.DIRECT), "has another signature"),
    (lambda n: put(n.type("cont"), args=(im.FLOAT, im.INT)), "does not take the continuation"),
    (lambda n: put(n.type("cont"), args=(im.INT, im.FLOAT)), "does not take the continuation"),
    (lambda n: n.image.handlers.append(im.Handler(n.sample.names["inc"], 0, im.INT, ())), "has another signature"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", HANDLERS)
def test_handlers(change: Change, why: str) -> None:
    check(change, why)


def entry(n: Names, name: str, func: str) -> None:
    n.image.entries.append(im.Entry(name, n.sample.names[func]))


def only_main(n: Names, func: str) -> None:
    n.image.entries = [im.Entry("main", n.sample.names[func])]


BOUNDARY: list[tuple[Change, str]] = [
    (lambda n: put(n.image.entries[1], name="main"), "duplicate name"),
    (lambda n: put(n.image.entries[1], func=MANY), "out of range"),
    (lambda n: put(n.image.entries[1], func=-1), "out of range"),
    (lambda n: entry(n, "x", "adder"), "needs an environment"),
    (lambda n: only_main(n, "area"), "invalid parameters"),
    (lambda n: only_main(n, "inc"), "invalid parameters"),
    (lambda n: only_main(n, "show_point"), "invalid parameters"),
    (lambda n: entry(n, "x", "show_any"), "may not cross the boundary"),
    (lambda n: entry(n, "x", "fail"), "may not cross the boundary"),
    (lambda n: put(n.image.imports[0], params=(n.sample.iface,)), "may not cross the boundary"),
    (lambda n: put(n.image.imports[0], external=True), "not operations"),
    (lambda n: put(n.image.ops[2], external=True), "may not cross the boundary"),
    (lambda n: put(n.image.ops[3], external=True, params=(n.sample.unary,)), "may not cross the boundary"),
    (lambda n: [put(op, external=True, name="E.x") for op in n.image.ops[:2]], "duplicate name"),
    (lambda n: put(n.image.imports[0], ret=im.NEVER), "may not cross the boundary"),
    (lambda n: put(n.image.imports[0], params=(n.sample.cell,)), "may not cross the boundary"),
    (lambda n: put(n.image.imports[0], params=(n.sample.unary,)), "may not cross the boundary"),
    (lambda n: put(n.image.imports[0], params=(n.sample.ifaces,)), "may not cross the boundary"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", BOUNDARY)
def test_boundary(change: Change, why: str) -> None:
    check(change, why)


def test_eligible() -> None:
    n = Names()
    n.image.imports[1].params = (n.sample.enum_, n.sample.list_, n.sample.cont, n.sample.view)
    only_main(n, "marked")
    n.image.ops[0].external = True
    verify(n.image)


PLACES: list[tuple[Change, str]] = [
    (lambda n: put(n.image.sources[0], lines=array("i", [0, 20, 10])), "lines out of order"),
    (lambda n: put(n.image.sources[0], lines=array("i", [-1, 20])), "lines out of order"),
    (lambda n: put(n.image.locs[0], source=1), "source out of range"),
    (lambda n: put(n.image.locs[0], source=-1), "source out of range"),
    (lambda n: put(n.image.locs[0], func=1), "name out of range"),
    (lambda n: put(n.image.locs[0], func=-2), "name out of range"),
    (lambda n: put(n.image.locs[1], caller=1), "inlined into a later place"),
    (lambda n: put(n.image.locs[1], caller=2), "inlined into a later place"),
    (lambda n: put(n.image.locs[1], caller=-2), "inlined into a later place"),
    (lambda n: n.image.lines.pop(), "odd length"),
    (lambda n: n.image.lines.extend([4, 0]), "out of order"),
    (lambda n: n.image.lines.extend([MANY, 0]), "out of order"),
    (lambda n: put(n.image, lines=array("i", [-1, 0])), "out of order"),
    (lambda n: n.image.lines.extend([6, 3]), "place out of range"),
    (lambda n: n.image.lines.extend([6, -2]), "place out of range"),
]  # fmt: skip


@pytest.mark.parametrize("change, why", PLACES)
def test_places(change: Change, why: str) -> None:
    check(change, why)


def test_types_that_the_host_knows() -> None:
    def known(name: str, **fields: str) -> Names:
        n = Names()
        args = tuple(getattr(n.sample, t) if isinstance(t, str) else t for t in fields.values())
        refs = [i for i, a in enumerate(args) if a != im.INT]
        words = refs + [i for i, a in enumerate(args) if a == im.INT]
        order = tuple(words.index(i) for i in range(len(args)))
        n.image.types.append(
            im.TypeDesc(im.STRUCT, name, args, fields=tuple(fields), shapes=(len(n.image.shapes),))
        )
        layout = tuple(args[i] for i in words)
        n.image.shapes.append(im.Shape(im.S_STRUCT, len(n.image.types) - 1, layout, order, len(refs)))
        return n

    good: dict[str, Any] = {
        "index": "ints", "hashes": "ints", "names": "strings", "contents": "bools", "live": "bools", "count": im.INT,
        "used": im.INT,
    }  # fmt: skip
    verify(known("core::map::Map", **good).image)
    refused(known("core::map::Map", **dict(reversed(good.items()))).image, "not the form")
    for field, wrong in {
        "index": "bools",
        "names": "point",
        "contents": im.INT,
        "live": "ints",
        "hashes": "strings",
    }.items():
        refused(known("core::map::Map", **{**good, field: wrong}).image, "not the form")
        verify(known("other::Map", **{**good, field: wrong}).image)
