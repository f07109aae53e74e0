"""Random well-typed programs, as source: what the optimiser gets to see of structs, enums, tuples, closures, generics, interfaces, strings,
arrays, loops, effects and traps.

A program prints as it goes, and ends with a result or a trap. All loops and recursions are bounded, but their product need not be small: run it with a
limit of fuel.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

#: what every program declares; `Maker` refers to it by name
PRELUDE: Final = """
struct P { x: int, y: int, s: string }
enum E { A, B(int), C(int, string), D(P) }
enum Tree { Leaf, Node(int, Tree, Tree) }
struct Duo<L, R> { left: L, right: R }
struct Id(int);
interface Show { readonly fn tell(n: int) -> int; fn bump(by: int) -> Option<int>; }
interface Ask { fn ask(n: int) -> int; fn stop(n: int) -> int; }
impl P {
    fn move_by(d: int) -> int { self.x = self.x + d; self.x }
    readonly fn sum() -> int { self.x + self.y }
    fn same() -> P { self }
}
impl Show for P {
    readonly fn tell(n: int) -> int { self.x * n + self.y }
    fn bump(by: int) -> Option<int> { self.y = self.y + by; if self.y % 3 == 0 { None } else { Some(self.y) } }
}
impl Show for E {
    readonly fn tell(n: int) -> int { match self { E::A => n, E::B(v) => v + n, E::C(v, t) => v + t.char_len(), E::D(p) => p.tell(n) } }
    fn bump(by: int) -> Option<int> { match self { E::D(p) => p.bump(by), E::B(v) => Some(v + by), _ => None } }
}
fn twice<T>(f: fn(T) -> T, v: T) -> T { f(f(v)) }
fn pick<T>(c: bool, a: T, b: T) -> T { if c { a } else { b } }
fn swap<L, R>(d: Duo<L, R>) -> Duo<R, L> { Duo { left: d.right, right: d.left } }
fn told<T: Show>(v: T, n: int) -> int { v.tell(n) }
fn depth(t: Tree) -> int { match t { Tree::Leaf => 0, Tree::Node(_, l, r) => 1 + pick(depth(l) > depth(r), depth(l), depth(r)) } }
fn build(n: int) -> Tree { if n <= 0 { Tree::Leaf } else { Tree::Node(n, build(n - 1), build(n - 2)) } }
fn least(t: Tree, at_least: int) -> Option<int> {
    match t {
        Tree::Leaf => None,
        Tree::Node(v, l, r) => if v >= at_least { Some(v) } else { match least(l, at_least) { Some(w) => Some(w), None => least(r, at_least) } },
    }
}
fn digits(n: int, base: int) -> (int, int) { if n == 0 { (0, 0) } else { let (c, s) = digits(n / base, base); (c + 1, s + n % base) } }
fn parse(s: string, n: int) -> Result<int, string> { if n > 3 { Err(s) } else if n < 0 { Ok(s.char_len()) } else { parse(s + "+", n - 1) } }
fn classify(n: int) -> E { if n > 9 { classify(n - 7) } else if n < 0 { E::A } else if n % 3 == 0 { E::B(n) } else if n % 3 == 1 { E::C(n, f"<{n}>") } else { E::D(P { x: n, y: 1, s: "d" }) } }
fn empty() -> [int] { [] }
fn no() -> Option<int> { None }
fn ok(n: int) -> Result<int, string> { Ok(n) }
fn err(s: string) -> Result<int, string> { Err(s) }
fn show(n: int) -> string { f"{n}" }
fn show_b(b: bool) -> string { f"{b}" }
fn show_f(x: float) -> string { f"{x}" }
fn show_c(c: char) -> string { f"{c}" }
fn show_y(b: byte) -> string { f"{b}" }
fn show_p(p: P) -> string { f"P({p.x},{p.y},{p.s})" }
fn show_e(e: E) -> string { match e { E::A => "A", E::B(n) => f"B{n}", E::C(n, s) => f"C{n}{s}", E::D(p) => "D" + show_p(p) } }
fn show_o(o: Option<int>) -> string { match o { Some(n) => f"some {n}", None => "none" } }
fn show_r(r: Result<int, string>) -> string { match r { Ok(n) => f"ok {n}", Err(s) => f"err {s}" } }
"""

INTS: Final = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "-1",
    "-3",
    "100",
    "63",
    "65",
    "9223372036854775807",
    "(-9223372036854775807 - 1)",
    "4294967296",
)

#: how a value of each type is shown; %s is the value
SHOW: Final[dict[str, str]] = {
    "int": "show(%s)", "bool": "show_b(%s)", "float": "show_f(%s)", "string": "%s", "char": "show_c(%s)", "byte": "show_y(%s)", "P": "show_p(%s)",
    "E": "show_e(%s)", "Option<int>": "show_o(%s)", "Result<int, string>": "show_r(%s)", "[int]": "show((%s).len())",
    "(int, bool)": "show((%s).0)", "Tree": "show(depth(%s))", "Duo<int, string>": "(%s).right", "Id": "show((%s).0)", "Show": "show((%s).tell(2))",
    "fn(int) -> int": "show((%s)(3))",
}  # fmt: skip

TYPES: Final = tuple(SHOW)
PARAMS: Final = (
    "int",
    "int",
    "bool",
    "string",
    "P",
    "E",
    "Option<int>",
    "[int]",
    "fn(int) -> int",
    "float",
    "Show",
    "(int, bool)",
    "Tree",
)
RESULTS: Final = (
    "int",
    "Option<int>",
    "Result<int, string>",
    "(int, bool)",
    "E",
    "P",
    "bool",
    "string",
    "Duo<int, string>",
    "Id",
    "float",
)


class Scope:
    """Variables by type: those that may be assigned and all."""

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, list[str]] = {t: list(v) for t, v in outer.names.items()} if outer else {}
        self.open: dict[str, list[str]] = {t: list(v) for t, v in outer.open.items()} if outer else {}
        self.loops = outer.loops if outer else 0
        self.ret = outer.ret if outer else ""
        self.calls = outer.calls if outer else ""

    def add(self, t: str, name: str, assignable: bool = True) -> None:
        self.names.setdefault(t, []).append(name)
        if assignable:
            self.open.setdefault(t, []).append(name)


class Maker:
    """One program. ``functions``: name, parameter types (the first is the depth), result type."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        self.n = 0
        self.functions = [
            (f"f{i}", [self.choose(PARAMS) for _ in range(self.r.randrange(4))], self.choose(RESULTS))
            for i in range(1 + self.r.randrange(4))
        ]

    def choose(self, items: tuple[str, ...] | list[str]) -> str:
        return items[self.r.randrange(len(items))]

    def name(self, prefix: str = "v") -> str:
        self.n += 1
        return f"{prefix}{self.n}"

    def chance(self, percent: int) -> bool:
        return self.r.randrange(100) < percent

    # --- the whole

    def program(self) -> str:
        parts = [PRELUDE]
        for name, params, ret in self.functions:
            scope = Scope()
            scope.ret = ret
            scope.calls = "d - 1"
            scope.add("int", "d", False)
            names = []
            for t in params:
                p = self.name("p")
                scope.add(t, p, False)
                names.append(f"{p}: {t}")
            early = self.expr(ret, 0, scope)
            scope.calls = "d - 1"
            body = self.block(ret, 3, scope)
            parts.append(
                f"fn {name}({', '.join(['d: int', *names])}) -> {ret} {{\n    if d <= 0 {{ return {early}; }};\n{body}}}\n"
            )
        scope = Scope()
        scope.calls = str(1 + self.r.randrange(3))
        lines = []
        for _ in range(2 + self.r.randrange(5)):
            lines += self.statement(3, scope)
        for name, params, ret in self.functions:
            args = ", ".join([scope.calls, *[self.expr(t, 2, scope) for t in params]])
            call = self.handled(f"{name}({args})", ret, scope) if self.chance(50) else f"{name}({args})"
            v = self.name()
            lines.append(f"let {v} = {call};")
            lines.append(f"std::println({SHOW[ret] % v});")
            scope.add(ret, v)
        parts.append(
            "fn main() -> int {\n"
            + "".join([f"    {x}\n" for x in lines])
            + f"    {self.expr('int', 3, scope)}\n}}\n"
        )
        return "".join(parts)

    def handled(self, scrutinee: str, t: str, s: Scope) -> str:
        """``scrutinee`` under a handler of `Ask`."""
        inner = Scope(s)
        n, v = self.name("q"), self.name("w")
        inner.add("int", n, False)
        inner.loops, inner.ret = 0, ""
        stop = f"@Ask.stop({n}) => {self.expr(t, 1, inner)}," if self.chance(70) else ""
        ask = self.expr("int", 1, inner)
        answer = (
            f"resume({ask})"
            if self.chance(70)
            else f'{{ let a{n} = resume({ask}); std::println("back"); a{n} }}'
        )
        return f"match ({scrutinee}) {{ @Ask.ask({n}) => {answer}, {stop} {v} => {v} }}"

    # --- statements

    def block(self, t: str, depth: int, s: Scope) -> str:
        """The inside of a block with a value of type ``t``."""
        s = Scope(s)
        lines = []
        for _ in range(self.r.randrange(4)):
            lines += self.statement(depth - 1, s)
        lines.append(self.expr(t, depth - 1, s))
        return "".join([f"    {x}\n" for x in lines])

    def statements(self, depth: int, s: Scope, last: str = "") -> str:
        s = Scope(s)
        lines = []
        for _ in range(1 + self.r.randrange(2)):
            lines += self.statement(depth - 1, s)
        return "{ " + " ".join([*lines, last]) + " }"

    def statement(self, depth: int, s: Scope) -> list[str]:
        kind = self.r.randrange(17)
        if depth <= 0 or kind < 5:
            t = self.choose(TYPES)
            v = self.name()
            value = self.expr(t, depth, s)
            s.add(t, v)
            return [f"let {v}: {t} = {value};"]
        if kind < 7:
            options = [(t, v) for t, vs in s.open.items() for v in vs]
            if options:
                t, v = options[self.r.randrange(len(options))]
                return [f"{v} = {self.expr(t, depth - 1, s)};"]
        if kind == 7 and s.names.get("P"):
            return [
                f"{self.choose(s.names['P'])}.{self.choose(['x', 'y'])} = {self.expr('int', depth - 1, s)};"
            ]
        if kind == 8 and s.names.get("[int]"):
            a = self.choose(s.names["[int]"])
            i = self.expr("int", 1, s)
            if self.chance(40):
                return [f"{a}.push({self.expr('int', depth - 1, s)});"]
            index = f"({i} & 1)" if self.chance(90) else i
            return [f"if {a}.len() > 1 {{ {a}[{index}] = {self.expr('int', depth - 1, s)}; }};"]
        if kind < 11:
            return self.loop(depth, s)
        if kind < 13:
            other = f" else {self.statements(depth, s)}" if self.chance(50) else ""
            return [f"if {self.expr('bool', depth - 1, s)} {self.statements(depth, s)}{other};"]
        if kind == 13 and s.loops:
            return [f"if {self.expr('bool', 1, s)} {{ {self.choose(['break', 'continue'])}; }};"]
        if kind == 14 and s.ret:
            return [f"if {self.expr('bool', 1, s)} {{ return {self.expr(s.ret, 1, s)}; }};"]
        if kind == 15:
            a, b = self.name(), self.name()
            value = self.expr("(int, bool)", depth - 1, s)
            s.add("int", a)
            s.add("bool", b)
            return [f"let ({a}, {b}) = {value};"]
        t = self.choose(TYPES)
        return [f"std::println({SHOW[t] % self.expr(t, depth - 1, s)});"]

    def loop(self, depth: int, s: Scope) -> list[str]:
        inner = Scope(s)
        inner.loops += 1
        i = self.name("i")
        inner.add("int", i, False)
        if self.chance(50):
            inner.calls = ""
        kind = self.r.randrange(4)
        if kind == 0:
            return [
                f"let {i} = 0; while {i} < {1 + self.r.randrange(6)} {{ {i} = {i} + 1; {self.statements(depth, inner)[1:]};"
            ]
        if kind == 1:
            a = self.expr("[int]", 1, s)
            return [f"for {i} in {a} {self.statements(depth, inner)};"]
        if kind == 2 and s.names.get("[int]"):
            a = self.choose(s.names["[int]"])
            w = self.name("v")
            inner.add("int", w)
            return [
                f"for {i} in core::iter::range(0, {a}.len()) {{ let {w} = {a}[{i}]; {self.statements(depth, inner)[1:]};"
            ]
        chain = ""
        for _ in range(self.r.randrange(3)):
            x = self.name("x")
            closed = Scope(s)
            closed.add("int", x, False)
            closed.loops, closed.ret, closed.calls = 0, "", ""
            if self.chance(50):
                chain += f".map(|{x}: int| {{ {self.expr('int', 1, closed)} }})"
            else:
                chain += f".filter(|{x}: int| {{ {self.expr('bool', 1, closed)} }})"
        return [
            f"for {i} in core::iter::range({self.r.randrange(3)}, {self.r.randrange(8)}){chain} {self.statements(depth, inner)};"
        ]

    # --- expressions

    def expr(self, t: str, depth: int, s: Scope) -> str:
        """An expression of type ``t``, in parentheses where need be."""
        names = s.names.get(t, [])
        if depth <= 0:
            return self.choose(names) if names and self.chance(70) else self.leaf(t, s)
        if names and self.chance(25):
            return self.choose(names)
        if self.chance(30):
            return self.general(t, depth - 1, s)
        return _MAKE[t](self, depth - 1, s)

    def leaf(self, t: str, s: Scope) -> str:
        r = self.r
        simple = {
            "int": self.choose(INTS), "bool": self.choose(["true", "false"]), "float": self.choose(["0.0", "1.5", "-2.25", "1e300", "(0.0 / 0.0)", "-0.0"]),
            "string": self.choose(['""', '"a"', '"bé"', '"xyz"']), "char": self.choose(["'a'", "'é'", "'0'"]),
            "byte": self.choose(["(97).to_byte()", "(200).to_byte()"]), "P": f'(P {{ x: {r.randrange(9)}, y: {r.randrange(9)}, s: "p" }})',
            "E": self.choose(["E::A", "E::B(4)", 'E::C(5, "c")']), "Option<int>": self.choose(["no()", "Some(3)"]),
            "Result<int, string>": self.choose(["ok(2)", 'err("e")']), "[int]": self.choose(["[1, 2, 3]", "empty()", "[7, 8]"]),
            "(int, bool)": f"({r.randrange(9)}, true)", "Tree": "Tree::Leaf", "Duo<int, string>": '(Duo { left: 1, right: "r" })', "Id": f"Id({r.randrange(9)})",
            "Show": self.choose(['(P { x: 1, y: 2, s: "i" } as Show)', "(E::B(3) as Show)"]),
            "fn(int) -> int": "(|z: int| { z + 1 })",
        }  # fmt: skip
        return simple[t]

    def general(self, t: str, d: int, s: Scope) -> str:
        """What there is for every type."""
        kind = self.r.randrange(12)
        if kind < 2:
            return (
                f"(if {self.expr('bool', d, s)} {{ {self.expr(t, d, s)} }} else {{ {self.expr(t, d, s)} }})"
            )
        if kind == 2:
            return f"pick({self.expr('bool', d, s)}, {self.expr(t, d, s)}, {self.expr(t, d, s)})"
        if kind == 3:
            v = self.name()
            inner = Scope(s)
            inner.add("int", v, False)
            return f"(match {self.expr('Option<int>', d, s)} {{ Some({v}) => {self.expr(t, d, inner)}, None => {self.expr(t, d, s)} }})"
        if kind == 4:
            a, b, p = self.name(), self.name(), self.name()
            one, two, three = Scope(s), Scope(s), Scope(s)
            one.add("int", a, False)
            two.add("int", a, False)
            two.add("string", b, False)
            three.add("P", p, False)
            return (
                f"(match {self.expr('E', d, s)} {{ E::B({a}) => {self.expr(t, d, one)}, E::C({a}, {b}) => {self.expr(t, d, two)}, "
                f"E::D({p}) => {self.expr(t, d, three)}, _ => {self.expr(t, d, s)} }})"
            )
        if kind == 5:
            a, b = self.name(), self.name()
            one, two = Scope(s), Scope(s)
            one.add("int", a, False)
            two.add("string", b, False)
            return f"(match {self.expr('Result<int, string>', d, s)} {{ Ok({a}) => {self.expr(t, d, one)}, Err({b}) => {self.expr(t, d, two)} }})"
        if kind == 6:
            return f"(if true {{ {self.block(t, d, s)} }} else {{ {self.leaf(t, s)} }})"
        if kind == 7:
            a, b = self.name(), self.name()
            inner = Scope(s)
            inner.add("int", a)
            inner.add("bool", b)
            value = self.expr("(int, bool)", d, s)
            return f"(if true {{ let ({a}, {b}) = {value}; {self.expr(t, d, inner)} }} else {{ {self.leaf(t, s)} }})"
        if kind == 8:
            inner = Scope(s)
            inner.loops, inner.ret = 0, ""
            return f"({self.handled(self.expr(t, d, inner), t, inner)})"
        if kind == 9:
            c = self.name("g")
            inner = Scope(s)
            inner.loops, inner.ret = 0, ""
            return f"(|{c}: int| {{ {self.block(t, d, inner)} }})({self.expr('int', d, s)})"
        called = [f for f in self.functions if f[2] == t]
        if called and s.calls:
            name, params, _ = called[self.r.randrange(len(called))]
            inner = Scope(s)
            inner.calls = ""
            return f"{name}({', '.join([s.calls, *[self.expr(p, min(d, 1), inner) for p in params]])})"
        return _MAKE[t](self, d, s)


