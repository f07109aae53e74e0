"""Whether the checker has filled every slot of a checked tree as `rusk.types.resolved` says."""

from __future__ import annotations

from typing import Any

from rusk.syntax import ast
from rusk.types.infer import resolved
from rusk.types.resolved import (
    Binding,
    FnRef,
    ForLoop,
    LambdaInfo,
    Local,
    MatchInfo,
    MethodRef,
    OpRef,
    PrimOp,
    StructUse,
    VariantUse,
)
from rusk.types.terms import ERROR, NEVER

RESOLUTIONS: dict[type, tuple[type, ...]] = {
    ast.Path: (Local, FnRef, VariantUse),
    ast.MethodCall: (FnRef, MethodRef),
    ast.Field: (int,),
    ast.TupleField: (int,),
    ast.StructLit: (list,),
    ast.Unary: (PrimOp, MethodRef),
    ast.FString: (list,),
    ast.For: (ForLoop,),
    ast.Lambda: (LambdaInfo,),
    ast.Match: (MatchInfo,),
    ast.EffectCall: (OpRef,),
    ast.PatBind: (Binding, VariantUse),
    ast.PatCtor: (VariantUse, StructUse),
    ast.PatPath: (VariantUse,),
    ast.PatStruct: (StructUse,),
}


def problems(node: Any) -> list[str]:
    """What is missing in a checked tree; empty if nothing is."""
    out: list[str] = []
    work = [node]
    while work:
        n = work.pop()
        if isinstance(n, list):
            work += n
        elif isinstance(n, ast.Node) and not isinstance(n, ast.TypeExpr | ast.PathSegment):
            _look(n, out)
            for cls in n.__class__.__mro__:
                for slot in getattr(cls, "__slots__", ()):
                    callee_by_path = slot == "callee" and n.res is not None
                    if slot not in ("ty", "res", "item") and not callee_by_path:
                        work.append(getattr(n, slot, None))
    return out


def _look(n: Any, out: list[str]) -> None:
    where = f"{n.__class__.__name__} at {n.pos}"
    if not isinstance(n, ast.Expr | ast.Pattern):
        return
    if n.ty is None:
        out.append(f"{where}: no type")
        return
    t = resolved(n.ty)
    if t.has_vars or t.tag == ERROR:
        out.append(f"{where}: type {t}")
    want = RESOLUTIONS.get(n.__class__)
    valueless = t is NEVER or (isinstance(n, ast.Unary) and resolved(n.operand.ty) is NEVER)
    if want is not None and not isinstance(n.res, want) and not valueless:
        out.append(f"{where}: resolved to {n.res!r}")
    if isinstance(n, ast.Binary) and n.op not in ("&&", "||") and not isinstance(n.res, PrimOp | MethodRef):
        out.append(f"{where}: resolved to {n.res!r}")
    if isinstance(n, ast.FString):
        for part, ref in zip(n.parts, n.res, strict=True):
            if isinstance(part, str) != (ref is None):
                out.append(f"{where}: holes")
    for r in n.res if isinstance(n.res, list) else [n.res]:
        out += [f"{where}: {r.__class__.__name__} has {x}" for x in _types(r) if x.has_vars]
        if isinstance(r, FnRef) and len(r.targs) != len(r.item.generics):
            out.append(f"{where}: number of type arguments")
        if isinstance(r, MethodRef) and len(r.targs) != len(r.method.own_generics):
            out.append(f"{where}: number of type arguments")


def _types(r: Any) -> list[Any]:
    if isinstance(r, FnRef):
        return list(r.targs)
    if isinstance(r, MethodRef):
        return [r.self_ty, *r.iface_args, *r.targs]
    if isinstance(r, LambdaInfo):
        return [r.ret]
    if isinstance(r, ForLoop):
        return [r.elem]
    if isinstance(r, OpRef):
        return [*r.args, *r.params, r.ret]
    if isinstance(r, Binding):
        return [resolved(r.ty)]
    return []
