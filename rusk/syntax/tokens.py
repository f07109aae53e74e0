"""The kinds of tokens (01 §2) and the table the lexer fills.

The kind of a keyword or of punctuation is its own text. The other kinds are named here.
"""

from __future__ import annotations

IDENT = "identifier"
INT = "int"
FLOAT = "float"
CHAR = "char"
STRING = "string"
BYTES = "bytes"
#: A formatted string is FSTART, then FTEXT and FOPEN ... FCLOSE (the holes) in any number, then FEND.
FSTART = "f-string"
FTEXT = "f-text"
FOPEN = "f-open"
FCLOSE = "f-close"
FEND = "f-end"
EOF = "end of file"

KEYWORDS = (
    "as",
    "break",
    "const",
    "cont",
    "continue",
    "derive",
    "else",
    "enum",
    "extern",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "interface",
    "intrinsic",
    "is",
    "let",
    "loop",
    "match",
    "mod",
    "pub",
    "readonly",
    "return",
    "static",
    "struct",
    "type",
    "use",
    "while",
)

PUNCTUATION = (
    *("(", ")", "{", "}", "[", "]", ",", ":", ";", ".", "..", "::", "::<", "->", "=>"),
    *(
        "=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        "!",
        "&",
        "|",
        "^",
        "?",
        "@",
    ),
)

#: Text of a token -> kind, for all whose kind is their text.
FIXED: dict[str, str] = {text: text for text in KEYWORDS + PUNCTUATION}


class Tokens:
    """The tokens of a file as parallel lists; several EOF tokens stand at the end, so that looking ahead by a
    few tokens needs no check.

    ``values``: the name of an identifier, the value of a literal or text part, the text of other tokens.
    ``after_error``: indexes of tokens before which the lexer has skipped something, or which it has made up
    to close a literal; what the parser finds wrong there only follows from what the lexer has reported.
    ``broken``: where a literal or comment starts that was not closed, -1 if there is none. Some quote or mark
    is missing or too much, so tokens before it may not be what was meant, and those in it surely are not.
    """

    __slots__ = ("after_error", "broken", "ends", "kinds", "starts", "values")

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[object] = []
        self.after_error: set[int] = set()
        self.broken = -1
