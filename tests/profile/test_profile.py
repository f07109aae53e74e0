"""The profiler: what it attributes to whom, and its reports."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import rusk

from rusk._interp import DONE, TRAPPED, Code, Session
from rusk.compiler import Options, compile_text
from rusk.profile.collect import Profile, count_allocations, sample_time
from rusk.profile.report import flame_graph, speedscope, table

TEXT = """struct P { v: int }
fn makes(n: int) -> [P] {
    let out: [P] = [];
    let i = 0;
    while i < n {
        out.push(P { v: i });
        i = i + 1;
    }
    out
}
fn idles(n: int) -> int {
    let s = 0;
    let i = 0;
    while i < n {
        s = s + i % 7;
        i = i + 1;
    }
    s
}
fn main() -> int { idles(SPIN) + makes(3000).len() }
"""


def session_of(text: str, metrics: bool = False) -> Session:
    image = compile_text(text, "p.rusk", Options(opt_level=0, require_main=True)).image
    assert image is not None
    session = Session(Code(image), metrics=metrics, stress=False)
    session.begin({e.name: e.func for e in image.entries}["main"])
    return session


def shares(profile: Profile) -> dict[str, float]:
    """What went to each function itself."""
    out: dict[str, float] = {}
    for stack, weight in profile.samples:
        name = stack[-1][0] if stack else ""
        out[name] = out.get(name, 0.0) + weight / profile.total
    return out


def test_time_goes_to_who_spends_it() -> None:
    status, profile = sample_time(session_of(TEXT.replace("SPIN", "30000000")), 0.001)
    assert status == DONE
    assert profile.unit == "seconds" and profile.total > 0
    assert shares(profile)["idles"] > 0.8
    assert all(stack[0][0] == "main" for stack, _ in profile.samples if stack)


def test_allocations_go_to_who_makes_them() -> None:
    first = count_allocations(session_of(TEXT.replace("SPIN", "1000"), metrics=True))
    assert first[0] == DONE and first[1].unit == "allocations"
    assert first[1].total >= 3000 and shares(first[1])["makes"] > 0.9
    again = count_allocations(session_of(TEXT.replace("SPIN", "1000"), metrics=True))
    assert again[1].samples == first[1].samples


def test_a_trap_ends_it() -> None:
    assert sample_time(session_of('fn main() { panic("x"); }'), 0.001)[0] == TRAPPED


@pytest.fixture
def profile() -> Profile:
    profile = Profile("seconds")
    main, f, g = ("main", "a.rusk", 1), ("f", "a.rusk", 5), ("g<T>", "b.rusk", 7)
    profile.add((main, f), 1.0)
    profile.add((main, f), 0.5)
    profile.add((main, f, g), 0.25)
    profile.add((main, f, f), 0.25)
    return profile


def test_table(profile: Profile) -> None:
    assert table(profile) == (
        "2.000 s in 3 samples\n\n  self  total  function\n 87.5% 100.0%  f  a.rusk\n 12.5%  12.5%  g<T>  b.rusk\n  0.0% 100.0%  main  a.rusk\n\n"
        "  self  line\n 87.5%  a.rusk:5  f\n 12.5%  b.rusk:7  g<T>\n"
    )


def test_speedscope(profile: Profile) -> None:
    data = json.loads(speedscope(profile, "a.rusk"))
    (one,) = data["profiles"]
    assert one["samples"] == [[0, 1], [0, 1, 2], [0, 1, 1]] and one["weights"] == [1.5, 0.25, 0.25]
    assert data["shared"]["frames"][2] == {"name": "g<T>", "file": "b.rusk", "line": 7}


def test_flame_graph(profile: Profile) -> None:
    root = ElementTree.fromstring(flame_graph(profile, "a & b"))
    titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == "a & b" and "g<T>: 12.5%" in titles and "f: 100.0%" in titles


def test_command(tmp_path: Path) -> None:
    (tmp_path / "p.rusk").write_text(TEXT.replace("SPIN", "3000000"))
    r = rusk("profile", "--svg", "o.svg", "--speedscope", "o.json", "p.rusk", cwd=tmp_path)
    assert r.status == 0 and "self  total  function" in r.err and r.out == "", r
    ElementTree.parse(tmp_path / "o.svg")
    assert json.loads((tmp_path / "o.json").read_text())["name"] == "p.rusk"
    r = rusk("profile", "--allocations", "p.rusk", cwd=tmp_path)
    assert r.status == 0 and " allocations in " in r.err
    (tmp_path / "t.rusk").write_text('fn main() { panic("x"); }')
    assert rusk("profile", "t.rusk", cwd=tmp_path).status == 101
    assert rusk("profile", cwd=tmp_path).status == 2
    assert rusk("profile", "--interval", "0", "p.rusk", cwd=tmp_path).status == 2
