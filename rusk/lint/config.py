"""`[tool.rusk.lint]` of `pyproject.toml`: which lints a project does without, and which it takes for errors.

[tool.rusk.lint]
allow = ["unused-function", "W0203"]
deny = ["unused-result"]
"""

from __future__ import annotations

import os
import tomllib

from rusk.lint import LINTS


class ConfigError(Exception):
    """What is wrong with the settings, in one line."""


class Config:
    """Names of lints to leave out, and to report as errors."""

    __slots__ = ("allow", "deny")

    def __init__(self, allow: frozenset[str] = frozenset(), deny: frozenset[str] = frozenset()) -> None:
        self.allow = allow
        self.deny = deny


class Configs:
    """The settings for files, by their directories; each `pyproject.toml` is read once."""

    def __init__(self) -> None:
        self._by_directory: dict[str, Config] = {}

    def of(self, path: str) -> Config:
        """The settings for a file: those of the nearest `pyproject.toml` above it that has any.

        Errors: `ConfigError` if they are wrong.
        """
        directory = os.path.dirname(os.path.abspath(path))
        missed: list[str] = []
        while directory not in self._by_directory:
            config = read(os.path.join(directory, "pyproject.toml"))
            missed.append(directory)
            up = os.path.dirname(directory)
            if config is not None or up == directory:
                self._by_directory[directory] = config or Config()
                break
            directory = up
        found = self._by_directory[directory]
        for each in missed:
            self._by_directory[each] = found
        return found


def read(path: str) -> Config | None:
    """The settings in one file; None if it is absent or has none. Errors: `ConfigError`."""
    try:
        with open(path, "rb") as file:
            data = tomllib.load(file)
    except OSError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigError(f"{path}: {e}") from e
    table = data.get("tool", {})
    for name in ("rusk", "lint"):
        table = table.get(name) if isinstance(table, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: `tool.rusk.lint` is no table")
    for key in table:
        if key not in ("allow", "deny"):
            raise ConfigError(f"{path}: `tool.rusk.lint` has no setting `{key}`; it has `allow` and `deny`")
    return Config(_names(path, table, "allow"), _names(path, table, "deny"))


def _names(path: str, table: dict[str, object], key: str) -> frozenset[str]:
    words = table.get(key, [])
    if not isinstance(words, list):
        raise ConfigError(f"{path}: `{key}` is a list of lints")
    by_code = {code: name for name, code in LINTS.items()}
    found: set[str] = set()
    for word in words:
        name = by_code.get(word, word) if isinstance(word, str) else None
        if name not in LINTS:
            from rusk.diagnostics import nearest

            near = nearest(word, LINTS) if isinstance(word, str) else None
            hint = f"; did you mean `{near}`?" if near else ""
            raise ConfigError(f"{path}: `{key}` names no lint `{word}`{hint}")
        found.add(name)
    return frozenset(found)
