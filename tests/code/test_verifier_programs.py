"""What the generator makes verifies: the programs of the conformance suite, at the highest and at the lowest level."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rusk.code.rbc import decode, encode
from rusk.code.verifier import verify
from rusk.compiler import Options, compile_file

CONFORMANCE = Path(__file__).resolve().parent.parent / "conformance"
STEP = int(os.environ.get("RUSK_CONFORMANCE", "1"))
AREAS = sorted(p for p in CONFORMANCE.iterdir() if p.is_dir() and p.name != "__pycache__")


@pytest.mark.parametrize("area", AREAS, ids=lambda p: p.name)
def test_area(area: Path) -> None:
    programs = sorted(area.rglob("*.rusk"))
    for n, path in enumerate(programs[::STEP]):
        image = compile_file(str(path), Options(opt_level=2 if n % 3 else 0)).image
        if image is None:
            continue  # it must not compile, or is a part of another
        verify(image)
        data = encode(image)
        again = decode(data)
        verify(again)
        assert encode(again) == data
