"""Reads MIR in the notation of ``rusk.mir.printer``, with declarations in front, into an `ir.Program`.

    struct P { x: int, y: float }        enum E { A, B(int) }        iface I
    extern m::f(int) -> int              op E.get(int) -> int        slot show(self) -> string { int: show_int }
    test I: P, int                       entry main: main

Blocks are ``b0:`` (``b1: landing``); every register that is written names its type: ``x%3: int = int_add %1, %2``.
"""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace
from typing import Any

from rusk.mir import ir
from rusk.source import Source
from rusk.types import terms
from rusk.types.items import EnumItem, FnItem, InterfaceItem, Module, StructItem

_TOKEN = re.compile(r"\s*([A-Za-z_][\w:]*|->|.)")


class TypeParser:
    """Types by name, and the parser of their notation."""

    def __init__(self, named: dict[str, Any]) -> None:
        self.named = named

    def parse(self, text: str) -> terms.Type:
        self.tokens = _TOKEN.findall(text.strip())
        t = self.type()
        assert not self.tokens, f"{text!r}: rest {self.tokens}"
        return t

    def list(self, text: str) -> list[terms.Type]:
        """Types separated by commas."""
        self.tokens = _TOKEN.findall(text.strip())
        out = []
        while self.tokens:
            out.append(self.type())
            if self.tokens:
                self.take(",")
        return out

    def take(self, token: str) -> None:
        got = self.tokens.pop(0)
        assert got == token, f"{token!r} expected, got {got!r}"

    def until(self, close: str) -> list[terms.Type]:
        out = []
        while self.tokens[0] != close:
            out.append(self.type())
            if self.tokens[0] == ",":
                self.tokens.pop(0)
        self.tokens.pop(0)
        return out

    def type(self) -> terms.Type:
        t = self.tokens.pop(0)
        if t == "[":
            elem = self.type()
            self.take("]")
            return terms.array(elem)
        if t == "(":
            return terms.tuple_(self.until(")"))
        if t == "fn" or t == "cont":
            self.take("(")
            params = self.until(")")
            self.take("->")
            ret = self.type()
            return terms.fn(params, ret) if t == "fn" else terms.cont(params[0], ret)
        if t == "readonly":
            return terms.readonly(self.type())
        if t == "cell":
            return ir.cell_type(self.type())
        if t == "!":
            return terms.NEVER
        if t in terms.PRIMITIVES:
            return terms.PRIMITIVES[t]
        item = self.named[t]
        args: list[terms.Type] = []
        if self.tokens and self.tokens[0] == "<":
            self.tokens.pop(0)
            args = self.until(">")
        return terms.iface(item, args) if isinstance(item, InterfaceItem) else terms.nominal(item, args)


def split(text: str) -> list[str]:
    """Parts between commas outside of brackets."""
    out, depth, part = [], 0, ""
    for n, ch in enumerate(text):
        if ch in "([{<":
            depth += 1
        elif ch in ")]}" or (ch == ">" and text[n - 1] != "-"):
            depth -= 1
        if ch == "," and not depth:
            out.append(part.strip())
            part = ""
        else:
            part += ch
    if part.strip():
        out.append(part.strip())
    return out


