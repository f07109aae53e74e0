"""What an input is: whether it is complete, and its parts, definitions and statements (01 §4.1, §4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.item_parser import ItemParser
from rusk.syntax.lexer import tokenize
from rusk.syntax.parser import parse_file
from rusk.syntax.tokens import EOF, FCLOSE, FOPEN

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostic
    from rusk.syntax.tokens import Tokens

_OPEN = frozenset(("(", "[", "{", FOPEN))
_CLOSE = frozenset((")", "]", "}", FCLOSE))

#: statements are parsed as the body of a function
HEAD = "fn __input() {"
TAIL = "\n}"


class Part:
    """A stretch of an input: ``item``, the parsed definition, or ``body``, the block that its statements are (places in it count from `HEAD`)."""

    __slots__ = ("body", "end", "item", "start")

    def __init__(self, start: int, end: int, item: ast.Item | None, body: ast.Block | None) -> None:
        self.start = start
        self.end = end
        self.item = item
        self.body = body


class Input:
    """A read input. ``parts``: in order, empty for one that is only white space; ``errors``: why it is none; ``complete``: whether an end of line
    ends it, because it is whole or because more text would not mend it."""

    __slots__ = ("complete", "errors", "parts", "source")

    def __init__(self, source: Source, parts: list[Part], errors: list[Diagnostic], complete: bool) -> None:
        self.source = source
        self.parts = parts
        self.errors = errors
        self.complete = complete


def read(text: str, name: str = "<input>") -> Input:
    """Read an input.

    text: as typed; a final `;` may be left out. name: for errors.
    """
    source = Source(name, text)
    diags = Diagnostics()
    tokens = tokenize(source, diags)
    if diags.has_errors:
        return Input(source, [], diags.sorted(), tokens.broken < 0)
    depth = sum([(kind in _OPEN) - (kind in _CLOSE) for kind in tokens.kinds])
    if depth > 0:
        _, errors = (
            _statements(source, 0, len(text)) if not _starts_item(tokens, 0) else _item(source, 0, len(text))
        )
        return Input(source, [], errors, False)
    parts: list[Part] = []
    for start, end, is_item in _stretches(source, tokens):
        part, errors = _item(source, start, end) if is_item else _statements(source, start, end)
        if part is None:
            last = end >= len(text.rstrip())
            more = depth == 0 and last and bool(errors) and errors[0].pos >= _text_end(tokens)
            return Input(source, [], errors, not more)
        parts.append(part)
    return Input(source, parts, [], True)


def _text_end(tokens: Tokens) -> int:
    """Where the last token ends."""
    count = tokens.kinds.index(EOF)
    return tokens.ends[count - 1] if count else 0


def _starts_item(tokens: Tokens, index: int) -> bool:
    probe = ItemParser(Source("", ""), tokens, Diagnostics())
    return probe.starts_item(index)


def _stretches(source: Source, tokens: Tokens) -> list[tuple[int, int, bool]]:
    """Start, end and kind (item or not) of the parts of an input."""
    kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
    out: list[tuple[int, int, bool]] = []
    i = 0
    while kinds[i] != EOF:
        first = i
        is_item = _starts_item(tokens, i)
        depth = 0
        while kinds[i] != EOF:
            kind = kinds[i]
            if kind in _OPEN:
                depth += 1
            elif kind in _CLOSE:
                depth -= 1
            i += 1
            if depth > 0:
                continue
            if is_item:
                if kind == ";" or (kind == "}" and kinds[i] != "{"):
                    break
            elif (kind == "}" or kind == ";") and _starts_item(tokens, i):
                break
        out.append((starts[first], ends[i - 1], is_item))
    return out


def _item(source: Source, start: int, end: int) -> tuple[Part | None, list[Diagnostic]]:
    diags = Diagnostics()
    # white space in front, so that places are those of the input
    tree = parse_file(Source(source.path, " " * start + source.text[start:end]), diags)
    if diags.has_errors or len(tree.items) != 1:
        return None, _placed(diags, source, 0)
    return Part(start, end, tree.items[0], None), []


def _statements(source: Source, start: int, end: int) -> tuple[Part | None, list[Diagnostic]]:
    """Statements, with a `;` put at their end if that is what is missing."""
    first: list[Diagnostic] = []
    for more in ("", ";"):
        diags = Diagnostics()
        text = HEAD + " " * start + source.text[start:end] + more + TAIL
        tree = parse_file(Source(source.path, text), diags)
        if not diags.has_errors and len(tree.items) == 1:
            fn = tree.items[0]
            assert isinstance(fn, ast.FnDecl) and fn.body is not None
            return Part(start, end, None, fn.body), []
        if not more:
            first = _placed(diags, source, len(HEAD))
            if first and first[0].pos < end:
                break
    return None, first


def _placed(diags: Diagnostics, source: Source, shift: int) -> list[Diagnostic]:
    """Errors with their places in the input."""
    found = diags.sorted()
    size = len(source.text)
    for d in found:
        d.source = source
        d.pos = min(max(d.pos - shift, 0), size)
        d.end = min(max(d.end - shift, d.pos), size)
    return found
