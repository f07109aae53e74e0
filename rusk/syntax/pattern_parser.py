"""Patterns (01 §4.4)."""

from __future__ import annotations

from rusk.syntax import ast
from rusk.syntax.literals import SMALLEST_INT_MAGNITUDE
from rusk.syntax.tokens import BYTES, CHAR, FLOAT, IDENT, INT, STRING
from rusk.syntax.type_parser import TypeParser

_LITERALS = {CHAR: "char", STRING: "string", BYTES: "bytes", FLOAT: "float"}


class PatternParser(TypeParser):
    """Adds patterns."""

    __slots__ = ()

    def pattern(self) -> ast.Pattern:
        """Pattern."""
        i = self.i
        kinds = self.kinds
        kind = kinds[i]
        start = self.starts[i]
        if kind == IDENT:
            name: str = self.values[i]  # type: ignore[assignment]
            follow = kinds[i + 1]
            if name == "true" or name == "false":
                self.i = i + 1
                return ast.PatLit("bool", name == "true", False, start, self.ends[i])
            if follow == "::" or follow == "(" or follow == "{":
                return self.path_pattern()
            self.i = i + 1
            if name == "_":
                return ast.PatWild(start, self.ends[i])
            return ast.PatBind(name, start, self.ends[i])
        if kind == INT:
            self.i = i + 1
            return ast.PatLit("int", self.int_value(i), False, start, self.ends[i])
        if kind in _LITERALS:
            self.i = i + 1
            return ast.PatLit(_LITERALS[kind], self.values[i], False, start, self.ends[i])
        if kind == "-":
            return self.negative_pattern()
        if kind == "(":
            return self.tuple_pattern()
        if kind == "[":
            self.i = i + 1
            elems, rest, rest_name, rest_pos, _ = self.tuple_elems("]", "array")
            return ast.PatArray(elems, rest, rest_name, rest_pos, start, self.ends[self.i - 1])
        self.expected_construct("pattern")

    def int_value(self, index: int) -> int:
        """The value of the integer token that has no minus sign before it."""
        value: int = self.values[index]  # type: ignore[assignment]
        if value == SMALLEST_INT_MAGNITUDE and not self.trial:
            self.report("int-too-large", "invalid integer literal", self.starts[index], self.ends[index])
            return 0
        return value

    def negative_pattern(self) -> ast.Pattern:
        """A number with its sign."""
        start = self.starts[self.i]
        self.i += 1
        i = self.i
        kind = self.kinds[i]
        if kind != INT and kind != FLOAT:
            self.expected_construct("pattern")
        self.i = i + 1
        value: int | float = self.values[i]  # type: ignore[assignment]
        return ast.PatLit("int" if kind == INT else "float", -value, True, start, self.ends[i])

    def tuple_pattern(self) -> ast.Pattern:
        """Unit, parenthesised or tuple pattern."""
        start = self.starts[self.i]
        self.i += 1
        if self.kinds[self.i] == ")":
            self.i += 1
            return ast.PatLit("unit", None, False, start, self.ends[self.i - 1])
        elems, rest, rest_name, rest_pos, comma = self.tuple_elems(")", "tuple")
        if len(elems) == 1 and rest < 0 and not comma:
            return elems[0]
        return ast.PatTuple(elems, rest, rest_name, rest_pos, start, self.ends[self.i - 1])

    def tuple_elems(self, closer: str, what: str) -> tuple[list[ast.Pattern], int, str | None, int, bool]:
        """[ List(TupleElem) ] and its closing token.

        Result: the elements, index, name and place of the rest, whether there was a comma.
        """
        kinds = self.kinds
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        elems: list[ast.Pattern] = []
        rest = -1
        rest_name: str | None = None
        rest_pos = -1
        comma = False
        while kinds[self.i] != closer:
            if kinds[self.i] == "..":
                at = self.i
                self.i = at + 1
                if rest >= 0:
                    message = (
                        f"`..` can only appear once in {'an' if what == 'array' else 'a'} {what} pattern"
                    )
                    self.report("bad-rest", message, self.starts[at], self.ends[at])
                else:
                    rest = len(elems)
                    rest_pos = self.starts[at]
                if kinds[self.i] == IDENT:
                    name: str = self.values[self.i]  # type: ignore[assignment]
                    if name != "_" and rest_name is None:
                        rest_name = name
                        rest_pos = self.starts[self.i]
                    self.i += 1
            else:
                elems.append(self.pattern())
            if kinds[self.i] == ",":
                comma = True
                self.i += 1
            elif kinds[self.i] != closer:
                self.expected(f"`,` or `{closer}` in {what} pattern")
        self.i += 1
        self.depth -= 1
        return elems, rest, rest_name, rest_pos, comma

    def path_pattern(self) -> ast.Pattern:
        """A pattern that starts with a path."""
        kinds = self.kinds
        i = self.i
        start = self.starts[i]
        path: list[ast.PathSegment] = []
        while True:
            path.append(ast.PathSegment(self.values[i], None, self.starts[i], self.ends[i]))  # type: ignore[arg-type]
            i += 1
            if kinds[i] != "::":
                break
            i += 1
            if kinds[i] != IDENT:
                self.i = i
                self.expected_construct("identifier")
        self.i = i
        if kinds[i] == "(":
            self.depth += 1
            if self.depth > self.nesting:
                self.too_deep()
            self.i = i + 1
            return ast.PatCtor(path, self.pattern_list(), start, self.ends[self.i - 1])
        if kinds[i] == "{":
            return self.struct_pattern(path)
        return ast.PatPath(path, start, self.ends[i - 1])

    def pattern_list(self) -> list[ast.Pattern]:
        """The patterns behind a `(`, which is open as a level of nesting, and the `)`."""
        kinds = self.kinds
        patterns: list[ast.Pattern] = []
        while kinds[self.i] != ")":
            patterns.append(self.pattern())
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != ")":
                self.expected("`,` or `)`")
        self.i += 1
        self.depth -= 1
        return patterns

    def struct_pattern(self, path: list[ast.PathSegment]) -> ast.Pattern:
        """The braces of a struct pattern."""
        kinds = self.kinds
        self.enter()
        self.i += 1
        fields: list[ast.FieldPat] = []
        has_rest = False
        while kinds[self.i] != "}":
            i = self.i
            if kinds[i] == "..":
                self.i = i + 1
                if kinds[i + 1] == IDENT:
                    message = f"struct patterns do not support binding `..{self.values[i + 1]}`"
                    self.report("bad-rest", message, self.starts[i], self.ends[i + 1])
                    self.i = i + 2
                elif has_rest:
                    message = "`..` can only appear once in a struct pattern"
                    self.report("bad-rest", message, self.starts[i], self.ends[i])
                has_rest = True
            else:
                name = self.name("field name")
                pattern: ast.Pattern
                if kinds[i + 1] == ":":
                    self.i = i + 2
                    pattern = self.pattern()
                elif name == "_":
                    pattern = ast.PatWild(self.starts[i], self.ends[i])
                else:
                    pattern = ast.PatBind(name, self.starts[i], self.ends[i])
                fields.append(ast.FieldPat(name, pattern, self.starts[i], self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "}":
                self.expected("`,` or `}` in struct pattern")
        self.i += 1
        self.depth -= 1
        return ast.PatStruct(path, fields, has_rest, path[0].pos, self.ends[self.i - 1])
