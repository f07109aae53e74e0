"""Code verifier, third layer: what the registers of a function hold, on every path.

Abstract interpretation over the basic blocks: the state is a code (`rusk.code.verifier_tables`) for each register. Where paths meet, a register holds
what both agree on: closures become their function type, different references ANY (functions the type that
both fit), anything else UNDEF. Blocks are walked in their order, which is
nearly topological, until nothing changes; most are walked once.

Marks. While a mark of the running activation is active, every call may end at its landing point, with the registers below the window as they
are. So the state also says which marks may be active: ``deep``, those that are, in order, as far as all paths agree; and ``loose``, others
that may be. A token register remembers which mark it names (code ``TOKEN + place``, a subtype of int), so that `Unmark` can take marks off
``deep``. Invariants: every active mark is in ``deep`` or ``loose``; every mark in ``deep`` is active, its latest run younger than those of the marks
before it; a register with the token of a mark in ``deep`` holds the token of its latest run. So an `Unmark` of a token that may be any other leaves
no mark certain: it may take off marks of ``deep``, too.
"""

from __future__ import annotations

from rusk.code.image import NEVER
from rusk.code.opcodes import OPS
from rusk.code.verifier_layout import Layout, layout, refuse
from rusk.code.verifier_tables import ANY, NOTHING, SEVERAL, UNDEF, Tables, fail

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, NoReturn

    #: (deep, loose)
    Marks = tuple[tuple[int, ...], frozenset[int]]
    #: X registers, R registers, marks
    State = tuple[list[int], list[int], Marks]

    #: checks an instruction, given its place and its word, and updates the state
    Check = Callable[["Body", int, int], None]

TOKEN: Final = 1 << 40

#: registers of all blocks of a function together
_MOST_SLOTS: Final = 1 << 25

_NO_MARKS: Final[Marks] = ((), frozenset())

SCALARS: Final = ("unit", "bool", "int", "float", "byte", "char")

INT_CODE: Final = SCALARS.index("int")


