"""Definition and use counts, the base of the sparse passes.

A register with a single definition behaves like an SSA value although MIR is not in SSA form: every use is preceded by an assignment
on every path, so the one definition dominates every use, and between an execution of it and a use no other execution of it can lie.
Passes therefore propagate facts about such registers freely and leave variables with several definitions alone.
"""

from __future__ import annotations

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import Function, Instr

#: Structural instructions without an effect beyond their result: dead when the result is unused.
_PURE = frozenset(
    (
        "const", "copy", "undef", "new", "get", "variant", "tag", "payload", "array", "tuple_rest", "cell", "cell_get", "fn_value", "closure",
        "capture", "to_iface", "from_iface", "is", "as_try", "concat", "landing_value", "assemble", "result",
    )
)  # fmt: skip

#: Intrinsics that read memory but never trap.
_HARMLESS_READS = frozenset(("array_len", "__utf16_valid"))

#: Intrinsics that allocate and never trap on well-typed operands.
_HARMLESS_ALLOCS = frozenset(
    (
        "string_concat", "bytes_concat", "int_to_string", "float_to_string", "bool_to_string", "byte_to_string", "char_to_string",
        "unit_to_string", "bytes_to_string", "opaque_to_string", "array_concat", "bytes_to_array", "bytes_from_array",
        "string_from_chars", "string_from_utf8", "string_to_utf8_bytes",
    )
)  # fmt: skip


def removable(op: str) -> bool:
    """Whether an instruction may be dropped when nothing reads its result."""
    return op in _PURE or INTRINSICS.get(op) == "pure" or op in _HARMLESS_READS or op in _HARMLESS_ALLOCS


def def_counts(fn: Function) -> list[int]:
    """How many instructions define each register; parameters and the environment count as one definition."""
    defs = [0] * len(fn.vregs)
    for v in range(fn.nparams):
        defs[v] = 1
    if fn.env >= 0:
        defs[fn.env] = 1
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.dst >= 0:
                defs[ins.dst] += 1
    return defs


def use_counts(fn: Function) -> list[int]:
    """How many operands read each register."""
    uses = [0] * len(fn.vregs)
    for block in fn.blocks:
        for ins in block.instrs:
            for a in ins.args:
                uses[a] += 1
        for a in block.term.args:
            uses[a] += 1
    return uses


def single_defs(fn: Function) -> list[Instr | None]:
    """For each register with exactly one definition, the instruction that makes it (None for parameters and variables)."""
    defs = def_counts(fn)
    made: list[Instr | None] = [None] * len(fn.vregs)
    for block in fn.blocks:
        for ins in block.instrs:
            if ins.dst >= 0 and defs[ins.dst] == 1:
                made[ins.dst] = ins
    return made


def size(fn: Function) -> int:
    """The number of instructions and terminators: the measure of the inliner."""
    return sum([len(b.instrs) + 1 for b in fn.blocks])
