"""A readable listing of an image, for ``check --emit code`` and for tests.

    fn 1 fib(int) -> int  x3 r0 cost 8
       0  JmpIntGeI        x0, 2 -> 2
       1  RetX             x0
    ...

Words are counted from the beginning of their function. Call windows are written ``x2.. r1..``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rusk.code import image as im
from rusk.code.opcodes import OPS, WIDTH, Op, list_words

if TYPE_CHECKING:
    from rusk.code.image import Func, Image

_ELEMENT_FILES: Final = {im.E_WORD: "x", im.E_BYTE: "x", im.E_REF: "r"}


def instruction_words(image: Image, pc: int) -> int:
    """Length of the instruction at word ``pc``, with its list."""
    word = image.code[pc]
    op = OPS[word & 0xFFFF]
    shape_words = 0
    if op.list == "fields":
        shape = image.shapes[word >> 32 & 0xFFFF]
        shape_words = shape.nrefs + shape.nscalars
    return op.words + list_words(op, word, shape_words)


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _name(image: Image, kind: str, n: int) -> str:
    """What number ``n`` of an operand of ``kind`` stands for."""
    try:
        if kind in ("f", "f32"):
            return f"{image.funcs[n].name}#{n}"
        if kind == "s":
            return f"<{image.shapes[n].name}>"
        if kind == "k32":
            c = image.consts[n]
            if c.type == im.FLOAT:
                from struct import pack, unpack

                return repr(unpack("<d", pack("<q", c.bits))[0])
            return str(c.bits)
        if kind in ("o32", "m32"):
            o = image.objects[n]
            if o.kind == im.O_CONT:
                return f"<used {image.types[o.shape].text}>"
            return f"<{image.shapes[o.shape].name}>" if o.kind == im.O_OBJECT else repr(o.value)
        if kind == "t":
            return f"is {image.types[image.tests[n].type].text}"
        if kind == "y32":
            return f"as {image.types[n].text}"
        if kind == "h":
            h = image.handlers[n]
            clauses = ", ".join(
                [f"{image.ops[c.op].name}: {image.funcs[c.arm_func].name}" for c in h.clauses]
            )
            return f"handler {n} ({clauses})"
        if kind == "e":
            return image.ops[n].name
        if kind == "p":
            return image.imports[n].name
        if kind == "n":
            return f"slot {image.slots[n].name}"
    except IndexError:
        return f"?{kind}{n}"
    return str(n)


def instruction(image: Image, pc: int, start: int) -> str:
    """The instruction at word ``pc`` of the function that begins at ``start``."""
    code = image.code
    word = code[pc]
    if word & 0xFFFF >= len(OPS):
        return f"?{word:#x}"
    op = OPS[word & 0xFFFF]
    fields = [word >> 16 & 0xFFFF, word >> 32 & 0xFFFF, word >> 48]
    if op.words > 1:
        fields += [code[pc + 1] >> shift & 0xFFFF for shift in (0, 16, 32, 48)]
    end = pc + instruction_words(image, pc)
    parts: list[str] = []
    jump = ""
    at = 0
    for kind, _ in op.fields:
        width = WIDTH.get(kind, 1)
        value = sum([fields[at + n] << 16 * n for n in range(width)])
        at += width
        if kind == "-":
            continue
        if kind[0] == "j":
            jump = f" -> {end + _signed(value, 16 * width) - start}"
        elif kind in "XxM":
            parts.append(f"x{value}")
        elif kind in "Rr":
            parts.append(f"r{value}")
        elif kind == "wx":
            parts.append(f"x{value}..")
        elif kind == "wr":
            parts.append(f"r{value}..")
        elif kind == "i" or kind == "i32":
            parts.append(str(_signed(value, 16 * width)))
        elif kind == "v":
            parts.append(f"{value >> 8}.{value & 0xFF}")
        elif kind == "z":
            parts.append(("return", "break", "continue")[value] if value < 3 else f"?{value}")
        else:
            parts.append(_name(image, kind, value))
    if op.list:
        parts.append(_list(image, op, pc, end, start))
    return f"{op.name:<16} {', '.join(parts)}{jump}".rstrip()


def _list(image: Image, op: Op, pc: int, end: int, start: int) -> str:
    code = image.code
    word = code[pc]
    first = pc + op.words
    if op.list == "table":
        count = word >> 32 & 0xFFFF
        low = _signed(code[first], 64)
        to = [end + (code[first + 1 + n // 2] >> 32 * (n & 1) & 0xFFFFFFFF) - start for n in range(count + 1)]
        cases = ", ".join([f"{low + n}: {t}" for n, t in enumerate(to[1:])])
        return f"[{cases}, else: {to[0]}]"
    regs = [code[w] >> shift & 0xFFFF for w in range(first, end) for shift in (0, 16, 32, 48)]
    if op.list == "fields":
        shape = image.shapes[word >> 32 & 0xFFFF]
        names = [f"r{n}" for n in regs[: shape.nrefs]]
        names += [f"x{n}" for n in regs[shape.nrefs : shape.nrefs + shape.nscalars]]
    elif op.list == "elems":
        file = _ELEMENT_FILES[image.shapes[word >> 32 & 0xFFFF].elem]
        names = [f"{file}{n}" for n in regs[: word >> 48]]
    elif op.list == "results":
        nx = word >> 16 & 0xFFFF
        names = [f"x{n}" for n in regs[:nx]] + [f"r{n}" for n in regs[nx : nx + (word >> 32 & 0xFFFF)]]
    else:
        names = [f"{op.list}{n}" for n in regs[: word >> 32 & 0xFFFF]]
    return f"({', '.join(names)})"


def function(image: Image, n: int, locs: bool = False) -> str:
    """The listing of function number ``n``; ``locs``: with line and column."""
    f = image.funcs[n]
    params = ", ".join([image.types[t].text for t in f.params])
    marks = " marks" if f.has_marks else ""
    env = f" env <{image.shapes[f.env].name}>" if f.env >= 0 else ""
    ret = image.types[f.ret].text
    if f.results:
        ret += f" as ({', '.join([image.types[t].text for t in f.results])})"
    lines = [f"{f.kind} {n} {f.name}({params}) -> {ret}  x{f.nx} r{f.nr} cost {f.cost}{marks}{env}"]
    pc = f.start
    while pc < f.start + f.length:
        text = f"{pc - f.start:6}  {instruction(image, pc, f.start)}"
        if locs:
            text += _place(image, f, pc)
        lines.append(text)
        pc += instruction_words(image, pc)
    return "\n".join(lines) + "\n"


def _place(image: Image, f: Func, pc: int) -> str:
    loc = image.loc_at(pc)
    chain = []
    while loc >= 0:
        place = image.locs[loc]
        line, col = image.sources[place.source].line_col(place.pos)
        name = f"{image.loc_names[place.func]} " if place.func >= 0 else ""
        chain.append(f"{name}{line}:{col}")
        loc = place.caller
    return f"  ; {' < '.join(chain)}" if chain else ""


def listing(image: Image, locs: bool = False) -> str:
    """The listing of a whole image: functions, then dispatch slots and handlers."""
    parts = [function(image, n, locs) for n in range(len(image.funcs))]
    for slot in image.slots:
        entries = "".join(
            [f"    <{image.shapes[s].name}>: {image.funcs[f].name}#{f}\n" for s, f in slot.entries]
        )
        parts.append(f"slot {slot.name}\n{entries}")
    return "\n".join(parts)
