"""Which passes run at which level, and in which order.

``-O0``: none. ``-O1``: the cheap local ones. ``-O2``: all. Functions are optimised bottom-up over the call graph, so that a callee is in its
final form before it is inlined into a caller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from rusk.mir.concrete import Concrete
from rusk.mir.ir import Function, Instance, Program
from rusk.mir.passes import (
    copies,
    counters,
    cse,
    deadcode,
    devirtualise,
    flow,
    fold,
    handlers,
    hoist,
    inline,
    marks,
    returns,
    scalars,
    specialise,
    stores,
    usage,
    values,
)
from rusk.mir.passes.usage import size

#: Passes on one function by name, in the order in which a round runs them.
LOCAL: Final[dict[str, Callable[[Function], bool]]] = {
    "copies": copies.run,
    "fold": fold.run,
    "values": values.run,
    "flow": flow.run,
    "deadcode": deadcode.run,
}
DEEP: Final[dict[str, Callable[[Function], bool]]] = {
    "devirtualise": devirtualise.run,
    "marks": marks.run,
    "scalars": scalars.run,
    "cse": cse.run,
    "stores": stores.run,
    "hoist": hoist.run,
    "counters": counters.run,
}
#: Passes of the code generator: `rusk.code.unchecked`.
IN_CODE: Final = ("bounds",)

#: Every switchable pass, for the command line.
NAMES: Final = (*LOCAL, *DEEP, "specialise", "inline", *handlers.NAMES, "unroll", "returns", *IN_CODE)

#: Most rounds of inlining and cleaning up after it, for one function; each takes away one level of objects that hold objects.
_ROUNDS: Final = 12

#: Passes that leave nothing over for themselves when they have run.
_COMPLETE: Final = frozenset(("copies", "deadcode", "devirtualise"))


def chosen(level: int, disabled: Collection[str] = (), only: Collection[str] | None = None) -> set[str]:
    """The names of the passes that run. Parameters: see `optimise`."""
    names = (
        set(only) if only is not None else set() if level <= 0 else set(LOCAL) if level == 1 else set(NAMES)
    )
    return names - set(disabled)


def callees(fn: Function) -> list[Instance]:
    """The instances that ``fn`` calls directly or makes closures of."""
    found = []
    for block in fn.blocks:
        for ins in block.instrs:
            if isinstance(ins.data, Instance):
                found.append(ins.data)
    return found


def bottom_up(program: Program) -> tuple[list[Instance], set[int]]:
    """All instances that are reached, callees before callers, and the indexes of those that are part of a cycle (Tarjan, without recursion)."""
    order: list[Instance] = []
    cyclic: set[int] = set()
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[Instance] = []
    reached = specialise.reachable(program)
    # Methods that are called through interfaces come first: their callers may find out which one it is, and take it in.
    dispatched = {inst: None for slot in program.slots for inst in slot.table.values()}
    for root in [*dispatched, *program.instances]:
        if root.index in index or root.function is None or root not in reached:
            continue
        work = [(root, iter(callees(root.function)))]
        index[root.index] = low[root.index] = len(index)
        stack.append(root)
        on_stack.add(root.index)
        while work:
            node, rest = work[-1]
            for callee in rest:
                if callee.function is None:
                    continue
                if callee.index not in index:
                    index[callee.index] = low[callee.index] = len(index)
                    stack.append(callee)
                    on_stack.add(callee.index)
                    work.append((callee, iter(callees(callee.function))))
                    break
                if callee.index == node.index:
                    cyclic.add(node.index)
                if callee.index in on_stack:
                    low[node.index] = min(low[node.index], index[callee.index])
            else:
                work.pop()
                if work:
                    above = work[-1][0].index
                    low[above] = min(low[above], low[node.index])
                if low[node.index] == index[node.index]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member.index)
                        component.append(member)
                        if member is node:
                            break
                    if len(component) > 1:
                        cyclic.update([m.index for m in component])
                    order.extend(component)
    return order, cyclic


def optimise(
    program: Program,
    level: int,
    disabled: Collection[str] = (),
    only: Collection[str] | None = None,
    after: Callable[[str, Function], None] | None = None,
    concrete: Concrete | None = None,
) -> None:
    """Run the passes of ``level`` (0, 1, 2) over ``program`` in place.

    ``disabled``: names of passes left out; ``only``: if given, the names of the passes that run. ``after``: called after every pass that changed
    a function (the MIR verifier in debug mode, ``--emit mir --after PASS``). ``concrete``: answers about the types of the program.
    """
    if level <= 0 and only is None:
        return
    names = chosen(level, disabled, only)
    types = concrete if concrete is not None else Concrete()
    local = [(n, p) for n, p in LOCAL.items() if n in names]
    deep = [(n, p) for n, p in DEEP.items() if n in names]
    if "specialise" in names:
        for fn in specialise.run(program):
            if after is not None:
                after("specialise", fn)
    order, cyclic = bottom_up(program)
    calls: dict[int, int] = {}
    for inst in order:
        for callee in callees(inst.function):
            calls[callee.index] = calls.get(callee.index, 0) + 1
    candidates: dict[int, int] = {}

    def settle(fn: Function, passes: list[tuple[str, Callable[[Function], bool]]]) -> None:
        """Run the passes in rounds until none changes anything. One has nothing to do if no other has changed anything since it ran."""
        usage.changed(fn)
        unchanged = 0
        for name, run in passes * _ROUNDS:
            if unchanged == len(passes):
                break
            if run(fn):
                unchanged = int(name in _COMPLETE)
                if after is not None:
                    assert usage.check(fn), name
                    after(name, fn)
            else:
                unchanged += 1

    def split(fn: Function) -> bool:
        return scalars.run(fn, concrete=types)

    deep = [(n, split if n == "scalars" else p) for n, p in deep]
    rounds = [*deep, *local]
    if "inline" in names:
        # What is known without looking becomes a direct call first; then everything else sees the copied bodies at once.
        at = int("devirtualise" in names)
        rounds.insert(at, ("inline", lambda fn: bool(candidates) and inline.run(fn, candidates)))

    def optimise_one(inst: Instance) -> None:
        fn = inst.function
        if not fn.blocks:
            return
        if matches is None:
            settle(fn, rounds)
        else:
            known = matches
            settle(fn, [*rounds, ("matches", lambda fn: known.step(inst))])
        if "unroll" in names and inline.inlinable(fn) and inline.unroll(fn, inst):
            if after is not None:
                after("unroll", fn)
            settle(fn, [*deep, *local])
        devirtualise.restore(fn)
        if matches is not None and matches.finish(inst) and after is not None:
            after("direct", fn)
        if "inline" in names and inst.index not in cyclic and inline.inlinable(fn):
            n = size(fn)
            if n <= inline.SMALL or (n <= inline.ONCE and calls.get(inst.index, 0) == 1):
                candidates[inst.index] = n

    matches: handlers.Handlers | None = None
    if not names.isdisjoint(handlers.NAMES) and _has_matches(program):
        matches = handlers.Handlers(program, names, optimise_one)
    for inst in order:
        optimise_one(inst)

    if "returns" in names:

        def clean(fn: Function) -> None:
            settle(fn, [*deep, *local])
            devirtualise.restore(fn)

        def changed_(fn: Function) -> None:
            if after is not None:
                after("returns", fn)

        returns.run(program, types, clean, changed_)


def _has_matches(program: Program) -> bool:
    """Whether any function has a handling match."""
    for inst in program.instances:
        if inst.function is not None and inst.function.kind == "body":
            return True
    return False
