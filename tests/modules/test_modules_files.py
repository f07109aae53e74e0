"""Modules in files, host modules, entry functions (05 §1.1, §5; 08 §2, §6)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from types_support import explain

from rusk.compiler import Options, compile_file, compile_text
from rusk.diagnostics import Diagnostics
from rusk.modules.loader import library_directory
from rusk.source import Source, load_source
from rusk.types import terms
from rusk.types.check import check_program
from rusk.types.world import World

Found = list[tuple[str, str]]


def build(root: Path, files: dict[str, str | bytes], links: dict[str, str] | None = None) -> None:
    """Write files and symbolic links."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for name, target in (links or {}).items():
        (root / name).symlink_to(target)


def load(
    path: Path, modules: dict[str, str] | None = None, std: bool = True, need_main: bool = True
) -> World:
    """Declare and check the program with that entry file."""
    terms.reset()
    world = World(Diagnostics(), library_directory(), std)
    world.load(load_source(str(path)), str(path), modules or {})
    if world.bodies_ready:
        world.check_main(need_main)
        check_program(world)
    return world


def errors(world: World, root: Path) -> Found:
    """The errors with their files."""
    return [
        (d.name, os.path.relpath(d.path, root) if os.path.isabs(d.path or "") else str(d.path))
        for d in world.diags.sorted()
        if d.severity == "error"
    ]


MAIN = "fn main() {}"

