"""Escape times of the Mandelbrot set."""

EXPECTED = 956_673


def escape(cx, cy, limit):
    x = y = 0.0
    for i in range(limit):
        x2 = x * x
        y2 = y * y
        if x2 + y2 > 4.0:
            return i
        y = 2.0 * x * y + cy
        x = x2 - y2 + cx
    return limit


def julia(zx, zy, limit):
    """The same for a Julia set."""
    x = zx
    y = zy
    i = 0
    while x * x + y * y < 4.0 and i < limit:
        t = x * x - y * y - 0.8
        y = 2.0 * x * y + 0.156
        x = t
        i += 1
    return i


def spread(n):
    """How the escape times of a Julia set are spread."""
    counts = [0] * 64
    half = n / 2.0
    for py in range(n):
        for px in range(n):
            counts[julia((px - half) / half * 1.5, (py - half) / half, 63)] += 1
    total = 0
    for c in counts:
        total = (total * 31 + c) % 1000003
    return total


def run(n):
    total = 0
    for py in range(n):
        for px in range(n):
            total += escape(px / n * 3.0 - 2.0, py / n * 2.0 - 1.0, 100)
    return total + spread(n // 2)


def main() -> int:
    return run(120)
