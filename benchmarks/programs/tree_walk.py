"""Walking a tree with a generator."""

EXPECTED = 749_699


class Node:
    __slots__ = ("left", "value", "right")

    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right


def build(lo, hi):
    if lo >= hi:
        return None
    mid = (lo + hi) // 2
    return Node(build(lo, mid), mid, build(mid + 1, hi))


def walk(t):
    if t is not None:
        yield from walk(t.left)
        yield t.value
        yield from walk(t.right)


def run(n):
    total = 0
    for v in walk(build(0, 1 << n)):
        total = (total * 3 + v) % 1000003
    return total


def main() -> int:
    return run(14)
