"""The formatter (08 §15), as a function from text to text.

It rests on the compiler's own tokens and syntax tree: `marks` asks the tree what tokens mean, `layout` writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.source import Source

if TYPE_CHECKING:
    from rusk.syntax.tokens import Tokens


def format_source(source: Source, diags: Diagnostics) -> str | None:
    """The formatted text of a file.

    source: the file; diags: where its syntax errors go (E01xx).
    Result: the text, with the same tokens and comments; formatting it again changes nothing. None if the file has errors.
    """
    from rusk.fmt.layout import layout
    from rusk.fmt.marks import Marks
    from rusk.syntax.lexer import tokenize
    from rusk.syntax.parser import parse_tokens

    tokens = tokenize(source, diags)
    tree = parse_tokens(source, tokens, diags)
    if diags.has_errors:
        return None
    result = layout(source.text, tokens, Marks(tree, tokens))
    _compare(tokens, tokenize(Source(source.path, result), diags))
    return result


def format_text(text: str, path: str = "<text>") -> str:
    """The formatted form of `text`.

    Errors: `ValueError` with the first syntax error if it does not parse.
    """
    diags = Diagnostics()
    result = format_source(Source(path, text), diags)
    if result is None:
        first = diags.sorted()[0]
        _, line, col = first.location()
        raise ValueError(f"{path}:{line}:{col}: {first.message}")
    return result


def _compare(before: Tokens, after: Tokens) -> None:
    """Make sure that formatting has changed no token: a wrong layout must never reach a file."""
    if before.kinds != after.kinds or before.values != after.values:
        raise AssertionError("the formatter would have changed the program")
