"""Equality and order of words: insertion into a sorted list, and counting equal neighbours."""

EXPECTED = 256_000


def run(n):
    words = [
        "pear",
        "apple",
        "fig",
        "banana",
        "cherry",
        "applesauce",
        "figs",
        "date",
        "straße",
        "pear tree",
        "plum",
        "quince",
    ]
    score = 0
    for i in range(n):
        ordered = []
        for k in range(len(words)):
            w = words[(k + i) % 12]
            ordered.append(w)
            j = k
            while j > 0:
                if ordered[j - 1] <= w:
                    break
                ordered[j] = ordered[j - 1]
                j -= 1
            ordered[j] = w
        first = ordered[i % 12]
        for w in ordered:
            if w == first:
                score += 1
            if w != "figs":
                score += 2
            if w < "cherry":
                score += 3
    return score


def main() -> int:
    return run(8000)
