"""The code of the key constructs, as listings. No optimisation pass has run."""

from __future__ import annotations

from codegen import check

LOOP = """
fn main(n%0: int) -> int {
b0:
    x%1: int = const[0]
    y%2: int = const[0]
    i%3: int = const[0]
    jump[b2]
b1:
    %4: int = const[1]
    %5: int = int_add x%1, %4
    x%1: int = copy %5
    %6: int = int_add y%2, x%1
    y%2: int = copy %6
    %7: int = const[1]
    %8: int = int_add i%3, %7
    i%3: int = copy %8
    jump[b2]
b2:
    COND
    branch[b1, b3] %9
b3:
    return y%2
}
"""


def test_variable_loop() -> None:
    """``while i < n { x = x + 1; y = y + x; i = i + 1; }``: the step, the comparison and the jump back are one instruction."""
    check(
        LOOP.replace("COND", "%9: bool = int_lt i%3, n%0"),
        """
        x4 r0 cost 5
        0 LoadInt x2, 0
        1 LoadInt x1, 0
        2 LoadInt x3, 0
        3 JmpIntLe x0, x3 -> 7
        4 IntAddI x2, x2, 1
        5 IntAdd x1, x1, x2
        6 LoopIncLt x3, x0 -> 4
        7 RetX x1
        """,
    )


def test_loop_with_another_condition() -> None:
    """Four instructions a turn; the back edge is the fused branch."""
    check(
        LOOP.replace("COND", "%9: bool = int_ne i%3, n%0"),
        """
        x4 r0 cost 5
        0 LoadInt x2, 0
        1 LoadInt x1, 0
        2 LoadInt x3, 0
        3 Jmp -> 7
        4 IntAddI x2, x2, 1
        5 IntAdd x1, x1, x2
        6 IntAddI x3, x3, 1
        7 LoopIntNe x3, x0 -> 4
        8 RetX x1
        """,
    )


def test_large_limit_is_loaded_before_the_loop() -> None:
    check(
        LOOP.replace("COND", "%10: int = const[200000]\n    %9: bool = int_gt %10, i%3"),
        """
        x4 r0 cost 6
        0 LoadInt x1, 0
        1 LoadInt x0, 0
        2 LoadInt x2, 0
        3 LoadInt x3, 200000
        4 JmpIntLe x3, x2 -> 8
        5 IntAddI x1, x1, 1
        6 IntAdd x0, x0, x1
        7 LoopIncLt x2, x3 -> 5
        8 RetX x0
        """,
    )


def test_fib() -> None:
    check(
        """
        fn main(n%0: int) -> int {
        b0:
            %1: int = const[2]
            %2: bool = int_lt n%0, %1
            branch[b1, b2] %2
        b1:
            return n%0
        b2:
            %3: int = const[1]
            %4: int = int_sub n%0, %3
            %5: int = call[main] %4
            %6: int = const[2]
            %7: int = int_sub n%0, %6
            %8: int = call[main] %7
            %9: int = int_add %5, %8
            return %9
        }""",
        """
        x3 r0 cost 7
        0 JmpIntGeI x0, 2 -> 2
        1 RetX x0
        2 IntAddI x1, x0, -1
        3 Call x1.., r0.., main#0
        4 IntAddI x2, x0, -2
        5 Call x2.., r0.., main#0
        6 IntAdd x0, x1, x2
        7 RetX x0
        """,
    )


INC = """
fn inc(x%0: int) -> int {
b0:
    %1: int = const[1]
    %2: int = int_add x%0, %1
    return %2
}
"""


def test_calls_in_a_loop() -> None:
    """``while i < 500000 { s = inc(s); i = i + 1; }``: argument and result stay where the window is."""
    check(
        """
        fn main() -> int {
        b0:
            s%0: int = const[0]
            i%1: int = const[0]
            jump[b2]
        b1:
            %2: int = call[inc] s%0
            s%0: int = copy %2
            %3: int = const[1]
            %4: int = int_add i%1, %3
            i%1: int = copy %4
            jump[b2]
        b2:
            %5: int = const[500000]
            %6: bool = int_lt i%1, %5
            branch[b1, b3] %6
        b3:
            return s%0
        }"""
        + INC,
        """
        x3 r0 cost 5
        0 LoadInt x2, 0
        1 LoadInt x0, 0
        2 LoadInt x1, 500000
        3 JmpIntLe x1, x0 -> 6
        4 Call x2.., r0.., inc#1
        5 LoopIncLt x0, x1 -> 4
        6 RetX x2
        """,
    )


