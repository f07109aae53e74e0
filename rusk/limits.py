"""The budgets of the compiler (``docs/language/00-decisions.md`` 36, ``09-diagnostics.md`` §9)."""

from __future__ import annotations

from typing import Final

#: How high the tree of one expression may be beyond its nesting: links of chains such as `a + b + c` or `x.m().n()`.
MAX_CHAIN: Final = 3000

#: The most that `Limits` can allow of each: what the recursive parts of the compiler, and the format of programs, can bear.
MOST: Final = {
    "instances": 1 << 20,
    "type_size": 250_000,
    "type_depth": 1000,
    "nesting": 1000,
    "code_size": 1 << 31,
}


class Limits:
    """What one program may cost its compiler: source text that needs more is rejected.

    ``instances``: instances of functions, E0809. ``type_size``: parts of one type, E0810. ``type_depth``: how deep one type may be, ``nesting``: how
    deep source text, both E0811 (at least 200 levels are the language's promise). ``code_size``: bytes of the compiled instructions, E0812.
    """

    __slots__ = ("instances", "type_size", "type_depth", "nesting", "code_size")

    def __init__(
        self,
        *,
        instances: int = 50_000,
        type_size: int = 20_000,
        type_depth: int = 400,
        nesting: int = 256,
        code_size: int = 1 << 28,
    ) -> None:
        """Errors: ValueError for a limit that is not at least 1, or is beyond what the compiler can bear (`MOST`); TypeError for one that is no int."""
        self.instances = _checked("instances", instances)
        self.type_size = _checked("type_size", type_size)
        self.type_depth = _checked("type_depth", type_depth)
        self.nesting = _checked("nesting", nesting)
        self.code_size = _checked("code_size", code_size)

    def __repr__(self) -> str:
        return f"Limits({', '.join([f'{name}={getattr(self, name)}' for name in self.__slots__])})"


def _checked(name: str, value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"limit `{name}` is an int, not {type(value).__name__}")
    if not 1 <= value <= MOST[name]:
        raise ValueError(f"limit `{name}` must be from 1 to {MOST[name]:,}, not {value:,}")
    return value


#: What holds where a host sets nothing.
DEFAULT: Final = Limits()
