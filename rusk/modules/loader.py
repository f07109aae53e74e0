"""Loading: files to module trees (``docs/language/05-modules.md`` §1)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rusk.limits import DEFAULT
from rusk.source import Files, Source
from rusk.syntax import parse_file
from rusk.syntax.ast import ModDecl
from rusk.types.items import Module

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.syntax import ast


class FileRead:
    """A file that became part of the program: its path, and its text (which the compile cache hashes)."""

    __slots__ = ("path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text


class Loader:
    """Reads and parses the files of one program. ``files``: all that were read, in order; ``probes``: paths whose absence mattered; ``nesting``: how deep
    constructs may be nested."""

    def __init__(self, diags: Diagnostics, disk: Files | None = None, nesting: int = DEFAULT.nesting) -> None:
        self.diags = diags
        self.nesting = nesting
        self.disk = disk or Files()
        self.files: list[FileRead] = []
        self.probes: list[str] = []
        self._real: set[str] = set()
        #: modules in the order in which they were met, the root first
        self.modules: list[Module] = []

    def root(self, source: Source, path: str | None) -> Module:
        """The root module of the entry file ``source``; ``path``: where it lies, or None for text from memory."""
        module = Module("", None, source, True, False)
        if path is not None:
            real = os.path.realpath(path)
            self._real.add(real)
            module.directory = os.path.dirname(real)
        self.files.append(FileRead(source.path, source.text))
        self.modules.append(module)
        self._fill(module, parse_file(source, self.diags, self.nesting).items)
        return module

    def add(self, name: str, parent: Module, source: Source) -> Module:
        """A module from text (a host module), as child of ``parent``."""
        module = Module(name, parent, source, True, False)
        self.modules.append(module)
        self._fill(module, parse_file(source, self.diags, self.nesting).items)
        return module

    def _fill(self, module: Module, items: list[ast.Item]) -> None:
        """Take over the items and load the child modules; without recursion over files nested in each other's chain of ``mod``."""
        work = [(module, items)]
        while work:
            module, items = work.pop()
            module.items = items
            children = []
            for decl in items:
                if decl.__class__ is ModDecl:
                    child = self._child(module, decl)
                    if child is not None:
                        children.append(child)
            work.extend(reversed(children))

    def _child(self, module: Module, decl: ModDecl) -> tuple[Module, list[ast.Item]] | None:
        directory = None if module.directory is None else os.path.join(module.directory, decl.name)
        if decl.items is not None:
            child = Module(decl.name, module, module.source, decl.is_pub, False)
            child.directory = directory
            child.decl = decl
            decl.item = child
            self.modules.append(child)
            return child, decl.items
        source = self._file(module, decl)
        if source is None:
            return None
        child = Module(decl.name, module, source, decl.is_pub, False)
        child.directory = directory
        child.decl = decl
        decl.item = child
        self.modules.append(child)
        return child, parse_file(source, self.diags, self.nesting).items

    def _file(self, module: Module, decl: ModDecl) -> Source | None:
        """The file of ``mod name;``, or None after reporting why there is none."""
        error = self.diags.error
        shown = module.source
        if module.directory is None:
            error(
                "module-not-found", f"module `{decl.name}` not found", shown, decl.pos, decl.end,
                notes=["the program has no directory"],
            )  # fmt: skip
            return None
        # Paths are shown relative to the entry file's, as the user gave it.
        base = os.path.dirname(self.files[0].path)
        root = self.modules[0].directory
        assert root is not None
        relative = os.path.relpath(module.directory, root)
        shown_dir = base if relative == "." else os.path.join(base, relative)
        names = (decl.name + ".rusk", os.path.join(decl.name, "mod.rusk"))
        found = [n for n in names if self.disk.exists(os.path.join(module.directory, n))]
        self.probes.extend([os.path.join(module.directory, n) for n in names if n not in found])
        if not found:
            error(
                "module-not-found", f"module `{decl.name}` not found", shown, decl.pos, decl.end,
                notes=[f"looked for `{os.path.join(shown_dir, n)}`" for n in names],
            )  # fmt: skip
            return None
        if len(found) == 2:
            error(
                "ambiguous-module", f"ambiguous module `{decl.name}`", shown, decl.pos, decl.end,
                notes=[f"found `{os.path.join(shown_dir, n)}`" for n in names],
            )  # fmt: skip
            return None
        path = os.path.join(module.directory, found[0])
        display = os.path.join(shown_dir, found[0])
        real = os.path.realpath(path)
        if real in self._real:
            error("module-twice", f"module file `{display}` loaded multiple times", shown, decl.pos, decl.end)
            return None
        self._real.add(real)
        try:
            source = self.disk.load(path, display)
        except (OSError, UnicodeDecodeError):
            error("unreadable-file", f"failed to read `{display}`", shown, decl.pos, decl.end)
            return None
        self.files.append(FileRead(path, source.text))
        return source


def library_directory() -> str:
    """The library shipped with the package."""
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), "library")
