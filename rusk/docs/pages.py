"""The pages of the library and of programs."""

from __future__ import annotations

import os

from rusk.diagnostics import Diagnostics
from rusk.docs.markdown import index, render
from rusk.docs.model import Page, read
from rusk.modules.loader import Loader, library_directory
from rusk.source import load_source
from rusk.syntax import parse_file
from rusk.types.terms import PRIMITIVES

#: built-in types, whose methods stand in a file of their own -> how they are written
BUILT_IN = {**{name: name for name in PRIMITIVES}, "array": "[T]", "tuple": "(A, B, ...)"}


def library_pages() -> dict[str, Page]:
    """The pages of the library by file name without extension (``core/iter``): modules, and built-in types (``core/string``)."""
    base = library_directory()
    out: dict[str, Page] = {}
    for root in ("core", "std"):
        for file in sorted(os.listdir(os.path.join(base, root))):
            stem, _, extension = file.partition(".")
            if extension != "rusk":
                continue
            name = root if stem == "mod" else f"{root}::{stem}"
            if stem.startswith("__"):
                stem = stem[2:]
                if stem not in BUILT_IN:
                    continue
                name = BUILT_IN[stem]
            source = load_source(os.path.join(base, root, file), f"{root}/{file}")
            out[f"{root}/{stem}"] = read(name, source, parse_file(source, Diagnostics()).items)
    return out


def program_pages(path: str, diags: Diagnostics) -> dict[str, Page]:
    """The pages of the modules of a program, by file name without extension. What is wrong with it is reported to ``diags``."""
    loader = Loader(diags)
    loader.root(load_source(path), path)
    out: dict[str, Page] = {}
    for module in loader.modules:
        names: list[str] = []
        at = module
        while at.parent is not None:
            names.insert(0, at.name)
            at = at.parent
        if not names:
            names = [os.path.basename(path).removesuffix(".rusk")]
        inline = module.parent is not None and module.source is module.parent.source
        out["/".join(names)] = read("::".join(names), module.source, module.items, "" if inline else None)
    return out


def library_files(chapter: str) -> dict[str, str]:
    """The documentation of the library: file name -> text. ``chapter``: the path of `docs/language/` from where the files will lie."""
    pages = library_pages()
    files = {f"{name}.md": render(page, f"../{chapter}") for name, page in pages.items()}
    files["README.md"] = index(
        "The library",
        "Made from the comments in `rusk/library/` by `python -m rusk doc --library docs/library`. What is marked as an addition gives way to a program's own "
        "declaration of the same name (06 §12).",
        [(f"{name}.md", page) for name, page in pages.items()],
        chapter,
    )
    return files


def program_files(path: str, diags: Diagnostics) -> dict[str, str]:
    """The documentation of a program: file name -> text."""
    pages = program_pages(path, diags)
    files = {f"{name}.md": render(page, "") for name, page in pages.items()}
    first = next(iter(pages.values()))
    files["README.md"] = index(
        f"`{first.name}`", "", [(f"{name}.md", page) for name, page in pages.items()], ""
    )
    return files
