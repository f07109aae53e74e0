"""Windows and prefixes of a text, by characters."""

EXPECTED = 448_000


def run(n):
    line = "the quick brown fox jumps over the lazy dog and runs away"
    found = 0
    at = 0
    for _ in range(n):
        if line[at : at + 3] == "the":
            found += 1
        tail = line[at:]
        if tail == "lazy dog and runs away":
            found += 10
        middle = line[at:57]
        if middle[:1] == "q":
            found += 100
        at += 1
        if at == 50:
            at = 0
    return found


def main() -> int:
    return run(200_000)
