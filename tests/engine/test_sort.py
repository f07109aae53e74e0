"""Sorting: against Python's, with all elements that the engine compares itself, and with the program's own comparison."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import rusk

SOURCE = """
struct Row { key: int, name: string, at: int }
pub fn ints(xs: [int]) -> [int] { xs.sort(); xs }
pub fn chars(xs: [char]) -> [char] { xs.sort(); xs }
pub fn bytes_(xs: [byte]) -> [byte] { xs.sort(); xs }
pub fn bools(xs: [bool]) -> [bool] { xs.sort(); xs }
pub fn strings(xs: [string]) -> [string] { xs.sort(); xs }
pub fn raw(xs: [bytes]) -> [bytes] { xs.sort(); xs }
pub fn tuples(xs: [(int, string)]) -> [(int, string)] { xs.sort(); xs }
fn rows(xs: [string]) -> [Row] {
    let out: [Row] = [];
    for x in xs { out.push(Row { key: x.byte_len() % 5, name: x, at: out.len() }); }
    out
}
fn places(rows: [Row]) -> [int] { rows.map(|r| { r.at }) }
pub fn by(xs: [string]) -> [int] { let r = rows(xs); r.sort_by(|a, b| { b.key - a.key }); places(r) }
pub fn by_int(xs: [string]) -> [int] { let r = rows(xs); r.sort_by_key(|a| { a.key }); places(r) }
pub fn by_name(xs: [string]) -> [int] { let r = rows(xs); r.sort_by_key(|a| { a.name }); places(r) }
pub fn by_flag(xs: [string]) -> [int] { let r = rows(xs); r.sort_by_key(|a| { a.key > 2 }); places(r) }
pub fn by_pair(xs: [string]) -> [int] { let r = rows(xs); r.sort_by_key(|a| { (a.key, a.name) }); places(r) }
"""


@pytest.fixture(scope="module")
def programs() -> list[rusk.Program]:
    return [rusk.compile(SOURCE, opt_level=level) for level in (0, 2)]


def texts(rng: random.Random, n: int) -> list[str]:
    """Texts with much in common: prefixes, zeros, whole texts."""
    start = rng.choice(["", "a", "common beginning ", "é" * 9, "\\0" * 10])
    letters = rng.choice(["ab", "\\0a", "xyzé☂🐍", "abcdefghijklmnop"])
    longest = rng.choice([1, 3, 9, 20])
    return [start + "".join(rng.choices(letters, k=rng.randrange(longest + 1))) for _ in range(n)]


SIZES = [0, 1, 2, 3, 23, 24, 25, 26, 100, 1000]


@pytest.mark.parametrize("size", SIZES)
def test_elements_of_the_engine(programs: list[rusk.Program], size: int) -> None:
    rng = random.Random(size)
    for _ in range(5):
        bits = rng.choice([1, 8, 20, 62])
        numbers = [rng.getrandbits(bits) - (1 << bits >> 1) for _ in range(size)]
        if rng.random() < 0.3 and size:
            numbers[rng.randrange(size)] = rng.choice([-(1 << 63), (1 << 63) - 1])
        if rng.random() < 0.2:
            numbers.sort(reverse=rng.random() < 0.5)
        strings = texts(rng, size)
        for program in programs:
            assert list(program.call("ints", numbers)) == sorted(numbers)
            assert program.call("strings", strings) == sorted(strings, key=lambda s: s.encode())
            raw = [s.encode()[1:] for s in strings]
            assert program.call("raw", raw) == sorted(raw)
            small = [n & 255 for n in numbers]
            assert list(program.call("bytes_", small)) == sorted(small)
            assert list(program.call("bools", [n % 2 == 0 for n in small])) == sorted(
                n % 2 == 0 for n in small
            )
            assert "".join(program.call("chars", [chr(n) for n in small])) == "".join(sorted(map(chr, small)))
            pairs = [(n & 3, s) for n, s in zip(numbers, strings, strict=True)]
            assert program.call("tuples", pairs) == sorted(pairs, key=lambda p: (p[0], p[1].encode()))


KEYS: dict[str, Callable[[str], Any]] = {
    "by": lambda s: -(len(s.encode()) % 5),
    "by_int": lambda s: len(s.encode()) % 5,
    "by_name": lambda s: s.encode(),
    "by_flag": lambda s: len(s.encode()) % 5 > 2,
    "by_pair": lambda s: (len(s.encode()) % 5, s.encode()),
}


@pytest.mark.parametrize("name", KEYS)
def test_stable_by_a_key(programs: list[rusk.Program], name: str) -> None:
    rng = random.Random(name)
    for size in SIZES:
        strings = texts(rng, size)
        want = sorted(range(size), key=lambda i: KEYS[name](strings[i]))
        for program in programs:
            assert list(program.call(name, strings)) == want


def test_memory_limit() -> None:
    source = "fn main() -> int { let xs: [int] = []; xs.resize(300000, 7); xs[0] = 9; xs.sort(); xs[0] }"
    assert rusk.compile(source).run(memory=8 << 20) == 7
    with pytest.raises(rusk.Trap, match="memory limit"):
        rusk.compile(source).run(memory=4 << 20)


def test_fuel_by_size() -> None:
    source = "fn main() { let xs: [int] = []; xs.resize(100000, 7); let i = 0; while i < 2 { xs.sort(); i = i + 1; } }"
    session = rusk.compile(source).start(fuel=200_000)
    assert not isinstance(session.step(), rusk.Done)


@pytest.mark.parametrize(
    "call", ["sort_by(|a, b| { xs.push(1); a - b })", "sort_by_key(|a| { xs.clear(); a })"]
)
def test_resized_by_the_callback(call: str) -> None:
    program = rusk.compile(f"fn main() {{ let xs = [3, 1, 2, 5, 9, 4, 7, 8]; xs.{call}; }}")
    with pytest.raises(rusk.Trap, match="the array was resized by the"):
        program.run()


def test_comparison_that_never_agrees() -> None:
    """No order, but an end, and all the elements."""
    program = rusk.compile("""
        fn main() -> int {
            let xs: [int] = [];
            let i = 0;
            while i < 1000 { xs.push(i); i = i + 1; }
            let seed = 1;
            xs.sort_by(|a, b| { seed = (seed * 1103515245 + 12345) % 2147483648; seed / 65536 % 3 - 1 });
            core::iter::sum(xs.iter())
        }
    """)
    assert program.run() == 499500
