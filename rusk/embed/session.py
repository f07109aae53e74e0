"""Sessions: one run of one program, step by step (08 §7, §8)."""

from __future__ import annotations

from rusk import _interp
from rusk._values import Cont, Mismatch
from rusk.embed.errors import (
    EffectError,
    HostTypeError,
    InvalidContinuationError,
    InvalidStateError,
    LoadError,
    Trap,
)
from rusk.embed.values import Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from rusk.embed.effects import Effects
    from rusk.embed.errors import Frame
    from rusk.embed.host import Host
    from rusk.embed.program import Program

NEW, DONE, FUEL, INTERRUPT, TRAPPED, REQUEST, HOST = range(7)

#: functions whose output counts against the limit on it
_OUTPUT = ("std::print", "std::println")

#: fuel between two looks at the event loop in `Session.run_async`
_ASYNC_SLICE = 2_000_000


class OutputLimit(Exception):
    """Raised by the wrapper of an output function; becomes the trap of 08 §7.3."""


class Done:
    """The entry point returned ``value``."""

    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Done({self.value!r})"


class Yield:
    """The step ended early: ``reason`` is "fuel" or "interrupt". Another step goes on."""

    __slots__ = ("reason",)
    __match_args__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Yield({self.reason!r})"


class Trapped:
    """The run ended in a trap; ``trap`` is the exception."""

    __slots__ = ("trap",)
    __match_args__ = ("trap",)

    def __init__(self, trap: Trap) -> None:
        self.trap = trap

    def __repr__(self) -> str:
        return f"Trapped({self.trap.message!r})"


class Suspension:
    """The handle ``k`` of a request: to be given to `Session.resume` or `Session.drop`, once."""

    __slots__ = ("_session", "__weakref__")

    def __init__(self, session: Session) -> None:
        self._session = session


class Request:
    """An effect waits for the host's answer: its name ``effect``, its ``args``, and the handle ``k`` to answer it with.

    ``args`` are converted when they are first asked for; `HostTypeError` for a cyclic one, and the session stays suspended.
    """

    __slots__ = ("effect", "k", "_session", "_args")
    __match_args__ = ("effect", "args", "k")

    def __init__(self, effect: str, k: Suspension, session: Session) -> None:
        self.effect = effect
        self.k = k
        self._session = session
        self._args: tuple[Any, ...] | None = None

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments, by value."""
        if self._args is None:
            if self._session._suspension is not self.k:
                raise InvalidStateError("the request has been answered; its arguments were not read before")
            self._args = self._session._machine.request[1]
        return self._args

    @property
    def refs(self) -> tuple[Any, ...]:
        """The arguments by reference: arrays, tuples, structs and enums as views of the session's own objects (08 §4.2)."""
        if self._session._suspension is not self.k:
            raise InvalidStateError("the request has been answered")
        return self._session._machine.request_refs()

    def __repr__(self) -> str:
        return f"Request({self.effect!r})"


def hosts_of(
    program: Program,
    host: Host | None,
    counted: Callable[[Callable[..., Any], int], Callable[..., Any]] | None,
) -> tuple[list[Callable[..., Any] | None], list[int]]:
    """By import of the program the function or None; and which of them get views. ``counted`` wraps functions that write.

    Errors: `HostTypeError` for a function that contradicts its declaration.
    """
    if host is None:
        return [], []
    functions: list[Callable[..., Any] | None] = []
    by_ref = []
    for index, signature in enumerate(program.image.imports):
        function = host.functions.get(signature.name)
        if function is not None:
            problem = program.contradiction(function, signature, host.signatures.get(signature.name))
            if problem is not None:
                raise HostTypeError(f"host function `{signature.name}`: {problem}")
            if signature.name in host.by_ref:
                by_ref.append(index)
            if counted is not None and signature.name in _OUTPUT:
                function = counted(function, 1 if signature.name == "std::println" else 0)
        functions.append(function)
    return functions, by_ref


def check_limits(**limits: int | None) -> None:
    """Errors: ValueError for a limit below zero."""
    for name, value in limits.items():
        if value is not None and value < 0:
            raise ValueError(f"{name} must not be negative")


def trap_of(machine: _interp.Session) -> Trap:
    """The trap that a session of the engine ended in."""
    cause = machine.cause
    message = machine.trap_message or "trap"
    if isinstance(cause, OutputLimit):
        message, cause = "output limit exceeded", None
    trap = Trap(message, machine.traceback())
    if isinstance(cause, BaseException) and not isinstance(cause, Mismatch):
        trap.__cause__ = cause
    return trap