FILES: dict[str, tuple[dict[str, str | bytes], Found]] = {
    "children": (
        {
            "main.rusk": "mod shapes; mod util { pub mod text; } fn main() -> string { shapes::round::area(2); util::text::hi() }",
            "shapes.rusk": "pub mod round;",
            "shapes/round.rusk": "pub fn area(r: int) -> int { 3 * r * r }",
            "util/text.rusk": '#!shebang\npub fn hi() -> string { "hi" }',
        },
        [],
    ),
    "mod.rusk": (
        {
            "main.rusk": "mod a; fn main() -> int { a::b::f() }",
            "a/mod.rusk": "pub mod b;",
            "a/b.rusk": "pub fn f() -> int { 1 }",
        },
        [],
    ),
    "mod.rusk in an inline module": (
        {
            "main.rusk": "mod a { pub mod b; } fn main() -> int { a::b::f() }",
            "a/b/mod.rusk": "pub fn f() -> int { 1 }",
        },
        [],
    ),
    "byte order mark": (
        {"main.rusk": b"\xef\xbb\xbfmod a; fn main() {}", "a.rusk": b"\xef\xbb\xbf#!x\nfn f() {}"},
        [],
    ),
    "files that no mod names": ({"main.rusk": MAIN, "a.rusk": "junk"}, []),
    "none": (
        {"main.rusk": "mod a; mod b; fn main() {}"},
        [("module-not-found", "main.rusk"), ("module-not-found", "main.rusk")],
    ),
    "none for a child": (
        {"main.rusk": "mod a; fn main() {}", "a.rusk": "mod a;"},
        [("module-not-found", "a.rusk")],
    ),
    "both": (
        {"main.rusk": "mod a; fn main() {}", "a.rusk": "", "a/mod.rusk": ""},
        [("ambiguous-module", "main.rusk")],
    ),
    "not UTF-8": (
        {"main.rusk": "mod a; fn main() {}", "a.rusk": b"\xff\xfe"},
        [("unreadable-file", "main.rusk")],
    ),
    "a directory counts as found": (
        {"main.rusk": "mod a; fn main() {}", "a.rusk/x": ""},
        [("unreadable-file", "main.rusk")],
    ),
    "the entry file again": ({"main.rusk": "mod main; fn main() {}"}, [("module-twice", "main.rusk")]),
    "a type error in a file": (
        {"main.rusk": "mod a; fn main() {}", "a.rusk": "fn f() -> int { true }"},
        [("type-mismatch", "a.rusk")],
    ),
    "syntax errors and missing files": (
        {"main.rusk": "mod b; mod a; fn main() { let }", "a.rusk": "fn f( -> int {}"},
        [
            ("module-not-found", "main.rusk"),
            ("expected-construct", "main.rusk"),
            ("expected-construct", "a.rusk"),
        ],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    files, want = FILES[name]
    build(tmp_path, files)
    world = load(tmp_path / "main.rusk")
    assert sorted(errors(world, tmp_path)) == sorted(want), explain(world)


def test_entry_may_have_any_name(tmp_path: Path) -> None:
    build(tmp_path, {"mod.rusk": "mod a; fn main() {}", "a.rusk": ""})
    assert errors(load(tmp_path / "mod.rusk"), tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="symbolic links")
def test_links(tmp_path: Path) -> None:
    """Links of the entry path are resolved; two names of one file are one file."""
    build(
        tmp_path, {"real/main.rusk": "mod a; fn main() {}", "real/a.rusk": ""}, {"m.rusk": "real/main.rusk"}
    )
    assert errors(load(tmp_path / "m.rusk"), tmp_path) == []
    build(tmp_path, {"t/main.rusk": "mod a; mod b; fn main() {}", "t/a.rusk": ""}, {"t/b.rusk": "a.rusk"})
    assert errors(load(tmp_path / "t/main.rusk"), tmp_path) == [("module-twice", "t/main.rusk")]
    build(tmp_path, {"u/main.rusk": "mod a; fn main() {}"}, {"u/a.rusk": "nowhere"})
    assert errors(load(tmp_path / "u/main.rusk"), tmp_path) == [("unreadable-file", "u/main.rusk")]


def test_not_found_names_both_paths(tmp_path: Path) -> None:
    build(tmp_path, {"main.rusk": "mod a { mod b; } fn main() {}"})
    (found,) = load(tmp_path / "main.rusk").diags.sorted()
    assert [
        os.path.join("a", "b.rusk") in found.notes[0],
        os.path.join("a", "b", "mod.rusk") in found.notes[1],
    ] == [True, True]


def test_text_has_no_files() -> None:
    (found,) = compile_text("mod a; fn main() {}").diagnostics
    assert found.name == "module-not-found"


def test_files_are_listed(tmp_path: Path) -> None:
    """What was read, and what was looked for in vain, for the compile cache."""
    build(tmp_path, {"main.rusk": "mod a; fn main() {}", "a/mod.rusk": ""})
    out = compile_file(str(tmp_path / "main.rusk"))
    real = os.path.realpath(tmp_path)
    assert [os.path.basename(f.path) for f in out.files] == ["main.rusk", "mod.rusk"]
    assert out.probes == [os.path.join(real, "a.rusk")]


# ------------------------------------------------------------------ main

ENTRY = {
    "in another module": ("mod a { pub fn main() {} } use a::main;", "missing-main"),
    "a struct": ("struct main {}", "missing-main"),
    "an extern": ("extern fn main() -> unit;", "missing-main"),
    "generic": ("fn main<T>() {}", "bad-main"),
    "two parameters": ("fn main(a: [string], b: int) {}", "bad-main"),
    "another parameter": ("fn main(a: int) {}", "bad-main"),
    "a view": ("fn main(a: readonly [string]) {}", "bad-main"),
    "a view by modifier": ("fn main(readonly a: [string]) {}", "bad-main"),
    "a pattern": ("pub fn main([a, ..]: [string]) {}", None),
    "a result": ("fn main() -> fn() -> int { | | { 1 } }", None),
    "called": ("fn main() -> int { f() } fn f() -> int { if false { main() } else { 1 } }", None),
}


@pytest.mark.parametrize("name", ENTRY)
def test_main(name: str, tmp_path: Path) -> None:
    text, want = ENTRY[name]
    build(tmp_path, {"main.rusk": text})
    assert errors(load(tmp_path / "main.rusk"), tmp_path) == ([(want, "main.rusk")] if want else [])


def test_main_is_not_needed_for_embedding() -> None:
    assert compile_text("pub fn f() -> int { 1 }").ok
    (found,) = compile_text("pub fn f() {}", options=Options(require_main=True)).diagnostics
    assert (found.name, found.pos) == ("missing-main", 0)


def test_entry_points(tmp_path: Path) -> None:
    """`main`, and the public functions of the root that a host can call (05 §5)."""
    text = """
        pub fn a(x: int) -> Option<int> { Some(x) } pub fn b<T>(x: T) {} pub fn c(f: fn() -> int) {} fn d() {}
        pub extern fn e() -> unit; fn main() {} mod m { pub fn z() {} } pub use m::z; pub fn g() -> [string] { [] }"""
    build(tmp_path, {"main.rusk": text})
    assert [name for name, _ in load(tmp_path / "main.rusk").entry_points()] == ["a", "main", "g"]


# ---------------------------------------------------------- host modules

HOST: dict[str, tuple[str, dict[str, str], Found]] = {
    "used": (
        "use app::S; fn main() -> int { let s = S { x: 1 }; app::twice(s.x) + app::inner::f() }",
        {
            "app": "pub extern fn twice(n: int) -> int; pub struct S { x: int } pub mod inner { pub fn f() -> int { 1 } }"
        },
        [],
    ),
    "used in a module": (
        "mod a { pub fn f() -> int { loaf::app::twice(1) } } fn main() -> int { a::f() }",
        {"app": "pub extern fn twice(n: int) -> int;"},
        [],
    ),
    "of each other": (
        "fn main() { app::f(); }",
        {"app": "pub fn f() -> Option<int> { Some(loaf::b::g()) }", "b": "pub fn g() -> int { 1 }"},
        [],
    ),
    "private": (
        "fn main() -> int { app::twice(1) }",
        {"app": "extern fn twice(n: int) -> int;"},
        [("private-item", "main.rusk")],
    ),
    "module of that name": ("mod app {} fn main() {}", {"app": ""}, [("duplicate-item", "main.rusk")]),
    "function of that name": ("fn app() {} fn main() {}", {"app": ""}, [("duplicate-item", "main.rusk")]),
    "core": (MAIN, {"core": ""}, [("reserved-name", "<core>")]),
    "std": (MAIN, {"std": ""}, [("duplicate-item", "<std>")]),
    "type error": (MAIN, {"app": "pub extern fn f(n: nope) -> int;"}, [("unknown-type", "<app>")]),
    "type error in a body": (MAIN, {"app": "mod m { fn f() -> int { true } }"}, [("type-mismatch", "<app>")]),
    "syntax error": (MAIN, {"app": "pub 5"}, [("expected-construct", "<app>")]),
    "file module": (MAIN, {"app": "mod x;"}, [("module-not-found", "<app>")]),
    "type that cannot cross": (
        MAIN,
        {"app": "pub extern fn f(g: fn() -> int) -> int;"},
        [("bad-extern-type", "<app>")],
    ),
}


@pytest.mark.parametrize("name", HOST)
def test_host_modules(name: str, tmp_path: Path) -> None:
    text, modules, want = HOST[name]
    build(tmp_path, {"main.rusk": text})
    assert errors(load(tmp_path / "main.rusk", modules), tmp_path) == want


def test_without_std(tmp_path: Path) -> None:
    build(
        tmp_path,
        {
            "main.rusk": 'fn main() { std::println(""); }',
            "own.rusk": "mod std { pub fn f() {} } fn main() { std::f(); }",
        },
    )
    assert errors(load(tmp_path / "main.rusk", std=False), tmp_path) == [("unknown-value", "main.rusk")]
    assert errors(load(tmp_path / "own.rusk", std=False), tmp_path) == []
    host = {"std": "pub extern fn println(s: string) -> unit;"}
    assert errors(load(tmp_path / "main.rusk", host, std=False), tmp_path) == []


# ------------------------------------------------------- only what is reached


def loaded(text: str) -> set[str]:
    """The library modules that a program needs."""
    terms.reset()
    world: Any = World(Diagnostics(), library_directory(), True)
    world.load(Source("main.rusk", text), None, {})
    check_program(world)
    assert not world.diags.items
    return {*world.core.modules, *world.std.modules}


def test_hello_loads_nothing() -> None:
    assert loaded('fn main() { std::println("hello"); }') == set()
    assert (
        loaded(
            "struct P { x: int } fn f(p: P) -> int { if p.x > 1 { p.x * 2 } else { f(P { x: 3 }) } } fn main() {}"
        )
        == set()
    )


def test_library_modules_are_loaded_by_need() -> None:
    assert "serde" not in loaded("fn main() { let xs = [1]; xs.push(2); }")
    assert "__string" not in loaded("fn main() { let xs = [1]; xs.push(2); }")
    assert "map" in loaded("fn main() { let m: core::map::Map<int, int> = core::map::Map::new(); }")
