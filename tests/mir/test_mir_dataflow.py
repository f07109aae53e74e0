"""Control flow and liveness."""

from __future__ import annotations

from mirtext import parse

from rusk.mir.dataflow import (
    Liveness,
    bits,
    count_uses,
    postorder,
    predecessors,
    reachable,
    reverse_postorder,
    solve,
)
from rusk.mir.ir import Function

LOOP = """
fn main(n%0: int) -> int {
b0:
    s%1: int = const[0]
    i%2: int = const[0]
    jump[b2]
b1:
    s%1: int = int_add s%1, i%2
    %3: int = const[1]
    i%2: int = int_add i%2, %3
    jump[b2]
b2:
    %4: bool = int_lt i%2, n%0
    branch[b1, b3] %4
b3:
    return s%1
b4:
    jump[b3]
}
"""

LANDING = """
fn main(n%0: int) -> int {
b0:
    x%1: int = const[1]
    t%2: int = mark[b2]
    x%1: int = call[f] n%0
    y%3: int = const[2]
    %4: int = call[f] y%3
    unmark t%2
    return %4
b1:
    return n%0
b2: landing
    %5: int = landing_value
    %6: int = int_add %5, x%1
    return %6
}
fn f(x%0: int) -> int {
b0:
    return x%0
}
"""


def function(text: str) -> Function:
    return parse(text).instances[0].function


def members(mask: int) -> list[int]:
    return list(bits(mask))


def test_edges() -> None:
    fn = function(LOOP)
    assert reachable(fn) == [True, True, True, True, False]
    assert predecessors(fn) == [[], [2], [0, 1], [2, 4], []]
    assert reverse_postorder(fn) in ([0, 2, 3, 1], [0, 2, 1, 3])
    assert postorder([[1, 2], [2], [1]]) == [2, 1, 0]


def test_liveness_of_a_loop() -> None:
    fn = function(LOOP)
    live = Liveness(fn)
    assert [members(s) for s in live.live_in] == [[0], [0, 1, 2], [0, 1, 2], [1], [1]]
    assert members(live.live_out[1]) == [0, 1, 2]
    assert [members(s) for s in live.after(1)] == [[0, 1, 2], [0, 1, 2, 3], [0, 1, 2]]
    assert live.after(3) == []


def test_landing_blocks() -> None:
    """What is live into a landing block is live at every call, also where it is written by the call."""
    fn = function(LANDING)
    live = Liveness(fn)
    assert members(live.landing) == [1]
    assert members(live.live_in[2]) == [1]
    assert predecessors(fn)[2] == [0]
    assert reverse_postorder(fn) == [0, 2]
    after = live.after(0)
    assert members(after[0]) == [0, 1]
    assert members(after[2]) == [1, 2]
    assert members(after[4]) == [1, 2, 4]


def test_solver() -> None:
    # 0 -> 1 -> 2 -> 1, gen 1 in 0, gen 2 in 1, kill 1 in 2
    edges = [[], [(0, -1, 1), (2, ~1, 0)], [(1, -1, 2)]]
    assert solve([0, 0, 0], edges, range(3), union=True) == [0, 3, 3]
    assert solve([0, -1, -1], edges, range(3), union=False) == [0, 0, 2]


def test_counts() -> None:
    assert count_uses(function(LOOP)) == ([1, 2, 3, 1, 1], [1, 2, 2, 1, 1])
