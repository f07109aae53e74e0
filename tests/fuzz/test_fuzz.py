"""The fuzz targets for a few seconds, the same inputs each time (run.py goes on for as long as one likes)."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import mutate
import pytest
import targets

ROUNDS = {"source": 300, "image": 1000, "value": 2000}


def seeds(target: str) -> list[bytes]:
    if target == "value":
        return mutate.noise(50)
    texts = mutate.programs(40)
    return (
        [b"\2" + t.encode("utf-8", "replace") for t in texts]
        if target == "source"
        else mutate.images(texts[:12])
    )


@pytest.mark.parametrize("target", targets.TARGETS)
def test_target(target: str) -> None:
    rng = random.Random(7)
    found = seeds(target)
    for _ in range(ROUNDS[target]):
        if target == "value":
            data = rng.randbytes(rng.randrange(400))
        else:
            data = mutate.MUTATORS[target](rng.choice(found), rng)
        targets.TARGETS[target](data)


@pytest.mark.parametrize("target", targets.TARGETS)
@pytest.mark.parametrize("data", [b"", b"\0", b"\1\xff\xfe{", b"RUSKBC0\0"])
def test_shortest(target: str, data: bytes) -> None:
    targets.TARGETS[target](data)


def test_the_fuzzer_finds_its_modules() -> None:
    """`run.py` is started by hand, outside of pytest and of its paths."""
    run = Path(__file__).with_name("run.py")
    text = f"import runpy; print(len(runpy.run_path({str(run)!r})['seeds']('image')))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 40
