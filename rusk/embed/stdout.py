"""Writing text to the standard output of the process."""

from __future__ import annotations

import os
import sys


def write(text: str) -> None:
    """Write ``text`` as UTF-8 to standard output at once (07 §12). OSError when that fails.

    It goes around ``sys.stdout``, whose encoding is the locale's and whose buffer would be one more copy, unless that has been replaced.
    For the command line, which writes by no other way.
    """
    out = sys.stdout
    if out is None:
        raise OSError("standard output is closed")
    if out is not sys.__stdout__ or sys.platform == "win32":
        out.write(text)
        out.flush()
        return
    view = memoryview(text.encode("utf-8", "surrogateescape"))
    while view:
        view = view[os.write(1, view) :]
