"""What the registers of a suspended activation hold: the types the verifier knows, cut down to those that are still needed.

A saved session (``docs/language/08-host.md`` §7.4) has in it what will be read again and nothing else, and what is loaded must be what the verifier has
proved for that place. Both come from here. An activation stands

* *before* an instruction, when it is the running one, or
* *behind* a call (of a function, the host, a handler, an operation, a continuation), whose result is to come: then only the registers below the
  call's window count.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from rusk.code.bounds import BEYOND
from rusk.code.opcodes import OPS, WIDTH, list_count
from rusk.code.verifier_bounds import Bounds
from rusk.code.verifier_tables import ANY, UNDEF, Sig, Tables, fail
from rusk.code.verifier_types import INT_CODE, TOKEN, Body, all_checks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.image import Image
    from rusk.code.opcodes import Op
    from rusk.code.verifier_types import Check

    #: registers with the codes (`rusk.code.verifier_tables`) of what they hold
    Registers = tuple[tuple[int, int], ...]

#: work allowed for each function, as in `rusk.code.verifier`; the code has passed it already
_WORK: Final = 1 << 40

#: calls by the instruction that waits; PUSHED: what awaits the end of a continuation that the host has put on top, and forgets its result
CALL, CALL_WIDE, CALL_HOST, HANDLE, PERFORM, RESUME, PUSHED = range(7)

_KINDS: Final = {
    "Call": CALL,
    "CallW": CALL_WIDE,
    "CallValue": CALL,
    "CallIface": CALL,
    "CallHost": CALL_HOST,
    "Handle": HANDLE,
    "Perform": PERFORM,
    "ResumeX": RESUME,
    "ResumeR": RESUME,
}


class Place:
    """A place in a function where an activation stands. ``xs``, ``rs``: the registers that are needed. ``landing``: the type of the value on its way, at
    the beginning of a landing point; UNDEF elsewhere.

    Behind a call: ``kind`` (-1 otherwise), ``wx``, ``wr``: its window, ``ret``: what results, as `Frames.result` says; ``param_xs``, ``param_rs``:
    codes of the arguments, in the window, of a `Perform`. ``resumes``: the function has a tail resumption.
    """

    __slots__ = ("func", "resumes", "xs", "rs", "landing", "kind", "wx", "wr", "ret", "param_xs", "param_rs")

    def __init__(self, func: int, resumes: bool, xs: Registers, rs: Registers) -> None:
        self.func = func
        self.resumes = resumes
        self.xs = xs
        self.rs = rs
        self.landing = UNDEF
        self.kind = -1
        self.wx = 0
        self.wr = 0
        self.ret = UNDEF
        self.param_xs: tuple[int, ...] = ()
        self.param_rs: tuple[int, ...] = ()


class _Use:
    """What an instruction reads and writes: a bit for each register, by file. A call loses the registers from ``lost_x``, ``lost_r`` on."""

    __slots__ = ("read_x", "write_x", "read_r", "write_r", "lost_x", "lost_r")

    def __init__(self) -> None:
        self.read_x = 0
        self.write_x = 0
        self.read_r = 0
        self.write_r = 0
        self.lost_x = -1
        self.lost_r = -1


class _Function:
    """One function: the verifier's states, and which registers are needed at the beginning of each block."""

    __slots__ = ("tables", "index", "body", "start", "uses", "calls", "need_x", "need_r", "bounds")

    def __init__(self, tables: Tables, index: int, checks: list[Check]) -> None:
        self.tables = tables
        self.index = index
        self.body = Body(tables, index, _WORK)
        self.body.run(checks)
        self.bounds = Bounds(self.body) if self.body.relies else None
        self.start = self.body.func.start
        blocks = len(self.body.states)
        #: by place of the instruction, of those that can be reached
        self.uses: dict[int, _Use] = {}
        self.calls: dict[int, tuple[int, Sig]] = {}
        self.need_x = [0] * blocks
        self.need_r = [0] * blocks
        for b in range(blocks):
            self._walk(b, checks)
        self._solve()

    # --- reading code

    def enter(self, block: int) -> bool:
        """Put the state at the beginning of ``block`` into `body`; False if it is never reached."""
        state = self.body.states[block]
        if state is None:
            return False
        self.body.x = state[0][:]
        self.body.r = state[1][:]
        self.body.marks = state[2]
        return True

    def _walk(self, block: int, checks: list[Check]) -> None:
        if not self.enter(block):
            return
        layout = self.body.layout
        words = layout.words
        for pc in layout.pcs[layout.first[block] : layout.first[block + 1]]:
            word = words[pc]
            op = OPS[word & 0xFFFF]
            self.uses[pc] = self._use(op, pc, word)
            checks[op.code](self.body, pc, word)

    def _use(self, op: Op, pc: int, word: int) -> _Use:
        words = self.body.words
        use = _Use()
        whole = word | words[pc + 1] << 64 if op.words == 2 else word
        shift = 16
        shape = 0
        for kind, _ in op.fields:
            value = whole >> shift & 0xFFFF
            shift += 16 * WIDTH.get(kind, 1)
            bit = 1 << value
            if kind in ("x", "M"):
                use.read_x |= bit
            if kind in ("X", "M"):
                use.write_x |= bit
            if kind == "r":
                use.read_r |= bit
            if kind == "R":
                use.write_r |= bit
            if kind == "s":
                shape = value
        if op.list and op.list != "table":
            self._list(op, pc, word, shape, use)
        if op.name in _KINDS:
            self._call(op, pc, word, use)
        return use

    def _list(self, op: Op, pc: int, word: int, shape: int, use: _Use) -> None:
        shapes = self.tables.image.shapes
        count = len(shapes[shape].fields) if op.list == "fields" else list_count(op, word)
        scalars = 0
        if op.list == "fields":
            nrefs = shapes[shape].nrefs
        elif op.list == "results":
            scalars = word >> 16 & 0xFFFF
            nrefs = count
        elif op.list == "r" or op.list == "elems" and shapes[shape].elem == 2:
            nrefs = count
        else:
            nrefs = 0
        words = self.body.words
        for n in range(count):
            bit = 1 << (words[pc + op.words + n // 4] >> 16 * (n & 3) & 0xFFFF)
            if scalars <= n < nrefs:
                use.read_r |= bit
            else:
                use.read_x |= bit

    def _call(self, op: Op, pc: int, word: int, use: _Use) -> None:
        tables = self.tables
        body = self.body
        wx = word >> 16 & 0xFFFF
        wr = word >> 32 & 0xFFFF
        c = word >> 48
        name = op.name
        if name == "Call":
            sig = tables.funcs[c]
        elif name == "CallW":
            sig = tables.funcs[body.words[pc + 1] & 0xFFFFFFFF]
        elif name == "CallValue":
            sig = tables.values[body.value(body.r[c])]
        elif name == "CallIface":
            sig = tables.slots[c]
        elif name == "CallHost":
            sig = tables.imports[c]
        elif name == "Perform":
            sig = tables.ops[c]
        elif name == "Handle":
            sig = Sig([], [ANY] * (tables.image.handlers[c].nclosures + 1), tables.results[c])
        else:
            param, ret = tables.image.types[body.r[c]].args
            never = tables.image.types[ret].kind == ANY
            code = tables.codes[param]
            taken: tuple[list[int], list[int]] = ([], [code]) if name == "ResumeR" else ([code], [])
            sig = Sig(*taken, UNDEF if never else tables.codes[ret])
        use.read_x |= (1 << len(sig.xs)) - 1 << wx
        use.read_r |= (1 << len(sig.rs)) - 1 << wr
        use.lost_x = wx
        use.lost_r = wr
        self.calls[pc] = _KINDS[name], sig

    # --- which registers are needed

    def _before(self, pc: int, x: int, r: int) -> tuple[int, int]:
        """What is needed before the instruction at ``pc`` when x, r are needed behind it."""
        use = self.uses[pc]
        if use.lost_x >= 0:
            x &= (1 << use.lost_x) - 1
            r &= (1 << use.lost_r) - 1
            x, r = self._landings(x, r, use.lost_x, use.lost_r)
        elif OPS[self.body.words[pc] & 0xFFFF].name in ("ExitX", "ExitR"):
            x, r = self._landings(x, r, self.body.func.nx, self.body.func.nr)
        return x & ~use.write_x | use.read_x, r & ~use.write_r | use.read_r

    def _landings(self, x: int, r: int, wx: int, wr: int) -> tuple[int, int]:
        """A call may end at any landing point: what they need, too. More than needed does no harm; what has no value is left out later."""
        for b in self.body.layout.marks.values():
            x |= self.need_x[b] & (1 << wx) - 1
            r |= self.need_r[b] & (1 << wr) - 1
        return x, r

    def behind(self, block: int) -> tuple[int, int]:
        """What is needed at the end of ``block``."""
        x = r = 0
        for to in self.body.layout.succs[block]:
            x |= self.need_x[to]
            r |= self.need_r[to]
        return x, r

    def _solve(self) -> None:
        layout = self.body.layout
        changed = True
        while changed:
            changed = False
            for b in range(len(self.need_x) - 1, -1, -1):
                if self.body.states[b] is None:
                    continue
                x, r = self.behind(b)
                for pc in reversed(layout.pcs[layout.first[b] : layout.first[b + 1]]):
                    x, r = self._before(pc, x, r)
                if x != self.need_x[b] or r != self.need_r[b]:
                    self.need_x[b] = x
                    self.need_r[b] = r
                    changed = True

    # --- asking

    def needed(self, at: int) -> tuple[int, int, int]:
        """The block of instruction number ``at``, and what is needed before that instruction."""
        layout = self.body.layout
        block = bisect_right(layout.first, at) - 1
        x, r = self.behind(block)
        for pc in reversed(layout.pcs[at : layout.first[block + 1]]):
            x, r = self._before(pc, x, r)
        return block, x, r

    def relies_on_facts(self, at: int, block: int) -> bool:
        """Whether the code from instruction number ``at`` on may rely on what has been found out before it: `rusk.code.bounds`."""
        if self.bounds is None:
            return False
        layout = self.body.layout
        return layout.words[layout.pcs[at]] & 0xFFFF not in BEYOND and bool(
            self.bounds.walk(block, at, False)
        )

    def state(self, at: int, block: int, checks: list[Check]) -> tuple[list[int], list[int]]:
        """The codes of the registers before instruction number ``at``, of ``block``."""
        body = self.body
        layout = body.layout
        self.enter(block)
        for pc in layout.pcs[layout.first[block] : at]:
            checks[body.words[pc] & 0xFFFF](body, pc, body.words[pc])
        return body.x, body.r


def _bits(mask: int, codes: list[int]) -> Registers:
    """The registers of ``mask`` that hold something. Tokens are ints."""
    out = []
    n = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        n += skip
        if codes[n] != UNDEF:
            out.append((n, codes[n] if codes[n] < TOKEN else INT_CODE))
        mask >>= skip + 1
        n += 1
    return tuple(out)


class Frames:
    """The places of one program; ``image`` must have passed the verifier. What has been asked once is kept."""

    __slots__ = ("image", "tables", "_functions", "_checks", "_several")

    def __init__(self, image: Image) -> None:
        self.image = image
        self.tables = Tables(image)
        self._functions: dict[int, _Function] = {}
        self._checks = all_checks()
        self._several: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}

    def result(self, sig: Sig) -> int:
        """The code of what a call leaves behind: of its result; UNDEF if it never returns; another number below 0 for each form of several results."""
        if sig.more is None:
            return sig.ret
        form = tuple(sig.more[0]), tuple(sig.more[1])
        return self._several.setdefault(form, UNDEF - 1 - len(self._several))

    def _function(self, pc: int) -> _Function:
        if not 0 <= pc < len(self.image.code):
            fail("a place outside of the code")
        index = self.image.func_at(pc)
        function = self._functions.get(index)
        if function is None:
            function = self._functions[index] = _Function(self.tables, index, self._checks)
        return function

    def _number(self, function: _Function, pc: int) -> int:
        """The number of the instruction that begins at ``pc`` in its function."""
        pcs = function.body.layout.pcs
        at = bisect_left(pcs, pc)
        if at == len(pcs) or pcs[at] != pc or pc not in function.uses:
            fail("a place that is no instruction, or is never reached")
        return at

    def before(self, pc: int) -> Place:
        """The place before the instruction at word ``pc`` of the code. Errors: `LoadError` if there is none, or it cannot be reached."""
        function = self._function(pc)
        own = pc - function.start
        at = self._number(function, own)
        block, need_x, need_r = function.needed(at)
        if function.relies_on_facts(at, block):
            fail("a place where no session pauses")
        x, r = function.state(at, block, self._checks)
        place = Place(function.index, function.body.layout.resumes, _bits(need_x, x), _bits(need_r, r))
        place.landing = function.body.layout.landing.get(own, UNDEF)
        return place

    def behind(self, pc: int) -> Place:
        """The place behind the call that ends at word ``pc``, its result yet to come. Errors: `LoadError` if no call ends there."""
        function = self._function(pc - 1)
        pcs = function.body.layout.pcs
        at = bisect_left(pcs, pc - function.start) - 1
        own = pcs[at]
        call = function.calls.get(own)
        if (
            call is None
            or (pcs[at + 1] if at + 1 < len(pcs) else function.body.func.length) != pc - function.start
        ):
            fail("a place that is not behind a call")
        use = function.uses[own]
        block = bisect_right(function.body.layout.first, at) - 1
        x, r = function.state(at, block, self._checks)
        if at + 1 < function.body.layout.first[block + 1]:
            _, need_x, need_r = function.needed(at + 1)
        else:
            need_x, need_r = function.behind(block)
        need_x, need_r = function._landings(need_x, need_r, use.lost_x, use.lost_r)
        below_x = (1 << use.lost_x) - 1
        below_r = (1 << use.lost_r) - 1
        place = Place(
            function.index,
            function.body.layout.resumes,
            _bits(need_x & below_x, x),
            _bits(need_r & below_r, r),
        )
        place.kind, sig = call
        place.wx = use.lost_x
        place.wr = use.lost_r
        place.ret = self.result(sig)
        if place.kind == PERFORM:
            place.param_xs = tuple(sig.xs)
            place.param_rs = tuple(sig.rs)
        return place

    def pushed(self) -> Place:
        """The place of an activation that stands between an interrupted one and a continuation that the host has put on top of it."""
        place = Place(-1, False, (), ())
        place.kind = PUSHED
        return place

    def finished(self, type: int) -> Place:
        """The place of a first fiber whose function has returned: it awaits a new result, of a continuation, of this type."""
        place = Place(-1, False, (), ())
        place.kind = RESUME
        place.ret = self.tables.codes[type]
        return place

    def landing(self, pc: int, type: int) -> Place:
        """The place at word ``pc``, which must be the landing point of a `Mark` with a value of type ``type``. Errors: `LoadError`."""
        place = self.before(pc)
        function = self._function(pc)
        layout = function.body.layout
        own = pc - function.start
        for mark, block in layout.marks.items():
            if layout.pcs[layout.first[block]] == own and layout.words[mark + 1] & 0xFFFFFFFF == type:
                return place
        fail("a mark that is not one of its function")
