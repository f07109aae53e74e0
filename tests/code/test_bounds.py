"""Unchecked accesses: where the code generator makes them, where the verifier allows them, and that no saved state gets around it."""

from __future__ import annotations

import pytest
from verifier_sample import Sample, accept, refuse

import rusk
from rusk.code.disasm import listing
from rusk.code.errors import LoadError
from rusk.code.frames import Frames
from rusk.code.image import INT
from rusk.compiler import Options, compile_text

# ---------------------------------------------------------------- the verifier

INTS = [Sample().ints, Sample().ints, INT, INT]

KEPT = {
    "behind a checked access": "ArrGetW 2 0 0\nElemSetW 0 0 2",
    "behind a checked assignment": "ArrSetW 0 0 1\nElemGetW 2 0 0",
    "behind an update": "ArrAddW 0 0 1\nElemAddW 0 0 1",
    "on both ways": "JmpIntLt 0 1 other\nArrGetW 2 0 0\nJmp end\nother:\nArrSetW 0 0 1\nend:\nElemGetW 2 0 0",
    "behind the test": "JmpBeyond 0 0 end\nElemGetW 2 0 0\nend:\nNop",
    "where the test leads": "JmpWithin 0 0 good\nRet\ngood:\nElemGetW 2 0 0",
    "in the loop": "LoadInt 0 0\nJmpBeyond 0 0 end\nnext:\nElemGetW 2 0 0\nLoopIncWithin 0 0 next\nend:\nNop",
    "while the array grows": "ArrGetW 2 0 0\nArrPushW 0 2\nElemGetW 2 0 0",
    "of another register": "ArrGetW 2 0 0\nLoadInt 2 5\nArrLen 3 0\nElemGetW 2 0 0",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_allowed(text: str) -> None:
    accept(text + "\nRet", INTS, nx=6, nr=4)


BROKEN = {
    "without reason": "ElemGetW 2 0 0",
    "of another array": "ArrGetW 2 0 0\nElemGetW 2 1 0",
    "of another index": "ArrGetW 2 0 0\nElemGetW 2 0 1",
    "index written": "ArrGetW 2 0 0\nIntAddI 0 0 1\nElemGetW 2 0 0",
    "index overwritten by the element": "ArrGetW 0 0 0\nElemGetW 2 0 0",
    "array written": "ArrGetW 2 0 0\nMoveR 0 1\nElemGetW 2 0 0",
    "array shortened": "ArrGetW 2 0 0\nArrPopW 2 1\nElemGetW 2 0 0",
    "array cleared": "ArrGetW 2 0 0\nArrClear 1\nElemGetW 2 0 0",
    "call": "ArrGetW 2 0 0\nLoadInt 2 0\nCall 2 2 inc\nElemGetW 2 0 0",
    "on one way only": "JmpIntLt 0 1 end\nArrGetW 2 0 0\nend:\nElemGetW 2 0 0",
    "where the test leads": "JmpBeyond 0 0 bad\nRet\nbad:\nElemGetW 2 0 0",
    "behind the other test": "JmpWithin 0 0 end\nElemGetW 2 0 0\nend:\nNop",
    "both ways of one test": "JmpWithin 0 0 end\nend:\nElemGetW 2 0 0",
    "after a turn": "ArrGetW 2 0 0\nnext:\nElemGetW 2 0 0\nLoopIntLt 1 2 next",
    "after a test that goes back": "JmpBeyond 0 0 end\nnext:\nElemGetW 2 0 0\nLoopWithin 0 0 next\nend:\nNop",
    "behind the loop": "LoadInt 0 0\nJmpBeyond 0 0 end\nnext:\nElemGetW 2 0 0\nLoopIncWithin 0 0 next\nend:\nElemGetW 2 0 0",
    "with what was known before the loop": "ArrGetW 2 1 1\nJmpBeyond 0 0 end\nnext:\nElemGetW 2 1 1\nLoopIncWithin 0 0 next\nend:\nNop",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_refused(text: str) -> None:
    refuse("is not known to be an index", text + "\nRet", INTS, nx=6, nr=4)


@pytest.mark.parametrize(
    "test", ["Nop", "JmpBeyond 1 0 end", "JmpBeyond 0 1 end", "JmpWithin 0 0 end", "JmpIntLt 0 1 end"]
)
def test_loop_without_its_test(test: str) -> None:
    """If it pauses, the session goes on with the test."""
    text = f"{test}\nnext:\nArrGetW 2 0 0\nLoopIncWithin 0 0 next\nend:\nRet"
    refuse("no such test stands before the target", text, INTS, nx=6, nr=4)


def test_types() -> None:
    refuse("x0 holds", "LoadBool 0 1\nJmpBeyond 0 0 end\nend:\nRet", INTS, nx=6, nr=4)
    refuse("no array", "JmpBeyond 0 2 end\nend:\nRet", INTS, nx=6, nr=4)
    refuse("no array of this layout", "ArrGetW 2 0 0\nElemGetB 2 0 0\nRet", INTS, nx=6, nr=4)


# ---------------------------------------------------------------- the code generator


def code(text: str, **options: object) -> str:
    compiled = compile_text(text, "t.rusk", Options(**options))  # type: ignore[arg-type]
    assert compiled.image is not None, [d.message for d in compiled.diagnostics]
    out = listing(compiled.image).split("fn 1 ")[0]
    assert "fn 0 f" in out
    return out


def loop(body: str) -> str:
    return f"extern fn g() -> unit; pub fn f(a: [int], b: [int]) -> int {{ let t = 0; {body} t }}"


@pytest.mark.parametrize(
    "body",
    [
        "for x in a { t = t + x; }",
        "for i in core::iter::range(0, a.len()) { t = t + a[i]; }",
        "let n = a.len(); let i = 0; while i < n { a[i] = a[i] + t; i = i + 1; }",
        "for i in core::iter::range(0, b.len()) { t = t + b[i]; for x in a { t = t + x; } }",
    ],
)
def test_a_loop_over_all_indices_does_not_check_them(body: str) -> None:
    listed = code(loop(body))
    assert "ArrGet" not in listed and "ArrAdd" not in listed and "LoopIncWithin" in listed
    for without in ({"no_passes": ["bounds"]}, {"opt_level": 0}):
        assert "Elem" not in code(loop(body), **without) and "Within" not in code(loop(body), **without)


@pytest.mark.parametrize(
    "body",
    [
        "let n = a.len(); a.push(1); for i in core::iter::range(0, n) { t = t + a[i]; }",
        "let n = a.len(); for i in core::iter::range(0, n) { t = t + a[i]; a.push(t); }",
        "for i in core::iter::range(0, a.len()) { t = t + a[i]; g(); }",
        "for i in core::iter::range(-1, a.len()) { t = t + a[i]; }",
        "for i in core::iter::range(b[0], a.len()) { t = t + a[i]; }",
        "for i in core::iter::range(0, b.len()) { t = t + a[i]; }",
        "let n = a.len(); let c = a; for i in core::iter::range(0, n) { t = t + c[i]; c = b; }",
        # the length is looked at before a loop in which it changes
        "let n = a.len(); for k in core::iter::range(0, 3) { for i in core::iter::range(0, n) { t = t + a[i]; } a.pop(); }",
    ],
)
def test_where_the_length_may_be_another_the_index_is_checked(body: str) -> None:
    assert "Within" not in code(loop(body))


def test_an_index_that_was_right_is_right() -> None:
    swap = (
        "pub fn f(a: [int], i: int) { if a[i] > a[i + 1] { let t = a[i]; a[i] = a[i + 1]; a[i + 1] = t; } }"
    )
    listed = code(swap)
    assert listed.count("ArrGetW") == listed.count("ElemSetW") == 2


# ---------------------------------------------------------------- running

SOURCE = """
pub fn pairs(a: [int], b: [int]) -> [int] {
    let out: [int] = [];
    for i in core::iter::range(0, a.len()) {
        let t = 0;
        for x in b { t = t + x * a[i]; }
        for j in core::iter::range(0, a.len()) { a[j] = a[j] + 1; t = t + a[j]; }
        out.push(t);
    }
    out
}
"""


def expected(a: list[int], b: list[int]) -> list[int]:
    a = a[:]
    out = []
    for i in range(len(a)):
        t = sum(x * a[i] for x in b)
        a = [x + 1 for x in a]
        out.append(t + sum(a))
    return out


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("slice_", [1, 3, 10, 1000])
def test_pauses_change_nothing(level: int, slice_: int) -> None:
    """Also saved and loaded at each pause."""
    program = rusk.compile(SOURCE, opt_level=level)
    for a, b in (([3, 1, 4], [1, 5]), ([], [1]), ([7], []), (list(range(9)), [2, 2, 2])):
        for saving in (False, True):
            session = program.start(entry="pairs", args=(a, b))
            while not isinstance(outcome := session.step(fuel=slice_), rusk.Done):
                assert isinstance(outcome, rusk.Yield)
                if saving:
                    session = program.load(session.save())
            assert list(outcome.value) == expected(a, b)


def test_no_state_says_that_it_is_in_the_loop() -> None:
    """A saved session may stand at the test of a loop, but not behind it: there the code trusts the index."""
    compiled = compile_text(
        "pub fn f(a: [int]) -> int { let t = 0; for x in a { t = t + x; } t }", "t.rusk", Options()
    )
    assert compiled.image is not None
    frames = Frames(compiled.image)
    lines = listing(compiled.image).splitlines()
    places = {line.split()[1]: int(line.split()[0]) for line in lines[1:] if line.strip()}
    start = compiled.image.funcs[0].start
    for name in ("JmpBeyond", "RetX", "LoadInt"):
        frames.before(start + places[name])
    for name in ("ElemGetW", "IntAdd", "LoopIncWithin"):
        with pytest.raises(LoadError, match="a place where no session pauses"):
            frames.before(start + places[name])
