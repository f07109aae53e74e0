"""``rusk fmt`` (08 §14.3)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from command import RUSK, Result, rusk

UGLY = "fn main()->int{1+1}"
NICE = "fn main() -> int {\n    1 + 1\n}\n"


def piped(text: str, *args: str) -> Result:
    done = subprocess.run(
        [*RUSK, "fmt", *args], input=text.encode(), capture_output=True, timeout=60, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_in_place(tmp_path: Path) -> None:
    ugly, nice, other = tmp_path / "b.rusk", tmp_path / "sub" / "a.rusk", tmp_path / "c.txt"
    nice.parent.mkdir()
    ugly.write_text(UGLY)
    ugly.chmod(0o640)
    nice.write_text(NICE)
    other.write_text(UGLY)
    untouched = nice.stat().st_mtime_ns

    checked = rusk("fmt", "--check", tmp_path)
    assert (checked.status, checked.out, checked.err) == (1, "", f"{ugly}: not formatted\n")
    assert ugly.read_text() == UGLY

    assert (r := rusk("fmt", tmp_path, other)).status == 0 and r.out == r.err == ""
    assert ugly.read_text() == NICE and stat.S_IMODE(ugly.stat().st_mode) == 0o640
    assert other.read_text() == UGLY and nice.stat().st_mtime_ns == untouched
    assert sorted(os.listdir(tmp_path)) == ["b.rusk", "c.txt", "sub"]
    assert rusk("fmt", "--check", "--", tmp_path).status == 0


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.rusk", tmp_path / "link.rusk"
    real.write_text(UGLY)
    link.symlink_to(real)
    assert rusk("fmt", "--write", link).status == 0
    assert link.is_symlink() and real.read_text() == NICE


def test_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "a.rusk"
    for text in (UGLY, NICE):
        file.write_text(text)
        assert (r := rusk("fmt", "--stdout", file)).status == 0 and r.out == NICE
        assert file.read_text() == text


def test_standard_input() -> None:
    assert (r := piped(UGLY, "--stdin")).status == 0 and r.out == NICE
    assert (r := piped("\ufeff// é", "--stdin")).out == "// é\n"
    assert (r := piped(UGLY, "--stdin", "--check")).status == 1 and r.out == ""
    assert (r := piped(NICE, "--check", "--stdin")).status == 0 and r.out == ""
    assert (r := piped("fn", "--stdin")).status == 1 and r.out == "" and "<stdin>:1:3" in r.err


def test_wrong_files_do_not_stop_the_others(tmp_path: Path) -> None:
    for name, text in (("a", b"fn f( {}"), ("b", b"\xff"), ("c", UGLY.encode())):
        (tmp_path / f"{name}.rusk").write_bytes(text)
    r = rusk("fmt", tmp_path, "missing.rusk")
    assert r.status == 1
    assert f"{tmp_path / 'a.rusk'}:1:7" in r.err and "error[E01" in r.err
    assert f"error[E0204]: failed to read `{tmp_path / 'b.rusk'}`" in r.err
    assert "error[E0204]: failed to read `missing.rusk`" in r.err
    assert (tmp_path / "a.rusk").read_bytes() == b"fn f( {}"
    assert (tmp_path / "c.rusk").read_text() == NICE


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--check", "--write", "a.rusk"),
        ("--stdout", "--write", "a.rusk"),
        ("--stdout", "a.rusk", "b.rusk"),
        ("--stdin", "a.rusk"),
        ("a.txt",),
        ("--opt-level", "o2", "a.rusk"),
        ("--nope", "a.rusk"),
    ],
)
def test_wrong_use(args: tuple[str, ...], tmp_path: Path) -> None:
    for name in ("a.rusk", "b.rusk", "a.txt"):
        (tmp_path / name).write_text(NICE)
    r = rusk("fmt", *args, cwd=tmp_path)
    assert r.status == 2 and r.err.startswith("error: ") and r.out == "", r


def test_an_unchanged_program_keeps_its_image(tmp_path: Path) -> None:
    """Meaning: formatted programs compile to the same code, but for the places in it."""
    source = Path(__file__).parents[2] / "examples" / "words.rusk"
    for name, text in (("a", source.read_text()), ("b", rusk("fmt", "--stdout", source).out)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.rusk").write_text(text)
    mir = [rusk("check", "--emit", "mir", "p.rusk", cwd=tmp_path / name).out for name in "ab"]
    assert mir[0] == mir[1] and sys.getsizeof(mir[0]) > 1000
