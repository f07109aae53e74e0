"""A slow, direct transcription of the abstract machine of docs/language/04-effects.md §8, for small programs made of tuples.

A program is ``{"functions": [(name, body), ...]}``; a function takes one int ``p`` and the shared store ``st``; the last one is the entry.
Expressions (all of type int):

    ("int", n)  ("var", name)  ("add", a, b)  ("print", e)  ("let", name, e, rest)  ("set", name, e)  ("seq", a, b)
    ("if", c, a, b)             c is compared with 0
    ("loop", id, n, body)       n turns at most; value 0
    ("return", e)  ("break",)  ("continue",)
    ("call", function, arg)     functions call only earlier ones
    ("lambda", body)            a closure that is called at once
    ("perform", op, arg)        op is a number
    ("match", id, body, arms, (name, value body))
                                arms: (op, pattern, binder or None, body); pattern is an int or a name
    ("resume", binder, arg)
    ("store", slot, binder)     keeps a continuation; value 0
    ("stored", slot, arg)       resumes the one kept in slot, -1 if there is none
    ("div", a, b)               traps where b is 0
    ("via", how, function, arg) calls a function through the language: "dyn" an interface method, "op" an operator, "text" `to_string` in an
                                f-string, "value" a function value
    ("iter", id, n, function, arg)
                                the sum of n calls by the `next` of an iterator in a `for`
    ("apply", variable, arg, body)
                                a closure with a parameter, called by a function that got it
    ("under", handler, arg, body)
                                calls a handler function, which gets `body` as a closure
    ("body",)                   in a handler function: calls that closure

``handlers`` of the program: functions that also take a closure. Operations 1 and 2 are those of one generic interface for `int` and
`string`: arguments, results and pattern variables (``t..``) of operation 2 are texts, its continuations (``q..``) take one.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Expr = tuple[Any, ...]


#: interface, type arguments and value type of each operation
OPERATIONS = [("E0", "", "int"), ("G", "<int>", "int"), ("G", "<string>", "string"), ("E3", "", "int")]


class Trap(Exception):
    """The program ended with this trap message."""


class TooLong(Exception):
    """The program takes more steps than a test should."""


class _Exit(Exception):
    """Thrown into the home activation of a match: return, break or continue."""

    def __init__(self, kind: str, value: int, loop: object) -> None:
        self.kind = kind
        self.value = value
        self.loop = loop


class Activation:
    """A frame: a running function, scrutinee or arm. ``home``: the function activation it belongs to."""

    def __init__(self, run: Generator[Any, Any, int], home: Activation | None) -> None:
        self.run = run
        self.home = home or self
        self.loops: list[object] = []


class Fiber:
    def __init__(self, handler: Any, parent: Fiber | None) -> None:
        self.frames: list[Activation] = []
        self.handler = handler
        self.active = handler is not None
        self.parent = parent


class Cont:
    def __init__(self, bottom: Fiber, top: Fiber) -> None:
        self.bottom = bottom
        self.top = top
        self.used = False


def _outer(env: dict[str, Any]) -> dict[str, Any]:
    """What a closure sees of the variables around it."""
    return {k: v for k, v in env.items() if k != "loop"}


class Machine:
    """Runs one program; ``output`` collects the printed numbers."""

    def __init__(self, program: dict[str, Any], limit: int = 5000) -> None:
        self.functions = dict(program["functions"])
        self.handlers = dict(program.get("handlers", ()))
        self.entry = program["functions"][-1][0]
        self.output: list[int] = []
        self.store: dict[int, Cont] = {}
        self.steps = limit
        self.cur = Fiber(None, None)

    # ---------------------------------------------------------------- the machine

    def run(self) -> int:
        """The result of the program; raises `Trap`."""
        self.push(self.functions[self.entry], {"p": [0]}, None)
        send: Any = None
        error: _Exit | None = None
        while True:
            frame = self.cur.frames[-1]
            try:
                if error is not None:
                    thrown, error = error, None
                    request = frame.run.throw(thrown)
                else:
                    request = frame.run.send(send)
                send = None
            except StopIteration as stop:
                self.cur.frames.pop()
                if not self.cur.frames:
                    if self.cur.parent is None:
                        return int(stop.value)
                    self.cur = self.cur.parent
                send = stop.value
                continue
            kind = request[0]
            if kind == "push":
                self.push(*request[1:])
            elif kind == "enter":
                # A new fiber whose value is awaited where the match stands.
                _, node, env, home = request
                self.cur = Fiber((node, env, home), self.cur)
                self.cur.frames.append(Activation(self.scrutinee(node, env, home), home))
            elif kind == "inactive":
                self.cur.active = False
            elif kind == "perform":
                self.perform(request[1], request[2])
            elif kind == "resume":
                _, k, value, tail = request
                if k.used:
                    raise Trap("invalid resume")
                k.used = True
                if tail:
                    self.cur.frames.pop()
                k.bottom.parent = self.cur
                self.cur = k.top
                send = value
            else:
                assert kind == "exit"
                # The target: for return the home activation, for break and continue the activation that runs the loop.
                _, target, exit_kind, value, loop = request
                fiber: Fiber | None = self.cur
                while fiber is not None and target not in fiber.frames:
                    fiber = fiber.parent
                if fiber is None or (loop is not None and loop not in target.loops):
                    where = "outside of its function" if exit_kind == "return" else "outside of a loop"
                    raise Trap(f"`{exit_kind}` {where}")
                del fiber.frames[fiber.frames.index(target) + 1 :]
                self.cur = fiber
                error = _Exit(exit_kind, value, loop)

    def push(self, body: Expr, env: dict[str, Any], home: Activation | None) -> None:
        act = Activation(None, home)  # type: ignore[arg-type]
        act.run = self.activation(body, env, act)
        self.cur.frames.append(act)

    def activation(self, body: Expr, env: dict[str, Any], act: Activation) -> Generator[Any, Any, int]:
        try:
            return (yield from self.ev(body, env, act, act, None))
        except _Exit as e:
            assert e.kind == "return"
            return e.value

    def scrutinee(self, node: Expr, env: dict[str, Any], home: Activation) -> Generator[Any, Any, int]:
        me = self.cur.frames[-1] if self.cur.frames else home
        value = yield from self.ev(node[2], env, me, home, None)
        yield ("inactive",)
        name, body = node[4]
        return (yield from self.ev(body, {**env, name: [value]}, me, home, None))

    def perform(self, op: int, arg: int) -> None:
        fiber: Fiber | None = self.cur
        while fiber is not None:
            if fiber.active:
                node, env, home = fiber.handler
                for arm_op, pattern, binder, body in node[3]:
                    if arm_op == op and (isinstance(pattern, str) or pattern == arg):
                        k = Cont(fiber, self.cur)
                        parent = fiber.parent
                        assert parent is not None
                        fiber.parent = None
                        self.cur = parent
                        env = dict(env)
                        if isinstance(pattern, str):
                            env[pattern] = [arg]
                        env[binder or "resume"] = k
                        act = Activation(None, home)  # type: ignore[arg-type]
                        act.run = self.ev(body, env, act, home, True)
                        self.cur.frames.append(act)
                        return
            fiber = fiber.parent
        raise Trap(f"unhandled effect: {OPERATIONS[op][0]}.op")

    # ---------------------------------------------------------------- expressions

    def ev(
        self, e: Expr, env: dict[str, Any], act: Activation, home: Activation, tail: bool | None
    ) -> Generator[Any, Any, int]:
        """Evaluate ``e`` in activation ``act`` of a function whose activation is ``home``; ``tail``: in tail position of an arm."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLong
        kind = e[0]
        if kind == "int":
            return int(e[1])
        if kind == "var":
            return int(env[e[1]][0])
        if kind == "add":
            a = yield from self.ev(e[1], env, act, home, None)
            b = yield from self.ev(e[2], env, act, home, None)
            return a + b
        if kind == "print":
            v = yield from self.ev(e[1], env, act, home, None)
            self.output.append(v)
            return v
        if kind == "let":
            v = yield from self.ev(e[2], env, act, home, None)
            return (yield from self.ev(e[3], {**env, e[1]: [v]}, act, home, tail))
        if kind == "set":
            v = yield from self.ev(e[2], env, act, home, None)
            env[e[1]][0] = v
            return v
        if kind == "seq":
            yield from self.ev(e[1], env, act, home, None)
            return (yield from self.ev(e[2], env, act, home, tail))
        if kind == "if":
            c = yield from self.ev(e[1], env, act, home, None)
            return (yield from self.ev(e[2] if c > 0 else e[3], env, act, home, tail))
        if kind == "loop":
            return (yield from self.loop(e, env, act, home))
        if kind == "return":
            v = yield from self.ev(e[1], env, act, home, None)
            if act is home:
                raise _Exit("return", v, None)
            yield ("exit", home, "return", v, None)
        if kind in ("break", "continue"):
            loop, owner = env["loop"]
            if owner is act:
                raise _Exit(kind, 0, loop)
            yield ("exit", owner, kind, 0, loop)
        if kind == "call":
            v = yield from self.ev(e[2], env, act, home, None)
            return (yield ("push", self.functions[e[1]], {"p": [v]}, None))  # type: ignore[no-any-return]
        if kind == "lambda":
            return (yield ("push", e[1], _outer(env), None))  # type: ignore[no-any-return]
        if kind == "perform":
            v = yield from self.ev(e[2], env, act, home, None)
            return (yield ("perform", e[1], v))  # type: ignore[no-any-return]
        if kind == "match":
            return (yield ("enter", e, env, home))  # type: ignore[no-any-return]
        if kind == "resume":
            v = yield from self.ev(e[2], env, act, home, None)
            return (yield ("resume", env[e[1]], v, False))  # type: ignore[no-any-return]
        if kind == "store":
            self.store[e[1]] = env[e[2]]
            return 0
        if kind == "div":
            a = yield from self.ev(e[1], env, act, home, None)
            b = yield from self.ev(e[2], env, act, home, None)
            if b == 0:
                raise Trap("int_div: division by zero")
            return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        if kind == "via":
            v = yield from self.ev(e[3], env, act, home, None)
            return (yield ("push", self.functions[e[2]], {"p": [v]}, None))  # type: ignore[no-any-return]
        if kind == "iter":
            v = yield from self.ev(e[4], env, act, home, None)
            total = 0
            for _ in range(e[2]):
                total += yield ("push", self.functions[e[3]], {"p": [v]}, None)
            return total
        if kind == "apply":
            v = yield from self.ev(e[2], env, act, home, None)
            return (yield ("push", e[3], {**_outer(env), e[1]: [v]}, None))  # type: ignore[no-any-return]
        if kind == "under":
            v = yield from self.ev(e[2], env, act, home, None)
            inner = {"p": [v], "body": (e[3], _outer(env))}
            return (yield ("push", self.handlers[e[1]], inner, None))  # type: ignore[no-any-return]
        if kind == "body":
            body, definer = env["body"]
            return (yield ("push", body, definer, None))  # type: ignore[no-any-return]
        assert kind == "stored"
        k = self.store.get(e[1])
        if k is None:
            return -1
        v = yield from self.ev(e[2], env, act, home, None)
        return (yield ("resume", k, v, False))  # type: ignore[no-any-return]

    def loop(
        self, e: Expr, env: dict[str, Any], act: Activation, home: Activation
    ) -> Generator[Any, Any, int]:
        _, _, turns, body = e
        token = object()
        act.loops.append(token)
        try:
            for _ in range(turns):
                try:
                    yield from self.ev(body, {**env, "loop": (token, act)}, act, home, None)
                except _Exit as x:
                    if x.loop is not token:
                        raise
                    if x.kind == "break":
                        break
        finally:
            act.loops.remove(token)
        return 0


