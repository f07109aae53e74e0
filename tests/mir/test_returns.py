"""The pass ``returns``: which functions return the parts of a value, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

import rusk
from rusk.compiler import Options, compile_text

TEXT = """
enum Shape { Dot, Line(int), Box(int, float), Name(string, unit) }
interface Ask { fn ask(n: int) -> int; }
pub fn find(n: int) -> Option<int> { if n < 0 { None } else if n > 5 { Some(n) } else { find(n + 1) } }
pub fn named(n: int) -> Result<string, int> { if n == 0 { Err(7) } else if n > 3 { Ok(f"n{n}") } else { named(n + 1) } }
pub fn shape(n: int) -> Shape {
    if n == 0 { Shape::Dot } else if n == 1 { Shape::Line(n) } else if n == 2 { Shape::Box(n, 0.5) } else if n == 3 { Shape::Name("x", ()) } else { shape(n - 4) }
}
pub fn pair(n: int) -> (int, string) { if n == 0 { (0, "") } else { let (a, s) = pair(n - 1); (a + n, s + "*") } }
fn asked(n: int) -> Option<int> { if n == 0 { None } else { match asked(n - 1) { None => Some(@Ask.ask(n)), Some(v) => Some(v * 10 + @Ask.ask(n)) } } }
fn fails(n: int) -> Option<int> { if n == 0 { Some(1 / n) } else { match fails(n - 1) { Some(v) => Some(v), None => None } } }
fn area(s: Shape) -> int { match s { Shape::Dot => 0, Shape::Line(n) => n, Shape::Box(n, _) => n * n, Shape::Name(_, _) => 100 } }
pub fn all() -> int {
    let t = 0;
    let i = 0;
    while i < 9 { t = t * 3 + area(shape(i)); i = i + 1; }
    match find(2) { Some(v) => { t = t + v; } None => {} }
    match named(0) { Ok(_) => {} Err(e) => { t = t + e; } }
    match named(1) { Ok(s) => { t = t + s.char_len(); } Err(_) => {} }
    let (a, s) = pair(4);
    t + a + s.char_len()
}
pub fn kept(n: int) -> [Option<int>] { let out = []; out.push(find(n)); match find(n) { Some(v) => { out.push(Some(v)); } None => {} } out }
pub fn effects() -> int { match asked(3) { Some(v) => v, None => 0, @Ask.ask(n) => resume(n + 1) } }
pub fn trap() -> int { match fails(3) { Some(v) => v, None => 0 } }
fn main() {}
"""


def program(level: int, text: str = TEXT, **options: Any) -> rusk.Program:
    from rusk.embed.program import _program

    return _program(compile_text(text, "t.rusk", Options(opt_level=level, **options)), "", ())


def test_functions_of_programs_return_parts() -> None:
    image = program(2).image
    parts = {f.name: [image.types[t].text for t in f.results] for f in image.funcs if f.results}
    assert parts == {
        "find": ["int", "int"],
        "named": ["int", "string", "int"],
        "shape": ["int", "int", "float", "string"],
        "pair": ["int", "string"],
        "asked": ["int", "int"],
        "fails": ["int", "int"],
    }
    assert not any(f.results for f in program(2, no_passes=["returns"]).image.funcs)


@pytest.mark.parametrize("level", [0, 2])
def test_the_same_from_inside_and_outside(level: int) -> None:
    p = program(level)
    assert p.call("all") == 29795
    assert p.call("effects") == 234
    assert p.call("find", 3) == rusk.Some(6)
    assert p.call("find", -1) is None
    assert p.call("pair", 3) == (6, "***")


def test_a_match_on_what_a_call_returned_allocates_nothing() -> None:
    loop = "let t = 0; let i = 0; while i < argc { match find(i) { Some(v) => { t = t + v; } None => {} } i = i + 1; } t"
    p = program(2, TEXT + f"pub fn count(argc: int) -> int {{ {loop} }}")
    session = p.start(entry="count", args=(1000,), metrics=True)
    assert isinstance(session.step(), rusk.Done)
    assert session.metrics()["allocations"] == 0


def test_objects_of_their_own_stay_objects() -> None:
    """What somebody else knows is not taken apart: the struct in the array is the one that is returned."""
    text = """
    struct P { x: int }
    fn known(ps: [P], n: int) -> P { if n == 0 { let p = P { x: 1 }; ps.push(p); p } else { known(ps, n - 1) } }
    fn fresh(n: int) -> P { if n == 0 { P { x: 5 } } else { let q = fresh(n - 1); P { x: q.x + 1 } } }
    pub fn f() -> int { let ps = []; let p = known(ps, 2); p.x = 7; let q = fresh(3); q.x = q.x * 2; ps[0].x * 100 + q.x }
    fn main() {}
    """
    p = program(2, text)
    assert p.call("f") == 716
    assert [f.name for f in p.image.funcs if f.results] == ["fresh"]


def test_a_function_that_mostly_feeds_data_structures_stays() -> None:
    text = """
    fn make(n: int) -> (int, int) { if n == 0 { (1, 2) } else { make(n - 1) } }
    pub fn f() -> [(int, int)] { [make(1), make(2), make(3), make(4)] }
    fn main() {}
    """
    assert not [f for f in program(2, text).image.funcs if f.results]


def test_called_as_values_and_through_interfaces() -> None:
    text = """
    interface Src { fn next() -> Option<int>; }
    struct Down { n: int }
    impl Src for Down {
        fn next() -> Option<int> { if self.n < 0 { None } else if self.n % 3 == 0 { self.n = self.n - 1; Some(self.n) } else { self.n = self.n - 1; self.next() } }
    }
    fn find(n: int) -> Option<int> { if n > 5 { Some(n) } else { find(n + 1) } }
    fn sum(s: Src) -> int { let t = 0; while let_some(s) { t = t + 1; } t }
    fn let_some(s: Src) -> bool { match s.next() { Some(_) => true, None => false } }
    pub fn f(g: bool) -> int {
        let h = if g { find } else { |n: int| { Some(n) } };
        let d = Down { n: 10 };
        let direct = match d.next() { Some(v) => v, None => 0 };
        match h(2) { Some(v) => v * 100 + direct * 10 + sum(d as Src), None => 0 }
    }
    fn main() {}
    """
    for level in (0, 2):
        p = program(level, text)
        assert p.call("f", True) == 683
        assert p.call("f", False) == 283


def test_tracebacks() -> None:
    found = []
    for level in (0, 2):
        with pytest.raises(rusk.Trap) as e:
            program(level).call("trap")
        found.append((e.value.message, [(f.function, f.line) for f in e.value.traceback]))
    assert found[0] == found[1]
    assert [name for name, _ in found[1][1]] == ["trap", "fails", "fails", "fails", "fails"]


def test_several_variables_are_returned_as_they_are() -> None:
    text = """
    fn two(n: int) -> (int, int) { let a = 1; let b = 2; while n > a + b { let c = a; a = b; b = c + a; }; (a, b) }
    fn more(n: int) -> (int, int) { if n > 90 { two(n) } else { let (a, b) = more(n + 10); (b, a) } }
    pub fn f(n: int) -> int { let (a, b) = more(n); a * 1000 + b }
    fn main() {}
    """
    assert program(0, text).call("f", 55) == program(2, text).call("f", 55)
    assert program(0, text).call("f", 95) == program(2, text).call("f", 95)
