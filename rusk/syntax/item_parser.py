"""Items (01 §4.1)."""

from __future__ import annotations

from rusk.syntax import ast
from rusk.syntax.block_parser import BlockParser
from rusk.syntax.cursor import ITEM_START, MissingBrace, SyntaxFail
from rusk.syntax.tokens import EOF, IDENT
from rusk.syntax.type_parser import BRACE_BEFORE_BLOCK, BRACE_BEFORE_BODY, BRACE_BINDINGS

_COMMA = frozenset((",",))
_SEMICOLON = frozenset((";",))
_NONE: frozenset[str] = frozenset()

#: Items that are no members, and so end the body of an `impl` or interface whose brace is missing.
_NO_MEMBER = ITEM_START - {"fn", "pub", "intrinsic"}


class ItemParser(BlockParser):
    """Adds items; the whole parser."""

    __slots__ = ()

    # ------------------------------------------------------------ lists of items

    def file(self) -> ast.File:
        """Program."""
        items: list[ast.Item] = []
        while True:
            self.items(items)
            if self.kinds[self.i] == EOF:
                break
            # a closing brace too many
            if not self.garbage:
                self.complain("expected-construct", "expected item")
            self.garbage = False
            self.i += 1
        return ast.File(self.source, items, 0, len(self.source.text))

    def items(self, into: list[ast.Item]) -> None:
        """{ Item }, up to `}` or the end of the file."""
        kinds = self.kinds
        outer = self.item_start
        depth = self.depth
        while True:
            first = self.i
            kind = kinds[first]
            if kind == "}" or kind == EOF:
                break
            self.item_start = first
            try:
                into.append(self.item())
            except SyntaxFail:
                self.depth = depth
                self.skip_item(first)
            except MissingBrace:
                self.depth = depth
                self.item_start = outer
                if depth and self.ends_outer(self.i):
                    raise
        self.item_start = outer

    def skip_item(self, first: int) -> None:
        """After an error in the item that began at token `first`: skip to the next item or closing brace."""
        kinds = self.kinds
        stack = self.open_brackets(first)
        braces = stack.count("}")
        i = self.i
        if i == first:
            # nothing was taken: the token cannot start an item
            self.garbage = True
            if kinds[i] == "{":
                braces += 1
            i += 1
        while kinds[i] != EOF:
            kind = kinds[i]
            if kind == "{":
                braces += 1
            elif kind == "}":
                if not braces:
                    break
                braces -= 1
                if not braces and kinds[first] in ITEM_START and kinds[i + 1] not in (";", ",", ")"):
                    i += 1
                    break
            elif self.starts_item(i) and (not braces or self.ends_outer(i)):
                break
            elif kind == ";" and not braces and kinds[first] in ITEM_START:
                i += 1
                break
            i += 1
        self.i = i

    def stray_item(self) -> None:
        """An item inside a block: report it, parse it for its own errors and drop it."""
        self.complain("expected-construct", "expected expression")
        outer = self.item_start
        first = self.i
        depth = self.depth
        self.enter()
        try:
            self.item()
        except SyntaxFail:
            self.skip_item(first)
        self.depth = depth
        self.item_start = outer

    def item(self) -> ast.Item:
        """Item."""
        kinds = self.kinds
        start = self.starts[self.i]
        is_pub = kinds[self.i] == "pub"
        if is_pub:
            self.i += 1
        kind = kinds[self.i]
        if kind == "fn":
            return self.fn("fn", start, is_pub, None)
        if kind == "struct":
            return self.struct(start, is_pub)
        if kind == "enum":
            return self.enum(start, is_pub)
        if kind == "impl":
            if is_pub:
                self.bad_qualifier(self.i - 1, "`impl` items cannot be `pub`")
            return self.impl(start)
        if kind == "interface":
            return self.interface(start, is_pub)
        if kind == "use":
            return self.use(start, is_pub)
        if kind == "mod":
            return self.mod(start, is_pub)
        if kind == "derive":
            if is_pub:
                self.bad_qualifier(self.i - 1, "`derive` items cannot be `pub`")
            return self.derive(start)
        if kind == "extern":
            return self.extern(start, is_pub)
        if kind == "intrinsic":
            self.i += 1
            return self.fn("intrinsic", start, is_pub, None)
        if (kind == "static" or kind == "readonly") and kinds[self.i + 1] == "fn":
            self.bad_qualifier(self.i, f"`{kind} fn` is only allowed inside `impl` blocks")
            self.i += 1
            return self.fn("fn", start, is_pub, None)
        self.expected_construct("item")

    def bad_qualifier(self, index: int, message: str) -> None:
        self.complain("bad-qualifier", message, index)

    # ------------------------------------------------------------ functions

    def fn(self, kind: str, start: int, is_pub: bool, qualifier: str | None) -> ast.FnDecl:
        """A function at its `fn`. kind: as in `ast.FnDecl`."""
        kinds = self.kinds
        self.expect("fn")
        name_pos = self.starts[self.i]
        name = self.name()
        first = self.i
        generics: list[ast.GenericParam] = []
        params: list[ast.Param] = []
        ret: ast.TypeExpr | None = None
        body: ast.Block | None = None
        depth = self.depth
        try:
            if kinds[self.i] == "<":
                generics = self.generics()
            self.expect("(")
            params = self.params(kind == "method" or kind == "member")
            if kinds[self.i] == "->":
                self.i += 1
                if kind == "intrinsic":
                    ret = self.type_(BRACE_BINDINGS)
                else:
                    ret = self.type_(BRACE_BEFORE_BODY if kind == "member" else BRACE_BEFORE_BLOCK)
            if kind == "intrinsic":
                self.expect(";")
            elif kind == "member" and kinds[self.i] == ";":
                self.i += 1
            elif kinds[self.i] != "{":
                self.expected("`;` or `{`" if kind == "member" else "`{`")
        except SyntaxFail:
            # the body has its own errors
            self.depth = depth
            self.skip_to_body(first)
        if kind != "intrinsic" and kinds[self.i] == "{":
            body = self.block()
        return ast.FnDecl(
            kind, name, name_pos, is_pub, qualifier, generics, params, ret, body, start, self.ends[self.i - 1]
        )

    def skip_to_body(self, first: int) -> None:
        """After an error in the head of a function (from token `first`): skip to its body, or fail."""
        kinds = self.kinds
        stack = self.open_brackets(first)
        if "}" in stack:
            raise SyntaxFail
        i = self.i
        while True:
            kind = kinds[i]
            if kind == "{":
                break
            slip = kind == ";" and bool(stack) and self.closed_on_line(i, stack[0])
            if kind == "}" or kind == EOF or (kind == ";" and not slip) or self.starts_item(i):
                self.i = i
                raise SyntaxFail
            i += 1
        self.i = i

    def params(self, is_method: bool) -> list[ast.Param]:
        """[ List(Param) ] `)`"""
        kinds = self.kinds
        result: list[ast.Param] = []
        while kinds[self.i] != ")":
            start = self.starts[self.i]
            readonly = kinds[self.i] == "readonly"
            if readonly:
                self.i += 1
            pattern = self.pattern()
            self.expect(":")
            ty = self.type_()
            end = self.ends[self.i - 1]
            if is_method and isinstance(pattern, ast.PatBind) and pattern.name == "self":
                message = "explicit `self` parameters are not allowed"
                self.report("explicit-self", message, start, end, "the receiver is implicit")
            result.append(ast.Param(pattern, ty, readonly, start, end))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != ")":
                self.expected("`,` or `)`")
        self.i += 1
        return result

    def extern(self, start: int, is_pub: bool) -> ast.FnDecl:
        """Extern."""
        kinds = self.kinds
        self.i += 1
        self.expect("fn")
        name_pos = self.starts[self.i]
        name = self.name()
        if kinds[self.i] == "<":
            at = self.starts[self.i]
            self.generics()
            self.report("bad-extern", "`extern fn` must not be generic", at, self.ends[self.i - 1])
        self.expect("(")
        params: list[ast.Param] = []
        while kinds[self.i] != ")":
            i = self.i
            pattern = ast.PatBind(self.name(), self.starts[i], self.ends[i])
            self.expect(":")
            ty = self.type_()
            params.append(ast.Param(pattern, ty, False, self.starts[i], self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != ")":
                self.expected("`,` or `)`")
        self.i += 1
        ret: ast.TypeExpr | None = None
        if kinds[self.i] == "->":
            self.i += 1
            ret = self.type_()
        else:
            message = "`extern fn` must have an explicit return type"
            self.complain("bad-extern", message, help="use `-> unit`")
        self.expect(";")
        return ast.FnDecl(
            "extern", name, name_pos, is_pub, None, [], params, ret, None, start, self.ends[self.i - 1]
        )

    def generics(self) -> list[ast.GenericParam]:
        """Generics, at the `<`."""
        kinds = self.kinds
        self.i += 1
        result: list[ast.GenericParam] = []
        while kinds[self.i] != ">":
            start = self.starts[self.i]
            name = self.name()
            arity = 0
            if kinds[self.i] == "<":
                self.i += 1
                while True:
                    if self.values[self.i] != "_" or kinds[self.i] != IDENT:
                        self.fail("bad-kind-parameter", "expected `_` in higher-kinded parameter")
                    arity += 1
                    self.i += 1
                    if kinds[self.i] != ",":
                        break
                    self.i += 1
                self.expect(">")
            bounds: list[ast.TyPath] = []
            if kinds[self.i] == ":":
                self.i += 1
                bounds.append(self.path_type())
                while kinds[self.i] == "+":
                    self.i += 1
                    bounds.append(self.path_type())
            result.append(ast.GenericParam(name, arity, bounds, start, self.ends[self.i - 1]))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != ">":
                self.expected("`,` or `>`")
        self.i += 1
        return result

    # ------------------------------------------------------------ types

    def header(self) -> tuple[str, int, list[ast.GenericParam]]:
        """The keyword, name and type parameters that a type begins with; where the name stands."""
        self.i += 1
        name_pos = self.starts[self.i]
        name = self.name()
        return name, name_pos, self.generics() if self.kinds[self.i] == "<" else []

    def struct(self, start: int, is_pub: bool) -> ast.StructDecl:
        """Struct."""
        kinds = self.kinds
        name, name_pos, generics = self.header()
        fields: list[ast.FieldDecl] = []
        is_newtype = kinds[self.i] == "("
        if is_newtype:
            self.i += 1
            ty = self.type_()
            fields.append(ast.FieldDecl("0", ty, ty.pos, ty.end))
            if kinds[self.i] == "," and kinds[self.i + 1] != ")":
                self.i += 1
                message = "new-type structs take exactly one field type"
                self.complain("newtype-fields", message)
                self.type_list(")", "`,` or `)`")
            else:
                self.expect(")")
            self.expect(";")
        elif kinds[self.i] == "{":
            self.i += 1
            reported = self.reported
            while kinds[self.i] != "}":
                first = self.i
                depth = self.depth
                try:
                    field = self.name("field name")
                    self.expect(":")
                    ty = self.type_()
                    fields.append(ast.FieldDecl(field, ty, self.starts[first], ty.end))
                    self.comma()
                except SyntaxFail:
                    self.depth = depth
                    self.next_element(first, reported)
            self.i += 1
        else:
            self.expected("`{` or `(` after struct name")
        return ast.StructDecl(
            name, name_pos, is_pub, generics, fields, is_newtype, start, self.ends[self.i - 1]
        )

    def enum(self, start: int, is_pub: bool) -> ast.EnumDecl:
        """Enum."""
        kinds = self.kinds
        name, name_pos, generics = self.header()
        self.expect("{")
        reported = self.reported
        variants: list[ast.VariantDecl] = []
        while kinds[self.i] != "}":
            first = self.i
            depth = self.depth
            try:
                variant = self.name()
                payload: list[ast.TypeExpr] = []
                if kinds[self.i] == "(":
                    self.i += 1
                    payload = self.type_list(")", "`,` or `)`")
                variants.append(ast.VariantDecl(variant, payload, self.starts[first], self.ends[self.i - 1]))
                self.comma()
            except SyntaxFail:
                self.depth = depth
                self.next_element(first, reported)
        self.i += 1
        return ast.EnumDecl(name, name_pos, is_pub, generics, variants, start, self.ends[self.i - 1])

    def comma(self) -> None:
        """The comma between two fields or variants, or the brace after the last."""
        if self.kinds[self.i] == ",":
            self.i += 1
        elif self.kinds[self.i] != "}":
            self.expected("`,` or `}`")

    def next_element(self, first: int, reported: int) -> None:
        """After an error in the field or variant that began at token `first`: go on with the next, or
        fail.
        """
        self.skip_to(first, _COMMA, "}")
        kind = self.kinds[self.i]
        if kind == ",":
            self.i += 1
        elif kind != "}":
            raise SyntaxFail

    # ------------------------------------------------------------ interfaces and impls

    def interface(self, start: int, is_pub: bool) -> ast.InterfaceDecl:
        """Interface."""
        kinds = self.kinds
        name, name_pos, generics = self.header()
        supers: list[ast.TyPath] = []
        if kinds[self.i] == ":":
            self.i += 1
            supers.append(self.header_path("interface"))
            while kinds[self.i] == "+":
                self.i += 1
                supers.append(self.header_path("interface"))
        self.expect("{")
        members: list[ast.AssocDecl | ast.FnDecl] = []
        self.members("interface", False, members)
        return ast.InterfaceDecl(
            name, name_pos, is_pub, generics, supers, members, start, self.ends[self.i - 1]
        )

    def impl(self, start: int) -> ast.ImplDecl:
        """Impl."""
        kinds = self.kinds
        self.i += 1
        generics = self.generics() if kinds[self.i] == "<" else []
        iface: ast.TyPath | None = None
        target = self.header_path("impl")
        if kinds[self.i] == "for":
            self.i += 1
            iface = target
            target = self.header_path("impl")
        self.expect("{")
        members: list[ast.AssocDef | ast.FnDecl] = []
        self.members("impl", iface is not None, members)
        return ast.ImplDecl(generics, iface, target, members, start, self.ends[self.i - 1])

    def header_path(self, where: str) -> ast.TyPath:
        """A path in the header of an interface or impl, where no bindings are allowed."""
        path = self.path0()
        kinds = self.kinds
        first = self.i
        if (
            kinds[first] == "{"
            and kinds[first + 1] == IDENT
            and self.try_bindings(BRACE_BINDINGS) is not None
        ):
            # without the bindings the rest of the item is fine
            self.complain("bad-member", f"expected `fn` or `type` in `{where}` body", first + 1)
        return path

    def members(self, where: str, has_types: bool, into: list) -> None:  # type: ignore[type-arg]
        """The members of an interface or impl, after the `{`, and the `}`.

        where: "interface" or "impl"; has_types: may the impl define associated types?
        """
        kinds = self.kinds
        outer = self.item_start
        depth = self.depth
        reported = self.reported
        while True:
            first = self.i
            kind = kinds[first]
            if kind == "}":
                break
            if kind == EOF:
                if reported != self.reported:
                    raise SyntaxFail
                self.expected("`}`")
            if kind in _NO_MEMBER and self.ends_outer(first):
                self.complain("expected-token", "expected `}`")
                raise MissingBrace
            self.item_start = first
            try:
                member = self.member_decl(where, has_types)
                if member is not None:
                    into.append(member)
            except SyntaxFail:
                self.depth = depth
                self.item_start = outer
                self.skip_member(first)
            except MissingBrace:
                self.depth = depth
                self.item_start = outer
                if self.ends_outer(self.i):
                    raise
            self.item_start = outer
        self.i += 1

    def skip_member(self, first: int) -> None:
        """After an error in the member that began at token `first`: skip to the next, or to the closing
        brace.
        """
        kinds = self.kinds
        stack = self.open_brackets(first)
        braces = stack.count("}")
        i = self.i
        if i == first:
            if kinds[i] == "{":
                braces += 1
            i += 1
        while kinds[i] != EOF:
            kind = kinds[i]
            if kind == "{":
                braces += 1
            elif kind == "}":
                if not braces:
                    break
                braces -= 1
                if not braces:
                    i += 1
                    break
            elif not braces:
                if kind == ";":
                    i += 1
                    break
                if self.starts_member(i):
                    break
            elif kind in ITEM_START and self.ends_outer(i):
                break
            i += 1
        self.i = i

    def starts_member(self, index: int) -> bool:
        kinds = self.kinds
        kind = kinds[index]
        if kind == "readonly" or kind == "static":
            return kinds[index + 1] == "fn"
        return kind == "type" or self.starts_item(index)

    def member_decl(self, where: str, has_types: bool) -> ast.AssocDecl | ast.AssocDef | ast.FnDecl | None:
        """A member of an interface or impl."""
        kinds = self.kinds
        first = self.i
        start = self.starts[first]
        is_pub = False
        if kinds[self.i] == "pub":
            is_pub = where == "impl"
            if where == "interface":
                self.bad_qualifier(self.i, "`pub` is not allowed on interface members")
            self.i += 1
        qualifier: str | None = None
        qualified = self.i
        if kinds[self.i] == "readonly" or kinds[self.i] == "static":
            qualifier = kinds[self.i]
            self.i += 1
            if kinds[self.i] == "readonly" or kinds[self.i] == "static":
                self.bad_qualifier(qualified, "`readonly static fn` is not allowed")
                self.i += 1
        kind = kinds[self.i]
        if kind == "fn":
            return self.fn("method" if where == "impl" else "member", start, is_pub, qualifier)
        if kind == "type":
            if qualifier is not None:
                self.bad_qualifier(qualified, "qualifiers are not allowed on `type` items")
            elif kinds[first] == "pub" and where == "impl":
                self.bad_qualifier(first, "`pub type` is not allowed in `impl` blocks")
            if where == "interface":
                return self.assoc_decl(start)
            return self.assoc_def(start, has_types)
        if kind == "intrinsic" and where == "impl":
            self.i += 1
            return self.fn("intrinsic", start, is_pub, qualifier)
        if self.i > first:
            self.expected("`fn`")
        self.fail("bad-member", f"expected `fn` or `type` in `{where}` body")

    def assoc_decl(self, start: int) -> ast.AssocDecl:
        """`type X;`"""
        self.i += 1
        name_pos = self.starts[self.i]
        name = self.name()
        self.expect(";")
        return ast.AssocDecl(name, name_pos, start, self.ends[self.i - 1])

    def assoc_def(self, start: int, allowed: bool) -> ast.AssocDef | None:
        """`type X = T;`; None if it may not stand here."""
        at = self.i
        self.i += 1
        if not allowed:
            message = "associated types are only allowed in interface impls"
            self.complain("bad-member", message, at)
        name = self.name()
        self.expect("=")
        ty = self.type_()
        self.expect(";")
        return ast.AssocDef(name, ty, start, self.ends[self.i - 1]) if allowed else None

    # ------------------------------------------------------------ modules

    def mod(self, start: int, is_pub: bool) -> ast.ModDecl:
        """Mod."""
        kinds = self.kinds
        self.i += 1
        name_pos = self.starts[self.i]
        name = self.name()
        items: list[ast.Item] | None = None
        if kinds[self.i] == ";":
            self.i += 1
        elif kinds[self.i] == "{":
            self.enter()
            self.i += 1
            reported = self.reported
            items = []
            self.items(items)
            if kinds[self.i] != "}":
                if reported != self.reported:
                    raise SyntaxFail
                self.expected("`}`")
            self.i += 1
            self.depth -= 1
        else:
            self.expected("`;` or `{` after module name")
        return ast.ModDecl(name, name_pos, is_pub, items, start, self.ends[self.i - 1])

    def use(self, start: int, is_pub: bool) -> ast.UseDecl:
        """Use."""
        kinds = self.kinds
        self.i += 1
        path = [self.segment()]
        while kinds[self.i] == "::":
            self.i += 1
            path.append(self.segment())
        alias: str | None = None
        alias_pos = -1
        if kinds[self.i] == "as":
            self.i += 1
            alias_pos = self.starts[self.i]
            alias = self.name()
        self.expect(";")
        return ast.UseDecl(is_pub, path, alias, alias_pos, start, self.ends[self.i - 1])

    def derive(self, start: int) -> ast.DeriveDecl:
        """Derive."""
        self.i += 1
        names = [self.segment()]
        while self.kinds[self.i] == "+":
            self.i += 1
            names.append(self.segment())
        self.expect("for")
        target = self.segment()
        self.expect(";")
        return ast.DeriveDecl(names, target, start, self.ends[self.i - 1])

    def segment(self) -> ast.PathSegment:
        """An identifier as a step of a path."""
        i = self.i
        return ast.PathSegment(self.name(), None, self.starts[i], self.ends[i])
