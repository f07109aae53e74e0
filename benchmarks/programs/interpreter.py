"""An interpreter of a small language over its syntax tree."""

EXPECTED = 40_707


class Num:
    def __init__(self, n):
        self.n = n


class Var:
    def __init__(self, i):
        self.i = i


class Binary:
    def __init__(self, a, b):
        self.a = a
        self.b = b


class Add(Binary):
    pass


class Sub(Binary):
    pass


class Mul(Binary):
    pass


class Less(Binary):
    pass


class Set:
    def __init__(self, i, e):
        self.i = i
        self.e = e


class While:
    def __init__(self, c, body):
        self.c = c
        self.body = body


class If:
    def __init__(self, c, yes, no):
        self.c = c
        self.yes = yes
        self.no = no


def evaluate(e, env):
    t = type(e)
    if t is Num:
        return e.n
    if t is Var:
        return env[e.i]
    if t is Add:
        return evaluate(e.a, env) + evaluate(e.b, env)
    if t is Sub:
        return evaluate(e.a, env) - evaluate(e.b, env)
    if t is Mul:
        return evaluate(e.a, env) * evaluate(e.b, env)
    return 1 if evaluate(e.a, env) < evaluate(e.b, env) else 0


def execute(body, env):
    for s in body:
        t = type(s)
        if t is Set:
            env[s.i] = evaluate(s.e, env)
        elif t is While:
            while evaluate(s.c, env) != 0:
                execute(s.body, env)
        else:
            execute(s.yes if evaluate(s.c, env) != 0 else s.no, env)


def run(n):
    program = [
        Set(1, Num(0)),
        Set(2, Num(1)),
        While(
            Less(Var(1), Var(0)),
            [
                If(
                    Less(Var(2), Num(100000)),
                    [Set(2, Add(Mul(Var(2), Num(3)), Var(1)))],
                    [Set(2, Sub(Var(2), Num(99991)))],
                ),
                Set(1, Add(Var(1), Num(1))),
            ],
        ),
    ]
    env = [n, 0, 0]
    execute(program, env)
    return env[2]


def main() -> int:
    return run(30000)
