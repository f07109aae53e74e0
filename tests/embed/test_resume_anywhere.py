"""`Session.resume_tail` between any two steps leaves what it interrupts as it was (08 §9)."""

from __future__ import annotations

from typing import Any

import pytest

import rusk

# `return`, `break` and `continue` out of handled bodies carry a value to a landing point; the parked continuations do the same when they are resumed.
SOURCE = """
interface Wait { fn io() -> int; }
interface Loop { fn park(k: cont(int) -> int) -> unit; }
interface Never { fn op() -> int; fn text() -> string; }

fn number(n: int) -> int {
    match { if n > 0 { return n * 10; }; @Never.op() } { @Never.op() => 1, m => m }
}

fn text(n: int) -> string {
    match { if n > 0 { return f"text {n}"; }; @Never.text() } { @Never.text() => "none", m => m }
}

fn count(n: int) -> int {
    let s = 0;
    while true {
        match { if n <= s { break; }; s = s + 1; if s > 2 { continue; }; @Never.op() } { @Never.op() => 1, m => m };
    }
    s
}

fn task() -> int {
    match @Wait.io() { @Wait.io() -> k => { @Loop.park(k); 0 } n => { let t = text(n + 1); number(n + 1) + t.byte_len() } }
}

fn main() -> (int, string, int) {
    task();
    let a = number(4);
    let t = text(5);
    let c = count(4);
    (a + number(1), t + text(2), c)
}
"""


def start(program: rusk.Program) -> tuple[rusk.Session, Any]:
    session = program.start()
    request = session.step()
    assert isinstance(request, rusk.Request)
    (k,) = request.args
    session.resume(request.k)
    return session, k


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("saved", [False, True])
def test_resume_tail_anywhere(level: int, saved: bool) -> None:
    program = rusk.compile(SOURCE, external=["Loop"], opt_level=level)
    want = (50, "text 5text 2", 4)
    at = 0
    while True:
        session, k = start(program)
        if isinstance(outcome := session.step(fuel=at), rusk.Done):
            break
        session.resume_tail(k, 1)
        if saved:
            session = program.load(session.save())
        assert session.run() == want, at
        at += 1
    assert outcome.value == want
    session.resume_tail(k, 1)
    assert session.run() == 26
