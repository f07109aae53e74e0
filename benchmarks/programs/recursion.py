"""Deep and wide recursion: Takeuchi, Fibonacci, Ackermann."""

import sys

EXPECTED = 12_139_485


sys.setrecursionlimit(10_000)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def run(n):
    return tak(n, n // 3 * 2, n // 3) + fib(n + 5) * 100 + ack(2, n * 4)


def main() -> int:
    return run(21)
