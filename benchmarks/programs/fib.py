"""Fibonacci numbers, the slow way."""

EXPECTED = 196418


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def run(n):
    return fib(n)


def main() -> int:
    return run(27)
