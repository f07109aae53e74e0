"""Register assignment: live intervals, call windows, moves.

Each virtual register has one interval without holes, from the first place where it holds a value to the last where it is needed. Instruction k reads at
position 2k and writes at 2k + 1; two registers whose intervals meet only there may share a machine register.

Intervals get registers in one scan **from the end**: at a call it is then known which registers hold values that live on behind it. The window begins
above them, and an argument whose life ends at the call gets its place in the window at once, so it is computed there; a nested call
finds the arguments of the outer one as values that live on, and its own window above them. A result that lives on sits where its call
leaves it, if that is above everything else that lives on: a first scan from the front estimates how high that is (`Assigner.estimate`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush
from typing import Final

from rusk.code.lir import COUNTING, MODIFIED, MOVES, NONE, CodeTooLarge, LCall, LFunction, LInstr, R
from rusk.code.opcodes import BY_NAME
from rusk.mir.dataflow import bits, live_in_sets

#: more registers than this do not fit an operand
_LIMIT: Final = 0xFFFF

#: with more arguments fewer places for a window are tried
_MANY: Final = 16

#: stands for the terminators that are no instruction yet
_NO_OP: Final = BY_NAME["Nop"]


def assign(f: LFunction) -> None:
    """Fill ``regs``, ``nx``, ``nr`` of ``f`` and the windows and moves of its calls."""
    Assigner(f).run()


class Assigner:
    """``start``, ``end``: interval of each register (-1: unused). ``fixed``: registers of parameters. ``wish``: (loop depth, register) that would
    save moves at a call."""

    __slots__ = (
        "f", "instrs", "depths", "start", "end", "fixed", "wish", "landing", "busy", "regs", "size", "param_ends", "param_masks",
    )  # fmt: skip

    def __init__(self, f: LFunction) -> None:
        self.f = f
        n = len(f.files)
        #: all instructions in layout order, terminators included
        self.instrs: list[LInstr] = []
        self.depths: list[int] = []
        self.start = [-1] * n
        self.end = [-1] * n
        self.fixed: dict[int, int] = {}
        self.wish: dict[int, tuple[int, int]] = {}
        self.landing: set[int] = set()
        self.busy = [0, 0]
        self.regs = [-1] * n
        self.size = [0, 0]
        self.param_ends: tuple[list[int], list[int]] = ([], [])
        self.param_masks: tuple[list[int], list[int]] = ([], [])

    def run(self) -> None:
        f = self.f
        files = f.files
        count = [0, 0]
        for v in f.params:
            file = 0 if files[v] == NONE else files[v]
            if files[v] != NONE:
                self.fixed[v] = count[file]
            count[file] += 1
        self.size = list(count)
        self.intervals()
        self.reserve()
        calls = [k for k, i in enumerate(self.instrs) if i.__class__ is LCall]
        if calls:
            self.estimate(calls)
        self.scan()
        f.regs = self.regs
        f.nx, f.nr = self.size
        if f.nx > _LIMIT or f.nr > _LIMIT:
            raise CodeTooLarge("registers")

    # --- intervals

    def intervals(self) -> None:
        f = self.f
        start, end = self.start, self.end
        instrs, depths = self.instrs, self.depths
        home = [-1] * len(start)
        crossing: set[int] = set()
        firsts: list[int] = []
        lasts: list[int] = []
        for v in self.fixed:
            home[v] = 0
            start[v] = end[v] = 0
        pos = 0
        for b, block in enumerate(f.blocks):
            firsts.append(pos)
            term = block.term
            last = term.instr
            if last is None:
                last = LInstr(_NO_OP, -1, term.uses, (), term.loc)
            depth = block.depth
            for i in (*block.instrs, last):
                for u in i.uses:
                    if home[u] != b:
                        crossing.add(u)
                        if home[u] < 0:
                            home[u] = b
                            start[u] = pos
                    end[u] = pos
                d = i.dst
                if d >= 0:
                    if home[d] != b:
                        if home[d] < 0:
                            home[d] = b
                            start[d] = pos + 1
                        else:
                            crossing.add(d)
                    end[d] = pos + 1
                if i.__class__ is LCall and len(i.dsts) > 1:
                    for d in i.dsts[1:]:
                        if d >= 0:
                            if home[d] < 0:
                                home[d] = b
                                start[d] = pos + 1
                            elif home[d] != b:
                                crossing.add(d)
                            end[d] = pos + 1
                m = MODIFIED[i.op.code]
                if m >= 0:
                    end[i.uses[m]] = pos + 1
                instrs.append(i)
                depths.append(depth)
                pos += 2
            if term.cond in COUNTING:
                end[term.uses[0]] = pos - 1
            lasts.append(pos - 1)
        if crossing:
            self.cross(sorted(crossing), firsts, lasts)

    def cross(self, crossing: list[int], firsts: list[int], lasts: list[int]) -> None:
        """Extend the intervals of registers that are live at the borders of blocks."""
        f = self.f
        start, end = self.start, self.end
        number = [-1] * len(start)
        for n, v in enumerate(crossing):
            number[v] = n
        uses: list[int] = []
        defs: list[int] = []
        early: list[int] = []
        succs: list[list[int]] = []
        landings = [b.index for b in f.landings]
        for block in f.blocks:
            use = define = 0
            first = -1
            for i in block.instrs:
                for u in i.uses:
                    n = number[u]
                    if n >= 0 and not define >> n & 1:
                        use |= 1 << n
                if first < 0 and landings and i.__class__ is LCall:
                    first = define
                if i.dst >= 0 and number[i.dst] >= 0:
                    define |= 1 << number[i.dst]
                if i.__class__ is LCall:
                    for d in i.dsts[1:]:
                        if d >= 0 and number[d] >= 0:
                            define |= 1 << number[d]
            for u in block.term.uses:
                n = number[u]
                if n >= 0 and not define >> n & 1:
                    use |= 1 << n
            uses.append(use)
            defs.append(define)
            early.append(first)
            succs.append([t.index for t in block.term.targets])
        live_in = live_in_sets(uses, defs, succs, landings, early)
        seen = 0
        for b, live in enumerate(live_in):
            new = live & ~seen
            if new:
                seen |= new
                at = firsts[b]
                for n in bits(new):
                    v = crossing[n]
                    if start[v] > at:
                        start[v] = at
        seen = 0
        for b in range(len(succs) - 1, -1, -1):
            out = 0
            for s in succs[b]:
                out |= live_in[s]
            new = out & ~seen
            if new:
                seen |= new
                at = lasts[b]
                for n in bits(new):
                    v = crossing[n]
                    if end[v] < at:
                        end[v] = at
        if landings:
            live = 0
            for b in landings:
                live |= live_in[b]
            calls = [2 * k for k, i in enumerate(self.instrs) if i.__class__ is LCall]
            if live and calls:
                for n in bits(live):
                    v = crossing[n]
                    self.landing.add(v)
                    start[v] = min(start[v], calls[0])
                    end[v] = max(end[v], calls[-1] + 1)

    def reserve(self) -> None:
        """Prepare `reserved`: parameters by the end of their lives."""
        files = self.f.files
        for file in (0, 1):
            params = sorted([(self.end[v], r) for v, r in self.fixed.items() if files[v] == file])
            masks = [0] * (len(params) + 1)
            for n in range(len(params) - 1, -1, -1):
                masks[n] = masks[n + 1] | 1 << params[n][1]
            self.param_ends[file].extend([e for e, _ in params])
            self.param_masks[file].extend(masks)

    def reserved(self, file: int, start: int) -> int:
        """Registers of parameters that are still needed at position ``start``."""
        ends = self.param_ends[file]
        return self.param_masks[file][bisect_left(ends, start)] if ends else 0

    # --- where the windows of calls will be

    def estimate(self, calls: list[int]) -> None:
        """Estimate for each call, front to back, where its window begins; results and arguments wish to be there."""
        files = self.f.files
        start, end = self.start, self.end
        wish = self.wish
        starts: tuple[list[int], list[int]] = ([], [])
        ends: tuple[list[int], list[int]] = ([], [])
        heaps: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
        for v, file in enumerate(files):
            if file != NONE and start[v] >= 0:
                starts[file].append(start[v])
                ends[file].append(end[v])
        for file in (0, 1):
            starts[file].sort()
            ends[file].sort()
        for v, r in self.fixed.items():
            heappush(heaps[files[v]], (-r, end[v], v))
        for k in calls:
            call: LCall = self.instrs[k]  # type: ignore[assignment]
            at = 2 * k
            depth = self.depths[k]
            for file in (0, 1):
                heap = heaps[file]
                results = call.wanted(file)
                base = bisect_right(starts[file], at) - bisect_right(ends[file], at)
                mine = [res for res, _ in results]
                base -= sum([start[res] <= at for res in mine])
                own = []
                while heap:
                    if heap[0][1] <= at:
                        heappop(heap)
                    elif heap[0][2] in mine:
                        own.append(heappop(heap))
                    else:
                        base = max(base, 1 - heap[0][0])
                        break
                for item in own:
                    heappush(heap, item)
                top = base
                clash = False
                for n, a in enumerate(call.args[file]):
                    if a.__class__ is int and end[a] == at and a not in self.fixed:
                        needed = self.reserved(file, start[a])
                        top = max(top, needed.bit_length())
                        clash = clash or bool(needed >> (base + n) & 1)
                if clash:
                    base = top
                for res, n in results:
                    old = wish.get(res)
                    if old is None or old[0] < depth:
                        wish[res] = (depth, base + n)
                    heappush(heap, (-wish[res][1], end[res], res))
                for n, a in enumerate(call.args[file]):
                    if a.__class__ is int and (end[a] == at or a in mine):
                        old = wish.get(a)
                        if old is None or old[0] < depth:
                            wish[a] = (depth, base + n)

    # --- the scan

    def scan(self) -> None:
        start, end, files = self.start, self.end, self.f.files
        busy = self.busy
        regs = self.regs
        span = 2 * len(self.instrs) + 2
        live = [v for v, file in enumerate(files) if file != NONE and start[v] >= 0]
        keys = [end[v] * span - start[v] for v in range(len(files))]
        by_end = sorted(
            live, key=keys.__getitem__
        )  # popped from the back: late ends first, of those early starts first
        by_start = sorted(live, key=start.__getitem__)
        place = self.place
        for k in range(len(self.instrs) - 1, -1, -1):
            i = self.instrs[k]
            at = 2 * k
            # written here, or needed at the end of the block
            while by_end and end[by_end[-1]] > at:
                v = by_end.pop()
                while by_start and start[by_start[-1]] > end[v]:
                    u = by_start.pop()
                    busy[files[u]] ^= 1 << regs[u]
                if regs[v] < 0:
                    place(v, -1)
            while by_start and start[by_start[-1]] > at:
                u = by_start.pop()
                busy[files[u]] ^= 1 << regs[u]
            if i.__class__ is LCall:
                self.window(i, at)
            # read here for the last time
            hint = -1
            if i.op.code in MOVES and by_end and end[by_end[-1]] == at:
                wish = self.wish.get(i.uses[0])
                if wish is None or wish[0] <= self.depths[k]:
                    hint = regs[i.dst]
            while by_end and end[by_end[-1]] == at:
                v = by_end.pop()
                if regs[v] < 0:
                    place(v, hint)
            if i.__class__ is LCall:
                self.moves(i)

    def place(self, v: int, hint: int) -> None:
        """Give ``v``, whose life ends here, a register: the one it must or wishes to have if that is free, else the lowest above its wish."""
        file = self.f.files[v]
        r = self.fixed.get(v, -1)
        if r < 0:
            taken = self.busy[file] | self.reserved(file, self.start[v])
            r = hint
            if r < 0 or taken >> r & 1:
                wish = self.wish.get(v)
                r = wish[1] if wish is not None else 0
                above = taken >> r
                r += (~above & (above + 1)).bit_length() - 1
        self.take(v, file, r)

    def take(self, v: int, file: int, r: int) -> None:
        self.regs[v] = r
        self.busy[file] |= 1 << r
        if r >= self.size[file]:
            self.size[file] = r + 1

    def window(self, call: LCall, at: int) -> None:
        """Choose where the window of ``call`` begins, and place the arguments whose life ends here."""
        files, regs, start, end = self.f.files, self.regs, self.start, self.end
        wish = self.wish
        depth = self.depths[at // 2]
        slots = [0, 0]
        for file in (0, 1):
            args = call.args[file]
            busy = self.busy[file]
            results = call.wanted(file)
            for res, _ in results:
                if start[res] <= at and res not in self.landing and res != call.func:
                    busy &= ~(1 << regs[res])  # what it holds before the call is no longer needed
            if call.func >= 0 and file == R and args:
                r = regs[call.func] if regs[call.func] >= 0 else self.fixed.get(call.func, -1)
                if r >= 0:
                    busy |= 1 << r  # read by the call itself, after the arguments have been moved
            base = busy.bit_length()
            mine = [a if a.__class__ is int else -1 for a in args]
            for a in mine:
                if a >= 0 and regs[a] < 0:
                    if a in self.fixed:
                        self.take(a, file, self.fixed[a])
                    elif wish[a][0] > depth:
                        self.place(a, -1)
            best = self.begin(file, base, mine, results) if args or results else base
            call.window[file] = best
            top = best + max(len(args), call.results.count(file))
            if top > self.size[file]:
                self.size[file] = top
            for n, a in enumerate(mine):
                if a >= 0 and regs[a] < 0:
                    r = best + n
                    if not (self.busy[file] | self.reserved(file, start[a])) >> r & 1:
                        self.take(a, file, r)
            slots[file] = ((1 << len(args)) - 1) << best
        # the other operands must not lie where the arguments go
        for u in call.uses:
            if regs[u] < 0 and end[u] == at:
                file = files[u]
                free = slots[file] & ~self.busy[file]
                self.busy[file] |= free
                self.place(u, -1)
                self.busy[file] &= ~free

    def begin(self, file: int, base: int, args: list[int], results: list[tuple[int, int]]) -> int:
        """Where a window costs the fewest moves, ``base`` or above. ``args``: registers, -1 for constants; ``results``: register, place."""
        regs, start = self.regs, self.start
        begins = {base}
        for res, n in results:
            if regs[res] - n > base:
                begins.add(regs[res] - n)
        top = base
        taken = [0] * len(args)
        for n, a in enumerate(args):
            if a >= 0:
                if regs[a] < 0:
                    taken[n] = self.busy[file] | self.reserved(file, start[a])
                    top = max(top, taken[n].bit_length())
                else:
                    top = max(top, regs[a] + 1)
                    if regs[a] - n > base:
                        begins.add(regs[a] - n)
        if len(args) > _MANY:
            begins = {base}
        begins.add(top)
        if len(begins) == 1:
            return base
        best, least = base, 1 << 30
        for w in sorted(begins):
            cost = sum([2 * (regs[res] != w + n) for res, n in results])
            for n, a in enumerate(args):
                if a >= 0:
                    r = regs[a]
                    if r < 0:
                        cost += 3 * (taken[n] >> (w + n) & 1)  # and what is in its place must be moved, too
                    elif r != w + n:
                        cost += 2 + (w <= r < w + len(args))  # the moves might be a cycle
            if cost < least:
                best, least = w, cost
        return best

    def moves(self, call: LCall) -> None:
        """Find the moves into the window and of the results out of it."""
        regs = self.regs
        for file in (0, 1):
            base = call.window[file]
            pending = {}
            for n, a in enumerate(call.args[file]):
                if a.__class__ is int and regs[a] != base + n:
                    pending[base + n] = regs[a]
            if pending:
                self.order(pending, file, call.moves[file])
            pending = {regs[d]: base + n for d, n in call.wanted(file) if regs[d] != base + n}
            if pending:
                self.order(pending, file, call.after[file])

    def order(self, pending: dict[int, int], file: int, out: list[tuple[int, int]]) -> None:
        """Put moves that happen at once (to -> from) into an order."""
        readers: dict[int, int] = {}
        for src in pending.values():
            readers[src] = readers.get(src, 0) + 1
        ready = [dst for dst in pending if dst not in readers]
        while pending:
            if not ready:  # a cycle: one of its values waits above the window
                dst, src = next(iter(pending.items()))
                spare = max(self.size[file], dst + 1, src + 1)
                self.size[file] = spare + 1
                out.append((spare, src))
                readers[src] -= 1
                pending[dst] = spare
                ready.append(src)
                continue
            dst = ready.pop()
            src = pending.pop(dst)
            out.append((dst, src))
            if src in readers:
                readers[src] -= 1
                if not readers[src] and src in pending:
                    ready.append(src)
