"""Reporting: a table, a speedscope file, a flame graph."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusk.profile.collect import Profile, Stack


def table(profile: Profile, most: int = 15) -> str:
    """The functions and the lines that most of it went to. *self*: in the function itself, *total*: in it and what it called."""
    own: dict[tuple[str, str], float] = {}
    all_: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str, int], float] = {}
    for stack, weight in profile.samples:
        names = [(name, path) for name, path, _ in stack] or [("(start and end)", "")]
        own[names[-1]] = own.get(names[-1], 0.0) + weight
        for key in dict.fromkeys(names):
            all_[key] = all_.get(key, 0.0) + weight
        if stack:
            name, path, line = stack[-1]
            lines[name, path, line] = lines.get((name, path, line), 0.0) + weight
    total = profile.total or 1.0
    out = [f"{_amount(profile)} in {len(profile.samples)} samples", "", "  self  total  function"]
    for key in sorted(all_, key=lambda k: (-own.get(k, 0.0), -all_[k], str(k)))[:most]:
        name, path = key
        out.append(
            f"{_percent(own.get(key, 0.0) / total)} {_percent(all_[key] / total)}  {name}  {path}".rstrip()
        )
    out += ["", "  self  line"]
    for name, path, line in sorted(lines, key=lambda k: (-lines[k], str(k)))[:most]:
        out.append(f"{_percent(lines[name, path, line] / total)}  {path}:{line}  {name}")
    return "\n".join(out) + "\n"


def _percent(part: float) -> str:
    return f"{100 * part:5.1f}%"


def _amount(profile: Profile) -> str:
    return f"{profile.total:.3f} s" if profile.unit == "seconds" else f"{profile.total:.0f} {profile.unit}"


def speedscope(profile: Profile, name: str) -> str:
    """The profile as a file for https://www.speedscope.app."""
    frames: dict[tuple[str, str, int], int] = {}
    samples = [[frames.setdefault(frame, len(frames)) for frame in stack] for stack, _ in profile.samples]
    data = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": name,
        "exporter": "rusk profile",
        "shared": {"frames": [{"name": f, "file": path, "line": line} for f, path, line in frames]},
        "profiles": [
            {
                "type": "sampled",
                "name": name,
                "unit": "seconds" if profile.unit == "seconds" else "none",
                "startValue": 0,
                "endValue": profile.total,
                "samples": samples,
                "weights": [weight for _, weight in profile.samples],
            }
        ],
    }
    return json.dumps(data) + "\n"


# ---------------------------------------------------------------- flame graph

_WIDTH, _ROW, _CHAR, _MARGIN = 1200, 18, 6.6, 10


class _Node:
    __slots__ = ("below", "name", "weight")

    def __init__(self, name: str) -> None:
        self.name = name
        self.weight = 0.0
        self.below: dict[str, _Node] = {}


def flame_graph(profile: Profile, title: str) -> str:
    """The profile as an SVG: each box a function, above what called it, as wide as its share. A pointer over a box shows its name and share."""
    root = _Node(title)
    for stack, weight in profile.samples:
        _put(root, stack, weight)
    boxes: list[tuple[_Node, float, int]] = []
    work = [(root, 0.0, 0)]
    deepest = 0
    while work:
        node, x, level = work.pop()
        if node.weight / (root.weight or 1.0) * _WIDTH < 0.3:
            continue
        deepest = max(deepest, level)
        boxes.append((node, x, level))
        for child in sorted(node.below.values(), key=lambda n: n.name):
            work.append((child, x, level + 1))
            x += child.weight
    height = (deepest + 1) * _ROW + 2 * _MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + 2 * _MARGIN}" height="{height}" font-family="monospace" font-size="11">',
        f'<rect width="100%" height="100%" fill="#ffffff"/><title>{escape(title)}</title>',
    ]
    scale = _WIDTH / (root.weight or 1.0)
    for node, x, level in boxes:
        left, width = _MARGIN + x * scale, node.weight * scale
        top = height - _MARGIN - (level + 1) * _ROW
        share = 100 * node.weight / (root.weight or 1.0)
        room = int((width - 6) / _CHAR)
        label = (
            node.name if len(node.name) <= room else node.name[: max(room - 1, 0)] + "…" if room > 2 else ""
        )
        out.append(
            f'<g><title>{escape(node.name)}: {share:.1f}%</title><rect x="{left:.1f}" y="{top}" width="{max(width - 0.5, 0.3):.1f}" '
            f'height="{_ROW - 1}" rx="2" fill="{_color(node.name)}"/><text x="{left + 3:.1f}" y="{top + 12}">{escape(label)}</text></g>'
        )
    return "\n".join([*out, "</svg>", ""])


def _put(root: _Node, stack: Stack, weight: float) -> None:
    root.weight += weight
    node = root
    for name, _, _ in stack:
        node = node.below.setdefault(name, _Node(name))
        node.weight += weight


def _color(name: str) -> str:
    """A warm colour, the same for a name in every run."""
    seed = 0
    for c in name:
        seed = (seed * 31 + ord(c)) & 0xFFFF
    return f"rgb({205 + seed % 50},{110 + seed // 50 % 110},{50 + seed // 7 % 40})"
