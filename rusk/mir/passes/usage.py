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
        "string_from_chars", "string_from_utf8", "string_to_utf8_bytes", "string_to_chars", "__string_split", "string_split_space", "string_lines",
        "string_trim", "string_trim_start", "string_trim_end", "string_to_upper", "string_to_lower", "char_to_upper", "char_to_lower",
    )
)  # fmt: skip


#: Instructions that may be dropped when nothing reads their result.
REMOVABLE = frozenset(
    (*_PURE, *_HARMLESS_READS, *_HARMLESS_ALLOCS, *[op for op, kind in INTRINSICS.items() if kind == "pure"])
)


def removable(op: str) -> bool:
    """Whether an instruction may be dropped when nothing reads its result."""
    return op in REMOVABLE


class Facts:
    """What is counted of a function. ``defs``: instructions that define each register, parameters and the environment count as one; ``made``: the
    only definition, where it is an instruction; ``uses``: operands that read each register, None when not known; ``ops``: the operations there
    are, perhaps with some that have gone. Of registers that nothing reads the first two may be out of date."""

    __slots__ = ("defs", "made", "uses", "ops")

    def __init__(self, fn: Function) -> None:
        n = len(fn.vregs)
        self.defs = defs = [0] * n
        self.made: list[Instr | None] = [None] * n
        made = self.made
        self.uses: list[int] | None = None
        for v in range(fn.nparams):
            defs[v] = 1
        if fn.env >= 0:
            defs[fn.env] = 1
        for block in fn.blocks:
            for ins in block.instrs:
                d = ins.dst
                if d >= 0:
                    if defs[d]:
                        defs[d] += 1
                        made[d] = None
                    else:
                        defs[d] = 1
                        made[d] = ins
        self.ops = {ins.op for block in fn.blocks for ins in block.instrs}


def facts(fn: Function) -> Facts:
    """The facts about ``fn``, counted anew after a change."""
    found: Facts | None = fn.facts
    if found is None:
        found = fn.facts = Facts(fn)
    return found


def changed(fn: Function) -> None:
    """``fn`` has changed: what was counted no longer holds. Whatever changes a function says so by this or by one of the next two."""
    fn.facts = None


def reads_changed(fn: Function) -> None:
    """Only operands and terminators of ``fn`` have changed, or instructions have gone whose result nothing reads."""
    if fn.facts is not None:
        fn.facts.uses = None


def replaced(fn: Function, old: Instr, new: Instr) -> None:
    """Instruction ``new`` stands in the place of ``old`` and has the same result."""
    found: Facts | None = fn.facts
    if found is not None:
        found.uses = None
        found.ops.add(new.op)
        if new.dst >= 0 and found.made[new.dst] is old:
            found.made[new.dst] = new


def check(fn: Function) -> bool:
    """Whether the facts that ``fn`` has are right."""
    found: Facts | None = fn.facts
    if found is None:
        return True
    now = Facts(fn)
    fn.facts = now
    uses = use_counts(fn)
    fn.facts = found
    return (
        len(found.defs) == len(now.defs)
        and (found.uses is None or found.uses == uses)
        and found.ops >= now.ops
        and all(
            [found.made[v] is now.made[v] and found.defs[v] == now.defs[v] for v, n in enumerate(uses) if n]
        )
    )


def def_counts(fn: Function) -> list[int]:
    """How many instructions define each register; parameters and the environment count as one definition. Not to be changed."""
    return facts(fn).defs


def use_counts(fn: Function) -> list[int]:
    """How many operands read each register. Changed only along with the function."""
    found = facts(fn)
    if found.uses is None:
        uses = found.uses = [0] * len(fn.vregs)
        for block in fn.blocks:
            for ins in block.instrs:
                for a in ins.args:
                    uses[a] += 1
            for a in block.term.args:
                uses[a] += 1
    return found.uses


def single_defs(fn: Function) -> list[Instr | None]:
    """For each register with exactly one definition, the instruction that makes it (None for parameters and variables). Changed only along
    with the function."""
    return facts(fn).made


def size(fn: Function) -> int:
    """The number of instructions and terminators: the measure of the inliner."""
    return sum([len(b.instrs) + 1 for b in fn.blocks])
