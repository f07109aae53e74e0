"""Functions with several results: what the engine does, what the verifier refuses, how they look."""

from __future__ import annotations

from typing import Any

import pytest
from asm import BOOL, FLOAT, INT, NEVER, STRING, UNIT, Asm
from verifier_sample import Sample, accept, function, refuse, refused

import rusk
from rusk._interp import Code, Session
from rusk.code import image as im
from rusk.code.disasm import listing
from rusk.code.rbc import decode, encode
from rusk.code.verifier import verify


def called(text: str, results: tuple[int, ...], use: str, nx: int = 4, nr: int = 4) -> Any:
    """The int that ``main`` gives with ``use`` after a call of a function ``f(7, "t")`` with these results."""
    a = Asm()
    a.string("t", "t")
    a.string("u", "u")
    a.func("f", [INT, STRING], INT, nx, nr, text, results=results)
    a.func("main", [], INT, 4, 4, f"LoadInt 0 5\nLoadInt 1 7\nLoadObj 1 t\nCall 1 1 f\n{use}")
    verify(a.finish())
    return a.run("main")


def test_two_scalars_may_change_places() -> None:
    assert called("LoadInt 1 3\nRetXX 1 0", (INT, INT), "IntMulI 1 1 10\nIntAdd 1 1 2\nRetX 1") == 37


def test_immediates() -> None:
    assert called("RetII -3 100000", (INT, INT), "IntAdd 0 1 2\nRetX 0") == 99997
    assert called("RetIX -3 0", (INT, INT), "IntAdd 0 1 2\nRetX 0") == 4
    assert called("RetIR -3 0", (INT, STRING), "JmpStrEq 1 1 out\nout:\nRetX 1") == -3
    assert called("RetXR 0 0", (INT, STRING), "RetX 1") == 7


def test_lists_move_all_at_once() -> None:
    text = "LoadInt 1 1\nLoadInt 2 2\nLoadObj 1 u\nRetN 3 2 [ 2 0 1 1 0 ]"
    use = "IntMulI 1 1 100\nIntMulI 2 2 10\nIntAdd 1 1 2\nIntAdd 1 1 3\nLoadObj 0 u\nJmpStrEq 1 0 ok\nRetI 0\nok:\nRetX 1"
    assert called(text, (INT, STRING, INT, INT, STRING), use) == 271


def test_only_the_program_calls_them() -> None:
    a = Asm()
    a.func("f", [INT], INT, 2, 0, "RetII 1 2", results=(INT, INT))
    verify(a.finish())
    session = Session(Code(a.finish()))
    with pytest.raises(TypeError, match="^`f` has several results: only the program can call it$"):
        session.begin(0, (1,))
    with pytest.raises(RuntimeError, match="session is not started"):
        session.step()


def test_a_closure_is_not_called_without_what_it_captured() -> None:
    image = rusk.compile(
        "fn main() -> int { let n = [1]; let f = |x: int| { n[0] + x }; f(2) }", opt_level=0
    ).image
    (at,) = [i for i, f in enumerate(image.funcs) if f.env >= 0]
    with pytest.raises(TypeError, match="has an environment: only the program can call it"):
        Session(Code(image)).begin(at, (1,))


