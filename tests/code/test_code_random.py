"""Random MIR programs: generated code against the interpreter of ``tests/mir/mirinterp.py``."""

from __future__ import annotations

import os

import pytest
from codegen import run_image
from mirinterp import Interpreter, OutOfSteps, Trap
from mirrandom import random_program

from rusk.code.generator import generate
from rusk.code.verifier import verify
from rusk.mir import ir
from rusk.mir.printer import print_program
from rusk.types import terms

pytest.importorskip("rusk._interp")

#: more with RUSK_FUZZ=N
SEEDS = int(os.environ.get("RUSK_FUZZ", "150"))
BATCH = 25


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_same_results(first: int) -> None:
    for seed in range(first, first + BATCH):
        terms.reset()
        ir.reset_cells()
        program = random_program(seed)
        image = generate(program)
        verify(image)
        for args in ((3, 5), (-7, 1 << 40)):
            try:
                want = Interpreter(program).call(program.entries["start"], list(args))
            except Trap as trap:
                want = f"trap: {trap}"
            except OutOfSteps:
                continue
            assert run_image(image, args) == want, f"seed {seed}, {args}\n{print_program(program)}"


def test_the_generator_leaves_mir_alone_and_is_deterministic() -> None:
    for seed in range(20):
        terms.reset()
        ir.reset_cells()
        program = random_program(seed)
        before = print_program(program)
        first = generate(program)
        assert print_program(program) == before
        second = generate(program)
        assert first.code == second.code
        assert first.lines == second.lines
