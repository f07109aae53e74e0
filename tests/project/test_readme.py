"""README.md opens with two commands that do all set-up, and CI runs exactly those."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)


def test_two_commands() -> None:
    found = blocks((ROOT / "README.md").read_text())
    assert len(found) == 2 and all(b.count("\n") == 1 for b in found)
    first, second = found
    assert first.startswith("pip install ") and "python -m rusk examples/" in first
    assert second.startswith("pip install ") and second.rstrip().endswith("pytest")


def test_ci_runs_them() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    extract = re.search(r"commands=\$\((awk .*?) \| head -2\)", script)
    assert extract is not None
    done = subprocess.run(
        ["bash", "-c", extract.group(1)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "".join(blocks((ROOT / "README.md").read_text()))


def test_links() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target