Make = Callable[[Maker, int, Scope], str]


#: by kind of expression: values, and the parts of them that are ints
_INT_PARTS: dict[int, list[tuple[str, list[str]]]] = {
    11: [("[int]", [".len()"]), ("string", [".char_len()"])],
    12: [("P", [".x", ".y", ".sum()", ".move_by(2)", ".tell(3)"])],
    13: [("(int, bool)", [".0"]), ("Id", [".0"]), ("Duo<int, string>", [".left"])],
    14: [("char", [".to_int()"]), ("byte", [".to_int()"])],
}


def _int(m: Maker, d: int, s: Scope) -> str:
    e = m.expr
    kind = m.r.randrange(24)
    a = e("int", d, s)
    if kind < 7:
        return f"({a} {m.choose(['+', '-', '*', '&', '|', '^'])} {e('int', d, s)})"
    if kind == 7:
        b = e("int", d, s)
        return f"({a} {m.choose(['/', '%'])} " + (f"({b} | 1))" if m.chance(90) else f"{b})")
    if kind == 8:
        b = e("int", d, s)
        return f"({a} {m.choose(['<<', '>>', '>>>'])} " + (f"({b} & 63))" if m.chance(90) else f"{b})")
    if kind == 9:
        return m.choose([f"(-{a})", f"(!{a})", f"({a}).count_ones()"])
    if kind == 10:
        arr = m.choose(s.names["[int]"]) if s.names.get("[int]") else "[4, 5, 6]"
        index = f"(({a} & 9223372036854775807) % {arr}.len())" if m.chance(80) else a
        return f"(if {arr}.len() > 0 {{ {arr}[{index}] }} else {{ -1 }})"
    if kind in _INT_PARTS:
        of, parts = m.choose(_INT_PARTS[kind])
        return e(of, d, s) + m.choose(parts)
    if kind == 15:
        return f"{e('Show', d, s)}.tell({a})"
    if kind == 16:
        return f"{e('fn(int) -> int', d, s)}({a})"
    if kind == 17:
        return f"depth({e('Tree', d, s)})"
    if kind == 18:
        return (
            f"{e('Option<int>', d, s)}.unwrap_or({a})"
            if m.chance(90)
            else f"{e('Option<int>', d, s)}.unwrap()"
        )
    if kind == 19:
        return (
            m.choose([f"@Ask.ask({a})", f"@Ask.stop({a})"]) if m.chance(30) else f"told({e('E', d, s)}, {a})"
        )
    if kind == 20:
        return f"twice({e('fn(int) -> int', d, s)}, {a})"
    if kind == 21:
        x = m.name("x")
        inner = Scope(s)
        inner.add("int", x, False)
        inner.loops, inner.ret, inner.calls = 0, "", ""
        body = e("int", d, inner)
        return f"core::iter::range(0, {m.r.randrange(6)}).map(|{x}: int| {{ {body} }}).fold({a}, |l: int, r: int| {{ l * 3 + r }})"
    if kind == 22:
        return f"digits({a}, 7).{m.choose(['0', '1'])}"
    v = m.name()
    t = m.choose(TYPES)
    inner = Scope(s)
    inner.add(t, v)
    return f"(if true {{ let {v}: {t} = {e(t, d, s)}; {e('int', d, inner)} }} else {{ 0 }})"


