"""The compiler driver: from a file or text to an image."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter_ns
from typing import TYPE_CHECKING, TypeVar

from rusk.diagnostics import Diagnostics
from rusk.limits import DEFAULT, MAX_CHAIN, MOST, Limits
from rusk.source import Source, load_source

if TYPE_CHECKING:
    from rusk.code.image import Image
    from rusk.diagnostics import Diagnostic
    from rusk.mir.ir import Function, Program
    from rusk.modules.loader import FileRead
    from rusk.types.items import InterfaceItem
    from rusk.types.terms import Type
    from rusk.types.world import World

T = TypeVar("T")

#: Frames that the recursive parts of the compiler may need: the parser bounds the nesting of what they walk, and the links of chains.
_RECURSION = 48 * MOST["nesting"] + 12 * MAX_CHAIN

#: Terms are interned for one compilation at a time.
_lock = threading.Lock()


class Options:
    """How to compile.

    ``opt_level``: 0, 1 or 2. ``external``: names of external effects (08 §8); ``stated``: by name, the signatures that the host states for some. ``modules``: host modules, name to Rusk text. ``sysroot``: the
    library's directory, None for the one shipped. ``require_main``: a program without ``main`` is an error. ``passes``/``no_passes``: only these
    passes / all but these. ``keep_mir``: leave the optimised MIR in ``Compiled.program``. ``after_pass``: called with the name of a pass and each
    function that it changed.
    ``growing``: the program is a part of one that grows (the REPL). ``limits``: what it may cost.
    """

    def __init__(
        self,
        opt_level: int = 2,
        load_std: bool = True,
        external: Sequence[str] = (),
        stated: Mapping[str, str] | None = None,
        modules: dict[str, str] | None = None,
        sysroot: str | None = None,
        require_main: bool = False,
        passes: Sequence[str] | None = None,
        no_passes: Sequence[str] = (),
        keep_mir: bool = False,
        check_only: bool = False,
        after_pass: Callable[[str, Function], None] | None = None,
        growing: Growing | None = None,
        limits: Limits = DEFAULT,
    ) -> None:
        self.opt_level = opt_level
        self.load_std = load_std
        self.external = tuple(external)
        self.stated = stated or {}
        self.modules = modules or {}
        self.sysroot = sysroot
        self.require_main = require_main
        self.passes = passes
        self.no_passes = tuple(no_passes)
        self.keep_mir = keep_mir
        self.check_only = check_only
        self.after_pass = after_pass
        self.growing = growing
        self.limits = limits


class Growing:
    """What the compiler has to know of a part of a program that grows (`rusk.code.append`), and tells about it.

    ``entries``: the functions of the root to start with, in the place of the entry points of 05 §5; ``funcs``: their numbers in the image, which lists no
    entry points. ``known``: types, as written, that values of earlier parts have behind interfaces (by their paths); those of this part are added, so that
    dispatch slots of later parts know them.
    """

    __slots__ = ("entries", "funcs", "known")

    def __init__(self, entries: Sequence[str], known: set[tuple[str, str]]) -> None:
        self.entries = tuple(entries)
        self.funcs: dict[str, int] = {}
        self.known = known


class Compiled:
    """What compiling gave. ``image`` is None if there are errors. ``timings``: nanoseconds by phase and file counts (07 §14)."""

    __slots__ = ("image", "diagnostics", "timings", "files", "probes", "program", "growing")

    def __init__(self) -> None:
        self.image: Image | None = None
        self.diagnostics: list[Diagnostic] = []
        self.timings: dict[str, int] = {}
        self.files: list[FileRead] = []
        self.probes: list[str] = []
        self.program: Program | None = None
        self.growing: Growing | None = None

    @property
    def ok(self) -> bool:
        """Whether there is an image."""
        return self.image is not None


def compile_file(path: str, options: Options | None = None) -> Compiled:
    """Compile the program whose entry file is ``path``. Never raises for what is in the files."""
    start = perf_counter_ns()
    try:
        source = load_source(path)
    except (OSError, UnicodeDecodeError, ValueError):
        out = Compiled()
        diags = Diagnostics()
        diags.error("unreadable-file", f"failed to read `{path}`", None, 0, 0, path=path)
        out.diagnostics = diags.sorted()
        out.timings = _timings(start, start, start, start, 0, 0)
        return out
    return _compile(source, path, options or Options(), start)


def compile_source(source: Source, path: str | None, options: Options) -> Compiled:
    """Compile a program given as text; ``path``: where it would lie, for the files of its modules."""
    return _compile(source, path, options, perf_counter_ns())


def compile_text(text: str, path: str = "<text>", options: Options | None = None) -> Compiled:
    """Compile a program given as text; ``path`` is shown in diagnostics. Such a program has no files of modules."""
    return _compile(Source(path, text.removeprefix("\ufeff")), None, options or Options(), perf_counter_ns())


def _timings(start: int, parsed: int, checked: int, end: int, files: int, size: int) -> dict[str, int]:
    return {
        "load_ns": 0,
        "read_ns": 0,
        "parse_ns": parsed - start,
        "typecheck_ns": checked - parsed,
        "lower_ns": end - checked,
        "total_ns": end - start,
        "files_read": files,
        "bytes_read": size,
    }


def _compile(source: Source, path: str | None, options: Options, start: int) -> Compiled:
    with compiling():
        return _run(source, path, options, start)


@contextmanager
def compiling(kept: dict[tuple[object, ...], Type] | None = None) -> Iterator[None]:
    """What holds while the compiler runs, in one thread at a time.

    kept: the terms of a program that is kept for later questions, where new ones go, too; without it all terms are forgotten at the end.
    """
    with _lock:
        from rusk.types import terms

        before = None if kept is None else terms.swap(kept)
        old = sys.getrecursionlimit()
        sys.setrecursionlimit(max(old, _RECURSION))
        # Trees and terms live until the end of the compilation: looking for garbage among them doubles its time.
        collects = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if collects:
                gc.enable()
            sys.setrecursionlimit(old)
            if before is not None:
                terms.swap(before)
            else:
                from rusk.mir.ir import reset_cells

                reset_cells()
                terms.reset()


def analyse(
    source: Source, path: str | None, options: Options, look: Callable[[World, list[Diagnostic]], T]
) -> T:
    """Check a program and let a tool look at it.

    source: the entry file; path: where it lies (None for text from memory); look: called with the checked world and its diagnostics. Types are
    valid only while it runs. ``world.bodies_ready`` and the diagnostics tell how far the check got.
    """
    with compiling():
        diags = Diagnostics()
        world, _ = _checked(source, path, options, diags)
        return look(world, diags.sorted())


def _checked(source: Source, path: str | None, options: Options, diags: Diagnostics) -> tuple[World, int]:
    """The world of a program whose bodies have been checked, and the time when its files had been read and declared."""
    from rusk.modules.loader import library_directory
    from rusk.types import check
    from rusk.types.world import World

    library = options.sysroot if options.sysroot is not None else library_directory()
    world = World(diags, library, options.load_std, limits=options.limits)
    world.load(source, path, options.modules)
    parsed = perf_counter_ns()
    if world.bodies_ready:
        world.check_main(options.require_main)
        check.check_program(world)
    return world, parsed


def _run(source: Source, path: str | None, options: Options, start: int) -> Compiled:
    from rusk.types import check, check_flow

    diags = Diagnostics()
    out = Compiled()
    read = perf_counter_ns()
    world, parsed = _checked(source, path, options, diags)
    if not diags.has_errors:
        external = _external(world, options)
    if not diags.has_errors:
        check_flow.warn_unhandled(
            world, check.shared_of(world), [fn for _, fn in world.entry_points()], external
        )
    checked = perf_counter_ns()
    if not diags.has_errors and not options.check_only:
        _lower(world, options, external, out)
    elif not diags.has_errors:
        # Instances are part of what is checked.
        _instances(world, options)
    end = perf_counter_ns()
    out.diagnostics = diags.sorted()
    out.files = world.loader.files
    out.probes = world.loader.probes
    size = sum([len(f.text) for f in out.files])
    out.timings = _timings(start, parsed, checked, end, len(out.files), size)
    out.timings["read_ns"] = read - start
    if diags.has_errors:
        out.image = None
    return out


def _instances(world: World, options: Options) -> Program | None:
    from rusk.mir import mono
    from rusk.types.show import show

    growing = options.growing
    try:
        if growing is None:
            return mono.monomorphise(world, world.entry_points())
        from rusk.types.lookup import interface_of_path, type_of_text

        functions = {fn.name: fn for fn in world.functions if fn.module is world.root and fn.parent is None}
        seeds: list[tuple[Type, InterfaceItem]] = []
        for text, path in sorted(growing.known):
            t, interface = type_of_text(world, text), interface_of_path(world, path)
            if t is not None and interface is not None:
                seeds.append((t, interface))
        program = mono.monomorphise(world, [(name, functions[name]) for name in growing.entries], seeds)
        growing.known.update([(show(t, None), i.module.display(i.name)) for t, i in program.known])
        return program
    except mono.Stop:
        return None


def _lower(world: World, options: Options, external: Sequence[str], out: Compiled) -> None:
    from rusk.code import generate
    from rusk.code.lir import CodeTooLarge
    from rusk.code.verifier import verify as verify_code
    from rusk.mir import verify
    from rusk.mir.concrete import Concrete

    program = _instances(world, options)
    if program is None:
        return
    concrete = Concrete(world.normalize)
    if verify.ENABLED:
        verify.verify_program(program, concrete)
    unchecked = False
    if options.opt_level > 0 or options.passes is not None:
        from rusk.mir.passes import manager

        unchecked = "bounds" in manager.chosen(options.opt_level, options.no_passes, options.passes)

        def after(name: str, fn: Function) -> None:
            if verify.ENABLED:
                verify.verify_function(fn, concrete, name)
            if options.after_pass is not None:
                options.after_pass(name, fn)

        manager.optimise(
            program,
            options.opt_level,
            options.no_passes,
            options.passes,
            after if verify.ENABLED or options.after_pass is not None else None,
            concrete,
        )
    if options.keep_mir:
        out.program = program
    try:
        out.image = generate(program, concrete, options.limits.code_size, unchecked)
        for op in out.image.ops:
            op.external = op.name in external
        if options.growing is not None:
            options.growing.funcs = {e.name: e.func for e in out.image.entries}
            out.image.entries = []
            out.growing = options.growing
        verify_code(out.image)  # nothing unverified runs; a LoadError here is a fault of the compiler
    except CodeTooLarge as e:
        note = f"there is too much of: {e.what}"
        world.diags.error("code-size-limit", "program too large", world.root.source, 0, 0, notes=[note])


def _external(world: World, options: Options) -> list[str]:
    """Check the external effects that the host declares (08 §8); the result are those that this program has, method by method."""
    if not options.external:
        return []
    from rusk.types import external

    return external.check(world, options.external, options.stated)


def absolute(path: str) -> str:
    """``argv[0]`` for a program file (05 §5)."""
    return os.path.join(os.getcwd(), path)
