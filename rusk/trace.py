"""`rusk run --trace` (docs/trace.md): what a program does, a line for each call, result, effect and resumption.

The session runs in the loop that counts, which stops before every instruction that begins one of these (`Session.stop_at`); the ordinary loop knows nothing
of it. What a stop means is read off the instruction and the registers of the running activation, so nothing is traced that does not happen. A program
should be compiled without optimisation: a call that has been inlined is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rusk._interp import STOP, TRAPPED
from rusk.code import image as im
from rusk.code.disasm import instruction_words
from rusk.code.opcodes import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rusk._interp import Session
    from rusk.code.image import Func, Image

#: characters of a value that are shown
_VALUE: Final = 60

#: how the paths of files of the library begin
_LIBRARY: Final = ("<core::", "<std::")

#: levels of indentation that are shown; what is deeper has its depth written before it
_LEVELS: Final = 24


def _codes(names: str) -> frozenset[int]:
    return frozenset([BY_NAME[name].code for name in names.split()])


_CALLS: Final = _codes("Call CallW CallValue CallIface Handle Perform")
_RETURNS_X: Final = _codes("RetX RetMX")
_RETURNS_R: Final = _codes("RetR RetMR")
_RETURNS_INT: Final = _codes("RetI")
_RETURNS: Final = (
    _RETURNS_X | _RETURNS_R | _RETURNS_INT | _codes("Ret RetM RetXX RetXR RetIX RetIR RetII RetN")
)
_RESUMES: Final = _codes("ResumeX ResumeR")
_TAIL_RESUMES: Final = _codes("TailResumeX TailResumeR")
_EXITS: Final = _codes("ExitX ExitR")
_HOST: Final = BY_NAME["CallHost"].code
_PERFORM: Final = BY_NAME["Perform"].code
_MARK: Final = BY_NAME["Mark"].code
_EVENTS: Final = _CALLS | _RETURNS | _RESUMES | _TAIL_RESUMES | _EXITS | {_HOST}

_EXIT_WORDS: Final = ("return", "break", "continue")

#: what is shown of a function: nothing, its effects, everything
_NOTHING, _EFFECTS, _ALL = range(3)


class _Capture:
    """A continuation that an arm got."""

    __slots__ = ("resumed",)

    def __init__(self) -> None:
        self.resumed = False


class Tracer:
    """Runs a session and tells what it does.

    session: one that has been begun. write: gets each line, with its newline. only: names of the functions that are shown, in full or their last part,
    with the closures and arms in them (empty: all). depth: levels of calls that are shown (None: all). library: also calls inside of the library;
    without it, its functions show their effects only.
    """

    def __init__(
        self,
        session: Session,
        write: Callable[[str], object],
        only: Collection[str] = (),
        depth: int | None = None,
        library: bool = False,
    ) -> None:
        self.session = session
        self.write = write
        self.depth = depth
        self.image: Image = session.code.image
        self.show = [self._shown(f, only, library) for f in self.image.funcs]
        #: functions of arms: the operation, and whether they abandon what performs it
        self.arms: dict[int, tuple[str, bool]] = {}
        #: functions of the bodies of handling matches: the operations that are handled
        self.bodies: dict[int, str] = {}
        for handler in self.image.handlers:
            names = [self.image.ops[c.op].name for c in handler.clauses]
            self.bodies[handler.body_func] = ", ".join(dict.fromkeys(names))
            for c in handler.clauses:
                self.arms[c.arm_func] = self.image.ops[c.op].name, c.mode == im.ABORT
        #: first words of functions
        self.starts = {f.start: n for n, f in enumerate(self.image.funcs)}
        # A function may begin with a loop: coming to its first word is a call only if the stop before was one.
        self.calling = True
        #: the word behind a host call that gives a value, while it runs
        self.host = -1
        #: the exit that is under way: its word, activations before it
        self.exit: tuple[int, int] | None = None
        #: activations when an operation was performed last
        self.performed = 0
        #: arms that run, by activation, and continuations by their numbers: the same capture
        self.running: dict[tuple[int, int, int], _Capture] = {}
        self.captures: dict[int, _Capture] = {}
        #: activations at the last stop, and one more: where a trap is told
        self.indent = 0
        session.stop_at(self._stops())

    def _shown(self, f: Func, only: Collection[str], library: bool) -> int:
        name = f.name.split("::{")[0]
        if only:
            return _ALL if name in only or name.rpartition("::")[2] in only else _NOTHING
        loc = self._loc(f.start)
        return _EFFECTS if not library and loc is not None and loc[0].startswith(_LIBRARY) else _ALL

    def _stops(self) -> bytes:
        image = self.image
        stops = bytearray(len(image.code))
        for f in image.funcs:
            at, end = f.start, f.start + f.length
            if at < end:
                stops[at] = 1
            while at < end:
                op = image.code[at] & 0xFFFF
                after = at + instruction_words(image, at)
                if op in _EVENTS:
                    stops[at] = 1
                if op == _HOST and after < end and image.imports[image.code[at] >> 48].ret != im.UNIT:
                    stops[after] = 1
                if op == _MARK:
                    landing = after + _signed32(image.code[at] >> 32)
                    stops[landing] = 1
                at = after
        return bytes(stops)

    def run(self) -> int:
        """Run the session to its end; the status it has then. KeyboardInterrupt as from `Session.step`."""
        session = self.session
        while True:
            status = session.step()
            if status != STOP:
                if status == TRAPPED:
                    self.line(self.indent, f"trap: {session.trap_message}")
                return status
            at, depth = session.stopped
            self.stop(at, depth)

    # --- lines

    def line(self, depth: int, text: str) -> None:
        """A line of something that happens with ``depth`` activations."""
        if self.depth is not None and depth > self.depth + 1:
            return
        level = max(depth - 1, 0)
        if level > _LEVELS:
            text = f"[{level}] {text}"
        self.write("  " * min(level, _LEVELS) + text + "\n")

    def _loc(self, at: int) -> tuple[str, int] | None:
        """File and line of a word of code."""
        loc = self.image.loc_at(at)
        if loc < 0:
            return None
        place = self.image.locs[loc]
        source = self.image.sources[place.source]
        return source.path, source.line_col(place.pos)[0]

    def place(self, at: int) -> str:
        """File and line of a word of code, as text behind a line."""
        loc = self._loc(at)
        return "" if loc is None else f"  ({loc[0]}:{loc[1]})"

    def values(self, types: Collection[int], x: int, r: int) -> str:
        """Values that stand one after the other in registers from X[x] and R[r] on."""
        out = []
        for t in types:
            if self.is_scalar(t):
                out.append(self.session.shown(t, x, _VALUE))
                x += 1
            else:
                out.append(self.session.shown(t, r, _VALUE))
                r += 1
        return ", ".join(out)

    def is_scalar(self, t: int) -> bool:
        """Whether values of type ``t`` stand in X registers."""
        desc = self.image.types[t]
        while desc.kind == im.READONLY:
            desc = self.image.types[desc.args[0]]
        return desc.kind in im.SCALAR_KINDS

    # --- stops

    def stop(self, at: int, depth: int) -> None:
        """Tell what begins at word ``at``, with ``depth`` activations."""
        image = self.image
        code = image.code
        word = code[at]
        op, a, b, c = word & 0xFFFF, word >> 16 & 0xFFFF, word >> 32 & 0xFFFF, word >> 48
        n = self.starts.get(at, -1)
        if n >= 0 and self.calling:
            self.entry(n, depth)
        if at == self.host:
            self.host_result(at, depth)
        self.host = -1
        n = image.func_at(at)
        show = self.show[n]
        if self.exit is not None:
            self.landing(depth, show)
        self.calling = op in _CALLS
        self.indent = depth + 1
        if op in _RETURNS:
            self.calling = image.funcs[n].kind == "guard"
            self.leave(n, op, a, word, depth)
        elif op == _PERFORM:
            self.performed = depth
            if show:
                sig = image.ops[c]
                self.line(depth + 1, f"perform {sig.name}({self.values(sig.params, a, b)})")
        elif op in _RESUMES:
            self.resume(c, a, b, depth + 1, show)
        elif op in _TAIL_RESUMES:
            self.running.pop(self.session.activation, None)
            self.resume(a, b, b, depth + 1, show)
        elif op in _EXITS:
            self.exit = at, depth
        elif op == _HOST:
            sig = image.imports[c]
            if show == _ALL:
                self.line(depth + 1, f"{sig.name}({self.values(sig.params, a, b)})")
                if sig.ret != im.UNIT:
                    self.host = at + 1

    def entry(self, n: int, depth: int) -> None:
        """Function ``n`` has been entered."""
        f = self.image.funcs[n]
        show = self.show[n]
        if n in self.arms and not self.arms[n][1]:
            self.capture(f)
        if f.kind == "guard" or not show:
            return
        if n in self.arms:
            name, abort = self.arms[n]
            params = f.params if abort else f.params[:-1]
            lost = self.performed - depth + 1
            end = f", abandons {lost} activation{'' if lost == 1 else 's'}" if abort else ""
            self.line(depth, f"@{name}({self.values(params, 0, 0)}){self.place(f.start)}{end}")
        elif n in self.bodies:
            self.line(depth, f"match {self.bodies[n]}{self.place(f.start)}")
        elif show == _ALL:
            self.line(depth, f"{f.name}({self.values(f.params, 0, 0)})")

    def capture(self, f: Func) -> None:
        """An arm has been entered that gets its continuation, as its last parameter."""
        k = sum([not self.is_scalar(t) for t in f.params[:-1]])
        _, number = self.session.suspended(k)
        self.running[self.session.activation] = self.captures[number] = _Capture()

    def leave(self, n: int, op: int, a: int, word: int, depth: int) -> None:
        """Function ``n`` returns."""
        f = self.image.funcs[n]
        show = self.show[n]
        captures = n in self.arms and not self.arms[n][1]
        captured = self.running.pop(self.session.activation, None) if captures else None
        if f.kind == "guard" or not show:
            return
        if op in _RETURNS_X or op in _RETURNS_R:
            value = self.session.shown(f.ret, a, _VALUE)
        elif op in _RETURNS_INT:
            value = str(_signed32(word >> 32))
        else:
            value = "()"
        if n in self.arms or n in self.bodies:
            what = f"@{self.arms[n][0]}" if n in self.arms else "match"
            end = "" if captured is None or captured.resumed else ", without having resumed"
            self.line(depth, f"{what} => {value}{end}")
            waiting = self.session.awaiting
            if self.image.code[waiting] & 0xFFFF in _RESUMES and self.show[self.image.func_at(waiting)]:
                self.line(depth, f"resume => {value}")
        elif show == _ALL:
            self.line(depth, f"{f.name} => {value}")

    def resume(self, k: int, x: int, r: int, depth: int, show: int) -> None:
        """The continuation in R[k] is about to be resumed with a value in X[x] or R[r]."""
        at, number = self.session.suspended(k)
        captured = self.captures.pop(number, None)
        if captured is not None:
            captured.resumed = True
        if not show:
            return
        if at < 0:
            self.line(depth, "resume, used up")
            return
        ret = self.image.ops[self.image.code[at] >> 48].ret
        value = self.session.shown(ret, x if self.is_scalar(ret) else r, _VALUE)
        name = self.image.funcs[self.image.func_at(at)].name
        self.line(depth, f"resume({value}) in {name}{self.place(at)}")

    def host_result(self, at: int, depth: int) -> None:
        """A host function has returned to word ``at``."""
        word = self.image.code[at - 1]
        ret = self.image.imports[word >> 48].ret
        register = word >> 16 & 0xFFFF if self.is_scalar(ret) else word >> 32 & 0xFFFF
        self.line(depth + 1, f"=> {self.session.shown(ret, register, _VALUE)}")

    def landing(self, depth: int, show: int) -> None:
        """A `return`, `break` or `continue` has left handling matches."""
        assert self.exit is not None
        start, before = self.exit
        self.exit = None
        if show:
            kind = _EXIT_WORDS[self.image.code[start] >> 48]
            lost = before - depth
            self.line(
                depth + 1,
                f"{kind} out of match{self.place(start)}, abandons {lost} activation{'' if lost == 1 else 's'}",
            )


def _signed32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value
