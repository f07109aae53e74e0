"""Objects, arrays, the collector, the memory limit."""

from __future__ import annotations

import random
from typing import Any

import pytest
from asm import BOOL, BYTE, CHAR, FLOAT, INT, STATUS, STRING, UNIT, Asm, outcome

from rusk.code import image as im


def test_fields() -> None:
    a = Asm()
    p = a.struct("P", x=INT, name=STRING, y=FLOAT, next=STRING)
    a.func("make", [INT, STRING, FLOAT], p, 2, 3, """
        New 1 P [0 0 0 1]
        FieldAddI 1 2 5
        FieldAdd 1 2 0
        RetR 1
    """)  # fmt: skip
    assert a.text("make", 4, "é\n", 1.0) == 'P { x: 13, name: "é\\n", y: 1.0, next: "é\\n" }'
    a.func("set", [INT, STRING, FLOAT], INT, 3, 2, """
        New 1 P [0 0 0 1]
        LoadInt 2 9
        SetX 1 2 2
        SetR 1 0 0
        GetX 0 1 2
        RetX 0
    """)  # fmt: skip
    assert a.run("set", 4, "a", 1.0) == 9


def test_enum() -> None:
    a = Asm()
    e = a.enum("m::E", A=(), B=(INT, STRING), C=(BOOL,))
    a.func("a", [], e, 1, 1, "LoadObj 0 m::E.A\nRetR 0")
    a.func("b", [INT, STRING], e, 1, 1, "New 0 m::E.B [0 0]\nRetR 0")
    a.func("c", [BOOL], e, 1, 1, "NewX1 0 m::E.C 0\nRetR 0")
    assert a.text("a") == "E::A"
    assert a.text("b", 3, "x") == 'E::B(3, "x")'
    assert a.text("c", True) == "E::C(true)"
    a.func("look", [e], INT, 1, 1, """
        SwitchTag 0 [0: a b else c]
    a:
        RetI -1
    b:
        PayX 0 0 1.1
        RetX 0
    c:
        Tag 0 0
        RetX 0
    """)  # fmt: skip
    a.func("look_a", [], INT, 1, 1, "Call 0 0 a\nCall 0 0 look\nRetX 0")
    a.func("look_b", [INT, STRING], INT, 1, 1, "Call 0 0 b\nCall 0 0 look\nRetX 0")
    a.func("look_c", [BOOL], INT, 1, 1, "Call 0 0 c\nCall 0 0 look\nRetX 0")
    assert (a.run("look_a"), a.run("look_b", 42, ""), a.run("look_c", False)) == (-1, 42, 2)
    a.func("wrong", [BOOL], INT, 1, 1, "Call 0 0 c\nPayX 0 0 1.1\nRetX 0")
    assert a.run("wrong", True) == "trap: non-exhaustive match"
    a.func("wide", [INT, STRING], STRING, 1, 1, "Call 0 0 b\nPayRW 0 0 0 1\nRetR 0")
    assert a.run("wide", 1, "deep") == "deep"
    a.func("jump", [BOOL], INT, 1, 1, "Call 0 0 c\nJmpTagEq 0 2 yes\nRetI 0\nyes:\nRetI 1")
    assert a.run("jump", True) == 1


def lists() -> Asm:
    """``build(n)``: a list of n nodes; ``churn(n)``: n short-lived ones; ``sum``."""
    a = Asm()
    e = a.enum("List", Nil=(), Cons=(INT, -1))
    a.func("build", [INT], e, 2, 1, """
        LoadObj 0 List.Nil
        Jmp test
    next:
        IntAddI 0 0 -1
        New 0 List.Cons [0 0]
    test:
        LoopIntGtI 0 0 next
        RetR 0
    """)  # fmt: skip
    a.func("sum", [INT], INT, 2, 2, """
        Call 0 0 build
        LoadInt 0 0
        Jmp test
    next:
        PayX 1 0 1.1
        PayR 0 0 1.0
        IntAdd 0 0 1
    test:
        LoopTagEq 0 1 next
        RetX 0
    """)  # fmt: skip
    a.func("churn", [INT], INT, 2, 2, """
        LoadObj 0 List.Nil
        LoadInt 1 0
    next:
        New 1 List.Cons [0 1]
        IntAddI 1 1 1
        LoopIntLt 1 0 next
        RetX 1
    """)  # fmt: skip
    return a


