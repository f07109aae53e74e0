"""`// rusk: allow(unused-variable, W0203)`: lints switched off in the source.

Behind code the comment counts for its line. On a line of its own it counts for the next line, and for the whole item or member that begins there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.syntax import ast
from rusk.syntax.tokens import EOF
from rusk.syntax.trivia import comments

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostic
    from rusk.source import Source
    from rusk.syntax.tokens import Tokens

_MARK = "rusk: allow("


class Allowed:
    """The places of one file where lints are allowed: (start, end, code or name)."""

    __slots__ = ("places",)

    def __init__(self, source: Source, tokens: Tokens, tree: ast.File) -> None:
        self.places: list[tuple[int, int, str]] = []
        text = source.text
        if _MARK not in text:
            return
        ends = _item_ends(tree)
        last_end = 0
        for i, start in enumerate(tokens.starts):
            if start - last_end > len(_MARK):
                found, _ = comments(text, last_end, start)
                for note in found:
                    names = allowed_names(note.text)
                    if not names:
                        continue
                    own = note.lines > 0 or i == 0
                    line = source.line_col(start if own else note.pos)[0]
                    begin = source.line_start(line)
                    end = text.find("\n", begin)
                    end = len(text) if end < 0 else end
                    if own:
                        end = max(end, ends.get(start, 0))
                    self.places += [(begin, end, name) for name in names]
            if tokens.kinds[i] == EOF:
                break
            last_end = tokens.ends[i]

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding in this file is allowed where it is."""
        return any(
            [
                begin <= finding.pos <= end and (name == finding.code or name == finding.name)
                for begin, end, name in self.places
            ]
        )


def allowed_names(comment: str) -> list[str]:
    """The codes or names that a comment allows; empty if it is an ordinary comment."""
    words = comment.lstrip("/").strip()
    if not comment.startswith("//") or not words.startswith(_MARK):
        return []
    inside, closed, _ = words[len(_MARK) :].partition(")")
    return [word.strip() for word in inside.split(",") if word.strip()] if closed else []


def _item_ends(tree: ast.File) -> dict[int, int]:
    """Start -> end of all items and members of a file."""
    ends: dict[int, int] = {}
    work: list[ast.Node] = list(tree.items)
    while work:
        node = work.pop()
        ends[node.pos] = node.end
        if isinstance(node, (ast.ImplDecl, ast.InterfaceDecl)):
            work += node.members
        elif isinstance(node, ast.ModDecl) and node.items is not None:
            work += node.items
    return ends
