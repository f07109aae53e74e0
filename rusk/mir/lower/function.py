"""Lowering of whole functions and of the closures in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import FnInst, Function
from rusk.mir.lower import expressions, patterns
from rusk.mir.lower.builder import Builder
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.items import ImplItem, InterfaceItem

if TYPE_CHECKING:
    from rusk.types.items import FnItem
    from rusk.types.resolved import LambdaInfo
    from rusk.types.world import World


def shown_name(fn: FnItem) -> str:
    """The name of a function in tracebacks."""
    parent = fn.parent
    if isinstance(parent, ImplItem):
        target: Any = parent.target
        owner = target.item.name if target.tag == terms.NOMINAL else str(target)
        return fn.module.display(f"{owner}::{fn.name}")
    if isinstance(parent, InterfaceItem):
        return fn.module.display(f"{parent.name}::{fn.name}")
    return fn.module.display(fn.name)


def lower_item(world: World, item: FnItem) -> Function:
    """The generic MIR of a function item."""
    decl = item.decl
    assert decl.body is not None
    fn = Function(
        shown_name(item), "fn", item.generics, item.module.source, decl.name_pos, resolved(item.ret)
    )
    b = Builder(world, item, fn, None)
    values: list[int] = []
    if item.self_binding is not None:
        values.append(b.reg(resolved(item.self_binding.ty)))  # type: ignore[attr-defined]
    for p in decl.params:
        values.append(b.reg(resolved(p.pattern.ty)))
    fn.nparams = len(values)
    if item.self_binding is not None:
        b.bind(item.self_binding, values[0], decl.pos)  # type: ignore[arg-type]
        values = values[1:]
    _params(b, decl.params, values)
    _body(b, decl.body)
    return b.finish()


def _params(b: Builder, params: list[ast.Param], values: list[int]) -> None:
    for p, v in zip(params, values, strict=True):
        patterns.bind(b, p.pattern, v, "parameter pattern match failed", p.pos)


def _body(b: Builder, body: ast.Block) -> None:
    from rusk.mir.lower.effects import mark_return

    mark_return(b, body)
    v = expressions.expr(b, body)
    done(b, v, body.end - 1)


def done(b: Builder, v: int, loc: int) -> None:
    """Return ``v`` from the function being built."""
    ret = b.fn.ret
    if ret is terms.NEVER:
        b.end("unreachable", [], None, loc)
    else:
        b.end("return", [] if ret is terms.UNIT else [v], None, loc)


def closure(b: Builder, kind: str, ret: Any, pos: int) -> Builder:
    """A builder for a closure inside ``b``."""
    b.closures += 1
    root = b
    while root.parent is not None and root.fn.kind != "fn":
        root = root.parent
    name = b.fn.name if kind in ("body", "arm", "guard") else root.fn.name + "::{closure}"
    fn = Function(name, kind, b.fn.generics, b.fn.source, pos, ret)
    return Builder(b.world, b.item, fn, b)


def close(b: Builder, inner: Builder, ty: Any, loc: int, dst: int = -1) -> int:
    """Finish the closure ``inner`` and make its value in ``b``."""
    fn = inner.finish()
    targs = tuple([terms.param(g) if not g.arity else terms.applied(g, []) for g in fn.generics])
    captured = [b.place(x) for x in inner.captures]
    return b.emit("closure", ty, captured, FnInst(fn, targs), loc, dst)


def reserve_env(inner: Builder) -> None:
    """The hidden register of the environment, right after the parameters."""
    inner.fn.env = inner.reg(terms.fn([], terms.UNIT))


def lambda_(b: Builder, e: ast.Lambda, dst: int) -> int:
    """A lambda as a value."""
    info: LambdaInfo = e.res
    inner = closure(b, "closure", resolved(info.ret), e.pos)
    values = [inner.reg(resolved(p.pattern.ty)) for p in e.params]
    inner.fn.nparams = len(values)
    reserve_env(inner)
    inner.fn.vregs[inner.fn.env] = resolved(e.ty)
    _params(inner, e.params, values)
    _body(inner, e.body)
    return close(b, inner, resolved(e.ty), e.pos, dst)
