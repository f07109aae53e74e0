"""Every character of texts, ASCII and not."""

EXPECTED = 1_345_566


def run(n):
    texts = [
        "The quick brown fox jumps over the lazy dog. ",
        "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg. ",
        "いろはにほへと ちりぬるを わかよたれそ つねならむ ",
    ]
    spaces = upper = total = 0
    for _ in range(n):
        for t in texts:
            for c in t:
                if c == " ":
                    spaces += 1
                if "A" <= c <= "Z":
                    upper += 1
                total += ord(c)
    return spaces * 3 + upper * 5 + total % 1000003


def main() -> int:
    return run(5000)
