"""The abstract machine of docs/language/04-effects.md §8: its examples, transcribed by hand, and its consequences."""

from __future__ import annotations

from typing import Any

import pytest
from asm import BOOL, INT, NEVER, STATUS, STRING, UNIT, Asm, outcome

from rusk.code import image as im
from rusk.code.image import ABORT, CAPTURE, CONT, DIRECT


class Effects(Asm):
    """Helpers: every function of a handler is a closure that captures what `caps` says, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.extern("std::println", [STRING], UNIT)
        self.thunk = self.fn(INT)  # fn() -> int

    def text(self, name: str, value: str) -> None:  # type: ignore[override]
        self.string(name, value)

    def closures(self, *names: str) -> None:
        """A shape without captures `NAME_` and a constant of it for each function, to be made by ``LoadObj r NAME_v``."""
        for name in names:
            shape = self.closure(name + "_", name, self.thunk)
            self.obj(name + "_v", im.O_OBJECT, shape=shape)

    def go(self, func: str, *args: Any, **options: Any) -> Any:
        self.out = []
        return self.run(func, *args, hosts=[self.out.append], **options)


def counter(mode: int) -> Effects:
    """``main(n)``: sum of n performs of @Ask.next(i), answered with i + 1 by an arm of the mode."""
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    a.op("Ask.next", [INT], INT)
    a.closures("arm")
    a.closure("body_", "body", a.thunk, INT)
    a.handler("h", "body", INT, [("Ask.next", None, "arm", mode)])
    a.func("body", [], INT, 4, 1, """
        GetX 0 0 0
        LoadInt 1 0
        LoadInt 2 0
    next:
        MoveX 3 1
        Perform 3 1 Ask.next
        IntAdd 2 2 3
        LoopIncLt 1 0 next
        HandlerOff
        RetX 2
    """, env="body_", kind="body")  # fmt: skip
    if mode == CAPTURE:
        a.func("arm", [INT, k], INT, 1, 1, "IntAddI 0 0 1\nTailResumeX 0 0", kind="arm")
    else:
        a.func("arm", [INT], INT, 1, 0, "IntAddI 0 0 1\nRetX 0", kind="arm")
    a.func("main", [INT], INT, 1, 2, "NewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 0 0 h\nRetX 0")
    return a


@pytest.mark.parametrize("stress", [False, True])
def test_modes(stress: bool) -> None:
    assert counter(CAPTURE).run("main", 10, stress=stress) == 55
    assert counter(DIRECT).run("main", 10, stress=stress) == 55
    assert counter(ABORT).run("main", 10, stress=stress) == 1


def test_tail_resumption_in_constant_space() -> None:
    a = counter(CAPTURE)
    s = a.session("main", 500_000, metrics=True, memory=16 << 20, depth=10)
    assert outcome(s) == 500_000 * 500_001 // 2
    m = s.metrics()
    assert m["max_frames_len"] <= 4
    assert (
        m["continuations_captured"] == m["perform_instructions"] == m["resume_tail_instructions"] == 500_000
    )
    assert m["max_handlers_len"] == 1


def nontail() -> Effects:
    """As `counter`, but the arm is ``resume(x + 1) + 1``."""
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    a.op("Ask.next", [INT], INT)
    a.closures("arm")
    a.closure("body_", "body", a.thunk, INT)
    a.handler("h", "body", INT, [("Ask.next", None, "arm", CAPTURE)])
    a.func("body", [], INT, 4, 1, """
        GetX 0 0 0
        LoadInt 1 0
        LoadInt 2 0
    next:
        MoveX 3 1
        Perform 3 1 Ask.next
        IntAdd 2 2 3
        LoopIncLt 1 0 next
        HandlerOff
        RetX 2
    """, env="body_", kind="body")  # fmt: skip
    a.func("arm", [INT, k], INT, 1, 2, "IntAddI 0 0 1\nResumeX 0 1 0\nIntAddI 0 0 1\nRetX 0", kind="arm")
    a.func("main", [INT], INT, 1, 2, "NewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 0 0 h\nRetX 0")
    return a


def test_pending_arms() -> None:
    a = nontail()
    assert a.run("main", 4, stress=True) == 14
    assert a.run("main", 200_000) == 200_000 * 200_001 // 2 + 200_000
    assert a.run("main", 200_000, depth=100_000) == "trap: stack overflow"
    assert a.run("main", 200_000, memory=8 << 20) == "trap: memory limit exceeded"


def test_deep_frames_between() -> None:
    """Suspending under 100 000 frames copies nothing."""
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    a.op("E.a", [INT], INT)
    a.closures("arm")
    a.closure("body_", "body", a.thunk, INT)
    a.handler("h", "body", INT, [("E.a", None, "arm", CAPTURE)])
    a.func("deep", [INT], INT, 2, 0, """
        JmpIntNeI 0 0 more
        LoadInt 1 0
    next:
        MoveX 0 1
        Perform 0 0 E.a
        MoveX 1 0
        LoopIntLtI 1 10000 next
        RetX 1
    more:
        IntAddI 1 0 -1
        Call 1 0 deep
        IntAddI 1 1 1
        RetX 1
    """)  # fmt: skip
    a.func("body", [], INT, 1, 1, "GetX 0 0 0\nCall 0 1 deep\nHandlerOff\nRetX 0", env="body_", kind="body")
    a.func("arm", [INT, k], INT, 1, 1, "IntAddI 0 0 1\nTailResumeX 0 0", kind="arm")
    a.func("main", [INT], INT, 1, 2, "NewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 0 0 h\nRetX 0")
    assert a.run("main", 100_000) == 110_000


# --- 04 §4: an arm runs outside its own handler; value arms too


def test_log_example() -> None:
    a = Effects()
    k = a.type(CONT, "", (UNIT, INT))
    a.op("Log.log", [STRING], UNIT)
    for name, text in (("one", "one"), ("inner", "[inner] "), ("value", "value arm"), ("outer", "outer ")):
        a.text(name, text)
    a.closures("work_body", "inner_arm", "outer_body", "outer_arm")
    a.handler("inner_h", "work_body", INT, [("Log.log", None, "inner_arm", CAPTURE)])
    a.handler("outer_h", "outer_body", INT, [("Log.log", None, "outer_arm", CAPTURE)])
    a.func("work", [], INT, 1, 1, "LoadObj 0 one\nPerform 0 0 Log.log\nRetI 3")
    a.func("work_body", [], INT, 2, 1, """
        Call 0 0 work
        HandlerOff
        LoadObj 0 value
        Perform 1 0 Log.log
        RetX 0
    """, kind="body")  # fmt: skip
    a.func("inner_arm", [STRING, k], INT, 1, 3, """
        LoadObj 2 inner
        StrConcat 2 2 0
        Perform 0 2 Log.log
        LoadUnit 0
        TailResumeX 1 0
    """, kind="arm")  # fmt: skip
    a.func(
        "outer_body",
        [],
        INT,
        1,
        2,
        "LoadObj 0 work_body_v\nLoadObj 1 inner_arm_v\nHandle 0 0 inner_h\nHandlerOff\nRetX 0",
        kind="body",
    )
    a.func("outer_arm", [STRING, k], INT, 1, 3, """
        LoadObj 2 outer
        StrConcat 2 2 0
        CallHost 0 2 std::println
        LoadUnit 0
        TailResumeX 1 0
    """, kind="arm")  # fmt: skip
    a.func("main", [], INT, 1, 2, "LoadObj 0 outer_body_v\nLoadObj 1 outer_arm_v\nHandle 0 0 outer_h\nRetX 0")
    for stress in (False, True):
        assert a.go("main", stress=stress) == 3
        assert a.out == ["outer [inner] one", "outer value arm"]


# --- 04 §5: nested arms with post-code


@pytest.mark.parametrize("stress", [False, True])
def test_nested_postcode(stress: bool) -> None:
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    for op in "ABC":
        a.op(op, [], INT)
    a.func("work", [], INT, 5, 0, """
        Perform 0 0 A
        Perform 1 0 B
        Perform 2 0 C
        Perform 3 0 A
        IntMulI 0 0 1000
        IntMulI 1 1 100
        IntMulI 2 2 10
        IntAdd 0 0 1
        IntAdd 0 0 2
        IntAdd 0 0 3
        RetX 0
    """)  # fmt: skip
    inner = "work"
    for op, answer, add in (("C", 1, 1), ("B", 2, 10), ("A", 3, 100)):
        a.text("t" + op, op.lower() + " ")
        a.closures(f"body{op}", f"arm{op}")
        a.handler(f"h{op}", f"body{op}", INT, [(op, None, f"arm{op}", CAPTURE)])
        a.func(f"body{op}", [], INT, 1, 1, f"Call 0 0 {inner}\nHandlerOff\nRetX 0", kind="body")
        a.func(f"arm{op}", [k], INT, 2, 3, f"""
            LoadInt 0 {answer}
            ResumeX 0 1 0
            IntToStr 1 0
            LoadObj 2 t{op}
            StrConcat 2 2 1
            CallHost 1 2 std::println
            IntAddI 0 0 {add}
            RetX 0
        """, kind="arm")  # fmt: skip
        a.func(
            f"match{op}",
            [],
            INT,
            1,
            2,
            f"LoadObj 0 body{op}_v\nLoadObj 1 arm{op}_v\nHandle 0 0 h{op}\nRetX 0",
        )
        inner = f"match{op}"
    assert a.go("matchA", stress=stress) == 3424
    assert a.out == ["c 3213", "b 3214", "a 3224", "a 3324"]


# --- 04 §5: the outer handlers are those of the resumer; one shot


def stored() -> Effects:
    """``store`` runs ``work`` and puts the continuation of E.a into a struct; ``under(slot, tag, resume?)``."""
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    ku = a.type(CONT, "", (UNIT, INT))
    slot = a.struct("Slot", k=k)
    a.op("E.a", [], INT)
    a.op("Out.w", [STRING], UNIT)
    for name in ("before", "after "):
        a.text(name.strip(), name)
    a.func("work", [], INT, 2, 2, """
        LoadObj 0 before
        Perform 0 0 Out.w
        Perform 0 0 E.a
        LoadObj 0 after
        IntToStr 1 0
        StrConcat 0 0 1
        Perform 1 0 Out.w
        RetX 0
    """)  # fmt: skip
    # the match of E.a: its arm stores k in the slot it captured, value 0
    a.closures("work_body")
    a.closure("store_arm_", "store_arm", a.thunk, slot)
    a.handler("store_h", "work_body", INT, [("E.a", None, "store_arm", CAPTURE)])
    a.func("work_body", [], INT, 1, 1, "Call 0 0 work\nHandlerOff\nRetX 0", kind="body")
    a.func("store_arm", [k], INT, 1, 3, "GetR 2 1 0\nSetR 2 0 0\nRetI 0", env="store_arm_", kind="arm")
    a.func(
        "store", [slot], INT, 1, 3, "LoadObj 1 work_body_v\nNewR1 2 store_arm_ 0\nHandle 0 1 store_h\nRetX 0"
    )
    a.func("resume", [slot], INT, 1, 2, "GetR 0 0 0\nLoadInt 0 5\nResumeX 0 1 0\nRetX 0")
    # under(slot, tag): runs `store` or `resume` under a handler of Out.w that prints tag + text
    a.closure("out_arm_", "out_arm", a.thunk, STRING)
    a.func("out_arm", [STRING, ku], INT, 1, 4, """
        GetR 3 2 0
        StrConcat 3 3 0
        CallHost 0 3 std::println
        LoadUnit 0
        TailResumeX 1 0
    """, env="out_arm_", kind="arm")  # fmt: skip
    for name in ("store", "resume"):
        a.closure(f"under_{name}_", f"under_{name}", a.thunk, slot)
        a.handler(f"out_{name}", f"under_{name}", INT, [("Out.w", None, "out_arm", CAPTURE)])
        a.func(
            f"under_{name}",
            [],
            INT,
            1,
            2,
            f"GetR 1 0 0\nCall 0 1 {name}\nHandlerOff\nRetX 0",
            env=f"under_{name}_",
            kind="body",
        )
        a.func(f"run_{name}", [slot, STRING], INT, 1, 4, f"""
            NewR1 2 under_{name}_ 0
            NewR1 3 out_arm_ 1
            Handle 0 2 out_{name}
            RetX 0
        """)  # fmt: skip
    a.text("h1", "H1 ")
    a.text("h2", "H2 ")
    a.text("dummy", "")
    start = "LoadObj 0 dummy\nNewR1 0 Slot 0\nMoveR 1 0\nLoadObj 2 h1\nCall 0 1 run_store\n"
    a.func("main", [], INT, 1, 3, start + "MoveR 1 0\nLoadObj 2 h2\nCall 0 1 run_resume\nRetX 0")
    a.func("bare", [], INT, 1, 3, start + "MoveR 1 0\nCall 0 1 resume\nRetX 0")
    again = "MoveR 1 0\nLoadObj 2 h2\nCall 0 1 run_resume\n"
    a.func("twice", [], INT, 1, 3, start + again + again + "RetX 0")
    a.func("drop", [], INT, 1, 3, start + "LoadObj 1 dummy\nSetR 0 0 1\nRetX 0")
    a.func("many", [INT], INT, 3, 3, "LoadInt 1 0\nnext:\nCall 2 0 drop\nLoopIncLt 1 0 next\nRetX 1")
    return a


@pytest.mark.parametrize("stress", [False, True])
def test_outer_handlers_of_the_resumer(stress: bool) -> None:
    a = stored()
    assert a.go("main", stress=stress) == 5
    assert a.out == ["H1 before", "H2 after 5"]
    assert a.go("bare", stress=stress) == "trap: unhandled effect: Out.w"
    assert a.go("twice", stress=stress) == "trap: invalid resume"


def test_dropped_continuations_are_reclaimed() -> None:
    a = stored()
    s = a.session("many", 30_000, hosts=[lambda s: None], memory=8 << 20)
    assert outcome(s) == 30_000
    s.collect()
    assert s.memory_used < 1 << 20


# --- guards


def guarded() -> Effects:
    """@E.pick(n): inner handler takes n == 1 (first arm), n == 2 (second arm); the outer one anything."""
    a = Effects()
    ki = a.type(CONT, "", (INT, INT))
    a.op("E.pick", [INT, STRING], INT)
    a.closures("is1", "is2", "arm1", "arm2", "outer_arm", "outer_body")
    a.closure("body_", "body", a.thunk, INT)
    a.handler("inner", "body", INT, [("E.pick", "is1", "arm1", CAPTURE), ("E.pick", "is2", "arm2", DIRECT)])
    a.handler("outer", "outer_body", INT, [("E.pick", None, "outer_arm", CAPTURE)])
    for n in (1, 2):
        a.func(f"is{n}", [INT, STRING], BOOL, 1, 1, f"IntEqI 0 0 {n}\nRetX 0", kind="guard")
    a.func("arm1", [INT, STRING, ki], INT, 2, 2, "BytesLen 0 0\nTailResumeX 1 0", kind="arm")
    a.func("arm2", [INT, STRING], INT, 1, 1, "BytesLen 0 0\nIntMulI 0 0 100\nRetX 0", kind="arm")
    a.func(
        "outer_arm", [INT, STRING, ki], INT, 2, 2, "BytesLen 0 0\nIntMulI 0 0 10\nTailResumeX 1 0", kind="arm"
    )
    a.text("abc", "abc")
    a.func("body", [], INT, 5, 3, """
        LoadInt 0 0
        LoadInt 1 0
        LoadInt 2 100
    next:
        MoveX 3 1
        LoadObj 1 abc
        Perform 3 1 E.pick
        IntMul 0 0 2
        IntAdd 0 0 3
        IntAddI 1 1 1
        LoopIntLtI 1 4 next
        HandlerOff
        RetX 0
    """, env="body_", kind="body")  # fmt: skip
    a.func("inner_match", [], INT, 1, 5, """
        LoadInt 0 9
        NewX1 0 body_ 0
        LoadObj 1 is1_v
        LoadObj 2 arm1_v
        LoadObj 3 is2_v
        LoadObj 4 arm2_v
        Handle 0 0 inner
        RetX 0
    """)  # fmt: skip
    a.func("outer_body", [], INT, 1, 1, "Call 0 0 inner_match\nHandlerOff\nRetX 0", kind="body")
    a.func("main", [], INT, 1, 2, "LoadObj 0 outer_body_v\nLoadObj 1 outer_arm_v\nHandle 0 0 outer\nRetX 0")
    return a


@pytest.mark.parametrize("stress", [False, True])
def test_guards(stress: bool) -> None:
    a = guarded()
    assert a.run("main", stress=stress) == ((30 * 100 + 3) * 100 + 300) * 100 + 30
    assert a.run("inner_match", stress=stress) == "trap: unhandled effect: E.pick"


def test_guards_and_slices() -> None:
    """A guard can be interrupted like any code."""
    s = guarded().session("main")
    steps = 0
    while STATUS[s.step(1)] == "fuel":
        steps += 1
        s.check_heap()
    assert s.result() == ((30 * 100 + 3) * 100 + 300) * 100 + 30
    assert steps > 20


# --- generators in lock step (04 §9): continuations in enum payloads


@pytest.mark.parametrize("stress", [False, True])
def test_generators(stress: bool) -> None:
    a = Effects()
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
    a.text("space", " ")
    a.closures("arm")
    a.closure("gen_", "gen", a.thunk, INT, INT, INT)  # from, step, end
    a.handler("h", "gen", step, [("Y.put", None, "arm", CAPTURE)])
    a.func("gen", [], step, 4, 2, """
        GetX 0 0 0
        GetX 1 0 1
        GetX 2 0 2
    next:
        MoveX 3 0
        Perform 3 1 Y.put
        IntAdd 0 0 1
        LoopIntLt 0 2 next
        HandlerOff
        LoadObj 0 end
        RetR 0
    """, env="gen_", kind="body")  # fmt: skip
    a.func("arm", [INT, k], step, 1, 1, "New 0 Item [0 0]\nRetR 0", kind="arm")
    a.func("start", [INT, INT, INT], step, 3, 2, "New 0 gen_ [0 1 2]\nLoadObj 1 arm_v\nHandle 0 0 h\nRetR 0")
    a.func("main", [INT], INT, 6, 5, """
        LoadInt 1 0
        LoadInt 2 1
        MoveX 3 0
        Call 1 0 start
        LoadInt 1 100
        LoadInt 2 50
        LoadInt 3 1000000
        Call 1 1 start
        LoadInt 4 0
    next:
        JmpTagEq 0 0 done
        JmpTagEq 1 0 done
        PayX 1 0 1.1
        PayX 2 1 1.1
        IntAdd 4 4 1
        IntAdd 4 4 2
        PayR 2 0 1.0
        LoadUnit 5
        ResumeX 5 3 2
        MoveR 0 3
        PayR 2 1 1.0
        LoadUnit 5
        ResumeX 5 3 2
        MoveR 1 3
        Loop next
    done:
        RetX 4
    """)  # fmt: skip
    n = 30 if stress else 10_000
    assert a.run("main", n, stress=stress) == sum(range(n)) + sum(100 + 50 * i for i in range(n))


# --- exits


def exits(kind: str, arm_resumes: bool = True) -> Effects:
    """04 §6: ``match { if @A.a() > 3 { return 100; } 5 } { @A.a() => { let x = resume(4); println("never"); x } }``"""
    a = Effects()
    k = a.type(CONT, "", (INT, INT))
    a.op("A.a", [], INT)
    a.text("never", "never")
    a.closures("arm")
    a.closure("body_", "body", a.thunk, INT)
    a.handler("h", "body", INT, [("A.a", None, "arm", CAPTURE)])
    a.func("body", [], INT, 2, 1, """
        GetX 0 0 0
        Perform 1 1 A.a
        JmpIntLeI 1 3 no
        LoadInt 1 100
        ExitX 0 1 0 2
    no:
        HandlerOff
        RetI 5
    """, env="body_", kind="body")  # fmt: skip
    a.func(
        "arm",
        [k],
        INT,
        1,
        2,
        "LoadInt 0 4\nResumeX 0 1 0\nLoadObj 1 never\nCallHost 0 1 std::println\nRetX 0",
        kind="arm",
    )
    a.func("f", [], INT, 2, 2, """
        Mark 0 landing 2
        NewX1 0 body_ 0
        LoadObj 1 arm_v
        Handle 1 0 h
        Unmark 0
        IntAddI 1 1 1
        RetMX 1
    landing:
        LandX 1
        RetMX 1
    """, marks=True)  # fmt: skip
    a.func("main", [], INT, 1, 0, "Call 0 0 f\nIntAddI 0 0 1\nRetX 0")
    a.func(
        "wrong_type",
        [],
        INT,
        2,
        2,
        "Mark 0 landing 0\nNewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 1 0 h\nRetMX 1\nlanding:\nRetMX 0",
        marks=True,
    )
    a.func("no_token", [], INT, 2, 2, "LoadInt 0 1\nNewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 1 0 h\nRetX 1")
    a.func("gone", [], INT, 2, 2, """
        Mark 0 landing 2
        Unmark 0
        NewX1 0 body_ 0
        LoadObj 1 arm_v
        Handle 1 0 h
        RetMX 1
    landing:
        LandX 1
        RetMX 1
    """, marks=True)  # fmt: skip
    return a


@pytest.mark.parametrize("stress", [False, True])
def test_return_from_body(stress: bool) -> None:
    a = exits("return")
    assert a.go("main", stress=stress) == 101
    assert a.out == []
    for name in ("wrong_type", "no_token", "gone"):
        assert a.go(name, stress=stress) == "trap: `return` outside of its function"


def test_exit_messages_and_references() -> None:
    a = Effects()
    a.text("value", "value")
    a.func("leave", [INT, STRING], NEVER, 1, 1, "ExitR 0 0 1 7")
    a.func("leave2", [INT, STRING], NEVER, 1, 1, "ExitR 0 0 2 7")
    a.func("main", [], STRING, 2, 1, """
        Mark 0 landing 7
        LoadObj 0 value
        MoveX 1 0
        Call 1 0 leave
        Unreachable
    landing:
        LandR 0
        RetMR 0
    """, marks=True)  # fmt: skip
    a.func("bad", [], STRING, 1, 1, "LoadInt 0 77\nLoadObj 0 value\nCall 0 0 leave\nUnreachable")
    a.func("bad2", [], STRING, 1, 1, "LoadInt 0 77\nLoadObj 0 value\nCall 0 0 leave2\nUnreachable")
    assert a.run("main") == "value"
    assert a.run("bad") == "trap: `break` outside of a loop"
    assert a.run("bad2") == "trap: `continue` outside of a loop"


def test_marks_of_returned_functions() -> None:
    """A token outlives its activation; a later activation at the same depth is not mistaken for it."""
    a = Effects()
    a.func("mark", [], INT, 1, 0, "Mark 0 landing 0\nRetMX 0\nlanding:\nRetMX 0", marks=True)
    a.func("leave", [INT], NEVER, 2, 0, "LoadUnit 1\nExitX 0 1 1 0")
    a.func(
        "other",
        [INT],
        INT,
        3,
        0,
        "Mark 1 landing 0\nMoveX 2 0\nCall 2 0 leave\nUnreachable\nlanding:\nLoadInt 1 1\nRetMX 1",
        marks=True,
    )
    a.func("main", [], INT, 1, 0, "Call 0 0 mark\nCall 0 0 other\nRetX 0")
    assert a.run("main") == "trap: `break` outside of a loop"


def test_abort_from_depth() -> None:
    """Abort discards many fibers and frames, again and again, in bounded memory."""
    a = Effects()
    a.op("Throw", [INT], NEVER)
    a.op("Other", [], INT)
    a.closures("arm", "other_arm")
    a.closure("body_", "body", a.thunk, INT)
    a.closure("deep_", "deep_body", a.thunk, INT)
    a.handler("h", "body", INT, [("Throw", None, "arm", ABORT)])
    a.handler("deep_h", "deep_body", INT, [("Other", None, "other_arm", ABORT)])
    a.func("nest", [INT], INT, 2, 2, """
        JmpIntNeI 0 0 more
        LoadInt 0 7
        Perform 0 0 Throw
        Unreachable
    more:
        IntAddI 0 0 -1
        NewX1 0 deep_ 0
        LoadObj 1 other_arm_v
        Handle 1 0 deep_h
        RetX 1
    """)  # fmt: skip
    a.func(
        "deep_body", [], INT, 1, 1, "GetX 0 0 0\nCall 0 1 nest\nHandlerOff\nRetX 0", env="deep_", kind="body"
    )
    a.func("other_arm", [], INT, 1, 0, "RetI 0", kind="arm")
    a.func("body", [], INT, 1, 1, "GetX 0 0 0\nCall 0 1 nest\nHandlerOff\nRetX 0", env="body_", kind="body")
    a.func("arm", [INT], INT, 1, 0, "IntAddI 0 0 1\nRetX 0", kind="arm")
    a.func("once", [INT], INT, 1, 2, "NewX1 0 body_ 0\nLoadObj 1 arm_v\nHandle 0 0 h\nRetX 0")
    a.func("main", [INT], INT, 4, 2, """
        LoadInt 1 0
        LoadInt 2 0
    next:
        MoveX 3 0
        Call 3 0 once
        IntAdd 2 2 3
        IntAddI 1 1 1
        LoopIntLtI 1 100 next
        RetX 2
    """)  # fmt: skip
    s = a.session("main", 200, memory=1 << 20)
    assert outcome(s) == 800
    assert a.run("main", 3, stress=True) == 800


def test_unhandled() -> None:
    a = Effects()
    a.op("m::E.op", [], INT)
    a.func("main", [], INT, 1, 0, "Perform 0 0 m::E.op\nRetX 0")
    assert a.run("main") == "trap: unhandled effect: m::E.op"


def test_handler_metrics() -> None:
    a = guarded()
    s = a.session("main", metrics=True)
    outcome(s)
    m = s.metrics()
    assert m["max_handlers_len"] == 2
    assert m["push_handler_instructions"] == m["pop_handler_instructions"] == 2
    assert (m["perform_instructions"], m["continuations_captured"], m["continuations_skipped_abortive"]) == (
        4,
        4,
        0,
    )
    assert m["resume_tail_instructions"] == 4


# --- external effects


def test_requests() -> None:
    a = Effects()
    a.op("Ask.number", [STRING, INT], INT)
    a.op("Ask.text", [], STRING)
    a.text("prompt", "p")
    a.func("main", [], STRING, 2, 2, """
        LoadObj 0 prompt
        LoadInt 0 3
        Perform 0 0 Ask.number
        Perform 0 0 Ask.text
        IntToStr 1 0
        StrConcat 0 0 1
        RetR 0
    """)  # fmt: skip
    s = a.session("main", external=[0, 1])
    assert STATUS[s.step()] == "request"
    assert s.request == (0, ("p", 3))
    with pytest.raises(RuntimeError):
        s.step()
    with pytest.raises(TypeError):
        s.answer("x")
    assert s.request == (0, ("p", 3))
    s.answer(42)
    assert STATUS[s.step()] == "request"
    assert s.request == (1, ())
    s.answer("is ")
    assert STATUS[s.step()] == "done"
    assert s.result() == "is 42"
    s = a.session("main", external=[0])
    s.step()
    s.cancel()
    assert s.trap_message == "cancelled"
    s = a.session("main", external=[0])
    s.step()
    s.answer(1)
    assert STATUS[s.step()] == "trapped"
    assert s.trap_message == "unhandled effect: Ask.text"


# --- tracebacks


def test_traceback_of_arms() -> None:
    """An arm stands under the function that awaits its match; the suspended body is not shown. The same for direct arms."""
    for mode in (CAPTURE, ABORT, DIRECT):
        a = Effects()
        k = a.type(CONT, "", (INT, INT))
        a.op("E.a", [], INT)
        a.text("boom", "boom")
        a.closures("body", "arm")
        a.handler("h", "body", INT, [("E.a", None, "arm", mode)])
        a.func("inner", [], INT, 1, 0, "Perform 0 0 E.a\nRetX 0")
        a.func("body", [], INT, 1, 1, "Call 0 0 inner\nHandlerOff\nRetX 0", kind="body")
        a.func("helper", [], INT, 1, 1, "LoadObj 0 boom\nPanic 0")
        a.func("arm", [k] if mode == CAPTURE else [], INT, 1, 1, "Call 0 1 helper\nRetX 0", kind="arm")
        a.func("main", [], INT, 1, 2, "LoadObj 0 body_v\nLoadObj 1 arm_v\nHandle 0 0 h\nRetX 0")
        s = a.session("main")
        assert STATUS[s.step()] == "trapped"
        assert [entry[0] for entry in s.traceback()] == ["main", "arm", "helper"], mode


def test_traceback_of_body() -> None:
    a = counter(CAPTURE)
    a.image.funcs[0].name = "body"
    s = a.session("main", 100)
    while STATUS[s.step(7)] == "fuel":
        names = [entry[0] for entry in s.traceback()]
        assert names in (["main", "body"], ["main", "arm"], ["main"]), names
