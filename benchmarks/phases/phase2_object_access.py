"""Fields of a tuple and of a struct, read and written in turn."""

EXPECTED = 3_199_961


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def tuples(n):
    t = [0, 1]  # Rusk's tuples are mutable
    i = 0
    while i < n:
        t[0] = t[0] + t[1]
        t[1] = i % 7
        i = i + 1
    return t[0] + t[1]


def structs(n):
    p = Point(0, 1)
    i = 0
    while i < n:
        p.x = p.x + p.y
        p.y = i % 5
        i = i + 1
    return p.x + p.y


def run(n):
    return tuples(n) * 10 + structs(n)


def main() -> int:
    return run(100000)
