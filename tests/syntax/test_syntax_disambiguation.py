"""Statements and the rules of 01 §4.3 and §5."""

from __future__ import annotations

import pytest
from syntax_helpers import body, error_at, errors, expr


class TestStatements:
    """01 §5.1"""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("a; b", "a; b"),
            ("a; b;", "a; b;"),
            ("if a { } b", "(if a {}) / b"),
            ("if a { } else { } b", "(if a {} {}) / b"),
            ("{ } { } a", "{} / {} / a"),
            ("match x { _ => 1 } a", "(match x _ => 1) / a"),
            ("loop { } while a { } for x in y { } 1", "(loop {}) / (while a {}) / (for x y {}) / 1"),
            ("if a { 10 } else { 20 } + 5", "(+ (if a {10} {20}) 5)"),
            ("match 1 { _ => [7] }[0]", "(match int:1:1 _ => [7])[0]"),
            ("while a { }; (i)", "(while a {}); i"),
            ("while a { } (i)", "(call (while a {}) i)"),
            ("while a { } -i", "(- (while a {}) i)"),
            ("if a { } | b | c", "(| (| (if a {}) b) c)"),
            ("if a { }.b()", "(.b (if a {}))"),
            ("if a { } as I", "(as (if a {}) I)"),
            ("if a { } is I", "(is (if a {}) I)"),
            ("if a { } = 3", "(= (if a {}) 3)"),
            ("if a { } !b", "(if a {}) / (! b)"),
            ("if a { } @I.op()", "(if a {}) / (@I.op)"),
            ("if a { } let b = 1;", "(if a {}) / let b = 1;"),
            ('if a { } "x"', "(if a {}) / 'x'"),
            ("if a { } return", "(if a {}) / return"),
            ("{ 1 };", "{1};"),
            (
                "let x = 1; const y: int = 2; readonly z: [int] = w;",
                "let x = 1; const y: 'int = 2; readonly z: ['int] = w;",
            ),
            ("let x = if a { 1 } else { 2 };", "let x = (if a {1} {2});"),
            ("let self = 1;", "let self = 1;"),
        ],
    )
    def test_form(self, text: str, expected: str) -> None:
        assert body(text) == expected.replace("int:1:1", "1")

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("a ¦b", "missing-semicolon", "expected `;` or `}` after expression"),
            ("f(x) |y| { } ¦z", "missing-semicolon", "expected `;` or `}` after expression"),
            ("|x| { } ¦z", "missing-semicolon", "expected `;` or `}` after expression"),
            ("@I.op() ¦z", "missing-semicolon", "expected `;` or `}` after expression"),
            ("(if a { }) ¦z", "missing-semicolon", "expected `;` or `}` after expression"),
            ("if a { } + 1 ¦z", "missing-semicolon", "expected `;` or `}` after expression"),
            ("a; ¦; b", "expected-construct", "expected expression"),
            ("¦;", "expected-construct", "expected expression"),
            ("a;¦;; b", "expected-construct", "expected expression"),
            ("if a { };¦;", "expected-construct", "expected expression"),
            ("let x = 1 ¦}", "expected-token", "expected `;`"),
            ("let x = 1 ¦let y = 2;", "expected-token", "expected `;`"),
            ("let ¦x: int;", "missing-initializer", "`let` bindings require an initializer"),
            ("let ¦x;", "missing-initializer", "`let` bindings require an initializer"),
            ("let ¦(a, b);", "missing-initializer", "`let` bindings require an initializer"),
            ("const ¦x;", "missing-initializer", "`const` bindings require an initializer"),
            ("readonly ¦x;", "missing-initializer", "`readonly` bindings require an initializer"),
            ("let x ¦5;", "expected-token", "expected `=`"),
            ("let x ¦+= 5;", "expected-token", "expected `=`"),
            ("let ¦= 5;", "expected-construct", "expected pattern"),
            ("let ¦let = 5;", "expected-construct", "expected pattern"),
            ("let x: ¦= 5;", "expected-construct", "expected type"),
            ("¦struct S { }", "expected-construct", "expected expression"),
            ("¦use a::b;", "expected-construct", "expected expression"),
            ("¦pub fn g() { } 1", "expected-construct", "expected expression"),
            ("¦else { }", "expected-construct", "expected expression"),
            ("¦)", "expected-construct", "expected expression"),
        ],
    )
    def test_error(self, text: str, name: str, message: str) -> None:
        end = "" if text.endswith("}") and text.startswith("let x = 1") else " }"
        assert error_at(f"fn f() {{ {text}{end}") == (name, message)


