"""What single steps of the effect machinery cost, in nanoseconds: best of many runs, loops without effects subtracted.

    python benchmarks/effects.py            costs, by depth; then a million continuations held at once
    python benchmarks/effects.py --quick    the costs of few performs, for a first look

The columns are the number of activations between perform and handler: capture and resumption must not depend on it (04 §7).
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path
from time import perf_counter_ns

import rusk

HERE = Path(__file__).resolve().parent
DEPTHS = (1, 100, 10_000)

#: entry, what it shows, bound in ns where there is one
COSTS = (
    ("direct", "perform, arm called by the performer", 30),
    ("tail", "perform, captured, resumed last", 60),
    ("stored", "perform, stored, resumed later", 60),
    ("nested", "perform, work after resuming", 0),
)


def best(program: rusk.Program, entry: str, depth: int, turns: int, runs: int = 10) -> float:
    """Nanoseconds of a run, the best of ``runs``."""
    times = []
    for _ in range(runs):
        session = program.start(entry=entry, args=(depth, turns))
        start = perf_counter_ns()
        session.run()
        times.append(perf_counter_ns() - start)
        session.close()
    return min(times)


def cost(program: rusk.Program, entry: str, depth: int, turns: int) -> float:
    """Nanoseconds of one turn: the difference between many turns and none, less that of the loop itself."""

    def slope(name: str) -> float:
        return (best(program, name, depth, turns) - best(program, name, depth, 0)) / turns

    return slope(entry) - slope("baseline")


def hold(program: rusk.Program, n: int) -> None:
    """Hold ``n`` continuations, then drop them."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    session = program.start(entry="hold", args=(n,), memory=1 << 30)
    start = perf_counter_ns()
    held = session.step()
    assert isinstance(held, rusk.Request), held
    spent = perf_counter_ns() - start
    used = session.memory_used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{n:,} continuations held: {used / 2**20:.0f} MiB of the session, {(peak - before) / 2**10:.0f} MiB more of the process,"
        f" {spent / n:.0f} ns each"
    )
    session.resume(held.k, None)
    dropped = session.step()
    assert isinstance(dropped, rusk.Request), dropped
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"dropped, and as many made again one by one: {session.memory_used / 2**20:.0f} MiB of the session,"
        f" {(peak - before) / 2**10:.0f} MiB more of the process at most"
    )
    session.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    program = rusk.compile_file(HERE / "effects.rusk", external=["Look"])
    turns = 2_000 if options.quick else 50_000
    print(f"{'':<40}" + "".join(f"{f'depth {d:,}':>14}" for d in DEPTHS))
    late = []
    for entry, what, bound in COSTS:
        found = [cost(program, entry, d, turns) for d in DEPTHS]
        print(f"{what:<40}" + "".join(f"{ns:>11.1f} ns" for ns in found), flush=True)
        if bound and min(found) > bound:
            late.append(f"{what}: more than {bound} ns")
    for handlers in (10, 100):
        ns = cost(program, "direct_below", handlers, turns)
        print(f"perform, past {handlers} other handlers".ljust(40) + f"{ns:>11.1f} ns")
    ns = (best(program, "enter", 1, turns) - best(program, "enter", 1, 0)) / turns
    print(f"{'match entered and left':<40}{ns:>11.1f} ns")
    for depth in (1, 10):
        ns = (best(program, "abort", depth, turns) - best(program, "abort", depth, 0)) / turns
        print(f"{f'match entered and aborted, depth {depth}':<40}{ns:>11.1f} ns")
    if not options.quick:
        hold(program, 1_000_000)
    print("\n".join(late))
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
