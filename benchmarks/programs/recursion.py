"""Deep and wide recursion: Takeuchi, Fibonacci, Ackermann."""

import sys

EXPECTED = 12_184_838


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


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def hanoi(n, start, to, by):
    """The moves of the towers of Hanoi, and a sum over them."""
    if n == 0:
        return 0, 0
    a, s = hanoi(n - 1, start, by, to)
    b, t = hanoi(n - 1, by, to, start)
    return a + b + 1, (s + t + n * start + to) % 1000003


def change(amount, coins, kinds):
    """How many ways there are to pay an amount with coins."""
    if amount == 0:
        return 1
    if amount < 0 or kinds == 0:
        return 0
    return change(amount, coins, kinds - 1) + change(amount - coins[kinds - 1], coins, kinds)


def derangements(items, n):
    """All orders of the first n elements: how many have no element in its own place."""
    if n == 0:
        return 1 if all(v != i for i, v in enumerate(items)) else 0
    found = 0
    for i in range(n):
        items[i], items[n - 1] = items[n - 1], items[i]
        found += derangements(items, n - 1)
        items[i], items[n - 1] = items[n - 1], items[i]
    return found


def run(n):
    moves, total = hanoi(n // 2 + 3, 0, 2, 1)
    ways = change(n * 6, [1, 2, 5, 10, 20, 50], 6) + derangements([0, 1, 2, 3, 4, 5, 6], 7)
    even = 1 if is_even(n * 20) else 0
    return tak(n, n // 3 * 2, n // 3) + fib(n + 5) * 100 + ack(2, n * 4) + moves + total + ways + even


def main() -> int:
    return run(21)
