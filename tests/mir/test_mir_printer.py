"""The printer of MIR, and that the parser of the tests reads what it prints."""

from __future__ import annotations

from mirrandom import random_program
from mirtext import parse

from rusk.mir.ir import InlinedLoc
from rusk.mir.printer import print_function, print_program

TEXT = """\
fn main(n%0: int, %1: readonly [int]) -> int {
b0:
    x%2: int = const[0]
    s%3: string = const['a']
    %4: bool = const[true]
    %5: unit = const[()]
    %6: (int, string) = new x%2, s%3
    %7: int = get[0] %6
    set[0] %6, n%0
    %8: Opt = variant[0] %7
    %9: int = tag %8
    switch[0: b1, 1: b2, else: b3] %9
b1:
    %10: int = payload[0.0] %8
    %11: fn(int) -> int = closure[main::{closure}] %10, s%3
    x%2: int = call_value %11, n%0
    jump[b3]
b2:
    trap["no 'value'"]
b3:
    branch[b4, b2] %4
b4:
    return x%2
}

closure main::{closure}(%0: int) -> int env %1 (int, string) {
b0:
    %2: int = capture[0]
    %3: int = int_add %0, %2
    return %3
}

entry main: main
"""


def test_printed_as_read() -> None:
    program = parse("enum Opt { Some(int), None }\n" + TEXT)
    assert print_program(program) == TEXT


def test_random_programs_survive() -> None:
    for seed in range(20):
        program = random_program(seed)
        decls = (
            "struct P { x: int, s: string, u: unit, f: float, e: E }\niface I\nenum Opt { Some(int), None }\n"
            "enum E { A, B(int), C(string, int), D, E(E, float, unit) }\nslot m(self, int) -> int\n"
        )
        text = "\n".join([print_function(i.function) for i in program.instances])
        again = parse(decls + text)
        assert "\n".join([print_function(i.function) for i in again.instances]) == text


def test_places() -> None:
    program = parse("fn main() -> int {\nb0:\n    %0: int = const[1]\n    return %0\n}")
    fn = program.instances[0].function
    fn.inlined.append(InlinedLoc("g", fn.source, 7, 3))
    fn.inlined.append(InlinedLoc("h", fn.source, 9, -1))
    fn.blocks[0].instrs[0].loc = -2
    assert "const[1]    ; h@9 < g@7 < @3\n" in print_function(fn, locs=True)
