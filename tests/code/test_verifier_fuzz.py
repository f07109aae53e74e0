"""Whatever bytes are loaded: `LoadError`, or a program that runs without harm (see fuzz.py for more rounds)."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import fuzz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verifier_sample import sample

from rusk.code.errors import LoadError
from rusk.code.rbc import decode, encode
from rusk.code.verifier import verify

CONFORMANCE = Path(__file__).resolve().parent.parent / "conformance"
SAMPLE = encode(sample())

#: a few programs with much in them
PROGRAMS = (
    "realistic/001_expression_evaluator.rusk",
    "continuations_stored/008_answered_out_of_order.rusk",
    "effects_nested/002_partial_patterns_fall_through.rusk",
    "dyn_dispatch/001_mixed_collection.rusk",
)


@cache
def seeds() -> list[bytes]:
    from rusk.compiler import compile_file

    out = [SAMPLE]
    for name in PROGRAMS:
        if (CONFORMANCE / name).exists():
            image = compile_file(str(CONFORMANCE / name)).image
            if image is not None:
                out.append(encode(image))
    return out


def load(data: bytes) -> None:
    """`LoadError` or a program, and no other exception."""
    try:
        image = decode(data)
        verify(image)
    except LoadError:
        return
    assert encode(image) == data


def test_prefixes() -> None:
    for n in range(len(SAMPLE)):
        with pytest.raises(LoadError, match="^unexpected EOF$"):
            decode(SAMPLE[:n])


def test_every_bit() -> None:
    rng = random.Random(5)
    for at in range(len(SAMPLE)):
        data = bytearray(SAMPLE)
        data[at] ^= 1 << rng.randrange(8)
        load(bytes(data))


_edits = st.lists(
    st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=5
)


@settings(max_examples=300, deadline=None)
@given(_edits)
def test_edits(edits: list[tuple[int, int, bytes]]) -> None:
    data = SAMPLE
    for at, drop, new in edits:
        data = data[:at] + new + data[at + drop :]
    load(data)


@pytest.mark.parametrize("seed", range(3))
def test_mutants_run(seed: int) -> None:
    files = list(fuzz.mutants(seeds(), random.Random(seed), range(1200)))
    assert len(files) > 100
    fuzz.check(files)
