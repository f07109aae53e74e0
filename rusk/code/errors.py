"""What goes wrong with images."""

from __future__ import annotations


class LoadError(Exception):
    """The bytes are no ``.rbc`` file, or the program in it does not verify (``docs/language/08-host.md`` §13)."""
