"""The queens problem by backtracking."""

EXPECTED = 352_652


def place(row, n, columns, up, down):
    if row == n:
        return 1
    found = 0
    for c in range(n):
        if not columns[c] and not up[row + c] and not down[row - c + n]:
            columns[c] = up[row + c] = down[row - c + n] = True
            found += place(row + 1, n, columns, up, down)
            columns[c] = up[row + c] = down[row - c + n] = False
    return found


def masks(full, columns, up, down):
    """The same with the attacked squares in the bits of ints."""
    if columns == full:
        return 1
    found = 0
    free = full & ~(columns | up | down)
    while free:
        bit = free & -free
        free -= bit
        found += masks(full, columns | bit, (up | bit) << 1, (down | bit) >> 1)
    return found


def first(row, n, at):
    """The first placement, by the column of each row."""
    if row == n:
        return at[n // 2]
    for c in range(n):
        r = 0
        while r < row and at[r] != c and at[r] - c != row - r and c - at[r] != row - r:
            r += 1
        if r == row:
            at[row] = c
            found = first(row + 1, n, at)
            if found is not None:
                return found
    return None


def middle(n):
    at = [0] * n
    found = first(0, n, at)
    return -1 if found is None else found * 100 + at[0]


def run(n):
    found = place(0, n, [False] * n, [False] * (2 * n), [False] * (2 * n + 1))
    return found + masks((1 << n) - 1, 0, 0, 0) * 1000 + middle(n + 5)


def main() -> int:
    return run(9)
