"""The world of one compilation: its modules and items, and the questions about types that everything later asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rusk.diagnostics import Diagnostics
from rusk.limits import DEFAULT, Limits
from rusk.mir.intrinsics import INTRINSICS
from rusk.modules.loader import Loader
from rusk.modules.names import Names
from rusk.source import Files, Source, load_source
from rusk.syntax import ast
from rusk.syntax.lazy import parse_library
from rusk.types import bounds, declare, externs, impls, terms, written
from rusk.types import interfaces as full_sets
from rusk.types.impls import BuiltIn, ImplMatch
from rusk.types.items import EnumItem, FnItem, ImplItem, InterfaceItem, Module, StructItem
from rusk.types.terms import Iface, Type
from rusk.types.written import TypeScope


class World:
    """Everything that is declared. Made by `load`; see the methods for what can be asked.

    ``scopes``: the `TypeScope` of each function (and impl). ``check_state``: what the checker keeps between bodies.
    ``disk``: where files are found. ``tolerant``: go on with what is left of files with syntax errors; what follows from that is not reported.
    ``limits``: what the program may cost.
    """

    def __init__(
        self,
        diags: Diagnostics,
        library: str,
        load_std: bool,
        disk: Files | None = None,
        tolerant: bool = False,
        limits: Limits = DEFAULT,
    ) -> None:
        self.diags = diags
        self.library = library
        self.limits = limits
        self.loader = Loader(diags, disk, limits.nesting)
        self.tolerant = tolerant
        #: Whether all files were found and had no syntax errors.
        self.read_well = True
        self.check_state: object | None = None
        self.intrinsics = INTRINSICS
        # --- declared so far, and what the stages have left to do
        self.functions: list[FnItem] = []
        self.type_items: list[Any] = []
        self.impls: list[ImplItem] = []
        self.derives: list[tuple[Module, ast.DeriveDecl]] = []
        #: The host modules: top-level modules of the program (08 §6).
        self.host_modules: dict[str, Module] = {}
        self.double_methods: list[tuple[ImplItem, FnItem]] = []
        self.broken_impls: set[ImplItem] = set()
        #: Functions whose bodies are not worth checking because of mistakes in what is declared for them.
        self.broken_fns: set[FnItem] = set()
        #: Whether bodies can be checked: what is wrong so far (if anything) does not make other things wrong.
        self.bodies_ready = False
        self.late_checks: list[Callable[[], None]] = []
        self.full_done: set[InterfaceItem] = set()
        #: Whether impls are registered, so that projections can be normalised.
        self.full_ready = False
        self.scopes: dict[object, TypeScope] = {}
        # --- answers
        self.normal: dict[Type, Type] = {}
        self.normalizing: set[Type] = set()
        #: How often each definition of an associated type is being worked out at the moment.
        self.projecting: dict[tuple[ImplItem, str], int] = {}
        #: Definitions that cannot be worked out, with the name of the error.
        self.broken_assocs: dict[tuple[ImplItem, str], str] = {}
        #: Sizes and depths of types, for `rusk.types.infer.measure`.
        self.sizes: dict[Type, tuple[int, int]] = {}
        self.satisfied: dict[tuple[Type, Iface], str | None] = {}
        #: What was reported in the function that is being checked because of bounds: (place, parameter), and (None, type) for an argument of a written type.
        self.unfit: set[tuple[object, object]] = set()
        self._built_in: dict[str, BuiltIn] = {}
        self._lang: dict[str, Any] = {}
        self._dispatchable: dict[FnItem, bool] = {}
        #: Library modules loaded before the impls of the program were known.
        self._unnormalised: list[Module] = []
        # --- the library
        empty = Source("", "")
        self.core = Module("core", None, empty, True, True)
        self.std: Module | None = Module("std", None, empty, True, True) if load_std else None
        self.root = Module("", None, empty, True, False)
        self.names = Names(self.root, self.core, self.std, self._load_child)
        self._library_files: dict[Module, str] = {self.core: os.path.join(library, "core")}
        if self.std is not None:
            self._library_files[self.std] = os.path.join(library, "std")

    # ------------------------------------------------------------- library

    def _load_child(self, module: Module, name: str) -> Module | None:
        base = self._library_files.get(module)
        if base is None:
            return None
        path = os.path.join(base, name + ".rusk")
        if not os.path.isfile(path):
            return None
        source = load_source(path, f"<{'::'.join((*module.path, name))}>")
        child = Module(name, module, source, True, True)
        module.modules[name] = _entry(child)
        self._library_files[child] = os.path.join(base, name)
        self._declare_library(child, parse_library(source, self.diags).items)
        return child

    def module_names(self, module: Module, first: bool) -> list[str]:
        """The names of modules that a path may go on with in ``module``, for help: also of library files that nothing has loaded.

        ``first``: the path begins there.
        """
        names = [*module.modules, *(["core", "std"] if first else [])]
        base = self._library_files.get(module)
        if base is not None and os.path.isdir(base):
            names += [f[:-5] for f in os.listdir(base) if f.endswith(".rusk") and f != "mod.rusk"]
        return [n for n in names if not n.startswith("__")]

    def _load_own(self, module: Module) -> None:
        """The items of ``core`` or ``std`` themselves, from their ``mod.rusk``."""
        path = os.path.join(self._library_files[module], "mod.rusk")
        if os.path.isfile(path):
            module.source = load_source(path, f"<{module.name}>")
            self._declare_library(module, parse_library(module.source, self.diags).items)

    def _declare_library(self, module: Module, items: Sequence[ast.Item]) -> None:
        """All stages for a library module at once; what the program itself has declared so far is put aside."""
        saved = (self.functions, self.type_items, self.impls, self.derives)
        self.functions, self.type_items, self.impls, self.derives = [], [], [], []
        module.items = list(items)
        declare.create(self, module)
        self._expand_derives()
        declare.resolve_uses(self, module)
        self._stage_bounds()
        self._stage_signatures()
        for impl in self.impls:
            impls.register(self, impl)
        if self.full_ready:
            self._normalise_signatures()
        else:
            # Projections wait for the impls of the program.
            self._unnormalised.append(module)
        self.functions, self.type_items, self.impls, self.derives = saved

    def built_in_table(self, key: str) -> BuiltIn:
        """The methods and impls of a built-in type; loads the library file that holds them."""
        table = self._built_in.get(key)
        if table is None:
            table = self._built_in[key] = BuiltIn()
            self.names.library(("core", "__tuple" if key.startswith("tuple") else "__" + key))
        return table

    def lang(self, path: str) -> Any:
        """The library item of a full path (``core::ops::Add``)."""
        item = self._lang.get(path)
        if item is None:
            item = self._lang[path] = self.names.library(path.split("::"))
        return item

    def lang_enum(self, name: str) -> EnumItem:
        """``Option`` or ``Result``."""
        return self.lang(f"core::{name.lower()}::{name}")  # type: ignore[no-any-return]

    # ------------------------------------------------------------- loading

    def load(self, source: Source, path: str | None, host_modules: dict[str, str]) -> None:
        """Load and declare a program: the stages of `rusk.types.declare`. Stops after a stage that reported errors where going on
        would only repeat them (05 §6); `bodies_ready` tells whether the bodies are to be checked."""
        loaded = self.loader.root(source, path)
        root = self.root
        root.source = source
        root.items = loaded.items
        root.directory = loaded.directory
        modules = [root]
        for m in self.loader.modules[1:]:
            if m.parent is loaded:
                m.parent = root
            modules.append(m)
        for name, text in host_modules.items():
            host_source = Source(f"<{name}>", text)
            if name == "core":
                self.diags.error("reserved-name", "module name `core` is reserved", host_source, 0, 0)
                continue
            if name == "std" and self.std is not None:
                self.diags.error("duplicate-item", "duplicate module `std`", host_source, 0, 0)
                continue
            host = self.loader.add(name, root, host_source)
            root.modules[name] = _entry(host)
            self.host_modules[name] = host
            modules += self.loader.modules[len(modules) :]
        self.modules = modules
        if self.diags.has_errors:
            self.read_well = False
            if not self.tolerant:
                return
            self.diags = Diagnostics()
        if self.std is not None:
            self._load_own(self.std)
        self._load_own(self.core)
        for m in modules:
            declare.create(self, m)
        if self.diags.has_errors:
            return
        for m in modules:
            declare.resolve_uses(self, m)
        if self.diags.has_errors:
            return
        self._expand_derives()
        sound = not self.diags.has_errors
        sound = self._stage_bounds() and sound
        self._stage_signatures()
        for impl in self.impls:
            impls.register(self, impl)
        self.full_ready = True
        self._normalise_signatures()
        for module in self._unnormalised:
            self._normalise_module(module)
        reported = len(self.diags.items)
        self.run_late_checks()
        sound = sound and reported == len(self.diags.items)
        self.bodies_ready = sound and not self.broken_impls
        for impl in self.impls:
            impls.check(self, impl)
        for fn in self.functions:
            if fn.kind == "extern":
                externs.check(self, fn)

    def _expand_derives(self) -> None:
        if self.derives:
            from rusk.types import derive

            for module, decl in self.derives:
                derive.expand(self, module, decl)
            self.derives = []

    def _stage_bounds(self) -> bool:
        """Stage 3; the result is whether all interfaces are in order."""
        reported = len(self.diags.items)
        # Interfaces first: bounds with bindings ask for their associated types.
        interfaces = [item for item in self.type_items if item.__class__ is InterfaceItem]
        for item in interfaces:
            declare.bounds_of_type(self, item)
        for item in interfaces:
            self.ensure_full(item)
        sound = reported == len(self.diags.items)
        for item in self.type_items:
            if item.__class__ is not InterfaceItem:
                declare.bounds_of_type(self, item)
        for fn in self.functions:
            declare.free_fn_generics(self, fn)
        return sound

    def _stage_signatures(self) -> None:
        free = list(self.functions)
        for item in self.type_items:
            if item.__class__ is InterfaceItem:
                declare.interface_signatures(self, item)
            else:
                declare.type_fields(self, item)
        for fn in free:
            declare.signature(self, fn, TypeScope(fn.module, {}))
        for impl in self.impls:
            impls.header(self, impl)

    def _normalise_signatures(self) -> None:
        for item in self.type_items:
            _normalise_item(self, item)
        for fn in self.functions:
            _normalise_fn(self, fn)

    def _normalise_module(self, module: Module) -> None:
        for entry in module.types.values():
            item: Any = entry.target
            if item.module is module:
                _normalise_item(self, item)
                if item.__class__ is InterfaceItem:
                    for fn in item.methods.values():
                        _normalise_fn(self, fn)
        for entry in module.values.values():
            if entry.target.__class__ is FnItem:
                _normalise_fn(self, entry.target)
        for impl in module.impls:
            for fn in impl.methods.values():
                _normalise_fn(self, fn)

    def declare_again(self, fn: FnItem) -> bool:
        """Take over a changed parameter list or result of a free function without type parameters. Result: whether nothing is wrong with it."""
        count = len(self.diags.items)
        declare.signature(self, fn, TypeScope(fn.module, {}))
        self.run_late_checks()
        _normalise_fn(self, fn)
        return count == len(self.diags.items)

    def run_late_checks(self) -> None:
        """Checks that had to wait until all impls are known."""
        while self.late_checks:
            checks, self.late_checks = self.late_checks, []
            for check in checks:
                check()

    # ------------------------------------------------------------- questions

    def user_fns(self) -> Iterator[FnItem]:
        """All functions and methods of the program with a body, in source order of their modules."""
        for fn in self.functions:
            if not fn.module.is_library and fn.decl.body is not None and fn not in self.broken_fns:
                yield fn

    def resolve_type(self, te: Any, scope: TypeScope) -> Type:
        """The term of a written type in normal form; mistakes are reported and give ERR."""
        t = written.resolve(self, te, scope)
        if self.late_checks and self.full_ready:
            self.run_late_checks()
        return self.normalize(t) if t.has_params else t

    def ensure_full(self, item: InterfaceItem) -> None:
        """Fill the full set of an interface (03 §4)."""
        if item not in self.full_done:
            full_sets.ensure_full(self, item)

    def find_impl(self, t: Type, iface: InterfaceItem) -> ImplMatch | None:
        """The impl of ``iface`` for a nominal or built-in type; see `bounds.find_impl`."""
        return bounds.find_impl(self, t, iface)

    def impls_of(self, t: Type) -> dict[InterfaceItem, ImplItem]:
        """All impls of a nominal or built-in type, by interface."""
        table = impls.table_of(self, t)
        return {} if table is None else table.impls

    def inherent_method(self, t: Type, name: str) -> FnItem | None:
        """The inherent method of that name, static ones included."""
        table = impls.table_of(self, t)
        return None if table is None else table.inherent.get(name)

    def inherent_names(self, t: Type) -> Sequence[str]:
        """The names of the inherent methods."""
        table = impls.table_of(self, t)
        return () if table is None else list(table.inherent)

    def impl_method(self, match: ImplMatch, method: FnItem) -> tuple[FnItem, tuple[Type, ...]]:
        """What runs when ``method`` is called by way of an impl: its function and the type arguments that come before the method's own.

        For a default body these are ``Self`` and the arguments of the declaring interface.
        """
        impl = match.impl
        assert impl.iface is not None
        own = impl.methods.get(method.name)
        # A sub-interface may have a member of the name of an added one of the library: that is what the impl defines.
        if own is not None and impl.iface.item.full_methods[method.name][0] is method:
            return own, match.targs
        origin: Any = method.parent
        outer = dict(zip(impl.generics, match.targs, strict=True))
        inner = dict(zip(impl.iface.item.generics, impl.iface.args, strict=True))
        args = [
            terms.substitute(terms.substitute(a, inner), outer) for a in impl.iface.item.all_supers[origin]
        ]
        return method, (terms.substitute(impl.target, outer), *args)

    def normalize(self, t: Type) -> Type:
        """``t`` without projections that can be known (03 §7)."""
        return bounds.normalize(self, t) if t.has_params else t

    def normalize_later(self, t: Type) -> Type:
        """`normalize` once impls are registered; before, ``t`` itself (signatures are normalised afterwards)."""
        return bounds.normalize(self, t) if self.full_ready else t

    def satisfies(self, t: Type, bound: Iface) -> str | None:
        """None if ``t`` satisfies ``bound`` (02 §8), else the reason, "" when there simply is no impl."""
        return bounds.satisfies(self, t, bound)

    def dispatchable(self, fn: FnItem) -> bool:
        """Whether an interface method has a dispatch slot (03 §6)."""
        known = self._dispatchable.get(fn)
        if known is None:
            known = self._dispatchable[fn] = bounds.dispatchable(fn)
        return known

    def require_bounds(
        self, item: StructItem | EnumItem, args: Sequence[Type], node: Any, scope: TypeScope
    ) -> None:
        """Require the bounds of a nominal type where it is written (02 §8)."""
        if not any([g.bounds for g in item.generics]) and self.full_ready:
            return
        subst = dict(zip(item.generics, args, strict=True))

        def run() -> None:
            for g in item.generics:
                for b in g.bounds:
                    want: Any = self.normalize(terms.substitute(b, subst))
                    reason = self.satisfies(self.normalize(subst[g]), want)
                    if reason is not None:
                        self.unfit.add((None, subst[g]))
                        self.diags.error(
                            "unsatisfied-bound", f"`{subst[g]}` does not satisfy the bound `{g.name}: {want}`",
                            scope.module.source, node.pos, node.end,
                            notes=[reason or f"there is no impl of `{want.item.name}` for `{subst[g]}`"],
                        )  # fmt: skip
                        return

        self.late_checks.append(run)

    # ------------------------------------------------------------- entries

    def main(self) -> FnItem | None:
        """``main`` of the root, if it is declared there as a function with a body."""
        entry = self.root.values.get("main")
        fn = None if entry is None or entry.is_use else entry.target
        return fn if isinstance(fn, FnItem) and fn.module is self.root and fn.kind == "fn" else None

    def check_main(self, required: bool) -> None:
        """The rules of 05 §5."""
        fn = self.main()
        if fn is None:
            if required:
                self.diags.error(
                    "missing-main", "missing required entry function `main`", self.root.source, 0, 0
                )
            return
        decl = fn.decl
        name = (decl.name_pos, decl.name_pos + 4)
        if fn.generics:
            self.diags.error("bad-main", "entry function `main` must not be generic", fn.module.source, *name)
        elif len(fn.params) > 1:
            self.diags.error(
                "bad-main", "entry function `main` must have 0 parameters or 1 parameter (argv: [string])",
                fn.module.source, *name,
            )  # fmt: skip
        elif fn.params and fn.params[0] is not terms.array(terms.STRING) and fn.params[0].tag != terms.ERROR:
            p = decl.params[0]
            self.diags.error(
                "bad-main", f"entry function `main` parameter must be `[string]` (argv), got `{fn.params[0]}`",
                fn.module.source, p.pos, p.end,
            )  # fmt: skip

    def entry_points(self) -> list[tuple[str, FnItem]]:
        """``main`` and the exported functions of the root (05 §5)."""
        out: list[tuple[str, FnItem]] = []
        main = self.main()
        for decl in self.root.items:
            fn = getattr(decl, "item", None)
            if not isinstance(fn, FnItem) or fn.kind != "fn":
                continue
            if fn is main or (
                fn.is_pub
                and not fn.generics
                and all([externs.reason(self, t) is None for t in [*fn.params, fn.ret]])
            ):
                out.append((fn.name, fn))
        return out


def _entry(module: Module) -> Any:
    from rusk.types.items import Entry

    return Entry(module, True, -1, -1)


def _normalise_fn(w: World, fn: FnItem) -> None:
    if any([t.has_params for t in fn.params]):
        fn.params = [w.normalize(t) for t in fn.params]
    if fn.ret.has_params:
        fn.ret = w.normalize(fn.ret)
    _normalise_bounds(w, fn.own_generics)


def _normalise_bounds(w: World, generics: Sequence[Any]) -> None:
    for g in generics:
        g.bounds = [w.normalize(b) for b in g.bounds]


def _normalise_item(w: World, item: Any) -> None:
    if item.__class__ is StructItem:
        item.fields = [(n, w.normalize(t)) for n, t in item.fields]
    elif item.__class__ is EnumItem:
        item.variants = [(n, [w.normalize(t) for t in ts]) for n, ts in item.variants]
    if item.__class__ is not InterfaceItem:
        _normalise_bounds(w, item.generics)
