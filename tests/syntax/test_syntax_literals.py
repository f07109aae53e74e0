"""Literals: 01 §3."""

from __future__ import annotations

import math

import pytest
from syntax_helpers import error_at, errors, expr, pattern

BIG = "9223372036854775807"
TOO_BIG = "9223372036854775808"


class TestIntegers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0", 0),
            ("007", 7),
            ("1__0_", 10),
            ("1_000_000", 1000000),
            ("0x1F", 31),
            ("0X_f_f_", 255),
            ("0o17", 15),
            ("0O__7", 7),
            ("0b101", 5),
            ("0B_1_0", 2),
            (BIG, 2**63 - 1),
            ("0x7fffffffffffffff", 2**63 - 1),
            ("0" * 5000 + "1", 1),
            ("0x" + "0" * 5000 + "1", 1),
            ("9_223_372_036_854_775_807", 2**63 - 1),
        ],
    )
    def test_value(self, text: str, value: int) -> None:
        assert expr(text) == str(value)
        assert pattern(text) == f"int:{value}"

    @pytest.mark.parametrize(
        "text", [TOO_BIG, "0x8000000000000000", "0xffffffffffffffff", "1" * 30, "1" * 10000, "0b" + "1" * 64]
    )
    def test_too_large(self, text: str) -> None:
        assert error_at(f"fn f() {{ let a = ¦{text}; }}") == ("int-too-large", "invalid integer literal")

    def test_smallest(self) -> None:
        assert expr(f"-{TOO_BIG}") == f"-{TOO_BIG}n"
        assert expr(f"- {TOO_BIG} + 1") == f"(+ -{TOO_BIG}n 1)"
        assert expr("-0x8000000000000000") == f"-{TOO_BIG}n"
        assert pattern(f"-{TOO_BIG}") == f"int:-{TOO_BIG}-"
        assert expr(f"- -{TOO_BIG}") == f"(- -{TOO_BIG}n)"

    @pytest.mark.parametrize(
        "text",
        [
            f"-(¦{TOO_BIG})",
            f"-¦{TOO_BIG}.to_byte()",
            f"!¦{TOO_BIG}",
            f"1 - ¦{TOO_BIG}",
            f"t.¦{TOO_BIG}",
            f"match x {{ ¦{TOO_BIG} => 1 }}",
            f"-¦{TOO_BIG}[0]",
        ],
    )
    def test_smallest_needs_its_sign(self, text: str) -> None:
        assert error_at(f"fn f() {{ {text} }}")[0] == "int-too-large"

    @pytest.mark.parametrize("text", ["0x", "0x_", "0b", "0o8", "0b2", "0xg", "0X", "0b_2", "0x__"])
    def test_no_digits(self, text: str) -> None:
        assert error_at(f"fn f() {{ let a = ¦{text}; }}") == (
            "missing-digits",
            "expected digits after numeric base prefix",
        )

    def test_ends_early(self) -> None:
        assert error_at("fn f() { 0b1¦2 }")[0] == "missing-semicolon"
        assert error_at("fn f() { 1¦abc }")[0] == "missing-semicolon"


class TestFloats:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1.5", 1.5),
            ("0.0", 0.0),
            ("1_0.2_5_", 10.25),
            ("1e3", 1000.0),
            ("1E+3", 1000.0),
            ("1.5e-3", 0.0015),
            ("1e_1", 10.0),
            ("1_e1_", 10.0),
            ("1e400", math.inf),
            ("1e-400", 0.0),
            ("0.1", 0.1),
            ("179769313486231580793728971405301e277", 179769313486231580793728971405301e277),
            ("0" * 3000 + "1.5", 1.5),
        ],
    )
    def test_value(self, text: str, value: float) -> None:
        assert expr(text) == repr(value)

    @pytest.mark.parametrize("text", ["1e¦", "0.1e¦", "1e+¦", "1e_¦"])
    def test_no_exponent(self, text: str) -> None:
        assert error_at(f"fn f() {{ let a = {text}; }}") == ("missing-digits", "expected exponent digits")

    def test_keyword_after_digits(self) -> None:
        found = errors("fn f() { if a { 1else { 2 } }")
        assert found[0][1:] == (19, "missing-digits", "expected exponent digits")

    def test_dot_needs_digit(self) -> None:
        assert error_at("fn f() { let a = 1.¦; }") == (
            "expected-construct",
            "expected field name",
        )
        assert error_at("fn f() { ¦.5 }") == ("expected-construct", "expected expression")
        assert expr("1.to_byte()") == "(.to_byte 1)"
        assert expr("1._5") == "1._5"
        assert expr("1.e5") == "1.e5"

    def test_after_dot(self) -> None:
        assert expr("t.0.1") == "t.0.1"
        assert expr("t.0x1") == "t.1"
        assert expr("t. 0 . 1") == "t.0.1"
        assert expr("t.1_0") == "t.10"


