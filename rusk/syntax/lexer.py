"""The lexer (01 §1 to §3).

One regular expression skips white space and line comments and takes the next token; what is simple and
frequent (names, punctuation, decimal numbers, strings without escapes) is finished by it. The rest goes
through the functions of `rusk.syntax.literals`. Formatted strings are read in the same run: a stack holds,
for each open interpolation, how many braces are open in it.

Errors are reported and lexing goes on, so one run reports all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusk.syntax.literals import Literals
from rusk.syntax.tokens import (
    BYTES,
    CHAR,
    EOF,
    FCLOSE,
    FEND,
    FIXED,
    FLOAT,
    FOPEN,
    FSTART,
    FTEXT,
    IDENT,
    INT,
    STRING,
    Tokens,
)

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source

#: Groups: 1 name, keyword or punctuation; 2 brace; 3 decimal integer that is surely one; 4 string without
#: escapes; 5 the first character of anything else (a name before a quote or a non-ASCII character included).
_TOKEN = re.compile(
    r"""[ \n\t\r]*+(?://[^\n]*+[ \n\t\r]*+)*+(?:
    ( [A-Za-z_][A-Za-z0-9_]*+(?!["\x80-\U0010ffff])
    | [()\[\],;+*%?@^] | ::<? | : | \.\.? | => | ==? | ->? | /(?!\*) | [<>!]=? | &&? | \|\|?
    )
    | ([{}])
    | ([0-9]++(?![0-9A-Za-z_.\x80-\U0010ffff]))
    | "([^"\\]*+)"
    | (.)
    )""",
    re.VERBOSE | re.DOTALL,
)

_COMMENT_MARK = re.compile(r"/\*|\*/")
_NAME_RUN = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]*")
_FTEXT_RUN = re.compile(r'[^"\\{}]*')

#: The code points with the property White_Space beyond space, tab, CR and LF (01 §1).
_OTHER_SPACE = frozenset(
    "\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

_SURROGATES = re.compile("[\ud800-\udfff]+")

#: As many EOF tokens follow the last token.
_EOF_COUNT = 4


def tokenize(source: Source, diags: Diagnostics) -> Tokens:
    """The tokens of a file; errors (E0101 to E0109) are reported to `diags`."""
    return _Lexer(source, diags).run()


def name_end(text: str, pos: int) -> int:
    """The end of the identifier that starts at `pos` (01 §2.1); `pos` itself if none does."""
    run = _NAME_RUN.match(text, pos)
    assert run is not None
    word = run.group()
    if word.isidentifier():
        return run.end()
    # all prefixes of a name are names
    if not word or not word[0].isidentifier():
        return pos
    end = pos + 1
    while end < run.end() and ("a" + text[end]).isidentifier():
        end += 1
    return end


def comment_end(text: str, pos: int) -> int:
    """The end of the block comment that starts at `pos` (they nest, 01 §1); -1 if it is not closed."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, pos):
        if mark.group() == "/*":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return mark.end()
    return -1


def shown_char(char: str) -> str:
    """A character as it stands in a message: itself, or as an escape if it cannot be seen."""
    return char if char.isprintable() else f"\\u{{{ord(char):x}}}"


