"""Highlighting from the compiler's own tokens, for terminals and (by way of Pygments, `rusk.highlight.pygments`) for everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import (
    BYTES,
    CHAR,
    EOF,
    FCLOSE,
    FEND,
    FLOAT,
    FOPEN,
    FSTART,
    FTEXT,
    IDENT,
    INT,
    KEYWORDS,
    STRING,
)
from rusk.syntax.trivia import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

#: what a stretch of text can be
(
    KEYWORD, CONSTANT, PRIMITIVE, TYPE, FUNCTION, NAME, NUMBER, TEXT, QUOTE, COMMENT, DOC, EFFECT, OPERATOR, BRACKET,
) = (
    "keyword", "constant", "primitive", "type", "function", "name", "number", "text", "quote", "comment", "doc", "effect", "operator", "bracket",
)  # fmt: skip

_KEYWORDS = frozenset(KEYWORDS)
#: names with a meaning of their own (01 §2.3), the primitive types, and the punctuation that does nothing; the TextMate grammar is made from these
CONSTANTS = frozenset(("true", "false", "self", "Self", "resume", "loaf", "super"))
PRIMITIVES = frozenset(("unit", "bool", "int", "float", "byte", "char", "string", "bytes"))
BRACKETS = frozenset(("(", ")", "[", "]", "{", "}", ",", ";", ":", "::", ".", ".."))
_SIMPLE = {INT: NUMBER, FLOAT: NUMBER, CHAR: TEXT, STRING: TEXT, BYTES: TEXT, FTEXT: TEXT}
_QUOTES = frozenset((FSTART, FEND, FOPEN, FCLOSE))


def classify(text: str) -> Iterator[tuple[int, int, str]]:
    """The stretches of a text that are more than white space: start, end, what it is; in order.

    Texts with errors give what the lexer makes of them; what it skips is left out.
    """
    tokens = tokenize(Source("", text), Diagnostics())
    kinds, starts, ends, values = tokens.kinds, tokens.starts, tokens.ends, tokens.values
    last_end = 0
    for i, kind in enumerate(kinds):
        start, end = starts[i], ends[i]
        if start > last_end:
            for note in comments(text, last_end, start)[0]:
                yield note.pos, note.end, DOC if note.text.startswith("///") else COMMENT
        if kind == EOF:
            return
        last_end = end
        if end > start:
            yield start, end, _class(kind, values[i], kinds[i - 1] if i else "", kinds[i + 1])


def _class(kind: str, value: object, before: str, after: str) -> str:
    if kind == IDENT:
        return _name(str(value), before, after)
    found = _SIMPLE.get(kind)
    if found is not None:
        return found
    if kind in _QUOTES:
        return QUOTE
    if kind in _KEYWORDS:
        return KEYWORD
    if kind == "@":
        return EFFECT
    return BRACKET if kind in BRACKETS else OPERATOR


def _name(name: str, before: str, after: str) -> str:
    if before == "@":
        return EFFECT
    if name in CONSTANTS:
        return CONSTANT
    if name in PRIMITIVES and before != "." and after != "(":
        return PRIMITIVE
    if name[0].isupper():
        return TYPE
    return FUNCTION if after in ("(", "::<") or before == "fn" else NAME


#: ANSI colours of the classes that have one
_COLORS = {
    KEYWORD: "35", CONSTANT: "36", PRIMITIVE: "34", TYPE: "34", FUNCTION: "33", NUMBER: "36", TEXT: "32", QUOTE: "32", COMMENT: "90", DOC: "90",
    EFFECT: "31",
}  # fmt: skip


def to_ansi(text: str) -> str:
    """The text with the colours of a terminal."""
    out: list[str] = []
    at = 0
    for start, end, what in classify(text):
        out.append(text[at:start])
        color = _COLORS.get(what)
        part = text[start:end]
        out.append(f"\x1b[{color}m{part}\x1b[0m" if color else part)
        at = end
    out.append(text[at:])
    return "".join(out)
