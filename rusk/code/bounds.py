"""Which accesses to elements need no check of their index: the rules, for the code generator and for the verifier.

A *fact* is a pair (X register, R register): the int in the one is known to be an index of the array in the other. Facts arise

* behind a checked access: it would have trapped;
* where a loop over the indices of an array goes on (`LoopIncWithin`), and where it begins (behind `JmpBeyond`, `LoopBeyond`).

They end where either register is written, where an array may have become shorter, and wherever a session can pause: what a saved session says of its
registers proves nothing. It pauses at calls, and where a loop goes back, when the fuel is used up. After `LoopIncWithin` it goes on with the test that
stands before the loop, where there are no facts yet; so the way back of this one instruction may bring its fact along.
"""

from __future__ import annotations

from rusk.code.opcodes import BY_NAME, OPS, UNCHECKED

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    #: (X register, R register)
    Fact = tuple[int, int]

#: instructions after which an array may be shorter, beside calls
_SHORTENING: Final = frozenset(
    BY_NAME[name].code
    for name in (
        *[f"Arr{op}{letter}" for op in ("Pop", "Remove", "Resize") for letter in "WBR"],
        "ArrClear",
        *[f"MapEnter{letter}" for letter in "WBR"],
        "MapAppend",
        "MapForget",
        "MapAdopt",
        "MapRebuild",
    )
)

#: what an instruction means for facts: no more than what it writes; none hold behind it; a checked access, an unchecked one, with the array in field a or in b
PLAIN, ENDS, CHECKS_A, CHECKS_B, RELIES_A, RELIES_B = range(6)


def _role(code: int) -> int:
    op = OPS[code]
    if op.flow == "call" or code in _SHORTENING:
        return ENDS
    if op.name in UNCHECKED:
        return CHECKS_B if op.name.startswith("ArrGet") else CHECKS_A
    if op.name in UNCHECKED.values():
        return RELIES_B if op.name.startswith("ElemGet") else RELIES_A
    return PLAIN


ROLES: Final = [_role(code) for code in range(len(OPS))]

#: checked access -> the same without check
WITHOUT_CHECK: Final = {BY_NAME[name].code: BY_NAME[other] for name, other in UNCHECKED.items()}

BEYOND: Final = frozenset((BY_NAME["JmpBeyond"].code, BY_NAME["LoopBeyond"].code))
WITHIN: Final = BY_NAME["LoopIncWithin"].code


def written(facts: set[Fact], file: int, reg: int) -> None:
    """Register ``reg`` of file 0 (X) or 1 (R) has been written."""
    if facts:
        facts.difference_update([f for f in facts if f[file] == reg])
