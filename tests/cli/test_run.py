"""``rusk run``: results, arguments, traps, interrupts, wrong use (07 §11, §12; 08 §14.1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import RUSK, Result, rusk

HELLO = 'fn main() { std::println("hellö"); }\n'


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(text: str | bytes, name: str = "a.rusk") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def one_line(result: Result) -> bool:
    return result.err.count("\n") == 1 and result.err.endswith("\n")


def test_hello(write) -> None:  # type: ignore[no-untyped-def]
    path = write(HELLO)
    for args in (
        (path,),
        ("run", path),
        ("run", "--", path),
        ("--no-std", "--help"),
        ("--opt-level=o0", path),
    ):
        result = rusk(*args, LC_ALL="C")
        assert result.status == 0, result
        assert result.err == ""
        assert "--help" in args or result.out == "hellö\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("-> int { 5 }", "5"),
        ("-> float { 1.0 }", "1.0"),
        ("-> float { 1e21 }", "1e21"),
        ('-> string { "a\\"\\n" }', '"a\\"\\n"'),
        ('-> (int, string) { (1, "a") }', '(1, "a")'),
        ("-> [int] { [1, 2] }", "[1, 2]"),
        ("-> Option<int> { Option::Some(1) }", "Option::Some(1)"),
        ("{ }", "()"),
    ],
)
def test_print_result(write, body: str, text: str) -> None:  # type: ignore[no-untyped-def]
    result = rusk("--print-result", write(f"fn main() {body}"))
    assert (result.status, result.out) == (0, f"=> {text}\n"), result
    if text == "5":
        assert rusk(write("fn main() -> int { 5 }")).out == ""


def test_arguments(write) -> None:  # type: ignore[no-untyped-def]
    path = write("fn main(argv: [string]) { for a in argv { std::println(a); } }")
    result = rusk("a.rusk", "x", "--print-result", "", "ü", "--", "-h", cwd=path.parent)
    assert result.out.splitlines() == [f"{path.parent}/a.rusk", "x", "--print-result", "", "ü", "--", "-h"]
    assert rusk("./a.rusk", cwd=path.parent).out == f"{path.parent}/./a.rusk\n"
    assert rusk(write("fn main() { }", "b.rusk"), "ignored").status == 0


def test_undecodable_argument(write) -> None:  # type: ignore[no-untyped-def]
    path = write("fn main(argv: [string]) { std::print(argv[1]); }")
    done = subprocess.run(
        [*map(os.fsencode, RUSK), os.fsencode(path), b"a\xffb"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.decode()) == (0, "a\ufffdb")


# ---------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--print-result",),
        ("run",),
        ("--frobnicate", "a.rusk"),
        ("--sysroot",),
        ("--sysroot=", "a.rusk"),
        ("--opt-level", "o3", "a.rusk"),
        ("--opt-level",),
        ("--print-result=1", "a.rusk"),
        ("--no-std=1", "a.rusk"),
        ("-x", "a.rusk"),
        ("a.txt",),
        ("frobnicate",),
        ("run", "frobnicate"),
        ("",),
        ("build",),
        ("build", "a.rusk", "b.rusk"),
        ("build", "a.rbc"),
        ("build", "a.rusk", "-o"),
        ("check",),
        ("check", "a.txt"),
        ("check", "--emit", "x", "a.rusk"),
        ("check", "--emit", "mir", "a.rusk", "b.rusk"),
        ("check", "--after", "lower", "a.rusk"),
        ("check", "--passes", "fold,nothing", "a.rusk"),
        ("--no-pass", "nothing", "a.rusk"),
        ("-O3", "a.rusk"),
        ("measure",),
        ("measure", "--iters", "0", "a.rusk"),
        ("measure", "--iters", "x", "a.rusk"),
        ("measure", "--warmup", "-1", "a.rusk"),
        ("measure", "a.rusk", "b.rusk"),
        ("explain", "E0301", "E0302"),
    ],
)
def test_wrong_use(args: tuple[str, ...], tmp_path: Path) -> None:
    result = rusk(*args, cwd=tmp_path)
    assert result.status == 2, result
    assert result.out == "" and result.err.startswith("error: ") and one_line(result), result


def test_wrong_extension() -> None:
    assert rusk("a.txt").err == "error: input file must have .rusk or .rbc extension\n"


@pytest.mark.parametrize("command", [(), ("build",), ("check",), ("measure",)])
def test_unreadable(command: tuple[str, ...], write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "folder.rusk").mkdir()
    bad = write(b"fn main() { \xff }", "bad.rusk")
    for path in (tmp_path / "missing.rusk", tmp_path / "folder.rusk", bad):
        result = rusk(*command, path)
        assert (result.status, result.out) == (1, ""), result
        assert f"failed to read `{path}`" in result.err, result


def test_unreadable_rbc(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "folder.rbc").mkdir()
    for path in (tmp_path / "missing.rbc", tmp_path / "folder.rbc"):
        result = rusk(path)
        assert result.status == 1 and one_line(result), result
    for data in (b"", b"x", b"RUSKBC0\0", os.urandom(100)):
        result = rusk(write(data, "bad.rbc"))
        assert result.status == 1 and result.err.startswith("load error: ") and one_line(result), result


@pytest.mark.parametrize(
    "source",
    [b"", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"fn", b"fn main(", b"((((((((", b'"', b"/*", b"#!x", b"\r\n"],
)
def test_any_bytes(source: bytes, write) -> None:  # type: ignore[no-untyped-def]
    result = rusk(write(source))
    assert result.status == 1 and result.err and result.out == "", result
    assert "internal error" not in result.err


def test_compile_error(write) -> None:  # type: ignore[no-untyped-def]
    path = write("fn main() {\n    let x: int = true;\n    y;\n}\n")
    result = rusk("a.rusk", cwd=path.parent)
    assert result.status == 1 and result.out == ""
    assert "--> a.rusk:2:18" in result.err and "--> a.rusk:3:5" in result.err, result
    assert "\x1b" not in result.err


def test_missing_main(write) -> None:  # type: ignore[no-untyped-def]
    result = rusk(write("pub fn f() { }"))
    assert result.status == 1 and "main" in result.err


# ---------------------------------------------------------------- traps


def test_trap(write) -> None:  # type: ignore[no-untyped-def]
    path = write(
        'fn f(n: int) -> int {\n    1 / n\n}\n\nfn main() {\n    std::println("before");\n    f(0);\n}\n'
    )
    result = rusk("--opt-level", "o0", "a.rusk", cwd=path.parent)
    assert (result.status, result.out) == (101, "before\n"), result
    lines = result.err.splitlines()
    assert lines[0] == "runtime error: int_div: division by zero"
    assert [line.split() for line in lines[2:]] == [
        ["main", "at", "a.rusk:7:5"],
        ["f", "at", "a.rusk:2:5"],
    ], result
    assert rusk("a.rusk", cwd=path.parent).err == result.err


def test_deep_trap_is_short(write) -> None:  # type: ignore[no-untyped-def]
    path = write(
        "fn a(n: int) -> int { 1 + b(n) }\nfn b(n: int) -> int { 1 + a(n + 1) }\nfn main() { a(0); }\n"
    )
    result = rusk("--opt-level", "o0", path)
    assert result.status == 101 and result.err.startswith("runtime error: "), result.err[:500]
    assert len(result.err.splitlines()) < 30 and "repeated" in result.err


def test_closed_output(write) -> None:  # type: ignore[no-untyped-def]
    path = write('fn main() { std::print("x"); std::println("y"); }')
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m rusk "{path}" >&-'], capture_output=True, text=True, check=False
    )
    assert done.returncode == 101, done
    assert done.stderr.startswith("runtime error: host call `std::print` failed: "), done
    read, write_end = os.pipe()
    os.close(read)
    with os.fdopen(write_end, "wb") as out:
        done = subprocess.run([*RUSK, str(path)], stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 101, done
    assert done.stderr.startswith("runtime error: host call `std::print` failed: "), done


def test_closed_output_of_result(write) -> None:  # type: ignore[no-untyped-def]
    path = write("fn main() { }")
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m rusk --print-result "{path}" >&-'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr, done


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("body", ["loop { }", "loop { tick(1); }"])
def test_interrupt(write, body: str) -> None:  # type: ignore[no-untyped-def]
    path = write(
        f'fn tick(n: int) -> int {{ n }}\nfn spin() {{ {body} }}\nfn main() {{ std::println("on"); spin(); }}\n'
    )
    child = subprocess.Popen(
        [*RUSK, "--opt-level", "o0", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "on\n"
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    lines = err.splitlines()
    assert lines[0] == "interrupted" and "Traceback (" not in err
    assert any(line.split()[:1] == ["main"] for line in lines) and any(
        line.split()[:1] == ["spin"] for line in lines
    ), err
