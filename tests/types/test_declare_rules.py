"""The rules of declarations (02 §1, §2, §8; 03 §1 to §7; 05 §4; 06 §12; 08 §2): one small program each, with all errors and their places."""

from __future__ import annotations

import re

import pytest
from declare_cases import CASES
from declare_weak_cases import CASES as WEAK
from types_support import check, explain, found

ALL = {**CASES, **WEAK}
#: As `types_support.MARK`; several errors at one place are joined by `+`.
MARK = re.compile(r"/\*!([a-z+-]+)\*/")


@pytest.mark.parametrize("name", ALL)
def test_rule(name: str) -> None:
    """Exactly the marked errors are reported, at the marked places."""
    text = ALL[name]
    world = check(text)
    want = [(e, m.end()) for m in MARK.finditer(text) for e in m.group(1).split("+")]
    assert sorted(found(world)) == sorted(want), explain(world)