def test_million_element_list() -> None:
    a = lists()
    s = a.session("sum", 1_000_000)
    assert outcome(s) == 999_999 * 500_000
    s = a.session("build", 1_000_000)
    s.step()
    s.check_heap()
    assert s.to_text().count("Cons") == 1_000_000


def test_garbage_is_reclaimed() -> None:
    a = lists()
    s = a.session("churn", 3_000_000, metrics=True)
    assert outcome(s) == 3_000_000
    m = s.metrics()
    assert m["allocations"] == 3_000_000
    assert m["gc_cycles"] > 5
    assert s.memory_used < 20 << 20


def test_stress() -> None:
    a = lists()
    assert a.run("sum", 500, stress=True) == 499 * 250
    assert a.run("churn", 500, stress=True) == 500


def test_memory_limit() -> None:
    a = lists()
    s = a.session("build", 1 << 40, memory=4 << 20)
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "memory limit exceeded"
    assert s.memory_used <= 4 << 20
    s.check_heap()


def bombs() -> Asm:
    a = Asm()
    t = a.array("ints", INT)
    b = a.array("bytes_", BYTE)
    a.array("strings", STRING)
    a.func("resize", [INT], INT, 2, 1, "NewArray 0 ints []\nArrResizeW 0 0 0\nRetX 0")
    a.func("resize_b", [INT], INT, 2, 1, "NewArray 0 bytes_ []\nLoadByte 1 7\nArrResizeB 0 0 1\nRetX 0")
    a.func("push", [], t, 1, 1, "NewArray 0 ints []\nLoadInt 0 1\nnext:\nArrPushW 0 0\nLoop next")
    a.func("double", [], t, 1, 1, "LoadInt 0 1\nNewArray 0 ints [0]\nnext:\nArrExtend 0 0\nLoop next")
    a.func("concat", [], t, 1, 1, "LoadInt 0 1\nNewArray 0 ints [0]\nnext:\nArrConcat 0 0 0\nLoop next")
    a.func("string", [STRING], STRING, 1, 1, "next:\nStrConcat 0 0 0\nLoop next")
    a.func("join", [STRING], STRING, 1, 1, "next:\nStrConcatN 0 [0 0 0 0 0]\nLoop next")
    assert b
    return a


@pytest.mark.parametrize("size", [1 << 62, (1 << 63) - 1, 1 << 60, 1 << 40, 1 << 30])
def test_size_bombs(size: int) -> None:
    assert bombs().run("resize", size) == "trap: memory limit exceeded"
    assert bombs().run("resize_b", size) == "trap: memory limit exceeded"


@pytest.mark.parametrize("name", ["push", "double", "concat"])
def test_growth_bombs(name: str) -> None:
    s = bombs().session(name, memory=64 << 20)
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "memory limit exceeded"
    assert s.memory_used <= 64 << 20
    s.check_heap()


@pytest.mark.parametrize("name", ["string", "join"])
def test_string_bombs(name: str) -> None:
    assert bombs().run(name, "abc", memory=64 << 20) == "trap: memory limit exceeded"


# --- arrays against a model


OPS = {INT: "W", BYTE: "B", STRING: "R"}


def array_asm(elem: int) -> tuple[Asm, dict[int, str]]:
    """One function for each operation on an array held in a struct-free way: the array lives in the session of one long program."""
    a = Asm()
    arr = a.array("arr", elem)
    letter = OPS[elem]
    ref = letter == "R"
    v = 0 if ref else 1  # register of the value argument
    # script: [int] of (op, index, value) triples; values are indices into the pool, elements come from there
    script = a.array("script", INT)
    get = f"ArrGet{letter} {'2' if ref else '5'} {'3' if ref else '3'} 4" if False else ""
    pool = f"ArrGet{letter} {'2' if ref else '5'} 3 4"
    val = "2" if ref else "5"
    a.func("run", [script, arr, arr], INT, 8, 6, f"""
        # R0 script, R1 array, R2 value (refs), R3 pool; X0 position, X1 length, X2 op, X3 index, X4 value index, X5 value
        MoveR 3 2
        LoadInt 0 0
        ArrLen 1 0
        Jmp test
    next:
        ArrGetW 2 0 0
        IntAddI 0 0 1
        ArrGetW 3 0 0
        IntAddI 0 0 1
        ArrGetW 4 0 0
        IntAddI 0 0 1
        {pool}
        Switch 2 [0: push pop insert remove resize set extend clear slice else done]
    push:
        ArrPush{letter} 1 {val}
        Jmp again
    pop:
        ArrPop{letter} {val} 1
        Jmp again
    insert:
        ArrInsert{letter} 1 3 {val}
        Jmp again
    remove:
        ArrRemove{letter} {val} 1 3
        Jmp again
    resize:
        ArrResize{letter} 1 3 {val}
        Jmp again
    set:
        ArrSet{letter} 1 3 {val}
        Jmp again
    extend:
        ArrExtend 1 1
        Jmp again
    clear:
        ArrClear 1
        Jmp again
    slice:
        ArrLen 6 1
        ArrSlice 1 1 3 6
        Jmp again
    again:
        Nop
    test:
        LoopIntLt 0 1 next
    done:
        ArrLen 0 1
        RetX 0
    """)  # fmt: skip
    a.func(
        "result",
        [script, arr, arr],
        arr,
        8,
        8,
        "MoveR 6 1\nMoveR 3 0\nMoveR 4 1\nMoveR 5 2\nCall 0 3 run2\nRetR 3",
    )
    assert v is not None and get == ""
    return a, {}