def test_nested_calls() -> None:
    """Arguments that wait for a nested call wait in the outer window; its result is the next argument."""
    check(
        """
        fn main(a%0: int, b%1: int) -> int {
        b0:
            %2: int = const[7]
            %3: int = int_mul a%0, b%1
            %4: int = call[inc] b%1
            %5: int = call[three] %3, %4, %2
            %6: int = int_add %5, a%0
            return %6
        }
        fn three(a%0: int, b%1: int, c%2: int) -> int {
        b0:
            return b%1
        }"""
        + INC,
        """
        x5 r0 cost 7
        0 IntMul x2, x0, x1
        1 MoveX x3, x1
        2 Call x3.., r0.., inc#1
        3 LoadInt x4, 7
        4 Call x2.., r0.., three#2
        5 IntAdd x0, x2, x0
        6 RetX x0
        """,
    )


def test_arguments_that_change_places() -> None:
    check(
        """
        fn main(a%0: int, b%1: int) -> int {
        b0:
            %2: int = call[main] b%1, a%0
            return %2
        }""",
        """
        x3 r0 cost 4
        0 MoveX x2, x0
        1 Call x1.., r0.., main#0
        2 MoveX x0, x1
        3 RetX x0
        """,
    )


def test_method_on_a_kept_receiver() -> None:
    check(
        """
        struct P { x: int }
        fn main(p%0: P) -> int {
        b0:
            %1: int = call[m] p%0
            %2: int = call[m] p%0
            %3: int = int_add %1, %2
            return %3
        }
        fn m(p%0: P) -> int {
        b0:
            %1: int = get[0] p%0
            return %1
        }""",
        """
        x2 r2 cost 5
        0 MoveR r1, r0
        1 Call x0.., r1.., m#1
        2 Call x1.., r0.., m#1
        3 IntAdd x0, x0, x1
        4 RetX x0
        """,
    )


def test_closure_call_reads_its_function_where_it_is() -> None:
    check(
        """
        fn main(f%0: fn(int, string) -> int, s%1: string) -> int {
        b0:
            %2: int = const[4]
            %3: int = call_value f%0, %2, s%1
            return %3
        }""",
        """
        x1 r2 cost 3
        0 LoadInt x0, 4
        1 CallValue x0.., r1.., r0
        2 RetX x0
        """,
    )


def test_fused_field_arithmetic() -> None:
    """``p.n = p.n + 3; p.n = p.n - 1; p.n = p.n + k; a[k] = a[k] + k``."""
    check(
        """
        struct P { s: string, n: int }
        fn main(p%0: P, k%1: int, a%2: [int]) -> unit {
        b0:
            %3: int = get[1] p%0
            %4: int = const[3]
            %5: int = int_add %3, %4
            set[1] p%0, %5
            %6: int = get[1] p%0
            %7: int = const[1]
            %8: int = int_sub %6, %7
            set[1] p%0, %8
            %9: int = get[1] p%0
            %10: int = int_add k%1, %9
            set[1] p%0, %10
            %11: int = index a%2, k%1
            %12: int = int_add %11, k%1
            index_set a%2, k%1, %12
            return
        }""",
        """
        x1 r2 cost 5
        0 FieldAddI r0, 1, 3
        1 FieldAddI r0, 1, -1
        2 FieldAdd r0, 1, x0
        3 ArrAddW r1, x0, x0
        4 Ret
        """,
    )


def test_field_arithmetic_with_a_call_between_is_not_fused() -> None:
    check(
        """
        struct P { n: int }
        fn main(p%0: P) -> unit {
        b0:
            %1: int = get[0] p%0
            %2: int = call[g] p%0
            %3: int = int_add %1, %2
            set[0] p%0, %3
            return
        }
        fn g(p%0: P) -> int {
        b0:
            %1: int = const[9]
            set[0] p%0, %1
            return %1
        }""",
        """
        x2 r2 cost 6
        0 GetX x0, r0, 0
        1 MoveR r1, r0
        2 Call x1.., r1.., g#1
        3 IntAdd x0, x0, x1
        4 SetX r0, 0, x0
        5 Ret
        """,
    )


ENUM = "enum E { A, B(int, string), C(float), D }\nenum Opt { Some(int), None }\n"


