"""Sorting strings."""

EXPECTED = 444220


def run(n):
    xs = []
    seed = 42
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        xs.append(f"key{seed // 16}")
    xs = sorted(xs)
    check = 0
    for i in range(0, n, 97):
        check = (check * 31 + len(xs[i])) % 1000003
    return check if xs[0] < xs[n // 2] < xs[n - 1] else -1


def main() -> int:
    return run(200000)
