"""The literals of 01 §3 that need more than the lexer's regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source

#: The largest integer a literal may have, and then only after a minus sign (the parser looks at that).
SMALLEST_INT_MAGNITUDE = 1 << 63

_PREFIXED = re.compile(
    r"0(?:[xX]_*([0-9a-fA-F][0-9a-fA-F_]*)|[oO]_*([0-7][0-7_]*)|[bB]_*([01][01_]*))|0[xXoObB][0-9A-Za-z_]*"
)
_DECIMAL = re.compile(r"[0-9][0-9_]*")
#: Group 1: the exponent's sign and underscores, when the digits after them are missing.
_FRACTION = re.compile(r"(?:\.[0-9][0-9_]*)?(?:[eE][+-]?_*[0-9][0-9_]*|([eE][+-]?_*))?")
_WORD = re.compile(r"[A-Za-z0-9_]*")

_STRING_RUN = re.compile(r'[^"\\]*')
_BYTES_RUN = re.compile(r"[ !#-\[\]-~]*")
_UNICODE_ESCAPE = re.compile(r"u\{([0-9a-fA-F]*)([^}\"'\n]*)(\}?)")
_HEX_ESCAPE = re.compile(r"x([0-9a-fA-F]{2})")

_SIMPLE = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_IN_STRING = {**_SIMPLE, '"': '"'}
_IN_CHAR = {**_SIMPLE, "'": "'"}

#: Stands for what a wrong escape would have meant.
_WRONG = "\ufffd"


class Literals:
    """Readers of literals. Each takes the place where the literal starts and returns its end and value; an
    end of -1 means that the file ended first (already reported).
    """

    __slots__ = ("diags", "source", "text")

    def __init__(self, source: Source, diags: Diagnostics) -> None:
        self.source = source
        self.text = source.text
        self.diags = diags

    def report(self, name: str, message: str, start: int, end: int) -> None:
        """Report an error."""
        self.diags.error(name, message, self.source, start, end)

    # ------------------------------------------------------------ numbers

    def numeric(self, pos: int, integer_only: bool) -> tuple[int, int | float]:
        """The number at `pos` (01 §3.1, §3.2); integer_only: no fraction, no exponent."""
        text = self.text
        found = _PREFIXED.match(text, pos)
        if found is not None:
            index = found.lastindex
            if index is None:
                self.report("missing-digits", "expected digits after numeric base prefix", pos, found.end())
                return found.end(), 0
            value = int(found[index].replace("_", ""), (16, 8, 2)[index - 1])
            return found.end(), self.in_range(value, pos, found.end())
        found = _DECIMAL.match(text, pos)
        assert found is not None
        end = found.end()
        if not integer_only:
            fraction = _FRACTION.match(text, end)
            assert fraction is not None
            if fraction.lastindex is not None:
                at = fraction.end()
                self.report("missing-digits", "expected exponent digits", at, at + 1)
                word = _WORD.match(text, at)
                assert word is not None
                return word.end(), 0.0
            if fraction.end() > end:
                end = fraction.end()
                return end, float(text[pos:end].replace("_", ""))
        digits = found.group().replace("_", "").lstrip("0")
        # int() refuses very long texts, and would take quadratic time
        value = int(digits or "0") if len(digits) < 20 else SMALLEST_INT_MAGNITUDE + 1
        return end, self.in_range(value, pos, end)

    def in_range(self, value: int, pos: int, end: int) -> int:
        """The value of an integer literal, 0 if it is too large (reported)."""
        if value > SMALLEST_INT_MAGNITUDE:
            self.report("int-too-large", "invalid integer literal", pos, end)
            return 0
        return value

    # ------------------------------------------------------------ characters

    def char(self, pos: int) -> tuple[int, str]:
        """The character literal at `pos` (01 §3.3)."""
        text = self.text
        if text.startswith("''", pos):
            end = pos + (3 if text.startswith("'''", pos) else 2)
            self.report("bad-char", "empty char literal", pos, end)
            return end, _WRONG
        at = pos + 1
        if at >= len(text):
            self.report("unterminated-literal", "unterminated char literal", pos, at)
            return -1, _WRONG
        if text[at] == "\\":
            errors = len(self.diags.items)
            at, value = self.char_escape(at)
            wrong = len(self.diags.items) > errors
        else:
            value = text[at]
            at += 1
            wrong = False
        if text.startswith("'", at):
            return at + 1, value
        # The wrong literal ends at the next quote of its line. Without one, or behind a word and a stretch of code
        # (`'a: loop { break 'a; }`), the quote was probably not meant to start a literal: go on after the word.
        line_end = text.find("\n", at)
        close = text.find("'", at, line_end if line_end >= 0 else len(text))
        if close >= 0 and text[at - 1].isalnum() and any([c in text[at:close] for c in ";{}"]):
            close = -1
        if close >= 0:
            if not wrong:
                self.report(
                    "bad-char",
                    "char literal must contain exactly one Unicode scalar value",
                    pos,
                    close + 1,
                )
            return close + 1, value
        if wrong:
            pass
        elif text.find("'", at) >= 0:
            message = "char literal must contain exactly one Unicode scalar value"
            self.report("bad-char", message, pos, at)
        else:
            self.report("unterminated-literal", "unterminated char literal", pos, pos + 1)
        word = _WORD.match(text, at)
        assert word is not None
        return word.end(), value

    def char_escape(self, pos: int) -> tuple[int, str]:
        """The escape in a character literal whose `\\` is at `pos`: end and value."""
        text = self.text
        char = text[pos + 1 : pos + 2]
        simple = _IN_CHAR.get(char)
        if simple is not None:
            return pos + 2, simple
        if char == "x":
            return self.hex_escape(pos)
        if char == "u":
            return self.unicode_escape(pos)
        return self.unknown_escape(pos, char)

    # ------------------------------------------------------------ strings

    def string(self, pos: int) -> tuple[int, str]:
        """The string literal at `pos` (01 §3.4)."""
        text = self.text
        size = len(text)
        parts: list[str] = []
        at = pos + 1
        while True:
            run = _STRING_RUN.match(text, at)
            assert run is not None
            parts.append(run.group())
            at = run.end()
            if at >= size:
                self.report("unterminated-literal", "unterminated string literal", pos, pos + 1)
                return -1, "".join(parts)
            if text[at] == '"':
                return at + 1, "".join(parts)
            at, value = self.string_escape(at)
            parts.append(value)

    def string_escape(self, pos: int) -> tuple[int, str]:
        """The escape in a string whose `\\` is at `pos`: end and value."""
        char = self.text[pos + 1 : pos + 2]
        simple = _IN_STRING.get(char)
        if simple is not None:
            return pos + 2, simple
        if char == "u":
            return self.unicode_escape(pos)
        return self.unknown_escape(pos, char)

    def unknown_escape(self, pos: int, char: str) -> tuple[int, str]:
        if not char:
            return pos + 1, ""  # the end of the file: an unterminated literal
        shown = char if char.isprintable() else f"\\u{{{ord(char):x}}}"
        self.report("bad-escape", f"unknown escape `\\{shown}`", pos, pos + 2)
        return pos + 2, _WRONG

    def unicode_escape(self, pos: int) -> tuple[int, str]:
        """`\\u{...}` at `pos`: end and value."""
        found = _UNICODE_ESCAPE.match(self.text, pos + 1)
        if found is None:
            self.report("bad-escape", "expected `u{...}` escape", pos, pos + 2)
            return pos + 2, _WRONG
        digits, rest, close = found.groups()
        end = found.end()
        if not close:
            # `rest` runs to the end of the literal or line; only the digits surely belong to the escape
            end = found.end(1)
        significant = digits.lstrip("0")
        if not digits or rest or not close or len(significant) > 8:
            self.report("bad-escape", "invalid unicode escape", pos, end)
            return end, _WRONG
        value = int(significant or "0", 16)
        if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
            self.report("bad-escape", "invalid unicode scalar value", pos, end)
            return end, _WRONG
        return end, chr(value)

    def hex_escape(self, pos: int) -> tuple[int, str]:
        """`\\xHH` at `pos`: end and value."""
        found = _HEX_ESCAPE.match(self.text, pos + 1)
        if found is None:
            self.report("bad-escape", "invalid \\xHH escape", pos, pos + 2)
            return pos + 2, _WRONG
        return found.end(), chr(int(found[1], 16))

    # ------------------------------------------------------------ bytes

    def bytes_literal(self, pos: int) -> tuple[int, bytes]:
        """The bytes literal at `pos` (01 §3.5)."""
        text = self.text
        size = len(text)
        parts: list[str] = []
        first_error = len(self.diags.items)
        one_line = True
        at = pos + 2
        while True:
            run = _BYTES_RUN.match(text, at)
            assert run is not None
            parts.append(run.group())
            at = run.end()
            if at >= size:
                # a literal that is not closed swallows what was never meant to be in it
                del self.diags.items[first_error:]
                self.report("unterminated-literal", "unterminated bytes literal", pos, pos + 2)
                return -1, b""
            char = text[at]
            if char == '"':
                return at + 1, "".join(parts).encode("latin-1")
            if char == "\\":
                at, value = self.bytes_escape(at)
                parts.append(value)
                continue
            if one_line:
                self.report("bad-bytes-char", "non-ASCII character in bytes literal", at, at + 1)
            one_line = one_line and char != "\n"
            at += 1

    def bytes_escape(self, pos: int) -> tuple[int, str]:
        char = self.text[pos + 1 : pos + 2]
        simple = _IN_STRING.get(char)
        if simple is not None:
            return pos + 2, simple
        if char == "x":
            end, value = self.hex_escape(pos)
            return end, "?" if value == _WRONG else value
        if char:
            self.report("bad-escape", "unknown escape in bytes literal", pos, pos + 2)
            return pos + 2, "?"
        return pos + 1, ""
