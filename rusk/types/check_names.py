"""Paths in expressions and patterns: what they mean and what calling them does (``docs/language/05-modules.md`` §2.6, 03 §9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.modules.names import TYPES, VALUES, PathError, inside, path_text
from rusk.syntax import ast
from rusk.types import check_call, check_method, terms
from rusk.types.check_ctx import Ctx, OpenSubst
from rusk.types.infer import Pending, resolved
from rusk.types.items import (
    EnumItem,
    FnItem,
    GenericParam,
    ImplItem,
    InterfaceItem,
    Module,
    StructItem,
    VariantRef,
)
from rusk.types.resolved import FnRef
from rusk.types.terms import ERR, ERROR, IFACE, INT, NEVER, NOMINAL, PARAM, PRIM, READONLY, VAR, Type

if TYPE_CHECKING:
    from collections.abc import Sequence


class Owner:
    """What stands before the last ``::`` of a path.

    ``item``: a struct, enum, interface, type parameter, primitive type, or None for a module; ``module``: that module;
    ``args``: type arguments written there, or the known arguments as a tuple for `Self`.
    """

    __slots__ = ("item", "module", "args", "type", "segment")

    def __init__(
        self, item: Any, module: Module | None, args: Any, type: Type | None, segment: ast.PathSegment
    ) -> None:
        self.item = item
        self.module = module
        self.args = args
        self.type = type
        self.segment = segment


# -------------------------------------------------------------------- errors


def unknown_path(
    c: Ctx, path: Sequence[ast.PathSegment], pos: int, end: int, found: PathError | None = None
) -> Type:
    """Report a path that means nothing in value position."""
    if found is not None and found.kind != "missing":
        return path_error(c, found, pos, end)
    from rusk.types.check_help import similar

    help = None
    if found is not None and found.module is not None:
        names = [*found.module.values]
        if found.index < len(path) - 1:
            names = [*c.world.module_names(found.module, found.index == 0), *found.module.types]
        help = similar(path[found.index].name, [n for n in names if not n.startswith("__")])
    return c.error("unknown-value", f"unknown value `{path_text(path)}`", pos, end, help=help)


def path_error(c: Ctx, found: PathError, pos: int, end: int) -> Type:
    """Report a path that leads to something private or above the root."""
    return c.error("private-item" if found.kind == "private" else "super-at-root", found.message, pos, end)


def unknown_type(c: Ctx, path: Sequence[ast.PathSegment], found: PathError | None) -> None:
    """Report a path that means no type."""
    pos, end = path[0].pos, path[-1].end
    if found is not None and found.kind != "missing":
        path_error(c, found, pos, end)
        return
    from rusk.types.check_help import similar

    help = None
    if found is not None and found.module is not None:
        names = [*found.module.types]
        if found.index < len(path) - 1:
            names = c.world.module_names(found.module, found.index == 0)
        help = similar(path[found.index].name, names)
    c.error("unknown-type", f"unknown type `{path_text(path)}`", pos, end, help=help)


def method_private(c: Ctx, fn: FnItem, pos: int) -> None:
    """Report an inherent method that is not visible."""
    from rusk.types.check_help import fn_label

    c.error("private-item", f"method `{fn_label(fn)}` is private", pos, pos + len(fn.name))


def fn_visible(c: Ctx, fn: FnItem) -> bool:
    """Whether an inherent method may be called here (05 §3)."""
    return fn.is_pub or inside(c.module, fn.module)


# --------------------------------------------------------------------- types


def self_type(c: Ctx) -> Type | None:
    """What `Self` stands for here; None in free functions."""
    parent: Any = c.fn.parent
    if parent is None:
        return None
    if parent.__class__ is ImplItem:
        return parent.target
    return terms.param(parent.self_param)


def find_owner(c: Ctx, path: Sequence[ast.PathSegment]) -> Owner | PathError:
    """What all segments of ``path`` but the last mean: a type if there is one, else a module."""
    prefix = path[:-1]
    seg = prefix[-1]
    if len(prefix) == 1:
        name = seg.name
        if name == "Self":
            t = self_type(c)
            if t is not None:
                if t.tag == PARAM:
                    return Owner(t.param, None, None, t, seg)  # type: ignore[attr-defined]
                if t.tag == NOMINAL:
                    return Owner(t.item, None, t.args, t, seg)  # type: ignore[attr-defined]
                return Owner(t, None, None, t, seg)
        g = c.generics().get(name)
        if g is not None:
            return Owner(g, None, seg.args, terms.param(g), seg)
        prim = terms.PRIMITIVES.get(name)
        if prim is not None:
            return Owner(prim, None, seg.args, prim, seg)
    names = c.world.names
    found = names.find(c.module, prefix, TYPES)
    if not isinstance(found, PathError):
        return Owner(found.target, None, seg.args, None, seg)
    if found.kind == "private" and found.index == len(prefix) - 1:
        return found
    at = names.walk(c.module, path, len(path) - 1)
    if isinstance(at, PathError):
        if at.kind == "missing" and found.kind != "missing":
            return found
        return at
    return Owner(None, at, seg.args, None, seg)


def struct_path(c: Ctx, path: Sequence[ast.PathSegment]) -> Type | None:
    """The type that a struct literal or pattern names (with its own parameters as arguments); None after an error."""
    if len(path) == 1 and path[0].name == "Self":
        t = self_type(c)
        if t is not None and t.tag == NOMINAL:
            return t
        if t is None:
            c.error("self-misuse", "`Self` has no meaning here", path[0].pos, path[0].end)
        elif t.tag != ERROR:
            unknown_type(c, path, None)
        return None
    if len(path) == 1 and path[0].name in c.generics():
        unknown_type(c, path, None)
        return None
    found = c.world.names.find(c.module, path, TYPES)
    if isinstance(found, PathError):
        unknown_type(c, path, found)
        return None
    item: Any = found.target
    if isinstance(item, InterfaceItem):
        return terms.iface(item)
    return terms.nominal(item, [terms.param(g) for g in item.generics])


def pattern_path(
    c: Ctx, path: Sequence[ast.PathSegment], ctor: bool
) -> tuple[EnumItem, int] | StructItem | None:
    """The variant or struct that a constructor pattern names; None after an error."""
    last = path[-1]
    names = c.world.names
    if len(path) == 1:
        name = last.name
        ref = c.variant(name, True)
        if ref is not None:
            return ref.enum, ref.index
        t = struct_path(c, path)
        item = getattr(t, "item", None)
        if isinstance(item, StructItem):
            return item
        if t is not None:
            unknown_type(c, path, None)
        return None
    owner = find_owner(c, path)
    if isinstance(owner, PathError):
        unknown_type(c, path[:-1], owner)
        return None
    if isinstance(owner.item, EnumItem):
        i = owner.item.variant_index.get(last.name)
        if i is None:
            from rusk.types.check_help import similar

            c.error(
                "unknown-variant",
                f"no variant `{last.name}` in `{owner.item.name}`",
                last.pos,
                last.end,
                help=similar(last.name, owner.item.variant_index),
            )
            return None
        return owner.item, i
    if owner.module is not None:
        found = names.find(c.module, path, VALUES)
        if not isinstance(found, PathError) and isinstance(found.target, VariantRef):
            return found.target.enum, found.target.index
        other = names.find(c.module, path, TYPES)
        if not isinstance(other, PathError) and isinstance(other.target, StructItem):
            return other.target
        unknown_type(c, path, other if isinstance(other, PathError) else None)
        return None
    c.error("unknown-type", f"unknown type `{path_text(path)}`", path[0].pos, last.end)
    return None


def interface_path(
    c: Ctx, te: ast.TyPath
) -> tuple[InterfaceItem, tuple[Type, ...] | None] | None | PathError:
    """The interface a type path names and its written arguments (None: none written); None if it is something else."""
    segments = te.segments
    if len(segments) == 1 and (segments[0].name in c.generics() or segments[0].name == "Self"):
        return None
    found = c.world.names.find(c.module, segments, TYPES)
    if isinstance(found, PathError):
        return found
    item = found.target
    if not isinstance(item, InterfaceItem):
        return None
    written = [a for s in segments if s.args for a in s.args]
    if not written:
        return item, None
    args = tuple([c.written(a) for a in written])
    if len(args) != len(item.generics):
        n = len(item.generics)
        c.error(
            "type-arity",
            f"`{item.name}` takes {n} type argument{'' if n == 1 else 's'}, got {len(args)}",
            te.pos,
            te.end,
        )
        return item, tuple([ERR for _ in item.generics])
    return item, args


def effect_interface(c: Ctx, te: ast.TyPath) -> tuple[InterfaceItem, tuple[Type, ...] | None] | None:
    """The interface of an effect call or arm; None after an error."""
    found = interface_path(c, te)
    if isinstance(found, PathError):
        pos, end = te.segments[0].pos, te.segments[-1].end
        if found.kind != "missing":
            path_error(c, found, pos, end)
        else:
            from rusk.types.check_help import similar

            names: list[str] = []
            if found.module is not None:
                names = [*found.module.types]
                if found.index < len(te.segments) - 1:
                    names = c.world.module_names(found.module, found.index == 0)
            c.error(
                "not-an-interface",
                f"expected an interface, got `{path_text(te.segments)}`",
                pos,
                end,
                help=similar(te.segments[found.index].name, names),
            )
        return None
    if found is None:
        pos, end = te.segments[0].pos, te.segments[-1].end
        c.error("not-an-interface", f"expected an interface, got `{path_text(te.segments)}`", pos, end)
    return found


def test_target(c: Ctx, te: Any, is_cast: bool) -> Type:
    """The target of ``is`` (or ``as?``), 03 §11."""
    if te.__class__ is ast.TyPath:
        segments = te.segments
        if len(segments) == 1 and segments[0].name == "Self":
            t = self_type(c)
            if t is not None and not segments[0].args and not te.bindings:
                return t
        found = interface_path(c, te)
        if found.__class__ is tuple:
            item, args = found
            if te.bindings or (is_cast and item.full_assocs):
                return _no_test(c, te)
            if args is None and item.generics:
                n = len(item.generics)
                return c.error(
                    "type-arity",
                    f"`{item.name}` takes {n} type argument{'' if n == 1 else 's'}, got 0",
                    te.pos,
                    te.end,
                )
            return terms.iface(item, args or ())
        t = c.written(te)
        if t.tag == NOMINAL or t.tag == ERROR:
            return t
        return _no_test(c, te)
    t = c.written(te)
    return t if t.tag == ERROR else _no_test(c, te)


def _no_test(c: Ctx, te: Any) -> Type:
    return c.error("test-target", f"cannot test for `{c.source.text[te.pos : te.end]}`", te.pos, te.end)


# ------------------------------------------------------------- plain values


def value_path(c: Ctx, e: ast.Path, exp: Type | None) -> Type:
    """A path that is no local, not called: a function value or a variant without fields."""
    e.ty = t = _value_path(c, e, exp)
    return t


def _value_path(c: Ctx, e: ast.Path, exp: Type | None) -> Type:
    segments = e.segments
    last = segments[-1]
    name = last.name
    if len(segments) == 1:
        ref = c.variant(name, True)
        if ref is not None:
            return _variant_value(c, e, ref.enum, ref.index, last.args, exp)
        found = c.world.names.lookup(c.module, VALUES, name)
        if found is None:
            from rusk.types.check_help import unknown_value

            return unknown_value(c, e, name)
        return _fn_value(c, e, found.target)
    owner = find_owner(c, segments)
    if isinstance(owner, PathError):
        return unknown_path(c, segments, e.pos, e.end, owner)
    item = owner.item
    if isinstance(item, EnumItem):
        i = item.variant_index.get(name)
        if i is not None:
            return _variant_value(c, e, item, i, _one_place(c, e, item, owner.args, last.args), exp)
    if isinstance(item, StructItem | EnumItem):
        fn = item.inherent.get(name)
        if fn is not None:
            if not fn_visible(c, fn):
                method_private(c, fn, last.pos)
                return ERR
            return _fn_value(c, e, fn)
        from rusk.types.check_help import similar

        known = [*getattr(item, "variant_index", ()), *item.inherent]
        return c.error(
            "unknown-value", f"unknown value `{path_text(segments)}`", e.pos, e.end, help=similar(name, known)
        )
    if owner.module is not None:
        found2 = c.world.names.find(c.module, segments, VALUES)
        if isinstance(found2, PathError):
            return unknown_path(c, segments, e.pos, e.end, found2)
        target = found2.target
        if isinstance(target, VariantRef):
            return _variant_value(c, e, target.enum, target.index, last.args, exp)
        return _fn_value(c, e, target)
    return unknown_path(c, segments, e.pos, e.end)


def _one_place(c: Ctx, e: Any, item: Any, first: Any, second: Any) -> Any:
    """The type arguments of a variant, which may be written in one of two places."""
    if second:
        if first and first.__class__ is not tuple:
            n = len(item.generics)
            c.error(
                "bad-type-args",
                f"`{item.name}` takes {n} type argument{'' if n == 1 else 's'}, got {len(first) + len(second)}",
                e.pos,
                e.end,
            )
            return [*first, *second] if n == len(first) + len(second) else first
        return second
    return first


def _variant_value(c: Ctx, e: ast.Path, enum: EnumItem, index: int, written: Any, exp: Type | None) -> Type:
    if enum.variants[index][1]:
        return unknown_path(c, e.segments, e.pos, e.end)
    return check_call.build_variant(c, e, enum, index, written, (), exp)


def _fn_value(c: Ctx, e: ast.Path, fn: Any) -> Type:
    """A function or inherent method as a value (02 §9)."""
    last = e.segments[-1]
    if last.args is not None:
        at = last.pos + len(last.name)
        return c.error("bad-turbofish", "type arguments must be followed by a call", at, at + 3)
    if not isinstance(fn, FnItem):
        return unknown_path(c, e.segments, e.pos, e.end)
    if fn.generics:
        return c.error(
            "generic-value",
            f"generic function `{fn.name}` cannot be used as a value",
            e.pos,
            e.end,
            help="wrap it in a closure",
        )
    parent: Any = fn.parent
    if parent is not None and parent.target.tag != NOMINAL:
        return unknown_path(c, e.segments, e.pos, e.end)
    e.res = FnRef(fn, ())
    return check_call.fn_type(c, fn)


# -------------------------------------------------------------------- calls


def call_path(c: Ctx, e: ast.Call, path: ast.Path, exp: Type | None) -> Type:
    """A call whose callee is a path and no local."""
    segments = path.segments
    last = segments[-1]
    name = last.name
    if len(segments) == 1:
        memo = None if name in c.generics() else c.shared.callees.get((c.module, name))
        if memo is None:
            memo = _single(c, name)
            if memo is None:
                _arguments(c, e)
                from rusk.types.check_help import unknown_value

                return unknown_value(c, path, name)
            if name != "Self" and name not in c.generics():
                c.shared.callees[(c.module, name)] = memo
        if memo.__class__ is FnItem:
            if c.direct:
                c.calls.append((memo, e, c.handled))
            return check_call.call_fn(c, e, memo, last.args, exp)
        if memo.__class__ is VariantRef:
            return check_call.build_variant(c, e, memo.enum, memo.index, last.args, e.args, exp)
        if memo.__class__ is StructItem:
            written: Any = last.args
            if name == "Self":
                t: Any = self_type(c)
                written = t.args
            return check_call.build_newtype(c, e, memo, written, e.args, exp)
        raise AssertionError(memo)
    owner = find_owner(c, segments)
    if isinstance(owner, PathError):
        _arguments(c, e)
        return unknown_path(c, segments, path.pos, path.end, owner)
    item = owner.item
    if item is None:
        return _in_module(c, e, path, exp)
    if isinstance(item, EnumItem):
        i = item.variant_index.get(name)
        if i is not None:
            written = _one_place(c, e, item, owner.args, last.args)
            return check_call.build_variant(c, e, item, i, written, e.args, exp)
    if isinstance(item, InterfaceItem):
        return _interface_call(c, e, path, item, owner, exp)
    if isinstance(item, GenericParam):
        return _param_call(c, e, path, item, owner, exp)
    return _type_call(c, e, path, item, owner, exp)


def _arguments(c: Ctx, e: ast.Call) -> None:
    c.spoil(e.args)


def _single(c: Ctx, name: str) -> Any:
    """What a single name, no local, means in a call (05 §2.6)."""
    if name == "Self":
        t = self_type(c)
        item = getattr(t, "item", None)
        return item if isinstance(item, StructItem) and item.is_newtype else None
    if name == "Some" or name == "None":
        option = c.shared.option
        return VariantRef(option, option.variant_index[name])
    names = c.world.names
    found = None if name in c.generics() else names.lookup(c.module, TYPES, name)
    if found is not None and isinstance(found.target, StructItem) and found.target.is_newtype:
        return found.target
    found = names.lookup(c.module, VALUES, name)
    if found is None:
        return None
    return found.target


def _in_module(c: Ctx, e: ast.Call, path: ast.Path, exp: Type | None) -> Type:
    """``a::b::f(..)`` with a module ``a::b``."""
    segments = path.segments
    last = segments[-1]
    names = c.world.names
    for s in segments[:-1]:
        if s.args:
            c.error("bad-type-args", f"`{s.name}` takes 0 type arguments, got {len(s.args)}", e.pos, e.end)
    found = names.find(c.module, segments, VALUES)
    newtype = names.find(c.module, segments, TYPES)
    if (
        not isinstance(newtype, PathError)
        and isinstance(newtype.target, StructItem)
        and newtype.target.is_newtype
    ):
        return check_call.build_newtype(c, e, newtype.target, last.args, e.args, exp)
    if isinstance(found, PathError):
        _arguments(c, e)
        return unknown_path(c, segments, path.pos, path.end, found)
    target = found.target
    if isinstance(target, FnItem):
        if c.direct:
            c.calls.append((target, e, c.handled))
        return check_call.call_fn(c, e, target, last.args, exp)
    if isinstance(target, VariantRef):
        return check_call.build_variant(c, e, target.enum, target.index, last.args, e.args, exp)
    _arguments(c, e)
    return unknown_path(c, segments, path.pos, path.end)


def _type_call(c: Ctx, e: ast.Call, path: ast.Path, item: Any, owner: Owner, exp: Type | None) -> Type:
    """``S::m(..)`` for a struct, enum or primitive."""
    last = path.segments[-1]
    name = last.name
    head: Type = (
        owner.type if owner.type is not None else terms.nominal(item, [terms.param(g) for g in item.generics])
    )
    fn = check_method.inherent_of(c, head, name)
    if fn is not None and (not fn.is_addition or not static_members(c, head, name)):
        if not fn_visible(c, fn):
            method_private(c, fn, last.pos)
            _arguments(c, e)
            return ERR
        return _inherent_call(c, e, fn, owner, last, exp)
    found = static_members(c, head, name)
    if not found:
        _arguments(c, e)
        help = None
        if check_method.members_of(c, head, name):
            help = f"call it as `x.{name}(..)`"
        else:
            from rusk.types.check_help import similar

            known = [*getattr(item, "variant_index", ()), *getattr(item, "inherent", ())]
            help = similar(name, known)
        return c.error(
            "unknown-value", f"unknown value `{path_text(path.segments)}`", path.pos, path.end, help=help
        )
    if len(found) > 1:
        _arguments(c, e)
        return check_method.ambiguous(c, name, found, last.pos)
    m = found[0]
    t: Type
    if owner.type is not None:
        t = owner.type
    else:
        written = owner.args or ()
        if len(written) != len(item.generics):
            _arguments(c, e)
            n = len(item.generics)
            return c.error(
                "type-arity",
                f"`{item.name}` takes {n} type argument{'' if n == 1 else 's'}, got {len(written)}",
                path.pos,
                path.end,
                help=f"write `{item.name}::<..>::{name}(..)`",
            )
        t = terms.nominal(item, [c.written(a) for a in written])
    found_impl = c.world.find_impl(t, m.parent)  # type: ignore[arg-type]
    if found_impl is not None and found_impl.targs:
        check_method.require_impl(c, found_impl, e)
    iargs = c.iface_args(t, m.parent)  # type: ignore[arg-type]
    return check_method.member(c, e, m, t, iargs or (), e.args, last.args, exp)


def static_members(c: Ctx, head: Type, name: str) -> list[FnItem]:
    """The static interface methods ``name`` that the type has, those of additions only if there are no others."""
    found = [(m, weak) for m, weak in check_method.members_of(c, head, name) if m.receiver == "static"]
    base = [m for m, weak in found if not weak]
    return base or [m for m, _ in found]


def _inherent_call(
    c: Ctx, e: ast.Call, fn: FnItem, owner: Owner, last: ast.PathSegment, exp: Type | None
) -> Type:
    """``S::m(..)`` with an inherent method, static or with the receiver as first argument."""
    if c.direct:
        c.calls.append((fn, e, c.handled))
    subst: OpenSubst = dict.fromkeys(fn.generics)
    written: Any = last.args
    named: Sequence[GenericParam] = fn.generics
    parent: Any = fn.parent
    if owner.args:
        if owner.args.__class__ is tuple:
            for g, t in zip(parent.generics, owner.args, strict=True):
                subst[g] = t
            if written and len(written) == len(fn.own_generics):
                named = fn.own_generics
        else:
            check_call.explicit(c, e, owner.item.name, parent.generics, owner.args, subst)
            named = fn.own_generics
    args: Sequence[Any] = e.args
    if fn.receiver != "static":
        if not args:
            return check_call.wrong_arity(c, e, fn.name, len(fn.params) + 1, 0)
        if written:
            check_call.explicit(c, e, fn.name, named, written, subst)
            written = None
        elif exp is not None and fn.generics:
            check_call.seed(c, fn.ret, exp, subst)
        want = terms.strip_readonly(fn.self_ty)  # type: ignore[arg-type]
        if want.has_params:
            want = c.inst(want, subst, e.pos)
        recv = args[0]
        t = c.known(c.handlers[recv.__class__](c, recv, want))
        if t.tag == READONLY:
            if fn.receiver == "mut":
                c.error(
                    "readonly-receiver",
                    f"`{fn.name}` needs a mutable receiver, got `{c.show(t)}`",
                    recv.pos,
                    recv.end,
                )
            c.coerce(t.inner, want, recv)  # type: ignore[attr-defined]
        else:
            c.coerce(t, want, recv)
        args = args[1:]
    if not fn.generics:
        if written:
            c.error("bad-type-args", f"`{fn.name}` takes 0 type arguments, got {len(written)}", e.pos, e.end)
        extra = len(e.args) - len(args)
        if len(fn.params) != len(args):
            check_call.wrong_arity(c, e, fn.name, len(fn.params) + extra, len(e.args))
            c.spoil(args)
        else:
            check_call.arguments(c, args, fn.params, None, fn)
        e.res = FnRef(fn, ())
        return fn.ret
    return check_call.generic_call(c, e, fn, args, named, subst, written, exp)


def _param_call(c: Ctx, e: ast.Call, path: ast.Path, g: GenericParam, owner: Owner, exp: Type | None) -> Type:
    """``T::m(..)`` with a type parameter: a static method of its bounds."""
    last = path.segments[-1]
    name = last.name
    t = terms.param(g)
    found = static_members(c, t, name)
    if not found:
        _arguments(c, e)
        return unknown_path(c, path.segments, path.pos, path.end)
    if len(found) > 1:
        _arguments(c, e)
        return check_method.ambiguous(c, name, found, last.pos)
    m = found[0]
    return check_method.member(c, e, m, t, c.iface_args(t, m.parent) or (), e.args, last.args, exp)  # type: ignore[arg-type]


def _interface_call(
    c: Ctx, e: ast.Call, path: ast.Path, iface: InterfaceItem, owner: Owner, exp: Type | None
) -> Type:
    """``I::m(x, ..)`` and ``I::m::<S>(..)`` (03 §9.2)."""
    last = path.segments[-1]
    name = last.name
    full = iface.full_methods.get(name)
    if full is None:
        _arguments(c, e)
        from rusk.types.check_help import similar

        return c.error(
            "unknown-method",
            f"unknown method `{name}` for `{iface.name}`",
            last.pos,
            last.pos + len(name),
            help=similar(name, iface.full_methods),
        )
    m, origin_args = full
    if owner.args:
        n = len(owner.args)
        c.error("bad-type-args", f"`{iface.name}` takes 0 type arguments, got {n}", e.pos, e.end)
    if m.receiver == "static":
        return _static_interface_call(c, e, iface, m, last, exp)
    if not e.args:
        return check_call.wrong_arity(c, e, name, len(m.params) + 1, 0)
    recv = e.args[0]
    t = c.known(c.infer(recv))
    base: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    if base.tag == VAR and not base.literal:
        args = [check_method.Typed(a, c.infer(a)) for a in e.args[1:]]
        v = c.fresh(e.pos)
        c.defer(t, _interface_later, recv, v, (e, iface, m, last, args))
        return v
    return _on_receiver(c, e, iface, m, last, t, e.args[1:], exp)


def _interface_later(c: Ctx, p: Pending) -> None:
    e, iface, m, last, args = p.data
    got = _on_receiver(c, e, iface, m, last, c.known(p.ty), args, None)
    c.coerce(got, p.result, e)


def _on_receiver(
    c: Ctx,
    e: ast.Call,
    iface: InterfaceItem,
    m: FnItem,
    last: ast.PathSegment,
    t: Type,
    args: Sequence[Any],
    exp: Type | None,
) -> Type:
    """``I::m`` on a receiver of the known type ``t``."""
    recv = e.args[0]
    view = t.tag == READONLY
    base: Any = t.inner if view else t  # type: ignore[attr-defined]
    if base.tag == VAR:
        c.bind(base, INT)
        base = INT
    found = None
    if base.tag != ERROR:
        found = c.iface_args(base, iface)
        if found is None or base is NEVER or (not base.has_vars and not _holds(c, base, iface, found)):
            c.error(
                "not-implemented",
                f"type `{c.show(base)}` does not implement `{iface.name}`",
                recv.pos,
                recv.end,
            )
            found = None
    if found is None:
        c.spoil(args)
        return ERR
    if view and m.receiver == "mut":
        c.error(
            "readonly-receiver",
            f"`{m.name}` needs a mutable receiver, got `{c.show(t)}`",
            recv.pos,
            recv.end,
        )
    if base.tag == IFACE and not check_method.callable_on_value(c, base, m, last.pos):
        c.spoil(args)
        return ERR
    origin_args = iface.full_methods[m.name][1]
    iargs: tuple[Type, ...] = ()
    if origin_args:
        subst: OpenSubst = dict(zip(iface.generics, found, strict=True))
        iargs = tuple([c.inst(a, subst, e.pos) for a in origin_args])
    if len(args) != len(m.params):
        check_call.wrong_arity(c, e, m.name, len(m.params) + 1, len(args) + 1)
        c.spoil(args)
        return ERR
    if base.has_vars:
        c.late.append(lambda: _holds_later(c, e, base, iface, found))
    return check_method.member(c, e, m, base, iargs, args, last.args, exp)


def _holds(c: Ctx, t: Type, iface: InterfaceItem, args: Sequence[Type]) -> bool:
    """Whether the bounds of the impl hold as well."""
    if t.tag != NOMINAL or not t.args:  # type: ignore[attr-defined]
        return (
            t.tag == PARAM
            or t.tag == IFACE
            or t.tag == PRIM
            or c.world.satisfies(t, terms.iface(iface, args)) is None
        )
    return c.world.satisfies(t, terms.iface(iface, args)) is None


def _holds_later(c: Ctx, e: ast.Call, t: Type, iface: InterfaceItem, args: Sequence[Type]) -> None:
    t = resolved(t)
    if not t.has_vars and not _holds(c, t, iface, [resolved(a) for a in args]):
        recv = e.args[0]
        c.error("not-implemented", f"type `{t}` does not implement `{iface.name}`", recv.pos, recv.end)


def _static_interface_call(
    c: Ctx, e: ast.Call, iface: InterfaceItem, m: FnItem, last: ast.PathSegment, exp: Type | None
) -> Type:
    written = last.args
    if not written:
        _arguments(c, e)
        return c.error(
            "static-call",
            f"static method `{iface.name}::{m.name}` needs the implementing type",
            e.pos,
            e.end,
            help=f"write `{iface.name}::{m.name}::<S>(..)`",
        )
    own = m.own_generics
    if len(written) != 1 and len(written) != 1 + len(own):
        _arguments(c, e)
        for te in written:
            c.written(te)
        n = 1 + len(own)
        return c.error(
            "bad-type-args",
            f"`{m.name}` takes {n} type argument{'' if n == 1 else 's'}, got {len(written)}",
            e.pos,
            e.end,
        )
    t = c.written(written[0])
    if t.tag == ERROR:
        _arguments(c, e)
        return ERR
    base = terms.strip_readonly(t)
    found = c.iface_args(base, iface)
    if found is None or base.tag == IFACE or not _holds(c, base, iface, found):
        _arguments(c, e)
        te = written[0]
        return c.error(
            "not-implemented", f"type `{c.show(base)}` does not implement `{iface.name}`", te.pos, te.end
        )
    origin_args = iface.full_methods[m.name][1]
    iargs: tuple[Type, ...] = ()
    if origin_args:
        subst: OpenSubst = dict(zip(iface.generics, found, strict=True))
        iargs = tuple([c.inst(a, subst, e.pos) for a in origin_args])
    return check_method.member(c, e, m, base, iargs, e.args, written[1:], exp)
