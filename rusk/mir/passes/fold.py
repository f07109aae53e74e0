"""Constant folding on registers that are defined once. Operations that would trap are left to trap at run time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rusk.mir.ir import Function, Instr
from rusk.mir.passes.usage import facts, replaced, single_defs

_MASK: Final = (1 << 64) - 1
_SIGN: Final = 1 << 63


def _wrap(v: int) -> int:
    v &= _MASK
    return v - (1 << 64) if v & _SIGN else v


def _div(a: int, b: int) -> int | None:
    if b == 0:
        return None
    q = abs(a) // abs(b)
    return _wrap(-q if (a < 0) != (b < 0) else q)


def _mod(a: int, b: int) -> int | None:
    if b == 0:
        return None
    r = abs(a) % abs(b)
    return -r if a < 0 else r


def _shift(f: Callable[[int, int], int]) -> Callable[[int, int], int | None]:
    return lambda a, n: _wrap(f(a, n)) if 0 <= n < 64 else None


#: Foldable operations on operands that are Python values; None means "leave it".
_FOLDS: Final[dict[str, Callable[..., Any]]] = {
    "int_add": lambda a, b: _wrap(a + b),
    "int_sub": lambda a, b: _wrap(a - b),
    "int_mul": lambda a, b: _wrap(a * b),
    "int_neg": lambda a: _wrap(-a),
    "int_and": lambda a, b: a & b,
    "int_or": lambda a, b: a | b,
    "int_xor": lambda a, b: a ^ b,
    "int_not": lambda a: ~a,
    "int_div": _div,
    "int_mod": _mod,
    "int_shl": _shift(lambda a, n: a << n),
    "int_shr": _shift(lambda a, n: a >> n),
    "int_ushr": _shift(lambda a, n: (a & _MASK) >> n),
    "int_eq": lambda a, b: a == b,
    "int_ne": lambda a, b: a != b,
    "int_lt": lambda a, b: a < b,
    "int_le": lambda a, b: a <= b,
    "int_gt": lambda a, b: a > b,
    "int_ge": lambda a, b: a >= b,
    "bool_not": lambda a: not a,
    "bool_eq": lambda a, b: a == b,
    "bool_ne": lambda a, b: a != b,
    "byte_to_int": lambda a: a,
    "int_to_byte": lambda a: a & 255,
    "char_to_int": lambda a: ord(a),
    "float_add": lambda a, b: a + b,
    "float_sub": lambda a, b: a - b,
    "float_mul": lambda a, b: a * b,
    "float_neg": lambda a: -a,
    "float_lt": lambda a, b: a < b,
    "float_le": lambda a, b: a <= b,
    "float_gt": lambda a, b: a > b,
    "float_ge": lambda a, b: a >= b,
}


def evaluate(op: str, operands: list[Any]) -> Any | None:
    """The constant result of ``op``, or None when it is not foldable or would trap."""
    f = _FOLDS.get(op)
    return None if f is None else f(*operands)


def run(fn: Function) -> bool:
    """Fold constants in ``fn``; returns whether anything changed."""
    if _FOLDS.keys().isdisjoint(facts(fn).ops):
        return False
    made = single_defs(fn)
    changed = False
    for block in fn.blocks:
        for i, ins in enumerate(block.instrs):
            if ins.op not in _FOLDS:
                continue
            operands = []
            for a in ins.args:
                source = made[a]
                if source is None or source.op != "const":
                    break
                operands.append(source.data)
            else:
                value = evaluate(ins.op, operands)
                if value is not None:
                    block.instrs[i] = new = Instr("const", ins.dst, [], value, ins.loc)
                    replaced(fn, ins, new)
                    changed = True
    return changed
