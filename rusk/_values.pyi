"""Value conversion of the engine; see `rusk._interp`."""

from collections.abc import Iterator
from typing import Any

from rusk.code.errors import HostTypeError

class Mismatch(HostTypeError):
    """A Python value does not fit the Rusk type."""

    path: str
    expected: str
    got: str
    def __init__(self, path: str, expected: str, got: str) -> None: ...

class MemoryLimit(MemoryError):
    """The value does not fit into the session's memory limit."""

class Reference:
    """An object of a session that the host holds."""

class Cont(Reference):
    """A continuation of a session (08 §9): opaque, used once. It keeps what it captured alive until it is used or dropped."""

    @property
    def id(self) -> int:
        """Its number in the session, which a saved session keeps."""

    @property
    def param(self) -> str:
        """The type of the value that it is resumed with, as text."""

    @property
    def result(self) -> str:
        """The type of what it results in, as text."""

    def drop(self) -> None:
        """Release it; no code of the program runs. `InvalidContinuationError` when it was used or dropped before."""

class View(Reference):
    """A struct, tuple or enum value of the session: its parts, by index in declared order."""

    def part(self, i: int) -> Any: ...
    def assign(self, i: int, value: Any, path: str) -> None: ...
    @property
    def is_readonly(self) -> bool: ...
    def same(self, other: View) -> bool: ...

class TupleView(View):
    """A tuple of the session (08 §4.2)."""

    def __len__(self) -> int: ...
    def __getitem__(self, i: int) -> Any: ...

class ArrayView(Reference):
    """An array of the session (08 §4.2); of ``[int]``, ``[float]``, ``[byte]`` also a buffer."""

    def __len__(self) -> int: ...
    def __getitem__(self, i: int) -> Any: ...
    def __setitem__(self, i: int, value: Any) -> None: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
