"""The type table and the shapes of an image: concrete terms -> descriptors and layouts.

Every type of the table gets its shapes, whether code makes such objects or not: the host may. Descriptors are filled from a queue, so chains of
types of any length need no recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.code import image as im
from rusk.mir.ir import CELL
from rusk.types.terms import (
    ARRAY,
    BYTES,
    CONT,
    FN,
    IFACE,
    NOMINAL,
    PRIM,
    READONLY,
    STRING,
    TUPLE,
    array,
    fn,
    is_reference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.code.image import Image
    from rusk.mir.concrete import Concrete
    from rusk.types.terms import Type

_BASIC = {
    "unit": im.UNIT, "bool": im.BOOL, "int": im.INT, "float": im.FLOAT, "byte": im.BYTE, "char": im.CHAR, "!": im.NEVER, "string": im.STRING,
    "bytes": im.BYTES,
}  # fmt: skip


class Types:
    """Indices of types and shapes in an image under construction."""

    __slots__ = ("image", "concrete", "known", "queue", "views", "boxes", "closures", "closure_types")

    def __init__(self, image: Image, concrete: Concrete) -> None:
        self.image = image
        self.concrete = concrete
        self.known: dict[Type, int] = {}
        self.queue: list[tuple[Any, im.TypeDesc]] = []
        self.views: dict[int, int] = {}
        self.boxes: dict[int, int] = {}
        #: function index -> shape of its closures
        self.closures: dict[int, int] = {}
        #: function type -> shapes of its values
        self.closure_types: dict[int, list[int]] = {}

    # --- types

    def type(self, t: Type) -> int:
        """The index of ``t``, views erased."""
        index = self.known.get(t)
        if index is None:
            index = self.known[t] = self._type(self.concrete.erase(t))
            while self.queue:
                self._fill(*self.queue.pop())
        return index

    def view(self, t: Type) -> int:
        """The index of ``t`` for a signature or field that the host sees: an outermost view stays one."""
        index = self.type(t)
        if t.tag != READONLY:
            return index
        view = self.views.get(index)
        if view is None:
            view = self.views[index] = self._add(im.TypeDesc(im.READONLY, args=(index,), text=str(t)))
        return view

    def _add(self, desc: im.TypeDesc) -> int:
        self.image.types.append(desc)
        return len(self.image.types) - 1

    def _type(self, t: Any) -> int:
        """The index of an erased type; its parts are left to the queue."""
        index = self.known.get(t)
        if index is not None:
            return index
        tag = t.tag
        if tag == PRIM:
            index = _BASIC[t.name]
        else:
            text = str(t)
            if tag == NOMINAL:
                kind = im.ENUM if hasattr(t.item, "variants") else im.STRUCT
                desc = im.TypeDesc(kind, t.item.module.display(t.item.name), text=text)
            elif tag == IFACE:
                desc = im.TypeDesc(im.IFACE, text)
            else:
                kind = {ARRAY: im.ARRAY, TUPLE: im.TUPLE, FN: im.FN, CONT: im.CONT, CELL: im.CELL}[tag]
                desc = im.TypeDesc(kind, text=text)
            index = self._add(desc)
            self.queue.append((t, desc))
        self.known[t] = index
        return index

    def _part(self, t: Type) -> int:
        index = self.known.get(t)
        if index is None:
            index = self.known[t] = self._type(self.concrete.erase(t))
        return index

    def _visible(self, t: Type) -> int:
        """As `view`, while the queue is being worked off."""
        self._part(t)
        return self.view(t) if t.tag == READONLY else self.known[t]

    def _fill(self, t: Any, desc: im.TypeDesc) -> None:
        kind = desc.kind
        index = self.known[t]
        part = self._part
        if kind == im.ENUM:
            desc.targs = tuple([part(a) for a in t.args])
            payloads = self.concrete.variants(t)
            desc.variants = tuple(
                [
                    im.Variant(name, tuple([self._visible(p) for p in parts]))
                    for (name, _), parts in zip(t.item.variants, payloads, strict=True)
                ]
            )
            desc.shapes = tuple(
                [
                    self._shape(im.S_VARIANT, index, parts, f"{desc.text}::{v.name}", tag=n)
                    for n, (v, parts) in enumerate(zip(desc.variants, payloads, strict=True))
                ]
            )
        elif kind == im.STRUCT:
            desc.targs = tuple([part(a) for a in t.args])
            fields = self.concrete.fields(t)
            desc.args = tuple([self._visible(f) for f in fields])
            desc.fields = tuple([name for name, _ in t.item.fields])
            desc.newtype = t.item.is_newtype
            desc.shapes = (self._shape(im.S_STRUCT, index, fields, desc.text),)
        elif kind == im.TUPLE:
            desc.args = tuple([part(e) for e in t.elems])
            desc.shapes = (self._shape(im.S_TUPLE, index, t.elems, desc.text),)
        elif kind == im.ARRAY:
            elem = part(t.elem)
            desc.args = (elem,)
            layout = (
                im.E_REF if is_reference(t.elem) else im.E_BYTE if elem in (im.BOOL, im.BYTE) else im.E_WORD
            )
            desc.shapes = (self._add_shape(im.Shape(im.S_ARRAY, index, elem=layout, name=desc.text)),)
        elif kind == im.CELL:
            desc.args = (part(t.inner),)
            desc.shapes = (self._shape(im.S_CELL, index, [t.inner], desc.text),)
        elif kind == im.FN:
            desc.args = tuple([part(p) for p in (*t.params, t.ret)])
        elif kind == im.CONT:
            desc.args = (part(t.param), part(t.ret))

    # --- shapes

    def _add_shape(self, shape: im.Shape) -> int:
        self.image.shapes.append(shape)
        return len(self.image.shapes) - 1

    def _shape(
        self, kind: int, index: int, parts: Sequence[Type], name: str, tag: int = 0, func: int = -1
    ) -> int:
        """A new shape with a word for each part: references first."""
        refs = [n for n, p in enumerate(parts) if is_reference(p)]
        layout = refs + [n for n, p in enumerate(parts) if not is_reference(p)]
        order = [0] * len(parts)
        for word, n in enumerate(layout):
            order[n] = word
        fields = tuple([self._part(parts[n]) for n in layout])
        return self._add_shape(
            im.Shape(kind, index, fields, tuple(order), len(refs), tag=tag, func=func, name=name)
        )

    def shape(self, t: Type, tag: int = 0) -> int:
        """The shape of a struct, tuple, array or cell; of variant ``tag`` of an enum."""
        return self.image.types[self.type(t)].shapes[tag]

    def array(self, elem: Type) -> int:
        """The shape of ``[elem]``."""
        return self.shape(array(elem))

    def box(self, t: Type) -> int:
        """The shape of boxes around scalars of type ``t``."""
        index = self.type(t)
        shape = self.boxes.get(index)
        if shape is None:
            shape = self.boxes[index] = self._shape(im.S_BOX, index, [t], f"box {t}")
        return shape

    def closure(
        self, func: int, params: Sequence[Type], ret: Type, captures: Sequence[Type], name: str
    ) -> int:
        """The shape of the values of function number ``func``: closures over ``captures``, or a plain function."""
        shape = self.closures.get(func)
        if shape is None:
            index = self.type(fn([self.concrete.erase(p) for p in params], self.concrete.erase(ret)))
            for c in captures:
                self.type(c)
            shape = self.closures[func] = self._shape(im.S_CLOSURE, index, captures, name, func=func)
            self.closure_types.setdefault(index, []).append(shape)
        return shape

    def shapes_of(self, t: Type) -> list[int]:
        """All shapes that a value of type ``t`` may have behind an interface, as far as known by now."""
        t = self.concrete.erase(t)
        if not is_reference(t):
            return [self.box(t)]
        if t is STRING:
            return [im.SHAPE_STRING]
        if t is BYTES:
            return [im.SHAPE_BYTES]
        if t.tag == CONT:
            return [im.SHAPE_CONT]
        index = self.type(t)
        if t.tag == FN:
            return self.closure_types.get(index, [])
        return [s for s in self.image.types[index].shapes if s >= 0]