def test_match_by_tests_of_the_tag() -> None:
    check(
        ENUM
        + """
        fn main(o%0: Opt) -> int {
        b0:
            %1: int = tag o%0
            %2: int = const[0]
            %3: bool = int_eq %1, %2
            branch[b1, b2] %3
        b1:
            %4: int = payload[0.0] o%0
            return %4
        b2:
            %5: int = const[-1]
            return %5
        }""",
        """
        x1 r1 cost 3
        0 JmpTagNe r0, 0 -> 3
        1 PayX x0, r0, 0.0
        2 RetX x0
        3 RetI -1
        """,
    )


def test_match_by_switch() -> None:
    check(
        ENUM
        + """
        fn main(e%0: E) -> int {
        b0:
            %1: int = tag e%0
            switch[0: b1, 1: b2, 2: b3, 3: b1] %1
        b1:
            %2: int = const[1]
            return %2
        b2:
            %3: int = payload[1.0] e%0
            return %3
        b3:
            %4: int = const[3]
            return %4
        }""",
        """
        x1 r1 cost 3
        0 JmpTagEq r0, 1 -> 3
        1 JmpTagEq r0, 2 -> 5
        2 RetI 1
        3 PayX x0, r0, 1.1
        4 RetX x0
        5 RetI 3
        """,
    )


def test_dense_switch_with_a_jump_back() -> None:
    check(
        """
        fn main(n%0: int) -> int {
        b0:
            jump[b1]
        b1:
            %1: int = const[1]
            n%0: int = int_sub n%0, %1
            switch[1: b2, 2: b1, 3: b3, 4: b2, else: b1] n%0
        b2:
            return n%0
        b3:
            %2: int = const[30]
            return %2
        }""",
        """
        x1 r0 cost 1
        0 IntAddI x0, x0, -1
        1 Switch x0, 4, [1: 7, 2: 6, 3: 8, 4: 7, else: 6]
        6 Loop -> 0
        7 RetX x0
        8 RetI 30
        """,
    )


def test_sparse_switch() -> None:
    check(
        """
        fn main(n%0: int) -> int {
        b0:
            switch[1: b1, 1000: b2, 100000: b3, 200000: b2, else: b1] n%0
        b1:
            return n%0
        b2:
            %1: int = const[2]
            return %1
        b3:
            %2: int = const[3]
            return %2
        }""",
        """
        x2 r0 cost 6
        0 JmpIntEqI x0, 1000 -> 6
        1 LoadInt x1, 100000
        2 JmpIntEq x0, x1 -> 7
        3 LoadInt x1, 200000
        4 JmpIntEq x0, x1 -> 6
        5 RetX x0
        6 RetI 2
        7 RetI 3
        """,
    )


def test_objects_in_layout_order() -> None:
    """References first; a field of type unit has a word; copies into an interface value cost nothing; scalars are boxed."""
    check(
        ENUM
        + """
        iface I
        struct S { a: int, b: string, c: unit, d: [float] }
        fn main(n%0: int, s%1: string) -> I {
        b0:
            %2: [float] = array
            %3: unit = const[()]
            %4: S = new n%0, s%1, %3, %2
            %5: [float] = get[3] %4
            %6: I = to_iface n%0
            %7: I = to_iface %4
            return %7
        }""",
        """
        x2 r2 cost 5
        0 NewArray r1, <[float]>, 0, ()
        1 LoadUnit x1
        2 New r0, <S>, (r0, r1, x0, x1)
        4 RetR r0
        """,
    )


def test_constants_without_payload_are_shared() -> None:
    check(
        ENUM
        + """
        fn main(c%0: bool) -> Opt {
        b0:
            branch[b1, b2] c%0
        b1:
            %1: Opt = variant[1]
            r%2: Opt = copy %1
            jump[b3]
        b2:
            %3: int = const[5]
            %4: Opt = variant[0] %3
            r%2: Opt = copy %4
            jump[b3]
        b3:
            return r%2
        }""",
        """
        x1 r1 cost 4
        0 JmpFalse x0 -> 3
        1 LoadObj r0, <Opt::None>
        2 RetR r0
        3 LoadInt x0, 5
        4 NewX1 r0, <Opt::Some>, x0
        5 RetR r0
        """,
    )


def test_branch_of_values() -> None:
    """Both arms compute into the result; the negation is folded into the branch."""
    check(
        """
        fn main(a%0: float, b%1: float) -> float {
        b0:
            %2: bool = float_lt a%0, b%1
            %3: bool = bool_not %2
            branch[b1, b2] %3
        b1:
            %4: float = float_add a%0, b%1
            r%5: float = copy %4
            jump[b3]
        b2:
            r%5: float = copy b%1
            jump[b3]
        b3:
            return r%5
        }""",
        """
        x2 r0 cost 3
        0 JmpFloatLt x0, x1 -> 3
        1 FloatAdd x0, x0, x1
        2 RetX x0
        3 RetX x1
        """,
    )


