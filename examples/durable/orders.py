"""Orders as durable runs on three workers, one of which is killed.

    pip install 'rusk[durable]'
    python examples/durable/orders.py

Each order waits for a person's approval and sleeps for a day (here: half a second). Whatever its worker had done when it was killed is not done again.
"""

import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import rusk
from rusk import durable

WORKERS = ("anna", "ben", "carl")
QUEUE = "orders"


def orders(folder: str) -> durable.Flow:
    """The flow with its handlers. The shop's own database is what they change; its keys make sure that nothing is done twice."""
    program = rusk.compile_file(Path(__file__).with_name("order.rusk"), external=["Timer", "Stock", "Shop"])
    flow = durable.Flow("orders", program)

    def book(key: str, what: str) -> bool:
        """Enter something, once for each key; whether it is new."""
        with sqlite3.connect(f"{folder}/shop.sqlite", timeout=30) as db:
            db.execute("CREATE TABLE IF NOT EXISTS book (key TEXT PRIMARY KEY, what TEXT)")
            return db.execute("INSERT OR IGNORE INTO book VALUES (?, ?)", (key, what)).rowcount == 1

    @flow.handler("Stock.reserve")
    def reserve(key: str, article: str, count: int) -> bool:
        book(key, f"reserve {count} {article}")
        return True

    @flow.handler("Stock.release")
    def release(key: str, article: str, count: int) -> None:
        book(key, f"release {count} {article}")

    @flow.handler("Shop.charge")
    def charge(key: str, order: str, total: int) -> str:
        book(key, f"charge {total} for {order}")
        return f"receipt {key}"

    @flow.handler("Shop.ship")
    def ship(key: str, order: str, receipt: str) -> None:
        book(key, f"ship {order}")

    flow.signal("Shop.approved", timeout=3600)
    return flow


def work(name: str, folder: str) -> None:
    durable.launch(orders(folder), url=f"sqlite:///{folder}/runs.sqlite", worker=name, queues={QUEUE: 10})
    print("ready", flush=True)
    threading.Event().wait()


def hire(name: str, folder: str) -> subprocess.Popen[str]:
    words = [sys.executable, __file__, "--worker", name, folder]
    worker = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def main() -> None:
    if sys.argv[1:2] == ["--worker"]:
        work(*sys.argv[2:])
        return
    with tempfile.TemporaryDirectory() as folder:
        flow = orders(folder)
        durable.launch(flow, url=f"sqlite:///{folder}/runs.sqlite", worker="shop")
        workers = {name: hire(name, folder) for name in WORKERS}
        try:
            runs = [flow.start(run=f"order-{n}", queue=QUEUE, argv=[f"order-{n}", "500"]) for n in range(6)]
            for n in range(3):
                durable.send(f"order-{n}", "Shop.approved", True)
            print(runs[0].get_result())
            workers["ben"].kill()
            print("ben is killed")
            durable.send("order-3", "Shop.approved", True)
            durable.send("order-4", "Shop.approved", False)
            durable.send("order-5", "Shop.approved", True)
            workers["ben"].wait()
            workers["ben"] = hire("ben", folder)  # goes on where he was
            for run in runs[1:]:
                print(run.get_result())
            with sqlite3.connect(f"{folder}/shop.sqlite") as db:
                charges = db.execute("SELECT count(*) FROM book WHERE what LIKE 'charge%'").fetchone()[0]
            print(f"{charges} charges for 5 orders")
        finally:
            for worker in workers.values():
                worker.kill()
            durable.stop()


if __name__ == "__main__":
    main()