# -------------------------------------------------------------------- Rusk source

_DECLARATIONS = """\
interface E0 { fn op(x: int) -> int; }
interface G<T> { fn op(x: T) -> T; }
interface E3 { fn op(x: int) -> int; }
fn show(v: int) -> int { std::println(f"{v}"); v }
fn text(v: int) -> string { f"{v}" }
fn number(s: string) -> int { match core::intrinsics::int_from_string_strict(s) { Some(n) => n, None => 0 } }
fn apply(f: fn(int) -> int, x: int) -> int { f(x) }
interface Runs { fn go(x: int) -> int; }
"""

#: one function as a method behind an interface, an operator, a text and an iterator
_FORMS = """\
struct Call { p: int, left: int, run: fn(int) -> int }
impl Runs for Call { fn go(x: int) -> int { (self.run)(x) } }
impl core::ops::Add for Call {
    readonly fn add(other: Self) -> Self { Call { p: (self.run)(other.p), left: 0, run: other.run } }
}
impl core::fmt::ToString for Call { readonly fn to_string() -> string { let v = (self.run)(self.p); f"{v}" } }
impl core::iter::Iterator for Call {
    type Item = int;
    fn next() -> Option<int> {
        if self.left == 0 { return None; };
        self.left = self.left - 1;
        Some((self.run)(self.p))
    }
}
fn through(c: Runs, x: int) -> int { c.go(x) }
"""


