"""A language server for each test, spoken to over the protocol, and an editor that knows where its cursor is."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the workspace."""
    return tmp_path_factory.mktemp("workspace")


@pytest_lsp.fixture(
    scope="module",
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "rusk", "lsp"], server_env={**os.environ, "RUSK_CACHE": "0"}
    ),
)
async def client(lsp_client: LanguageClient, request: Any, root: Path) -> AsyncIterator[None]:
    """One server for all tests of a module; `OPTIONS` of the module are the client's `initializationOptions`."""
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            root_uri=root.as_uri(),
            initialization_options=getattr(request.module, "OPTIONS", None),
        )
    )
    yield
    await lsp_client.shutdown_session()


class Editor:
    """Open files and a cursor: a `¦` in a text is where requests are made."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.version = 0
        self.uri = ""
        self.cursor = lsp.Position(0, 0)

    def uri_of(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def split(self, text: str) -> str:
        at = text.find("¦")
        if at >= 0:
            self.cursor = position(text, at)
        return text.replace("¦", "")

    def open(self, text: str, name: str = "main.rusk", on_disk: str | None = None) -> str:
        text = self.split(text)
        if on_disk is not None:
            (self.folder / name).write_text(on_disk, encoding="utf-8")
        self.uri = self.uri_of(name)
        self.texts[name] = text
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri, "rusk", 1, text))
        )
        return self.uri

    def change(self, text: str, name: str = "main.rusk") -> None:
        """The whole text anew, sent as one replaced range as editors do."""
        text = self.split(text)
        old = self.texts[name]
        self.uri = self.uri_of(name)
        self.texts[name] = text
        self.version += 1
        whole = lsp.Range(lsp.Position(0, 0), position(old, len(old)))
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(version=self.version + 1, uri=self.uri),
                [lsp.TextDocumentContentChangePartial(whole, text)],
            )
        )

    def close(self, name: str = "main.rusk") -> None:
        del self.texts[name]
        self.client.text_document_did_close(
            lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(self.uri_of(name)))
        )

    async def diagnostics(
        self, wanted: Callable[[list[lsp.Diagnostic]], bool], name: str = "main.rusk"
    ) -> list[lsp.Diagnostic]:
        """The diagnostics of a file as soon as they are as wanted."""
        uri = self.uri_of(name)
        deadline = asyncio.get_running_loop().time() + 30
        while True:
            found = list(self.client.diagnostics.get(uri, []))
            if uri in self.client.diagnostics and wanted(found):
                return found
            assert asyncio.get_running_loop().time() < deadline, found
            await asyncio.sleep(0.02)

    @property
    def document(self) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri)

    async def hover(self) -> str | None:
        found = await self.client.text_document_hover_async(lsp.HoverParams(self.document, self.cursor))
        return None if found is None else found.contents.value

    async def complete(self) -> dict[str, lsp.CompletionItem]:
        found = await self.client.text_document_completion_async(
            lsp.CompletionParams(self.document, self.cursor)
        )
        return {item.label: item for item in found.items}

    async def definition(self) -> tuple[str, str] | None:
        """The file and the text of the place."""
        found = await self.client.text_document_definition_async(
            lsp.DefinitionParams(self.document, self.cursor)
        )
        if not found:
            return None
        path = Path(found[0].uri.removeprefix("file://"))
        text = self.texts.get(path.name)
        return path.name, cut(text if text is not None else path.read_text(encoding="utf-8"), found[0].range)

    async def line(self) -> int | None:
        found = await self.client.text_document_definition_async(
            lsp.DefinitionParams(self.document, self.cursor)
        )
        return found[0].range.start.line if found else None

    def apply(self, edit: lsp.WorkspaceEdit) -> dict[str, str]:
        """The texts after an edit."""
        out = dict(self.texts)
        for uri, edits in (edit.changes or {}).items():
            name = Path(uri.removeprefix("file://")).name
            out[name] = applied(out[name], edits)
        return out


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    for e in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        text = text[: offset(text, e.range.start)] + e.new_text + text[offset(text, e.range.end) :]
    return text


def position(text: str, at: int) -> lsp.Position:
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    return lsp.Position(line, len(text[start:at].encode("utf-16-le")) // 2)


def offset(text: str, at: lsp.Position) -> int:
    line = text.split("\n")[at.line]
    units = line.encode("utf-16-le")[: at.character * 2]
    return sum(len(x) + 1 for x in text.split("\n")[: at.line]) + len(units.decode("utf-16-le"))


def cut(text: str, span: lsp.Range) -> str:
    return text[offset(text, span.start) : offset(text, span.end)]


@pytest.fixture
def editor(client: LanguageClient, root: Path, request: Any) -> Iterator[Editor]:
    """An editor in a folder of the test's own (in the root of the workspace, if its module has `OPTIONS`)."""
    folder = root
    if not hasattr(request.module, "OPTIONS"):
        folder = root / f"test{len(list(root.iterdir()))}"
        folder.mkdir()
    editor = Editor(client, folder)
    yield editor
    for name in list(editor.texts):
        editor.close(name)
