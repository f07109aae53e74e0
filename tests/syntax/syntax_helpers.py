"""Short forms of trees and errors for the tests of the parser."""

from __future__ import annotations

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax import ast, parse_file


def parse(text: str) -> tuple[ast.File, Diagnostics]:
    diags = Diagnostics()
    return parse_file(Source("t.rusk", text), diags), diags


def parse_ok(text: str) -> ast.File:
    file, diags = parse(text)
    assert [str(d) for d in diags.items] == []
    return file


def errors(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, name and message of every error, sorted."""
    _, diags = parse(text)
    return [(*d.location()[1:], d.name, d.message) for d in diags.sorted()]


def error_at(text: str) -> tuple[str, str]:
    """Name and message of the only error, which must be where `text` has a `¦` (taken out first), white space
    after it apart.
    """
    pos = text.index("¦")
    text = text.replace("¦", "")
    pos += len(text[pos:]) - len(text[pos:].lstrip(" "))
    _, diags = parse(text)
    assert [d.pos for d in diags.items] == [pos], diags.items
    return diags.items[0].name, diags.items[0].message


def block_of(text: str) -> ast.Block:
    """The body of a function with this text in it."""
    item = parse_ok("fn f() { " + text + " }").items[0]
    assert isinstance(item, ast.FnDecl)
    assert item.body is not None
    return item.body


def expr(text: str) -> str:
    """The short form of an expression, which stands as the tail of a block."""
    body = block_of(text)
    assert not body.stmts
    assert body.tail is not None
    return show(body.tail)


def body(text: str) -> str:
    """The short form of the statements of a block."""
    return show(block_of(text))[1:-1]


def type_(text: str) -> str:
    item = parse_ok(f"fn f(x: {text}) {{ }}").items[0]
    assert isinstance(item, ast.FnDecl)
    assert item.params[0].ty is not None
    return show_type(item.params[0].ty)


def pattern(text: str) -> str:
    tail = block_of(f"match x {{ {text} => 1 }}").tail
    assert isinstance(tail, ast.Match)
    arm = tail.arms[0]
    assert isinstance(arm, ast.ValueArm)
    return show_pattern(arm.pattern)


def types(elems: list[ast.TypeExpr]) -> str:
    return ", ".join(show_type(t) for t in elems)


def show_path(path: list[ast.PathSegment], turbo: bool = False) -> str:
    mark = "::" if turbo else ""
    return "::".join(s.name + (f"{mark}<{types(s.args)}>" if s.args is not None else "") for s in path)


def show_type(t: ast.TypeExpr) -> str:
    match t:
        case ast.TyReadonly():
            return f"readonly {show_type(t.inner)}"
        case ast.TyNever():
            return "!"
        case ast.TyPrim():
            return f"'{t.name}"
        case ast.TyArray():
            return f"[{show_type(t.elem)}]"
        case ast.TyTuple():
            return f"({types(t.elems)},)"
        case ast.TyFn():
            return f"fn({types(t.params)})" + (f"->{show_type(t.ret)}" if t.ret else "")
        case ast.TyCont():
            return f"cont({show_type(t.param)})->{show_type(t.ret)}"
        case ast.TyPath():
            bound = ""
            if t.bindings is not None:
                bound = "{" + ", ".join(f"{b.name}={show_type(b.ty)}" for b in t.bindings) + "}"
            return show_path(t.segments) + bound
    raise AssertionError(t)


def show_pattern(p: ast.Pattern) -> str:
    match p:
        case ast.PatWild():
            return "_"
        case ast.PatBind():
            return p.name
        case ast.PatLit():
            return f"{p.kind}:{p.value!r}" + ("-" if p.negated else "")
        case ast.PatTuple() | ast.PatArray():
            elems = [show_pattern(e) for e in p.elems]
            if p.rest >= 0:
                elems.insert(p.rest, ".." + (p.rest_name or ""))
            inner = ", ".join(elems)
            return f"({inner},)" if isinstance(p, ast.PatTuple) else f"[{inner}]"
        case ast.PatCtor():
            return f"{show_path(p.path)}({', '.join(map(show_pattern, p.args))})"
        case ast.PatPath():
            return show_path(p.path)
        case ast.PatStruct():
            fields = [f"{f.name}: {show_pattern(f.pattern)}" for f in p.fields] + [".."] * p.has_rest
            return f"{show_path(p.path)} {{{', '.join(fields)}}}"
    raise AssertionError(p)


def show_params(params: list[ast.Param]) -> str:
    return ", ".join(
        "readonly " * p.readonly + show_pattern(p.pattern) + (f": {show_type(p.ty)}" if p.ty else "")
        for p in params
    )


def show(e: ast.Expr | ast.Stmt | str) -> str:
    match e:
        case str():
            return repr(e)
        case ast.Block():
            parts = [show(s) for s in e.stmts] + ([show(e.tail)] if e.tail else [])
            return "{" + " ".join(parts) + "}"
        case ast.Let():
            ty = f": {show_type(e.ty)}" if e.ty else ""
            return f"{e.kind} {show_pattern(e.pattern)}{ty} = {show(e.init)};"
        case ast.ExprStmt():
            return show(e.expr) + (";" if e.has_semi else " /")
        case ast.IntLit():
            return str(e.value) + ("n" if e.negated else "")
        case ast.FloatLit() | ast.CharLit() | ast.StrLit() | ast.BytesLit():
            return repr(e.value)
        case ast.BoolLit():
            return "true" if e.value else "false"
        case ast.UnitLit():
            return "()"
        case ast.FString():
            return "f(" + " ".join(show(p) for p in e.parts) + ")"
        case ast.Path():
            return show_path(e.segments, True)
        case ast.TupleLit():
            return "(" + " ".join(show(x) for x in e.elems) + ",)"
        case ast.ArrayLit():
            return "[" + " ".join(show(x) for x in e.elems) + "]"
        case ast.StructLit():
            return f"{show_path(e.path)}{{{', '.join(f'{f.name}: {show(f.value)}' for f in e.fields)}}}"
        case ast.Call():
            return " ".join(["(call", show(e.callee), *map(show, e.args)]) + ")"
        case ast.MethodCall():
            targs = f"::<{types(e.targs)}>" if e.targs is not None else ""
            return " ".join([f"(.{e.name}{targs}", show(e.recv), *map(show, e.args)]) + ")"
        case ast.Field():
            return f"{show(e.base)}.{e.name}"
        case ast.TupleField():
            return f"{show(e.base)}.{e.index}"
        case ast.Index():
            return f"{show(e.base)}[{show(e.index)}]"
        case ast.Unary():
            return f"({e.op} {show(e.operand)})"
        case ast.Binary():
            return f"({e.op} {show(e.left)} {show(e.right)})"
        case ast.Assign():
            return f"(= {show(e.target)} {show(e.value)})"
        case ast.Cast():
            return f"(as {show(e.expr)} {show_type(e.target)})"
        case ast.TryCast():
            return f"(as? {show(e.expr)} {show_type(e.target)})"
        case ast.IsTest():
            return f"(is {show(e.expr)} {show_type(e.target)})"
        case ast.Lambda():
            return f"|{show_params(e.params)}|{show(e.body)}"
        case ast.If():
            return f"(if {show(e.cond)} {show(e.then)}" + (f" {show(e.else_)}" if e.else_ else "") + ")"
        case ast.Match():
            return f"(match {show(e.scrutinee)} {' '.join(show_arm(a) for a in e.arms)})"
        case ast.Loop():
            return f"(loop {show(e.body)})"
        case ast.While():
            return f"(while {show(e.cond)} {show(e.body)})"
        case ast.For():
            return f"(for {show_pattern(e.pattern)} {show(e.iterable)} {show(e.body)})"
        case ast.Return():
            return f"(return {show(e.value)})" if e.value else "return"
        case ast.Break():
            return "break"
        case ast.Continue():
            return "continue"
        case ast.EffectCall():
            return " ".join([f"(@{show_type(e.iface)}.{e.op}", *map(show, e.args)]) + ")"
    raise AssertionError(e)


def show_arm(arm: ast.ValueArm | ast.EffectArm) -> str:
    if isinstance(arm, ast.ValueArm):
        return f"{show_pattern(arm.pattern)} => {show(arm.body)}"
    args = ", ".join(map(show_pattern, arm.patterns))
    binder = f" -> {arm.binder}" if arm.binder_pos >= 0 else ""
    return f"@{show_type(arm.iface)}.{arm.op}({args}){binder} => {show(arm.body)}"
