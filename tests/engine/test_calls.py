"""Calls, closures, dispatch, host calls, depth, traps and tracebacks."""

from __future__ import annotations

from typing import Any

import pytest
from asm import BOOL, INT, STATUS, STRING, UNIT, Asm

from rusk._interp import Code, Session
from rusk.code import image as im


def deep() -> Asm:
    a = Asm()
    a.func("f", [INT], INT, 2, 0, """
        JmpIntNeI 0 0 more
        RetI 0
    more:
        IntAddI 1 0 -1
        Call 1 0 f
        IntAddI 0 1 1
        RetX 0
    """)  # fmt: skip
    return a


def test_million_deep() -> None:
    assert deep().run("f", 1_000_000) == 1_000_000


def test_stack_overflow() -> None:
    a = deep()
    s = a.session("f", -1)
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "stack overflow"
    assert len(s.traceback(limit=10)) == 10
    assert a.run("f", 50, depth=51) == 50
    assert a.run("f", 51, depth=51) == "trap: stack overflow"


def test_memory_of_stacks() -> None:
    a = deep()
    assert a.run("f", -1, memory=1 << 20) == "trap: memory limit exceeded"
    assert a.run("f", 1000, memory=1 << 20) == 1000


def test_closure() -> None:
    a = Asm()
    t = a.fn(INT, INT)
    a.closure("adder", "add", t, INT, STRING)
    # captured: the string first (references), then the int
    a.func("add", [INT], INT, 2, 1, "GetX 1 0 1\nIntAdd 0 0 1\nRetX 0", env="adder", kind="closure")
    a.string("s", "kept")
    a.func("main", [INT, INT], INT, 4, 3, """
        LoadObj 0 s
        New 1 adder [0 0]
        MoveX 2 1
        CallValue 2 2 1
        RetX 2
    """)  # fmt: skip
    assert a.run("main", 3, 4) == 7
    assert a.run("main", 3, 4, stress=True) == 7


def test_plain_function_as_value() -> None:
    a = Asm()
    t = a.fn(INT, INT)
    plain = a.closure("plain", "inc", t)
    a.obj("inc_value", im.O_OBJECT, shape=plain)
    a.func("inc", [INT], INT, 1, 0, "IntAddI 0 0 1\nRetX 0")
    a.func("main", [INT], INT, 1, 1, "LoadObj 0 inc_value\nCallValue 0 1 0\nRetX 0")
    assert a.run("main", 4) == 5


def test_dispatch() -> None:
    a = Asm()
    iface = a.type(im.IFACE, "Size")
    p = a.struct("P", x=INT)
    q = a.struct("Q", s=STRING)
    a.shape("box", im.S_BOX, INT, (INT,))
    a.func("p_size", [p, INT], INT, 2, 1, "GetX 1 0 0\nIntAdd 0 0 1\nRetX 0")
    a.func("q_size", [q, INT], INT, 2, 1, "GetR 0 0 0\nBytesLen 1 0\nIntAdd 0 0 1\nRetX 0")
    a.func("i_size", [iface, INT], INT, 2, 1, "Unbox 1 0 box\nIntAdd 0 0 1\nRetX 0")
    a.slot("size", [INT], INT, P="p_size", Q="q_size", box="i_size")
    a.test("is_p", p, a.names["P"])
    a.string("s", "four")
    a.func("main", [INT], INT, 5, 4, """
        NewX1 0 P 0
        LoadObj 1 s
        NewR1 1 Q 1
        NewX1 2 box 0
        LoadInt 1 1000
        MoveR 3 0
        MoveX 4 1
        CallIface 4 3 size
        MoveX 2 4
        MoveR 3 1
        MoveX 4 1
        CallIface 4 3 size
        IntAdd 2 2 4
        MoveR 3 2
        MoveX 4 1
        CallIface 4 3 size
        IntAdd 2 2 4
        RetX 2
    """)  # fmt: skip
    assert a.run("main", 7) == 3000 + 7 + 4 + 7
    a.func("is", [INT], BOOL, 2, 1, "NewX1 0 P 0\nIs 1 0 is_p\nRetX 1")
    a.func(
        "is_not",
        [INT],
        BOOL,
        2,
        1,
        "NewX1 0 box 0\nJmpIsNot 0 is_p no\nLoadBool 1 1\nRetX 1\nno:\nLoadBool 1 0\nRetX 1",
    )
    a.func("cast", [INT], INT, 2, 1, "NewX1 0 box 0\nCast 0 0 is_p\nRetX 0")
    a.func("unbox", [INT], INT, 2, 1, "NewX1 0 P 0\nUnbox 0 0 box\nRetX 0")
    assert a.run("is", 1) is True
    assert a.run("is_not", 1) is False
    assert a.run("cast", 1) == a.run("unbox", 1) == "trap: value of another type"


def test_call_w() -> None:
    a = deep()
    a.func("main", [INT], INT, 1, 0, "CallW 0 0 f\nRetX 0")
    assert a.run("main", 5) == 5


# --- host functions


