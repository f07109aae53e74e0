"""From inputs to programs: text with a memory of where each piece comes from.

A program is the definitions made so far, and a function that is the new input. It takes what the inputs before have left, `(variables, last result)`, and
gives what this one leaves. A variable declared with `let` lives in a cell, an object of the program, so that inputs and closures share it; its uses are
written as uses of the cell. `const` and `readonly` variables are passed as they are.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rusk.repl.reading import HEAD
from rusk.syntax import ast
from rusk.syntax.lexer import tokenize
from rusk.syntax.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rusk.diagnostics import Diagnostic
    from rusk.repl.reading import Part
    from rusk.source import Source

#: what every program begins with
PRELUDE = "struct Cell__<T> { v: T }\n"

#: the names of the functions of an input
RUN, SHOW = "__input", "__show"


class Definition:
    """A definition: its text, and the names it gives; a later one with one of them takes its place."""

    __slots__ = ("end", "keys", "source", "start")

    def __init__(self, source: Source, start: int, end: int, keys: frozenset[tuple[str, str]]) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.keys = keys

    @property
    def text(self) -> str:
        """As typed."""
        return self.source.text[self.start : self.end]


class Variable:
    """A variable of the REPL. ``kind``: "let", "const" or "readonly"; ``type``: as a program writes it."""

    __slots__ = ("kind", "name", "type")

    def __init__(self, name: str, kind: str, type: str) -> None:
        self.name = name
        self.kind = kind
        self.type = type

    @property
    def stored(self) -> str:
        """The type of what is kept for it."""
        return f"Cell__<{self.type}>" if self.kind == "let" else self.type

    @property
    def local(self) -> str:
        """The name of what is kept for it, in the function of an input."""
        return f"__c_{self.name}" if self.kind == "let" else self.name


class Built:
    """The text of a program, and where its pieces come from."""

    __slots__ = ("_length", "_pieces", "_places", "_starts")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._places: list[tuple[Source, int, bool] | None] = []
        self._length = 0

    def add(self, text: str, source: Source | None = None, pos: int = 0, copied: bool = False) -> None:
        """Add text: made up, or standing for place ``pos`` of ``source``, of which it is a copy if ``copied``."""
        if text:
            self._pieces.append(text)
            self._starts.append(self._length)
            self._places.append(None if source is None else (source, pos, copied))
            self._length += len(text)

    def copy(self, source: Source, start: int, end: int) -> None:
        """Add a stretch of a source."""
        self.add(source.text[start:end], source, start, True)

    def text(self) -> str:
        """The whole."""
        return "".join(self._pieces)

    def __len__(self) -> int:
        return self._length

    def locate(self, pos: int) -> tuple[Source, int] | None:
        """Where a place of the text comes from; None for text that is made up."""
        i = bisect_right(self._starts, pos) - 1
        place = self._places[i] if i >= 0 else None
        if place is None:
            return None
        source, start, copied = place
        return source, start + (pos - self._starts[i] if copied else 0)

    def placed(self, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Diagnostics of the text with their places in what was typed; those of text that is made up are left out."""
        out: list[Diagnostic] = []
        for d in found:
            if d.source is not None and not d.source.path.startswith("<input"):
                out.append(d)  # in a file of the program
                continue
            at = self.locate(d.pos)
            if at is None:
                continue
            d.message = d.message.replace("the type of `__r`", "the type of this")
            if d.help is not None and "`__" in d.help:
                d.help = None  # a name of this file's own
            d.source, size = at[0], max(d.end - d.pos, 0)
            last = self.locate(max(d.end - 1, d.pos))
            d.path = at[0].path
            d.pos = at[1]
            d.end = last[1] + 1 if last is not None and last[0] is at[0] else d.pos + min(size, 1)
            moved = [(s, self.locate(p), self.locate(max(e - 1, p)), label) for s, p, e, label in d.secondary]
            d.secondary = [
                (a[0], a[1], b[1] + 1, label)
                for _, a, b, label in moved
                if a is not None and b is not None and a[0] is b[0]
            ]
            out.append(d)
        return out


# ---------------------------------------------------------------- definitions


def definitions(source: Source, parts: Iterable[Part]) -> list[Definition]:
    """The definitions among the parts of an input."""
    return [Definition(source, p.start, p.end, _keys(p.item, source)) for p in parts if p.item is not None]


def _keys(item: ast.Item, source: Source) -> frozenset[tuple[str, str]]:
    if isinstance(item, ast.UseDecl):
        return frozenset([("name", item.alias or item.path[-1].name)])
    if isinstance(item, ast.DeriveDecl):
        return frozenset([("derive", item.target.name)])
    if isinstance(item, ast.ImplDecl):
        target = source.text[item.target.pos : item.target.end]
        if item.iface is not None:
            return frozenset([("impl", source.text[item.iface.pos : item.iface.end] + " for " + target)])
        return frozenset([("method", f"{target}.{m.name}") for m in item.members])
    return frozenset([("name", item.name)])


