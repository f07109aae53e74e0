"""Durable runs (docs/durable.md): what survives a killed worker, sleeps, signals, errors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dbos", reason="the extra rusk[durable] is not installed")

import kills

import rusk
from rusk import durable

EFFECTS = """
interface Timer { fn sleep_ms(ms: int) -> unit; }
interface Shop { fn price(item: string) -> int; fn approved(total: int) -> bool; fn answer() -> Option<string>; }
"""


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., None]]:
    def start(*flows: durable.Flow) -> None:
        durable.launch(*flows, url=f"sqlite:///{tmp_path}/runs.sqlite")

    yield start
    durable.stop()


def flow(name: str, main: str, **options: Any) -> durable.Flow:
    return durable.Flow(name, rusk.compile(EFFECTS + main, external=["Timer", "Shop"]), **options)


def test_handlers_sleep_and_signals(launch: Callable[..., None]) -> None:
    shop = flow(
        "all_kinds",
        """
        fn main(argv: [string]) -> (int, bool) {
            let total = @Shop.price(argv[1]) + @Shop.price(argv[2]);
            @Timer.sleep_ms(5);
            (total, @Shop.approved(total))
        }
        """,
    )
    keys = []

    @shop.handler("Shop.price")
    def price(key: str, item: str) -> int:
        keys.append(key)
        return len(item)

    shop.signal("Shop.approved")
    launch(shop)
    handle = shop.start(run="first", argv=["ab", "cde"])
    durable.send("first", "Shop.approved", True)
    assert handle.get_result() == (5, True)
    assert keys == ["first:1", "first:2"]
    # a name is used once: this finds the run that is over
    assert shop.start(run="first", argv=["other", "arguments"]).get_result() == (5, True)
    assert len(keys) == 2


def test_a_signal_that_does_not_come(launch: Callable[..., None]) -> None:
    shop = flow("patience", 'fn main() -> string { match @Shop.answer() { Some(s) => s, None => "nobody" } }')
    shop.signal("Shop.answer", timeout=0.01)
    launch(shop)
    assert shop.start().get_result() == "nobody"


def test_long_work_is_kept_now_and_then(launch: Callable[..., None]) -> None:
    shop = flow("work", "fn main() -> int { let i = 0; while i < 100_000 { i = i + 1; }; i }", fuel=10_000)
    launch(shop)
    handle = shop.start()
    assert handle.get_result() == 100_000
    steps = durable.DBOS.list_workflow_steps(handle.workflow_id)
    assert len(steps) > 2


def test_trap_and_failing_handler(launch: Callable[..., None]) -> None:
    bad = flow("bad", 'fn main() -> int { @Shop.price("x") / 0 }')

    @bad.handler("Shop.price")
    def price(key: str, item: str) -> int:
        return 1

    lazy = flow("lazy", 'fn main() -> int { @Shop.price("x") }')
    launch(bad, lazy)
    with pytest.raises(Exception, match="division by zero"):
        bad.start().get_result()
    with pytest.raises(Exception, match="flow `lazy` has no handler for `Shop.price`"):
        lazy.start().get_result()


def test_results_that_only_rusk_knows_come_as_text(launch: Callable[..., None]) -> None:
    shop = flow("text", "struct P { x: int } fn main() -> P { P { x: 1 } }")
    launch(shop)
    assert shop.start().get_result() == "P { x: 1 }"


def killed(runs: int, kills_: int, url: str, folder: Path) -> None:
    """In a process of its own: the library keeps one application for each."""
    done = subprocess.run(
        [sys.executable, kills.__file__, "--runs", str(runs), "--kills", str(kills_), "--url", url],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert "each ended once with the right result" in done.stdout


def test_killed_workers_lose_nothing(tmp_path: Path) -> None:
    killed(12, 2, f"sqlite:///{tmp_path}/runs.sqlite", tmp_path)


def test_killed_workers_lose_nothing_on_postgresql(postgres: str, tmp_path: Path) -> None:
    killed(12, 2, postgres, tmp_path)
