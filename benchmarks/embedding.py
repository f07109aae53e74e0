"""What crossing between Python and a program costs, beside lupa (Lua), RestrictedPython and plain `exec`.

    python benchmarks/embedding.py [--runs N]

Every figure is the best of N runs (10). The others are optional: ``pip install lupa RestrictedPython``; a column without its package stays empty.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import rusk

SOURCE = """
interface Ask { fn it(a: int) -> int; }
extern fn host(a: int, b: int) -> int;
pub fn add(a: int, b: int) -> int { a + b }
pub fn calls(n: int) -> int { let s = 0; let i = 0; while i < n { s = host(s, i); i = i + 1; } s }
pub fn none(n: int) -> int { let s = 0; let i = 0; while i < n { s = s + i; i = i + 1; } s }
pub fn asks(n: int) -> int { let s = 0; let i = 0; while i < n { s = @Ask.it(s); i = i + 1; } s }
pub fn total(xs: [float]) -> float { let s = 0.0; for x in xs { s = s + x; } s }
fn main() -> string { "hello" }
"""

PYTHON = """
def add(a, b): return a + b
def calls(n):
    s = 0
    i = 0
    while i < n:
        s = host(s, i)
        i = i + 1
    return s
def none(n):
    s = 0
    i = 0
    while i < n:
        s = s + i
        i = i + 1
    return s
def total(xs):
    s = 0.0
    for x in xs: s = s + x
    return s
"""

LUA = """
function add(a, b) return a + b end
function calls(n) local s, i = 0, 0; while i < n do s = host(s, i); i = i + 1 end; return s end
function none(n) local s, i = 0, 0; while i < n do s = s + i; i = i + 1 end; return s end
function asks(n) local s, i = 0, 0; while i < n do s = coroutine.yield(s); i = i + 1 end; return s end
function total(xs) local s = 0.0; for x in python.iter(xs) do s = s + x end; return s end
"""


def host(a: int, b: int) -> int:
    return a + b


class Contender:
    """One way to run foreign code; what it cannot do is None."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.add: Callable[[int, int], int] | None = None
        self.calls: Callable[[int], int] | None = None
        self.none: Callable[[int], int] | None = None
        self.ask: Callable[[int], None] | None = None
        self.start: Callable[[], Any] | None = None
        self.total: Callable[[Any], float] | None = None


def of_rusk() -> Contender:
    out = Contender("Rusk")
    program = rusk.compile(SOURCE, external=["Ask"])
    h = rusk.Host()
    h.install("host", host)
    out.add = program.function("add")
    out.calls = program.function("calls", host=h)
    out.none = program.function("none")
    out.total = program.function("total")
    out.start = program.start

    def ask(n: int) -> None:
        session = program.start(entry="asks", args=(n,))
        step, resume = session.step, session.resume
        for _ in range(n):
            request = step()
            resume(request.k, 1)  # type: ignore[union-attr]
        assert isinstance(step(), rusk.Done)

    out.ask = ask
    return out


def of_python(name: str, code: Any, scope: dict[str, Any]) -> Contender:
    out = Contender(name)

    def start() -> dict[str, Any]:
        fresh = dict(scope)
        exec(code, fresh)
        return fresh

    space = start()
    out.add, out.calls, out.none, out.total = space["add"], space["calls"], space["none"], space["total"]
    out.start = start
    return out


def of_restricted() -> Contender | None:
    try:
        from RestrictedPython import compile_restricted, safe_globals
    except ImportError:
        return None
    scope = {**safe_globals, "host": host, "_getiter_": iter}
    return of_python("RestrictedPython", compile_restricted(PYTHON, "<bench>", "exec"), scope)


def of_lua() -> Contender | None:
    try:
        import lupa
    except ImportError:
        return None
    out = Contender("lupa")

    def start() -> Any:
        runtime = lupa.LuaRuntime(unpack_returned_tuples=True)
        runtime.globals().host = host
        runtime.execute(LUA)
        return runtime

    space = start().globals()
    out.add, out.calls, out.none, out.total = space.add, space.calls, space.none, space.total
    out.start = start

    def ask(n: int) -> None:
        coroutine = space.asks.coroutine(n)
        coroutine.send(None)
        for _ in range(n - 1):
            coroutine.send(1)

    out.ask = ask
    return out


