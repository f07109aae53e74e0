"""Every page of a tool shows it in use, and every picture is one that a script makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
TOOLS = ("doc", "fmt", "highlighting", "jupyter", "language-server", "lint", "profile", "repl", "vscode")


@pytest.mark.parametrize("page", TOOLS)
def test_page_begins_with_its_picture(page: str) -> None:
    lines = (DOCS / f"{page}.md").read_text().splitlines()
    assert lines[2].startswith("![") and lines[2].endswith(f"](pictures/{page}.svg)")


def test_pictures_are_shown_and_made_by_scripts() -> None:
    scripts = (DOCS / "pictures.py").read_text() + (DOCS / "editor_picture.py").read_text()
    pages = "".join([path.read_text() for path in DOCS.glob("*.md")])
    for picture in (DOCS / "pictures").iterdir():
        assert f"](pictures/{picture.name})" in pages
        assert re.search(rf'^    "{picture.stem}": ', scripts, re.M), picture.name
