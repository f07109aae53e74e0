"""Items: what the declarations of a program mean. Made by ``rusk.modules`` and ``rusk.types.declare``; read by everything after.

Items are compared by identity. An item's types are terms over its own generic parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rusk.modules.names import Use
    from rusk.source import Source
    from rusk.syntax import ast
    from rusk.types.terms import Iface, Type


class Module:
    """A module: the three name tables of ``docs/language/05-modules.md`` §2.1, and what it declares.

    ``path``: names from the root ("" items left out), so the root has ``()`` and core ``("core",)``.
    Each table maps a name to an `Entry`.
    """

    __slots__ = (
        "name", "path", "parent", "source", "modules", "types", "values", "items", "is_pub", "is_library", "decl", "directory", "uses",
        "impls", "missing",
    )  # fmt: skip

    def __init__(
        self, name: str, parent: Module | None, source: Source, is_pub: bool, is_library: bool
    ) -> None:
        self.name = name
        self.parent = parent
        self.path: tuple[str, ...] = (
            (*parent.path, name) if parent is not None and name else (name,) if name else ()
        )
        self.source = source
        self.modules: dict[str, Entry] = {}
        self.types: dict[str, Entry] = {}
        self.values: dict[str, Entry] = {}
        self.items: list[ast.Item] = []
        self.is_pub = is_pub
        self.is_library = is_library
        self.decl: ast.ModDecl | None = None
        #: Where the files of child modules lie; None for inline modules of a program given as text.
        self.directory: str | None = None
        #: Its `use` items (``rusk.modules.names.Use``), and its impl blocks as written, derives included.
        self.uses: list[Use] = []
        self.impls: list[ImplItem] = []
        #: Library modules: child names without a file.
        self.missing: set[str] = set()

    def display(self, name: str) -> str:
        """``name`` with the module path in front: ``a::b::name``; just ``name`` in the root."""
        return "::".join((*self.path, name))


class Entry:
    """A name in a table: what it means, where it was bound, and whether that binding is ``pub``."""

    __slots__ = ("target", "is_pub", "pos", "end", "is_use", "is_prelude")

    def __init__(
        self, target: Target, is_pub: bool, pos: int, end: int, is_use: bool = False, is_prelude: bool = False
    ) -> None:
        self.target = target
        self.is_pub = is_pub
        self.pos = pos
        self.end = end
        self.is_use = is_use
        self.is_prelude = is_prelude


class GenericParam:
    """A type parameter. ``bounds``: interface terms (`Iface`; bindings of the bound are in it). ``owner``: its item.

    ``arity`` > 0: a type-constructor parameter. The parameter `Self` of an interface is a GenericParam named "Self".
    """

    __slots__ = ("name", "arity", "bounds", "owner", "pos", "end")

    def __init__(self, name: str, arity: int, pos: int, end: int) -> None:
        self.name = name
        self.arity = arity
        self.bounds: list[Iface] = []
        self.owner: object = None
        self.pos = pos
        self.end = end


class FnItem:
    """A function or method.

    ``kind``: "fn", "extern", "intrinsic", "method" (inherent or impl) or "member" (declared in an interface).
    ``receiver``: None (free function), "static", "mut" (``fn``) or "readonly".
    ``parent``: the ImplItem or InterfaceItem it belongs to, or None.
    ``generics``: all parameters it is instantiated with, in order: those of the impl (or, for an interface member: the `Self`
    parameter, then the interface's parameters), then its own. ``own_generics``: its own.
    ``params``: declared parameter types, without the receiver; ``self_ty``: the type of `self` or None (readonly view in a
    ``readonly fn``). ``ret``: the result type.
    ``bindings``: one `Binding` per parameter whose pattern is a name, filled by the checker; ``self_binding`` likewise.
    ``derived``: the expression that a derive stands for, else None.
    """

    __slots__ = (
        "kind", "name", "module", "decl", "is_pub", "receiver", "parent", "generics", "own_generics", "params", "self_ty", "ret",
        "self_binding", "handles", "checked", "is_addition", "lowered", "intrinsic",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, module: Module, decl: ast.FnDecl) -> None:
        self.kind = kind
        self.name = name
        self.module = module
        self.decl = decl
        self.is_pub = decl.is_pub
        self.receiver: str | None = None
        self.parent: ImplItem | InterfaceItem | None = None
        self.generics: list[GenericParam] = []
        self.own_generics: list[GenericParam] = []
        self.params: list[Type] = []
        self.self_ty: Type | None = None
        self.ret: Type = None  # type: ignore[assignment]
        self.self_binding: object | None = None
        #: Whether its body has a match with effect arms; set by the checker.
        self.handles = False
        #: Whether its body has been checked (library bodies are checked when something reaches them).
        self.checked = False
        #: A library addition (06 §12): weak in method lookup.
        self.is_addition = False
        #: The generic MIR, once lowered.
        self.lowered: object | None = None
        #: The name in the intrinsic table, for kind "intrinsic".
        self.intrinsic: str | None = None


class StructItem:
    """A struct or newtype. ``fields``: (name, type) in declaration order; a newtype has the one field "0"."""

    __slots__ = ("name", "module", "decl", "is_pub", "generics", "fields", "is_newtype", "inherent", "impls")

    def __init__(self, name: str, module: Module, decl: ast.StructDecl) -> None:
        self.name = name
        self.module = module
        self.decl = decl
        self.is_pub = decl.is_pub
        self.generics: list[GenericParam] = []
        self.fields: list[tuple[str, Type]] = []
        self.is_newtype = decl.is_newtype
        #: Inherent methods by name, static ones included.
        self.inherent: dict[str, FnItem] = {}
        #: Interface impls by every interface they give (supers included).
        self.impls: dict[InterfaceItem, ImplItem] = {}


class EnumItem:
    """An enum. ``variants``: (name, payload types) in declaration order; ``variant_index``: by name."""

    __slots__ = (
        "name",
        "module",
        "decl",
        "is_pub",
        "generics",
        "variants",
        "variant_index",
        "inherent",
        "impls",
    )

    def __init__(self, name: str, module: Module, decl: ast.EnumDecl) -> None:
        self.name = name
        self.module = module
        self.decl = decl
        self.is_pub = decl.is_pub
        self.generics: list[GenericParam] = []
        self.variants: list[tuple[str, list[Type]]] = []
        self.variant_index: dict[str, int] = {}
        self.inherent: dict[str, FnItem] = {}
        self.impls: dict[InterfaceItem, ImplItem] = {}


class InterfaceItem:
    """An interface.

    ``self_param``: its `Self`. ``supers``: direct super-interfaces as terms over ``generics``.
    ``methods``/``assocs``: own members by name. ``full_methods``: name -> (origin interface's FnItem, the origin's arguments
    as terms over ``generics``); ``full_assocs``: name -> origin InterfaceItem; both include inherited ones.
    ``all_supers``: every interface it is or inherits from (itself included) -> its arguments as terms over ``generics``.
    """

    __slots__ = (
        "name", "module", "decl", "is_pub", "generics", "self_param", "supers", "methods", "assocs", "full_methods", "full_assocs",
        "all_supers",
    )  # fmt: skip

    def __init__(self, name: str, module: Module, decl: ast.InterfaceDecl) -> None:
        self.name = name
        self.module = module
        self.decl = decl
        self.is_pub = decl.is_pub
        self.generics: list[GenericParam] = []
        self.self_param: GenericParam = None  # type: ignore[assignment]
        self.supers: list[Iface] = []
        self.methods: dict[str, FnItem] = {}
        self.assocs: dict[str, ast.AssocDecl] = {}
        self.full_methods: dict[str, tuple[FnItem, tuple[Type, ...]]] = {}
        self.full_assocs: dict[str, InterfaceItem] = {}
        self.all_supers: dict[InterfaceItem, tuple[Type, ...]] = {}


class ImplItem:
    """An impl block. ``iface``: None for an inherent one, else the interface term over ``generics``.

    ``target``: the nominal type (over ``generics``), or for built-in impls of the library any type.
    ``methods``: by name. ``assocs``: associated type definitions by name, as terms over ``generics``.
    """

    __slots__ = ("module", "decl", "generics", "iface", "target", "methods", "assocs", "is_addition")

    def __init__(self, module: Module, decl: ast.ImplDecl) -> None:
        self.module = module
        self.decl = decl
        self.generics: list[GenericParam] = []
        self.iface: Iface | None = None
        self.target: Type = None  # type: ignore[assignment]
        self.methods: dict[str, FnItem] = {}
        self.assocs: dict[str, Type] = {}
        self.is_addition = False


class VariantRef:
    """An enum variant as the target of a name (imported by ``use``, or `Some`/`None`)."""

    __slots__ = ("enum", "index")

    def __init__(self, enum: EnumItem, index: int) -> None:
        self.enum = enum
        self.index = index


Target: TypeAlias = Module | FnItem | StructItem | EnumItem | InterfaceItem | VariantRef
