"""A tiny assembler for hand-written images.

    a = Asm()
    a.func("main", [INT], INT, 3, 0, '''
        LoadInt 1 0
    loop:
        IntAdd 1 1 0
        LoopIntLt 1 2 loop
        RetX 1
    ''')
    a.run("main", 10)

Operands are numbers, labels (jumps), names of functions (f), or names given with ``let`` (shapes, constants, operations ...). Lists stand in brackets:
``New 0 point [1 2]``, ``Switch 0 [10: one two three else other]``.
"""

from __future__ import annotations

import re
import struct
from typing import Any

from rusk._interp import Code, Session
from rusk.code import image as im
from rusk.code.image import (  # noqa: F401  (tests import them from here)
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CHAR,
    ENUM,
    FLOAT,
    FN,
    INT,
    NEVER,
    STRING,
    STRUCT,
    TUPLE,
    UNIT,
)  # fmt: skip
from rusk.code.opcodes import BY_NAME, WIDTH, encode

STATUS = ("new", "done", "fuel", "interrupt", "trapped", "request")
TOKEN = re.compile(r"\[|\]|[^\s\[\]]+")


class Asm:
    def __init__(self) -> None:
        self.image = im.Image()
        self.names: dict[str, int] = {}
        self.todo: list[tuple[im.Func, str]] = []

    # --- tables

    def let(self, name: str, value: int) -> int:
        self.names[name] = value
        return value

    def type(self, kind: int, name: str = "", args: tuple[int, ...] = (), **more: Any) -> int:
        self.image.types.append(im.TypeDesc(kind, name, args, **more))
        return len(self.image.types) - 1

    def scalar(self, type: int) -> bool:
        return self.image.types[type].kind in im.SCALAR_KINDS

    def shape(self, name: str, kind: int, type: int, declared: tuple[int, ...] = (), **more: Any) -> int:
        refs = [i for i, t in enumerate(declared) if not self.scalar(t)]
        layout = refs + [i for i, t in enumerate(declared) if self.scalar(t)]
        order = [0] * len(declared)
        for word, i in enumerate(layout):
            order[i] = word
        fields = tuple(declared[i] for i in layout)
        self.image.shapes.append(im.Shape(kind, type, fields, tuple(order), len(refs), name=name, **more))
        return self.let(name, len(self.image.shapes) - 1)

    def struct(self, name: str, /, **fields: int) -> int:
        t = self.type(STRUCT, name, tuple(fields.values()), fields=tuple(fields))
        self.image.types[t].shapes = (self.shape(name, im.S_STRUCT, t, tuple(fields.values())),)
        return t

    def tuple(self, name: str, *elems: int) -> int:
        t = self.type(TUPLE, "", elems)
        self.image.types[t].shapes = (self.shape(name, im.S_TUPLE, t, elems),)
        return t

    def array(self, name: str, elem: int) -> int:
        kind = self.image.types[elem].kind
        layout = im.E_BYTE if kind in (BOOL, BYTE) else im.E_WORD if kind in im.SCALAR_KINDS else im.E_REF
        t = self.type(ARRAY, "", (elem,), text=f"[{self.image.types[elem].text}]")
        self.image.types[t].shapes = (self.shape(name, im.S_ARRAY, t, elem=layout),)
        return t

    def enum(self, name: str, /, **variants: tuple[int, ...]) -> int:
        t = self.type(ENUM, name)
        desc = self.image.types[t]
        desc.variants = tuple(
            im.Variant(v, tuple(t if a == -1 else a for a in args)) for v, args in variants.items()
        )
        desc.shapes = tuple(
            self.shape(f"{name}.{v.name}", im.S_VARIANT, t, v.args, tag=i)
            for i, v in enumerate(desc.variants)
        )
        for v, shape in zip(desc.variants, desc.shapes, strict=False):
            if not v.args:
                self.obj(f"{name}.{v.name}", im.O_OBJECT, shape=shape)
        return t

    def fn(self, *args: int) -> int:
        return self.type(FN, "", args)

    def closure(self, name: str, func: str, type: int, *captured: int) -> int:
        """Shape of closures of ``func`` (assembled later or before), whose func index is filled in at the end."""
        i = self.shape(name, im.S_CLOSURE, type, captured)
        self.image.shapes[i].func = func  # type: ignore[assignment]
        return i

    def obj(self, name: str, kind: int, value: Any = b"", shape: int = -1) -> int:
        self.image.objects.append(im.ObjConst(kind, value, shape))
        return self.let(name, len(self.image.objects) - 1)

    def string(self, name: str, value: str) -> int:
        return self.obj(name, im.O_STRING, value)

    def bytes(self, name: str, value: bytes) -> int:
        return self.obj(name, im.O_BYTES, value)

    def const(self, name: str, value: float | int) -> int:
        if isinstance(value, float):
            bits = struct.unpack("<q", struct.pack("<d", value))[0]
        else:
            bits = value
        self.image.consts.append(im.Const(FLOAT if isinstance(value, float) else INT, bits))
        return self.let(name, len(self.image.consts) - 1)

    def op(self, name: str, params: list[int], ret: int) -> int:
        self.image.ops.append(im.Signature(name, tuple(params), ret))
        return self.let(name, len(self.image.ops) - 1)

    def extern(self, name: str, params: list[int], ret: int) -> int:
        self.image.imports.append(im.Signature(name, tuple(params), ret))
        return self.let(name, len(self.image.imports) - 1)

    def handler(self, name: str, body: str, ret: int, clauses: list[tuple[str, str | None, str, int]]) -> int:
        """Clauses: (operation, guard or None, arm, mode); the closures stand in the order guard, arm of each clause."""
        out, n = [], 0
        for op, guard, arm, mode in clauses:
            g = -1
            if guard is not None:
                g, n = n, n + 1
            out.append(im.HandlerClause(self.names[op], g, n, guard or -1, arm, mode))  # type: ignore[arg-type]
            n += 1
        self.image.handlers.append(im.Handler(body, n, ret, tuple(out)))  # type: ignore[arg-type]
        return self.let(name, len(self.image.handlers) - 1)

    def slot(self, name: str, params: list[int], ret: int, /, **entries: str) -> int:
        self.image.slots.append(im.DispatchSlot(name, tuple(params), ret, tuple(entries.items())))  # type: ignore[arg-type]
        return self.let(name, len(self.image.slots) - 1)

    def test(self, name: str, type: int, *shapes: int) -> int:
        self.image.tests.append(im.IsTest(type, tuple(sorted(shapes))))
        return self.let(name, len(self.image.tests) - 1)

    # --- functions

    def func(self, name: str, params: list[int], ret: int, nx: int, nr: int, text: str, *, env: str = "", kind: str = "fn",
             cost: int = 1, marks: bool = False, results: tuple[int, ...] = ()) -> None:  # fmt: skip
        f = im.Func(
            name, kind, 0, 0, nx, nr, tuple(params), ret, self.names[env] if env else -1, cost, marks, results
        )
        self.let(name, len(self.image.funcs))
        self.image.funcs.append(f)
        self.todo.append((f, text))

    def index(self, word: str, labels: dict[str, int], here: int) -> int:
        if word in labels:
            return labels[word] - here
        if word in self.names:
            return self.names[word]
        return int(word, 0)

    def finish(self) -> im.Image:
        for f, text in self.todo:
            self.assemble(f, text)
        self.todo = []
        fix = lambda v: self.names[v] if isinstance(v, str) else v  # noqa: E731
        for shape in self.image.shapes:
            shape.func = fix(shape.func)
        for h in self.image.handlers:
            h.body_func = fix(h.body_func)
            for c in h.clauses:
                c.arm_func, c.guard_func = fix(c.arm_func), fix(c.guard_func)
        for slot in self.image.slots:
            slot.entries = tuple((fix(s), fix(f)) for s, f in slot.entries)
        return self.image

    def assemble(self, f: im.Func, text: str) -> None:
        lines: list[tuple[str, list[str], list[str]]] = []
        labels: dict[str, int] = {}
        size = 0
        for raw in text.splitlines():
            line = raw.partition("#")[0].strip()
            if not line:
                continue
            if line.endswith(":"):
                labels[line[:-1]] = size
                continue
            words = TOKEN.findall(line)
            items: list[str] = []
            if "[" in words:
                at = words.index("[")
                items = words[at + 1 : -1]
                words = words[:at]
            lines.append((words[0], words[1:], items))
            size += self.size(words[0], items)
        f.start = len(self.image.code)
        f.length = size
        at = 0
        for name, words, items in lines:
            n = self.size(name, items)
            self.image.code.extend(self.encode(name, words, items, labels, at + n))
            at += n
            assert len(self.image.code) == f.start + at, name

    def size(self, name: str, items: list[str]) -> int:
        op = BY_NAME[name]
        if op.list == "table":
            return 1 + 1 + (len(items) - 3 + 2) // 2
        return op.words + ((len(items) + 3) // 4 if op.list else 0)

    def encode(
        self, name: str, words: list[str], items: list[str], labels: dict[str, int], after: int
    ) -> list[int]:
        op = BY_NAME[name]
        fields = [0] * 7
        at = 0
        words = list(words)
        for kind, _ in op.fields:
            width = WIDTH.get(kind, 1)
            if kind == "-":
                at += width
                continue
            if kind == "u" and op.list and not words:  # the count of the list
                fields[at] = len(items) - 3 if op.list == "table" else len(items)
                at += 1
                continue
            word = words.pop(0)
            if kind == "v":
                tag, _, index = word.partition(".")
                value = int(tag) << 8 | int(index)
            else:
                value = self.index(word, labels if kind[0] == "j" else {}, after)
                limit = 1 << 16 * width
                assert -limit // 2 <= value < limit, (name, word)
            for _ in range(width):
                fields[at] = value & 0xFFFF
                value >>= 16
                at += 1
        assert not words, (name, words)
        out = [encode(op, *fields[:3])]
        if op.words == 2:
            out.append(fields[3] | fields[4] << 16 | fields[5] << 32 | fields[6] << 48)
        if op.list == "table":  # low: case case case else default
            low = int(items[0].rstrip(":")) & 0xFFFFFFFFFFFFFFFF
            table = [items[-1], *items[1:-2]]
            out.append(low)
            halves = [self.index(t, labels, after) & 0xFFFFFFFF for t in table] + [0]
            out += [halves[i] | halves[i + 1] << 32 for i in range(0, len(table), 2)]
        elif op.list:
            regs = [int(i) for i in items] + [0, 0, 0]
            out += [
                regs[i] | regs[i + 1] << 16 | regs[i + 2] << 32 | regs[i + 3] << 48
                for i in range(0, len(items), 4)
            ]
        return out

    # --- running

    def session(self, func: str, *args: Any, **options: Any) -> Session:
        s = Session(Code(self.finish()), **options)
        s.begin(self.names[func], args)
        return s

    def run(self, func: str, *args: Any, **options: Any) -> Any:
        """The result in Python, or the trap as ``"trap: MESSAGE"``."""
        return outcome(self.session(func, *args, **options))

    def text(self, func: str, *args: Any, **options: Any) -> str:
        s = self.session(func, *args, **options)
        assert STATUS[s.step()] == "done", s.trap_message
        return s.to_text()


def outcome(s: Session) -> Any:
    status = STATUS[s.step()]
    if status == "trapped":
        return "trap: " + s.trap_message
    assert status == "done", status
    s.check_heap()
    return s.result()
