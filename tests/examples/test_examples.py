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


EMBEDDING = {
    "plugins.py": [
        "rejected: type mismatch: expected `string`, got `int`",
        "rejected: other has no `pub fn apply(text: string) -> string`",
        "shout: hello!",
        "  log: counting",
        "count: hello (5 characters)",
        "greedy: stopped, memory limit exceeded",
    ],
    "rules.py": [
        "small: ada not accepted, large",
        "small: bob accepted",
        "rated: ada accepted",
        "rated: bob not accepted, rating 1",
        "leaky: refused, it wants shop::Mail.send",
    ],
    "fetching.py": ["pages of site0: 51 site7: 12", "many requests at a time: True", "cancelled: True"],
    "generator.py": ["[2, 3, 5, 7, 11, 13, 17, 19, 23, 29]", "[3, 2, 1]", "2 3 2 5"],
    "tenants.py": [
        "anna: 19999900000",
        "boris: out of fuel",
        "clara: memory limit exceeded",
        "dmitri: stack overflow",
        "emma: int_div: division by zero",
        "farid: 'quick'",
    ],
    "fanout.py": ["35655 takes 323 steps"],
}


@pytest.mark.parametrize("name", EMBEDDING)
def test_embedding_guide(name: str) -> None:
    assert run([sys.executable, str(EXAMPLES / "embedding" / name)]).splitlines() == EMBEDDING[name]
    assert {p.name for p in (EXAMPLES / "embedding").glob("*.py")} == set(EMBEDDING)


def test_dask() -> None:
    pytest.importorskip("distributed", reason="the extra rusk[cluster] is not installed")
    lines = run([sys.executable, str(EXAMPLES / "embedding" / "fanout.py"), "--dask"]).splitlines()
    assert lines == EMBEDDING["fanout.py"]


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
