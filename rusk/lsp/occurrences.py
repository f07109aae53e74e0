"""What the names in a file mean: each name with its place and its symbol. Hover, definition, references, rename and colours all read this.

A symbol is the object that the compiler knows a thing by: an item of `rusk.types.items`, a `Binding`, or the declaration of a field, variant or
associated type. Names in bodies are read off what the checker has left in the tree; names in types and paths are looked up as the checker does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.modules.names import MODULES, TYPES, VALUES, PathError
from rusk.syntax import ast
from rusk.syntax.walk import children
from rusk.types.infer import resolved
from rusk.types.items import EnumItem, FnItem, GenericParam, InterfaceItem, Module, StructItem, VariantRef
from rusk.types.resolved import Binding, FnRef, Local, MethodRef, OpRef, StructUse, VariantUse
from rusk.types.terms import NOMINAL, READONLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusk.types.world import World


class Occurrence:
    """A name in a text: its place, the symbol, whether it is declared there, and (in bodies) the node that it names something for."""

    __slots__ = ("end", "is_definition", "node", "pos", "symbol")

    def __init__(self, pos: int, end: int, symbol: Any, is_definition: bool, node: ast.Node | None) -> None:
        self.pos = pos
        self.end = end
        self.symbol = symbol
        self.is_definition = is_definition
        self.node = node


class _Names:
    """One run over some items (only those around the place ``at``, if one is given). ``scopes``: type parameters of what is open, innermost last; ``self_item``: what `Self` is."""

    def __init__(self, world: World, module: Module, at: int | None = None) -> None:
        self.world = world
        self.module = module
        self.at = at
        self.found: list[Occurrence] = []
        self.scopes: list[dict[str, GenericParam]] = []
        self.self_item: Any = None

    def name(
        self, pos: int, text: str, symbol: Any, node: ast.Node | None = None, is_def: bool = False
    ) -> None:
        if symbol is not None and pos >= 0:
            self.found.append(Occurrence(pos, pos + len(text), symbol, is_def, node))

    # ------------------------------------------------------------- items

    def item(self, node: Any) -> None:
        if self.at is not None and not node.pos <= self.at <= node.end:
            return
        item = getattr(node, "item", None)
        generics: Sequence[GenericParam] = ()
        if node.__class__ is ast.FnDecl:
            generics = item.own_generics if item is not None else ()
        elif not isinstance(item, Module) and item is not None:
            generics = item.generics
        self.scopes.append({g.name: g for g in generics})
        for written, g in zip(getattr(node, "generics", ()), generics, strict=False):
            self.name(written.pos, written.name, g, is_def=True)
            for bound in written.bounds:
                self.nodes(bound)
        _ITEMS[node.__class__](self, node, item)
        self.scopes.pop()

    def fn(self, node: ast.FnDecl, item: Any) -> None:
        self.name(node.name_pos, node.name, item, is_def=True)
        for p in node.params:
            self.nodes(p)
        for part in (node.ret, node.body):
            if part is not None:
                self.nodes(part)

    def struct(self, node: ast.StructDecl, item: Any) -> None:
        self.name(node.name_pos, node.name, item, is_def=True)
        outer, self.self_item = self.self_item, item
        for f in node.fields:
            if not node.is_newtype:
                self.name(f.pos, f.name, f, is_def=True)
            self.nodes(f.ty)
        self.self_item = outer

    def enum(self, node: ast.EnumDecl, item: Any) -> None:
        self.name(node.name_pos, node.name, item, is_def=True)
        outer, self.self_item = self.self_item, item
        for v in node.variants:
            self.name(v.pos, v.name, v, is_def=True)
            for part in v.payload:
                self.nodes(part)
        self.self_item = outer

    def interface(self, node: ast.InterfaceDecl, item: Any) -> None:
        self.name(node.name_pos, node.name, item, is_def=True)
        outer, self.self_item = self.self_item, item
        for bound in node.supers:
            self.nodes(bound)
        for m in node.members:
            if m.__class__ is ast.AssocDecl:
                self.name(m.name_pos, m.name, m, is_def=True)
            else:
                self.item(m)
        self.self_item = outer

    def impl(self, node: ast.ImplDecl, item: Any) -> None:
        for part in (node.iface, node.target):
            if part is not None:
                self.nodes(part)
        target = item.target if item is not None else None
        outer, self.self_item = (
            self.self_item,
            target.item if target is not None and target.tag == NOMINAL else None,
        )
        for m in node.members:
            if isinstance(m, ast.AssocDef):
                iface = item.iface.item if item is not None and item.iface is not None else None
                self.name(self.inside(m, m.name), m.name, self.assoc(iface, m.name))
                self.nodes(m.ty)
            else:
                self.item(m)
        self.self_item = outer

    def mod(self, node: ast.ModDecl, item: Any) -> None:
        self.name(node.name_pos, node.name, item, is_def=True)
        if node.items is not None and item is not None:
            inner = _Names(self.world, item, self.at)
            for each in node.items:
                inner.item(each)
            self.found += inner.found

    def use(self, node: ast.UseDecl, item: Any) -> None:
        self.path(node.path, self.target(node.path, (TYPES, VALUES, MODULES)), node)
        if node.alias is not None:
            self.name(node.alias_pos, node.alias, self.target(node.path, (TYPES, VALUES, MODULES)))

    def derive(self, node: ast.DeriveDecl, item: Any) -> None:
        for s in [*node.names, node.target]:
            self.name(s.pos, s.name, self.target([s], (TYPES,)))

    # ------------------------------------------------------------- paths

    def inside(self, node: ast.Node, name: str) -> int:
        """Where the name of an `AssocDef` stands: it has no place of its own."""
        return self.module.source.text.find(name, node.pos + len("type"), node.end)

    def assoc(self, iface: InterfaceItem | None, name: str) -> Any:
        if iface is None:
            return None
        origin = iface.full_assocs.get(name)
        return None if origin is None else origin.assocs.get(name)

    def target(self, segments: Sequence[ast.PathSegment], spaces: Sequence[int]) -> Any:
        """What a path means in the first of some namespaces that has it."""
        first = segments[0].name
        if len(segments) == 1:
            if first == "Self" and self.self_item is not None:
                return self.self_item
            for scope in reversed(self.scopes):
                if first in scope:
                    return scope[first]
        for space in spaces:
            if space == MODULES:
                at = self.world.names.walk(self.module, segments, len(segments))
                if isinstance(at, Module):
                    return at
                continue
            found = self.world.names.find(self.module, segments, space)
            if not isinstance(found, PathError):
                return symbol_of(found.target)
        if len(segments) > 1:
            owner = self.target(segments[:-1], (TYPES,))
            return self.member(owner, segments[-1].name)
        return None

    def member(self, owner: Any, name: str) -> Any:
        """What `Owner::name` is for a type or type parameter."""
        if isinstance(owner, EnumItem) and name in owner.variant_index:
            return owner.decl.variants[owner.variant_index[name]]
        if isinstance(owner, (EnumItem, StructItem)) and name in owner.inherent:
            return owner.inherent[name]
        if isinstance(owner, InterfaceItem):
            if name in owner.full_methods:
                return owner.full_methods[name][0]
            return self.assoc(owner, name)
        if isinstance(owner, GenericParam):
            for bound in owner.bounds:
                found = self.member(bound.item, name)
                if found is not None:
                    return found
        return None

    def path(self, segments: Sequence[ast.PathSegment], symbol: Any, node: ast.Node | None) -> None:
        """The names of a path whose last one means ``symbol``."""
        for i, s in enumerate(segments):
            if i == len(segments) - 1:
                self.name(s.pos, s.name, symbol, node)
            elif s.name not in ("loaf", "self", "super"):
                self.name(s.pos, s.name, self.target(segments[: i + 1], (MODULES, TYPES)))
            for a in s.args or ():
                self.nodes(a)

    # ------------------------------------------------------------- bodies

    def nodes(self, root: ast.Node) -> None:
        """Everything below a node."""
        stack: list[Any] = [root]
        while stack:
            node = stack.pop()
            handler = _NODES.get(node.__class__)
            if handler is None or handler(self, node):
                below = children(node)
                below.reverse()
                stack += below

    def ty_path(self, node: ast.TyPath) -> bool:
        self.path(node.segments, self.target(node.segments, (TYPES,)), node)
        for b in node.bindings or ():
            iface = self.target(node.segments, (TYPES,))
            if isinstance(iface, InterfaceItem):
                self.name(b.pos, b.name, self.assoc(iface, b.name))
            self.nodes(b.ty)
        return False

    def expr_path(self, node: ast.Path) -> bool:
        symbol = symbol_of(node.res)
        if symbol is None:
            symbol = self.target(node.segments, (VALUES,))
        self.path(node.segments, symbol, node)
        return False

    def call(self, node: ast.Call) -> bool:
        callee = node.callee
        if not isinstance(callee, ast.Path):
            return True
        symbol = symbol_of(node.res) or symbol_of(callee.res)
        if symbol is None:
            symbol = self.target(callee.segments, (VALUES, TYPES))
        self.path(callee.segments, symbol, node if node.res is not None else callee)
        for a in node.args:
            self.nodes(a)
        return False

    def method_call(self, node: ast.MethodCall) -> bool:
        self.name(node.name_pos, node.name, symbol_of(node.res), node)
        return True

    def field(self, node: ast.Field) -> bool:
        self.name(node.name_pos, node.name, field_of(node.base, node.res), node)
        return True

    def struct_lit(self, node: ast.StructLit) -> bool:
        struct = _item_of(node.ty) or self.target(node.path, (TYPES,))
        self.path(node.path, struct, node)
        for f in node.fields:
            self.name(f.pos, f.name, _declared_field(struct, f.name))
            self.nodes(f.value)
        return False

    def effect(self, node: Any) -> bool:
        op = node.res.method if isinstance(node.res, OpRef) else None
        if op is None:
            op = self.member(self.target(node.iface.segments, (TYPES,)), node.op)
        self.name(node.op_pos, node.op, op, node)
        return True

    def match(self, node: ast.Match) -> bool:
        arms = [a for a in node.arms if isinstance(a, ast.EffectArm)]
        for arm, info in zip(arms, getattr(node.res, "arms", ()), strict=False):
            if info.binder is not None and arm.binder_pos >= 0:
                self.name(arm.binder_pos, arm.binder, info.binder, is_def=True)
        return True

    def pat_bind(self, node: ast.PatBind) -> bool:
        self.name(node.pos, node.name, symbol_of(node.res), node, isinstance(node.res, Binding))
        return False

    def pat_path(self, node: Any) -> bool:
        symbol = symbol_of(node.res) or self.target(node.path, (VALUES, TYPES))
        self.path(node.path, symbol, node)
        for p in getattr(node, "args", ()):
            self.nodes(p)
        return False

    def pat_struct(self, node: ast.PatStruct) -> bool:
        struct = symbol_of(node.res) or self.target(node.path, (TYPES,))
        self.path(node.path, struct, node)
        for f in node.fields:
            self.name(f.pos, f.name, _declared_field(struct, f.name))
            self.nodes(f.pattern)
        return False

    def rest(self, node: Any) -> bool:
        if node.rest_name is not None:
            self.name(node.rest_pos, node.rest_name, symbol_of(node.res), node, True)
        return True


def symbol_of(res: Any) -> Any:
    """The symbol behind a resolution of the checker or an entry of a name table."""
    if res.__class__ is Local:
        return res.binding
    if isinstance(res, (FnRef,)):
        return res.item
    if isinstance(res, (MethodRef, OpRef)):
        return res.method
    if isinstance(res, (VariantUse, VariantRef)):
        return res.enum.decl.variants[res.index]
    if isinstance(res, StructUse):
        return res.struct
    if isinstance(res, (FnItem, StructItem, EnumItem, InterfaceItem, Module, Binding)):
        return res
    return None


def _item_of(ty: Any) -> Any:
    if ty is None:
        return None
    t = resolved(ty)
    if t.tag == READONLY:
        t = t.inner  # type: ignore[attr-defined]
    return t.item if t.tag == NOMINAL else None  # type: ignore[attr-defined]


def field_of(base: Any, index: Any) -> ast.FieldDecl | None:
    """The declaration of the field that is read of ``base``."""
    struct = _item_of(base.ty)
    if isinstance(struct, StructItem) and isinstance(index, int) and index < len(struct.decl.fields):
        return struct.decl.fields[index]
    return None


def _declared_field(struct: Any, name: str) -> ast.FieldDecl | None:
    if isinstance(struct, StructItem):
        for f in struct.decl.fields:
            if f.name == name:
                return f
    return None


_ITEMS: dict[type, Any] = {
    ast.FnDecl: _Names.fn,
    ast.StructDecl: _Names.struct,
    ast.EnumDecl: _Names.enum,
    ast.InterfaceDecl: _Names.interface,
    ast.ImplDecl: _Names.impl,
    ast.ModDecl: _Names.mod,
    ast.UseDecl: _Names.use,
    ast.DeriveDecl: _Names.derive,
}

_NODES: dict[type, Any] = {
    ast.TyPath: _Names.ty_path,
    ast.Path: _Names.expr_path,
    ast.Call: _Names.call,
    ast.MethodCall: _Names.method_call,
    ast.Field: _Names.field,
    ast.StructLit: _Names.struct_lit,
    ast.EffectCall: _Names.effect,
    ast.EffectArm: _Names.effect,
    ast.Match: _Names.match,
    ast.PatBind: _Names.pat_bind,
    ast.PatCtor: _Names.pat_path,
    ast.PatPath: _Names.pat_path,
    ast.PatStruct: _Names.pat_struct,
    ast.PatTuple: _Names.rest,
    ast.PatArray: _Names.rest,
}


def occurrences(
    world: World, module: Module, items: Sequence[Any], at: int | None = None
) -> Iterator[Occurrence]:
    """The names in some items of a module, in about the order of the text. ``at``: only in items around this place."""
    for item in items:
        names = _Names(world, module, at)
        names.item(item)
        yield from names.found


def enclosing(world: World, module: Module, items: Sequence[Any], offset: int) -> list[Occurrence]:
    """The names at a place (one, or a field and its binding where one name is both)."""
    return [o for o in occurrences(world, module, items, offset) if o.pos <= offset <= o.end]
