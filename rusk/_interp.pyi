"""The engine: loading images, running sessions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from rusk._values import Cont
from rusk.code.image import Image

#: values of `Session.status` and `Session.step`; HOST only while a host function runs
NEW: Final[int]
DONE: Final[int]
FUEL: Final[int]
INTERRUPT: Final[int]
TRAPPED: Final[int]
REQUEST: Final[int]
HOST: Final[int]
STOP: Final[int]

DEFAULT_MEMORY: Final[int]
DEFAULT_DEPTH: Final[int]

class Code:
    """A program ready to run; immutable, for any number of sessions and threads. The image must have passed the verifier."""

    image: Image
    #: by type: how structs and enums look in Python (`rusk.embed.values.Classes`); None: they do not cross the boundary
    makers: list[Any] | None
    splitters: list[Any] | None
    viewers: list[Any] | None
    def __init__(self, image: Image) -> None: ...

class Function:
    """An entry point as a Python callable: each call is a run of its own, in a session that serves one call after the other."""

    name: str
    def __init__(
        self, name: str, func: int, make: Callable[[], Session], fail: Callable[[Session], Any]
    ) -> None: ...
    def __call__(self, *args: Any) -> Any: ...

class Session:
    """One run of a program. One thread at a time may use it; anything else raises `InvalidStateError`.

    ``memory``: limit in bytes; ``depth``: activations; ``deadline``: seconds from now. ``hosts``: for each import of the image a callable or None.
    ``external``: operations that become requests when unhandled. ``stress``: collect at every allocation (None: as RUSK_STRESS=1 says).
    """

    code: Code
    status: int
    cause: BaseException | None
    def __init__(
        self,
        code: Code,
        *,
        memory: int = ...,
        depth: int = ...,
        deadline: float | None = None,
        hosts: Sequence[Callable[..., Any] | None] = (),
        by_ref: Collection[int] = (),
        external: Iterable[int] = (),
        metrics: bool = False,
        stress: bool | None = None,
        secret: int | None = None,
    ) -> None: ...
    def begin(self, func: int, args: Sequence[Any] = ()) -> None:
        """Start a function; nothing runs before `step`. Raises `rusk._values.Mismatch`, TypeError (number of arguments), `MemoryLimit`."""

    def step(self, fuel: int | None = None) -> int:
        """Run: DONE, FUEL, INTERRUPT, TRAPPED, REQUEST or STOP. KeyboardInterrupt leaves the session as it is between two instructions."""

    def result(self) -> Any:
        """The result of a DONE session; TypeError if its type cannot be converted."""

    def to_text(self) -> str:
        """The result of a DONE session in Rusk notation (07 §12)."""

    @property
    def request_op(self) -> int:
        """Operation of a REQUEST."""

    @property
    def request(self) -> tuple[int, tuple[Any, ...]]:
        """Operation and arguments of a REQUEST."""

    @property
    def fuel_left(self) -> int: ...
    def request_refs(self) -> tuple[Any, ...]:
        """Arguments of a REQUEST, composites as views."""

    @property
    def result_type(self) -> int: ...
    def resume_tail(self, handle: Cont, value: Any) -> None:
        """Use a continuation up, on top of what the session does; `InvalidContinuationError`, `Mismatch`: nothing has changed."""

    def owns(self, handle: Cont) -> bool: ...
    def answer(self, value: Any) -> None:
        """Answer a REQUEST; `Mismatch` leaves it open."""

    def cancel(self) -> None:
        """Abandon a REQUEST: trap ``cancelled``."""

    def trap_with_message(self, message: str, cause: BaseException | None = None) -> None:
        """Trap the session between two steps, for limits that the embedder watches."""

    @property
    def trap_message(self) -> str | None: ...
    def traceback(self, limit: int | None = None) -> list[tuple[str, str, int, int]]:
        """Active functions, innermost last: (function, path, line, column); at most ``limit`` innermost ones."""

    def stop_at(self, stops: bytes) -> None:
        """Make `step` return STOP before each instruction at whose word of code ``stops`` has a 1. The session counts from here on."""

    @property
    def stopped(self) -> tuple[int, int]:
        """Where a STOP session stands: word of code, number of activations."""

    def shown(self, type: int, register: int, most: int) -> str:
        """The value of a register of the running activation of a STOP session in Rusk notation, about ``most`` characters of it.

        ``type``: its type, which says the file of the register. That there is such a value, only the code at this place can tell.
        """

    def suspended(self, register: int) -> tuple[int, int]:
        """The continuation in an R register: the word of code of the perform that it is suspended in (-1: it is used up), and a number that no other
        one has as long as it lives.
        """

    @property
    def activation(self) -> tuple[int, int, int]:
        """What tells the running activation of a STOP session from all others that there are."""

    @property
    def awaiting(self) -> int:
        """The word of code of the match or resumption that awaits the result of the running activation of a STOP session: a body or an arm."""

    def interrupt(self) -> None:
        """From any thread or signal handler: the running `step` returns INTERRUPT soon. Without effect when none runs."""

    @property
    def deadline_left(self) -> float | None: ...
    @property
    def memory_limit(self) -> int: ...
    @property
    def depth_limit(self) -> int: ...
    @property
    def counting(self) -> bool: ...
    @property
    def conts(self) -> dict[int, Cont]: ...
    @property
    def memory_used(self) -> int: ...
    def metrics(self) -> dict[str, int]:
        """The counters of 07 §14; zero unless the session was made with ``metrics=True``."""

    def count(self, on: bool) -> None: ...
    def reset_counts(self) -> None: ...
    def opcode_counts(self) -> dict[str, int]: ...
    def collect(self) -> None: ...
    def check_heap(self) -> None:
        """Collect, then check every invariant of the heap; AssertionError says what is broken."""

    def close(self) -> None:
        """Give back all memory."""
