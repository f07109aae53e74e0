"""Signatures that the host states, for effects and host functions, are held against the program's (08 §5, §8)."""

from __future__ import annotations

from typing import Any

import pytest

import rusk

SOURCE = """
mod io {
    pub struct Req { url: string }
    pub interface Net { fn get(r: Req, n: [int]) -> Option<int>; fn ping(); }
}
interface Ask { fn number(prompt: string) -> int; }
fn main() -> int { @Ask.number("x") }
pub fn get() -> Option<int> { @io::Net.get(io::Req { url: "" }, []) }
pub fn ping() { @io::Net.ping() }
"""


def number(prompt: str) -> int:
    return len(prompt)


def number_of_float(prompt: float) -> int:
    return 1


def number_unsaid(prompt) -> int:  # type: ignore[no-untyped-def]
    return 1


@pytest.mark.parametrize(
    "external",
    [
        {"Ask.number": "(prompt: string) -> int"},
        {"Ask.number": "fn(string,) -> int"},
        {"Ask.number": number},
        {"Ask.number": None},
        {"Ask": None, "Ask.number": "(other_name: string) -> int"},
        {"io::Net.get": "(r: Req, n: [int]) -> Option<int>", "io::Net.ping": "()"},
        {"io::Net.get": "(io::Req, [int]) -> Option<int>", "io::Net.ping": "() -> unit"},
        {"Nobody.here": "what it says does not matter"},
    ],
)
def test_stated_and_right(external: dict[str, Any]) -> None:
    program = rusk.compile(SOURCE, external=external)
    assert set(program.requires) == {n for n in external if "." in n and "Nobody" not in n}
    # What a program requires can be stated for it, or for its next version.
    assert rusk.compile(SOURCE, external=program.requires).requires == program.requires


@pytest.mark.parametrize(
    ("external", "message", "place"),
    [
        ({"Ask.number": "() -> int"}, "it takes 1 parameter, but the host states 0", "number"),
        (
            {"Ask.number": "(int) -> int"},
            "its parameter `prompt` is of type `string`, but the host states `int`",
            "string",
        ),
        ({"Ask.number": number_of_float}, "its parameter `prompt` is of type `string`, but the host states `float`", "string"),
        ({"Ask.number": "(string) -> float"}, "its result is of type `int`, but the host states `float`", "int"),
        ({"Ask.number": "(string)"}, "its result is of type `int`, but the host states `unit`", "int"),
        ({"io::Net.ping": "() -> int"}, "its result is of type `unit`, but the host states `int`", "ping"),
        (
            {"io::Net.get": "(Req, readonly [int]) -> Option<int>"},
            "its parameter `n` is of type `[int]`, but the host states `readonly [int]`",
            "[int]",
        ),
        (
            {"Ask.number": "(text) -> int"},
            "cannot read the signature `(text) -> int` that the host states: unknown type `text`",
            "",
        ),
        (
            {"Ask.number": "(string -> int"},
            "cannot read the signature `(string -> int` that the host states: expected `,` or `)`",
            "",
        ),
        (
            {"Ask.number": "(string) -> int;"},
            "cannot read the signature `(string) -> int;` that the host states: expected the end",
            "",
        ),
        ({"Ask": "(string) -> int"}, "a signature can only be stated for one method, `Interface.method`", ""),
    ],
)  # fmt: skip
def test_stated_and_wrong(external: dict[str, Any], message: str, place: str) -> None:
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile(SOURCE, external=external)
    (found,) = [d for d in caught.value.diagnostics if d.severity == "error"]
    (name,) = external
    assert (found.name, found.message) == ("bad-external", f"external effect `{name}`: {message}")
    if place:
        assert SOURCE.split("\n")[found.line - 1][found.column - 1 : found.end_column - 1] == place
    else:
        assert (found.line, found.column) == (1, 1)


def test_a_wrong_name_is_not_also_warned_about() -> None:
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile(SOURCE, external={"Ask.number": "()", "io::Net": None})
    assert [d.name for d in caught.value.diagnostics] == ["bad-external"]


def test_misuse_of_external() -> None:
    with pytest.raises(TypeError, match=r'external is a list of names: external=\["Ask"\]'):
        rusk.compile(SOURCE, external="Ask")
    with pytest.raises(TypeError, match="a name in external is a string, not int"):
        rusk.compile(SOURCE, external=[3])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="the signature of `Ask.number` is text, a function or None, not int"):
        rusk.compile(SOURCE, external={"Ask.number": 3})  # type: ignore[dict-item]
    with pytest.raises(
        rusk.HostTypeError, match="external effect `Ask.number`: parameter `prompt` has no annotation"
    ):
        rusk.compile(SOURCE, external={"Ask.number": number_unsaid})


