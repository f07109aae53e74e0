"""Concrete types after monomorphisation: their run-time identity, and the types of their parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rusk.mir.ir import CELL, cell_type
from rusk.types.terms import (
    ARRAY,
    CONT,
    FN,
    NOMINAL,
    READONLY,
    TUPLE,
    array,
    cont,
    fn,
    substitute,
    tuple_,
)

_COMPOSITE = frozenset((NOMINAL, TUPLE, CELL))

#: how deep `Concrete.simplest` looks
_DEPTH = 8

if TYPE_CHECKING:
    from rusk.types.terms import Nominal, Type


class Concrete:
    """Answers about the types of one compilation; remembers them.

    ``normalize``: replaces projections whose self type is known (`World.normalize`); None where field types contain none.
    """

    __slots__ = ("normalize", "erased", "parts", "simple")

    def __init__(self, normalize: Callable[[Type], Type] | None = None) -> None:
        self.normalize = normalize
        self.erased: dict[Type, Type] = {}
        self.parts: dict[Type, list[list[Type]]] = {}
        self.simple: dict[Type, tuple[int, list[Type]] | None] = {}

    def erase(self, t: Type) -> Type:
        """``t`` without the ``readonly`` that has no run-time form (02 §4): equal run-time types give the same object.

        A view is erased at the outermost level and inside structural types (arrays, tuples, functions, continuations, cells). Type
        arguments of nominal types and interfaces keep theirs: ``Option<readonly [int]>`` is another type than ``Option<[int]>``.
        """
        out = self.erased.get(t)
        if out is None:
            out = self.erased[t] = self._erase(t)
        return out

    def _erase(self, t: Any) -> Type:
        tag = t.tag
        erase = self.erase
        if tag == READONLY:
            return erase(t.inner)
        if tag == ARRAY:
            return array(erase(t.elem))
        if tag == TUPLE:
            return tuple_([erase(e) for e in t.elems])
        if tag == FN:
            return fn([erase(p) for p in t.params], erase(t.ret))
        if tag == CONT:
            return cont(erase(t.param), erase(t.ret))
        if tag == CELL:
            return cell_type(erase(t.inner))
        return t  # type: ignore[no-any-return]

    def _parts(self, t: Nominal) -> list[list[Type]]:
        out = self.parts.get(t)
        if out is None:
            item: Any = t.item
            declared = (
                [p for _, p in item.variants] if hasattr(item, "variants") else [[f for _, f in item.fields]]
            )
            subst = dict(zip(item.generics, t.args, strict=True))
            out = self.parts[t] = [
                [self._concrete(substitute(f, subst)) for f in group] for group in declared
            ]
        return out

    def _concrete(self, t: Type) -> Type:
        return self.normalize(t) if t.has_params and self.normalize is not None else t

    def fields(self, t: Type) -> list[Type]:
        """Field types of a struct, newtype or tuple, in declared order. ``t`` is not a view."""
        if t.tag == NOMINAL:
            return self._parts(t)[0]  # type: ignore[arg-type]
        return list(t.elems)  # type: ignore[attr-defined]

    def variants(self, t: Type) -> list[list[Type]]:
        """Payload types of each variant of an enum."""
        return self._parts(t)  # type: ignore[arg-type]

    def simplest(self, t: Type, depth: int = 0) -> tuple[int, list[Type]] | None:
        """How to make some value of the erased composite type ``t``: its variant (-1: no enum) and the erased types of its parts.

        None if there is no way with only a few objects: a type that contains itself in every variant. Strings, scalars, functions, arrays,
        interface values and (used-up) continuations can always be made, and are not asked for here.
        """
        if t in self.simple:
            return self.simple[t]
        groups: list[tuple[int, list[Type]]]
        if t.tag == NOMINAL and hasattr(t.item, "variants"):  # type: ignore[attr-defined]
            groups = sorted(enumerate(self.variants(t)), key=lambda g: len(g[1]))
        elif t.tag == NOMINAL or t.tag == TUPLE:
            groups = [(-1, self.fields(t))]
        elif t.tag == CELL:
            groups = [(-1, [t.inner])]  # type: ignore[attr-defined]
        else:
            return None
        if depth > _DEPTH:
            return None
        self.simple[t] = None  # not by way of itself
        for tag, group in groups:
            parts = [self.erase(p) for p in group]
            if all([p.tag not in _COMPOSITE or self.simplest(p, depth + 1) is not None for p in parts]):
                self.simple[t] = tag, parts
                return tag, parts
        del self.simple[t]
        return None

    def can_make(self, t: Type) -> bool:
        """Whether code can make some value of the erased type ``t`` with few objects."""
        return t.tag not in _COMPOSITE or self.simplest(t) is not None
