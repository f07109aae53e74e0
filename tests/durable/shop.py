"""A flow for the tests: ten charges for each order. As a program: a worker that runs until it is killed.

python tests/durable/shop.py URL WORKER LEDGER
"""

from __future__ import annotations

import sqlite3
import sys
import threading

import rusk
from rusk import durable

SOURCE = """
interface Shop { fn charge(order: string, item: int) -> int; }
fn main(argv: [string]) -> int {
    let total = 0;
    let item = 0;
    while item < 10 {
        total = total + @Shop.charge(argv[1], item);
        item = item + 1;
    };
    total
}
"""

QUEUE = "orders"


def price(order: str, item: int) -> int:
    return len(order) * 100 + item


def total(order: str) -> int:
    return sum([price(order, item) for item in range(10)])


def flow(ledger: str) -> durable.Flow:
    """``ledger``: an SQLite file that stands for the outside world; a charge is entered once for each key."""
    shop = durable.Flow("shop", rusk.compile(SOURCE, external=["Shop"]))
    kept = threading.local()

    @shop.handler("Shop.charge")
    def charge(key: str, order: str, item: int) -> int:
        if not hasattr(kept, "db"):
            kept.db = open_ledger(ledger)
        with kept.db as db:
            db.execute("INSERT INTO calls VALUES (?)", (key,))
            db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, order, item))
        return price(order, item)

    return shop


def open_ledger(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("CREATE TABLE IF NOT EXISTS charges (key TEXT PRIMARY KEY, who TEXT, item INTEGER)")
    db.execute("CREATE TABLE IF NOT EXISTS calls (key TEXT)")
    return db


def main() -> None:
    url, worker, ledger = sys.argv[1:]
    durable.launch(flow(ledger), url=url, worker=worker, queues={QUEUE: 20})
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
