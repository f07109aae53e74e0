"""A checked program that is kept, and follows the edits of its files.

An edit inside a function body is the usual one: only that body is read and checked again, and the places behind it are moved. Everything else
starts again from the texts. A program with syntax errors is checked as far as it could be read, so that questions have answers while somebody
types; what is reported are then the syntax errors alone, as by the compiler (05 §6).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rusk.compiler import compiling
from rusk.diagnostics import Diagnostic, Diagnostics
from rusk.lsp.moving import move, moved, transferred
from rusk.lsp.places import FilePlaces
from rusk.lsp.text import change
from rusk.modules.loader import library_directory
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.cursor import MissingBrace, NestingFail, SyntaxFail
from rusk.syntax.item_parser import ItemParser
from rusk.syntax.lexer import tokenize
from rusk.syntax.parser import raised_limit
from rusk.syntax.tokens import EOF
from rusk.types import check, check_flow
from rusk.types.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rusk.lsp.buffers import Buffers
    from rusk.types.items import FnItem, Module
    from rusk.types.terms import Type


#: what is looked for when the typing pauses
_FOUND_LATER = ("lint", "typed_lint", "instances")

#: so many bodies are checked again one by one; beyond that, everything is
_MANY = 200


class File:
    """A file of the program: its text as it was read last (``source``), the module it is, and the trees of its items."""

    __slots__ = ("items", "module", "path", "places", "source")

    def __init__(self, path: str, source: Source, module: Module) -> None:
        self.path = path
        self.source = source
        self.module = module
        self.items = module.items
        self.places: FilePlaces | None = None


class Program:
    """The program with the entry file ``entry`` (a real path).

    ``files``: by real path; ``paths``: where each text came from. ``lint``, ``typed_lint``, ``instances``: what was found last in the
    trees, in the checked program, in its instances; as the text changes it stays, at its places, until it is looked for again. Questions about types are asked under ``with program.asking():``.
    """

    def __init__(
        self, entry: str, buffers: Buffers, sysroot: str | None = None, load_std: bool = True
    ) -> None:
        self.entry = entry
        self.buffers = buffers
        self.library = sysroot if sysroot is not None else library_directory()
        self.load_std = load_std
        self.lint: list[Diagnostic] = []
        self.typed_lint: list[Diagnostic] = []
        self.instances: list[Diagnostic] = []
        self.terms: dict[tuple[object, ...], Type] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[Source, str] = {}
        self._syntax: list[Diagnostic] = []
        #: There were syntax errors when everything was read: where bodies begin and end is a guess.
        self._torn = False
        #: and then nothing else has been done.
        self._only_read = False
        self._declared: list[Diagnostic] = []
        self._bodies: dict[FnItem, list[Diagnostic]] = {}
        self._flow: list[Diagnostic] = []
        self.world: World
        self.analyse()

    def asking(self) -> AbstractContextManager[None]:
        """The state in which the types of this program may be looked at."""
        return compiling(self.terms)

    # ------------------------------------------------------------- all of it

    def analyse(self) -> None:
        """Read and check everything; a program with syntax errors is only read, which is what they need.

        Errors: OSError, UnicodeDecodeError if the entry file cannot be read.
        """
        self._read(tolerant=False)

    def complete(self) -> None:
        """Make sure that questions about meaning have answers: what could be read of a program with syntax errors is checked, too."""
        if self._only_read:
            self._read(tolerant=True)

    def _read(self, tolerant: bool) -> None:
        self.buffers.paths.clear()
        source = self.buffers.load(self.entry)
        self.terms = {}
        self.files = {}
        self._bodies = {}
        self._flow = []
        with self.asking():
            diags = Diagnostics()
            world = self.world = World(diags, self.library, self.load_std, self.buffers, tolerant)
            world.load(source, self.entry, {})
            self._syntax = diags.items if not world.read_well else []
            self._only_read = bool(self._syntax) and not tolerant
            self._torn = bool(self._syntax)
            self._declared = [] if self._syntax else list(diags.items)
            if world.bodies_ready:
                count = len(world.diags.items)
                world.check_main(False)
                self._declared += world.diags.items[count:] if not self._syntax else []
                for fn in world.user_fns():
                    self._check(fn)
                self._warn_unhandled()
        before, self.paths = self.paths, dict(self.buffers.paths)
        for name in _FOUND_LATER:
            setattr(self, name, transferred(getattr(self, name), before, self.paths))
        for module in world.modules:
            path = self.paths.get(module.source)
            if path is not None and path not in self.files:
                self.files[path] = File(path, module.source, module)

    def _check(self, fn: FnItem) -> None:
        diags = self.world.diags
        count = len(diags.items)
        check.check_fn(self.world, fn)
        found = diags.items[count:]
        del diags.items[count:]
        if found:
            self._bodies[fn] = found
        else:
            self._bodies.pop(fn, None)

    def _warn_unhandled(self) -> None:
        self._flow = []
        diags = self.world.diags
        if self._syntax or self._broken():
            return
        count = len(diags.items)
        entries = [fn for _, fn in self.world.entry_points()]
        check_flow.warn_unhandled(self.world, check.shared_of(self.world), entries)
        self._flow = diags.items[count:]
        del diags.items[count:]

    def _broken(self) -> bool:
        found = [*self._declared, *[d for each in self._bodies.values() for d in each]]
        return any([d.severity == "error" for d in found])

    # ------------------------------------------------------------- what is wrong

    @property
    def sound(self) -> bool:
        """Whether the program has no errors."""
        return not self._syntax and self.world.bodies_ready and not self._broken()

    def diagnostics(self) -> list[Diagnostic]:
        """What the compiler reports, in the order of `Diagnostics.sorted`."""
        diags = Diagnostics()
        if self._syntax:
            diags.items += self._syntax
        else:
            diags.items += self._declared
            for found in self._bodies.values():
                diags.items += found
            diags.items += self._flow
            if not self._broken():
                diags.items += self.instances
        return diags.sorted()

    # ------------------------------------------------------------- edits

    def follow(self, path: str) -> bool:
        """Take over the buffer of a file of the program. Result: whether it was enough to check one body; else everything was."""
        file = self.files.get(path)
        text = self.buffers.open.get(path)
        if file is None or text is None:
            self.analyse()
            return False
        text = text.removeprefix("\ufeff")
        if text == file.source.text:
            return True
        start, old, new = change(file.source.text, text)
        if self._replace(file, text, start, old, new - old):
            return True
        if self._declare(file, text, start, old, new - old):
            return True
        self.analyse()
        return False

    def function_at(self, file: File, start: int, end: int | None = None) -> ast.FnDecl | None:
        """The function whose body has ``start`` to ``end`` between its braces."""
        end = start if end is None else end
        for decl in functions(file.items):
            body = decl.body
            if body is not None and body.pos < start and end < body.end:
                return decl
        return None

    def prepare(self, path: str) -> None:
        """Collect the places of a file, so that the first edit does not have to."""
        file = self.files.get(path)
        if file is not None and file.places is None:
            file.places = FilePlaces(file.items)

    def _replace(self, file: File, text: str, start: int, old: int, by: int) -> bool:
        decl = self.function_at(file, start, old)
        if decl is None or decl.body is None or self._torn or not self.world.bodies_ready:
            return False
        pos, end = decl.body.pos, decl.body.end
        source = file.source
        wrong = Diagnostics()
        block = parse_body(Source(source.path, text), pos, end + by, wrong)
        if block is None:
            return False
        self.prepare(file.path)
        places = file.places
        assert places is not None
        source.text = text
        source._starts = None
        self._syntax = [d for d in self._syntax if d.source is not source or not pos <= d.pos < end]
        self._moved([self._syntax, self._declared, *self._bodies.values()], source, start, old, by)
        for d in wrong.items:
            d.source = source
        self._syntax += wrong.items
        with self.asking():
            decl.body = block
            fn = decl.item
            if fn is not None and fn not in self.world.broken_fns:
                self._forget(fn)
                self._check(fn)
            places.replaced(decl, old, by)
            self._warn_unhandled()
        return True

    def _declare(self, file: File, text: str, start: int, old: int, by: int) -> bool:
        """Follow an edit in the parameters or the result of a free function: it is declared again, and all bodies that name it are checked again."""
        decl = next((d for d in functions(file.items) if d.pos < start and old <= d.end), None)
        if decl is None or decl.body is None or old > decl.body.pos:
            return False
        fn = decl.item
        if (
            self._torn
            or self._syntax
            or not self.world.bodies_ready
            or fn is None
            or fn.parent is not None
            or fn in self.world.broken_fns
            or decl.kind != "fn"
            or decl.generics
            or decl.name == "main"
            or any(
                [
                    u.bound != u.decl.path[-1].name and u.decl.path[-1].name == decl.name
                    for m in self.world.modules
                    for u in m.uses
                ]
            )
        ):
            return False
        fresh = parse_function(Source(file.source.path, text), decl.pos, decl.end + by)
        if fresh is None or fresh.name != decl.name or fresh.is_pub != decl.is_pub or fresh.generics:
            return False
        others = self._naming(fn)
        if others is None:
            return False
        self.prepare(file.path)
        assert file.places is not None
        source = file.source
        source.text = text
        source._starts = None
        self._moved([self._declared, *self._bodies.values()], source, start, old, by)
        with self.asking():
            decl.body = fresh.body
            file.places.replaced(decl, old, by)
            decl.params, decl.ret, decl.name_pos = fresh.params, fresh.ret, fresh.name_pos
            file.places.header(decl)
            if not self.world.declare_again(fn):
                return False
            shared = check.shared_of(self.world)
            for memo in (shared.callees, shared.methods, shared.fn_types):
                memo.clear()
            again = {fn, *others}
            for each in others:
                if each is not fn:
                    body = each.decl.body
                    assert body is not None
                    each.decl.body = parse_body(each.module.source, body.pos, body.end, Diagnostics())
            for each in [f for f in self.world.user_fns() if f in again]:
                self._forget(each)
                self._check(each)
            for f in self.files.values():
                if f.places is not None:
                    f.places.checked({each.decl for each in again})
            self._warn_unhandled()
        return True

    def _moved(self, checked: list[list[Diagnostic]], source: Source, start: int, old: int, by: int) -> None:
        """Move what has been found in a file, after a change of its text."""
        for found in checked:
            for d in found:
                move(d, source, old, by)
        for name in _FOUND_LATER:
            setattr(self, name, moved(getattr(self, name), source, start, old, by))

    def _naming(self, fn: FnItem) -> list[FnItem] | None:
        """The functions whose bodies have the name of ``fn`` in them; None if they are many."""
        found = []
        for each in self.world.user_fns():
            body = each.decl.body
            if body is not None and each.module.source.text.find(fn.name, body.pos, body.end) >= 0:
                found.append(each)
                if len(found) > _MANY:
                    return None
        return found

    def _forget(self, fn: FnItem) -> None:
        """Undo what checking the body has left at the function."""
        fn.checked = False
        fn.handles = False
        fn.lowered = None
        check.shared_of(self.world).flows.pop(fn, None)

    def trial(self, file: File, decl: ast.FnDecl, text: str, pos: int, end: int) -> ast.Block | None:
        """The body of a function as it would be if the file were ``text``, checked; the program stays as it is.

        pos, end: where the body stands in ``text``. None if that is no body. Must be called while `asking`.
        """
        fn = decl.item
        block = parse_body(Source(file.source.path, text), pos, end, Diagnostics())
        if block is None or fn is None or fn in self.world.broken_fns:
            return None
        body, patterns = decl.body, [p.pattern for p in decl.params]
        shared = check.shared_of(self.world)
        kept = (fn.checked, fn.handles, fn.self_binding, shared.flows.get(fn), [p.res for p in patterns])
        count = len(self.world.diags.items)
        errors = self.world.diags.has_errors
        self._forget(fn)
        decl.body = block
        try:
            check.check_fn(self.world, fn)
        finally:
            decl.body = body
            del self.world.diags.items[count:]
            self.world.diags.has_errors = errors
            fn.checked, fn.handles, fn.self_binding, flow, bindings = kept
            for p, res in zip(patterns, bindings, strict=True):
                p.res = res
            shared.flows.pop(fn, None)
            if flow is not None:
                shared.flows[fn] = flow
        return block


def parse_body(source: Source, pos: int, end: int, diags: Diagnostics) -> ast.Block | None:
    """The block between two places of a file; None unless its braces are those at the two places."""
    found = Diagnostics()
    tokens = tokenize(Source(source.path, source.text[pos:end]), found)
    kinds = tokens.kinds
    count = kinds.index(EOF)
    if tokens.broken >= 0 or count < 2 or kinds[count - 1] != "}":
        return None
    depth = 0
    for i in range(count):
        if kinds[i] == "{":
            depth += 1
        elif kinds[i] == "}":
            depth -= 1
            if depth == 0 and i != count - 1:
                return None
    if depth != 0:
        return None
    tokens.starts = [at + pos for at in tokens.starts]
    tokens.ends = [at + pos for at in tokens.ends]
    for d in found.items:
        d.pos += pos
        d.end += pos
    parser = ItemParser(source, tokens, found)
    with raised_limit:
        try:
            block = parser.block()
        except (SyntaxFail, NestingFail, MissingBrace):
            return None
    if parser.i != count:
        return None
    diags.items += found.items
    return block


def parse_function(source: Source, pos: int, end: int) -> ast.FnDecl | None:
    """The function between two places of a file; None if there is anything else, or something wrong."""
    found = Diagnostics()
    tokens = tokenize(Source(source.path, source.text[pos:end]), found)
    count = tokens.kinds.index(EOF)
    if tokens.broken >= 0 or count < 2 or tokens.starts[0] != 0 or tokens.ends[count - 1] != end - pos:
        return None
    tokens.starts = [at + pos for at in tokens.starts]
    tokens.ends = [at + pos for at in tokens.ends]
    parser = ItemParser(source, tokens, found)
    with raised_limit:
        try:
            item = parser.item()
        except (SyntaxFail, NestingFail, MissingBrace):
            return None
    if parser.i != count or found.items or not isinstance(item, ast.FnDecl):
        return None
    return item


def functions(items: list[Any]) -> Iterator[ast.FnDecl]:
    """All functions and methods declared in some items, in source order."""
    stack: list[Any] = list(reversed(items))
    while stack:
        node = stack.pop()
        cls = node.__class__
        if cls is ast.FnDecl:
            yield node
        elif cls is ast.ImplDecl or cls is ast.InterfaceDecl:
            stack += reversed(node.members)
        elif cls is ast.ModDecl and node.items is not None:
            stack += reversed(node.items)


def real(path: str) -> str:
    """The path by which files are known."""
    return os.path.realpath(path)
