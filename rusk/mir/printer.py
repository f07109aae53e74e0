"""Readable text of MIR, stable enough to be compared in tests.

    fn fib(n%0: int) -> int {
    b0:
        %1: int = const[2]
        %2: bool = int_lt n%0, %1
        branch[b1, b2] %2
    ...

``op[data] operands``; a named register is printed with its name in front. The type of a register stands where it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import FnInst, HandleInfo, InlinedLoc, Instance, MethodInst, OpInst, Slot

if TYPE_CHECKING:
    from rusk.mir.ir import Function, Instr, Program


def register(fn: Function, v: int) -> str:
    """Register ``v`` as text: ``%3``, or ``x%3`` when the source calls it x."""
    return f"{fn.names.get(v, '')}%{v}"


def _data(i: Instr) -> str:
    """The data of an instruction as text, without brackets; empty if there is none."""
    op = i.op
    d: Any = i.data
    if op == "const":
        return _literal(d)
    if d is None:
        return ""
    if op == "jump" or op == "mark":
        return f"b{d}"
    if op == "branch":
        return f"b{d[0]}, b{d[1]}"
    if op == "switch":
        cases = ", ".join([f"{value}: b{block}" for value, block in d[0]])
        return f"{cases}, else: b{d[1]}" if d[1] >= 0 else cases
    if op == "payload":
        return f"{d[0]}.{d[1]}"
    if op == "tuple_rest":
        return f"{d[0]}..{d[1]}"
    return _entity(d)


def _literal(value: object) -> str:
    if value is None:
        return "()"
    if value is True or value is False:
        return "true" if value else "false"
    return repr(value)


def _entity(d: object) -> str:
    if isinstance(d, (Instance, OpInst)):
        return d.name
    if isinstance(d, Slot):
        return f"slot {d.name}"
    if isinstance(d, FnInst):
        targs = f"<{', '.join([str(t) for t in d.targs])}>" if d.targs else ""
        return d.fn.name + targs
    if isinstance(d, MethodInst):
        targs = f"<{', '.join([str(t) for t in d.targs])}>" if d.targs else ""
        return f"{d.method.name}{targs} for {d.self_ty}"
    if isinstance(d, HandleInfo):
        clauses = []
        for c in d.clauses:
            guard = f" if {c.guard}" if c.guard >= 0 else ""
            clauses.append(f"{c.op.name}{guard} => {c.arm} {c.mode}")
        return "; ".join(clauses)
    name = getattr(d, "name", None)  # an item
    if isinstance(name, str) and not hasattr(d, "tag"):
        return name
    return repr(d) if isinstance(d, str) else str(d)


def print_instr(fn: Function, i: Instr) -> str:
    """One instruction as text."""
    data = _data(i)
    text = f"{i.op}[{data}]" if data else i.op
    if i.args:
        text += " " + ", ".join([register(fn, a) for a in i.args])
    if i.dst < 0:
        return text
    return f"{register(fn, i.dst)}: {fn.vregs[i.dst]} = {text}"


def place(fn: Function, loc: int) -> str:
    """A ``loc`` as text: an offset, or the chain of an inlined place, innermost first."""
    chain = []
    while loc < 0:
        inlined: InlinedLoc = fn.inlined[-1 - loc]
        chain.append(f"{inlined.name}@{inlined.pos}")
        loc = inlined.caller
    chain.append(f"@{loc}")
    return " < ".join(chain)


def print_function(fn: Function, locs: bool = False, notes: dict[int, list[str]] | None = None) -> str:
    """``fn`` as text, with a newline at the end.

    ``locs``: with the places of instructions. ``notes``: lines to put under the instruction of that ``id`` (0: under the header).
    """
    params = ", ".join([f"{register(fn, v)}: {fn.vregs[v]}" for v in range(fn.nparams)])
    generics = f"<{', '.join([g.name for g in fn.generics])}>" if fn.generics else ""
    env = f" env %{fn.env} ({', '.join([str(t) for t in fn.captures])})" if fn.env >= 0 else ""
    ret = f"{fn.ret} as ({', '.join([str(t) for t in fn.results])})" if fn.results else str(fn.ret)
    lines = [f"{fn.kind} {fn.name}{generics}({params}) -> {ret}{env} {{"]
    if notes:
        lines += [f"    ^ {n}" for n in notes.get(0, ())]
    for n, block in enumerate(fn.blocks):
        lines.append(f"b{n}:{'  landing' if n in fn.landings else ''}")
        for i in [*block.instrs, block.term] if block.term is not None else block.instrs:
            text = "    " + print_instr(fn, i)
            if locs:
                text += f"    ; {place(fn, i.loc)}"
            lines.append(text)
            if notes:
                lines += [f"    ^ {n}" for n in notes.get(id(i), ())]
    lines.append("}")
    return "\n".join(lines) + "\n"


def print_program(program: Program, locs: bool = False) -> str:
    """All functions of a program, in order of their index, then its dispatch slots and tests."""
    parts = [print_function(x.function, locs) for x in program.instances if x.function is not None]
    for slot in program.slots:
        params = "".join([f", {p}" for p in slot.params])
        lines = [f"slot {slot.name}(self{params}) -> {slot.ret} {{"]
        lines += [f"    {t}: {inst.name}" for t, inst in slot.table.items()]
        parts.append("\n".join([*lines, "}"]) + "\n")
    for t, passing in program.tests.items():
        parts.append(f"test {t}: {', '.join([str(p) for p in passing])}\n")
    for name, inst in program.entries.items():
        parts.append(f"entry {name}: {inst.name}\n")
    return "\n".join(parts)
