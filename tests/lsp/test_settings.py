"""Entry files named by the client, and the flags of the command (08 §17)."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

OPTIONS = {"entryFiles": ["app.rusk"]}


@pytest.mark.asyncio(loop_scope="module")
async def test_entry_files(editor: Any) -> None:
    (editor.folder / "app.rusk").write_text("mod part;\nfn main() -> int { part::f() }\n")
    editor.open("pub fn f() -> bool { true }\n", "part.rusk", on_disk="pub fn f() -> int { 1 }\n")
    found = await editor.diagnostics(lambda d: bool(d), "app.rusk")
    assert found[0].message == "type mismatch: expected `int`, got `bool`"
    # a file that no entry reaches is nobody's
    editor.open("fn f() -> int { true }\n", "other.rusk")
    editor.change("pub fn f() -> int { 2 }\n", "part.rusk")
    await editor.diagnostics(lambda d: not d, "app.rusk")
    assert not editor.client.diagnostics.get(editor.uri_of("other.rusk"))


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["--help"], 0, "usage: rusk lsp"),
        (["--version"], 0, "rusk-lsp "),
        (["--bogus"], 2, "unknown option `--bogus`"),
        (["--entry"], 2, "option `--entry` needs a value"),
        (["file.rusk"], 2, "unexpected argument `file.rusk`"),
    ],
)
def test_flags(args: list[str], status: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-m", "rusk", "lsp", *args], capture_output=True, text=True)
    assert done.returncode == status
    assert said in done.stdout + done.stderr
