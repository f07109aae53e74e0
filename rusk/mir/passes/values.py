"""Values known on the way: copies and constants in variables, as far as straight lines reach.

The sparse passes (`copies`, `fold`) know registers that are defined once. Inlining and scalar replacement leave variables with several definitions:
the parts of an object made on two branches, the result of an inlined function. Between a definition of such a variable and the next one its value is
known all the same. This pass follows it through a block and into blocks that are entered from one place only.
"""

from __future__ import annotations

from typing import Any

from rusk.mir.ir import Function, Instr
from rusk.mir.passes import usage
from rusk.mir.passes.flow import pick, targets
from rusk.mir.passes.fold import evaluate

#: what a register holds: ("copy", source register) or ("const", value)
Known = tuple[str, Any]


class _Facts:
    """What is known at a place. ``readers``: registers that are known to be a copy of a register."""

    __slots__ = ("known", "readers")

    def __init__(self, known: dict[int, Known] | None = None) -> None:
        self.known: dict[int, Known] = dict(known) if known else {}
        self.readers: dict[int, list[int]] = {}
        for v, (kind, value) in self.known.items():
            if kind == "copy":
                self.readers.setdefault(value, []).append(v)

    def forget(self, v: int) -> None:
        """``v`` gets a new value."""
        self.known.pop(v, None)
        for reader in self.readers.pop(v, ()):
            if self.known.get(reader) == ("copy", v):
                del self.known[reader]

    def learn(self, v: int, fact: Known) -> None:
        self.known[v] = fact
        if fact[0] == "copy":
            self.readers.setdefault(fact[1], []).append(v)

    def constant(self, v: int) -> Known | None:
        fact = self.known.get(v)
        return fact if fact is not None and fact[0] == "const" else None


def run(fn: Function) -> bool:
    """Use what is known in ``fn``; returns whether anything changed."""
    if fn.landings:
        return False
    changed = False
    entries = [0] * len(fn.blocks)
    for block in fn.blocks:
        for t in targets(block.term):
            entries[t] += 1
    inherited: dict[int, dict[int, Known]] = {}
    vregs = fn.vregs
    for b, block in enumerate(fn.blocks):
        facts = _Facts(inherited.pop(b, None))
        known = facts.known
        for n, ins in enumerate(block.instrs):
            if ins.args:
                for a in ins.args:
                    if a in known and known[a][0] == "copy":
                        ins.args = [_source(known, v) for v in ins.args]
                        changed = True
                        break
            op = ins.op
            d = ins.dst
            if d < 0:
                continue
            fact: Known | None = None
            if op == "const":
                fact = ("const", ins.data)
            elif op == "copy":
                a = ins.args[0]
                fact = facts.constant(a)
                if fact is None:
                    if a != d and vregs[a] is vregs[d]:
                        fact = ("copy", a)
                elif vregs[a] is vregs[d]:
                    ins = block.instrs[n] = Instr("const", d, [], fact[1], ins.loc)
                    changed = True
            else:
                operands = [facts.constant(a) for a in ins.args]
                if operands and None not in operands:
                    value = evaluate(op, [o[1] for o in operands if o is not None])
                    if value is not None:
                        ins = block.instrs[n] = Instr("const", d, [], value, ins.loc)
                        fact = ("const", value)
                        changed = True
            facts.forget(d)
            if fact is not None:
                facts.learn(d, fact)
        term = block.term
        if term.args:
            args = [_source(known, a) for a in term.args]
            if args != term.args:
                term.args = args
                changed = True
            if term.op in ("branch", "switch"):
                fact = facts.constant(args[0])
                if fact is not None:
                    block.term = Instr("jump", -1, [], pick(term, fact[1]), term.loc)
                    changed = True
        for t in targets(block.term):
            if entries[t] == 1 and t > b:
                inherited[t] = known
    if changed:
        usage.changed(fn)
    return changed


def _source(known: dict[int, Known], v: int) -> int:
    fact = known.get(v)
    return fact[1] if fact is not None and fact[0] == "copy" else v
