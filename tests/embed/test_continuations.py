"""Continuations in the hands of the host (08 §9)."""

from __future__ import annotations

import gc
import random
from typing import Any

import pytest

import rusk

#: the scheduler of 08 §9
SCHEDULER = """
interface Wait { fn io(tag: int) -> int; }
interface Loop { fn park(k: cont(int) -> int, tag: int) -> unit; }

fn task(n: int) -> int {
    match @Wait.io(n) {
        @Wait.io(tag) -> k => { @Loop.park(k, tag); 0 }
        got => got + n
    }
}

fn main() -> int {
    task(10);
    task(20);
    5
}

pub fn many(n: int) -> int { for i in 0..n { task(i); } n }
pub fn spin(n: int) -> int { task(1000); let i = 0; while i < n { i = i + 1; } i }
"""

P = rusk.compile(
    SCHEDULER.replace("0..n", "upto(n)")
    + "fn upto(n: int) -> [int] { let a = []; let i = 0; while i < n { a.push(i); i = i + 1; } a }",
    external=["Loop.park"],
)


def parked(session: rusk.Session) -> tuple[list[Any], Any]:
    """Run to the end; the continuations that were parked, and the outcome."""
    out = []
    while True:
        outcome = session.step()
        if not isinstance(outcome, rusk.Request):
            return out, outcome
        k, tag = outcome.args
        out.append(k)
        session.resume(outcome.k, None)


def test_the_example() -> None:
    session = P.start()
    (k1, k2), outcome = parked(session)
    assert isinstance(outcome, rusk.Done) and outcome.value == 5
    session.resume_tail(k2, 1)
    assert session.state == "running"
    assert session.step().value == 21  # type: ignore[union-attr]
    session.resume_tail(k1, 1)
    assert session.run() == 11
    assert session.run() == 11


def test_handles() -> None:
    session = P.start()
    (k1, k2), _ = parked(session)
    assert isinstance(k1, rusk.Cont) and k1 != k2 and len({k1, k2, k1}) == 2
    assert (k1.param, k1.result) == ("int", "int")
    assert repr(k1) == "<rusk.Cont(int) -> int>"


def test_any_order() -> None:
    session = P.start(entry="many", args=(500,))
    conts, outcome = parked(session)
    assert isinstance(outcome, rusk.Done) and outcome.value == 500
    order = list(range(500))
    random.Random(3).shuffle(order)
    for i in order:
        session.resume_tail(conts[i], 1000)
        assert session.run() == 1000 + i
    session._machine.check_heap()


def test_under_a_running_session() -> None:
    """The result of a continuation that is put on top of an interrupted computation is discarded."""
    session = P.start(entry="spin", args=(100_000,))
    request = session.step()
    assert isinstance(request, rusk.Request)
    k, _ = request.args
    with pytest.raises(rusk.InvalidStateError, match="session is suspended; call resume/drop first"):
        session.resume_tail(k, 1)
    session.resume(request.k)
    for _ in range(10):
        assert isinstance(session.step(fuel=1000), rusk.Yield)
    session.resume_tail(k, 1)
    session._machine.check_heap()
    assert session.traceback()
    assert session.run() == 100_000


def test_many_on_top_of_each_other() -> None:
    session = P.start(entry="many", args=(50,))
    conts = []
    for _ in range(50):
        request = session.step()
        assert isinstance(request, rusk.Request)
        conts.append(request.args[0])
        session.resume(request.k)
        assert isinstance(session.step(fuel=0), rusk.Yield)
    for k in conts:
        session.resume_tail(k, 7)
    session._machine.check_heap()
    assert session.run() == 50


def test_used_dropped_foreign() -> None:
    session, other = P.start(), P.start()
    (k1, k2), _ = parked(session)
    (o1, o2), _ = parked(other)
    session.resume_tail(k1, 1)
    for bad in (k1, o1):
        with pytest.raises(rusk.InvalidContinuationError):
            session.resume_tail(bad, 1)
        with pytest.raises(rusk.InvalidContinuationError):
            session.drop_cont(bad)
    assert session.run() == 11
    with pytest.raises(rusk.HostTypeError):
        session.resume_tail(k2, "x")
    assert session.state == "done"
    session.drop_cont(k2)
    with pytest.raises(rusk.InvalidContinuationError):
        session.drop_cont(k2)
    with pytest.raises(rusk.InvalidContinuationError):
        k2.drop()
    with pytest.raises(rusk.InvalidContinuationError):
        session.resume_tail(k2, 1)
    assert session.step().value == 11  # type: ignore[union-attr]
    o2.drop()
    with pytest.raises(TypeError):
        session.resume_tail(object(), 1)  # type: ignore[arg-type]


