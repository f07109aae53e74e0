"""Speed of the compiler on large matches: how long checking and the rest of the compilation take.

    python benchmarks/matches.py [--variants N] [--rounds N] [NAME ...]

Pairs of an enum of 100 variants with an arm for each of the 10,000 combinations, the same with one missing, with arms full of wildcards,
and matches on thousands of literals. Target: each decided (checked) in less than a second.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from time import perf_counter

from rusk.compiler import Options, compile_text

TARGET = 1.0


def pairs(n: int, arms: list[str]) -> str:
    """A match on two values of an enum of ``n`` variants."""
    variants = ", ".join([f"V{i}" for i in range(n)])
    return f"enum E {{ {variants} }}\npub fn f(a: int) -> int {{ g(E::V1, E::V2) + a }}\nfn g(a: E, b: E) -> int {{ match (a, b) {{\n{chr(10).join(arms)}\n}} }}\n"


def all_pairs(n: int) -> str:
    return pairs(n, [f"(E::V{i}, E::V{j}) => {i * j}," for i in range(n) for j in range(n)])


def one_missing(n: int) -> str:
    return all_pairs(n).replace(f"(E::V{n // 2}, E::V{n - 3}) => {n // 2 * (n - 3)},\n", "")


def crossed(n: int) -> str:
    """Every row and every column of the square is an arm."""
    return pairs(n, [f"(E::V{i}, _) => {i},\n(_, E::V{i}) => {n + i}," for i in range(n)])


def diagonal(n: int) -> str:
    """The diagonal, then the rows, of which the last one is missing."""
    return pairs(
        n, [f"(E::V{i}, E::V{i}) => {i}," for i in range(n)] + [f"(E::V{i}, _) => {i}," for i in range(n - 1)]
    )


def mixed(n: int) -> str:
    """Rows, columns and points in no order, many of which can never match."""
    rng = random.Random(3)
    arms = []
    for i in range(6 * n):
        a, b = f"E::V{rng.randrange(n)}", f"E::V{rng.randrange(n)}"
        arms.append(f"{rng.choice([f'({a}, _)', f'(_, {b})', f'({a}, {b})'])} => {i},")
    return pairs(n, [*arms, "_ => -1,"])


def strings(n: int) -> str:
    arms = "".join([f'"key{i}" => {i}, ' for i in range(30 * n)])
    return f"pub fn f(s: string) -> int {{ match s {{ {arms} _ => -1 }} }}"


def integers(n: int) -> str:
    arms = "".join([f"{i * 7919 % 3001} => {i}, " for i in range(30 * n)])
    return f"pub fn f(k: int) -> int {{ match k {{ {arms} _ => -1 }} }}"


def string_pairs(n: int) -> str:
    """Literals beside wildcards: each group has all the wildcards before it."""
    arms = "".join([f'("key{i}", _) => {i}, (_, {i}) => {-i}, ' for i in range(3 * n)])
    return f"pub fn f(s: string, k: int) -> int {{ match (s, k) {{ {arms} _ => -1 }} }}"


CASES: dict[str, Callable[[int], str]] = {
    "all_pairs": all_pairs,
    "one_missing": one_missing,
    "crossed": crossed,
    "diagonal": diagonal,
    "mixed": mixed,
    "strings": strings,
    "integers": integers,
    "string_pairs": string_pairs,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the compiler on large matches.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(CASES)}; default: all")
    parser.add_argument("--variants", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    slow = 0
    for name, make in CASES.items():
        if options.names and name not in options.names:
            continue
        text = make(options.variants)
        checked: list[float] = []
        total: list[float] = []
        errors: list[str] = []
        for _ in range(options.rounds):
            start = perf_counter()
            compiled = compile_text(text, "match.rusk", Options())
            total.append(perf_counter() - start)
            checked.append(compiled.timings["typecheck_ns"] / 1e9)
            errors = [d.message for d in compiled.diagnostics if d.severity == "error"]
        seconds = statistics.median(checked)
        slow += seconds > TARGET
        print(
            f"{name:<14} checked in {seconds:6.3f} s, compiled in {statistics.median(total):6.3f} s   {errors[0] if errors else ''}"
        )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
