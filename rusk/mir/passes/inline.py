"""The inliner: small functions that are not recursive are copied into their callers.

Works bottom-up over the call graph, so a callee is already optimised when it is copied. Tracebacks still name inlined functions: each copied
instruction gets an `InlinedLoc` that points at the call.
"""

from __future__ import annotations

from typing import Final

from rusk.mir.ir import Block, Function, InlinedLoc, Instance, Instr
from rusk.mir.passes.flow import retarget, targets
from rusk.mir.passes.usage import changed, def_counts, facts, single_defs, size

#: Largest callee, in instructions, that is copied at every call; documented in docs/optimiser.md.
SMALL: Final = 40
#: Largest callee that is copied when it is called from one place only.
ONCE: Final = 200
#: Largest size of a recursive function after its calls of itself have been replaced once.
UNROLLED: Final = 150
#: A caller does not grow beyond this many instructions by inlining.
CALLER_LIMIT: Final = 2000

#: Instructions that tie a function to its own activation or fiber.
_PINNED: Final = frozenset(("handler_off", "mark", "unmark", "landing_value", "tail_resume", "exit"))


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
    if "call" not in facts(fn).ops:
        return False
    chosen = _choose(fn, candidates)
    if not chosen:
        return False
    _insert(fn, chosen, None)
    return True


def unroll(fn: Function, inst: Instance) -> bool:
    """Put the body of ``fn``, the function of ``inst``, in the place of its calls of itself, once; returns whether there were any. So one call does what
    two or more did before. Not functions with loops: they spend their time there."""
    chosen: dict[int, list[tuple[int, list[int] | None]]] = {}
    count = 1
    for b, block in enumerate(fn.blocks):
        if any([t <= b for t in targets(block.term)]):
            return False
        for i, ins in enumerate(block.instrs):
            if ins.op == "call" and ins.data is inst:
                chosen.setdefault(b, []).append((i, None))
                count += 1
    if not chosen or fn.env >= 0 or size(fn) * count > UNROLLED:
        return False
    _insert(fn, chosen, fn.copy())
    return True


def _insert(
    fn: Function, chosen: dict[int, list[tuple[int, list[int] | None]]], body: Function | None
) -> None:
    """Replace the calls ``chosen`` by the bodies of their callees, or by ``body``."""
    old = fn.blocks
    # Where the blocks of ``fn`` begin and end once the copies are in; the copies know their own places.
    first: list[int] = []
    last: list[int] = []
    blocks: list[Block] = []
    for b, block in enumerate(old):
        first.append(len(blocks))
        calls = chosen.get(b)
        if calls is None:
            blocks.append(block)
        else:
            _open(fn, block, calls, body, blocks)
        last.append(len(blocks) - 1)
    fn.blocks = blocks
    for b, block in enumerate(old):
        retarget(blocks[last[b]].term, first.__getitem__)
        for ins in block.instrs:
            if ins.op == "mark":
                ins.data = first[ins.data]
    fn.landings = [first[b] for b in fn.landings]
    changed(fn)


def _choose(fn: Function, candidates: dict[int, int]) -> dict[int, list[tuple[int, list[int] | None]]]:
    """The calls to inline, by block: place, and for closures the captured registers."""
    total = size(fn)
    made = single_defs(fn)
    defs = def_counts(fn)
    chosen: dict[int, list[tuple[int, list[int] | None]]] = {}
    for b, block in enumerate(fn.blocks):
        for i, ins in enumerate(block.instrs):
            if ins.op != "call":
                continue
            target: Instance = ins.data
            grows = candidates.get(target.index)
            callee = target.function
            if grows is None or callee is fn or total + grows > CALLER_LIMIT:
                continue
            captured: list[int] | None = None
            if callee.env >= 0:
                env = made[ins.args[-1]]
                while env is not None and env.op == "copy":
                    env = made[env.args[0]]
                if env is None or env.op != "closure":
                    continue
                captured = env.args
                if any([defs[v] != 1 for v in captured]):
                    continue
            total += grows
            chosen.setdefault(b, []).append((i, captured))
    return chosen


def _open(
    fn: Function,
    block: Block,
    calls: list[tuple[int, list[int] | None]],
    body: Function | None,
    blocks: list[Block],
) -> None:
    """Add ``block`` to ``blocks``, with the bodies of the callees in place of ``calls``; what follows the last of them ends as ``block`` did."""
    instrs = block.instrs
    part = Block()
    blocks.append(part)
    start = 0
    for i, captured in calls:
        call = instrs[i]
        callee: Function = body if body is not None else call.data.function
        part.instrs += instrs[start:i]
        start = i + 1
        base = len(fn.vregs)
        for p in range(callee.nparams):
            part.instrs.append(Instr("copy", base + p, [call.args[p]], None, call.loc))
        at = len(blocks)
        part.term = Instr("jump", -1, [], at, call.loc)
        _copy(fn, call, callee, captured, blocks)
        part = Block()
        blocks.append(part)
    part.instrs += instrs[start:]
    part.term = block.term


def _copy(
    fn: Function, call: Instr, callee: Function, captured: list[int] | None, blocks: list[Block]
) -> None:
    """Add the body of ``callee`` to ``blocks``; it returns to the block after it."""
    base = len(fn.vregs)
    fn.vregs.extend(callee.vregs)
    first = len(blocks)
    after = first + len(callee.blocks)
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

    for old in callee.blocks:
        new = Block()
        blocks.append(new)
        instrs = new.instrs
        for ins in old.instrs:
            if ins.op == "capture" and captured is not None:
                instrs.append(Instr("copy", base + ins.dst, [captured[ins.data]], None, place(ins.loc)))
                continue
            dst = ins.dst + base if ins.dst >= 0 else -1
            loc = inlined.get(ins.loc)
            if loc is None:
                loc = place(ins.loc)
            instrs.append(Instr(ins.op, dst, [a + base for a in ins.args], ins.data, loc))
        term = old.term
        if term.op == "return":
            if call.dst >= 0:
                if term.args:
                    instrs.append(Instr("copy", call.dst, [term.args[0] + base], None, call.loc))
                else:
                    instrs.append(Instr("const", call.dst, [], None, call.loc))
            new.term = Instr("jump", -1, [], after, call.loc)
        else:
            new.term = Instr(term.op, -1, [a + base for a in term.args], term.data, place(term.loc))
            retarget(new.term, first.__add__)
