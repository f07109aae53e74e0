"""Types (01 §4.2) and the type arguments of paths."""

from __future__ import annotations

from rusk.syntax import ast
from rusk.syntax.cursor import Cursor, SyntaxFail
from rusk.syntax.tokens import IDENT

PRIMITIVES = frozenset(("unit", "bool", "int", "float", "byte", "char", "string", "bytes"))

#: What `{` after a path type means (01 §5.3): bindings if a complete list of them can be read ...
BRACE_BINDINGS = 0
#: ... only if `{` follows them in turn (a block must follow the type) ...
BRACE_BEFORE_BLOCK = 1
#: ... or `;` (an interface member) ...
BRACE_BEFORE_BODY = 2
#: ... or never.
BRACE_NEVER = 3


class TypeParser(Cursor):
    """Adds types."""

    __slots__ = ()

    def type_(self, brace: int = BRACE_BINDINGS) -> ast.TypeExpr:
        """Type; `brace`: what `{` after it means."""
        i = self.i
        kind = self.kinds[i]
        if kind == IDENT:
            if self.values[i] in PRIMITIVES:
                self.i = i + 1
                return ast.TyPrim(self.values[i], self.starts[i], self.ends[i])  # type: ignore[arg-type]
            return self.path_type(brace)
        start = self.starts[i]
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        self.i = i + 1
        result: ast.TypeExpr
        if kind == "[":
            elem = self.type_()
            self.expect("]")
            result = ast.TyArray(elem, start, self.ends[self.i - 1])
        elif kind == "(":
            result = self.paren_type(start)
        elif kind == "readonly":
            inner = self.type_(brace)
            result = ast.TyReadonly(inner, start, self.ends[self.i - 1])
        elif kind == "fn":
            self.expect("(")
            params = self.type_list(")", "`,` or `)`")
            ret: ast.TypeExpr | None = None
            if self.kinds[self.i] == "->":
                self.i += 1
                ret = self.type_(brace)
            result = ast.TyFn(params, ret, start, self.ends[self.i - 1])
        elif kind == "cont":
            self.expect("(")
            param = self.type_()
            self.expect(")")
            self.expect("->")
            ret = self.type_(brace)
            result = ast.TyCont(param, ret, start, self.ends[self.i - 1])
        elif kind == "!":
            result = ast.TyNever(start, self.ends[i])
        else:
            self.i = i
            self.expected_construct("type")
        self.depth -= 1
        return result

    def paren_type(self, start: int) -> ast.TypeExpr:
        """The rest of a unit, parenthesised or tuple type."""
        kinds = self.kinds
        if kinds[self.i] == ")":
            self.i += 1
            return ast.TyPrim("unit", start, self.ends[self.i - 1])
        first = self.type_()
        if kinds[self.i] == ")":
            self.i += 1
            return first
        if kinds[self.i] != ",":
            self.expected("`,` or `)`")
        self.i += 1
        elems = [first, *self.type_list(")", "`,` or `)`")]
        return ast.TyTuple(elems, start, self.ends[self.i - 1])

    def type_list(self, closer: str, expected: str) -> list[ast.TypeExpr]:
        """[ List(Type) ] and its closing token."""
        kinds = self.kinds
        elems: list[ast.TypeExpr] = []
        while kinds[self.i] != closer:
            elems.append(self.type_())
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != closer:
                self.expected(expected)
        self.i += 1
        return elems

    def type_args(self) -> list[ast.TypeExpr]:
        """The rest of `<...>` or `::<...>` after its first token."""
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        args = self.type_list(">", "`>`")
        self.depth -= 1
        return args

    def path0(self) -> ast.TyPath:
        """Path0: a path whose segments may have type arguments, without bindings."""
        kinds = self.kinds
        i = self.i
        if kinds[i] != IDENT:
            self.expected_construct("identifier")
        first = self.starts[i]
        segments: list[ast.PathSegment] = []
        while True:
            name: str = self.values[i]  # type: ignore[assignment]
            start = self.starts[i]
            self.i = i + 1
            if kinds[i + 1] == "<":
                self.i = i + 2
                args: list[ast.TypeExpr] | None = self.type_args() or None
            else:
                args = None
            i = self.i
            segments.append(ast.PathSegment(name, args, start, self.ends[i - 1]))
            if kinds[i] != "::":
                return ast.TyPath(segments, None, first, self.ends[i - 1])
            self.i = i = i + 1
            if kinds[i] != IDENT:
                self.expected_construct("identifier")

    def path_type(self, brace: int = BRACE_BINDINGS) -> ast.TyPath:
        """PathType."""
        path = self.path0()
        if self.kinds[self.i] == "{" and brace != BRACE_NEVER:
            bindings = self.try_bindings(brace)
            if bindings is not None:
                path.bindings = bindings
                path.end = self.ends[self.i - 1]
        return path

    def try_bindings(self, brace: int) -> list[ast.TypeBinding] | None:
        """The bindings at the current `{`, or None (and nothing is taken) if it does not start any."""
        kinds = self.kinds
        start = self.i
        if kinds[start + 1] == "}":
            if (
                brace
                and kinds[start + 2] != "{"
                and not (brace == BRACE_BEFORE_BODY and kinds[start + 2] == ";")
            ):
                return None
            self.i = start + 2
            return []
        if kinds[start + 1] != IDENT or kinds[start + 2] != "=":
            return None
        depth = self.depth
        outer = self.trial
        self.trial = True
        try:
            bindings = self.bindings()
            follow = kinds[self.i]
            if brace and follow != "{" and not (brace == BRACE_BEFORE_BODY and follow == ";"):
                raise SyntaxFail
        except SyntaxFail:
            self.i = start
            self.depth = depth
            return None
        finally:
            self.trial = outer
        return bindings

    def bindings(self) -> list[ast.TypeBinding]:
        """Bindings: `{ X = T, ... }`."""
        kinds = self.kinds
        self.enter()
        self.i += 1
        result: list[ast.TypeBinding] = []
        while kinds[self.i] != "}":
            start = self.starts[self.i]
            name = self.name()
            self.expect("=")
            ty = self.type_()
            result.append(ast.TypeBinding(name, ty, start, self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "}":
                self.expected("`,` or `}`")
        self.i += 1
        self.depth -= 1
        return result
