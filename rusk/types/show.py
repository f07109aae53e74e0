"""The one type printer: terms as a program would write them."""

from __future__ import annotations

from typing import Any, Final

from rusk.types.terms import (
    APPLIED,
    ARRAY,
    CONT,
    ERROR,
    FN,
    IFACE,
    NOMINAL,
    PARAM,
    PRIM,
    PROJ,
    READONLY,
    TUPLE,
    VAR,
    Type,
)  # fmt: skip

#: Longer types are cut (00-decisions 36).
LIMIT: Final = 200


def show(t: Type, limit: int | None = LIMIT) -> str:
    """``t`` in Rusk notation; unknown parts are ``_``; cut at about ``limit`` characters."""
    out: list[str] = []
    length = 0
    # An explicit stack: types may be nested deeply.
    stack: list[Any] = [t]
    while stack:
        part = stack.pop()
        if part.__class__ is str:
            out.append(part)
            length += len(part)
            if limit is not None and length > limit:
                return "".join(out)[:limit] + "…"
            continue
        stack.extend(reversed(_pieces(part)))
    return "".join(out)


def _list(parts: Any) -> list[Any]:
    pieces: list[Any] = []
    for i, p in enumerate(parts):
        if i:
            pieces.append(", ")
        pieces.append(p)
    return pieces


def _args(parts: Any) -> list[Any]:
    return ["<", *_list(parts), ">"] if parts else []


def _path(item: Any) -> str:
    """The path of a type; what the prelude makes known everywhere goes without."""
    if item.module.is_library and item.name in ("Option", "Result"):
        return item.name  # type: ignore[no-any-return]
    return item.module.display(item.name)  # type: ignore[no-any-return]


def _pieces(t: Any) -> list[Any]:
    tag = t.tag
    if tag == PRIM:
        return [t.name]
    if tag == NOMINAL:
        return [_path(t.item), *_args(t.args)]
    if tag == IFACE:
        bindings: list[Any] = []
        for name, b in t.bindings:
            bindings += [", " if bindings else "{", name + " = ", b]
        return [t.item.module.display(t.item.name), *_args(t.args), *bindings, *(["}"] if bindings else [])]
    if tag == ARRAY:
        return ["[", t.elem, "]"]
    if tag == TUPLE:
        return ["(", *_list(t.elems), ",)" if len(t.elems) == 1 else ")"]
    if tag == FN:
        ret = [] if t.ret.tag == PRIM and t.ret.name == "unit" else [" -> ", t.ret]
        return ["fn(", *_list(t.params), ")", *ret]
    if tag == CONT:
        return ["cont(", t.param, ") -> ", t.ret]
    if tag == READONLY:
        return ["readonly ", t.inner]
    if tag == PARAM:
        return [t.param.name]
    if tag == APPLIED:
        ctor = t.ctor
        return [getattr(ctor, "name", "") or "_", *_args(t.args)]
    if tag == PROJ:
        self_ty = t.self_ty
        if self_ty.tag == PARAM:
            return [self_ty.param.name + "::" + t.name]
        return [t.iface.module.display(t.iface.name), *_args(t.args), "::" + t.name + "<", self_ty, ">"]
    if tag == VAR:
        return [t.ref] if isinstance(t.ref, Type) else ["int" if t.literal else "_"]
    if tag == ERROR:
        return ["_"]
    return [repr(type(t).__name__)]
