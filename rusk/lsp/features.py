"""The requests of the protocol, each answered by the module that knows about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from rusk.diagnostics import Diagnostics
from rusk.fmt import format_source
from rusk.lsp import actions, colours, completion, findings, hints, outline, renaming, symbols
from rusk.lsp.nodes import ancestors
from rusk.lsp.program import real
from rusk.lsp.text import Encoding, change
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.lexer import name_end, tokenize
from rusk.syntax.parser import parse_tokens
from rusk.syntax.tokens import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.lsp.program import File, Program
    from rusk.lsp.server import Server

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


def register(server: Server) -> None:
    """Teach a server all it can do."""
    for add in (_sync, _reading, _names, _editing, _decorating):
        add(server)


def _at_place(
    server: Server, feature: str, nothing: Any, options: Any = None
) -> Callable[[Callable[[Any, Program, File, int], Any]], None]:
    """Registers a request about a place in a text: what answers it gets the program, the file and the offset. ``nothing``: the answer where there is no program."""

    def decorate(answer: Callable[[Any, Program, File, int], Any]) -> None:
        @server.feature(feature, options)
        def asked(params: Any) -> Any:
            place = server.place(params)
            return nothing if place is None else answer(params, *place)

    return decorate


def _sync(server: Server) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        root = server.workspace.root_path
        server.settings.take(params.initialization_options, root)
        changes = params.capabilities.workspace.workspace_edit if params.capabilities.workspace else None
        server.can_rename_files = changes is not None and lsp.ResourceOperationKind.Rename in (
            changes.resource_operations or []
        )
        server.encoding = Encoding(
            str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding))
        )

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        for entry in server.settings.entries:
            server.touch(real(entry))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def written(params: lsp.DidOpenTextDocumentParams | lsp.DidChangeTextDocumentParams) -> None:
        server.take(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved.add(server.path(params.text_document.uri))
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

    @_at_place(server, lsp.TEXT_DOCUMENT_HOVER, None)
    def hover(params: lsp.HoverParams, program: Program, file: File, offset: int) -> lsp.Hover | None:
        with program.asking():
            found = _hover(program, file, offset)
        if found is None:
            return None
        code, doc, pos, end = found
        text = f"```rusk\n{code}\n```" + (f"\n\n{doc}" if doc else "")
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
        return lsp.Hover(content, server.encoding.range(file.source, pos, end))

    @_at_place(
        server,
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionList(False, []),
        lsp.CompletionOptions(trigger_characters=[".", ":", "@"]),
    )
    def complete(
        params: lsp.CompletionParams, program: Program, file: File, offset: int
    ) -> lsp.CompletionList:
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
        if isinstance(node, ast.Block):
            return None
        if isinstance(node, (ast.Expr, ast.Pattern)) and node.ty is not None:
            return symbols.shown(node.ty), "", node.pos, node.end
        if not isinstance(node, (ast.Expr, ast.Pattern)):
            return None
    return None


def _names(server: Server) -> None:
    @_at_place(server, lsp.TEXT_DOCUMENT_DEFINITION, [])
    def definition(
        params: lsp.DefinitionParams, program: Program, file: File, offset: int
    ) -> list[lsp.Location]:
        found: list[lsp.Location] = []
        with program.asking():
            for o in renaming.best(symbols.at(program, file, offset)):
                target = symbols.definition(program, o.symbol, file)
                if target is not None:
                    found.append(server.location(target))
        return found[:1]

    @_at_place(server, lsp.TEXT_DOCUMENT_REFERENCES, [])
    def references(
        params: lsp.ReferenceParams, program: Program, file: File, offset: int
    ) -> list[lsp.Location]:
        with program.asking():
            return [
                lsp.Location(server.uri(f.path), server.encoding.range(f.source, o.pos, o.end))
                for f, o in renaming.uses(program, file, offset)
                if params.context.include_declaration or not o.is_definition
            ]

    @_at_place(server, lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, [])
    def highlights(
        params: lsp.DocumentHighlightParams, program: Program, file: File, offset: int
    ) -> list[lsp.DocumentHighlight]:
        with program.asking():
            return [
                lsp.DocumentHighlight(server.encoding.range(f.source, o.pos, o.end))
                for f, o in renaming.uses(program, file, offset)
                if f is file
            ]

    @_at_place(server, lsp.TEXT_DOCUMENT_PREPARE_RENAME, None)
    def prepare_rename(
        params: lsp.PrepareRenameParams, program: Program, file: File, offset: int
    ) -> lsp.Range | None:
        with program.asking():
            for o in renaming.best(symbols.at(program, file, offset)):
                if renaming.why_not(program, o.symbol, file) is None:
                    return server.encoding.range(file.source, o.pos, o.end)
        return None

    @_at_place(server, lsp.TEXT_DOCUMENT_RENAME, None, lsp.RenameOptions(prepare_provider=True))
    def rename(
        params: lsp.RenameParams, program: Program, file: File, offset: int
    ) -> lsp.WorkspaceEdit | None:
        new = params.new_name
        if new in KEYWORDS or name_end(new, 0) != len(new) or not new or new == "_":
            raise _refused(f"`{new}` is not a name")
        edits: dict[str, list[lsp.TextEdit]] = {}
        with program.asking():
            names = renaming.best(symbols.at(program, file, offset))
            if not names:
                return None
            reason = renaming.why_not(program, names[0].symbol, file)
            if reason is not None:
                raise _refused(reason)
            paths = renaming.moves(program, names[0].symbol, new)
            reason = renaming.why_not_move(paths, server.can_rename_files)
            if reason is not None:
                raise _refused(reason)
            for f, pos, end, text in renaming.renamed(program, file, names[0].symbol, new):
                edit = lsp.TextEdit(server.encoding.range(f.source, pos, end), text)
                edits.setdefault(server.uri(f.path), []).append(edit)
        if not paths:
            return lsp.WorkspaceEdit(edits)
        return lsp.WorkspaceEdit(
            document_changes=[
                *[
                    lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri), each)
                    for uri, each in edits.items()
                ],
                *[lsp.RenameFile(server.uri(before), server.uri(after)) for before, after in paths],
            ]
        )


def _refused(reason: str) -> Exception:
    return JsonRpcException(reason, int(lsp.LSPErrorCodes.RequestFailed))


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
        for d in [*program.diagnostics(), *program.lint, *program.typed_lint]:
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
