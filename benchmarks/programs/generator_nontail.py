"""A generator whose consumer works on the items from the last to the first: the way back over a list."""

EXPECTED = 876_570


def produce(n):
    i = 0
    while i < n:
        yield i
        i = i + 1


def total(n):
    pending = []
    for v in produce(n):
        pending.append(v)
    rest = 0
    while pending:
        rest = (rest * 3 + pending.pop()) % 1000003
    return rest


def run(n):
    out = 0
    for _ in range(10):
        out = out + total(n)
    return out


def main() -> int:
    return run(10000)
