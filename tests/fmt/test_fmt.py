"""The formatter (08 §15): the table of rules, and what holds for every program."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusk.diagnostics import Diagnostics
from rusk.fmt import format_text
from rusk.source import Source
from rusk.syntax import ast, parse_file
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, FEND, FSTART, Tokens
from rusk.syntax.trivia import comments
from rusk.syntax.walk import parts

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/conformance", "rusk/library", "examples", "benchmarks")


# ---------------------------------------------------------------- rules


def body(text: str) -> str:
    """A formatted function body, without the function."""
    out = format_text("fn f() {\n" + text + "\n}")
    lines = out.split("\n")
    assert lines[0] == "fn f() {" and lines[-2:] == ["}", ""], out
    return "\n".join(line.removeprefix("    ") for line in lines[1:-2])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        # operators
        ("x=-1+ -2- - 3", "x = -1 + -2 - -3"),
        ("!a&&b||c<d", "!a && b || c < d"),
        ("x<<2>>>3>>1", "x << 2 >>> 3 >> 1"),
        ("1<-2", "1 < -2"),
        ("a|b^c&d%e", "a | b ^ c & d % e"),
        ("(a)<(b)", "(a) < (b)"),
        ("x as?I", "x as? I"),
        ("x as Option<int> >y", "x as Option<int> > y"),
        ("s is I{Item=int}", "s is I{Item = int}"),
        ("return- x", "return -x"),
        ("1 .0", "1 .0"),
        ("t . 0 . 1", "t.0.1"),
        # brackets
        ("f ( a ,b )[ 0 ] ( 1 , )", "f(a, b)[0](1,)"),
        ("let ( a,b )=c;", "let (a, b) = c;"),
        ("id::<int ,Map<K,V> > (1)", "id::<int, Map<K, V>>(1)"),
        ("[ 1,\n 2,\n 3 ]", "[1, 2, 3]"),
        ("xs\n  .map(|x| {})\n  .len()", "xs.map(|x| {}).len()"),
        ("@ I<int> . m ( 1 )", "@I<int>.m(1)"),
        ("let f: fn (int)->cont (int)->! =g;", "let f: fn(int) -> cont(int) -> ! = g;"),
        # braces
        ("{ }", "{}"),
        ("P{ x :1,y:2 }", "P { x: 1, y: 2 }"),
        ("P{ x :1,\ny:2 }", "P {\n    x: 1,\n    y: 2\n}"),
        ("P{ }", "P {}"),
        ("P{f:|x|{x}}", "P {\n    f: |x| {\n        x\n    }\n}"),
        ("P{f:|x|{},q:Q{ }}", "P { f: |x| {}, q: Q {} }"),
        ("f( | | { } )", "f(| | {})"),
        ("f{a}{b}", "f {\n    a\n} {\n    b\n}"),
        ("f(a=1)|x,y:int|{x}", "f(a = 1) |x, y: int| {\n    x\n}"),
        ("if a{1}else if b{2}else{3}", "if a {\n    1\n} else if b {\n    2\n} else {\n    3\n}"),
        (
            "match p{P{x,..}=>{1} (a,..rest)=>2,@I.op(x)->k=>k(x) None=>return,[..,a]=>{},}",
            "match p {\n    P { x, .. } => {\n        1\n    }\n    (a, ..rest) => 2,\n    @I.op(x) -> k => k(x)\n"
            "    None => return,\n    [.., a] => {},\n}",
        ),
        # literals stay
        (r'0x1F+1_000;1.0;"\u{41}";b"\xff"', '0x1F + 1_000;\n1.0;\n"\\u{41}";\nb"\\xff"'),
        ('f"{a+b}{ {1} }"+"x\n  y"', 'f"{a+b}{ {1} }" + "x\n  y"'),
        # blank lines
        ("\n\na;\n\n\n\nb;\nc\n\n", "a;\n\nb;\nc"),
        ("a;while b{}c;d;for x in y{}", "a;\n\nwhile b {}\n\nc;\nd;\n\nfor x in y {}"),
        ("if a{}\n// b\nloop{}", "if a {}\n\n// b\nloop {}"),
        ("let x = if a{}else{};y", "let x = if a {} else {};\ny"),
        # comments
        ("// a\n\n\n/* b */ c; // d\n// e", "// a\n\n/* b */\nc; // d\n// e"),
        ("f(a, // one\nb /* two */ , /* three */ c)", "f(a, // one\nb /* two */, /* three */ c)"),
        ("f(a,\n/* x */ b)", "f(a, /* x */ b)"),
        ("f(a,\n// x\nb)", "f(a,\n// x\nb)"),
        ("{ /* a */ }", "{ /* a */\n}"),
        ("{\n// a  \n\n}", "{\n    // a\n}"),
        ("if a{}// b\nelse{}", "if a {} // b\nelse {}"),
        ("/* a  \n   b */x", "/* a\n   b */\nx"),
    ],
)
def test_statements(given: str, wanted: str) -> None:
    assert body(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", "\n"),
        ("\n\n  ", "\n"),
        ("// a", "// a\n"),
        ("\n\n// a\n\n\n// b\n\n", "// a\n\n// b\n"),
        ("#!/usr/bin/env rusk  \nfn f(){}", "#!/usr/bin/env rusk\nfn f() {}\n"),
        ("use a::b;use c as d;\n\nuse e;mod x;mod y;fn f(){}", "use a::b;\nuse c as d;\n\nuse e;\n\nmod x;\nmod y;\n\nfn f() {}\n"),
        ("fn f(){}\n// of g\nfn g(){}", "fn f() {}\n\n// of g\nfn g() {}\n"),
        ("fn f(){} // of f\nfn g(){}", "fn f() {} // of f\n\nfn g() {}\n"),
        ("mod m{\n\nuse a;\n}", "mod m {\n    use a;\n}\n"),
        ("struct P{x:int,y:fn(int)->int,}struct Q( int );", "struct P {\n    x: int,\n    y: fn(int) -> int,\n}\n\nstruct Q(int);\n"),
        ("enum E<T>{A,B( T,( T, ) )}", "enum E<T> {\n    A,\n    B(T, (T,))\n}\n"),
        (
            "pub interface I<T>:A+B<T>{type X;fn a();readonly fn b()->Self::X{}}",
            "pub interface I<T>: A + B<T> {\n    type X;\n    fn a();\n\n    readonly fn b() -> Self::X {}\n}\n",
        ),
        (
            "impl<T:A+B,F<_,_> >I for S<T>{type X=int;pub static fn f<U>(readonly x:T)->T{x}fn g(){}}",
            "impl<T: A + B, F<_, _>> I for S<T> {\n    type X = int;\n    pub static fn f<U>(readonly x: T) -> T {\n        x\n    }\n\n    fn g() {}\n}\n",
        ),
        ("derive Eq+Hash for P;pub extern fn f( _x:int )->unit;", "derive Eq + Hash for P;\n\npub extern fn f(_x: int) -> unit;\n"),
        (
            "pub fn   f( a:int ,b : [ int ] )->int{if a>0{1}else{0}}",
            "pub fn f(a: int, b: [int]) -> int {\n    if a > 0 {\n        1\n    } else {\n        0\n    }\n}\n",
        ),
        ("fn f()->Iterator{Item=int}{}", "fn f() -> Iterator{Item = int} {}\n"),
        ("fn f()->!{loop{}}", "fn f() -> ! {\n    loop {}\n}\n"),
    ],
)  # fmt: skip
def test_items(given: str, wanted: str) -> None:
    assert format_text(given) == wanted
    assert format_text(wanted) == wanted


def test_what_does_not_parse() -> None:
    with pytest.raises(ValueError, match="x.rusk:1:4: expected identifier"):
        format_text("fn 1() {}", "x.rusk")


def test_the_project_is_formatted() -> None:
    """But for the conformance programs, which check positions. `python -m rusk fmt rusk/library examples benchmarks` mends it."""
    for folder in ("rusk/library", "examples", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.rusk")):
            text = path.read_text(encoding="utf-8")
            assert format_text(text) == text, path


# ---------------------------------------------------------------- every program


def parsed(text: str) -> tuple[ast.File, Tokens] | None:
    diags = Diagnostics()
    source = Source("p.rusk", text)
    tree = parse_file(source, diags)
    return None if diags.has_errors else (tree, tokenize(source, diags))


def meaning(node: object) -> object:
    """The tree without places."""
    if isinstance(node, list):
        return [meaning(n) for n in node]
    if not isinstance(node, ast.Node):
        return node
    cls = type(node)
    plain = [
        getattr(node, n)
        for n in ("name", "op", "kind", "value", "is_pub", "negated", "has_semi", "alias")
        if hasattr(node, n)
    ]
    return cls.__name__, [meaning(p) for p in plain], [meaning(getattr(node, name)) for name in parts(cls)]


def remarks(text: str, tokens: Tokens) -> list[tuple[int, str]]:
    """All comments outside formatted strings: the number of the token that follows, and the text."""
    out = []
    end = 0
    depth = 0
    for i, kind in enumerate(tokens.kinds):
        if not depth:
            out += [(i, c.text) for c in comments(text, end, tokens.starts[i])[0]]
        depth += (kind == FSTART) - (kind == FEND)
        end = tokens.ends[i]
        if kind == EOF:
            break
    return out


def check(text: str) -> None:
    """Everything that formatting promises, for a text that parses."""
    before = parsed(text)
    assert before is not None
    result = format_text(text)
    after = parsed(result)
    assert after is not None
    assert after[1].kinds == before[1].kinds and after[1].values == before[1].values
    assert meaning(after[0]) == meaning(before[0])
    assert remarks(result, after[1]) == remarks(text, before[1])
    assert format_text(result) == result
    assert result.endswith("\n") and (result == "\n" or not result.endswith("\n\n"))
    if all(kind not in before[1].kinds for kind in ("string", FSTART)):
        lines = result.split("\n")
        assert all(line == line.rstrip() for line in lines)
        assert "\n\n\n" not in result


@cache
def corpus() -> list[str]:
    """The project's programs that parse."""
    out = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.rusk")):
            try:
                text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
            except UnicodeDecodeError:
                continue
            if parsed(text) is not None:
                out.append(text)
    assert len(out) > 300
    return out


