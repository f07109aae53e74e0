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

import rusk
from rusk.embed.saving import unseal

#: numbers that are often the limit of something
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x3FFF, 0xFFFF)


def mutate(data: bytearray, start: int, chooser: random.Random) -> None:
    """Change, remove, repeat or exchange a few bytes from ``start`` on."""
    for _ in range(chooser.choice((1, 1, 1, 2, 3, 8))):
        at = chooser.randrange(start, len(data))
        match chooser.randrange(6):
            case 0:
                data[at] ^= 1 << chooser.randrange(8)
            case 1:
                data[at] = chooser.choice(NUMBERS) & 0xFF
            case 2:
                data[at] = (data[at] + chooser.choice((-2, -1, 1, 2))) & 0xFF
            case 3:
                del data[at : at + chooser.randrange(1, 4)]
            case 4:
                data[at:at] = data[at : at + chooser.randrange(1, 12)]
            case 5:
                other = chooser.randrange(start, len(data))
                size = chooser.randrange(1, 8)
                data[at : at + size] = data[other : other + size]
        if len(data) <= start + 4:
            return


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
    while done < rounds:
        path = chooser.choice(paths)
        program = save_everywhere.compiled(path)
        _, states, *_ = save_everywhere.sample(path, 3, (chooser.choice((7, 50, 400)),))
        for state, _, _ in states:
            start = unseal(program, state)[2]
            for _ in range(200):
                data = bytearray(state[:-4])
                mutate(data, start, chooser)
                changed = bytes(data) + pack("<I", crc32(data))
                done += 1
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
