"""What the syntax tree says about tokens that look alike: the first half of the formatter.

Most of the layout depends on the kinds of neighbouring tokens alone. The rest is here: which `<` compares and which opens type arguments, which
`-` has one operand, which braces belong to literals, where statements, arms and items begin and end.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rusk.syntax import ast
from rusk.syntax.tokens import EOF
from rusk.syntax.walk import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusk.syntax.tokens import Tokens

#: Kinds beside those of `rusk.syntax.tokens`, for tokens whose kind says too little.
ANGLE_OPEN, ANGLE_CLOSE = "<...", "...>"
NEGATION = "-x"
NEVER = "type !"
BAR_OPEN, BAR_CLOSE = "|...", "...|"
LITERAL_OPEN, LITERAL_CLOSE = "S{", "S}"
BINDINGS_OPEN, BINDINGS_CLOSE = "I{", "I}"
EMPTY_OPEN, EMPTY_CLOSE = "{}", "{}}"
#: the `.` of `1 .0`, which would make a float of the number before it
SPACED_DOT = "1 ."
#: the second and third mark of a shift
SHIFT_MORE = ">>"

_BLOCK_LIKE = (ast.If, ast.Match, ast.Loop, ast.While, ast.For)
_COMPARISONS = frozenset(("<", ">", "<<", ">>", ">>>"))


class Marks:
    """The result.

    ``kinds``: the kinds of the tokens, those above included. ``line``: tokens that begin a line; ``ended``: tokens after which a line begins;
    ``blank``: tokens before which a blank line has to stand.
    """

    __slots__ = ("blank", "ended", "index", "kinds", "line", "source_kinds", "starts")

    def __init__(self, file: ast.File, tokens: Tokens) -> None:
        self.kinds = tokens.kinds.copy()
        self.source_kinds = tokens.kinds
        self.starts = tokens.starts
        self.index = {start: i for i, start in enumerate(tokens.starts) if tokens.kinds[i] != EOF}
        self.line: set[int] = set()
        self.ended: set[int] = set()
        self.blank: set[int] = set()
        kinds = self.kinds
        for i, kind in enumerate(kinds):
            if kind == "<" or kind == ">":
                kinds[i] = ANGLE_OPEN if kind == "<" else ANGLE_CLOSE
        visitors = _VISITORS
        stack: list[ast.Node] = [file]
        push = stack.append
        while stack:
            node = stack.pop()
            cls = type(node)
            visit = visitors.get(cls)
            if visit is not None:
                visit(self, node)
            for name in parts(cls):
                part = getattr(node, name)
                if part.__class__ is list:
                    stack += [p for p in part if isinstance(p, ast.Node)]
                elif isinstance(part, ast.Node):
                    push(part)

    def at(self, pos: int) -> int:
        """The index of the first token at or after a place."""
        return bisect_left(self.starts, pos)

    def braces(self, start: int, kind: str, closing: str) -> None:
        """The braces that open at token `start` get other kinds."""
        kinds = self.source_kinds
        self.kinds[start] = kind
        depth = 1
        i = start
        while depth:
            i += 1
            if kinds[i] == "{":
                depth += 1
            elif kinds[i] == "}":
                depth -= 1
        self.kinds[i] = closing

    def siblings(self, nodes: Sequence[ast.Node], apart: Callable[[ast.Node, ast.Node], bool]) -> None:
        """Items or members: each begins a line, those that `apart` tells also stand apart."""
        before: ast.Node | None = None
        for node in nodes:
            first = self.index[node.pos]
            self.line.add(first)
            if before is not None and apart(before, node):
                self.blank.add(first)
            before = node

    # ------------------------------------------------------------ what nodes say

    def file(self, node: ast.File) -> None:
        self.siblings(node.items, _items_apart)

    def mod(self, node: ast.ModDecl) -> None:
        if node.items is not None:
            self.siblings(node.items, _items_apart)

    def members(self, node: ast.ImplDecl | ast.InterfaceDecl) -> None:
        self.siblings(node.members, _members_apart)

    def block(self, node: ast.Block) -> None:
        """Statements end lines; what is `if`, `match` or a loop stands apart."""
        before: ast.Expr | None = None
        for stmt in node.stmts:
            expr = stmt.expr if isinstance(stmt, ast.ExprStmt) else None
            if stmt is not node.stmts[0] and (
                isinstance(expr, _BLOCK_LIKE) or isinstance(before, _BLOCK_LIKE)
            ):
                self.blank.add(self.index[stmt.pos])
            if isinstance(stmt, ast.ExprStmt) and not stmt.has_semi:
                self.ended.add(self.index[stmt.end - 1])
            before = expr
        tail = node.tail
        if (
            tail is not None
            and node.stmts
            and (isinstance(tail, _BLOCK_LIKE) or isinstance(before, _BLOCK_LIKE))
        ):
            first = self.index[tail.pos]
            while self.source_kinds[first - 1] == "(":  # parentheses leave no trace in the tree
                first -= 1
            self.blank.add(first)

    def match(self, node: ast.Match) -> None:
        for arm in node.arms:
            self.line.add(self.index[arm.pos])

    def struct_literal(self, node: ast.StructLit | ast.PatStruct) -> None:
        self.braces(self.index[node.path[-1].pos] + 1, LITERAL_OPEN, LITERAL_CLOSE)

    def bindings(self, node: ast.TyPath) -> None:
        if node.bindings is not None:
            self.braces(self.at(node.segments[-1].end), BINDINGS_OPEN, BINDINGS_CLOSE)

    def closure(self, node: ast.Lambda) -> None:
        first = self.index[node.pos]
        if self.source_kinds[first] == "|":
            self.kinds[first] = BAR_OPEN
            self.kinds[self.index[node.body.pos] - 1] = BAR_CLOSE

    def binary(self, node: ast.Binary) -> None:
        op = node.op
        if op in _COMPARISONS:
            i = self.at(node.left.end)
            while self.source_kinds[i] == ")":
                i += 1
            self.kinds[i] = op[0]
            for more in range(i + 1, i + len(op)):
                self.kinds[more] = SHIFT_MORE

    def negated(self, node: ast.Unary | ast.IntLit | ast.PatLit) -> None:
        i = self.index[node.pos]
        if self.source_kinds[i] == "-":
            self.kinds[i] = NEGATION

    def tuple_field(self, node: ast.TupleField) -> None:
        i = self.at(node.base.end)
        if isinstance(node.base, ast.IntLit) and self.source_kinds[i] == ".":
            self.kinds[i] = SPACED_DOT

    def never(self, node: ast.TyNever) -> None:
        self.kinds[self.index[node.pos]] = NEVER


def _items_apart(a: ast.Node, b: ast.Node) -> bool:
    """Whether a blank line stands between two items: not between two `use`, nor between two `mod NAME;`."""
    if isinstance(a, ast.UseDecl):
        return not isinstance(b, ast.UseDecl)
    if isinstance(a, ast.ModDecl) and a.items is None:
        return not (isinstance(b, ast.ModDecl) and b.items is None)
    return True


def _members_apart(a: ast.Node, b: ast.Node) -> bool:
    """Whether a blank line stands between two members: between methods."""
    return isinstance(a, ast.FnDecl) and isinstance(b, ast.FnDecl)


_VISITORS: dict[type[ast.Node], Callable[..., None]] = {
    ast.File: Marks.file,
    ast.ModDecl: Marks.mod,
    ast.ImplDecl: Marks.members,
    ast.InterfaceDecl: Marks.members,
    ast.Block: Marks.block,
    ast.Match: Marks.match,
    ast.StructLit: Marks.struct_literal,
    ast.PatStruct: Marks.struct_literal,
    ast.TyPath: Marks.bindings,
    ast.Lambda: Marks.closure,
    ast.Binary: Marks.binary,
    ast.Unary: Marks.negated,
    ast.IntLit: Marks.negated,
    ast.PatLit: Marks.negated,
    ast.TupleField: Marks.tuple_field,
    ast.TyNever: Marks.never,
}
