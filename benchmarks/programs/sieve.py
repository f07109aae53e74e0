"""The sieve of Eratosthenes."""

EXPECTED = 41_538_331_067


def run(n):
    composite = [False] * (n + 1)
    count = 0
    total = 0
    i = 2
    while i <= n:
        if not composite[i]:
            count += 1
            total = (total + i) % 1000003
            j = i * i
            while j <= n:
                composite[j] = True
                j += i
        i += 1
    return count * 1000003 + total


def main() -> int:
    return run(500000)
