"""Programs that are generated and run: what random programs do not contain."""

from __future__ import annotations

import pytest
from codegen import image_of, listing, run, run_image

pytest.importorskip("rusk._interp")


def test_extern_function_as_value_and_called() -> None:
    text = """
    extern m::twice(int) -> int
    extern m::say(string, unit) -> unit
    fn main(n%0: int) -> int {
    b0:
        %1: fn(int) -> int = fn_value[m::twice]
        %2: int = call_value %1, n%0
        %3: string = const['hi']
        %4: unit = const[()]
        call_extern[m::say] %3, %4
        %5: int = call[m::twice] %2
        return %5
    }"""
    said: list[str] = []

    def say(text: str, nothing: None) -> None:
        said.append(text)

    image = image_of(text)
    hosts = {"m::twice": lambda n: 2 * n, "m::say": say}
    assert run_image(image, (5,), [hosts[i.name] for i in image.imports]) == 20
    assert said == ["hi"]


def test_long_array_literals() -> None:
    lines = [f"%{n}: int = const[{n * n}]" for n in range(200)]
    regs = ", ".join([f"%{n}" for n in range(200)])
    text = (
        "fn main() -> int {\nb0:\n"
        + "\n".join(lines)
        + f"\n%200: [int] = array {regs}\n%201: int = array_len %200\n%202: int = const[150]\n"
        + "%203: int = index %200, %202\n%204: int = int_add %203, %201\nreturn %204\n}"
    )
    assert run(text) == 150 * 150 + 200
    assert listing(text).count("ArrPushW") == 200 - 64


def test_large_enums() -> None:
    """More variants and words than the short form of payload access can name."""
    wide = ", ".join(["int"] * 300)
    text = f"enum E {{ {', '.join([f'V{n}(int)' for n in range(300)])}, W({wide}) }}\n"
    text += "fn main(n%0: int) -> int {\nb0:\n"
    text += "%1: E = variant[299] n%0\n"
    text += f"%2: E = variant[300] {', '.join(['n%0'] * 300)}\n"
    text += "%3: int = payload[299.0] %1\n%4: int = payload[300.299] %2\n%5: int = int_add %3, %4\n"
    text += "%6: int = tag %2\n%7: int = int_add %5, %6\nreturn %7\n}"
    assert run(text, 5) == 310
    assert "PayXW x" in listing(text)


def test_many_parameters() -> None:
    n = 100
    params = ", ".join([f"%{k}: {'int' if k % 2 else 'string'}" for k in range(n)])
    text = f"fn f({params}) -> int {{\nb0:\n%{n}: int = int_mul %1, %99\nreturn %{n}\n}}\n"
    text += "fn main(a%0: int) -> int {\nb0:\n%1: string = const['s']\n"
    text += f"%2: int = call[f] {', '.join(['a%0' if k % 2 else '%1' for k in range(n)])}\nreturn %2\n}}"
    assert run(text, 7) == 49


def test_as_try_of_references_and_unit() -> None:
    text = """
    iface I
    struct P { x: int }
    enum OptP { None, Some(P) }
    enum OptU { Some(unit), None }
    fn main(n%0: int) -> int {
    b0:
        %1: P = new n%0
        %2: I = to_iface %1
        %3: unit = const[()]
        %4: I = to_iface %3
        %5: OptP = as_try[P] %2
        %6: OptP = as_try[P] %4
        %7: OptU = as_try[unit] %4
        %8: OptU = as_try[unit] %2
        %9: int = tag %5
        %10: int = tag %6
        %11: int = tag %7
        %12: int = tag %8
        %13: P = payload[1.0] %5
        %14: int = get[0] %13
        %15: string = int_to_string %9
        %16: string = int_to_string %10
        %17: string = int_to_string %11
        %18: string = int_to_string %12
        %19: string = int_to_string %14
        %20: string = concat %15, %16, %17, %18, %19
        %21: int = __int_parse %20
        return %21
    }"""
    assert run(text, 42) == 100142


def test_arrays_of_unit_trap_as_others() -> None:
    text = """
    fn main(n%0: int) -> int {
    b0:
        %1: unit = const[()]
        %2: [unit] = array %1, %1
        array_push %2, %1
        %3: unit = index %2, n%0
        index_set %2, n%0, %3
        %4: unit = array_remove %2, n%0
        %5: int = array_len %2
        return %5
    }"""
    assert run(text, 2) == 2
    assert run(text, 3) == "trap: index out of bounds: index=3, len=3"