def host(params: list[int], ret: int, code: str, nx: int = 3, nr: int = 3) -> Asm:
    a = Asm()
    a.extern("app::h", params, ret)
    a.func("main", params, ret, nx, nr, code)
    return a


def test_host_call() -> None:
    a = host([INT, STRING], STRING, "CallHost 0 0 0\nRetR 0")
    assert a.run("main", 3, "ab", hosts=[lambda n, s: s * n]) == "ababab"
    assert a.run("main", 3, "ab") == "trap: missing host import implementation: `app::h`"
    assert (
        a.run("main", 3, "ab", hosts=[lambda n, s: 5])
        == "trap: host call `app::h` return type mismatch: expected string, got int"
    )

    def fail(n: int, s: str) -> str:
        raise ValueError("no luck")

    s = a.session("main", 3, "ab", hosts=[fail])
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "host call `app::h` failed: host error: no luck"
    assert isinstance(s.cause, ValueError)

    def leave(n: int, s: str) -> str:
        raise SystemExit(3)

    s = a.session("main", 3, "ab", hosts=[leave])
    with pytest.raises(SystemExit):
        s.step()
    assert STATUS[s.status] == "trapped"


def test_host_unit() -> None:
    a = host([INT], UNIT, "CallHost 0 0 0\nRetX 0")
    seen: list[int] = []
    assert a.run("main", 3, hosts=[seen.append]) is None
    assert seen == [3]


def test_reentry() -> None:
    a = host([INT], INT, "CallHost 0 0 0\nRetX 0")
    errors: list[str] = []

    def again(n: int) -> int:
        for call in (s.step, s.result, s.close, lambda: s.begin(0, [1]), s.traceback):
            try:
                call()
            except RuntimeError as e:
                errors.append(str(e))
        return n + 1

    s = a.session("main", 3, hosts=[again])
    assert STATUS[s.step()] == "done"
    assert s.result() == 4
    assert errors == ["session re-entered during host call"] * 5


def test_other_session_in_host_call() -> None:
    a = host([INT], INT, "CallHost 0 0 0\nRetX 0")
    d = deep()
    assert a.run("main", 3, hosts=[lambda n: d.run("f", n)]) == 3


def test_bad_arguments() -> None:
    a = deep()
    code = Code(a.finish())
    for args, error in (
        ((), TypeError),
        ((1, 2), TypeError),
        (("x",), TypeError),
        ((1 << 63,), TypeError),
        ((True,), TypeError),
    ):
        s = Session(code)
        with pytest.raises(error):
            s.begin(0, args)
        s.begin(0, (3,))
        assert STATUS[s.step()] == "done" and s.result() == 3


# --- traps


def test_traps_and_traceback() -> None:
    a = Asm()
    a.image.sources.append(im.SourceFile("m.rusk", [0, 10, 20]))
    a.string("msg", "non-exhaustive match")
    a.func("g", [INT], INT, 1, 0, "Trap msg")
    a.func("main", [INT], INT, 1, 0, "Nop\nCall 0 0 g\nRetX 0")
    a.finish()
    a.image.loc_names.append("inlined")
    a.image.locs += [im.Loc(0, 3), im.Loc(0, 12), im.Loc(0, 14, 0, 1)]
    a.image.lines.extend([0, 0, 1, 1, 2, 2, 3, -1])
    s = a.session("main", 1)
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "non-exhaustive match"
    assert s.traceback() == [("main", "m.rusk", 2, 3), ("inlined", "m.rusk", 2, 5), ("g", "m.rusk", 1, 4)]
    assert STATUS[s.step()] == "trapped"


def test_panic() -> None:
    a = Asm()
    a.func("main", [STRING], INT, 1, 1, "Panic 0")
    assert a.run("main", "bööm\nx") == "trap: panic: bööm\nx"


def test_unreachable_code_of_calls() -> None:
    a = Asm()
    a.func("main", [], UNIT, 1, 0, "Ret")
    assert a.run("main") is None
    assert a.text("main") == "()"


def test_states() -> None:
    a = deep()
    s = Session(Code(a.finish()))
    with pytest.raises(RuntimeError):
        s.step()
    s.begin(0, [1])
    with pytest.raises(RuntimeError):
        s.begin(0, [1])
    with pytest.raises(RuntimeError):
        s.result()
    with pytest.raises(ValueError):
        s.step(-1)
    assert STATUS[s.step()] == STATUS[s.step()] == "done"
    s.close()
    for call in (s.step, s.result, s.close):
        with pytest.raises(RuntimeError):
            call()


def run_all(a: Asm, func: str, *args: Any) -> None:
    a.run(func, *args)


def test_closures_entered_where_the_stack_grows() -> None:
    """The closure that is called may stand just above the registers of the caller when a growing stack makes the collector run."""
    a = Asm()
    thunk = a.fn(INT)
    a.closure("wide_", "wide", thunk, INT)
    a.func("wide", [], INT, 2000, 1, "GetX 0 0 0\nRetX 0", env="wide_")
    a.func("main", [INT], INT, 1, 1, "NewX1 0 wide_ 0\nCallValue 0 1 0\nRetX 0")
    assert a.run("main", 7, stress=True) == 7
