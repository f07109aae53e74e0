"""Random programs (`source_random`) under every way to compile and run them: each must do the same.

    python tests/mir/differential.py SEED [COUNT]      default: until interrupted; prints what differs, and a line for every hundred programs

With an engine built by ``RUSK_DEBUG=1`` it also sees what the assertions see; with ``RUSK_STRESS=1`` garbage is collected at every allocation.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    os.environ.setdefault("RUSK_VERIFY_MIR", "1")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from source_random import program

import rusk
from rusk.cli.progress import Progress
from rusk.compiler import Options, compile_text
from rusk.embed.program import _program
from rusk.mir.passes.manager import NAMES

#: more than this and a program is left alone: how much it needs depends on the passes
FUEL = 2_000_000


def ways(seed: int) -> dict[str, Options]:
    """The ways to compile program ``seed``, by name; the first is what the others are compared with. Single passes take turns."""
    out = {"O0": Options(opt_level=0), "O2": Options(opt_level=2), "O1": Options(opt_level=1)}
    for n in (seed, seed + len(NAMES) // 2):
        name = NAMES[n % len(NAMES)]
        out[f"only {name}"] = Options(opt_level=0, passes=[name])
        out[f"without {name}"] = Options(opt_level=2, no_passes=[name])
    return out


def run(text: str, options: Options) -> Any:
    """What a program prints, and its result, or its trap with the traceback; None if it needs too much fuel."""
    compiled = compile_text(text, "t.rusk", options)
    assert compiled.image is not None, [d.message for d in compiled.diagnostics]
    out = io.StringIO()
    session = _program(compiled, "", ()).start(host=rusk.stdio(out), fuel=FUEL)
    match session.step():
        case rusk.Done(value):
            return out.getvalue(), value
        case rusk.Trapped(trap):
            if "fuel" in trap.message:
                return None
            return out.getvalue(), trap.message, [(f.function, f.line, f.column) for f in trap.traceback]
    raise AssertionError("neither done nor trapped")


def differences(seed: int) -> list[tuple[str, Any, Any]]:
    """In which ways program ``seed`` does something else than in the first, and what it does there and here."""
    text = program(seed)
    (_, first), *others = ways(seed).items()
    want = run(text, first)
    if want is None:
        return []
    found = []
    for name, options in others:
        got = run(text, options)
        if got is not None and got != want:
            found.append((name, want, got))
    return found


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bad = 0
    progress = Progress(count)
    for n in range(seed, seed + count) if count else itertools.count(seed):
        progress.step(f"{bad} with differences", n > seed)
        try:
            found = differences(n)
        except Exception as e:
            progress.clear()
            print(f"program {n}: {type(e).__name__}: {e}", flush=True)
            bad += 1
            continue
        for name, want, got in found:
            progress.clear()
            print(f"program {n}: {name}\n  want {want}\n  got  {got}", flush=True)
        bad += bool(found)
        if (n + 1 - seed) % 100 == 0:
            progress.clear()
            print(f"{n + 1 - seed} programs, {bad} with differences", flush=True)
    progress.clear()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
