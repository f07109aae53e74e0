"""Decision trees: no path of a match tests a place for the same thing twice, and matches stay small and right."""

from __future__ import annotations

import random

import pytest

import rusk
from rusk.compiler import Options, compile_text
from rusk.mir.ir import Function, Instr

COLOURS = "enum C { R, G, B }\n"
SHAPES = "enum S { Dot, Line(int), Pair(Option<int>, bool), Deep(Option<Option<int>>) }\n"


def lowered(text: str, name: str = "f") -> Function:
    """A function before any pass."""
    compiled = compile_text(text, "t.rusk", Options(keep_mir=True, opt_level=0))
    assert compiled.program is not None, [str(d) for d in compiled.diagnostics]
    return next(
        i.function for i in compiled.program.instances if i.function is not None and i.function.name == name
    )


_TESTS = {"int_eq": "=", "char_eq": "=", "byte_eq": "=", "string_eq": "=", "bytes_eq": "=", "float_eq": "="}
_TESTS |= {"int_ge": ">=", "string_lt": "<", "bytes_lt": "<"}


def repeated_tests(fn: Function) -> list[str]:
    """What some path tests twice. Places are named by the instructions that lead to them; a `tag` stands for its enum."""
    makers: dict[int, Instr] = {}
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.dst >= 0:
                makers[ins.dst] = ins

    def place(v: int) -> object:
        ins = makers.get(v)
        if ins is None or v < fn.nparams:
            return v
        if ins.op == "const":
            return ("const", repr(ins.data))
        if ins.op == "copy":
            return place(ins.args[0])
        if ins.op in ("get", "payload", "tag", "array_len", "index", "int_sub"):
            return (ins.op, ins.data, *[place(a) for a in ins.args])
        return v

    def tested(term: Instr) -> list[object]:
        """The question of each way out of a branch or switch; equal ones must not come twice on a path."""
        cond = makers.get(term.args[0])
        if term.op == "branch" and cond is not None and cond.op in _TESTS:
            return [(_TESTS[cond.op], *[place(a) for a in cond.args])]
        if term.op == "branch":
            return [("=", place(term.args[0]), ("const", "True"))]
        return [("=", place(term.args[0]), ("const", repr(v))) for v, _ in term.data[0]]

    found: list[str] = []
    done: set[tuple[int, frozenset[object]]] = set()
    work: list[tuple[int, frozenset[object]]] = [(0, frozenset())]
    while work:
        at, asked = work.pop()
        if (at, asked) in done:
            continue
        done.add((at, asked))
        assert len(done) < 200_000
        term = fn.blocks[at].term
        if term.op == "jump":
            work.append((term.data, asked))
        elif term.op in ("branch", "switch"):
            questions = tested(term)
            found += [f"b{at}: {q}" for q in questions if q in asked]
            asked |= frozenset(questions)
            outs = term.data if term.op == "branch" else [*[b for _, b in term.data[0]], term.data[1]]
            work.extend([(b, asked) for b in outs if b >= 0])
    return found


