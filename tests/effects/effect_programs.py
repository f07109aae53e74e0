"""Random effect programs for `model`: nested matches, refutable arms, aborts, tail and non-tail resumption, stored continuations resumed
later under other handlers, and return, break and continue across matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OPS = 3
SLOTS = 2

Pick = Callable[[int], int]


class _Scope:
    __slots__ = ("variables", "binders", "in_loop", "functions")

    def __init__(self, variables: list[str], binders: list[str], in_loop: bool, functions: list[str]) -> None:
        self.variables = variables
        self.binders = binders
        self.in_loop = in_loop
        self.functions = functions

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
    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.names = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def expr(self, depth: int, s: _Scope) -> Any:
        if depth <= 0:
            kind = self.pick(4)
            if kind == 0 and s.variables:
                return ("var", s.variables[self.pick(len(s.variables))])
            if kind == 1:
                return ("perform", self.pick(OPS), ("int", self.pick(4)))
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
            return ("perform", self.pick(OPS), self.expr(d, s))
        if kind == 15 and s.binders:
            return ("store", self.pick(SLOTS), s.binders[self.pick(len(s.binders))])
        if kind == 16:
            return ("stored", self.pick(SLOTS), self.expr(d, s))
        if kind == 17 and s.binders:
            return ("resume", s.binders[self.pick(len(s.binders))], self.expr(d, s))
        return self.match(d, s)

    def match(self, d: int, s: _Scope) -> Any:
        body = self.expr(d, s)
        arms = []
        for _ in range(1 + self.pick(3)):
            op = self.pick(OPS)
            binder = self.name("k") if self.pick(2) else None
            k = binder or "resume"
            inner = _Scope(
                s.variables, [b for b in s.binders if b != "resume"], s.in_loop, s.functions
            ).with_(binder=k)
            pattern: Any = self.pick(3)
            if self.pick(3):
                pattern = self.name("x")
                inner = inner.with_(variable=pattern)
            kind = self.pick(4)
            if kind == 0:
                arm = ("resume", k, self.expr(d - 1, inner))
            elif kind == 1:
                arm = ("seq", self.expr(d - 1, inner), ("resume", k, self.expr(d - 1, inner)))
            else:
                arm = self.expr(d, inner)
            arms.append((op, pattern, binder, arm))
        v = self.name("w")
        return ("match", 0, body, arms, (v, self.expr(d - 1, s.with_(variable=v))))


def generate(pick: Pick) -> dict[str, Any]:
    """A random program; ``pick(n)`` draws an int in 0..n-1."""
    g = _Generator(pick)
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
            for op in range(OPS)
        ]
        entry = ("match", 0, entry, arms, ("z", ("print", ("var", "z"))))
    functions.append(("entry", entry))
    return {"functions": functions}
