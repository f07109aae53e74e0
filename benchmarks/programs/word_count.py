"""Counting the words of a text: splitting, a dict from strings to counts, the most frequent words."""

EXPECTED = 283485


def make_text(n):
    """A text of n words from a small vocabulary with a skewed distribution."""
    parts = []
    seed = 12345
    for i in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        r = seed // 65536 % 1000
        w = r * r // 500
        parts.append(f"Word{w}" if w % 3 == 0 else f"term{w}")
        if i % 12 == 11:
            parts.append("\n")
    return " ".join(parts)


def run(n):
    text = make_text(n)
    counts = {}
    for line in text.split("\n"):
        for word in line.split(" "):
            if word:
                counts[word] = counts.get(word, 0) + 1
    entries = sorted(counts.items(), key=lambda e: (-e[1], e[0]))
    check = len(counts)
    for word, count in entries[:50]:
        check = (check * 31 + count * len(word)) % 1000003
    return check


def main() -> int:
    return run(40000)
