"""State behind closures that a recursion carries along: it numbers the nodes of a tree."""

EXPECTED = 774_645


def fresh(get, put):
    n = get()
    put(n + 1)
    return n


def visit(get, put, depth):
    id = fresh(get, put)
    if depth == 0:
        return id % 7
    return (visit(get, put, depth - 1) * 3 + visit(get, put, depth - 1) + id) % 1000003


def run(depth):
    s = 0

    def get():
        return s

    def put(v):
        nonlocal s
        s = v

    r = visit(get, put, depth)
    return r + s


def main() -> int:
    return run(16)
