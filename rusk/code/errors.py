"""What goes wrong when a compiled program is loaded."""

from __future__ import annotations


class RuskError(Exception):
    """Base of everything that Rusk raises (``docs/language/08-host.md`` §11)."""


class LoadError(RuskError):
    """Bytes are no ``.rbc`` file of this version, or the program in them is not sound (``docs/language/08-host.md`` §13)."""
