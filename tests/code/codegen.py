"""Generating and running code from the text of MIR (``tests/mir/mirtext.py``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mirtext import parse

from rusk.code import disasm
from rusk.code.generator import generate
from rusk.code.image import Image
from rusk.code.verifier import verify
from rusk.mir.verify import verify_program


def image_of(text: str) -> Image:
    """The image of a program; MIR and code are verified."""
    program = parse(text)
    verify_program(program)
    image = generate(program)
    verify(image)
    return image


def listing(text: str, name: str = "main") -> str:
    """The instructions of one function, one a line, without offsets; the header line first."""
    program = parse(text)
    verify_program(program)
    image = generate(program)
    image.entries = []  # types that do not cross the boundary are welcome here
    verify(image)
    n = [f.name for f in image.funcs].index(name)
    lines = disasm.function(image, n).splitlines()
    head = lines[0].split("  ")[1]
    return "\n".join([head, *[" ".join(line.split()) for line in lines[1:]]])


def check(text: str, expected: str, name: str = "main") -> None:
    """Compare `listing` with ``expected``, indentation apart."""
    want = "\n".join([" ".join(line.split()) for line in expected.strip().splitlines()])
    got = listing(text, name)
    assert got == want, f"\n{got}\n"


def run_image(
    image: Image,
    args: Sequence[Any] = (),
    hosts: Sequence[Callable[..., Any]] = (),
    entry: str = "start",
    fuel: int = 5_000_000,
) -> Any:
    """Run an entry point with the engine: its result, or ``"trap: MESSAGE"``."""
    from rusk._interp import DONE, TRAPPED, Code, Session

    session = Session(Code(image), hosts=hosts, memory=256 << 20)
    session.begin(next(e.func for e in image.entries if e.name == entry), args)
    status = session.step(fuel)
    if status == DONE:
        result = session.result()
        session.check_heap()
        return result
    return f"trap: {session.trap_message}" if status == TRAPPED else f"status {status}"


def run(text: str, *args: Any, hosts: Sequence[Callable[..., Any]] = (), entry: str = "start") -> Any:
    """Generate and run a program."""
    return run_image(image_of(text), args, hosts, entry)
