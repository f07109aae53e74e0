"""Higher-order functions over arrays."""

from itertools import islice

EXPECTED = 423_544_575


def compose(f, g):
    return lambda x: g(f(x))


def map_all(xs, f):
    return [f(x) for x in xs]


def keep(xs, f):
    return [x for x in xs if f(x)]


def reduce(xs, start, f):
    acc = start
    for x in xs:
        acc = f(acc, x)
    return acc


def chain(fs, x):
    """Operations by name, applied one after the other."""
    for f in fs:
        x = f(x)
    return x


def lazy(n):
    """The same with lazy sequences."""
    squares = (x for x in (x * x % 1009 for x in range(n)) if x % 2 == 1)
    s = 0
    for i, x in islice(enumerate(squares), n // 2):
        s = (s * 3 + i + x) % 1000003
    return s + sum(a * b % 7 for a, b in zip(range(n), range(5, n), strict=False))


def run(n):
    xs = list(range(n))
    bias = 3
    step = compose(lambda x: x * 2 + bias, lambda x: x ^ 5)
    total = 0
    for turn in range(5):
        ys = keep(map_all(xs, compose(step, lambda x, turn=turn: x + turn)), lambda x: x % 3 != 0)
        total += reduce(ys, turn, lambda a, b: (a * 31 + b) % 1000003)
    table = [lambda x: x + 1, lambda x: x * 3 % 65537, lambda x: x ^ bias, step]
    for i in range(n):
        total = (total + chain(table, i)) % 1000000007
    return total + lazy(n)


def main() -> int:
    return run(40000)
