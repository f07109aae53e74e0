"""The sieve of Eratosthenes."""

EXPECTED = 44_577_982_631


def totients(n):
    """The smallest prime factor of every number, and from it how many numbers below it share none with it."""
    factor = [0] * (n + 1)
    primes = []
    phi = [0] * (n + 1)
    phi[1] = 1
    for i in range(2, n + 1):
        if factor[i] == 0:
            factor[i] = i
            primes.append(i)
            phi[i] = i - 1
        for p in primes:
            if p > factor[i] or i * p > n:
                break
            factor[i * p] = p
            phi[i * p] = phi[i] * (p if p == factor[i] else p - 1)
    return sum(phi)


def goldbach(n, composite):
    """In how many ways an even number is the sum of two primes."""
    ways = 0
    for i in range(2, n // 2 + 1):
        if not composite[i] and not composite[n - i]:
            ways += 1
    return ways


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
    return count * 1000003 + total + totients(n // 5) + goldbach(n // 10 * 2, composite)


def main() -> int:
    return run(500000)
