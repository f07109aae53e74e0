"""Types (01 §4.2, §5.3) and patterns (01 §4.4)."""

from __future__ import annotations

import pytest
from syntax_helpers import body, error_at, errors, expr, parse_ok, pattern, show, show_type, type_

from rusk.syntax import ast


class TestTypes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("int", "'int"),
            ("unit", "'unit"),
            ("()", "'unit"),
            ("(int)", "'int"),
            ("(int,)", "('int,)"),
            ("(int, bool)", "('int, 'bool,)"),
            ("(int, (A, B),)", "('int, (A, B,),)"),
            ("[[string]]", "[['string]]"),
            ("!", "!"),
            ("A", "A"),
            ("_", "_"),
            ("a::b::C<int>", "a::b::C<'int>"),
            ("A<int>::B", "A<'int>::B"),
            ("A<B<C>>", "A<B<C>>"),
            ("A<B<C<D>>>", "A<B<C<D>>>"),
            ("A<>", "A"),
            ("A<int,>", "A<'int>"),
            ("self::int", "self::int"),
            ("Self", "Self"),
            ("readonly [int]", "readonly ['int]"),
            ("readonly readonly A", "readonly readonly A"),
            ("fn()", "fn()"),
            ("fn(int, A,) -> bool", "fn('int, A)->'bool"),
            ("fn(int) -> fn(int) -> int", "fn('int)->fn('int)->'int"),
            ("fn(fn(int)) -> !", "fn(fn('int))->!"),
            ("cont(int) -> bool", "cont('int)->'bool"),
            ("readonly fn() -> A", "readonly fn()->A"),
            ("I{X = int}", "I{X='int}"),
            ("I{}", "I{}"),
            ("I<A>{X = int, Y = [B],}", "I<A>{X='int, Y=[B]}"),
            ("I{X = J{Y = int}}", "I{X=J{Y='int}}"),
            ("[I{X = int}]", "[I{X='int}]"),
        ],
    )
    def test_forms(self, text: str, expected: str) -> None:
        assert type_(text) == expected

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("¦", "expected-construct", "expected type"),
            ("(¦,)", "expected-construct", "expected type"),
            ("A¦::<int>", "expected-token", "expected `,` or `)`"),
            ("A::¦fn", "expected-construct", "expected identifier"),
            ("int¦<A>", "expected-token", "expected `,` or `)`"),
            ("int¦::A", "expected-token", "expected `,` or `)`"),
            ("cont(int)¦", "expected-token", "expected `->`"),
            ("cont(¦) -> A", "expected-construct", "expected type"),
            ("[int¦; 3]", "expected-token", "expected `]`"),
            ("¦&A", "expected-construct", "expected type"),
            ("A<int¦", "expected-token", "expected `>`"),
            ("(int ¦bool)", "expected-token", "expected `,` or `)`"),
            ("fn ¦int", "expected-token", "expected `(`"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(f"fn f(x: {text}) {{ }}") == (name, message)

    def test_greater_equal_is_a_token(self) -> None:
        assert error_at("fn f() { let x: Option<int¦>= e; }") == ("expected-token", "expected `>`")
        assert body("let x: Option<int> = e;") == "let x: Option<'int> = e;"

    def test_cast_to_generic_takes_the_angle(self) -> None:
        assert expr("(x as T) < y") == "(< (as x T) y)"
        assert error_at("fn f() { x as T < y¦ }") == ("expected-token", "expected `>`")


class TestBraceAfterType:
    """01 §5.3"""

    def fn(self, text: str) -> ast.FnDecl:
        item = parse_ok(text).items[0]
        assert isinstance(item, ast.FnDecl)
        return item

    def ret(self, text: str) -> str:
        ret = self.fn(text).ret
        assert ret is not None
        return show_type(ret)

    def test_after_fn(self) -> None:
        assert self.ret("fn f() -> Shape { }") == "Shape"
        assert self.ret("fn f() -> Shape { x = y }") == "Shape"
        assert self.ret("fn f() -> Shape { X = int }") == "Shape"
        assert self.ret("fn f() -> I{X = int} { }") == "I{X='int}"
        assert self.ret("fn f() -> I{} { }") == "I{}"
        assert self.ret("fn f() -> I { {} }") == "I"
        assert self.ret("fn f() -> fn() -> I{X = int} { }") == "fn()->I{X='int}"
        assert self.ret("fn f() -> readonly I { x }") == "readonly I"
        assert self.ret("fn f() -> [I{X = int}] { x }") == "[I{X='int}]"

    def test_interface_member(self) -> None:
        item = parse_ok("interface A { fn f() -> I{X = int}; fn g() -> I { } fn h() -> I{X = B} { } }").items[
            0
        ]
        assert isinstance(item, ast.InterfaceDecl)
        members = [m for m in item.members if isinstance(m, ast.FnDecl)]
        assert [show_type(m.ret) for m in members if m.ret] == ["I{X='int}", "I", "I{X=B}"]
        assert [m.body is not None for m in members] == [False, True, True]

    def test_conditions(self) -> None:
        assert expr("if v is Shape { } else { 1 }") == "(if (is v Shape) {} {1})"
        assert expr("if v is I { X = y } else { 1 }") == "(if (is v I) {(= X y)} {1})"
        assert expr("if v as I { }") == "(if (as v I) {})"
        assert expr("match s as I{Item = int} { it => 1 }") == "(match (as s I{Item='int}) it => 1)"
        assert expr("match s as? I { it => 1 }") == "(match (as? s I) it => 1)"
        assert expr("while x as I { X = y } ") == "(while (as x I) {(= X y)})"
        assert expr("if (v is I{X = int}) { }") == "(if (is v I{X='int}) {})"

    def test_elsewhere(self) -> None:
        assert body("let x: I{X = int} = y as I{X = int};") == "let x: I{X='int} = (as y I{X='int});"

    def test_never_in_impl_headers(self) -> None:
        message = ("bad-member", "expected `fn` or `type` in `impl` body")
        assert error_at("impl I{¦X = int} for S { }") == message
        assert error_at("impl I for S{¦X = int} { }") == message
        assert error_at("interface I: A{¦X = int} + B { fn f(); }")[0] == "bad-member"
        item = parse_ok("interface A: B { }").items[0]
        assert isinstance(item, ast.InterfaceDecl)
        assert [show_type(s) for s in item.supers] == ["B"]


class TestPatterns:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("_", "_"),
            ("x", "x"),
            ("__", "__"),
            ("None", "None"),
            ("1", "int:1"),
            ("-1", "int:-1-"),
            ("- 0", "int:0-"),
            ("1.5", "float:1.5"),
            ("-0.0", "float:-0.0-"),
            ("'a'", "char:'a'"),
            ('"a"', "string:'a'"),
            ('b"a"', "bytes:b'a'"),
            ("true", "bool:True"),
            ("false", "bool:False"),
            ("()", "unit:None"),
            ("(x)", "x"),
            ("((x))", "x"),
            ("(x,)", "(x,)"),
            ("(x, _, 1,)", "(x, _, int:1,)"),
            ("(..)", "(..,)"),
            ("(..,)", "(..,)"),
            ("(..rest)", "(..rest,)"),
            ("(a, ..rest, b)", "(a, ..rest, b,)"),
            ("(a, .., b)", "(a, .., b,)"),
            ("(a, .._)", "(a, ..,)"),
            ("[]", "[]"),
            ("[a]", "[a]"),
            ("[a, ..rest]", "[a, ..rest]"),
            ("[.., (a, b),]", "[.., (a, b,)]"),
            ("Some(x)", "Some(x)"),
            ("Some()", "Some()"),
            ("some(x, y,)", "some(x, y)"),
            ("E::V", "E::V"),
            ("a::E::V(Some(_))", "a::E::V(Some(_))"),
            ("P { x, y: 1, .. }", "P {x: x, y: int:1, ..}"),
            ("P { .., x }", "P {x: x, ..}"),
            ("P { }", "P {}"),
            ("point { x: (a, b) }", "point {x: (a, b,)}"),
            ("a::P { x, }", "a::P {x: x}"),
            ("self::x", "self::x"),
        ],
    )
    def test_forms(self, text: str, expected: str) -> None:
        assert pattern(text) == expected

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("¦fn", "expected-construct", "expected pattern"),
            ("-¦x", "expected-construct", "expected pattern"),
            ("(¦,)", "expected-construct", "expected pattern"),
            ("(a¦; b)", "expected-token", "expected `,` or `)` in tuple pattern"),
            ("[a ¦b]", "expected-token", "expected `,` or `]` in array pattern"),
            ("a ¦| b", "expected-token", "expected `=>`"),
            ("a ¦@ b", "expected-token", "expected `=>`"),
            ("a ¦if b", "expected-token", "expected `=>`"),
            ("1¦..2", "expected-token", "expected `=>`"),
            ("E¦::<int>::V", "expected-token", "expected `=>`"),
            ("E¦<int>", "expected-token", "expected `=>`"),
            ("(.., a, ¦..)", "bad-rest", "`..` can only appear once in a tuple pattern"),
            ("[..a, ¦..b]", "bad-rest", "`..` can only appear once in an array pattern"),
            ("P { .., a, ¦.. }", "bad-rest", "`..` can only appear once in a struct pattern"),
            ("P { a, ¦..rest }", "bad-rest", "struct patterns do not support binding `..rest`"),
            ("P { ¦1 }", "expected-construct", "expected field name"),
            ("P { ¦fn }", "expected-construct", "expected field name"),
            ("P { a ¦b }", "expected-token", "expected `,` or `}` in struct pattern"),
            ("Some(¦..)", "expected-construct", "expected pattern"),
            ("E::¦1", "expected-construct", "expected identifier"),
            ("¦..", "expected-construct", "expected pattern"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(f"fn f() {{ match x {{ {text} => 1 }} }}") == (name, message)

    def test_places(self) -> None:
        tail = parse_ok("fn f() { match x { (a, ..rest) => 1 } }").items[0]
        assert isinstance(tail, ast.FnDecl) and tail.body and isinstance(tail.body.tail, ast.Match)
        arm = tail.body.tail.arms[0]
        assert isinstance(arm, ast.ValueArm) and isinstance(arm.pattern, ast.PatTuple)
        assert (arm.pattern.pos, arm.pattern.end) == (19, 30)
        assert (arm.pattern.rest, arm.pattern.rest_name, arm.pattern.rest_pos) == (1, "rest", 25)
        assert show(arm.body) == "1"

    def test_everywhere(self) -> None:
        assert body("let (a, b) = x;") == "let (a, b,) = x;"
        assert body("for P { x, .. } in xs { }") == "(for P {x: x, ..} xs {})"
        assert expr("|(a, b), P { x }: Q| { x }") == "|(a, b,), P {x: x}: Q|{x}"
        item = parse_ok("fn f((a, b): (int, int), readonly _: A) { }").items[0]
        assert isinstance(item, ast.FnDecl)
        assert [p.readonly for p in item.params] == [False, True]

    def test_both_errors_in_a_pattern_are_reported(self) -> None:
        assert len(errors("fn f() { let (.., a, .., b, ..) = x; }")) == 2