def _bool(m: Maker, d: int, s: Scope) -> str:
    e = m.expr
    kind = m.r.randrange(8)
    if kind < 3:
        return f"({e('int', d, s)} {m.choose(['<', '<=', '>', '>=', '==', '!='])} {e('int', d, s)})"
    if kind == 3:
        return f"({e('bool', d, s)} {m.choose(['&&', '||', '==', '!='])} {e('bool', d, s)})"
    if kind == 4:
        return f"({e('float', d, s)} {m.choose(['<', '<=', '>', '>=', '==', '!='])} {e('float', d, s)})"
    if kind == 5:
        return f"({e('string', d, s)} {m.choose(['<', '==', '!=', '>='])} {e('string', d, s)})"
    if kind == 6:
        return m.choose(
            [f"(!{e('bool', d, s)})", f"({e('char', d, s)} < {e('char', d, s)})", f"({e('Show', d, s)} is P)"]
        )
    return f"{e('(int, bool)', d, s)}.1"


def _float(m: Maker, d: int, s: Scope) -> str:
    if m.chance(30):
        return f"({m.expr('int', d, s)}).to_float()"
    return f"({m.expr('float', d, s)} {m.choose(['+', '-', '*', '/'])} {m.expr('float', d, s)})"


def _string(m: Maker, d: int, s: Scope) -> str:
    kind = m.r.randrange(5)
    if kind == 0:
        return f"({m.expr('string', d, s)} + {m.expr('string', d, s)})"
    if kind < 3:
        t = m.choose(TYPES)
        return SHOW[t] % m.expr(t, d, s)
    v, w = m.name(), m.name()
    inner = Scope(s)
    inner.add("int", v, False)
    inner.add("string", w, False)
    return f'(if true {{ let {v} = {m.expr("int", d, s)}; let {w} = {m.expr("string", d, s)}; f"[{{{v}}}:{{{w}}}]" }} else {{ "" }})'


