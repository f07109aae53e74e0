"""Completion: the checker is asked about the text with a name put in at the cursor, so it works in the middle of typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.diagnostics import Diagnostics
from rusk.lsp.nodes import ancestors, bindings_at
from rusk.lsp.symbols import shown
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, FCLOSE, FOPEN, IDENT, KEYWORDS
from rusk.syntax.trivia import comments
from rusk.syntax.walk import walk
from rusk.types.items import EnumItem, StructItem
from rusk.types.members import Member, members_of, names_in, path_members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.lsp.program import File, Program
    from rusk.syntax.tokens import Tokens

#: stands for the name at the cursor
_MARK = "__cursor"

_CLOSERS = {"(": ")", "[": "]", "{": "}", FOPEN: "}"}
_STARTS = frozenset((";", "{", "}"))
_PRIMITIVES = ("unit", "bool", "int", "float", "byte", "char", "string", "bytes")


class Completion:
    """``start``: where the name begins that is completed; ``members``: what may stand there, by name."""

    def __init__(self, start: int, members: list[Member]) -> None:
        self.start = start
        self.members = members


def complete(program: Program, file: File, text: str, offset: int) -> Completion:
    """What may stand at ``offset``. ``text``: the file as the editor has it (the program may know an older one)."""
    tokens = tokenize(Source("", text[:offset]), Diagnostics())
    count = written(tokens)
    start = offset
    if (
        count
        and tokens.ends[count - 1] == offset
        and (tokens.kinds[count - 1] == IDENT or tokens.kinds[count - 1] in KEYWORDS)
    ):
        count -= 1
        start = tokens.starts[count]
    if 0 <= tokens.broken <= start and not _in_hole(tokens, count):
        return Completion(start, [])
    notes, _ = comments(text, tokens.ends[count - 1] if count else 0, offset)
    if notes and notes[-1].is_line and notes[-1].end == offset:
        return Completion(start, [])
    prefix = text[start:offset]
    before = tokens.kinds[count - 1] if count else ""
    if before == ".":
        found = _members(program, file, text, start, offset, tokens, count)
    elif before == "::":
        found = _in_path(program, file, tokens, count)
    elif before == "@":
        found = [m for m in _names(program, file, text, offset) if m.kind in ("type", "module")]
    else:
        found = _names(program, file, text, offset)
    folded = prefix.casefold()
    return Completion(start, [m for m in found if m.name.casefold().startswith(folded)])


def written(tokens: Tokens) -> int:
    """The number of tokens, without those that the lexer makes up at the end of a text."""
    count = tokens.kinds.index(EOF)
    while count and tokens.starts[count - 1] == tokens.ends[count - 1]:
        count -= 1
    return count


def _in_hole(tokens: Tokens, count: int) -> bool:
    """Whether the cursor stands in a hole of a formatted string, whose rest the lexer misses."""
    kinds = tokens.kinds[:count]
    return kinds.count(FOPEN) > kinds.count(FCLOSE)


def _members(
    program: Program, file: File, text: str, start: int, end: int, tokens: Tokens, count: int
) -> list[Member]:
    """After `x.`: the type of `x`, with what the text may need to be one."""
    rest = text[_name_end(text, end) :]
    for filling in _fillings(tokens, count):
        marked = text[:start] + _MARK + filling + rest
        found = _type_before_mark(program, file, text, marked)
        if found is not None:
            return found
    return []


def _name_end(text: str, at: int) -> int:
    from rusk.syntax.lexer import name_end

    return max(at, name_end("a" + text[at : at + 200], 0) - 1 + at)


def _fillings(tokens: Tokens, count: int) -> Iterator[str]:
    yield ""
    yield ";"
    stack: list[str] = []
    for kind in tokens.kinds[:count]:
        if kind in _STARTS:
            if kind == "}" and stack and stack[-1] == "}":
                stack.pop()
            elif kind == "{":
                stack.append("}")
        elif kind in _CLOSERS:
            stack.append(_CLOSERS[kind])
        elif kind in (")", "]", FCLOSE) and stack:
            stack.pop()
    inner = []
    for closer in reversed(stack):
        if closer == "}":
            break
        inner.append(closer)
    if inner:
        yield "".join(inner)
        yield "".join(inner) + ";"
    # a condition or scrutinee whose block is not there yet
    yield "".join(inner) + " {}"
    # everything that is open, as for a function whose end has not been written
    yield "".join(inner) + ";" + "".join([c for c in reversed(stack) if c == "}"])


def _type_before_mark(program: Program, file: File, text: str, marked: str) -> list[Member] | None:
    from rusk.lsp.text import change

    start, old, new = change(file.source.text, marked)
    decl = program.function_at(file, start, old)
    if decl is not None and decl.body is not None:
        pos, end = decl.body.pos, decl.body.end
        with program.asking():
            block = program.trial(file, decl, marked, pos, end + new - old)
            if block is not None:
                return _marked(program, [block])
    return _whole(program, file, marked)


def _marked(program: Program, nodes: list[Any]) -> list[Member] | None:
    for root in nodes:
        for node in walk(root):
            if isinstance(node, (ast.Field, ast.MethodCall)) and node.name == _MARK:
                base = node.base if isinstance(node, ast.Field) else node.recv
                return members_of(program.world, base.ty) if base.ty is not None else None
    return None


def _whole(program: Program, file: File, marked: str) -> list[Member] | None:
    """The whole program with the marked text: for places that are in no body, or whose body has no end."""
    from rusk.lsp.program import Program

    buffers = program.buffers
    kept = buffers.open.get(file.path)
    buffers.open[file.path] = marked
    try:
        if _MARK not in marked:
            return None
        other = Program(program.entry, buffers, program.library, program.load_std)
        other.complete()
        mine = other.files.get(file.path)
        with other.asking():
            return None if mine is None else _marked(other, mine.items)
    finally:
        if kept is None:
            del buffers.open[file.path]
        else:
            buffers.open[file.path] = kept


def _in_path(program: Program, file: File, tokens: Tokens, count: int) -> list[Member]:
    """After `a::b::`."""
    path: list[str] = []
    i = count - 1
    while (
        i > 0
        and tokens.kinds[i] == "::"
        and (tokens.kinds[i - 1] == IDENT or tokens.kinds[i - 1] in KEYWORDS)
    ):
        path.insert(0, str(tokens.values[i - 1]))
        i -= 2
    if not path:
        return []
    with program.asking():
        return path_members(program.world, module_at(file, tokens.starts[count - 1]), path)


def module_at(file: File, offset: int) -> Any:
    """The module in which a place of a file lies: that of the file, or an inline one."""
    module = file.module
    for node in ancestors(file.items, offset):
        if isinstance(node, ast.ModDecl) and node.item is not None and node.items is not None:
            module = node.item
    return module


def _names(program: Program, file: File, text: str, offset: int) -> list[Member]:
    """Without anything before: local variables, what the module knows, keywords."""
    at = _known_place(file.source.text, text, offset)
    found: dict[str, Member] = {}
    with program.asking():
        module = module_at(file, at)
        for m in names_in(program.world, module):
            found[m.name] = m
        around = ancestors(file.items, at)
        for node in around:
            for g in getattr(node, "generics", ()):
                found[g.name] = Member(g.name, "type")
        for b in bindings_at(around, at):
            found[b.name] = Member(b.name, "variable", shown(b.ty))
        for node in around[-1:]:
            if isinstance(node, (ast.StructLit, ast.FieldInit)):
                found.update(_field_names(node))
    for word in (*KEYWORDS, "true", "false"):
        found.setdefault(word, Member(word, "keyword"))
    for word in _PRIMITIVES:
        found.setdefault(word, Member(word, "type"))
    return [found[name] for name in sorted(found) if not name.startswith("__")]


def _field_names(node: Any) -> dict[str, Member]:
    item = getattr(getattr(node, "ty", None), "item", None)
    if isinstance(item, StructItem) and not isinstance(item, EnumItem):
        return {name: Member(name, "field", shown(t)) for name, t in item.fields}
    return {}


def _known_place(known: str, text: str, offset: int) -> int:
    """Where a place of the text lies in the text that the program knows."""
    from rusk.lsp.text import change

    start, old, new = change(known, text)
    if offset <= start:
        return offset
    return offset - new + old if offset >= new else min(old, start + (offset - start))
