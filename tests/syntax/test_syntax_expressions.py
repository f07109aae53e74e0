"""Expressions: 01 §4.5, §4.6."""

from __future__ import annotations

import pytest
from syntax_helpers import block_of, body, error_at, expr

from rusk.syntax import ast


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 | 2 ^ 3 & 6 << 2 + -1", "(| 1 (^ 2 (& 3 (<< 6 (+ 2 -1n)))))"),
        ("6 & 3 == 2", "(== (& 6 3) 2)"),
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a - b - c", "(- (- a b) c)"),
        ("a / b % c * d", "(* (% (/ a b) c) d)"),
        ("a << b >> c >>> d", "(>>> (>> (<< a b) c) d)"),
        ("a || b && c == d < e is F", "(|| a (&& b (== c (< d (is e F)))))"),
        ("a && b || c && d", "(|| (&& a b) (&& c d))"),
        ("1 < 2 == true", "(== (< 1 2) true)"),
        ("1 < 2 < 3", "(< (< 1 2) 3)"),
        ("a == b != c", "(!= (== a b) c)"),
        ("a <= b", "(<= a b)"),
        ("a >= b", "(>= a b)"),
        ("1<-2", "(< 1 -2n)"),
        ("a > b > c", "(> (> a b) c)"),
        ("x = y = 3", "(= x (= y 3))"),
        ("x = a || b", "(= x (|| a b))"),
        ("ok && x = 5", "(= (&& ok x) 5)"),
        ("(x) = 3", "(= x 3)"),
        ("-x as I", "(as (- x) I)"),
        ("-5.to_byte()", "(- (.to_byte 5))"),
        ("-5", "-5n"),
        ("-5 + 1", "(+ -5n 1)"),
        ("- - 5", "(- -5n)"),
        ("!-x", "(! (- x))"),
        ("-!x", "(- (! x))"),
        ("-(5)", "(- 5)"),
        ("-1.5", "(- 1.5)"),
        ("!a.b()", "(! (.b a))"),
        ("!a == b", "(== (! a) b)"),
        ("x as A as? B", "(as? (as x A) B)"),
        ("x as ? B", "(as? x B)"),
        ("x as A * 2", "(* (as x A) 2)"),
        ("2 * x as A", "(* 2 (as x A))"),
        ("x as A.m()", "(.m (as x A))"),
        ("x as A(1)[2]", "(call (as x A) 1)[2]"),
        ("x is A == true", "(== (is x A) true)"),
        ("x is A is B", "(is (is x A) B)"),
        ("x | y is A", "(is (| x y) A)"),
        ("x is A && y", "(&& (is x A) y)"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("a.b.c", "a.b.c"),
        ("a.b(1).c(2, 3,)", "(.c (.b a 1) 2 3)"),
        ("a(1)(2)", "(call (call a 1) 2)"),
        ("a[1][2].b[c]", "a[1][2].b[c]"),
        ("t.0x1", "t.1"),
        ("t.0(1)", "(call t.0 1)"),
        ("fs[i](1)", "(call fs[i] 1)"),
        ("(s.f)(x)", "(call s.f x)"),
        ("((s.f))(x)", "(call s.f x)"),
        ("s.f(x)", "(.f s x)"),
        ("a.true", "a.true"),
        ("a.true()", "(.true a)"),
        ("a::b::c", "a::b::c"),
        ("f::<int>(1)", "(call f::<'int> 1)"),
        ("f::<>(1)", "(call f 1)"),
        ("(f)::<int>(1)", "(call f::<'int> 1)"),
        ("x.m::<int, A>(1)", "(.m::<'int, A> x 1)"),
        ("E::<int>::V", "E::<'int>::V"),
        ("E::V::<int>", "E::V::<'int>"),
        ("B::<A<int>>::new(1)", "(call B::<A<'int>>::new 1)"),
        ("int::to_byte(x)", "(call int::to_byte x)"),
        ("()", "()"),
        ("(a)", "a"),
        ("(a,)", "(a,)"),
        ("(a, b,)", "(a b,)"),
        ("[]", "[]"),
        ("[a, [b],]", "[a [b]]"),
        ("true", "true"),
        ("self", "self"),
        ("P { x: 1, y: P { x: 2 }, }", "P{x: 1, y: P{x: 2}}"),
        ("a::P { }", "a::P{}"),
        ("P { x: 1 }.x", "P{x: 1}.x"),
        ("@I.op()", "(@I.op)"),
        ("@a::I<int>.op(1, x,)", "(@a::I<'int>.op 1 x)"),
        ("@I.op().x[0](1)", "(call (@I.op).x[0] 1)"),
        ("|x| { x }", "|x|{x}"),
        ("|x: int, y,| { x }", "|x: 'int, y|{x}"),
        ("| | { 1 }", "||{1}"),
        ("|x| { x }(3)", "(call |x|{x} 3)"),
        ("{ }", "{}"),
        ("{ 1 }.x", "{1}.x"),
        ("return", "return"),
        ("return 1 + 2", "(return (+ 1 2))"),
        ("return x = 1", "(return (= x 1))"),
        ("1 + return 2 + 3", "(+ 1 (return (+ 2 3)))"),
        ("(return, return)", "(return return,)"),
        ("return return 1", "(return (return 1))"),
        ("a || break", "(|| a break)"),
        ("a || continue", "(|| a continue)"),
        ("f(break, return 1)", "(call f break (return 1))"),
        ("if a { 1 }", "(if a {1})"),
        ("if a { 1 } else { 2 }", "(if a {1} {2})"),
        ("if a { 1 } else if b { 2 } else if c { 3 }", "(if a {1} (if b {2} (if c {3})))"),
        ("match x { 1 => 2, _ => 3 }", "(match x int:1 => 2 _ => 3)"),
        ("loop { break; }", "(loop {break;})"),
        ("while a { }", "(while a {})"),
        ("for x in xs { }", "(for x xs {})"),
    ],
)
def test_form(text: str, expected: str) -> None:
    assert expr(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("(¦,)", "expected-construct", "expected expression"),
        ("f(¦,)", "expected-construct", "expected expression"),
        ("[¦,]", "expected-construct", "expected expression"),
        ("[0¦; 10]", "expected-token", "expected `,` or `]`"),
        ("f(1 ¦2)", "expected-token", "expected `,` or `)`"),
        ("(1 ¦2)", "expected-token", "expected `,` or `)`"),
        ("(1, 2 ¦3)", "expected-token", "expected `,` or `)`"),
        ("a[¦]", "expected-construct", "expected expression"),
        ("a[1¦, 2]", "expected-token", "expected `]`"),
        ("a +¦", "expected-construct", "expected expression"),
        ("8 > ¦> 1", "expected-construct", "expected expression"),
        ("8 < ¦< 1", "expected-construct", "expected expression"),
        ("8 >>> ¦> 1", "expected-construct", "expected expression"),
        ("8 >¦>= 1", "expected-construct", "expected expression"),
        ("x +¦= 1", "expected-construct", "expected expression"),
        ("x is A ¦* 3", "missing-semicolon", "expected `;` or `}` after expression"),
        ("a || x is A ¦| b", "missing-semicolon", "expected `;` or `}` after expression"),
        ("let f = ¦|| { };", "expected-construct", "expected expression"),
        ("let f = |x| ¦x;", "expected-token", "expected `{`"),
        ("let f = |x ¦y| { };", "expected-token", "expected `,` or `|`"),
        ("a.¦fn", "expected-construct", "expected field name"),
        ("a.¦(b)", "expected-construct", "expected field name"),
        ("a::¦fn", "expected-construct", "expected identifier"),
        ("a:: ¦<int>(1)", "expected-construct", "expected identifier"),
        ("P { x¦ }", "expected-token", "expected `:`"),
        ("P { x¦, y }", "expected-token", "expected `:`"),
        ("P { ¦..p }", "expected-construct", "expected field name"),
        ("P { x: 1 ¦y: 2 }", "expected-token", "expected `,` or `}`"),
        ("Run { ¦3 }", "expected-construct", "expected field name"),
        ("B::<int> { v¦: 1 }", "missing-semicolon", "expected `;` or `}` after expression"),
        ("@I.op¦", "expected-token", "expected `(`"),
        ("@I.op¦::<int>(1)", "expected-token", "expected `(`"),
        ("@I¦(1)", "expected-token", "expected `.`"),
        ("@¦1.op()", "expected-construct", "expected identifier"),
        ("@I¦::<int>.op()", "expected-token", "expected `.`"),
        ("@I¦{X = int}.op(1)", "effect-bindings", "associated type bindings cannot be used in effects"),
        ("if a ¦1", "expected-token", "expected `{`"),
        ("if a { } else ¦1", "expected-token", "expected `if` or block after `else`"),
        ("while a ¦;", "expected-token", "expected `{`"),
        ("for x ¦xs { }", "expected-token", "expected `in`"),
        ("for ¦in xs { }", "expected-construct", "expected pattern"),
        ("loop ¦x", "expected-token", "expected `{`"),
        ("match x ¦;", "expected-token", "expected `{`"),
        ("match x { 1 ¦-> 2 }", "expected-token", "expected `=>`"),
        ("match x { 1 => 2,¦, 2 => 3 }", "expected-construct", "expected pattern"),
        ("match x { 1 => ¦}", "expected-construct", "expected expression"),
        ("match x { _ => { 3 } ¦+ 1 }", "expected-construct", "expected pattern"),
        ("match x { @I.op(1 ¦2) => 3 }", "expected-token", "expected `,` or `)`"),
        ("match x { @I.op() -> ¦1 => 3 }", "expected-construct", "expected identifier"),
        (
            "match x { @I¦{X = int}.op() => 3 }",
            "effect-bindings",
            "associated type bindings cannot be used in effects",
        ),
        ("let x = ¦fn;", "expected-construct", "expected expression"),
        ("1¦->2", "missing-semicolon", "expected `;` or `}` after expression"),
        ("a ¦? b", "missing-semicolon", "expected `;` or `}` after expression"),
        ("1¦..2", "missing-semicolon", "expected `;` or `}` after expression"),
    ],
)
def test_error(text: str, name: str, message: str) -> None:
    assert error_at(f"fn f() {{ {text} }}") == (name, message)


