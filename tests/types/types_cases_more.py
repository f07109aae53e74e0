"""Programs for the rules of 03, 04, 05 and 06 that the checker of bodies decides."""

from __future__ import annotations

CASES: dict[str, str] = {
    "effect arm with too few patterns beside another": """
        interface Ask { fn ask(n: int) -> int; }
        fn main() -> int { match @Ask.ask(3) { @Ask.ask(1) => resume(10) /*!arity-mismatch*/@Ask.ask() => resume(20) v => v } }""",
    # ------------------------------------------------------------ 03 §1, §6
    "inherent calls": """
        struct S { n: int } impl S { fn up(k: int) { self.n = self.n + k; } readonly fn get() -> int { self.n } static fn new() -> Self { Self { n: 1 } } }
        fn main() -> int { let s = S::new(); s.up(1); S::up(s, 2); S::get(s) + s.get() }""",
    "self does not reach": "struct S {} impl S { fn a() {} fn b() { /*!unknown-value*/a(); self.a(); } } fn main() {}",
    "private method": "mod m { pub struct S { v: int } impl S { fn hid() {} pub fn vis() {} } } fn main() { let s = m::S { v: 1 }; s.vis(); s./*!private-item*/hid(); m::S::/*!private-item*/hid(s); }",
    "variant hides static": "enum E { A(int) } impl E { static fn A() -> int { 1 } static fn b() -> int { 2 } } fn main() { /*!arity-mismatch*/E::A(); E::b(); }",
    "self in impls": """
        enum E { A(int), B } impl E { static fn mk() -> Self { Self::A(1) } fn f() -> int { match self { Self::A(n) => n, Self::B => 0 } } }
        struct N(int); impl N { static fn mk() -> Self { Self(2) } } fn main() { E::mk().f(); N::mk().0; }""",
    "default bodies": """
        interface I { readonly fn a() -> int; static fn s() -> int; readonly fn b() -> int { self.a() + Self::s() } readonly fn c() -> int { self./*!unknown-method*/nope() } fn d() { /*!unknown-type*/Self { x: 1 }; } }
        fn main() {}""",
    "non-dispatchable": """
        interface I { readonly fn same(o: Self) -> bool; readonly fn id() -> Option<Self>; readonly fn two() -> int { 2 } readonly fn me() -> Option<readonly Self> { Some(self) } }
        interface J { readonly fn me() -> Option<readonly Self> { Some(self) } }
        struct S {} impl I for S { readonly fn same(o: S) -> bool { true } readonly fn id() -> Option<S> { None } } impl J for S {}
        fn f<T: I>(a: T, b: T) { a.same(b); a.id(); }
        fn main() { let s = S {}; s.same(s); let i = s as I; i.two(); i./*!not-dispatchable*/same(i); I::/*!not-dispatchable*/id(i); i./*!not-dispatchable*/me();
            let j = s as J; let k: Option<readonly J> = j.me(); }""",
    # ------------------------------------------------------------ 03 §7
    "projections": """
        interface It { type X; fn next() -> Option<Self::X>; } struct A {} impl It for A { type X = int; fn next() -> Option<int> { Some(1) } }
        fn first<T: It>(t: T) -> Option<T::X> { t.next() } fn opaque<T: It>(t: T) { let x: Option<int> = /*!type-mismatch*/t.next(); }
        fn known<T: It{X = int}>(t: T) -> int { t.next().unwrap() + 1 }
        fn main() -> int { let n: It::X<A> = 3; first(A {}).unwrap() + n + known(A {}) }""",
    "interface values with bindings": """
        interface It { type X; fn next() -> Self::X; } struct A {} impl It for A { type X = int; fn next() -> int { 1 } }
        fn f(i: It{X = int}) -> int { i.next() }
        fn main() { f(A {} as It{X = int}); /*!assoc-binding*/A {} as It{X = string}; let x: /*!assoc-binding*/It = panic("a"); }""",
    # ------------------------------------------------------------ 03 §8
    "casts": """
        interface I {} interface J: I {} interface G<T> { readonly fn get() -> T; } struct S {} struct B<T> { v: T } impl J for S {}
        impl<T> G<T> for B<T> { readonly fn get() -> T { panic("") } } fn f() {}
        fn g<T: J, U>(t: T, u: U) { t as I; t as J; /*!not-implemented*/u as I; }
        fn main() { S {} as I; S {} as J as I; /*!not-implemented*/(S {} as I) as J; /*!not-implemented*/1 as I; /*!not-implemented*/f as I; /*!cast-target*/1 as float; /*!cast-target*/S {} as S;
            B { v: 3 } as G<int>; B { v: None } as G<Option<int>>; /*!not-implemented*/B { v: "a" } as G<int>; 3 as core::fmt::ToString; }""",
    "interface values offer methods only": """
        interface I { readonly fn m() -> int; } struct S { x: int } impl S { fn own() {} } impl I for S { readonly fn m() -> int { 1 } }
        fn main() { let i = S { x: 1 } as I; i.m(); /*!no-fields*/i.x; i./*!unknown-method*/own(); }""",
    # ------------------------------------------------------------ 03 §9.1
    "inherent wins": """
        interface I { readonly fn m() -> string; } struct S {} impl I for S { readonly fn m() -> string { "" } } impl S { readonly fn m() -> int { 1 } }
        fn main() -> int { let t: string = I::m(S {}); S {}.m() }""",
    "inherent wins even if it fails": """
        interface I { readonly fn m() -> int; } struct S {} impl I for S { readonly fn m() -> int { 1 } } impl S { fn m(n: int) -> int { n } }
        fn main() { /*!arity-mismatch*/S {}.m(); readonly v = S {}; /*!readonly-receiver*/v.m(1); }""",
    "parameter bounds": """
        interface A { readonly fn m() -> int; } interface B: A {} interface C { readonly fn m(n: int) -> int; }
        fn f<T: A + B>(t: T) -> int { t.m() } fn g<T: A + C>(t: T) -> int { t./*!ambiguous-method*/m() } fn h<T: A + C>(t: T) -> int { A::m(t) + C::m(t, 1) } fn main() {}""",
    "ambiguous": """
        interface A { readonly fn id() -> int; } interface B { readonly fn id(n: int) -> int; } struct S {}
        impl A for S { readonly fn id() -> int { 1 } } impl B for S { readonly fn id(n: int) -> int { n } }
        fn main() { S {}./*!ambiguous-method*/id(); A::id(S {}); B::id(S {}, 1); }""",
    "invisible interface": """
        mod m { interface Hid { readonly fn h() -> int; } pub interface Vis { readonly fn v() -> int; } pub struct S {} impl Hid for S { readonly fn h() -> int { 1 } } impl Vis for S { readonly fn v() -> int { 1 } } pub fn f(s: S) -> int { s.h() } }
        fn main() { let s = m::S {}; s.v(); s./*!unknown-method*/h(); }""",
    "no methods": "fn f() {} fn main() { /*!no-methods*/(1, 2).len(); /*!no-methods*/f.len(); }",
    "static call": "struct S {} impl S { static fn s() {} } fn main() { S {}./*!static-call*/s(); }",
    "static through value": "interface I { static fn s(); readonly fn m(); } fn f(i: I) { i./*!static-call*/s(); i.m(); } fn main() {}",
    "no such method": "struct S {} impl S { fn close() {} } fn main() { S {}./*!unknown-method*/clos(); 1./*!unknown-method*/foo(); [1]./*!unknown-method*/foo(); }",
    "weak additions": """
        interface Mine { readonly fn abs() -> string; } struct S {} impl<T> Option<T> { readonly fn ok_or() -> int { 1 } }
        fn main() { let n: int = 1.abs(); let m: int = Some(1).ok_or(); }""",
    # ------------------------------------------------------------ 03 §9.2
    "path calls": """
        interface I<T> { readonly fn get() -> T; static fn mk(t: T) -> Self; } struct B<T> { v: T }
        impl<T> I<T> for B<T> { readonly fn get() -> T { panic("") } static fn mk(t: T) -> B<T> { B { v: t } } }
        fn g<T: I<int>>(t: T) -> int { I::get(t) + T::mk(1).get() }
        fn main() { let n: int = I::get(B { v: 1 }); I::mk::<B<int>>(3).v; B::<int>::mk(1).v; /*!type-arity*/B::mk(1); I::get(/*!not-implemented*/1);
            /*!arity-mismatch*/I::get(); I::/*!unknown-method*/nope(1); /*!unknown-value*/B::get(B { v: 1 }); I::mk::</*!not-implemented*/int>(1); }""",
    "parameter paths": """
        interface A { static fn z() -> Self; } interface B { static fn z() -> Self; } interface C { readonly fn m(); }
        fn f<T: A>() -> T { T::z() } fn g<T: A + B>() -> T { T::/*!ambiguous-method*/z() } fn h<T: C>(t: T) { /*!unknown-value*/T::m(t); } fn main() {}""",
    "primitive paths": 'fn main() { int::to_byte(65); string::slice("abc", 1, None); bytes::from_array([1]); /*!unknown-value*/int::nope(1); /*!unknown-value*/array::push([1], 2); }',
    "interface args cannot be written": 'interface I<T> { readonly fn get() -> T; } struct B<T> { v: T } impl<T> I<T> for B<T> { readonly fn get() -> T { panic("") } } fn main() { /*!bad-type-args*/I::<int>::get(B { v: 1 }); }',
    # ------------------------------------------------------------ 03 §11
    "tests": """
        interface Any {} interface As { type X; } struct P<T> { v: T } struct S {} impl<T> Any for P<T> {} impl Any for S {} impl S { fn same(a: Any) -> bool { a is Self } }
        fn f<T>(a: Any) -> bool { a is P<T> } fn g<T>(a: Any) -> bool { a is /*!test-target*/T }
        fn main() { let a = S {} as Any; a is S; a is P<int>; a is Any; a is As; 1 is S; a is /*!test-target*/int; a is /*!test-target*/[int]; a is /*!test-target*/readonly S; a is /*!type-arity*/P;
            a as? S; a as? /*!test-target*/As; a is /*!unknown-type*/Nope; let o: Option<S> = a as? S; }""",
    # ------------------------------------------------------------ 04
    "effects": """
        interface E { fn op(n: int) -> string; } interface Sub: E {}
        fn main() -> string { match @Sub.op(1) { @E.op(n) => { let m: int = n; resume("a") } v => v } }""",
    "effect errors": """
        interface E { fn op(n: int) -> int; static fn st(); fn gen<T>(t: T); fn me() -> Self; type X; fn x() -> Self::X; } struct S {}
        fn main() { @/*!not-an-interface*/S.op(1); @/*!not-an-interface*/Nope.op(1); @E./*!unknown-operation*/nope(); @E./*!not-an-operation*/st(); @E./*!not-an-operation*/gen(1); @E./*!not-an-operation*/me(); @E./*!not-an-operation*/x();
            /*!arity-mismatch*/@E.op(); @E.op(/*!type-mismatch*/"a"); @/*!type-arity*/E<int>.op(1); }""",
    "arm errors": """
        interface E { fn op(n: int) -> int; }
        fn main() -> int { match 1 { /*!arity-mismatch*/@E.op() => 1, @E.op(/*!type-mismatch*/"a") => 2, @E.op(n) => resume(/*!type-mismatch*/"a"), @E.op(k) -> /*!duplicate-binding*/k => 3, v => v } }""",
    "binder": "interface E { fn op() -> int; } fn main() -> int { /*!unknown-value*/resume; match @E.op() { @E.op() -> k => { /*!unknown-value*/resume(1); k(2) } v => v } }",
    "binder self": "interface E { fn op() -> int; } struct S {} impl S { fn f() -> int { match 1 { @E.op() -> /*!reserved-name*/self => 1, @E.op() -> resume => resume(1), v => v } } } fn main() {}",
    "no value arm": "interface E { fn op() -> int; } fn main() { /*!no-value-arm*/match @E.op() { @E.op() => () }; }",
    "inferred arguments": """
        interface Y<T> { fn put(v: T) -> unit; fn ask() -> T; }
        fn main() -> int { match { @Y.put(3); let n: int = @Y.ask(); n } { @Y.put(n) => { let i: int = n; resume(()) } @Y.ask() => resume(7) v => v } }""",
    "open arguments": "interface Y<T> { fn put(v: T) -> unit; fn ask() -> T; } fn main() { /*!cannot-infer*/@Y.ask(); match 1 { /*!cannot-infer*/@Y.put(_) => (), _ => () } }",
    "resume has the match's type": 'interface E { fn op() -> int; } fn main() -> string { match @E.op() { @E.op() => { let r = resume(1); r + "a" } v => f"{v}" } }',
    "continuations": """
        interface E { fn op() -> unit; } struct C { k: Option<cont(int) -> int> }
        fn f(k: cont(int) -> int) -> int { /*!arity-mismatch*/k(); /*!bad-operand*/k == k; let g: fn(int) -> int = /*!type-mismatch*/k; k(1) }
        fn main() { match @E.op() { @E.op() => resume(()) v => () } }""",
    "jumps in arms": "interface E { fn op() -> int; } fn main() -> int { loop { match @E.op() { @E.op() => { break; } v => continue } } 3 }",
    "never operation": 'interface T { fn throw(s: string) -> !; } fn f() -> int { @T.throw("a") } fn main() -> int { match f() { @T.throw(s) -> _ => 1, v => v } }',
    "nested resume": "interface E { fn op() -> int; } fn main() -> int { match @E.op() { @E.op() => match @E.op() { @E.op() => resume(1), w => w }, v => v } }",
    # ------------------------------------------------------------ 05
    "shadowed call": "fn f() {} fn main() { let f = 1; /*!not-callable*/f(); }",
    "module paths": """
        mod a { pub fn f() -> int { 1 } fn hid() {} pub mod b { pub fn g() -> int { super::f() } pub struct N(int); } }
        fn main() { a::f(); a::b::g(); a::b::N(1); /*!private-item*/a::hid(); /*!unknown-value*/a::nope(); /*!unknown-value*/nope::f(); let h = a::f; /*!super-at-root*/super::f(); /*!unknown-value*/a; }""",
    "private types": """
        mod bank { struct Coin { v: int } pub fn mint() -> Coin { Coin { v: 1 } } }
        fn main() { let c = bank::mint(); c.v = 2; /*!private-item*/bank::Coin { v: 1 }; match c { /*!private-item*/bank::Coin { v } => () } }""",
    "prelude": "fn main() { let o: Option<int> = None; let r: Result<int, string> = Result::Ok(1); try { 1 }.catch |e: string| { }; throw(1); }",
    "own panic": "fn panic(n: int) -> int { n } fn main() -> int { panic(3) }",
    # ------------------------------------------------------------ 06
    "catch": "fn main() { let r = try { 1 }.catch |e: string| { std::println(e); }.finally { }; let n: Result<int, string> = r; try { 1 }./*!unknown-method*/finally { }; }",
    "bound of map": "fn main() { let m = /*!unsatisfied-bound*/core::map::Map::<float, int>::new(); }",
    "iterators": """
        fn main() { let xs = [1, 2].iter().map(|n| { n * 2 }).filter(|n| { n > 2 }).collect(); let m: [int] = xs; for (i, c) in "ab".chars().enumerate() { let j: int = i; let d: char = c; }
            let it = [1].iter() as core::iter::Iterator{Item = int}; for x in it.take(1) { x + 1; } core::iter::range(0, 3).fold(0, |a, b| { a + b }); }""",
}
