"""The engine against the abstract machine of 04 §8, on random effect programs, at every optimisation level."""

from __future__ import annotations

import random

import pytest
from effect_compare import difference
from effect_programs import generate, generate_wide
from hypothesis import given, settings
from hypothesis import strategies as st


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_random_programs(data: st.DataObject) -> None:
    text = difference(generate(lambda n: data.draw(st.integers(0, n - 1))))
    assert not text, text


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_random_programs_with_everything(data: st.DataObject) -> None:
    text = difference(generate_wide(lambda n: data.draw(st.integers(0, n - 1))))
    assert not text, text


@pytest.mark.parametrize("seed", [6, 17, 42, 43, 69, 130, 212, 3041])
def test_programs_that_once_failed(seed: int) -> None:
    text = difference(generate(random.Random(seed).randrange))
    assert not text, text
