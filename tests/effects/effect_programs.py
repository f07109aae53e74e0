"""Random effect programs for `model`: nested matches, refutable arms, aborts, tail and non-tail resumption, stored continuations resumed
later under other handlers, and return, break and continue across matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: operations of the plain programs: 0, 1 and 3 take numbers; see ``effect_model.OPERATIONS``
PLAIN = (0, 1, 3)
#: the operation on texts
TEXT = 2
SLOTS = 2

Pick = Callable[[int], int]


class _Scope:
    __slots__ = ("variables", "binders", "in_loop", "functions")

    def __init__(self, variables: list[str], binders: list[str], in_loop: bool, functions: list[str]) -> None:
        self.variables = variables
        self.binders = binders
        self.in_loop = in_loop
        self.functions = functions

    def keepable(self) -> list[str]:
        """The continuations that take a number."""
        return [b for b in self.binders if b[0] != "q"]

    def with_(
        self, *, variable: str | None = None, binder: str | None = None, in_loop: bool | None = None
    ) -> _Scope:
        return _Scope(
            [*self.variables, variable] if variable else self.variables,
            [*self.binders, binder] if binder else self.binders,
            self.in_loop if in_loop is None else in_loop,
            self.functions,
        )


class _Generator:
    """Plain programs: functions and closures."""

    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.names = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def op(self) -> int:
        return PLAIN[self.pick(len(PLAIN))]

    def expr(self, depth: int, s: _Scope) -> Any:
        if depth <= 0:
            kind = self.pick(4)
            if kind == 0 and s.variables:
                return ("var", s.variables[self.pick(len(s.variables))])
            if kind == 1:
                return ("perform", self.op(), ("int", self.pick(4)))
            return ("int", self.pick(4))
        d = depth - 1
        kind = self.pick(20)
        if kind <= 1:
            return ("add", self.expr(d, s), self.expr(d, s))
        if kind == 2:
            return ("print", self.expr(d, s))
        if kind == 3:
            v = self.name("v")
            return ("let", v, self.expr(d, s), self.expr(d, s.with_(variable=v)))
        if kind == 4 and any([v.startswith("v") for v in s.variables]):
            own = [v for v in s.variables if v.startswith("v")]
            return ("set", own[self.pick(len(own))], self.expr(d, s))
        if kind <= 6:
            return ("seq", self.expr(d, s), self.expr(d, s))
        if kind == 7:
            return ("if", self.expr(d, s), self.expr(d, s), self.expr(d, s))
        if kind == 8:
            return ("loop", self.name(""), 1 + self.pick(3), self.expr(d, s.with_(in_loop=True)))
        if kind == 9:
            return ("return", self.expr(d, s))
        if kind == 10 and s.in_loop:
            return ("break",) if self.pick(2) else ("continue",)
        if kind == 11 and s.functions:
            return ("call", s.functions[self.pick(len(s.functions))], self.expr(d, s))
        if kind == 12:
            return ("lambda", self.expr(d, s.with_(in_loop=False)))
        if kind <= 14:
            return ("perform", self.op(), self.expr(d, s))
        if kind == 15 and s.keepable():
            return ("store", self.pick(SLOTS), s.keepable()[self.pick(len(s.keepable()))])
        if kind == 16:
            return ("stored", self.pick(SLOTS), self.expr(d, s))
        if kind == 17 and s.binders:
            return ("resume", s.binders[self.pick(len(s.binders))], self.expr(d, s))
        return self.match(d, s)

    def arm_kind(self) -> int:
        """0: resumes last, 1: the same after something else, 2 and 3: anything."""
        return self.pick(4)

    def match(self, d: int, s: _Scope) -> Any:
        body = self.expr(d, s)
        arms = []
        for _ in range(1 + self.pick(3)):
            op = self.op()
            binder = self.name("q") if op == TEXT else self.name("k") if self.pick(2) else None
            k = binder or "resume"
            inner = _Scope(
                s.variables, [b for b in s.binders if b != "resume"], s.in_loop, s.functions
            ).with_(binder=k)
            pattern: Any = self.pick(3)
            if self.pick(3):
                pattern = self.name("t" if op == TEXT else "x")
                inner = inner.with_(variable=pattern)
            kind = self.arm_kind()
            if kind == 0:
                arm = ("resume", k, self.expr(d - 1, inner))
            elif kind == 1:
                arm = ("seq", self.expr(d - 1, inner), ("resume", k, self.expr(d - 1, inner)))
            else:
                arm = self.expr(d, inner)
            arms.append((op, pattern, binder, arm))
        v = self.name("w")
        return ("match", 0, body, arms, (v, self.expr(d - 1, s.with_(variable=v))))


class _Wide(_Generator):
    """Programs that perform under everything that can run code: methods behind interfaces, operators, texts, iterators, handler functions."""

    def __init__(self, pick: Pick) -> None:
        super().__init__(pick)
        self.handlers: list[str] = []
        self.in_handler = False

    def op(self) -> int:
        return self.pick(4)

    def arm_kind(self) -> int:
        # Arms that resume last are what the optimiser takes to pieces.
        return (0, 0, 1, 1, 2, 3)[self.pick(6)]

    def expr(self, depth: int, s: _Scope) -> Any:
        if depth <= 0 or self.pick(3):
            return super().expr(depth, s)
        d = depth - 1
        kind = self.pick(8)
        if kind == 0:
            return ("div", self.expr(d, s), self.expr(d, s))
        if kind <= 2 and s.functions:
            how = ("dyn", "op", "text", "value")[self.pick(4)]
            return ("via", how, s.functions[self.pick(len(s.functions))], self.expr(d, s))
        if kind == 3 and s.functions:
            return (
                "iter",
                self.name(""),
                1 + self.pick(2),
                s.functions[self.pick(len(s.functions))],
                self.expr(d, s),
            )
        if kind == 4:
            v = self.name("y")
            return ("apply", v, self.expr(d, s), self.expr(d, s.with_(variable=v, in_loop=False)))
        if self.in_handler:
            return ("body",)
        if self.handlers:
            handler = self.handlers[self.pick(len(self.handlers))]
            return ("under", handler, self.expr(d, s), self.expr(d, s.with_(in_loop=False)))
        return super().expr(depth, s)

    def handler(self, name: str) -> Any:
        """A handler function: mostly a match right around its closure."""
        self.in_handler = True
        node = self.match(2, _Scope(["p"], [], False, []))
        self.in_handler = False
        self.handlers.append(name)
        kind, number, body, arms, value = node
        return (kind, number, ("body",) if self.pick(4) else body, arms, value)


def generate_wide(pick: Pick) -> dict[str, Any]:
    """A random program that uses all that the model knows."""
    g = _Wide(pick)
    handlers = [(f"h{i}", g.handler(f"h{i}")) for i in range(1 + pick(2))]
    return {**_program(g, pick), "handlers": handlers}


def generate(pick: Pick) -> dict[str, Any]:
    """A random plain program; ``pick(n)`` draws an int in 0..n-1."""
    return _program(_Generator(pick), pick)


def _program(g: _Generator, pick: Pick) -> dict[str, Any]:
    functions: list[tuple[str, Any]] = []
    for i in range(1 + pick(3)):
        scope = _Scope(["p"], [], False, [name for name, _ in functions])
        functions.append((f"f{i}", g.expr(3 + pick(2), scope)))
    top = _Scope(["p"], [], False, [name for name, _ in functions])
    entry = g.match(3, top)
    if pick(8):
        # Mostly everything is handled at last.
        arms = [
            (
                op,
                f"z{op}",
                None,
                ("resume", "resume", ("var", f"z{op}"))
                if pick(2)
                else ("add", ("resume", "resume", ("int", 1)), ("int", 10)),
            )
            for op in PLAIN
        ]
        entry = ("match", 0, entry, arms, ("z", ("print", ("var", "z"))))
        if isinstance(g, _Wide):
            arms.append((TEXT, "t", "q", ("resume", "q", ("var", "t"))))
            entry = ("match", 0, entry[2], arms, entry[4])
    functions.append(("entry", entry))
    return {"functions": functions}
