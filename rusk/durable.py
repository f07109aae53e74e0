"""Durable runs: programs that outlive the process that runs them (``docs/durable.md``).

A thin layer between saved sessions (``docs/language/08-host.md`` §7.4) and DBOS Transact, which keeps what has happened in SQLite or PostgreSQL. A run is a
DBOS workflow; each stretch of it, from the answer to a request to the next request, is one of its steps, whose result is the session as bytes. When a worker dies,
another goes on with the last of them: the program is not run again from its beginning, so it need not be deterministic.

Needs the extra ``rusk[durable]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle

from rusk.embed.errors import LoadError, RuskError
from rusk.embed.host import Host
from rusk.embed.program import Program
from rusk.embed.session import Done, Request, Session, Trapped

__all__ = ["Flow", "NoHandler", "RunTrapped", "launch", "send", "stop"]

#: the effect that sleeps: `interface Timer { fn sleep_ms(ms: int) -> unit; }`
SLEEP: Final = "Timer.sleep_ms"

#: seconds that a run waits for a signal when nothing else is said: as good as for ever
FOREVER: Final = 100 * 365 * 24 * 3600.0

#: seconds between two looks at a queue
POLLING: Final = 0.1

#: the session after a stretch; the effect it waits at ("" for lack of fuel, None at its end); milliseconds to sleep, or the result
Checkpoint = tuple[bytes, "str | None", Any]

_PLAIN: Final = (bool, int, float, str, bytes, type(None))


class RunTrapped(RuskError):
    """A run ended in a trap; its text has the Rusk traceback."""


class NoHandler(RuskError):
    """A run has made a request that its flow answers in no way."""


class Flow:
    """A program whose runs are durable.

    name: under which its runs are kept, the same in all processes; program: compiled with its effects declared external; host: the functions it may
    call, which must not have lasting effects (those belong into handlers); fuel: after how much work without a request the state is kept as well;
    options: limits, as for `Program.start`.

    Make all flows, with their handlers, before `launch`.
    """

    def __init__(
        self,
        name: str,
        program: Program,
        *,
        host: Host | None = None,
        fuel: int | None = None,
        **options: Any,
    ) -> None:
        self.name = name
        self.program = program
        self.host = host
        self.fuel = fuel
        self.options = options
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.signals: dict[str, float] = {}

        def workflow(entry: str, argv: list[str], args: list[Any]) -> Any:
            return self._run(entry, argv, args)

        self._workflow = DBOS.workflow(name=f"rusk.{name}", max_recovery_attempts=1_000_000)(workflow)

    # ------------------------------------------------------------ what answers requests

    def handler(self, effect: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator: the function answers requests for ``effect``: it is called with a key and the effect's arguments.

        The key is the same whenever this very request is answered again, which happens when a worker dies between the answer and its being kept. Pass it
        on to what has lasting effects (as an idempotency key of a payment, as a unique column), so that they happen once.
        """

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self.handlers[effect] = function
            return function

        return register

    def signal(self, effect: str, *, timeout: float | None = None) -> None:
        """Requests for ``effect`` are answered from outside, by `send`; after ``timeout`` seconds by None."""
        self.signals[effect] = FOREVER if timeout is None else timeout

    # ------------------------------------------------------------ starting

    def start(
        self,
        *,
        run: str | None = None,
        queue: str | None = None,
        entry: str = "main",
        argv: Sequence[str] = (),
        args: Sequence[Any] = (),
    ) -> WorkflowHandle[Any]:
        """Start a run, or find the one that has been started under this name.

        run: its name, unique for ever, made up by default; queue: the DBOS queue whose workers are to run it, instead of this process; entry, argv, args: as for
        `Program.start`. The handle's ``get_result()`` waits for the end: the program's result if it is made of numbers, texts, lists, tuples and
        dicts, otherwise in Rusk notation; or raises `RunTrapped`.
        """
        if run is None:
            return self._start(queue, entry, list(argv), list(args))
        with SetWorkflowID(run):
            return self._start(queue, entry, list(argv), list(args))

    def _start(self, queue: str | None, entry: str, argv: list[str], args: list[Any]) -> WorkflowHandle[Any]:
        if queue is None:
            return DBOS.start_workflow(self._workflow, entry, argv, args)
        return DBOS.enqueue_workflow(queue, self._workflow, entry, argv, args)

    # ------------------------------------------------------------ running

    def _run(self, entry: str, argv: list[str], args: list[Any]) -> Any:
        """The workflow. Everything that is not the same each time it is run again happens in steps."""
        live: list[Session | None] = [None]
        run = DBOS.workflow_id
        state, effect, detail = self._step("start", self._begin, live, entry, argv, args)
        count = 0
        while effect is not None:
            count += 1
            if effect == SLEEP and SLEEP not in self.handlers:
                DBOS.sleep(max(detail, 0) / 1000)
                answer, answered = None, True
            elif effect in self.signals:
                answer, answered = DBOS.recv(effect, timeout_seconds=self.signals[effect]), True
            else:
                answer, answered = None, False
            name = effect or "go on"
            state, effect, detail = self._step(
                name, self._advance, live, state, effect, answer, answered, f"{run}:{count}"
            )
        return detail

    def _step(self, name: str, function: Callable[..., Checkpoint], *args: Any) -> Checkpoint:
        return DBOS.run_step({"name": name}, function, *args)

    def _begin(self, live: list[Session | None], entry: str, argv: list[str], args: list[Any]) -> Checkpoint:
        session = self.program.start(entry=entry, argv=argv, args=args, host=self.host, **self.options)
        return self._stretch(live, session)

    def _advance(
        self, live: list[Session | None], state: bytes, effect: str, answer: Any, answered: bool, key: str
    ) -> Checkpoint:
        """Answer the request that the run waits at, and run to the next one. The session of the last stretch is used if this process has it still."""
        session = live[0]
        live[0] = None
        if session is None:
            session = self.program.load(state, host=self.host)
        if effect:
            request = session.request
            if request is None:
                raise LoadError("the saved run waits at nothing")
            if not answered:
                answer = self._answer(request, key)
            session.resume(request.k, answer)
        return self._stretch(live, session)

    def _answer(self, request: Request, key: str) -> Any:
        handler = self.handlers.get(request.effect)
        if handler is None:
            raise NoHandler(f"flow `{self.name}` has no handler for `{request.effect}`")
        return handler(key, *request.args)

    def _stretch(self, live: list[Session | None], session: Session) -> Checkpoint:
        got = session.step(self.fuel)
        if isinstance(got, Done):
            return b"", None, got.value if _plain(got.value) else session.to_text()
        if isinstance(got, Trapped):
            raise RunTrapped(str(got.trap))
        live[0] = session
        if not isinstance(got, Request):
            return session.save(), "", None
        return session.save(), got.effect, got.args[0] if got.effect == SLEEP else None


