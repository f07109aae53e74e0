"""Declarations: AST items become `rusk.types.items`, in stages (``docs/language/05-modules.md`` §6).

1. `create`: items, name tables, type parameters without bounds, duplicates, reserved names.
2. `resolve_uses`.
3. `bounds`: bounds of type parameters, super-interfaces; then full sets (`interfaces.py`).
4. `signatures`: fields, payloads, parameters, results, impl headers.
5. `register` (`impls.py`): inherent methods and impls are entered at their types; then all signatures are normalised.
6. `impls.check`: impls against their interfaces.

Every stage is run over all modules of the program before the next. A library module that is loaded later runs stages 1 to 5 at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.diagnostics import nearest
from rusk.modules.names import MODULES, NAMESPACE_NAMES, TYPES, VALUES, Use, path_text, same_target
from rusk.syntax import ast
from rusk.types import terms, written
from rusk.types.items import (
    Entry,
    EnumItem,
    FnItem,
    GenericParam,
    ImplItem,
    InterfaceItem,
    Module,
    StructItem,
)  # fmt: skip
from rusk.types.terms import ERR, UNIT, Type
from rusk.types.written import TypeScope

if TYPE_CHECKING:
    from rusk.types.world import World


# ------------------------------------------------------------------ stage 1


class _Additions:
    """Which items of a library file are marked ``//! addition``; asked in the order of their positions."""

    __slots__ = ("marks", "next")

    def __init__(self, module: Module) -> None:
        self.marks: list[int] = []
        self.next = 0
        if module.is_library:
            at = module.source.text.find("//! addition")
            while at >= 0:
                self.marks.append(at)
                at = module.source.text.find("//! addition", at + 1)

    def __call__(self, pos: int) -> bool:
        marked = False
        while self.next < len(self.marks) and self.marks[self.next] < pos:
            marked = True
            self.next += 1
        return marked


def create(w: World, module: Module) -> None:
    """Stage 1 for one module; its child modules are modules of their own."""
    defined: dict[str, tuple[int, int]] = {}
    additions = _Additions(module)
    decl: Any
    for decl in module.items:
        kind = decl.__class__
        added = additions(decl.pos)
        if kind is ast.FnDecl:
            _define(w, module, defined, decl, "function")
            fn = FnItem(decl.kind, decl.name, module, decl)
            fn.is_addition = added
            decl.item = fn
            _generics(w, module, decl.generics, fn, "fn", [], decl)
            fn.generics = fn.own_generics
            if decl.kind == "intrinsic":
                if not module.is_library:
                    _at(
                        w,
                        module,
                        "unknown-intrinsic",
                        f"unknown intrinsic `{decl.name}`",
                        decl.name_pos,
                        decl.name,
                    )
                fn.intrinsic = decl.name
            w.functions.append(fn)
            module.values.setdefault(
                decl.name, Entry(fn, decl.is_pub, decl.name_pos, decl.name_pos + len(decl.name))
            )
        elif kind is ast.StructDecl or kind is ast.EnumDecl or kind is ast.InterfaceDecl:
            _define(w, module, defined, decl, "type")
            item: Any
            if kind is ast.StructDecl:
                item = StructItem(decl.name, module, decl)
                _fields(w, module, decl)
            elif kind is ast.EnumDecl:
                item = EnumItem(decl.name, module, decl)
                _variants(w, module, item)
            else:
                item = InterfaceItem(decl.name, module, decl)
                item.self_param = GenericParam("Self", 0, decl.name_pos, decl.name_pos + len(decl.name))
                item.self_param.owner = item
            decl.item = item
            _generics(w, module, decl.generics, item, "type", [], decl)
            if kind is ast.InterfaceDecl:
                item.self_param.bounds = [terms.iface(item, [terms.param(g) for g in item.generics])]
                _members(w, module, item, additions)
            w.type_items.append(item)
            module.types.setdefault(
                decl.name, Entry(item, decl.is_pub, decl.name_pos, decl.name_pos + len(decl.name))
            )
        elif kind is ast.ModDecl:
            _define(w, module, defined, decl, "module")
            if decl.item is not None:
                module.modules.setdefault(
                    decl.name, Entry(decl.item, decl.is_pub, decl.name_pos, decl.name_pos + len(decl.name))
                )
        elif kind is ast.UseDecl:
            module.uses.append(Use(decl, module))
        elif kind is ast.ImplDecl:
            _impl(w, module, decl, added, additions)
        elif kind is ast.DeriveDecl:
            w.derives.append((module, decl))


