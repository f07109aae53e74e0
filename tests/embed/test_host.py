"""Hosts: modules, declarations, programs that travel (08 §5, §6, §13)."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

import rusk


def shop() -> rusk.Host:
    host = rusk.Host()
    module = host.module("shop", "pub struct Article { name: string, price: float }")

    @module.fn()
    def discount(customer: int, names: list[str]) -> float | None:
        return 0.5 if customer == 1 else None

    @module.fn(signature="(name: string) -> Option<Article>")
    def find(name: str) -> Any:
        return {"name": name, "price": 2.0} if name != "none" else None

    @host.fn("shop::clock::now")
    def now() -> int:
        return 7

    @module.fn("first", signature="(a: [int]) -> int", by_ref=True)
    def peek(a: Any) -> int:
        return int(a[0])

    @host.fn("root_function")
    def other() -> int:
        return 1

    host.include(rusk.stdio())
    return host


def test_declarations() -> None:
    assert shop().declarations() == {
        "shop": (
            "pub struct Article { name: string, price: float }\n"
            "pub extern fn discount(customer: int, names: [string]) -> Option<float>;\n"
            "pub extern fn find(name: string) -> Option<Article>;\n"
            "pub extern fn first(a: [int]) -> int;\n"
            "pub mod clock {\n"
            "    pub extern fn now() -> int;\n"
            "}\n"
        )
    }


def test_a_whole_module() -> None:
    host = shop()
    program = rusk.compile(
        """
        pub fn total(name: string, who: int) -> float {
            let price = match shop::find(name) { Some(a) => a.price, None => 0.0 };
            price * shop::discount(who, [name]).unwrap_or(1.0)
        }
        pub fn later() -> int { shop::clock::now() + shop::first([5, 6]) }
        """,
        modules=host.declarations(),
    )
    assert program.call("total", "lamp", 1, host=host) == 1.0
    assert program.call("total", "lamp", 2, host=host) == 2.0
    assert program.call("total", "none", 2, host=host) == 0.0
    assert program.call("later", host=host) == 12
    assert host.check(program).missing == []
    assert program.types.shop.Article("a", 1.0).price == 1.0


def test_annotations_that_say_no_type() -> None:
    for function, text in (
        (lambda x: x, "parameter `x` has no annotation"),
        (lambda: 1, "its result has no annotation"),
        (lambda *xs: 1, "parameter `xs` has no Rusk form"),
    ):
        host = rusk.Host()
        host.install("m::f", function)
        with pytest.raises(rusk.HostTypeError, match=f"host function `m::f`: {text}"):
            host.declarations()
    host = rusk.Host()

    @host.fn("m::g")
    def g(x: set[int]) -> dict[str, tuple[int, bytes]]:
        return {}

    with pytest.raises(rusk.HostTypeError, match="says no Rusk type"):
        host.declarations()
    host.install("m::g", g, signature="() -> core::map::Map<string, (int, bytes)>")
    assert "Map<string, (int, bytes)>" in host.declarations()["m"]


def test_names_taken() -> None:
    for name, code in (("core", "reserved-name"), ("std", "duplicate-item"), ("own", "duplicate-item")):
        with pytest.raises(rusk.CompileError) as caught:
            rusk.compile("mod own { } fn main() { }", modules={name: "pub extern fn f() -> int;"})
        assert [d.name for d in caught.value.diagnostics] == [code]


def test_names_that_no_module_can_have() -> None:
    for name in ("a b", "", "1x", "größe"):
        with pytest.raises(ValueError, match=f"`{name}` cannot be the name of a module"):
            rusk.compile("fn main() { }", modules={name: ""})


def test_without_std() -> None:
    assert rusk.compile("fn main() -> int { 1 }", load_std=False).run() == 1
    with pytest.raises(rusk.CompileError):
        rusk.compile('fn main() { std::println("x"); }', load_std=False)


SQUARES = rusk.compile(
    "interface Ask { fn more(n: int) -> int; } pub fn square(n: int) -> int { n * n } fn main() -> int { @Ask.more(1) }",
    external=["Ask", "Elsewhere.what"],
)


def square(n: int) -> Any:
    return SQUARES.call("square", n)


def test_pickle() -> None:
    program = pickle.loads(pickle.dumps(SQUARES))
    assert program.call("square", 12) == 144
    assert program.requires == SQUARES.requires
    effects = rusk.Effects(program)
    effects.handle("Ask.more", lambda n: n + 1)
    effects.handle("Elsewhere.what", lambda: None)
    assert program.run(effects=effects) == 2
    assert copy.copy(SQUARES).call("square", 3) == 9


def test_only_bytes_are_loaded() -> None:
    data = SQUARES.to_bytes()
    for same in (bytearray(data), memoryview(data)):
        assert rusk.Program.from_bytes(same).to_bytes() == data  # type: ignore[arg-type]
    for wrong in (1 << 60, "text", None, [1, 2]):
        with pytest.raises(TypeError):
            rusk.Program.from_bytes(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            SQUARES.load(wrong)  # type: ignore[arg-type]


def test_other_processes() -> None:
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(SQUARES.call, ["square"] * 4, range(4))) == [0, 1, 4, 9]


def test_options() -> None:
    for level in (0, 1, 2):
        assert rusk.compile("fn main() -> int { 40 + 2 }", opt_level=level).run() == 42
    with pytest.raises(ValueError):
        rusk.compile("fn main() { }", opt_level=3)


def test_warning_with_the_path() -> None:
    source = """
    interface Net { fn get(url: string) -> string; }
    fn fetch() -> string { @Net.get("x") }
    pub fn page() -> string { fetch() }
    """
    program = rusk.compile(source)
    (warning,) = [d for d in program.warnings if d.name == "unhandled-effect"]
    assert warning.severity == "warning" and "Net.get" in warning.message
    assert "page" in warning.text and "fetch" in warning.text
    assert rusk.compile(source, external=["Net"]).warnings == []


ODD = """
pub struct __class__ { __init__: int, __dict__: string, __x: int, _fields: int, class: int }
pub enum __slots__ { __eq__(int), __class__, _values(int) }
mod __init__ { pub struct __module__ { n: int } }
pub struct path { _path: int }
pub fn f(a: __class__) -> __class__ { a }
pub fn g(a: __slots__) -> __slots__ { a }
pub fn h(a: __init__::__module__) -> __init__::__module__ { a }
pub fn i(a: path) -> path { a }
"""


def test_names_that_python_uses_itself() -> None:
    program = rusk.compile(ODD)
    for p in (program, rusk.Program.from_bytes(program.to_bytes())):
        t = p.types
        value = t.__class___(1, "two", 3, 4, 5)
        assert (value.__init___, value.__dict___, getattr(value, "__x"), value._fields) == (1, "two", 3, 4)
        assert p.call("f", value) == value
        for variant in (t.__slots___.__eq___(1), t.__slots___.__class___(), t.__slots___._values(2)):
            assert p.call("g", variant) == variant
        assert p.call("h", t.__init___.__module___(1)).n == 1
        assert p.call("i", {"_path": 3})._path == 3


class TestFunction:
    program = rusk.compile(
        """
        extern fn back(n: int) -> int;
        interface Ask { fn it() -> int; }
        pub fn add(a: int, b: int) -> int { a + b }
        pub fn push(xs: [int], x: int) -> [int] { xs.push(x); xs }
        pub fn nested(n: int) -> int { if n == 0 { 0 } else { back(n - 1) + 1 } }
        pub fn bad(n: int) -> int { 1 / n }
        pub fn ask() -> int { @Ask.it() }
        pub fn deep(n: int) -> int { if n == 0 { 0 } else { 1 + deep(n - 1) } }
        pub fn big(n: int) -> int { let a: [int] = []; a.resize(n, 0); a.len() }
        fn main() -> int { 1 }
        """,
        external=["Ask"],
    )

    def test_calls(self) -> None:
        add = self.program.function("add")
        assert isinstance(add, rusk.Function) and repr(add) == "<rusk.Function add>"
        assert [add(i, 2) for i in range(3)] == [2, 3, 4]
        push = self.program.function("push")
        for _ in range(100):
            assert push([1], 2) == [1, 2]

    def test_errors_leave_it_usable(self) -> None:
        add, bad = self.program.function("add"), self.program.function("bad")
        for _ in range(3):
            with pytest.raises(rusk.HostTypeError, match="arg 1: expected int, got str"):
                add(1, "2")
            with pytest.raises(TypeError, match="`add` takes 2 arguments, got 1"):
                add(1)
            with pytest.raises(rusk.Trap, match="division by zero") as caught:
                bad(0)
            assert caught.value.traceback[-1].function == "bad"
            assert add(1, 2) == 3 and bad(1) == 1
        with pytest.raises(rusk.InvalidStateError, match=r"effect `Ask\.it` has no handler"):
            self.program.function("ask")()

    def test_nested_and_limits(self) -> None:
        host = rusk.Host()
        nested = self.program.function("nested", host=host)
        host.install("back", lambda n: nested(n))
        nested = self.program.function("nested", host=host)
        assert nested(20) == 20
        deep = self.program.function("deep", depth=100)
        assert deep(50) == 50
        with pytest.raises(rusk.Trap, match="^stack overflow$"):
            deep(200)
        assert deep(50) == 50
        big = self.program.function("big", memory=1 << 20)
        for _ in range(20):
            assert big(100_000) == 100_000
        with pytest.raises(rusk.Trap, match="^memory limit exceeded$"):
            big(200_000)

    def test_what_the_host_keeps_does_not_reach_the_next_call(self) -> None:
        program = rusk.compile("extern fn f(a: [int]) -> [int]; pub fn g(n: int) -> [int] { f([n]) }")
        host = rusk.Host()
        kept: list[Any] = []
        host.install("f", lambda a: kept.append(a) or kept[0], by_ref=True)
        g = program.function("g", host=host)
        assert g(1) == [1]
        with pytest.raises(rusk.Trap, match="a view of another session"):
            g(2)
        assert kept[0][0] == 1 and kept[1][0] == 2
        kept.clear()
        assert g(3) == [3]

    def test_names(self) -> None:
        for name in ("main", "nothing"):
            with pytest.raises(rusk.InvalidStateError, match="no exported function"):
                self.program.function(name)

    def test_a_deep_call_does_not_stay(self) -> None:
        deep = self.program.function("deep")
        assert deep(1_000_000) == 1_000_000
        assert deep(3) == 3