HOSTED = """
mod app {
    use core::map::Map as Table;
    pub struct Item { n: int }
    pub struct Box<T> { v: T }
    pub extern fn f(a: (int, string), b: Option<Item>, c: Box<[float]>) -> Table<string, byte>;
    pub extern fn g(a: readonly [int]) -> unit;
}
fn main() { app::f((1, ""), None, app::Box { v: [] }); }
pub fn g() { app::g([]); }
"""


@pytest.mark.parametrize(
    "signature",
    [
        "(a: (int, string), b: Option<Item>, c: Box<[float]>) -> Table<string, byte>",
        "((int, string,), Option<app::Item>, app::Box<[float]>,) -> core::map::Map<string, byte>",
    ],
)
def test_host_functions_as_stated(signature: str) -> None:
    host = rusk.Host()
    host.install("app::f", lambda a, b, c: {"x": 1}, signature=signature)
    host.install("app::g", lambda a: None, signature="(a: readonly [int])")
    rusk.compile(HOSTED).run(host=host)
    rusk.compile(HOSTED).call("g", host=host)


@pytest.mark.parametrize(
    "signature",
    [
        "(a: (int, int), b: Option<Item>, c: Box<[float]>) -> Table<string, byte>",
        "(a: (int, string), b: Option<Box<int>>, c: Box<[float]>) -> Table<string, byte>",
        "(a: (int, string), b: Item, c: Box<[float]>) -> Table<string, byte>",
        "(a: (int, string), b: Option<other::Item>, c: Box<[float]>) -> Table<string, byte>",
        "(a: (int, string), b: Option<Item>, c: Box<readonly [float]>) -> Table<string, byte>",
        "(a: (int, string), b: Option<Item>, c: Box<fn()>) -> Table<string, byte>",
        "(a: (int, string), b: Option<Item>) -> Table<string, byte>",
        "(a: (int, string), b: Option<Item>, c: Box<[float]>) -> core::map::Map<string, int>",
        "(a: (int, string), b: Option<Item>, c: Box<[float]>)",
    ],
)
def test_host_functions_stated_otherwise(signature: str) -> None:
    host = rusk.Host()
    host.install("app::f", lambda *args: {}, signature=signature)
    with pytest.raises(rusk.HostTypeError) as caught:
        rusk.compile(HOSTED).start(host=host)
    assert str(caught.value) == (
        "host function `app::f`: declared as ((int, string), Option<app::Item>, app::Box<[float]>) -> "
        f"core::map::Map<string, byte>, but the host states `{signature}`"
    )


def test_a_signature_that_is_none() -> None:
    host = rusk.Host()
    host.install("app::g", lambda a: None, signature="(a readonly [int])")
    program = rusk.compile(HOSTED)
    with pytest.raises(
        rusk.HostTypeError, match=r"cannot read the signature `\(a readonly \[int\]\)` that the"
    ):
        program.start(host=host)


def test_handlers_as_stated() -> None:
    program = rusk.compile(SOURCE, external=["Ask", "io::Net"])
    effects = rusk.Effects(program)
    effects.handle("Ask.number", lambda prompt: 4, signature="(prompt: string) -> int")
    assert program.run(effects=effects) == 4

    @effects.handle("io::Net.get", signature="(r: Req, n: [int]) -> Option<int>")
    def get(r: Any, n: Any) -> int:
        return len(r.url)

    assert program.call("get", effects=effects) == rusk.Some(0)
    with pytest.raises(rusk.HostTypeError) as caught:
        effects.handle("io::Net.ping", lambda: None, signature="() -> int")
    assert (
        str(caught.value)
        == "handler of `io::Net.ping`: declared as () -> unit, but the host states `() -> int`"
    )
    with pytest.raises(TypeError, match="the handler of `io::Net.ping` is not callable"):
        effects.handle("io::Net.ping", 3)  # type: ignore[arg-type]
    effects.handle("io::Net.ping", lambda: None)
    assert program.call("ping", effects=effects) is None


def test_text_annotations_with_alternatives_are_not_judged() -> None:
    program = rusk.compile("extern fn f(n: int) -> int; fn main() -> int { f(1) }")

    def f(n: list[str] | int) -> int:
        return 3

    host = rusk.Host()
    host.install("f", f)
    assert program.run(host=host) == 3


def test_parameters_whose_names_rusk_cannot_use() -> None:
    host = rusk.Host()

    @host.fn("m::f")
    def f(match: int, fn: int, größe: int) -> int:
        return match + fn + größe

    assert host.declarations() == {"m": "pub extern fn f(_: int, _: int, _: int) -> int;\n"}
    program = rusk.compile("fn main() -> int { m::f(1, 2, 3) }", modules=host.declarations())
    assert program.run(host=host) == 6
