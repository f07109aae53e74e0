"""Building a long text from pieces: a list that is joined."""

EXPECTED = 603176889


def run(n):
    words = ["alpha", "beta", "gamma", "delta", "straße", "naïve", "omega"]
    b = []
    for i in range(n):
        b.append(words[i * 5 % 7])
        b.append(f"-{i}")
        b.append("\n" if i % 9 == 8 else " ")
    text = "".join(b)
    table = ";".join([f"{i}:{words[i % 7]}" for i in range(n)])
    return len(text.encode()) * 1000 + len(table) % 1000


def main() -> int:
    return run(50000)
