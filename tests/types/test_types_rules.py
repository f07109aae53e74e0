"""The rules of 02 to 06 that the checker decides: one small program each, with all errors and their places."""

from __future__ import annotations

import pytest
from types_cases import CASES
from types_cases_more import CASES as MORE
from types_slots import problems
from types_support import check, expected, explain, found

ALL = {**CASES, **MORE}


@pytest.mark.parametrize("name", ALL)
def test_rule(name: str) -> None:
    """Exactly the marked errors are reported, at the marked places; a program without marks is accepted and fully typed."""
    text = ALL[name]
    world = check(text)
    want = expected(text)
    got = [e for e in found(world) if e[0] not in ("unreachable-arm", "unhandled-effect")]
    assert got == want, explain(world)
    if not want:
        for fn in world.user_fns():
            assert problems(fn.decl.body) == []
            assert problems(fn.decl.params) == []
