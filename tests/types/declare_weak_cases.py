"""Additions are weak (06 §12, 03 §9.1): what a program declares itself comes first."""

from __future__ import annotations

CASES: dict[str, str] = {
    "own interface method beside an added inherent one": """
        interface Mine { readonly fn sign() -> string; }
        struct S {} impl Mine for S { readonly fn sign() -> string { "s" } }
        fn f<T: Mine>(x: T) -> string { x.sign() }
        fn main() -> string { f(S {}) + S {}.sign() }""",
    "own inherent method replaces": """
        impl<T> Option<T> { fn expect(n: int) -> int { n } }
        fn main() -> int { Some("x").expect(3) }""",
    "own impl replaces": """
        impl<T> core::fmt::ToString for Option<T> { readonly fn to_string() -> string { "o" } }
        struct S {}
        fn main() -> string { f"{Some(S {})}" }""",
    "own impl of sub-interface replaces": """
        interface Big: core::fmt::ToString { readonly fn big() -> int; }
        impl<T> Big for Option<T> { readonly fn to_string() -> string { "o" } readonly fn big() -> int { 1 } }
        struct S {}
        fn main() -> string { f"{Some(S {})}" + f"{Some(S {}).big()}" }""",
    "own iterator interface": """
        interface Mapper { fn map(n: int) -> int; }
        struct It { n: int }
        impl core::iter::Iterator for It { type Item = int; fn next() -> Option<int> { None } }
        impl Mapper for It { fn map(n: int) -> int { n } }
        fn main() -> int { It { n: 1 }.map(3) }""",
    "own member in a sub-interface": """
        interface Sub: core::iter::Iterator { fn collect() -> int; }
        struct It { n: int }
        impl Sub for It { type Item = int; fn next() -> Option<int> { None } fn collect() -> int { 5 } }
        fn f<T: Sub>(x: T) -> int { x.collect() }
        fn g<T: core::iter::Iterator{Item = int}>(x: T) -> int { x.collect().len() }
        fn main() -> int { It { n: 1 }.collect() + f(It { n: 1 }) + g(It { n: 1 }) + (It { n: 1 } as Sub{Item = int}).collect() }""",
    "own member in a second interface through bounds": """
        interface Mine { fn fold(n: int) -> int; }
        fn f<T: core::iter::Iterator + Mine>(x: T) -> int { x.fold(3) }
        fn main() {}""",
    "addition where nothing else": """
        struct It { n: int }
        impl core::iter::Iterator for It { type Item = int; fn next() -> Option<int> { None } }
        fn f<T: core::iter::Iterator{Item = int}>(x: T) -> [int] { x.map(|n| { n + 1 }).filter(|n| { n > 0 }).collect() }
        fn main() -> int { f(It { n: 1 }).len() + It { n: 1 }.collect().len() }""",
    "added default replaced": """
        struct It { n: int }
        impl core::iter::Iterator for It { type Item = int; fn next() -> Option<int> { None } fn collect() -> [int] { [1, 2] } }
        fn main() -> int { It { n: 1 }.collect().len() }""",
    "own static beside an added static": """
        interface P { static fn parse(s: string) -> int; }
        struct S {} impl P for S { static fn parse(s: string) -> int { 1 } }
        fn main() -> int { S::parse("1") + int::parse("2").unwrap() }""",
    "own item named like a library module": "mod map { pub fn f() -> int { 1 } } mod iter {} fn main() -> int { map::f() }",
    "local named Ok": "fn main() -> int { let Ok = 3; Ok }",
    "own Ok variant": "enum E { Ok(int), Err } use E::Ok; fn main() -> int { match Ok(3) { Ok(n) => n, E::Err => 0 } }",
    "overlap of own impls still": """
        impl<T> core::fmt::ToString for Option<T> { readonly fn to_string() -> string { "o" } }
        /*!impl-overlap*/impl<T> core::fmt::ToString for Option<T> { readonly fn to_string() -> string { "p" } }
        fn main() {}""",
    "own inherent twice still": """
        impl<T> Option<T> { fn expect(n: int) -> int { n } }
        impl<T> Option<T> { fn /*!duplicate-item*/expect(n: int) -> int { n } }
        fn main() {}""",
    "operators of additions": """
        fn main() -> bool {
            let a = [1] == [1] && (1, "a") != (1, "b") && Some(1) == None && "a" < "b" && 'a' <= 'b' && [1, 2] > [1] && (1, 2) >= (1, 1);
            let b = true & false; let c = [1] + [2]; let d = b"a" + b"b"; let e = Ok(1) == Err("x");
            a && b && e
        }""",
    "texts of additions": """fn main() -> string { f"{[1, 2]} {(1, 'a')} {Some(1)} {[Some("x")]}" }""",
    "no text without parts": 'struct S {} fn main() -> string { f"{/*!not-implemented*/[S {}]}" }',
    "no equality without parts": "struct S {} fn main() -> bool { /*!bad-operand*/[S {}] == [S {}] }",
    "generic equality": "fn f<T: core::ops::Eq>(a: [T], b: [T]) -> bool { a == b } fn main() -> bool { f([[1]], [[2]]) }",
    "additions satisfy bounds": "fn f<T: core::ops::Ord + core::hash::Hash>(a: T) -> int { a.cmp(a) + a.hash() } fn main() -> int { f([1]) + f(\"a\") + f((1, 'c')) + f(true) }",
    "prelude Ok in a module": "mod m { pub fn f() -> Result<int, string> { Ok(1) } } fn main() -> int { match m::f() { Ok(n) => n, Err(_) => 0 } }",
    "impl for other user type": """
        struct S { x: int }
        derive Eq + Ord + Hash + ToString for S;
        fn main() -> string { let xs = [S { x: 2 }, S { x: 1 }]; xs.sort(); f"{xs}" }""",
}
