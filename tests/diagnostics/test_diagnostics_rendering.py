"""Diagnostics on the terminal (08 §14.6)."""

from __future__ import annotations

import re

from rusk.diagnostics import Diagnostic, Diagnostics, render, render_all
from rusk.source import Source


def at(source: Source, text: str, nth: int = 0) -> tuple[int, int]:
    """The place of a text in the source."""
    pos = -1
    for _ in range(nth + 1):
        pos = source.text.index(text, pos + 1)
    return pos, pos + len(text)


def error(source: Source | None, place: tuple[int, int], **more: object) -> Diagnostic:
    return Diagnostics().error("type-mismatch", "wrong", source, *place, **more)  # type: ignore[arg-type]


def shown(diagnostic: Diagnostic) -> list[str]:
    """The lines after the first two."""
    return render(diagnostic).split("\n")[2:]


def test_example_of_the_chapter() -> None:
    source = Source("shapes.rusk", "\n" * 6 + "    let p: Pint = Pint { x: 1 };\n")
    diagnostic = Diagnostics().error(
        "unknown-type",
        "unknown type `Pint`",
        source,
        *at(source, "Pint"),
        label="not found in this scope",
        help="did you mean `Point`?",
    )
    assert (
        render(diagnostic)
        == """\
error[E0213]: unknown type `Pint`
 --> shapes.rusk:7:12
  |
7 |     let p: Pint = Pint { x: 1 };
  |            ^^^^ not found in this scope
  |
  = help: did you mean `Point`?"""
    )


def test_second_example_of_the_chapter() -> None:
    text = "\n\nfn area(r: int) -> int {\n" + "\n" * 10 + "fn area(a: int, b: int) -> int {\n"
    source = Source("shapes.rusk", text)
    diagnostic = Diagnostics().error(
        "duplicate-item",
        "duplicate function `area`",
        source,
        *at(source, "area", 1),
        secondary=[(source, *at(source, "area"), "first defined here")],
    )
    assert (
        render(diagnostic)
        == """\
error[E0206]: duplicate function `area`
  --> shapes.rusk:14:4
   |
 3 | fn area(r: int) -> int {
   |    ---- first defined here
...
14 | fn area(a: int, b: int) -> int {
   |    ^^^^"""
    )


def test_warning_and_notes() -> None:
    source = Source("a.rusk", "match")
    diagnostic = Diagnostics().warning(
        "unreachable-arm", "this arm can never match", source, 0, 5, help="h", notes=["one", "two"]
    )
    assert render(diagnostic).split("\n") == [
        "warning[W0101]: this arm can never match",
        " --> a.rusk:1:1",
        "  |",
        "1 | match",
        "  | ^^^^^",
        "  |",
        "  = help: h",
        "  = note: one",
        "  = note: two",
    ]


def test_neighbouring_lines_have_no_gap() -> None:
    source = Source("a.rusk", "one\ntwo\nthree\nfour\n")
    diagnostic = error(
        source,
        at(source, "two"),
        secondary=[(source, *at(source, "one"), None), (source, *at(source, "four"), "x")],
    )
    assert shown(diagnostic) == [
        "  |",
        "1 | one",
        "  | ---",
        "2 | two",
        "  | ^^^",
        "...",
        "4 | four",
        "  | ---- x",
    ]


def test_several_places_on_a_line() -> None:
    source = Source("a.rusk", "foo(bar, baz)")
    diagnostic = error(
        source,
        at(source, "bar"),
        label="main",
        secondary=[
            (source, *at(source, "baz"), "last"),
            (source, *at(source, "foo"), "first"),
            (source, *at(source, "bar"), "same"),
        ],
    )
    assert shown(diagnostic) == [
        "  |",
        "1 | foo(bar, baz)",
        "  | --- first",
        "  |     ^^^ main",
        "  |     --- same",
        "  |          --- last",
    ]


def test_several_lines() -> None:
    source = Source("a.rusk", "x = f(\n    1,\n    2);\n")
    diagnostic = error(source, at(source, "f(\n    1,\n    2)"), label="all of it")
    assert shown(diagnostic) == [
        "  |",
        "1 | x = f(",
        "  |     ^^",
        "...",
        "3 |     2);",
        "  | ^^^^^^ all of it",
    ]
    assert render(diagnostic).split("\n")[1] == " --> a.rusk:1:5"