MATCHES = {
    "tuple": COLOURS + "fn f(a: C, b: C) -> int { match (a, b) { (C::R, C::R) => 1, (C::G, _) => 2, (_, C::B) => 3, (C::R, _) => 4, _ => 5 } }",
    "second column first": COLOURS + "fn f(a: C, b: C) -> int { match (a, b) { (_, C::R) => 1, (C::R, C::G) => 2, (C::R, C::B) => 3, (_, C::G) => 4, _ => 5 } }",
    "nested": SHAPES + """fn f(s: S, t: S) -> int { match (s, t) {
        (S::Pair(Some(0), true), _) => 1, (S::Pair(Some(n), false), S::Line(m)) => n + m, (S::Pair(None, b), S::Pair(_, c)) => if b == c { 2 } else { 3 },
        (S::Deep(Some(Some(n))), S::Deep(Some(None))) => n, (S::Deep(Some(_)), S::Deep(_)) => 4, (S::Line(5), S::Line(6)) => 5, (S::Line(a), S::Line(b)) => a - b,
        (_, S::Dot) => 6, (S::Dot, _) => 7, _ => 8 } }""",
    "structs": """struct P { x: int, o: Option<bool> }
        fn f(p: P, q: P) -> int { match (p, q) { (P { x: 1, .. }, P { x: 1, o: Some(true) }) => 1, (P { o: None, .. }, P { x: 1, .. }) => 2,
            (P { x: 2, o: Some(b) }, P { o: Some(true), .. }) => if b { 3 } else { 4 }, (P { o: Some(_), .. }, _) => 5, (_, P { x, .. }) => x } }""",
    "integers": "fn f(a: int, b: int) -> int { match (a, b) { (1, 2) => 1, (1, x) => x, (2, 2) => 3, (y, 2) => y, (3, 3) => 4, (1000000, -5) => 9, _ => 0 } }",
    "text": """fn f(a: string, b: char) -> int { match (a, b) { ("a", 'x') => 1, ("b", 'x') => 2, ("a", 'y') => 3, (_, 'x') => 4, ("c", _) => 5, _ => 6 } }""",
    "many strings": "fn f(a: string, b: bool) -> int { match (a, b) { "
    + "".join([f'("k{i}", {"true" if i % 2 else "false"}) => {i}, ' for i in range(40)])
    + '("k3", _) => 100, _ => 101 } }',
    "arrays": """fn f(a: [int]) -> int { match a { [] => 0, [1] => 1, [1, 2] => 2, [x, 2] => x, [1, .., 9] => 3, [_, 5, ..] => 4, [.., 7, y] => y, [3, 4, 5, ..] => 5,
        [_, _, _, _] => 6, _ => 7 } }""",
    "arrays of pairs": """fn f(a: [(bool, Option<int>)], b: [bool]) -> int { match (a, b) { ([(true, Some(1)), ..], [true, ..]) => 1, ([(true, _), ..], [_, true]) => 2,
        ([(_, None), .., (false, None)], []) => 3, ([_, ..], [.., true]) => 4, ([], [b]) => if b { 5 } else { 6 }, _ => 7 } }""",
    "floats": "fn f(a: float, b: float) -> int { match (a, b) { (1.0, 0.0) => 1, (1.0, -0.0) => 2, (2.0, 0.0) => 3, (_, 0.5) => 4, (1.0, _) => 5, _ => 6 } }",
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHES)
def test_nothing_is_tested_twice(name: str) -> None:
    assert repeated_tests(lowered(MATCHES[name] + "\npub fn main() { f; }")) == []


def test_the_search_for_repeated_tests_finds_them() -> None:
    text = "fn f(a: int) -> int { if a == 1 { 1 } else { if a == 1 { 2 } else { 3 } } }\nfn main() { f; }"
    assert len(repeated_tests(lowered(text))) == 1


def random_match(rng: random.Random) -> tuple[str, int]:
    """A match over three columns of small types, of which every arm gives another number; and how many arms it has."""

    def option(depth: int) -> str:
        if depth == 0 or rng.random() < 0.4:
            return "_"
        if rng.random() < 0.3:
            return "None"
        return f"Some({rng.choice(['true', 'false', '_'])})"

    def pattern() -> str:
        colour = rng.choice(["C::R", "C::G", "C::B", "_", "_"])
        items = [option(1) for _ in range(rng.randrange(3))]
        if rng.random() < 0.5:
            items.insert(rng.randrange(len(items) + 1), "..")
        array = "_" if rng.random() < 0.4 else f"[{', '.join(items)}]"
        return f"({colour}, {option(1)}, {array})"

    arms = [pattern() for _ in range(rng.randrange(2, 9))]
    body = ", ".join([f"{p} => {i}" for i, p in enumerate(arms)])
    return f"match t {{ {body}, _ => {len(arms)} }}", len(arms)


