"""The checker of bodies: entry points (``docs/language/02-types.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import check_call, check_expr, check_match, check_method, check_ops, terms
from rusk.types.check_ctx import Ctx, Shared
from rusk.types.check_pattern import bind_pattern
from rusk.types.items import ImplItem
from rusk.types.resolved import Binding

if TYPE_CHECKING:
    from rusk.types.items import FnItem
    from rusk.types.world import World

for _part in (check_expr, check_call, check_method, check_ops, check_match):
    Ctx.handlers.update(_part.HANDLERS)


def shared_of(world: World) -> Shared:
    """What the checks of this compilation share, kept with the world."""
    shared = world.check_state
    if shared is None:
        shared = world.check_state = Shared(world)
    return shared  # type: ignore[return-value]


def check_program(world: World) -> None:
    """Check all bodies of the user's program; everything wrong is reported to ``world.diags``."""
    for fn in world.user_fns():
        check_fn(world, fn)


def check_fn(world: World, fn: FnItem) -> None:
    """Check the body of ``fn``, unless that has been done; fills ``ty`` and ``res`` in it."""
    if fn.checked:
        return
    fn.checked = True
    decl = fn.decl
    body = decl.body
    c = Ctx(shared_of(world), fn)
    views = is_operator_impl(fn)
    if fn.self_ty is not None and fn.receiver is not None and fn.receiver != "static":
        b = Binding("self", fn.self_ty, "self", 0, decl.name_pos, decl.name_pos + len(decl.name))
        fn.self_binding = b
        c.names["self"] = b
    for p, t in zip(decl.params, fn.params, strict=True):
        pat = p.pattern
        if views:
            t = terms.readonly(t)
        if pat.__class__ is ast.PatBind and c.variant(pat.name, False) is None:
            pat.ty = t
            pat.res = c.declare(pat.name, t, "param", pat.pos, pat.end)
        else:
            bind_pattern(c, pat, t, "param")
    if body is None:
        return
    ret = fn.ret
    te = decl.ret
    if te is not None:
        c.ret.why = (c.source, te.pos, te.end, "expected because of this result type")
    else:
        c.ret.why = (
            c.source,
            decl.name_pos,
            decl.name_pos + len(decl.name),
            "a function without `->` returns `unit`",
        )
    check_expr.block(c, body, ret)
    c.finish()
    if c.performs or c.calls:
        c.shared.flows[fn] = (c.performs, c.calls)


def is_operator_impl(fn: FnItem) -> bool:
    """Whether ``fn`` implements an operator, so that its operand is a view in the body (03 §10)."""
    parent: Any = fn.parent
    if parent.__class__ is not ImplItem or parent.iface is None:
        return False
    module = parent.iface.item.module
    return module.is_library and module.path == ("core", "ops")