def _at(w: World, module: Module, name: str, message: str, pos: int, text: str, **more: Any) -> None:
    w.diags.error(name, message, module.source, pos, pos + len(text), **more)


def _define(w: World, module: Module, defined: dict[str, tuple[int, int]], decl: Any, kind: str) -> None:
    """Check the name of an item for duplicates and reserved names."""
    name = decl.name
    pos = decl.name_pos
    if kind == "module" and name == "core" and not module.is_library:
        _at(w, module, "reserved-name", "module name `core` is reserved", pos, name)
    elif module is w.root and (name == "core" or (name == "std" and w.std is not None)):
        _at(w, module, "duplicate-item", f"duplicate {kind} `{name}`", pos, name)
    elif name == "Option" and kind == "type" and not module.is_library:
        _at(w, module, "duplicate-item", "cannot redefine built-in type `Option`", pos, name)
    elif module is w.root and name in w.host_modules:
        _at(
            w, module, "duplicate-item", f"duplicate {kind} `{name}`", pos, name,
            secondary=[(w.host_modules[name].source, 0, 0, "a module of the host")],
        )  # fmt: skip
    first = defined.get(name)
    if first is not None:
        _at(
            w, module, "duplicate-item", f"duplicate {kind} `{name}`", pos, name,
            secondary=[(module.source, first[0], first[1], "first defined here")],
        )  # fmt: skip
    else:
        defined[name] = (pos, pos + len(name))


def _generics(
    w: World,
    module: Module,
    params: list[ast.GenericParam],
    owner: Any,
    place: str,
    outer: list[GenericParam],
    decl: Any,
) -> list[GenericParam]:
    """Type parameters without their bounds; ``place``: "fn", "method" (inherent), "member", "impl" or "type"."""
    out: list[GenericParam] = []
    seen = {g.name: g for g in outer}
    for p in params:
        if p.name == "Self":
            _at(w, module, "reserved-name", "`Self` is reserved and cannot be bound here", p.pos, p.name)
        elif p.name in seen:
            first = seen[p.name]
            _at(
                w, module, "duplicate-generic", f"duplicate type parameter `{p.name}`", p.pos, p.name,
                secondary=[(module.source, first.pos, first.end, "first declared here")],
            )  # fmt: skip
        g = GenericParam(p.name, p.arity, p.pos, p.pos + len(p.name))
        g.owner = owner
        seen.setdefault(p.name, g)
        out.append(g)
        if p.arity:
            if p.bounds:
                w.diags.error(
                    "kind-error",
                    f"type constructor parameter `{p.name}` cannot have bounds",
                    module.source,
                    p.pos,
                    p.end,
                )
            elif place not in ("fn", "method"):
                pos = getattr(decl, "name_pos", p.pos)
                text = getattr(decl, "name", p.name) if pos != p.pos else p.name
                _at(
                    w,
                    module,
                    "kind-error",
                    f"type constructor parameter `{p.name}` is not allowed here",
                    pos,
                    text,
                )
    if owner.__class__ is FnItem:
        owner.own_generics = out
    else:
        owner.generics = out
    return out


def _fields(w: World, module: Module, decl: ast.StructDecl) -> None:
    """Report fields of one name."""
    seen: dict[str, ast.FieldDecl] = {}
    for f in decl.fields:
        first = seen.setdefault(f.name, f)
        if first is not f:
            _at(
                w, module, "duplicate-field", f"duplicate field `{f.name}`", f.pos, f.name,
                secondary=[(module.source, first.pos, first.pos + len(first.name), "first declared here")],
            )  # fmt: skip


