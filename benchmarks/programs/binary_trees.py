"""Allocating and walking binary trees."""

EXPECTED = 22_470_283


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    return None if depth == 0 else Node(build(depth - 1), build(depth - 1))


def check(t):
    return 1 if t is None else 1 + check(t.left) + check(t.right)


# A search tree that is never changed: inserting copies the way to the new node.


class Search:
    __slots__ = ("left", "value", "right")

    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right


def insert(t, v):
    if t is None:
        return Search(None, v, None)
    if v < t.value:
        return Search(insert(t.left, v), t.value, t.right)
    if v > t.value:
        return Search(t.left, t.value, insert(t.right, v))
    return t


def find(t, least):
    if t is None:
        return None
    if t.value < least:
        return find(t.right, least)
    found = find(t.left, least)
    return t.value if found is None else found


def searches(n):
    t = None
    x = 7
    for _ in range(n):
        x = (x * 5003 + 17) % 65537
        t = insert(t, x)
    total = 0
    for i in range(n):
        found = find(t, i * 31 % 70000)
        total += 1 if found is None else found
    return total


def run(n):
    long_lived = build(n)
    total = 0
    for depth in range(4, n + 1, 4):
        for _ in range(1 << (n - depth + 2)):
            total += check(build(depth))
    return total + check(long_lived) + searches(n * 100)


def main() -> int:
    return run(12)
