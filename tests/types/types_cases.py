"""Programs for the rules of 02, one rule each; wrong places are marked as `types_support.MARK` says."""

from __future__ import annotations

CASES: dict[str, str] = {
    # --------------------------------------------------------------- §1
    "newtype literal": "struct N(int); fn main() { let n = /*!bad-literal*/N { v: 1 }; }",
    "newtype count": "struct N(int); fn main() { let n = /*!arity-mismatch*/N(1, 2); }",
    "newtype is distinct": "struct N(int); fn main() -> int { /*!type-mismatch*/N(1) }",
    "newtype field write": "struct N(int); fn main() { let n = N(1); n.0 = 2; }",
    "newtype named field": "struct N(int); fn main() { let n = N(1); /*!no-fields*/n.v; }",
    "newtype second slot": "struct N(int); fn main() { let n = N(1); n./*!tuple-index*/1; }",
    "enum literal": "enum E { A } fn main() { let n = /*!bad-literal*/E { v: 1 }; }",
    "unknown literal": "fn main() { let n = /*!unknown-type*/Nope { v: 1 }; }",
    # --------------------------------------------------------------- §2
    "one constructor per call": """
        struct Other<T> { v: T }
        fn w<F<_>>(a: F<int>, b: F<string>) {}
        fn main() { w(Option::Some(1), /*!type-mismatch*/Other { v: "a" }); }""",
    "constructor and array": "fn w<F<_>>(a: F<int>) {} fn main() { w(/*!type-mismatch*/[1]); }",
    "constructor explicit": "fn w<F<_>>(a: F<int>) {} fn main() { /*!bad-type-args*/w::<int>(Some(1)); }",
    "constructor of result": """
        fn lift<F<_>, A>(x: A, f: fn(A) -> F<A>) -> F<A> { f(x) }
        fn main() -> int { lift(3, |n| { Some(n) }).unwrap() }""",
    # --------------------------------------------------------------- §3
    "no numeric conversion": "fn main() { let f: float = /*!type-mismatch*/1; }",
    "no upcast": """
        interface I {} struct S {} impl I for S {}
        fn main() { let i: I = /*!type-mismatch*/S {}; }""",
    "no super upcast": """
        interface I {} interface J: I {} struct S {} impl J for S {}
        fn main() { let j = S {} as J; let i: I = /*!type-mismatch*/j; let k: I = j as I; }""",
    "no option wrap": "fn main() { let o: Option<int> = /*!type-mismatch*/3; }",
    "arrays are invariant": """
        struct P {} fn f(ps: [readonly P]) {}
        fn main() { let p = [P {}]; f(/*!type-mismatch*/p); f([P {}]); }""",
    "never results": """
        fn stop(n: int) -> ! { panic("x") }
        fn call(f: fn(int) -> int) -> int { f(1) }
        fn main() -> int { let f: fn(int) -> fn(int) -> int = |n| { stop }; call(stop) }""",
    "results convert": """
        struct P {}
        fn mk() -> P { P {} }
        fn main() { let f: fn() -> readonly P = mk; }""",
    "parameters do not convert": """
        struct P {}
        fn take(p: readonly P) {}
        fn main() { let f: fn(P) -> unit = /*!type-mismatch*/take; }""",
    "first argument decides": """
        struct P {} fn two<T>(a: T, b: T) {}
        fn main() { let p = P {}; readonly v = p; two(v, p); two(p, /*!type-mismatch*/v); }""",
    "argument": "fn f(n: int) {} fn main() { f(/*!type-mismatch*/true); }",
    "struct field value": "struct P { x: int } fn main() { P { x: /*!type-mismatch*/true }; }",
    "payload": "enum E { A(int) } fn main() { E::A(/*!type-mismatch*/true); }",
    "array element": 'fn main() { let xs = [1, /*!type-mismatch*/"a", 2]; }',
    "never first element": 'fn main() { let xs = [panic("a"), 1]; xs.push(2); }',
    "assignment": "fn main() { let x = 1; x = /*!type-mismatch*/true; }",
    "return": "fn f() -> int { /*!type-mismatch*/return true; } fn main() {}",
    "tail": "fn f() -> int { /*!type-mismatch*/true } fn main() {}",
    "body without tail": "fn f() -> int /*!type-mismatch*/{ 1; } fn main() {}",
    "arm": "fn main() { match 1 { 1 => 2, _ => /*!type-mismatch*/true }; }",
    "arm with expectation": 'fn main() { let n: int = match 1 { 1 => /*!type-mismatch*/"a", _ => 2 }; }',
    "else branch": 'fn main() { if true { 1 } else /*!type-mismatch*/{ "one" }; }',
    "branch with expectation": 'fn main() { let n: int = if true { /*!type-mismatch*/"a" } else { 2 }; }',
    "condition": 'fn main() { if /*!type-mismatch*/1 {} while /*!type-mismatch*/"a" {} }',
    "join of views": """
        struct P { x: int }
        fn main() -> int { let p = P { x: 1 }; readonly v = p; let q = if true { p } else { v }; /*!readonly-write*/q.x = 2; 1 }""",
    # --------------------------------------------------------------- §4
    "view field": "struct P { x: int } fn main() { readonly p = P { x: 1 }; /*!readonly-write*/p.x = 2; }",
    "view deep field": """
        struct A { b: B } struct B { n: int }
        fn main() { readonly a = A { b: B { n: 1 } }; /*!readonly-write*/a.b.n = 2; }""",
    "view element": "fn main() { readonly a = [1]; /*!readonly-write*/a[0] = 2; }",
    "view element field": """
        struct B { n: int }
        fn main() { readonly a = [B { n: 1 }]; /*!readonly-write*/a[0].n = 2; }""",
    "view slot": "fn main() { readonly t = (1, 2); /*!readonly-write*/t.0 = 2; }",
    "view method": "fn main() { readonly a = [1]; /*!readonly-receiver*/a.push(2); }",
    "view inherent path": """
        struct P { x: int } impl P { fn up() {} readonly fn get() -> int { self.x } }
        fn main() { readonly p = P { x: 1 }; P::up(/*!readonly-receiver*/p); P::get(p); }""",
    "view interface method": """
        interface I { fn up(); readonly fn get() -> int; }
        struct P { x: int } impl I for P { fn up() {} readonly fn get() -> int { self.x } }
        fn main() { readonly p = P { x: 1 }; p./*!readonly-receiver*/up(); p.get(); I::up(/*!readonly-receiver*/p); }""",
    "view iterator": """
        fn main() { readonly it = [1].iter(); /*!readonly-receiver*/for x in it {} }""",
    "view to plain": "struct P {} fn f(p: P) {} fn main() { readonly p = P {}; f(/*!type-mismatch*/p); }",
    "view pattern": """
        struct P { xs: [int] }
        fn main() { readonly p = P { xs: [1] }; let P { xs } = p; /*!readonly-receiver*/xs.push(1); }""",
    "view rest": """
        struct P { n: int }
        fn main() { readonly a = [P { n: 1 }]; let [..r] = a; r.push(P { n: 2 }); /*!readonly-write*/r[0].n = 1; }""",
    "readonly rest": "fn main() { readonly [..r] = [1]; /*!readonly-receiver*/r.push(2); }",
    "view loop": """
        struct P { n: int }
        fn main() { let a = [P { n: 1 }]; readonly v = a; for x in a { x.n = 2; } for x in v { /*!readonly-write*/x.n = 1; } }""",
    "views of values": 'fn main() { readonly a = [1]; let n = a[0]; n = n + 1; readonly s = "a"; let t = s; t = "b"; }',
    "view cast": """
        interface I { fn up(); } struct P {} impl I for P { fn up() {} }
        fn main() { readonly p = P {}; let i = p as I; i./*!readonly-receiver*/up();
            match p as? I { Some(x) => x./*!readonly-receiver*/up(), None => () } }""",
    "view kept by generics": """
        struct P { n: int } fn id<T>(x: T) -> T { x }
        fn main() { readonly p = P { n: 1 }; let q = id(p); /*!readonly-write*/q.n = 2; let xs = [p]; /*!readonly-write*/xs[0].n = 1; }""",
    "view variable": """
        struct P { n: int }
        fn main() { let p = P { n: 1 }; readonly v = p; let w = v; w = p; let o: P = /*!type-mismatch*/w; }""",
    "view bound": """
        interface Grow { fn grow(); } struct S {} impl Grow for S { fn grow() {} }
        interface Show { readonly fn show() -> int; } impl Show for S { readonly fn show() -> int { 1 } }
        fn g<T: Grow>(x: T) {} fn h<T: Show>(x: T) {}
        fn main() { readonly s = S {}; h(s); /*!unsatisfied-bound*/g(s); }""",
    "readonly rebind": "fn main() { readonly a = 1; /*!not-assignable*/a = 2; }",
    "getter of a generic field": """
        struct B<T> { v: T }
        impl<T> B<T> { readonly fn a() -> readonly T { self.v } fn b() -> T { self.v } readonly fn c() -> T { /*!type-mismatch*/self.v } }
        fn main() -> int { B { v: 1 }.a() }""",
    "operator operand is a view": """
        struct V { x: int }
        impl core::ops::Add for V { readonly fn add(other: V) -> V { /*!readonly-write*/other.x = 1; V { x: 0 } } }
        fn main() {}""",
    "operator result is plain": """
        struct V { x: int }
        impl core::ops::Add for V { readonly fn add(other: V) -> V { V { x: self.x + other.x } } }
        fn main() { readonly a = V { x: 1 }; let b = a + a; b.x = 3; }""",
    "concatenated views": """
        struct P { n: int }
        fn main() { readonly a = [P { n: 1 }]; let b = a + a; b.push(P { n: 2 }); /*!readonly-write*/b[0].n = 2; }""",
    "self in a readonly method": "struct P { x: int } impl P { readonly fn f() { /*!readonly-write*/self.x = 1; } } fn main() {}",
    # --------------------------------------------------------------- §5
    "const": "fn main() { const a = 1; /*!not-assignable*/a = 2; const b = [1]; b.push(2); }",
    "parameter": "fn f(a: int) { /*!not-assignable*/a = 2; } fn main() {}",
    "in a closure": "fn main() { const a = 1; let f = | | { /*!not-assignable*/a = 2; }; let b = 1; let g = | | { b = 2; }; g(); f(); }",
    "pattern binding": "fn main() { match 1 { x => { /*!not-assignable*/x = 2; } } for y in [1] { /*!not-assignable*/y = 2; } }",
    "duplicate let": "fn main() { let x = 1; let /*!duplicate-binding*/x = 2; }",
    "duplicate in a pattern": "fn main() { let (x, /*!duplicate-binding*/x) = (1, 2); }",
    "duplicate parameter": "fn f(a: int, /*!duplicate-binding*/a: int) {} fn main() {}",
    "duplicate closure parameter": "fn main() { let f = |(a, b): (int, int), /*!duplicate-binding*/a: int| { a }; }",
    "shadowing": "fn f(x: int) -> int { let x = x + 1; { let x = x; x } } fn main() -> int { f(1) }",
    "own initialiser": "fn main() { let f = |n: int| { /*!unknown-value*/f(n) }; }",
    "locals shadow functions": "fn g() -> int { 1 } fn main() { let g = 2; /*!not-callable*/g(); }",
    "resume": "fn main() { let /*!reserved-name*/resume = 1; }",
    "self in a method": "struct S {} impl S { fn f() { let /*!reserved-name*/self = 1; } } fn main() { let self = 2; }",
    "self in a static method": "struct S {} impl S { static fn f() { /*!unknown-value*/self; } } fn main() {}",
    "bad target": "fn f() -> int { 1 } fn main() { /*!bad-assign-target*/f() = 2; /*!bad-assign-target*/1 = 2; }",
    "path target": "mod m { pub fn f() {} } fn main() { /*!bad-assign-target*/m::f = 2; }",
    "unknown target": "fn f() {} fn main() { /*!unknown-value*/f = 2; /*!unknown-value*/nope = 1; }",
    "bytes element": 'fn main() { let b = b"a"; /*!not-indexable*/b[0] = 1; }',
    "string element": "fn main() { let b = \"a\"; /*!not-indexable*/b[0] = 'a'; }",
    "assignment is unit": "fn main() { let x = 1; let u: unit = x = 2; let n: int = /*!type-mismatch*/x = 3; }",
    "did you mean": "fn main() { let counter = 1; /*!unknown-value*/countr; }",
    # --------------------------------------------------------------- §6.1
    "byte literal": "fn main() { let b: byte = 255; let c: byte = /*!literal-range*/256; }",
    "late byte": "fn f(b: byte) {} fn main() { let n = /*!literal-range*/300; f(n); }",
    "negative is int": "fn f(b: byte) {} fn main() { f(/*!type-mismatch*/-1); }",
    "sum is int": "fn main() { let b: byte = /*!type-mismatch*/1 + 2; }",
    "or stays open": "fn main() { let b: byte = 1 | 2; let c: byte = !1; let d: byte = 1 << 3; let e: byte = /*!literal-range*/256 | 1; }",
    "literal and float": "fn main() { /*!type-mismatch*/1 + 1.0; }",
    "byte sum": "fn f(b: byte) { /*!bad-operand*/b + 1; } fn main() {}",
    "byte comparison": "fn f(b: byte) -> bool { b == 1 && b < 2 } fn main() {}",
    "literal receiver": "fn main() { 5.to_int().to_byte(); 300.to_byte(); }",
    "literal pattern": "fn f(b: byte) { match b { 1 => (), /*!literal-range*/256 => (), _ => () } } fn main() {}",
    "negative pattern": "fn f(b: byte) { match b { /*!type-mismatch*/-1 => (), _ => () } } fn main() {}",
    "open scrutinee": "fn f(b: byte) {} fn main() { let n = 3; match n { 4 => (), _ => () } f(n); }",
    "shift amount": "fn main() { let n = 2; let b: byte = 1; b << n; n + 1; }",
    "index": "fn main() { let n = 0; [1][n]; let b: byte = 1; [1][/*!type-mismatch*/b]; }",
    # --------------------------------------------------------------- §6.2
    "one type": 'fn main() { let f = |v| { v }; f(3); f(/*!type-mismatch*/"a"); }',
    "open local": "fn main() { let /*!cannot-infer*/o = None; }",
    "open array": "fn main() { let /*!cannot-infer*/o = []; }",
    "discarded array": "fn main() { []; }",
    "discarded none": "fn main() { /*!cannot-infer*/None; }",
    "open call": "fn mk<T>() -> int { 1 } fn main() { /*!cannot-infer*/mk(); mk::<int>(); }",
    "open bounded": "interface I {} fn mk<T: I>() -> Option<T> { None } fn main() { let /*!cannot-infer*/x = mk(); }",
    "unused parameter": "struct P<T> { n: int } fn main() { let /*!cannot-infer*/p = P { n: 1 }; let q: P<int> = P { n: 1 }; }",
    "infinite": "fn main() { let a = []; a.push(/*!infinite-type*/a); }",
    "context decides": "fn mk<T>() -> [T] { [] } fn main() { let a: [int] = mk(); let b = mk(); b.push(1.5); }",
    # --------------------------------------------------------------- §6.3
    "explicit function": 'fn f<A, B>(a: A, b: B) {} fn main() { f::<int, string>(1, "a"); /*!bad-type-args*/f::<int>(1, 2); }',
    "explicit on non-generic": "fn f() {} fn main() { /*!bad-type-args*/f::<int>(); }",
    "explicit method": """
        struct S<T> { v: T } impl<T> S<T> { fn m<U>(u: U) -> U { u } static fn n<U>(u: U) -> U { u } }
        fn main() { let s = S { v: 1 }; s.m::<int, string>("a"); /*!bad-type-args*/s.m::<string>("a");
            S::n::<int, string>("a"); S::<int>::n::<string>("a"); S::<int>::n("a"); /*!bad-type-args*/S::<int>::n::<int, string>("a"); }""",
    "explicit interface method": """
        interface I { readonly fn m<U>(u: U) -> U; static fn s<U>(u: U) -> U; } struct S {}
        impl I for S { readonly fn m<U>(u: U) -> U { u } static fn s<U>(u: U) -> U { u } }
        fn main() { let s = S {}; s.m::<int>(1); I::m::<int>(s, 1); I::s::<S>(1); I::s::<S, int>(1); S::s::<int>(1);
            /*!bad-type-args*/s.m::<int, int>(1); /*!static-call*/I::s(1); }""",
    "explicit variant": """
        enum E<T> { A(T), B }
        fn main() { E::A::<int>(1); E::<int>::A(1); let a = E::B::<int>; let b = E::<int>::B; None::<int>; Some::<int>(1);
            /*!bad-type-args*/E::<int>::A::<int>(1); }""",
    "explicit newtype": 'struct N<T>(T); fn main() { N::<int>(1); N::<int>(/*!type-mismatch*/"a"); }',
    "explicit on a local": "fn main() { let f = |n: int| { n }; /*!bad-type-args*/f::<int>(1); }",
    # --------------------------------------------------------------- §6.4
    "closure parameter": """
        struct P { x: int } fn with<A, B>(a: A, f: fn(A) -> B) -> B { f(a) }
        fn main() -> int { with(P { x: 4 }, |p| { p.x }) + (if true { |p| { p.x } } else { |p: P| { p.x } })(P { x: 1 }) }""",
    "parts of literals": """
        struct P { x: int } struct H { o: Option<readonly P>, t: (readonly P, byte) }
        fn main() { let p = P { x: 1 }; readonly v = p; let h = H { o: Some(p), t: (p, 1) }; let a: [readonly P] = [p, v];
            let b: Option<[readonly P]> = Some([p]); }""",
    "result of a generic call": """
        fn some<T>(x: T) -> Option<T> { Some(x) }
        fn main() { let b: Option<byte> = some(3); let f: Option<fn(int) -> int> = some(|n| { n + 1 }); }""",
    # --------------------------------------------------------------- §6.5
    "put off field": "struct P { x: int } fn main() -> int { let get = |p| { p.x }; get(P { x: 2 }) }",
    "put off twice": """
        struct A { b: B } struct B { n: int }
        fn main() -> int { let get = |a| { a.b.n + a.b.n }; get(A { b: B { n: 1 } }) }""",
    "put off method": "fn main() -> int { let f = |xs| { xs.len() }; f([1]) }",
    "put off call": "fn main() -> int { let f = |g| { g(1) + 1 }; f(|n| { n }) }",
    "put off index": "fn main() -> int { let f = |xs| { xs[0] }; f([4]) }",
    "put off loop": "fn main() -> int { let f = |xs| { let t = 0; for x in xs { t = t + x; } t }; f([4]) }",
    "put off operator": 'fn main() -> string { let f = |a, b| { a + b }; f("a", "b") }',
    "put off hole": 'fn main() -> string { let f = |a| { f"{a}" }; f(1) }',
    "put off cast": """
        interface I {} struct S {} impl I for S {}
        fn main() { let f = |a| { a as I }; let i: I = f(S {}); }""",
    "never known field": "fn main() { let /*!cannot-infer*/f = |p| { p.x }; }",
    "put off and wrong": "struct P { x: int } fn main() { let f = |p| { p./*!unknown-field*/y }; f(P { x: 1 }); }",
    "tuple slot": "fn main() -> int { let f = |t| { t.1 }; f((1, 2)) }",
    "patterns fix types": "fn main() { let f = |o| { match o { Some(x) => x, None => 1 } }; f(None); f(/*!type-mismatch*/3); }",
    # --------------------------------------------------------------- §7
    "diverging bodies": """
        fn a() -> int { return 3; } fn b() -> ! { loop {} } fn c() -> int { panic("x"); } fn d() -> int { loop { return 1; } }
        fn e(n: int) -> int { if n > 0 { return 1; } else { return 2; } } fn f(n: int) -> int { match n { 1 => { return 1; } _ => { return 2; } } }
        fn g() -> int { a() + return 2; } fn main() {}""",
    "not diverging": """
        fn a() -> int { /*!type-mismatch*/while true { return 1; } }
        fn b(n: int) -> int { /*!missing-else*/if n > 0 { return 1; } }
        fn c(n: bool) -> int /*!type-mismatch*/{ n || return 1; }
        fn d() -> int { /*!type-mismatch*/loop { break; } }
        fn main() {}""",
    "never function": "fn f() -> ! { /*!type-mismatch*/1 } fn main() {}",
    "unreachable tail": "fn f() -> int { return 1; 2 } fn g() -> int { return 1; /*!type-mismatch*/true } fn main() {}",
    "missing else": "fn main() { let n: int = /*!missing-else*/if true { 1 }; let u: unit = if true { 1 }; }",
    "missing last else": "fn f(n: int) -> int { if n == 1 { 1 } else /*!missing-else*/if n == 2 { 2 } } fn main() {}",
    "outside loop": "fn main() { /*!outside-loop*/break; loop { let f = | | { /*!outside-loop*/continue; }; } }",
    "return in a closure": 'fn main() { let f = |n: int| { if n > 1 { return 1; } 2 }; let m: int = f(1); let g = | | { return "a"; }; let s: string = g(); }',
    "closure returns differ": 'fn main() { let f = |n: int| { if n > 1 { return "a"; } /*!type-mismatch*/2 }; }',
    "never alone": 'fn main() { let o = Some(panic("a")); let p: Option<unit> = o; let f = | | { panic("a") }; let u: unit = f(); let xs = [panic("")]; xs.push(()); }',
    "assign to never": 'fn main() { let x = panic("a"); x = /*!type-mismatch*/1; }',
    "never operands": 'fn main() { let a: bool = !panic("a"); let n: int = 1 + panic("b"); /*!bad-operand*/panic("a") + panic("b"); }',
    "never has nothing": 'fn main() { /*!no-fields*/panic("a").x; /*!no-methods*/panic("a").m(); /*!not-callable*/panic("a")(); /*!not-indexable*/panic("a")[0]; }',
    "match on never": 'fn main() { match panic("a") { 1 => (), "a" => () } }',
    "never inside": "fn f(xs: [int]) {} fn g(xs: [!]) { f(/*!type-mismatch*/xs); } fn main() {}",
    "tuple part": 'fn main() { let t: (int, string) = (1, panic("a")); }',
    "block types": "fn main() -> int { let a = { let b = 1; b + 1 }; let u: unit = { 1; }; a }",
    # --------------------------------------------------------------- §8
    "bound at a call": "interface I {} fn f<T: I>(x: T) {} fn main() { /*!unsatisfied-bound*/f(1); }",
    "bound at a literal": "interface I {} struct S<T: I> { v: T } enum E<T: I> { A(T) } struct N<T: I>(T); fn main() { /*!unsatisfied-bound*/S { v: 1 }; /*!unsatisfied-bound*/E::A(1); /*!unsatisfied-bound*/N(1); }",
    "bounds of a parameter, one error at a place": """
        fn f<T: core::hash::Hash + core::ops::Ord, U: core::ops::Ord>(t: T, u: U) {} struct N {}
        struct B<T: core::hash::Hash + core::ops::Eq> { v: T }
        fn main() { /*!unsatisfied-bound*/f(N {}, 1); /*!unsatisfied-bound*/f(N {}, 1); /*!unsatisfied-bound*/B { v: N {} }; /*!unsatisfied-bound*/B { v: N {} }; }""",
    "bounds of a written type, once": """
        struct K { n: int }
        fn main() { let m: /*!unsatisfied-bound*/core::map::Map<K, int> = core::map::Map::new(); m.insert(K { n: 1 }, 2); }
        fn f() { let m = /*!unsatisfied-bound*/core::map::Map::new::<float, int>(); }""",
    "bound at a type": "interface I {} struct S<T: I> { v: T } fn main() { let o: Option</*!unsatisfied-bound*/S<int>> = None; }",
    "bound of an impl": """
        interface I {} interface J { readonly fn j() -> int; } struct W<T> { v: T } struct S {} impl I for S {}
        impl<T: I> J for W<T> { readonly fn j() -> int { 1 } }
        fn f<T: J>(x: T) {}
        fn main() { f(W { v: S {} }); /*!unsatisfied-bound*/f(W { v: 1 }); /*!not-implemented*/W { v: 1 } as J; W { v: S {} } as J; }""",
    "bound of an impl, called": """
        interface I {} interface J { readonly fn j() -> int; static fn s() -> int; } struct W<T> { v: T } struct S {} impl I for S {}
        impl<T: I> J for W<T> { readonly fn j() -> int { 1 } static fn s() -> int { 1 } } fn f() {}
        fn main() { W { v: S {} }.j(); /*!unsatisfied-bound*/W { v: 1 }.j(); W::<S>::s(); /*!unsatisfied-bound*/W::<int>::s(); J::j(/*!not-implemented*/W { v: 1 }); /*!unsatisfied-bound*/[f].to_string(); }""",
    "bound of an inherent impl": """
        interface I {} struct W<T> { v: T } impl<T: I> W<T> { fn m() {} }
        fn main() { /*!unsatisfied-bound*/W { v: 1 }.m(); }""",
    "generic body": """
        fn f<T: core::fmt::ToString, U: core::iter::Iterator{Item = int}>(t: T, u: U) -> string { let n = 0; for x in u { n = n + x; } f"{t} {n}" }
        fn g<T>(t: T) { t./*!unknown-method*/foo(); } fn main() {}""",
    "interface value as bound": """
        interface I { readonly fn m() -> int; } interface J { readonly fn m() -> Self; }
        struct S {} impl I for S { readonly fn m() -> int { 1 } } impl J for S { readonly fn m() -> S { S {} } }
        fn f<T: I>(t: T) {} fn g<T: J>(t: T) {}
        fn main() { f(S {} as I); g(S {}); /*!unsatisfied-bound*/g(S {} as J); }""",
    "assoc bound": """
        interface It { type X; fn x() -> Self::X; } struct A {} impl It for A { type X = int; fn x() -> int { 1 } }
        fn f<T: It{X = int}>(t: T) -> int { t.x() } fn g<T: It{X = string}>(t: T) {}
        fn main() { f(A {}); /*!unsatisfied-bound*/g(A {}); }""",
    # --------------------------------------------------------------- §9
    "function values": """
        struct S {} impl S { fn m(n: int) -> int { n } readonly fn r() -> int { 1 } static fn s() -> int { 2 } }
        fn f(n: int) -> int { n } fn g<T>(t: T) {} enum E { A(int), B } struct N(int);
        fn main() { let a: fn(int) -> int = f; let b: fn(S, int) -> int = S::m; let c: fn(readonly S) -> int = S::r; let d: fn() -> int = S::s;
            let h = /*!generic-value*/g; /*!unknown-value*/E::A; /*!unknown-value*/N; /*!unknown-value*/core::fmt::ToString::to_string; let e = E::B; /*!unknown-value*/int::to_byte; }""",
    "call count": "fn f(a: int) {} fn main() { /*!arity-mismatch*/f(); /*!arity-mismatch*/f(1, 2); let g = f; /*!arity-mismatch*/g(); }",
    "not callable": 'fn main() { /*!not-callable*/1(2); let s = "a"; /*!not-callable*/s(); }',
    "field call": """
        struct S { f: fn(int) -> int, n: int }
        fn main() { let s = S { f: |n| { n }, n: 1 }; s./*!field-call*/f(1); (s.f)(1); s./*!unknown-method*/n(); }""",
    "calls of places": """
        fn mk() -> fn(int) -> int { |n| { n } }
        fn main() { let fs = [mk()]; fs[0](1); let t = (mk(), 1); t.0(1); mk()(1); }""",
    "functions have no equality": "fn f() {} fn main() { /*!bad-operand*/f == f; }",
    "refutable closure parameter": "fn main() { let f = |/*!refutable-pattern*/Some(x)| { x + 1 }; let g = |/*!refutable-pattern*/1| { 2 }; }",
    "irrefutable closure parameters": """
        struct P { x: int, y: int } enum One { A(int) } struct N(int);
        fn main() { let f = |(a, b): (int, int), P { x, .. }, One::A(c), N(d), _: bool| { a + b + x + c + d }; }""",
    "variant as closure parameter": "fn main() { let f = |/*!refutable-pattern*/None: Option<int>| { 1 }; }",
    # --------------------------------------------------------------- §10
    "pattern type": 'fn f(n: int) { match n { /*!type-mismatch*/"a" => (), /*!type-mismatch*/Some(_) => (), _ => () } } fn main() {}',
    "tuple length": "fn main() { let /*!pattern-shape*/(a, b) = (1, 2, 3); let /*!pattern-shape*/(a2, .., b2, c2) = (1, 2); }",
    "tuple on other": "fn main() { let /*!pattern-shape*/(a, b) = 1; match 1 { /*!pattern-shape*/() => (), _ => () } }",
    "unknown variant": "enum E { A } fn f(e: E) { match e { E::/*!unknown-variant*/B => (), _ => () } } fn main() {}",
    "unknown field": "struct P { x: int } fn f(P { /*!unknown-field*/z, .. }: P) {} fn main() {}",
    "unknown pattern type": "fn f(n: int) { match n { /*!unknown-type*/Foo { x } => (), _ => () } } fn main() {}",
    "payload count": "enum E { A(int, int) } fn f(e: E) { match e { /*!arity-mismatch*/E::A(x) => (), /*!arity-mismatch*/E::A => () } } fn main() {}",
    "missing pattern fields": "struct P { x: int, y: int } fn f(/*!missing-fields*/P { x }: P) {} fn main() {}",
    "duplicate pattern field": "struct P { x: int, y: int } fn f(P { x, /*!duplicate-field*/x: z, y }: P) {} fn main() {}",
    "not a newtype": "struct P { x: int } fn f(p: P) { match p { /*!pattern-shape*/P(x) => () } } fn main() {}",
    "bare Some": "fn f(o: Option<int>) { match o { /*!arity-mismatch*/Some => (), _ => () } } fn main() {}",
    "literal fields": "struct P { x: int, y: int } fn main() { /*!missing-fields*/P { x: 1 }; P { x: 1, y: 2, /*!duplicate-field*/x: 3 }; P { x: 1, y: 2, /*!unknown-field*/z: 3 }; }",
    "rest": """
        fn main() -> int { let (a, ..r, z) = (1, "b", 'c', 4); let (b, c): (string, char) = r; let (x, ..u) = (1,); let v: unit = u;
            let [h, ..t] = [1, 2]; t.push(3); match [1] { [..all] => { all.push(2); } } a + z + h }""",
    "put off rest": 'fn main() -> string { let f = |t| { let (a, ..r) = t; r.0 }; f((1, "b")) }',
    "enum against interface value": "interface I {} enum E { A } fn f(i: I) { match i { /*!type-mismatch*/E::A => (), _ => () } } fn main() {}",
    "imported variants": """
        mod m { pub enum K { Dot, Line(int) } } use m::K::Dot; use m::K::Line;
        fn f(k: m::K) -> int { match k { Dot => 1, Line(n) => n } } fn main() -> int { f(Dot) + f(Line(2)) }""",
    "weak names": 'fn f(r: Result<int, string>) -> int { match r { Ok(n) => n, Err(_) => 0 } } fn main() { let Ok = 1; f(Result::Ok(1)); f(Err("a")); }',
    # --------------------------------------------------------------- §12
    "operand types": 'fn main() { /*!type-mismatch*/1 + "a"; /*!type-mismatch*/1 < 2 < 3; 1 < 2 == true; }',
    "bad operands": 'fn main() { /*!bad-operand*/true + false; /*!bad-operand*/"a" - "b"; /*!bad-operand*/-true; /*!bad-operand*/!"a"; /*!bad-operand*/1 && 2; /*!type-mismatch*/1 && true; }',
    "operator of a struct": """
        struct V {} struct W {} impl core::ops::Eq for W { readonly fn eq(o: W) -> bool { true } }
        fn main() { /*!not-implemented*/V {} + V {}; /*!not-implemented*/V {} == V {}; W {} == W {}; W {} != W {}; /*!not-implemented*/-W {}; }""",
    "operator of a parameter": """
        fn f<T: core::ops::Add + core::ops::Eq>(a: T, b: T) -> T { if a != b { a + b } else { a } }
        fn g<T>(a: T) { /*!bad-operand*/a + a; } fn main() -> int { f(1, 2) }""",
    "operator of values": """
        interface I {} fn f(a: I, b: I) { /*!bad-operand*/a == b; } fn main() { (1, 2) == (1, 2); [1] == [2]; [1] + [2]; Some(1) == None; b"a" + b"b"; 'a' < 'b'; }""",
    "operator of parts": "fn f() {} struct V {} fn main() { /*!bad-operand*/[f] == [f]; /*!not-implemented*/Some(V {}) == None; }",
    "shifts": 'fn main() { 1 << 2; /*!type-mismatch*/1 << "a"; /*!bad-operand*/1.5 << 2; }',
    "f-strings": 'struct S {} fn f() {} fn main() { f"{1} {\'a\'} {true} {()} {1.5} {b"a"}"; f"{/*!not-implemented*/S {}} {/*!not-implemented*/f}"; }',
    "loops": 'fn main() { for x in [1] { let y: int = x; } for c in "a" { let d: char = c; } for b in b"a" { let d: byte = b; } /*!not-iterable*/for x in 1 {} /*!not-iterable*/for x in Some(1) {} }',
    "indexing": 'fn main() { [1][0]; b"a"[0]; /*!not-indexable*/"a"[0]; /*!not-indexable*/(1, 2)[0]; [1][/*!type-mismatch*/true]; }',
    "fields": "struct P { x: int } fn main() { let p = P { x: 1 }; p./*!unknown-field*/y; /*!no-fields*/1.x; /*!no-fields*/(1, 2).x; (1, 2)./*!tuple-index*/2; /*!no-fields*/p.0; }",
}
