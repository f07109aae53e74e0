"""Name lookup: the three tables of a module, ``use``, the prelude, visibility (``docs/language/05-modules.md`` §2-§3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from rusk.types.items import Entry, EnumItem, Module, VariantRef

if TYPE_CHECKING:
    from rusk.syntax import ast
    from rusk.types.items import Target

#: The namespaces, as indexes.
MODULES, TYPES, VALUES = range(3)

NAMESPACE_NAMES: Final = ("module", "type", "value")

#: Names known in every module: name -> (namespace, library path); the last two sections are weak additions (06 §12.6).
_PRELUDE: Final[dict[tuple[int, str], tuple[str, ...]]] = {
    (TYPES, "Option"): ("core", "option", "Option"),
    (TYPES, "Result"): ("core", "result", "Result"),
    (VALUES, "panic"): ("core", "intrinsics", "panic"),
    (VALUES, "throw"): ("core", "result", "throw"),
    (VALUES, "try"): ("core", "result", "try"),
    (VALUES, "Ok"): ("core", "result", "Result", "Ok"),
    (VALUES, "Err"): ("core", "result", "Result", "Err"),
}


class PathError:
    """Why a path leads nowhere. ``kind``: "missing", "private" or "super"; ``index``: the segment; ``message``: for "private" and "super"."""

    __slots__ = ("kind", "index", "message", "module")

    def __init__(self, kind: str, index: int, message: str = "", module: Module | None = None) -> None:
        self.kind = kind
        self.index = index
        self.message = message
        #: The module in which the segment was looked up, for "did you mean".
        self.module = module


class Use:
    """A ``use`` item and what it binds in each namespace."""

    __slots__ = ("decl", "module", "bound", "state", "found", "private")

    def __init__(self, decl: ast.UseDecl, module: Module) -> None:
        self.decl = decl
        self.module = module
        self.bound = decl.alias if decl.alias is not None else decl.path[-1].name
        #: for each namespace: 0 not looked at, 1 being resolved, 2 done
        self.state = [0, 0, 0]
        self.found: list[Entry | None] = [None, None, None]
        self.private: list[PathError | None] = [None, None, None]


def inside(module: Module | None, owner: Module) -> bool:
    """Whether ``module`` is ``owner`` or lies in it."""
    while module is not None:
        if module is owner:
            return True
        module = module.parent
    return False


def hidden(name: str, owner: Module, module: Module) -> bool:
    """Whether ``name`` of ``owner`` does not exist for ``module``: library names with two underscores (06 §1.1)."""
    return name.startswith("__") and owner.is_library and not module.is_library


def path_text(segments: Sequence[ast.PathSegment]) -> str:
    """A path as written, without type arguments."""
    return "::".join([s.name for s in segments])


class Names:
    """Lookup in the module tree of one compilation.

    ``load``: loads the child of a library module by name, or gives None.
    """

    def __init__(
        self, root: Module, core: Module, std: Module | None, load: Callable[[Module, str], Module | None]
    ) -> None:
        self.root = root
        self.core = core
        self.std = std
        self.load = load

    # ------------------------------------------------------------- tables

    def lookup(self, module: Module, namespace: int, name: str) -> Entry | None:
        """What ``name`` means in ``module``: an item, a ``use``, a child of a library module, or a prelude name."""
        table = (module.modules, module.types, module.values)[namespace]
        entry = table.get(name)
        if entry is not None:
            return entry
        for use in module.uses:
            if use.bound == name and use.state[namespace] != 2:
                entry = self.use_target(use, namespace)
                if entry is not None:
                    return entry
        if namespace == MODULES:
            if module.is_library and name not in module.missing:
                child = self.load(module, name)
                if child is not None:
                    return table.setdefault(name, Entry(child, True, -1, -1))
                module.missing.add(name)
            if name == "core":
                return Entry(self.core, True, -1, -1, is_prelude=True)
            if name == "std" and self.std is not None:
                return Entry(self.std, module is self.root, -1, -1, is_prelude=True)
            return None
        path = _PRELUDE.get((namespace, name))
        if path is None:
            return None
        target = self.library(path)
        if target is None:
            return None
        entry = Entry(target, name == "Option", -1, -1, is_prelude=True)
        return table.setdefault(name, entry)

    def library(self, path: Sequence[str]) -> Target | None:
        """The library item at ``path``; a variant if the last name but one is an enum."""
        module = self.core if path[0] == "core" else self.std
        for i, name in enumerate(path[1:], 1):
            if module is None:
                return None
            last = i == len(path) - 1
            entry = self.lookup(module, MODULES, name) if not last or name not in module.types else None
            if entry is not None and isinstance(entry.target, Module) and not last:
                module = entry.target
                continue
            found = module.types.get(name) or module.values.get(name)
            if found is None:
                return entry.target if entry is not None else None
            if not last:
                enum = found.target
                if isinstance(enum, EnumItem) and path[i + 1] in enum.variant_index:
                    return VariantRef(enum, enum.variant_index[path[i + 1]])
                return None
            return found.target
        return module

    # ------------------------------------------------------------- visibility

    def visible(self, entry: Entry, owner: Module, module: Module) -> bool:
        """Whether a name of ``owner`` may be used in ``module`` (05 §3)."""
        return entry.is_pub or inside(module, owner)

    # ------------------------------------------------------------- paths

    def walk(self, module: Module, segments: Sequence[ast.PathSegment], count: int) -> Module | PathError:
        """The module that the first ``count`` segments lead to, seen from ``module``."""
        at = module
        i = 0
        if count and segments[0].name in ("loaf", "self", "super") and len(segments) > 1:
            first = segments[0].name
            i = 1
            if first == "loaf":
                at = self.top(module)
            elif first == "super":
                if module.parent is None:
                    return PathError("super", 0, "`super` at loaf root")
                at = module.parent
                while i < count and segments[i].name == "super":
                    if at.parent is None:
                        return PathError("super", i, "`super` at loaf root")
                    at = at.parent
                    i += 1
        while i < count:
            name = segments[i].name
            entry = None if hidden(name, at, module) else self.lookup(at, MODULES, name)
            if entry is None:
                return PathError("missing", i, module=at)
            if i > 0 and not self.visible(entry, at, module):
                return PathError("private", i, f"module `{name}` is private")
            at = entry.target  # type: ignore[assignment]
            i += 1
        return at

    def top(self, module: Module) -> Module:
        """What ``loaf`` means in ``module``: the root of the program (library modules use it for nothing)."""
        return self.root

    def find(self, module: Module, segments: Sequence[ast.PathSegment], namespace: int) -> Entry | PathError:
        """The entry of a whole path in ``namespace``, seen from ``module``."""
        owner = self.walk(module, segments, len(segments) - 1)
        if isinstance(owner, PathError):
            return owner
        last = segments[-1].name
        entry = None if hidden(last, owner, module) else self.lookup(owner, namespace, last)
        if entry is None:
            return PathError("missing", len(segments) - 1, module=owner)
        if len(segments) > 1 and not self.visible(entry, owner, module):
            return PathError("private", len(segments) - 1, f"`{path_text(segments)}` is private")
        return entry

    # ------------------------------------------------------------- use

    def use_target(self, use: Use, namespace: int) -> Entry | None:
        """What ``use`` binds in ``namespace``; also enters it into the table of its module. None while it depends on itself."""
        if use.state[namespace] == 2:
            return use.found[namespace]
        if use.state[namespace] == 1:
            return None
        use.state[namespace] = 1
        target = self._use_path(use, namespace)
        use.state[namespace] = 2
        if target is None:
            return None
        module = use.module
        table = (module.modules, module.types, module.values)[namespace]
        entry = Entry(target.target, use.decl.is_pub, use.decl.pos, use.decl.end, is_use=True)
        use.found[namespace] = entry
        old = table.get(use.bound)
        if old is None or old.is_prelude:
            table[use.bound] = entry
        return entry

    def _use_path(self, use: Use, namespace: int) -> Entry | None:
        segments = use.decl.path
        module = use.module
        if len(segments) == 1 and segments[0].name in ("loaf", "self", "super"):
            if namespace != MODULES:
                return None
            name = segments[0].name
            at = self.root if name == "loaf" else module if name == "self" else module.parent
            if at is None:
                use.private[namespace] = PathError("super", 0, "`super` at loaf root")
                return None
            return Entry(at, True, -1, -1)
        if len(segments) > 1 and all([s.name == "super" for s in segments]):
            up = self.walk(module, segments, len(segments))
            if isinstance(up, Module):
                return Entry(up, True, -1, -1) if namespace == MODULES else None
            use.private[namespace] = up
            return None
        owner = self.walk(module, segments, len(segments) - 1)
        if isinstance(owner, Module):
            last = segments[-1].name
            entry = None if hidden(last, owner, module) else self.lookup(owner, namespace, last)
            if entry is not None:
                if len(segments) == 1 or self.visible(entry, owner, module):
                    return entry
                use.private[namespace] = PathError(
                    "private", len(segments) - 1, f"`{path_text(segments)}` is private"
                )
                return None
        elif owner.kind != "missing":
            use.private[namespace] = owner
            return None
        if namespace == VALUES and len(segments) > 1:
            found = self.find(module, segments[:-1], TYPES)
            if isinstance(found, PathError):
                if found.kind == "private":
                    use.private[namespace] = found
                return None
            enum = found.target
            if isinstance(enum, EnumItem) and segments[-1].name in enum.variant_index:
                return Entry(VariantRef(enum, enum.variant_index[segments[-1].name]), enum.is_pub, -1, -1)
        return None


def same_target(a: object, b: object) -> bool:
    """Whether two entries mean the same item."""
    if isinstance(a, VariantRef) and isinstance(b, VariantRef):
        return a.enum is b.enum and a.index == b.index
    return a is b
