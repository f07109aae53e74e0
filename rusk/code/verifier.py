"""The code verifier: after it the engine runs without checks of its own (``docs/language/08-host.md`` §13).

Each check lives in exactly one place, in one of four layers, each of which relies on those before it:

    verifier_tables     types, shapes, functions, constants, dispatch, handlers: everything but instruction words
    verifier_layout     the words of a function: instructions, blocks, jumps
    verifier_types      what registers hold on every path; by opcode group in verifier_scalars, verifier_objects, verifier_calls
    verifier_bounds     that unchecked accesses to elements need no check, where there are any

What it promises the engine:

* every index names something, and what the tables say about one thing agrees in all places;
* a register that is read holds a value of the type that the instruction needs, put there on every path; the engine need not clear registers;
* a value of a type is one: bool 0 or 1, char a scalar value, a reference an object of a shape of its type;
* control stays within instructions of the function; every way round a loop, and every call, charges fuel;
* windows of calls lie within the registers of the caller.

What it leaves to the engine: bounds of text, and of arrays but for unchecked accesses, tags of payloads, shapes behind interfaces, division by zero, all budgets.
"""

from __future__ import annotations

from rusk.code.verifier_tables import Tables, fail
from rusk.code.verifier_types import Body, all_checks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.image import Image
    from rusk.code.verifier_types import Check

#: steps of the third layer, in instructions and registers, whatever the program; and for each word of it
_WORK: Final = 1 << 26
_WORK_PER_WORD: Final = 200

_checks: list[Check] = []


def verify(image: Image) -> None:
    """Check that ``image`` is sound. Errors: `LoadError`, ``verification failed: ...``; `image` is not changed."""
    if not _checks:
        _checks.extend(all_checks())
    tables = Tables(image)
    work = _WORK + _WORK_PER_WORD * len(image.code)
    wide: set[int] = set()
    resuming: set[int] = set()
    for index in range(len(image.funcs)):
        body = Body(tables, index, work)
        body.run(_checks)
        if body.relies:
            from rusk.code.verifier_bounds import Bounds

            Bounds(body)
        work = body.work
        wide.update(body.layout.callees)
        if body.layout.resumes:
            resuming.add(index)
    # where a tail resumption delivers, the engine reads off the word before the return address: of CallW that is not its first
    for func in sorted(wide & resuming):
        fail(f"function `{image.funcs[func].name}` ends by TailResume and is called by CallW")
