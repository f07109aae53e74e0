"""A hand-assembled image with something in every table, for the tests of the verifier."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from asm import BOOL, BYTE, CHAR, FLOAT, INT, NEVER, STRING, STRUCT, UNIT, Asm

from rusk.code import image as im
from rusk.code.errors import LoadError
from rusk.code.image import ABORT, BYTES, CAPTURE, CELL, CONT, DIRECT, IFACE, READONLY
from rusk.code.verifier import verify


class Sample(Asm):
    """Types are attributes; shapes, functions and so on have names for the text of functions."""

    def __init__(self) -> None:
        super().__init__()
        self.ints = self.array("ints", INT)
        self.floats = self.array("floats", FLOAT)
        self.chars = self.array("chars", CHAR)
        self.units = self.array("units", UNIT)
        self.bytes_ = self.array("bytes_", BYTE)
        self.bools = self.array("bools", BOOL)
        self.strings = self.array("strings", STRING)
        self.iface = self.type(IFACE, "I")
        self.ifaces = self.array("ifaces", self.iface)
        self.point = self.struct("Point", x=INT, name=STRING, ok=BOOL)
        self.other = self.struct("Other", x=INT, name=STRING, ok=BOOL)
        self.id = self.type(STRUCT, "Id", (INT,), fields=("_0",), newtype=True)
        self.image.types[self.id].shapes = (self.shape("Id", im.S_STRUCT, self.id, (INT,)),)
        self.enum_ = self.enum("E", A=(), B=(INT, STRING), C=(FLOAT,))
        self.list_ = self.enum("List", Nil=(), Cons=(INT, -1))
        self.pair = self.tuple("pair", INT, STRING)
        self.view = self.type(READONLY, "", (self.point,), text="readonly Point")
        self.cont = self.type(CONT, "", (INT, INT), text="cont(int) -> int")
        self.text_cont = self.type(CONT, "", (STRING, STRING), text="cont(string) -> string")
        self.cell = self.type(CELL, "", (INT,), text="cell int")
        self.image.types[self.cell].shapes = (self.shape("cell", im.S_CELL, self.cell, (INT,)),)
        self.text_cell = self.type(CELL, "", (STRING,), text="cell string")
        self.image.types[self.text_cell].shapes = (
            self.shape("text_cell", im.S_CELL, self.text_cell, (STRING,)),
        )
        self.shape("box", im.S_BOX, INT, (INT,))
        self.shape("char_box", im.S_BOX, CHAR, (CHAR,))
        self.thunk = self.fn(INT)
        self.unary = self.fn(INT, INT)
        self.predicate = self.fn(INT, BOOL)
        self.arm_type = self.fn(INT, self.cont, INT)
        self.say_type = self.fn(STRING, INT)
        self.string("text", "text")
        self.string("empty", "")
        self.bytes("blob", b"\0\xff")
        self.const("big", 1 << 40)
        self.const("half", 0.5)
        self.op("Ask.next", [INT], INT)
        self.op("Say.text", [STRING], UNIT)
        self.op("Stop.now", [], NEVER)
        self.op("Swap.text", [STRING], STRING)
        self.extern("std::println", [STRING], UNIT)
        self.extern("now", [], FLOAT)
        self.extern("place", [self.view, self.bytes_], self.point)

        self.func("inc", [INT], INT, 1, 0, "IntAddI 0 0 1\nRetX 0")
        self.obj("inc_v", im.O_OBJECT, shape=self.closure("inc_", "inc", self.unary))
        self.func("dec", [INT], INT, 1, 0, "IntAddI 0 0 -1\nRetX 0")
        self.obj("dec_v", im.O_OBJECT, shape=self.closure("dec_", "dec", self.unary))
        self.closure("adder_", "adder", self.unary, INT, STRING)
        self.func(
            "adder",
            [INT],
            INT,
            2,
            2,
            "GetX 1 0 1\nGetR 1 0 0\nIntAdd 0 0 1\nRetX 0",
            env="adder_",
            kind="closure",
        )
        self.func("join", [STRING, INT, STRING], STRING, 1, 2, "StrConcat 0 0 1\nRetR 0")
        self.func("fail", [STRING], NEVER, 0, 1, "Panic 0")
        self.func("show_point", [self.point], STRING, 0, 1, "GetR 0 0 0\nRetR 0")
        self.func("show_any", [self.iface], STRING, 1, 1, "Unbox 0 0 box\nIntToStr 0 0\nRetR 0")
        self.slot("show", [], STRING, Point="show_point", box="show_any")
        self.test("is_point", self.point, self.names["Point"])
        self.test("is_int", INT, self.names["box"])
        self.test("is_enum", self.enum_, *self.image.types[self.enum_].shapes)
        self.test("is_shown", self.iface, self.names["Point"], self.names["box"])

        self.closure("body_", "body", self.thunk, INT)
        self.func("body", [], INT, 2, 1, """
            GetX 0 0 0
            Perform 0 1 Ask.next
            HandlerOff
            RetX 0
        """, env="body_", kind="body")  # fmt: skip
        self.obj("resume_v", im.O_OBJECT, shape=self.closure("resume_", "resume", self.arm_type))
        self.func("resume", [INT, self.cont], INT, 1, 1, "IntAddI 0 0 1\nTailResumeX 0 0", kind="arm")
        self.obj("abort_v", im.O_OBJECT, shape=self.closure("abort_", "abort", self.say_type))
        self.func("abort", [STRING], INT, 1, 1, "RetI 7", kind="arm")
        self.obj("guard_v", im.O_OBJECT, shape=self.closure("guard_", "guard", self.predicate))
        self.func("guard", [INT], BOOL, 1, 0, "IntGtI 0 0 3\nRetX 0", kind="guard")
        self.handler("h", "body", INT, [
            ("Ask.next", "guard", "inc", DIRECT), ("Ask.next", None, "resume", CAPTURE), ("Say.text", None, "abort", ABORT),
        ])  # fmt: skip
        self.func("handled", [INT], INT, 1, 5, """
            NewX1 0 body_ 0
            LoadObj 1 guard_v
            LoadObj 2 inc_v
            LoadObj 3 resume_v
            LoadObj 4 abort_v
            Handle 0 0 h
            RetX 0
        """)  # fmt: skip
        self.func("sum", [INT], INT, 3, 0, """
            LoadInt 1 0
            LoadInt 2 0
            JmpIntLe 0 1 end
        next:
            IntAdd 2 2 1
            LoopIncLt 1 0 next
        end:
            RetX 2
        """)  # fmt: skip
        self.func("leave", [INT], NEVER, 2, 0, "LoadInt 1 9\nExitX 0 1 0 2")
        self.func("marked", [], INT, 2, 0, """
            Mark 0 landing 2
            MoveX 1 0
            Call 1 0 leave
            Unreachable
        landing:
            LandX 1
            RetMX 1
        """, marks=True)  # fmt: skip
        self.func("main", [self.strings], INT, 3, 2, """
            ArrLen 0 0
            Call 0 1 sum
            Call 1 1 marked
            IntAdd 0 0 1
            MoveX 1 0
            Call 1 1 handled
            IntAdd 0 0 1
            RetX 0
        """)  # fmt: skip
        self.func(
            "both",
            [INT],
            self.enum_,
            2,
            1,
            "MoveX 1 0\nLoadObj 0 text\nRetN 2 1 [ 0 1 0 ]",
            results=(INT, INT, STRING),
        )
        self.func("ask_both", [], INT, 2, 1, "LoadInt 0 3\nCall 0 0 both\nRetX 1")
        self.func("area", [INT, self.view], INT, 2, 1, "GetX 1 0 1\nIntMul 0 0 1\nRetX 0")
        self.image.entries = [im.Entry("main", self.names["main"]), im.Entry("area", self.names["area"])]
        self.image.sources = [im.SourceFile("a.rusk", array("i", [0, 10, 20]))]
        self.image.loc_names = ["inlined"]
        self.image.locs = [im.Loc(0, 3), im.Loc(0, 12, 0, 0), im.Loc(0, 15, -1, -1)]
        self.image.lines = array("i", [0, 0, 2, 1, 3, -1, 5, 2])

    @property
    def map_(self) -> int:
        """A map from int to string; only in images that ask for it."""
        if "core::map::Map" not in self.names:
            table = {
                "index": self.ints, "hashes": self.ints, "names": self.ints, "contents": self.strings, "live": self.bools
            }  # fmt: skip
            self.struct("core::map::Map", **table, count=INT, used=INT)
        return self.image.shapes[self.names["core::map::Map"]].type


def sample() -> im.Image:
    """A fresh image, which verifies."""
    return Sample().finish()


def refused(image: im.Image, text: str) -> None:
    """The image must not verify, for the reason ``text``."""
    with pytest.raises(LoadError) as e:
        verify(image)
    message = str(e.value)
    assert message.startswith("verification failed: ") and text in message, message


def function(
    text: str, params: Sequence[Any] = (), ret: Any = UNIT, nx: int = 4, nr: int = 4, **more: Any
) -> im.Image:
    """The sample with a function ``f``. Types may be names of attributes of `Sample`."""
    a = Sample()
    of = lambda t: getattr(a, t) if isinstance(t, str) else t  # noqa: E731
    a.func("f", [of(p) for p in params], of(ret), nx, nr, text, **more)
    return a.finish()


def accept(
    text: str, params: Sequence[Any] = (), ret: Any = UNIT, nx: int = 4, nr: int = 4, **more: Any
) -> None:
    """The function must verify."""
    verify(function(text, params, ret, nx, nr, **more))


def refuse(
    why: str, text: str, params: Sequence[Any] = (), ret: Any = UNIT, nx: int = 4, nr: int = 4, **more: Any
) -> None:
    """The function must not verify, for the reason ``why``."""
    refused(function(text, params, ret, nx, nr, **more), why)


__all__ = ["BYTES", "Sample", "accept", "function", "refuse", "refused", "sample"]
