"""Every program in ``examples/`` runs and says what it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

OUTPUT = {
    "hello.rusk": ([], "Hello, world!\n"),
    "hello.rusk ": (["Ada", "Grace"], "Hello, Ada!\nHello, Grace!\n"),
    "words.rusk": ("a b a c b a".split(), "3 a\n2 b\n1 c\n"),
    "shapes.rusk": ([], "circle: 3.141592653589793\nrectangle: 6\nsquare: 4\ntotal: 13.141592653589793\n"),
    "generators.rusk": ([], "27: 112 steps, up to 9232\nfirst above 100: 124\n"),
    "scheduler.rusk": ([], "spawned\none 1\ntwo 1\none 2\ntwo 2\none 3\n"),
}


def run(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", OUTPUT)
def test_program(name: str) -> None:
    args, expected = OUTPUT[name]
    assert run([sys.executable, "-m", "rusk", str(EXAMPLES / name.strip()), *args]) == expected


def test_embedding() -> None:
    lines = run([sys.executable, str(EXAMPLES / "embedding.py")]).splitlines()
    assert lines[0] == "needs: {'today': '() -> int'} {'Shop.stock': '(string) -> int'}"
    assert [line.rpartition(": ")[2] for line in lines[1:]] == [
        "212.50",
        "no, only 3 of chair left",
        "152.00",
    ]


def test_durable() -> None:
    lines = run([sys.executable, str(EXAMPLES / "durable" / "orders.py")]).splitlines()
    shipped = [f"order-{n}: shipped for 13000, receipt order-{n}:4" for n in range(6)]
    assert lines == [
        shipped[0],
        "ben is killed",
        *shipped[1:4],
        "order-4: refused",
        shipped[5],
        "5 charges for 5 orders",
    ]


def test_all_are_tested() -> None:
    tested = {n.strip() for n in OUTPUT} | {"pricing.rusk"}  # that one is run by embedding.py
    assert {p.name for p in EXAMPLES.glob("*.rusk")} == tested