def test_switch_on_characters() -> None:
    text = """
    fn main(s%0: string) -> int {
    b0:
        %1: int = const[0]
        %2: char = __string_char_at_byte s%0, %1
        switch['a': b1, 'é': b2, 'z': b1, 'c': b3, else: b4] %2
    b1:
        %3: int = const[1]
        return %3
    b2:
        %4: int = const[2]
        return %4
    b3:
        %5: int = const[3]
        return %5
    b4:
        trap['no case']
    }"""
    assert [run(text, c) for c in ("a", "é", "z", "c", "b")] == [1, 2, 1, 3, "trap: no case"]


def test_tuple_rest() -> None:
    text = """
    fn main(n%0: int) -> int {
    b0:
        %1: string = const['x']
        %2: bool = const[true]
        %3: (int, string, bool, int) = new n%0, %1, %2, n%0
        %4: (string, bool, int) = tuple_rest[1..4] %3
        %5: int = get[2] %4
        %6: string = get[0] %4
        %7: int = __string_byte_len %6
        %8: int = int_add %5, %7
        return %8
    }"""
    assert run(text, 9) == 10


def test_undefined_references() -> None:
    """``undef`` gives a register a value of its type, whatever that is."""
    text = """
    struct P { x: int, n: E }
    enum E { A(P), B(string, fn(int) -> P) }
    struct K { k: cont(int) -> P, c: (E, char) }
    iface I
    fn main(c%0: bool) -> int {
    b0:
        %1: P = undef
        %2: [P] = undef
        %3: I = undef
        %4: fn(int) -> P = undef
        %5: E = undef
        %6: bytes = undef
        %10: K = undef
        branch[b1, b2] c%0
    b1:
        %7: P = copy %1
        %8: [P] = array %7
        jump[b3]
    b2:
        %8: [P] = copy %2
        jump[b3]
    b3:
        %9: int = array_len %8
        return %9
    }"""
    assert run(text, True) == 1
    assert run(text, False) == 0


EXITS = """
op S.stop(int) -> int
fn main(n%0: int) -> int {
b0:
    i%2: int = const[0]
    t%1: int = mark[b3]
    jump[b2]
b1:
    u%3: int = mark[b4]
    %4: fn() -> unit = closure[body] u%3, t%1, i%2
    %5: fn(int) -> unit = closure[arm] t%1
    %6: unit = handle[S.stop => 0 abort] %4, %5
    unmark u%3
    jump[b5]
b2:
    %7: bool = int_lt i%2, n%0
    branch[b1, b6] %7
b3: landing
    %8: int = landing_value
    unmark t%1
    %9: int = int_add %8, i%2
    return %9
b4: landing
    %10: unit = landing_value
    unmark u%3
    %11: int = const[100]
    i%2: int = int_add i%2, %11
    jump[b2]
b5:
    %12: int = const[1]
    i%2: int = int_add i%2, %12
    jump[b2]
b6:
    unmark t%1
    return i%2
}
body body() -> unit env %0 (int, int, int) {
b0:
    i%1: int = capture[2]
    switch[3: b1, 104: b2, 106: b3, else: b4] i%1
b1:
    u%2: int = capture[0]
    %3: unit = const[()]
    exit['continue'] u%2, %3
b2:
    t%4: int = capture[1]
    exit['return'] t%4, i%1
b3:
    %5: int = perform[S.stop] i%1
    jump[b4]
b4:
    handler_off
    return
}
arm arm(n%0: int) -> unit env %1 (int) {
b0:
    t%2: int = capture[0]
    %3: int = const[5000]
    exit['return'] t%2, %3
}
"""


def test_exits() -> None:
    assert run(EXITS, 3) == 3
    assert run(EXITS, 50) == 103
    assert run(EXITS, 200) == 104 + 104
    assert run(EXITS.replace("104: b2", "105: b2"), 200) == 105 + 105
    assert run(EXITS.replace("104: b2, ", ""), 200) == 5000 + 106