class TestChars:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("'a'", "a"),
            ("'\"'", '"'),
            ("'\n'", "\n"),
            ("'ä'", "ä"),
            ("'\U0001f600'", "\U0001f600"),
            (r"'\\'", "\\"),
            (r"'\''", "'"),
            (r"'\n'", "\n"),
            (r"'\r'", "\r"),
            (r"'\t'", "\t"),
            (r"'\0'", "\0"),
            (r"'\x41'", "A"),
            (r"'\xfF'", "\xff"),
            (r"'\u{41}'", "A"),
            (r"'\u{00000000000000041}'", "A"),
            (r"'\u{10FFFF}'", "\U0010ffff"),
        ],
    )
    def test_value(self, text: str, value: str) -> None:
        assert expr(text) == repr(value)
        assert pattern(text) == f"char:{value!r}"

    @pytest.mark.parametrize("text", ["''", "'''"])
    def test_empty(self, text: str) -> None:
        assert error_at(f"fn f() {{ let a = ¦{text}; }}") == ("bad-char", "empty char literal")

    @pytest.mark.parametrize("text", ["'ab'", "'e\u0301'", r"'\u{65}\u{301}'", "'a b c'"])
    def test_several(self, text: str) -> None:
        assert error_at(f"fn f() {{ let a = ¦{text}; }}") == (
            "bad-char",
            "char literal must contain exactly one Unicode scalar value",
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (r"'¦\"'", 'unknown escape `\\"`'),
            (r"'¦\q'", "unknown escape `\\q`"),
            (r"'¦\x4'", "invalid \\xHH escape"),
            (r"'¦\xg0'", "invalid \\xHH escape"),
            (r"'¦\u41'", "expected `u{...}` escape"),
            (r"'¦\u{}'", "invalid unicode escape"),
            (r"'¦\u{d800}'", "invalid unicode scalar value"),
        ],
    )
    def test_escapes(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ let a = {text}; }}") == ("bad-escape", message)

    def test_unterminated(self) -> None:
        message = ("unterminated-literal", "unterminated char literal")
        assert error_at("fn f() { let a = ¦'a; }") == message
        assert error_at("fn f() { } ¦'") == message
        assert error_at("fn f() { let a = ¦'abc; let b = 1; }") == message

    def test_goes_on_after_a_stray_quote(self) -> None:
        found = errors("fn f<'a>() { }\nfn g() { let = 1; }\nfn h() { 'b' }")
        assert [(line, name) for line, _, name, _ in found] == [
            (1, "bad-char"),
            (2, "expected-construct"),
        ]
        # labels, as other languages have them
        found = errors("fn f() { 'a: loop { break 'a; } }\nfn g() { let = 1; }\nfn h() { 'b' }")
        assert [(line, name) for line, _, name, _ in found] == [
            (1, "bad-char"),
            (1, "bad-char"),
            (2, "expected-construct"),
        ]

    def test_one_error_for_one_literal(self) -> None:
        assert error_at("fn f() { let a = '¦\\\n; }")[0] == "bad-escape"
        assert error_at("fn f() { let x = ¦'abc; let y = 'd'; }")[0] == "bad-char"


class TestStrings:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('""', ""),
            ('"abc"', "abc"),
            ('"a\r\nb"', "a\r\nb"),
            ('"\'"', "'"),
            (r'"\\\"\n\r\t\0"', '\\"\n\r\t\0'),
            (r'"\u{41}\u{0000041}"', "AA"),
            ('"// /* {x} "', "// /* {x} "),
        ],
    )
    def test_value(self, text: str, value: str) -> None:
        assert expr(text) == repr(value)
        assert pattern(text) == f"string:{value!r}"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (r'"a¦\x41"', "unknown escape `\\x`"),
            (r'"a¦\'"', "unknown escape `\\'`"),
            (r'"¦\u41"', "expected `u{...}` escape"),
            (r'"¦\u{}"', "invalid unicode escape"),
            (r'"¦\u{4g}"', "invalid unicode escape"),
            (r'"¦\u{4_1}"', "invalid unicode escape"),
            (r'"¦\u{41"', "invalid unicode escape"),
            (r'"¦\u{123456789}"', "invalid unicode escape"),
            (r'"¦\u{ffffffff}"', "invalid unicode scalar value"),
            (r'"¦\u{110000}"', "invalid unicode scalar value"),
            (r'"¦\u{DFFF}"', "invalid unicode scalar value"),
            ('"¦\\\n"', "unknown escape `\\\\u{a}`"),
        ],
    )
    def test_escapes(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ let a = {text}; }}") == ("bad-escape", message)

    def test_all_escapes_are_reported(self) -> None:
        assert len(errors(r'fn f() { "\q \w \e" }')) == 3

    @pytest.mark.parametrize("text", ['"abc', '"abc\\', '"a\\"', '"a\n\n'])
    def test_unterminated(self, text: str) -> None:
        assert error_at(f"fn f() {{ }} fn g() {{ let a = ¦{text}") == (
            "unterminated-literal",
            "unterminated string literal",
        )

    def test_no_joining(self) -> None:
        assert error_at('fn f() { "a" ¦"b" }')[0] == "missing-semicolon"


