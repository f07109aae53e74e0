"""Programs: compiled, immutable, run any number of times (08 §1, §10, §13)."""

from __future__ import annotations

import os

from rusk._interp import Code, Function
from rusk._interp import Session as Machine
from rusk.embed.errors import CompileError, Diagnostic, InvalidStateError
from rusk.embed.session import Session, check_limits, finish, hosts_of
from rusk.embed.signatures import contradiction, signature_text
from rusk.embed.values import Classes, Namespace, eligible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from rusk.code.image import Image, Signature
    from rusk.compiler import Compiled, Options
    from rusk.embed.effects import Effects
    from rusk.embed.host import Host
    from rusk.limits import Limits

    #: names of external effects, or by name the signature that the host states: as text, by an annotated function, or None
    External: TypeAlias = Iterable[str] | Mapping[str, str | Callable[..., Any] | None]


class Program:
    """A compiled program.

    ``path``: absolute path of the program file, or ``""``; ``warnings``: what the compiler found remarkable.
    """

    def __init__(
        self,
        image: Image,
        *,
        path: str = "",
        external: Iterable[str] = (),
        warnings: Sequence[Diagnostic] = (),
    ) -> None:
        """For `compile`, `compile_file` and `Program.from_bytes`. ``image`` must have passed the verifier; ``external``: what the host declared
        to be external, which may be more than the program performs."""
        self.image = image
        self.path = path
        self.warnings = list(warnings)
        self._code = Code(image)
        self._external_ops = [i for i, op in enumerate(image.ops) if op.external]
        #: full names of the effects that it may perform and that go to the host
        self.external = frozenset([image.ops[i].name for i in self._external_ops])
        self._declared = frozenset(external)
        self._entries = {e.name: e.func for e in image.entries}
        self._eligible = eligible(image)
        self._classes: Classes | None = None
        self._prints: tuple[bytes, bytes] | None = None
        self._checked: set[tuple[object, str, str | None]] = set()
        self._functions: dict[str, Function] = {}
        self._map_values()

    def _map_values(self) -> None:
        """Give the engine the classes of the program's structs and enums, if there are any that may cross the boundary."""
        self._classes = Classes(self.image)
        self._code.makers = self._classes.makers
        self._code.splitters = self._classes.splitters
        self._code.viewers = self._classes.viewers

    # ------------------------------------------------------------ what it is

    @property
    def types(self) -> Namespace:
        """The Python classes of its structs and enums, by their Rusk path (08 §4.1)."""
        assert self._classes is not None
        return self._classes.types

    @property
    def imports(self) -> dict[str, str]:
        """The host functions that it may call, with their signatures: ``{"app::twice": "(int) -> int"}``."""
        image = self.image
        return {s.name: signature_text(image, s.params, s.ret) for s in image.imports}

    @property
    def requires(self) -> dict[str, str]:
        """The external effects that it may perform, with their signatures. Some may not really happen (08 §7.4)."""
        image = self.image
        return {
            image.ops[i].name: signature_text(image, image.ops[i].params, image.ops[i].ret)
            for i in self._external_ops
        }

    @property
    def entries(self) -> dict[str, str]:
        """The entry points with their signatures (05 §5)."""
        funcs = self.image.funcs
        return {
            n: signature_text(self.image, funcs[f].params, funcs[f].ret) for n, f in self._entries.items()
        }

    def is_external(self, name: str) -> bool:
        """Whether the host declared effect ``name`` external, in this program or in vain."""
        if name in self.external or name in self._declared:
            return True
        interface = name.rpartition(".")[0]
        return interface in self._declared and not any([n.startswith(interface + ".") for n in self.external])

    def operation(self, name: str) -> Signature | None:
        """The signature of external effect ``name``, if the program can reach it."""
        for i in self._external_ops:
            if self.image.ops[i].name == name:
                return self.image.ops[i]
        return None

    def contradiction(
        self, function: Callable[..., Any], signature: Signature, stated: str | None = None
    ) -> str | None:
        """Why ``function`` cannot implement ``signature``, or None; ``stated``: its Rusk signature, where the host says it."""
        key = (function, signature.name, stated)
        if key in self._checked:
            return None
        problem = contradiction(self.image, function, signature, stated)
        if problem is None:
            self._checked.add(key)
            return None
        return f"declared as {signature_text(self.image, signature.params, signature.ret)}, but {problem}"

    # ------------------------------------------------------------ running

    def start(
        self,
        *,
        entry: str = "main",
        args: Sequence[Any] = (),
        argv: Sequence[str] = (),
        host: Host | None = None,
        memory: int | None = None,
        depth: int | None = None,
        deadline: float | None = None,
        fuel: int | None = None,
        output: int | None = None,
        metrics: bool = False,
    ) -> Session:
        """A new session, at the start of entry point ``entry``; nothing runs before its first `Session.step`.

        args: the arguments of an exported function; argv: for ``main``, the arguments after argv[0]; host: the functions it may call;
        memory: limit in bytes; depth: limit on nested calls; deadline: seconds from now; fuel: limit for all steps together; output: limit in
        bytes on what ``std::print`` and ``std::println`` write; metrics: count instructions and more.
        Errors: `InvalidStateError` for a name that is no entry point; `HostTypeError` and TypeError for arguments that do not fit; ValueError for a limit
        below zero (a deadline may have passed).
        """
        func = self._entries.get(entry)
        if func is None:
            raise InvalidStateError(f"the program has no entry point `{entry}`")
        params = self.image.funcs[func].params
        if entry == "main":
            if args:
                raise InvalidStateError("`main` takes `argv`, not `args`")
            if params:
                args = ([self.path, *[unicode(a) for a in argv]],)
            elif argv:
                raise InvalidStateError("`main` of this program takes no arguments")
        elif argv:
            raise InvalidStateError("only `main` takes `argv`")
        return Session(
            self,
            func,
            tuple(args),
            host,
            memory=memory,
            depth=depth,
            deadline=deadline,
            fuel=fuel,
            output=output,
            metrics=metrics,
        )

    def run(self, *, effects: Effects | None = None, **options: Any) -> Any:
        """Run ``main`` (or ``entry``) to its end and return its value; options as for `start`. Raises `Trap`."""
        return self.start(**options).run(effects)

    def call(self, name: str, /, *args: Any, effects: Effects | None = None, **options: Any) -> Any:
        """Call exported function ``name``, as a run of its own, and return its value; options as for `start`. Raises `Trap`."""
        if not options and effects is None:
            function = self._functions.get(name)
            if function is None and name != "main":
                function = self._functions[name] = self.function(name)
            if function is not None:
                return function(*args)
        return self.start(entry=name, args=args, **options).run(effects)

    def function(
        self,
        name: str,
        *,
        host: Host | None = None,
        memory: int | None = None,
        depth: int | None = None,
    ) -> Function:
        """Exported function ``name`` as a Python callable, for many short calls: one costs a fraction of a microsecond.

        Every call is a run of its own, as with `call`: nothing of one is seen by the next. It may be called from several threads, and while it runs.
        Options as for `start`; the limits hold for each call. A call raises `Trap`, `HostTypeError`, TypeError as `call` does, and `InvalidStateError`
        for an effect that goes to the host.
        Errors: `InvalidStateError` for a name that is no exported function; `HostTypeError` for a host function that does not fit.
        """
        func = self._entries.get(name)
        if func is None or name == "main":
            raise InvalidStateError(f"the program has no exported function `{name}`")
        check_limits(memory=memory, depth=depth)
        functions, by_ref = hosts_of(self, host, None)
        limits: dict[str, Any] = {k: v for k, v in (("memory", memory), ("depth", depth)) if v is not None}

        def make() -> Machine:
            return Machine(self._code, hosts=functions, by_ref=by_ref, external=self._external_ops, **limits)

        return Function(name, func, make, finish)

    # ------------------------------------------------------------ saving

    def load(self, data: bytes, *, host: Host | None = None, metrics: bool = False) -> Session:
        """The session that `Session.save` wrote ``data`` of, ready to go on: in any process, any number of times (08 §7.4).

        host: the functions it may call, found by name; metrics: count from here on.
        Errors: `LoadError`: not a saved session, damaged, or of another program (it says what has changed); `HostTypeError` as for `start`.
        """
        return Session._load(self, bytes(memoryview(data)), host, metrics)

    @property
    def identity(self) -> str:
        """A hash of what it is compiled to: equal for programs that can load each other's saved sessions."""
        return self._identity()[0].hex()

    def _identity(self) -> tuple[bytes, bytes]:
        """A hash of the program, and the prints of its parts."""
        if self._prints is None:
            from hashlib import blake2b

            from rusk.code.fingerprint import prints

            self._prints = blake2b(self.to_bytes(), digest_size=16).digest(), prints(self.image)
        return self._prints

    def to_bytes(self) -> bytes:
        """The program as an ``.rbc`` file's content."""
        from rusk.code.rbc import encode

        return encode(self.image)

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str = "") -> Program:
        """The program of an ``.rbc`` file's content; it is verified. Raises `LoadError`; TypeError for what is no bytes."""
        from rusk.code.rbc import decode
        from rusk.code.verifier import verify

        image = decode(bytes(memoryview(data)))
        verify(image)
        return cls(image, path=os.path.abspath(path) if path else "")

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self.to_bytes(), self.path, tuple(self._declared))

    def __repr__(self) -> str:
        return f"<Program {self.path or 'from memory'}: {', '.join(self._entries) or 'no entry points'}>"


