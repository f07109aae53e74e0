"""How long `python -m rusk hello.rusk` takes beside `python -c pass`, cold and warm, as whole processes, turn and turn about.

    python benchmarks/startup.py [--rounds N] [--json] [--check]

Targets (design): warm at most 60 ms more, cold at most 220 ms more; with --check the exit status is 1 beyond them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

HELLO = 'fn main() { std::println("hello"); }\n'
TARGETS = {"warm": 60.0, "cold": 220.0}


def run(words: list[str], env: dict[str, str], output: bytes) -> float:
    """Milliseconds of a process."""
    start = perf_counter()
    done = subprocess.run(words, env=env, capture_output=True, check=False)
    spent = (perf_counter() - start) * 1e3
    if done.returncode or done.stdout != output:
        sys.exit(f"{words} failed: {done.returncode} {done.stdout!r} {done.stderr.decode()}")
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure start-up.")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.rusk"
        hello.write_text(HELLO, encoding="utf-8")
        env = {**os.environ, "RUSK_CACHE_DIR": str(Path(folder) / "cache")}
        env.pop("RUSK_CACHE", None)
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # as users have it: the first round writes what is missing
        off = {**env, "RUSK_CACHE": "0"}
        program = [sys.executable, "-m", "rusk", str(hello)]
        kinds = {
            "pass": ([sys.executable, "-c", "pass"], env, b""),
            "warm": (program, env, b"hello\n"),
            "cold": (program, off, b"hello\n"),
        }
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for turn in range(options.rounds + 1):
            for kind, (words, environment, output) in kinds.items():
                spent = run(words, environment, output)
                if turn:
                    times[kind].append(spent)
    base = statistics.median(times["pass"])
    more = {
        kind: statistics.median([t - p for t, p in zip(times[kind], times["pass"], strict=True)])
        for kind in TARGETS
    }
    if options.json:
        print(
            json.dumps({"pass_ms": round(base, 2), **{f"{k}_more_ms": round(v, 2) for k, v in more.items()}})
        )
    else:
        print(f"python -c pass          {base:8.1f} ms")
        for kind, value in more.items():
            print(f"{kind} hello       {value:+8.1f} ms more   (target: at most {TARGETS[kind]:.0f})")
    return int(options.check and any(more[k] > TARGETS[k] for k in TARGETS))


if __name__ == "__main__":
    sys.exit(main())