def _closure(m: Maker, d: int, s: Scope) -> str:
    x = m.name("x")
    inner = Scope(s)
    inner.add("int", x, False)
    inner.loops, inner.ret, inner.calls = 0, "", ""
    return f"(|{x}: int| {{ {m.block('int', d, inner)} }})"


def _option(m: Maker, d: int, s: Scope) -> str:
    a = m.expr("int", d, s)
    return m.choose(
        [f"Some({a})", f"Some({a})", f"least({m.expr('Tree', d, s)}, {a} & 7)", f"{m.expr('Show', d, s)}.bump({a})", f"{m.expr('Option<int>', d, s)}.map({m.expr('fn(int) -> int', d, s)})",
         f"{m.expr('P', d, s)}.bump({a})", f"{m.expr('Option<int>', d, s)}.or({m.expr('Option<int>', d, s)})", f"{m.expr('[int]', d, s)}.pop()"]
    )  # fmt: skip


def _enum(m: Maker, d: int, s: Scope) -> str:
    a = m.expr("int", d, s)
    return m.choose(
        [
            f"E::B({a})",
            f"E::C({a}, {m.expr('string', d, s)})",
            f"E::D({m.expr('P', d, s)})",
            f"classify({a} & 31)",
            "E::A",
        ]
    )


