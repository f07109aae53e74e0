"""`unused-variable`: local names that are never named again (08 §16).

Scopes are those of 01 §5.9. Which single names in patterns are variants is told by the `use` items of the module, or by the checker if it has
been there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rusk.diagnostics import Fix
from rusk.syntax import ast
from rusk.syntax.walk import children
from rusk.types.resolved import VariantUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rusk.diagnostics import Diagnostics
    from rusk.source import Source

LABEL = "remove it, or prefix with `_` to silence this lint"


class _Variable:
    """A binding. ``shorthand``: it is the field name of a struct pattern, too."""

    __slots__ = ("end", "name", "pos", "shorthand", "used")

    def __init__(self, name: str, pos: int, end: int, shorthand: bool) -> None:
        self.name = name
        self.pos = pos
        self.end = end
        self.shorthand = shorthand
        self.used = False


class _Open:
    """A scope begins, with the names of some patterns."""

    __slots__ = ("binder", "patterns")

    def __init__(self, patterns: Sequence[ast.Pattern] = (), binder: ast.EffectArm | None = None) -> None:
        self.patterns = patterns
        self.binder = binder


class _Bind:
    """The names of a pattern are bound in the current scope."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: ast.Pattern) -> None:
        self.pattern = pattern


class _Close:
    """A scope ends."""

    __slots__ = ()


_Step: TypeAlias = "ast.Node | _Open | _Bind | _Close"
_CLOSE = _Close()


def lint(tree: ast.File, diags: Diagnostics) -> None:
    """Report the unused variables of a file."""
    work: list[tuple[Sequence[ast.Item], frozenset[str]]] = [(tree.items, _imported(tree.items))]
    while work:
        items, variants = work.pop()
        for item in items:
            if isinstance(item, ast.FnDecl):
                _Scopes(tree.source, variants, diags).run(item)
            elif isinstance(item, (ast.ImplDecl, ast.InterfaceDecl)):
                for member in item.members:
                    if isinstance(member, ast.FnDecl):
                        _Scopes(tree.source, variants, diags).run(member)
            elif isinstance(item, ast.ModDecl) and item.items is not None:
                work.append((item.items, _imported(item.items)))


def _imported(items: Iterable[ast.Item]) -> frozenset[str]:
    """The names bound by `use` that look like variants: one of them is a type's by its capital letter, or the path's last but one is."""
    names = {"None"}
    for item in items:
        if isinstance(item, ast.UseDecl) and len(item.path) > 1:
            name = item.alias or item.path[-1].name
            if name[0].isupper() or item.path[-2].name[0].isupper():
                names.add(name)
    return frozenset(names)


class _Scopes:
    """The scopes of one function."""

    __slots__ = ("diags", "open", "source", "variants")

    def __init__(self, source: Source, variants: frozenset[str], diags: Diagnostics) -> None:
        self.source = source
        self.variants = variants
        self.diags = diags
        self.open: list[dict[str, _Variable]] = []

    def run(self, fn: ast.FnDecl) -> None:
        """Report what is unused in a function with a body."""
        if fn.body is None:
            return
        stack: list[_Step] = [_CLOSE, fn.body, _Open([p.pattern for p in fn.params])]
        while stack:
            step = stack.pop()
            if isinstance(step, ast.Node):
                below = self.below(step)
                below.reverse()
                stack.extend(below)
            elif isinstance(step, _Open):
                self.open.append({})
                for pattern in step.patterns:
                    self.bind(pattern)
                arm = step.binder
                if arm is not None and arm.binder_pos >= 0 and arm.binder != "_":
                    self.declare(arm.binder, arm.binder_pos, arm.binder_pos + len(arm.binder))
            elif isinstance(step, _Bind):
                self.bind(step.pattern)
            else:
                self.close()

    def below(self, node: ast.Node) -> list[_Step]:
        """What is to be done for a node, in order."""
        if isinstance(node, ast.Path):
            if len(node.segments) == 1:
                self.use(node.segments[0].name)
            return []
        if isinstance(node, ast.TypeExpr):
            return []
        if isinstance(node, ast.Block):
            return [_Open(), *node.stmts, *([node.tail] if node.tail is not None else []), _CLOSE]
        if isinstance(node, ast.Let):
            return [node.init, _Bind(node.pattern)]
        if isinstance(node, ast.Lambda):
            return [_Open([p.pattern for p in node.params]), node.body, _CLOSE]
        if isinstance(node, ast.For):
            return [node.iterable, _Open([node.pattern]), node.body, _CLOSE]
        if isinstance(node, ast.ValueArm):
            return [_Open([node.pattern]), node.body, _CLOSE]
        if isinstance(node, ast.EffectArm):
            return [_Open(node.patterns, node), node.body, _CLOSE]
        return list(children(node))

    def use(self, name: str) -> None:
        """A name stands in an expression."""
        for scope in reversed(self.open):
            found = scope.get(name)
            if found is not None:
                found.used = True
                return

    def bind(self, pattern: ast.Pattern) -> None:
        """Declare the names of a pattern."""
        work: list[tuple[ast.Pattern, bool]] = [(pattern, False)]
        while work:
            p, shorthand = work.pop()
            if isinstance(p, ast.PatBind):
                variant = p.name in self.variants if p.res is None else p.res.__class__ is VariantUse
                if not variant:
                    self.declare(p.name, p.pos, p.end, shorthand)
            elif isinstance(p, ast.PatStruct):
                work += [(f.pattern, f.pattern.pos == f.pos) for f in p.fields]
            elif isinstance(p, ast.PatCtor):
                work += [(a, False) for a in p.args]
            elif isinstance(p, (ast.PatTuple, ast.PatArray)):
                work += [(e, False) for e in p.elems]
                if p.rest_name is not None:
                    self.declare(p.rest_name, p.rest_pos, p.rest_pos + len(p.rest_name))

    def declare(self, name: str, pos: int, end: int, shorthand: bool = False) -> None:
        """A binding in the current scope."""
        if name != "self" and not name.startswith("_"):
            self.open[-1][name] = _Variable(name, pos, end, shorthand)

    def close(self) -> None:
        """Report what the current scope has bound in vain."""
        for v in self.open.pop().values():
            if not v.used:
                found = self.diags.warning(
                    "unused-variable", f"unused variable `{v.name}`", self.source, v.pos, v.end, label=LABEL
                )
                edit = (v.pos, v.end, f"{v.name}: _") if v.shorthand else (v.pos, v.pos, "_")
                found.fixes.append(
                    Fix(f"replace with `{edit[2]}`" if v.shorthand else "prefix with `_`", [edit])
                )