def merged(old: Sequence[Definition], new: Sequence[Definition]) -> tuple[list[Definition], frozenset[str]]:
    """The definitions after some more, and the names of types and modules that now mean something else."""
    keys = frozenset([key for d in new for key in d.keys])
    gone = [d for d in old if d.keys & keys]
    texts = {d.text for d in new}
    changed = frozenset(
        [name for d in gone if d.text not in texts for kind, name in d.keys if kind == "name"]
    )
    return [*[d for d in old if not d.keys & keys], *new], changed


# ---------------------------------------------------------------- the function of an input


class Plan:
    """How an input is compiled. ``before``: the variables so far, None before the first input; ``last``: the type of the last result.

    ``new``: the variables that it declares, with their kinds; ``gone``: those that it lets go of; ``forgets``: and the last result; ``result``: whether it ends in an expression.
    """

    __slots__ = (
        "before",
        "definitions",
        "forgets",
        "gone",
        "last",
        "new",
        "parts",
        "result",
        "source",
        "types",
    )

    def __init__(
        self,
        source: Source,
        parts: Sequence[Part],
        definitions: Sequence[Definition],
        before: Sequence[Variable] | None,
        last: str,
    ) -> None:
        self.source = source
        self.parts = [p for p in parts if p.body is not None]
        self.definitions = definitions
        self.before = before
        self.last = last
        self.new: dict[str, str] = {}
        self.gone: frozenset[str] = frozenset()
        self.forgets = False
        #: types of the new variables, and of the result under the name "": known after the first check
        self.types: dict[str, str] | None = None
        for part in self.parts:
            assert part.body is not None
            for stmt in part.body.stmts:
                if isinstance(stmt, ast.Let):
                    self.new.update((name, stmt.kind) for name in pattern_names(stmt.pattern))
        body = self.parts[-1].body if self.parts else None
        self.result = body is not None and body.tail is not None

    def after(self) -> list[Variable]:
        """The variables after the input. After the first check."""
        assert self.types is not None
        kept = [v for v in self.before or () if v.name not in self.new and v.name not in self.gone]
        return kept + [Variable(name, kind, self.types[name]) for name, kind in self.new.items()]

    def has_value(self) -> bool:
        """Whether the input ends in an expression with a value worth keeping. After the first check."""
        assert self.types is not None
        return self.result and self.types.get("", "unit") not in ("unit", "!")

    def result_type(self) -> str:
        """The type of the last result after the input."""
        assert self.types is not None
        return self.types[""] if self.has_value() else "unit" if self.forgets else self.last

    def build(self) -> Built:
        """The program: to be checked (then the function has no result), or to be run, once `types` are known."""
        out = Built()
        out.add(PRELUDE)
        for d in self.definitions:
            out.copy(d.source, d.start, d.end)
            out.add("\n")
        before = self.before
        param = f"__p: {_pair(before, self.last)}" if before is not None else ""
        ret = ""
        if self.types is not None:
            ret = f" -> {_pair(self.after(), self.result_type())}"
        out.add(f"fn {RUN}({param}){ret} {{\n")
        names: dict[str, str] = {}
        for i, v in enumerate(before or ()):
            out.add(f"const {v.local} = __p.0.{i};\n")
            names[v.name] = v.local if v.kind == "let" else ""
        if before is not None and "it" not in names:
            out.add("const it = __p.1;\n")
        out.add("{\n")  # a scope of its own, so that variables can be declared anew
        for part in self.parts:
            self.statements(out, part, names)
        if self.types is not None:
            kept = [v.local for v in self.after()]
            value = "__r" if self.has_value() else "()" if self.forgets or self.before is None else "__p.1"
            out.add(f"(({', '.join(kept)}{',' if len(kept) == 1 else ''}), {value})\n")
        out.add("}\n}\n")
        if self.types is not None:
            out.add(
                f"fn {SHOW}(__p: {_pair(self.after(), self.result_type())}) -> {self.result_type()} {{ __p.1 }}\n"
            )
        return out

    def statements(self, out: Built, part: Part, names: dict[str, str]) -> None:
        """Write statements, with uses of variables in cells as such."""
        body = part.body
        assert body is not None
        source, shift = self.source, len(HEAD)
        is_last = part is self.parts[-1]
        for stmt in body.stmts:
            start, end = stmt.pos - shift, min(stmt.end - shift, part.end)
            self.rewritten(out, stmt, start, end, names)
            if isinstance(stmt, ast.Let) or stmt.has_semi:
                out.add("" if source.text[start:end].endswith(";") else ";")
            if isinstance(stmt, ast.Let):
                for name in pattern_names(stmt.pattern):
                    names[name] = f"__c_{name}" if stmt.kind == "let" else ""
                    if stmt.kind == "let":
                        out.add(f" const __c_{name} = Cell__ {{ v: {name} }};", source, start)
            out.add("\n")
        if body.tail is not None:
            start = part.start
            if body.stmts:
                start = body.stmts[-1].end - shift
                tail_start = body.tail.pos - shift
                start = min(start, tail_start)
                start += len(source.text[start:tail_start]) - len(source.text[start:tail_start].lstrip())
            plain = self.types is not None and self.types.get("") == "!"
            if is_last and not plain:
                out.add("const __r = ", source, start)
            self.rewritten(out, body.tail, start, part.end, names)
            out.add(";\n")

    def rewritten(self, out: Built, node: ast.Node, start: int, end: int, names: dict[str, str]) -> None:
        """Write a stretch of the input in which uses of ``names`` become uses of their cells."""
        at = start
        text = self.source.text
        for pos, name in sorted(free_names(node)):
            cell = names.get(name)
            if not cell:
                continue
            pos -= len(HEAD)
            out.copy(self.source, at, pos)
            at = pos + len(name)
            follows = text[at:end].lstrip()[:1]
            if follows and follows in "({|":
                # the value is called, and `c.v(..)` would be a method
                before = text[start:pos].rstrip()[-1:]
                out.add(f"{';' if before == '}' else ''}({cell}.v)", self.source, pos)
            else:
                out.add(f"{cell}.v", self.source, pos)
        out.copy(self.source, at, end)


