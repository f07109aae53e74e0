"""Programs for the rules of declarations (02 §1, §2, §8; 03 §1 to §7; 05 §4; 08 §2, §3), one rule each; wrong places are marked as `types_support.MARK` says."""

from __future__ import annotations

CASES: dict[str, str] = {
    # ---------------------------------------------------------- 02 §1, §2
    "struct and enum of one name": "struct A {} enum /*!duplicate-item*/A { X } fn main() {}",
    "Option is taken": "enum /*!duplicate-item*/Option { X } fn main() {}",
    "Option as struct": "mod m { struct /*!duplicate-item*/Option { x: int } } fn main() {}",
    "Option as interface": "interface /*!duplicate-item*/Option {} fn main() {}",
    "Option as function": "fn Option() -> int { 1 } fn main() -> int { Option() }",
    "Result may be hidden": "enum Result { A, B } fn f(r: Result) -> int { match r { Result::A => 1, Result::B => 2 } } fn main() {}",
    "panic may be hidden": "fn panic(n: int) -> int { n } fn main() -> int { panic(3) }",
    "recursive struct": "struct L { next: L } fn main() {}",
    "duplicate field": "struct S { a: int, /*!duplicate-field*/a: int } fn main() {}",
    "duplicate variant": "enum E { A, B, /*!duplicate-item*/A(int) } fn main() {}",
    "type arity few": "struct P<A, B> { a: A, b: B } fn f(p: /*!type-arity*/P<int>) {} fn main() {}",
    "type arity many": "struct P<A> { a: A } fn f(p: /*!type-arity*/P<int, int>) {} fn main() {}",
    "type arity none": "struct P<A> { a: A } fn f(p: /*!type-arity*/P) {} fn main() {}",
    "type arity plain": "struct P {} fn f(p: /*!type-arity*/P<int>) {} fn main() {}",
    "parameter takes none": "fn f<T>(x: /*!type-arity*/T<int>) {} fn main() {}",
    "arguments on modules": "mod m { pub struct P<A> { a: A } } fn f(p: m::P<int>) -> int { p.a } fn main() {}",
    "unknown type": "fn f(p: /*!unknown-type*/Nope) {} fn main() {}",
    "unknown in field": "struct S { a: /*!unknown-type*/Nope } fn main() {}",
    "unknown in payload": "enum E { A([/*!unknown-type*/Nope]) } fn main() {}",
    "unknown path": "mod m {} fn f(p: /*!unknown-type*/m::Nope) {} fn main() {}",
    "unknown module": "fn f(p: /*!unknown-type*/m::Nope) {} fn main() {}",
    "function as type": "fn g() {} fn f(p: /*!unknown-type*/g) {} fn main() {}",
    "module as type": "mod m {} fn f(p: /*!unknown-type*/m) {} fn main() {}",
    "all errors of signatures": """
        struct S { a: /*!unknown-type*/Nope, b: /*!unknown-type*/Nein }
        fn f(p: /*!unknown-type*/Non, q: int) -> /*!unknown-type*/Nej { 1 }
        fn main() {}""",
    "primitive through path": "struct int {} fn f(p: self::int) -> int { 1 } fn main() {}",
    "constructor parameter": "fn f<F<_>>(x: F<int>) {} fn main() {}",
    "constructor on struct": "struct /*!kind-error*/S<F<_>> { x: F<int> } fn main() {}",
    "constructor on enum": "enum /*!kind-error*/S<F<_>> { X(F<int>) } fn main() {}",
    "constructor on interface": "interface /*!kind-error*/S<F<_>> {} fn main() {}",
    "constructor on interface method": "interface I { fn /*!kind-error*/m<F<_>>(x: F<int>) -> int; } fn main() {}",
    "constructor on inherent method": "struct S {} impl S { fn m<F<_>>(x: F<int>) {} } fn main() {}",
    "constructor with bound": "interface I {} fn f</*!kind-error*/F<_>: I>(x: F<int>) {} fn main() {}",
    "constructor unapplied": "fn f<F<_>>(x: /*!type-arity*/F) {} fn main() {}",
    "constructor arity": "fn f<F<_>>(x: /*!type-arity*/F<int, int>) {} fn main() {}",
    "constructor as argument": "fn f<F<_>>(x: F</*!type-arity*/Option>) {} fn main() {}",
    # --------------------------------------------------------------- 02 §8
    "repeated generic": "fn f<T, /*!duplicate-generic*/T>(x: T) {} fn main() {}",
    "repeated generic of impl": "struct P<T> { x: T } impl<T> P<T> { fn f</*!duplicate-generic*/T>(x: T) {} } fn main() {}",
    "repeated generic of interface": "interface I<T> { fn f</*!duplicate-generic*/T>(x: T) -> int; } fn main() {}",
    "Self as generic": "fn f</*!reserved-name*/Self>() {} fn main() {}",
    "generic hides type": "struct T {} fn f<T>(x: T) -> T { x } fn main() -> int { f(3) }",
    "bound is struct": "struct S {} fn f<T: /*!bound-not-interface*/S>(x: T) {} fn main() {}",
    "bound is primitive": "fn f<T: /*!bound-not-interface*/int>(x: T) {} fn main() {}",
    "bound is parameter": "fn f<U, T: /*!bound-not-interface*/U>(x: T) {} fn main() {}",
    "bound unknown": "fn f<T: /*!unknown-type*/Nope>(x: T) {} fn main() {}",
    "bound order": "interface C<U> {} fn f<U, T: C<U>>(x: T) {} fn main() {}",
    "bound order wrong": "interface C<U> {} fn f<T: C</*!unknown-type*/U>, U>(x: T) {} fn main() {}",
    "bound on itself": "interface C<U> {} fn f<T: C</*!unknown-type*/T>>(x: T) {} fn main() {}",
    "bound on interface parameter": "interface J {} interface I</*!bound-not-allowed*/T: J> {} fn main() {}",
    "bound repeated": "interface I {} fn f<T: I + I>(x: T) {} fn main() {}",
    "bound arity": "interface C<U> {} fn f<T: /*!type-arity*/C>(x: T) {} fn main() {}",
    "bound binding": "interface I { type X; } fn f<T: I{X = int}>(x: T) {} fn main() {}",
    "bound binding unknown": "interface I { type X; } fn f<T: /*!assoc-binding*/I{Y = int}>(x: T) {} fn main() {}",
    "bound binding twice": "interface I { type X; } fn f<T: I{X = int, /*!assoc-binding*/X = int}>(x: T) {} fn main() {}",
    "written bound": "interface I {} struct W<T: I> { x: T } fn f(w: /*!unsatisfied-bound*/W<int>) {} fn main() {}",
    "written bound ok": "interface I {} struct S {} impl I for S {} struct W<T: I> { x: T } fn f(w: W<S>) {} fn main() {}",
    "written bound of field": "interface I {} struct W<T: I> { x: T } struct V { w: /*!unsatisfied-bound*/W<int> } fn main() {}",
    "written bound of parameter": "interface I {} struct W<T: I> { x: T } fn f<T>(w: /*!unsatisfied-bound*/W<T>) {} fn main() {}",
    "written bound inside": "interface I {} struct W<T: I> { x: T } fn f<T: I>(w: [W<T>]) {} fn g(w: [/*!unsatisfied-bound*/W<bool>]) {} fn main() {}",
    "impl repeats the bound": "interface I {} struct W<T: I> { x: T } /*!unsatisfied-bound*/impl<T> W<T> { fn m() {} } fn main() {}",
    "impl repeats the bound ok": "interface I {} struct W<T: I> { x: T } impl<T: I> W<T> { fn m() {} } fn main() {}",
    "nested bounds": """
        interface I {} struct S {} struct W<T> { x: T } impl<T: I> I for W<T> {} impl I for S {} struct V<T: I> { x: T }
        fn f(v: V<W<W<S>>>) {} fn g(v: /*!unsatisfied-bound*/V<W<W<int>>>) {} fn main() {}""",
    "bound by library": "struct V<T: core::hash::Hash> { x: T } fn f(v: V<string>) {} fn g(v: /*!unsatisfied-bound*/V<float>) {} fn main() {}",
    "bound of view": """
        interface A { readonly fn a() -> int; } interface B { fn b() -> int; }
        struct S {} impl A for S { readonly fn a() -> int { 1 } } impl B for S { fn b() -> int { 1 } }
        struct V<T: A> { x: T } struct W<T: B> { x: T }
        fn f(v: V<readonly S>) {} fn g(v: /*!unsatisfied-bound*/W<readonly S>) {} fn main() {}""",
    "bound of interface value": """
        interface A { readonly fn a() -> int; } interface B { readonly fn b() -> Self; } interface C { static fn c() -> int; }
        struct V<T: A> { x: T } struct W<T: B> { x: T } struct X<T: C> { x: T }
        fn f(v: V<A>) {} fn g(v: /*!unsatisfied-bound*/W<B>) {} fn h(v: /*!unsatisfied-bound*/X<C>) {} fn main() {}""",
    "bound with other arguments": """
        interface A<T> {} struct P<T> { x: T } impl<T> A<T> for P<T> {} struct V<T: A<int>> { x: T }
        fn f(v: V<P<int>>) {} fn g(v: /*!unsatisfied-bound*/V<P<bool>>) {} fn main() {}""",
    "bound with other binding": """
        interface A { type X; } struct S {} struct T {} impl A for S { type X = int; } impl A for T { type X = bool; }
        struct V<U: A{X = int}> { x: U }
        fn f(v: V<S>) {} fn g(v: /*!unsatisfied-bound*/V<T>) {} fn main() {}""",
    "function has no bounds": "interface A {} struct V<T: A> { x: T } fn g(v: /*!unsatisfied-bound*/V<fn() -> int>) {} fn main() {}",
    # --------------------------------------------------------------- 03 §1
    "inherent on interface": "interface I {} /*!bad-impl*/impl I { fn m() {} } fn main() {}",
    "inherent on primitive": "/*!bad-impl*/impl int { fn m() {} } fn main() {}",
    "inherent on unknown": "impl /*!unknown-type*/Nope { fn m() {} } fn main() {}",
    "inherent on parameter": "/*!bad-impl*/impl<T> T { fn m() {} } fn main() {}",
    "concrete argument": "struct P<T> { x: T } /*!bad-impl*/impl P<int> { fn m() {} } fn main() {}",
    "swapped arguments": "struct P<A, B> { x: A, y: B } /*!bad-impl*/impl<A, B> P<B, A> { fn m() {} } fn main() {}",
    "unused impl parameter": "struct P {} /*!bad-impl*/impl<X> P { fn m() {} } fn main() {}",
    "missing arguments": "struct P<T> { x: T } /*!bad-impl*/impl<T> P { fn m() {} } fn main() {}",
    "method twice": "struct P {} impl P { fn m() {} static fn /*!duplicate-item*/m() {} } fn main() {}",
    "method twice in two impls": "struct P {} impl P { fn m() {} } mod a { impl super::P { fn /*!duplicate-item*/m() {} } } fn main() {}",
    "method like a field": "struct P { m: int } impl P { fn m() -> int { self.m } } fn main() {}",
    "library inherent": "impl<T> Option<T> { fn mine() -> int { 1 } } fn main() -> int { Some(1).mine() }",
    "library inherent taken": "impl<T> Option<T> { readonly fn /*!duplicate-item*/is_some() -> bool { true } } fn main() {}",
    "library addition replaced": "impl<T, E> Result<T, E> { readonly fn is_ok() -> bool { false } } fn main() {}",
    "Self in inherent": "struct A<T> { items: [T] } impl<T> A<T> { static fn new() -> Self { Self { items: [] } } } fn main() {}",
    # --------------------------------------------------------------- 03 §2
    "member twice": "interface I { fn m() -> int; static fn /*!duplicate-item*/m() -> int; } fn main() {}",
    "assoc twice": "interface I { type X; type /*!duplicate-item*/X; } fn main() {}",
    "assoc named Self": "interface I { type /*!reserved-name*/Self; } fn main() {}",
    "assoc and method of one name": "interface I { type m; fn m() -> int; } fn main() {}",
    # --------------------------------------------------------------- 03 §3
    "impl of struct": "struct S {} struct T {} impl /*!bad-impl*/S for T {} fn main() {}",
    "impl of unknown": "struct T {} impl /*!unknown-type*/Nope for T {} fn main() {}",
    "impl for interface": "interface I {} interface J {} /*!bad-impl*/impl I for J {} fn main() {}",
    "impl for primitive": "interface I {} /*!bad-impl*/impl I for int {} fn main() {}",
    "impl for parameter": "interface I {} /*!bad-impl*/impl<T> I for T {} fn main() {}",
    "blanket impl": "interface A {} interface B {} /*!bad-impl*/impl<T: A> B for T {} fn main() {}",
    "interface arguments concrete": "interface I<T> {} struct S<T> { x: T } impl<T> /*!bad-impl*/I<int> for S<T> {} fn main() {}",
    "interface arguments not leading": "interface I<T> {} struct S<A, B> { x: A, y: B } impl<A, B> /*!bad-impl*/I<B> for S<A, B> {} fn main() {}",
    "generic interface for plain type": "interface I<T> {} struct S {} impl /*!bad-impl*/I<int> for S {} fn main() {}",
    "interface arguments leading": "interface I<T> {} struct S<A, B> { x: A, y: B } impl<A, B> I<A> for S<A, B> {} fn main() {}",
    "target concrete": "interface I {} struct S<A> { x: A } /*!bad-impl*/impl I for S<int> {} fn main() {}",
    "assoc missing": "interface I { type X; } struct S {} /*!assoc-missing*/impl I for S {} fn main() {}",
    "assoc missing of super": "interface I { type X; } interface J: I {} struct S {} /*!assoc-missing*/impl J for S {} fn main() {}",
    "assoc unknown": "interface I {} struct S {} impl I for S { /*!assoc-unknown*/type X = int; } fn main() {}",
    "assoc duplicate": "interface I { type X; } struct S {} impl I for S { type X = int; /*!assoc-duplicate*/type X = int; } fn main() {}",
    "overlap": "interface I {} struct S {} impl I for S {} /*!impl-overlap*/impl I for S {} fn main() {}",
    "overlap through super": """
        interface A {} interface B: A {} struct S {}
        impl A for S {} /*!impl-overlap*/impl B for S {} fn main() {}""",
    "overlap of common super": """
        interface A {} interface B: A {} interface C: A {} struct S {}
        impl B for S {} /*!impl-overlap*/impl C for S {} fn main() {}""",
    "overlap in spite of bounds": "interface I {} interface B {} struct S<T> { x: T } impl<T: B> I for S<T> {} /*!impl-overlap*/impl<T> I for S<T> {} fn main() {}",
    "overlap with library": "use core::map::Map; /*!impl-overlap*/impl<K: core::hash::Hash + core::ops::Eq, V> core::len::Len for Map<K, V> { readonly fn len() -> int { 1 } } fn main() {}",
    "addition replaced": 'impl<T> core::fmt::ToString for Option<T> { readonly fn to_string() -> string { "o" } } fn main() {}',
    "library interface for library type": "impl<T> core::len::Len for Option<T> { readonly fn len() -> int { 1 } } fn main() {}",
    "missing method": "interface I { fn a() -> int; fn b() -> int; fn c() -> int { 1 } } struct S {} /*!impl-missing-method*/impl I for S { fn b() -> int { 1 } } fn main() {}",
    "missing method of super": "interface I { fn a() -> int; } interface J: I {} struct S {} /*!impl-missing-method*/impl J for S {} fn main() {}",
    "extra method": "interface I {} struct S {} impl I for S { /*!impl-extra-method*/fn a() {} } fn main() {}",
    "impl method twice": "interface I { fn a() -> int; } struct S {} impl I for S { fn a() -> int { 1 } fn /*!duplicate-item*/a() -> int { 2 } } fn main() {}",
    "receiver kind": "interface I { fn a() -> int; readonly fn b() -> int; static fn c() -> int; } struct S {} impl I for S { readonly fn /*!impl-signature*/a() -> int { 1 } static fn /*!impl-signature*/b() -> int { 1 } fn /*!impl-signature*/c() -> int { 2 } } fn main() {}",
    "number of generics": "interface I { fn a<T>(x: T) -> int; } struct S {} impl I for S { fn /*!impl-signature*/a(x: int) -> int { 1 } } fn main() {}",
    "names of generics": "interface I { fn a<T, U>(x: T, y: U) -> U; } struct S {} impl I for S { fn a<B, A>(p: B, q: A) -> A { q } } fn main() {}",
    "generics swapped": "interface I { fn a<T, U>(x: T, y: U) -> U; } struct S {} impl I for S { fn /*!impl-signature*/a<A, B>(p: A, q: B) -> A { p } } fn main() {}",
    "bounds of generics": "interface A {} interface B {} interface I { fn a<T: A + B>(x: T) -> int; fn b<T: A>(x: T) -> int; } struct S {} impl I for S { fn a<T: B + A>(x: T) -> int { 1 } fn /*!impl-signature*/b<T: A + B>(x: T) -> int { 1 } } fn main() {}",
    "parameter type": "interface I { fn a(x: int) -> int; } struct S {} impl I for S { fn /*!impl-signature*/a(x: bool) -> int { 1 } } fn main() {}",
    "parameter count": "interface I { fn a(x: int) -> int; } struct S {} impl I for S { fn /*!impl-signature*/a() -> int { 1 } } fn main() {}",
    "result type": 'interface I { fn a() -> int; } struct S {} impl I for S { fn /*!impl-signature*/a() -> ! { panic("") } } fn main() {}',
    "readonly parameter": "struct P {} interface I { fn a(x: readonly P) -> int; } struct S {} impl I for S { fn /*!impl-signature*/a(x: P) -> int { 1 } } fn main() {}",
    "readonly modifier is part of the type": "struct P {} interface I { fn a(x: readonly P) -> int; } struct S {} impl I for S { fn a(readonly x: P) -> int { 1 } } fn main() {}",
    "substituted": """
        interface I<T> { type X; fn a(x: T, y: Self) -> [Self::X]; }
        struct S<T> { v: T }
        impl<T> I<T> for S<T> { type X = Option<T>; fn a(p: T, q: S<T>) -> [Option<T>] { [] } }
        fn main() {}""",
    "substituted through super": """
        interface A<T> { fn a(x: T) -> T; } interface B<T, U>: A<T> { fn b(x: U) -> T; }
        struct S<X, Y> { v: X, w: Y }
        impl<X, Y> B<X, Y> for S<X, Y> { fn a(x: X) -> X { x } fn b(x: Y) -> X { self.v } }
        fn main() {}""",
    "operator operand": "struct V { x: int } impl core::ops::Add for V { readonly fn add(other: readonly V) -> V { V { x: other.x } } } impl core::ops::Sub for V { readonly fn sub(other: V) -> Self { V { x: other.x } } } fn main() {}",
    "private interface": "mod m { interface I {} } struct S {} impl /*!private-item*/m::I for S {} fn main() {}",
    # --------------------------------------------------------------- 03 §4
    "super is struct": "struct S {} interface I: /*!bad-super*/S {} fn main() {}",
    "super unknown": "interface I: /*!unknown-type*/Nope {} fn main() {}",
    "super arguments": "interface A<T> {} interface B<T, U>: A<T> {} interface C<T, U>: /*!bad-super*/A<U> {} interface D: /*!bad-super*/A<int> {} fn main() {}",
    "super twice": "interface A {} interface B: A + A {} fn main() {}",
    "Self in super": "interface A<T> {} interface B<T>: A</*!self-misuse*/Self> {} fn main() {}",
    "cycle of one": "interface /*!interface-cycle*/A: A {} fn main() {}",
    "cycle of two": "interface /*!interface-cycle*/A: B {} interface B: A {} fn main() {}",
    "diamond": "interface A { fn a() -> int; } interface B: A {} interface C: A {} interface D: B + C {} struct S {} impl D for S { fn a() -> int { 1 } } fn main() -> int { S {}.a() }",
    "conflict of supers": "interface A { fn m() -> int; } interface B { static fn m(x: int) -> int; } interface /*!interface-conflict*/C: A + B {} fn main() {}",
    "conflict with own": "interface A { fn m() -> int; } interface /*!interface-conflict*/C: A { fn m() -> int { 1 } } fn main() {}",
    "conflict of assocs": "interface A { type X; } interface B { type X; } interface /*!interface-conflict*/C: A + B {} fn main() {}",
    "conflict of own assoc": "interface A { type X; } interface /*!interface-conflict*/C: A { type X; } fn main() {}",
    "no conflict with an addition": "interface Mine: core::iter::Iterator { fn collect() -> int; } fn main() {}",
    # --------------------------------------------------------------- 03 §6
    "Self in function": "fn f(x: /*!self-misuse*/Self) {} fn main() {}",
    "Self in field": "struct S { x: /*!self-misuse*/Self } fn main() {}",
    "Self in payload": "enum S { A([/*!self-misuse*/Self]) } fn main() {}",
    "Self in extern": "extern fn f(x: /*!self-misuse*/Self) -> unit; fn main() {}",
    "Self with arguments": "struct S<T> { x: T } impl<T> S<T> { fn m(o: /*!self-misuse*/Self<T>) {} } fn main() {}",
    "Self with bindings": "interface I { fn m(o: /*!self-misuse*/Self{X = int}) -> int; } fn main() {}",
    # --------------------------------------------------------------- 03 §7
    "projection forms": """
        interface I { type X; fn get() -> Self::X; }
        struct S {} impl I for S { type X = int; fn get() -> Self::X { 1 } }
        fn a<T: I>(t: T) -> T::X { t.get() }
        fn b<T: I>(t: T) -> I::X<T> { t.get() }
        fn c(s: S) -> I::X<S> { s.get() }
        fn main() -> int { a(S {}) + b(S {}) + c(S {}) }""",
    "Self::X in inherent": "struct S {} impl S { fn m() -> /*!self-misuse*/Self::X { 1 } } fn main() {}",
    "Self::X in function": "fn f() -> /*!self-misuse*/Self::X { 1 } fn main() {}",
    "no such assoc": "interface I { type X; } fn f<T: I>(t: T) -> /*!assoc-unknown*/I::Y<T> { t } fn main() {}",
    "no such assoc of Self": "interface I { fn m() -> /*!assoc-unknown*/Self::X; } fn main() {}",
    "projection without bound": "interface I { type X; } fn f<T>(t: T) -> /*!projection-bound*/I::X<T> { t } fn main() {}",
    "parameter without bound": "fn f<T>(t: T) -> /*!projection-bound*/T::X { t } fn main() {}",
    "parameter with other bound": "interface J {} fn f<T: J>(t: T) -> /*!projection-bound*/T::X { t } fn main() {}",
    "not implemented": "interface I { type X; } struct S {} fn f() -> /*!not-implemented*/I::X<S> { 1 } fn main() {}",
    "not implemented primitive": "interface I { type X; } fn f() -> /*!not-implemented*/I::X<int> { 1 } fn main() {}",
    "not implemented for the bound": """
        interface B {} interface I { type X; } struct W<T> { x: T } impl<T: B> I for W<T> { type X = int; }
        fn f() -> /*!not-implemented*/I::X<W<int>> { 1 } fn main() {}""",
    "ambiguous": "interface I { type X; } interface J { type X; } fn f<T: I + J>(t: T) -> /*!assoc-ambiguous*/T::X { t } fn main() {}",
    "more specific": "interface I { type X; } interface J: I {} fn f<T: I + J>(t: T, x: T::X) -> T::X { x } fn main() {}",
    "projection of struct": "struct E<T> { x: T } fn f() -> /*!unknown-type*/E<int>::X { 1 } fn main() {}",
    "projection with arguments": "interface I { type X; } fn f<T: I>(t: T) -> /*!unknown-type*/T::X<int> { t } fn main() {}",
    "projection of projection": "interface I { type X; } fn f<T: I>(t: T) -> /*!unknown-type*/T::X::X { t } fn main() {}",
    "binding makes known": "interface I { type X; fn get() -> Self::X; } fn f<T: I{X = int}>(t: T) -> T::X { t.get() + 1 } fn main() {}",
    "projection of interface value": "interface I { type X; } fn f(x: I::X<I{X = int}>) -> int { x } fn main() {}",
    "generic projection": "interface I<A> { type X; } struct P<A> { v: A } impl<A> I<A> for P<A> { type X = [A]; } fn f(x: I<int>::X<P<int>>) -> [int] { x } fn main() {}",
    "assoc by Self": "interface I { type X; type Y; } struct S {} impl I for S { type X = int; /*!assoc-cycle*/type Y = Self::X; } fn main() {}",
    "assoc by itself": "interface I { type X; } struct S {} impl I for S { /*!assoc-cycle*/type X = I::X<S>; } fn main() {}",
    "assoc by others": "interface I { type X; } struct S {} struct R {} impl I for S { type X = [I::X<R>]; } impl I for R { type X = int; } fn f(x: I::X<S>) -> [int] { x } fn main() {}",
    "assoc of Self type": "interface I { type X; } struct S {} impl I for S { type X = Self; } fn f(x: I::X<S>) -> S { x } fn main() {}",
    "assoc of parameters": "interface I { type X; } struct R {} impl I for R { type X = int; } struct P<A, B> { a: A, b: B } impl<A: I, B: I> I for P<A, B> { type X = (A::X, B::X); } fn f(x: I::X<P<R, R>>) -> (int, int) { x } fn main() {}",
    "value type without bindings": "interface I { type X; } fn f(x: /*!assoc-binding*/I) {} fn main() {}",
    "value type with some": "interface I { type X; type Y; } fn f(x: /*!assoc-binding*/I{X = int}) {} fn main() {}",
    "value type of super": "interface I { type X; } interface J: I {} fn f(x: /*!assoc-binding*/J, y: J{X = int}) {} fn main() {}",
    "value type unknown": "interface I { type X; } fn f(x: /*!assoc-binding*/I{X = int, Z = int}) {} fn main() {}",
    "value type none": "interface I {} fn f(x: /*!assoc-binding*/I{X = int}, y: I{}) {} fn main() {}",
    "value type twice": "interface I { type X; } fn f(x: I{X = int, /*!assoc-binding*/X = int}) {} fn main() {}",
    "bindings on struct": "struct S {} fn f(x: /*!assoc-binding*/S{X = int}) {} fn main() {}",
    "bindings on parameter": "fn f<T>(x: /*!assoc-binding*/T{X = int}) {} fn main() {}",
    "bindings in any order": "interface I { type X; type Y; } fn f(x: I{Y = int, X = bool}) {} fn g(x: I{X = bool, Y = int}) { f(x) } fn main() {}",
    # --------------------------------------------------------- 05 §4 derive
    "derive": "struct S { a: int, b: [string] } derive Serialize + Deserialize + Eq + Ne + Hash + ToString + Ord for S; fn main() {}",
    "derive before": "derive Eq for S; struct S { a: int } fn main() -> bool { S { a: 1 } == S { a: 1 } }",
    "derive unknown": "struct S {} derive /*!bad-derive*/Copy for S; fn main() {}",
    "derive elsewhere": "mod m { pub struct S {} } use m::S; derive Eq for /*!bad-derive*/S; fn main() {}",
    "derive of unknown": "derive Eq for /*!bad-derive*/S; fn main() {}",
    "derive of interface": "interface I {} derive Eq for /*!bad-derive*/I; fn main() {}",
    "derive twice": "struct S {} derive Eq for S; /*!impl-overlap*/derive Eq for S; fn main() {}",
    "derive twice in a list": "struct S {} derive Eq + Eq for S; fn main() {}",
    "derive beside impl": "struct S {} impl core::ops::Eq for S { readonly fn eq(o: S) -> bool { true } } /*!impl-overlap*/derive Eq for S; fn main() {}",
    "derive of field": "struct R {} struct S { r: R } /*!not-implemented*/derive Eq for S; fn main() {}",
    "derive of function field": "struct S { r: fn() -> int } /*!not-implemented*/derive ToString for S; fn main() {}",
    "derive of several fields": "struct R {} struct S { a: R, b: [R], c: int } /*!not-implemented+not-implemented*/derive Serialize for S; fn main() {}",
    "derive generic": "struct P<T> { a: T, b: [T] } derive Eq + Serialize + Deserialize for P; fn f(a: P<int>, b: P<int>) -> bool { a == b } fn main() {}",
    "derive phantom": "struct R {} struct P<T> { a: int } derive Eq for P; fn f(a: P<R>, b: P<R>) -> bool { a == b } fn main() {}",
    "derive of recursive": "enum L { Nil, Cons(int, L) } derive Eq + ToString + Ord + Hash + Serialize + Deserialize for L; fn main() {}",
    "derive of enum without variants": "enum N {} derive Eq + Ne + ToString + Ord + Hash + Serialize + Deserialize for N; fn main() {}",
    "derive needs no names": "mod core2 {} mod m { struct S { a: Option<int> } derive Serialize for S; } enum Result { X } fn main() {}",
    # --------------------------------------------------------------- 08 §2
    "extern": "extern fn f(a: int, b: [(string, bytes)], c: Option<Result<int, char>>) -> readonly [float]; fn main() {}",
    "extern function type": "extern fn f(a: /*!bad-extern-type*/fn() -> int) -> unit; fn main() {}",
    "extern interface": "interface I {} extern fn f() -> /*!bad-extern-type*/I; fn main() {}",
    "extern never": "extern fn f() -> /*!bad-extern-type*/!; fn main() {}",
    "extern struct": "struct S { f: fn() -> int } extern fn f(a: /*!bad-extern-type*/[S]) -> unit; fn main() {}",
    "extern instance": "struct S<T> { f: T } extern fn f(a: S<int>, b: /*!bad-extern-type*/S<fn() -> int>) -> unit; fn main() {}",
    "extern recursive": "enum Chain { End, Link(int, Chain) } extern fn f(a: Chain) -> Chain; fn main() {}",
    "extern continuation": "extern fn f(a: cont(int) -> string, b: /*!bad-extern-type*/cont(fn() -> int) -> int) -> unit; fn main() {}",
    "extern endless": "enum N<T> { A(T), B(N<[T]>) } extern fn f(a: /*!bad-extern-type*/N<int>) -> unit; fn main() {}",
    "extern parameter twice": "extern fn f(a: int, /*!duplicate-binding*/a: int) -> unit; fn main() {}",
    "extern map": "extern fn f(a: core::map::Map<string, [int]>) -> unit; fn main() {}",
    # --------------------------------------------------------------- other
    "intrinsic": "intrinsic fn /*!unknown-intrinsic*/int_add(a: int, b: int) -> int; fn main() {}",
    "intrinsic in impl": "struct S {} impl S { intrinsic fn /*!unknown-intrinsic*/push() -> unit; } fn main() {}",
    "hidden library names": "fn main() { /*!unknown-value*/core::intrinsics::__array_pop_last([1]); }",
    "hidden library modules": "/*!unresolved-use*/use core::__sort; fn main() {}",
    "generic projection of other arguments": "interface I<A> { type X; } struct P<A> { v: A } impl<A> I<A> for P<A> { type X = [A]; } fn f(x: /*!not-implemented*/I<int>::X<P<bool>>) {} fn main() {}",
    "generic projection without arguments": "interface I<A> { type X; } struct P<A> { v: A } impl<A> I<A> for P<A> { type X = [A]; } fn f(x: /*!type-arity*/I::X<P<bool>>) {} fn main() {}",
    "generic projection of a parameter": "interface I<A> { type X; } fn f<T: I<int>>(x: I<int>::X<T>, y: /*!projection-bound*/I<bool>::X<T>) {} fn main() {}",
    "projection without type": "interface I { type X; } fn f<T: I>(x: /*!type-arity*/I::X, y: /*!type-arity*/I::X<T, T>) {} fn main() {}",
    "projection by sub-interface": "interface I { type X; } interface J: I {} struct S {} impl J for S { type X = int; } fn f(x: J::X<S>, y: I::X<S>) -> int { x + y } fn main() {}",
    "projection of a view": "interface I { type X; } struct S {} impl I for S { type X = int; } fn f(x: I::X<readonly S>) -> int { x } fn main() {}",
    "binding uses projection": "interface I { type X; } struct S {} impl I for S { type X = int; } fn f(x: I{X = I::X<S>}) -> I{X = int} { x } fn main() {}",
    "bound uses projection of earlier": "interface I { type X; } fn f<A: I, B: I{X = A::X}>(a: A::X) -> B::X { a } fn main() {}",
    "assoc cycle of two": "interface I { type X; } struct S {} struct R {} impl I for S { /*!assoc-cycle*/type X = [I::X<R>]; } impl I for R { type X = I::X<S>; } fn main() {}",
    "assoc cycle through parameters": """
        interface I { type X; } interface J { type Y; } struct W<T> { t: T } struct S {}
        impl<A: J> I for W<A> { type X = J::Y<A>; } impl J for S { /*!assoc-cycle*/type Y = I::X<W<S>>; } fn main() {}""",
    "struct whose bound mentions itself": "interface I {} struct S<T: I> { next: Option<S<T>> } struct R {} impl I for R {} fn f(s: S<R>) {} fn main() {}",
    "mutual bounds": "interface I<T> {} struct A<T> { x: T } impl<T> I<T> for A<T> {} struct B<T, U: I<T>> { t: T, u: U } fn f(b: B<int, A<int>>) {} fn g(b: /*!unsatisfied-bound*/B<int, A<bool>>) {} fn main() {}",
    "many mistakes in one impl": """
        interface I { type X; fn a() -> int; fn b() -> int; } struct S {}
        /*!impl-missing-method+assoc-missing*/impl I for S { fn /*!impl-signature*/b() -> bool { true } /*!impl-extra-method*/fn c() {} }
        fn main() {}""",
    "two mistakes in two impls": "interface I { fn a() -> int; } struct S {} struct R {} /*!impl-missing-method*/impl I for S {} /*!impl-missing-method*/impl I for R {} fn main() {}",
    "assoc of nested pairs": """
        interface I { type X; } struct R {} impl I for R { type X = int; } struct P<A, B> { a: A, b: B }
        impl<A: I, B: I> I for P<A, B> { type X = (A::X, B::X); } struct Q {} impl I for Q { type X = I::X<P<P<R, R>, R>>; }
        fn f(x: I::X<Q>) -> ((int, int), int) { x } fn main() {}""",
    "assoc growing": "interface I { type X; } struct W<T> { t: T } impl<A> I for W<A> { /*!assoc-cycle*/type X = I::X<W<W<A>>>; } struct S {} impl I for S { type X = I::X<W<S>>; } fn main() {}",
}
