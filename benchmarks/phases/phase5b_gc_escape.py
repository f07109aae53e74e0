"""Allocation while much is alive, of pairs that escape: n pairs in an array that stay, then 100 times n / 10 pairs, each in an array slot until the next."""

EXPECTED = 20_098_300_000


def run(n):
    live = []
    i = 0
    while i < n:
        live.append((i, i + 1))
        i = i + 1
    sum = 0
    epoch = 0
    last = [(0, 0)]
    while epoch < 100:
        j = 0
        while j < n // 10:
            last[0] = (j, epoch)
            sum = sum + last[0][0] + last[0][1]
            j = j + 1
        epoch = epoch + 1
    return sum + live[n // 2][0] + len(live)


def main() -> int:
    return run(200000)
