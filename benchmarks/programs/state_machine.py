"""A state machine whose state is an effect."""

EXPECTED = 951_143


class Machine:
    def __init__(self):
        self.state = 0
        self.sum = 0

    def get(self):
        return self.state

    def goto(self, s):
        self.state = s

    def out(self, v):
        self.sum = (self.sum * 7 + v) % 1000003


def step(m, c):
    s = m.get()
    if s == 0:
        if c % 2 == 0:
            m.goto(1)
    elif s == 1:
        if c % 3 == 0:
            m.goto(2)
            m.out(c)
    else:
        m.goto(0)
        m.out(c * 2)


def run(n):
    m = Machine()
    for i in range(n):
        step(m, i)
    return m.sum + m.state


def main() -> int:
    return run(200000)
