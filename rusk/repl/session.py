"""The live session: inputs are compiled one after the other, linked to what is there, and run on the same heap."""

from __future__ import annotations

import os
from time import perf_counter_ns
from typing import TYPE_CHECKING

from rusk import _extend, _interp
from rusk.code.append import LinkError, link
from rusk.compiler import Growing, Options, analyse, compile_source
from rusk.repl.building import (
    RUN,
    SHOW,
    Built,
    Definition,
    Plan,
    Variable,
    definitions,
    mentions,
    merged,
    pattern_names,
)
from rusk.repl.reading import Input, read
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.walk import children
from rusk.types.infer import resolved
from rusk.types.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusk.code.image import Image
    from rusk.compiler import Compiled
    from rusk.diagnostics import Diagnostic
    from rusk.types.terms import Type
    from rusk.types.world import World


#: frames of a traceback that are looked at
_FRAMES = 1000


class Failed(Exception):
    """An input that was not accepted: its errors, or one line about what went wrong."""

    def __init__(self, diagnostics: Sequence[Diagnostic] = (), message: str = "") -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics)
        self.message = message


class Stopped(Exception):
    """An input that did not run to its end: a trap, or an interrupt. ``frames``: as in a traceback, (function, file, line, column)."""

    def __init__(self, message: str, frames: list[tuple[str, str, int, int]]) -> None:
        super().__init__(message)
        self.message = message
        self.frames = frames


class Result:
    """What an input has given.

    ``value``: in Rusk notation, None without one (`unit`); ``type``: of it; ``variables``: those that it has declared; ``defined``: names it has
    defined; ``dropped``: variables that are gone because their types have been redefined; ``warnings``; ``compile_ns``, ``run_ns``.
    """

    def __init__(self) -> None:
        self.value: str | None = None
        self.type = "unit"
        self.variables: list[Variable] = []
        self.defined: list[str] = []
        self.dropped: list[str] = []
        self.warnings: list[Diagnostic] = []
        self.compile_ns = 0
        self.run_ns = 0


