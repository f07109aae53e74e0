"""A small, slow interpreter of MIR: the reference that generated code is compared with. Without effects."""

from __future__ import annotations

import math
from typing import Any

from rusk.mir import ir
from rusk.types import terms

MASK = (1 << 64) - 1


class Trap(Exception):
    pass


class OutOfSteps(Exception):
    pass


def wrap(v: int) -> int:
    v &= MASK
    return v - (1 << 64) if v >> 63 else v


class Obj:
    """A heap object: struct, tuple, variant (``tag``), cell, box."""

    def __init__(self, type: Any, tag: int, parts: list[Any]) -> None:
        self.type = type
        self.tag = tag
        self.parts = parts


class Fn:
    def __init__(self, inst: ir.Instance, captures: list[Any]) -> None:
        self.inst = inst
        self.captures = captures


def div(a: int, b: int) -> int:
    if b == 0:
        raise Trap("int_div: division by zero")
    q = abs(a) // abs(b)
    return wrap(q if (a < 0) == (b < 0) else -q)


def mod(a: int, b: int) -> int:
    if b == 0:
        raise Trap("int_mod: modulo by zero")
    r = abs(a) % abs(b)
    return -r if a < 0 else r


def shift(name: str, a: int, n: int) -> int:
    if not 0 <= n <= 63:
        raise Trap(f"int_{name}: shift amount out of range: {n}")
    if name == "shl":
        return wrap(a << n)
    return a >> n if name == "shr" else wrap((a & MASK) >> n)


def fdiv(a: float, b: float) -> float:
    if b == 0:
        if a == 0 or math.isnan(a):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def element(arr: Any, n: int) -> int:
    if not 0 <= n < len(arr):
        raise Trap(f"index out of bounds: index={n}, len={len(arr)}")
    return n


REL = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}
PRIM: dict[str, Any] = {
    "int_add": lambda a, b: wrap(a + b),
    "int_sub": lambda a, b: wrap(a - b),
    "int_mul": lambda a, b: wrap(a * b),
    "int_div": div,
    "int_mod": mod,
    "int_and": lambda a, b: a & b,
    "int_or": lambda a, b: a | b,
    "int_xor": lambda a, b: a ^ b,
    "int_shl": lambda a, n: shift("shl", a, n),
    "int_shr": lambda a, n: shift("shr", a, n),
    "int_ushr": lambda a, n: shift("ushr", a, n),
    "int_neg": lambda a: wrap(-a),
    "int_not": lambda a: ~a,
    "bool_not": lambda a: not a,
    "bool_and": lambda a, b: a and b,
    "bool_or": lambda a, b: a or b,
    "float_add": lambda a, b: a + b,
    "float_sub": lambda a, b: a - b,
    "float_mul": lambda a, b: a * b,
    "float_div": fdiv,
    "float_neg": lambda a: -a,
    "int_to_float": float,
    "int_to_byte": lambda a: a & 255,
    "byte_to_int": int,
    "byte_and": lambda a, b: a & b,
    "byte_xor": lambda a, b: a ^ b,
    "byte_not": lambda a: a ^ 255,
    "string_concat": lambda a, b: a + b,
    "int_to_string": str,
    "byte_to_string": str,
    "bool_to_string": lambda a: "true" if a else "false",
    "__string_byte_len": lambda s: len(s.encode()),
    "unit_eq": lambda a, b: True,
    "unit_ne": lambda a, b: False,
    "unit_to_string": lambda a: "()",
    "array_len": len,
}
for _t in ("int", "bool", "byte", "float", "char", "string"):
    for _r, _f in REL.items():
        PRIM[f"{_t}_{_r}"] = _f


class Interpreter:
    def __init__(self, program: ir.Program, steps: int = 200_000) -> None:
        self.program = program
        self.steps = steps
        self.depth = 0

    def call(self, inst: ir.Instance, args: list[Any], env: Fn | None = None) -> Any:
        fn = inst.function
        regs: list[Any] = [None] * len(fn.vregs)
        regs[: len(args)] = args
        self.depth += 1
        if self.depth > 200:
            raise OutOfSteps
        b = 0
        while True:
            block = fn.blocks[b]
            self.steps -= len(block.instrs) + 1
            if self.steps < 0:
                raise OutOfSteps
            for i in block.instrs:
                v = self.instr(fn, i, [regs[a] for a in i.args], env)
                if i.dst >= 0:
                    regs[i.dst] = v
            t = block.term
            if t.op == "jump":
                b = t.data
            elif t.op == "branch":
                b = t.data[0] if regs[t.args[0]] else t.data[1]
            elif t.op == "switch":
                b = dict(t.data[0]).get(regs[t.args[0]], t.data[1])
            elif t.op == "return":
                self.depth -= 1
                return regs[t.args[0]] if t.args else None
            elif t.op == "trap":
                raise Trap(t.data)
            else:
                raise AssertionError(t.op)

    def type_of(self, v: Any, static: Any) -> Any:
        return v.type if isinstance(v, Obj) else static

    def instr(self, fn: ir.Function, i: ir.Instr, a: list[Any], env: Fn | None) -> Any:
        op = i.op
        f = PRIM.get(op)
        if f is not None:
            return f(*a)
        t: Any = terms.strip_readonly(fn.vregs[i.dst]) if i.dst >= 0 else None
        if op == "const":
            return i.data
        if op == "copy":
            return a[0]
        if op == "new":
            return Obj(t, 0, a)
        if op == "get":
            return a[0].parts[i.data]
        if op == "set":
            a[0].parts[i.data] = a[1]
            return None
        if op == "variant":
            return Obj(t, i.data, a)
        if op == "tag":
            return a[0].tag
        if op == "payload":
            assert a[0].tag == i.data[0]
            return a[0].parts[i.data[1]]
        if op == "array":
            return list(a)
        if op == "index":
            return a[0][element(a[0], a[1])]
        if op == "index_set":
            a[0][element(a[0], a[1])] = a[2]
            return None
        if op == "array_push":
            a[0].append(a[1])
            return None
        if op == "array_remove":
            return a[0].pop(element(a[0], a[1]))
        if op == "array_clear":
            a[0].clear()
            return None
        if op == "tuple_rest":
            return Obj(t, 0, a[0].parts[i.data[0] : i.data[1]])
        if op == "cell":
            return Obj(t, 0, a)
        if op == "cell_get":
            return a[0].parts[0]
        if op == "cell_set":
            a[0].parts[0] = a[1]
            return None
        if op == "fn_value" or op == "closure":
            return Fn(i.data, a)
        if op == "capture":
            assert env is not None
            return env.captures[i.data]
        if op == "call":
            return self.call(i.data, a)
        if op == "call_value":
            return self.call(a[0].inst, a[1:], a[0])
        if op == "to_iface":
            static = terms.strip_readonly(fn.vregs[i.args[0]])
            return a[0] if terms.is_reference(static) else Obj(static, -1, a)
        if op == "call_iface":
            return self.call(i.data.table[a[0].type], a)
        if op == "from_iface":
            return a[0].parts[0]
        if op == "is":
            return a[0].type in self.program.tests.get(i.data, [i.data])
        if op == "as_try":
            some = 0 if t.item.variants[0][1] else 1
            if a[0].type in self.program.tests.get(i.data, [i.data]):
                return Obj(t, some, [a[0].parts[0]])
            return Obj(t, 1 - some, [])
        if op == "concat":
            return "".join(a)
        if op == "panic":
            raise Trap("panic: " + a[0])
        raise AssertionError(op)
