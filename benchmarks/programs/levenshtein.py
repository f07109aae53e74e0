"""Edit distance by dynamic programming."""

EXPECTED = 215_530


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


def common(a, b):
    """The length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for ca in a:
        corner = 0
        for j in range(len(b)):
            above = row[j + 1]
            if ca == b[j]:
                row[j + 1] = corner + 1
            elif row[j] > above:
                row[j + 1] = row[j]
            corner = above
    return row[len(b)]


def nearest(words):
    """The two words that are nearest to each other."""
    best = (0, 1)
    least = distance(words[0], words[1])
    for i in range(len(words)):
        for j in range(i + 1, len(words)):
            d = distance(words[i], words[j])
            if d < least:
                least = d
                best = (i, j)
    return best


def run(n):
    words = [word(n // 10, i + 5) for i in range(12)]
    a, b = nearest(words)
    far = distance(word(n, 1), word(n, 2)) * 1000 + distance(word(n, 3), word(n // 2, 4))
    return far + common(word(n, 5), word(n, 6)) + a * 12 + b


def main() -> int:
    return run(400)
