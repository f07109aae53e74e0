"""Escape times of the Mandelbrot set."""

EXPECTED = 437_408


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


def run(n):
    total = 0
    for py in range(n):
        for px in range(n):
            total += escape(px / n * 3.0 - 2.0, py / n * 2.0 - 1.0, 100)
    return total


def main() -> int:
    return run(120)