def _variants(w: World, module: Module, item: EnumItem) -> None:
    for i, v in enumerate(item.decl.variants):
        if v.name in item.variant_index:
            first = item.decl.variants[item.variant_index[v.name]]
            _at(
                w, module, "duplicate-item", f"duplicate variant `{v.name}`", v.pos, v.name,
                secondary=[(module.source, first.pos, first.pos + len(first.name), "first defined here")],
            )  # fmt: skip
        else:
            item.variant_index[v.name] = i


def _members(w: World, module: Module, item: InterfaceItem, additions: _Additions) -> None:
    m: Any
    for m in item.decl.members:
        added = additions(m.pos)
        if m.__class__ is ast.AssocDecl:
            if m.name == "Self":
                _at(
                    w,
                    module,
                    "reserved-name",
                    "`Self` is reserved and cannot be bound here",
                    m.name_pos,
                    m.name,
                )
            elif m.name in item.assocs:
                first = item.assocs[m.name]
                _at(
                    w, module, "duplicate-item", f"duplicate associated type `{m.name}`", m.name_pos, m.name,
                    secondary=[(module.source, first.name_pos, first.name_pos + len(m.name), "first defined here")],
                )  # fmt: skip
            else:
                item.assocs[m.name] = m
            continue
        fn = FnItem("member", m.name, module, m)
        fn.is_addition = added
        m.item = fn
        fn.parent = item
        fn.receiver = m.qualifier or "mut"
        _generics(w, module, m.generics, fn, "member", item.generics, m)
        fn.generics = [item.self_param, *item.generics, *fn.own_generics]
        if m.name in item.methods:
            old = item.methods[m.name].decl
            _at(
                w, module, "duplicate-item", f"duplicate method `{m.name}`", m.name_pos, m.name,
                secondary=[(module.source, old.name_pos, old.name_pos + len(old.name), "first defined here")],
            )  # fmt: skip
        else:
            item.methods[m.name] = fn


def _impl(w: World, module: Module, decl: ast.ImplDecl, added: bool, additions: _Additions) -> ImplItem:
    impl = ImplItem(module, decl)
    impl.is_addition = added
    decl.item = impl
    _generics(w, module, decl.generics, impl, "impl", [], decl.generics[0] if decl.generics else decl)
    seen: dict[str, FnItem] = {}
    m: Any
    for m in decl.members:
        marked = additions(m.pos) or added
        if m.__class__ is ast.AssocDef:
            continue
        fn = FnItem(m.kind, m.name, module, m)
        fn.is_addition = marked
        if m.kind == "intrinsic" and not module.is_library:
            _at(w, module, "unknown-intrinsic", f"unknown intrinsic `{m.name}`", m.name_pos, m.name)
        m.item = fn
        fn.parent = impl
        fn.receiver = m.qualifier or "mut"
        _generics(w, module, m.generics, fn, "method" if decl.iface is None else "member", impl.generics, m)
        fn.generics = [*impl.generics, *fn.own_generics]
        if m.name in seen and decl.iface is not None:
            first = seen[m.name].decl
            _at(
                w, module, "duplicate-item", f"duplicate method `{m.name}`", m.name_pos, m.name,
                secondary=[(module.source, first.name_pos, first.name_pos + len(first.name), "first defined here")],
            )  # fmt: skip
            continue
        # Inherent methods of all blocks are compared when they are registered.
        if m.name in seen:
            w.double_methods.append((impl, fn))
            continue
        seen[m.name] = fn
        impl.methods[m.name] = fn
    module.impls.append(impl)
    w.impls.append(impl)
    return impl


# ------------------------------------------------------------------ stage 2


