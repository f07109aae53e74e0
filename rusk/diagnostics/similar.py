"""The search for a similar name, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate closest to a name that was not found, or None if none is close.

    Close: equal but for upper and lower case or underscores, or at most a third of the characters (at least
    one for names of three or more) inserted, left out, changed or swapped with their neighbour. Among equals
    the alphabetically first.
    """
    length = len(name)
    limit = 0 if length < 3 else max(1, length // 3)
    folded = _fold(name)
    best: str | None = None
    best_key: tuple[int, str] = (limit + 1, "")
    for other in candidates:
        if other == name or not other or other == "_":
            continue
        if _fold(other) == folded:
            distance = 0
        elif abs(len(other) - length) > limit:
            continue
        else:
            distance = edit_distance(name, other, limit)
            if distance > limit or distance >= len(other):
                continue
        key = (distance, other)
        if key < best_key:
            best_key = key
            best = other
    return best


def _fold(name: str) -> str:
    return name.replace("_", "").lower() or name


def edit_distance(a: str, b: str, limit: int) -> int:
    """The number of edits (insert, delete, change, swap neighbours) from `a` to `b`; more than `limit` once
    it exceeds it.
    """
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a):
        current = [i + 1]
        for j, cb in enumerate(b):
            cost = previous[j] if ca == cb else 1 + min(previous[j], previous[j + 1], current[j])
            if i and j and ca == b[j - 1] and cb == a[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before = previous
        previous = current
    return previous[-1]