def test_constants_of_a_loop_are_loaded_before_it() -> None:
    check(
        """
        fn main(n%0: int) -> float {
        b0:
            x%1: float = const[0.0]
            jump[b2]
        b1:
            %2: float = const[0.5]
            %3: float = float_mul x%1, %2
            %4: float = const[1.0]
            x%1: float = float_add %3, %4
            %8: float = const[0.5]
            x%1: float = float_sub x%1, %8
            %5: int = const[1]
            n%0: int = int_sub n%0, %5
            jump[b2]
        b2:
            %6: int = const[0]
            %7: bool = int_gt n%0, %6
            branch[b1, b3] %7
        b3:
            return x%1
        }""",
        """
        x5 r0 cost 5
        0 LoadConst x1, 0.0
        1 LoadConst x2, 0.5
        2 LoadConst x3, 1.0
        3 Jmp -> 8
        4 FloatMul x4, x1, x2
        5 FloatAdd x1, x4, x3
        6 FloatSub x1, x1, x2
        7 IntAddI x0, x0, -1
        8 LoopIntGtI x0, 0 -> 4
        9 RetX x1
        """,
    )


def test_immediates() -> None:
    check(
        """
        fn main(n%0: int, c%1: char) -> bool {
        b0:
            %2: int = const[10]
            %3: int = int_sub %2, n%0
            %4: int = int_mul %2, %3
            %5: int = int_div %4, %2
            %6: int = const[3]
            %7: int = int_shl %5, %6
            %8: int = const[-32768]
            %9: int = int_sub %7, %8
            %10: char = const['é']
            %11: bool = char_gt %10, c%1
            %12: bool = int_le %8, %9
            %13: bool = const[false]
            %14: bool = bool_eq %12, %13
            %15: bool = bool_and %14, %11
            return %15
        }""",
        """
        x3 r0 cost 11
        0 IntRsubI x0, x0, 10
        1 IntMulI x0, x0, 10
        2 IntDivI x0, x0, 10
        3 IntShlI x0, x0, 3
        4 LoadInt x2, -32768
        5 IntSub x2, x0, x2
        6 IntLtI x0, x1, 233
        7 IntGeI x1, x2, -32768
        8 BoolNot x1, x1
        9 IntAnd x0, x1, x0
        10 RetX x0
        """,
    )


def test_unit_costs_nothing() -> None:
    check(
        """
        fn main(u%0: unit, a%1: [unit]) -> unit {
        b0:
            v%2: unit = copy u%0
            %3: cell unit = cell v%2
            cell_set %3, u%0
            w%4: unit = cell_get %3
            x%5: unit = call[main] w%4, a%1
            return x%5
        }""",
        """
        x1 r2 cost 5
        0 LoadUnit x0
        1 NewX1 r1, <cell unit>, x0
        2 LoadUnit x0
        3 Call x0.., r0.., main#0
        4 Ret
        """,
    )


def test_interface_dispatch_and_tests() -> None:
    check(
        ENUM
        + """
        iface I
        slot show(self, int) -> int { Opt: f, int: g }
        fn main(o%0: Opt, n%1: int) -> Opt {
        b0:
            %2: I = to_iface n%1
            %3: int = call_iface[slot show] %2, n%1
            %4: I = to_iface o%0
            %5: bool = is[Opt] %4
            branch[b1, b2] %5
        b1:
            %6: Opt = from_iface %4
            return %6
        b2:
            %7: Opt = as_try[int] %2
            return %7
        }
        fn f(o%0: Opt, n%1: int) -> int {
        b0:
            return n%1
        }
        fn g(o%0: I, n%1: int) -> int {
        b0:
            %2: int = from_iface o%0
            return %2
        }""",
        """
        x1 r3 cost 8
        0 NewX1 r1, <box int>, x0
        1 MoveR r2, r1
        2 CallIface x0.., r2.., slot show
        3 JmpIsNot r0, is Opt -> 6
        4 Cast r0, r0, is Opt
        5 RetR r0
        6 JmpIsNot r1, is int -> 10
        7 Unbox x0, r1, <box int>
        8 NewX1 r0, <Opt::Some>, x0
        9 RetR r0
        10 LoadObj r0, <Opt::None>
        11 RetR r0
        """,
    )


