"""The VS Code extension, as far as no Node is needed: its grammar is up to date, its settings are the server's, its lock file names no registry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rusk.highlight import PRIMITIVES
from rusk.lsp.server import Settings
from rusk.types import terms

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "editors" / "vscode"


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "package.json").read_text())
    return found


def test_grammar_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "grammar.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_primitive_types_are_those_of_the_checker() -> None:
    assert set(terms.PRIMITIVES) == PRIMITIVES


def test_settings_reach_the_server(tmp_path: Path) -> None:
    properties = manifest()["contributes"]["configuration"]["properties"]
    options = {
        name.removeprefix("rusk."): value
        for name, value in {"rusk.entryFiles": ["a.rusk"], "rusk.sysroot": "lib", "rusk.noStd": True}.items()
        if name in properties
    }
    settings = Settings([], None, True)
    settings.take(options, str(tmp_path))
    assert settings.entries == [str(tmp_path / "a.rusk")]
    assert settings.sysroot == str(tmp_path / "lib")
    assert not settings.load_std


def test_files_that_the_manifest_names_exist() -> None:
    contributes = manifest()["contributes"]
    assert (FOLDER / contributes["languages"][0]["configuration"]).exists()
    assert (FOLDER / contributes["grammars"][0]["path"]).exists()
    json.loads((FOLDER / "language-configuration.json").read_text())


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert lock["packages"][""]["devDependencies"] == manifest()["devDependencies"]
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert not name or entry["integrity"].startswith("sha512-"), name
