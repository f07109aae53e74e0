"""Rusk beside CPython: every benchmark in both, turn and turn about, in one process.

    python benchmarks/compare.py                    all; writes benchmarks/results.md, results.json and results.svg
    python benchmarks/compare.py phase1 fib         those whose names begin so; writes nothing
    python benchmarks/compare.py --validate         check the results only, no timing, no files
    python benchmarks/compare.py --chart            results.md and results.svg anew from results.json, no timing

Options: --rounds N (default 9), --out DIR. The ratio is the median over the rounds of Rusk's time by Python's: 0.1 means ten times as fast.
Compilation is not timed. Each program runs at -O0, -O1 and -O2; what it executes at each level is counted in a run of its own.
Exit status 1 if a result differs from its twin's `EXPECTED`.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from chart import chart
from common import BASELINE, COUNTS, HERE, Pair, machine, pairs, spread

from rusk.cli.progress import Progress

#: optimisation levels; the last one is the one that counts
LEVELS = (0, 1, 2)


def timed(run: object) -> tuple[float, object]:
    gc.collect()
    start = perf_counter()
    value = run()  # type: ignore[operator]
    return perf_counter() - start, value


def validate(pair: Pair) -> str | None:
    """What is wrong with the results, or None."""
    ways = [("Python", pair.run_python), *[(f"Rusk -O{n}", partial(pair.run_rusk, n)) for n in LEVELS]]
    for name, run in ways:
        try:
            value = run()
        except Exception as e:
            return f"{name}: {type(e).__name__}: {e}"
        if value != pair.expected:
            return f"{name} gives {value!r}, expected {pair.expected!r}"
    return None


def measure(pair: Pair, rounds: int, progress: Progress) -> dict[str, object]:
    """Medians, spreads, ratios and counts; the first round is for warming up."""
    rusk_times: dict[int, list[float]] = {n: [] for n in LEVELS}
    python_times: list[float] = []
    for turn in range(rounds + 1):
        progress.note(f"{pair.name}, round {turn} of {rounds}")
        order = [
            (pair.run_python, python_times),
            *[(partial(pair.run_rusk, n), rusk_times[n]) for n in LEVELS],
        ]
        if turn % 2:
            order.reverse()
        for run, times in order:
            seconds, _ = timed(run)
            if turn:
                times.append(seconds)
    levels = {}
    for n in LEVELS:
        ratios = [r / p for r, p in zip(rusk_times[n], python_times, strict=True)]
        levels[f"O{n}"] = {
            "rusk_ms": round(statistics.median(rusk_times[n]) * 1e3, 4),
            "rusk_spread": round(spread(rusk_times[n]), 4),
            "ratio": round(statistics.median(ratios), 5),
            "ratio_spread": round(spread(ratios), 4),
            **pair.counts(n),
        }
    return {
        "name": pair.name,
        "group": pair.group,
        "python_ms": round(statistics.median(python_times) * 1e3, 4),
        "python_spread": round(spread(python_times), 4),
        "baseline_ratio": BASELINE.get(pair.name),
        **levels[f"O{LEVELS[-1]}"],
        "levels": levels,
    }


def line(r: dict[str, object]) -> str:
    ratio = float(r["ratio"])  # type: ignore[arg-type]
    before = f"{r['baseline_ratio']}x" if r["baseline_ratio"] is not None else ""
    return (
        f"| {r['name']} | {r['rusk_ms']:.2f} | ±{r['rusk_spread']:.0%} | {r['python_ms']:.2f} | ±{r['python_spread']:.0%} "
        f"| {ratio:.3f} | {1 / ratio:.1f} | {before} |"
    )


def plan(results: list[dict[str, object]]) -> list[str]:
    """The table of the plan: what was slower than CPython, before and today."""
    rows = [r for r in results if r["baseline_ratio"] is not None]
    return [
        "## The plan",
        "",
        "How many times slower than CPython the interpreter was that this one replaces, and how many times faster this one is today.",
        "",
        "| benchmark | baseline: slower | today: of CPython's time | today: faster |",
        "| --- | --: | --: | --: |",
        *[
            f"| {r['name']} | {r['baseline_ratio']}x | {r['ratio']:.3f}x | {1 / r['ratio']:.1f}x |"
            for r in rows
        ],  # type: ignore[operator, str-bytes-safe]
        "",
    ]


def levels_table(results: list[dict[str, object]]) -> list[str]:
    """What each level brings: time by CPython's, and what is executed."""
    lines = [
        "## By optimisation level",
        "",
        "Counted in one run with `--metrics`; *ratio* as above.",
        "",
        f"| benchmark | level | ratio | {' | '.join([c.replace('_', ' ') for c in COUNTS])} |",
        f"| --- | --- | --: | {' | '.join(['--:'] * len(COUNTS))} |",
    ]
    for r in results:
        for level, found in r["levels"].items():  # type: ignore[attr-defined]
            counts = " | ".join([f"{found[c]:,}" for c in COUNTS])
            lines.append(f"| {r['name']} | -{level} | {found['ratio']:.3f} | {counts} |")
    return [*lines, ""]


