"""Pages in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusk.docs.examples import blocks

if TYPE_CHECKING:
    from rusk.docs.model import Entry, Impl, Page

_HEADINGS = {
    "struct": "Types",
    "enum": "Types",
    "interface": "Interfaces",
    "function": "Functions",
    "method": "Methods",
}
_ORDER = ("Interfaces", "Types", "Functions", "Methods")


def text(doc: str) -> str:
    """A comment as Markdown: examples become marked blocks of code."""
    return "\n\n".join([f"```rusk\n{part}\n```" if code else part for code, part in blocks(doc)])


def summary(doc: str) -> str:
    """The first sentence or line of a comment."""
    line = doc.partition("\n")[0]
    sentence, dot, _ = line.partition(". ")
    return sentence + dot.strip()


def render(page: Page, chapter: str) -> str:
    """The page of a module. ``chapter``: where the language is described, as seen from the page, for `docs/language/` in texts; "" leaves them."""
    out = [f"# `{page.name}`", text(page.doc)]
    groups: dict[str, list[Entry]] = {}
    for entry in page.entries:
        groups.setdefault(_HEADINGS[entry.kind], []).append(entry)
    for heading in _ORDER:
        if heading not in groups:
            continue
        out.append(f"## {heading}")
        for entry in groups[heading]:
            out += _entry(entry, "###")
    if page.uses:
        out += ["## Re-exports", "```rusk\n" + "\n".join(page.uses) + "\n```"]
    if page.impls:
        out += ["## Implementations", implemented(page.impls)]
    return linked("\n\n".join([part for part in out if part]) + "\n", chapter)


def linked(body: str, chapter: str) -> str:
    """``body`` with links to the chapters it names; see `render`."""
    return re.sub(r"docs/language/([\w-]+\.md)", rf"[\1]({chapter}\1)", body) if chapter else body


def condition(impl: Impl) -> str:
    """The interface of an impl, and when it holds."""
    return f"`{impl.interface}`" + (f" (if `{impl.bounds}`)" if impl.bounds else "")


def implemented(impls: list[Impl]) -> str:
    """A list of interfaces, each with the types that implement it."""
    types: dict[str, dict[str, None]] = {}
    for impl in impls:
        types.setdefault(impl.interface, {})[impl.type] = None
    return "\n".join([f"* `{name}` for {', '.join([f'`{t}`' for t in of])}" for name, of in types.items()])


def _entry(entry: Entry, mark: str) -> list[str]:
    note = " (addition)" if entry.addition else ""
    out = [f"{mark} `{entry.name}`{note}", f"```rusk\n{entry.signature}\n```", text(entry.doc)]
    brief = [e for e in entry.entries if e.kind in ("variant", "field", "type")]
    if brief:
        out.append(
            "\n".join(
                [f"* `{e.signature}`" + (f": {' '.join(e.doc.split())}" if e.doc else "") for e in brief]
            )
        )
    for member in entry.entries:
        if member not in brief:
            out += _entry(member, mark + "#")
    if entry.impls:
        out.append(f"Implements {', '.join([condition(i) for i in entry.impls])}.")
    return out


def index(title: str, intro: str, pages: list[tuple[str, Page]], chapter: str) -> str:
    """The page that lists the others; pages: file and page; ``chapter`` as for `render`."""
    rows = [f"| [`{page.name}`]({file}) | {summary(page.doc)} |" for file, page in pages]
    return linked(
        "\n".join(
            [f"# {title}", "", *([intro, ""] if intro else []), "| Module | |", "| --- | --- |", *rows, ""]
        ),
        chapter,
    )
