"""Marks, against a machine: whatever way random functions take, registers and marks are as the verifier says at the blocks that they pass."""

from __future__ import annotations

import random
from typing import Any

from asm import UNIT
from verifier_sample import Sample

from rusk.code.errors import LoadError
from rusk.code.image import Image
from rusk.code.opcodes import OPS
from rusk.code.verifier_layout import signed
from rusk.code.verifier_tables import Tables
from rusk.code.verifier_types import TOKEN, Body, all_checks

#: registers: three ints or tokens, a bool, and the window of calls
NX = 5
BOOL_CODE, INT_CODE = 1, 2
INSTRUCTIONS = (
    "MoveX {a} {b}", "MoveX {a} {b}", "IntAddI {a} {b} 0", "IntNeg {a} {b}", "LoadInt {a} 7", "LoadBool {a} 1", "BoolNot {a} {b}", "Unmark {a}",
    "Unmark {a}", "MoveX 4 {a}\nCall 4 0 inc", "MoveX 4 {a}\nCall 4 0 inc", "Call 2 0 inc", "Mark {a} {label} 0", "Mark {a} {label} 0", "jump", "jump",
    "RetM",
)  # fmt: skip


def program(rng: random.Random) -> str:
    """Lines of a function: marks, tokens that are copied and disguised, ways to and fro, calls, which may exit."""
    n = rng.randrange(4, 16)
    lines = ["LoadInt 0 1\nLoadInt 1 2\nLoadInt 2 3\nLoadBool 3 1"]
    for i in range(n):
        to = rng.randrange(n)
        line = rng.choice(INSTRUCTIONS)
        if line == "jump":
            line = f"{'Loop' if to <= i else 'Jmp'}IntLt {{a}} {{b}} {{label}}"
        a, b = (rng.choice((0, 0, 0, 1, 1, 2, 3)) for _ in "ab")
        lines.append(f"l{i}:\n" + line.format(a=a, b=b, label=f"l{to}"))
    return "\n".join([*lines, "RetM"])


def checked(text: str, checks: list[Any]) -> Body | None:
    """The function after the fixpoint; None if it does not verify."""
    a = Sample()
    a.func("f", [], UNIT, NX, 0, text, marks=True)
    image: Image = a.finish()
    body = Body(Tables(image), a.names["f"], 1 << 26)
    try:
        body.run(checks)
    except LoadError:
        return None
    return body


class Machine:
    """One way through a function. ``x``: "i" or "b" and the value, None where nothing is known; ``marks``: (token, place of the `Mark`), oldest first."""

    def __init__(self, body: Body, rng: random.Random) -> None:
        self.body = body
        self.rng = rng
        self.block = {body.layout.pcs[first]: b for b, first in enumerate(body.layout.first[:-1])}
        self.start = {b: pc for pc, b in self.block.items()}
        self.x: list[tuple[str, int] | None] = [None] * NX
        self.marks: list[tuple[int, int]] = []
        self.tokens = 0

    def agrees(self, block: int) -> bool:
        """Whether everything is as the verifier says at the begin of a block."""
        state = self.body.states[block]
        if state is None:
            return False
        deep, loose = state[2]
        latest = {place: at for at, (_, place) in enumerate(self.marks)}
        if not latest.keys() <= loose.union(deep) or not all(place in latest for place in deep):
            return False
        order = [latest[place] for place in deep]
        if order != sorted(order):
            return False
        for code, value in zip(state[0], self.x, strict=True):
            if code < 0:
                continue
            if value is None or value[0] != ("b" if code == BOOL_CODE else "i"):
                return False
            if code - TOKEN in deep and value[1] != self.marks[latest[code - TOKEN]][0]:
                return False
        return True

    def step(self, pc: int) -> int:
        """Execute an instruction; the place of the next one, -1 at the end."""
        x, rng = self.x, self.rng
        word = self.body.words[pc]
        name = OPS[word & 0xFFFF].name
        a, b = word >> 16 & 0xFFFF, word >> 32 & 0xFFFF
        after = pc + OPS[word & 0xFFFF].words
        if name == "MoveX":
            x[a] = x[b]
        elif name == "IntAddI":
            x[a] = x[b]  # the immediate is 0
        elif name in ("IntNeg", "LoadInt"):
            x[a] = "i", 7 - (1 << 40)
        elif name in ("BoolNot", "LoadBool"):
            x[a] = "b", 1
        elif name == "Mark":
            self.tokens += 1
            self.marks.append((self.tokens, pc))
            x[a] = "i", self.tokens
        elif name == "Unmark":
            value = x[a]
            assert value is not None and value[0] == "i"
            for at in range(len(self.marks) - 1, -1, -1):
                if self.marks[at][0] == value[1]:
                    del self.marks[at:]
                    break
        elif name == "Call":
            x[a:] = [None] * (NX - a)
            if self.marks and rng.random() < 0.4:
                at = rng.randrange(len(self.marks))
                del self.marks[at + 1 :]
                return self.start[self.body.layout.marks[self.marks[at][1]]]
            x[a] = "i", -1
        elif name == "RetM":
            return -1
        elif rng.random() < 0.6:
            assert name in ("LoopIntLt", "JmpIntLt")
            return after + signed(word >> 48, 16)
        return after

    def walk(self, steps: int) -> bool:
        """Whether the verifier is right about all that happens."""
        pc = 0
        for _ in range(steps):
            if pc in self.block and not self.agrees(self.block[pc]):
                return False
            pc = self.step(pc)
            if pc < 0:
                break
        return True


def rounds(seed: int, programs: int) -> int:
    """The number of random functions that verify and have marks; AssertionError for one that the verifier is wrong about."""
    rng = random.Random(seed)
    checks = all_checks()
    found = 0
    for _ in range(programs):
        text = program(rng)
        if "Mark " not in text:
            continue
        body = checked(text, checks)
        if body is None:
            continue
        found += 1
        for _ in range(20):
            assert Machine(body, rng).walk(60), text
    return found


def test_states_hold() -> None:
    assert rounds(1, 1500) > 100