class TestConditions:
    """01 §5.2"""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("if X { }", "(if X {})"),
            ("if a::X { }", "(if a::X {})"),
            ("if x == X { }", "(if (== x X) {})"),
            ("if ok(P { x: 1 }) { }", "(if (call ok P{x: 1}) {})"),
            ("if (P { x: 1 }).x { }", "(if P{x: 1}.x {})"),
            ("if [P { x: 1 }][0] { }", "(if [P{x: 1}][0] {})"),
            ("match (P { x: 5 }) { P { x } => x }", "(match P{x: 5} P {x: x} => x)"),
            ("match f() { _ => 1 }", "(match (call f) _ => 1)"),
            ("if f() { }", "(if (call f) {})"),
            ("if x.m { }", "(if x.m {})"),
            ("if x.m() { }", "(if (.m x) {})"),
            ("if any(xs) |x| { x } { 1 }", "(if (call any xs |x|{x}) {1})"),
            ("if xs.any |x| { x } { 1 }", "(if (.any xs |x|{x}) {1})"),
            ("if (f { 1 }) { 2 }", "(if (call f ||{1}) {2})"),
            ("if g(f { 1 }) { 2 }", "(if (call g (call f ||{1})) {2})"),
            ("if { f { 1 } } { 2 }", "(if {(call f ||{1})} {2})"),
            ("if { ok } { 1 } else { 2 }", "(if {ok} {1} {2})"),
            ("while f() { g { 1 }; }", "(while (call f) {(call g ||{1});})"),
            ("for x in xs { }", "(for x xs {})"),
            ("for x in X { }", "(for x X {})"),
            ("for x in f(1) { }", "(for x (call f 1) {})"),
            ("if a { 1 } else if X { 2 }", "(if a {1} (if X {2}))"),
            ("if match x { _ => true } { 1 }", "(if (match x _ => true) {1})"),
            ("if -X { 1 }", "(if (- X) {1})"),
            ("if a = X { 1 }", "(if (= a X) {1})"),
            ("if return X { 1 }", "(if (return X) {1})"),
        ],
    )
    def test_form(self, text: str, expected: str) -> None:
        assert expr(text) == expected

    def test_literal_by_capital_letter(self) -> None:
        assert expr("P { }") == "P{}"
        assert expr("a::b::P { }") == "a::b::P{}"
        assert expr("p { }") == "(call p ||{})"
        assert expr("P::p { }") == "(call P::p ||{})"
        assert expr("_S { }") == "(call _S ||{})"
        assert expr("Ä { }") == "(call Ä ||{})"
        assert expr("Run() { 3 }") == "(call Run ||{3})"
        assert expr("E::<int>::V { 1 }") == "(call E::<'int>::V ||{1})"


class TestTrailingClosures:
    """01 §5.5"""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("f(a, b) { c }", "(call f a b ||{c})"),
            ("f { c }", "(call f ||{c})"),
            ("f(a) |x| { x }", "(call f a |x|{x})"),
            ("f() |x, y| { x }", "(call f |x, y|{x})"),
            ("f |x| { x }", "(call f |x|{x})"),
            ("f |x: [int], (y, z)| { x }", "(call f |x: ['int], (y, z,)|{x})"),
            ("f | | { x }", "(call f ||{x})"),
            ("a::b { c }", "(call a::b ||{c})"),
            ("x.m(a) { c }", "(.m x a ||{c})"),
            ("x.m { c }", "(.m x ||{c})"),
            ("x.m |y| { c }", "(.m x |y|{c})"),
            ("f { a } { b }", "(call f ||{a} ||{b})"),
            ("x.m { a } |y| { b }", "(.m x ||{a} |y|{b})"),
            ("(f) { c }", "(call f ||{c})"),
            ("(f(a)) { c }", "(call f a ||{c})"),
            ("(s.f) { c }", "(call s.f ||{c})"),
            ("(s.f) |x| { c }", "(call s.f |x|{c})"),
            ("(s.f)(1) { c }", "(call s.f 1 ||{c})"),
            ("-f { 3 }", "(- (call f ||{3}))"),
            ("f { 3 } + f { 4 }", "(+ (call f ||{3}) (call f ||{4}))"),
            ("try { 3 }.catch |e: string| { }", "(.catch (call try ||{3}) |e: 'string|{})"),
            ("f || { 1 }", "(|| f {1})"),
            ("a | b | c", "(| (| a b) c)"),
            ("a | b | { 4 }", "(call a |b|{4})"),
            ("(a | b) | { 4 }", "(| (| a b) {4})"),
            ("a | b", "(| a b)"),
            ("f(a | b, |x| { x })", "(call f (| a b) |x|{x})"),
            ("a[0] | b | { 4 }", "(| (| a[0] b) {4})"),
            ("1 | b | { 4 }", "(| (| 1 b) {4})"),
            ("@I.op() | b | { 4 }", "(| (| (@I.op) b) {4})"),
            ("x as I | b | { 4 }", "(| (| (as x I) b) {4})"),
            ("f(1)(2) { c }", "(call (call f 1) 2 ||{c})"),
            ("self { c }", "(call self ||{c})"),
        ],
    )
    def test_form(self, text: str, expected: str) -> None:
        assert expr(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "f(x = e1, y = e2) |n| { b }",
                "{let x = e1; let y = e2; (call f x y |n|{b})}",
            ),
            ("f(x = 1) { x }", "{let x = 1; (call f x ||{x})}"),
            ("o.f(x = 1) { x }", "{let x = 1; (.f o x ||{x})}"),
            ("f(x = 1)", "(call f (= x 1))"),
            ("f(x = 1, 2)", "(call f (= x 1) 2)"),
            ("f(x = y = 1) { x }", "{let x = (= y 1); (call f x ||{x})}"),
            ("f(x = g(y = 2) { y }) { x }", "{let x = {let y = 2; (call g y ||{y})}; (call f x ||{x})}"),
            ("f(x = 1) { x } + 1", "(+ {let x = 1; (call f x ||{x})} 1)"),
            ("f { a }(x = 1) { b }", "{let x = 1; (call (call f ||{a}) x ||{b})}"),
        ],
    )
    def test_named_binds(self, text: str, expected: str) -> None:
        assert expr(text) == expected

    def test_named_bind_is_block_like(self) -> None:
        assert body("f(x = 1) { x } g();") == "{let x = 1; (call f x ||{x})} / (call g);"
        # the block cannot take a second closure: it starts a new statement
        assert body("f(x = 1) { x } { y }") == "{let x = 1; (call f x ||{x})} / {y}"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "¦f(x = 1, 2) { }",
                "trailing-closure named bindings require every argument to be `name = expr`",
            ),
            (
                "¦f(2, x = 1) { }",
                "trailing-closure named bindings require every argument to be `name = expr`",
            ),
            ("¦f(a.b = 1) { }", "trailing-closure named bindings require every argument to be `name = expr`"),
            (
                "¦f(a::b = 1) |x| { }",
                "trailing-closure named bindings require every argument to be `name = expr`",
            ),
            ("¦f(x = 1, x = 2) { }", "duplicate trailing-closure binding"),
            (
                "¦o.f(x = 1, 2) { }",
                "trailing-closure named bindings require every argument to be `name = expr`",
            ),
        ],
    )
    def test_named_bind_errors(self, text: str, message: str) -> None:
        assert error_at(f"fn f() {{ let z = {text}; }}") == ("bad-named-bind", message)


