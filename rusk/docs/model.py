"""What a module offers: its public declarations with their signatures and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.docs.comments import Comments
from rusk.syntax import ast

if TYPE_CHECKING:
    from rusk.source import Source


class Impl:
    """That ``type`` implements ``interface``, if its parameters satisfy ``bounds``."""

    __slots__ = ("interface", "type", "bounds")

    def __init__(self, interface: str, type: str, bounds: str) -> None:
        self.interface = interface
        self.type = type
        self.bounds = bounds


class Entry:
    """A declaration. ``kind``: function, struct, enum, interface, type, method, member, variant or field; ``entries``: what belongs to it;
    ``impls``: see `Impl`; ``addition``: a program's own declaration may take its place (06 §12)."""

    __slots__ = ("kind", "name", "signature", "doc", "addition", "pos", "entries", "impls")

    def __init__(self, kind: str, name: str, signature: str, doc: str, addition: bool, pos: int) -> None:
        self.kind = kind
        self.name = name
        self.signature = signature
        self.doc = doc
        self.addition = addition
        self.pos = pos
        self.entries: list[Entry] = []
        self.impls: list[Impl] = []


class Page:
    """A module, or a built-in type. ``impls``: for types of other modules; ``uses``: names of others that it offers, as imports."""

    __slots__ = ("name", "source", "doc", "entries", "impls", "uses")

    def __init__(self, name: str, source: Source, doc: str) -> None:
        self.name = name
        self.source = source
        self.doc = doc
        self.entries: list[Entry] = []
        self.impls: list[Impl] = []
        self.uses: list[str] = []

    def all(self) -> list[Entry]:
        """Its declarations, each followed by what belongs to it."""
        return [e for entry in self.entries for e in (entry, *entry.entries)]


def hidden(name: str) -> bool:
    """Whether a name is not part of what a library offers (06 §1.1)."""
    return name.startswith("__")


def type_name(written: str) -> str:
    """A type for readers: impls for built-in generic types call them `array<T>`, `tuple2<A, B>`."""
    if written == "array<T>":
        return "[T]"
    return "(A, B, ...)" if written.startswith("tuple") and "<" in written else written


class _Reader:
    """Makes the page of one module."""

    def __init__(self, name: str, source: Source, doc: str, comments: Comments) -> None:
        self.page = Page(name, source, doc)
        self.text = source.text
        self.comments = comments
        self.types: dict[str, Entry] = {}

    def entry(self, kind: str, decl: ast.Node, name: str, end: int) -> Entry:
        doc, addition = self.comments.above(decl.pos)
        return Entry(kind, name, self.written(decl.pos, end), doc, addition, decl.pos)

    def written(self, pos: int, end: int) -> str:
        """A piece of source on one line, without what says nothing about its use."""
        words = self.text[pos:end].split()
        while words and words[0] in ("pub", "extern", "intrinsic"):
            del words[0]
        if "fn" in words and "intrinsic" in words[: words.index("fn")]:
            words.remove("intrinsic")
        return " ".join(words).rstrip(" ;{,")

    def head_end(self, decl: ast.StructDecl | ast.EnumDecl | ast.InterfaceDecl) -> int:
        """Where the braces of a type or interface begin; they are not those of a bound. A newtype is shown whole."""
        if isinstance(decl, ast.StructDecl) and decl.is_newtype:
            return decl.end
        parts = [*decl.generics, *(decl.supers if isinstance(decl, ast.InterfaceDecl) else ())]
        return self.text.index("{", parts[-1].end if parts else decl.name_pos)

    def function(self, kind: str, decl: ast.FnDecl) -> Entry:
        return self.entry(kind, decl, decl.name, decl.end if decl.body is None else decl.body.pos)

    def items(self, items: list[ast.Item]) -> None:
        for decl in items:
            if isinstance(decl, ast.UseDecl) and decl.is_pub:
                self.page.uses.append(self.written(decl.pos, decl.end))
            if isinstance(decl, (ast.UseDecl, ast.DeriveDecl, ast.ModDecl, ast.ImplDecl)):
                continue
            if not decl.is_pub or hidden(decl.name):
                continue
            if isinstance(decl, ast.FnDecl):
                self.page.entries.append(self.function("function", decl))
            else:
                self.page.entries.append(self.declared(decl))
        for decl in items:
            if isinstance(decl, ast.ImplDecl):
                self.impl(decl)

    def declared(self, decl: ast.StructDecl | ast.EnumDecl | ast.InterfaceDecl) -> Entry:
        """A type or an interface with its members."""
        kind = (
            "struct"
            if isinstance(decl, ast.StructDecl)
            else "enum"
            if isinstance(decl, ast.EnumDecl)
            else "interface"
        )
        entry = self.entry(kind, decl, decl.name, self.head_end(decl))
        self.types[decl.name] = entry
        if isinstance(decl, ast.EnumDecl):
            entry.entries = [self.entry("variant", v, v.name, v.end) for v in decl.variants]
        elif isinstance(decl, ast.StructDecl):
            fields = [self.entry("field", f, f.name, f.end) for f in decl.fields]
            entry.entries = [f for f in fields if f.doc]  # others are of no concern to users
        else:
            for m in decl.members:
                if isinstance(m, ast.FnDecl):
                    entry.entries.append(self.function("member", m))
                else:
                    entry.entries.append(self.entry("type", m, m.name, m.end))
        return entry

    def impl(self, decl: ast.ImplDecl) -> None:
        """The methods or the head of an impl go to its type."""
        name = decl.target.segments[-1].name
        if decl.iface is not None:
            owner = self.types.get(name)
            if owner is None or owner.kind != "interface":
                bounds = [self.written(g.pos, g.end) for g in decl.generics if g.bounds]
                head = Impl(
                    self.written(decl.iface.pos, decl.iface.end),
                    type_name(self.written(decl.target.pos, decl.target.end)),
                    ", ".join(bounds),
                )
                (self.page if owner is None else owner).impls.append(head)
            return
        methods = [
            self.function("method", m)
            for m in decl.members
            if isinstance(m, ast.FnDecl) and m.is_pub and not hidden(m.name)
        ]
        if self.comments.above(decl.pos)[1]:
            for m in methods:
                m.addition = True
        if name in self.types:
            self.types[name].entries += methods
        else:
            self.page.entries += methods


def read(name: str, source: Source, items: list[ast.Item], doc: str | None = None) -> Page:
    """The page of a module.

    name: its path; source: the file it stands in; items: its declarations; doc: its text, if it is not the comment that begins the file.
    """
    comments = Comments(source)
    reader = _Reader(name, source, comments.first() if doc is None else doc, comments)
    reader.items(items)
    return reader.page
