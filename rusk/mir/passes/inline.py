"""The inliner: small functions that are not recursive are copied into their callers.

Works bottom-up over the call graph, so a callee is already optimised when it is copied. Tracebacks still name inlined functions: each copied
instruction gets an `InlinedLoc` that points at the call.
"""

from __future__ import annotations

from typing import Final

from rusk.mir.ir import Block, Function, InlinedLoc, Instance, Instr
from rusk.mir.passes.flow import retarget
from rusk.mir.passes.usage import def_counts, single_defs, size

#: Largest callee, in instructions, that is copied at every call; documented in docs/development.md.
SMALL: Final = 40
#: Largest callee that is copied when it is called from one place only.
ONCE: Final = 200
#: A caller does not grow beyond this many instructions by inlining.
CALLER_LIMIT: Final = 2000

#: Instructions that tie a function to its own activation or fiber.
_PINNED: Final = frozenset(
    ("handler_off", "mark", "unmark", "landing_value", "tail_resume", "exit", "handle")
)


def inlinable(fn: Function) -> bool:
    """Whether the body of ``fn`` may run in its caller's activation."""
    if fn.kind not in ("fn", "closure") or fn.landings or not fn.blocks:
        return False
    for block in fn.blocks:
        if block.term.op in _PINNED:
            return False
        for ins in block.instrs:
            if ins.op in _PINNED:
                return False
    return True


def run(fn: Function, candidates: dict[int, int]) -> bool:
    """Inline calls in ``fn`` of the instances in ``candidates`` (index -> size limit already granted); returns whether anything changed."""
    changed = False
    total = size(fn)
    made = single_defs(fn)
    defs = def_counts(fn)
    b = 0
    while b < len(fn.blocks):
        block = fn.blocks[b]
        for i, ins in enumerate(block.instrs):
            if ins.op != "call":
                continue
            target: Instance = ins.data
            callee = target.function
            if target.index not in candidates or callee is fn:
                continue
            captured: list[int] | None = None
            if callee.env >= 0:
                env = made[ins.args[-1]] if ins.args[-1] < len(made) else None
                while env is not None and env.op == "copy":
                    env = made[env.args[0]]
                if env is None or env.op != "closure":
                    continue
                captured = env.args
                if any([defs[v] != 1 for v in captured]):
                    continue
            if total + candidates[target.index] > CALLER_LIMIT:
                continue
            total += candidates[target.index]
            _splice(fn, b, i, ins, callee, captured)
            changed = True
            break
        b += 1
    return changed


def _splice(fn: Function, b: int, i: int, call: Instr, callee: Function, captured: list[int] | None) -> None:
    """Replace the call at ``fn.blocks[b].instrs[i]`` by the body of ``callee``; its blocks follow block ``b``."""
    block = fn.blocks[b]
    base = len(fn.vregs)
    fn.vregs.extend(callee.vregs)
    inlined: dict[int, int] = {}

    def place(loc: int) -> int:
        new = inlined.get(loc)
        if new is None:
            if loc >= 0:
                entry = InlinedLoc(callee.name, callee.source, loc, call.loc)
            else:
                # Inlined into the callee before: its chain now ends at our call instead of at the callee's own offset.
                old = callee.inlined[-1 - loc]
                entry = InlinedLoc(old.name, old.source, old.pos, place(old.caller))
            fn.inlined.append(entry)
            new = inlined[loc] = -len(fn.inlined)
        return new

    shift = len(callee.blocks)
    rest = Block()
    rest.instrs = block.instrs[i + 1 :]
    rest.term = block.term
    before = block.instrs[:i]
    for p in range(callee.nparams):
        before.append(Instr("copy", base + p, [call.args[p]], None, call.loc))

    body: list[Block] = []
    for old in callee.blocks:
        new = Block()
        for ins in old.instrs:
            if ins.op == "capture" and captured is not None:
                new.instrs.append(Instr("copy", base + ins.dst, [captured[ins.data]], None, place(ins.loc)))
                continue
            dst = ins.dst + base if ins.dst >= 0 else -1
            new.instrs.append(Instr(ins.op, dst, [a + base for a in ins.args], ins.data, place(ins.loc)))
        term = old.term
        if term.op == "return":
            if call.dst >= 0:
                if term.args:
                    new.instrs.append(Instr("copy", call.dst, [term.args[0] + base], None, call.loc))
                else:
                    new.instrs.append(Instr("const", call.dst, [], None, call.loc))
            new.term = Instr("jump", -1, [], b + shift + 1, call.loc)
        else:
            new.term = Instr(term.op, -1, [a + base for a in term.args], term.data, place(term.loc))
            retarget(new.term, lambda t: t + b + 1)
        body.append(new)

    # Blocks after b move up by the callee's blocks and the rest block.
    move = shift + 1
    for j, other in enumerate(fn.blocks):
        term = rest.term if j == b else other.term
        retarget(term, lambda t: t + move if t > b else t)
        for ins in rest.instrs if j == b else other.instrs:
            if ins.op == "mark" and ins.data > b:
                ins.data += move
        if j == b:
            for ins in before:
                if ins.op == "mark" and ins.data > b:
                    ins.data += move
    fn.landings = [t + move if t > b else t for t in fn.landings]
    block.instrs = before
    block.term = Instr("jump", -1, [], b + 1, call.loc)
    fn.blocks[b + 1 : b + 1] = [*body, rest]
