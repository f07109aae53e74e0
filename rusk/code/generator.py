"""From a monomorphic program to an image: every function that the entry points reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.code import image as im
from rusk.code.link import Generated, linked, places
from rusk.code.lir import CodeTooLarge
from rusk.code.tables import StandIn, Tables
from rusk.limits import DEFAULT
from rusk.mir.concrete import Concrete
from rusk.mir.ir import Block, Function, Instance, Instr
from rusk.types.terms import NEVER, UNIT, Type

if TYPE_CHECKING:
    from array import array

    from rusk.code.image import Image
    from rusk.mir.ir import Program
    from rusk.types.items import FnItem

#: bytes of an instruction word
_WORD_SIZE = 8


def generate(
    program: Program, concrete: Concrete | None = None, code_size: int | None = None, unchecked: bool = False
) -> Image:
    """Generate the code of ``program``.

    program: after monomorphisation and any passes; it is not changed. concrete: answers about its types; without one, field types must contain
    no projections. code_size: how many bytes the instructions may take. unchecked: run the pass `bounds`. Functions that the entry
    points do not reach are left out.
    Errors: `CodeTooLarge` if that or a limit of the format is exceeded.
    """
    most = DEFAULT.code_size if code_size is None else code_size
    tables = Tables(program, concrete if concrete is not None else Concrete(), unchecked)
    for inst in program.entries.values():
        tables.function(inst)
    exported = set(program.entries.values())
    n = 0
    while n < len(tables.functions):
        what = tables.functions[n]
        if isinstance(what, Instance):
            if what.function.captures:
                tables.closure(what)
            function(tables, n, what.function, what in exported)
        elif isinstance(what, StandIn):
            function(tables, n, _stand_in(what.type, program), False)
        elif isinstance(what, Type):
            function(tables, n, _never_called(what, program), False)
        else:
            function(tables, n, _extern_thunk(what), False)
        n += 1
        if len(tables.image.code) * _WORD_SIZE > most:
            raise CodeTooLarge("instructions")
    return tables.finish()


def function(tables: Tables, n: int, fn: Function, exported: bool) -> None:
    """Generate function number ``n``, which is next."""
    image = tables.image
    types = tables.types
    words: list[int] | array[int]
    if fn.member is not None:
        of, words = linked(fn.member, tables)
        code, lines = of.generated, of.lines
    else:
        code = Generated(fn, tables, n)
        words, lines = code.words, places(code.lines, fn, tables)
    start = len(image.code)
    image.code.extend(words)
    describe = types.view if exported else types.type
    image.funcs.append(
        im.Func(
            fn.name,
            fn.kind,
            start,
            len(words),
            code.nx,
            code.nr,
            tuple([describe(t) for t in fn.vregs[: fn.nparams]]),
            describe(fn.ret),
            types.closures[n] if fn.captures else -1,
            code.cost,
            code.has_marks,
            tuple([types.type(t) for t in fn.results]),
        )
    )
    into = image.lines
    for at, place in lines:
        into.append(start + at)
        into.append(place)


def _extern_thunk(item: FnItem) -> Function:
    """A function that calls ``item``, for its use as a value."""
    decl: Any = item.decl
    fn = Function(
        item.module.display(item.name), "fn", [], item.module.source, getattr(decl, "pos", 0), item.ret
    )
    for p in item.params:
        fn.new_vreg(p)
    fn.nparams = len(item.params)
    block = Block()
    keeps = item.ret is not UNIT and item.ret is not NEVER
    dst = fn.new_vreg(item.ret) if keeps else -1
    block.instrs.append(Instr("call_extern", dst, list(range(fn.nparams)), item, fn.pos))
    if item.ret is NEVER:
        block.term = Instr("unreachable", -1, [], None, fn.pos)
    else:
        block.term = Instr("return", -1, [dst] if keeps else [], None, fn.pos)
    fn.blocks.append(block)
    return fn


def _never_called(t: Any, program: Program) -> Function:
    """A function of type ``t`` for registers whose value nothing looks at."""
    source = next(i.function.source for i in program.instances if i.function is not None)
    fn = Function("undef", "fn", [], source, 0, t.ret)
    for p in t.params:
        fn.new_vreg(p)
    fn.nparams = len(t.params)
    block = Block()
    block.term = Instr("unreachable", -1, [], None, 0)
    fn.blocks.append(block)
    return fn


def _stand_in(t: Type, program: Program) -> Function:
    """A function that gives some value of type ``t``, for registers of templates whose value nothing looks at."""
    source = next(i.function.source for i in program.instances if i.function is not None)
    fn = Function("undef", "fn", [], source, 0, t)
    v = fn.new_vreg(t)
    block = Block()
    block.instrs.append(Instr("undef", v, [], None, 0))
    block.term = Instr("return", -1, [v], None, 0)
    fn.blocks.append(block)
    return fn
