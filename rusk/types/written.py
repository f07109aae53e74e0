"""The meaning of written types, bounds and interface paths (``docs/language/02-types.md`` §1-§2, ``03-interfaces.md`` §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rusk.diagnostics import nearest
from rusk.modules.names import TYPES, PathError, path_text
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.items import EnumItem, GenericParam, InterfaceItem, Module, StructItem
from rusk.types.terms import ERR, ERROR, UNIT, Iface, Type

if TYPE_CHECKING:
    from rusk.types.world import World


class TypeScope:
    """How names in written types are resolved at a place.

    ``generics``: type parameters in scope by name. ``self_type``: what ``Self`` means, or None. ``self_iface``: the interface whose
    associated types ``Self::X`` can name (that of the declaration or impl), or None.
    """

    __slots__ = ("module", "generics", "self_type", "self_iface")

    def __init__(
        self,
        module: Module,
        generics: dict[str, GenericParam],
        self_type: Type | None = None,
        self_iface: InterfaceItem | None = None,
    ) -> None:
        self.module = module
        self.generics = generics
        self.self_type = self_type
        self.self_iface = self_iface


#: In impl headers of library files: names of the built-in types that may be implemented.
BUILT_IN = frozenset(
    ("array", "tuple1", "tuple2", "tuple3", "tuple4", "tuple5", "tuple6", "tuple7", "tuple8")
)


def resolve(w: World, te: Any, scope: TypeScope) -> Type:
    """The term of a written type; mistakes are reported and give `ERR`."""
    kind = te.__class__
    if kind is ast.TyPrim:
        return terms.PRIMITIVES[te.name]
    if kind is ast.TyPath:
        return path_type(w, te, scope)
    if kind is ast.TyReadonly:
        return terms.readonly(resolve(w, te.inner, scope))
    if kind is ast.TyArray:
        return terms.array(resolve(w, te.elem, scope))
    if kind is ast.TyTuple:
        return terms.tuple_([resolve(w, e, scope) for e in te.elems])
    if kind is ast.TyFn:
        return terms.fn(
            [resolve(w, p, scope) for p in te.params], UNIT if te.ret is None else resolve(w, te.ret, scope)
        )
    if kind is ast.TyCont:
        return terms.cont(resolve(w, te.param, scope), resolve(w, te.ret, scope))
    return terms.NEVER


def error(w: World, scope: TypeScope, name: str, message: str, node: Any, help: str | None = None) -> Type:
    """Report at ``node``; the result is `ERR`."""
    w.diags.error(name, message, scope.module.source, node.pos, node.end, help=help)
    return ERR


def arguments(w: World, te: ast.TyPath, scope: TypeScope, upto: int | None = None) -> list[Type]:
    """All type arguments on the segments of a path (up to index ``upto``), left to right."""
    out: list[Type] = []
    for s in te.segments[:upto]:
        if s.args:
            for a in s.args:
                out.append(resolve(w, a, scope))
    return out


def path_type(w: World, te: ast.TyPath, scope: TypeScope) -> Type:
    """The term of a named type."""
    segments = te.segments
    first = segments[0]
    if len(segments) == 1:
        if first.name == "Self":
            return _self(w, te, scope)
        g = scope.generics.get(first.name)
        if g is not None:
            return _parameter(w, te, scope, g)
    elif len(segments) == 2:
        if first.name == "Self":
            return _self_projection(w, te, scope)
        g = scope.generics.get(first.name)
        if g is not None:
            return _param_projection(w, te, scope, g)
    item = type_item(w, te, scope)
    if item is None:
        return ERR
    if item.__class__ is tuple:
        return _projection(w, te, scope, item[0])
    args = arguments(w, te, scope)
    return _apply(w, te, scope, item, args)


def _self(w: World, te: ast.TyPath, scope: TypeScope) -> Type:
    if scope.self_type is None:
        return error(w, scope, "self-misuse", "`Self` has no meaning here", te)
    if te.segments[0].args or te.bindings is not None:
        return error(w, scope, "self-misuse", "`Self` takes no arguments", te)
    return scope.self_type


def _parameter(w: World, te: ast.TyPath, scope: TypeScope, g: GenericParam) -> Type:
    args = te.segments[0].args or []
    if len(args) != g.arity:
        return type_arity(w, te, scope, g.name, g.arity, len(args))
    if te.bindings:
        return error(
            w, scope, "assoc-binding", f"no associated type `{te.bindings[0].name}` in `{g.name}`", te
        )
    if g.arity:
        return terms.applied(g, [resolve(w, a, scope) for a in args])
    return terms.param(g)


def type_arity(w: World, te: Any, scope: TypeScope, name: str, want: int, got: int) -> Type:
    """Report a wrong number of type arguments."""
    s = "" if want == 1 else "s"
    return error(w, scope, "type-arity", f"`{name}` takes {want} type argument{s}, got {got}", te)


def _apply(w: World, te: ast.TyPath, scope: TypeScope, item: Any, args: list[Type]) -> Type:
    if len(args) != len(item.generics):
        return type_arity(w, te, scope, item.name, len(item.generics), len(args))
    for t in args:
        if t.tag == ERROR:
            return ERR
    if item.__class__ is InterfaceItem:
        bindings = binding_list(w, te, scope, item)
        if bindings is None:
            return ERR
        for name in item.full_assocs if w.full_ready else ():
            if name not in bindings:
                return error(
                    w,
                    scope,
                    "assoc-binding",
                    f"missing binding for associated type `{name}` of `{item.name}`",
                    te,
                )
        value: Type = terms.iface(item, args, list(bindings.items()))
        if not w.full_ready:
            w.late_checks.append(lambda: _all_bound(w, te, scope, item, bindings))
        return value
    if te.bindings:
        return error(
            w, scope, "assoc-binding", f"no associated type `{te.bindings[0].name}` in `{item.name}`", te
        )
    t = terms.nominal(item, args)
    if args:
        w.require_bounds(item, args, te, scope)
    return t


def _all_bound(
    w: World, te: ast.TyPath, scope: TypeScope, item: InterfaceItem, bindings: dict[str, Type]
) -> None:
    for name in item.full_assocs:
        if name not in bindings:
            error(
                w,
                scope,
                "assoc-binding",
                f"missing binding for associated type `{name}` of `{item.name}`",
                te,
            )
            return
    for b in te.bindings or ():
        if b.name not in item.full_assocs:
            error(w, scope, "assoc-binding", f"no associated type `{b.name}` in `{item.name}`", te)
            return


def binding_list(w: World, te: ast.TyPath, scope: TypeScope, item: InterfaceItem) -> dict[str, Type] | None:
    """The bindings in braces by name; None after an error."""
    out: dict[str, Type] = {}
    for b in te.bindings or ():
        if b.name in out:
            error(w, scope, "assoc-binding", f"duplicate binding for associated type `{b.name}`", b)
            return None
        if w.full_ready and b.name not in item.full_assocs:
            error(w, scope, "assoc-binding", f"no associated type `{b.name}` in `{item.name}`", te)
            return None
        out[b.name] = resolve(w, b.ty, scope)
    return out


# -------------------------------------------------------------------- paths


def type_item(
    w: World, te: ast.TyPath, scope: TypeScope
) -> StructItem | EnumItem | InterfaceItem | tuple[InterfaceItem] | None:
    """The item of a type path; a tuple of the interface for a projection ``I::X<T>``; None after an error."""
    segments = te.segments
    found = w.names.find(scope.module, segments, TYPES)
    if not isinstance(found, PathError):
        return found.target  # type: ignore[return-value]
    if found.kind == "missing" and len(segments) > 1:
        before = w.names.find(scope.module, segments[:-1], TYPES)
        if not isinstance(before, PathError) and before.target.__class__ is InterfaceItem:
            return (before.target,)
    report_path(w, scope, "unknown-type", "unknown type", te, segments, found, TYPES, list(scope.generics))
    return None


def report_path(
    w: World,
    scope: TypeScope,
    name: str,
    what: str,
    node: Any,
    segments: Sequence[ast.PathSegment],
    found: PathError,
    namespace: int,
    more: Sequence[str] = (),
) -> None:
    """Report a path that leads nowhere."""
    if found.kind == "private":
        w.diags.error("private-item", found.message, scope.module.source, node.pos, node.end)
    elif found.kind == "super":
        w.diags.error("super-at-root", found.message, scope.module.source, node.pos, node.end)
    else:
        help = None
        at = found.module
        if at is not None:
            if found.index < len(segments) - 1:
                names = w.module_names(at, found.index == 0)
            else:
                names = [*(at.modules, at.types, at.values)[namespace], *(more if len(segments) == 1 else ())]
            near = nearest(segments[found.index].name, names)
            if near is not None:
                help = f"did you mean `{near}`?"
        w.diags.error(
            name,
            f"{what} `{path_text(segments)}`",
            scope.module.source,
            node.pos,
            node.end,
            label="not found in this scope",
            help=help,
        )


def interface_path(
    w: World, te: ast.TyPath, scope: TypeScope, error_name: str, message: str
) -> InterfaceItem | None:
    """The interface that a path names; an unknown path is ``unknown-type``, another item ``error_name`` with ``message`` formatted by name."""
    segments = te.segments
    if len(segments) == 1 and (segments[0].name in scope.generics or segments[0].name == "Self"):
        error(w, scope, error_name, message.format(segments[0].name), te)
        return None
    found = w.names.find(scope.module, segments, TYPES)
    if isinstance(found, PathError):
        report_path(w, scope, "unknown-type", "unknown type", te, segments, found, TYPES)
        return None
    if found.target.__class__ is not InterfaceItem:
        error(w, scope, error_name, message.format(path_text(segments)), te)
        return None
    return found.target


def bound(w: World, te: ast.TyPath, scope: TypeScope) -> Iface | None:
    """A bound: an interface with its arguments, and bindings if written. None after an error."""
    if len(te.segments) == 1 and te.segments[0].name in terms.PRIMITIVES:
        error(w, scope, "bound-not-interface", f"`{te.segments[0].name}` is not an interface", te)
        return None
    item = interface_path(w, te, scope, "bound-not-interface", "`{}` is not an interface")
    if item is None:
        return None
    args = arguments(w, te, scope)
    if len(args) != len(item.generics):
        type_arity(w, te, scope, item.name, len(item.generics), len(args))
        return None
    bindings = binding_list(w, te, scope, item)
    if bindings is None or any([t.tag == ERROR for t in args]):
        return None
    return terms.iface(item, args, list(bindings.items()))


# -------------------------------------------------------------- projections


def _self_projection(w: World, te: ast.TyPath, scope: TypeScope) -> Type:
    seg = te.segments[1]
    if scope.self_type is None or scope.self_iface is None or seg.args:
        return error(w, scope, "self-misuse", "`Self` has no meaning here", te)
    w.ensure_full(scope.self_iface)
    origin = scope.self_iface.full_assocs.get(seg.name)
    if origin is None:
        return error(
            w, scope, "assoc-unknown", f"no associated type `{seg.name}` in `{scope.self_iface.name}`", te
        )
    args = scope.self_iface.all_supers.get(origin, ())
    if scope.self_type.tag == terms.PARAM:
        return terms.proj(origin, args, scope.self_type, seg.name)
    return w.normalize_later(terms.proj(origin, (), scope.self_type, seg.name))


def _param_projection(w: World, te: ast.TyPath, scope: TypeScope, g: GenericParam) -> Type:
    seg = te.segments[1]
    if seg.args or te.segments[0].args:
        return error(w, scope, "unknown-type", f"unknown type `{path_text(te.segments)}`", te)
    candidates: list[Iface] = []
    for b in g.bounds:
        w.ensure_full(b.item)
        if seg.name in b.item.full_assocs and b not in candidates:
            candidates.append(b)
    # If one bound inherits from another, the more specific one is meant.
    best = [
        b
        for b in candidates
        if not any([o is not b and b.item in o.item.all_supers and o.item is not b.item for o in candidates])
    ]
    if not best:
        return error(
            w, scope, "projection-bound", f"`{g.name}` has no bound with associated type `{seg.name}`", te
        )
    origins = {b.item.full_assocs[seg.name] for b in best}
    if len(best) > 1 and (len(origins) > 1 or len({b.args for b in best}) > 1):
        return error(
            w, scope, "assoc-ambiguous", f"ambiguous associated type `{seg.name}`", te,
            help=f"write `{best[0].item.name}::{seg.name}<{g.name}>`",
        )  # fmt: skip
    return param_projection(w, g, best[0], seg.name)


def param_projection(w: World, g: GenericParam, b: Iface, name: str) -> Type:
    """``b::name<g>`` for a bound ``b`` of the parameter ``g``, in normal form."""
    origin = b.item.full_assocs[name]
    subst = dict(zip(b.item.generics, b.args, strict=True))
    args = [terms.substitute(a, subst) for a in b.item.all_supers[origin]]
    return w.normalize_later(terms.proj(origin, args, terms.param(g), name))


def _projection(w: World, te: ast.TyPath, scope: TypeScope, item: InterfaceItem) -> Type:
    """``I<A>::X<T>``."""
    seg = te.segments[-1]
    w.ensure_full(item)
    origin = item.full_assocs.get(seg.name)
    if origin is None:
        return error(w, scope, "assoc-unknown", f"no associated type `{seg.name}` in `{item.name}`", te)
    args = arguments(w, te, scope, -1)
    if len(args) != len(item.generics):
        return type_arity(w, te, scope, item.name, len(item.generics), len(args))
    if seg.args is None or len(seg.args) != 1:
        return type_arity(w, te, scope, seg.name, 1, len(seg.args or ()))
    self_ty = resolve(w, seg.args[0], scope)
    if self_ty.tag == ERROR or any([a.tag == ERROR for a in args]):
        return ERR
    asked = terms.iface(item, args)
    base = terms.strip_readonly(self_ty)
    if base.tag == terms.PARAM:
        for b in base.param.bounds:  # type: ignore[attr-defined]
            w.ensure_full(b.item)
            given = b.item.all_supers.get(item)
            if given is None:
                continue
            subst = dict(zip(b.item.generics, b.args, strict=True))
            if tuple([terms.substitute(a, subst) for a in given]) == asked.args:
                return param_projection(w, base.param, b, seg.name)  # type: ignore[attr-defined]
        return error(
            w, scope, "projection-bound", f"`{base}` has no bound with associated type `{seg.name}`", te
        )
    t = terms.proj(origin, (), base, seg.name)
    w.late_checks.append(lambda: _check_projection(w, te, scope, asked, base))
    if not w.full_ready:
        return t
    w.run_late_checks()
    return w.normalize(t)


def _check_projection(w: World, te: ast.TyPath, scope: TypeScope, asked: Iface, base: Type) -> None:
    """``asked::X<base>``: the type must implement the interface, the bounds of its impl included."""
    t = w.normalize(base)
    if t.tag in (terms.ERROR, terms.PROJ, terms.APPLIED, terms.PARAM):
        return
    want: Any = w.normalize(asked)
    if t.tag == terms.IFACE:
        # Being that interface is enough; as a bound more would be asked for (02 §8).
        given = t.item.all_supers.get(asked.item)  # type: ignore[attr-defined]
        subst = dict(zip(t.item.generics, t.args, strict=True))  # type: ignore[attr-defined]
        reason = (
            "" if given is None or tuple([terms.substitute(a, subst) for a in given]) != want.args else None
        )
    else:
        reason = w.satisfies(t, want)
    if reason is not None:
        w.diags.error(
            "not-implemented", f"type `{t}` does not implement `{asked}`", scope.module.source, te.pos, te.end,
            notes=[reason] if reason else [],
        )  # fmt: skip
