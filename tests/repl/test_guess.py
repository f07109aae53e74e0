"""The Rusk types of Python values."""

from __future__ import annotations

from array import array
from typing import Any

import pytest

from rusk import Ok, Some
from rusk.repl.guess import Unclear, type_of


@pytest.mark.parametrize(
    "value, expected",
    [
        (True, "bool"),
        (1, "int"),
        (1.5, "float"),
        ("a", "string"),
        (b"a", "bytes"),
        ([1, 2], "[int]"),
        ([1, 2.0], "[float]"),
        ([[1], [], [2]], "[[int]]"),
        ([1, None], "[Option<int>]"),
        ([[], [None, "a"]], "[[Option<string>]]"),
        ((1, "a"), "(int, string,)"),
        ((1,), "(int,)"),
        ({"a": [1.0]}, "core::map::Map<string, [float]>"),
        (Some((1, 2)), "Option<(int, int,)>"),
        (array("d", [1.0]), "[float]"),
    ],
)
def test_types(value: Any, expected: str) -> None:
    assert type_of(value) == expected


def endless() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    "value, why",
    [
        ([], "an empty list does not say what it is made for"),
        ({}, "an empty dict does not say what it is made for"),
        ((), "an empty tuple does not say what it is made for"),
        (None, "`None` does not say which Option it is of"),
        ([None], "`None` does not say which Option it is of"),
        ([[], []], "an empty list does not say what it is made for"),
        ([1, "a"], "its parts are of several types: int, string"),
        (Ok(1), "`Ok(1)` says only half of its type"),
        (len, "there is no Rusk type for a Python `builtin_function_or_method`"),
        (1j, "there is no Rusk type for a Python `complex`"),
        (endless(), "it is nested too deeply, or a part of itself"),
    ],
)
def test_unclear(value: Any, why: str) -> None:
    with pytest.raises(Unclear) as e:
        type_of(value)
    assert str(e.value) == why
