"""Linking (`rusk.code.append`): programs one behind the other in one image do what they do alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rusk._interp import DONE, TRAPPED, Code, Session
from rusk.code.append import link
from rusk.code.image import IFACE, Image
from rusk.code.verifier import verify
from rusk.compiler import Options, compile_text

CONFORMANCE = Path(__file__).parents[1] / "conformance"


def image_of(text: str, opt_level: int = 2) -> Image | None:
    return compile_text(text, "p.rusk", Options(require_main=True, opt_level=opt_level)).image


def outcome(image: Image) -> tuple[object, list[str]]:
    """How `main` of an image ends, and what it prints; None if it runs for long."""
    code = Code(image)
    printed: list[str] = []
    hosts = [printed.append if s.name.startswith("std::print") else None for s in image.imports]
    session = Session(code, hosts=hosts, secret=1)
    main = {e.name: e.func for e in image.entries}["main"]
    session.begin(main, (["p"],) if image.funcs[main].params else ())
    status = session.step(300_000)
    if status == DONE:
        return session.to_text(), printed
    return (session.trap_message if status == TRAPPED else None), printed


@pytest.mark.parametrize("seed", range(4))
def test_chains_of_programs(seed: int, stress: bool) -> None:
    """Each program of a chain goes behind all before it, whose types are stale: another `struct S` is another type."""
    chance = random.Random(seed)
    files = sorted(CONFORMANCE.glob("*/*.rusk"))
    chance.shuffle(files)
    base: Image | None = None
    linked_programs = 0
    for file in files[: 8 if stress else 50]:
        try:
            image = image_of(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        if image is None:
            continue
        if base is None:
            base = image
            continue
        linked = link(base, image, lambda name: not name.startswith(("core::", "std::")) and "__" not in name)
        verify(linked.image)
        assert list(linked.image.code[: len(base.code)]) == list(base.code)
        assert outcome(linked.image) == outcome(image), file
        linked_programs += 1
        base = linked.image
    assert linked_programs > (1 if stress else 15)


def test_what_is_the_same_is_shared() -> None:
    text = 'enum E { A, B(int) } fn main() -> string { let e = E::B(1); match e { E::B(n) => f"{n}!", E::A => "none" } }'
    image = image_of(text)
    assert image is not None
    linked = link(image, image, lambda name: False)
    verify(linked.image)
    for name in ("types", "shapes", "consts", "objects", "imports", "tests", "slots"):
        assert len(getattr(linked.image, name)) == len(getattr(image, name)), name
    assert linked.types == list(range(len(image.types)))
    assert outcome(linked.image) == outcome(image)


def test_a_redefined_type_is_another_type() -> None:
    one = image_of("struct S { a: int } fn main() -> S { S { a: 1 } }")
    two = image_of('struct S { b: string } fn main() -> S { S { b: "x" } }')
    assert one is not None and two is not None
    linked = link(one, two, lambda name: name == "S")
    verify(linked.image)
    assert outcome(linked.image) == ('S { b: "x" }', [])
    names = [t.name for t in linked.image.types if t.fields]
    assert len(names) == 2 and "S" in names and names != ["S", "S"]


def test_slots_and_tests_know_the_types_of_both() -> None:
    head = "interface I { fn m() -> int; } struct A { v: int } impl I for A { fn m() -> int { 1 } } "
    one = image_of(head + "fn main() -> int { (A { v: 1 } as I).m() }", 0)
    two = image_of(
        head
        + "struct B { v: int } impl I for B { fn m() -> int { 2 } } fn main() -> int { let b = B { v: 1 } as I; if b is I { b.m() } else { 0 } }",
        0,
    )
    assert one is not None and two is not None
    linked = link(one, two, lambda name: False).image
    verify(linked)
    (slot,) = linked.slots
    assert len(slot.entries) == 2
    assert all(len(t.shapes) >= 1 for t in linked.tests if linked.types[t.type].kind == IFACE)
