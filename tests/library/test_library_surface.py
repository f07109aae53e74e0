"""The library offers what 06 lists: the same names, signatures, additions and implementations. `surface.txt` is the list, written from the chapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from types_support import check

from rusk.docs.pages import library_pages
from rusk.types import terms
from rusk.types.check_help import _ELSEWHERE

SURFACE = Path(__file__).parent / "surface.txt"


def surface() -> str:
    """One line for each public declaration, additions marked by `+`, members indented."""
    lines = []
    for page in library_pages().values():
        lines.append(f"== {page.name}")
        for entry in page.entries:
            lines.append(("+ " if entry.addition else "  ") + entry.signature)
            lines += [("    + " if e.addition else "      ") + e.signature for e in entry.entries]
        lines += ["  " + use for use in page.uses]
    return "\n".join(lines) + "\n"


def test_surface() -> None:
    assert surface() == SURFACE.read_text(encoding="utf-8")


#: 03 §10 and 06 §12.1: built-in implementers; the last column says which are additions
IMPLS = [
    ("ToString", "fmt", "unit bool int float byte char string bytes", False),
    ("ToString", "fmt", "array tuple1 tuple2 tuple8", True),
    ("Add", "ops", "int float string", False),
    ("Add", "ops", "bytes array", True),
    *[
        (name, "ops", "int float", False)
        for name in ("Sub", "Mul", "Div", "Rem", "Neg", "Lt", "Le", "Gt", "Ge")
    ],
    *[
        (name, "ops", "bool byte char string bytes array tuple1 tuple8", True)
        for name in ("Lt", "Le", "Gt", "Ge")
    ],
    ("Not", "ops", "bool", False),
    ("Not", "ops", "int byte", True),
    *[(name, "ops", "unit bool int float byte char string bytes", False) for name in ("Eq", "Ne")],
    *[(name, "ops", "array tuple1 tuple2 tuple8", True) for name in ("Eq", "Ne")],
    *[(name, "ops", "int byte bool", True) for name in ("BitAnd", "BitOr", "BitXor")],
    *[(name, "ops", "int byte", True) for name in ("Shl", "Shr", "UShr")],
    ("Hash", "hash", "unit bool int byte char string bytes", False),
    ("Hash", "hash", "array tuple1 tuple8", True),
    ("Ord", "ops", "bool int byte char string bytes array tuple1 tuple8", True),
    ("Len", "len", "bytes array", False),
    ("ToIterator", "iter", "array bytes string", False),
    ("Serialize", "serde", "unit bool int float byte char string bytes array tuple2 tuple8", False),
    ("Deserialize", "serde", "unit bool int float byte char string bytes array tuple2 tuple8", False),
]


@pytest.fixture(scope="module")
def world() -> Any:
    return check("fn main() {}")


def key_type(key: str) -> terms.Type:
    """A type that stands for the table of a built-in type."""
    if key == "array":
        return terms.array(terms.INT)
    if key.startswith("tuple"):
        return terms.tuple_([terms.INT] * int(key[5:]))
    return terms.PRIMITIVES[key]


@pytest.mark.parametrize(("name", "module", "keys", "added"), IMPLS)
def test_impls_of_built_in_types(world: Any, name: str, module: str, keys: str, added: bool) -> None:
    iface = world.lang(f"core::{module}::{name}")
    for key in keys.split():
        match = world.find_impl(key_type(key), iface)
        assert match is not None, key
        assert match.impl.is_addition == added, key


def test_no_other_impls(world: Any) -> None:
    for name, key in (
        ("core::hash::Hash", "float"),
        ("core::ops::Ord", "float"),
        ("core::ops::Add", "bool"),
        ("core::ops::Lt", "unit"),
    ):
        assert world.find_impl(key_type(key), world.lang(name)) is None, (name, key)


def test_names_from_elsewhere() -> None:
    """The help for methods that have other names in other languages names methods that exist, for names that do not."""
    pages = library_pages()
    methods = {key: {e.name for e in pages[f"core/{key}"].entries} for key in ("string", "array")}
    methods |= {e.name: {m.name for m in e.entries} for e in pages["core/map"].entries}
    methods["array"].add("len")
    methods["Map"].add("to_iter")
    for key in ("string", "array", "Map"):
        for name, help in _ELSEWHERE[key].items():
            assert name not in methods[key], name
            if help.startswith("did you mean"):
                assert help.split("`")[1] in methods[key], help
