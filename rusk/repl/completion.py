"""Completion: what may stand at the cursor, by asking the checker about the text before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.compiler import analyse
from rusk.diagnostics import Diagnostics
from rusk.repl.building import Plan
from rusk.repl.reading import read
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, FCLOSE, FOPEN, IDENT, KEYWORDS
from rusk.syntax.trivia import comments
from rusk.syntax.walk import walk
from rusk.types.members import Member, members_of, names_in, path_members

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.diagnostics import Diagnostic
    from rusk.repl.session import Repl
    from rusk.syntax.tokens import Tokens
    from rusk.types.world import World

#: stands for the name at the cursor
_MARK = "__cursor"

_CLOSERS = {"(": ")", "[": "]", "{": "}", FOPEN: "}"}
_STARTS = frozenset((";", "{", "}"))


def complete(repl: Repl, text: str) -> tuple[int, list[Member]]:
    """What may stand at the end of ``text``: where the name begins that it completes, and the possible names, sorted."""
    tokens = tokenize(Source("", text), Diagnostics())
    count = tokens.kinds.index(EOF)
    start = len(text)
    if (
        count
        and tokens.ends[count - 1] == len(text)
        and (tokens.kinds[count - 1] == IDENT or tokens.kinds[count - 1] in KEYWORDS)
    ):
        count -= 1
        start = tokens.starts[count]
    if tokens.broken >= 0 and tokens.broken <= start:
        return start, []  # within a literal or block comment
    notes, _ = comments(text, tokens.ends[count - 1] if count else 0, len(text))
    if notes and notes[-1].is_line and notes[-1].end == len(text):
        return start, []
    prefix = text[start:]
    before = tokens.kinds[count - 1] if count else ""
    if before == ".":
        found = _members(repl, text[:start], tokens, count)
    elif before == "::":
        found = _in_path(repl, tokens, count)
    else:
        found = _names(repl)
    return start, [m for m in found if m.name.startswith(prefix)]


def _members(repl: Repl, before: str, tokens: Tokens, count: int) -> list[Member]:
    """After `x.`: let the checker find the type of `x` in what has been typed, its brackets closed."""
    stack: list[str] = []
    for kind in tokens.kinds[:count]:
        if kind in _CLOSERS:
            stack.append(_CLOSERS[kind])
        elif kind in (")", "]", "}", FCLOSE) and stack:
            stack.pop()
    given = read(before + _MARK + " ".join(reversed(stack)))
    if given.errors:
        # only the innermost statement
        start = max([tokens.ends[i] for i in range(count) if tokens.kinds[i] in _STARTS], default=0)
        given = read(before[start:] + _MARK)
        if given.errors:
            return []
    plan = Plan(given.source, given.parts, repl.definitions, repl.variables, repl.last)

    def look(world: World, found: list[Diagnostic]) -> list[Member]:
        for item in world.root.items:
            for node in walk(item):
                if isinstance(node, ast.Field) and node.name == _MARK and node.base.ty is not None:
                    return members_of(world, node.base.ty)
        return []

    return analyse(Source("<input>", plan.build().text()), repl.path, repl.options(), look)


def _in_path(repl: Repl, tokens: Tokens, count: int) -> list[Member]:
    """After `a::b::`."""
    path: list[str] = []
    i = count - 1
    while i > 0 and tokens.kinds[i] == "::" and tokens.kinds[i - 1] == IDENT:
        path.insert(0, str(tokens.values[i - 1]))
        i -= 2
    if not path:
        return []
    return _asked(repl, lambda world: path_members(world, world.root, path))


def _names(repl: Repl) -> list[Member]:
    found = {m.name: m for m in _asked(repl, lambda world: names_in(world, world.root))}
    for word in (*KEYWORDS, "true", "false"):
        found.setdefault(word, Member(word, "keyword"))
    for v in repl.variables or ():
        found[v.name] = Member(v.name, "variable", v.type)
    return [found[name] for name in sorted(found) if not name.startswith("__") and name != "Cell__"]


def _asked(repl: Repl, ask: Callable[[World], list[Member]]) -> list[Member]:
    """Ask the world of the definitions made so far."""
    source = Source("<input>", "")
    plan = Plan(source, [], repl.definitions, repl.variables, repl.last)
    return analyse(
        Source("<input>", plan.build().text()), repl.path, repl.options(), lambda world, _: ask(world)
    )