def table(results: list[dict[str, object]], facts: dict[str, object]) -> str:
    """The results as Markdown."""
    geometric = statistics.geometric_mean([float(r["ratio"]) for r in results])  # type: ignore[arg-type]
    lines = [
        "# Rusk beside CPython",
        "",
        "Made by `python benchmarks/compare.py`; do not edit. Milliseconds are medians of a run without compilation; the spread is half the",
        "distance between the quartiles. *Ratio*: Rusk's time by CPython's, the median over rounds in which they took turns; *faster*: its",
        "reciprocal. *Before*: times slower than CPython in the interpreter that this one replaces.",
        "",
        "![Bars of how many times as fast as CPython each program is](results.svg)",
        "",
        *plan(results),
        "## All benchmarks, at -O2",
        "",
        "| benchmark | Rusk ms | | CPython ms | | ratio | faster | before |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
        *[line(r) for r in results],
        "",
        f"Geometric mean of the ratios: {geometric:.3f} ({1 / geometric:.1f} times as fast).",
        "",
        *levels_table(results),
        "## Where",
        "",
        *[f"* {name}: {value}" for name, value in facts.items() if name != "argv"],
        "",
    ]
    return "\n".join(lines)


def draw(whole: dict[str, Any], out: Path) -> None:
    """What people read of the results, into folder ``out``."""
    (out / "results.md").write_text(table(whole["results"], whole["machine"]), encoding="utf-8")
    (out / "results.svg").write_text(chart(whole["results"]), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare Rusk with CPython.")
    parser.add_argument("selectors", nargs="*", help="beginnings of names; default: all")
    parser.add_argument("--validate", action="store_true", help="only check that the results agree")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path, help="where results.md, results.json and results.svg go")
    parser.add_argument("--chart", action="store_true", help="write results.md and results.svg anew")
    options = parser.parse_args()
    if options.chart:
        out = options.out or HERE
        draw(json.loads((out / "results.json").read_text(encoding="utf-8")), out)
        return 0
    chosen = pairs(options.selectors)
    if not chosen:
        parser.error("no benchmark of that name")
    results: list[dict[str, object]] = []
    failed = 0
    progress = Progress(len(chosen))
    for n, pair in enumerate(chosen):
        progress.step(pair.name, n > 0)
        problem = validate(pair)
        if problem is not None or options.validate:
            progress.clear()
        if problem is not None:
            print(f"{pair.name:<26} WRONG {problem}", flush=True)
            failed += 1
        elif options.validate:
            print(f"{pair.name:<26} ok", flush=True)
        else:
            found = measure(pair, max(1, options.rounds), progress)
            progress.clear()
            results.append(found)
            ratio = float(found["ratio"])  # type: ignore[arg-type]
            print(
                f"{pair.name:<26} rusk {found['rusk_ms']:>10.3f} ms ±{found['rusk_spread']:<5.0%} python {found['python_ms']:>10.3f} ms"
                f" ±{found['python_spread']:<5.0%} ratio {ratio:.4f}  {1 / ratio:6.1f} times as fast",
                flush=True,
            )
            for level, at in found["levels"].items():  # type: ignore[attr-defined]
                counts = "  ".join([f"{at[c]:,} {c.replace('_', ' ')}" for c in COUNTS])
                print(f"    -{level} {at['ratio']:.4f}  {counts}", flush=True)
    progress.clear()
    if results:
        facts = machine()
        out = options.out or (HERE if not options.selectors else None)
        geometric = statistics.geometric_mean([float(r["ratio"]) for r in results])  # type: ignore[arg-type]
        print(f"geometric mean of the ratios: {geometric:.4f}, {1 / geometric:.1f} times as fast")
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            whole = {"machine": facts, "rounds": options.rounds, "results": results}
            (out / "results.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
            draw(whole, out)
    if options.validate or failed:
        print(f"{len(chosen) - failed} of {len(chosen)} agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