def _plain(value: Any) -> bool:
    """Whether ``value`` is made of what every Python process knows."""
    pending = [value]
    while pending:
        v = pending.pop()
        if isinstance(v, (list, tuple)):
            pending += v
        elif isinstance(v, dict):
            pending += v.keys()
            pending += v.values()
        elif type(v) not in _PLAIN:
            return False
    return True


# ---------------------------------------------------------------- workers


def launch(
    *flows: Flow,
    url: str,
    worker: str = "local",
    queues: Mapping[str, int] | None = None,
    name: str = "rusk",
    **config: Any,
) -> None:
    """Start to work in this process: on the runs that ``worker`` had under way when it died, on those started here, and on queues.

    url: of the database, ``sqlite:///runs.sqlite`` or ``postgresql://...``; worker: the name of this process among those of the application, kept when it is
    started again; queues: the queues it takes runs from, and how many at once; name: of the application; config: further settings of `dbos.DBOSConfig`.
    Runs are continued by workers that have the very same programs: the version of the application is made from them.
    """
    version = "-".join(sorted([f"{f.name}:{f.program.identity}" for f in flows]))
    settings: dict[str, Any] = {
        "name": name,
        "system_database_url": url,
        "executor_id": worker,
        "application_version": version,
        "log_level": "WARNING",
        **config,
    }
    DBOS(config=DBOSConfig(**settings))  # type: ignore[typeddict-item]
    DBOS.listen_queues(list(queues or {}))
    DBOS.launch()
    for queue, most in (queues or {}).items():
        DBOS.register_queue(queue, worker_concurrency=most, polling_interval_sec=POLLING)


def stop() -> None:
    """Stop working in this process; what is under way goes on when the worker is launched again."""
    DBOS.destroy()


def send(run: str, effect: str, value: Any) -> None:
    """Answer the present or next request of ``run`` for ``effect``, which its flow has declared a `Flow.signal`."""
    DBOS.send(run, value, topic=effect)
