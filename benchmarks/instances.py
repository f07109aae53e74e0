"""Speed of instantiation: a 100-line generic function used at 200 types, compiled from text to a verified image.

    python benchmarks/instances.py [VARIANT ...] [--count N] [--rounds N] [--profile] [--dump]

The programs are made here; every one is run afterwards and its result compared with the one that a model of it gives. Target: 1 second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from time import perf_counter, process_time

import common  # noqa: F401  (puts the package on the path)

import rusk
from rusk.compiler import Options, compile_text

#: Lines inside loops of the generic functions that use no bound: everything that a container of a library does.
_PLAIN = """
    let xs: [T] = [];
    let i = 0;
    while i < n {
        if i % 3 == 0 { xs.push(x); } else { xs.push(y); }
        i = i + 1;
    }
    let sum = 0;
    let flip = false;
    for v in xs {
        if flip { sum = sum + 1; keep.push(v); } else { sum = sum + 2; }
        flip = !flip;
    }
    let first = xs[0];
    let last = xs[xs.len() - 1];
    xs[0] = last;
    xs[xs.len() - 1] = first;
    let pair = (first, last);
    let (a, b) = pair;
    let swapped = (b, a);
    keep.push(swapped.0);
    keep.push(swapped.1);
    let best = first;
    let k = 0;
    loop {
        if k >= xs.len() { break; }
        match k % 4 {
            0 => { best = xs[k]; sum = sum + k; },
            1 => { sum = sum - 1; },
            2 => { if sum > 100 { sum = sum / 2; } else { sum = sum + 3; } },
            _ => { sum = sum * 2 % 1009; },
        }
        k = k + 1;
    }
    keep.push(best);
"""
_BOXES = """
    let o: Option<T> = None;
    let count = 0;
    for v in keep {
        o = match o {
            None => Some(v),
            Some(w) => { count = count + 1; if count % 2 == 0 { Some(w) } else { None } },
        };
    }
    match o { Some(v) => { keep.push(v); sum = sum + 7; }, None => { sum = sum + 11; } }
    let box = Pair { left: x, right: n, rest: [y] };
    box.right = box.right + sum;
    box.rest.push(box.left);
    let t = Tree::Node(x, Tree::Leaf, Tree::Node(y, Tree::Leaf, Tree::Leaf));
    sum = sum + size(t);
    let table: [[T]] = [[x], [y], []];
    for row in table { sum = sum + row.len(); }
    table[2].push(box.left);
    let opts: [Option<T>] = [Some(x), None, Some(y)];
    for e in opts { match e { Some(v) => { keep.push(v); }, None => { sum = sum + 1; } } }
    if let_some(opts) { sum = sum + 5; }
    sum = sum + box.right % 13 + box.count();
"""
_CLOSURES = """
    let calls = 0;
    let note = |v: T| { calls = calls + 1; keep.push(v); calls };
    let twice = |f: fn(T) -> int, v: T| { f(v) + f(v) };
    sum = sum + note(x) + twice(note, y);
    let choose = |c: bool| { if c { x } else { y } };
    keep.push(choose(sum % 2 == 0));
    sum = sum + apply(xs, |v: T| { calls = calls + 1; calls + n });
    sum = sum + calls;
"""
_BOUNDS = """
    sum = sum + x.area() * 3 + y.area();
    let names = x.show() + "," + y.show();
    for v in xs { sum = sum + v.area() % 7; if v.area() > 50 { names = names + v.show(); } }
    let i2 = 0;
    while i2 < keep.len() {
        let w = keep[i2];
        if w.area() > sum { sum = sum + w.area(); } else { sum = sum + 1; }
        i2 = i2 + 2;
    }
    sum = sum + names.byte_len();
    if x.show() == y.show() { sum = sum + 1; }