def source(program: dict[str, Any], slots: int) -> str:
    """The Rusk text of ``program``; it prints what the machine prints, and main's result is the program's."""
    out = [_DECLARATIONS, _FORMS]
    fields = ", ".join(f"k{i}: Option<cont(int) -> int>" for i in range(slots))
    out.append(f"struct Store {{ {fields} }}")
    for name, body in program["functions"]:
        out.append(f"fn {name}(p: int, st: Store) -> int {{ {_text(body)} }}")
    for name, body in program.get("handlers", ()):
        out.append(f"fn {name}(p: int, st: Store, body: fn() -> int) -> int {{ {_text(body)} }}")
    start = ", ".join(f"k{i}: None" for i in range(slots))
    entry = program["functions"][-1][0]
    out.append(f"fn main() -> int {{ {entry}(0, Store {{ {start} }}) }}")
    return "\n".join(out) + "\n"


def _call(function: str, p: str, left: int = 0) -> str:
    return f"Call {{ p: {p}, left: {left}, run: |x: int| {{ {function}(x, st) }} }}"


def _text(e: Expr) -> str:
    kind = e[0]
    if kind == "int":
        return f"({e[1]})" if e[1] < 0 else str(e[1])
    if kind == "var":
        return f"number({e[1]})" if e[1][0] == "t" else str(e[1])
    if kind == "add":
        return f"({_text(e[1])} + {_text(e[2])})"
    if kind == "div":
        return f"({_text(e[1])} / {_text(e[2])})"
    if kind == "print":
        return f"show({_text(e[1])})"
    if kind == "let":
        return f"{{ let {e[1]}: int = {_text(e[2])}; {_text(e[3])} }}"
    if kind == "set":
        return f"{{ {e[1]} = {_text(e[2])}; {e[1]} }}"
    if kind == "seq":
        return f"{{ {_text(e[1])}; {_text(e[2])} }}"
    if kind == "if":
        return f"(if {_text(e[1])} > 0 {{ {_text(e[2])} }} else {{ {_text(e[3])} }})"
    if kind == "loop":
        i = f"i{e[1]}"
        return f"{{ let {i} = 0; while {i} < {e[2]} {{ {i} = {i} + 1; {_text(e[3])}; }} 0 }}"
    if kind == "return":
        # An int by its type, so that it may stand beside any operator.
        return f"(if true {{ return {_text(e[1])} }} else {{ 0 }})"
    if kind in ("break", "continue"):
        return f"(if true {{ {kind} }} else {{ 0 }})"
    if kind == "call":
        return f"{e[1]}({_text(e[2])}, st)"
    if kind == "lambda":
        return f"(| | {{ {_text(e[1])} }})()"
    if kind == "apply":
        return f"({{ let a{e[1]}: int = {_text(e[2])}; apply(|{e[1]}: int| {{ {_text(e[3])} }}, a{e[1]}) }})"
    if kind == "under":
        return f"{e[1]}({_text(e[2])}, st, | | {{ {_text(e[3])} }})"
    if kind == "body":
        return "body()"
    if kind == "via":
        _, how, function, arg = e
        if how == "dyn":
            return f"({{ let c = {_call(function, '0')} as Runs; through(c, {_text(arg)}) }})"
        if how == "op":
            return f"({{ let c = {_call(function, '0')} + {_call(function, _text(arg))}; c.p }})"
        if how == "text":
            return f'({{ let c = {_call(function, _text(arg))}; number(f"{{c}}") }})'
        return f"({{ let f = {function}; f({_text(arg)}, st) }})"
    if kind == "iter":
        _, n, turns, function, arg = e
        return f"({{ let s{n} = 0; for v{n}_ in ({_call(function, _text(arg), turns)}) {{ s{n} = s{n} + v{n}_; }} s{n} }})"
    if kind == "perform":
        name, targs, ty = OPERATIONS[e[1]]
        if ty == "string":
            return f"number(@{name}{targs}.op(text({_text(e[2])})))"
        return f"@{name}{targs}.op({_text(e[2])})"
    if kind == "resume":
        return f"{e[1]}(text({_text(e[2])}))" if e[1][0] == "q" else f"{e[1]}({_text(e[2])})"
    if kind == "store":
        return f"{{ st.k{e[1]} = Some({e[2]}); 0 }}"
    if kind == "stored":
        return f"(match st.k{e[1]} {{ Some(k) => k({_text(e[2])}), None => -1 }})"
    assert kind == "match"
    arms = []
    for op, pattern, binder, body in e[3]:
        name, targs, ty = OPERATIONS[op]
        to = f" -> {binder}" if binder else ""
        shown = f'"{pattern}"' if ty == "string" and isinstance(pattern, int) else pattern
        arms.append(f"@{name}{targs}.op({shown}){to} => {{ {_text(body)} }}")
    arms.append(f"{e[4][0]} => {{ {_text(e[4][1])} }}")
    return f"(match {_text(e[2])} {{ {' '.join(arms)} }})"
