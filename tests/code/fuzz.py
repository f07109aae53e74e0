"""Fuzzing the loader: mutated images either are refused or run without harm.

    python tests/code/fuzz.py SEED ROUNDS [FILE.rbc ...]     mutate the sample, or the files, and run what verifies
    python tests/code/fuzz.py --run FILE                     (the child) run the images in FILE

Programs run in a child process, so that a crash is seen; it says which image it was at. An engine built with RUSK_DEBUG=1 sees more.
"""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent / "fuzz"), str(HERE.parent / "engine"), str(HERE.parent.parent)]

from mutate import mutate_bytes, mutate_code, mutate_tables  # noqa: E402
from targets import image as run  # noqa: E402

from rusk.cli.progress import track  # noqa: E402
from rusk.code.errors import LoadError  # noqa: E402
from rusk.code.rbc import decode, encode  # noqa: E402
from rusk.code.verifier import verify  # noqa: E402


def mutants(seeds: list[bytes], rng: random.Random, rounds: Iterable[int]) -> Iterator[bytes]:
    """Mutated files that verify, of as many as there are ``rounds``."""
    for _ in rounds:
        data = rng.choice(seeds)
        try:
            if rng.random() < 0.2:
                data = mutate_bytes(data, rng)
                image = decode(data)
            else:
                image = decode(data)
                if rng.random() < 0.25:
                    mutate_tables(image, rng)
                else:
                    mutate_code(image, rng)
            verify(image)
            yield encode(image)
        except (LoadError, OverflowError, ValueError):  # what an image may hold and a file cannot
            pass


# ---------------------------------------------------------------- running


def child(path: str) -> None:
    for number, data in enumerate(pickle.loads(Path(path).read_bytes())):
        print(number, flush=True)
        run(data)


def check(files: list[bytes], keep: Path | None = None) -> None:
    """Run files in a child process; AssertionError if it crashes. ``keep``: where to leave the one at fault."""
    if not files:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(pickle.dumps(files))
        done = subprocess.run(
            [sys.executable, __file__, "--run", str(path)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        last = int(done.stdout.split()[-1])
        if keep is not None:
            keep.write_bytes(files[last])
        raise AssertionError(
            f"image {last} of {len(files)}: exit status {done.returncode}\n{done.stderr[-3000:]}"
        )


def main() -> None:
    if sys.argv[1] == "--run":
        child(sys.argv[2])
        return
    from verifier_sample import sample

    seed, rounds = int(sys.argv[1]), int(sys.argv[2])
    seeds = [Path(f).read_bytes() for f in sys.argv[3:]] or [encode(sample())]
    rng = random.Random(seed)
    files: list[bytes] = []
    total = 0
    for data in mutants(seeds, rng, track(range(rounds), rounds)):
        files.append(data)
        if len(files) == 200:
            check(files, Path(f"/tmp/fuzz-{seed}.rbc"))
            total += len(files)
            files = []
    check(files, Path(f"/tmp/fuzz-{seed}.rbc"))
    print(f"{rounds} mutants, {total + len(files)} verified and ran")


if __name__ == "__main__":
    main()
