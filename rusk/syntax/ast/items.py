"""Items: what a file or module declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.syntax.ast.nodes import Node

if TYPE_CHECKING:
    from rusk.source import Source
    from rusk.syntax.ast.expressions import Block
    from rusk.syntax.ast.nodes import Pattern, TypeExpr
    from rusk.syntax.ast.types import PathSegment, TyPath


class File(Node):
    """A parsed source file."""

    __slots__ = ("source", "items")

    def __init__(self, source: Source, items: list[Item], pos: int, end: int) -> None:
        self.source = source
        self.items = items
        self.pos = pos
        self.end = end


class GenericParam(Node):
    """`T: A + B` (arity 0) or `F<_, _>` (arity 2, no bounds)."""

    __slots__ = ("name", "arity", "bounds")

    def __init__(self, name: str, arity: int, bounds: list[TyPath], pos: int, end: int) -> None:
        self.name = name
        self.arity = arity
        self.bounds = bounds
        self.pos = pos
        self.end = end


class Param(Node):
    """A parameter; `ty` is None only for unannotated lambda parameters."""

    __slots__ = ("pattern", "ty", "readonly")

    def __init__(self, pattern: Pattern, ty: TypeExpr | None, readonly: bool, pos: int, end: int) -> None:
        self.pattern = pattern
        self.ty = ty
        self.readonly = readonly
        self.pos = pos
        self.end = end


class FnDecl(Node):
    """kind: "fn", "extern", "intrinsic", "method" (in an impl) or "member" (in an interface). qualifier:
    None, "readonly" or "static". A missing `ret` means unit.
    """

    __slots__ = (
        "kind",
        "name",
        "name_pos",
        "is_pub",
        "qualifier",
        "generics",
        "params",
        "ret",
        "body",
        "item",
    )

    def __init__(
        self,
        kind: str,
        name: str,
        name_pos: int,
        is_pub: bool,
        qualifier: str | None,
        generics: list[GenericParam],
        params: list[Param],
        ret: TypeExpr | None,
        body: Block | None,
        pos: int,
        end: int,
    ) -> None:
        self.kind = kind
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.qualifier = qualifier
        self.generics = generics
        self.params = params
        self.ret = ret
        self.body = body
        self.item: Any = None
        self.pos = pos
        self.end = end


class FieldDecl(Node):
    """A struct field."""

    __slots__ = ("name", "ty")

    def __init__(self, name: str, ty: TypeExpr, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.pos = pos
        self.end = end


class StructDecl(Node):
    """A struct; a newtype has the one field "0"."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "fields", "is_newtype", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        fields: list[FieldDecl],
        is_newtype: bool,
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.fields = fields
        self.is_newtype = is_newtype
        self.item: Any = None
        self.pos = pos
        self.end = end


class VariantDecl(Node):
    """An enum variant."""

    __slots__ = ("name", "payload")

    def __init__(self, name: str, payload: list[TypeExpr], pos: int, end: int) -> None:
        self.name = name
        self.payload = payload
        self.pos = pos
        self.end = end


class EnumDecl(Node):
    """An enum."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "variants", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        variants: list[VariantDecl],
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.variants = variants
        self.item: Any = None
        self.pos = pos
        self.end = end


class AssocDecl(Node):
    """`type X;` in an interface."""

    __slots__ = ("name", "name_pos")

    def __init__(self, name: str, name_pos: int, pos: int, end: int) -> None:
        self.name = name
        self.name_pos = name_pos
        self.pos = pos
        self.end = end


class AssocDef(Node):
    """`type X = T;` in an interface impl."""

    __slots__ = ("name", "ty")

    def __init__(self, name: str, ty: TypeExpr, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.pos = pos
        self.end = end


class InterfaceDecl(Node):
    """An interface."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "supers", "members", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        supers: list[TyPath],
        members: list[AssocDecl | FnDecl],
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.supers = supers
        self.members = members
        self.item: Any = None
        self.pos = pos
        self.end = end


class ImplDecl(Node):
    """`impl target` (iface None) or `impl iface for target`."""

    __slots__ = ("generics", "iface", "target", "members", "item")

    def __init__(
        self,
        generics: list[GenericParam],
        iface: TyPath | None,
        target: TyPath,
        members: list[AssocDef | FnDecl],
        pos: int,
        end: int,
    ) -> None:
        self.generics = generics
        self.iface = iface
        self.target = target
        self.members = members
        self.item: Any = None
        self.pos = pos
        self.end = end


class ModDecl(Node):
    """`mod m;` has items None."""

    __slots__ = ("name", "name_pos", "is_pub", "items", "item")

    def __init__(
        self, name: str, name_pos: int, is_pub: bool, items: list[Item] | None, pos: int, end: int
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.items = items
        self.item: Any = None
        self.pos = pos
        self.end = end


class UseDecl(Node):
    """`use path as alias;`"""

    __slots__ = ("is_pub", "path", "alias", "alias_pos")

    def __init__(
        self, is_pub: bool, path: list[PathSegment], alias: str | None, alias_pos: int, pos: int, end: int
    ) -> None:
        self.is_pub = is_pub
        self.path = path
        self.alias = alias
        self.alias_pos = alias_pos
        self.pos = pos
        self.end = end


class DeriveDecl(Node):
    """`derive A + B for T;`"""

    __slots__ = ("names", "target")

    def __init__(self, names: list[PathSegment], target: PathSegment, pos: int, end: int) -> None:
        self.names = names
        self.target = target
        self.pos = pos
        self.end = end


Item: TypeAlias = FnDecl | StructDecl | EnumDecl | InterfaceDecl | ImplDecl | ModDecl | UseDecl | DeriveDecl
