"""The Rusk type that a Python value has when nobody says which."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rusk.embed.values import Classes, Err, Ok, Record, Some, attribute

_PLAIN: dict[type, str] = {
    bool: "bool", int: "int", float: "float", str: "string", bytes: "bytes", bytearray: "bytes",
}  # fmt: skip


class Unclear(Exception):
    """A value that does not say its type; the text says why."""


def type_of(value: Any, classes: Classes | None = None) -> str:
    """The type of a value, as a program writes it. Errors: `Unclear`.

    Lists and dicts have the type that all their parts have (whole numbers among floats are floats), tuples the types of theirs. What has ``tolist``, as NumPy,
    pandas and `array` have, is what that gives. classes: those of a program, for values made from them.
    """
    try:
        return _type(value, classes)
    except RecursionError:
        raise Unclear("it is nested too deeply, or a part of itself") from None


def _type(value: Any, classes: Classes | None) -> str:
    kind = type(value)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(value, Record):
        return _record(value, classes)
    if kind is tuple and value:
        return f"({', '.join([_type(v, classes) for v in value])},)"
    if kind is list and value:
        return f"[{_common(value, classes)}]"
    if kind is dict and value:
        return f"core::map::Map<{_common(value, classes)}, {_common(value.values(), classes)}>"
    if kind is Some:
        return f"Option<{_type(value.value, classes)}>"
    if kind in (list, dict, tuple):
        raise Unclear(f"an empty {kind.__name__} does not say what it is made for")
    if value is None:
        raise Unclear("`None` does not say which Option it is of")
    if kind in (Ok, Err):
        raise Unclear(f"`{value!r}` says only half of its type")
    items = plain(value)
    if items is not value:
        return _type(items, classes)
    raise Unclear(f"there is no Rusk type for a Python `{kind.__name__}`")


def plain(value: Any) -> Any:
    """Arrays and numbers of NumPy, pandas and `array` as lists and numbers of Python; anything else as it is."""
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) and not isinstance(value, (type, memoryview)) else value


def _common(values: Collection[Any], classes: Classes | None) -> str:
    """The type of all the values; parts that do not say theirs, such as empty lists, have that of the others, and None makes it an Option."""
    kinds = set(map(type, values))
    optional = type(None) in kinds
    kinds.discard(type(None))
    found: set[str] = set()
    problem = "`None` does not say which Option it is of"
    if kinds <= _PLAIN.keys():
        found = {_PLAIN[kind] for kind in kinds}
    else:
        for value in values:
            try:
                found.add("" if value is None else _type(value, classes))
            except Unclear as e:
                problem = str(e)
        found.discard("")
    if found == {"int", "float"}:
        found = {"float"}
    if not found:
        raise Unclear(problem)
    if len(found) > 1:
        raise Unclear(f"its parts are of several types: {', '.join(sorted(found))}")
    return f"Option<{found.pop()}>" if optional else found.pop()


def _record(value: Record, classes: Classes | None) -> str:
    name = type(value).__qualname__
    if classes is not None:
        for path in {str(form[0]) for form, cls in classes.forms.items() if isinstance(value, cls)}:
            now: Any = classes.types
            for part in path.split("::"):
                now = getattr(now, attribute(part))
            if not isinstance(value, now):
                raise Unclear(f"`{name}` has been defined again since it was made")
            texts = {t.text for t in classes.image.types if t.name == path}
            if len(texts) == 1:
                return texts.pop()
    raise Unclear(f"which `{name}` it is does not show")
