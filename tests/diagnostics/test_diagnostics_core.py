"""Catalogue, collector, sources, similar names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rusk.diagnostics import CATALOGUE, Diagnostics, nearest
from rusk.source import Source, load_source

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "language" / "09-diagnostics.md"


class TestCatalogue:
    def test_is_that_of_the_chapter(self) -> None:
        rows = re.findall(
            r"^\| ([EW]\d{4}) \| `([a-z-]+)` \|", CHAPTER.read_text(encoding="utf-8"), re.MULTILINE
        )
        kinds = {"E": "error", "W": "warning"}
        assert {name: (code, kinds[code[0]]) for code, name in rows} == CATALOGUE
        assert len(rows) == len(CATALOGUE)
        assert [code for code, _ in CATALOGUE.values()] == [code for code, _ in rows]

    def test_codes_are_unique(self) -> None:
        codes = [code for code, _ in CATALOGUE.values()]
        assert len(codes) == len(set(codes))


class TestCollector:
    def test_error_and_warning(self) -> None:
        diags = Diagnostics()
        source = Source("a.rusk", "abc\ndef")
        assert not diags.has_errors
        warning = diags.warning("unreachable-arm", "w", source, 0, 1, notes=["n"])
        assert not diags.has_errors
        assert (warning.code, warning.severity, warning.notes) == ("W0101", "warning", ["n"])
        error = diags.error(
            "type-mismatch", "m", source, 5, 6, label="l", help="h", secondary=[(source, 0, 1, None)]
        )
        assert diags.has_errors
        assert (error.code, error.name, error.severity, error.message) == (
            "E0301",
            "type-mismatch",
            "error",
            "m",
        )
        assert (error.label, error.help, error.secondary) == ("l", "h", [(source, 0, 1, None)])
        assert error.location() == ("a.rusk", 2, 2)
        assert diags.items == [warning, error]
        assert "E0301" in repr(error)

    def test_unknown_name(self) -> None:
        with pytest.raises(KeyError):
            Diagnostics().error("no-such-error", "m", None, 0, 0)

    def test_sorted(self) -> None:
        diags = Diagnostics()
        one, two = Source("1.rusk", "x" * 9), Source("2.rusk", "x" * 9)
        for source, pos, message in [
            (two, 5, "a"),
            (one, 7, "b"),
            (two, 1, "c"),
            (one, 2, "d"),
            (one, 2, "e"),
        ]:
            diags.error("type-mismatch", message, source, pos, pos + 1)
        diags.error("type-mismatch", "b", one, 7, 8)
        diags.error("type-mismatch", "b", one, 7, 9)
        assert [d.message for d in diags.sorted()] == ["c", "a", "d", "e", "b", "b"]

    def test_without_source(self) -> None:
        diags = Diagnostics()
        error = diags.error("unreadable-file", "failed to read `x.rusk`", None, 0, 0, path="x.rusk")
        assert error.location() == ("x.rusk", 1, 1)
        assert diags.sorted() == [error]


class TestSource:
    def test_places(self) -> None:
        source = Source("a", "ab\r\nc\n\nü𝄞x")
        assert [source.line_col(i) for i in (0, 2, 3, 4, 5, 6, 7, 9, 10)] == [
            (1, 1),
            (1, 3),
            (1, 4),
            (2, 1),
            (2, 2),
            (3, 1),
            (4, 1),
            (4, 3),
            (4, 4),
        ]
        assert [source.line_text(n) for n in (1, 2, 3, 4)] == ["ab", "c", "", "ü𝄞x"]
        assert source.line_count == 4
        assert source.line_start(2) == 4

    def test_empty(self) -> None:
        source = Source("a", "")
        assert (source.line_col(0), source.line_text(1), source.line_count) == ((1, 1), "", 1)

    def test_only_lf_ends_lines(self) -> None:
        assert Source("a", "a\x0bb\x0cc\x85d\u2028e\rf").line_count == 1

    def test_load(self, tmp_path: Path) -> None:
        path = tmp_path / "a.rusk"
        path.write_bytes(b"\xef\xbb\xbffn\r\n\xc3\xa4")
        source = load_source(str(path))
        assert (source.path, source.text) == (str(path), "fn\r\nä")
        assert load_source(str(path), "shown").path == "shown"
        path.write_bytes(b"\xff")
        with pytest.raises(UnicodeDecodeError):
            load_source(str(path))
        with pytest.raises(OSError):
            load_source(str(tmp_path / "none"))


class TestNearest:
    @pytest.mark.parametrize(
        ("name", "candidates", "expected"),
        [
            ("Pint", ["Point", "Print", "x"], "Point"),
            ("lenght", ["length", "height"], "length"),
            ("foo", ["bar", "baz"], None),
            ("fooo", ["foo"], "foo"),
            ("Foo", ["foo"], "foo"),
            ("to_string", ["tostring", "to_str"], "tostring"),
            ("x", ["y", "z"], None),
            ("x", ["X"], "X"),
            ("ab", ["ac"], None),
            ("abc", ["abd", "abb"], "abb"),
            ("abc", [], None),
            ("abc", ["abc", "", "_"], None),
            ("pritnln", ["println", "print"], "println"),
        ],
    )
    def test_nearest(self, name: str, candidates: list[str], expected: str | None) -> None:
        assert nearest(name, candidates) == expected
        assert nearest(name, reversed(candidates)) == expected

    def test_cheap(self) -> None:
        names = [f"some_rather_long_name_{i}" for i in range(2000)]
        assert nearest("x" * 1000, names) is None
        assert nearest("some_rather_long_name_77x", names) is not None
