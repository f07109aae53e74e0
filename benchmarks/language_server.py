"""How long a keystroke takes until its diagnostics are there, on a file of about 5,000 lines, over the protocol.

    python benchmarks/language_server.py [--lines N] [--rounds N] [--json]

The file is made of conformance programs as inline modules (as in `frontend.py`). Keystrokes: in a function body in the middle of the file; one that makes a
syntax error in a body; one in a signature. Times are from sending the change until `publishDiagnostics` with its effect arrives, the server's own pause
for typing (30 ms) included. Then come requests at the middle of the file. Target: 300 ms for a keystroke.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from frontend import assemble

TARGET = 300


def one_file(folder: Path, lines: int) -> str:
    """The text of a program in one file."""
    entry, _ = assemble(folder, lines)
    parts: list[str] = []
    number = 0
    while (folder / f"m{number}.rusk").exists():
        inner = (folder / f"m{number}.rusk").read_text(encoding="utf-8").splitlines()
        parts.append(
            f"mod m{number} {{\n" + "".join(f"    {line}\n" if line else "\n" for line in inner) + "}\n"
        )
        number += 1
    main = [line for line in entry.read_text(encoding="utf-8").splitlines() if not line.startswith("mod ")]
    return "\n".join([*parts[: number // 2], PROBE, *parts[number // 2 :], *main, ""])


PROBE = """\
fn probe(count: int) -> int {
    let first = count + 1;
    let second = first * 2;
    second
}
"""


class Client:
    """As much of the protocol as is needed to measure."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rusk", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.tell("initialized", {})

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def receive(self) -> dict[str, Any]:
        out = self.process.stdout
        assert out is not None
        size = 0
        while line := out.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(out.read(size))
        return message

    def ask(self, method: str, params: Any) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def published(self) -> list[dict[str, Any]]:
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the language server.")
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        text = one_file(folder, options.lines)
        uri = (folder / "all.rusk").as_uri()
        client = Client(folder)
        version = 1
        start = perf_counter()
        client.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "rusk", "version": version, "text": text}},
        )
        client.published()
        times["open"] = [(perf_counter() - start) * 1000]

        def stroke(name: str, at: str, old: str, new: str, back: bool = True) -> None:
            """Replace `old` by `new` at the mark `at`, wait for an answer that says something else, and take it back."""
            nonlocal text, version
            line = text[: text.index(at)].count("\n")
            row = text.split("\n")[line]
            col = row.index(old)
            for was, now in ((old, new), (new, old)):
                version += 1
                begin = perf_counter()
                client.tell(
                    "textDocument/didChange",
                    {
                        "textDocument": {"uri": uri, "version": version},
                        "contentChanges": [
                            {
                                "range": {
                                    "start": {"line": line, "character": col},
                                    "end": {"line": line, "character": col + len(was)},
                                },
                                "text": now,
                            }
                        ],
                    },
                )
                client.published()
                times.setdefault(name, []).append((perf_counter() - begin) * 1000)

        for _ in range(options.rounds):
            stroke("key in a body", "let second = first", "first", "firs")
            stroke("syntax error in a body", "let second = first", "= first", "= ")
            stroke("key in a signature", "fn probe", "-> int", "-> bool")
        line = text[: text.index("let second = first")].count("\n")
        where = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 18}}
        whole = {"start": {"line": line - 20, "character": 0}, "end": {"line": line + 20, "character": 0}}
        for _ in range(options.rounds):
            for name in ("hover", "completion", "definition", "documentHighlight"):
                begin = perf_counter()
                client.ask(f"textDocument/{name}", where)
                times.setdefault(name, []).append((perf_counter() - begin) * 1000)
            for name in ("semanticTokens/range", "inlayHint"):
                begin = perf_counter()
                client.ask(f"textDocument/{name}", {"textDocument": {"uri": uri}, "range": whole})
                times.setdefault(name, []).append((perf_counter() - begin) * 1000)
            begin = perf_counter()
            client.ask("textDocument/references", {**where, "context": {"includeDeclaration": True}})
            times.setdefault("references", []).append((perf_counter() - begin) * 1000)
        client.ask("shutdown", None)
        client.tell("exit", None)
        client.process.wait(10)
    figures = {name: {"best": min(ms), "median": statistics.median(ms)} for name, ms in times.items()}
    if options.json:
        print(json.dumps({"lines": text.count("\n"), "milliseconds": figures}, indent=2))
        return 0
    print(f"{text.count(chr(10))} lines, milliseconds (best, median); target for keys: {TARGET}")
    for name, f in figures.items():
        print(f"  {name:<24} {f['best']:8.1f} {f['median']:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
