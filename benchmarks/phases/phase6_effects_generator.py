"""A generator: each value suspends the producer and resumes it."""

EXPECTED = 100_000 * 99_999 // 2


def produce(n):
    i = 0
    while i < n:
        yield i
        i = i + 1


def run(n):
    sum = 0
    for v in produce(n):
        sum = sum + v
    return sum


def main() -> int:
    return run(100000)