def test_trapped_sessions() -> None:
    session = P.start()
    request = session.step()
    assert isinstance(request, rusk.Request)
    k, _ = request.args
    session.drop(request.k)
    with pytest.raises(rusk.InvalidStateError, match="session is trapped"):
        session.resume_tail(k, 1)
    session.drop_cont(k)


def test_dropped_and_collected_memory() -> None:
    session = P.start(entry="many", args=(2000,))
    conts, _ = parked(session)
    session._machine.collect()
    full = session.memory_used
    for k in conts[:1000]:
        session.drop_cont(k)
    del k, conts
    gc.collect()
    session._machine.check_heap()
    assert session.memory_used < full / 4
    with session:
        pass


BACK = """
interface Loop { fn park(k: cont(int) -> string) -> unit; fn swap(k: cont(int) -> string) -> cont(int) -> string; }
interface Wait { fn now() -> int; }
extern fn fetch() -> cont(int) -> string;
extern fn give(k: cont(int) -> string) -> int;
extern fn other() -> cont(bool) -> string;
enum Boxed { Held(cont(int) -> Boxed), Text(string) }
pub fn roundtrip(times: int) -> string {
    match f"got {@Wait.now()}" { @Wait.now() -> k => { @Loop.park(k); let back = fetch(); if times > 1 { back(1); } back(7) }, s => s }
}
pub fn used() -> string {
    match f"got {@Wait.now()}" { @Wait.now() -> k => { give(k); k(1); fetch()(2) }, s => s }
}
pub fn swapped() -> string {
    match f"got {@Wait.now()}" { @Wait.now() -> k => @Loop.swap(k)(9), s => s }
}
pub fn wrong() -> string {
    match f"got {@Wait.now()}" { @Wait.now() -> k => { give(k); other()(true) }, s => s }
}
pub fn boxed() -> Boxed {
    match f"got {@Wait.now()}" { @Wait.now() -> k => Boxed::Held(k), s => Boxed::Text(s) }
}
pub fn open(b: Boxed) -> int { match b { Boxed::Held(_) => 1, _ => 2 } }
"""


def back() -> tuple[rusk.Program, rusk.Host, list[Any]]:
    program = rusk.compile(BACK, external=["Loop"])
    host, kept = rusk.Host(), []
    host.install("fetch", lambda: kept[-1])
    host.install("other", lambda: kept[-1])
    host.install("give", lambda k: kept.append(k) or 1)
    return program, host, kept


def test_back_into_the_program() -> None:
    program, host, kept = back()
    session = program.start(entry="roundtrip", args=(1,), host=host)
    request = session.step()
    assert isinstance(request, rusk.Request)
    kept.append(request.args[0])
    assert request.args[0] is request.args[0]
    session.resume(request.k)
    assert session.run() == "got 7"
    session.drop_cont(kept[0])  # the program has used it: once is allowed
    with pytest.raises(rusk.InvalidContinuationError):
        session.drop_cont(kept[0])


def test_used_twice() -> None:
    program, host, kept = back()
    session = program.start(entry="roundtrip", args=(2,), host=host)
    request = session.step()
    assert isinstance(request, rusk.Request)
    kept.append(request.args[0])
    session.resume(request.k)
    with pytest.raises(rusk.Trap, match="^invalid resume$"):
        session.run()


def test_a_used_handle_into_the_program() -> None:
    program, host, _ = back()
    with pytest.raises(rusk.Trap) as caught:
        program.call("used", host=host)
    assert (
        caught.value.message
        == "host call `fetch` return conversion: invalid pinned continuation handle: already consumed"
    )


def test_as_resume_value() -> None:
    program, host, _ = back()
    session = program.start(entry="swapped", host=host)
    request = session.step()
    assert isinstance(request, rusk.Request)
    stranger = program.start(entry="swapped", host=host)
    foreign = stranger.step()
    assert isinstance(foreign, rusk.Request)
    with pytest.raises(rusk.HostTypeError, match="another session"):
        session.resume(request.k, foreign.args[0])
    with pytest.raises(rusk.HostTypeError):
        session.resume(request.k, 5)
    session.resume(request.k, request.args[0])
    assert session.run() == "got 9"


def test_another_type() -> None:
    program, host, _ = back()
    with pytest.raises(rusk.Trap, match="return type mismatch: expected cont"):
        program.call("wrong", host=host)


def test_inside_a_value() -> None:
    program, host, _ = back()
    session = program.start(entry="boxed", host=host)
    held = session.run()
    assert isinstance(held._0, rusk.Cont)
    session.resume_tail(held._0, 3)
    assert session.run() == program.types.Boxed.Text("got 3")
    with pytest.raises(rusk.HostTypeError, match="arg 0: expected .*another session"):
        program.call("open", held)


def test_closed() -> None:
    session = P.start()
    (k1, _), _ = parked(session)
    session.close()
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        session.resume_tail(k1, 1)
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        session.step(fuel=1)
