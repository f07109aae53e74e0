"""Tests run against the package that ``pip install -e .`` built in place (docs/development.md, Tests)."""

from __future__ import annotations

import os
import signal

import pytest

# Tests neither use nor fill the user's cache; those of the cache have one of their own.
os.environ["RUSK_CACHE"] = "0"

# A shell starts what runs in its background with Ctrl-C ignored; the tests of interrupts need it.
signal.signal(signal.SIGINT, signal.default_int_handler)

try:
    import rusk._interp  # noqa: F401
except ImportError as e:
    pytest.exit(f"the engine is not built ({e}); run: pip install -e '.[test]'", returncode=4)

#: collect garbage at every allocation: what takes long is left out or made smaller
STRESS = os.environ.get("RUSK_STRESS") == "1"


@pytest.fixture
def stress() -> bool:
    return STRESS