def _unresolved(w: World, module: Module, use: Use) -> None:
    """Report a ``use`` that binds nothing."""
    decl = use.decl
    path = decl.path
    for p in use.private:
        if p is not None:
            name = "super-at-root" if p.kind == "super" else "private-item"
            w.diags.error(name, p.message, module.source, decl.pos, decl.end)
            return
    at = w.names.walk(module, path, len(path) - 1)
    if len(path) == 1 or isinstance(at, Module):
        last = path[-1].name
        owner = at if isinstance(at, Module) else module
        near = nearest(last, [*w.module_names(owner, False), *owner.types, *owner.values])
    elif at.kind == "super":
        w.diags.error("super-at-root", at.message, module.source, decl.pos, decl.end)
        return
    else:
        near = None
        if at.module is not None:
            near = nearest(path[at.index].name, w.module_names(at.module, at.index == 0))
        enum = w.names.find(module, path[:-1], TYPES)
        if isinstance(enum, Entry) and isinstance(enum.target, EnumItem):
            near = nearest(path[-1].name, enum.target.variant_index)
    where = "::".join(module.path) or "loaf"
    w.diags.error(
        "unresolved-use", f"unresolved `use` in {where}: `{path_text(path)}`", module.source, decl.pos, decl.end,
        help=None if near is None or near == use.bound else f"did you mean `{near}`?",
    )  # fmt: skip


def resolve_uses(w: World, module: Module) -> None:
    """Stage 2 for one module."""
    names = w.names
    for use in module.uses:
        found = [names.use_target(use, ns) for ns in (MODULES, TYPES, VALUES)]
        decl = use.decl
        if not any(found):
            _unresolved(w, module, use)
            continue
        for ns, entry in enumerate(found):
            if entry is None:
                continue
            table = (module.modules, module.types, module.values)[ns]
            bound = table.get(use.bound)
            clash = bound is not None and not same_target(bound.target, entry.target)
            if not clash and ns == TYPES and use.bound == "Option":
                clash = entry.target is not w.lang_enum("Option")
            if not clash and ns == MODULES and not module.is_library:
                clash = (use.bound == "core" and entry.target is not w.core) or (
                    use.bound == "std"
                    and module is w.root
                    and w.std is not None
                    and entry.target is not w.std
                )
            if clash:
                first = (
                    []
                    if bound is None or bound.pos < 0
                    else [(module.source, bound.pos, bound.end, "first bound here")]
                )
                where = "::".join(module.path) or "loaf"
                w.diags.error(
                    "duplicate-name", f"duplicate name `{use.bound}` in {NAMESPACE_NAMES[ns]} namespace of `{where}`",
                    module.source, decl.pos, decl.end, help="add `as …`", secondary=first,
                )  # fmt: skip
                break
        if decl.is_pub:
            for entry in found:
                if entry is not None and not _is_public(entry.target):
                    target: Any = entry.target
                    kind = (
                        "module"
                        if isinstance(target, Module)
                        else "function"
                        if isinstance(target, FnItem)
                        else "type"
                    )
                    w.diags.error(
                        "private-reexport", f"cannot re-export private {kind} `{decl.path[-1].name}`", module.source,
                        decl.pos, decl.end,
                    )  # fmt: skip
                    break


def _is_public(target: Any) -> bool:
    enum = getattr(target, "enum", None)
    return bool(enum.is_pub if enum is not None else target.is_pub)


# ------------------------------------------------------------------ stage 3


def scope_of(item: Any, module: Module) -> TypeScope:
    """The scope of the declaration of an item, its own type parameters included."""
    return TypeScope(module, {g.name: g for g in item.generics})


def _bind(w: World, scope: TypeScope, decls: list[ast.GenericParam], params: list[GenericParam]) -> None:
    """Resolve bounds; each sees only the parameters before its own."""
    for d, g in zip(decls, params, strict=True):
        for b in d.bounds if not g.arity else ():
            t = written.bound(w, b, scope)
            if t is not None and t not in g.bounds:
                g.bounds.append(t)
                if t.bindings:
                    w.late_checks.append(lambda b=b, t=t, s=scope: _check_bindings(w, b, t, s))  # type: ignore[misc]
        scope.generics[g.name] = g


def _check_bindings(w: World, te: ast.TyPath, t: Any, scope: TypeScope) -> None:
    for name, _ in t.bindings:
        if name not in t.item.full_assocs:
            written.error(w, scope, "assoc-binding", f"no associated type `{name}` in `{t.item.name}`", te)
            return