RUNS = 10


def best(work: Callable[[], Any], count: int) -> float:
    """Nanoseconds for one of ``count`` things that ``work`` does."""
    least = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter_ns()
        work()
        least = min(least, (time.perf_counter_ns() - start) / count)
    return least


def loop(f: Callable[..., Any], *args: Any) -> Callable[[], None]:
    def work() -> None:
        for _ in range(10_000):
            f(*args)

    return work


def call_add(add: Callable[[int, int], int]) -> float:
    def work() -> None:
        for _ in range(5_000):
            add(3, 4)

    def nothing() -> None:
        for _ in range(5_000):
            pass

    return best(work, 5_000) - best(nothing, 5_000)


def bytes_each(start: Callable[[], Any], count: int) -> float:
    """Resident memory of one more instance."""
    keep = [start() for _ in range(100)]
    gc.collect()
    before = resident()
    keep += [start() for _ in range(count)]
    return (resident() - before) / count


def resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def rows(c: Contender) -> dict[str, float | None]:
    out: dict[str, float | None] = dict.fromkeys(ROWS)
    n = 2_000
    if c.add is not None:
        out["call of a function of two ints from Python, ns"] = call_add(c.add)
    if c.calls is not None and c.none is not None:
        out["call of a Python function of two ints from it, ns"] = best(lambda: c.calls(n), n) - best(
            lambda: c.none(n), n
        )  # type: ignore[misc]
    if c.ask is not None:
        out["request answered by resume, ns"] = best(lambda: c.ask(n), n)  # type: ignore[misc]
    if c.start is not None:
        out["start of a session, us"] = best(loop_few(c.start), 100) / 1000
        out["memory of a session, KiB"] = bytes_each(c.start, 300) / 1024
    if c.total is not None:
        import array

        data = array.array("d", [0.5]) * 100_000
        out["sum of a buffer of 100,000 floats, us"] = best(lambda: c.total(data), 1) / 1000  # type: ignore[misc]
    return out


def loop_few(f: Callable[[], Any]) -> Callable[[], None]:
    def work() -> None:
        for _ in range(100):
            f()

    return work


ROWS = (
    "call of a function of two ints from Python, ns",
    "call of a Python function of two ints from it, ns",
    "request answered by resume, ns",
    "start of a session, us",
    "memory of a session, KiB",
    "sum of a buffer of 100,000 floats, us",
)


def threads() -> str:
    """Four compute-bound sessions in four threads beside one after the other."""
    import threading

    program = rusk.compile(
        "pub fn f(n: int) -> int { let s = 0; let i = 0; while i < n { s = s * 31 + i; i = i + 1; } s }"
    )
    work = program.function("f")
    n = 20_000_000
    serial = parallel = float("inf")
    for _ in range(max(RUNS // 3, 1)):
        start = time.perf_counter()
        for _ in range(4):
            work(n)
        serial = min(serial, time.perf_counter() - start)
        start = time.perf_counter()
        running = [threading.Thread(target=work, args=(n,)) for _ in range(4)]
        for t in running:
            t.start()
        for t in running:
            t.join()
        parallel = min(parallel, time.perf_counter() - start)
    return (
        f"four sessions: one after the other {serial * 1000:.0f} ms, in four threads {parallel * 1000:.0f} ms"
    )


def main() -> None:
    global RUNS
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=RUNS)
    RUNS = parser.parse_args().runs
    scope = {"host": host}
    found: list[Contender] = [of_rusk()]
    for name, make in (("lupa", of_lua), ("RestrictedPython", of_restricted)):
        contender = make()
        if contender is None:
            print(f"{name} is not installed: no column for it")
        else:
            found.append(contender)
    found.append(of_python("exec", compile(PYTHON, "<bench>", "exec"), scope))
    table = {c.name: rows(c) for c in found}
    print(f"| {'':50} | " + " | ".join(f"{n:>16}" for n in table) + " |")
    print("|---|" + "--:|" * len(table))
    for row in ROWS:
        cells = [f"{v:16.1f}" if (v := t[row]) is not None else " " * 16 for t in table.values()]
        print(f"| {row:50} | " + " | ".join(cells) + " |")
    print()
    print(threads())


if __name__ == "__main__":
    main()
