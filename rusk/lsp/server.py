"""The protocol: what the editor sends, and what it gets back. Everything behind it is in the other modules."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer

from rusk import __version__
from rusk.diagnostics import Diagnostics
from rusk.fmt import format_source
from rusk.lsp import actions, colours, completion, findings, hints, outline, symbols
from rusk.lsp.buffers import Buffers
from rusk.lsp.nodes import ancestors
from rusk.lsp.program import File, Program, real
from rusk.lsp.text import Encoding, change
from rusk.modules.loader import library_directory
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.lexer import name_end, tokenize
from rusk.syntax.parser import parse_tokens
from rusk.syntax.tokens import KEYWORDS
from rusk.types.resolved import Binding

if TYPE_CHECKING:
    from collections.abc import Iterator

#: seconds from the last keystroke to the diagnostics, and to the lints
DEBOUNCE = 0.03
QUIET = 0.6

_COMPLETION = {
    "field": lsp.CompletionItemKind.Field,
    "method": lsp.CompletionItemKind.Method,
    "function": lsp.CompletionItemKind.Function,
    "type": lsp.CompletionItemKind.Class,
    "module": lsp.CompletionItemKind.Module,
    "variant": lsp.CompletionItemKind.EnumMember,
    "variable": lsp.CompletionItemKind.Variable,
    "keyword": lsp.CompletionItemKind.Keyword,
}


class Settings:
    """How programs are found and read: flags of the command, and the client's `initializationOptions`."""

    def __init__(self, entries: list[str], sysroot: str | None, load_std: bool) -> None:
        self.entries = entries
        self.sysroot = sysroot
        self.load_std = load_std

    def take(self, options: Any, root: str | None) -> None:
        """Add what the client says; relative paths are meant from the root of the workspace. What is not understood is left out."""
        base = root or os.getcwd()
        self.entries = [os.path.join(base, e) for e in self.entries]
        if not isinstance(options, dict):
            return
        entries = options.get("entryFiles")
        if isinstance(entries, list):
            self.entries += [os.path.join(base, e) for e in entries if isinstance(e, str)]
        if isinstance(options.get("sysroot"), str) and options["sysroot"]:
            self.sysroot = os.path.join(base, options["sysroot"])
        if options.get("noStd") is True:
            self.load_std = False


