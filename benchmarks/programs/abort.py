"""An exception: raised from a call three deep, 100,000 times."""

EXPECTED = 890_853


class Fail(Exception):
    def __init__(self, code):
        self.code = code


def check(v):
    if v % 2 == 0:
        raise Fail(v)
    return v


def twice(v):
    return check(v) + check(v + 1)


def attempt(v):
    try:
        return twice(v)
    except Fail as e:
        return e.code % 5


def run(n):
    total = 0
    i = 0
    while i < n:
        total = (total * 3 + attempt(i)) % 1000003
        i = i + 1
    return total


def main() -> int:
    return run(100000)