class Body:
    """A function being checked. ``x``, ``r``, ``marks``: the state before the current instruction. ``work``: what may still be done, for all
    functions together."""

    __slots__ = (
        "tables", "index", "func", "ret", "layout", "words", "x", "r", "marks", "undef_x", "undef_r", "states", "pending", "work", "relies",
    )  # fmt: skip

    def __init__(self, tables: Tables, index: int, work: int) -> None:
        self.tables = tables
        self.index = index
        self.func = tables.image.funcs[index]
        never = tables.image.types[self.func.ret].kind == NEVER
        self.ret = SEVERAL if self.func.results else NOTHING if never else tables.codes[self.func.ret]
        self.layout: Layout = layout(tables, self.func)
        self.words = self.layout.words
        self.undef_x = [UNDEF] * self.func.nx
        self.undef_r = [UNDEF] * self.func.nr
        self.x = self.undef_x[:]
        self.r = self.undef_r[:]
        self.marks: Marks = _NO_MARKS
        blocks = len(self.layout.succs)
        self.states: list[State | None] = [None] * blocks
        self.pending = bytearray(blocks)
        self.work = work
        #: whether accesses are unchecked, which `rusk.code.verifier_bounds` has to allow
        self.relies = False

    # --- the fixpoint

    def run(self, checks: list[Check]) -> None:
        """Check all instructions that can be reached. Errors: `LoadError`."""
        sig = self.tables.funcs[self.index]
        func = self.func
        blocks = len(self.states)
        size = func.nx + func.nr + 2
        if blocks * size > _MOST_SLOTS:
            fail(f"function `{func.name}` is too large to be verified")
        self.x[: len(sig.xs)] = sig.xs
        self.r[: len(sig.rs)] = sig.rs
        if func.env >= 0:
            self.r[len(sig.rs)] = self.tables.base + func.env
        words = self.words
        pcs = self.layout.pcs
        first = self.layout.first
        succs = self.layout.succs
        states = self.states
        pending = self.pending
        self.flow(0, self.x, self.r, self.marks)
        pc = 0
        try:
            while True:
                b = pending.find(1)
                if b < 0:
                    return
                pending[b] = 0
                state = states[b]
                assert state is not None
                self.x = state[0][:]
                self.r = state[1][:]
                self.marks = state[2]
                low, high = first[b], first[b + 1]
                self.spend(high - low + size)
                for pc in pcs[low:high]:
                    word = words[pc]
                    checks[word & 0xFFFF](self, pc, word)
                for to in succs[b]:
                    self.flow(to, self.x, self.r, self.marks)
        except IndexError:
            self.refuse(pc, "operand out of range")

    def flow(self, to: int, x: list[int], r: list[int], marks: Marks) -> None:
        """Control may go to block ``to`` with this state, which must not be changed any more."""
        old = self.states[to]
        if old is not None:
            if old[0] == x and old[1] == r and old[2] == marks:
                return
            self.spend(len(x) + len(r))
            x = self.meet_x(old[0], x)
            r = self.meet_r(old[1], r)
            marks = self.meet_marks(old[2], marks)
            if old[0] == x and old[1] == r and old[2] == marks:
                return
        self.states[to] = x, r, marks
        self.pending[to] = 1

    def spend(self, steps: int) -> None:
        """Account for work that a hostile program could have done without end."""
        self.work -= steps
        if self.work < 0:
            fail(f"function `{self.func.name}` is too complex to be verified")

    # --- where paths meet

    def meet_x(self, old: list[int], new: list[int]) -> list[int]:
        if old == new:
            return old
        out = []
        for a, b in zip(old, new, strict=True):
            if a != b:
                a = INT_CODE if (a == INT_CODE or a >= TOKEN) and (b == INT_CODE or b >= TOKEN) else UNDEF
            out.append(a)
        return out

    def meet_r(self, old: list[int], new: list[int]) -> list[int]:
        if old == new:
            return old
        out = []
        for a, b in zip(old, new, strict=True):
            if a != b:
                if a < 0 or b < 0:
                    a = UNDEF
                else:
                    a, b = self.value(a), self.value(b)
                    if not self.tables.fits(b, a):
                        a = b if self.tables.fits(a, b) else ANY
            out.append(a)
        return out

    def meet_marks(self, old: Marks, new: Marks) -> Marks:
        if old == new:
            return old
        n = 0
        for a, b in zip(old[0], new[0], strict=False):
            if a != b:
                break
            n += 1
        return old[0][:n], old[1] | new[1] | frozenset(old[0][n:]) | frozenset(new[0][n:])

    def value(self, code: int) -> int:
        """The type of a reference: for a closure, its function type."""
        base = self.tables.base
        return code if code < base else self.tables.codes[self.tables.image.shapes[code - base].type]

    # --- marks

    def exits(self, wx: int, wr: int) -> None:
        """Control may go to the landing points of the active marks, with the registers below wx, wr."""
        deep, loose = self.marks
        if not deep and not loose:
            return
        x = self.x[:wx] + self.undef_x[wx:]
        r = self.r[:wr] + self.undef_r[wr:]
        landing = self.layout.marks
        for n, mark in enumerate(deep):
            self.flow(landing[mark], x, r, (deep[: n + 1], loose))
        if loose:
            rest = loose.union(deep)
            for mark in sorted(loose):
                self.flow(landing[mark], x, r, ((), rest))

    # --- operands

    def scalar(self, pc: int, reg: int, want: int) -> None:
        """X register ``reg`` must hold a scalar of type ``want``; called when it is not just that."""
        got = self.x[reg]
        if got != want and not (want == INT_CODE and got >= TOKEN):
            self.refuse(pc, f"x{reg} holds {self.name(got)}, not {self.name(want)}")

    def reference(self, pc: int, reg: int, want: int) -> None:
        """R register ``reg`` must hold a reference of type ``want``."""
        got = self.r[reg]
        if got == want or (got >= 0 and want == ANY):
            return
        if got < 0 or want < 0 or not self.tables.fits(self.value(got), want):
            self.refuse(pc, f"r{reg} holds {self.name(got)}, not {self.name(want)}")

    def name(self, code: int) -> str:
        """A code, for messages."""
        if code == SEVERAL:
            return "several results"
        if code < 0:
            return "no value"
        if code >= TOKEN:
            return "a token"
        if code == ANY:
            return "any reference"
        return self.tables.image.types[self.value(code)].text

    def refuse(self, pc: int, text: str) -> NoReturn:
        refuse(self.func, pc, self.words[pc], text)


def all_checks() -> list[Check]:
    """The check of each opcode."""
    from rusk.code import verifier_calls, verifier_objects, verifier_scalars

    custom = {**verifier_scalars.CHECKS, **verifier_objects.CHECKS, **verifier_calls.CHECKS}
    out = []
    for op in OPS:
        check = custom.get(op.name)
        if check is None:
            bare = (
                op.name[3:]
                if op.name.startswith("Jmp")
                else op.name[4:]
                if op.name.startswith("Loop")
                else ""
            )
            check = custom.get("@" + bare)
        out.append(check if check is not None else verifier_scalars.plain(op))
    return out