class Repl:
    """A live session with its definitions and variables.

    hosts: the host functions that programs may call, by name; memory: limit of the heap in bytes; opt_level: of the compiler. Modules are looked for
    in ``directory``.
    """

    def __init__(
        self,
        hosts: dict[str, Callable[..., object]],
        *,
        memory: int = _interp.DEFAULT_MEMORY,
        opt_level: int = 2,
        directory: str | None = None,
    ) -> None:
        self.hosts = hosts
        self.memory = memory
        self.opt_level = opt_level
        self.directory = os.getcwd() if directory is None else directory
        self.count = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.definitions: list[Definition] = []
        #: None before the first input that ran to its end
        self.variables: list[Variable] | None = None
        self.last = "unit"
        self.known: set[tuple[str, str]] = set()
        self.session: _interp.Session | None = None
        self.image: Image | None = None
        self.kept: int | None = None
        self.built: dict[str, Built] = {}

    # ------------------------------------------------------------ inputs

    def run(self, text: str, name: str | None = None) -> Result:
        """Take an input: define, compile, run.

        name: what errors and tracebacks call it, instead of its number.
        Errors: `Failed` for an input that is wrong, and nothing has changed; `Stopped` for one that does not run to its end: its definitions are made,
        what it has changed is changed, its variables do not exist. KeyboardInterrupt becomes `Stopped`.
        """
        self.count += 1
        start = perf_counter_ns()
        source = Source(f"<input {self.count if name is None else name}>", text)
        given = read(text, source.path)
        if given.errors:
            raise Failed(given.errors)
        return self.take(given, source, start)

    def take(self, given: Input, source: Source, start: int) -> Result:
        """Compile and run a read input."""
        if any([part.body is not None and returns(part.body) for part in given.parts]):
            raise Failed(message="`return` outside of a function")
        result = Result()
        new = definitions(source, given.parts)
        all_definitions, changed = merged(self.definitions, new)
        before, last = self.variables, self.last
        gone = [v for v in before or () if mentions(v.type, changed)]
        if before is not None and (gone or mentions(last, changed)):
            before, last = [v for v in before if v not in gone], "unit"
        plan = Plan(source, given.parts, all_definitions, before, last)
        plan.types = self.checked(plan)
        if last != self.last or gone:
            self.drop(gone)
            result.dropped = [v.name for v in gone]
        compiled, built = self.final(plan)
        result.warnings = built.placed(compiled.diagnostics)
        result.compile_ns = perf_counter_ns() - start
        funcs = self.load(compiled, source.path, built, changed)
        self.definitions = all_definitions
        result.defined = sorted({name for d in new for kind, name in d.keys if kind == "name"})
        begun = perf_counter_ns()
        self.execute(funcs[RUN], True)
        result.run_ns = perf_counter_ns() - begun
        self.variables = plan.after()
        self.last = plan.result_type()
        result.variables = [v for v in self.variables if v.name in plan.new]
        result.type = plan.types.get("", "unit") if plan.types is not None else "unit"
        if plan.has_value():
            self.execute(funcs[SHOW], False)
            self.finished(result)
        return result

    def finished(self, result: Result) -> None:
        """Take the value of an input from the session, which is done with it."""
        assert self.session is not None
        result.value = self.session.to_text()

    def drop(self, gone: Sequence[Variable]) -> None:
        """Let go of some variables, and of the last result, while their types still mean what they did."""
        plan = Plan(Source("<input>", ""), [], self.definitions, self.variables, self.last)
        plan.gone = frozenset([v.name for v in gone])
        plan.forgets = True
        plan.types = {}
        compiled, built = self.final(plan)
        funcs = self.load(compiled, "<input>", built, frozenset())
        self.execute(funcs[RUN], True)
        self.variables = plan.after()
        self.last = "unit"

    # ------------------------------------------------------------ compiling

    @property
    def path(self) -> str:
        """Where the entry file of the program would lie; only its directory matters."""
        return os.path.join(self.directory, "<input>.rusk")

    def options(self) -> Options:
        """The compiler's options, but for what an input asks for."""
        return Options(opt_level=self.opt_level)

    def checked(self, plan: Plan) -> dict[str, str]:
        """Check an input; the types of what it declares and of its result. Raises `Failed`."""
        built = plan.build()

        def look(world: World, found: list[Diagnostic]) -> dict[str, str]:
            if any([d.severity == "error" for d in found]):
                self.fail(built, found)
            return types_of(world, plan)

        return analyse(Source(plan.source.path, built.text()), self.path, self.options(), look)

    def final(self, plan: Plan) -> tuple[Compiled, Built]:
        """Compile an input whose types are known."""
        built = plan.build()
        options = self.options()
        options.growing = Growing((RUN, SHOW), self.known)
        compiled = compile_source(Source(plan.source.path, built.text()), self.path, options)
        if compiled.image is None:
            self.fail(built, compiled.diagnostics)
        return compiled, built

    def fail(self, built: Built, found: Sequence[Diagnostic]) -> None:
        """Raise `Failed` for the errors in a program."""
        errors = [d for d in found if d.severity == "error"]
        placed = built.placed(errors)
        message = (
            ""
            if placed
            else f"this input does not fit a program: {errors[0].message}"
            if errors
            else "no program"
        )
        raise Failed(placed, message)

    # ------------------------------------------------------------ running

    def load(self, compiled: Compiled, name: str, built: Built, changed: frozenset[str]) -> dict[str, int]:
        """Let the session go on with a compiled input; the numbers of its functions."""
        from rusk.code.verifier import verify

        image = compiled.image
        growing = compiled.growing
        assert image is not None and growing is not None
        funcs = growing.funcs
        if self.session is None or self.image is None:
            self.session = _interp.Session(
                self.code(image), hosts=[self.hosts.get(s.name) for s in image.imports], memory=self.memory
            )
        else:
            try:
                linked = link(
                    self.image, image, lambda path: path.split("::")[0].partition("<")[0] in changed
                )
            except LinkError as e:
                raise Failed(message=f"too many {e} in one session; `:reset` begins a new one") from None
            image = linked.image
            verify(image)
            funcs = {key: linked.funcs[n] for key, n in funcs.items()}
            count = len(self.image.imports)
            _extend.extend(self.session, self.code(image))
            for i, signature in enumerate(image.imports[count:], count):
                function = self.hosts.get(signature.name)
                if function is not None:
                    _extend.set_host(self.session, i, function)
        self.image = image
        self.built[name] = built
        return funcs

    def code(self, image: Image) -> _interp.Code:
        """A program for the engine."""
        return _interp.Code(image)

    def execute(self, func: int, keeps: bool) -> None:
        """Run a function on what is kept, to its end; keep its result, if it is that of an input. Raises `Stopped`."""
        session = self.session
        assert session is not None
        try:
            _extend.again(session, func, self.kept)
            status = session.step()
        except KeyboardInterrupt:
            raise Stopped("interrupted", self.frames(session)) from None
        except MemoryError:
            raise Stopped("memory limit exceeded", []) from None
        if status != _interp.DONE:
            message = session.trap_message or "trap"
            raise Stopped(message, self.frames(session))
        if keeps:
            self.kept = _extend.keep(session, self.kept)

    def frames(self, session: _interp.Session) -> list[tuple[str, str, int, int]]:
        """The traceback, with places in what was typed."""
        out: list[tuple[str, str, int, int]] = []
        for name, path, line, col in session.traceback(_FRAMES):
            built = self.built.get(path)
            if built is not None and line > 0:
                at = built.locate(Source(path, built.text()).line_start(line) + col - 1)
                if at is not None:
                    path = at[0].path
                    line, col = at[0].line_col(at[1])
            out.append(("input" if name == RUN else name, path, line, col))
        return out

    # ------------------------------------------------------------ asking

    def type_of(self, text: str) -> str:
        """The type of an expression, which is not run. Raises `Failed`."""
        source = Source("<input>", text)
        given = read(text, source.path)
        if given.errors:
            raise Failed(given.errors)
        plan = Plan(source, given.parts, self.definitions, self.variables, self.last)
        return self.checked(plan).get("", "unit")

    def compiled_alone(self, text: str) -> Compiled:
        """An input compiled, with its MIR, and neither linked nor run. Raises `Failed`."""
        source = Source("<input>", text)
        given = read(text, source.path)
        if given.errors:
            raise Failed(given.errors)
        every, _ = merged(self.definitions, definitions(source, given.parts))
        plan = Plan(source, given.parts, every, self.variables, self.last)
        plan.types = self.checked(plan)
        built = plan.build()
        options = self.options()
        options.keep_mir = True
        options.growing = Growing((RUN,), set(self.known))
        compiled = compile_source(Source(source.path, built.text()), self.path, options)
        if compiled.image is None:
            self.fail(built, compiled.diagnostics)
        return compiled


