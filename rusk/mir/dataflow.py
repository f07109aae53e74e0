"""Control flow and data flow over MIR: edges, orders, one solver for all analyses, liveness.

Sets of registers are Python ints (bit v is register v): union, intersection and difference of thousands of registers are one operation.

Landing blocks: in a function with landings every call-like instruction (`ir.CALLS`) may continue in any of them. `successors` leaves these edges out
(they do not start at the end of a block); `reachable`, `predecessors`, `Liveness` and ``verify`` know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rusk.mir.ir import CALLS

if TYPE_CHECKING:
    from rusk.mir.ir import Block, Function, Instr


def targets(term: Instr) -> list[int]:
    """The blocks a terminator may go to; a block may stand in it twice."""
    op = term.op
    if op == "jump":
        return [term.data]
    if op == "branch":
        return list(term.data)
    if op == "switch":
        cases, default = term.data
        out = [block for _, block in cases]
        if default >= 0:
            out.append(default)
        return out
    return []


def successors(fn: Function) -> list[list[int]]:
    """For each block, where its terminator goes."""
    return [targets(b.term) for b in fn.blocks]


def has_calls(block: Block) -> bool:
    """Whether ``block`` contains a call-like instruction."""
    for i in block.instrs:
        if i.op in CALLS:
            return True
    return False


def reachable(fn: Function) -> list[bool]:
    """For each block, whether it can be reached from the entry; a landing block by the ``mark`` that names it."""
    seen = [False] * len(fn.blocks)
    seen[0] = True
    work = [0]
    while work:
        block = fn.blocks[work.pop()]
        out = targets(block.term)
        if fn.landings:
            out += [i.data for i in block.instrs if i.op == "mark"]
        for s in out:
            if not seen[s]:
                seen[s] = True
                work.append(s)
    return seen


def predecessors(fn: Function) -> list[list[int]]:
    """For each block, the blocks that go to it, each once; those of a landing block are all blocks with calls or with its ``mark``."""
    preds: list[list[int]] = [[] for _ in fn.blocks]
    for i, block in enumerate(fn.blocks):
        out = targets(block.term)
        if fn.landings:
            out += [m.data for m in block.instrs if m.op == "mark"]
            if has_calls(block):
                out += fn.landings
        for s in dict.fromkeys(out):
            preds[s].append(i)
    return preds


def postorder(succs: Sequence[Sequence[int]], root: int = 0) -> list[int]:
    """The nodes that can be reached from ``root``, each after its successors (as far as there is no cycle)."""
    out: list[int] = []
    seen = [False] * len(succs)
    seen[root] = True
    stack: list[tuple[int, Iterator[int]]] = [(root, iter(succs[root]))]
    while stack:
        node, rest = stack[-1]
        for s in rest:
            if not seen[s]:
                seen[s] = True
                stack.append((s, iter(succs[s])))
                break
        else:
            out.append(node)
            stack.pop()
    return out


def reverse_postorder(fn: Function) -> list[int]:
    """Reachable blocks, each before its successors as far as there is no cycle. Landing blocks that only exits reach come last."""
    out = postorder(successors(fn))
    out.reverse()
    seen = set(out)
    for i, ok in enumerate(reachable(fn)):
        if ok and i not in seen:
            more = [b for b in reversed(postorder(successors(fn), i)) if b not in seen]
            seen.update(more)
            out += more
    return out


Edge: TypeAlias = tuple[int, int, int]
"""(source node, keep, gen): what flows over the edge is ``value[source] & keep | gen``."""


def solve(
    base: Sequence[int], edges: Sequence[Sequence[Edge]], order: Sequence[int], *, union: bool
) -> list[int]:
    """The least (``union``) or greatest solution of ``value[n] = base[n] join the flows over edges[n]``.

    For ``union`` the join is "or" and ``base`` what a node has by itself. Otherwise it is "and", and ``base`` the upper bound of a node
    (-1 is everything): nodes that nothing reaches keep it. ``order``: in which nodes are visited, best one with sources first.
    """
    value = list(base)
    users: list[list[int]] = [[] for _ in base]
    for n, es in enumerate(edges):
        for src, _, _ in es:
            users[src].append(n)
    dirty = [True] * len(value)
    again = True
    while again:
        again = False
        for n in order:
            if not dirty[n]:
                continue
            dirty[n] = False
            v = base[n]
            if union:
                for src, keep, gen in edges[n]:
                    v |= value[src] & keep | gen
            else:
                for src, keep, gen in edges[n]:
                    v &= value[src] & keep | gen
            if v != value[n]:
                value[n] = v
                again = True
                for u in users[n]:
                    dirty[u] = True
    return value


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def live_in_sets(
    uses: Sequence[int],
    defs: Sequence[int],
    succs: Sequence[Sequence[int]],
    landings: Sequence[int],
    early: Sequence[int],
) -> list[int]:
    """Registers live on entry of each node of any graph of blocks.

    ``uses``: read before written in the block; ``defs``: written in it; ``early``: for a block with calls, what is written before its
    first call, else -1 (such a block has no edge to the landings).
    """
    edges: list[list[Edge]] = []
    for i, out in enumerate(succs):
        keep = ~defs[i]
        es = [(s, keep, 0) for s in out]
        if landings and early[i] != -1:
            es += [(s, ~early[i], 0) for s in landings]
        edges.append(es)
    return solve(uses, edges, range(len(uses) - 1, -1, -1), union=True)


class Liveness:
    """Which registers of a function may still be read: ``live_in`` and ``live_out`` of each block, ``landing``: into any landing block."""

    __slots__ = ("fn", "live_in", "live_out", "landing")

    def __init__(self, fn: Function) -> None:
        self.fn = fn
        uses: list[int] = []
        defs: list[int] = []
        early: list[int] = []
        for block in fn.blocks:
            use = define = 0
            first = -1
            for i in block.instrs:
                for a in i.args:
                    if not define >> a & 1:
                        use |= 1 << a
                if first < 0 and i.op in CALLS:
                    first = define
                if i.dst >= 0:
                    define |= 1 << i.dst
            for a in block.term.args:
                if not define >> a & 1:
                    use |= 1 << a
            uses.append(use)
            defs.append(define)
            early.append(first)
        succs = successors(fn)
        if fn.env >= 0:  # ``capture`` reads it without naming it
            for n, block in enumerate(fn.blocks):
                if any([i.op == "capture" for i in block.instrs]):
                    uses[n] |= 1 << fn.env
        self.live_in = live_in_sets(uses, defs, succs, fn.landings, early)
        self.live_out: list[int] = []
        for out in succs:
            live = 0
            for s in out:
                live |= self.live_in[s]
            self.live_out.append(live)
        self.landing = 0
        for s in fn.landings:
            self.landing |= self.live_in[s]

    def after(self, block: int) -> list[int]:
        """For each instruction of ``block``, what is live after it (into landing blocks included, for calls)."""
        b = self.fn.blocks[block]
        live = self.live_out[block]
        for a in b.term.args:
            live |= 1 << a
        out = [live]
        for i in reversed(b.instrs):
            if i.op in CALLS:
                out[-1] = live = live | self.landing
            if i.dst >= 0 and not (i.op in CALLS and self.landing >> i.dst & 1):
                live &= ~(1 << i.dst)
            for a in i.args:
                live |= 1 << a
            if i.op == "capture":
                live |= 1 << self.fn.env
            out.append(live)
        out.reverse()
        return out[1:]


def count_uses(fn: Function) -> tuple[list[int], list[int]]:
    """For each register, how many operands read it, and how many instructions write it (a parameter counts as written once)."""
    uses = [0] * len(fn.vregs)
    defs = [0] * len(fn.vregs)
    for v in range(fn.nparams):
        defs[v] = 1
    if fn.env >= 0:
        defs[fn.env] = 1
    for block in fn.blocks:
        for i in block.instrs:
            for a in i.args:
                uses[a] += 1
            if i.dst >= 0:
                defs[i.dst] += 1
        for a in block.term.args:
            uses[a] += 1
    return uses, defs


class Dominators:
    """Which blocks every way to a block leads through. ``order``: reachable blocks in reverse postorder; ``idom``: the nearest strict dominator of each
    block, the entry for itself, -1 for what cannot be reached. Landing blocks have none: only for functions without them."""

    __slots__ = ("order", "idom", "first", "last")

    def __init__(self, fn: Function, preds: Sequence[Sequence[int]]) -> None:
        self.order = reverse_postorder(fn)
        number = {b: n for n, b in enumerate(self.order)}
        idom = [-1] * len(fn.blocks)
        idom[0] = 0
        changed = True
        while changed:
            changed = False
            for b in self.order[1:]:
                new = -1
                for p in preds[b]:
                    if idom[p] < 0:
                        continue
                    other = p
                    if new < 0:
                        new = other
                        continue
                    while new != other:
                        while number[new] > number[other]:
                            new = idom[new]
                        while number[other] > number[new]:
                            other = idom[other]
                if new >= 0 and idom[b] != new:
                    idom[b] = new
                    changed = True
        self.idom = idom
        # a dominates b when b's interval lies in a's
        children: dict[int, list[int]] = {}
        for b in self.order[1:]:
            children.setdefault(idom[b], []).append(b)
        self.first = [-1] * len(idom)
        self.last = [-1] * len(idom)
        clock = 0
        work = [(0, False)]
        while work:
            b, done = work.pop()
            if done:
                self.last[b] = clock
                continue
            self.first[b] = clock
            clock += 1
            work.append((b, True))
            work += [(c, False) for c in children.get(b, ())]

    def dominates(self, a: int, b: int) -> bool:
        """Whether every way to ``b`` leads through ``a`` (or they are the same)."""
        return self.first[a] <= self.first[b] < self.last[a]
