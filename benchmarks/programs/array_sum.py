"""The sum of an array by index, ten times over."""

EXPECTED = 5_039_818_560


def run(n):
    xs = [0] * n
    i = 0
    while i < n:
        xs[i] = i * 7 % 1009
        i = i + 1
    sum = 0
    turn = 0
    while turn < 10:
        i = 0
        while i < len(xs):
            sum = sum + xs[i]
            i = i + 1
        turn = turn + 1
    return sum


def main() -> int:
    return run(1000000)
