"""Multiplication of float matrices."""

EXPECTED = 1_816_342


def matrix(n, seed):
    return [[float((i * seed + j * 7) % 13) for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    out = []
    for row in a:
        line = []
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += row[k] * b[k][j]
            line.append(s)
        out.append(line)
    return out


def transpose(a):
    return [[row[j] for row in a] for j in range(len(a[0]))]


def power(m, n):
    """The power of an int matrix, modulo a prime, by squaring."""
    out = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    base = m
    while n > 0:
        if n % 2 == 1:
            out = times(out, base)
        base = times(base, base)
        n //= 2
    return out


def times(a, b):
    out = []
    for row in a:
        line = [0, 0, 0]
        for j in range(3):
            line[j] = (row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]) % 1000003
        out.append(line)
    return out


def run(n):
    c = multiply(matrix(n, 3), matrix(n, 5))
    t = sum(c[i][n - 1 - i] for i in range(n))
    d = multiply(transpose(c), c)
    t += d[n // 2][n // 3] / 1000.0
    s = 0
    for i in range(n * 10):
        s = (s + power([[1, 1, 0], [1, 0, i], [0, 1, 2]], i * 977)[0][2]) % 1000003
    return int(t) + s


def main() -> int:
    return run(90)
