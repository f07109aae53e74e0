"""Random programs do the same at every level, with every single pass and without each; `differential.py` runs more of them."""

from __future__ import annotations

import differential
import pytest

#: programs that were compiled wrongly once
FOUND = (500_233,)


@pytest.mark.parametrize("seed", [*FOUND, *range(10_000, 10_014)])
def test_every_way_does_the_same(seed: int) -> None:
    assert not differential.differences(seed)
