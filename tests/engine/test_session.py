"""Fuel, interrupts, deadlines, threads, metrics."""

from __future__ import annotations

import random
import signal
import threading
import time
from typing import Any

import pytest
from asm import INT, STATUS, STRING, UNIT, Asm, outcome

from rusk._interp import Code, Session


def program() -> Asm:
    a = Asm()
    a.extern("note", [INT], UNIT)
    a.func("fib", [INT], INT, 3, 0, """
        JmpIntGeI 0 2 rec
        RetX 0
    rec:
        IntAddI 1 0 -1
        Call 1 0 fib
        IntAddI 2 0 -2
        Call 2 0 fib
        IntAdd 0 1 2
        RetX 0
    """)  # fmt: skip
    a.func("loop", [INT], INT, 3, 0, """
        LoadInt 1 0
        LoadInt 2 0
    next:
        IntAdd 2 2 1
        LoopIncLt 1 0 next
        RetX 2
    """)  # fmt: skip
    a.func("noisy", [INT], INT, 3, 0, """
        LoadInt 1 0
    next:
        MoveX 2 1
        Call 2 0 fib
        CallHost 2 0 note
        LoopIncLt 1 0 next
        RetX 1
    """)  # fmt: skip
    a.func("forever", [], INT, 1, 0, "next:\nNop\nLoop next")
    a.func("grow", [STRING], STRING, 1, 1, "next:\nStrConcat 0 0 0\nLoop next")
    return a


def drain(s: Session, fuels: Any) -> tuple[list[str], int]:
    statuses = []
    for fuel in fuels:
        status = STATUS[s.step(fuel)]
        if status != "fuel":
            statuses.append(status)
            break
    return statuses, s.result()


def needed(a: Asm, func: str, *args: Any, **options: Any) -> int:
    """Least fuel in one step that finishes."""
    low, high = 0, 1 << 40
    while low < high:
        mid = (low + high) // 2
        s = a.session(func, *args, **options)
        if STATUS[s.step(mid)] == "done":
            high = mid
        else:
            low = mid + 1
    return low


def test_fuel_is_deterministic() -> None:
    a = program()
    total = needed(a, "fib", 15)
    assert total == needed(a, "fib", 15)
    rng = random.Random(7)
    for _ in range(50):
        s = a.session("fib", 15)
        spent = 0
        while True:
            fuel = rng.choice((0, 1, 2, 5, 100, 1000))
            status = STATUS[s.step(fuel)]
            spent += fuel
            if status == "done":
                break
            assert status == "fuel"
        assert s.result() == 610
        assert total <= spent < total + 1001
    # sliced by ones, the same total to the unit
    s = a.session("fib", 15)
    steps = 0
    while STATUS[s.step(1)] == "fuel":
        steps += 1
    assert total <= steps + 1 <= total + 1


def test_every_call_and_turn_costs() -> None:
    a = program()
    assert needed(a, "loop", 1000) >= 1000
    assert needed(a, "fib", 10) >= 176


def test_fuel_zero() -> None:
    a = program()
    s = a.session("loop", 5)
    assert STATUS[s.step(0)] == "fuel"
    assert STATUS[s.step()] == "done"
    assert STATUS[s.step(0)] == "done"


def test_slices_give_the_same_outputs() -> None:
    a = program()
    seen: list[int] = []
    s = a.session("noisy", 12, hosts=[seen.append])
    assert outcome(s) == 12
    whole = list(seen)
    for fuel in (1, 3, 17, 1000):
        seen.clear()
        s = a.session("noisy", 12, hosts=[seen.append])
        while STATUS[s.step(fuel)] == "fuel":
            pass
        assert seen == whole


def test_fuel_of_builtins() -> None:
    a = program()
    s = a.session("grow", "x" * 1000, memory=1 << 28)
    steps = 0
    while STATUS[s.step(1000)] == "fuel":
        steps += 1
    assert s.trap_message == "memory limit exceeded"
    assert steps > 1000


def test_endless_loop_ends_by_fuel() -> None:
    s = program().session("forever")
    for _ in range(3):
        assert STATUS[s.step(100_000)] == "fuel"
    assert s.traceback()[0][0] == "forever"


def test_interrupt() -> None:
    s = program().session("forever")
    s.interrupt()  # nothing runs: no effect
    assert STATUS[s.step(1000)] == "fuel"
    timer = threading.Timer(0.05, s.interrupt)
    timer.start()
    assert STATUS[s.step()] == "interrupt"
    timer.join()
    assert STATUS[s.step(1000)] == "fuel"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
def test_ctrl_c() -> None:
    s = program().session("forever")
    old = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            s.step()
    finally:
        signal.signal(signal.SIGALRM, old)
    assert s.traceback()[0][0] == "forever"
    assert STATUS[s.step(1000)] == "fuel"


def test_deadline() -> None:
    s = program().session("forever", deadline=0.05)
    start = time.monotonic()
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "deadline exceeded"
    assert time.monotonic() - start < 2


def test_threads() -> None:
    """One session: one thread at a time. Many sessions of one program: at once."""
    a = program()
    code = Code(a.finish())
    s = a.session("forever")
    errors: list[str] = []

    def intrude() -> None:
        time.sleep(0.05)
        for call in (s.step, s.result, s.traceback, s.close, s.metrics if False else s.collect):
            try:
                call()
            except RuntimeError as e:
                errors.append(str(e))
        s.interrupt()

    t = threading.Thread(target=intrude)
    t.start()
    assert STATUS[s.step()] == "interrupt"
    t.join()
    assert errors == ["session is used by another thread"] * 5

    results = []

    def work(n: int) -> None:
        one = Session(code)
        one.begin(a.names["fib"], (n,))
        while STATUS[one.step(50_000)] == "fuel":
            pass
        results.append(one.result())

    threads = [threading.Thread(target=work, args=(20,)) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == [6765] * 8


def test_metrics() -> None:
    a = program()
    s = a.session("fib", 10, metrics=True)
    assert outcome(s) == 55
    m = s.metrics()
    assert m["call_instructions"] == 176
    assert m["return_instructions"] == 177
    assert m["int_binop_instructions"] == 88 * 3
    assert m["jumpif_instructions"] == 177
    assert m["max_frames_len"] == 10
    classes = [v for k, v in m.items() if k.endswith("_instructions") and k != "executed_instructions"]
    assert m["executed_instructions"] == sum(classes)
    assert s.opcode_counts()["Call"] == 176
    s = a.session("noisy", 3, metrics=True, hosts=[lambda n: None])
    outcome(s)
    assert s.metrics()["host_calls"] == 3
    assert not any(a.session("fib", 3).metrics().values())


def test_memory_is_given_back() -> None:
    a = program()
    s = a.session("grow", "x", memory=1 << 24)
    s.step()
    assert s.memory_used > 0
    s.close()
    with pytest.raises(RuntimeError):
        s.collect()


def test_small_memory() -> None:
    """Sessions with hardly any memory fail cleanly."""
    a = program()
    code = Code(a.finish())
    for memory in (0, 100, 1000, 10_000, 20_000, 40_000, 100_000):
        try:
            s = Session(code, memory=memory)
            s.begin(a.names["grow"], ("x",))
        except MemoryError:
            continue
        assert STATUS[s.step()] == "trapped"
        assert s.trap_message == "memory limit exceeded"