def test_what_the_verifier_wants() -> None:
    pair = {"results": (INT, INT)}
    accept("RetXX 0 0", [INT], INT, **pair)
    accept("RetII 1 2", [INT], UNIT, **pair)
    refuse("holds no value", "RetXX 0 1", [INT], INT, **pair)
    refuse("holds no value", "RetIX 0 1", [INT], INT, **pair)
    refuse("2 and 0 results", "RetXR 0 0", [INT, STRING], INT, **pair)
    refuse("2 and 0 results", "RetIR 0 0", [INT, STRING], INT, **pair)
    refuse("2 and 0 results", "RetN 1 0 [ 0 ]", [INT], INT, **pair)
    refuse("2 and 0 results", "RetN 2 1 [ 0 0 0 ]", [INT, STRING], INT, **pair)
    refuse("returns bool", "RetIX 0 0", [INT], INT, results=(BOOL, INT))
    refuse("bool and int, not int", "RetII 0 0", [INT], INT, results=(BOOL, INT))
    refuse("int and bool", "RetII 0 0", [INT], INT, results=(INT, BOOL))
    refuse("not float", "RetXX 0 0", [INT], INT, results=(INT, FLOAT))
    refuse("holds string, not bytes", "RetXR 0 0", [INT, STRING], INT, results=(INT, im.BYTES))
    accept("RetXR 0 0", [INT, STRING], INT, results=(INT, STRING))
    accept("RetN 1 2 [ 0 0 0 ]", [INT, STRING], INT, results=(STRING, INT, STRING))


def test_single_and_several_do_not_mix() -> None:
    for text in ("RetX 0", "RetI 3"):
        refuse("several results", text, [INT], INT, results=(INT, INT))
    refuse("several results", "Ret", [INT], UNIT, results=(INT, INT))
    refuse("several results", "RetR 0", [STRING], STRING, results=(INT, INT))
    refuse("", "TailResumeX 0 0", [INT, "cont"], INT, results=(INT, INT))
    for text in ("RetXX 0 0", "RetII 1 1", "RetIX 1 0", "RetN 2 0 [ 0 0 ]"):
        refuse("returns int", text, [INT], INT)
    refuse("with marks", "RetXX 0 0", [INT], INT, marks=True, results=(INT, INT))


def test_tables() -> None:
    refuse("too many results", "RetN 9 0 [ 0 0 0 0 0 0 0 0 0 ]", [INT], INT, results=(INT,) * 9)
    accept("RetN 8 0 [ 0 0 0 0 0 0 0 0 ]", [INT], INT, results=(INT,) * 8)
    for t in (UNIT, NEVER):
        refuse("without content", "RetII 0 0", [INT], INT, results=(INT, t))
    refuse("type out of range", "RetII 0 0", [INT], INT, results=(INT, 5000))


def test_calls_know_where_the_results_are() -> None:
    accept("LoadInt 2 1\nCall 2 3 both\nIntAdd 0 2 3\nMoveR 0 3\nRet")
    refuse("beyond the registers", "LoadInt 3 1\nCall 3 0 both\nRet")
    refuse("beyond the registers", "LoadInt 2 1\nCall 2 4 both\nRet")
    refuse("holds no value", "LoadInt 0 1\nCall 0 0 both\nMoveX 3 2\nRet")
    refuse("holds string", "LoadInt 0 1\nCall 0 0 both\nTag 0 0\nRet")


def test_only_direct_calls() -> None:
    a = Sample()
    a.func("f", [INT], INT, 1, 1, "RetII 0 0", results=(INT, INT))
    a.closure("f_value", "f", a.unary)
    refused(a.finish(), "several results")
    a = Sample()
    a.func("f", [INT], INT, 1, 1, "RetII 0 0", results=(INT, INT))
    a.finish().entries.append(im.Entry("f", a.names["f"]))
    refused(a.image, "several results")


@pytest.mark.parametrize("regs", ["0 1", "0 1 2 3 0"])
def test_unused_ends_of_the_list(regs: str) -> None:
    n = len(regs.split())
    text = f"LoadInt 0 1\nLoadInt 1 1\nLoadInt 2 1\nLoadInt 3 1\nRetN {n} 0 [ {regs} ]"
    image = function(text, [], INT, results=(INT,) * n)
    verify(image)
    image.code[-1] |= 1 << 63
    refused(image, "not used is not 0")


def test_bytes_and_listing() -> None:
    a = Sample()
    image = decode(encode(a.finish()))
    f = image.funcs[a.names["both"]]
    assert f.results == (INT, INT, STRING)
    text = listing(image)
    assert "both(int) -> E as (int, int, string)" in text
    assert "RetN             2, 1, (x0, x1, r0)" in text
