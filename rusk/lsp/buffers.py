"""The texts of files: what the editor has open stands in the place of what is on disk."""

from __future__ import annotations

import os

from rusk.source import Files, Source


class Buffers(Files):
    """Open buffers by real path, over the disk. ``paths``: where the texts handed out since `start` came from."""

    __slots__ = ("open", "paths")

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.paths: dict[Source, str] = {}

    def exists(self, path: str) -> bool:
        """Whether there is a buffer or something on disk."""
        return os.path.realpath(path) in self.open or os.path.lexists(path)

    def load(self, path: str, shown: str | None = None) -> Source:
        """The text of a buffer, or else of the file. Errors: as `rusk.source.load_source`."""
        real = os.path.realpath(path)
        text = self.open.get(real)
        if text is None:
            source = super().load(path, shown)
        else:
            source = Source(path if shown is None else shown, text.removeprefix("\ufeff"))
        self.paths[source] = real
        return source
