"""Hand-assembled benchmarks of the loop, beside CPython: ``python tests/engine/bench.py [NAME..]``. Best of many; milliseconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from asm import FLOAT, INT, STRING, UNIT, Asm  # noqa: E402
from test_effects import counter, nontail  # noqa: E402

from rusk.code import image as im  # noqa: E402
from rusk.code.image import CAPTURE, CONT, DIRECT  # noqa: E402

BENCHES: list[tuple[str, Callable[[], tuple[Asm, str, tuple[Any, ...]]], Callable[[], object], int]] = []


def bench(name: str, units: int, python: Callable[[], object] = lambda: None) -> Any:
    def add(make: Callable[[], tuple[Asm, str, tuple[Any, ...]]]) -> Any:
        BENCHES.append((name, make, python, units))
        return make

    return add


def py_loop() -> object:
    x = y = i = 0
    while i < 200_000:
        x += 1
        y += x
        i += 1
    return y


@bench("var loop, 4 instructions a turn", 800_000, py_loop)
def var_loop() -> Any:
    a = Asm()
    a.func("main", [INT], INT, 4, 0, """
        LoadInt 1 0
        LoadInt 2 0
        LoadInt 3 0
    next:
        IntAddI 1 1 1
        IntAdd 2 2 1
        IntAddI 3 3 1
        LoopIntLt 3 0 next
        RetX 2
    """)  # fmt: skip
    return a, "main", (200_000,)


def py_inc(x: int) -> int:
    return x + 1


def py_calls() -> object:
    i = 0
    while i < 500_000:
        i = py_inc(i)
    return i


@bench("500k calls", 500_000, py_calls)
def calls() -> Any:
    a = Asm()
    a.func("inc", [INT], INT, 1, 0, "IntAddI 0 0 1\nRetX 0")
    a.func("main", [INT], INT, 3, 0, """
        LoadInt 1 0
    next:
        MoveX 2 1
        Call 2 0 inc
        MoveX 1 2
        LoopIntLt 1 0 next
        RetX 1
    """)  # fmt: skip
    return a, "main", (500_000,)


@bench("500k closure calls", 500_000, py_calls)
def closure_calls() -> Any:
    a = Asm()
    t = a.fn(INT, INT)
    a.closure("add_", "add", t, INT)
    a.func("add", [INT], INT, 2, 1, "GetX 1 0 0\nIntAdd 0 0 1\nRetX 0", env="add_")
    a.func("main", [INT], INT, 3, 1, """
        LoadInt 1 1
        NewX1 0 add_ 1
        LoadInt 1 0
    next:
        MoveX 2 1
        CallValue 2 1 0
        MoveX 1 2
        LoopIntLt 1 0 next
        RetX 1
    """)  # fmt: skip
    return a, "main", (500_000,)


def py_fib(n: int) -> int:
    return n if n < 2 else py_fib(n - 1) + py_fib(n - 2)


FIB = """
    JmpIntGeI 0 2 rec
    RetX 0
rec:
    IntAddI 1 0 -1
    Call 1 0 fib
    IntAddI 2 0 -2
    Call 2 0 fib
    IntAdd 0 1 2
    RetX 0
