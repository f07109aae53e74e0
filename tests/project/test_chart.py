"""The bar chart of the benchmarks: every program, at its place on the scale; nothing about the machine; the files of the project are up to date."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
SVG = "{http://www.w3.org/2000/svg}"


def _chart() -> Any:
    spec = importlib.util.spec_from_file_location("rusk_chart", BENCHMARKS / "chart.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


chart = _chart().chart


def result(name: str, ratio: float, group: str = "programs", before: float | None = None) -> dict[str, Any]:
    return {"name": name, "group": group, "ratio": ratio, "baseline_ratio": before}


RESULTS = [
    result("loop", 0.01, "phases", 20.0),
    result("even", 1.0, "phases"),
    result("fast", 0.1),
    result("slow & <odd>", 4.0),
]


def bars(text: str) -> list[tuple[str, float, float]]:
    """Class, left and right end of each bar."""
    found = []
    for rect in ElementTree.fromstring(text).iter(SVG + "rect"):
        if rect.get("class") in ("faster", "slower"):
            left = float(rect.get("x", ""))
            found.append((rect.get("class", ""), left, left + float(rect.get("width", ""))))
    return found


def test_bars_stand_on_a_logarithmic_scale() -> None:
    text = chart(RESULTS)
    (_, one, loop), even, fast, slow = bars(text)
    assert [kind for kind, _, _ in bars(text)] == ["faster", "faster", "faster", "slower"]
    decade = fast[2] - one
    assert loop - one == pytest.approx(2 * decade, abs=0.2)
    assert even[2] - even[1] == 1
    assert slow[2] == pytest.approx(one, abs=0.2)
    assert slow[2] - slow[1] == pytest.approx(math.log10(4) * decade, abs=0.2)


def test_every_program_group_and_mark_is_named() -> None:
    root = ElementTree.fromstring(chart(RESULTS))
    texts = [t.text for t in root.iter(SVG + "text")]
    for expected in (
        "loop",
        "slow & <odd>",
        "100x",
        "10x",
        "0.2x",
        "phases",
        "programs",
        "mean 10x",
        "target",
        "1x",
        "1/10",
    ):
        assert expected in texts, expected
    assert len(list(root.iter(SVG + "circle"))) == 1
    assert len(list(root.iter(SVG + "line"))) == 1 + 2 + 1 + 2


def test_one_result_and_both_colour_schemes() -> None:
    text = chart([result("one", 0.5)])
    assert len(bars(text)) == 1
    assert "hollow" not in text
    assert "prefers-color-scheme: dark" in text


def test_the_files_are_made_of_the_results(tmp_path: Path) -> None:
    whole = json.loads((BENCHMARKS / "results.json").read_text())
    text = (BENCHMARKS / "results.svg").read_text()
    assert text == chart(whole["results"]), "run: python benchmarks/compare.py --chart"
    for fact in ("cpu", "system", "python", "compiler", "commit"):
        assert str(whole["machine"][fact]) not in text
    assert not re.search(r"\d ms", text)
    shutil.copy(BENCHMARKS / "results.json", tmp_path)
    subprocess.run(
        [sys.executable, BENCHMARKS / "compare.py", "--chart", "--out", tmp_path],
        check=True,
        capture_output=True,
    )
    for name in ("results.md", "results.svg"):
        assert (tmp_path / name).read_text() == (BENCHMARKS / name).read_text(), name
    assert "](results.svg)" in (tmp_path / "results.md").read_text()
    assert "](benchmarks/results.svg)" in (ROOT / "README.md").read_text()
