"""The syntax tree as text, for `rusk check --emit ast` (08 §14.5)."""

from __future__ import annotations

from rusk.syntax import ast

_HIDDEN = frozenset(("pos", "end", "res", "item", "source", "rest_pos"))

_fields_of: dict[type, tuple[str, ...]] = {}


def _fields(cls: type[ast.Node]) -> tuple[str, ...]:
    """The fields of a class that the parser fills, in the order of their declaration."""
    fields = _fields_of.get(cls)
    if fields is None:
        typed = issubclass(cls, (ast.Expr, ast.Pattern))
        names = [name for base in reversed(cls.__mro__) for name in getattr(base, "__slots__", ())]
        fields = tuple(
            name
            for name in names
            if name not in _HIDDEN and not name.endswith("_pos") and not (typed and name == "ty")
        )
        _fields_of[cls] = fields
    return fields


def _plain_path(value: list[object]) -> str | None:
    """A path without type arguments as it is written; None for anything else."""
    names: list[str] = []
    for segment in value:
        if not isinstance(segment, ast.PathSegment) or segment.args is not None:
            return None
        names.append(segment.name)
    return "::".join(names)


def dump(file: ast.File) -> str:
    """The tree of a file: one line for each node, its parts below it, indented by two.

    A line holds the name of the part, the class of the node, its plain values, and its place as
    `line:column-line:column` (the end exclusive). Parts that are absent (None, empty lists) are left out.
    """
    source = file.source
    out: list[str] = []
    # (depth, label, value), the next one last
    stack: list[tuple[int, str, object]] = [(0, "", file)]
    while stack:
        depth, label, value = stack.pop()
        indent = "  " * depth
        if isinstance(value, list):
            out.append(f"{indent}{label}")
            stack.extend((depth + 1, "", element) for element in reversed(value))
            continue
        if not isinstance(value, ast.Node):
            out.append(f"{indent}{label}{value!r}")
            continue
        words = [type(value).__name__]
        parts: list[tuple[int, str, object]] = []
        for name in _fields(type(value)):
            part = getattr(value, name)
            shown = name.rstrip("_")
            if part is None or (isinstance(part, list) and not part):
                continue
            if isinstance(part, list):
                path = None if name == "names" else _plain_path(part)
                if path is None:
                    parts.append((depth + 1, f"{shown}:", part))
                else:
                    words.append(path)
            elif isinstance(part, ast.PathSegment) and part.args is None:
                words.append(f"{shown}={part.name}")
            elif isinstance(part, ast.Node):
                parts.append((depth + 1, f"{shown}: ", part))
            elif part is True:
                words.append(shown)
            elif part is not False or name == "value":
                words.append(f"{shown}={part!r}")
        line, col = source.line_col(value.pos)
        end_line, end_col = source.line_col(value.end)
        words.append(f"[{line}:{col}-{end_line}:{end_col}]")
        out.append(indent + label + " ".join(words))
        stack.extend(reversed(parts))
    return "\n".join(out) + "\n"
