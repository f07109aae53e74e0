"""A small soak (benchmarks/soak.py does a hundred thousand): what sessions take is given back, however they end."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).resolve().parents[2] / "benchmarks" / "soak.py"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_stays() -> None:
    spec = importlib.util.spec_from_file_location("soak", SOAK)
    assert spec is not None and spec.loader is not None
    soak = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(soak)
    sys.path[:] = path
    first, last = soak.run(4000)
    assert last <= first * 1.05, f"{first} KiB after a quarter, {last} KiB at the end"
