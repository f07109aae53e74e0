"""pytest-benchmark groups: each benchmark in Rusk and in Python.

pytest benchmarks --benchmark-only
pytest benchmarks --benchmark-disable          results only
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from common import Pair, pairs  # noqa: E402

PAIRS = pairs()


@pytest.mark.parametrize("language", ["rusk", "python"])
@pytest.mark.parametrize("pair", PAIRS, ids=[p.name for p in PAIRS])
def test_benchmark(pair: Pair, language: str, benchmark: Any) -> None:
    benchmark.group = f"{pair.group}: {pair.name}"
    run = pair.run_rusk if language == "rusk" else pair.run_python
    assert benchmark.pedantic(run, rounds=5, warmup_rounds=1) == pair.expected