_MAKE: Final[dict[str, Make]] = {
    "int": _int,
    "bool": _bool,
    "float": _float,
    "string": _string,
    "char": lambda m, d, s: f"({m.expr('int', d, s)} & 127).to_char()" if m.chance(90) else f"({m.expr('int', d, s)}).to_char()",
    "byte": lambda m, d, s: f"({m.expr('int', d, s)}).to_byte()",
    "P": lambda m, d, s: (
        f"(P {{ x: {m.expr('int', d, s)}, y: {m.expr('int', d, s)}, s: {m.expr('string', d, s)} }})" if m.chance(80) else f"{m.expr('P', d, s)}.same()"
    ),
    "E": _enum,
    "Option<int>": _option,
    "Result<int, string>": lambda m, d, s: m.choose(
        [f"parse({m.expr('string', d, s)}, {m.expr('int', d, s)} & 7)", f"err({m.expr('string', d, s)})", f"ok({m.expr('int', d, s)})"]
    ),
    "[int]": lambda m, d, s: f"[{', '.join([m.expr('int', d, s) for _ in range(1 + m.r.randrange(4))])}]",
    "(int, bool)": lambda m, d, s: f"({m.expr('int', d, s)}, {m.expr('bool', d, s)})",
    "Tree": lambda m, d, s: f"build({m.r.randrange(5)})" if m.chance(50) else f"Tree::Node({m.expr('int', d, s)}, {m.expr('Tree', d, s)}, Tree::Leaf)",
    "Duo<int, string>": lambda m, d, s: (
        f"(Duo {{ left: {m.expr('int', d, s)}, right: {m.expr('string', d, s)} }})" if m.chance(60) else f"swap(swap({m.expr('Duo<int, string>', d, s)}))"
    ),
    "Id": lambda m, d, s: f"Id({m.expr('int', d, s)})",
    "Show": lambda m, d, s: f"({m.expr(m.choose(['P', 'E']), d, s)} as Show)",
    "fn(int) -> int": _closure,
}  # fmt: skip


def program(seed: int) -> str:
    """The program of number ``seed``."""
    return Maker(seed).program()
