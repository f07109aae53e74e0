"""Large functions, limits of the format, fuel."""

from __future__ import annotations

import pytest
from codegen import image_of, listing, run

from rusk.code import registers, tables
from rusk.code.lir import CodeTooLarge


def long_loop(n: int, condition: str = "int_ne") -> str:
    """A loop with 2 ``n`` instructions."""
    lines = [
        "fn main(n%0: int, b%1: int) -> int {\nb0:",
        "i%2: int = const[0]\ns%3: int = const[0]\njump[b2]\nb1:",
    ]
    for k in range(n):
        lines.append(f"%{k + 6}: int = int_mul s%3, n%0\ns%3: int = int_add %{k + 6}, i%2")
    lines.append("%4: int = const[1]\ni%2: int = int_add i%2, %4\njump[b2]\nb2:")
    lines.append(f"%5: bool = {condition} i%2, b%1\nbranch[b1, b3] %5\nb3:\nreturn s%3\n}}")
    return "\n".join(lines)


def result(n: int, a: int, b: int) -> int:
    s = 0
    for i in range(b):
        for _ in range(n):
            s = (s * a + i) & (1 << 64) - 1
    return s - (1 << 64) if s >> 63 else s


@pytest.mark.parametrize("condition", ["int_ne", "int_lt"])
def test_branches_that_do_not_reach(condition: str) -> None:
    pytest.importorskip("rusk._interp")
    text = long_loop(20000, condition)
    assert run(text, 3, 4) == result(20000, 3, 4)
    code = listing(text)
    assert "LoopInt" not in code and "LoopInc" not in code
    assert " JmpIntEq " in code or " JmpIntLe " in code
    assert " Loop -> " in code


def test_forward_branch_that_does_not_reach() -> None:
    pytest.importorskip("rusk._interp")
    lines = [
        "fn main(n%0: int) -> int {\nb0:\n%1: bool = const[true]\n%2: bool = bool_eq %1, %1\n%3: int = const[0]"
    ]
    lines.append("%4: bool = int_lt n%0, %3\ns%5: int = copy n%0\nbranch[b2, b1] %4\nb1:")
    for _ in range(35000):
        lines.append("s%5: int = int_mul s%5, n%0")
    lines.append("jump[b2]\nb2:\nreturn s%5\n}")
    text = "\n".join(lines)
    assert run(text, 1) == 1
    assert run(text, -1) == -1
    assert run(text, 2) == 0


def test_many_registers_at_once() -> None:
    pytest.importorskip("rusk._interp")
    n = 3000
    lines = ["fn main(n%0: int) -> int {\nb0:\ns%1: int = const[0]"]
    lines += [f"%{k + 2}: int = int_mul n%0, n%0" for k in range(n)]
    lines += [f"s%1: int = int_add s%1, %{k + 2}" for k in range(n)]
    text = "\n".join([*lines, "return s%1\n}"])
    assert run(text, 2) == 4 * n


def test_too_many_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "_LIMIT", 1000)
    n = 1100
    lines = ["fn main(n%0: int) -> int {\nb0:\ns%1: int = const[0]"]
    lines += [f"%{k + 2}: int = int_mul n%0, n%0" for k in range(n)]
    lines += [f"s%1: int = int_add s%1, %{k + 2}" for k in range(n)]
    with pytest.raises(CodeTooLarge, match="registers"):
        image_of("\n".join([*lines, "return s%1\n}"]))


def test_too_many_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LIMIT", 1000)
    n = 1100
    lines = [f"fn f{k}() -> unit {{\nb0:\nreturn\n}}" for k in range(n)]
    lines.append("fn main() -> unit {\nb0:")
    lines += [f"call[f{k}]" for k in range(n)]
    with pytest.raises(CodeTooLarge, match="functions"):
        image_of("\n".join([*lines, "return\n}"]))


def test_long_blocks_behind_a_branch_charge_for_themselves() -> None:
    lines = [
        "fn main(n%0: int) -> int {\nb0:\n%1: int = const[0]\n%2: bool = int_lt n%0, %1\nbranch[b1, b2] %2\nb1:"
    ]
    lines += ["n%0: int = int_mul n%0, n%0"] * 100
    code = listing("\n".join([*lines, "jump[b2]\nb2:\nreturn n%0\n}"]))
    assert code.splitlines()[0] == "x1 r0 cost 2"
    assert code.splitlines()[2].split()[1:] == ["Charge", "102"]


def test_functions_that_nothing_reaches_are_left_out() -> None:
    text = "fn main() -> unit {\nb0:\nreturn\n}\nfn f() -> unit {\nb0:\nreturn\n}"
    assert [f.name for f in image_of(text).funcs] == ["main"]
