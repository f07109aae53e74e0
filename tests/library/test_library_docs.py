"""Everything public in the library says what it does and shows it; what it shows is true; `docs/library/` is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from rusk.docs.examples import blocks, examples
from rusk.docs.pages import library_files, library_pages

PAGES = library_pages()
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_documented(name: str) -> None:
    page = PAGES[name]
    assert page.doc
    missing = []
    for entry in page.entries:
        for e in (entry, *entry.entries):
            if e.kind in ("variant", "field", "type"):
                continue  # the text of the whole may be enough
            # an interface with one member is described as a whole
            alone = e.kind == "member" and len(entry.entries) == 1
            if not e.doc and not alone:
                missing.append(f"{e.name}: no comment")
            elif e.kind != "member" and not any(code for code, _ in blocks(e.doc)):
                missing.append(f"{e.name}: no example")
    assert not missing


@pytest.mark.parametrize("name", PAGES)
def test_examples(name: str) -> None:
    wrong = [f"{e.place}: {fault}" for e in examples(PAGES[name]) if (fault := e.run())]
    assert not wrong


def test_pages_are_up_to_date() -> None:
    files = library_files("../language/")
    folder = ROOT / "docs" / "library"
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*.md")}
    old = [
        name
        for name, text in files.items()
        if name not in present or (folder / name).read_text(encoding="utf-8") != text
    ]
    assert not old and present == set(files), "run `python -m rusk doc --library docs/library`"
