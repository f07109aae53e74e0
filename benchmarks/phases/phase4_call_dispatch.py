"""Calls of a tiny function."""

EXPECTED = 500000


def inc(x):
    return x + 1


def run(n):
    x = 0
    i = 0
    while i < n:
        x = inc(x)
        i = i + 1
    return x


def main() -> int:
    return run(500000)
