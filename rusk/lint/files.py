"""Linting files and the programs they belong to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rusk.lint import FileLint, lint_file, lint_program
from rusk.source import load_source
from rusk.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.compiler import Options
    from rusk.diagnostics import Diagnostic
    from rusk.types.world import World


def lint_files(paths: Sequence[str], options: Options) -> list[Diagnostic]:
    """All findings and syntax errors of some files, files in the order given, each in source order; what the source allows is left out.

    Files that are modules of others among them are linted as parts of those, the others as programs. Lints that need types are left out for
    programs with errors, which `rusk check` reports. A file that cannot be read gives `unreadable-file`.
    """
    from rusk.diagnostics import Diagnostics

    files: dict[str, FileLint] = {}
    found: dict[str, list[Diagnostic]] = {}
    for path in paths:
        real = os.path.realpath(path)
        if real in found:
            continue
        try:
            source = load_source(path)
        except (OSError, UnicodeDecodeError, ValueError):
            error = Diagnostics().error("unreadable-file", f"failed to read `{path}`", None, 0, 0, path=path)
            found[real] = [error]
            continue
        files[real] = file = lint_file(source)
        found[real] = file.errors or file.findings
    parts = {child for real, file in files.items() for child in _children(real, file.tree) if child != real}
    for real, file in files.items():
        if real not in parts and not file.errors:
            for finding in _program(file, options):
                owner = os.path.realpath(finding.path or "")
                if owner in files and not files[owner].allowed.covers(finding):
                    found[owner].append(finding)
    return [d for each in found.values() for d in sorted(each, key=lambda d: d.pos)]


def _program(file: FileLint, options: Options) -> list[Diagnostic]:
    """The findings in the program with this entry file."""
    from rusk.compiler import analyse

    def look(world: World, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        if not world.bodies_ready or any([d.severity == "error" for d in diagnostics]):
            return []
        return lint_program(world)

    return analyse(file.source, file.source.path, options, look)


def _children(path: str, tree: ast.File) -> list[str]:
    """Where the files of `mod name;` items may lie, whether the file is an entry file or a module (05 §1)."""
    folder, name = os.path.split(path)
    bases = [folder, os.path.join(folder, name.removesuffix(".rusk"))]
    found: list[str] = []
    work = [(bases, tree.items)]
    while work:
        bases, items = work.pop()
        for item in items:
            if isinstance(item, ast.ModDecl):
                below = [os.path.join(base, item.name) for base in bases]
                if item.items is not None:
                    work.append((below, item.items))
                for base in below:
                    found += [base + ".rusk", os.path.join(base, "mod.rusk")]
    return found
