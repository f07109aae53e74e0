"""Moving places: after an edit in a function body, everything behind it in the file stands somewhere else.

The places of a file are collected once, body by body; moving them is then a plain loop over lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.syntax.walk import walk
from rusk.types.resolved import Binding, MatchInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

_extra: dict[type, tuple[str, ...]] = {}


def extra(cls: type) -> tuple[str, ...]:
    """The fields of a class, beside `pos` and `end`, that are places."""
    found = _extra.get(cls)
    if found is None:
        names = [n for base in cls.__mro__ for n in getattr(base, "__slots__", ())]
        found = _extra[cls] = tuple([n for n in names if n.endswith("_pos")])
    return found


class Places:
    """The places of some nodes. ``whole``: all that have `pos` and `end`; ``single``: those that have more, with the fields."""

    __slots__ = ("bindings", "single", "whole")

    def __init__(self, nodes: Iterable[ast.Node], bindings: bool = True) -> None:
        self.bindings = bindings
        self.whole: list[Any] = []
        self.single: list[tuple[Any, tuple[str, ...]]] = []
        for node in nodes:
            self.add(node)

    def add(self, node: ast.Node) -> None:
        """Add a node, and the bindings that the checker has hung on it."""
        self.whole.append(node)
        fields = extra(node.__class__)
        if fields:
            self.single.append((node, fields))
        if not self.bindings:
            return
        res = getattr(node, "res", None)
        if res.__class__ is Binding:
            self.whole.append(res)
        elif res.__class__ is MatchInfo:
            self.whole += [arm.binder for arm in res.arms if arm.binder is not None]

    def move(self, by: int) -> None:
        """Move all of them."""
        for node in self.whole:
            node.pos += by
            node.end += by
        for node, fields in self.single:
            for field in fields:
                at = getattr(node, field)
                if at >= 0:
                    setattr(node, field, at + by)

    def move_behind(self, behind: int, by: int) -> None:
        """Move what lies at or after ``behind``."""
        for node in self.whole:
            if node.end >= behind:
                node.end += by
                if node.pos >= behind:
                    node.pos += by
            # parameters get new bindings whenever the body is checked
            res = getattr(node, "res", None)
            if res.__class__ is Binding:
                res.pos = node.pos
                res.end = node.end
        for node, fields in self.single:
            for field in fields:
                at = getattr(node, field)
                if at >= behind:
                    setattr(node, field, at + by)
            this = getattr(getattr(node, "item", None), "self_binding", None)
            if this is not None:
                this.pos = node.name_pos
                this.end = node.name_pos + len(node.name)


class FilePlaces:
    """All places of a file: those of function bodies, in order, and the others (``frame``)."""

    __slots__ = ("bodies", "frame")

    def __init__(self, items: list[ast.Item]) -> None:
        self.bodies: list[tuple[ast.FnDecl, Places]] = []
        self.frame = Places((), bindings=False)
        for decl in items:
            self._item(decl)

    def _item(self, decl: Any) -> None:
        stack: list[Any] = [decl]
        while stack:
            node = stack.pop()
            if node.__class__ is ast.FnDecl:
                body, node.body = node.body, None
                for part in walk(node):
                    self.frame.add(part)
                node.body = body
                if body is not None:
                    self.bodies.append((node, Places(walk(body))))
            elif node.__class__ in (ast.ImplDecl, ast.InterfaceDecl, ast.ModDecl):
                self.frame.add(node)
                field = "items" if node.__class__ is ast.ModDecl else "members"
                below = getattr(node, field)
                if below is not None:
                    setattr(node, field, [])
                    for part in list(walk(node))[1:]:
                        self.frame.add(part)
                    setattr(node, field, below)
                    stack += reversed(below)
            else:
                for part in walk(node):
                    self.frame.add(part)
            item = getattr(node, "item", None)
            owned = "own_generics" if node.__class__ is ast.FnDecl else "generics"
            self.frame.whole += getattr(item, owned, ())

    def header(self, decl: ast.FnDecl) -> None:
        """The parameters and the result of ``decl`` are new."""
        for part in [*decl.params, *([decl.ret] if decl.ret is not None else [])]:
            for node in walk(part):
                self.frame.add(node)

    def checked(self, decls: set[ast.FnDecl]) -> None:
        """The bodies of some functions are new, and stand where the old ones did."""
        for i, (fn, _) in enumerate(self.bodies):
            if fn in decls and fn.body is not None:
                self.bodies[i] = (fn, Places(walk(fn.body)))

    def replaced(self, decl: ast.FnDecl, behind: int, by: int) -> None:
        """The body of ``decl`` is a new one; what lay at or after ``behind`` has moved."""
        self.frame.move_behind(behind, by)
        found = False
        for i, (fn, places) in enumerate(self.bodies):
            if fn is decl:
                found = True
                assert fn.body is not None
                self.bodies[i] = (fn, Places(walk(fn.body)))
            elif found:
                places.move(by)