EFFECTS = """
op S.get(int) -> int
op S.put(string, int) -> unit
fn main(x%0: int) -> int {
b0:
    c%1: cell int = cell x%0
    %2: fn() -> int = closure[body] c%1
    %3: fn(int, cont(int) -> int) -> int = closure[get] c%1
    %4: fn(string, int) -> unit = closure[put]
    %5: int = handle[S.get => 0 capture; S.put => 1 direct] %2, %3, %4
    %6: int = cell_get c%1
    %7: int = int_add %5, %6
    return %7
}
body body() -> int env %0 (cell int) {
b0:
    %1: int = const[3]
    %2: int = perform[S.get] %1
    %3: string = const['x']
    perform[S.put] %3, %2
    handler_off
    return %2
}
arm get(n%0: int, k%1: cont(int) -> int) -> int env %2 (cell int) {
b0:
    c%3: cell int = capture[0]
    %4: int = cell_get c%3
    %5: int = int_add %4, n%0
    cell_set c%3, %5
    %6: int = const[2]
    tail_resume k%1, %6
}
arm put(s%0: string, n%1: int) -> unit {
b0:
    return
}
"""


def test_handle() -> None:
    check(
        EFFECTS,
        """
        x2 r4 cost 8
        0 NewX1 r0, <cell int>, x0
        1 NewR1 r1, <body>, r0
        2 NewR1 r2, <get>, r0
        3 LoadObj r3, <put>
        4 Handle x0.., r1.., handler 0 (S.get: get, S.put: put)
        5 GetX x1, r0, 0
        6 IntAdd x0, x0, x1
        7 RetX x0
        """,
    )
    check(
        EFFECTS,
        """
        x1 r2 cost 4 env <get>
        0 GetR r1, r1, 0
        1 FieldAdd r1, 0, x0
        2 LoadInt x0, 2
        3 TailResumeX r0, x0
        """,
        "get",
    )
    check(
        EFFECTS,
        """
        x2 r1 cost 7 env <body>
        0 LoadInt x0, 3
        1 Perform x0.., r0.., S.get
        2 MoveX x1, x0
        3 LoadObj r0, 'x'
        4 Perform x1.., r0.., S.put
        5 HandlerOff
        6 RetX x0
        """,
        "body",
    )


def test_landing_registers_lie_below_every_window() -> None:
    check(
        """
        op S.stop() -> int
        fn main(x%0: int) -> int {
        b0:
            t%1: int = mark[b1]
            %2: fn() -> int = closure[body] t%1
            %3: fn() -> int = closure[arm]
            %4: int = handle[S.stop => 0 abort] %2, %3
            unmark t%1
            x%0: int = copy %4
            return x%0
        b1: landing
            %5: int = landing_value
            %6: int = int_add %5, x%0
            return %6
        }
        body body() -> int env %0 (int) {
        b0:
            t%1: int = capture[0]
            %2: int = const[3]
            exit['return'] t%1, %2
        }
        arm arm() -> int {
        b0:
            %0: int = const[4]
            return %0
        }""",
        """
        x3 r2 cost 7 marks
        0 Mark x1, as int -> 7
        2 NewX1 r0, <body>, x1
        3 LoadObj r1, <arm>
        4 Handle x2.., r0.., handler 0 (S.stop: arm)
        5 Unmark x1
        6 RetMX x2
        7 LandX x1
        8 IntAdd x0, x1, x0
        9 RetMX x0
        """,
    )


def test_characters_of_a_string() -> None:
    check(
        """
        fn main(s%0: string) -> int {
        b0:
            i%1: int = const[0]
            h%2: int = const[0]
            n%3: int = __string_byte_len s%0
            jump[b2]
        b1:
            c%4: char = __string_char_at_byte s%0, i%1
            %5: int = __string_next_byte s%0, i%1
            i%1: int = copy %5
            %6: int = char_to_int c%4
            h%2: int = int_add h%2, %6
            jump[b2]
        b2:
            %7: bool = int_lt i%1, n%3
            branch[b1, b3] %7
        b3:
            return h%2
        }""",
        """
        x4 r1 cost 5
        0 LoadInt x1, 0
        1 LoadInt x0, 0
        2 BytesLen x2, r0
        3 Jmp -> 7
        4 StrIter x3, r0, x1
        5 CharToInt x3, x3
        6 IntAdd x0, x0, x3
        7 LoopIntLt x1, x2 -> 4
        8 RetX x0
        """,
    )