class _Lexer(Literals):
    """State of one run."""

    __slots__ = ("fstarts", "holes", "tokens")

    def __init__(self, source: Source, diags: Diagnostics) -> None:
        super().__init__(source, diags)
        self.tokens = Tokens()
        #: For each open interpolation the number of braces open in it, and the place of its formatted string.
        self.holes: list[int] = []
        self.fstarts: list[int] = []

    def run(self) -> Tokens:
        text = self.text
        tokens = self.tokens
        add_kind = tokens.kinds.append
        add_start = tokens.starts.append
        add_end = tokens.ends.append
        add_value = tokens.values.append
        fixed = FIXED
        pos = self.first_pos()
        if not text.isascii():
            self.lone_surrogates()
        scan = _TOKEN.scanner(text, pos).match  # type: ignore[attr-defined]
        while True:
            found = scan()
            if found is None:
                break
            group = found.lastindex
            start, end = found.span(group)
            if group == 1:
                value = found[1]
                add_kind(fixed.get(value, IDENT))
            elif group == 2:
                value = found[2]
                if self.holes:
                    if value == "{":
                        self.holes[-1] += 1
                    elif self.holes[-1]:
                        self.holes[-1] -= 1
                    else:
                        self.holes.pop()
                        self.add(FCLOSE, start, end, value)
                        scan = _TOKEN.scanner(text, self.formatted(end)).match  # type: ignore[attr-defined]
                        continue
                add_kind(value)
            elif group == 3:
                value = found[3]
                if end - start > 18:
                    scan = _TOKEN.scanner(text, self.other(start)).match  # type: ignore[attr-defined]
                    continue
                value = int(value)
                add_kind(INT)
            elif group == 4:
                value = found[4]
                start -= 1
                end += 1
                add_kind(STRING)
            else:
                scan = _TOKEN.scanner(text, self.other(start)).match  # type: ignore[attr-defined]
                continue
            add_start(start)
            add_end(end)
            add_value(value)
        self.finish()
        return tokens

    def add(self, kind: str, start: int, end: int, value: object) -> None:
        """Append a token."""
        tokens = self.tokens
        tokens.kinds.append(kind)
        tokens.starts.append(start)
        tokens.ends.append(end)
        tokens.values.append(value)

    def first_pos(self) -> int:
        """Where the tokens start: after a byte-order mark and a `#!` line."""
        text = self.text
        pos = 1 if text.startswith("\ufeff") else 0
        if text.startswith("#!", pos):
            pos = text.find("\n", pos)
            if pos < 0:
                return len(text)
        return pos

    def finish(self) -> None:
        """Close what is open, and append the EOF tokens."""
        size = len(self.text)
        tokens = self.tokens
        if self.holes:
            if tokens.broken < 0:
                start = self.fstarts[-1]
                self.report(
                    "unterminated-literal", "unterminated `{...}` in formatted string", start, start + 2
                )
                tokens.broken = start
            while self.holes:
                self.holes.pop()
                self.close_formatted(size)
        if tokens.broken >= 0:
            tokens.after_error.add(len(tokens.kinds))
        for _ in range(_EOF_COUNT):
            self.add(EOF, size, size, "")

    def close_formatted(self, size: int) -> None:
        """Make up the rest of a formatted string that the end of the file has cut off in an interpolation."""
        tokens = self.tokens
        self.fstarts.pop()
        for kind in (FCLOSE, FEND):
            tokens.after_error.add(len(tokens.kinds))
            self.add(kind, size, size, "")

    # ------------------------------------------------------------ rarer tokens

    def other(self, pos: int) -> int:
        """Take the token at `pos` (or skip something that is none) that the expression did not finish.

        Result: the place to go on from.
        """
        text = self.text
        char = text[pos]
        if char == '"':
            end, value = self.string(pos)
            return self.add_literal(STRING, pos, end, value)
        if "0" <= char <= "9":
            return self.number(pos)
        if char == "'":
            end, value = self.char(pos)
            if end > 0 and text[end - 1] != "'":
                # a quote that starts no literal: neither the token nor what comes next is a surprise of its own
                at = len(self.tokens.kinds)
                self.tokens.after_error.update((at, at + 1))
            return self.add_literal(CHAR, pos, end, value)
        if char == "/":
            return self.block_comment(pos)
        if char in "bf" and text.startswith('"', pos + 1):
            if char == "b":
                end, octets = self.bytes_literal(pos)
                return self.add_literal(BYTES, pos, end, octets)
            self.add(FSTART, pos, pos + 2, 'f"')
            self.fstarts.append(pos)
            return self.formatted(pos + 2)
        end = name_end(text, pos)
        if end > pos:
            word = text[pos:end]
            self.add(FIXED.get(word, IDENT), pos, end, word)
            return end
        if char in _OTHER_SPACE:
            return pos + 1
        return self.unexpected(pos)

    def add_literal(self, kind: str, start: int, end: int, value: object) -> int:
        """Append a literal that may have been cut off by the end of the file (then `end` is -1)."""
        if end < 0:
            if self.holes:
                # what is missing is more likely the end of the interpolation: `finish` reports that
                self.diags.items.pop()
            else:
                self.tokens.broken = start
            end = len(self.text)
        self.add(kind, start, end, value)
        return end

    def lone_surrogates(self) -> None:
        """Report surrogates, which only the text of a host can have: no place may hold them, not even a comment (01 §1)."""
        for run in _SURROGATES.finditer(self.text):
            pos = run.start()
            self.report(
                "unexpected-character", f"unexpected character `{shown_char(self.text[pos])}`", pos, pos + 1
            )

    def unexpected(self, pos: int) -> int:
        """Report a character outside the rules; a run of such characters is one error."""
        text = self.text
        char = text[pos]
        if not "\ud800" <= char <= "\udfff":
            self.report("unexpected-character", f"unexpected character `{shown_char(char)}`", pos, pos + 1)
        self.tokens.after_error.add(len(self.tokens.kinds))
        end = pos + 1
        while end < len(text) and (text[end] == char or self.is_unexpected(end)):
            end += 1
        return end

    def is_unexpected(self, pos: int) -> bool:
        """Can no token, comment or white space start here?"""
        char = self.text[pos]
        if char < "\x80":
            return char in "#$\\`~" or (char < " " and char not in "\t\n\v\f\r") or char == "\x7f"
        return not char.isidentifier() and char not in _OTHER_SPACE

    def block_comment(self, pos: int) -> int:
        """Skip the comment at `pos`."""
        end = comment_end(self.text, pos)
        if end < 0:
            self.report("unterminated-comment", "unterminated block comment", pos, pos + 2)
            self.tokens.broken = pos
            return len(self.text)
        return end

    def number(self, pos: int) -> int:
        """Take the number at `pos`; directly after a `.` it is an integer (01 §3.2)."""
        kinds = self.tokens.kinds
        end, value = self.numeric(pos, bool(kinds) and kinds[-1] == ".")
        self.add(FLOAT if isinstance(value, float) else INT, pos, end, value)
        return end

    def formatted(self, pos: int) -> int:
        """Take the text of a formatted string from `pos` to its end or to its next interpolation."""
        text = self.text
        size = len(text)
        parts: list[str] = []
        start = pos
        while True:
            run = _FTEXT_RUN.match(text, pos)
            assert run is not None
            if run.end() > pos:
                parts.append(run.group())
                pos = run.end()
            if pos >= size:
                self.add_text(parts, start, pos)
                begin = self.fstarts.pop()
                if not self.holes:
                    # within a hole the unclosed hole is the one error to report
                    self.report("unterminated-literal", "unterminated formatted string", begin, begin + 2)
                    self.tokens.broken = begin
                self.tokens.after_error.add(len(self.tokens.kinds))
                self.add(FEND, size, size, "")
                return size
            char = text[pos]
            if char == '"':
                self.add_text(parts, start, pos)
                self.fstarts.pop()
                self.add(FEND, pos, pos + 1, '"')
                return pos + 1
            if char == "\\":
                pos, value = self.string_escape(pos)
                parts.append(value)
            elif text.startswith(char, pos + 1):
                parts.append(char)
                pos += 2
            elif char == "{":
                self.add_text(parts, start, pos)
                self.add(FOPEN, pos, pos + 1, "{")
                self.holes.append(0)
                return pos + 1
            else:
                self.report("bad-interpolation", "unmatched `}` in formatted string", pos, pos + 1)
                pos += 1

    def add_text(self, parts: list[str], start: int, end: int) -> None:
        if parts:
            self.add(FTEXT, start, end, "".join(parts))