"""

_HELPERS = """
struct Pair<T, U> { left: T, right: U, rest: [T] }
impl<T, U> Pair<T, U> { readonly fn count() -> int { self.rest.len() } }
enum Tree<T> { Leaf, Node(T, Tree<T>, Tree<T>) }
fn size<T>(t: Tree<T>) -> int { match t { Tree::Leaf => 0, Tree::Node(_, l, r) => 1 + size(l) + size(r) } }
fn let_some<T>(os: [Option<T>]) -> bool { match os[0] { Some(_) => true, None => false } }
fn apply<T>(xs: [T], f: fn(T) -> int) -> int { let s = 0; for x in xs { s = s + f(x); } s }
"""
_INTERFACES = """
interface Area { readonly fn area() -> int; }
interface Show { readonly fn show() -> string; }
"""


def _padded(body: str, lines: int = 100) -> str:
    """``body`` brought to ``lines`` lines by more work of its kind."""
    more = 0
    while body.count("\n") < lines - 4:
        body += f"    if sum % {more + 2} == 0 {{ sum = sum + {more}; }} else {{ keep.push(x); }}\n    sum = sum + keep.len() % {more + 3};\n"
        more += 1
    return body


def _work(body: str, bounds: str = "") -> str:
    return f"fn work<T{bounds}>(x: T, y: T, n: int) -> int {{\n    let keep: [T] = [];{_padded(body)}    sum + keep.len()\n}}\n"


def _types(count: int, impls: bool) -> tuple[str, list[str]]:
    """Declarations, and an expression of each type."""
    text = ""
    values = []
    for i in range(count):
        kind = i % 4
        if kind == 0:
            text += f"struct S{i} {{ v: int, w: int }}\n"
            values.append(f"S{i} {{ v: {i}, w: 2 }}")
            area, show = "self.v * self.w", f'"s{i}"'
        elif kind == 1:
            text += f"struct S{i}(int);\n"
            values.append(f"S{i}({i})")
            area, show = "self.0 + 1", 'f"n{self.0}"'
        elif kind == 2:
            text += f"enum S{i} {{ A(int), B(string) }}\n"
            values.append(f"S{i}::A({i})")
            area, show = f"match self {{ S{i}::A(n) => n, S{i}::B(s) => s.byte_len() }}", f'"e{i}"'
        else:
            text += f"struct S{i} {{ name: string, on: bool, next: Option<S{i}> }}\n"
            values.append(f'S{i} {{ name: "x{i}", on: true, next: None }}')
            area, show = "if self.on { self.name.byte_len() } else { 0 }", "self.name"
        if impls:
            text += f"impl Area for S{i} {{ readonly fn area() -> int {{ {area} }} }}\n"
            text += f"impl Show for S{i} {{ readonly fn show() -> string {{ {show} }} }}\n"
    return text, values


def _program(helpers: str, work: str, types: str, values: list[str]) -> str:
    calls = "".join([f"    total = total + work({v}, {v}, n + {i});\n" for i, v in enumerate(values)])
    return f"{helpers}{work}{types}fn main(argv: [string]) -> int {{\n    let n = 9 + argv.len();\n    let total = 0;\n{calls}    total\n}}\n"


def _mixed(count: int) -> tuple[str, list[str]]:
    """Primitives, newtypes, tuples, nested arrays and options of structs."""
    text, values = _types((count + 4) // 5, False)
    basic = ["1", "1.5", "'c'", "true", '"s"', 'b"x"', "()"]
    out = list(basic)
    for v in values:
        out += [v, f"[{v}]", f"({v}, 1)", f"Some({v})", f"[[({v}, {basic[len(out) % 4]})]]"]
    return text, out[:count]


def program(variant: str, count: int) -> str:
    """The text of the program of a variant."""
    if variant == "plain":
        types, values = _types(count, False)
        return _program("", _work(_PLAIN), types, values)
    if variant == "mixed":
        types, values = _mixed(count)
        return _program(_HELPERS, _work(_PLAIN + _BOXES), types, values)
    if variant == "bounds":
        types, values = _types(count, True)
        return _program(_INTERFACES, _work(_PLAIN + _BOUNDS, ": Show + Area"), types, values)
    if variant == "boxes":
        types, values = _types(count, False)
        return _program(_HELPERS, _work(_PLAIN + _BOXES), types, values)
    if variant == "closures":
        types, values = _types(count, False)
        return _program(_HELPERS, _work(_PLAIN + _CLOSURES), types, values)
    types, values = _types(count, True)
    return _program(
        _HELPERS + _INTERFACES, _work(_PLAIN + _BOXES + _CLOSURES + _BOUNDS, ": Show + Area"), types, values
    )


VARIANTS = ("plain", "mixed", "bounds", "boxes", "closures", "all")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure instantiation.")
    parser.add_argument("variants", nargs="*", default=VARIANTS)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--dump", action="store_true", help="print the programs instead")
    options = parser.parse_args()
    compile_text("fn main() {}")
    for variant in options.variants or VARIANTS:
        text = program(variant, options.count)
        if options.dump:
            print(text)
            continue
        if options.profile:
            import cProfile
            import pstats

            profile = cProfile.Profile()
            profile.runcall(compile_text, text)
            pstats.Stats(profile).sort_stats("tottime").print_stats(40)
            continue
        shown = []
        results = set()
        for level in (0, 2):
            times = []
            cpu = []
            for _ in range(options.rounds):
                start, busy = perf_counter(), process_time()
                compiled = compile_text(text, options=Options(opt_level=level))
                times.append(perf_counter() - start)
                cpu.append(process_time() - busy)
                assert compiled.image is not None, compiled.diagnostics[0]
            words = len(compiled.image.code)
            shown.append(
                f"-O{level} {statistics.median(times):6.2f} s (CPU {min(cpu):.2f} s, {words:,} words)"
            )
            results.add(rusk.compile(text, opt_level=level).run())
        assert len(results) == 1, results
        print(f"{variant:<9} {'   '.join(shown)}   result {results.pop()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
