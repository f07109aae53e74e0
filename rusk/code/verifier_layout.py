"""Code verifier, second layer: the shape of the code of one function.

Decodes every word, finds the basic blocks, and checks that jumps go to instructions, that nothing runs off the end, and that fields without use are
0. `Layout` is what the types layer walks over.
"""

from __future__ import annotations

from rusk.code.errors import LoadError
from rusk.code.image import Func, Image
from rusk.code.opcodes import OPS, WIDTH, Op, list_count, list_words

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final, NoReturn

    from rusk.code.verifier_tables import Tables


class Layout:
    """The instructions of a function.

    ``words``: its code. ``pcs``: where instructions begin. Blocks, in order: the instructions ``pcs[first[b] : first[b + 1]]``, then ``succs[b]``.
    ``marks``: place of a `Mark` -> block of its landing point; ``landing``: place of a `LandX` / `LandR` -> code of its value.
    ``callees``: functions called by `CallW`; ``resumes``: it has a `TailResume*`.
    """

    __slots__ = ("words", "pcs", "first", "succs", "marks", "landing", "callees", "resumes")

    def __init__(self, words: list[int]) -> None:
        self.words = words
        self.pcs: list[int] = []
        self.first: list[int] = []
        self.succs: list[list[int]] = []
        self.marks: dict[int, int] = {}
        self.landing: dict[int, int] = {}
        self.callees: list[int] = []
        self.resumes = False


#: what an instruction means for the layout
_PLAIN, _LIST, _END, _JUMP, _BRANCH, _SWITCH, _MARK, _LAND, _CALLW, _TAIL = range(10)


def _role(op: Op) -> int:
    if op.flow == "end":
        return _TAIL if op.name.startswith("TailResume") else _END
    if op.flow in ("jump", "branch", "switch"):
        return {"jump": _JUMP, "branch": _BRANCH, "switch": _SWITCH}[op.flow]
    special = {"Mark": _MARK, "LandX": _LAND, "LandR": _LAND, "CallW": _CALLW}.get(op.name)
    if special is not None:
        return special
    return _LIST if op.list else _PLAIN


def _distance(op: Op) -> tuple[int, int]:
    """Where the distance of a jump stands: shift, counted over both words, and width in bits."""
    shift = 16
    for kind, _ in op.fields:
        width = 16 * WIDTH.get(kind, 1)
        if kind[0] == "j":
            return shift, width
        shift += width
    return 0, 0


def _unused(op: Op) -> int:
    """The bits of the word, or both, that no field takes."""
    shift = 16
    bits = 0xFFFF
    for kind, _ in op.fields:
        width = 16 * WIDTH.get(kind, 1)
        if kind != "-":
            bits |= (1 << width) - 1 << shift
        shift += width
    return ~bits & (1 << 64 * op.words) - 1


_ROLES: Final = [_role(op) for op in OPS]
_UNUSED: Final = [_unused(op) for op in OPS]

#: the instructions of one word that have nothing to do with control
_SINGLE: Final = [role == _PLAIN and op.words == 1 for op, role in zip(OPS, _ROLES, strict=True)]

_DISTANCES: Final = [_distance(op) for op in OPS]
_BACKWARD: Final = [op.name.startswith("Loop") for op in OPS]


_NOT_ZERO: Final = "a field that is not used is not 0"


def signed(value: int, bits: int) -> int:
    """The number whose two's complement is ``value``."""
    return value - (1 << bits) if value >> bits - 1 else value


def refuse(func: Func, pc: int, word: int, text: str) -> NoReturn:
    """Refuse the image because of an instruction."""
    op = word & 0xFFFF
    name = OPS[op].name if op < len(OPS) else "invalid instruction"
    raise LoadError(f"verification failed: function `{func.name}`, word {pc}: {name}: {text}")


