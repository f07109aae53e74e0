"""Tracebacks as text (07 §11)."""

from __future__ import annotations

from rusk.embed.tracebacks import RawFrame, render, shorten

MAIN: RawFrame = ("main", "a.rusk", 9, 5)
F: RawFrame = ("f", "a.rusk", 2, 7)
G: RawFrame = ("m::g", "m.rusk", 3, 1)


def test_plain() -> None:
    assert render([]) == ""
    assert render([MAIN, F, ("core::x", "", 0, 0)]) == (
        "traceback (innermost last):\n  main at a.rusk:9:5\n  f at a.rusk:2:7\n  core::x\n"
    )


def test_runs() -> None:
    assert shorten([MAIN, F, F, F, G]) == [
        "  main at a.rusk:9:5",
        "  f at a.rusk:2:7",
        "  f at a.rusk:2:7",
        "  f at a.rusk:2:7",
        "  m::g at m.rusk:3:1",
    ]
    lines = shorten([MAIN, *[F] * 1_000_000, G])
    assert lines == [
        "  main at a.rusk:9:5",
        "  f at a.rusk:2:7",
        "  f at a.rusk:2:7",
        "  ... the last frame repeated 999998 more times ...",
        "  m::g at m.rusk:3:1",
    ]


def test_cycles() -> None:
    lines = shorten([MAIN, *[F, G] * 1000, F])
    assert lines[5:] == ["  ... the last 2 frames repeated 998 more times ...", "  f at a.rusk:2:7"]
    assert len(lines) == 7


def test_long() -> None:
    frames = [(f"f{i}", "a.rusk", i, 1) for i in range(10_000)]
    text = render(frames)
    assert text.count("\n") == 122 and "... 9880 lines left out ..." in text
