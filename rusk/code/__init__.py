"""Code: opcodes, images, the generator, ``.rbc`` files, the verifier.

Light on purpose: running a cached program imports `rusk.code.image` and its kin, never the generator.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than a cached program

if TYPE_CHECKING:
    from rusk.code.image import Image
    from rusk.mir.concrete import Concrete
    from rusk.mir.ir import Program


def generate(
    program: Program, concrete: Concrete | None = None, code_size: int | None = None, unchecked: bool = False
) -> Image:
    """The image of a monomorphic program; see `rusk.code.generator.generate`."""
    from rusk.code.generator import generate as generate_

    return generate_(program, concrete, code_size, unchecked)