def returns(body: ast.Node) -> bool:
    """Whether statements have a `return` that is not one of a closure."""
    work = [body]
    while work:
        node = work.pop()
        if isinstance(node, ast.Return):
            return True
        if not isinstance(node, ast.Lambda):
            work += children(node)
    return False


def types_of(world: World, plan: Plan) -> dict[str, str]:
    """The types of the variables that an input declares, and of its result under the name "", as a program writes them."""
    out: dict[str, str] = {}
    for item in world.root.items:
        if isinstance(item, ast.FnDecl) and item.name == RUN and item.body is not None:
            inner = item.body.tail
            assert isinstance(inner, ast.Block)
            for stmt in inner.stmts:
                if isinstance(stmt, ast.Let):
                    for pattern, name in _binds(stmt.pattern):
                        if name in plan.new:
                            out[name] = show(resolved(pattern), None)
                        elif name == "__r":
                            out[""] = show(resolved(pattern), None)
    return out


def _binds(pattern: ast.Pattern) -> list[tuple[Type, str]]:
    """Types and names of the variables of a pattern."""
    from rusk.types.resolved import Binding

    out: list[tuple[Type, str]] = []
    names = set(pattern_names(pattern))
    work: list[object] = [pattern]
    while work:
        p = work.pop()
        binding = getattr(p, "res", None)
        if isinstance(binding, Binding) and binding.name in names:
            out.append((binding.ty, binding.name))
        if isinstance(p, ast.PatStruct):
            work += [f.pattern for f in p.fields]
        elif isinstance(p, ast.PatCtor):
            work += p.args
        elif isinstance(p, (ast.PatTuple, ast.PatArray)):
            work += p.elems
    return out