class TestBytes:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('b""', b""),
            ('b"az ~!"', b"az ~!"),
            (r'b"\\\"\n\r\t\0\x00\xfF"', b'\\"\n\r\t\0\x00\xff'),
            ('b"\'"', b"'"),
        ],
    )
    def test_value(self, text: str, value: bytes) -> None:
        assert expr(text) == repr(value)
        assert pattern(text) == f"bytes:{value!r}"

    @pytest.mark.parametrize("char", ["ä", "\t", "\n", "\x7f", "\x00"])
    def test_characters(self, char: str) -> None:
        assert error_at(f'fn f() {{ let a = b"x¦{char}y"; }}') == (
            "bad-bytes-char",
            "non-ASCII character in bytes literal",
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (r'b"¦\u{41}"', "unknown escape in bytes literal"),
            (r'b"¦\'"', "unknown escape in bytes literal"),
            (r'b"¦\x4"', "invalid \\xHH escape"),
            (r'b"¦\xzz"', "invalid \\xHH escape"),
        ],
    )
    def test_escapes(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ let a = {text}; }}") == ("bad-escape", message)

    def test_unterminated(self) -> None:
        assert error_at('fn f() { } fn g() { ¦b"a\nä\\q ') == (
            "unterminated-literal",
            "unterminated bytes literal",
        )


class TestFormatted:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('f""', "f()"),
            ('f"abc"', "f('abc')"),
            ('f"{x}"', "f(x)"),
            ('f"a{x}b{ y + 1 }c"', "f('a' x 'b' (+ y 1) 'c')"),
            ('f"{{}}"', "f('{}')"),
            ('f"{{{1}}}"', "f('{' 1 '}')"),
            ('f"{1}}}"', "f(1 '}')"),
            ('f"{ {1}}"', "f({1})"),
            ('f"{ {1} }"', "f({1})"),
            ('f"{"}"}"', "f('}')"),
            ('f"{f"<{true}>"}"', "f(f('<' true '>'))"),
            ("f\"{'}'}{'\"'}\"", "f('}' '\"')"),
            ('f"{b"}"}"', "f(b'}')"),
            ('f"{ /* } " */ x // }\n }"', "f(x)"),
            ('f"{P { x: 1 }}"', "f(P{x: 1})"),
            ('f"a\nb\\n\\u{41}"', "f('a\\nb\\nA')"),
            ('f"{x}{y}"', "f(x y)"),
            ('f"{a | b}"', "f((| a b))"),
            ('f"{g(|x| { f"{x}" })}"', "f((call g |x|{f(x)}))"),
            ('f"{{{1 + 1}}} {"}"}{f"<{true}>"} { {7}}"', "f('{' (+ 1 1) '} ' '}' f('<' true '>') ' ' {7})"),
        ],
    )
    def test_value(self, text: str, value: str) -> None:
        assert expr(text) == value

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ('f"a ¦} b"', "bad-interpolation", "unmatched `}` in formatted string"),
            ('f"{1} ¦}"', "bad-interpolation", "unmatched `}` in formatted string"),
            ('f"{x¦:02}"', "bad-interpolation", "unexpected token in interpolation"),
            ('f"{a¦; b}"', "bad-interpolation", "unexpected token in interpolation"),
            ('f"{a ¦b}"', "bad-interpolation", "unexpected token in interpolation"),
            ('f"{¦}"', "expected-construct", "expected expression"),
            ('f"{ ¦}"', "expected-construct", "expected expression"),
            ('f"{1 + ¦}"', "expected-construct", "expected expression"),
            ('f"¦\\{"', "bad-escape", "unknown escape `\\{`"),
            ('f"¦\\x41"', "bad-escape", "unknown escape `\\x`"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(f"fn f() {{ let a = {text}; }}") == (name, message)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('¦f"abc', "unterminated formatted string"),
            ('¦f"abc\\', "unterminated formatted string"),
            ('¦f"abc{1}', "unterminated formatted string"),
            ('¦f"{', "unterminated `{...}` in formatted string"),
            ('¦f"{1', "unterminated `{...}` in formatted string"),
            ('¦f"{x"; }', "unterminated `{...}` in formatted string"),
            ('¦f"{ {1}"', "unterminated `{...}` in formatted string"),
            ('f"{¦f"{x"}"', "unterminated `{...}` in formatted string"),
        ],
    )
    def test_unterminated(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ }} fn g() {{ let a = {text}") == ("unterminated-literal", message)

    def test_errors_in_several_holes(self) -> None:
        found = errors('fn f() { f"{} {1 +} {x:2} {ok}" }')
        assert [column for _, column, _, _ in found] == [13, 19, 23]

    def test_not_a_pattern(self) -> None:
        assert error_at('fn f() { match x { ¦f"a" => 1 } }') == ("expected-construct", "expected pattern")

    def test_upper_case_is_a_name(self) -> None:
        assert error_at('fn f() { F¦"a" }')[0] == "missing-semicolon"
