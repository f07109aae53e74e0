"""Walking a tree of depth 20 with a generator."""

EXPECTED = 24_797


class Node:
    __slots__ = ("left", "value", "right")

    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right


def build(depth):
    if depth <= 0:
        return None
    return Node(build(depth - 1), depth, build(depth - 2))


def walk(t):
    if t is not None:
        yield from walk(t.left)
        yield t.value
        yield from walk(t.right)


def run(depth):
    total = 0
    for v in walk(build(depth)):
        total = (total * 3 + v) % 1000003
    return total


def main() -> int:
    return run(20)
