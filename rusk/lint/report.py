"""Findings for programs: JSON (08 §14.4) and SARIF 2.1.0, the format of code scanners."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from rusk.diagnostics import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.diagnostics import Diagnostic


def _place(d: Diagnostic) -> tuple[str, tuple[int, int], tuple[int, int]]:
    path, line, col = d.location()
    end = d.source.line_col(max(d.pos, d.end)) if d.source is not None else (line, col)
    return path, (line, col), end


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """The report of `rusk lint --json`. Lines and columns count from 1, columns characters; ends are exclusive."""
    out = []
    for d in diagnostics:
        path, start, end = _place(d)
        out.append(
            {
                "severity": d.severity,
                "code": d.code,
                "name": d.name,
                "message": d.message,
                "label": d.label,
                "help": d.help,
                "notes": d.notes,
                "location": {
                    "file": path,
                    "start": {"line": start[0], "col": start[1]},
                    "end": {"line": end[0], "col": end[1]},
                },
            }
        )
    return json.dumps({"schema_version": 1, "diagnostics": out}, ensure_ascii=False) + "\n"


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """The report of `rusk lint --sarif`."""
    from rusk import __version__

    names = sorted({d.name for d in diagnostics}, key=lambda name: CATALOGUE[name][0])
    rules = [
        {
            "id": CATALOGUE[name][0],
            "name": "".join([word.capitalize() for word in name.split("-")]),
            "shortDescription": {"text": name},
        }
        for name in names
    ]
    results = []
    for d in diagnostics:
        path, start, end = _place(d)
        text = d.message if d.help is None else f"{d.message} (help: {d.help})"
        location = {
            "artifactLocation": {"uri": path.replace(os.sep, "/")},
            "region": {
                "startLine": start[0],
                "startColumn": start[1],
                "endLine": end[0],
                "endColumn": end[1],
            },
        }
        results.append(
            {
                "ruleId": d.code,
                "ruleIndex": names.index(d.name),
                "level": d.severity,
                "message": {"text": text},
                "locations": [{"physicalLocation": location}],
            }
        )
    driver = {"name": "rusk lint", "version": __version__, "rules": rules}
    report = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
