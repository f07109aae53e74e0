"""Sorting records by a comparison and by a key."""

from functools import cmp_to_key

EXPECTED = 949305


class Row:
    __slots__ = ("id", "score", "name")

    def __init__(self, id, score, name):
        self.id = id
        self.score = score
        self.name = name


def run(n):
    rows = []
    seed = 7
    for i in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        rows.append(Row(i, seed // 65536 % 5000, f"n{seed % 997}"))
    rows.sort(key=cmp_to_key(lambda a, b: b.score - a.score))
    check = 0
    for i in range(0, n, 53):
        check = (check * 31 + rows[i].id) % 1000003
    rows.sort(key=lambda r: r.name)
    for i in range(0, n, 53):
        check = (check * 31 + rows[i].id) % 1000003
    return check


def main() -> int:
    return run(30000)