EFFECTS = """
op S.get(int) -> int
op S.put(string, int) -> unit
fn main(x%0: int) -> int {
b0:
    c%1: cell int = cell x%0
    %2: fn() -> int = closure[body] c%1
    %3: fn(int, cont(int) -> int) -> int = closure[get] c%1
    %4: fn(string, int) -> unit = closure[put] c%1
    %8: fn(string, int) -> bool = closure[guard]
    %5: int = handle[S.get => 0 capture; S.put if 2 => 1 direct] %2, %3, %4, %8
    %6: int = cell_get c%1
    %7: int = int_mul %5, %6
    return %7
}
body body() -> int env %0 (cell int) {
b0:
    %1: int = const[3]
    %2: int = perform[S.get] %1
    %3: string = const['x']
    perform[S.put] %3, %2
    %4: int = perform[S.get] %2
    handler_off
    %5: int = int_add %4, %2
    return %5
}
arm get(n%0: int, k%1: cont(int) -> int) -> int env %2 (cell int) {
b0:
    c%3: cell int = capture[0]
    %4: int = cell_get c%3
    %5: int = int_add %4, n%0
    cell_set c%3, %5
    %6: int = const[1]
    %7: int = int_add n%0, %6
    %8: int = resume k%1, %7
    %9: int = int_add %8, %6
    return %9
}
arm put(s%0: string, n%1: int) -> unit env %2 (cell int) {
b0:
    c%3: cell int = capture[0]
    %4: int = cell_get c%3
    %5: int = int_add %4, n%1
    cell_set c%3, %5
    return
}
guard guard(s%0: string, n%1: int) -> bool {
b0:
    %2: int = const[5]
    %3: bool = int_lt n%1, %2
    return %3
}
"""


def test_effects() -> None:
    # get(3) -> 4, put 4, get(4) -> 5; cell 10 + 3 + 4 + 4; value 5 + 4, + 1 for each arm that waits
    assert run(EFFECTS, 10) == 11 * 21
    assert run(EFFECTS.replace("const[5]", "const[4]"), 10) == "trap: unhandled effect: S.put"


def test_never() -> None:
    text = """
    fn main(n%0: int) -> int {
    b0:
        %1: int = const[3]
        %2: bool = int_lt n%0, %1
        branch[b1, b2] %2
    b1:
        %3: string = const['small']
        %4: ! = call[fail] %3
        %5: int = copy %4
        jump[b2]
    b2:
        return n%0
    }
    fn fail(s%0: string) -> ! {
    b0:
        %1: ! = panic s%0
        unreachable
    }"""
    assert run(text, 3) == 3
    assert run(text, 2) == "trap: panic: small"


def test_traceback() -> None:
    from rusk._interp import TRAPPED, Code, Session

    text = """
    fn main(a%0: [int]) -> int {
    b0:
        %1: int = const[1]
        %2: int = call[at] a%0, %1
        %3: int = call[at] a%0, %2
        return %3
    }
    fn at(a%0: [int], n%1: int) -> int {
    b0:
        %2: int = const[0]
        %3: int = int_add n%1, %2
        %4: int = index a%0, %3
        return %4
    }"""
    session = Session(Code(image_of(text)))
    session.begin(0, ([1, 9],))
    assert session.step(1000) == TRAPPED
    assert session.trap_message == "index out of bounds: index=9, len=2"
    # the tests use the number of the line in the function as offset in a source of empty lines
    assert session.traceback() == [("main", "test.rusk", 4, 1), ("at", "test.rusk", 4, 1)]


def test_byte_buffers() -> None:
    text = """
    fn main(s%0: string) -> string {
    b0:
        a%1: [byte] = array
        __bytes_push_string a%1, s%0
        %2: bytes = const[b'-x']
        __bytes_push_bytes a%1, %2
        __bytes_push_string a%1, s%0
        %3: string = __string_from_byte_array a%1
        return %3
    }"""
    assert run(text, "hé") == "hé-xhé"


def test_loops_that_test_at_the_top_are_turned() -> None:
    text = """
    enum Opt { Some(int), None }
    struct It { i: int, n: int }
    fn main(n%0: int) -> int {
    b0:
        %1: int = const[0]
        it%2: It = new %1, n%0
        s%3: int = const[0]
        jump[b1]
    b1:
        %4: Opt = call[next] it%2
        %5: int = tag %4
        %6: int = const[0]
        %7: bool = int_eq %5, %6
        branch[b2, b3] %7
    b2:
        x%8: int = payload[0.0] %4
        s%3: int = int_add s%3, x%8
        jump[b1]
    b3:
        return s%3
    }
    fn next(it%0: It) -> Opt {
    b0:
        i%1: int = get[0] it%0
        n%2: int = get[1] it%0
        %3: bool = int_lt i%1, n%2
        branch[b1, b2] %3
    b1:
        %4: int = get[0] it%0
        %5: int = const[1]
        %6: int = int_add %4, %5
        set[0] it%0, %6
        %7: Opt = variant[0] i%1
        return %7
    b2:
        %8: Opt = variant[1]
        return %8
    }"""
    assert run(text, 10) == 45
    assert listing(text).splitlines()[4:] == [
        "4 Jmp -> 7",
        "5 PayX x1, r1, 0.0",
        "6 IntAdd x0, x0, x1",
        "7 MoveR r1, r0",
        "8 Call x1.., r1.., next#1",
        "9 LoopTagEq r1, 0 -> 5",
        "10 RetX x0",
    ]
