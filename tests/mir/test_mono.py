"""Monomorphisation: where its errors point, and what they say."""

from __future__ import annotations

import pytest

import rusk


def error(text: str, limits: rusk.Limits | None = None) -> rusk.Diagnostic:
    with pytest.raises(rusk.CompileError) as caught:
        rusk.compile(text, limits=limits)
    (found,) = [d for d in caught.value.diagnostics if d.severity == "error"]
    return found


def test_endless_instances_are_shown_where_they_grow() -> None:
    found = error(
        "struct W<T> { v: T }\nfn grow<T>(x: T) {\n    grow(W { v: x });\n}\nfn main() { grow(1); }"
    )
    assert (found.name, found.line, found.column) == ("endless-instantiation", 3, 5)
    assert "`main` -> `grow<int>` -> `grow<W<int>>` -> …" in str(found)


def test_a_type_too_large_is_shown_where_it_is_made() -> None:
    found = error("fn a<T>(x: T) { b((x, x)); }\nfn b<T>(x: T) { a([x]); }\nfn main() { a(1); }")
    assert (found.name, found.line) == ("type-size-limit", 1)
    assert found.column == 17


def test_too_many_instances_name_the_items_with_most() -> None:
    types = "".join([f"struct S{i} {{}}\n" for i in range(20)])
    calls = " + ".join([f"g(S{i} {{}})" for i in range(20)])
    found = error(
        "struct W<T> { v: T }\nfn g<T>(x: T) -> int { h(W { v: x }) + h(x) }\nfn h<T>(x: T) -> int { k((x, x)) + k([x]) }\n"
        f"fn k<T>(x: T) -> int {{ 1 }}\n{types}fn main() -> int {{ {calls} }}",
        rusk.Limits(instances=40),
    )
    assert found.name == "instance-limit"
    assert "too many instances: more than 40" in str(found)
    assert "most instances have `g` (20), `k` (12), `h` (8)" in str(found)
