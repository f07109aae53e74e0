"""The passes on handling matches of one function, together: what they share are facts about the whole program.

``captures`` makes the closures known that bodies and arms capture, ``dissolve`` turns matches into plain control flow, ``direct`` the arms
of those that remain into functions that the performer calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from rusk.mir.ir import Function, Instance, Instr, Program
from rusk.mir.passes import captures, deadcode, direct, dissolve, usage
from rusk.mir.passes.performing import Performing
from rusk.mir.passes.usage import single_defs
from rusk.mir.templates import Open

NAMES = ("captures", "dissolve", "direct")


def has_match(fn: Function) -> bool:
    """Whether ``fn`` has a handling match, or had one a moment ago."""
    return "handle" in usage.facts(fn).ops


def is_template(inst: Instance) -> bool:
    """Whether ``inst`` is part of a template: its members would not find the new instances that are made here."""
    key = inst.key
    return isinstance(key, tuple) and key[0].__class__ is Open


class Handlers:
    """``names``: the passes that run; ``optimise``: brings a new instance into its final form."""

    def __init__(
        self, program: Program, names: Collection[str], optimise: Callable[[Instance], None]
    ) -> None:
        self.program = program
        self.names = names
        self.optimise = optimise
        self.performing = Performing(program)

    def step(self, inst: Instance) -> bool:
        """One round over the handling matches of ``inst``; returns whether anything changed."""
        fn = inst.function
        if not has_match(fn):
            return False
        if "captures" in self.names and not is_template(inst) and self._know(fn, 0):
            return True
        return "dissolve" in self.names and dissolve.run(fn, self.performing)

    def finish(self, inst: Instance) -> bool:
        """``inst`` has its final form but for direct arms; returns whether that has changed it."""
        fn = inst.function
        changed = False
        if "direct" in self.names and has_match(fn) and not is_template(inst):
            if "captures" in self.names:
                changed = self._know(fn, 1)
            if direct.run(fn, self.program, self.performing) or changed:
                deadcode.run(fn)  # the closures of arms that have been replaced
                changed = True
        self.performing.update(inst)
        return changed

    def _know(self, fn: Function, first: int) -> bool:
        """Specialise bodies (``first`` 0) or arms (1): arms only where that leaves no closure to be made at every perform."""
        changed = False
        made: list[Instr | None] = []
        for block in fn.blocks:
            for at in range(len(block.instrs) - 1, -1, -1):
                ins = block.instrs[at]
                if ins.op != "handle":
                    continue
                made = made or single_defs(fn)
                for n in range(first, 1 if first == 0 else len(ins.args)):
                    closure = made[ins.args[n]] if ins.args[n] < len(made) else None
                    if closure is None or closure.op != "closure" or not captures.known(fn, closure):
                        continue
                    if first and not self.performing.of[closure.data.index]:
                        continue
                    new = captures.specialise(fn, closure, self.program)
                    self.optimise(new.data)
                    if first and any([i.op == "closure" for b in new.data.function.blocks for i in b.instrs]):
                        continue
                    new.dst = fn.new_vreg(fn.vregs[ins.args[n]])
                    ins.args[n] = new.dst
                    block.instrs.insert(at, new)
                    usage.changed(fn)  # at once: the next closure may be made of what this one has become
                    changed = True
        return changed
