"""Common subexpressions: what has been computed is not computed again.

Across blocks: a pure operation (also one that may trap, and did not) on registers that are defined once, whose first computation every way leads through.
Along straight lines, of blocks with one way in, also operations on variables, as long as these keep their value, and reads of memory: fields, cells,
elements, array lengths, until something may change them; what is assigned to one is what is read. Payloads of enums never change. Comparisons and tags stay where they are: branches do them on the way.
"""

from __future__ import annotations

from rusk.mir.dataflow import Dominators
from rusk.mir.dataflow import predecessors as edges
from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CALLS, Function, Instr
from rusk.mir.passes import usage

_PURE = frozenset(("payload", "capture"))

#: what branches do themselves: a register for it would take an instruction more
_BRANCHES = frozenset(
    [
        f"{t}_{rel}"
        for t in ("int", "byte", "char", "bool", "float")
        for rel in ("eq", "ne", "lt", "le", "gt", "ge")
    ]
)

#: reads of memory -> what changes what they read, beside calls
_READS = {"get": "set", "cell_get": "cell_set", "index": "index_set", "array_len": ""}
_STORES = {store: read for read, store in _READS.items() if store}

Key = tuple[object, ...]


def run(fn: Function) -> bool:
    """Reuse results in ``fn``; returns whether anything changed."""
    if fn.landings:
        return False
    defs = usage.def_counts(fn)
    changed = False
    everywhere: dict[Key, tuple[int, int]] = {}
    preds = edges(fn) if len(fn.blocks) > 1 else [[]]
    dominators = Dominators(fn, preds) if len(fn.blocks) > 1 else None
    lines = {p[0] for p in preds if len(p) == 1}
    updates = _updates(fn)
    ends: dict[int, tuple[dict[int, int], dict[Key, tuple[int, int]]]] = {}
    for b in dominators.order if dominators is not None else (0,):
        block = fn.blocks[b]
        version: dict[int, int] = {}  # of registers, counted along the line
        here: dict[Key, tuple[int, int]] = {}
        if len(preds[b]) == 1:
            version, here = ends[preds[b][0]]
            version = version.copy()
            here = here.copy()
        for i, ins in enumerate(block.instrs):
            op = ins.op
            dst = ins.dst
            kind = INTRINSICS.get(op)
            if op in _STORES:
                read = _STORES[op]
                here = {k: v for k, v in here.items() if k[0] != read or (op == "set" and k[1] != ins.data)}
                if id(ins) not in updates:
                    *place, stored = [(a, version.get(a, 0)) for a in ins.args]
                    here[(read, ins.data, *place)] = stored
            elif kind == "write" or op in CALLS:
                here = {k: v for k, v in here.items() if k[0] not in _READS}
            pure = (kind == "pure" and op not in _BRANCHES) or kind == "trap" or op in _PURE or op == "const"
            if dst < 0 or op == "panic" or not (pure or op in _READS):
                if dst >= 0:
                    version[dst] = version.get(dst, 0) + 1
                continue
            known = -1
            if op == "const" and defs[dst] != 1:
                version[dst] = version.get(dst, 0) + 1
            elif pure and all([defs[a] == 1 for a in ins.args]):
                # Equal constants of different types, 0.0 and -0.0, are not the same.
                data = (fn.vregs[dst], repr(ins.data)) if op == "const" else ins.data
                key: Key = (op, data, *ins.args)
                found = everywhere.get(key)
                if found is not None and (
                    dominators is None or found[0] == b or dominators.dominates(found[0], b)
                ):
                    known = found[1]
                elif defs[dst] == 1:
                    everywhere[key] = b, dst
                version[dst] = version.get(dst, 0) + 1
            elif id(ins) in updates or _is_step(ins, block.instrs[i + 1 :]):
                version[dst] = version.get(dst, 0) + 1
            else:
                key = (op, ins.data, *[(a, version.get(a, 0)) for a in ins.args])
                found = here.get(key)
                if found is not None and version.get(found[0], 0) == found[1]:
                    known = found[0]
                version[dst] = version.get(dst, 0) + 1
                if known < 0:
                    here[key] = dst, version[dst]
            if known >= 0 and known != dst and fn.vregs[known] is fn.vregs[dst]:
                block.instrs[i] = Instr("copy", dst, [known], None, ins.loc)
                changed = True
        if b in lines:
            ends[b] = version, here
    if changed:
        usage.changed(fn)
    return changed


def _is_step(ins: Instr, rest: list[Instr]) -> bool:
    """Whether ``ins`` is the step of a variable, ``i = i + 1``: one instruction for the engine, which sharing it with an ``i + 1`` before would take apart."""
    if ins.op not in ("int_add", "int_sub"):
        return False
    return ins.dst in ins.args or any(
        [i.op == "copy" and i.args[0] == ins.dst and i.dst in ins.args for i in rest]
    )


def _updates(fn: Function) -> set[int]:
    """The reads and assignments, by identity, of what the code generator makes one instruction of: ``o.f = o.f + e``, ``a[i] = a[i] + e``."""
    found: set[int] = set()
    if usage.facts(fn).ops.isdisjoint(_STORES):
        return found
    uses = usage.use_counts(fn)
    for block in fn.blocks:
        made: dict[int, Instr] = {}
        for ins in block.instrs:
            if ins.op in _STORES:
                change = made.get(ins.args[-1])
                if change is not None and change.op in ("int_add", "int_sub") and uses[change.dst] == 1:
                    for a in change.args:
                        old = made.get(a)
                        if (
                            old is not None
                            and uses[a] == 1
                            and old.op == _STORES[ins.op]
                            and old.data == ins.data
                            and old.args == ins.args[:-1]
                        ):
                            found.update((id(old), id(ins)))
            if ins.dst >= 0:
                made[ins.dst] = ins
    return found
