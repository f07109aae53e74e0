"""Allocating and walking binary trees."""

EXPECTED = 105_403


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    return None if depth == 0 else Node(build(depth - 1), build(depth - 1))


def check(t):
    return 1 if t is None else 1 + check(t.left) + check(t.right)


def run(n):
    long_lived = build(n)
    total = 0
    for depth in range(4, n + 1, 4):
        for _ in range(1 << (n - depth + 2)):
            total += check(build(depth))
    return total + check(long_lived)


def main() -> int:
    return run(12)
