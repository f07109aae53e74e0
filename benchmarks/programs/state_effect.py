"""A counter behind two closures: get and put, each 200,000 times."""

EXPECTED = 1_520_164


def with_state(init, body):
    s = init

    def get():
        return s

    def put(v):
        nonlocal s
        s = v

    r = body(get, put)
    return r, s


def tick(get, put, i):
    v = get()
    put((v * 3 + i) % 1000003)
    return v


def count(get, put, n):
    top = 0
    i = 0
    while i < n:
        v = tick(get, put, i)
        if v > top:
            top = v
        i = i + 1
    return top


def run(n):
    top, last = with_state(1, lambda get, put: count(get, put, n))
    return top + last


def main() -> int:
    return run(200000)
