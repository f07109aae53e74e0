"""One program on many workers: processes of `concurrent.futures`, or a Dask cluster. A program is pickled as its verified bytes.

python examples/embedding/fanout.py [--dask]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from typing import Any

import rusk

SOURCE = """
pub fn collatz(first: int, count: int) -> (int, int) {
    let best = (0, 0);
    let n = first;
    while n < first + count {
        let steps = 0;
        let m = n;
        while m != 1 { if m % 2 == 0 { m = m / 2; } else { m = 3 * m + 1; } steps = steps + 1; }
        if steps > best.1 { best = (n, steps); }
        n = n + 1;
    }
    best
}
"""

CHUNK = 5_000


def work(program: rusk.Program, first: int) -> Any:
    return program.call("collatz", first, CHUNK)


def on_a_cluster(program: rusk.Program, chunks: range) -> list[Any]:
    """The same on a Dask cluster; here one of two local workers."""
    dask: Any = import_module("distributed")  # pip install 'rusk[cluster]'
    with (
        dask.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        dask.Client(cluster) as client,
    ):
        there = client.scatter(program, broadcast=True)
        return list(client.gather(client.map(lambda first, p: work(p, first), chunks, p=there)))


def main() -> None:
    program = rusk.compile(SOURCE)
    chunks = range(1, 40_000, CHUNK)
    if "--dask" in sys.argv:
        results = on_a_cluster(program, chunks)
    else:
        with ProcessPoolExecutor(2) as pool:
            results = list(pool.map(work, [program] * len(chunks), chunks))
    number, steps = max(results, key=lambda r: r[1])
    print(f"{number} takes {steps} steps")


if __name__ == "__main__":
    main()
