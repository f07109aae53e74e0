"""Ranges and adaptors against Python's."""

from __future__ import annotations

import itertools
import random

import pytest

import rusk

SOURCE = """
use core::iter::range;
use core::iter::range_step;
pub fn steps(start: int, end: int, step: int, most: int) -> [int] { range_step(start, end, step).take(most).collect() }
pub fn plain(start: int, end: int, most: int) -> [int] { range(start, end).take(most).collect() }
pub fn skipped(n: int, skip: int, step: int) -> [int] { range(0, n).skip(skip).step(step).collect() }
pub fn chained(n: int) -> [int] {
    let odd = range(0, n).filter(|x| { x % 2 == 1 });
    range(0, n).skip_while(|x| { x < 3 }).take_while(|x| { x < n - 2 }).chain(odd).enumerate().map(|p| { p.0 * 100 + p.1 }).collect()
}
pub fn nth(n: int, i: int) -> (int, int) {
    let it = range(0, n);
    (it.nth(i).unwrap_or(-1), it.count())
}
"""


@pytest.fixture(scope="module", params=[0, 2])
def program(request: pytest.FixtureRequest) -> rusk.Program:
    return rusk.compile(SOURCE, opt_level=request.param)


ENDS = [
    0,
    1,
    -1,
    2,
    7,
    -7,
    100,
    (1 << 63) - 1,
    (1 << 63) - 2,
    -(1 << 63),
    -(1 << 63) + 1,
    1 << 62,
    -(1 << 62),
]


def test_ranges(program: rusk.Program) -> None:
    rng = random.Random(3)
    for _ in range(400):
        start, end, step = (rng.choice([rng.choice(ENDS), rng.randrange(-20, 20)]) for _ in range(3))
        if step:
            want = list(itertools.islice(range(start, end, step), 12))
            assert list(program.call("steps", start, end, step, 12)) == want, (start, end, step)
        assert list(program.call("plain", start, end, 12)) == list(itertools.islice(range(start, end), 12))
    with pytest.raises(rusk.Trap, match="step is 0"):
        program.call("steps", 1, 2, 0, 1)


def test_adaptors(program: rusk.Program) -> None:
    for n in range(12):
        for skip in range(4):
            for step in (1, 2, 5):
                assert list(program.call("skipped", n, skip, step)) == list(range(n))[skip:][::step]
        first = list(range(3, n - 2))
        want = [i * 100 + x for i, x in enumerate(first + [x for x in range(n) if x % 2 == 1])]
        assert list(program.call("chained", n)) == want
        for i in range(-1, 14):
            left = n if i < 0 else max(0, n - i - 1)
            assert program.call("nth", n, i) == (i if 0 <= i < n else -1, left)