def test_two_lines_and_line_end_at_the_end() -> None:
    source = Source("a.rusk", "ab\r\ncd\r\nef")
    assert shown(error(source, (1, 6))) == ["  |", "1 | ab", "  |  ^", "2 | cd", "  | ^^"]
    # a place that ends with the line end does not reach into the next line
    assert shown(error(source, (1, 4))) == ["  |", "1 | ab", "  |  ^"]


def test_tabs_are_four_spaces() -> None:
    source = Source("a.rusk", "\tlet\tx = y;")
    assert shown(error(source, at(source, "x"))) == ["  |", "1 |     let    x = y;", "  |            ^"]
    assert shown(error(source, at(source, "let\tx"))) == ["  |", "1 |     let    x = y;", "  |     ^^^^^^^^"]
    assert render(error(source, at(source, "x"))).split("\n")[1] == " --> a.rusk:1:6"


def test_at_least_one_mark() -> None:
    source = Source("a.rusk", "ab")
    assert shown(error(source, (1, 1))) == ["  |", "1 | ab", "  |  ^"]
    assert shown(error(source, (2, 2))) == ["  |", "1 | ab", "  |   ^"]
    assert shown(error(source, (2, 3))) == ["  |", "1 | ab", "  |   ^"]
    assert shown(error(Source("a.rusk", ""), (0, 0))) == ["  |", "1 |", "  | ^"]
    assert shown(error(Source("a.rusk", "x\n"), (2, 2))) == ["  |", "2 |", "  | ^"]


def test_characters_are_counted() -> None:
    source = Source("a.rusk", "let größe = 𝄞ä;")
    assert shown(error(source, at(source, "𝄞ä"))) == ["  |", "1 | let größe = 𝄞ä;", "  |             ^^"]


def test_gutter_is_as_wide_as_the_largest_number() -> None:
    source = Source("a.rusk", "x\n" * 120)
    diagnostic = error(source, (0, 1), secondary=[(source, 198, 199, "far")], notes=["n"])
    assert render(diagnostic).split("\n") == [
        "error[E0301]: wrong",
        "   --> a.rusk:1:1",
        "    |",
        "  1 | x",
        "    | ^",
        "...",
        "100 | x",
        "    | - far",
        "    |",
        "    = note: n",
    ]


def test_other_files() -> None:
    source = Source("a.rusk", "let a = 1;")
    other = Source("b.rusk", "x\n" * 9 + "  fn b() {}\n  fn c() {}\n")
    third = Source("c.rusk", "y")
    diagnostic = error(
        source,
        at(source, "a"),
        label="here",
        secondary=[(other, *at(other, "c"), "and here"), (other, *at(other, "b"), None), (third, 0, 1, None)],
        help="h",
    )
    assert render(diagnostic).split("\n") == [
        "error[E0301]: wrong",
        "  --> a.rusk:1:5",
        "   |",
        " 1 | let a = 1;",
        "   |     ^ here",
        "  ::: b.rusk:10:6",
        "   |",
        "10 |   fn b() {}",
        "   |      -",
        "11 |   fn c() {}",
        "   |      - and here",
        "  ::: c.rusk:1:1",
        "   |",
        " 1 | y",
        "   | -",
        "   |",
        "   = help: h",
    ]


def test_without_source() -> None:
    diagnostic = Diagnostics().error("unreadable-file", "failed to read `x.rusk`", None, 0, 0, path="x.rusk")
    assert render(diagnostic) == "error[E0204]: failed to read `x.rusk`\n --> x.rusk:1:1"
    diagnostic.notes.append("n")
    assert render(diagnostic).split("\n")[2:] == ["  = note: n"]


def test_without_source_but_with_a_place_elsewhere() -> None:
    source = Source("a.rusk", "mod x;")
    diagnostic = error(None, (0, 0), path="x.rusk", secondary=[(source, 0, 6, "loaded here")])
    assert render(diagnostic).split("\n")[1:] == [
        " --> x.rusk:1:1",
        " ::: a.rusk:1:1",
        "  |",
        "1 | mod x;",
        "  | ------ loaded here",
    ]


def test_render_all() -> None:
    source = Source("a.rusk", "ab")
    one, two = error(source, (0, 1)), error(source, (1, 2))
    assert render_all([one, two]) == render(one) + "\n\n" + render(two)
    assert render_all([]) == ""


def test_colours_only_add_escapes() -> None:
    source = Source("a.rusk", "ab\ncd")
    diagnostic = error(source, (0, 1), label="l", help="h", secondary=[(source, 3, 4, None)])
    coloured = render(diagnostic, color=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(diagnostic)
    assert render_all([diagnostic], color=True) == coloured
