"""A chain of lazy generators over a range."""

from functools import reduce
from itertools import islice, takewhile

EXPECTED = 750786778059


def run(n):
    limit = n - 5
    total = 0
    tripled = (x * 3 + 1 for x in range(n))
    even = (x for x in tripled if x % 2 == 0)
    for v in (x ^ 5 for x in takewhile(lambda x: x < limit * 3, even)):
        total += v
    thirds = (x // 3 for x in range(n) if x % 3 == 0)
    return total + reduce(lambda a, b: (a + b) & 1073741823, islice(thirds, 10, None), 0)


def main() -> int:
    return run(1000000)