"""


@bench("fib(27)", 832_040, lambda: py_fib(27))
def fib() -> Any:
    a = Asm()
    a.func("fib", [INT], INT, 3, 0, FIB)
    return a, "fib", (27,)


class PyPoint:
    __slots__ = ("x", "y")


def py_fields() -> object:
    p = PyPoint()
    p.x = p.y = 0
    i = 0
    while i < 200_000:
        p.x = p.x + 1
        p.y = p.y + p.x
        i += 1
    return p.y


@bench("field access, 6 instructions a turn", 1_200_000, py_fields)
def fields() -> Any:
    a = Asm()
    a.struct("P", x=INT, y=INT)
    a.func("main", [INT], INT, 4, 1, """
        LoadInt 1 0
        LoadInt 2 0
        New 0 P [1 2]
    next:
        GetX 2 0 0
        IntAddI 2 2 1
        SetX 0 0 2
        GetX 3 0 1
        IntAdd 3 3 2
        SetX 0 1 3
        LoopIncLt 1 0 next
        RetX 3
    """)  # fmt: skip
    return a, "main", (200_000,)


DATA = list(range(10_000_000))


def py_sum() -> object:
    total = 0
    for v in DATA:
        total += v
    return total


@bench("sum of 10M ints, 3 instructions a turn", 30_000_000, py_sum)
def array_sum() -> Any:
    a = Asm()
    t = a.array("ints", INT)
    a.func("main", [INT], INT, 5, 1, """
        NewArray 0 ints []
        LoadInt 1 1
        ArrResizeW 0 0 1
        LoadInt 1 0
        LoadInt 2 0
    next:
        ArrGetW 3 0 1
        IntAdd 2 2 3
        LoopIncLt 1 0 next
        RetX 2
    """)  # fmt: skip
    assert t
    return a, "main", (10_000_000,)


def py_sieve() -> object:
    n = 200_000
    flags = [True] * n
    count = 0
    i = 2
    while i < n:
        if flags[i]:
            count += 1
            j = i + i
            while j < n:
                flags[j] = False
                j += i
        i += 1
    return count


@bench("sieve 200k", 480_000, py_sieve)
def sieve() -> Any:
    a = Asm()
    a.array("bools", im.BOOL)
    a.func("main", [INT], INT, 7, 1, """
        NewArray 0 bools []
        LoadBool 1 1
        ArrResizeB 0 0 1
        LoadBool 5 0
        LoadInt 1 0
        LoadInt 2 2
    next:
        ArrGetB 3 0 2
        JmpFalse 3 skip
        IntAddI 1 1 1
        IntAdd 4 2 2
        Jmp test
    inner:
        ArrSetB 0 4 5
        IntAdd 4 4 2
    test:
        LoopIntLt 4 0 inner
    skip:
        LoopIncLt 2 0 next
        RetX 1
    """)  # fmt: skip
    return a, "main", (200_000,)


def py_floats() -> object:
    x = 0.0
    i = 0
    while i < 200_000:
        x = x * 0.5 + 1.25
        i += 1
    return x


@bench("float loop, 3 instructions a turn", 600_000, py_floats)
def floats() -> Any:
    a = Asm()
    a.const("half", 0.5)
    a.const("c", 1.25)
    a.func("main", [INT], FLOAT, 5, 0, """
        LoadConst 1 half
        LoadConst 2 c
        LoadInt 3 0
        IntToFloat 4 3
    next:
        FloatMul 4 4 1
        FloatAdd 4 4 2
        LoopIncLt 3 0 next
        RetX 4
    """)  # fmt: skip
    return a, "main", (200_000,)


def py_alloc() -> object:
    p = None
    for i in range(1_000_000):
        p = (i, i)
    return p


@bench("1M short-lived objects", 1_000_000, py_alloc)
def alloc() -> Any:
    a = Asm()
    a.struct("P", x=INT, y=INT)
    a.func("main", [INT], INT, 2, 1, """
        LoadInt 1 0
    next:
        New 0 P [1 1]
        LoopIncLt 1 0 next
        RetX 1
    """)  # fmt: skip
    return a, "main", (1_000_000,)


def py_list() -> object:
    p = None
    for i in range(1_000_000):
        p = (i, p)
    return None


@bench("list of 1M nodes", 1_000_000, py_list)
def linked() -> Any:
    a = Asm()
    e = a.enum("List", Nil=(), Cons=(INT, -1))
    assert e
    a.func("main", [INT], INT, 2, 1, """
        LoadObj 0 List.Nil
        LoadInt 1 0
    next:
        New 0 List.Cons [0 1]
        LoopIncLt 1 0 next
        RetX 1
    """)  # fmt: skip
    return a, "main", (1_000_000,)


def py_tree(n: int) -> object:
    return None if n == 0 else (py_tree(n - 1), py_tree(n - 1))


@bench("trees, depth 16", 131_071, lambda: py_tree(16))
def trees() -> Any:
    a = Asm()
    e = a.enum("Tree", Leaf=(), Node=(-1, -1))
    a.func("tree", [INT], e, 2, 2, """
        JmpIntNeI 0 0 more
        LoadObj 0 Tree.Leaf
        RetR 0
    more:
        IntAddI 1 0 -1
        Call 1 0 tree
        IntAddI 1 0 -1
        Call 1 1 tree
        New 0 Tree.Node [0 1]
        RetR 0
    """)  # fmt: skip
    a.func("main", [INT], INT, 1, 1, "Call 0 0 tree\nRetI 0")
    return a, "main", (16,)


def py_gen() -> object:
    def gen() -> Any:
        i = 0
        while i < 200_000:
            yield i
            i += 1

    total = 0
    for v in gen():
        total += v
    return total


@bench("200k effects, capture and tail resumption", 200_000, py_gen)
def effects_tail() -> Any:
    return counter(CAPTURE), "main", (200_000,)


@bench("200k effects, direct", 200_000, py_gen)
def effects_direct() -> Any:
    return counter(DIRECT), "main", (200_000,)


@bench("50k effects, pending arms", 50_000)
def effects_pending() -> Any:
    return nontail(), "main", (50_000,)


@bench("200k stored continuations (generator)", 200_000, py_gen)
def generator() -> Any:
    a = Asm()
    thunk = a.fn(INT)
    a.op("Y.put", [INT], UNIT)
    step = a.type(im.ENUM, "Step")
    k = a.type(CONT, "", (UNIT, step))
    desc = a.image.types[step]
    desc.variants = (im.Variant("End"), im.Variant("Item", (INT, k)))
    desc.shapes = (
        a.shape("End", im.S_VARIANT, step, (), tag=0),
        a.shape("Item", im.S_VARIANT, step, (INT, k), tag=1),
    )
    a.obj("end", im.O_OBJECT, shape=a.names["End"])
    a.obj("arm_v", im.O_OBJECT, shape=a.closure("arm_", "arm", thunk))
    a.closure("gen_", "gen", thunk, INT)
    a.handler("h", "gen", step, [("Y.put", None, "arm", CAPTURE)])
    a.func("gen", [], step, 4, 2, """
        GetX 2 0 0
        LoadInt 0 0
    next:
        MoveX 3 0
        Perform 3 1 Y.put
        LoopIncLt 0 2 next
        HandlerOff
        LoadObj 0 end
        RetR 0
    """, env="gen_")  # fmt: skip
    a.func("arm", [INT, k], step, 1, 1, "New 0 Item [0 0]\nRetR 0")
    a.func("main", [INT], INT, 6, 5, """
        LoadInt 4 0
        NewX1 0 gen_ 0
        LoadObj 1 arm_v
        Handle 0 0 h
        LoadUnit 5
    next:
        JmpTagEq 0 0 done
        PayX 1 0 1.1
        IntAdd 4 4 1
        PayR 1 0 1.0
        ResumeX 5 0 1
        LoadUnit 5
        Loop next
    done:
        RetX 4
    """)  # fmt: skip
    return a, "main", (200_000,)


def py_concat() -> object:
    s = ""
    i = 0
    while i < 20_000:
        s = s + "x"
        i += 1
    return s


@bench("20k string appends", 20_000, py_concat)
def concat() -> Any:
    a = Asm()
    a.string("empty", "")
    a.string("x", "x")
    a.func("main", [INT], STRING, 2, 2, """
        LoadInt 1 0
        LoadObj 0 empty
        LoadObj 1 x
    next:
        StrConcat 0 0 1
        LoopIncLt 1 0 next
        RetR 0
    """)  # fmt: skip
    return a, "main", (20_000,)


def py_format() -> object:
    n = 0
    for i in range(100_000):
        n += len(f"k{i}")
    return n


@bench("100k f-strings", 100_000, py_format)
def format_() -> Any:
    a = Asm()
    a.string("k", "k")
    a.func("main", [INT], INT, 4, 3, """
        LoadInt 1 0
        LoadInt 2 0
    next:
        IntToStr 0 1
        LoadObj 1 k
        StrConcatN 0 [1 0]
        BytesLen 3 0
        IntAdd 2 2 3
        LoopIncLt 1 0 next
        RetX 2
    """)  # fmt: skip
    return a, "main", (100_000,)


def best(run: Callable[[], object], seconds: float = 0.6, least: int = 5) -> float:
    result, start, n = 1e9, time.perf_counter(), 0
    while n < least or time.perf_counter() - start < seconds:
        t = time.perf_counter()
        run()
        result = min(result, time.perf_counter() - t)
        n += 1
    return result * 1e3


def main() -> None:
    wanted = sys.argv[1:]
    print(f"{'':45} {'rusk ms':>9} {'ns/unit':>9} {'python':>9} {'factor':>7}")
    for name, make, python, units in BENCHES:
        if wanted and not any(w in name for w in wanted):
            continue
        a, func, args = make()
        times = []
        for _ in range(30):
            s = a.session(func, *args)
            t = time.perf_counter()
            status = s.step()
            times.append(time.perf_counter() - t)
            assert status == 1, s.trap_message
            if sum(times) > 1.0 and len(times) >= 5:
                break
        ms = min(times) * 1e3
        py = best(python, 0.3, 3)
        print(f"{name:45} {ms:9.2f} {ms * 1e6 / units:9.2f} {py:9.2f} {py / ms:7.1f}")


if __name__ == "__main__":
    main()
