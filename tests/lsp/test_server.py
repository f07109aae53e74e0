"""The language server over the protocol (08 §17)."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types as lsp

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHAPES = """\
/// A point.
pub struct Point { x: int, y: int }

impl Point {
    /// How far it is from the origin.
    readonly fn size(k: int) -> int { (self.x + self.y) * k }
}

pub enum Shape { Dot, Line(Point, Point) }

interface Ask { fn ask(what: string) -> int; }

fn helper<T>(value: T) -> T { value }

"""


def messages(found: list[lsp.Diagnostic]) -> list[str]:
    return [d.message.split("\n")[0] for d in found]


async def test_errors_come_go_and_move(editor: Any) -> None:
    editor.open('fn main() -> int {\n    // 😀 é\n    let s = "😀"; s + 1\n}\n')
    found = await editor.diagnostics(lambda d: bool(d))
    assert found[0].source == "rusk" and found[0].code and found[0].severity == lsp.DiagnosticSeverity.Error
    assert found[0].range.start.line == 2
    # the emoji counts as two
    assert found[0].range.start.character in (18, 22)
    editor.change("fn main() -> int {\n    1\n}\n")
    await editor.diagnostics(lambda d: not d)


async def test_edit_in_a_body_moves_what_is_behind(editor: Any) -> None:
    bad = "fn a() -> int { 1 }\n\nfn b() -> int { true }\n"
    editor.open(bad)
    found = await editor.diagnostics(lambda d: any(x.code.startswith("E") for x in d))
    assert found[0].range.start.line == 2
    editor.change(bad.replace("{ 1 }", "{\n    let x = 2;\n    x\n}"))
    found = await editor.diagnostics(lambda d: d and d[0].range.start.line == 5)
    assert messages(found)[0] == "type mismatch: expected `int`, got `bool`"


async def test_errors_of_instances_come_when_the_typing_pauses(editor: Any) -> None:
    text = "struct Box<T> { v: T }\nfn f<T>(v: T) -> int { f(Box { v: v }) }\nfn main() -> int { f(1) }\n"
    editor.open(text)
    found = await editor.diagnostics(lambda d: any(x.code == "E0807" for x in d))
    assert messages([d for d in found if d.code == "E0807"]) == ["endless instantiation of `f`"]
    editor.change(text.replace("Box { v: v }", "v"))
    await editor.diagnostics(lambda d: not any(x.code == "E0807" for x in d))


async def test_syntax_errors_hide_the_others(editor: Any) -> None:
    editor.open("fn a() -> int { true }\nfn b() { let x = ; }\n")
    found = await editor.diagnostics(lambda d: bool(d))
    assert [d.code[:3] for d in found] == ["E01"]
    editor.change("fn a() -> int { true }\nfn b() { let _x = 1; }\n")
    found = await editor.diagnostics(lambda d: bool(d) and d[0].code[:3] != "E01")
    assert "expected `int`" in found[0].message


async def test_unsaved_buffers_stand_for_files(editor: Any) -> None:
    editor.open("pub fn f() -> int { 1 }\n", "shapes.rusk", on_disk="pub fn g() -> int { 1 }\n")
    editor.open("mod shapes;\nfn main() -> int { shapes::f() }\n")
    await editor.diagnostics(lambda d: not d)
    editor.change("pub fn f() -> bool { true }\n", "shapes.rusk")
    found = await editor.diagnostics(lambda d: bool(d))
    assert messages(found) == ["type mismatch: expected `int`, got `bool`"]
    editor.close("shapes.rusk")
    editor.change("mod shapes;\nfn main() -> int { shapes::g() }\n")
    await editor.diagnostics(lambda d: not d)


async def test_errors_in_modules_are_shown_there(editor: Any) -> None:
    editor.open("pub fn f() -> int { true }\n", "shapes.rusk", on_disk="")
    editor.open("mod shapes;\nfn main() -> int { shapes::f() }\n")
    found = await editor.diagnostics(lambda d: bool(d), "shapes.rusk")
    assert messages(found) == ["type mismatch: expected `int`, got `bool`"]
    await editor.diagnostics(lambda d: not d)


async def test_lints(editor: Any) -> None:
    editor.open("fn main() { let unused = 1; }\n")
    found = await editor.diagnostics(lambda d: bool(d))
    assert found[0].severity == lsp.DiagnosticSeverity.Warning
    assert found[0].code == "W0201" and messages(found) == ["unused variable `unused`"]
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(editor.document, found[0].range, lsp.CodeActionContext(found))
    )
    assert editor.apply(actions[0].edit)["main.rusk"] == "fn main() { let _unused = 1; }\n"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("fn main() { let number = 1; numbr + 1; }\n", "fn main() { let number = 1; number + 1; }\n"),
        (
            "struct P { width: int }\nfn main() -> int { let p = P { width: 1 }; p.wdth }\n",
            "struct P { width: int }\nfn main() -> int { let p = P { width: 1 }; p.width }\n",
        ),
        (
            "fn f(o: Option<int>) {}\nfn main() { f(1); }\n",
            "fn f(o: Option<int>) {}\nfn main() { f(Some(1)); }\n",
        ),
        (
            "fn main() -> int {\n    match 3 {\n        1 => 2,\n    }\n}\n",
            'fn main() -> int {\n    match 3 {\n        1 => 2,\n        _ => panic("not handled")\n    }\n}\n',
        ),
        (
            "struct S { f: fn(int) -> int }\nfn main() { let s = S { f: |x: int| { x } }; s.f(1); }\n",
            "struct S { f: fn(int) -> int }\nfn main() { let s = S { f: |x: int| { x } }; (s.f)(1); }\n",
        ),
        (
            "interface I { fn m(a: int) -> int; }\nstruct A { a: int }\nimpl I for A {\n}\n",
            "interface I { fn m(a: int) -> int; }\nstruct A { a: int }\n"
            'impl I for A {\n    fn m(a: int) -> int {\n        panic("not written")\n    }\n}\n',
        ),
    ],
)
async def test_help_lines_are_actions(editor: Any, text: str, fixed: str) -> None:
    editor.open(text)
    found = await editor.diagnostics(lambda d: any(x.code.startswith("E") for x in d))
    error = next(d for d in found if d.code.startswith("E"))
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(editor.document, error.range, lsp.CodeActionContext([error]))
    )
    assert editor.apply(actions[0].edit)["main.rusk"] == fixed


async def test_document_symbols(editor: Any) -> None:
    editor.open("use std::println;\n" + SHAPES + "mod inner { fn g() {} }\n")
    found = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document))
    kinds = {s.name: s.kind for s in found}
    assert kinds == {
        "std::println": lsp.SymbolKind.Namespace,
        "Point": lsp.SymbolKind.Struct,
        "impl Point": lsp.SymbolKind.Class,
        "Shape": lsp.SymbolKind.Enum,
        "Ask": lsp.SymbolKind.Interface,
        "helper": lsp.SymbolKind.Function,
        "inner": lsp.SymbolKind.Module,
    }
    assert found[1].detail == "A point."
    assert [c.name for c in found[2].children] == ["size"] and found[2].children[
        0
    ].detail == "How far it is from the origin."
    assert [c.name for c in found[-1].children] == ["g"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("let p = Point { x: 1, y: 2 }; ¦p.x", "```rusk\nPoint\n```"),
        ("let p = Point { x: 1, y: 2 }; p.¦x", "```rusk\nint\n```"),
        (
            "let p = Point { x: 1, y: 2 }; p.si¦ze(2)",
            "```rusk\nreadonly fn size(k: int) -> int\n```\n\nHow far it is from the origin.",
        ),
        (
            "let p: Po¦int = Point { x: 1, y: 2 };",
            "```rusk\npub struct Point { x: int, y: int }\n```\n\nA point.",
        ),
        ("¦helper(3)", "```rusk\nfn helper<T>(value: T) -> T\n```"),
        ('let n = 1.5; let s = f"é😀 {¦n}";', "```rusk\nfloat\n```"),
        ("let x = 1 ¦+ 2;", "```rusk\nint\n```"),
        ('let ¦é = "a"; é', "```rusk\nstring\n```"),
        ('@Ask.a¦sk("x")', "```rusk\nfn ask(what: string) -> int\n```"),
        ("Shape::Do¦t", "```rusk\nDot\n```"),
        ("match Shape::Dot { Shape::Line(a, _) => { ¦a; }, _ => {} }", "```rusk\nPoint\n```"),
    ],
)
async def test_hover(editor: Any, body: str, shown: str) -> None:
    editor.open(SHAPES + "fn main() { " + body + " }\n")
    assert await editor.hover() == shown


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("let p = Point { x: 1, y: 2 }; p.¦x", "x"),
        ("let p = Point { ¦x: 1, y: 2 };", "x"),
        ("let p = Point { x: 1, y: 2 }; p.s¦ize(1)", "size"),
        ("he¦lper(1)", "helper"),
        ("let q = Shape::D¦ot;", "Dot"),
        ("let q = Sh¦ape::Dot;", "Shape"),
        ('@Ask.as¦k("")', "ask"),
        ('@As¦k.ask("")', "Ask"),
        ('let zeta = 1; f"{ze¦ta}"', "zeta"),
        ("let p: Po¦int = Point { x: 1, y: 2 };", "Point"),
    ],
)
async def test_definition(editor: Any, body: str, name: str) -> None:
    editor.open(SHAPES + "fn main() { " + body + " }\n")
    found = await editor.definition()
    assert found == ("main.rusk", name)


async def test_definition_of_generics_and_across_files(editor: Any) -> None:
    editor.open("pub fn f() -> int { 1 }\n", "shapes.rusk", on_disk="")
    editor.open("mod shapes;\nfn id<Tee>(v: T¦ee) -> Tee { v }\nfn main() { id(shapes::f()); }\n")
    assert await editor.definition() == ("main.rusk", "Tee")
    editor.change("mod shapes;\nfn id<Tee>(v: Tee) -> Tee { v }\nfn main() { id(shapes::¦f()); }\n")
    assert await editor.definition() == ("shapes.rusk", "f")
    editor.change("mod shapes;\nfn id<Tee>(v: Tee) -> Tee { v }\nfn main() { id(sh¦apes::f()); }\n")
    assert await editor.definition() == ("shapes.rusk", "")


async def test_definition_in_the_library(editor: Any) -> None:
    editor.open("fn main() { let xs = [1]; xs.pu¦sh(2); }\n")
    found = await editor.definition()
    assert found is not None and found[1] == "push"


@pytest.mark.parametrize(
    ("body", "some"),
    [
        ("let p = Point { x: 1, y: 2 }; p.¦", {"x", "y", "size"}),
        ("let p = Point { x: 1, y: 2 };\n    p.¦\n    let q = 1;", {"x", "y", "size"}),
        ("let p = Point { x: 1, y: 2 }; helper(p.¦", {"x", "size"}),
        ("let p = Point { x: 1, y: 2 }; if p.¦", {"x", "size"}),
        ('let p = Point { x: 1, y: 2 }; let s = f"{p.¦}";', {"x", "size"}),
        ("let p = Point { x: 1, y: 2 }; p.s¦", {"size"}),
        ("let xs = [1]; xs.le¦", {"len"}),
        ("Shape::¦", {"Dot", "Line"}),
        ("wh¦", {"while"}),
        ("let zeta = 1; ze¦", {"zeta"}),
        ("he¦", {"helper"}),
        ("let f = |alpha: int| { al¦ };", {"alpha"}),
        ("@¦", {"Ask"}),
    ],
)
async def test_completion(editor: Any, body: str, some: set[str]) -> None:
    editor.open(SHAPES + "fn main() {\n    " + body + "\n}\n\nfn after() { }\n")
    found = await editor.complete()
    assert some <= set(found)


async def test_completion_shows_types_and_is_sorted(editor: Any) -> None:
    editor.open(SHAPES + "fn main() { let p = Point { x: 1, y: 2 }; p.¦ }\n")
    found = await editor.complete()
    assert found["x"].detail == "int" and found["size"].detail == "(k: int) -> int"
    assert list(found) == sorted(found)


async def test_no_completion_in_comments_and_text(editor: Any) -> None:
    editor.open("fn main() { // wh¦\n}\n")
    assert await editor.complete() == {}
    editor.change('fn main() { let s = "wh¦"; }\n')
    assert await editor.complete() == {}


async def test_formatting(editor: Any) -> None:
    editor.open("fn   main( )->int{1}\n")
    params = lsp.DocumentFormattingParams(editor.document, lsp.FormattingOptions(4, True))
    edits = await editor.client.text_document_formatting_async(params)
    text = editor.apply(lsp.WorkspaceEdit({editor.uri: edits}))["main.rusk"]
    assert text == "fn main() -> int {\n    1\n}\n"
    editor.change("fn main( {\n")
    assert not await editor.client.text_document_formatting_async(params)


async def rename(editor: Any, new: str) -> dict[str, str]:
    edit = await editor.client.text_document_rename_async(
        lsp.RenameParams(editor.document, editor.cursor, new)
    )
    return editor.apply(edit)


async def test_rename_across_files(editor: Any) -> None:
    editor.open("pub fn f() -> int { 1 }\nfn g() -> int { f() }\n", "shapes.rusk", on_disk="")
    editor.open("mod shapes;\nuse shapes::f as h;\nfn main() -> int { shapes::¦f() + h() }\n")
    assert await rename(editor, "größe") == {
        "shapes.rusk": "pub fn größe() -> int { 1 }\nfn g() -> int { größe() }\n",
        "main.rusk": "mod shapes;\nuse shapes::größe as h;\nfn main() -> int { shapes::größe() + h() }\n",
    }


async def test_rename_of_a_module_renames_its_files(editor: Any) -> None:
    (editor.folder / "shapes").mkdir()
    editor.open("pub fn f() -> int { 1 }\n", "shapes/inner.rusk", on_disk="pub fn f() -> int { 1 }\n")
    editor.open("pub mod inner;\n", "shapes.rusk", on_disk="pub mod inner;\n")
    editor.open("mod shapes;\nfn main() -> int { sha¦pes::inner::f() }\n")
    await editor.diagnostics(lambda d: not d)

    async def changes(new: str) -> list[Any]:
        params = lsp.RenameParams(editor.document, editor.cursor, new)
        return list((await editor.client.text_document_rename_async(params)).document_changes)

    edit, file, folder = await changes("forms")
    assert edit.text_document.uri == editor.uri and len(edit.edits) == 2
    assert (file.kind, file.old_uri, file.new_uri) == (
        "rename",
        editor.uri_of("shapes.rusk"),
        editor.uri_of("forms.rusk"),
    )
    assert (folder.old_uri, folder.new_uri) == (editor.uri_of("shapes"), editor.uri_of("forms"))
    editor.change("mod shapes;\nfn main() -> int { shapes::inn¦er::f() }\n")
    edits = await changes("deep")
    assert sorted([e.text_document.uri for e in edits[:-1]]) == [
        editor.uri_of("main.rusk"),
        editor.uri_of("shapes.rusk"),
    ]
    assert edits[-1].new_uri == editor.uri_of("shapes/deep.rusk")
    (editor.folder / "shapes" / "deep.rusk").write_text("")
    with pytest.raises(Exception, match="there is a `deep.rusk` already"):
        await changes("deep")


async def test_rename_writes_out_shorthand(editor: Any) -> None:
    text = "struct P { x: int }\nfn f(p: P) -> int { match p { P { x } => ¦x + 1 } }\n"
    editor.open(text)
    assert (await rename(editor, "wide"))["main.rusk"] == (
        "struct P { x: int }\nfn f(p: P) -> int { match p { P { x: wide } => wide + 1 } }\n"
    )
    editor.change(text.replace("¦", "").replace("{ x: int", "{ ¦x: int"))
    assert (await rename(editor, "wide"))["main.rusk"] == (
        "struct P { wide: int }\nfn f(p: P) -> int { match p { P { wide: x } => x + 1 } }\n"
    )


async def test_rename_of_methods_goes_by_the_interface(editor: Any) -> None:
    editor.open(
        "interface Say { fn say() -> int; }\nstruct A { n: int }\nimpl Say for A { fn say() -> int { 1 } }\n"
        "fn f<T: Say>(t: T) -> int { t.¦say() }\nfn main() -> int { f(A { n: 1 }) + A { n: 2 }.say() }\n"
    )
    assert (await rename(editor, "tell"))["main.rusk"].count("tell") == 4


async def test_rename_refuses(editor: Any) -> None:
    editor.open("fn main() { let xs = [1]; xs.pu¦sh(2); }\n")
    with pytest.raises(Exception, match="belongs to the library"):
        await rename(editor, "put")
    editor.change("fn ma¦in() { }\n")
    with pytest.raises(Exception, match="is not a name"):
        await rename(editor, "let")


async def test_references(editor: Any) -> None:
    editor.open("fn f() {}\nfn main() { f(); ¦f(); }\n")
    params = lsp.ReferenceParams(lsp.ReferenceContext(False), editor.document, editor.cursor)
    assert len(await editor.client.text_document_references_async(params)) == 2
    params = lsp.ReferenceParams(lsp.ReferenceContext(True), editor.document, editor.cursor)
    assert len(await editor.client.text_document_references_async(params)) == 3


@pytest.mark.parametrize(
    ("body", "label", "active"),
    [
        ("add(1, ¦)", "add(a: int, b: int) -> int", 1),
        ("add(¦", "add(a: int, b: int) -> int", 0),
        ("let p = Point { x: 1, y: 2 }; p.size(¦)", "size(k: int) -> int", 0),
        ("@Ask.ask(¦)", "ask(what: string) -> int", 0),
        ("Shape::Line(¦)", "Line(Point, Point)", 0),
        ("let f = |n: int| { n }; f(¦)", "fn(int) -> int", 0),
    ],
)
async def test_signature_help(editor: Any, body: str, label: str, active: int) -> None:
    editor.open(SHAPES + "fn add(a: int, b: int) -> int { a + b }\nfn main() { " + body + "\n}\n")
    found = await editor.client.text_document_signature_help_async(
        lsp.SignatureHelpParams(editor.document, editor.cursor)
    )
    assert found is not None
    assert found.signatures[0].label == label and found.active_parameter == active


async def test_inlay_hints(editor: Any) -> None:
    editor.open(SHAPES + 'fn f() -> int { let n = @Ask.ask("x"); n }\n')
    span = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
    found = await editor.client.text_document_inlay_hint_async(lsp.InlayHintParams(editor.document, span))
    assert [h.label for h in found] == ["performs @Ask.ask ", ": int"]


async def test_semantic_tokens(editor: Any) -> None:
    editor.open("/* 😀 */ fn f(é: int) -> int { é }\n")
    found = await editor.client.text_document_semantic_tokens_full_async(
        lsp.SemanticTokensParams(editor.document)
    )
    rows = [tuple(found.data[i : i + 5])[:3] for i in range(0, len(found.data), 5)]
    assert rows == [(0, 12, 1), (0, 2, 1), (0, 17, 1)]


async def test_workspace_symbols_and_folding(editor: Any) -> None:
    editor.open(SHAPES)
    found = await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("sz"))
    assert [s.name for s in found] == ["size"]
    folds = await editor.client.text_document_folding_range_async(lsp.FoldingRangeParams(editor.document))
    assert [(f.start_line, f.end_line) for f in folds] == [(3, 5)]


async def test_closing_clears(editor: Any) -> None:
    editor.open("fn main() -> int { true }\n")
    await editor.diagnostics(lambda d: bool(d))
    editor.close()
    await editor.diagnostics(lambda d: not d)


async def test_everything_survives_any_prefix_of_a_program(editor: Any) -> None:
    text = (
        SHAPES
        + 'fn main() -> int { let p = Point { x: 1, y: 2 }; f"{p.x}"; match p { Point { x, .. } => helper(x) } }\n'
    )
    editor.open("")
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
    for end in range(0, len(text), 7):
        editor.change(text[:end] + "¦")
        await editor.hover()
        await editor.complete()
        await editor.definition()
        await editor.client.text_document_signature_help_async(
            lsp.SignatureHelpParams(editor.document, editor.cursor)
        )
        await editor.client.text_document_semantic_tokens_full_async(
            lsp.SemanticTokensParams(editor.document)
        )
        await editor.client.text_document_inlay_hint_async(lsp.InlayHintParams(editor.document, whole))
        await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document))
        await editor.client.text_document_folding_range_async(lsp.FoldingRangeParams(editor.document))


async def test_saving_looks_at_the_disk_again(editor: Any) -> None:
    (editor.folder / "part.rusk").write_text("pub fn f() -> int { 1 }\n")
    editor.open("mod part;\nfn main() -> int { part::f() }\n")
    await editor.diagnostics(lambda d: not d)
    (editor.folder / "part.rusk").write_text("pub fn f() -> bool { true }\n")
    editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(editor.document))
    await editor.diagnostics(lambda d: messages(d) == ["type mismatch: expected `int`, got `bool`"])


async def test_documents_that_are_no_files_yet(editor: Any) -> None:
    uri = "untitled:Untitled-1"
    editor.client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "rusk", 1, "fn main() -> int { true }\n"))
    )
    place = lsp.TextDocumentIdentifier(uri)
    found = await editor.client.text_document_hover_async(lsp.HoverParams(place, lsp.Position(0, 20)))
    assert found.contents.value == "```rusk\nbool\n```"
    assert messages(editor.client.diagnostics[uri]) == ["type mismatch: expected `int`, got `bool`"]
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(place))


async def test_nothing_to_hover_over_between_statements(editor: Any) -> None:
    editor.open("fn main() {\n    ¦\n}\n")
    assert await editor.hover() is None


async def test_library_files_are_no_programs(editor: Any) -> None:
    from pathlib import Path

    import rusk

    path = Path(rusk.__file__).parent / "library" / "core" / "option.rusk"
    editor.open("fn main() -> int { true }\n")
    await editor.diagnostics(lambda d: bool(d))
    editor.client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(
            lsp.TextDocumentItem(path.as_uri(), "rusk", 1, path.read_text(encoding="utf-8"))
        )
    )
    await editor.hover()
    assert not editor.client.diagnostics.get(path.as_uri())
    editor.client.text_document_did_close(
        lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(path.as_uri()))
    )
