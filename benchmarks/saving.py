"""Saving and loading sessions beside pickling the same data in Python: sizes and times (08 §7.4).

    python benchmarks/saving.py [--rounds N]

Small: a request under a few activations, 100 objects. Large: a list of 1,000,000 objects. The best of the rounds is given, in the table's unit.
"""

from __future__ import annotations

import argparse
import pickle
from time import perf_counter
from typing import Any

import rusk

SOURCE = """
interface Ask { fn number(prompt: string) -> int; }
struct Entry { id: int, name: string, weight: float }
fn ask(depth: int) -> int { if depth == 0 { @Ask.number("how many") } else { 1 + ask(depth - 1) } }
fn main(argv: [string]) -> int {
    let n = match core::intrinsics::int_from_string_strict(argv[1]) { Some(n) => n, None => 0 };
    let entries: [Entry] = [];
    let i = 0;
    while i < n {
        entries.push(Entry { id: i, name: f"entry {i}", weight: 0.5 });
        i = i + 1;
    };
    let got = ask(3);
    let sum = 0;
    for e in entries { sum = sum + e.id; };
    got + sum + entries.len()
}
"""


class Entry:
    __slots__ = ("id", "name", "weight")

    def __init__(self, id: int, name: str, weight: float) -> None:
        self.id = id
        self.name = name
        self.weight = weight


def best(rounds: int, function: Any, *args: Any) -> tuple[float, Any]:
    times = []
    result = None
    for _ in range(rounds):
        start = perf_counter()
        result = function(*args)
        times.append(perf_counter() - start)
    return min(times), result


def row(name: str, objects: int, rounds: int, unit: float) -> str:
    program = rusk.compile(SOURCE, external=["Ask"])
    session = program.start(argv=[str(objects // 2)], memory=1 << 32)
    session.step()
    save, state = best(rounds, session.save)
    load, loaded = best(rounds, program.load, state)
    loaded.resume(loaded.request.k, 1)
    assert loaded.run() == 4 + objects // 2 + sum(range(objects // 2))
    graph = [Entry(i, f"entry {i}", 0.5) for i in range(objects // 2)]
    dump, pickled = best(rounds, pickle.dumps, graph, pickle.HIGHEST_PROTOCOL)
    undump, _ = best(rounds, pickle.loads, pickled)
    cells = [save, load, dump, undump]
    times = " | ".join([f"{seconds / unit:.1f}" for seconds in cells])
    return f"| {name} | {objects:,} | {times} | {len(state):,} | {len(pickled):,} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    print("| session | objects | save | load | pickle | unpickle | bytes | bytes of pickle |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    print(row("small, µs", 100, 100 * rounds, 1e-6))
    print(row("large, ms", 1_000_000, rounds, 1e-3))


if __name__ == "__main__":
    main()
