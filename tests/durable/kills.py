"""Runs on two workers that are killed at random: each must end once, with the right result, having charged for each item once.

python tests/durable/kills.py [--runs 1000] [--kills 20] [--url postgresql://...]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, sleep

import shop

from rusk import durable

WORKERS = ("north", "south")


class Outcome:
    """``seconds`` from the first run's start to the last one's end; ``repeated``: charges that were asked for again after a kill."""

    def __init__(self, runs: int, kills: int, seconds: float, repeated: int) -> None:
        self.runs = runs
        self.kills = kills
        self.seconds = seconds
        self.repeated = repeated

    def __str__(self) -> str:
        return (
            f"{self.runs} runs of 10 requests, {self.kills} kills: each ended once with the right result in {self.seconds:.1f} s "
            f"({self.runs / self.seconds:.1f} runs/s); {self.repeated} charges were asked for again, none was made twice"
        )


def spawn(url: str, worker: str, ledger: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(shop.__file__)), url, worker, ledger], stdout=subprocess.PIPE, text=True
    )


def trial(runs: int, kills: int, url: str, folder: Path, seed: int = 1, limit: float = 900) -> Outcome:
    """AssertionError says what went wrong."""
    ledger = str(folder / "ledger.sqlite")
    db = shop.open_ledger(ledger)
    chooser = random.Random(seed)
    flow = shop.flow(ledger)
    durable.launch(flow, url=url, worker="client")
    workers = {name: spawn(url, name, ledger) for name in WORKERS}
    try:
        for worker in workers.values():
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        start = monotonic()
        orders = [f"order-{n}" for n in range(runs)]
        handles = [flow.start(run=order, queue=shop.QUEUE, argv=[order]) for order in orders]
        killed = 0
        done = 0
        while done < 10 * runs:
            assert monotonic() - start < limit, f"{done} of {10 * runs} charges after {limit} s"
            sleep(0.05)
            done = db.execute("SELECT count(*) FROM charges").fetchone()[0]
            if killed < kills and done >= 10 * runs * (killed + 0.5) / (kills + 1):
                name = chooser.choice(WORKERS)
                workers[name].kill()
                workers[name].wait()
                workers[name] = spawn(url, name, ledger)
                killed += 1
        results = [handle.get_result() for handle in handles]
        seconds = monotonic() - start
        assert results == [shop.total(order) for order in orders]
        assert killed == kills
        rows = db.execute("SELECT who, count(*), count(DISTINCT item) FROM charges GROUP BY who").fetchall()
        assert sorted(rows) == sorted([(order, 10, 10) for order in orders])
        calls = db.execute("SELECT count(*) FROM calls").fetchone()[0]
        return Outcome(runs, kills, seconds, calls - 10 * runs)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
        durable.stop()
        db.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--url", help="default: a new SQLite file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/runs.sqlite"
        print(trial(options.runs, options.kills, url, Path(folder)))


if __name__ == "__main__":
    main()