def model(ops: list[tuple[int, int, int]], xs: list[Any], pool: list[Any]) -> str | int:
    for op, i, v in ops:
        if op == 0:
            xs.append(pool[v])
        elif op == 1:
            if not xs:
                return "trap: index out of bounds: index=-1, len=0"
            xs.pop()
        elif op == 2:
            if not 0 <= i <= len(xs):
                return f"trap: index out of bounds: index={i}, len={len(xs)}"
            xs.insert(i, pool[v])
        elif op == 3:
            if not 0 <= i < len(xs):
                return f"trap: index out of bounds: index={i}, len={len(xs)}"
            del xs[i]
        elif op == 4:
            if i < 0:
                return "trap: core::intrinsics::array_resize: new_len must be >= 0"
            xs[:] = xs[:i] + [pool[v]] * (i - len(xs))
        elif op == 5:
            if not 0 <= i < len(xs):
                return f"trap: index out of bounds: index={i}, len={len(xs)}"
            xs[i] = pool[v]
        elif op == 6:
            xs.extend(xs[:])
        elif op == 7:
            xs.clear()
        elif op == 8:
            if i < 0:
                return f"trap: index out of bounds: index={i}, len={len(xs)}"
            if i > len(xs):
                return "trap: core::intrinsics::array_slice: start must be <= end"
            xs[:] = xs[i:]
    return len(xs)


@pytest.mark.parametrize("elem", [INT, BYTE, STRING])
@pytest.mark.parametrize("stress", [False, True])
def test_array_operations(elem: int, stress: bool) -> None:
    a = array_asm(elem)[0]
    a.todo = [t for t in a.todo if t[0].name == "run"]
    a.image.funcs = a.image.funcs[:1]
    pool: list[Any] = ["a" * n for n in range(40)] if elem == STRING else [3, 200, 0, 255, 17, 1]
    rng = random.Random(elem)
    image = a.finish()
    assert image
    for _ in range(60 if stress else 300):
        ops = []
        size = 0
        for _ in range(rng.randrange(30)):
            op = rng.choice((0, 0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8))
            size = min(size + 3, 60)
            ops.append(
                (
                    op,
                    rng.randrange(-1, size + 3) if rng.random() < 0.1 else rng.randrange(0, 4),
                    rng.randrange(len(pool)),
                )
            )
        xs: list[Any] = []
        expected = model(ops, xs, pool)
        assert a.run("run", [n for t in ops for n in t], [], pool, stress=stress) == expected, ops


def test_array_kinds() -> None:
    a = Asm()
    for name, elem, values in (("i", INT, [1, -2]), ("f", FLOAT, [1.5, -0.0]), ("b", BOOL, [True, False]), ("y", BYTE, [0, 255]), ("c", CHAR, ["x", "é"]),
                               ("u", UNIT, [None, None]), ("s", STRING, ["a", ""])):  # fmt: skip
        t = a.array("arr_" + name, elem)
        if elem == STRING:
            a.func("f_" + name, [t], t, 3, 3, f"""
                LoadInt 0 0
                ArrGetR 1 0 0
                LoadInt 0 1
                ArrGetR 2 0 0
                NewArray 0 arr_{name} [2 1]
                RetR 0
            """)  # fmt: skip
        else:
            w = "B" if elem in (BOOL, BYTE) else "W"
            a.func("f_" + name, [t], t, 3, 1, f"""
                LoadInt 0 0
                ArrGet{w} 1 0 0
                LoadInt 0 1
                ArrGet{w} 2 0 0
                NewArray 0 arr_{name} [2 1]
                RetR 0
            """)  # fmt: skip
        result = a.run("f_" + name, values)
        assert result == values[::-1] and list(map(type, result)) == list(map(type, values))


