"""Items: 01 §4.1."""

from __future__ import annotations

import pytest
from syntax_helpers import error_at, errors, parse_ok, show_params, show_path, show_type

from rusk.syntax import ast


def item(text: str) -> ast.Item:
    (found,) = parse_ok(text).items
    assert (found.pos, found.end) == (0, len(text))
    return found


def generics(found: list[ast.GenericParam]) -> list[str]:
    return [f"{g.name}/{g.arity} {' '.join(show_type(b) for b in g.bounds)}".strip() for g in found]


class TestFunctions:
    def test_full(self) -> None:
        fn = item("pub fn f<T: A + b::B<T>, F<_, _>, U,>(readonly x: T, (a, _): (int, U),) -> [T] { x }")
        assert isinstance(fn, ast.FnDecl)
        assert (fn.kind, fn.name, fn.name_pos, fn.is_pub, fn.qualifier) == ("fn", "f", 7, True, None)
        assert generics(fn.generics) == ["T/0 A b::B<T>", "F/2", "U/0"]
        assert show_params(fn.params) == "readonly x: T, (a, _,): ('int, U,)"
        assert fn.ret is not None and show_type(fn.ret) == "[T]"
        assert fn.body is not None

    def test_least(self) -> None:
        fn = item("fn f() {}")
        assert isinstance(fn, ast.FnDecl)
        assert (fn.is_pub, fn.generics, fn.params, fn.ret) == (False, [], [], None)

    def test_empty_generics(self) -> None:
        fn = item("fn f<>() {}")
        assert isinstance(fn, ast.FnDecl)
        assert fn.generics == []

    def test_special_names(self) -> None:
        for name in ("true", "resume", "int", "Self", "mut", "async", "_"):
            item(f"fn {name}() {{}}")

    def test_self_in_a_free_function(self) -> None:
        item("fn f(self: int) { }")

    def test_bounds_with_bindings(self) -> None:
        fn = item("fn f<T: Iterator{Item = int}>() {}")
        assert isinstance(fn, ast.FnDecl)
        assert generics(fn.generics) == ["T/0 Iterator{Item='int}"]

    def test_extern(self) -> None:
        fn = item("pub extern fn f(a: int, b: [A],) -> unit;")
        assert isinstance(fn, ast.FnDecl)
        assert (fn.kind, fn.name, fn.is_pub, fn.body) == ("extern", "f", True, None)
        assert show_params(fn.params) == "a: 'int, b: [A]"

    def test_intrinsic(self) -> None:
        fn = item("pub intrinsic fn add<T>(a: int, b: int) -> int;")
        assert isinstance(fn, ast.FnDecl)
        assert (fn.kind, fn.name, fn.body) == ("intrinsic", "add", None)
        found = item("impl int { readonly intrinsic fn add(o: int) -> int; pub intrinsic fn f(); }")
        assert isinstance(found, ast.ImplDecl)
        members = [m for m in found.members if isinstance(m, ast.FnDecl)]
        assert [(m.kind, m.qualifier, m.is_pub) for m in members] == [
            ("intrinsic", "readonly", False),
            ("intrinsic", None, True),
        ]

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("fn ¦fn() {}", "expected-construct", "expected identifier"),
            ("fn ¦() {}", "expected-construct", "expected identifier"),
            ("fn f¦ {}", "expected-token", "expected `(`"),
            ("fn f()¦;", "expected-token", "expected `{`"),
            ("fn f() -> ¦{}", "expected-construct", "expected type"),
            ("fn f(a¦) {}", "expected-token", "expected `:`"),
            ("fn f(self¦) {}", "expected-token", "expected `:`"),
            ("fn f(a: int ¦b: int) {}", "expected-token", "expected `,` or `)`"),
            ("fn f(¦,) {}", "expected-construct", "expected pattern"),
            ("fn f<F<¦X>>() {}", "bad-kind-parameter", "expected `_` in higher-kinded parameter"),
            ("fn f<F<_,¦>>() {}", "bad-kind-parameter", "expected `_` in higher-kinded parameter"),
            ("fn f<F<¦>>() {}", "bad-kind-parameter", "expected `_` in higher-kinded parameter"),
            ("fn f<¦1>() {}", "expected-construct", "expected identifier"),
            ("fn f<A ¦B>() {}", "expected-token", "expected `,` or `>`"),
            ("fn f<A: ¦fn()>() {}", "expected-construct", "expected identifier"),
            ("fn f<A ¦= int>() {}", "expected-token", "expected `,` or `>`"),
            ("fn f() ¦where T: A {}", "expected-token", "expected `{`"),
            ("extern fn f¦<T>() -> int;", "bad-extern", "`extern fn` must not be generic"),
            ("extern fn f()¦;", "bad-extern", "`extern fn` must have an explicit return type"),
            ("extern fn f(¦(a, b): int) -> int;", "expected-construct", "expected identifier"),
            ("extern fn f() -> int ¦{ }", "expected-token", "expected `;`"),
            ("extern ¦struct S { }", "expected-token", "expected `fn`"),
            ("¦static fn f() {}", "bad-qualifier", "`static fn` is only allowed inside `impl` blocks"),
            ("¦readonly fn f() {}", "bad-qualifier", "`readonly fn` is only allowed inside `impl` blocks"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(text) == (name, message)

    def test_help(self) -> None:
        from syntax_helpers import parse

        _, diags = parse("extern fn f();")
        assert diags.items[0].help == "use `-> unit`"
        _, diags = parse("impl S { fn f(self: S) {} }")
        assert diags.items[0].help == "the receiver is implicit"
        _, diags = parse("fn f() { a b }")
        assert diags.items[0].help == "put `;` after the expression"


class TestTypes:
    def test_struct(self) -> None:
        found = item("pub struct S<T> { a: int, b: [T], }")
        assert isinstance(found, ast.StructDecl)
        assert (found.name, found.name_pos, found.is_pub, found.is_newtype) == ("S", 11, True, False)
        assert [(f.name, show_type(f.ty), f.pos, f.end) for f in found.fields] == [
            ("a", "'int", 18, 24),
            ("b", "[T]", 26, 32),
        ]
        item("struct S {}")

    def test_newtype(self) -> None:
        found = item("struct S(int);")
        assert isinstance(found, ast.StructDecl)
        assert found.is_newtype
        assert [(f.name, show_type(f.ty)) for f in found.fields] == [("0", "'int")]

    def test_enum(self) -> None:
        found = item("enum E<T> { A, B(), C(int, T,), }")
        assert isinstance(found, ast.EnumDecl)
        assert [(v.name, [show_type(t) for t in v.payload]) for v in found.variants] == [
            ("A", []),
            ("B", []),
            ("C", ["'int", "T"]),
        ]
        item("enum E {}")

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("struct S¦;", "expected-token", "expected `{` or `(` after struct name"),
            ("struct S(¦);", "expected-construct", "expected type"),
            ("struct S(A, ¦B);", "newtype-fields", "new-type structs take exactly one field type"),
            ("struct S(A, ¦B, C);", "newtype-fields", "new-type structs take exactly one field type"),
            ("struct S(A¦,);", "expected-token", "expected `)`"),
            ("struct S(A) ¦struct T {}", "expected-token", "expected `;`"),
            ("struct S { ¦pub x: int }", "expected-construct", "expected field name"),
            ("struct S { x ¦int }", "expected-token", "expected `:`"),
            ("struct S { x: int ¦y: int }", "expected-token", "expected `,` or `}`"),
            ("struct S { x: int ¦= 3 }", "expected-token", "expected `,` or `}`"),
            ("struct S {}¦;", "expected-construct", "expected item"),
            ("struct ¦{}", "expected-construct", "expected identifier"),
            ("enum E { A ¦B }", "expected-token", "expected `,` or `}`"),
            ("enum E { A ¦{ x: int } }", "expected-token", "expected `,` or `}`"),
            ("enum E { A ¦= 1 }", "expected-token", "expected `,` or `}`"),
            ("enum E { ¦1 }", "expected-construct", "expected identifier"),
            ("enum E¦;", "expected-token", "expected `{`"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(text) == (name, message)

    def test_all_wrong_fields_are_reported(self) -> None:
        assert len(errors("struct S { a int, b: int, fn: int, d: [int } struct T { x y }")) == 4


class TestInterfacesAndImpls:
    def test_interface(self) -> None:
        text = (
            "pub interface I<T>: A + b::B<T> { type X; fn f(a: int) -> T; readonly fn g() { } "
            "static fn h() -> Self; }"
        )
        found = item(text)
        assert isinstance(found, ast.InterfaceDecl)
        assert [show_type(s) for s in found.supers] == ["A", "b::B<T>"]
        shown = [
            (m.kind, m.name, m.qualifier, m.body is not None) if isinstance(m, ast.FnDecl) else m.name
            for m in found.members
        ]
        assert shown == [
            "X",
            ("member", "f", None, False),
            ("member", "g", "readonly", True),
            ("member", "h", "static", False),
        ]

    def test_impl(self) -> None:
        text = (
            "impl<T: A> a::I<T> for b::S<T> { type X = [T]; pub fn f() {} readonly fn g() {} "
            "pub static fn h() {} }"
        )
        found = item(text)
        assert isinstance(found, ast.ImplDecl)
        assert generics(found.generics) == ["T/0 A"]
        assert found.iface is not None
        assert (show_type(found.iface), show_type(found.target)) == ("a::I<T>", "b::S<T>")
        shown = [
            (m.kind, m.name, m.qualifier, m.is_pub)
            if isinstance(m, ast.FnDecl)
            else (m.name, show_type(m.ty))
            for m in found.members
        ]
        assert shown == [
            ("X", "[T]"),
            ("method", "f", None, True),
            ("method", "g", "readonly", False),
            ("method", "h", "static", True),
        ]

    def test_inherent(self) -> None:
        found = item("impl int {}")
        assert isinstance(found, ast.ImplDecl)
        assert found.iface is None and show_type(found.target) == "int"

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("¦pub impl S {}", "bad-qualifier", "`impl` items cannot be `pub`"),
            ("impl ¦[int] {}", "expected-construct", "expected identifier"),
            ("impl S¦;", "expected-token", "expected `{`"),
            ("impl S { ¦let x = 1; }", "bad-member", "expected `fn` or `type` in `impl` body"),
            (
                "impl S { ¦type X = int; }",
                "bad-member",
                "associated types are only allowed in interface impls",
            ),
            ("impl I for S { type X¦; }", "expected-token", "expected `=`"),
            (
                "impl I for S { ¦pub type X = int; }",
                "bad-qualifier",
                "`pub type` is not allowed in `impl` blocks",
            ),
            (
                "impl I for S { ¦static type X = int; }",
                "bad-qualifier",
                "qualifiers are not allowed on `type` items",
            ),
            ("impl S { ¦readonly static fn f() {} }", "bad-qualifier", "`readonly static fn` is not allowed"),
            (
                "impl S { pub ¦static readonly fn f() {} }",
                "bad-qualifier",
                "`readonly static fn` is not allowed",
            ),
            ("impl S { readonly ¦pub fn f() {} }", "expected-token", "expected `fn`"),
            ("impl S { fn f()¦; }", "expected-token", "expected `{`"),
            ("impl S { fn f(¦self: S) {} }", "explicit-self", "explicit `self` parameters are not allowed"),
            (
                "impl S { fn f(¦readonly self: S) {} }",
                "explicit-self",
                "explicit `self` parameters are not allowed",
            ),
            (
                "impl S { static fn f(¦self: S) {} }",
                "explicit-self",
                "explicit `self` parameters are not allowed",
            ),
            ("impl S { fn f(self¦) {} }", "expected-token", "expected `:`"),
            (
                "interface I { fn f(¦self: S); }",
                "explicit-self",
                "explicit `self` parameters are not allowed",
            ),
            ("interface I { ¦pub fn f(); }", "bad-qualifier", "`pub` is not allowed on interface members"),
            (
                "interface I { ¦readonly type X; }",
                "bad-qualifier",
                "qualifiers are not allowed on `type` items",
            ),
            ("interface I { type X ¦= int; }", "expected-token", "expected `;`"),
            ("interface I { fn f() ¦}", "expected-token", "expected `;` or `{`"),
            ("interface I { ¦struct S {} }", "bad-member", "expected `fn` or `type` in `interface` body"),
            ("interface I: ¦{ }", "expected-construct", "expected identifier"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(text) == (name, message)


class TestModules:
    def test_mod(self) -> None:
        found = item("pub mod m { mod n; fn f() {} mod o { } }")
        assert isinstance(found, ast.ModDecl)
        assert (found.name, found.name_pos, found.is_pub) == ("m", 8, True)
        assert found.items is not None
        inner = found.items[0]
        assert isinstance(inner, ast.ModDecl) and inner.items is None
        last = found.items[2]
        assert isinstance(last, ast.ModDecl) and last.items == []

    def test_use(self) -> None:
        found = item("pub use a::super::b as c;")
        assert isinstance(found, ast.UseDecl)
        assert (found.is_pub, show_path(found.path), found.alias, found.alias_pos) == (
            True,
            "a::super::b",
            "c",
            23,
        )
        found = item("use a;")
        assert isinstance(found, ast.UseDecl)
        assert (show_path(found.path), found.alias, found.alias_pos) == ("a", None, -1)

    def test_derive(self) -> None:
        found = item("derive A + B for T;")
        assert isinstance(found, ast.DeriveDecl)
        assert ([n.name for n in found.names], found.target.name) == (["A", "B"], "T")

    @pytest.mark.parametrize(
        ("text", "name", "message"),
        [
            ("mod m ¦fn f() {}", "expected-token", "expected `;` or `{` after module name"),
            ("mod ¦fn;", "expected-construct", "expected identifier"),
            ("mod m { fn f() {} ¦", "expected-token", "expected `}`"),
            ("use a::¦{b};", "expected-construct", "expected identifier"),
            ("use a::¦*;", "expected-construct", "expected identifier"),
            ("use ¦::a;", "expected-construct", "expected identifier"),
            ("use a as ¦fn;", "expected-construct", "expected identifier"),
            ("use a¦<b>;", "expected-token", "expected `;`"),
            ("derive A¦, B for T;", "expected-token", "expected `for`"),
            ("derive A¦::B for T;", "expected-token", "expected `for`"),
            ("derive A for T¦<int>;", "expected-token", "expected `;`"),
            ("¦pub derive A for T;", "bad-qualifier", "`derive` items cannot be `pub`"),
            ("¦let x = 3;", "expected-construct", "expected item"),
            ("¦type X = int;", "expected-construct", "expected item"),
            ("¦}", "expected-construct", "expected item"),
            ("¦;", "expected-construct", "expected item"),
            ("pub ¦let", "expected-construct", "expected item"),
            ("pub ¦", "expected-construct", "expected item"),
            ("¦foo();", "expected-construct", "expected item"),
        ],
    )
    def test_errors(self, text: str, name: str, message: str) -> None:
        assert error_at(text) == (name, message)

    def test_empty_file(self) -> None:
        file = parse_ok("")
        assert (file.items, file.pos, file.end) == ([], 0, 0)
        assert parse_ok("// nothing\n").items == []
