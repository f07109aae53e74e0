"""``rusk explain``: the long text of an error code."""

from __future__ import annotations

from rusk.cli import FAILED, OK, UsageError, put, say

USAGE = """\
usage: rusk explain [CODE]

Explains a diagnostic, named by its code (E0301) or its name (type-mismatch); without CODE lists them all.
"""


def main(args: list[str]) -> int:
    """Print the explanation that ``args`` name; the exit status."""
    if any([a in ("-h", "--help") for a in args]):
        put(USAGE)
        return OK
    if len(args) > 1 or (args and args[0].startswith("-")):
        raise UsageError("`rusk explain` takes one CODE")
    from rusk.diagnostics.explain import load, render

    entries = load()
    if not args:
        put("".join([f"{e.code}  {e.name}\n" for e in entries.values()]))
        return OK
    wanted = args[0].upper()
    for entry in entries.values():
        if entry.code == wanted or entry.name == args[0].lower():
            put(render(entry))
            return OK
    from rusk.diagnostics import nearest

    near = nearest(wanted, entries) or nearest(args[0].lower(), [e.name for e in entries.values()])
    hint = f"; did you mean `{near}`?" if near else ""
    say(f"error: there is no diagnostic `{args[0]}`{hint}\n")
    return FAILED
