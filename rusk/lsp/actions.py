"""Code actions: the changes that the help lines of diagnostics speak of, and those that lint findings carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics, Fix
from rusk.source import Source
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, IDENT, KEYWORDS

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostic


def fixes(d: Diagnostic) -> list[Fix]:
    """The changes that would follow a diagnostic's advice."""
    found = list(d.fixes)
    if d.help is not None and d.source is not None:
        fix = _of_help(d, d.help, d.source)
        if fix is not None:
            found.append(fix)
    return found


def _of_help(d: Diagnostic, help: str, source: Source) -> Fix | None:
    words = help.split("`")
    if len(words) < 3:
        return None
    code = words[1]
    if words[0] == "did you mean ":
        place = _name_to_replace(d, source, code)
        return None if place is None else Fix(f"replace with `{code}`", [(*place, code)])
    if help == "add `_ => ..`":
        return Fix("add an arm for everything else", [_before_brace(source, d, '_ => panic("not handled")')])
    if help == "add `..`":
        return Fix("add `..`", [_before_brace(source, d, "..")])
    if help == "put `;` after the expression":
        return Fix("put `;` after the expression", [(d.end, d.end, ";")])
    if words[0] == "write " and code.startswith("e as "):
        return _behind(source, d, code[1:])
    if help == "write `.0` to get the value inside":
        return _behind(source, d, ".0")
    if help == "call it: `(..)()`":
        return _behind(source, d, "()")
    if words[0] == "write " and code.startswith("(") and code.endswith(")(..)"):
        # a field that holds a function
        start = d.pos - (len(code) - len("()(..)") - (d.end - d.pos))
        if source.text[start : d.end] == code[1 : -len(")(..)")]:
            return Fix(f"call the field: `{code}`", [(start, start, "("), (d.end, d.end, ")")])
        return None
    if words[0] == "add " and d.name == "impl-missing-method":
        return Fix("add what is missing", [_members(source, d, words[1::2])])
    if words[0] == "write " and d.name == "type-mismatch" and code.endswith("(..)"):
        name = code.removesuffix("(..)")
        return Fix(f"wrap in `{name}(..)`", [(d.pos, d.pos, name + "("), (d.end, d.end, ")")])
    return None


def _tokens(source: Source, pos: int, end: int) -> list[tuple[str, int, int, object]]:
    tokens = tokenize(Source("", source.text[pos:end]), Diagnostics())
    count = tokens.kinds.index(EOF)
    return [
        (tokens.kinds[i], tokens.starts[i] + pos, tokens.ends[i] + pos, tokens.values[i])
        for i in range(count)
    ]


def _name_to_replace(d: Diagnostic, source: Source, instead: str) -> tuple[int, int] | None:
    """The name in the place of a diagnostic that its message quotes."""
    quoted = d.message.split("`")[1::2]
    names = {part for text in quoted for part in text.replace("::", ".").split(".")}
    found = None
    for kind, pos, end, value in _tokens(source, d.pos, d.end):
        if (kind == IDENT or kind in KEYWORDS) and value in names and value != instead:
            found = (pos, end)
    return found


def _before_brace(source: Source, d: Diagnostic, text: str) -> tuple[int, int, str]:
    """Put something before the closing brace of a match or struct pattern, in the way the text has it."""
    tokens = _tokens(source, d.pos, d.end)
    brace = tokens[-1][1]
    before = tokens[-2]
    comma = "" if before[0] in (",", "{", "}") and text != ".." or before[0] in (",", "{") else ","
    line = source.line_col(brace)[0]
    indent = source.text[source.line_start(line) : brace]
    if indent.strip() or "\n" not in source.text[before[2] : brace]:
        return before[2], brace, f"{comma} {text} "
    return before[2], brace, f"{comma}\n{indent}    {text}\n{indent}"


def _members(source: Source, d: Diagnostic, headers: list[str]) -> tuple[int, int, str]:
    """Put methods that have to be written before the closing brace of an impl."""
    tokens = _tokens(source, d.pos, d.end)
    line = source.line_col(d.pos)[0]
    indent = source.text[source.line_start(line) : d.pos]
    indent = indent if not indent.strip() else ""
    text = "".join(
        [f'\n{indent}    {h} {{\n{indent}        panic("not written")\n{indent}    }}' for h in headers]
    )
    return tokens[-2][2], tokens[-1][1], f"{text}\n{indent}"


def _behind(source: Source, d: Diagnostic, text: str) -> Fix:
    """Put something behind an expression, in parentheses if it is more than one name, literal or call."""
    simple = all(
        [
            kind not in ("+", "-", "*", "/", "%", "<", ">", "==", "!=", "&&", "||", "as", "=", "|", "{")
            for kind, *_ in _tokens(source, d.pos, d.end)
        ]
    )
    edits = [(d.end, d.end, text)] if simple else [(d.pos, d.pos, "("), (d.end, d.end, ")" + text)]
    return Fix(f"add `{text.strip()}`", edits)
