"""Highlighting by the compiler's lexer."""

from __future__ import annotations

from pathlib import Path

import pytest

from rusk.highlight import classify, to_ansi

ROOT = Path(__file__).parents[2]


def found(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], what) for start, end, what in classify(text)]


def test_classes() -> None:
    assert found('/// d\npub fn f(x: Map<int>) { @I.m(1); f"a{self.b}c" /* c */ }') == [
        ("/// d", "doc"), ("pub", "keyword"), ("fn", "keyword"), ("f", "function"), ("(", "bracket"), ("x", "name"), (":", "bracket"), ("Map", "type"),
        ("<", "operator"), ("int", "primitive"), (">", "operator"), (")", "bracket"), ("{", "bracket"), ("@", "effect"), ("I", "effect"), (".", "bracket"),
        ("m", "function"), ("(", "bracket"), ("1", "number"), (")", "bracket"), (";", "bracket"), ('f"', "quote"), ("a", "text"), ("{", "quote"),
        ("self", "constant"), (".", "bracket"), ("b", "name"), ("}", "quote"), ("c", "text"), ('"', "quote"), ("/* c */", "comment"), ("}", "bracket"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#!x",
        "\ufeff#! y\nfn",
        "fn # f",
        '"open',
        "/* open",
        'f"{ open',
        "'",
        "// x",
        'b"\\q"',
        "\u00e4 = 1",
    ],
)
def test_anything(text: str) -> None:
    at = 0
    for start, end, _ in classify(text):
        assert at <= start < end <= len(text)
        at = end


def test_ansi() -> None:
    assert to_ansi("let x = 1") == "\x1b[35mlet\x1b[0m x = \x1b[36m1\x1b[0m"


def test_pygments() -> None:
    pygments = pytest.importorskip("pygments")
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
    from pygments.token import Error, Keyword

    from rusk.highlight.pygments import RuskLexer

    for path in (ROOT / "examples").glob("*.rusk"):
        text = path.read_text()
        tokens = list(RuskLexer().get_tokens(text))
        assert "".join(value for _, value in tokens) == text
        assert not any(kind is Error for kind, _ in tokens)
    assert (Keyword, "fn") in list(RuskLexer().get_tokens("fn f() {}"))
    assert (Error, " # ") in list(RuskLexer().get_tokens("a # b"))
    try:
        by_name = get_lexer_by_name("rusk")
    except pygments.util.ClassNotFound:
        pytest.skip("the package is not installed, so it has no entry points")
    assert type(by_name).__name__ == type(get_lexer_for_filename("a.rusk")).__name__ == "RuskLexer"
