"""``rusk lint`` (08 §14.4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import rusk

TEXT = "fn main() { let ä = 1; }\n"


def test_findings_go_to_standard_error(tmp_path: Path) -> None:
    (tmp_path / "l.rusk").write_text(TEXT, encoding="utf-8")
    r = rusk("lint", "l.rusk", cwd=tmp_path)
    assert (r.status, r.out) == (0, "")
    assert r.err == (
        "warning[W0201]: unused variable `ä`\n --> l.rusk:1:17\n  |\n1 | fn main() { let ä = 1; }\n"
        "  |                 ^ remove it, or prefix with `_` to silence this lint\n"
    )
    r = rusk("lint", "--deny-warnings", ".", cwd=tmp_path)
    assert r.status == 1 and r.err.startswith("error[W0201]")


def test_json(tmp_path: Path) -> None:
    (tmp_path / "l.rusk").write_text(TEXT, encoding="utf-8")
    r = rusk("lint", "--json", "l.rusk", cwd=tmp_path)
    assert (r.status, r.err) == (0, "")
    assert json.loads(r.out) == {
        "schema_version": 1,
        "diagnostics": [
            {
                "severity": "warning",
                "code": "W0201",
                "name": "unused-variable",
                "message": "unused variable `ä`",
                "label": "remove it, or prefix with `_` to silence this lint",
                "help": None,
                "notes": [],
                "location": {
                    "file": "l.rusk",
                    "start": {"line": 1, "col": 17},
                    "end": {"line": 1, "col": 18},
                },
            }
        ],
    }


def test_sarif(tmp_path: Path) -> None:
    (tmp_path / "l.rusk").write_text(TEXT + "fn f() {}", encoding="utf-8")
    report = json.loads(rusk("lint", "--sarif", "l.rusk", cwd=tmp_path).out)
    assert report["version"] == "2.1.0"
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["W0201", "W0206"]
    assert [(r["ruleId"], rules[r["ruleIndex"]]["id"], r["level"]) for r in run["results"]] == [
        ("W0201", "W0201", "warning"),
        ("W0206", "W0206", "warning"),
    ]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 17, "endLine": 1, "endColumn": 18}
    assert run["columnKind"] == "unicodeCodePoints"


def test_wrong_files(tmp_path: Path) -> None:
    (tmp_path / "a.rusk").write_text("fn f( {}")
    (tmp_path / "b.rusk").write_bytes(b"\xff")
    (tmp_path / "c.rusk").write_text(TEXT)
    r = rusk("lint", ".", "d.rusk", cwd=tmp_path)
    assert r.status == 1
    assert [line.split("]")[0] for line in r.err.splitlines() if line.startswith(("error", "warning"))] == [
        "error[E0111",
        "error[E0204",
        "warning[W0201",
        "error[E0204",
    ]


def test_settings(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "a.rusk").write_text("fn main() { let x = 1; return; main(); }")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.rusk.lint]\nallow = ["W0201"]\ndeny = ["unreachable-code"]\n'
    )
    r = rusk("lint", ".", cwd=tmp_path)
    assert r.status == 1 and "W0201" not in r.err and r.err.count("error[W0202]") == 2
    (tmp_path / "sub" / "pyproject.toml").write_text("[tool.rusk.lint]\n")
    r = rusk("lint", "sub", cwd=tmp_path)
    assert r.status == 0 and "warning[W0201]" in r.err and "warning[W0202]" in r.err


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            'allow = ["unused-varable"]',
            "`allow` names no lint `unused-varable`; did you mean `unused-variable`?",
        ),
        ("allow = 1", "`allow` is a list of lints"),
        ("forbid = []", "`tool.rusk.lint` has no setting `forbid`; it has `allow` and `deny`"),
        ("]", "pyproject.toml: "),
    ],
)
def test_wrong_settings(settings: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.rusk").write_text(TEXT)
    (tmp_path / "pyproject.toml").write_text("[tool.rusk.lint]\n" + settings)
    r = rusk("lint", "a.rusk", cwd=tmp_path)
    assert r.status == 2 and message in r.err, r


@pytest.mark.parametrize("args", [(), ("--json", "--sarif", "a.rusk"), ("a.txt",), ("--nope",)])
def test_wrong_use(args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.rusk").write_text(TEXT)
    assert rusk("lint", *args, cwd=tmp_path).status == 2
