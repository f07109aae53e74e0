"""Expressions (01 §4.5, §4.6): operators, operands and what follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rusk.limits import MAX_CHAIN
from rusk.syntax import ast
from rusk.syntax.pattern_parser import PatternParser
from rusk.syntax.tokens import (
    BYTES,
    CHAR,
    EOF,
    FCLOSE,
    FLOAT,
    FOPEN,
    FSTART,
    IDENT,
    INT,
    STRING,
)
from rusk.syntax.type_parser import BRACE_BEFORE_BLOCK, BRACE_BINDINGS, BRACE_NEVER

#: Binary operators: how tightly they bind.
PRECEDENCE = {
    "=": 1,
    "||": 2,
    "&&": 3,
    "==": 4,
    "!=": 4,
    "<": 5,
    "<=": 5,
    ">": 5,
    ">=": 5,
    "is": 6,
    "|": 7,
    "^": 8,
    "&": 9,
    # 10: the shifts, which are no tokens
    "+": 11,
    "-": 11,
    "*": 12,
    "/": 12,
    "%": 12,
    "as": 13,
}
SHIFT = 10

#: What the parameters of a trailing closure cannot contain.
_NO_CLOSURE = frozenset(("{", "}", ";", EOF, FOPEN, FCLOSE))

_POSTFIX = frozenset((".", "(", "[", "{", "|", "::<"))
_PATH_MORE = frozenset(("::", "::<", "{"))

#: Tokens that can begin an expression.
EXPRESSION_START = frozenset(
    (
        *(IDENT, INT, FLOAT, CHAR, STRING, BYTES, FSTART, "(", "[", "{", "|", "@", "-", "!"),
        *("if", "match", "loop", "while", "for", "return", "break", "continue"),
    )
)

#: The parsers of operands by their first token, beside names, integers, strings and unary operators. Filled
#: in by the modules that define them; the second argument tells whether the operand stands in a condition.
PRIMARY: dict[str, Callable[[Any, bool], ast.Expr]] = {}


class ExprParser(PatternParser):
    """Adds expressions. `cond`: in a condition (01 §5.2), outside any brackets."""

    __slots__ = ()

    def binary(self, least: int, cond: bool) -> ast.Expr:
        """An expression of operators that bind at least as tightly as `least`; with 1 any Expr."""
        kinds = self.kinds
        first = self.i
        left = self.operand(cond)
        last = 99
        while True:
            i = self.i
            op = kinds[i]
            if op not in PRECEDENCE:
                return left
            prec = PRECEDENCE[op]
            if prec == 5 and kinds[i + 1] == op and (op == "<" or op == ">"):
                # a run of touching marks is a shift
                ends = self.ends
                starts = self.starts
                if starts[i + 1] == ends[i]:
                    prec = SHIFT
                    op = op + op
                    if op == ">>" and kinds[i + 2] == ">" and starts[i + 2] == ends[i + 1]:
                        op = ">>>"
            if prec < least or prec > last:
                return left
            last = prec
            start = self.starts[first]
            if op == "as" or op == "is":
                left = self.cast(left, op, start, cond)
                continue
            height = self.height
            if op == "=":
                self.depth += 1
                if self.depth > self.nesting:
                    self.too_deep()
                self.i = i + 1
                right = self.binary(1, cond)
                self.depth -= 1
                left = ast.Assign(left, right, start, self.ends[self.i - 1])
            else:
                self.i = i + len(op) if prec == SHIFT else i + 1
                right = self.binary(prec + 1, cond)
                left = ast.Binary(op, left, right, start, self.ends[self.i - 1])
            self.height = max(self.height, height)
            self.height += 1
            if self.height > MAX_CHAIN:
                self.too_deep(i)

    def cast(self, left: ast.Expr, op: str, start: int, cond: bool) -> ast.Expr:
        """The rest of `as T`, `as? T` or `is T`, and what follows directly."""
        first = self.i
        self.i += 1
        self.link(first)
        if op == "is":
            target = self.type_(BRACE_NEVER if cond else BRACE_BINDINGS)
            left = ast.IsTest(left, target, start, self.ends[self.i - 1])
        elif self.kinds[self.i] == "?":
            self.i += 1
            target = self.type_(BRACE_NEVER if cond else BRACE_BINDINGS)
            left = ast.TryCast(left, target, start, self.ends[self.i - 1])
        else:
            target = self.type_(BRACE_BEFORE_BLOCK if cond else BRACE_BINDINGS)
            left = ast.Cast(left, target, start, self.ends[self.i - 1])
        if self.kinds[self.i] in _POSTFIX:
            return self.postfix(left, start, cond)
        return left

    def link(self, index: int) -> None:
        """The tree of the expression grows by one link, because of the token."""
        self.height += 1
        if self.height > MAX_CHAIN:
            self.too_deep(index)

    # ------------------------------------------------------------ operands

    def operand(self, cond: bool) -> ast.Expr:
        """Unary: an operand with its prefix operators and what follows it."""
        i = self.i
        kinds = self.kinds
        kind = kinds[i]
        self.height = 0
        node: ast.Expr
        if kind == IDENT:
            start = self.starts[i]
            if kinds[i + 1] in _PATH_MORE:
                node = self.path(cond)
            else:
                name: str = self.values[i]  # type: ignore[assignment]
                end = self.ends[i]
                self.i = i + 1
                if name == "true" or name == "false":
                    node = ast.BoolLit(name == "true", start, end)
                else:
                    node = ast.Path([ast.PathSegment(name, None, start, end)], start, end)
        elif kind == INT:
            start = self.starts[i]
            self.i = i + 1
            node = ast.IntLit(self.int_value(i), False, start, self.ends[i])
        elif kind == STRING:
            start = self.starts[i]
            self.i = i + 1
            node = ast.StrLit(self.values[i], start, self.ends[i])  # type: ignore[arg-type]
        elif kind == "-" or kind == "!":
            return self.unary(cond)
        elif kind in PRIMARY:
            start = self.starts[i]
            node = PRIMARY[kind](self, cond)
        else:
            self.expected_construct("expression")
        if kinds[self.i] in _POSTFIX:
            return self.postfix(node, start, cond)
        return node

    def unary(self, cond: bool) -> ast.Expr:
        """Prefix operators and their operand. A number right after a minus takes up the sign."""
        kinds = self.kinds
        starts = self.starts
        first = i = self.i
        while kinds[i] == "-" or kinds[i] == "!":
            i += 1
            if self.depth + i - first > self.nesting:
                self.too_deep(i - 1)
        self.i = last = i
        node: ast.Expr
        if kinds[i] == INT and kinds[i - 1] == "-" and kinds[i + 1] not in (".", "(", "[", "::<"):
            self.i = i + 1
            last -= 1
            node = ast.IntLit(-self.values[i], True, starts[last], self.ends[i])  # type: ignore[operator]
        else:
            self.depth += last - first
            node = self.operand(cond)
            self.depth -= last - first
        end = self.ends[self.i - 1]
        for i in range(last - 1, first - 1, -1):
            node = ast.Unary(kinds[i], node, starts[i], end)
        return node

    def path(self, cond: bool) -> ast.Expr:
        """A path of several segments or with type arguments, or a struct literal."""
        kinds = self.kinds
        starts = self.starts
        ends = self.ends
        first = i = self.i
        segments: list[ast.PathSegment] = []
        plain = True
        while True:
            if kinds[i] != IDENT:
                self.i = i
                self.expected_construct("identifier")
            name: str = self.values[i]  # type: ignore[assignment]
            if i == first and (name == "true" or name == "false"):
                self.i = i + 1
                return ast.BoolLit(name == "true", starts[i], ends[i])
            at = i
            i += 1
            args: list[ast.TypeExpr] | None = None
            if kinds[i] == "::<":
                plain = False
                self.i = i + 1
                args = self.type_args() or None
                i = self.i
            segments.append(ast.PathSegment(name, args, starts[at], ends[i - 1]))
            if kinds[i] != "::":
                break
            i += 1
        self.i = i
        if kinds[i] == "{" and plain and not cond and "A" <= name[0] <= "Z":
            return self.struct_literal(segments)
        return ast.Path(segments, starts[first], ends[i - 1])

    def struct_literal(self, path: list[ast.PathSegment]) -> ast.Expr:
        """The braces of a struct literal."""
        kinds = self.kinds
        self.enter()
        self.i += 1
        height = 0
        fields: list[ast.FieldInit] = []
        while kinds[self.i] != "}":
            i = self.i
            if kinds[i] != IDENT:
                self.expected_construct("field name")
            name: str = self.values[i]  # type: ignore[assignment]
            self.i = i + 1
            if kinds[i + 1] != ":":
                self.expected("`:`")
            self.i = i + 2
            value = self.binary(1, False)
            height = max(height, self.height)
            fields.append(ast.FieldInit(name, value, self.starts[i], self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "}":
                self.expected("`,` or `}`")
        self.i += 1
        self.height = height
        self.depth -= 1
        return ast.StructLit(path, fields, path[0].pos, self.ends[self.i - 1])

    def list_(self, closer: str) -> list[ast.Expr]:
        """The rest of [ List(Expr) ] after an opening bracket, and the closing one."""
        kinds = self.kinds
        height = self.height
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep(self.i - 1)
        elems: list[ast.Expr] = []
        while kinds[self.i] != closer:
            elems.append(self.binary(1, False))
            height = max(height, self.height)
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != closer:
                self.expected(f"`,` or `{closer}`")
        self.i += 1
        self.height = height
        self.depth -= 1
        return elems

    def paren(self, cond: bool) -> ast.Expr:
        """Unit, parenthesised expression or tuple."""
        kinds = self.kinds
        start = self.starts[self.i]
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        self.i += 1
        if kinds[self.i] == ")":
            self.i += 1
            self.depth -= 1
            return ast.UnitLit(start, self.ends[self.i - 1])
        first = self.binary(1, False)
        self.depth -= 1
        if kinds[self.i] == ")":
            self.i += 1
            self.paren_end = self.i
            return first
        if kinds[self.i] != ",":
            self.expected("`,` or `)`")
        self.i += 1
        elems = [first, *self.list_(")")]
        return ast.TupleLit(elems, start, self.ends[self.i - 1])

    def array(self, cond: bool) -> ast.Expr:
        """Array literal."""
        start = self.starts[self.i]
        self.i += 1
        elems = self.list_("]")
        return ast.ArrayLit(elems, start, self.ends[self.i - 1])

    def float_literal(self, cond: bool) -> ast.Expr:
        """Float literal."""
        i = self.i
        self.i = i + 1
        return ast.FloatLit(self.values[i], self.starts[i], self.ends[i])  # type: ignore[arg-type]

    def char_literal(self, cond: bool) -> ast.Expr:
        """Character literal."""
        i = self.i
        self.i = i + 1
        return ast.CharLit(self.values[i], self.starts[i], self.ends[i])  # type: ignore[arg-type]

    def bytes_literal(self, cond: bool) -> ast.Expr:
        """Bytes literal."""
        i = self.i
        self.i = i + 1
        return ast.BytesLit(self.values[i], self.starts[i], self.ends[i])  # type: ignore[arg-type]

    def effect_call(self, cond: bool) -> ast.Expr:
        """`@I.op(args)`"""
        start = self.starts[self.i]
        iface, op, op_pos = self.operation()
        args = self.list_(")")
        return ast.EffectCall(iface, op, op_pos, args, start, self.ends[self.i - 1])

    def operation(self) -> tuple[ast.TyPath, str, int]:
        """`@I.op(` of an effect call or arm: interface, operation and its place."""
        self.i += 1
        iface = self.path0()
        if self.kinds[self.i] == "{":
            start = self.starts[self.i]
            if self.try_bindings(BRACE_BINDINGS) is not None:
                message = "associated type bindings cannot be used in effects"
                self.report("effect-bindings", message, start, self.ends[self.i - 1])
        self.expect(".")
        op_pos = self.starts[self.i]
        op = self.name()
        self.expect("(")
        return iface, op, op_pos

    # ------------------------------------------------------------ what follows an operand

    def postfix(self, node: ast.Expr, start: int, cond: bool) -> ast.Expr:
        """What follows an operand: calls, fields, indexes, trailing closures."""
        kinds = self.kinds
        ends = self.ends
        while True:
            i = self.i
            kind = kinds[i]
            if kind == ".":
                node = self.member(node, start, cond)
            elif kind == "(":
                self.i = i + 1
                args = self.list_(")")
                node = ast.Call(node, args, start, ends[self.i - 1])
            elif kind == "[":
                self.enter()
                self.i = i + 1
                height = self.height
                index = self.binary(1, False)
                self.height = max(self.height, height)
                self.expect("]")
                self.depth -= 1
                node = ast.Index(node, index, start, ends[self.i - 1])
            elif kind == "{":
                if cond or not takes_closure(node):
                    return node
                node = self.trailing_closure(node, start)
            elif kind == "|":
                if not takes_closure(node) or not self.closure_follows():
                    return node
                node = self.trailing_closure(node, start)
            elif kind == "::<":
                self.late_turbofish(node)
                continue
            else:
                return node
            self.height += 1
            if self.height > MAX_CHAIN:
                self.too_deep(i)

    def member(self, node: ast.Expr, start: int, cond: bool) -> ast.Expr:
        """`.name`, `.0`, or a method call, at the `.`."""
        kinds = self.kinds
        starts = self.starts
        ends = self.ends
        i = self.i + 1
        kind = kinds[i]
        if kind == INT:
            self.i = i + 1
            return ast.TupleField(node, self.int_value(i), starts[i], start, ends[i])
        if kind != IDENT:
            self.i = i
            self.expected_construct("field name")
        name: str = self.values[i]  # type: ignore[assignment]
        self.i = i + 1
        follow = kinds[i + 1]
        targs: list[ast.TypeExpr] | None = None
        if follow == "::<":
            self.i = i + 2
            targs = self.type_args() or None
            follow = kinds[self.i]
        if follow == "(":
            self.i += 1
            args = self.list_(")")
            return ast.MethodCall(node, name, starts[i], targs, args, start, ends[self.i - 1])
        if (follow == "{" and not cond) or (follow == "|" and self.closure_follows()):
            height = self.height
            closure = self.closure()
            self.height = max(self.height, height)
            return ast.MethodCall(node, name, starts[i], targs, [closure], start, ends[self.i - 1])
        if kinds[i + 1] == "::<":
            self.complain("bad-turbofish", "type arguments must be followed by a call", i + 1)
        return ast.Field(node, name, starts[i], start, ends[i])

    def late_turbofish(self, node: ast.Expr) -> None:
        """`::<...>` after an operand: right only after a path in parentheses."""
        i = self.i
        self.i = i + 1
        args = self.type_args() or None
        if isinstance(node, ast.Path) and self.paren_end == i and node.segments[-1].args is None:
            node.segments[-1].args = args
            return
        message = "type arguments can only be applied to a function or method name"
        self.complain("bad-turbofish", message, i)

    def closure_follows(self) -> bool:
        """Does the current `|` start a trailing closure (01 §5.5)? The next `|` must be followed by `{`, and
        be in the same brackets.
        """
        kinds = self.kinds
        i = self.i + 1
        depth = 0
        while True:
            kind = kinds[i]
            if kind == "|":
                return not depth and kinds[i + 1] == "{"
            if kind == "(" or kind == "[":
                depth += 1
            elif kind == ")" or kind == "]":
                if not depth:
                    return False
                depth -= 1
            elif kind in _NO_CLOSURE:
                return False
            i += 1

    def closure(self) -> ast.Expr:
        """The trailing closure at the current `{` or `|`."""
        if self.kinds[self.i] == "|":
            return PRIMARY["|"](self, False)
        body = PRIMARY["{"](self, False)
        assert isinstance(body, ast.Block)
        return ast.Lambda([], body, body.pos, body.end)

    def trailing_closure(self, node: ast.Expr, start: int) -> ast.Expr:
        """A call with the trailing closure that follows (01 §5.5)."""
        height = self.height
        call_end = self.ends[self.i - 1]
        closure = self.closure()
        self.height = max(self.height, height)
        end = self.ends[self.i - 1]
        if not isinstance(node, (ast.Call, ast.MethodCall)):
            return ast.Call(node, [closure], start, end)
        node.end = end
        if any(isinstance(arg, ast.Assign) for arg in node.args):
            return self.named_binds(node, closure, start, call_end)
        node.args.append(closure)
        return node

    def named_binds(
        self, call: ast.Call | ast.MethodCall, closure: ast.Expr, start: int, call_end: int
    ) -> ast.Expr:
        """A call whose arguments are `name = expr`, before a closure: a block that binds the names."""
        lets: list[ast.Stmt] = []
        args: list[ast.Expr] = []
        names: set[str] = set()
        message = ""
        for arg in call.args:
            target = arg.target if isinstance(arg, ast.Assign) else None
            if not isinstance(arg, ast.Assign) or not is_name(target):
                message = "trailing-closure named bindings require every argument to be `name = expr`"
                break
            assert isinstance(target, ast.Path)
            name = target.segments[0].name
            if name in names:
                message = message or "duplicate trailing-closure binding"
            names.add(name)
            pattern = ast.PatBind(name, target.pos, target.end)
            lets.append(ast.Let("let", pattern, None, arg.value, arg.pos, arg.end))
            args.append(target)
        if message:
            self.report("bad-named-bind", message, start, call_end)
        args.append(closure)
        call.args = args
        return ast.Block(lets, call, start, call.end)


def takes_closure(node: ast.Expr) -> bool:
    """May a trailing closure follow? After a path, a field access or a call."""
    return isinstance(node, (ast.Path, ast.Call, ast.MethodCall, ast.Field, ast.TupleField))


def is_name(node: ast.Expr | None) -> bool:
    """Is it a single identifier?"""
    return isinstance(node, ast.Path) and len(node.segments) == 1 and node.segments[0].args is None


PRIMARY["("] = ExprParser.paren
PRIMARY["["] = ExprParser.array
PRIMARY["@"] = ExprParser.effect_call
PRIMARY[FLOAT] = ExprParser.float_literal
PRIMARY[CHAR] = ExprParser.char_literal
PRIMARY[BYTES] = ExprParser.bytes_literal
