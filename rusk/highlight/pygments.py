"""A Pygments lexer (extra ``rusk[highlight]``, entry point ``pygments.lexers``), so that editors, Sphinx, IPython and the REPL highlight Rusk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from rusk import highlight

_TOKENS = {
    highlight.KEYWORD: Keyword,
    highlight.CONSTANT: Keyword.Constant,
    highlight.PRIMITIVE: Keyword.Type,
    highlight.TYPE: Name.Class,
    highlight.FUNCTION: Name.Function,
    highlight.NAME: Name,
    highlight.NUMBER: Number,
    highlight.TEXT: String,
    highlight.QUOTE: String.Interpol,
    highlight.COMMENT: Comment,
    highlight.DOC: Comment.Special,
    highlight.EFFECT: Name.Decorator,
    highlight.OPERATOR: Operator,
    highlight.BRACKET: Punctuation,
}


class RuskLexer(Lexer):  # type: ignore[misc, unused-ignore]
    """Rusk, by the compiler's lexer."""

    name = "Rusk"
    aliases: ClassVar[list[str]] = ["rusk"]
    filenames: ClassVar[list[str]] = ["*.rusk"]
    mimetypes: ClassVar[list[str]] = ["text/x-rusk"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """Place, token type and text of everything in ``text``."""
        at = 0
        for start, end, what in highlight.classify(text):
            yield from _between(text, at, start)
            yield start, _TOKENS[what], text[start:end]
            at = end
        yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, Any, str]]:
    """White space, or characters that the lexer has skipped."""
    if start < end:
        gap = text[start:end]
        yield start, Error if gap.strip() else Whitespace, gap