class Server(LanguageServer):
    """The state: open buffers, the programs by their entry files, and what has to be done for them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("rusk", __version__)
        self.settings = settings
        self.buffers = Buffers()
        self.encoding = Encoding()
        self.programs: dict[str, Program] = {}
        #: files changed since they were last looked at, in order
        self.dirty: list[str] = []
        self.last_program: str | None = None
        self._uris: dict[str, str] = {}
        self._shown: dict[str, list[lsp.Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._linting: asyncio.Task[None] | None = None

    # ------------------------------------------------------------- files

    def path(self, uri: str) -> str:
        """The real path of a document; documents that are no files are known by their URI."""
        path = uris.to_fs_path(uri)
        if path is None or not uri.startswith("file:"):
            return uri
        found = real(path)
        self._uris.setdefault(found, uri)
        return found

    def uri(self, path: str) -> str:
        """The URI of a file, as the client has named it."""
        return self._uris.get(path) or uris.from_fs_path(path) or path

    def is_library(self, path: str) -> bool:
        """Whether a file belongs to the library."""
        return path.startswith(real(self.settings.sysroot or library_directory()) + os.sep)

    def take(self, uri: str) -> None:
        """Take over the text of a document, and look at it soon."""
        path = self.path(uri)
        self.buffers.open[path] = self.workspace.get_text_document(uri).source
        self.touch(path)

    def touch(self, path: str) -> None:
        """Something about a file has changed."""
        if path not in self.dirty:
            self.dirty.append(path)
        self.later()

    def later(self) -> None:
        """Look at what has changed when the typing pauses."""
        if self._linting is not None:
            self._linting.cancel()
            self._linting = None
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(DEBOUNCE, self.flush)

    # ------------------------------------------------------------- programs

    def flush(self) -> None:
        """Look at what has changed now, and publish what is wrong."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.dirty:
            return
        dirty, self.dirty = self.dirty, []
        for path in dirty:
            for program in self.affected(path):
                self.publish(program)
        self._linting = asyncio.get_running_loop().create_task(self.lint_later())

    def affected(self, path: str) -> list[Program]:
        """The programs that a changed file belongs to, brought up to date."""
        known = [p for p in self.programs.values() if path in p.files]
        if not known:
            if self.settings.entries:
                # it may be a module that was not there before
                known = [p for p in [self.program(real(e)) for e in self.settings.entries] if p is not None]
                for program in known:
                    self.guarded(program, None)
                return known
            if self.is_library(path):
                entry = self.last_program
                last = self.program(entry) if entry is not None and entry in self.buffers.open else None
                if last is None:
                    self.clear(path)
                    return []
                self.guarded(last, None)
                return [last]
            # a module of a program that could not find it so far
            for program in list(self.programs.values()):
                if not program.sound and self.guarded(program, None) and path in program.files:
                    return [program]
            fresh = self.program(path)
            if fresh is None:
                return []
            self.last_program = path
            self.absorb(fresh)
            return [fresh]
        for program in known:
            self.guarded(program, path)
            self.last_program = program.entry
            self.absorb(program)
        return known

    def absorb(self, program: Program) -> None:
        """Files that have become modules of another program are no programs by themselves."""
        if self.settings.entries:
            return
        for path in list(self.programs):
            if path != program.entry and path in program.files:
                del self.programs[path]

    def program(self, entry: str) -> Program | None:
        """The program with an entry file; None if that cannot be read."""
        found = self.programs.get(entry)
        if found is None:
            try:
                found = Program(entry, self.buffers, self.settings.sysroot, self.settings.load_std)
            except (OSError, UnicodeDecodeError, ValueError):
                return None
            self.programs[entry] = found
        return found

    def guarded(self, program: Program, path: str | None) -> bool:
        """Bring a program up to date after a change of one file, or of whatever; False if its entry file is gone."""
        try:
            if path is None:
                program.analyse()
            else:
                program.follow(path)
        except (OSError, UnicodeDecodeError, ValueError):
            self.programs.pop(program.entry, None)
            return False
        return True

    def of(self, uri: str) -> tuple[Program, File] | None:
        """The program that a document belongs to, up to date."""
        self.flush()
        path = self.path(uri)
        for program in self.programs.values():
            file = program.files.get(path)
            if file is not None:
                return program, file
        return None

    # ------------------------------------------------------------- diagnostics

    def publish(self, program: Program) -> None:
        """Send what is wrong in a program, for the files where that has changed."""
        for path, found in findings.published(program, self.encoding).items():
            if self._shown.get(path) != found:
                if found or path in self._shown or path in self.buffers.open:
                    self._shown[path] = found
                    self.send(path, found)

    def send(self, path: str, found: list[lsp.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(self.uri(path), found))

    def clear(self, path: str) -> None:
        """Take back the diagnostics of a file."""
        self._shown.pop(path, None)
        self.send(path, [])

    async def lint_later(self) -> None:
        """Lint the programs once the typing has stopped, with breaks in which requests are answered."""
        await asyncio.sleep(QUIET)
        for program in list(self.programs.values()):
            for _ in findings.lint(program):
                await asyncio.sleep(0.005)
            self.publish(program)

    def close(self, uri: str) -> None:
        """A document is closed: what is on disk counts again."""
        path = self.path(uri)
        self.buffers.open.pop(path, None)
        if path in self.dirty:
            self.dirty.remove(path)
        self.clear(path)
        if path in self.programs and path not in [real(e) for e in self.settings.entries]:
            for other in self.programs.pop(path).files:
                if other != path and other in self._shown:
                    self.clear(other)
                if other != path and other in self.buffers.open:
                    self.touch(other)
        else:
            for program in list(self.programs.values()):
                if path in program.files:
                    self.guarded(program, None)

    # ------------------------------------------------------------- places

    def location(self, place: symbols.Place) -> lsp.Location:
        return lsp.Location(self.uri(place.path), self.encoding.range(place.source, place.pos, place.end))

    def place(self, params: Any) -> tuple[Program, File, int] | None:
        """Program, file and character offset of a request."""
        found = self.of(params.text_document.uri)
        if found is None:
            return None
        program, file = found
        return program, file, self.encoding.offset(file.source, params.position)

    def source(self, uri: str) -> Source:
        """The text of a document, whether it belongs to a program or not."""
        path = self.path(uri)
        text = self.buffers.open.get(path)
        return Source(path, text if text is not None else self.workspace.get_text_document(uri).source)


def make(settings: Settings) -> Server:
    """The server with all its features."""
    server = Server(settings)
    for add in (_sync, _reading, _names, _editing, _decorating):
        add(server)
    return server


def _sync(server: Server) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        root = server.workspace.root_path
        server.settings.take(params.initialization_options, root)
        server.encoding = Encoding(
            str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding))
        )

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        for entry in server.settings.entries:
            server.touch(real(entry))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.take(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.take(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.take(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        for program in list(server.programs.values()):
            if server.guarded(program, None):
                server.publish(program)


def _reading(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        source = server.source(params.text_document.uri)
        return outline.document_symbols(source, _items(source), server.encoding)

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def workspace_symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        server.flush()
        found: list[lsp.WorkspaceSymbol] = []
        seen: set[str] = set()
        for program in server.programs.values():
            for path, file in program.files.items():
                if path not in seen:
                    seen.add(path)
                    found += outline.workspace_symbols(
                        file.source, file.items, server.uri(path), params.query, server.encoding
                    )
        return found

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        return outline.folding_ranges(server.source(params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        place = server.place(params)
        if place is None:
            return None
        program, file, offset = place
        with program.asking():
            found = _hover(program, file, offset)
        if found is None:
            return None
        code, doc, pos, end = found
        text = f"```rusk\n{code}\n```" + (f"\n\n{doc}" if doc else "")
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
        return lsp.Hover(content, server.encoding.range(file.source, pos, end))

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", ":", "@"]))
    def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
        place = server.place(params)
        if place is None:
            return lsp.CompletionList(False, [])
        program, file, offset = place
        found = completion.complete(program, file, file.source.text, offset)
        span = server.encoding.range(file.source, found.start, offset)
        return lsp.CompletionList(
            False,
            [
                lsp.CompletionItem(
                    m.name,
                    kind=_COMPLETION.get(m.kind),
                    detail=m.detail or None,
                    text_edit=lsp.TextEdit(span, m.name),
                )
                for m in found.members
            ],
        )

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    def signature_help(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        place = server.place(params)
        if place is None:
            return None
        program, file, offset = place
        with program.asking():
            call = hints.signature_at(program, file, file.source.text, offset)
        if call is None:
            return None
        doc = lsp.MarkupContent(lsp.MarkupKind.Markdown, call.doc) if call.doc else None
        info = lsp.SignatureInformation(
            call.label, doc, [lsp.ParameterInformation(p) for p in call.params], call.active
        )
        return lsp.SignatureHelp([info], 0, call.active)


def _items(source: Source) -> list[Any]:
    diags = Diagnostics()
    return parse_tokens(source, tokenize(source, diags), diags).items


def _hover(program: Program, file: File, offset: int) -> tuple[str, str, int, int] | None:
    """Code, doc comment and place of what is at an offset."""
    names = symbols.at(program, file, offset)
    # where one name ends another may begin: the one that begins counts
    for o in sorted(names, key=lambda o: -o.pos):
        about = symbols.describe(program, o, file)
        if about is not None:
            return *about, o.pos, o.end
    for node in reversed(ancestors(file.items, offset)):
        if isinstance(node, (ast.Expr, ast.Pattern)) and node.ty is not None:
            return symbols.shown(node.ty), "", node.pos, node.end
        if not isinstance(node, (ast.Expr, ast.Pattern)):
            return None
    return None


def _names(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        place = server.place(params)
        if place is None:
            return []
        program, file, offset = place
        found: list[lsp.Location] = []
        with program.asking():
            for o in _best(symbols.at(program, file, offset)):
                target = symbols.definition(program, o.symbol, file)
                if target is not None:
                    found.append(server.location(target))
        return found[:1]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        place = server.place(params)
        if place is None:
            return []
        program, file, offset = place
        with program.asking():
            return [
                lsp.Location(server.uri(f.path), server.encoding.range(f.source, o.pos, o.end))
                for f, o in _uses(program, file, offset)
                if params.context.include_declaration or not o.is_definition
            ]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        place = server.place(params)
        if place is None:
            return []
        program, file, offset = place
        with program.asking():
            return [
                lsp.DocumentHighlight(server.encoding.range(f.source, o.pos, o.end))
                for f, o in _uses(program, file, offset)
                if f is file
            ]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare_rename(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        place = server.place(params)
        if place is None:
            return None
        program, file, offset = place
        with program.asking():
            for o in _best(symbols.at(program, file, offset)):
                if _why_not(program, o.symbol, file) is None:
                    return server.encoding.range(file.source, o.pos, o.end)
        return None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        place = server.place(params)
        if place is None:
            return None
        new = params.new_name
        if new in KEYWORDS or name_end(new, 0) != len(new) or not new or new == "_":
            raise _refused(f"`{new}` is not a name")
        program, file, offset = place
        edits: dict[str, list[lsp.TextEdit]] = {}
        with program.asking():
            names = _best(symbols.at(program, file, offset))
            if not names:
                return None
            reason = _why_not(program, names[0].symbol, file)
            if reason is not None:
                raise _refused(reason)
            for f, pos, end, text in _renamed(program, file, names[0].symbol, new):
                edit = lsp.TextEdit(server.encoding.range(f.source, pos, end), text)
                edits.setdefault(server.uri(f.path), []).append(edit)
        return lsp.WorkspaceEdit(edits)


def _refused(reason: str) -> Exception:
    from pygls.exceptions import JsonRpcException

    return JsonRpcException(reason, int(lsp.LSPErrorCodes.RequestFailed))


def _best(names: list[Any]) -> list[Any]:
    """The names at a place, that which begins there first. For `S { a }` in a pattern the variable comes before the field."""
    return sorted(names, key=lambda o: (-o.pos, not isinstance(o.symbol, Binding)))


def _uses(program: Program, file: File, offset: int) -> Iterator[tuple[File, Any]]:
    names = _best(symbols.at(program, file, offset))
    if names:
        yield from symbols.everywhere(program, names[0].symbol, file)


def _why_not(program: Program, symbol: Any, file: File) -> str | None:
    """Why a symbol cannot be renamed; None if it can."""
    from rusk.types.items import GenericParam, Module

    symbol = symbols.family(symbol)
    if isinstance(symbol, Binding):
        if symbol.kind == "self":
            return "`self` cannot be renamed"
        return (
            "`resume` has its name from the language"
            if symbol.kind == "cont" and symbol.name == "resume"
            else None
        )
    if isinstance(symbol, GenericParam) and symbol.name == "Self":
        return "`Self` cannot be renamed"
    owner = symbols.owner_of(program, symbol, file)
    if owner is None or owner.is_library:
        return "this belongs to the library"
    if isinstance(symbol, Module) and (symbol.decl is None or symbol.decl.items is None):
        return "the module is named by its file"
    return None


def _renamed(program: Program, file: File, symbol: Any, new: str) -> Iterator[tuple[File, int, int, str]]:
    """The edits. Where one name is a field and a variable, the pattern is written out."""
    seen: set[tuple[str, int]] = set()
    old = symbols.name_of(symbol)
    field = isinstance(symbol, ast.FieldDecl)
    for f, o in symbols.everywhere(program, symbol, file):
        key = (f.path, o.pos)
        if key in seen or f.source.text[o.pos : o.end] != old:
            continue
        seen.add(key)
        text = new
        if (field or isinstance(symbol, Binding)) and _is_shorthand(f, o.pos, o.end):
            text = f"{new}: {old}" if field else f"{old}: {new}"
        yield f, o.pos, o.end, text


def _is_shorthand(file: File, pos: int, end: int) -> bool:
    for node in ancestors(file.items, pos):
        if isinstance(node, ast.FieldPat) and node.pos == pos == node.pattern.pos and node.pattern.end == end:
            return True
    return False


def _editing(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        source = server.source(params.text_document.uri)
        text = format_source(source, Diagnostics())
        if text is None or text == source.text:
            return []
        start, old, new = change(source.text, text)
        return [lsp.TextEdit(server.encoding.range(source, start, old), text[start:new])]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = server.of(params.text_document.uri)
        if found is None:
            return []
        program, file = found
        start = server.encoding.offset(file.source, params.range.start)
        end = server.encoding.offset(file.source, params.range.end)
        out: list[lsp.CodeAction] = []
        for d in [*program.diagnostics(), *program.lint]:
            if d.source is not file.source or d.end < start or d.pos > end:
                continue
            for fix in actions.fixes(d):
                edits = [
                    lsp.TextEdit(server.encoding.range(file.source, p, e), text) for p, e, text in fix.edits
                ]
                out.append(
                    lsp.CodeAction(
                        fix.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[findings.converted(program, d, server.encoding)],
                        edit=lsp.WorkspaceEdit({params.text_document.uri: edits}),
                    )
                )
        return out


def _decorating(server: Server) -> None:
    legend = lsp.SemanticTokensLegend(list(colours.TYPES), list(colours.MODIFIERS))

    def tokens(uri: str, span: lsp.Range | None) -> lsp.SemanticTokens:
        found = server.of(uri)
        if found is None:
            return lsp.SemanticTokens([])
        program, file = found
        start, end = _span(server, file, span)
        with program.asking():
            return lsp.SemanticTokens(colours.semantic_tokens(program, file, start, end, server.encoding))

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def all_tokens(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        return tokens(params.text_document.uri, None)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    def some_tokens(params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
        return tokens(params.text_document.uri, params.range)

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hints(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        found = server.of(params.text_document.uri)
        if found is None:
            return []
        program, file = found
        start, end = _span(server, file, params.range)
        with program.asking():
            return [
                lsp.InlayHint(
                    server.encoding.position(file.source, h.pos),
                    h.text,
                    kind=lsp.InlayHintKind.Type if h.text.startswith(":") else None,
                    text_edits=[lsp.TextEdit(server.encoding.range(file.source, h.pos, h.pos), h.text)]
                    if h.is_type
                    else None,
                    tooltip=h.tip or None,
                )
                for h in hints.inlay_hints(program, file, start, end)
            ]


def _span(server: Server, file: File, span: lsp.Range | None) -> tuple[int, int]:
    if span is None:
        return 0, len(file.source.text)
    return server.encoding.offset(file.source, span.start), server.encoding.offset(file.source, span.end)
