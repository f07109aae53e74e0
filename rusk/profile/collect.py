"""Collecting: samples of the stack of a running session."""

from __future__ import annotations

from threading import Event, Thread
from time import perf_counter
from typing import TypeAlias

from rusk._interp import DONE, FUEL, INTERRUPT, Session

#: (function, path, line), outermost first
Stack: TypeAlias = "tuple[tuple[str, str, int], ...]"

#: frames of a stack that are looked at, innermost ones
_DEPTH = 200

#: fuel between two looks at the counters
_SLICE = 100


class Profile:
    """What has been collected. ``samples``: each stack with its weight, in order; ``unit``: "seconds" or "allocations"; ``total``: the sum of weights."""

    __slots__ = ("samples", "total", "unit")

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.samples: list[tuple[Stack, float]] = []
        self.total = 0.0

    def add(self, stack: Stack, weight: float) -> None:
        """A sample. Equal stacks in a row become one."""
        self.total += weight
        if self.samples and self.samples[-1][0] == stack:
            self.samples[-1] = (stack, self.samples[-1][1] + weight)
        else:
            self.samples.append((stack, weight))


def stack_of(session: Session) -> Stack:
    """The active functions of a session between two steps."""
    frames = session.traceback(_DEPTH)
    return tuple([(name, path, line) for name, path, line, _ in frames])


def sample_time(session: Session, interval: float) -> tuple[int, Profile]:
    """Run a session that has been begun to its end, a thread interrupting it every ``interval`` seconds.

    Result: the status it ends with (a request of an external effect ends it, too), and the profile in seconds. KeyboardInterrupt as from `Session.step`.
    """
    profile = Profile("seconds")
    over = Event()

    def tick() -> None:
        while not over.wait(interval):
            session.interrupt()

    thread = Thread(target=tick, daemon=True)
    thread.start()
    try:
        before = perf_counter()
        while True:
            status = session.step()
            now = perf_counter()
            if status == INTERRUPT:
                profile.add(stack_of(session), now - before)
                before = perf_counter()  # looking takes no time of the program's
                continue
            profile.add(profile.samples[-1][0] if profile.samples else (), now - before)
            return status, profile
    finally:
        over.set()
        thread.join()


def count_allocations(session: Session) -> tuple[int, Profile]:
    """Run a session that has been begun, and that counts (``metrics=True``), to its end in small slices of fuel.

    Result: the status it ends with, and the profile in allocations; the same in every run.
    """
    profile = Profile("allocations")
    before = 0
    while True:
        status = session.step(_SLICE)
        now = session.metrics()["allocations"]
        if status == FUEL:
            if now > before:
                profile.add(stack_of(session), now - before)
                before = now
            continue
        if now > before:
            profile.add(profile.samples[-1][0] if profile.samples else (), now - before)
        assert status == DONE or session.status == status
        return status, profile
