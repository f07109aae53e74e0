"""Programs, hosts, sessions, effects: 08 §5 to §11, mostly its own examples."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
from typing import Any

import pytest

import rusk

ASK = """
interface Ask { fn number(prompt: string) -> int; }

fn main() -> int {
    let first = match @Ask.number("handled here") {
        @Ask.number(_) => resume(40),
        n => n,
    };
    first + @Ask.number("goes to the host")
}
"""

HOST = """
mod app {
    pub extern fn twice(n: int) -> int;
    pub mod clock { pub extern fn now() -> float; }
    pub extern fn lookup(key: string) -> Result<int, string>;
    pub extern fn unused() -> unit;
}
fn apply(f: fn(int) -> int, n: int) -> int { f(n) }
fn main() -> int {
    app::clock::now();
    match app::lookup("port") { Result::Ok(n) => n + apply(app::twice, 21), Result::Err(_) => -1 }
}
"""

LOOP = "fn main() -> int { let i = 0; while i < 100000 { i = i + 1; } i }"


# ---------------------------------------------------------------- compiling


def test_compile_and_run() -> None:
    program = rusk.compile("fn main() -> int { 40 + 2 }")
    assert program.run() == 42
    assert program.run() == 42


def test_compile_error() -> None:
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile("fn main() {\n    let x: int = true;\n}\n", path="p.rusk")
    (found,) = caught.value.diagnostics
    assert (found.severity, found.code, found.name) == ("error", "E0301", "type-mismatch")
    assert (found.file, found.line, found.column, found.end_line, found.end_column) == (
        "p.rusk",
        2,
        18,
        2,
        22,
    )
    assert "p.rusk:2:18" in str(caught.value)
    assert isinstance(caught.value, rusk.RuskError)


def test_exports() -> None:
    program = rusk.compile(
        "pub fn area(w: int, h: int) -> int { w * h }\npub fn f(g: fn() -> int) -> int { g() }\nfn private() { }\n"
    )
    assert list(program.entries) == ["area"]
    assert program.call("area", 6, 7) == 42
    assert program.start(entry="area", args=(2, 3)).step().value == 6  # type: ignore[union-attr]
    with pytest.raises(TypeError):
        program.call("area", 1)
    with pytest.raises(rusk.HostTypeError):
        program.call("area", 1, "2")
    for name in ("main", "private", "f", ""):
        with pytest.raises(rusk.InvalidStateError):
            program.call(name)


def test_argv(tmp_path: Any) -> None:
    source = "fn main(argv: [string]) -> [string] { argv }"
    assert rusk.compile(source).run(argv=["a", "b"]) == ["", "a", "b"]
    file = tmp_path / "a.rusk"
    file.write_text(source)
    assert rusk.compile_file(file).run() == [str(file)]
    with pytest.raises(rusk.InvalidStateError):
        rusk.compile("fn main() { }").run(argv=["a"])


def test_types() -> None:
    program = rusk.compile(
        """
        mod shapes { pub enum Shape { Circle(float), Empty } }
        pub struct Point { x: int, y: int }
        pub fn turn(p: Point) -> Point { Point { x: p.y, y: p.x } }
        pub fn grow(s: shapes::Shape) -> Option<shapes::Shape> {
            match s { shapes::Shape::Circle(r) => Some(shapes::Shape::Circle(r * 2.0)), shapes::Shape::Empty => None }
        }
        """
    )
    Point, Shape = program.types.Point, program.types.shapes.Shape
    assert program.call("turn", Point(1, 2)) == Point(2, 1)
    assert program.call("turn", {"x": 1, "y": 2}) == Point(x=2, y=1)
    assert program.call("grow", Shape.Circle(1.5)) == rusk.Some(Shape.Circle(3.0))
    assert program.call("grow", Shape.Empty()) is None


SEATS = """
use core::map::Map;
pub struct Seat { row: int, col: char }
impl core::hash::Hash for Seat { readonly fn hash() -> int { self.row % 2 } }
impl core::ops::Eq for Seat { readonly fn eq(o: Self) -> bool { self.row == o.row && self.col == o.col } }
pub struct Word(string);
impl core::hash::Hash for Word { readonly fn hash() -> int { 1 } }
impl core::ops::Eq for Word { readonly fn eq(o: Self) -> bool { true } }
interface Ask { fn seats() -> Map<Seat, int>; }
extern fn taken() -> Map<(int, string), [int]>;
pub fn find(m: Map<Seat, int>, s: Seat) -> Option<int> { m.get(s).map(|x| { x + 0 }) }
pub fn put(m: Map<Seat, int>, s: Seat) -> Map<Seat, int> { m.insert(s, 99); m }
pub fn less(m: Map<Seat, int>) -> Map<Seat, int> { m.retain(|k, v| { v > 1 }); m.remove(Seat { row: 3, col: 'c' }); m }
pub fn grown(m: Map<Seat, int>) -> int { m.reserve(100); m.insert(Seat { row: 500, col: 'z' }, 7); m.get(Seat { row: 500, col: 'z' }).unwrap_or(0) + m.len() }
pub fn totals(m: Map<(int, string), [int]>) -> (int, int, int) {
    let n = 0;
    for (k, v) in m { n = n + k.0 + v.len(); };
    (m.len(), n, m.get((1, "a")).map(|x| { x.len() }).unwrap_or(-1))
}
pub fn nested(m: Map<[int], Map<Seat, int>>) -> int { m.get([1, 2]).map(|x| { x.len() }).unwrap_or(-1) }
pub fn words(m: Map<Word, int>) -> int { m.get(Word("x")).unwrap_or(0) }
pub fn asked(s: Seat) -> int { @Ask.seats().get(s).unwrap_or(-1) + totals(taken()).2 }
"""


def test_maps_whose_keys_only_the_program_can_hash() -> None:
    program = rusk.compile(SEATS, external=["Ask"])
    Seat, Word = program.types.Seat, program.types.Word
    seats = [(Seat(1, "a"), 1), (Seat(2, "b"), 2), (Seat(3, "c"), 3)]
    assert program.call("find", seats, Seat(3, "c")) == rusk.Some(3)
    assert program.call("find", seats, Seat(9, "c")) is None
    assert program.call("find", [], Seat(9, "c")) is None
    assert program.call("put", seats, Seat(2, "b")) == [seats[0], (Seat(2, "b"), 99), seats[2]]
    assert program.call("put", seats, Seat(8, "b")) == [*seats, (Seat(8, "b"), 99)]
    assert program.call("less", seats) == [seats[1]]
    assert program.call("grown", seats) == 11
    pairs = [((1, "a"), [1, 2, 3]), ((2, "b"), [])]
    assert program.call("totals", pairs) == program.call("totals", dict(pairs)) == (2, 6, 3)
    assert program.call("nested", [([2], []), ([1, 2], seats)]) == 3
    many = [(Seat(i, "x"), i) for i in range(300)]
    assert program.call("find", many, Seat(257, "x")) == rusk.Some(257)
    host = rusk.Host()
    host.install("taken", lambda: pairs)
    session = program.start(entry="asked", args=(Seat(2, "b"),), host=host)
    request = session.step()
    assert isinstance(request, rusk.Request)
    session.resume(request.k, seats)
    outcome = session.step()
    assert isinstance(outcome, rusk.Done) and outcome.value == 2 + 3
    with pytest.raises(rusk.HostTypeError, match="equal keys"):
        program.call("find", [*seats, (Seat(1, "a"), 5)], Seat(1, "a"))
    with pytest.raises(rusk.HostTypeError, match=r"names\[0\].row: expected int, got str"):
        program.call("find", [(Seat("x", "a"), 5)], Seat(1, "a"))
    with pytest.raises(rusk.Trap, match="two keys from the host are equal"):
        program.call("words", [(Word("a"), 1), (Word("b"), 2)])


def test_maps() -> None:
    program = rusk.compile(
        """
        use core::map::Map;
        pub fn turn(m: Map<string, int>, extra: [string]) -> Map<string, int> {
            for e in extra { m.insert(e, m.get(e).unwrap_or(0) + 1); }
            m.remove("gone");
            m
        }
        pub fn pairs() -> Map<(int, int), bool> { let m = Map::new(); m.insert((1, 2), true); m }
        pub fn floats(m: Map<int, float>) -> float { m.get(7).unwrap_or(0.0) }
        """
    )
    given = {"a": 1, "gone": 5, "b": 2}
    got = program.call("turn", given, ["b", "c"])
    assert list(got.items()) == [("a", 1), ("b", 3), ("c", 1)]
    assert program.call("turn", [("x", 1), ("y", 2)], []) == {"x": 1, "y": 2}
    many = {f"k{i}": i for i in range(1000)}
    assert program.call("turn", many, ["k7"]) == {**many, "k7": 8}
    assert program.call("pairs") == [((1, 2), True)]
    assert program.call("floats", {i: i * 1.5 for i in range(-50, 50)}) == 10.5
    unhashable = [([], 1)], [(memoryview(bytearray(b"a")), 1)]
    for bad in ({1: 1}, {"a": "b"}, [("a", 1), ("a", 2)], [("a",)], "ab", *unhashable):
        with pytest.raises(rusk.HostTypeError):
            program.call("turn", bad, [])
    session = program.start(entry="turn", args=({"a": 1, "b": 2}, []))
    session.run()
    assert session.to_text() == 'Map { "a": 1, "b": 2 }'


def test_opaque_result() -> None:
    got = rusk.compile("fn main() -> fn(int) -> int { |x: int| { x } }").run()
    assert isinstance(got, rusk.Opaque) and repr(got).startswith("<fn ")


def test_cyclic_result() -> None:
    source = (
        "struct Node { next: [Node] }\nfn main() -> Node { let n = Node { next: [] }; n.next.push(n); n }"
    )
    session = rusk.compile(source).start()
    with pytest.raises(rusk.HostTypeError, match="cyclic"):
        session.step()
    assert session.to_text() == "Node { next: [...] }"


# ---------------------------------------------------------------- host functions


def host() -> rusk.Host:
    host = rusk.Host()
    host.install("app::twice", lambda n: n * 2)
    host.install("app::clock::now", lambda: 1.0)
    host.install("app::lookup", lambda key: rusk.Ok(400))
    return host


def test_host_functions() -> None:
    program = rusk.compile(HOST)
    assert program.imports["app::twice"] == "(int) -> int"
    assert program.run(host=host()) == 442
    other = host()
    other.install("nobody::wants", lambda: None)
    assert program.run(host=other) == 442
    found = other.check(program)
    assert found.unused == ["nobody::wants"] and "app::twice" not in found.missing


@pytest.mark.parametrize(
    ("name", "function", "message"),
    [
        ("app::twice", None, "missing host import implementation: `app::twice`"),
        ("app::twice", lambda n: "x", "host call `app::twice` return type mismatch: expected int, got str"),
        (
            "app::lookup",
            lambda k: 443,
            "host call `app::lookup` return type mismatch: expected Result<int, string>, got int",
        ),
        (
            "app::clock::now",
            lambda: 1 / 0,
            "host call `app::clock::now` failed: host error: division by zero",
        ),
    ],
)
def test_host_failures(name: str, function: Any, message: str) -> None:
    h = host()
    if function is None:
        del h.functions[name]
    else:
        h.install(name, function)
    with pytest.raises(rusk.Trap) as caught:
        rusk.compile(HOST).run(host=h)
    assert caught.value.message.replace("core::result::", "") == message
    assert isinstance(caught.value.__cause__, ZeroDivisionError) == ("zero" in message)


def test_contradicting_declarations() -> None:
    program = rusk.compile(HOST)

    def text(n: str) -> int:
        return 0

    def result(n: int) -> str:
        return ""

    for function in (lambda: 1, lambda a, b: 1, text, result):
        h = host()
        h.install("app::twice", function)
        with pytest.raises(rusk.HostTypeError):
            program.start(host=h)


def test_other_exceptions_propagate() -> None:
    h = host()

    def stop(n: int) -> int:
        raise SystemExit(3)

    h.install("app::twice", stop)
    session = rusk.compile(HOST).start(host=h)
    with pytest.raises(SystemExit):
        session.step()
    assert session.state == "trapped"
    assert isinstance(session.step(), rusk.Trapped)


def test_reentry() -> None:
    h = host()
    sessions: list[rusk.Session] = []
    errors = []

    def again(n: int) -> int:
        for call in (sessions[0].step, lambda: sessions[0].resume(None, 1)):
            try:
                call()
            except rusk.InvalidStateError as e:
                errors.append(str(e))
        return rusk.compile("fn main() -> int { 1 }").run()  # type: ignore[no-any-return]

    h.install("app::twice", again)
    sessions.append(rusk.compile(HOST).start(host=h))
    assert isinstance(sessions[0].step(), rusk.Done)
    assert errors == ["session re-entered during host call"] * 2
    assert sessions[0].run() == 401


def test_stdio() -> None:
    out = io.StringIO()
    program = rusk.compile('fn main() { std::print("a"); std::println("b"); }')
    program.run(host=rusk.stdio(out))
    assert out.getvalue() == "ab\n"
    with pytest.raises(rusk.Trap, match="missing host import implementation: `std::print`"):
        program.run()


def test_output_limit() -> None:
    out = io.StringIO()
    program = rusk.compile('fn main() { loop { std::println("12345678"); } }')
    with pytest.raises(rusk.Trap, match="^output limit exceeded$"):
        program.run(host=rusk.stdio(out), output=100)
    assert out.getvalue() == "12345678\n" * 11


# ---------------------------------------------------------------- effects


def test_request_and_resume() -> None:
    program = rusk.compile(ASK, external=["Ask.number", "Nobody.here"])
    assert program.requires == {"Ask.number": "(string) -> int"}
    session = program.start()
    request = session.step()
    assert isinstance(request, rusk.Request)
    assert (request.effect, request.args, session.state) == ("Ask.number", ("goes to the host",), "suspended")
    with pytest.raises(rusk.InvalidStateError, match="session is suspended; call resume/drop first"):
        session.step()
    with pytest.raises(rusk.HostTypeError):
        session.resume(request.k, "2")
    with pytest.raises(rusk.InvalidContinuationError, match="continuation handle mismatch"):
        session.resume(object(), 2)
    session.resume(request.k, 2)
    with pytest.raises(rusk.InvalidStateError, match="session is not suspended"):
        session.resume(request.k, 2)
    assert session.step().value == 42  # type: ignore[union-attr]
    assert session.step().value == 42  # type: ignore[union-attr]


def test_match_statement() -> None:
    session = rusk.compile(ASK, external=["Ask"]).start()
    match session.step():
        case rusk.Request("Ask.number", (text,), k):
            assert text == "goes to the host"
            session.resume(k, 1)
    match session.step():
        case rusk.Done(value):
            assert value == 41


def test_drop() -> None:
    session = rusk.compile(ASK, external=["Ask"]).start()
    request = session.step()
    assert isinstance(request, rusk.Request)
    session.drop(request.k)
    outcome = session.step()
    assert isinstance(outcome, rusk.Trapped) and outcome.trap.message == "cancelled"
    with pytest.raises(rusk.InvalidStateError):
        session.drop(request.k)


def test_not_external() -> None:
    with pytest.raises(rusk.Trap, match=r"unhandled effect: Ask\.number"):
        rusk.compile(ASK).run()


def test_effect_table() -> None:
    program = rusk.compile(ASK, external=["Ask"])
    effects = rusk.Effects(program)
    effects.handle("Ask.number", lambda prompt: 2)
    assert program.run(effects=effects) == 42
    other = rusk.Effects(rusk.compile(ASK, external=["Ask", "Net.get"]))
    other.handle("Net.get", lambda url: url)  # declared, though not in this program
    with pytest.raises(rusk.InvalidStateError):
        effects.handle("Ask.number", lambda prompt: 2)
    with pytest.raises(rusk.InvalidStateError):
        effects.handle("Ask.other", lambda prompt: 2)
    with pytest.raises(rusk.HostTypeError):
        rusk.Effects(program).handle("Ask.number", lambda: 2)


def test_failing_handler_leaves_the_session_suspended() -> None:
    program = rusk.compile(ASK, external=["Ask"])
    for bad in (lambda prompt: 1 / 0, lambda prompt: "x"):
        effects = rusk.Effects(program)
        effects.handle("Ask.number", bad)
        session = program.start()
        with pytest.raises(rusk.EffectError) as caught:
            session.step(effects=effects)
        assert caught.value.effect == "Ask.number" and caught.value.args == ("goes to the host",)
        assert caught.value.__cause__ is not None and session.state == "suspended"
        session.resume(caught.value.k, 2)
        assert session.run() == 42


def test_async() -> None:
    program = rusk.compile(ASK, external=["Ask"])

    async def number(prompt: str) -> int:
        await asyncio.sleep(0.01)
        return 2

    async def both() -> list[Any]:
        effects = rusk.Effects(program)
        effects.handle("Ask.number", number)
        return await asyncio.gather(program.start().run_async(effects), program.start().run_async(effects))

    assert asyncio.run(both()) == [42, 42]


# ---------------------------------------------------------------- fuel, limits, threads


def test_fuel() -> None:
    program = rusk.compile(LOOP)
    session = program.start()
    assert isinstance(session.step(fuel=0), rusk.Yield)
    turns = 0
    while True:
        outcome = session.step(fuel=1000)
        if isinstance(outcome, rusk.Done):
            break
        assert isinstance(outcome, rusk.Yield) and outcome.reason == "fuel"
        turns += 1
    assert outcome.value == 100000 and turns > 50
    with pytest.raises(ValueError):
        session.step(fuel=-1)


def test_total_fuel() -> None:
    program = rusk.compile(LOOP)
    with pytest.raises(rusk.Trap, match="^fuel limit exceeded$"):
        program.run(fuel=1000)
    session = program.start(fuel=1000)
    assert isinstance(session.step(), rusk.Yield)
    assert isinstance(session.step(), rusk.Yield)


def test_total_fuel_is_what_is_used() -> None:
    program = rusk.compile(
        "interface Ask { fn it() -> int; } fn main() -> int { let s = 0; let i = 0; while i < 50 { s = s + @Ask.it(); i = i + 1; } s }",
        external=["Ask"],
    )
    effects = rusk.Effects(program)
    effects.handle("Ask.it", lambda: 2)
    assert program.run(effects=effects, fuel=2_000) == 100
    with pytest.raises(rusk.Trap, match="^fuel limit exceeded$"):
        program.run(effects=effects, fuel=200)


def test_a_deadline_among_host_calls() -> None:
    """A program that does little but call the host meets its deadline too, and interrupts."""
    program = rusk.compile("extern fn f() -> unit; fn main() { loop { f(); } }")
    h = rusk.Host()
    h.install("f", lambda: None)
    with pytest.raises(rusk.Trap, match="^deadline exceeded$"):
        program.run(host=h, deadline=0.05)
    calls = 0

    def f() -> None:
        nonlocal calls
        calls += 1
        if calls == 100:
            session.interrupt()

    h.install("f", f)
    session = program.start(host=h)
    outcome = session.step()
    assert isinstance(outcome, rusk.Yield) and outcome.reason == "interrupt"


@pytest.mark.parametrize(
    ("source", "limits", "message"),
    [
        (
            "fn main() { let xs: [int] = []; loop { xs.push(1); } }",
            {"memory": 1 << 20},
            "memory limit exceeded",
        ),
        ("fn f(n: int) -> int { 1 + f(n) }\nfn main() -> int { f(1) }", {"depth": 1000}, "stack overflow"),
        ("fn main() { loop { } }", {"deadline": 0.1}, "deadline exceeded"),
    ],
)
def test_limits(source: str, limits: dict[str, Any], message: str) -> None:
    with pytest.raises(rusk.Trap) as caught:
        rusk.compile(source).run(**limits)
    assert caught.value.message.replace("core::result::", "") == message


def test_traceback() -> None:
    program = rusk.compile(
        "fn f(n: int) -> int {\n    1 / n\n}\nfn main() -> int { f(0) }\n", path="t.rusk", opt_level=0
    )
    with pytest.raises(rusk.Trap) as caught:
        program.run()
    assert [(f.function, f.file, f.line) for f in caught.value.traceback] == [
        ("main", "t.rusk", 4),
        ("f", "t.rusk", 2),
    ]
    assert caught.value.render().startswith("runtime error: int_div: division by zero\n")


def test_interrupt() -> None:
    session = rusk.compile("fn main() { loop { } }").start()
    session.interrupt()
    assert isinstance(session.step(fuel=10), rusk.Yield)
    threading.Timer(0.1, session.interrupt).start()
    outcome = session.step()
    assert isinstance(outcome, rusk.Yield) and outcome.reason == "interrupt"


def test_threads() -> None:
    program = rusk.compile(LOOP)
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(program.run())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [100000] * 4


def test_one_thread_at_a_time() -> None:
    entered, leave = threading.Event(), threading.Event()
    h = rusk.Host()
    h.install("f", lambda: entered.set() or (leave.wait() and None))
    session = rusk.compile("extern fn f() -> unit; fn main() -> int { f(); 5 }").start(host=h)
    thread = threading.Thread(target=session.step)
    thread.start()
    entered.wait()
    with pytest.raises(rusk.InvalidStateError):
        session.step()
    leave.set()
    thread.join()
    assert session.run() == 5


def test_metrics() -> None:
    session = rusk.compile(LOOP).start(metrics=True)
    session.run()
    assert session.metrics()["executed_instructions"] > 0


# ---------------------------------------------------------------- saving


def test_bytes() -> None:
    program = rusk.compile(ASK, external=["Ask"])
    data = program.to_bytes()
    assert data.startswith(b"RUSKBC0\0")
    loaded = rusk.Program.from_bytes(data)
    assert loaded.to_bytes() == data
    effects = rusk.Effects(loaded)
    effects.handle("Ask.number", lambda prompt: 2)
    assert loaded.run(effects=effects) == 42
    for bad in (b"", data[:-1], data + b"x", b"x" * 100):
        with pytest.raises(rusk.LoadError) as caught:
            rusk.Program.from_bytes(bad)
        assert isinstance(caught.value, rusk.RuskError)


def test_host_modules() -> None:
    program = rusk.compile(
        "fn main() -> int { app::twice(21) }", modules={"app": "pub extern fn twice(n: int) -> int;"}
    )
    h = rusk.Host()
    h.install("app::twice", lambda n: 2 * n)
    assert program.run(host=h) == 42


# ---------------------------------------------------------------- the package


def test_import_is_light() -> None:
    code = "import sys; before = set(sys.modules); import rusk; print(sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    assert done.stdout.strip() in ("['__future__', 'rusk']", "['rusk']")


def test_names() -> None:
    for name in rusk.__all__:
        assert getattr(rusk, name) is not None
    assert set(rusk.__all__) <= set(dir(rusk))
    with pytest.raises(AttributeError):
        rusk.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["Ask.nothing"], "`Ask` declares no method `nothing`"),
        (["Ask.number", "Ask.number"], "it is listed twice"),
        ([""], "a name is"),
        (["Ask."], "a name is"),
        ([".number"], "a name is"),
        (["Odd.made"], "static"),
        (["Odd.call"], "cannot cross the host boundary"),
        (["Odd"], "cannot cross the host boundary"),
        (["Odd.same"], "Self"),
    ],
)
def test_bad_external(names: list[str], reason: str) -> None:
    source = (
        ASK
        + "interface Odd { static fn made() -> int; fn call(f: fn() -> int) -> int; fn same(x: Self) -> int; }"
    )
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile(source, external=names)
    (found,) = [d for d in caught.value.diagnostics if d.severity == "error"]
    assert found.code == "E0704" and reason in found.message, found.message


def test_external_of_modules_and_generics() -> None:
    source = """
    mod io { pub interface Net { fn get(url: string) -> string; } }
    interface Box<T> { fn put(v: T) -> unit; }
    pub fn fetch() -> string { @io::Net.get("x") }
    pub fn put() { @Box<int>.put(1) }
    """
    program = rusk.compile(source, external=["io::Net", "Box", "Box.put", "Nobody", "no::One.x"])
    assert program.requires == {"io::Net.get": "(string) -> string"}
    effects = rusk.Effects(program)
    effects.handle("io::Net.get", lambda url: url + "!")
    assert program.call("fetch", effects=effects) == "x!"
    with pytest.raises(rusk.Trap, match=r"unhandled effect: Box\.put"):
        program.call("put")


def test_a_text_may_grow_until_two_copies_fill_the_memory() -> None:
    """Room to grow is taken only where there is memory for it."""
    program = rusk.compile(
        """
        fn main() -> int {
            let piece = "0123456789abcdef";
            let i = 0;
            while i < 14 { piece = piece + piece; i = i + 1; }
            let s = "x";
            i = 0;
            while i < 30 { s = s + piece; i = i + 1; }
            s.byte_slice(0, None).len()
        }
        """
    )
    size = 30 * 16 * (1 << 14) + 1
    assert program.start(memory=size * 2 + (1 << 19)).run() == size
    with pytest.raises(rusk.Trap, match="memory limit exceeded"):
        program.start(memory=size * 2 - (1 << 19)).run()
