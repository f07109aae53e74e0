"""The source files that words of the command line mean (08 §14.3)."""

from __future__ import annotations

import os

from rusk.cli import UsageError


def below(folder: str) -> list[str]:
    """Every ``*.rusk`` file below a directory, in path order."""
    found: list[str] = []
    for path, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(path, name) for name in names if name.endswith(".rusk")]
    return sorted(found)


def source_files(paths: list[str]) -> list[str]:
    """The files that ``paths`` mean: what is below directories, and named ``.rusk`` files; other files are skipped.

    Raises `UsageError` if there are none.
    """
    if not paths:
        raise UsageError("missing PATHS")
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += below(path)
        elif path.endswith(".rusk"):
            found.append(path)
    if not found:
        raise UsageError("no .rusk file found")
    return list(dict.fromkeys(found))
