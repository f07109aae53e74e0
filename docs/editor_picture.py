"""The pictures of editors, `docs/pictures/language-server.svg` and `vscode.svg`: a small editor that shows what the server answers.

pip install -e '.[docs,lsp]' && python docs/editor_picture.py [language-server|vscode]

Underlines and messages are the server's diagnostics; hints, the list and the box are its inlay hints, completion and hover. Colours are its semantic
tokens; for VS Code they lie over those that the extension's grammar has in a theme of the editor (`editors/vscode/colours.mjs`, after `npm ci` there).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
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

#: the name of a picture -> its program, and the places in it whose hover and whose completion are shown
LANGUAGE_SERVER = """\
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

VSCODE = """\
/* Readings of a sensor, /* some of them wrong, */ as they come in. */
enum Reading {
    Missing,
    Value(float)
}

interface Report {
    fn wrong(at: int, why: string);
}

impl Reading {
    /// The value; a missing one is that before.
    readonly fn or(before: float, at: int) -> float {
        match self {
            Reading::Value(v) => v,
            Reading::Missing => {
                @Report.wrong(at, f"line {at}: \\"{"-"}\\"");
                before
            }
        }
    }
}

fn smooth(readings: [Reading], factor: float) -> [float] {
    let last = 0.0;
    readings.iter().enumerate().map(|(at, r)| {
        last = last + factor * (r.or(last, at) - last);
        last
    }).collect()
}

fn main() -> int {
    let wrong = 0x0;
    let seen = [Reading::Value(1.5e1), Reading::Missing];
    match smooth(seen, 1) {
        @Report.wrong(_, why) => {
            std::println(why);
            wrong = wrong + 1;
            resume(())
        }
        out => out.so
    }
}
"""

SCENES = {
    "language-server": ("map.rusk", LANGUAGE_SERVER, ("abs(self.x", 1), ("p.st\n", 4)),
    "vscode": ("sensor.rusk", VSCODE, ("r.or(last", 3), ("out.so\n", 6)),
}

_COLORS = {
    "namespace": "cyan", "struct": "blue", "enum": "blue", "interface": "blue", "typeParameter": "cyan", "parameter": "bright_white",
    "variable": "white", "property": "bright_cyan", "enumMember": "cyan", "function": "yellow", "method": "yellow", "event": "red",
    KEYWORD: "magenta", CONSTANT: "cyan", PRIMITIVE: "blue", NUMBER: "cyan", TEXT: "green", QUOTE: "green", "comment": "bright_black", "doc": "bright_black",
}  # fmt: skip


#: for VS Code: kinds of semantic tokens -> the scope whose colour they have in themes that do not say (as documented for the editor)
_SCOPES = {
    "namespace": "entity.name.namespace", "struct": "entity.name.type.struct", "enum": "entity.name.type.enum", "interface": "entity.name.type.interface",
    "typeParameter": "entity.name.type.parameter", "parameter": "variable.parameter", "variable": "variable.other.readwrite",
    "property": "variable.other.property", "enumMember": "variable.other.enummember", "function": "entity.name.function",
    "method": "entity.name.function.member", "event": "variable.other.event",
}  # fmt: skip


async def answers(uri: str, program: str, hover: lsp.Position, completion: lsp.Position) -> dict[str, Any]:
    """What the server says about a program."""
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
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "rusk", 1, program))
    )
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(program.count("\n"), 0))
    found["hints"] = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document, whole))
    found["tokens"] = await client.text_document_semantic_tokens_full_async(
        lsp.SemanticTokensParams(document)
    )
    found["completion"] = await client.text_document_completion_async(
        lsp.CompletionParams(document, completion)
    )
    found["hover"] = await client.text_document_hover_async(lsp.HoverParams(document, hover))
    while "diagnostics" not in found:
        await asyncio.sleep(0.05)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found


def place(program: str, text: str, shift: int) -> lsp.Position:
    """The position a few characters after the start of a text in a program."""
    at = program.index(text) + shift
    line = program.count("\n", 0, at)
    return lsp.Position(line, at - program.rfind("\n", 0, at) - 1)


def by_classes(program: str) -> tuple[list[Text], dict[str, str]]:
    """The lines of a program in the colours of the classes of its tokens, and the colours of semantic tokens."""
    rows = [Text(line) for line in program.splitlines()]
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row.plain) + 1)
    for start, end, what in classify(program):
        line = program.count("\n", 0, start)
        if what in _COLORS:
            rows[line].stylize(_COLORS[what], start - starts[line], end - starts[line])
    return rows, _COLORS


def by_grammar(program: str) -> tuple[list[Text], dict[str, str]]:
    """The same in the colours that VS Code gives them."""
    done = subprocess.run(
        ["node", HERE.parent / "editors" / "vscode" / "colours.mjs", *_SCOPES.values()],
        input=program,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    rows = [Text(line) for line in program.splitlines()]
    for row, tokens in zip(rows, found["lines"], strict=False):
        for start, end, color in tokens:
            row.stylize(color, start, end)
    return rows, {kind: found["scopes"][scope] for kind, scope in _SCOPES.items()}


def lines(name: str, found: dict[str, Any]) -> list[Text]:
    """The editor's screen."""
    _, program, hover_at, completion_at = SCENES[name]
    rows, colors = (by_grammar if name == "vscode" else by_classes)(program)
    row = col = 0
    data = found["tokens"].data
    for i in range(0, len(data), 5):
        down, right, length, kind, _ = data[i : i + 5]
        row, col = row + down, (col + right if down == 0 else right)
        rows[row].stylize(colors[TYPES[kind]], col, col + length)
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
    put(gutter, place(program, *hover_at), hover, 1)
    items = [f"{item.label:<8} {item.detail or ''}" for item in found["completion"].items]
    text, _ = completion_at
    put(gutter, place(program, text, text.index(".") + 1), items[:6], 1)
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


def draw(name: str) -> None:
    """Draw a picture."""
    title, program, hover_at, completion_at = SCENES[name]
    with tempfile.TemporaryDirectory() as folder:
        uri = (Path(folder) / title).as_uri()
        found = asyncio.run(answers(uri, program, place(program, *hover_at), place(program, *completion_at)))
    with open(os.devnull, "w") as nowhere:
        console = Console(
            width=COLUMNS, record=True, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        for line in lines(name, found):
            console.print(line, soft_wrap=True)
        frame = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        text = console.export_svg(title=title, unique_id=name, code_format=frame)
    (HERE / "pictures").mkdir(exist_ok=True)
    (HERE / "pictures" / f"{name}.svg").write_text(text + "\n", encoding="utf-8")
    print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    for picture in sys.argv[1:] or SCENES:
        draw(picture)
