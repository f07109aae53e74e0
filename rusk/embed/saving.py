"""Saved sessions as bytes: the frame around what the engine writes (``docs/language/08-host.md`` §7.4).

    magic, version, hash of the program, prints of its parts, limits, state of the machine (`rusk._save`), checksum of all this

The checksum finds accidents; malice is met by the engine, which checks all that it reads.
"""

from __future__ import annotations

from struct import Struct, error
from zlib import crc32

from rusk.code.errors import LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from rusk.embed.program import Program

MAGIC: Final = b"RUSKSES\x01"

#: hash, length of the prints
_PROGRAM: Final = Struct("<16sI")
#: memory, depth; fuel, output, seconds to the deadline: -1 for none
_LIMITS: Final = Struct("<QQqqd")
_CHECK: Final = Struct("<I")


class Limits:
    """What a session may still use: ``memory`` in bytes, ``depth`` in activations; ``fuel``, ``output`` in bytes, ``deadline`` in seconds from now: None
    without one."""

    __slots__ = ("memory", "depth", "fuel", "output", "deadline")

    def __init__(
        self,
        memory: int,
        depth: int,
        fuel: int | None,
        output: int | None,
        deadline: float | None,
    ) -> None:
        self.memory = memory
        self.depth = depth
        self.fuel = fuel
        self.output = output
        self.deadline = deadline


def seal(program: Program, limits: Limits, state: bytes) -> bytes:
    """The bytes of a saved session."""
    identity, prints = program._identity()
    head = _LIMITS.pack(
        limits.memory,
        limits.depth,
        -1 if limits.fuel is None else limits.fuel,
        -1 if limits.output is None else limits.output,
        -1.0 if limits.deadline is None else max(limits.deadline, 0.0),
    )
    data = b"".join((MAGIC, _PROGRAM.pack(identity, len(prints)), prints, head, state))
    return data + _CHECK.pack(crc32(data))


def unseal(program: Program, data: bytes) -> tuple[Limits, bytes, int]:
    """The limits of a saved session of ``program``, its bytes without the checksum, and where the state of the machine begins in them.

    Errors: `LoadError`: not a saved session, damaged, or of another program.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise LoadError(
            "a saved session of another version of Rusk"
            if data[: len(MAGIC) - 1] == MAGIC[:-1]
            else "not a saved session"
        )
    body = data[: -_CHECK.size]
    try:
        if _CHECK.unpack(data[-_CHECK.size :])[0] != crc32(body):
            raise LoadError("damaged state: the checksum is wrong")
        at = len(MAGIC)
        identity, size = _PROGRAM.unpack_from(body, at)
        at += _PROGRAM.size
        prints = body[at : at + size]
        if identity != program._identity()[0]:
            raise LoadError(_difference(program, prints))
        at += size
        memory, depth, fuel, output, deadline = _LIMITS.unpack_from(body, at)
        at += _LIMITS.size
    except error:
        raise LoadError("damaged state: it is cut off") from None
    if not deadline <= 1e12:
        raise LoadError("damaged state: deadline out of range")
    return (
        Limits(
            memory,
            depth,
            None if fuel < 0 else fuel,
            None if output < 0 else output,
            None if deadline < 0 else deadline,
        ),
        body,
        at,
    )


def _difference(program: Program, prints: bytes) -> str:
    from rusk.code.fingerprint import changes

    found = changes(prints, program.image)
    if not found:
        return "the session was saved by another build of this program (its places or constants have moved)"
    return "the session was saved by another program: " + "; ".join(found)
