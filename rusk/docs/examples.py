"""The examples in comments as programs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.docs.comments import Comments
from rusk.source import Source, load_source
from rusk.syntax import parse_file
from rusk.syntax.ast import FnDecl

if TYPE_CHECKING:
    from rusk.docs.model import Entry, Page


class Example:
    """A program, what it prints, and the message of the trap with which it ends ("": none). ``place``: whose example it is; ``path``: where the
    program would lie, for the files of its modules."""

    __slots__ = ("place", "program", "output", "trap", "path")

    def __init__(self, place: str, program: str, output: str, trap: str, path: str | None) -> None:
        self.place = place
        self.program = program
        self.output = output
        self.trap = trap
        self.path = path

    def run(self, opt_level: int = 2) -> str:
        """What is wrong with it; "" if nothing is."""
        from rusk import Program, Trap, stdio
        from rusk.compiler import Options, compile_source

        compiled = compile_source(Source("example", self.program), self.path, Options(opt_level=opt_level))
        if compiled.image is None:
            return "does not compile: " + "; ".join(
                [d.message for d in compiled.diagnostics if d.severity == "error"]
            )
        out = io.StringIO()
        trap = ""
        try:
            Program(compiled.image).run(host=stdio(file=out))
        except Trap as e:
            trap = str(e).split("\n")[0]
        if out.getvalue() != self.output:
            return f"prints {out.getvalue()!r} instead of {self.output!r}"
        return "" if trap == self.trap else f"ends with the trap {trap!r} instead of {self.trap!r}"


def blocks(doc: str) -> list[tuple[bool, str]]:
    """The text of a comment, cut into prose and code (True)."""
    parts: list[tuple[bool, list[str]]] = [(False, [])]
    for line in doc.split("\n"):
        code, lines = parts[-1]
        indented = line.startswith("    ")
        if code and line and not indented:
            parts.append((False, [line]))
        elif not code and indented and lines and not lines[-1]:
            parts.append((True, [line[4:]]))
        else:
            lines.append(line[4:] if code else line)
    return [(code, "\n".join(lines).strip("\n")) for code, lines in parts if any(lines)]


def program(code: str) -> tuple[str, str, str]:
    """The program that an example is, its output and its trap."""
    comments = Comments(Source("example", code))
    notes = list(comments.all())
    output = "".join([note[4:] + "\n" for note in notes if note.startswith("//> ")])
    traps = [note[10:] for note in notes if note.startswith("//! trap: ")]
    kinds = comments.kinds
    if not any(
        kind == "fn" and code[comments.starts[n + 1] :].startswith("main(") for n, kind in enumerate(kinds)
    ):
        n = 0
        while kinds[n] == "use":  # imports stand outside of the body
            n = kinds.index(";", n) + 1
        body = comments.starts[n]
        code = f"{code[:body]}fn main() {{\n{code[body:]}\n}}\n"
    return code, output, traps[0] if traps else ""


def without_main(source: Source) -> str:
    """The text of the entry file of a program, without its function `main`, for examples to have their own."""
    for decl in parse_file(source, Diagnostics()).items:
        if isinstance(decl, FnDecl) and decl.name == "main":
            return source.text[: decl.pos] + source.text[decl.end :]
    return source.text


def examples(page: Page, path: str | None = None) -> list[Example]:
    """The examples of a page, in order. ``path``: the entry file of the program that they belong to; they are compiled as a part of it."""
    context = "" if path is None else without_main(load_source(path)) + "\n"

    def of(place: str, doc: str) -> list[Example]:
        out = []
        for code, text in blocks(doc):
            if code:
                body, output, trap = program(text)
                out.append(Example(place, context + body, output, trap, path))
        return out

    def where(entry: Entry) -> str:
        return f"{page.source.path}:{page.source.line_col(entry.pos)[0]}: {page.name}::{entry.name}"

    out = of(f"{page.source.path}:1: {page.name}", page.doc)
    for entry in page.all():
        out += of(where(entry), entry.doc)
    return out
