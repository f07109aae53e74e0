"""The blocks of docs/embedding.md run, one after the other; public names and examples satisfy a type checker."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "embedding.md").read_text(), re.S | re.M)


def test_blocks() -> None:
    scope: dict[str, Any] = {"__name__": "guide"}
    assert len(BLOCKS) > 8
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"<block {number} of docs/embedding.md>", "exec"), scope)


def test_types_of_the_examples() -> None:
    pytest.importorskip("mypy", reason="the extra rusk[dev] is not installed")
    files = sorted(str(p) for p in (ROOT / "examples" / "embedding").glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *files, str(ROOT / "examples" / "embedding.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
