"""Mutates saved sessions and runs what is still loaded: anything but an error or a run within its budgets is a bug.

    python tests/embed/fuzz_states.py SEED ROUNDS

Work is done in a child process, so that a crash is seen; with an engine built by ``RUSK_DEBUG=1`` less slips through. The changed state that a child was
at when it died is left in ``crash-SEED.state``.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from struct import pack
from zlib import crc32

import save_everywhere

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fuzz"))
from mutate import mutate_bytes  # noqa: E402

import rusk  # noqa: E402
from rusk.cli.progress import Progress  # noqa: E402
from rusk.embed.saving import unseal  # noqa: E402


def run_out(session: rusk.Session) -> None:
    """Run a session of unknown state within its budgets."""
    for _ in range(10):
        got = session.step(20_000)
        if isinstance(got, (rusk.Done, rusk.Trapped, rusk.Request)):
            return


def work(seed: int, rounds: int) -> None:
    chooser = random.Random(seed)
    paths = save_everywhere.effectful()
    loaded = 0
    done = 0
    progress = Progress(rounds)
    while done < rounds:
        path = chooser.choice(paths)
        program = save_everywhere.compiled(path)
        _, states, *_ = save_everywhere.sample(path, 3, (chooser.choice((7, 50, 400)),))
        for state, _, _ in states:
            start = unseal(program, state)[2]
            for _ in range(200):
                data = mutate_bytes(state[:-4], chooser, start)
                changed = bytes(data) + pack("<I", crc32(data))
                done += 1
                progress.step(path.stem if isinstance(path, Path) else str(path))
                Path(f"crash-{seed}.state").write_bytes(changed)
                try:
                    session = program.load(changed, host=save_everywhere.host([]))
                except rusk.LoadError:
                    continue
                loaded += 1
                session._machine.check_heap()
                run_out(session)
                session._machine.check_heap()
        if not states:
            done += 1
    Path(f"crash-{seed}.state").unlink()
    progress.clear()
    print(f"{done} states, {loaded} loaded and run")


def main() -> None:
    if sys.argv[1] == "--work":
        work(int(sys.argv[2]), int(sys.argv[3]))
        return
    seed, rounds = int(sys.argv[1]), int(sys.argv[2])
    for n in range(0, rounds, 5000):
        words = [sys.executable, __file__, "--work", str(seed + n), str(min(5000, rounds - n))]
        done = subprocess.run(words, check=False)
        if done.returncode:
            sys.exit(f"seed {seed + n}: the child ended with {done.returncode}")


if __name__ == "__main__":
    main()