def bounds_of_type(w: World, item: Any) -> None:
    """Stage 3 for a struct, enum or interface."""
    scope = TypeScope(item.module, {})
    if item.__class__ is not InterfaceItem:
        _bind(w, scope, item.decl.generics, item.generics)
        return
    for d, g in zip(item.decl.generics, item.generics, strict=True):
        if d.bounds:
            w.diags.error(
                "bound-not-allowed", "bounds are not allowed here", item.module.source, d.pos, d.end
            )
        scope.generics[g.name] = g
    for s in item.decl.supers:
        sup = written.interface_path(
            w, s, scope, "bad-super", "`{}` cannot be a super-interface of `" + item.name + "`"
        )
        if sup is None:
            continue
        args = written.arguments(w, s, scope)
        if any([a.tag == terms.ERROR for a in args]):
            continue
        leading = [terms.param(g) for g in item.generics[: len(args)]]
        if len(args) != len(sup.generics):
            written.type_arity(w, s, scope, sup.name, len(sup.generics), len(args))
        elif args != leading:
            written.error(
                w,
                scope,
                "bad-super",
                f"`{terms.iface(sup, args)}` cannot be a super-interface of `{item.name}`",
                s,
            )
        else:
            item.supers.append(terms.iface(sup, args))


# ------------------------------------------------------------------ stage 4


def type_fields(w: World, item: Any) -> None:
    """Stage 4 for a struct or enum: its fields or payloads."""
    scope = scope_of(item, item.module)
    if item.__class__ is EnumItem:
        for v in item.decl.variants:
            item.variants.append((v.name, [written.resolve(w, t, scope) for t in v.payload]))
    elif item.__class__ is StructItem:
        seen: set[str] = set()
        for f in item.decl.fields:
            if f.name not in seen:
                seen.add(f.name)
                item.fields.append((f.name, written.resolve(w, f.ty, scope)))


def free_fn_generics(w: World, fn: FnItem) -> None:
    """Stage 3 for a free function."""
    reported = len(w.diags.items)
    _bind(w, TypeScope(fn.module, {}), fn.decl.generics, fn.own_generics)
    if reported != len(w.diags.items):
        w.broken_fns.add(fn)


def signature(w: World, fn: FnItem, scope: TypeScope) -> None:
    """Stage 4 for a function or method; ``scope`` holds what is around it."""
    decl = fn.decl
    reported = len(w.diags.items)
    if fn.parent is not None:
        inner = TypeScope(scope.module, dict(scope.generics), scope.self_type, scope.self_iface)
        _bind(w, inner, decl.generics, fn.own_generics)
    else:
        inner = TypeScope(scope.module, {g.name: g for g in fn.own_generics})
    w.scopes[fn] = inner
    params: list[Type] = []
    for p in decl.params:
        t = ERR if p.ty is None else written.resolve(w, p.ty, inner)
        params.append(terms.readonly(t) if p.readonly else t)
    fn.params = params
    fn.ret = UNIT if decl.ret is None else written.resolve(w, decl.ret, inner)
    if fn.receiver is not None and fn.receiver != "static" and inner.self_type is not None:
        fn.self_ty = terms.readonly(inner.self_type) if fn.receiver == "readonly" else inner.self_type
    if decl.kind == "extern":
        seen: set[str] = set()
        for p in decl.params:
            name = p.pattern.name if p.pattern.__class__ is ast.PatBind else "_"
            if name in seen:
                _at(w, fn.module, "duplicate-binding", f"duplicate binding `{name}`", p.pattern.pos, name)
            if name != "_":
                seen.add(name)
    if reported != len(w.diags.items):
        w.broken_fns.add(fn)


def interface_signatures(w: World, item: InterfaceItem) -> None:
    """Stage 4 for an interface."""
    scope = scope_of(item, item.module)
    scope.self_type = terms.param(item.self_param)
    scope.self_iface = item
    for fn in item.methods.values():
        signature(w, fn, scope)
        w.functions.append(fn)
