"""Sorting ints."""

EXPECTED = 636680332592787339


def run(n):
    xs = []
    seed = 42
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 9223372036854775807
        xs.append(seed >> 20)
    xs = sorted(xs)
    check = 0
    for i in range(0, n, 97):
        check = (check * 31 + xs[i]) & 1152921504606846975
    return check


def main() -> int:
    return run(200000)
