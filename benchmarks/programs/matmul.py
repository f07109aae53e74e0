"""Multiplication of float matrices."""

EXPECTED = 292_386


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


def run(n):
    c = multiply(matrix(n, 3), matrix(n, 5))
    return int(sum(c[i][n - 1 - i] for i in range(n)))


def main() -> int:
    return run(90)