class TestMatch:
    """01 §5.6, §5.7"""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("match x { }", "(match x )"),
            ("match x { A => 1 B => 2 }", "(match x A => 1 B => 2)"),
            ("match x { A => { 1 } (b) => { 2 } }", "(match x A => {1} b => {2})"),
            ("match x { A => { 1 }, [b] => 2 }", "(match x A => {1} [b] => 2)"),
            ("match x { A => { 1 } - 1 => 2 }", "(match x A => {1} int:-1- => 2)"),
            ("match x { A => f() B => x.y C => 3, }", "(match x A => (call f) B => x.y C => 3)"),
            ("match x { None => return, Some(v) => v }", "(match x None => return Some(v) => v)"),
            ("match x { A => P { x: 1 } B => 2 }", "(match x A => P{x: 1} B => 2)"),
            ("match x { A => if a { 1 } else { 2 } + 3 }", "(match x A => (+ (if a {1} {2}) 3))"),
            ("match x { A => ({ 3 }) + 1 }", "(match x A => (+ {3} 1))"),
            (
                "match x { @I.op(a, 1) => resume(a) @a::I<int>.op() -> k => k(1), v => v }",
                "(match x @I.op(a, int:1) => (call resume a) @a::I<'int>.op() -> k => (call k 1) v => v)",
            ),
            ("match x { @I.op(_,) -> _ => 1 }", "(match x @I.op(_) -> _ => 1)"),
            ("match x { @I.op() -> resume => 1 }", "(match x @I.op() -> resume => 1)"),
        ],
    )
    def test_form(self, text: str, expected: str) -> None:
        assert expr(text) == expected

    def test_next_arm_swallowed(self) -> None:
        assert error_at("fn f() { match x { A => b (c) ¦=> 2 } }")[0] == "expected-construct"

    def test_errors_in_several_arms(self) -> None:
        text = """fn f() {
    match x {
        1 | 2 => 5,
        n if n > 1 => 3
        Some(y) => { let = 3; }
        None => ,
        @I.op( => 3,
        _ => 4 +
    }
    let = 1;
}"""
        assert [line for line, _, _, _ in errors(text)] == [3, 4, 5, 6, 7, 9, 10]


class TestShifts:
    """01 §2.4"""

    def test_touching(self) -> None:
        assert expr("8 >> 1") == "(>> 8 1)"
        assert expr("8 >>> 1") == "(>>> 8 1)"
        assert expr("8 << 1") == "(<< 8 1)"
        assert expr("8>>1") == "(>> 8 1)"
        assert expr("a::<B<C>>(1) >> 2") == "(>> (call a::<B<C>> 1) 2)"
        assert expr("a < b << c") == "(< a (<< b c))"

    def test_not_touching(self) -> None:
        assert error_at("fn f() { 8 > ¦> 1 }")[0] == "expected-construct"
        assert error_at("fn f() { 8 >/**/¦> 1 }")[0] == "expected-construct"
        assert error_at("fn f() { 8 >> ¦> 1 }")[0] == "expected-construct"
