"""Diagnostics that stay while their text changes, until they are looked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.lsp.text import change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.diagnostics import Diagnostic
    from rusk.source import Source


def move(d: Diagnostic, source: Source, behind: int, by: int) -> None:
    """What stands at or behind ``behind`` in ``source`` has moved ``by`` characters."""

    def at(pos: int) -> int:
        return pos + by if pos >= behind else pos

    if d.source is source:
        d.pos, d.end = at(d.pos), at(d.end)
        for fix in d.fixes:
            fix.edits = [(at(p), at(e), text) for p, e, text in fix.edits]
    if any([place[0] is source and place[2] >= behind for place in d.secondary]):
        d.secondary = [
            (s, at(p), at(e), label) if s is source else (s, p, e, label) for s, p, e, label in d.secondary
        ]


def moved(found: Sequence[Diagnostic], source: Source, start: int, old: int, by: int) -> list[Diagnostic]:
    """What was found, after ``start`` to ``old`` of ``source`` has been replaced by a text that is ``by`` characters longer. What was found in the replaced
    text is left out."""
    kept = [d for d in found if d.source is not source or not _touched(d, start, old)]
    for d in kept:
        move(d, source, old, by)
    return kept


def _touched(d: Diagnostic, start: int, old: int) -> bool:
    places = [(d.pos, d.end), *[(p, e) for fix in d.fixes for p, e, _ in fix.edits]]
    return any([p < old and start < e for p, e in places])


def transferred(
    found: Sequence[Diagnostic], before: dict[Source, str], after: dict[Source, str]
) -> list[Diagnostic]:
    """What was found in the texts ``before``, at the same places of those ``after``, which have been read anew; both with their paths. What was found in
    text that has changed, or in files that are no longer there, is left out."""
    sources = {path: source for source, path in after.items()}
    kept = list(found)
    for source, path in before.items():
        new = sources.get(path)
        if new is None:
            kept = [d for d in kept if d.source is not source]
            continue
        start, old, end = change(source.text, new.text)
        kept = moved(kept, source, start, old, end - old)
        for d in kept:
            if d.source is source:
                d.source = new
            d.secondary = [(new if s is source else s, p, e, label) for s, p, e, label in d.secondary]
    return kept
