"""The engine against the abstract machine of 04 §8, on random effect programs, at every optimisation level."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from effect_model import Machine, TooLong, Trap, source
from effect_programs import OPS, SLOTS, generate
from hypothesis import given, settings
from hypothesis import strategies as st

import rusk


def on_engine(text: str, level: int) -> tuple[list[int], Any]:
    """What the program prints, and its result or trap message."""
    out = io.StringIO()
    program = rusk.compile(text, opt_level=level)
    try:
        result: Any = program.run(host=rusk.stdio(out))
    except rusk.Trap as trap:
        result = trap.message
    return [int(x) for x in out.getvalue().split()], result


def compare(pick: Any) -> None:
    program = generate(pick)
    machine = Machine(program)
    try:
        want: Any = machine.run()
    except Trap as trap:
        want = str(trap)
    except TooLong:
        return
    text = source(program, OPS, SLOTS)
    for level in (0, 2):
        assert on_engine(text, level) == (machine.output, want), f"-O{level}\n{text}"


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_random_programs(data: st.DataObject) -> None:
    compare(lambda n: data.draw(st.integers(0, n - 1)))


@pytest.mark.parametrize("seed", [6, 17, 42, 43, 69, 130, 212, 3041])
def test_programs_that_once_failed(seed: int) -> None:
    compare(random.Random(seed).randrange)