def layout(tables: Tables, func: Func) -> Layout:
    """Decode ``func``. Errors: `LoadError`."""
    words = tables.image.code[func.start : func.start + func.length].tolist()
    out = Layout(words)
    pcs = out.pcs
    #: ends of blocks: place of the last instruction -> where it may go, whether also to the next one
    ends: dict[int, tuple[list[int], bool]] = {}
    leaders = {0}
    marks: list[tuple[int, int, int]] = []
    lands: list[int] = []
    n = len(words)
    pc = 0
    try:
        while pc < n:
            word = words[pc]
            code = word & 0xFFFF
            pcs.append(pc)
            if _SINGLE[code]:
                if word & _UNUSED[code]:
                    refuse(func, pc, word, _NOT_ZERO)
                pc += 1
                continue
            op = OPS[code]
            after = pc + op.words
            role = _ROLES[code]
            if op.words == 2:
                word |= words[pc + 1] << 64
            if word & _UNUSED[code]:
                refuse(func, pc, word, _NOT_ZERO)
            if role == _LIST:
                count = _words_of(tables.image, word) if op.list == "fields" else list_count(op, word)
                pc = after + (count + 3) // 4
                if count & 3 and pc <= n and words[pc - 1] >> 16 * (count & 3):
                    refuse(func, pcs[-1], word, _NOT_ZERO)
                continue
            if role == _PLAIN:
                pc = after
                continue
            if role == _JUMP or role == _BRANCH:
                shift, bits = _DISTANCES[op.code]
                distance = signed(word >> shift & (1 << bits) - 1, bits)
                if (distance < 0) != _BACKWARD[op.code]:
                    refuse(func, pc, word, "jump in the wrong direction")
                ends[pc] = [after + distance], role == _BRANCH
                leaders.add(after + distance)
                if after < n:
                    leaders.add(after)
            elif role == _END or role == _TAIL:
                ends[pc] = [], False
                if op.list:
                    count = list_count(op, word)
                    after += (count + 3) // 4
                    if count & 3 and after <= n and words[after - 1] >> 16 * (count & 3):
                        refuse(func, pc, word, _NOT_ZERO)
                if after < n:
                    leaders.add(after)
                out.resumes |= role == _TAIL
            elif role == _SWITCH:
                after += list_words(op, word)
                targets = _table(func, pc, word, words[pc + 2 : after], after)
                ends[pc] = targets, False
                leaders.update(targets)
                if after < n:
                    leaders.add(after)
            elif role == _MARK:
                target = after + signed(word >> 32 & 0xFFFFFFFF, 32)
                marks.append((pc, target, word >> 64 & 0xFFFFFFFF))
                leaders.add(target)
            elif role == _LAND:
                lands.append(pc)
                leaders.add(pc)
            else:
                out.callees.append(word >> 64 & 0xFFFFFFFF)
            pc = after
    except IndexError:
        refuse(func, pc, words[pc], "invalid instruction")
    if pc != n:
        refuse(func, pcs[-1], words[pcs[-1]], "runs over the end of the function")
    if pcs[-1] not in ends or ends[pcs[-1]][1]:
        refuse(func, pcs[-1], words[pcs[-1]], "execution falls off the end of the function")
    _blocks(out, func, leaders, ends)
    if marks or lands:
        _landings(out, tables, func, marks, lands, ends)
    return out


def _words_of(image: Image, word: int) -> int:
    """Number of words of the shape in field b."""
    return len(image.shapes[word >> 32 & 0xFFFF].fields)


def _table(func: Func, pc: int, word: int, table: list[int], after: int) -> list[int]:
    """The targets of a switch."""
    count = (word >> 32 & 0xFFFF) + 1
    if len(table) < (count + 1) // 2:
        refuse(func, pc, word, "runs over the end of the function")
    out = set()
    for n in range(count):
        distance = table[n >> 1] >> 32 * (n & 1) & 0xFFFFFFFF
        if distance >> 31:
            refuse(func, pc, word, "jump in the wrong direction")
        out.add(after + distance)
    if count & 1 and table[-1] >> 32:
        refuse(func, pc, word, _NOT_ZERO)
    return sorted(out)


def _blocks(out: Layout, func: Func, leaders: set[int], ends: dict[int, tuple[list[int], bool]]) -> None:
    """Cut the instructions into blocks."""
    pcs = out.pcs
    position = dict(zip(pcs, range(len(pcs)), strict=True))
    starts = sorted(leaders)
    try:
        first = [position[pc] for pc in starts]
    except KeyError as e:
        at = next((pc for pc, (targets, _) in ends.items() if e.args[0] in targets), 0)
        refuse(func, at, out.words[at], "jump to what is no instruction")
    block = dict(zip(starts, range(len(starts)), strict=True))
    first.append(len(pcs))
    succs = out.succs
    for b in range(len(starts)):
        end = ends.get(pcs[first[b + 1] - 1])
        if end is None:
            succs.append([b + 1])
        else:
            to = [block[t] for t in end[0]]
            if end[1] and b + 1 not in to:
                to.append(b + 1)
            succs.append(to)
    out.first = first


def _landings(
    out: Layout,
    tables: Tables,
    func: Func,
    marks: list[tuple[int, int, int]],
    lands: list[int],
    ends: dict[int, tuple[list[int], bool]],
) -> None:
    """Find the landing points; one that takes a value is entered by exits only, all with values of one type."""
    words = out.words
    if marks and not func.has_marks:
        refuse(func, marks[0][0], words[marks[0][0]], "the function is not said to have marks")
    block = {out.pcs[first]: b for b, first in enumerate(out.first[:-1])}
    taken = set(lands)
    for pc, target, type in marks:
        out.marks[pc] = block[target]
        if type >= tables.base:
            refuse(func, pc, words[pc], "type out of range")
        if target in taken and out.landing.setdefault(target, tables.codes[type]) != tables.codes[type]:
            refuse(func, target, words[target], "values of several types")
    reached = {t for targets, _ in ends.values() for t in targets}
    for pc in lands:
        if pc not in out.landing:
            refuse(func, pc, words[pc], "not at a landing point")
        b = block[pc]
        before = ends.get(out.pcs[out.first[b] - 1]) if b else None
        if pc in reached or before is None or before[1]:
            refuse(func, pc, words[pc], "reached by other ways than exits")
