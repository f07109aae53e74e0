"""The picture of the language server in `docs/pictures/language-server.svg`: a small editor that shows what the server answers.

pip install -e '.[docs,lsp]' && python docs/editor_picture.py

Colours are the server's semantic tokens, underlines and messages its diagnostics; hints, the list and the box are its inlay hints, completion and hover.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.style import Style
from rich.text import Text

from rusk.highlight import CONSTANT, KEYWORD, NUMBER, PRIMITIVE, QUOTE, TEXT, classify
from rusk.lsp.colours import TYPES

HERE = Path(__file__).resolve().parent
COLUMNS = 96

PROGRAM = """\
interface Log { fn line(text: string); }

/// A place on the map.
struct Point { x: int, y: int }

impl Point {
    /// Steps to another place, as one walks in a city.
    readonly fn steps(to: Point) -> int { abs(self.x - to.x) + abs(self.y - to.y) }
}

/// A number without its sign.
fn abs(n: int) -> int { if n < 0 { -n } else { n } }

fn walk(places: [Point]) -> int {
    let total = 0;
    for place in places {
        let far = place.steps(Point { x: 0, y: 0 });
        @Log.line(f"{far} steps");
        total = totl + far;
    }
    total
}

fn nearest(p: Point) -> int {
    p.st
}
"""

_COLORS = {
    "namespace": "cyan", "struct": "blue", "enum": "blue", "interface": "blue", "typeParameter": "cyan", "parameter": "bright_white",
    "variable": "white", "property": "bright_cyan", "enumMember": "cyan", "function": "yellow", "method": "yellow", "event": "red",
    KEYWORD: "magenta", CONSTANT: "cyan", PRIMITIVE: "blue", NUMBER: "cyan", TEXT: "green", QUOTE: "green", "comment": "bright_black", "doc": "bright_black",
}  # fmt: skip


async def answers(uri: str) -> dict[str, Any]:
    """What the server says about the program."""
    client = LanguageClient("picture", "1")
    found: dict[str, Any] = {}

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: lsp.PublishDiagnosticsParams) -> None:
        found["diagnostics"] = params.diagnostics

    await client.start_io(sys.executable, "-m", "rusk", "lsp")
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    document = lsp.TextDocumentIdentifier(uri)
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "rusk", 1, PROGRAM))
    )
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(PROGRAM.count("\n"), 0))
    found["hints"] = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document, whole))
    found["tokens"] = await client.text_document_semantic_tokens_full_async(
        lsp.SemanticTokensParams(document)
    )
    at = place("p.st\n", 4)
    found["completion"] = await client.text_document_completion_async(lsp.CompletionParams(document, at))
    at = place("abs(self.x", 1)
    found["hover"] = await client.text_document_hover_async(lsp.HoverParams(document, at))
    while "diagnostics" not in found:
        await asyncio.sleep(0.05)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found


def place(text: str, shift: int) -> lsp.Position:
    """The position a few characters after the start of a text in the program."""
    at = PROGRAM.index(text) + shift
    line = PROGRAM.count("\n", 0, at)
    return lsp.Position(line, at - PROGRAM.rfind("\n", 0, at) - 1)


def lines(found: dict[str, Any]) -> list[Text]:
    """The editor's screen."""
    rows = [Text(line) for line in PROGRAM.splitlines()]
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row.plain) + 1)
    for start, end, what in classify(PROGRAM):
        row = PROGRAM.count("\n", 0, start)
        if what in _COLORS:
            rows[row].stylize(_COLORS[what], start - starts[row], end - starts[row])
    row = col = 0
    data = found["tokens"].data
    for i in range(0, len(data), 5):
        down, right, length, kind, _ = data[i : i + 5]
        row, col = row + down, (col + right if down == 0 else right)
        rows[row].stylize(_COLORS[TYPES[kind]], col, col + length)
    for d in found["diagnostics"]:
        error = d.severity == lsp.DiagnosticSeverity.Error
        color = "red" if error else "yellow"
        row = d.range.start.line
        rows[row].stylize(Style(underline=True, color=color), d.range.start.character, d.range.end.character)
        rows[row].append("    ■ " + d.message.replace("\n", "  "), Style(color=color, italic=True))
    for h in sorted(found["hints"], key=lambda h: (h.position.line, -h.position.character)):
        row = h.position.line
        text = Text(h.label, Style(color="bright_black", italic=True))
        rows[row] = rows[row][: h.position.character] + text + rows[row][h.position.character :]
    gutter = [Text(f"{i + 1:>3}  ", "bright_black") + row for i, row in enumerate(rows)]
    hover = [
        line for line in found["hover"].contents.value.split("\n") if line and not line.startswith("```")
    ]
    put(gutter, place("abs(self.x", 1), hover, 1)
    items = [f"{item.label:<8} {item.detail or ''}" for item in found["completion"].items]
    put(gutter, place("p.st\n", 2), items, 1)
    return gutter


def put(rows: list[Text], at: lsp.Position, box: list[str], below: int) -> None:
    """Lay a box over the screen."""
    width = max(len(line) for line in box) + 2
    while len(rows) < at.line + below + len(box):
        rows.append(Text(""))
    for i, line in enumerate(box):
        row = rows[at.line + below + i]
        left = at.character + 5
        row.pad_right(max(0, left + width - len(row.plain)))
        style = Style(color="white", bgcolor="#3b4252", bold=i == 0)
        rows[at.line + below + i] = row[:left] + Text(f" {line}".ljust(width), style) + row[left + width :]


def main() -> None:
    """Draw the picture."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(answers((Path(folder) / "map.rusk").as_uri()))
    with open(os.devnull, "w") as nowhere:
        console = Console(
            width=COLUMNS, record=True, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        for line in lines(found):
            console.print(line, soft_wrap=True)
        frame = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        text = console.export_svg(title="map.rusk", unique_id="language-server", code_format=frame)
    (HERE / "pictures").mkdir(exist_ok=True)
    (HERE / "pictures" / "language-server.svg").write_text(text + "\n", encoding="utf-8")
    print("docs/pictures/language-server.svg")


if __name__ == "__main__":
    main()
