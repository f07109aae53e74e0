"""A map with int keys: insert, look up, update, remove every other, look up again."""

EXPECTED = 399_990_000


def run(n):
    m = {}
    for i in range(n):
        m[i * 7] = i
    sum = 0
    for i in range(n):
        v = m.get(i * 7)
        if v is not None:
            sum += v
    for i in range(n):
        v = m.get(i * 7)
        if v is not None:
            m[i * 7] = v + i
    for i in range(0, n, 2):
        del m[i * 7]
    for i in range(n):
        v = m.get(i * 7)
        if v is not None:
            sum += v
        else:
            sum -= 1
    return sum + len(m)


def main() -> int:
    return run(20000)
