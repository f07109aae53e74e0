"""Random MIR programs: well-typed, terminating, with everything but effects."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

from rusk.mir import ir
from rusk.source import Source
from rusk.types import terms
from rusk.types.items import EnumItem, InterfaceItem, Module, StructItem
from rusk.types.terms import BOOL, BYTE, FLOAT, INT, STRING, UNIT, Type

SOURCE = Source("random.rusk", "")


class World:
    """The types that random programs use."""

    def __init__(self) -> None:
        module = Module("", None, SOURCE, True, False)
        decl: Any = SimpleNamespace(is_pub=True, is_newtype=False, pos=0)
        point = StructItem("P", module, decl)
        self.point = terms.nominal(point)
        enum = EnumItem("E", module, decl)
        self.enum = terms.nominal(enum)
        opt = EnumItem("Opt", module, decl)
        self.opt = terms.nominal(opt)
        self.iface = terms.iface(InterfaceItem("I", module, decl))
        self.pair = terms.tuple_([STRING, INT, BOOL])
        self.pair_rest = terms.tuple_([INT, BOOL])
        self.fn = terms.fn([INT, STRING], INT)
        self.ints = terms.array(INT)
        self.bools = terms.array(BOOL)
        self.points = terms.array(self.point)
        self.cell = ir.cell_type(INT)
        point.fields = [("x", INT), ("s", STRING), ("u", UNIT), ("f", FLOAT), ("e", self.enum)]
        enum.variants = [
            ("A", []),
            ("B", [INT]),
            ("C", [STRING, INT]),
            ("D", []),
            ("E", [self.enum, FLOAT, UNIT]),
        ]
        opt.variants = [("Some", [INT]), ("None", [])]
        self.types: list[Type] = [
            INT, INT, INT, BOOL, FLOAT, BYTE, STRING, UNIT, self.point, self.enum, self.opt, self.iface, self.pair, self.fn, self.ints, self.bools,
            self.points, self.cell,
        ]  # fmt: skip


class Program:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.w = World()
        self.program = ir.Program()
        self.plain: list[ir.Instance] = []
        self.values: list[ir.Instance] = []
        self.slot = ir.Slot(0, "m", (INT,), INT)

    def build(self) -> ir.Program:
        rng = self.rng
        w = self.w
        tiny = ir.Function("tiny", "fn", [], SOURCE, 0, INT)
        tiny.vregs = [INT, STRING]
        tiny.nparams = 2
        tiny.blocks.append(ir.Block())
        tiny.blocks[0].term = ir.Instr("return", -1, [0], None, 0)
        self.plain.append(ir.Instance(0, "tiny", 0))
        self.plain[0].function = tiny
        self.values.append(self.plain[0])
        self.program.instances.append(self.plain[0])
        for _ in range(rng.randrange(1, 4)):
            params = [rng.choice(w.types) for _ in range(rng.randrange(0, 5))]
            self.function("fn", params, rng.choice(w.types))
        for t in (w.point, w.enum, w.iface):
            inst = self.function("fn", [t, INT], INT, boxed=t is w.iface)
            self.slot.table[INT if t is w.iface else t] = inst
            self.plain.pop()
        self.program.slots.append(self.slot)
        for _ in range(2):
            self.values.append(self.function("fn", [INT, STRING], INT))
        for _ in range(2):
            inst = self.function("closure", [INT, STRING], INT, [INT, STRING, w.cell, UNIT, w.point])
            self.values.append(inst)
            self.plain.pop()
        self.program.tests[INT] = [INT]
        self.program.tests[w.iface] = [w.enum, INT]
        for _ in range(rng.randrange(1, 3)):
            params = [rng.choice(w.types) for _ in range(rng.randrange(0, 5))]
            self.function("fn", params, rng.choice(w.types))
        self.program.entries["start"] = self.function("fn", [INT, INT], INT)
        return self.program

    def function(
        self,
        kind: str,
        params: list[Type],
        ret: Type,
        captures: list[Type] | None = None,
        boxed: bool = False,
    ) -> ir.Instance:
        n = len(self.program.instances)
        fn = ir.Function(f"f{n}", kind, [], SOURCE, 0, ret)
        for p in params:
            fn.new_vreg(p)
        fn.nparams = len(params)
        if captures is not None:
            fn.env = fn.new_vreg(terms.fn(params, ret))
            fn.captures = captures
        inst = ir.Instance(n, fn.name, n)
        inst.function = fn
        Body(self, fn).run(boxed)
        self.program.instances.append(inst)
        self.plain.append(inst)
        return inst


class Body:
    """Generates one function. ``vars``: by type, registers that hold a value here; ``mutable``: those of them that may be assigned."""

    def __init__(self, owner: Program, fn: ir.Function) -> None:
        self.owner = owner
        self.w = owner.w
        self.rng = owner.rng
        self.fn = fn
        self.vars: list[int] = list(range(fn.nparams))
        self.mutable: list[int] = []
        self.blocks: list[ir.Block] = []
        self.cur = self.block()
        self.budget = self.rng.randrange(5, 60)
        self.loops = 0

    # --- blocks

    def block(self) -> ir.Block:
        return ir.Block()

    def start(self, b: ir.Block) -> None:
        self.blocks.append(b)
        self.cur = b

    def emit(self, op: str, dst: int, args: list[int], data: Any = None) -> int:
        self.cur.instrs.append(ir.Instr(op, dst, args, data, 0))
        return dst

    def end(self, op: str, args: list[int], data: Any = None) -> None:
        self.cur.term = ir.Instr(op, -1, args, data, 0)

    def run(self, boxed: bool) -> None:
        self.start(self.cur)
        if boxed:
            self.vars.append(self.emit("from_iface", self.fn.new_vreg(INT), [0]))
        self.statements(0)
        v = self.value(self.fn.ret, 0)
        self.end("return", [] if self.fn.ret is UNIT and self.rng.random() < 0.5 else [v])
        number = {id(b): n for n, b in enumerate(self.blocks)}
        for b in self.blocks:
            t = b.term
            if t.op == "jump":
                t.data = number[id(t.data)]
            elif t.op == "branch":
                t.data = (number[id(t.data[0])], number[id(t.data[1])])
            elif t.op == "switch":
                cases = tuple([(v, number[id(c)]) for v, c in t.data[0]])
                t.data = (cases, number[id(t.data[1])] if t.data[1] is not None else -1)
        self.fn.blocks = self.blocks

    # --- statements

    def statements(self, depth: int) -> None:
        for _ in range(self.rng.randrange(1, 6)):
            if self.budget <= 0:
                return
            self.budget -= 1
            self.statement(depth)

    def scoped(self, depth: int, known: list[int] = []) -> None:  # noqa: B006
        saved = (list(self.vars), list(self.mutable))
        self.vars += known
        self.statements(depth + 1)
        self.vars, self.mutable = saved

    def statement(self, depth: int) -> None:
        rng = self.rng
        kind = rng.randrange(12)
        if kind < 3:  # a new variable
            t = rng.choice(self.w.types)
            v = self.fn.new_vreg(t)
            self.emit("copy", v, [self.value(t, 0)])
            self.vars.append(v)
            self.mutable.append(v)
        elif kind < 5 and self.mutable:
            v = rng.choice(self.mutable)
            x = self.value(self.fn.vregs[v], 0)
            self.emit("copy", v, [x])
        elif kind == 5 and depth < 3:
            self.conditional(depth)
        elif kind == 6 and depth < 3 and self.loops < 2:
            self.loop(depth)
        elif kind == 7 and depth < 3:
            self.match(depth)
        elif kind == 8:
            self.store()
        elif kind == 9 and depth < 3:
            self.switch(depth)
        elif kind == 10 and rng.random() < 0.05:
            self.emit("panic", -1, [self.value(STRING, 0)])
        else:
            t = rng.choice(self.w.types)
            v = self.value(t, 0)
            self.vars.append(v)

    def conditional(self, depth: int) -> None:
        then, other, join = self.block(), self.block(), self.block()
        self.end("branch", [self.value(BOOL, 0)], (then, other))
        t = self.rng.choice(self.w.types)
        result = self.fn.new_vreg(t)
        for b in (then, other):
            self.start(b)
            saved = (list(self.vars), list(self.mutable))
            self.statements(depth + 1)
            self.emit("copy", result, [self.value(t, 1)])
            self.vars, self.mutable = saved
            self.end("jump", [], join)
        self.start(join)
        self.vars.append(result)

    def loop(self, depth: int) -> None:
        rng = self.rng
        i = self.fn.new_vreg(INT)
        limit = self.value(INT, 2) if rng.random() < 0.3 else self.const(INT, rng.choice([0, 1, 3, 5, 40000]))
        small = self.fn.new_vreg(INT)
        self.emit("int_mod", small, [limit, self.const(INT, 7)])
        self.emit("copy", i, [self.const(INT, rng.randrange(-3, 2))])
        body, cond, done = self.block(), self.block(), self.block()
        self.end("jump", [], cond)
        self.start(body)
        self.loops += 1
        self.scoped(depth, [i])
        if rng.random() < 0.4:
            more = self.block()
            self.end("branch", [self.value(BOOL, 1)], (done, more))
            self.start(more)
        t = self.fn.new_vreg(INT)
        self.emit("int_add", t, [i, self.const(INT, rng.choice([1, 1, 2]))])
        self.emit("copy", i, [t])
        self.end("jump", [], cond)
        self.start(cond)
        c = self.fn.new_vreg(BOOL)
        if rng.random() < 0.5:
            self.emit("int_lt", c, [i, small])
        else:
            self.emit("int_gt", c, [self.const(INT, 4), i])
        self.end("branch", [c], (body, done))
        self.loops -= 1
        self.start(done)

    def match(self, depth: int) -> None:
        e = self.value(self.w.enum, 0)
        tag = self.emit("tag", self.fn.new_vreg(INT), [e])
        arms = [self.block() for _ in range(5)]
        join = self.block()
        if self.rng.random() < 0.5:
            self.end("switch", [tag], (tuple(enumerate(arms)), None))
            used = list(enumerate(arms))
        else:
            k = self.rng.randrange(5)
            c = self.emit(
                self.rng.choice(["int_eq", "int_ne"]), self.fn.new_vreg(BOOL), [tag, self.const(INT, k)]
            )
            eq = self.cur.instrs[-1].op == "int_eq"
            self.end("branch", [c], (arms[0], arms[1]))
            used = [(k if eq else -1, arms[0]), (-1 if eq else k, arms[1])]
        item: Any = self.w.enum.item
        result = self.fn.new_vreg(INT)
        for k, arm in used:
            self.start(arm)
            saved = (list(self.vars), list(self.mutable))
            if k >= 0:
                for n, t in enumerate(item.variants[k][1]):
                    self.vars.append(self.emit("payload", self.fn.new_vreg(t), [e], (k, n)))
            self.statements(depth + 1)
            self.emit("copy", result, [self.value(INT, 1)])
            self.vars, self.mutable = saved
            self.end("jump", [], join)
        self.start(join)
        self.vars.append(result)

    def switch(self, depth: int) -> None:
        rng = self.rng
        join = self.block()
        v = self.emit(
            "int_mod", self.fn.new_vreg(INT), [self.value(INT, 1), self.const(INT, rng.choice([3, 9, 300]))]
        )
        values = rng.sample(range(-20, 20), rng.randrange(1, 7))
        if rng.random() < 0.2:
            values += [100000 * n + 200 for n in range(rng.randrange(6))]
        arms = [self.block() for _ in values]
        default = self.block()
        self.end("switch", [v], (tuple(zip(values, arms, strict=True)), default))
        for arm in (*arms, default):
            self.start(arm)
            self.scoped(depth)
            self.end("jump", [], join)
        self.start(join)

    def store(self) -> None:
        rng = self.rng
        w = self.w
        kind = rng.randrange(7)
        if kind == 0:
            item: Any = w.point.item
            n = rng.randrange(len(item.fields))
            obj = self.value(w.point, 0)
            self.emit("set", -1, [obj, self.value(item.fields[n][1], 1)], n)
        elif kind == 1:  # o.x = o.x + e
            obj = self.value(w.point, 0)
            old = self.emit("get", self.fn.new_vreg(INT), [obj], 0)
            e = self.value(INT, 1)
            new = self.emit(rng.choice(["int_add", "int_sub"]), self.fn.new_vreg(INT), [old, e])
            self.emit("set", -1, [obj, new], 0)
        elif kind == 2:
            cell = self.value(w.cell, 0)
            old = self.emit("cell_get", self.fn.new_vreg(INT), [cell])
            new = self.emit("int_add", self.fn.new_vreg(INT), [self.value(INT, 1), old])
            self.emit("cell_set", -1, [cell, new])
        elif kind == 3:
            arr = self.value(w.ints, 0)
            n = self.value(INT, 2)
            old = self.emit("index", self.fn.new_vreg(INT), [arr, n])
            new = self.emit("int_add", self.fn.new_vreg(INT), [old, self.value(INT, 1)])
            self.emit("index_set", -1, [arr, n, new])
        elif kind == 4:
            t: Any = rng.choice([w.ints, w.bools, w.points])
            self.emit("array_push", -1, [self.value(t, 0), self.value(t.elem, 1)])
        elif kind == 5:
            self.emit("cell_set", -1, [self.value(w.cell, 0), self.value(INT, 0)])
        else:
            self.emit("array_clear", -1, [self.value(w.bools, 0)])

    # --- values

    def const(self, t: Type, value: Any) -> int:
        return self.emit("const", self.fn.new_vreg(t), [], value)

    def value(self, t: Type, depth: int) -> int:
        """A register with a value of type ``t``."""
        rng = self.rng
        known = [v for v in self.vars if self.fn.vregs[v] is t]
        if known and rng.random() < 0.5 + 0.2 * depth:
            return rng.choice(known)
        new = self.fn.new_vreg
        w = self.w
        d = depth + 1
        if depth < 3 and self.owner.plain and rng.random() < 0.2:
            f = [i for i in self.owner.plain if i.function.ret is t]
            if f:
                inst = rng.choice(f)
                args = [self.value(p, d) for p in inst.function.vregs[: inst.function.nparams]]
                return self.emit("call", new(t), args, inst)
        if t is INT:
            kind = rng.randrange(16) if depth < 3 else 0
            if kind < 2:
                return self.const(
                    INT,
                    rng.choice([0, 1, -1, 2, 5, 100, -32768, 32767, 32768, 1 << 40, rng.randrange(-50, 50)]),
                )
            if kind < 8:
                ops = ["int_add", "int_sub", "int_mul", "int_and", "int_or", "int_xor"]
                if rng.random() < 0.1:
                    ops = ["int_div", "int_mod", "int_shl", "int_shr", "int_ushr"]
                op = rng.choice(ops)
                a = self.value(INT, d)
                return self.emit(op, new(INT), [a, self.value(INT, d)])
            if kind == 8:
                return self.emit(rng.choice(["int_neg", "int_not"]), new(INT), [self.value(INT, d)])
            if kind == 9:
                return self.emit("get", new(INT), [self.value(w.point, d)], 0)
            if kind == 10:
                return self.emit("get", new(INT), [self.value(w.pair, d)], 1)
            if kind == 11:
                return self.emit("cell_get", new(INT), [self.value(w.cell, d)])
            if kind == 12:
                recv = self.value(w.iface, d)
                if self.owner.slot not in self.owner.program.slots:
                    return self.const(INT, 3)
                return self.emit("call_iface", new(INT), [recv, self.value(INT, d)], self.owner.slot)
            if kind == 13:
                f = self.value(w.fn, d)
                x = self.value(INT, d)
                return self.emit("call_value", new(INT), [f, x, self.value(STRING, d)])
            if kind == 14:
                return self.emit(
                    "array_len", new(INT), [self.value(rng.choice([w.ints, w.bools, w.points]), d)]
                )
            if self.fn.captures:
                return self.emit("capture", new(INT), [], 0)
            return self.emit("byte_to_int", new(INT), [self.value(BYTE, d)])
        if t is BOOL:
            kind = rng.randrange(7) if depth < 3 else 0
            if kind == 0:
                return self.const(BOOL, rng.random() < 0.5)
            if kind == 1:
                return self.emit("bool_not", new(BOOL), [self.value(BOOL, d)])
            if kind == 2:
                return self.emit("is", new(BOOL), [self.value(w.iface, d)], rng.choice([INT, w.iface]))
            of = rng.choice([INT, INT, FLOAT, STRING, BOOL, BYTE])
            a = self.value(of, d)
            rel = rng.choice(["eq", "ne", "lt", "le", "gt", "ge"])
            return self.emit(f"{of}_{rel}", new(BOOL), [a, self.value(of, d)])
        if t is FLOAT:
            if depth < 3 and rng.random() < 0.7:
                if rng.random() < 0.3:
                    return self.emit("int_to_float", new(FLOAT), [self.value(INT, d)])
                a = self.value(FLOAT, d)
                op = rng.choice(["float_add", "float_sub", "float_mul", "float_div"])
                return self.emit(op, new(FLOAT), [a, self.value(FLOAT, d)])
            return self.const(FLOAT, rng.choice([0.0, -0.0, 1.5, 1e300, 0.1]))
        if t is BYTE:
            if depth < 3 and rng.random() < 0.6:
                return self.emit("int_to_byte", new(BYTE), [self.value(INT, d)])
            return self.const(BYTE, rng.randrange(256))
        if t is UNIT:
            return self.const(UNIT, None)
        if t is STRING:
            kind = rng.randrange(6) if depth < 3 else 0
            if kind < 2:
                return self.const(STRING, rng.choice(["", "a", "hello", "ä"]))
            if kind == 2:
                return self.emit(
                    "concat", new(STRING), [self.value(STRING, d) for _ in range(rng.randrange(0, 5))]
                )
            if kind == 3:
                return self.emit("int_to_string", new(STRING), [self.value(INT, d)])
            if kind == 4:
                return self.emit("get", new(STRING), [self.value(w.point, d)], 1)
            return self.emit("get", new(STRING), [self.value(w.pair, d)], 0)
        if t is w.point:
            if depth < 2 and rng.random() < 0.3:
                arr = self.emit("array", new(w.points), [self.value(t, d)])
                return self.emit(
                    "index", new(t), [arr, self.const(INT, rng.choice([0, 0, 0, 0, 0, 0, 0, 1]))]
                )
            item: Any = w.point.item
            return self.emit("new", new(t), [self.value(f, d) for _, f in item.fields])
        if t is w.enum:
            item = w.enum.item
            k = rng.choice([0, 1, 2, 3, 4]) if depth < 3 else 0
            return self.emit("variant", new(t), [self.value(p, d) for p in item.variants[k][1]], k)
        if t is w.opt:
            if depth < 2 and rng.random() < 0.5:
                return self.emit("as_try", new(t), [self.value(w.iface, d)], INT)
            k = rng.choice([0, 1]) if depth < 3 else 1
            return self.emit("variant", new(t), [self.value(INT, d)] if k == 0 else [], k)
        if t is w.iface:
            of = rng.choice([w.enum, w.enum, INT, w.point]) if depth < 3 else INT
            return self.emit("to_iface", new(t), [self.value(of, d)])
        if t is w.pair:
            return self.emit("new", new(t), [self.value(p, d) for p in (STRING, INT, BOOL)])
        if t is w.fn:
            inst = rng.choice(self.owner.values)
            if inst.function.env < 0:
                return self.emit("fn_value", new(t), [], inst)
            args = [self.value(c, d) for c in inst.function.captures]
            return self.emit("closure", new(t), args, inst)
        if t is w.cell:
            return self.emit("cell", new(t), [self.value(INT, d)])
        elem: Any = t.elem  # type: ignore[attr-defined]
        return self.emit("array", new(t), [self.value(elem, d) for _ in range(rng.randrange(0, 4))])


def random_program(seed: int) -> ir.Program:
    """A program from ``seed``; main takes two ints and gives one."""
    return Program(seed).build()
