"""A checked program as the lints see it: what its author wrote, and what calls what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rusk.mir.intrinsics import INTRINSICS
from rusk.syntax import ast
from rusk.syntax.walk import children
from rusk.types.items import FnItem
from rusk.types.resolved import FnRef, ForLoop, Local, MatchInfo, MethodRef
from rusk.types.terms import ARRAY, NOMINAL, PRIM, READONLY, TUPLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rusk.types.items import Module
    from rusk.types.world import World


class User:
    """A program. ``modules``: those of its author; ``functions``: all functions and methods written in them, with a body or without."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.modules: list[Module] = [m for m in world.modules if not _is_host(world, m)]
        self.functions: list[FnItem] = []
        by_decl: dict[int, FnItem] = {id(fn.decl): fn for fn in world.functions}
        for module in self.modules:
            for impl in module.impls:
                by_decl.update((id(fn.decl), fn) for fn in impl.methods.values())
            for entry in module.types.values():
                methods = getattr(entry.target, "methods", None)
                if isinstance(methods, dict):
                    by_decl.update((id(fn.decl), fn) for fn in methods.values())
        for module in self.modules:
            for decl in _declared(module.items):
                fn = by_decl.get(id(decl))
                if fn is not None and fn not in world.broken_fns:
                    self.functions.append(fn)
        self._facts: dict[FnItem, Facts] = {}

    def facts(self, fn: FnItem) -> Facts:
        """What the body of a function does by itself; the body is checked if that has not been done."""
        found = self._facts.get(fn)
        if found is None:
            found = self._facts[fn] = _facts_of_fn(self.world, fn)
        return found

    def reached(self, first: Facts) -> Iterator[Facts]:
        """``first``, and the facts of all functions that may be called by it directly or not."""
        yield first
        seen: set[FnItem] = set()
        work = list(first.calls)
        while work:
            fn = work.pop()
            if fn not in seen:
                seen.add(fn)
                facts = self.facts(fn)
                yield facts
                work += facts.calls

    def facts_of(self, expr: ast.Node, closures: bool) -> Facts:
        """What an expression does by itself. ``closures``: what stands in closures counts as done."""
        facts = Facts()
        _collect(self.world, expr, closures, facts)
        return facts


class Facts:
    """What some code does by itself.

    ``ops``: the operations it performs; ``calls``: functions it calls by name; ``unknown``: it calls something else, too (function values,
    methods that depend on a type); ``acts``: it changes something that is not its own, or asks the host.
    """

    __slots__ = ("acts", "calls", "ops", "unknown")

    def __init__(self) -> None:
        self.ops: set[FnItem] = set()
        self.calls: set[FnItem] = set()
        self.unknown = False
        self.acts = False


#: kinds of intrinsics that change nothing
_HARMLESS: Final = frozenset(("pure", "trap", "read", "alloc"))


def _facts_of_fn(world: World, fn: FnItem) -> Facts:
    facts = Facts()
    if fn.kind == "intrinsic":
        facts.acts = fn.intrinsic == "panic" or INTRINSICS.get(fn.intrinsic or "") not in _HARMLESS
    elif fn.decl.body is None:
        facts.acts = True
        facts.unknown = fn.kind == "member"
    else:
        from rusk.types.check import check_fn

        check_fn(world, fn)
        _collect(world, fn.decl.body, True, facts)
    return facts


def _collect(world: World, root: ast.Node, closures: bool, facts: Facts) -> None:
    """Add what a piece of checked code does."""
    stack: list[ast.Node] = [root]
    while stack:
        node = stack.pop()
        cls = node.__class__
        if cls is ast.Lambda and not closures:
            continue
        if cls is ast.Assign:
            target: Any = node.target  # type: ignore[attr-defined]
            if (
                target.__class__ is not ast.Path
                or target.res.__class__ is not Local
                or target.res.binding.captured
            ):
                facts.acts = True
        elif cls is ast.Call:
            res = node.res  # type: ignore[attr-defined]
            if res is None or res.__class__ is Local:
                facts.unknown = True
        elif cls is ast.EffectCall:
            facts.ops.add(node.res.method)  # type: ignore[attr-defined]
            facts.acts = True
        elif cls is ast.Match and node.res.__class__ is MatchInfo and node.res.handling:  # type: ignore[attr-defined]
            facts.acts = True
        for ref in refs(node):
            _call(world, ref, facts)
        stack += children(node)


def refs(node: ast.Node) -> Iterable[FnRef | MethodRef]:
    """The functions and methods that a node names or stands for."""
    res = getattr(node, "res", None)
    cls = res.__class__
    if cls is FnRef or cls is MethodRef:
        return (res,)  # type: ignore[return-value]
    if cls is list and node.__class__ is ast.FString:
        return [r for r in res if r.__class__ is MethodRef]  # type: ignore[union-attr]
    if cls is ForLoop:
        return [r for r in (res.to_iter, res.next) if r is not None]  # type: ignore[union-attr]
    return ()


def _call(world: World, ref: FnRef | MethodRef, facts: Facts) -> None:
    target = target_of(world, ref)
    if target is None:
        facts.unknown = True
    else:
        facts.calls.add(target)


def target_of(world: World, ref: FnRef | MethodRef) -> FnItem | None:
    """What a call runs; None if that depends on a type parameter or on the value."""
    if isinstance(ref, FnRef):
        return ref.item
    t = ref.self_ty
    if t.tag == READONLY:
        t = t.inner  # type: ignore[attr-defined]
    # impls are for all arguments of a type: its head decides
    if t.tag not in (PRIM, NOMINAL, ARRAY, TUPLE) or t.has_vars:
        return None
    parent: Any = ref.method.parent
    found = world.find_impl(t, parent)
    return None if found is None else world.impl_method(found, ref.method)[0]


def _is_host(world: World, module: Module) -> bool:
    at: Module | None = module
    while at is not None:
        if at.name in world.host_modules and world.host_modules[at.name] is at:
            return True
        at = at.parent
    return module.is_library


def _declared(items: Iterable[ast.Item]) -> Iterator[ast.FnDecl]:
    for item in items:
        if isinstance(item, ast.FnDecl):
            yield item
        elif isinstance(item, (ast.ImplDecl, ast.InterfaceDecl)):
            for member in item.members:
                if isinstance(member, ast.FnDecl):
                    yield member
