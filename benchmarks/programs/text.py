"""Building and scanning text."""

EXPECTED = 25_803_340


def run(n):
    words = ["alpha", "beta", "gamma", "delta", "straße", "naïve", "omega"]
    text = ""
    for i in range(n):
        text = text + words[i * 5 % 7] + ("\n" if i % 9 == 8 else " ")
    letters = vowels = longest = current = 0
    lines = 1
    for c in text:
        if c == "\n":
            lines += 1
        if c == " " or c == "\n":
            if current > longest:
                longest = current
            current = 0
        else:
            letters += 1
            current += 1
            if c == "a" or c == "e" or c == "i" or c == "o" or c == "u":
                vowels += 1
    out = ""
    for i in range(n):
        out = out + f"{i}:{words[i % 7]};"
    check = 0
    for b in out.encode():
        check = (check * 31 + b) % 1000003
    return letters * 1000 + vowels + lines + longest + check


def main() -> int:
    return run(5000)
