"""Sentences of docs/language/08-host.md that no other file here tests, by section."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest

import rusk

# ---------------------------------------------------------------- §2


def test_names_of_imports() -> None:
    program = rusk.compile(
        """
        mod app { pub mod clock { pub extern fn now() -> float; } pub extern fn twice(n: int) -> int; }
        extern fn add(_a: int, _: int,) -> int;
        use app::clock::now as later;
        fn main() -> float { later(); app::twice(1); add(1, 2); later() }
        """
    )
    assert program.imports == {
        "app::clock::now": "() -> float",
        "app::twice": "(int) -> int",
        "add": "(int, int) -> int",
    }
    with pytest.raises(rusk.Trap, match="^missing host import implementation: `app::clock::now`$"):
        program.run()


@pytest.mark.parametrize(
    ("declaration", "errors"),
    [
        ("extern fn f(a: int);", ["bad-extern"]),
        ("extern fn f<T>(a: T) -> T;", ["bad-extern"]),
        ("extern fn f(a: int, a: int) -> int;", ["duplicate-binding"]),
        ("extern fn f(_: int, _: int) -> int;", []),
        ("extern fn f(g: fn() -> int) -> int;", ["bad-extern-type"]),
        ("extern fn f() -> !;", ["bad-extern-type"]),
        ("extern fn f() -> [fn()];", ["bad-extern-type"]),
        ("extern fn f() -> int; fn f() {}", ["duplicate-item"]),
        ("mod m { extern fn f() -> int; } fn g() { m::f(); }", ["private-item"]),
        ("interface J {} extern fn f(j: J) -> int;", ["bad-extern-type"]),
        ("struct G<T> { v: T } extern fn f(g: G<fn()>) -> int;", ["bad-extern-type"]),
        ("struct G<T> { v: T } extern fn f(g: G<int>) -> int;", []),
        ("extern fn f(k: cont(int) -> fn()) -> int;", ["bad-extern-type"]),
        ("extern fn f(k: cont(int) -> int) -> readonly [int];", []),
        ("enum N<T> { A(T), B(N<[T]>) } extern fn f(g: N<int>) -> int;", ["bad-extern-type"]),
        ("extern fn f(m: core::map::Map<int, fn()>) -> int;", ["bad-extern-type"]),
    ],
)
def test_what_may_be_extern(declaration: str, errors: list[str]) -> None:
    found = []
    try:
        rusk.compile(declaration + " fn main() {}")
    except rusk.CompileError as e:
        found = [d.name for d in e.diagnostics if d.severity == "error"]
    assert found == errors


def test_extern_functions_are_values() -> None:
    program = rusk.compile(
        "extern fn f(n: int) -> int; fn ap(g: fn(int) -> int, n: int) -> int { g(n) } fn main() -> int { let h = f; let a = [f, h]; ap(a[1], 4) + (a[0])(1) }"
    )
    host = rusk.Host()
    host.install("f", lambda n: n * 2)
    assert program.run(host=host) == 10


# ---------------------------------------------------------------- §4


def test_memoryviews_for_bytes_are_contiguous() -> None:
    program = rusk.compile("pub fn f(b: bytes) -> bytes { b }")
    assert program.call("f", memoryview(b"abcd")[1:3]) == b"bc"
    with pytest.raises(rusk.HostTypeError, match="arg 0: expected bytes, got memoryview"):
        program.call("f", memoryview(b"abcd")[::2])


def test_one_class_for_all_instances() -> None:
    program = rusk.compile(
        """
        pub struct Pair<T> { a: T, b: T }
        pub fn ints(p: Pair<int>) -> Pair<int> { Pair { a: p.b, b: p.a } }
        pub fn texts(p: Pair<string>) -> Pair<string> { Pair { a: p.b, b: p.a } }
        """
    )
    Pair = program.types.Pair
    assert program.call("ints", Pair(1, 2)) == Pair(2, 1)
    assert program.call("texts", Pair("x", "y")) == Pair("y", "x")
    with pytest.raises(rusk.HostTypeError, match=r"arg 0\.a: expected int, got str"):
        program.call("ints", Pair("x", "y"))


def test_by_value_in_both_directions() -> None:
    program = rusk.compile(
        "extern fn f(a: [int]) -> [int]; fn main() -> ([int], [int]) { let a = [1]; let b = f(a); b.push(3); (a, b) }"
    )
    host = rusk.Host()
    host.install("f", lambda a: a.append(2) or a)
    assert program.run(host=host) == ([1], [1, 2, 3])


# ---------------------------------------------------------------- §5

CYCLE = """
struct Node { next: [Node] }
extern fn show(n: Node) -> unit;
interface Ask { fn show(n: Node) -> int; }
fn cycle() -> Node { let n = Node { next: [] }; n.next.push(n); n }
pub fn host() { show(cycle()); }
pub fn effect() -> int { @Ask.show(cycle()) }
"""


def test_arguments_that_cannot_be_converted() -> None:
    called = []
    host = rusk.Host()
    host.install("show", called.append)
    program = rusk.compile(CYCLE, external=["Ask"])
    with pytest.raises(rusk.Trap, match="^host call `show` arg conversion: cyclic value$"):
        program.call("host", host=host)
    assert called == []
    host.install("show", lambda n: called.append(n.next[0].next == n.next), by_ref=True)
    program.call("host", host=host)
    assert called == [True]


def test_a_cyclic_argument_of_an_effect_leaves_it_suspended() -> None:
    session = rusk.compile(CYCLE, external=["Ask"]).start(entry="effect")
    request = session.step()
    assert isinstance(request, rusk.Request)
    with pytest.raises(rusk.HostTypeError, match="cyclic value"):
        request.args  # noqa: B018
    assert session.state == "suspended"
    assert request.refs[0].next[0] == request.refs[0]
    session.resume(request.k, 4)
    assert session.run() == 4


def test_everything_that_reenters() -> None:
    program = rusk.compile(
        """
        interface Loop { fn park(k: cont(int) -> int) -> unit; }
        interface Wait { fn now() -> int; }
        extern fn f() -> unit;
        fn main() -> int { match @Wait.now() { @Wait.now() -> k => { @Loop.park(k); f(); 1 } n => n } }
        """,
        external=["Loop"],
    )
    host = rusk.Host()
    errors = []

    def f() -> None:
        for call in (
            session.step,
            lambda: session.resume(request.k),
            lambda: session.drop(request.k),
            lambda: session.resume_tail(kept, 1),
            lambda: session.drop_cont(kept),
            session.close,
            session.save,
        ):
            try:
                call()
            except rusk.InvalidStateError as e:
                errors.append(str(e))

    host.install("f", f)
    session = program.start(host=host)
    request = session.step()
    assert isinstance(request, rusk.Request)
    kept = request.args[0]
    session.resume(request.k)
    assert session.run() == 1
    assert errors == ["session re-entered during host call"] * 7
    session.resume_tail(kept, 9)
    assert session.run() == 9


def test_errors_that_escape_from_reentering() -> None:
    program = rusk.compile("extern fn f() -> unit; fn main() { f(); }")
    host = rusk.Host()
    host.install("f", lambda: session.step())
    session = program.start(host=host)
    outcome = session.step()
    assert isinstance(outcome, rusk.Trapped)
    assert outcome.trap.message == "host call `f` failed: host error: session re-entered during host call"


# ---------------------------------------------------------------- §7

SUM = "extern fn out(n: int) -> unit; fn main() -> int { let s = 0; let i = 0; while i < 100 { s = s + i; out(s); i = i + 1; } s }"


def test_any_slicing_gives_the_same() -> None:
    program = rusk.compile(SUM)

    def run(slices: Any) -> tuple[Any, list[int]]:
        seen: list[int] = []
        host = rusk.Host()
        host.install("out", seen.append)
        session = program.start(host=host)
        while not isinstance(outcome := session.step(fuel=next(slices)), rusk.Done):
            assert isinstance(outcome, rusk.Yield)
        return outcome.value, seen

    from itertools import cycle

    whole = run(cycle([1 << 70]))
    assert whole == (4950, [i * (i + 1) // 2 for i in range(100)])
    for sizes in ([1], [7], [0, 100, 3], [50]):
        assert run(cycle(sizes)) == whole


def test_fuel_is_deterministic() -> None:
    program = rusk.compile(
        "fn main() -> int { let s = 0; let i = 0; while i < 1000 { s = s + i; i = i + 1; } s }"
    )

    def needed() -> int:
        low, high = 0, 1 << 20
        while low < high:
            middle = (low + high) // 2
            if isinstance(program.start().step(fuel=middle), rusk.Done):
                high = middle
            else:
                low = middle + 1
        return low

    least = needed()
    assert least == needed() > 1000
    assert isinstance(program.start().step(fuel=least), rusk.Done)
    assert isinstance(program.start().step(fuel=least - 1), rusk.Yield)


def test_one_session_of_many_threads() -> None:
    session = rusk.compile("fn main() { loop { } }").start()
    outcomes: list[Any] = []

    def use() -> None:
        try:
            outcomes.append(session.step(fuel=3_000_000))
        except rusk.InvalidStateError as e:
            outcomes.append(str(e))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {o if isinstance(o, str) else o.reason for o in outcomes} <= {
        "fuel",
        "session is used by another thread",
    }
    assert any(isinstance(o, rusk.Yield) for o in outcomes)


def test_what_closed_sessions_do() -> None:
    with rusk.compile("fn main() -> int { 1 }").start() as session:
        assert session.run() == 1
    for use in (session.step, session.run, session.to_text, session.traceback, session.close, session.save):
        with pytest.raises(rusk.InvalidStateError, match="session is closed"):
            use()


# ---------------------------------------------------------------- §7.3


@pytest.mark.parametrize("limit", ["memory", "depth", "fuel", "output"])
def test_limits_below_zero(limit: str) -> None:
    program = rusk.compile("pub fn f() -> int { 1 } fn main() -> int { f() }")
    limits: dict[str, Any] = {limit: -1}
    for use in (program.start, program.run, lambda **k: program.call("f", **k)):
        with pytest.raises(ValueError, match=f"^{limit} must not be negative$"):
            use(**limits)
    if limit in ("memory", "depth"):
        with pytest.raises(ValueError, match=f"^{limit} must not be negative$"):
            program.function("f", **limits)


def test_deadlines_that_have_passed_or_are_none() -> None:
    program = rusk.compile("fn main() { loop { } }")
    for deadline in (0, -1.0):
        with pytest.raises(rusk.Trap, match="^deadline exceeded$"):
            program.run(deadline=deadline)
    with pytest.raises(ValueError, match="deadline must be a number of seconds"):
        program.run(deadline=float("nan"))
    with pytest.raises(rusk.Trap, match="^fuel limit exceeded$"):
        program.run(deadline=float("inf"), fuel=1000)


# ---------------------------------------------------------------- §8


def test_inherited_operations_and_default_bodies() -> None:
    program = rusk.compile(
        """
        interface A { fn get() -> int { 5 } }
        interface B: A { fn put(n: int) -> unit; }
        pub fn get() -> int { @B.get() }
        pub fn put() { @B.put(1) }
        """,
        external=["A.get", "B"],
    )
    assert program.requires == {"A.get": "() -> int", "B.put": "(int) -> unit"}
    request = program.start(entry="get").step()
    assert isinstance(request, rusk.Request) and request.effect == "A.get"


def test_handles_of_other_suspensions() -> None:
    source = "interface Ask { fn it() -> int; } fn main() -> int { @Ask.it() + @Ask.it() }"
    program = rusk.compile(source, external=["Ask"])
    one, two = program.start(), program.start()
    r1, r2 = one.step(), two.step()
    assert isinstance(r1, rusk.Request) and isinstance(r2, rusk.Request)
    for bad in (r2.k, None, r1):
        with pytest.raises(rusk.InvalidContinuationError, match="^continuation handle mismatch$"):
            one.resume(bad, 1)
        with pytest.raises(rusk.InvalidContinuationError, match="^continuation handle mismatch$"):
            one.drop(bad)
    one.resume(r1.k, 1)
    again = one.step()
    assert isinstance(again, rusk.Request)
    with pytest.raises(rusk.InvalidContinuationError, match="^continuation handle mismatch$"):
        one.resume(r1.k, 1)
    with pytest.raises(rusk.InvalidStateError, match="its arguments were not read before"):
        r1.args  # noqa: B018
    one.resume(again.k, 2)
    assert one.run() == 3


# ---------------------------------------------------------------- §9


def test_a_forgotten_continuation_is_released() -> None:
    program = rusk.compile(
        """
        interface Loop { fn park(k: cont(int) -> int) -> unit; }
        interface Wait { fn now() -> int; }
        fn task() -> int { let xs: [int] = []; xs.resize(100000, 1); let f = | | { xs.len() }; match @Wait.now() + f() { @Wait.now() -> k => { @Loop.park(k); 1 } n => n } }
        fn main() -> int { task(); task(); 2 }
        """,
        external=["Loop"],
    )
    session = program.start()
    kept = []
    while not isinstance(outcome := session.step(), rusk.Done):
        assert isinstance(outcome, rusk.Request)
        kept.append(outcome.args[0])
        session.resume(outcome.k)
    del outcome
    session._machine.collect()
    before = session.memory_used
    assert before > 1_600_000
    kept.clear()
    gc.collect()
    session._machine.collect()
    assert session.memory_used < before - 700_000


# ---------------------------------------------------------------- §10


def test_argv_that_is_no_unicode() -> None:
    program = rusk.compile("fn main(argv: [string]) -> string { argv[1] }")
    assert program.run(argv=["a\udcffb"]) == "a\ufffdb"
    assert program.run(argv=["\U0001f600"]) == "\U0001f600"


# ---------------------------------------------------------------- §12


def test_counters() -> None:
    program = rusk.compile(SUM)
    host = rusk.Host()
    host.install("out", lambda n: None)
    session = program.start(host=host)
    session.step(fuel=100)
    assert set(session.metrics().values()) <= {0} | {
        v for k, v in session.metrics().items() if k.startswith("max_")
    }
    session.enable_metrics()
    session.step(fuel=200)
    found = session.take_metrics()
    assert found["executed_instructions"] > 20 and found["host_calls"] > 0
    classes = [v for k, v in found.items() if k.endswith("_instructions") and k != "executed_instructions"]
    assert sum(classes) == found["executed_instructions"]
    assert session.metrics()["executed_instructions"] == 0
    session.step(fuel=50)
    assert session.metrics()["executed_instructions"] > 0
    session.reset_metrics()
    session.enable_metrics(False)
    session.run()
    assert session.metrics()["executed_instructions"] == 0
