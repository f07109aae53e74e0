"""Instruction selection: a cleaned MIR function -> LIR."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rusk.code import image as im
from rusk.code.branches import Branches
from rusk.code.lir import NONE, CodeTooLarge, Const, LCall, LInstr, R, X
from rusk.code.opcodes import BY_NAME
from rusk.code.prepare import Prepared, constant
from rusk.code.primitives import (
    BY_ELEMENT,
    BY_KEY,
    COMMUTES,
    COMPARE,
    COMPARE_IMMEDIATE,
    DIRECT,
    FLIPPED,
    FRESH_ARRAY,
    NUMBERED,
    RIGHT,
)
from rusk.code.tables import LIMIT, extern_of
from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CALLS
from rusk.mir.templates import is_placeholder
from rusk.types.terms import ARRAY, BOOL, BYTE, BYTES, CONT, FN, IFACE, INT, NEVER, UNIT, is_reference

if TYPE_CHECKING:
    from rusk.code.lir import LFunction
    from rusk.code.tables import Tables
    from rusk.mir.ir import Function, Instr
    from rusk.types.terms import Type

_ELEMENTS: Final = {im.E_WORD: "W", im.E_BYTE: "B", im.E_REF: "R"}

#: elements of an array literal made at once; more are appended one by one, so that a long literal needs few registers
_CHUNK: Final = 64

#: operations with which `Selector.find_fusions` has to do
_STORES: Final = frozenset(("set", "cell_set", "index_set", "__string_next_byte"))

#: instructions that load and store a word in memory, with the fused addition
_LOADS: Final = {"set": "get", "cell_set": "cell_get", "index_set": "index"}


def select(fn: Function, tables: Tables, owner: int) -> LFunction:
    """The LIR of ``fn``, which is function number ``owner`` of the image."""
    return Selector(fn, tables, owner).run()


class Selector(Branches):
    """``owner``: number of the function. ``fusions``: instructions that are done in another way, by place in the block."""

    __slots__ = ("owner", "fusions")

    def __init__(self, fn: Function, tables: Tables, owner: int) -> None:
        super().__init__(fn, Prepared(fn, tables), tables)
        self.owner = owner
        self.fusions: dict[int, Callable[[], None]] = {}

    def run(self) -> LFunction:
        p = self.p
        if self.fn.landings:
            self.out.has_marks = any(
                [i.op == "mark" for b, instrs in enumerate(p.instrs) if p.alive[b] for i in instrs]
            )
        for b, instrs in enumerate(p.instrs):
            if p.alive[b]:
                self.at = b
                self.find_hoist()
                self.start(self.heads[b])
                self.block(instrs)
                self.tails[b] = self.current
        return self.finish()

    def block(self, instrs: list[Instr]) -> None:
        term = self.p.terms[self.at]
        skip = self.skip
        skip.clear()
        fused = self.fuse(term, instrs) if term.op == "branch" or term.op == "switch" else []
        fusions = self.fusions
        fusions.clear()
        for i in instrs:
            if i.op in _STORES:
                self.find_fusions(instrs)
                break
        plain = not skip and not fusions
        for n, i in enumerate(instrs):
            if not plain:
                if n in skip:
                    continue
                other = fusions.get(n)
                if other is not None:
                    other()
                    continue
            self.loc = i.loc
            op = i.op
            method = _METHODS.get(op)
            if method is not None:
                method(self, i)
            elif op == "panic":
                self.end("Panic", [self.reg(i.args[0])])
                return
            else:
                self.primitive(i)
        self.terminate(term, fused)

    # --- fused memory operations

    def find_fusions(self, instrs: list[Instr]) -> None:
        """Find ``o.f = o.f + e``, ``a[i] = a[i] + e`` and the step of a loop over the characters of a string."""
        made: dict[int, int] = {}
        write = trap = -1  # the last instruction that changes memory; that may trap
        for n, i in enumerate(instrs):
            op = i.op
            if op in _STORES:
                if op == "__string_next_byte":
                    self.find_step(n, i, instrs)
                else:
                    self.find_update(n, i, instrs, made, write, trap)
                write = n
                if op == "index_set":
                    trap = n
            elif op in CALLS:
                write = trap = n
            elif op == "index" or op == "from_iface":
                trap = n
            else:
                kind = INTRINSICS.get(op)
                if kind is not None and kind != "pure":
                    if kind == "write":
                        write = n
                    trap = n
            if i.dst >= 0:
                made[i.dst] = n

    def find_update(
        self, n: int, store: Instr, instrs: list[Instr], made: dict[int, int], write: int, trap: int
    ) -> None:
        load_op = _LOADS[store.op]
        v = store.args[-1]
        at = made.get(v, -1)
        if at < 0 or self.uses[v] != 1 or at in self.skip:
            return
        add = instrs[at]
        if add.op not in ("int_add", "int_sub"):
            return
        for which in (0, 1) if add.op == "int_add" else (0,):
            old = add.args[which]
            rest = add.args[1 - which]
            k = made.get(old, -1)
            if k < 0 or k > at or self.uses[old] != 1 or k <= write:
                continue
            load = instrs[k]
            if load.op != load_op or load.data != store.data or load.args != store.args[:-1]:
                continue
            if any([made.get(a, -1) >= k for a in load.args]) or made.get(rest, -1) > at:
                continue
            if load_op == "index" and trap != k:
                continue
            value = self.small(rest)
            if add.op == "int_sub":
                if value is None or value == -0x8000:
                    continue
                value = -value
            self.skip.add(k)
            self.skip.add(at)
            self.fusions[n] = partial(self.update, store, rest, value)
            return

    def update(self, store: Instr, rest: int, value: int | None) -> None:
        """Add register ``rest``, or ``value``, to a word in memory."""
        self.loc = store.loc
        if store.op == "index_set":
            arr, index, _ = store.args
            delta = self.reg(rest) if value is None else self.constant(self.tables.const(INT, value))
            self.emit(BY_NAME["ArrAddW"], -1, [self.reg(arr), self.reg(index), delta])
            return
        obj = self.reg(store.args[0])
        word = self.word(store.args[0], store.data) if store.op == "set" else 0
        if value is not None:
            self.emit(BY_NAME["FieldAddI"], -1, [obj], (word, value))
        else:
            self.emit(BY_NAME["FieldAdd"], -1, [obj, self.reg(rest)], (word,))

    def find_step(self, n: int, i: Instr, instrs: list[Instr]) -> None:
        s, offset = i.args
        if n == 0 or i.dst != offset or offset in self.consts:
            return
        char = instrs[n - 1]
        if char.op != "__string_char_at_byte" or char.args != i.args or char.dst < 0 or char.dst == offset:
            return
        self.skip.add(n - 1)
        self.fusions[n] = partial(self.step, char)

    def step(self, char: Instr) -> None:
        self.loc = char.loc
        self.emit(BY_NAME["StrIter"], char.dst, [self.reg(char.args[0]), char.args[1]])

    # --- constants and copies

    def load(self, i: Instr) -> None:
        c = constant(i, self.fn.vregs[i.dst], self.tables)
        if c is not None:
            self.emit(c.op, i.dst, [], c.imms)
        elif i.op == "closure":
            shape = self.tables.closure(i.data)
            self.make(i.dst, shape, i.args)
        else:
            self.variant(i)

    def copy(self, i: Instr) -> None:
        self.move(i.dst, i.args[0])

    def undef(self, i: Instr) -> None:
        """Some reference of the right type: what a register holds must have its type on every path."""
        self.dummy(i.dst, self.types.concrete.erase(self.fn.vregs[i.dst]))

    def dummy(self, dst: int, t: Any) -> None:
        """dst = some value of type ``t``, the cheapest there is (`Concrete.simplest`)."""
        types = self.types
        tables = self.tables
        if t is BYTES:
            c = tables.object(im.O_BYTES, b"")
        elif not is_reference(t):
            value: Any = {"float": 0.0, "bool": False, "char": "\0", "unit": None, "!": None}.get(t.name, 0)
            c = tables.const(UNIT if t is NEVER else t, value)
        elif t.tag == FN:
            n = tables.thunk(t)
            c = tables.object(im.O_OBJECT, shape=types.closure(n, t.params, t.ret, (), "undef"))
        elif t.tag == CONT:
            c = tables.object(im.O_CONT, shape=types.type(t))
        elif is_placeholder(t):
            self.instrs.append(
                LCall(BY_NAME["Call"], dst, ([], []), -1, (tables.stand_in(t),), [R], self.loc)
            )
            return
        elif t.tag == ARRAY:
            self.emit(BY_NAME["NewArray"], dst, [], (tables.shape(types.shape(t)), 0))
            return
        else:
            found = types.concrete.simplest(t)
            if found is not None:
                tag, parts = found
                shape = types.shape(t, max(tag, 0))
                if parts or tag < 0:
                    regs = [self.temp(R if is_reference(p) else X) for p in parts]
                    for r, p in zip(regs, parts, strict=True):
                        self.dummy(r, p)
                    self.make(dst, shape, regs)
                    return
                c = tables.object(im.O_OBJECT, shape=shape)
            else:  # a string, an interface value; or a type without such values, which the verifier will refuse
                c = tables.object(im.O_STRING, "")
        self.emit(c.op, dst, [], c.imms)

    # --- primitive operations

    def primitive(self, i: Instr) -> None:
        op = i.op
        args = i.args
        right = RIGHT.get(op)
        if right is not None:
            if self.arithmetic(i, right):
                return
        elif op in COMPARE:
            self.comparison(i)
            return
        code = DIRECT.get(op)
        if code is not None:
            uses = [self.reg(a) for a in args]
            dst = -1
            if code.fields[0][0] in "XR":
                dst = i.dst if i.dst >= 0 else self.temp(X if code.fields[0][0] == "X" else R)
            self.emit(code, dst, uses)
            return
        if op in NUMBERED:
            code, number = NUMBERED[op]
            dst = i.dst if i.dst >= 0 else self.temp(X if code.fields[0][0] == "X" else R)
            self.emit(code, dst, [self.reg(args[0])], (number,))
        elif op in FRESH_ARRAY:
            code, elem, more = FRESH_ARRAY[op]
            dst = i.dst if i.dst >= 0 else self.temp(R)
            self.emit(
                code, dst, [self.reg(a) for a in args], (self.tables.shape(self.types.array(elem)), *more)
            )
        elif op in BY_ELEMENT:
            letter = self.letter(args[0])
            result = op in ("array_remove", "__array_pop_last")
            dst = -1
            if result:
                dst = self.wanted(i.dst)
                if dst < 0:
                    dst = self.temp(R if letter == "R" else X)
            self.emit(BY_NAME[BY_ELEMENT[op] + letter], dst, [self.reg(a) for a in args])
        elif op in BY_KEY:
            m, key = args
            letter = (
                "R"
                if self.files[key] == R
                else "B"
                if self.types.concrete.erase(self.fn.vregs[key]) in (BOOL, BYTE)
                else "W"
            )
            self.emit(BY_NAME[BY_KEY[op] + letter], self.scalar(i.dst), [self.reg(m), self.reg(key)])
        elif op == "unit_to_string":
            self.emit(BY_NAME["LoadObj"], i.dst, [], (self.tables.message("()"),))
        elif op == "unit_eq" or op == "unit_ne":
            self.emit(BY_NAME["LoadBool"], i.dst, [], (int(op == "unit_eq"),))
        else:
            raise NotImplementedError(f"no instruction for {op}")

    def arithmetic(self, i: Instr, right: tuple[Any, int]) -> bool:
        """Select a form with an immediate, if the operands allow."""
        op = i.op
        a, b = i.args
        code, factor = right
        value = self.small(b, -0x7FFF if factor < 0 else -0x8000)
        if value is None and op in COMMUTES:
            value = self.small(a)
            a = b if value is not None else a
        if value is not None:
            if op in ("int_div", "int_mod") and value == 0:
                return False
            if op in ("int_shl", "int_shr", "int_ushr") and not 0 <= value <= 63:
                return False
            self.emit(code, i.dst, [self.reg(a)], (value * factor,))
            return True
        if op == "int_sub":
            value = self.small(a)
            if value is not None:
                self.emit(BY_NAME["IntRsubI"], i.dst, [self.reg(b)], (value,))
                return True
        return False

    def comparison(self, i: Instr) -> None:
        op = i.op
        a, b = i.args
        name, swap, immediate = COMPARE[op]
        if immediate:
            rel = op[-2:]
            value = self.small(b)
            if value is None:
                value = self.small(a)
                if value is not None:
                    a, rel = b, FLIPPED[rel]
            if value is not None:
                if self.fn.vregs[a] is BOOL and rel in ("eq", "ne"):
                    if (value == 1) == (rel == "eq"):
                        self.move(i.dst, a)
                    else:
                        self.emit(BY_NAME["BoolNot"], i.dst, [self.reg(a)])
                else:
                    self.emit(BY_NAME[COMPARE_IMMEDIATE[rel]], i.dst, [self.reg(a)], (value,))
                return
        code = DIRECT.get(op)
        if code is None:
            code = BY_NAME[name]
            if swap:
                a, b = b, a
        self.emit(code, i.dst, [self.reg(a), self.reg(b)])

    # --- objects

    def make(self, dst: int, shape: int, args: list[int]) -> None:
        """dst = a new object of ``shape`` with the parts ``args``, in declared order."""
        self.tables.shape(shape)
        order = self.types.image.shapes[shape].order
        uses = [0] * len(args)
        for n, a in enumerate(args):
            uses[order[n]] = self.reg(a)
        if len(uses) == 1:
            self.emit(BY_NAME["NewR1" if self.files[uses[0]] == R else "NewX1"], dst, uses, (shape,))
        else:
            self.emit(BY_NAME["New"], dst, uses, (shape,))

    def new(self, i: Instr) -> None:
        self.make(i.dst, self.types.shape(self.fn.vregs[i.dst]), i.args)

    def variant(self, i: Instr) -> None:
        self.make(i.dst, self.types.shape(self.fn.vregs[i.dst], i.data), i.args)

    def assemble(self, i: Instr) -> None:
        """An enum value of a variant that is known at run time only."""
        tag, *parts = i.args
        t = self.types.concrete.erase(self.fn.vregs[i.dst])
        join = self.fresh()
        cases = []
        for variant, slots in enumerate(i.data):
            cases.append((variant, self.fresh(), [parts[n] for n in slots]))
        if tag in self.consts:
            value = self.consts[tag].value
            self.jump(cases[value if value is not None else 0][1])
        else:
            self.following = cases[0][1]
            self.cases(tag, -1, [(variant, block) for variant, block, _ in cases], cases[-1][1])
        for variant, block, args in cases:
            self.start(block)
            shape = self.types.shape(t, variant)
            if args:
                self.make(i.dst, shape, args)
            else:
                c = self.tables.object(im.O_OBJECT, shape=shape)
                self.emit(c.op, i.dst, [], c.imms)
            self.jump(join)
        self.start(join)

    def word(self, obj: int, field: int) -> int:
        """The word of a field of the struct or tuple in register ``obj``."""
        word = self.types.image.shapes[self.types.shape(self.fn.vregs[obj])].order[field]
        if word > LIMIT:
            raise CodeTooLarge("fields")
        return word

    def get(self, i: Instr) -> None:
        obj = i.args[0]
        self.emit(
            BY_NAME["GetR" if self.files[i.dst] == R else "GetX"],
            i.dst,
            [self.reg(obj)],
            (self.word(obj, i.data),),
        )

    def set(self, i: Instr) -> None:
        obj, v = i.args
        if self.files[v] != NONE:
            uses = [self.reg(obj), self.reg(v)]
            self.emit(BY_NAME["SetR" if self.files[v] == R else "SetX"], -1, uses, (self.word(obj, i.data),))

    def tag(self, i: Instr) -> None:
        self.emit(BY_NAME["Tag"], i.dst, [self.reg(i.args[0])])

    def payload(self, i: Instr) -> None:
        tag, part = i.data
        enum = i.args[0]
        word = self.types.image.shapes[self.types.shape(self.fn.vregs[enum], tag)].order[part]
        name = "PayR" if self.files[i.dst] == R else "PayX"
        if word < 256 and tag < 256:
            self.emit(BY_NAME[name], i.dst, [self.reg(enum)], (word | tag << 8,))
        else:
            self.emit(BY_NAME[name + "W"], i.dst, [self.reg(enum)], (word, tag))

    def letter(self, arr: int) -> str:
        shape = self.types.shape(self.fn.vregs[arr])
        return _ELEMENTS[self.types.image.shapes[shape].elem]

    def array(self, i: Instr) -> None:
        shape = self.types.shape(self.fn.vregs[i.dst])
        letter = _ELEMENTS[self.types.image.shapes[shape].elem]
        first = i.args[:_CHUNK]
        uses = [self.reg(a) for a in first]
        self.emit(BY_NAME["NewArray"], i.dst, uses, (self.tables.shape(shape), len(first)))
        push = BY_NAME["ArrPush" + letter]
        for a in i.args[_CHUNK:]:
            c = self.consts.get(a)
            if c is not None:
                a = self.temp(c.file)
                self.emit(c.op, a, [], c.imms)
            self.emit(push, -1, [i.dst, a])

    def index(self, i: Instr) -> None:
        arr, index = i.args
        uses = [self.reg(arr), self.reg(index)]
        dst = self.wanted(i.dst)
        if self.types.concrete.erase(self.fn.vregs[arr]) is BYTES:
            self.emit(BY_NAME["BytesGet"], self.scalar(dst), uses)
        else:
            letter = self.letter(arr)
            if dst < 0:
                dst = self.temp(R if letter == "R" else X)
            self.emit(BY_NAME["ArrGet" + letter], dst, uses)

    def index_set(self, i: Instr) -> None:
        self.emit(BY_NAME["ArrSet" + self.letter(i.args[0])], -1, [self.reg(a) for a in i.args])

    def tuple_rest(self, i: Instr) -> None:
        tup = i.args[0]
        t: Any = self.types.concrete.erase(self.fn.vregs[tup])
        parts = []
        for n in range(i.data[0], i.data[1]):
            r = self.temp(R if is_reference(t.elems[n]) else X)
            parts.append(r)
            self.emit(
                BY_NAME["GetR" if self.files[r] == R else "GetX"], r, [self.reg(tup)], (self.word(tup, n),)
            )
        self.make(i.dst, self.types.shape(self.fn.vregs[i.dst]), parts)

    def cell(self, i: Instr) -> None:
        self.make(i.dst, self.types.shape(self.fn.vregs[i.dst]), i.args)

    def cell_get(self, i: Instr) -> None:
        self.emit(BY_NAME["GetR" if self.files[i.dst] == R else "GetX"], i.dst, [self.reg(i.args[0])], (0,))

    def cell_set(self, i: Instr) -> None:
        cell, v = i.args
        if self.files[v] != NONE:
            self.emit(
                BY_NAME["SetR" if self.files[v] == R else "SetX"], -1, [self.reg(cell), self.reg(v)], (0,)
            )

    def capture(self, i: Instr) -> None:
        shape = self.types.image.shapes[self.types.closures[self.owner]]
        op = BY_NAME["GetR" if self.files[i.dst] == R else "GetX"]
        instr = LInstr(op, i.dst, [self.fn.env], (shape.order[i.data],), i.loc)
        if self.hoist >= 0 and self.p.defs[i.dst] == 1:
            self.hoisting()[0].append(instr)
        else:
            self.instrs.append(instr)

    # --- interfaces

    def to_iface(self, i: Instr) -> None:
        v = i.args[0]
        if self.files[v] == R:
            self.move(i.dst, v)
        else:
            self.make(i.dst, self.types.box(self.types.concrete.erase(self.fn.vregs[v])), [v])

    def unpack(self, dst: int, v: int, t: Type) -> None:
        """dst = the interface value in register ``v`` as a ``t``, which it is."""
        if not is_reference(t):
            self.emit(BY_NAME["Unbox"], dst, [self.reg(v)], (self.tables.shape(self.types.box(t)),))
        elif t.tag == IFACE:
            self.move(dst, v)
        else:
            self.emit(BY_NAME["Cast"], dst, [self.reg(v)], (self.tables.test(t),))

    def from_iface(self, i: Instr) -> None:
        self.unpack(i.dst, i.args[0], self.types.concrete.erase(self.fn.vregs[i.dst]))

    def is_(self, i: Instr) -> None:
        self.emit(BY_NAME["Is"], i.dst, [self.reg(i.args[0])], (self.tables.test(i.data),))

    def as_try(self, i: Instr) -> None:
        t = self.fn.vregs[i.dst]
        payloads = self.types.concrete.variants(self.types.concrete.erase(t))
        some = 0 if payloads[0] else 1
        inner = self.types.concrete.erase(payloads[some][0])
        v = self.reg(i.args[0])
        yes, no, join = self.fresh(), self.fresh(), self.fresh()
        self.cond("Is", [v], (self.tables.test(i.data),), yes, no)
        self.start(yes)
        r = self.temp(R if is_reference(inner) else X)
        if inner is UNIT:
            self.emit(BY_NAME["LoadUnit"], r, [])
        else:
            self.unpack(r, v, inner)
        self.make(i.dst, self.types.shape(t, some), [r])
        self.jump(join)
        self.start(no)
        c = self.tables.object(im.O_OBJECT, shape=self.types.shape(t, 1 - some))
        self.emit(c.op, i.dst, [], c.imms)
        self.jump(join)
        self.start(join)

    # --- text

    def concat(self, i: Instr) -> None:
        args = i.args
        if not args:
            self.emit(BY_NAME["LoadObj"], i.dst, [], (self.tables.message(""),))
        elif len(args) == 1:
            self.move(i.dst, args[0])
        elif len(args) == 2:
            self.emit(BY_NAME["StrConcat"], i.dst, [self.reg(a) for a in args])
        else:
            self.emit(BY_NAME["StrConcatN"], i.dst, [self.reg(a) for a in args], (len(args),))

    # --- calls

    def call_op(
        self, name: str, i: Instr, args: list[int], ret: Type, imms: tuple[int, ...] = (), func: int = -1
    ) -> None:
        """An instruction with the window ``args`` and a result of type ``ret``."""
        consts = self.consts
        files = self.files
        window: tuple[list[int | Const], list[int | Const]] = ([], [])
        for a in args:
            c = consts.get(a)
            if c is None:
                window[files[a]].append(a)
            else:
                window[c.file].append(c)
        if func >= 0:
            func = self.reg(func)
        results = [] if ret is NEVER else [R if is_reference(ret) else X]
        self.instrs.append(LCall(BY_NAME[name], self.wanted(i.dst), window, func, imms, results, i.loc))

    def call(self, i: Instr) -> None:
        item = extern_of(i.data)
        if item is not None:
            self.call_op("CallHost", i, i.args, item.ret, (self.tables.extern(item),))
            return
        callee = i.data.function
        if not callee.results:
            self.call_op("Call", i, i.args, callee.ret, (self.tables.function(i.data),))
            return
        self.call_op("Call", i, i.args, callee.results[0], (self.tables.function(i.data),))
        call: LCall = self.instrs[-1]  # type: ignore[assignment]
        call.results = [R if is_reference(t) else X for t in callee.results]
        call.dsts += [-1] * (len(call.results) - 1)

    def result(self, i: Instr) -> None:
        """A further result of the call just before."""
        call: LCall = self.instrs[-1]  # type: ignore[assignment]
        call.dsts[i.data] = self.wanted(i.dst)

    def call_extern(self, i: Instr) -> None:
        self.call_op("CallHost", i, i.args, i.data.ret, (self.tables.extern(i.data),))

    def call_value(self, i: Instr) -> None:
        t: Any = self.types.concrete.erase(self.fn.vregs[i.args[0]])
        self.call_op("CallValue", i, i.args[1:], t.ret, (), i.args[0])

    def call_iface(self, i: Instr) -> None:
        self.call_op("CallIface", i, i.args, i.data.ret, (self.tables.slot(i.data),))

    def handle(self, i: Instr) -> None:
        closures = []
        for a in i.args:
            made = self.p.made[a]
            if made is None or made.op not in ("closure", "fn_value"):
                raise ValueError(f"{self.fn.name}: a handler with an unknown closure")
            closures.append(made.data)
        h = self.tables.handler(i.data, closures)
        self.call_op("Handle", i, i.args, closures[0].function.ret, (h,))

    def handler_off(self, i: Instr) -> None:
        self.emit(BY_NAME["HandlerOff"], -1, [])

    def perform(self, i: Instr) -> None:
        self.call_op("Perform", i, i.args, i.data.ret, (self.tables.op(i.data),))

    def resume(self, i: Instr) -> None:
        k, v = i.args
        t: Any = self.types.concrete.erase(self.fn.vregs[k])
        self.call_op("ResumeR" if self.files[v] == R else "ResumeX", i, [v], t.ret, (), k)

    # --- exits

    def mark(self, i: Instr) -> None:
        landing = self.fn.blocks[i.data].instrs
        value = self.fn.vregs[landing[0].dst] if landing and landing[0].op == "landing_value" else UNIT
        to = self.heads[i.data]
        self.instrs.append(LInstr(BY_NAME["Mark"], i.dst, [], (self.types.type(value),), i.loc, to))

    def unmark(self, i: Instr) -> None:
        self.emit(BY_NAME["Unmark"], -1, [self.reg(i.args[0])])

    def landing_value(self, i: Instr) -> None:
        self.emit(BY_NAME["LandR" if self.files[i.dst] == R else "LandX"], i.dst, [])


_METHODS: Final[dict[str, Callable[[Selector, Instr], None]]] = {
    name: getattr(Selector, name)
    for name in (
        "copy undef new variant get set tag payload array index index_set tuple_rest cell cell_get cell_set capture call call_value call_iface "
        "call_extern to_iface from_iface as_try concat handle handler_off perform resume mark unmark landing_value assemble result"
    ).split()
}
_METHODS["is"] = Selector.is_
for _name in ("const", "fn_value", "closure", "variant"):
    _METHODS[_name] = Selector.load
