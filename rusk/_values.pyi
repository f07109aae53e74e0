"""Value conversion of the engine; see `rusk._interp`."""

class Mismatch(TypeError):
    """A Python value does not fit the Rusk type."""

    path: str
    expected: str
    got: str
    def __init__(self, path: str, expected: str, got: str) -> None: ...

class MemoryLimit(MemoryError):
    """The value does not fit into the session's memory limit."""