def _pair(variables: Sequence[Variable], result: str) -> str:
    inner = ", ".join([v.stored for v in variables])
    return f"(({inner}{',' if len(variables) == 1 else ''}), {result})"


# ---------------------------------------------------------------- names


def pattern_names(pattern: ast.Pattern) -> list[str]:
    """The names that a pattern of a statement may bind."""
    out: list[tuple[int, str]] = []
    work: list[ast.Node] = [pattern]
    while work:
        p = work.pop()
        if isinstance(p, ast.PatBind) and p.name not in ("None", "_"):
            out.append((p.pos, p.name))
        elif isinstance(p, (ast.PatTuple, ast.PatArray)) and p.rest_name is not None:
            out.append((p.rest_pos, p.rest_name))
        work += [c for c in children(p) if isinstance(c, (ast.Pattern, ast.FieldPat))]
    return [name for _, name in sorted(out)]


def free_names(root: ast.Node) -> list[tuple[int, str]]:
    """Place and name of the uses of names in a statement or expression that are not bound in it (01 §5.9)."""
    out: list[tuple[int, str]] = []
    # (node, names bound around it)
    work: list[tuple[ast.Node, frozenset[str]]] = [(root, frozenset())]
    while work:
        node, bound = work.pop()
        if isinstance(node, ast.Path):
            if len(node.segments) == 1 and node.segments[0].name not in bound:
                out.append((node.pos, node.segments[0].name))
        elif isinstance(node, ast.TypeExpr):
            pass
        elif isinstance(node, ast.Block):
            inner = bound
            for stmt in node.stmts:
                if isinstance(stmt, ast.Let):
                    work.append((stmt.init, inner))
                    inner |= frozenset(pattern_names(stmt.pattern))
                else:
                    work.append((stmt, inner))
            if node.tail is not None:
                work.append((node.tail, inner))
        elif isinstance(node, ast.Let):
            work.append((node.init, bound))
        elif isinstance(node, ast.Lambda):
            work.append((node.body, bound.union(*[pattern_names(p.pattern) for p in node.params])))
        elif isinstance(node, ast.For):
            work.append((node.iterable, bound))
            work.append((node.body, bound | frozenset(pattern_names(node.pattern))))
        elif isinstance(node, ast.ValueArm):
            work.append((node.body, bound | frozenset(pattern_names(node.pattern))))
        elif isinstance(node, ast.EffectArm):
            names = [name for p in node.patterns for name in pattern_names(p)]
            work.append((node.body, bound | {node.binder, *names}))
        else:
            work += [(child, bound) for child in children(node)]
    return sorted(set(out))


def mentions(text: str, names: frozenset[str]) -> bool:
    """Whether a written type has one of these names in it."""
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source as Text

    return any(
        [value in names for value in tokenize(Text("", text), Diagnostics()).values if isinstance(value, str)]
    )
