"""`unused-function` and `unused-import`: what a program declares and nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Fix
from rusk.lint.program import refs
from rusk.modules.names import path_text
from rusk.syntax import ast
from rusk.syntax.walk import walk
from rusk.types.items import ImplItem, InterfaceItem, Module

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rusk.diagnostics import Diagnostics
    from rusk.lint.program import User
    from rusk.types.items import FnItem


def lint(user: User, diags: Diagnostics) -> None:
    """Report what is unused."""
    _functions(user, diags)
    _imports(user, diags)


# ---------------------------------------------------------------- functions


def _functions(user: User, diags: Diagnostics) -> None:
    """A function is used if `main`, something `pub`, or a method of an interface leads to it."""
    used: set[FnItem] = set()
    work = [fn for fn in user.functions if _is_root(fn)]
    while work:
        fn = work.pop()
        if fn in used:
            continue
        used.add(fn)
        if fn.decl.body is not None:
            for node in walk(fn.decl.body):
                for ref in refs(node):
                    work.append(ref.item if hasattr(ref, "item") else ref.method)
    for fn in user.functions:
        if fn not in used and not fn.name.startswith("_"):
            what = "method" if fn.parent is not None else "function"
            decl = fn.decl
            diags.warning(
                "unused-function",
                f"unused {what} `{fn.name}`",
                fn.module.source,
                decl.name_pos,
                decl.name_pos + len(decl.name),
                help="remove it, make it `pub`, or prefix its name with `_`",
            )


def _is_root(fn: FnItem) -> bool:
    if fn.is_pub or (fn.name == "main" and fn.parent is None and fn.module.parent is None):
        return True
    parent = fn.parent
    return isinstance(parent, InterfaceItem) or (isinstance(parent, ImplItem) and parent.iface is not None)


# ---------------------------------------------------------------- imports


class _Names:
    """The names that the items of one module use: ``first`` begin a path, ``later`` stand behind other names in the paths listed."""

    __slots__ = ("first", "later")

    def __init__(self, items: Iterable[ast.Item]) -> None:
        self.first: set[str] = set()
        self.later: dict[str, list[list[ast.PathSegment]]] = {}
        for item in items:
            if isinstance(item, ast.DeriveDecl):
                self.first.update([s.name for s in item.names], [item.target.name])
            elif not isinstance(item, (ast.ModDecl, ast.UseDecl)):
                self.item(item)

    def item(self, item: ast.Item) -> None:
        """Take note of the paths in an item."""
        for node in walk(item):
            if isinstance(node, (ast.Path, ast.TyPath)):
                self.path(node.segments)
            elif isinstance(node, (ast.StructLit, ast.PatCtor, ast.PatPath, ast.PatStruct)):
                self.path(node.path)
            elif isinstance(node, ast.PatBind):
                self.first.add(node.name)

    def path(self, segments: list[ast.PathSegment]) -> None:
        """Take note of a path."""
        self.first.add(segments[0].name)
        for segment in segments[1:]:
            self.later.setdefault(segment.name, []).append(segments)


def _imports(user: User, diags: Diagnostics) -> None:
    """An import is used if its name begins a path in its module, or another path looks it up there."""
    names = {module: _Names(module.items) for module in user.modules}
    for module in user.modules:
        for use in module.uses:
            names[module].path(use.decl.path)
    for module in user.modules:
        begun = names[module].first - {use.decl.path[0].name for use in module.uses}
        for use in module.uses:
            decl = use.decl
            name = use.bound
            if decl.is_pub or name in begun:
                continue
            if any([o is not use and o.decl.path[0].name == name for o in module.uses]):
                continue
            if any(
                [
                    _looks_up(user, at, path, module, name)
                    for at, n in names.items()
                    for path in n.later.get(name, ())
                ]
            ):
                continue
            written = path_text(decl.path) + (f" as {decl.alias}" if decl.alias is not None else "")
            found = diags.warning(
                "unused-import", f"unused import `{written}`", module.source, decl.pos, decl.end
            )
            found.fixes.append(Fix("remove the import", [(decl.pos, decl.end, "")]))


def _looks_up(user: User, at: Module, path: list[ast.PathSegment], module: Module, name: str) -> bool:
    """Whether a path in module ``at`` looks up ``name`` in ``module``."""
    return any(
        [
            segment.name == name and user.world.names.walk(at, path, i) is module
            for i, segment in enumerate(path)
            if i > 0
        ]
    )