class TestTurbofish:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("x.m¦::<int>", "type arguments must be followed by a call"),
            ("x.m¦::<int>.y", "type arguments must be followed by a call"),
            ("x.m¦::<int> + 1", "type arguments must be followed by a call"),
            ("5¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("(a + b)¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("f(1)¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("t.0¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("a[0]¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("(x.m)¦::<int>(1)", "type arguments can only be applied to a function or method name"),
            ("f::<int>¦::<int>(1)", "type arguments can only be applied to a function or method name"),
        ],
    )
    def test_errors(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ {text}; }}") == ("bad-turbofish", message)

    def test_condition(self) -> None:
        assert error_at("fn f() { if x.m¦::<int> { } }")[0] == "bad-turbofish"

    def test_closures(self) -> None:
        assert expr("run::<int> { 3 }") == "(call run::<'int> ||{3})"
        assert expr("x.run::<int> { 3 }") == "(.run::<'int> x ||{3})"
        assert expr("x.run::<int> |y| { 3 }") == "(.run::<'int> x |y|{3})"

    def test_keeps_parsing(self) -> None:
        assert error_at("fn f() { let a = x.m¦::<int>; g(1); }")[0] == "bad-turbofish"


class TestPlaces:
    """Positions of nodes: from the first to the last token, parentheses around an operand included."""

    def tail(self, text: str) -> ast.Expr:
        tail = block_of(text).tail
        assert tail is not None
        return tail

    @pytest.mark.parametrize(
        "text",
        [
            "a + b",
            "(a + b) * (c)",
            "(a)(b)",
            "(a).b",
            "(a).b(c)",
            "(a)[(b)]",
            "(a) as I",
            "(a) is (I)",
            "(a) = (b)",
            "-(a)",
            "- 5",
            "f(x) { }",
            "f |x| { }",
            "f(a = 1) |x| { }",
            "x.f { }",
            "P { x: 1 }",
            "a::b::<int>",
            "@I.op(1)",
            "if a { } else { }",
            "match a { _ => 1 }",
            'f"a{x}b"',
            "return (1)",
            "|x| { }",
            "(a, b)",
            "()",
            "[a]",
            "'a'",
            "for x in y { }",
        ],
    )
    def test_whole(self, text: str) -> None:
        tail = self.tail(text)
        assert (tail.pos, tail.end) == (9, 9 + len(text))

    def test_parts(self) -> None:
        call = self.tail("x.m(1)")
        assert isinstance(call, ast.MethodCall)
        assert call.name_pos == 11
        field = self.tail("x . y")
        assert isinstance(field, ast.Field)
        assert field.name_pos == 13
        number = self.tail("t.0x1")
        assert isinstance(number, ast.TupleField)
        assert number.index_pos == 11
        effect = self.tail("@I.op(1)")
        assert isinstance(effect, ast.EffectCall)
        assert effect.op_pos == 12
        chain = self.tail("if a { } else if b { } else { }")
        assert isinstance(chain, ast.If) and isinstance(chain.else_, ast.If)
        assert (chain.else_.pos, chain.else_.end) == (23, chain.end)


def test_statement_places() -> None:
    found = block_of("let a = 1; f(); if a { }  1")
    assert [(s.pos, s.end) for s in found.stmts] == [(9, 19), (20, 24), (25, 33)]
    assert body("let a = 1; f(); if a { }  1") == "let a = 1; (call f); (if a {}) / 1"
