"""Sessions in an event loop (08 §7.4)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import rusk

P = rusk.compile(
    """
    interface Net { fn get(n: int) -> int; }
    pub fn sum(times: int) -> int { let s = 0; let i = 0; while i < times { s = s + @Net.get(i); i = i + 1; } s }
    pub fn spin() { loop { } }
    fn main() -> int { @Net.get(1) }
    """,
    external=["Net"],
)


def test_a_hundred_sessions_interleave() -> None:
    running = 0
    most = 0

    async def get(n: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return n

    async def all_of_them() -> list[Any]:
        effects = rusk.Effects(P)
        effects.handle("Net.get", get)
        return await asyncio.gather(*[P.start(entry="sum", args=(i,)).run_async(effects) for i in range(100)])

    assert asyncio.run(all_of_them()) == [i * (i - 1) // 2 for i in range(100)]
    assert most > 50


def test_plain_functions_too() -> None:
    effects = rusk.Effects(P)
    effects.handle("Net.get", lambda n: n * 2)
    assert asyncio.run(P.start(entry="sum", args=(4,)).run_async(effects)) == 12


def test_an_endless_loop_lets_others_run() -> None:
    async def main() -> str:
        session = P.start(entry="spin")
        task = asyncio.ensure_future(session.run_async())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        outcome = session.step()
        assert isinstance(outcome, rusk.Trapped)
        return outcome.trap.message

    assert asyncio.run(main()) == "cancelled"


def test_cancelled_while_it_waits() -> None:
    async def main() -> rusk.Outcome:
        effects = rusk.Effects(P)
        effects.handle("Net.get", lambda n: asyncio.sleep(100))
        session = P.start()
        task = asyncio.ensure_future(session.run_async(effects))
        await asyncio.sleep(0.01)
        assert session.state == "suspended"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert session.state == "trapped"
        return session.step()

    outcome = asyncio.run(main())
    assert isinstance(outcome, rusk.Trapped) and outcome.trap.message == "cancelled"


def test_failing_handlers() -> None:
    async def fail(n: int) -> int:
        raise OSError("no net")

    async def wrong(n: int) -> Any:
        return "x"

    for handler in (fail, wrong):
        effects = rusk.Effects(P)
        effects.handle("Net.get", handler)
        session = P.start()
        with pytest.raises(rusk.EffectError) as caught:
            asyncio.run(session.run_async(effects))
        assert caught.value.effect == "Net.get" and caught.value.args == (1,)
        assert session.state == "suspended"
        session.resume(caught.value.k, 5)
        assert session.run() == 5
    with pytest.raises(rusk.InvalidStateError, match=r"effect `Net\.get` has no handler"):
        asyncio.run(P.start().run_async())


def test_fuel_and_deadline() -> None:
    for limit, message in (
        ({"fuel": 10_000}, "fuel limit exceeded"),
        ({"deadline": 0.05}, "deadline exceeded"),
    ):
        with pytest.raises(rusk.Trap, match=f"^{message}$"):
            asyncio.run(P.start(entry="spin", **limit).run_async())  # type: ignore[arg-type]
