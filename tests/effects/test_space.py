"""What effects hold: constant space where 04 §7 promises it, and nothing that outlives its use."""

from __future__ import annotations

import os

import pytest

import rusk

STRESS = os.environ.get("RUSK_STRESS") == "1"
MANY = 300 if STRESS else 100_000

DECLARATIONS = """
interface P { fn ask(x: int) -> int; fn pause() -> unit; }
interface Never { fn never() -> unit; }
interface Look { fn look(n: int) -> unit; }
enum Step { Done, More(cont(unit) -> Step) }
fn deep(n: int, turns: int) -> int {
    if n > 0 { return deep(n - 1, turns) + 1; };
    let s = 0;
    let i = 0;
    while i < turns { s = s + @P.ask(i); i = i + 1; }
    s
}
fn careful(x: int) -> int { if x < 0 { @Never.never(); return careful(x + 1); }; x }
fn pausing(turns: int, kept: [int]) -> int {
    let i = 0;
    while i < turns { @P.pause(); i = i + kept.len(); }
    i
}
fn start(turns: int, kept: [int]) -> Step { match pausing(turns, kept) { @P.pause() -> k => Step::More(k)  _ => Step::Done } }
fn finish(first: Step) -> int {
    let s = first;
    let n = 0;
    loop { match s { Step::More(k) => { n = n + 1; s = k(()); } Step::Done => return n } }
}
"""

#: programs that perform or suspend ``n`` times; each must end with as much memory as it had after few turns
STEADY = {
    "direct arms": "match deep(3, n) { @P.ask(x) => resume(1)  v => v }",
    "resumed last": "match deep(3, n) { @P.ask(x) => resume(careful(1))  v => v }",
    "stored and resumed": "finish(start(n, [1]))",
    "aborted": "{ let i = 0; while i < n { i = i + match deep(3, 1) { @P.ask(x) => 1  v => v }; } i }",
    "dropped": "{ let i = 0; while i < n { start(5, [1]); i = i + 1; } i }",
    "broken off": "{ let i = 0; while i < n { match deep(3, 1) { @P.ask(x) => { i = i + 1; continue; } v => { i = i + v; } }; } i }",
    "returned from": "{ let i = 0; while i < n { i = i + one(); } i }",
}


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("name", STEADY)
def test_programs_do_not_grow(name: str, level: int) -> None:
    text = f"""{DECLARATIONS}
    fn one() -> int {{ match deep(3, 1) {{ @P.ask(x) => return 1  v => v }} }}
    fn work(n: int) -> int {{ {STEADY[name]} }}
    pub fn run(n: int) -> int {{ work(10); @Look.look(0); work(n); @Look.look(1); n }}
    """
    program = rusk.compile(text, external=["Look"], opt_level=level)
    session = program.start(entry="run", args=(MANY,), memory=4 << 20)
    first = session.step()
    assert isinstance(first, rusk.Request)
    session.resume(first.k, None)
    second = session.step()
    assert isinstance(second, rusk.Request), second
    assert session.memory_used < 2 << 20


@pytest.mark.parametrize("level", [0, 2])
def test_suspended_continuations_are_held_and_reclaimed(level: int) -> None:
    # Each holds an array in a frame of its own fiber, and every turn makes garbage.
    text = f"""{DECLARATIONS}
    pub fn run(n: int) -> int {{
        let all: [Step] = [];
        let i = 0;
        while i < n {{ all.push(start(2, [i])); i = i + 1; }}
        @Look.look(0);
        let sum = 0;
        for s in all {{ sum = sum + finish(s); }}
        all.clear();
        @Look.look(sum);
        i = 0;
        while i < n {{ start(2, [i]); i = i + 1; }}
        @Look.look(1);
        sum
    }}
    """
    n = 100 if STRESS else 20_000
    session = rusk.compile(text, external=["Look"], opt_level=level).start(entry="run", args=(n,))
    used = []
    for _ in range(3):
        request = session.step()
        assert isinstance(request, rusk.Request), request
        session._machine.collect()
        used.append(session.memory_used)
        session.resume(request.k, None)
    assert session.step().value == 2 * n  # type: ignore[union-attr]
    if not STRESS:
        assert used[0] > 500 * n
        assert used[2] < used[0] // 4


@pytest.mark.parametrize("level", [0, 2])
def test_a_long_chain_of_continuations_is_no_recursion(level: int) -> None:
    # Each suspended computation holds the one before it, in a local variable.
    text = """
    interface P { fn pause() -> unit; }
    enum Step { Done(int), More(cont(unit) -> Step) }
    fn holding(before: Step) -> int { @P.pause(); match before { Step::More(k) => match k(()) { Step::Done(n) => n + 1, _ => -1 }, Step::Done(n) => n } }
    fn start(before: Step) -> Step { match holding(before) { @P.pause() -> k => Step::More(k)  n => Step::Done(n) } }
    pub fn run(n: int, finish: bool) -> int {
        let s = Step::Done(0);
        let i = 0;
        while i < n { s = start(s); i = i + 1; }
        if finish { match s { Step::More(k) => match k(()) { Step::Done(n) => n, _ => -1 }, Step::Done(n) => n } } else { i }
    }
    """
    program = rusk.compile(text, opt_level=level)
    n = 300 if STRESS else 30_000
    assert program.call("run", n, True) == n - 1
    assert program.call("run", n, False) == n


@pytest.mark.parametrize("level", [0, 2])
def test_many_pending_arms(level: int) -> None:
    text = f"{DECLARATIONS} pub fn run(n: int) -> int {{ match deep(2, n) {{ @P.ask(x) => {{ let r = resume(0); r + 1 }} v => v }} }}"
    assert rusk.compile(text, opt_level=level).call("run", MANY) == MANY + 2


def test_resuming_takes_no_more_instructions_at_any_depth() -> None:
    """04 §7: the cost of suspending and resuming does not grow with the frames between."""
    text = f"""{DECLARATIONS}
    pub fn run(depth: int, n: int) -> int {{ match deep(depth, n) {{ @P.ask(x) => resume(careful(1))  v => v }} }}
    """
    program = rusk.compile(text)
    more = set()
    for depth in (1, 100, 3_000):
        counts = []
        for n in (0, 100):
            session = program.start(entry="run", args=(depth, n), metrics=True)
            session.run()
            counts.append(session.metrics())
        assert counts[1]["continuations_captured"] == 100
        more.add(counts[1]["executed_instructions"] - counts[0]["executed_instructions"])
        assert counts[1]["allocations"] - counts[0]["allocations"] <= 101
    assert len(more) == 1
