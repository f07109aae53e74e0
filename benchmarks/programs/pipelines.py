"""Higher-order functions over arrays."""

EXPECTED = 2_261_112


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


def run(n):
    xs = list(range(n))
    bias = 3
    step = compose(lambda x: x * 2 + bias, lambda x: x ^ 5)
    total = 0
    for turn in range(5):
        ys = keep(map_all(xs, compose(step, lambda x, turn=turn: x + turn)), lambda x: x % 3 != 0)
        total += reduce(ys, turn, lambda a, b: (a * 31 + b) % 1000003)
    return total


def main() -> int:
    return run(40000)