@pytest.mark.parametrize("seed", range(8))
def test_random_matches_choose_the_first_arm_that_fits(seed: int) -> None:
    """Against a program that tries the arms one after the other."""
    rng = random.Random(seed)
    text, n = random_match(rng)
    arms = text[len("match t { ") :].rsplit(", _ =>", 1)[0].split(" => ")
    patterns = [arms[0], *[a.split(", ", 1)[1] for a in arms[1:-1]]]
    assert len(patterns) == n
    one_by_one = "".join([f"match t {{ {p} => return {i}, _ => () }}; " for i, p in enumerate(patterns)])
    program = f"""{COLOURS}
        fn f(t: (C, Option<bool>, [Option<bool>])) -> int {{ {text} }}
        fn g(t: (C, Option<bool>, [Option<bool>])) -> int {{ {one_by_one} {n} }}
        fn main() -> int {{
            let options: [Option<bool>] = [None, Some(true), Some(false)];
            let arrays: [[Option<bool>]] = [[]];
            for a in options {{ arrays.push([a]); for b in options {{ arrays.push([a, b]); arrays.push([a, None, b]); }} }}
            for c in [C::R, C::G, C::B] {{ for o in options {{ for a in arrays {{
                if f((c, o, a)) != g((c, o, a)) {{ panic(f"{{f((c, o, a))}} {{g((c, o, a))}}"); }}
            }} }} }}
            1
        }}"""
    assert repeated_tests(lowered(program)) == []
    for level in (0, 2):
        assert rusk.compile(program, opt_level=level).run() == 1


def test_an_enum_of_twenty_variants_costs_one_switch() -> None:
    names = [f"V{i}" for i in range(20)]
    text = (
        f"enum E {{ {', '.join(names)} }}\n"
        + "fn f(e: E) -> int { match e { " + ", ".join([f"E::{n} => {i * i}" for i, n in enumerate(names)]) + " } }\n"
        + "fn main() -> int { let s = 0; for e in [" + ", ".join([f"E::{n}" for n in names]) + "] { s = s + f(e); } s }"
    )  # fmt: skip
    f = lowered(text)
    assert [b.term.op for b in f.blocks].count("switch") == 1
    assert "branch" not in [b.term.op for b in f.blocks]
    program = rusk.compile(text)
    session = program.start(metrics=True)
    assert session.run() == sum(i * i for i in range(20))
    assert session.metrics()["switch_instructions"] == 20


def test_bodies_are_shared() -> None:
    """An arm that many paths lead to has one body, and columns that do not matter do not multiply the code."""
    pairs = 12
    columns = 2 * pairs
    rows = []
    for i in range(pairs):
        row = ["_"] * columns
        row[2 * i] = row[2 * i + 1] = "true"
        rows.append(f"({', '.join(row)}) => g({i})")
    text = (
        f"fn g(n: int) -> int {{ n }} fn f(t: ({', '.join(['bool'] * columns)})) -> int {{ match t {{ {', '.join(rows)}, _ => g(-1) }} }}"
        f" fn main() -> int {{ f(({', '.join(['true', 'false'] * (pairs - 1) + ['true', 'true'])})) }}"
    )
    f = lowered(text)
    assert sum([ins.op == "call" for b in f.blocks for ins in b.instrs]) == pairs + 1
    assert len(f.blocks) < 6 * columns
    assert rusk.compile(text).run() == pairs - 1


def test_parts_are_read_only_where_they_are_needed() -> None:
    """Names are bound when the arm is chosen: testing the second part of a pair does not read the first."""
    f = lowered('fn f(t: (string, int)) -> string { match t { (s, 1) => s, _ => "" } } fn main() { f; }')
    entry = [(i.op, i.data) for i in f.blocks[0].instrs if i.op == "get"]
    assert entry == [("get", 1)]


def test_patterns_on_what_never_comes() -> None:
    text = 'fn f() -> int { match (1, panic("x")) { (1, (a, [b, ..])) => 1, (n, "s") => n, (_, Some(q)) => 2, _ => 3 } } fn main() { f; }'
    lowered(text)
