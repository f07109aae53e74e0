"""build, check, measure, explain (08 §14; 07 §14)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import rusk

PROGRAM = "fn twice(n: int) -> int { n * 2 }\nfn main() -> int { twice(21) }\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.rusk"
    file.write_text(PROGRAM)
    return file


@pytest.mark.parametrize("command", ["run", "check", "build", "measure", "explain"])
def test_help(command: str) -> None:
    result = rusk(command, "--help")
    assert result.status == 0 and result.out.startswith("usage: rusk ") and result.err == ""


def test_build(path: Path) -> None:
    result = rusk("build", path)
    out = path.with_suffix(".rbc")
    assert (result.status, result.out, result.err) == (0, "", f"compiled {path} to {out}\n")
    first = out.read_bytes()
    assert first.startswith(b"RUSKBC0\0")
    path.unlink()
    assert rusk("--print-result", out).out == "=> 42\n"
    out.write_bytes(first[:-1])
    assert rusk(out).status == 1


def test_build_out(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.rbc"
    assert rusk("build", "-o", out, path).status == 0
    assert rusk("build", path).status == 0
    assert out.read_bytes() == path.with_suffix(".rbc").read_bytes()
    result = rusk("build", path, "-o", tmp_path / "none" / "x.rbc")
    assert result.status == 1 and result.err.count("\n") == 1


def test_build_writes_nothing_on_error(path: Path) -> None:
    path.write_text("fn main() { x }")
    assert rusk("build", path).status == 1
    assert list(path.parent.iterdir()) == [path]


def test_check(path: Path) -> None:
    assert rusk("check", path).status == 0
    bad = path.parent / "sub" / "bad.rusk"
    bad.parent.mkdir()
    bad.write_text("fn main() { x }")
    result = rusk("check", path.parent)
    assert result.status == 1 and f"--> {bad}:1:13" in result.err
    assert rusk("check", path, bad).status == 1
    bad.write_text("pub fn f() { }")
    assert rusk("check", bad).status == 0


def test_emit(path: Path) -> None:
    for form in ("ast", "mir", "code"):
        result = rusk("check", "--emit", form, "--opt-level", "o0", path)
        assert result.status == 0 and "twice" in result.out, result


def test_levels_and_passes(path: Path) -> None:
    """Each way to say what is optimised, seen by the call that the inliner takes away."""

    def calls(*options: str) -> bool:
        result = rusk("check", "--emit", "code", *options, path)
        assert result.status == 0, result
        return "Call " in result.out

    assert (
        not calls()
        and not calls("-O2")
        and not calls("--passes", "inline")
        and not calls("-O0", "--passes=inline,fold")
    )
    assert (
        calls("-O0")
        and calls("-O1")
        and calls("--no-pass", "inline")
        and calls("--no-pass=fold", "--no-pass=inline")
        and calls("--passes=fold")
    )
    for command in (
        ("run", "-O0", "--print-result"),
        ("run", "--no-pass", "inline", "--print-result"),
        ("measure", "-O1"),
        ("build", "--passes", "fold"),
    ):
        result = rusk(*command, path)
        assert result.status == 0 and ("42" in result.out or command[0] == "build"), result


def test_the_cache_knows_the_passes(path: Path, tmp_path: Path) -> None:
    path.write_text("fn f(n: int) -> int { 1 / n } fn main() { f(0); }")
    for options in ((), ("--no-pass", "inline"), ("-O0",)):
        result = rusk(*options, path, RUSK_CACHE="1", RUSK_CACHE_DIR=str(tmp_path / "cache"))
        assert result.status == 101 and "division by zero" in result.err


def test_after_a_pass(path: Path) -> None:
    before = rusk("check", "--emit", "mir", "--after", "lower", path).out
    after = rusk("check", "--emit", "mir", "--after", "inline", path).out
    assert "call[twice]" in before and "fn main" in after and "call[twice]" not in after
    assert rusk("check", "--emit", "mir", "--after", "inline", "--no-pass", "inline", path).out.strip() == ""
    result = rusk("check", "--emit", "mir", "--after", "bounds", path)
    assert result.status == 2 and "compare `--emit code` with and without `--no-pass bounds`" in result.err
    result = rusk("check", "--emit", "mir", "--after", "nothing", path)
    assert result.status == 2 and "there is no pass `nothing`; passes: lower copies" in result.err


def test_measure(path: Path) -> None:
    result = rusk("measure", "--json", "--metrics", "--warmup", 1, "--iters", 3, path)
    assert result.status == 0, result
    found = json.loads(result.out)
    assert (found["input"], found["iters"], found["warmup"], found["result"]) == (str(path), 3, 1, "42")
    assert set(found) == {"input", "iters", "warmup", "compile", "run", "result"}
    times = found["compile"]
    assert list(times) == [
        "load_ns",
        "read_ns",
        "parse_ns",
        "typecheck_ns",
        "lower_ns",
        "total_ns",
        "files_read",
        "bytes_read",
    ]
    assert all(isinstance(n, int) for n in times.values())
    assert times["total_ns"] >= times["parse_ns"] + times["typecheck_ns"] + times["lower_ns"]
    run = found["run"]
    assert list(run) == ["total_ns", "avg_ns", "min_ns", "metrics"]
    assert run["min_ns"] <= run["avg_ns"] <= run["total_ns"]
    metrics = run["metrics"]
    assert len(metrics) == 31 and metrics["executed_instructions"] > 0
    classes = [v for k, v in metrics.items() if k.endswith("_instructions") and k != "executed_instructions"]
    assert metrics["executed_instructions"] == sum(classes)
    result = rusk("measure", "--json", path)
    assert not any(json.loads(result.out)["run"]["metrics"].values())


def test_measure_for_people(path: Path) -> None:
    result = rusk("measure", path)
    assert result.status == 0 and "=> 42" in result.out, result
    path.write_text('fn main() { panic("x"); }')
    assert rusk("measure", path).status == 101
    path.write_text("fn main() { x }")
    assert rusk("measure", path).status == 1


def test_measure_output_appears_each_time(path: Path) -> None:
    path.write_text('fn main() { std::println("x"); }')
    assert rusk("measure", "--iters", "2", "--warmup", 1, path).out.startswith("x\nx\nx\n")


def test_explain() -> None:
    for name in ("E0301", "e0301", "type-mismatch"):
        assert rusk("explain", name).out.startswith("E0301 type-mismatch\n")
    result = rusk("explain", "E03011")
    assert result.status == 1 and result.err.count("\n") == 1
    assert "E0301  type-mismatch\n" in rusk("explain").out
