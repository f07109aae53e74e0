"""The TextMate grammar `syntaxes/rusk.tmLanguage.json`, made from the tables of the compiler's lexer (01 §1 to §3).

python editors/vscode/grammar.py            writes it
python editors/vscode/grammar.py --check    fails if it is not what the tables give

Words and punctuation come from `rusk.syntax.tokens` and `rusk.highlight`; a word that is new there fails here until it has a place. The shapes of literals are
written down once more, as TextMate wants regular expressions; `test/classes.test.mjs` compares what they find with the lexer in all files of the project.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rusk.highlight import BRACKETS, CONSTANTS, PRIMITIVES
from rusk.syntax.tokens import KEYWORDS, PUNCTUATION

TARGET = Path(__file__).resolve().parent / "syntaxes" / "rusk.tmLanguage.json"

Rule = dict[str, Any]

#: scope -> the words that have it
WORDS = {
    "keyword.control.rusk": (
        "break",
        "continue",
        "else",
        "for",
        "if",
        "in",
        "loop",
        "match",
        "return",
        "while",
    ),
    "keyword.operator.expression.rusk": ("as", "is"),
    "keyword.other.rusk": ("use",),
    "storage.modifier.rusk": ("extern", "intrinsic", "pub", "readonly", "static"),
    "storage.type.rusk": (
        *("const", "cont", "derive", "enum", "fn", "impl", "interface", "let", "mod", "struct", "type"),
    ),
    "constant.language.boolean.rusk": ("false", "true"),
    "variable.language.rusk": ("Self", "loaf", "resume", "self", "super"),
}
OPERATORS = {
    "keyword.operator.arrow.rusk": ("->", "=>"),
    "keyword.operator.turbofish.rusk": ("::<",),
    "keyword.operator.comparison.rusk": ("==", "!=", "<=", ">=", "<", ">"),
    "keyword.operator.logical.rusk": ("&&", "||", "!"),
    "keyword.operator.assignment.rusk": ("=",),
    "keyword.operator.arithmetic.rusk": ("+", "-", "*", "/", "%"),
    "keyword.operator.bitwise.rusk": ("&", "|", "^"),
    "keyword.operator.cast.rusk": ("?",),
    "keyword.operator.effect.rusk": ("@",),
}
MARKS = {
    "punctuation.separator.path.rusk": ("::",),
    "punctuation.definition.rest.rusk": ("..",),
    "punctuation.accessor.rusk": (".",),
    "punctuation.separator.comma.rusk": (",",),
    "punctuation.separator.type.rusk": (":",),
    "punctuation.terminator.rusk": (";",),
    "punctuation.section.parens.rusk": ("(", ")"),
    "punctuation.section.brackets.rusk": ("[", "]"),
    "punctuation.section.braces.rusk": ("{", "}"),
}

# names (01 §2.1); all but the end of a word needs no looking behind, since words are taken from left to right
NAME = r"(?![bf]\")[_\p{XID_Start}]\p{XID_Continue}*"
LOWER = r"(?!\p{Upper})" + NAME
UPPER = r"(?=\p{Upper})" + NAME
END = r"(?!\p{XID_Continue})"

# numbers (01 §3.1, §3.2)
INTEGERS = {
    "constant.numeric.hex.rusk": r"0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*",
    "constant.numeric.octal.rusk": r"0[oO]_*[0-7][0-7_]*",
    "constant.numeric.binary.rusk": r"0[bB]_*[01][01_]*",
    "constant.numeric.integer.rusk": r"[0-9][0-9_]*",
}
EXPONENT = r"[eE][+-]?_*[0-9][0-9_]*"
FLOAT = rf"[0-9][0-9_]*(?:\.[0-9][0-9_]*(?:{EXPONENT})?|{EXPONENT})"

# the name that themes know for the braces of an interpolation
TEMPLATE = "punctuation.definition.template-expression"

# escapes (01 §3.3 to §3.6)
SIMPLE = r"[\\nrt0]"
UNICODE = r"u\{[0-9a-fA-F]+\}"
HEX = r"x[0-9a-fA-F]{2}"


def words(names: Any) -> str:
    """An expression for one of some words."""
    return f"(?:{'|'.join(sorted(names))}){END}"


def signs(texts: Any) -> str:
    """An expression for one of some signs, the longest that fits."""
    return "|".join("".join("\\" + c for c in text) for text in sorted(texts, key=lambda t: (-len(t), t)))


def match(scope: str, expression: str, captures: dict[int, str] | None = None) -> Rule:
    """A rule for what lies on one line."""
    rule: Rule = {"match": expression}
    if scope:
        rule["name"] = scope
    if captures:
        rule["captures"] = {str(n): {"name": name} for n, name in captures.items()}
    return rule


def literal(kind: str, start: str, *patterns: Rule) -> Rule:
    """A rule for a literal between quotes."""
    return {
        "name": f"string.{kind}.rusk",
        "begin": start,
        "end": '"',
        "beginCaptures": {"0": {"name": "punctuation.definition.string.begin.rusk"}},
        "endCaptures": {"0": {"name": "punctuation.definition.string.end.rusk"}},
        "patterns": list(patterns),
    }


def escapes(*forms: str) -> list[Rule]:
    """The escapes of a literal, and what is none."""
    return [
        match("constant.character.escape.rusk", rf"\\(?:{'|'.join(forms)})"),
        match("invalid.illegal.escape.rusk", r"\\."),
    ]


def include(*names: str) -> list[Rule]:
    """References to rules."""
    return [{"include": name if name.startswith("$") else "#" + name} for name in names]


def grammar() -> Rule:
    """The grammar."""
    reserved = words([*KEYWORDS, *CONSTANTS])
    primitive = words(PRIMITIVES)
    called = r"(?=\s*(?:\(|::<))"
    integer = "|".join(INTEGERS.values())
    repository: dict[str, Rule] = {
        "comments": {
            "patterns": [
                match("comment.line.documentation.rusk", r"///.*$"),
                match("comment.line.double-slash.rusk", r"//.*$"),
                {"include": "#block-comment"},
            ]
        },
        "block-comment": {
            "name": "comment.block.rusk",
            "begin": r"/\*",
            "end": r"\*/",
            "patterns": include("block-comment"),
        },
        "strings": {
            "patterns": [
                literal("quoted.double", '"', *escapes(SIMPLE, '"', UNICODE)),
                literal("quoted.double.bytes", 'b"', *escapes(SIMPLE, '"', HEX)),
                literal(
                    "interpolated",
                    'f"',
                    *escapes(SIMPLE, '"', UNICODE),
                    match("constant.character.escape.rusk", r"\{\{|\}\}"),
                    {
                        "name": "meta.interpolation.rusk",
                        "contentName": "meta.embedded.line.rusk",
                        "begin": r"\{",
                        "end": r"\}",
                        "beginCaptures": {
                            "0": {
                                "name": f"{TEMPLATE}.begin.rusk punctuation.section.interpolation.begin.rusk"
                            }
                        },
                        "endCaptures": {
                            "0": {"name": f"{TEMPLATE}.end.rusk punctuation.section.interpolation.end.rusk"}
                        },
                        "patterns": include("braces", "$self"),
                    },
                    match("invalid.illegal.brace.rusk", r"\}"),
                ),
                match(
                    "string.quoted.single.rusk",
                    rf"(')(?:(\\(?:{SIMPLE}|'|{HEX}|{UNICODE}))|(\\[^'])|[^\\])(')",
                    {
                        1: "punctuation.definition.string.begin.rusk",
                        2: "constant.character.escape.rusk",
                        3: "invalid.illegal.escape.rusk",
                        4: "punctuation.definition.string.end.rusk",
                    },
                ),
                # the character that a line end is; a quote that nothing closes must not swallow the file
                {"name": "string.quoted.single.rusk", "begin": r"'$", "end": r"^(?:'|(?!'))"},
            ]
        },
        # within an interpolation braces come in pairs, so that the first one too many ends it
        "braces": {
            "begin": r"\{",
            "end": r"\}",
            "beginCaptures": {"0": {"name": "punctuation.section.braces.rusk"}},
            "endCaptures": {"0": {"name": "punctuation.section.braces.rusk"}},
            "patterns": include("braces", "$self"),
        },
        "numbers": {
            "patterns": [
                match("constant.numeric.float.rusk", FLOAT),
                *[match(scope, expression) for scope, expression in INTEGERS.items()],
            ]
        },
        # directly after a `.` a number is an integer and a primitive type's name a field's
        "members": {
            "patterns": [
                match("punctuation.definition.rest.rusk", r"\.\."),
                match(
                    "",
                    rf"(\.)\s*({integer})",
                    {1: "punctuation.accessor.rusk", 2: "constant.numeric.integer.rusk"},
                ),
                match(
                    "",
                    rf"(\.)\s*({primitive})(?=\s*::<)",
                    {1: "punctuation.accessor.rusk", 2: "entity.name.function.rusk"},
                ),
                match(
                    "",
                    rf"(\.)\s*({primitive})(?!\s*\()",
                    {1: "punctuation.accessor.rusk", 2: "variable.other.rusk"},
                ),
            ]
        },
        "declarations": {
            "patterns": [
                match(
                    "",
                    rf"(fn)\s+(?!{reserved}|{primitive}(?!\s*\())({LOWER})",
                    {1: "storage.type.rusk", 2: "entity.name.function.rusk"},
                ),
                *[
                    match(
                        "",
                        rf"({word})\s+(?!{reserved})({UPPER})",
                        {1: "storage.type.rusk", 2: f"entity.name.type.{word}.rusk"},
                    )
                    for word in ("enum", "interface", "struct", "type")
                ],
                match(
                    "",
                    rf"(mod)\s+(?!{reserved}|{primitive})({LOWER})(?=\s*(?:[;{{]|$))",
                    {1: "storage.type.rusk", 2: "entity.name.namespace.rusk"},
                ),
            ]
        },
        "effects": match(
            "",
            rf"(@)\s*(?!{words(KEYWORDS)})({NAME})",
            {1: "keyword.operator.effect.rusk", 2: "entity.name.type.effect.rusk"},
        ),
        "words": {"patterns": [match(scope, words(names)) for scope, names in WORDS.items()]},
        "names": {
            "patterns": [
                match("support.type.primitive.rusk", rf"{primitive}(?!\s*\()"),
                match("entity.name.type.rusk", UPPER),
                match("entity.name.function.rusk", NAME + called),
                match("variable.other.rusk", NAME),
            ]
        },
        # the longest that fits comes first
        "signs": {
            "patterns": [
                match(scope, signs(fit))
                for length in (3, 2, 1)
                for scope, texts in {**OPERATORS, **MARKS}.items()
                if (fit := [t for t in texts if len(t) == length])
            ]
        },
        "illegal": match("invalid.illegal.character.rusk", r"[#$\\`~]"),
    }
    order = (
        "comments",
        "strings",
        "numbers",
        "members",
        "declarations",
        "effects",
        "words",
        "names",
        "signs",
    )
    return {
        "information_for_contributors": ["Made by editors/vscode/grammar.py; change that."],
        "name": "Rusk",
        "scopeName": "source.rusk",
        "fileTypes": ["rusk"],
        "patterns": [
            match("comment.line.shebang.rusk", r"\A\x{FEFF}?#!.*$"),
            *include(*order, "illegal"),
        ],
        "repository": repository,
    }


def check_tables() -> None:
    """Every word and sign of the lexer has one place in the tables above, and nothing else has. Errors: ValueError, which names what is wrong."""
    operators = set(PUNCTUATION) - BRACKETS
    for what, have, want in (
        ("words", WORDS, set(KEYWORDS) | CONSTANTS),
        ("operators", OPERATORS, operators),
        ("marks", MARKS, set(PUNCTUATION) & BRACKETS),
    ):
        found = [word for words in have.values() for word in words]
        if sorted(found) != sorted(want):
            raise ValueError(f"{what} that the grammar and the lexer do not share: {set(found) ^ want}")


def text() -> str:
    """The file."""
    check_tables()
    return json.dumps(grammar(), indent=4, ensure_ascii=False) + "\n"


def main(args: list[str]) -> int:
    """Write the file, or look whether it is up to date; the exit status."""
    if args == ["--check"]:
        if TARGET.read_text(encoding="utf-8") == text():
            return 0
        print(f"{TARGET.name} is not up to date: python editors/vscode/grammar.py", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
