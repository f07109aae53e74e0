"""Characters and tokens: 01 §1 and §2."""

from __future__ import annotations

import pytest
from syntax_helpers import error_at, errors

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, KEYWORDS, PUNCTUATION


def tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of every token."""
    diags = Diagnostics()
    found = tokenize(Source("t.rusk", text), diags)
    assert diags.items == []
    return [
        (kind, text[start:end])
        for kind, start, end in zip(found.kinds, found.starts, found.ends, strict=True)
        if kind != EOF
    ]


def texts(text: str) -> list[str]:
    return [word for _, word in tokens(text)]


def lex_errors(text: str) -> list[tuple[int, str, str]]:
    diags = Diagnostics()
    tokenize(Source("t.rusk", text), diags)
    return [(d.pos, d.name, d.message) for d in diags.items]


@pytest.mark.parametrize("word", [*KEYWORDS, *PUNCTUATION])
def test_fixed_tokens(word: str) -> None:
    assert tokens(word) == [(word, word)]
    assert tokens(f" {word} {word}\n") == [(word, word)] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:::b", "a :: : b"),
        ("a::<<b", "a ::< < b"),
        ("a:<b", "a : < b"),
        ("a...b", "a .. . b"),
        ("a===b", "a == = b"),
        ("a=>>b", "a => > b"),
        ("a>>=b", "a > >= b"),
        ("a>>>b", "a > > > b"),
        ("a<<b", "a < < b"),
        ("a<-b", "a < - b"),
        ("1->2", "1 -> 2"),
        ("a|||b", "a || | b"),
        ("a&&&b", "a && & b"),
        ("!==", "!= ="),
        ("*/", "* /"),
        ("t.0.1", "t . 0 . 1"),
        ("t.0x1.2", "t . 0x1 . 2"),
        ("t.1e5", "t . 1 e5"),
        ("1.5.to()", "1.5 . to ( )"),
        ("1.to()", "1 . to ( )"),
        ("1._5", "1 . _5"),
        ("0b12", "0b1 2"),
        ("0xfg", "0xf g"),
        ("1abc", "1 abc"),
        ("1_f", "1_ f"),
        ("fb", "fb"),
        ('f "a"', 'f "a"'),
        ('ab"x"', 'ab "x"'),
        ('rb"x"', 'rb "x"'),
        ("x'a'", "x 'a'"),
        ("_ __ _x x_1", "_ __ _x x_1"),
        ("fnx fn_ letlet", "fnx fn_ letlet"),
        ("as?", "as ?"),
    ],
)
def test_longest_token(text: str, expected: str) -> None:
    assert texts(text) == expected.split()


@pytest.mark.parametrize("name", ["größe", "Ä", "名前", "x́y", "a·b", "ᾳ", "℘", "x０", "ﬁ"])
def test_unicode_names(name: str) -> None:
    assert tokens(f"a {name} b") == [("identifier", "a"), ("identifier", name), ("identifier", "b")]


def test_names_are_not_normalised() -> None:
    assert texts("\ufb01 fi") == ["\ufb01", "fi"]
    found = tokenize(Source("t", "e\u0301 \u00e9"), Diagnostics())
    assert found.values[:2] == ["e\u0301", "\u00e9"]


def test_names_end_where_xid_ends() -> None:
    # U+20AC is in no identifier, U+00B7 continues one but does not start it
    assert lex_errors("a€b") == [(1, "unexpected-character", "unexpected character `€`")]
    assert lex_errors("·b") == [(0, "unexpected-character", "unexpected character `·`")]
    assert lex_errors("a²") == [(1, "unexpected-character", "unexpected character `²`")]


WHITE_SPACE = [
    *range(9, 14),
    32,
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
]


@pytest.mark.parametrize("code", WHITE_SPACE)
def test_white_space(code: int) -> None:
    assert texts(f"a{chr(code)}b{chr(code)}") == ["a", "b"]


@pytest.mark.parametrize("code", [0x1C, 0x1F, 0x200B, 0xFEFF, 0, 0x7F, 0x180E])
def test_no_white_space(code: int) -> None:
    found = lex_errors(f"a {chr(code)} b")
    assert [(pos, name) for pos, name, _ in found] == [(2, "unexpected-character")]


@pytest.mark.parametrize("char", "#$~`\\€²")
def test_unexpected_character(char: str) -> None:
    assert error_at(f"fn f() {{ let a = 1 ¦{char} + 2; }}") == (
        "unexpected-character",
        f"unexpected character `{char}`",
    )


def test_invisible_character_is_shown_as_escape() -> None:
    assert lex_errors("\u200b")[0][2] == "unexpected character `\\u{200b}`"


@pytest.mark.parametrize("text", ['"x¦"', "'¦'", 'f"{a}¦{b}"', "// ¦¦\n", "/* ¦ */", "a ¦ b", "¦"])
def test_lone_surrogates_of_a_host_are_refused_everywhere(text: str) -> None:
    errors = lex_errors(text.replace("¦", "\udcff"))
    assert errors == [(text.index("¦"), "unexpected-character", "unexpected character `\\u{dcff}`")]


def test_run_of_unexpected_characters_is_one_error() -> None:
    assert len(lex_errors("a ### b $$$ c")) == 2


class TestComments:
    def test_line(self) -> None:
        assert texts("a // b /* \" ' \nc // d") == ["a", "c"]
        assert texts("//") == []
        assert texts("// a\r\nb") == ["b"]
        assert texts("// a\rb") == []

    def test_block(self) -> None:
        assert texts("a/* b */c") == ["a", "c"]
        assert texts("a /* /* b */ */ c") == ["a", "c"]
        assert texts("a /*/ b */ c") == ["a", "c"]
        assert texts("a /* // */ c") == ["a", "c"]
        assert texts("a /* \" ' */ c") == ["a", "c"]
        assert texts("a /**/ c /***/ d") == ["a", "c", "d"]

    def test_deep(self) -> None:
        assert texts("/*" * 10000 + "*/" * 10000 + "x") == ["x"]

    def test_unterminated(self) -> None:
        message = ("unterminated-comment", "unterminated block comment")
        assert error_at("fn f() { } ¦/* a") == message
        assert error_at("fn f() { ¦/* a /* b */ }") == message
        assert error_at("fn f() { } ¦/*/") == message


class TestStart:
    def test_shebang(self) -> None:
        assert texts("#!/usr/bin/env rusk\nfn") == ["fn"]
        assert texts("#!") == []
        assert texts("\ufeff#!x\nfn") == ["fn"]

    def test_no_shebang(self) -> None:
        assert lex_errors(" #!x\n")[0][:2] == (1, "unexpected-character")
        assert lex_errors("fn\n#!x")[0][0] == 3

    def test_byte_order_mark(self) -> None:
        assert texts("\ufefffn") == ["fn"]
        assert lex_errors("\ufeff\ufefffn")[0][0] == 1


def test_end_of_file_token() -> None:
    found = tokenize(Source("t", "a  "), Diagnostics())
    assert found.kinds == ["identifier", EOF, EOF, EOF, EOF]
    assert found.starts[1:] == found.ends[1:] == [3, 3, 3, 3]


def test_all_errors_in_one_run() -> None:
    text = "fn f() { let a = #; let b = 0x; let c = ''; let d = \"\\q\"; let e = 99999999999999999999; }"
    assert [name for _, _, name, _ in errors(text)] == [
        "unexpected-character",
        "missing-digits",
        "bad-char",
        "bad-escape",
        "int-too-large",
    ]