class Parser:
    def __init__(self, text: str) -> None:
        self.program = ir.Program()
        self.source = Source("test.rusk", "\n" * 1000)
        self.module = Module("", None, self.source, True, False)
        self.types = TypeParser({})
        self.instances: dict[str, ir.Instance] = {}
        self.externs: dict[str, FnItem] = {}
        self.ops: dict[str, ir.OpInst] = {}
        self.slots: dict[str, ir.Slot] = {}
        self.lines = [line.split("#")[0].rstrip() for line in text.splitlines()]
        self.lines = [line for line in self.lines if line.strip()]

    def run(self) -> ir.Program:
        functions: list[list[str]] = []
        later: list[tuple[str, str]] = []
        block: list[str] | None = None
        for line in self.lines:
            word, _, rest = line.strip().partition(" ")
            if block is not None:
                if line.strip() == "}":
                    block = None
                else:
                    block.append(line.strip())
            elif word in ("fn", "closure", "body", "arm", "guard"):
                block = [line.strip()]
                functions.append(block)
            else:
                later.append((word, rest))
        for word, rest in later:
            self.name(word, rest)
        for f in functions:
            name = re.match(r"\w+ ([^(]+)\(", f[0])
            assert name
            inst = ir.Instance(len(self.program.instances), name[1], name[1])
            self.program.instances.append(inst)
            self.instances[name[1]] = inst
        for word, rest in later:
            self.declare(word, rest)
        for f in functions:
            self.header(f[0])
        for f in functions:
            self.body(f)
        for word, rest in later:
            self.define(word, rest)
        if not self.program.entries and "main" in self.instances:
            self.program.entries["start"] = self.instances["main"]
        return self.program

    # --- declarations

    def name(self, word: str, rest: str) -> None:
        name = re.match(r"[\w:]+", rest)
        decl: Any = SimpleNamespace(is_pub=True, is_newtype=False, pos=0)
        if word == "struct":
            self.types.named[name[0]] = StructItem(name[0], self.module, decl)  # type: ignore[index]
        elif word == "enum":
            self.types.named[name[0]] = EnumItem(name[0], self.module, decl)  # type: ignore[index]
        elif word == "iface":
            self.types.named[name[0]] = InterfaceItem(name[0], self.module, decl)  # type: ignore[index]

    def declare(self, word: str, rest: str) -> None:
        if word == "struct":
            name, _, fields = rest.partition("{")
            item = self.types.named[name.strip()]
            for f in split(fields.rstrip("} ")):
                field, _, t = f.partition(":")
                item.fields.append((field.strip(), self.types.parse(t)))
        elif word == "enum":
            name, _, variants = rest.partition("{")
            item = self.types.named[name.strip()]
            for v in split(variants.rstrip("} ")):
                variant, _, parts = v.partition("(")
                item.variant_index[variant.strip()] = len(item.variants)
                item.variants.append((variant.strip(), self.types.list(parts[:-1])))
        elif word in ("extern", "op", "slot"):
            m = re.match(r"([\w:.]+)\((.*?)\) -> ([^{]+)(.*)", rest)
            assert m, rest
            name, ret = m[1], self.types.parse(m[3])
            params = split(m[2])
            if word == "extern":
                item = FnItem("extern", name, self.module, SimpleNamespace(is_pub=True, pos=0))  # type: ignore[arg-type]
                item.params = [self.types.parse(p) for p in params]
                item.ret = ret
                self.externs[name] = item
            elif word == "op":
                self.ops[name] = ir.OpInst(name, (), tuple([self.types.parse(p) for p in params]), ret, name)  # type: ignore[arg-type]
            else:
                slot = ir.Slot(
                    len(self.program.slots), name, tuple([self.types.parse(p) for p in params[1:]]), ret
                )
                self.program.slots.append(slot)
                self.slots[name] = slot
        elif word == "entry":
            name, _, f = rest.partition(": ")
            self.program.entries[name] = self.instances[f]
        elif word == "test":
            t, _, passing = rest.partition(": ")
            self.program.tests[self.types.parse(t)] = self.types.list(passing)

    def define(self, word: str, rest: str) -> None:
        if word == "slot":
            name = rest.partition("(")[0]
            for entry in split(rest.partition("{")[2].rstrip("} ")):
                t, _, f = entry.rpartition(": ")
                self.slots[name].table[self.types.parse(t)] = self.instances[f]

    # --- functions

    def register(self, fn: ir.Function, text: str) -> int:
        name, _, n = text.strip().partition("%")
        v = int(n)
        while len(fn.vregs) <= v:
            fn.vregs.append(None)  # type: ignore[arg-type]
        if name:
            fn.names[v] = name
        return v

    def typed(self, fn: ir.Function, text: str) -> int:
        reg, _, t = text.partition(":")
        v = self.register(fn, reg)
        fn.vregs[v] = self.types.parse(t)
        return v

    def header(self, line: str) -> None:
        m = re.match(r"(\w+) ([^(]+)\(", line)
        assert m, line
        kind, name = m[1], m[2]
        end = m.end()
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            end += 1
        params = split(line[m.end() : end - 1])
        m = re.match(r" -> (.*?)(?: env (%\d+) \((.*)\))? \{$", line[end:])
        assert m, line
        fn = ir.Function(name, kind, [], self.source, 0, self.types.parse(m[1]))
        for p in params:
            self.typed(fn, p)
        fn.nparams = len(fn.vregs)
        if m[2]:
            fn.env = self.register(fn, m[2])
            fn.captures = self.types.list(m[3])
        self.instances[name].function = fn

    def body(self, lines: list[str]) -> None:
        m = re.match(r"\w+ ([^(]+)\(", lines[0])
        assert m
        fn = self.instances[m[1]].function
        for pos, line in enumerate(lines[1:]):
            m = re.match(r"b(\d+):\s*(landing)?$", line)
            if m:
                assert int(m[1]) == len(fn.blocks), line
                fn.blocks.append(ir.Block())
                if m[2]:
                    fn.landings.append(int(m[1]))
            else:
                self.instr(fn, line, pos)
        if fn.env >= 0:
            ret = terms.fn(fn.vregs[: fn.nparams], fn.ret)
            fn.vregs[fn.env] = ret
        assert None not in fn.vregs, f"{fn.name}: %{fn.vregs.index(None)} has no type"  # type: ignore[arg-type]

    def instr(self, fn: ir.Function, line: str, pos: int) -> None:
        dst = -1
        m = re.match(r"(\w*%\d+: .*?) = (?=\w+(\[| |$))", line)
        if m:
            dst = self.typed(fn, m[1])
            line = line[m.end() :]
        m = re.match(r"(\w+)", line)
        assert m
        op = m[1]
        rest = line[m.end() :]
        data = ""
        has_data = rest.startswith("[")
        if has_data:
            depth = n = 0
            quote = ""
            for n, ch in enumerate(rest):  # noqa: B007
                if quote:
                    quote = "" if ch == quote else quote
                elif ch in "'\"":
                    quote = ch
                elif ch in "[":
                    depth += 1
                elif ch == "]":
                    depth -= 1
                    if not depth:
                        break
            data, rest = rest[1:n], rest[n + 1 :]
        args = [self.register(fn, a) for a in split(rest)]
        i = ir.Instr(op, dst, args, self.data(op, data) if has_data else None, pos)
        block = fn.blocks[-1]
        assert block.term is None, line
        if op in ir.TERMINATORS:
            block.term = i
        else:
            block.instrs.append(i)

    def data(self, op: str, text: str) -> Any:
        if op == "const":
            return (
                {"true": True, "false": False, "()": None}.get(text, ...)
                if text in ("true", "false", "()")
                else _number(text)
            )
        if op in ("jump", "mark"):
            return int(text[1:])
        if op == "branch":
            return tuple([int(b[1:]) for b in split(text)])
        if op == "switch":
            cases, default = [], -1
            for c in split(text):
                value, _, b = c.partition(": b")
                if value == "else":
                    default = int(b)
                else:
                    cases.append((ast.literal_eval(value), int(b)))
            return tuple(cases), default
        if op in ("get", "set", "variant", "capture"):
            return int(text)
        if op == "payload":
            return tuple([int(n) for n in text.split(".")])
        if op == "tuple_rest":
            return tuple([int(n) for n in text.split("..")])
        if op in ("fn_value", "closure", "call"):
            inst = self.instances.get(text)
            if inst is None:  # an extern fn
                inst = self.instances[text] = ir.Instance(
                    len(self.program.instances), text, (self.externs[text], ())
                )
                self.program.instances.append(inst)
            return inst
        if op == "call_extern":
            return self.externs[text]
        if op == "call_iface":
            return self.slots[text.removeprefix("slot ")]
        if op in ("is", "as_try"):
            return self.types.parse(text)
        if op == "perform":
            return self.ops[text]
        if op == "trap":
            return ast.literal_eval(text)
        if op == "exit":
            return text.strip("'\"")
        if op == "handle":
            clauses = []
            for c in text.split("; "):
                m = re.match(r"(\S+)(?: if (\d+))? => (\d+) (\w+)$", c)
                assert m, c
                clauses.append(ir.Clause(self.ops[m[1]], int(m[2]) if m[2] else -1, int(m[3]), m[4]))
            return ir.HandleInfo(clauses)
        raise ValueError(f"{op}[{text}]")


def _number(text: str) -> Any:
    if text in ("inf", "-inf", "nan"):
        return float(text)
    return ast.literal_eval(text)


def parse(text: str) -> ir.Program:
    """The program that ``text`` describes; its terms belong to the table of terms in force."""
    return Parser(text).run()
