"""Edit distance by dynamic programming."""

EXPECTED = 215_236


def word(n, seed):
    out = []
    x = seed
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        out.append(chr(97 + x // 65536 % 4))
    return out


def distance(a, b):
    previous = list(range(len(b) + 1))
    current = previous[:]
    for i in range(1, len(a) + 1):
        current[0] = i
        ca = a[i - 1]
        for j in range(1, len(b) + 1):
            best = previous[j - 1] + (0 if ca == b[j - 1] else 1)
            if previous[j] + 1 < best:
                best = previous[j] + 1
            if current[j - 1] + 1 < best:
                best = current[j - 1] + 1
            current[j] = best
        previous, current = current, previous
    return previous[len(b)]


def run(n):
    return distance(word(n, 1), word(n, 2)) * 1000 + distance(word(n, 3), word(n // 2, 4))


def main() -> int:
    return run(400)