def unicode(text: str) -> str:
    """``text`` with replacement characters for what is no Unicode: undecodable bytes of a command line, lone surrogates (08 §10)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _restore(data: bytes, path: str, external: tuple[str, ...]) -> Program:
    """For pickle; the bytes are verified as those of any file."""
    program = Program.from_bytes(data, path=path)
    program._declared = frozenset(external)
    return program


def _program(compiled: Compiled, path: str, external: Iterable[str]) -> Program:
    diagnostics = [Diagnostic(d) for d in compiled.diagnostics]
    if compiled.image is None:
        raise CompileError(diagnostics)
    return Program(compiled.image, path=path, external=external, warnings=diagnostics)


def compile(
    source: str,
    *,
    external: External = (),
    modules: dict[str, str] | None = None,
    load_std: bool = True,
    sysroot: str | os.PathLike[str] | None = None,
    opt_level: int = 2,
    limits: Limits | None = None,
    path: str = "<string>",
) -> Program:
    """Compile a program from its text.

    external: effects that go to the host, ``"Ask.number"`` or ``"Ask"``; as a dict also the signatures that the host expects, which must be those that the
    program declares: ``{"Ask.number": "(prompt: string) -> int"}``, or a function with annotations, or None for none; modules: host modules, name to Rusk text (08 §6); load_std: with the
    standard library; sysroot: another library; opt_level: 0, 1 or 2;
    limits: what the program may cost the compiler; path: the name that diagnostics and tracebacks show.
    Errors: `CompileError`; ValueError for an unknown level; `HostTypeError` for a function in ``external`` whose annotations do not say its types.
    """
    from rusk.compiler import compile_text

    options = _options(external, modules, load_std, sysroot, opt_level, limits)
    return _program(compile_text(source, path, options), "", options.external)


def compile_file(
    path: str | os.PathLike[str],
    *,
    external: External = (),
    modules: dict[str, str] | None = None,
    load_std: bool = True,
    sysroot: str | os.PathLike[str] | None = None,
    opt_level: int = 2,
    limits: Limits | None = None,
) -> Program:
    """Compile the program whose root is file ``path``; otherwise as `compile`."""
    from rusk.compiler import compile_file as compile_path

    name = os.fspath(path)
    options = _options(external, modules, load_std, sysroot, opt_level, limits)
    return _program(compile_path(name, options), os.path.join(os.getcwd(), name), options.external)


def _options(
    external: External,
    modules: dict[str, str] | None,
    load_std: bool,
    sysroot: str | os.PathLike[str] | None,
    opt_level: int,
    limits: Limits | None,
) -> Options:
    from rusk.compiler import Options
    from rusk.limits import DEFAULT

    if opt_level not in (0, 1, 2):
        raise ValueError("opt_level must be 0, 1 or 2")
    if isinstance(external, str):
        raise TypeError(f'external is a list of names: external=["{external}"]')
    for name in modules or ():
        if not (name.isascii() and name.isidentifier()):
            raise ValueError(f"`{name}` cannot be the name of a module")
    names = tuple(external)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"a name in external is a string, not {type(name).__name__}")
    return Options(
        opt_level=opt_level,
        sysroot=None if sysroot is None else os.fspath(sysroot),
        load_std=load_std,
        external=names,
        limits=DEFAULT if limits is None else limits,
        stated=_stated(external),
        modules=dict(modules or {}),
    )


def _stated(external: External) -> dict[str, str]:
    """The signatures that the host states for external effects."""
    from collections.abc import Mapping

    out: dict[str, str] = {}
    if not isinstance(external, Mapping):
        return out
    for name, signature in external.items():
        if callable(signature):
            from rusk.embed.declare import signature_of

            out[name] = signature_of(f"external effect `{name}`", signature)
        elif isinstance(signature, str):
            out[name] = signature
        elif signature is not None:
            raise TypeError(
                f"the signature of `{name}` is text, a function or None, not {type(signature).__name__}"
            )
    return out
