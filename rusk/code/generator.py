"""From a monomorphic program to an image: every function that the entry points reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.code import image as im
from rusk.code.emit import emit
from rusk.code.layout import rotate
from rusk.code.lir import CodeTooLarge
from rusk.code.registers import assign
from rusk.code.select import select
from rusk.code.tables import Tables
from rusk.mir.concrete import Concrete
from rusk.mir.ir import Block, Function, Instance, Instr
from rusk.types.terms import NEVER, UNIT, Type

if TYPE_CHECKING:
    from rusk.code.image import Image
    from rusk.mir.ir import Program
    from rusk.types.items import FnItem

#: all code together; distances in code and tables are 31 bits
_MOST_WORDS = 1 << 28


def generate(program: Program, concrete: Concrete | None = None) -> Image:
    """Generate the code of ``program``.

    program: after monomorphisation and any passes; it is not changed. concrete: answers about its types; without one, field types must contain
    no projections. Functions that the entry points do not reach are left out.
    Errors: `CodeTooLarge` if a limit of the format is exceeded.
    """
    tables = Tables(program, concrete if concrete is not None else Concrete())
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
        elif isinstance(what, Type):
            function(tables, n, _never_called(what, program), False)
        else:
            function(tables, n, _extern_thunk(what), False)
        n += 1
    return tables.finish()


def function(tables: Tables, n: int, fn: Function, exported: bool) -> None:
    """Generate function number ``n``, which is next."""
    image = tables.image
    types = tables.types
    low = select(fn, tables, n)
    rotate(low)
    assign(low)
    code = emit(low)
    start = len(image.code)
    if start + len(code.words) > _MOST_WORDS:
        raise CodeTooLarge("instructions")
    image.code.extend(code.words)
    describe = types.view if exported else types.type
    image.funcs.append(
        im.Func(
            fn.name,
            fn.kind,
            start,
            len(code.words),
            low.nx,
            low.nr,
            tuple([describe(t) for t in fn.vregs[: fn.nparams]]),
            describe(fn.ret),
            types.closures[n] if fn.captures else -1,
            code.cost,
            low.has_marks,
            tuple([types.type(t) for t in fn.results]),
        )
    )
    known: dict[int, int] = {}
    lines = image.lines
    if not code.lines or code.lines[0][0]:
        code.lines.insert(0, (0, fn.pos))
    for at, loc in code.lines:
        place = known.get(loc)
        if place is None:
            place = known[loc] = tables.loc(fn, loc)
        lines.append(start + at)
        lines.append(place)


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
