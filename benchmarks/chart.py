"""The results of `compare.py` as a bar chart in SVG: for each program how many times as fast as CPython Rusk is, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

#: target of the project: an order of magnitude
TARGET = 10.0

_WIDTH, _ROW, _BAR, _TOP = 860, 20, 12, 84
_NAMES, _RIGHT = 210, 70  # room for names at the left, for values at the right

_STYLE = """
text { paint-order: stroke; font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
.back { fill: #ffffff; } .value { stroke: #ffffff; stroke-width: 3; } .title { font-size: 15px; font-weight: 600; } .group { font-weight: 600; } .small { font-size: 11px; fill: #57606a; }
.grid { stroke: #d0d7de; } .one { stroke: #57606a; } .target { stroke: #1a7f37; stroke-dasharray: 4 3; } .mark { fill: #1a7f37; }
.faster { fill: #2f6fdd; } .slower { fill: #cf6a1b; } .before { fill: none; stroke: #cf6a1b; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .back { fill: #0d1117; } .value { stroke: #0d1117; } .small { fill: #9198a1; }
.grid { stroke: #30363d; } .one { stroke: #9198a1; } .target { stroke: #3fb950; } .mark { fill: #3fb950; }
.faster { fill: #4c8dff; } .slower { fill: #e0823d; } .before { stroke: #e0823d; }
}
"""


def times(factor: float) -> str:
    """A factor as text: two significant digits, or all before the point."""
    return f"{factor:.1f}x" if round(factor, 1) < 10 else f"{factor:.0f}x"


def chart(results: Sequence[dict[str, Any]]) -> str:
    """The chart as the text of an SVG file.

    results: as in results.json, at least one: ``name``, ``group``, ``ratio`` (Rusk's time by CPython's), ``baseline_ratio`` (the same of the interpreter
    before, or None). Groups stand in the order in which they come, with the geometric mean of each. It says nothing about the machine.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for r in results:
        groups.setdefault(r["group"], []).append(r)
    factors = [1 / r["ratio"] for r in results]
    before = [1 / r["baseline_ratio"] for r in results if r["baseline_ratio"]]
    low = math.floor(math.log10(min([*factors, *before, 1.0])))
    high = math.ceil(math.log10(max([*factors, TARGET])))
    scale = (_WIDTH - _NAMES - _RIGHT) / (high - low)
    height = _TOP + _ROW * (len(results) + 2 * len(groups)) + 16

    def x(factor: float) -> float:
        return _NAMES + (math.log10(factor) - low) * scale

    mean = math.exp(sum([math.log(f) for f in factors]) / len(factors))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>How many times as fast as CPython: {times(mean)} in the geometric mean</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="back" width="{_WIDTH}" height="{height}" rx="6"/>',
        '<text class="title" x="16" y="26">How many times as fast as CPython</text>',
        f'<text class="small" x="16" y="44">-O2, logarithmic; geometric mean {times(mean)}'
        + ("; hollow: the interpreter that this one replaces" if before else "")
        + "</text>",
    ]
    for power in range(low, high + 1):
        at = x(10.0**power)
        kind = "one" if power == 0 else "grid"
        label = f"{10**power}x" if power >= 0 else f"1/{10**-power}"
        out.append(f'<text class="small" x="{at:.1f}" y="{_TOP - 8}" text-anchor="middle">{label}</text>')
        out.append(f'<line class="{kind}" x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{height - 12}"/>')
    at = x(TARGET)
    out.append(f'<line class="target" x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{height - 12}"/>')
    out.append(f'<text class="small mark" x="{at:.1f}" y="{_TOP - 22}" text-anchor="middle">target</text>')
    y = _TOP
    for group, members in groups.items():
        mean = math.exp(-sum([math.log(r["ratio"]) for r in members]) / len(members))
        y += _ROW
        out.append(
            f'<text class="group" x="16" y="{y + 4}">{escape(group)}</text>'
            f'<text class="small" x="{_WIDTH - 16}" y="{y + 4}" text-anchor="end">mean {times(mean)}</text>'
        )
        y += 10
        for r in members:
            out += _bar(r, y, x)
            y += _ROW
        y += _ROW - 10
    return "\n".join([*out, "</svg>", ""])


def _bar(r: dict[str, Any], y: int, x: Any) -> list[str]:
    factor = 1 / r["ratio"]
    left, right = sorted((x(1.0), x(factor)))
    kind = "faster" if factor >= 1 else "slower"
    out = [
        f'<text x="{_NAMES - 10}" y="{y + 10}" text-anchor="end">{escape(r["name"])}</text>',
        f'<rect class="{kind}" x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="{_BAR}" rx="2"/>',
        f'<text class="value" x="{right + 6:.1f}" y="{y + 10}">{times(factor)}</text>',
    ]
    if r["baseline_ratio"]:
        before = x(1 / r["baseline_ratio"])
        out.append(f'<circle class="before" cx="{before:.1f}" cy="{y + _BAR / 2:.1f}" r="4"/>')
    return out
