"""``%%rusk`` in a real Jupyter kernel: the example notebook gives what is written in it, and an interrupt stops a cell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ipykernel")
nbformat = pytest.importorskip("nbformat")
NotebookClient = pytest.importorskip("nbclient").NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "notebook.ipynb"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's configuration is read or written."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def shown(cell: Any) -> list[str]:
    """What stands below a cell, as text."""
    found = []
    for output in cell.get("outputs", ()):
        text = output.get("text") or output.get("data", {}).get("text/plain")
        found.append(text if text is not None else "\n".join(output["traceback"]))
    return [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in found]


def test_example() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    written = [shown(cell) for cell in notebook.cells]
    NotebookClient(notebook, timeout=60).execute()
    assert [shown(cell) for cell in notebook.cells] == written
    assert any("error[E0301]" in text for texts in written for text in texts)


#: a cell that is interrupted a moment after its Rusk has begun to run
CELL = """
import signal, sys, threading
before = sys.stdout.write
def write(text):
    if text == "running\\n":
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    return before(text)
sys.stdout.write = write
%rusk std::println("running"); loop { n = n + 1; }
"""


def test_interrupt() -> None:
    texts = ("%load_ext rusk", "%%rusk\nlet n = 0;", CELL, "%rusk n > 0")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    stopped, after = [shown(cell) for cell in notebook.cells[2:]]
    assert stopped[0] == "running\n"
    assert stopped[1].startswith("interrupted\ntraceback (innermost last):\n  input at <input 3>:1:")
    assert after == ["True"]
