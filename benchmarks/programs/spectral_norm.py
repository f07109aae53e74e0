"""The spectral norm of an infinite matrix."""

from math import sqrt

EXPECTED = 1_274_219_991


def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    n = len(v)
    return [sum([a(i, j) * v[j] for j in range(n)]) for i in range(n)]


def times_transposed(v):
    n = len(v)
    return [sum([a(j, i) * v[j] for j in range(n)]) for i in range(n)]


def run(n):
    u = [1.0] * n
    v = u
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    vbv = vv = 0.0
    for x, y in zip(u, v, strict=False):
        vbv += x * y
        vv += y * y
    return int(sqrt(vbv / vv) * 1000000000.0)


def main() -> int:
    return run(100)
