"""Building and scanning text."""

EXPECTED = 38_780_689


def caesar(text, by):
    """Every letter moved on in the alphabet."""
    out = []
    for c in text:
        n = ord(c)
        out.append(chr((n - 97 + by) % 26 + 97) if 97 <= n <= 122 else c)
    return "".join(out)


def numbers(text):
    """The sum of all numbers in a text, and how many there are."""
    total = 0
    count = 0
    current = -1
    for c in text:
        d = ord(c) - 48
        if 0 <= d <= 9:
            current = d if current < 0 else current * 10 + d
        elif current >= 0:
            total += current
            count += 1
            current = -1
    return total, count


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
    total, count = numbers(out)
    moved = 0
    for c in caesar(text, 3):
        moved = (moved * 7 + ord(c)) % 1000003
    return letters * 1000 + vowels + lines + longest + check + total + count + moved


def main() -> int:
    return run(5000)
