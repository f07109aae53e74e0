"""What goes wrong when a compiled program is loaded and run (``docs/language/08-host.md`` §11)."""

from __future__ import annotations


class RuskError(Exception):
    """Base of everything that Rusk raises (``docs/language/08-host.md`` §11)."""


class LoadError(RuskError):
    """Bytes are no ``.rbc`` file of this version, or the program in them is not sound (``docs/language/08-host.md`` §13)."""


class InvalidStateError(RuskError, RuntimeError):
    """The operation is not allowed in the state of the session, or another thread or a host function is using it."""


class InvalidContinuationError(RuskError, ValueError):
    """A handle that is stale, used, dropped or of another session."""


class HostTypeError(RuskError, TypeError):
    """A Python value does not fit the declared Rusk type."""


class ReadonlyError(RuskError, TypeError):
    """A write through a readonly view."""
