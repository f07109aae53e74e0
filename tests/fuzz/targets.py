"""What is fuzzed: each target takes any bytes and returns, or raises what a user must never see.

`source`: a program's text is compiled and what comes out runs. `image`: the bytes of an ``.rbc`` file are loaded and run. `value`: Python values, made
after the bytes, are handed to functions that give back what they get. run.py drives them by coverage; test_fuzz.py for a few seconds.
"""

from __future__ import annotations

import array
from functools import cache
from typing import Any

import rusk
from rusk.code import image as im
from rusk.code.errors import InvalidStateError, LoadError
from rusk.code.rbc import decode
from rusk.code.verifier import verify

LIMITS: dict[str, Any] = {"memory": 32 << 20, "depth": 2000}
FUEL = 50_000

#: longer texts teach nothing
MAX_SOURCE = 3000


class Bytes:
    """The input as a supply of choices; when it is used up every choice is 0."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            return 0
        self.at += 1
        return self.data[self.at - 1]

    def take(self, n: int) -> bytes:
        out = self.data[self.at : self.at + n]
        self.at += n
        return out

    def below(self, n: int) -> int:
        return self.byte() % n

    @property
    def left(self) -> int:
        return len(self.data) - self.at


# ---------------------------------------------------------------- source text


def source(data: bytes) -> None:
    """The first byte chooses the optimisation level. Either a `CompileError`, or a program whose entries run and trap like any other."""
    if not data:
        return
    text = data[1 : MAX_SOURCE + 1].decode("utf-8", "surrogateescape")
    try:
        program = rusk.compile(text, external=["Ask", "Loop.park", "Net.get"], opt_level=data[0] % 3)
    except rusk.CompileError as e:
        assert any(
            d.severity == "error" and d.code.startswith("E") and d.code != "E0000" for d in e.diagnostics
        )
        return
    again = rusk.Program.from_bytes(program.to_bytes())
    assert again.to_bytes() == program.to_bytes()
    for name in list(program.entries)[:4]:
        run_entry(again, name)


def run_entry(program: rusk.Program, name: str) -> None:
    """Run an entry point in slices, with made-up arguments and answers."""
    image = program.image
    func = image.funcs[program._entries[name]]
    host = rusk.Host()
    for signature in image.imports:
        answer = value_of(image, signature.ret)
        host.install(signature.name, lambda *args, answer=answer: answer)
    try:
        args = () if name == "main" else tuple(value_of(image, p) for p in func.params)
        session = program.start(entry=name, args=args, host=host, **LIMITS)
    except (rusk.HostTypeError, rusk.Trap):
        return
    for _ in range(6):
        try:
            outcome = session.step(fuel=FUEL // 6)
        except rusk.HostTypeError:  # a cyclic result
            break
        session._machine.check_heap()
        match outcome:
            case rusk.Request() as request:
                try:
                    request.args  # noqa: B018
                    session.resume(request.k, value_of(image, session_ret(program, request.effect)))
                except rusk.HostTypeError:
                    session.drop(request.k)
            case rusk.Yield():
                pass
            case rusk.Trapped(trap):
                assert trap.render()
                break
            case rusk.Done():
                session.to_text()
                break
    session.close()


def session_ret(program: rusk.Program, effect: str) -> int:
    operation = program.operation(effect)
    assert operation is not None
    return operation.ret


def value_of(image: im.Image, index: int, depth: int = 0) -> Any:
    """Some Python value that may fit a type."""
    t = image.types[index]
    simple = {
        im.UNIT: None, im.BOOL: True, im.INT: 3, im.FLOAT: 1.5, im.BYTE: 7, im.CHAR: "x", im.STRING: "aé", im.BYTES: b"a\xff",
    }  # fmt: skip
    if t.kind in simple:
        return simple[t.kind]
    if depth > 5:
        return None
    if t.kind == im.READONLY:
        return value_of(image, t.args[0], depth + 1)
    if t.kind == im.ARRAY:
        return [value_of(image, t.args[0], depth + 1)] * 3
    if t.kind == im.TUPLE:
        return tuple(value_of(image, a, depth + 1) for a in t.args)
    if t.kind == im.STRUCT:
        return {n: value_of(image, a, depth + 1) for n, a in zip(t.fields, t.args, strict=False)}
    return None


# ---------------------------------------------------------------- images


def image(data: bytes) -> None:
    """`LoadError`, or a program of which every function runs without harm, under a heap that is checked after each slice."""
    from rusk._interp import FUEL as AGAIN
    from rusk._interp import REQUEST, Code, Session

    try:
        found = decode(data)
        verify(found)
    except LoadError:
        return
    program = rusk.Program.from_bytes(data)
    assert program.to_bytes() == data
    assert program.imports is not None and program.requires is not None and program.entries is not None
    code = Code(found)
    code.makers, code.splitters = program._code.makers, program._code.splitters
    for index, func in enumerate(found.funcs[:40]):
        if func.env >= 0 or func.results:
            continue
        session = Session(
            code,
            hosts=[(lambda *args, ret=s.ret: value_of(found, ret)) for s in found.imports],
            external=range(len(found.ops)),
            memory=1 << 20 if index % 4 == 0 else 16 << 20,
            depth=500,
            stress=index % 4 == 0,
        )
        try:
            session.begin(index, [value_of(found, p) for p in func.params])
            for _ in range(3):
                status = session.step(FUEL // 10)
                session.check_heap()
                if status == REQUEST:
                    session.request  # noqa: B018
                    session.answer(value_of(found, found.ops[session.request_op].ret))
                elif status != AGAIN:
                    break
            session.to_text()
            session.result()
        except (TypeError, InvalidStateError, MemoryError):
            pass
        session.traceback(50)
        session.close()


# ---------------------------------------------------------------- host values

ECHO = """
use core::map::Map;
pub mod m { pub struct Point { x: int, name: string, y: float } pub struct Id(int); }
pub enum Shape { Circle(float), Named(string, [m::Point]), Empty }
pub enum Chain { End, Link(int, Chain) }
pub struct Tree { label: string, children: [Tree], extra: Option<(int, byte)> }
extern fn ask(t: Tree, s: [Shape]) -> Result<[Tree], Shape>;
pub fn ints(a: [int], b: int) -> [int] { a.push(b); a }
pub fn floats(a: [float], b: float) -> [float] { a.push(b); a }
pub fn data(a: [byte], b: bytes) -> ([byte], bytes) { (a, b) }
pub fn rows(a: [[int]], c: char) -> [[int]] { if a.len() > 0 { a.push(a[0]); } a }
pub fn words(a: [string], b: bool, u: unit) -> [string] { a.push(f"{b}"); a }
pub fn point(a: m::Point, b: m::Id) -> m::Point { a.x = a.x + b._0; a }
pub fn shapes(a: [Shape], b: Shape) -> [Shape] { a.push(b); a }
pub fn chain(a: Chain) -> Chain { Chain::Link(1, a) }
pub fn tree(a: Tree) -> Tree { a.children.push(a.children.pop().unwrap_or(Tree { label: "", children: [], extra: None })); a }
pub fn deep(a: Option<Option<Option<int>>>, b: Result<Option<string>, (int, [Shape])>) -> Option<Result<Option<string>, (int, [Shape])>> {
    if a.is_some() { Some(b) } else { None }
}
pub fn map(a: Map<string, [int]>, b: Map<int, Shape>) -> Map<string, [int]> { a.insert("k", [b.len()]); a }
pub fn view(a: readonly [m::Point]) -> int { a.len() }
pub fn host(t: Tree, s: [Shape]) -> Result<[Tree], Shape> { ask(t, s) }
"""


@cache
def echo() -> rusk.Program:
    return rusk.compile(ECHO.replace("b._0", "match b { m::Id(n) => n }"))


class Odd:
    """An object whose conversions misbehave."""

    def __init__(self, choice: int) -> None:
        self.choice = choice

    def __index__(self) -> int:
        if self.choice & 1:
            raise ValueError("no index")
        return 1 << (self.choice & 0x7F)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = object.__hash__


def make(b: Bytes, made: list[Any], depth: int = 0) -> Any:
    """A value of any kind; parts may be shared, and cyclic."""
    t = echo().types
    kind = b.below(29)
    if depth > 40:
        kind %= 12
    if kind == 0:
        return None
    if kind == 1:
        return bool(b.byte() & 1)
    if kind == 2:
        return b.byte() - 128
    if kind == 3:
        return int.from_bytes(b.take(b.below(10)), "little", signed=True)
    if kind == 4:
        return b.byte() / 2
    if kind == 5:
        return (float("nan"), float("inf"), -0.0, 1e300)[b.below(4)]
    if kind == 6:
        return b.take(b.below(9)).decode("utf-8", "surrogateescape")
    if kind == 7:
        return b.take(b.below(9))
    if kind == 8:
        return bytearray(b.take(b.below(9)))
    if kind == 9:
        return chr(b.byte() << 8 | b.byte())
    if kind == 10:
        return Odd(b.byte())
    if kind == 11:
        view = memoryview(array.array("qdBlHfb"[b.below(7)], [1] * b.below(9)))
        return view[:: b.below(3) - 1 or 1] if b.byte() & 1 else view
    if kind == 12 and made:
        return made[b.below(len(made))]
    count = b.below(5)
    if kind in (13, 14, 15):
        out: list[Any] = []
        made.append(out)
        out.extend(make(b, made, depth + 1) for _ in range(count))
        return out
    if kind in (16, 17):
        value: Any = tuple(make(b, made, depth + 1) for _ in range(count))
    elif kind == 18:
        value = {}
        made.append(value)
        for _ in range(count):
            key = (b.take(2).decode("latin-1"), b.byte(), "x", "name", "y")[b.below(5)]
            value[key] = make(b, made, depth + 1)
        return value
    elif kind == 19:
        value = rusk.Some(make(b, made, depth + 1))
    elif kind == 20:
        value = (rusk.Ok, rusk.Err)[b.below(2)](make(b, made, depth + 1))
    elif kind == 21:
        value = t.m.Point(make(b, made, depth + 1), make(b, made, depth + 1), make(b, made, depth + 1))
    elif kind == 22:
        value = t.m.Id(make(b, made, depth + 1))
    elif kind == 23:
        value = t.Shape.Circle(make(b, made, depth + 1))
    elif kind == 24:
        value = t.Shape.Named(make(b, made, depth + 1), make(b, made, depth + 1))
    elif kind == 25:
        value = t.Shape.Empty() if b.byte() & 1 else t.Chain.End()
    elif kind == 26:
        value = t.Chain.Link(make(b, made, depth + 1), make(b, made, depth + 1))
    elif kind == 27:
        value = t.Tree(make(b, made, depth + 1), make(b, made, depth + 1), make(b, made, depth + 1))
    else:
        value = t.Tree("t", [make(b, made, depth + 1) for _ in range(count)], rusk.Some((1, b.byte())))
    made.append(value)
    return value


def fitting(b: Bytes, program: rusk.Program, index: int, depth: int = 0) -> Any:
    """A value that fits the type, but for one part in thirty."""
    if b.byte() % 30 == 29:
        return make(b, [])
    image, types = program.image, program.types
    t = image.types[index]
    kind = t.kind
    if kind == im.READONLY:
        return fitting(b, program, t.args[0], depth)
    if kind == im.UNIT:
        return None
    if kind == im.BOOL:
        return bool(b.byte() & 1)
    if kind == im.INT:
        return int.from_bytes(b.take(b.below(9)), "little", signed=True)
    if kind == im.FLOAT:
        return b.byte() / 4
    if kind == im.BYTE:
        return b.byte()
    if kind == im.CHAR:
        return chr(b.byte())
    if kind == im.STRING:
        return b.take(b.below(9)).decode("latin-1")
    if kind == im.BYTES:
        return b.take(b.below(9))
    count = 0 if depth > 12 else b.below(4)
    if kind == im.ARRAY:
        return [fitting(b, program, t.args[0], depth + 1) for _ in range(count)]
    if kind == im.TUPLE:
        return tuple(fitting(b, program, a, depth + 1) for a in t.args)
    if t.name == "core::map::Map":
        return {b.byte() if b.byte() & 1 else chr(b.byte()): make(b, [], 38) for _ in range(count)}
    if kind == im.STRUCT:
        where: Any = types
        for name in t.name.split("::"):
            where = getattr(where, name)
        return where(*[fitting(b, program, a, depth + 1) for a in t.args])
    choice = b.below(len(t.variants))
    if depth > 12:
        choice = min(range(len(t.variants)), key=lambda i: len(t.variants[i].args))
    variant = t.variants[choice]
    parts = [fitting(b, program, a, depth + 1) for a in variant.args]
    if t.name == "core::option::Option":
        return rusk.Some(parts[0]) if parts else None
    if t.name == "core::result::Result":
        return (rusk.Ok if variant.name == "Ok" else rusk.Err)(parts[0])
    return getattr(getattr(types, t.name), variant.name)(*parts)


def value(data: bytes) -> None:
    """Arguments, answers of host functions: `HostTypeError`, or a value; and the heap stays sound."""
    program = echo()
    b = Bytes(data)
    names = list(program.entries)
    name = names[b.below(len(names))]
    func = program.image.funcs[program._entries[name]]

    def part(index: int) -> Any:
        return fitting(b, program, index) if b.byte() % 4 else make(b, [])

    host = rusk.Host()
    host.install("ask", lambda t, s: part(program.image.imports[0].ret))
    for _ in range(4):
        args = [part(p) for p in func.params]
        try:
            session = program.start(entry=name, args=args, host=host, **LIMITS)
        except (rusk.HostTypeError, ValueError, RuntimeError) as e:
            assert isinstance(e, rusk.RuskError) or "no index" in str(e) or "no comparison" in str(e), repr(e)
        else:
            outcome = session.step(fuel=FUEL)
            session._machine.check_heap()
            if isinstance(outcome, rusk.Done):
                assert repr(outcome) and session.to_text()
        if b.left <= 0:
            break


TARGETS = {"source": source, "image": image, "value": value}
