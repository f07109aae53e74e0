"""The MIR verifier: what it accepts, and each error in place."""

from __future__ import annotations

import pytest
from mirrandom import random_program
from mirtext import parse

from rusk.mir.verify import MirError, errors, verify_function, verify_program

DECLS = """
struct P { x: int, s: string }
enum E { A, B(int) }
iface I
op X.get(int) -> int
slot m(self, int) -> int
"""


def found(body: str, header: str = "fn f(n%0: int, s%1: string) -> int {", extra: str = "") -> list[str]:
    """The errors of a function with the given blocks."""
    text = errors(parse(f"{DECLS}{header}\n{body}\n}}\n{extra}").instances[0].function)
    return [line.strip()[2:] for line in text.splitlines() if line.startswith("    ^")]


def block(*lines: str) -> str:
    return "b0:\n" + "\n".join(lines) + "\nreturn n%0"


def test_random_programs_are_right() -> None:
    for seed in range(30):
        verify_program(random_program(seed))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("%2: int = const[1.5]", "1.5 is no constant of type int"),
        ("%2: byte = const[256]", "out of range"),
        ("%2: bool = copy n%0", "gives int, but %2 has type bool"),
        ("%2: int = int_add n%0, s%1", "s%1 has type string, not int"),
        ("%2: int = int_add n%0", "1 operands instead of 2"),
        ("%2: bool = int_add n%0, n%0", "gives int, but %2 has type bool"),
        ("%2: int = frobnicate n%0", "unknown operation"),
        ("%2: P = new n%0", "1 arguments for 2 parameters"),
        ("%2: P = new s%1, n%0", "s%1 has type string, not int"),
        ("%2: E = new n%0", "E is no struct or tuple"),
        ("%2: int = get[0] n%0", "int is no struct or tuple"),
        ("%2: E = variant[2]", "E has no variant 2"),
        ("%2: E = variant[1] s%1", "s%1 has type string, not int"),
        ("%2: int = tag n%0", "n%0 is no enum"),
        ("%2: [int] = array n%0, s%1", "s%1 has type string, not int"),
        ("%2: int = index s%1, n%0", "string is not an array"),
        ("%2: cell string = cell n%0", "n%0 has type int, not string"),
        ("%2: int = cell_get n%0", "int is not a cell"),
        ("%2: int = call[g] n%0, n%0", "2 arguments for 1 parameters"),
        ("%2: string = call[g] n%0", "gives int, but %2 has type string"),
        ("%2: fn(int) -> string = fn_value[g]", "the function is fn(int) -> int, not fn(int) -> string"),
        ("%2: int = call_value n%0", "int is no function type"),
        ("%2: int = call_iface[slot m] n%0, n%0", "no receiver of interface type"),
        ("%2: int = capture[0]", "no captured value 0"),
        ("%2: int = perform[X.get] s%1", "s%1 has type string, not int"),
        ("%2: int = resume n%0, n%0", "n%0 is no continuation"),
        ("handler_off", "not in a body"),
        ("%2: I = from_iface n%0", "n%0 is no interface value"),
        ("%2: int = landing_value", "not first in a landing block"),
        ("%3: bool = copy %2\n%2: bool = const[true]", "%2 is not assigned on every path"),
    ],
)
def test_errors(line: str, error: str) -> None:
    extra = "fn g(x%0: int) -> int {\nb0:\nreturn x%0\n}\n"
    assert error in found(block(*line.split("\n")), extra=extra)


def test_structure() -> None:
    assert "no block b7" in found("b0:\njump[b7]")
    assert "goes to the entry block" in found("b0:\njump[b0]")
    assert "b1 has no terminator" in found("b0:\njump[b1]\nb1:")
    assert "b1 is a landing block" in found("b0:\njump[b1]\nb1: landing\nreturn n%0")
    assert "n%0 has type int, not bool" in found("b0:\nbranch[b1, b1] n%0\nb1:\nreturn n%0")
    assert "nothing returned from a function with result int" in found("b0:\nreturn")
    assert "a value occurs twice" in found("b0:\nswitch[1: b1, 1: b1] n%0\nb1:\nreturn n%0")


def test_assignment_on_every_path() -> None:
    body = """b0:
    %2: bool = const[true]
    branch[b1, b2] %2
b1:
    %3: int = const[1]
    jump[b2]
b2:
    return %3"""
    assert found(body) == ["%3 is not assigned on every path"]


def test_landing_sees_what_the_mark_sees() -> None:
    body = """b0:
    %2: int = const[1]
    %3: int = mark[b1]
    %4: int = const[2]
    unmark %3
    return %4
b1: landing
    %5: int = landing_value
    return {}"""
    assert found(body.format("%2")) == []
    assert found(body.format("%4")) == ["%4 is not assigned on every path"]


def test_never_fits_everywhere() -> None:
    assert found("b0:\n%2: ! = panic s%1\n%3: int = copy %2\nreturn %3") == []


def test_views_are_erased() -> None:
    header = "fn f(n%0: int, a%1: readonly [[int]]) -> [int] {"
    assert found("b0:\n%2: readonly [int] = index a%1, n%0\nreturn %2", header) == []


def test_message_shows_the_function() -> None:
    fn = parse("fn f() -> int {\nb0:\n%0: bool = const[true]\nreturn %0\n}").instances[0].function
    with pytest.raises(MirError) as e:
        verify_function(fn, after="fold")
    assert str(e.value) == (
        "after fold:\nfn f() -> int {\nb0:\n    %0: bool = const[true]\n    return %0\n"
        "    ^ %0 has type bool, not int\n}\n"
    )


def test_program_tables() -> None:
    program = parse(
        "iface I\nstruct P { x: int }\nslot m(self, int) -> int { P: f }\nfn f(p%0: P) -> int {\nb0:\n%1: int = get[0] p%0\nreturn %1\n}"
    )
    with pytest.raises(MirError, match="slot m: f for P has another signature"):
        verify_program(program)