def finish(machine: _interp.Session) -> Any:
    """What a call comes to that did not simply return; raises."""
    if machine.status == TRAPPED:
        raise trap_of(machine)
    if machine.status == REQUEST:
        name = machine.code.image.ops[machine.request_op].name
        raise InvalidStateError(f"effect `{name}` has no handler; use step and resume, or an effects table")
    while machine.step() not in (DONE, TRAPPED, REQUEST):  # an interrupt, which is for steps only
        pass
    return machine.result() if machine.status == DONE else finish(machine)


if TYPE_CHECKING:
    Outcome: TypeAlias = Done | Request | Yield | Trapped
else:
    Outcome = (Done, Request, Yield, Trapped)


class Session:
    """One run of a program; made by `Program.start`. It is used by one thread at a time.

    A session is a context manager that closes it at the end of its block.
    """

    __slots__ = (
        "program",
        "_machine",
        "_outcome",
        "_suspension",
        "_loaded",
        "_left",
        "_output",
        "_request",
        "_host",
        "__weakref__",
    )

    def __init__(
        self,
        program: Program,
        func: int,
        args: Sequence[Any],
        host: Host | None,
        *,
        memory: int | None = None,
        depth: int | None = None,
        deadline: float | None = None,
        fuel: int | None = None,
        output: int | None = None,
        metrics: bool = False,
    ) -> None:
        try:
            self._prepare(program, host, memory, depth, deadline, fuel, output, metrics)
            self._machine.begin(func, args)
        except MemoryError:
            raise Trap("memory limit exceeded") from None

    def _prepare(
        self,
        program: Program,
        host: Host | None,
        memory: int | None,
        depth: int | None,
        deadline: float | None,
        fuel: int | None,
        output: int | None,
        metrics: bool,
    ) -> None:
        """Make a machine that has not begun."""
        check_limits(memory=memory, depth=depth, fuel=fuel, output=output)
        if deadline is not None and deadline != deadline:
            raise ValueError("deadline must be a number of seconds")
        self.program = program
        self._outcome: Done | Trapped | None = None
        self._suspension: Suspension | None = None
        self._request: Request | None = None
        self._left = fuel
        self._output = output
        self._host = host
        self._loaded: list[Cont] = []  # kept for `conts`
        limits: dict[str, Any] = {}
        if memory is not None:
            limits["memory"] = memory
        if depth is not None:
            limits["depth"] = depth
        functions, by_ref = hosts_of(program, host, None if output is None else self._counted)
        self._machine = _interp.Session(
            program._code,
            hosts=functions,
            by_ref=by_ref,
            external=program._external_ops,
            deadline=deadline,
            metrics=metrics,
            **limits,
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # ------------------------------------------------------------ running

    def _counted(self, function: Callable[..., Any], extra: int) -> Callable[..., Any]:
        """An output function that counts against the limit on output."""

        def write(text: str) -> Any:
            size = len(text.encode()) + extra
            if self._output is not None:
                if size > self._output:
                    raise OutputLimit
                self._output -= size
            return function(text)

        return write

    @property
    def state(self) -> str:
        """``"running"``, ``"suspended"``, ``"done"`` or ``"trapped"`` (08 §7.1)."""
        status = self._machine.status
        if status == DONE:
            return "done"
        if status == TRAPPED:
            return "trapped"
        return "suspended" if status == REQUEST else "running"

    @property
    def request(self) -> Request | None:
        """The request that the session waits at, also after `Program.load`; None while it does not."""
        return self._request if self._machine.status == REQUEST else None

    def step(self, fuel: int | None = None, *, effects: Effects | None = None) -> Outcome:
        """Run on: `Done`, `Request`, `Yield` or `Trapped`.

        ``fuel``: about how many instructions at most, None for no limit. ``effects``: a table of handlers that answer requests on the spot; fuel then
        counts for each stretch between two of them.
        Errors: `InvalidStateError` if the session is suspended, closed, or in use; `EffectError` if a handler of the table fails.
        """
        if fuel is not None and fuel < 0:
            raise ValueError("fuel must not be negative")
        while True:
            outcome = self._step(fuel)
            if effects is None or not isinstance(outcome, Request):
                return outcome
            handler = effects.handlers.get(outcome.effect)
            if handler is None:
                return outcome
            self._answer(outcome, handler)

    def _answer(self, request: Request, handler: Callable[..., Any]) -> None:
        args: tuple[Any, ...] = ()
        try:
            args = request.args
            self.resume(request.k, handler(*args))
        except Exception as e:
            raise EffectError(request.effect, args, request.k, f"{type(e).__name__}: {e}") from e

    def _step(self, fuel: int | None) -> Outcome:
        if self._outcome is not None:
            return self._outcome
        left = self._left
        if left is not None and (fuel is None or fuel > left):
            fuel = left
        try:
            status = self._machine.step(fuel)
        except InvalidStateError:
            raise
        except BaseException:
            if self._machine.status == TRAPPED:
                self._finish(TRAPPED)
            raise
        if left is not None and fuel is not None:
            self._left = left - fuel + self._machine.fuel_left
        return self._finish(status)

    def _finish(self, status: int) -> Outcome:
        if status == DONE:
            self._outcome = Done(self._result())
            return self._outcome
        if status == TRAPPED:
            self._outcome = Trapped(trap_of(self._machine))
            return self._outcome
        if status == REQUEST:
            self._suspension = Suspension(self)
            self._request = Request(self._effect_name(), self._suspension, self)
            return self._request
        return Yield("interrupt" if status == INTERRUPT else "fuel")

    def _result(self) -> Any:
        machine = self._machine
        if not self.program._eligible[machine.result_type]:
            return Opaque(machine.to_text())
        try:
            return machine.result()
        except HostTypeError as e:
            raise HostTypeError(f"result: {e}") from None

    def _effect_name(self) -> str:
        return self.program.image.ops[self._machine.request_op].name

    # ------------------------------------------------------------ answering

    def _check_handle(self, k: object) -> None:
        if self._machine.status == HOST:
            raise InvalidStateError("session re-entered during host call")
        if self._machine.status != REQUEST:
            raise InvalidStateError("session is not suspended")
        if k is not self._suspension:
            raise InvalidContinuationError("continuation handle mismatch")

    def resume(self, k: object, value: Any = None) -> None:
        """Answer the request of handle ``k``; the next step goes on.

        Errors: `HostTypeError` for a value that has not the effect's result type, and ``k`` stays valid; `InvalidStateError`,
        `InvalidContinuationError` for a handle that is not that of the present suspension.
        """
        self._check_handle(k)
        try:
            self._machine.answer(value)
        except MemoryError:
            self._machine.cancel()
            self._outcome = Trapped(Trap("memory limit exceeded"))
        self._suspension = None
        self._request = None

    def drop(self, k: object) -> None:
        """Abandon the program at the request of handle ``k``: the session is trapped with ``cancelled``."""
        self._check_handle(k)
        self._machine.cancel()
        self._suspension = None
        self._request = None

    def resume_tail(self, cont: Cont, value: Any = None) -> None:
        """Use continuation ``cont`` up: what it captured goes on top of what the session does, with ``value`` as the result of its perform.

        Nothing runs before the next `step`. If the session was done, the continuation's result is its new outcome; else that is discarded.
        Errors: `InvalidContinuationError` for a handle that is used, dropped or of another session; `HostTypeError` for a value of a wrong type, and
        ``cont`` is not used; `InvalidStateError` if the session is suspended or trapped.
        """
        try:
            self._machine.resume_tail(cont, value)
        except MemoryError:
            self._machine.trap_with_message("memory limit exceeded")
        self._outcome = None

    def drop_cont(self, cont: Cont) -> None:
        """Release continuation ``cont``; no code of the program runs. `InvalidContinuationError` if it was dropped or used, or is another session's."""
        if self._machine.status == HOST:
            raise InvalidStateError("session re-entered during host call")
        if not self._machine.owns(cont):
            raise InvalidContinuationError("continuation handle of another session")
        cont.drop()

    def interrupt(self) -> None:
        """Make the running `step` return ``Yield("interrupt")`` soon; from another thread or a signal handler."""
        self._machine.interrupt()

    # ------------------------------------------------------------ conveniences

    def run(self, effects: Effects | None = None) -> Any:
        """Run to the end and return the value. Raises `Trap`; `InvalidStateError` for an effect that ``effects`` has no handler for."""
        while True:
            match self.step(effects=effects):
                case Done(value):
                    return value
                case Trapped(trap):
                    raise trap
                case Request(effect=name):
                    raise InvalidStateError(
                        f"effect `{name}` has no handler; use step and resume, or an effects table"
                    )
                case Yield("fuel"):
                    if self._left is not None and self._left <= 0:
                        self._machine.trap_with_message("fuel limit exceeded")

    async def run_async(self, effects: Effects | None = None) -> Any:
        """As `run`, in an event loop: handlers may be coroutine functions, and other tasks run meanwhile. Cancelling it drops the session."""
        import asyncio

        try:
            return await self._run_async(effects)
        except asyncio.CancelledError:
            self._machine.trap_with_message("cancelled")
            self._suspension = None
            raise

    async def _run_async(self, effects: Effects | None) -> Any:
        import asyncio

        while True:
            outcome = self._step(_ASYNC_SLICE)
            if isinstance(outcome, Done):
                return outcome.value
            if isinstance(outcome, Trapped):
                raise outcome.trap
            if isinstance(outcome, Yield):
                if self._left is not None and self._left <= 0:
                    self._machine.trap_with_message("fuel limit exceeded")
                await asyncio.sleep(0)
                continue
            handler = effects.handlers.get(outcome.effect) if effects is not None else None
            if handler is None:
                raise InvalidStateError(f"effect `{outcome.effect}` has no handler")
            args = outcome.args
            try:
                answer = handler(*args)
                if hasattr(answer, "__await__"):
                    answer = await answer
                self.resume(outcome.k, answer)
            except Exception as e:
                raise EffectError(outcome.effect, args, outcome.k, f"{type(e).__name__}: {e}") from e

    def to_text(self) -> str:
        """The result in Rusk notation (07 §12)."""
        return self._machine.to_text()

    def traceback(self) -> list[Frame]:
        """The active Rusk functions, innermost last."""
        return Trap("", self._machine.traceback()).traceback

    def metrics(self) -> dict[str, int]:
        """The counters of 07 §14; zero unless the session was started with ``metrics=True`` or counts since `enable_metrics`."""
        return self._machine.metrics()

    def enable_metrics(self, on: bool = True) -> None:
        """Count from here on, or no longer."""
        self._machine.count(on)

    def reset_metrics(self) -> None:
        """Set all counters to zero."""
        self._machine.reset_counts()

    def take_metrics(self) -> dict[str, int]:
        """Read the counters, and set them to zero."""
        out = self._machine.metrics()
        self._machine.reset_counts()
        return out

    @property
    def memory_used(self) -> int:
        """Bytes that count against the memory limit."""
        return self._machine.memory_used

    @property
    def conts(self) -> dict[int, Cont]:
        """The continuations that the host holds and has neither used nor dropped, by their `Cont.id`. A session that has been loaded keeps those
        that the host held when it was saved."""
        return self._machine.conts

    def save(self) -> bytes:
        """The session as bytes, from which `Program.load` makes one that goes on as this one would (08 §7.4): heap, activations, pending continuations,
        what is left of its budgets, and the continuations that the host holds. The session itself is not changed.

        Errors: `InvalidStateError` if it cannot go on: done and no continuation is held, trapped, closed, or in use.
        """
        from rusk._save import save
        from rusk.embed.saving import Limits, seal

        machine = self._machine
        state = save(machine)
        limits = Limits(
            machine.memory_limit, machine.depth_limit, self._left, self._output, machine.deadline_left
        )
        return seal(self.program, limits, state)

    @classmethod
    def _load(cls, program: Program, data: bytes, host: Host | None, metrics: bool) -> Session:
        from rusk._load import load
        from rusk.embed.saving import unseal

        limits, body, at = unseal(program, data)
        self = cls.__new__(cls)
        try:
            self._prepare(
                program,
                host,
                limits.memory,
                limits.depth,
                limits.deadline,
                limits.fuel,
                limits.output,
                metrics,
            )
            self._loaded = load(self._machine, body, at)
        except MemoryError:
            raise LoadError("the state does not fit into the memory limit it was saved with") from None
        if self._machine.status in (REQUEST, DONE):
            self._finish(self._machine.status)
        return self

    def __copy__(self) -> Session:
        """Another session in the same state, with the same host functions."""
        return self._load(self.program, self.save(), self._host, self._machine.counting)

    def close(self) -> None:
        """Give back all memory. Nothing works on the session afterwards."""
        self._outcome = None
        self._machine.close()