def test_index_traps() -> None:
    a = Asm()
    t = a.array("ints", INT)
    a.func("get", [t, INT], INT, 2, 1, "ArrGetW 0 0 0\nRetX 0")
    a.func("add", [t, INT], t, 2, 1, "LoadInt 1 5\nArrAddW 0 0 1\nRetR 0")
    for i in (2, -1, 1 << 40, -(1 << 63)):
        assert a.run("get", [1, 2], i) == f"trap: index out of bounds: index={i}, len=2"
    assert a.run("add", [1, 2], 1) == [1, 7]
    a.func("slice", [t, INT, INT], t, 2, 1, "ArrSlice 0 0 0 1\nRetR 0")
    a.func("slice_ro", [t, INT, INT], t, 2, 1, "ArrSliceRo 0 0 0 1\nRetR 0")
    assert a.run("slice", [1, 2, 3], 1, 3) == [2, 3]
    assert a.run("slice", [1, 2, 3], 3, 3) == []
    for s, e, text in ((-1, 2, "index out of bounds: index=-1, len=3"), (0, -2, "index out of bounds: index=-2, len=3"),
                       (1, 4, "index out of bounds: index=4, len=3"), (2, 1, "core::intrinsics::array_slice: start must be <= end")):  # fmt: skip
        assert a.run("slice", [1, 2, 3], s, e) == "trap: " + text
    assert (
        a.run("slice_ro", [1, 2, 3], 2, 1) == "trap: core::intrinsics::array_slice_ro: start must be <= end"
    )


def test_cycle_text() -> None:
    a = Asm()
    node = a.type(im.STRUCT, "Node", fields=("next", "n"))
    desc = a.image.types[node]
    desc.args = (node, INT)
    desc.shapes = (a.shape("Node", im.S_STRUCT, node, (node, INT)),)
    a.func("main", [INT], node, 1, 2, """
        New 0 Node [0 0]
        SetR 0 0 0
        New 1 Node [0 0]
        RetR 1
    """.replace("New 0 Node [0 0]", "LoadObj 0 dummy\nNew 0 Node [0 0]"))  # fmt: skip
    a.string("dummy", "")
    assert a.text("main", 3) == "Node { next: Node { next: ..., n: 3 }, n: 3 }"


def test_many_shapes_and_sizes() -> None:
    """Objects of every size, kept and dropped at random."""
    a = Asm()
    node = a.type(im.IFACE, "Any")
    for n in (0, 1, 2, 3, 5, 15, 16, 17, 31, 33, 63, 64, 65, 200):
        a.shape(f"s{n}", im.S_STRUCT, node, (node,) + (INT,) * n)
    body = ""
    for n in (0, 1, 2, 3, 5, 15, 16, 17, 31, 33, 63, 64, 65, 200):
        body += f"New 1 s{n} [0 {' '.join(['0'] * n)}]\n"
        if n % 2:
            body += "MoveR 0 1\n"
    a.string("start", "x" * 1000)
    a.func("main", [INT], INT, 2, 2, f"""
        LoadInt 1 0
    outer:
        LoadObj 0 start
    {body}
    {body}
        IntAddI 1 1 1
        LoopIntLt 1 0 outer
        RetX 1
    """)  # fmt: skip
    assert a.run("main", 3000) == 3000
    assert a.run("main", 3, stress=True) == 3


def test_the_message_of_a_panic_survives_a_collection() -> None:
    """The activation that panicked may end at its last word, where the scan of its registers ends too."""
    a = Asm()
    a.func("main", [STRING], INT, 1, 3, "StrConcat 2 0 0\nPanic 2")
    a.func("small", [], INT, 1, 0, "RetI 1")
    s = a.session("main", "0123456789" * 1000)
    assert STATUS[s.step()] == "trapped"
    for _ in range(3):
        s.collect()
    # What was freed would be taken, and overwritten, by objects of about its size.
    taken = [bytes([i]) * n for i in range(40) for n in range(19_000, 21_000, 100)]
    assert len(taken) == 800
    assert s.trap_message == "panic: " + "0123456789" * 2000
