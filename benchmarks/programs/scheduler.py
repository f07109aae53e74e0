"""A round-robin scheduler: 100 generators in a deque, 1,000 turns each."""

from collections import deque

EXPECTED = 229_327


class Out:
    __slots__ = ("sum",)

    def __init__(self):
        self.sum = 0


def task(id, turns, out):
    i = 0
    while i < turns:
        out.sum = (out.sum * 3 + id + i) % 1000003
        yield
        i = i + 1


def run(turns):
    out = Out()
    ready = deque(task(id, turns, out) for id in range(100))
    while ready:
        t = ready.popleft()
        try:
            next(t)
        except StopIteration:
            continue
        ready.append(t)
    return out.sum


def main() -> int:
    return run(1000)
