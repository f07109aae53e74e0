"""Run-time identity of types: terms without the ``readonly`` that has no run-time form (02 §4).

A view is erased at the outermost level and inside structural types (arrays, tuples, functions, continuations, cells). Type arguments of
nominal types and interfaces keep theirs: ``Option<readonly [int]>`` is another type than ``Option<[int]>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.mir.ir import CELL, cell_type
from rusk.types.terms import ARRAY, CONT, FN, READONLY, TUPLE, array, cont, fn, tuple_

if TYPE_CHECKING:
    from rusk.types.terms import Type


class Eraser:
    """Erases terms of one compilation; remembers its answers."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[Type, Type] = {}

    def __call__(self, t: Type) -> Type:
        """``t`` without views; equal types give the same object."""
        out = self.known.get(t)
        if out is None:
            out = self.known[t] = self._erase(t)
        return out

    def _erase(self, t: Type) -> Type:
        tag = t.tag
        if tag == READONLY:
            return self(t.inner)  # type: ignore[attr-defined]
        if tag == ARRAY:
            return array(self(t.elem))  # type: ignore[attr-defined]
        if tag == TUPLE:
            return tuple_([self(e) for e in t.elems])  # type: ignore[attr-defined]
        if tag == FN:
            return fn([self(p) for p in t.params], self(t.ret))  # type: ignore[attr-defined]
        if tag == CONT:
            return cont(self(t.param), self(t.ret))  # type: ignore[attr-defined]
        if tag == CELL:
            return cell_type(self(t.inner))  # type: ignore[attr-defined]
        return t
