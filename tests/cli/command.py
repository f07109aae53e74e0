"""Running the command for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

RUSK = [sys.executable, "-m", "rusk"]


class Result:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err

    def __repr__(self) -> str:
        return f"exit {self.status}\nout: {self.out}\nerr: {self.err}"


def rusk(*args: object, cwd: Path | None = None, python: tuple[str, ...] = (), **env: str) -> Result:
    """The command with ``args``, in a process of its own."""
    words = [
        sys.executable,
        *python,
        "-m",
        "rusk",
        *[os.fspath(a) if isinstance(a, Path) else str(a) for a in args],
    ]
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    result = Result(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "backslashreplace"))
    assert "Traceback (most recent call last)" not in result.err, result
    return result
