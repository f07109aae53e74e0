"""The long explanations of diagnostics: ``explain.md`` beside this file, read on demand."""

from __future__ import annotations

from pathlib import Path


class Explanation:
    """An entry: code and name, text, and the programs that get the diagnostic and do not (None where there is no small one).

    A program is a dict from file name to text; ``main.rusk`` is its entry file. A name ending in ``/`` stands for a directory.
    """

    __slots__ = ("code", "name", "text", "wrong", "right")

    def __init__(
        self, code: str, name: str, text: str, wrong: dict[str, str] | None, right: dict[str, str] | None
    ) -> None:
        self.code = code
        self.name = name
        self.text = text
        self.wrong = wrong
        self.right = right


def _program(lines: list[str]) -> dict[str, str]:
    files: dict[str, list[str]] = {"main.rusk": []}
    current = files["main.rusk"]
    for line in lines:
        if line.startswith("// file "):
            current = files.setdefault(line[8:].strip(), [])
        elif line.startswith("// directory "):
            current = files.setdefault(line[13:].strip() + "/", [])
        else:
            current.append(line)
    return {name: "".join([line + "\n" for line in body]) for name, body in files.items()}


def load() -> dict[str, Explanation]:
    """All entries by code, in the order of the file."""
    entries: dict[str, Explanation] = {}
    text = (Path(__file__).parent / "explain.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        head, *body = section.split("\n")
        code, name = head.split()
        prose: list[str] = []
        programs: dict[str, list[str]] = {}
        into = prose
        for line in body:
            if line in ("```wrong", "```right"):
                into = programs.setdefault(line[3:], [])
            elif line == "```":
                into = prose
            else:
                into.append(line)
        wrong, right = programs.get("wrong"), programs.get("right")
        entries[code] = Explanation(
            code,
            name,
            "\n".join(prose).strip(),
            _program(wrong) if wrong is not None else None,
            _program(right) if right is not None else None,
        )
    return entries


def render(entry: Explanation) -> str:
    """The entry as ``rusk explain`` prints it."""
    out = [f"{entry.code} {entry.name}", "", entry.text]
    for title, program in (("Wrong:", entry.wrong), ("Right:", entry.right)):
        if program is None:
            continue
        out += ["", title, ""]
        for name, text in program.items():
            if len(program) > 1:
                out.append(f"    // {name}")
            out += ["    " + line if line else "" for line in text.rstrip("\n").split("\n")]
    return "\n".join(out) + "\n"
