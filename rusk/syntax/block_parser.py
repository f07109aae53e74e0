"""Blocks, statements, control flow, closures and formatted strings (01 §4.3, §4.5, §5)."""

from __future__ import annotations

from rusk.limits import MAX_CHAIN
from rusk.syntax import ast
from rusk.syntax.cursor import STATEMENT_STOPS, MissingBrace, SyntaxFail
from rusk.syntax.expr_parser import EXPRESSION_START, PRIMARY, ExprParser
from rusk.syntax.tokens import EOF, FCLOSE, FEND, FOPEN, FSTART, FTEXT, IDENT

_BLOCK_LIKE = (ast.Block, ast.If, ast.Match, ast.Loop, ast.While, ast.For)
_LETS = frozenset(("let", "const", "readonly"))
_ARM_STOPS = frozenset((",", "=>"))


class BlockParser(ExprParser):
    """Adds blocks and what contains them."""

    __slots__ = ()

    def stray_item(self) -> None:
        """An item inside a block: report it and skip it."""
        raise NotImplementedError

    # ------------------------------------------------------------ blocks

    def block(self) -> ast.Block:
        """Block."""
        kinds = self.kinds
        if kinds[self.i] != "{":
            self.expected("`{`")
        start = self.starts[self.i]
        depth = self.depth + 1
        if depth > self.nesting:
            self.too_deep()
        self.depth = depth
        self.i += 1
        reported = self.reported
        height = 0
        stmts: list[ast.Stmt] = []
        tail: ast.Expr | None = None
        while True:
            first = self.i
            kind = kinds[first]
            if kind == "}":
                break
            try:
                if kind in _LETS:
                    stmts.append(self.let())
                elif kind in EXPRESSION_START:
                    expr = self.binary(1, False)
                    kind = kinds[self.i]
                    if kind == ";":
                        self.i += 1
                        stmts.append(ast.ExprStmt(expr, True, self.starts[first], self.ends[self.i - 1]))
                    elif kind == "}":
                        tail = expr
                    elif isinstance(expr, _BLOCK_LIKE) and self.paren_end != self.i:
                        stmts.append(ast.ExprStmt(expr, False, self.starts[first], self.ends[self.i - 1]))
                    else:
                        self.missing_semicolon()
                        stmts.append(ast.ExprStmt(expr, True, self.starts[first], self.ends[self.i - 1]))
                else:
                    self.no_statement(reported)
                height = max(height, self.height)
            except SyntaxFail:
                self.depth = depth
                self.after_failure(first, reported)
        self.i += 1
        self.depth = depth - 1
        self.height = height
        return ast.Block(stmts, tail, start, self.ends[self.i - 1])

    def no_statement(self, reported: int) -> None:
        """The current token cannot start a statement; reported: the errors found before the block."""
        kind = self.kinds[self.i]
        if kind == EOF or kind == FCLOSE:
            # an earlier error in the block may well have been about its braces
            if reported == self.reported:
                self.expected("`}`")
            raise SyntaxFail
        if self.starts_item(self.i):
            if self.ends_outer(self.i):
                self.complain("expected-token", "expected `}`")
                raise MissingBrace
            self.stray_item()
            return
        self.expected_construct("expression")

    def after_failure(self, first: int, reported: int) -> None:
        """Go on after a wrong statement that began at token `first`."""
        kinds = self.kinds
        if self.i == first + 1 and kinds[first] in _LETS and kinds[self.i] in _LETS:
            self.i += 1
        self.skip_to(first, STATEMENT_STOPS, "}")
        kind = kinds[self.i]
        if kind == ";":
            self.i += 1
            while kinds[first] == ";" and kinds[self.i] == ";":
                self.i += 1
        elif kind == EOF or kind == FCLOSE:
            self.no_statement(reported)
        elif self.i == first and kind != "}" and not self.starts_item(first):
            self.i += 1

    def missing_semicolon(self, after_let: bool = False) -> None:
        """A statement is not ended. If the next token starts a line, it may as well start a statement."""
        if after_let:
            self.complain("expected-token", "expected `;`")
        else:
            self.complain(
                "missing-semicolon",
                "expected `;` or `}` after expression",
                help="put `;` after the expression",
            )
        kind = self.kinds[self.i]
        if kind == "}":
            return
        if self.column(self.i) < 0 or not (kind in EXPRESSION_START or kind in _LETS):
            raise SyntaxFail

    def let(self) -> ast.Let:
        """`let`, `const` or `readonly` binding."""
        kinds = self.kinds
        first = self.i
        kind = kinds[first]
        self.i = first + 1
        pattern = self.pattern()
        ty: ast.TypeExpr | None = None
        if kinds[self.i] == ":":
            self.i += 1
            ty = self.type_()
        follow = kinds[self.i]
        if follow != "=":
            if follow != ";" and follow != "}" and follow != EOF:
                self.expected("`=`")
            if self.i not in self.after_error:
                message = f"`{kind}` bindings require an initializer"
                self.report("missing-initializer", message, pattern.pos, pattern.end)
            raise SyntaxFail
        self.i += 1
        init = self.binary(1, False)
        if kinds[self.i] == ";":
            self.i += 1
        else:
            self.missing_semicolon(True)
        return ast.Let(kind, pattern, ty, init, self.starts[first], self.ends[self.i - 1])

    # ------------------------------------------------------------ control flow

    def condition(self) -> ast.Expr:
        """Cond: what follows `if`, `while`, `match` and `in`."""
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        result = self.binary(1, True)
        self.depth -= 1
        return result

    def block_expr(self, cond: bool) -> ast.Expr:
        """A block as an operand."""
        return self.block()

    def if_(self, cond: bool) -> ast.Expr:
        """`if`, with all its `else if`."""
        kinds = self.kinds
        links: list[tuple[int, ast.Expr, ast.Block]] = []
        height = 0
        else_: ast.Block | ast.If | None = None
        while True:
            start = self.starts[self.i]
            self.i += 1
            test = self.condition()
            height = max(height, self.height)
            then = self.block()
            height = max(height, self.height)
            if kinds[self.i] != "else":
                break
            self.i += 1
            if kinds[self.i] == "{":
                else_ = self.block()
                height = max(height, self.height)
                break
            if kinds[self.i] != "if":
                self.expected("`if` or block after `else`")
            links.append((start, test, then))
            if len(links) + height > MAX_CHAIN:
                self.too_deep()
        end = self.ends[self.i - 1]
        node = ast.If(test, then, else_, start, end)
        for start, test, then in reversed(links):
            node = ast.If(test, then, node, start, end)
        self.height = height + len(links)
        return node

    def loop(self, cond: bool) -> ast.Expr:
        """`loop`"""
        start = self.starts[self.i]
        self.i += 1
        body = self.block()
        return ast.Loop(body, start, self.ends[self.i - 1])

    def while_(self, cond: bool) -> ast.Expr:
        """`while`"""
        start = self.starts[self.i]
        self.i += 1
        test = self.condition()
        height = self.height
        body = self.block()
        self.height = max(self.height, height)
        return ast.While(test, body, start, self.ends[self.i - 1])

    def for_(self, cond: bool) -> ast.Expr:
        """`for`"""
        start = self.starts[self.i]
        self.i += 1
        pattern = self.pattern()
        self.expect("in")
        iterable = self.condition()
        height = self.height
        body = self.block()
        self.height = max(self.height, height)
        return ast.For(pattern, iterable, body, start, self.ends[self.i - 1])

    def return_(self, cond: bool) -> ast.Expr:
        """`return`, with the longest expression that follows."""
        start = self.starts[self.i]
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        self.i += 1
        value: ast.Expr | None = None
        if self.kinds[self.i] in EXPRESSION_START:
            value = self.binary(1, cond)
        self.depth -= 1
        return ast.Return(value, start, self.ends[self.i - 1])

    def break_(self, cond: bool) -> ast.Expr:
        """`break`"""
        i = self.i
        self.i = i + 1
        return ast.Break(self.starts[i], self.ends[i])

    def continue_(self, cond: bool) -> ast.Expr:
        """`continue`"""
        i = self.i
        self.i = i + 1
        return ast.Continue(self.starts[i], self.ends[i])

    # ------------------------------------------------------------ match

    def match(self, cond: bool) -> ast.Expr:
        """`match`"""
        kinds = self.kinds
        start = self.starts[self.i]
        self.i += 1
        scrutinee = self.condition()
        height = self.height
        if kinds[self.i] != "{":
            self.expected("`{`")
        depth = self.depth + 1
        if depth > self.nesting:
            self.too_deep()
        self.depth = depth
        self.i += 1
        reported = self.reported
        arms: list[ast.ValueArm | ast.EffectArm] = []
        while True:
            first = self.i
            kind = kinds[first]
            if kind == "}":
                break
            try:
                if kind == EOF or kind == FCLOSE:
                    if reported == self.reported:
                        self.expected("`}`")
                    break
                if kind == "@":
                    arms.append(self.effect_arm())
                else:
                    pattern = self.pattern()
                    if kinds[self.i] != "=>":
                        self.expected("`=>`")
                    self.i += 1
                    body = self.arm_body()
                    arms.append(ast.ValueArm(pattern, body, self.starts[first], self.ends[self.i - 1]))
                height = max(height, self.height)
                if kinds[self.i] == ",":
                    self.i += 1
            except SyntaxFail:
                self.depth = depth
                self.after_arm_failure(first, reported)
        if kinds[self.i] != "}":
            raise SyntaxFail
        self.i += 1
        self.depth = depth - 1
        self.height = height
        return ast.Match(scrutinee, arms, start, self.ends[self.i - 1])

    def arm_body(self) -> ast.Expr:
        """The body of an arm: exactly the block if it begins with one, else the longest expression."""
        if self.kinds[self.i] == "{":
            return self.block()
        return self.binary(1, False)

    def after_arm_failure(self, first: int, reported: int) -> None:
        """Go on after a wrong arm that began at token `first`: with the body if the pattern was wrong, else
        with the next arm.
        """
        kinds = self.kinds
        depth = self.depth
        while True:
            self.skip_to(first, _ARM_STOPS, "}")
            kind = kinds[self.i]
            if kind == ",":
                self.i += 1
                return
            if kind != "=>":
                if self.starts_item(self.i):
                    raise SyntaxFail
                return
            first = self.i + 1
            self.i = first
            try:
                self.arm_body()
                if kinds[self.i] == ",":
                    self.i += 1
                return
            except SyntaxFail:
                self.depth = depth

    def effect_arm(self) -> ast.EffectArm:
        """`@I.op(p) -> k => e`"""
        kinds = self.kinds
        start = self.starts[self.i]
        iface, op, op_pos = self.operation()
        self.enter()
        patterns = self.pattern_list()
        binder = "resume"
        binder_pos = -1
        if kinds[self.i] == "->":
            self.i += 1
            binder_pos = self.starts[self.i]
            binder = self.name()
        self.expect("=>")
        body = self.arm_body()
        return ast.EffectArm(
            iface, op, op_pos, patterns, binder, binder_pos, body, start, self.ends[self.i - 1]
        )

    # ------------------------------------------------------------ closures

    def lambda_(self, cond: bool) -> ast.Expr:
        """`|params| { ... }`"""
        kinds = self.kinds
        start = self.starts[self.i]
        self.i += 1
        params: list[ast.Param] = []
        while kinds[self.i] != "|":
            first = self.starts[self.i]
            pattern = self.pattern()
            ty: ast.TypeExpr | None = None
            if kinds[self.i] == ":":
                self.i += 1
                ty = self.type_()
            params.append(ast.Param(pattern, ty, False, first, self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "|":
                self.expected("`,` or `|`")
        self.i += 1
        body = self.block()
        return ast.Lambda(params, body, start, self.ends[self.i - 1])

    # ------------------------------------------------------------ formatted strings

    def fstring(self, cond: bool) -> ast.Expr:
        """Formatted string."""
        kinds = self.kinds
        first = self.i
        i = first + 1
        parts: list[str | ast.Expr] = []
        height = 0
        while True:
            kind = kinds[i]
            if kind == FTEXT:
                parts.append(self.values[i])  # type: ignore[arg-type]
                i += 1
            elif kind == FOPEN:
                self.i = i
                part = self.hole()
                if part is not None:
                    parts.append(part)
                height = max(height, self.height)
                i = self.i
            else:
                break
        self.i = i + 1
        self.height = height
        return ast.FString(parts, self.starts[first], self.ends[i])

    def hole(self) -> ast.Expr | None:
        """`{ expr }` in a formatted string; None if it is wrong."""
        kinds = self.kinds
        depth = self.depth
        first = self.i
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()
        self.i += 1
        expr: ast.Expr | None = None
        try:
            expr = self.binary(1, False)
            if kinds[self.i] != FCLOSE:
                self.complain("bad-interpolation", "unexpected token in interpolation")
                expr = None
        except SyntaxFail:
            expr = None
        if expr is None:
            self.skip_hole(first)
        self.depth = depth
        self.i += 1
        return expr

    def skip_hole(self, first: int) -> None:
        """Skip to the `FCLOSE` of the interpolation that began at token `first`; there always is one."""
        kinds = self.kinds
        depth = 0
        i = first + 1
        while kinds[i] != EOF:
            if kinds[i] == FOPEN:
                depth += 1
            elif kinds[i] == FCLOSE:
                if depth == 0:
                    break
                depth -= 1
            i += 1
        self.i = i


PRIMARY["{"] = BlockParser.block_expr
PRIMARY["|"] = BlockParser.lambda_
PRIMARY["if"] = BlockParser.if_
PRIMARY["match"] = BlockParser.match
PRIMARY["loop"] = BlockParser.loop
PRIMARY["while"] = BlockParser.while_
PRIMARY["for"] = BlockParser.for_
PRIMARY["return"] = BlockParser.return_
PRIMARY["break"] = BlockParser.break_
PRIMARY["continue"] = BlockParser.continue_
PRIMARY[FSTART] = BlockParser.fstring

__all__ = ["FEND", "IDENT", "BlockParser"]