@pytest.mark.parametrize("part", range(8))
def test_the_projects_programs(part: int) -> None:
    for text in corpus()[part::8]:
        check(text)


GAPS = (
    "",
    "",
    "",
    " ",
    "\n",
    "\n\n\n",
    "\t",
    "\r\n",
    " /* c */ ",
    " /**/",
    " // c\n",
    "\n// c\n",
    "\n\n/* c\n  d */\n\n",
    "\n/* c */ ",
)


def respaced(text: str, chance: random.Random) -> str:
    """The same tokens with other things between them."""
    found = parsed(text)
    assert found is not None
    tokens = found[1]
    out: list[str] = []
    depth = 0
    end = tokens.starts[0]
    for i, kind in enumerate(tokens.kinds):
        start = tokens.starts[i]
        if depth:
            out.append(text[end:start])
        else:
            gap = chance.choice(GAPS)
            touching = start == end and i > 0 and kind in "<>" and tokens.kinds[i - 1] in "<>"
            if touching or (gap == "" and i > 0 and start > end):
                gap = "" if touching else " "
            out.append(gap)
        if kind == EOF:
            return "".join(out)
        end = tokens.ends[i]
        out.append(text[start:end])
        depth += (kind == FSTART) - (kind == FEND)
    raise AssertionError


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_random_programs(which: int, chance: random.Random) -> None:
    """The project's programs with white space and comments at random places."""
    programs = corpus()
    check(respaced(programs[which % len(programs)], chance))
