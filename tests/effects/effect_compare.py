"""Runs random effect programs on the abstract machine and on the engine at every optimisation level, and compares them.

``python tests/effects/effect_compare.py SEED COUNT`` runs COUNT programs of either kind and prints those that differ; with ``RUSK_STRESS=1`` garbage
is collected at every allocation, with ``RUSK_VERIFY_MIR=1`` MIR is verified after every pass.
"""

from __future__ import annotations

import io
import random
import sys
import time
from typing import Any

from effect_model import Machine, TooLong, Trap, source
from effect_programs import SLOTS, generate, generate_wide

import rusk
from rusk.cli.progress import Progress

LEVELS = (0, 1, 2)


def on_engine(text: str, level: int) -> tuple[list[int], Any, Any]:
    """What the program prints, its result or trap message, and the traceback of the trap."""
    out = io.StringIO()
    program = rusk.compile(text, opt_level=level)
    frames = None
    try:
        result: Any = program.run(host=rusk.stdio(out))
    except rusk.Trap as trap:
        result = trap.message
        frames = [(f.function, f.line, f.column) for f in trap.traceback]
    return [int(x) for x in out.getvalue().split()], result, frames


def difference(program: dict[str, Any]) -> str:
    """How the engine differs from the abstract machine on ``program``, or "". Programs that take too many steps are passed over."""
    machine = Machine(program)
    try:
        want: Any = machine.run()
    except Trap as trap:
        want = str(trap)
    except TooLong:
        return ""
    text = source(program, SLOTS)
    first = None
    for level in LEVELS:
        output, result, frames = on_engine(text, level)
        if (output, result) != (machine.output, want):
            return f"-O{level}: {output} {result}, the machine: {machine.output} {want}\n{text}"
        first = first or (frames,)
        if (frames,) != first:
            return f"-O{level}: traceback {frames}, at -O0: {first[0]}\n{text}"
    return ""


def main() -> int:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    start = time.monotonic()
    bad = 0
    progress = Progress(count)
    for n in range(seed, seed + count):
        progress.step(f"{bad} differ", n > seed)
        for make in (generate, generate_wide):
            text = difference(make(random.Random(n).randrange))
            if text:
                bad += 1
                progress.clear()
                print(f"{make.__name__} seed {n}: {text}", flush=True)
    progress.clear()
    print(f"{2 * count} programs, {bad} differ, {time.monotonic() - start:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
