"""Locals, a while loop, integer arithmetic."""

EXPECTED = 200_000 * 200_001 // 2


def run(n):
    x = 0
    y = 0
    i = 0
    while i < n:
        x = x + 1
        y = y + x
        i = i + 1
    return y


def main() -> int:
    return run(200000)
