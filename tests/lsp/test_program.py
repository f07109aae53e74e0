"""A kept program says after each edit what a fresh one says: diagnostics, places of names, types."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rusk.compiler import Options, compile_file
from rusk.diagnostics import Diagnostic
from rusk.lsp import hints, instances, symbols
from rusk.lsp.buffers import Buffers
from rusk.lsp.findings import lint
from rusk.lsp.occurrences import occurrences
from rusk.lsp.program import Program, functions, real
from rusk.syntax import ast
from rusk.types.items import Module
from rusk.types.resolved import Binding

CONFORMANCE = Path(__file__).parent.parent / "conformance"
PROGRAMS = sorted(CONFORMANCE.glob("*/*.rusk"))
#: a spread of programs of all areas
SOME = PROGRAMS[::37]


def look(program: Program) -> list[object]:
    """All that editors see of a program, in a form that can be compared."""
    program.complete()
    out: list[object] = [
        (d.code, d.message, d.pos, d.end, d.help, [(p, e, t) for _, p, e, t in d.secondary])
        for d in program.diagnostics()
    ]
    with program.asking():
        for file in program.files.values():
            for o in occurrences(program.world, file.module, file.items):
                target = symbols.definition(program, o.symbol, file)
                about = symbols.describe(program, o, file)
                out.append((o.pos, o.end, None if target is None else (target.pos, target.end), about))
            for h in hints.inlay_hints(program, file, 0, len(file.source.text)):
                out.append((h.pos, h.text))
    return out


def edits(text: str, spans: list[tuple[int, int]], seed: int) -> list[str]:
    """Texts that follow from one another by small changes, mostly in function bodies."""
    rng = random.Random(seed)
    out = []
    pieces = [
        "x",
        " ",
        "1",
        "\n",
        ".",
        "(",
        ")",
        "{",
        "}",
        ";",
        '"',
        "let q = 1;",
        "é",
        "//",
        "😀",
        "+ 1",
        ", ",
    ]
    for _ in range(6):
        low, high = rng.choice(spans) if spans and rng.random() < 0.8 else (0, len(text))
        at = rng.randint(min(low, len(text)), min(high, len(text)))
        changed = (
            text[:at] + rng.choice(pieces) + text[at:]
            if rng.random() < 0.6
            else text[:at] + text[at + rng.randint(1, 4) :]
        )
        out.append(changed)
        if rng.random() < 0.5:
            text = changed
        else:
            out.append(text)
    return out


@pytest.mark.parametrize("path", SOME, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_edits_lead_to_what_a_fresh_program_says(path: Path) -> None:
    entry = real(str(path))
    buffers = Buffers()
    text = path.read_text(encoding="utf-8")
    program = Program(entry, buffers)
    spans = [(f.body.pos, f.body.end) for f in functions(program.files[entry].items) if f.body is not None]
    for changed in edits(text, spans, len(text)):
        buffers.open[entry] = changed
        program.follow(entry)
        assert look(program) == look(Program(entry, buffers)), changed


@pytest.mark.parametrize("path", PROGRAMS[::11], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_names_stand_where_they_are_said_to(path: Path) -> None:
    program = Program(real(str(path)), Buffers())
    with program.asking():
        for file in program.files.values():
            text = file.source.text
            for o in occurrences(program.world, file.module, file.items):
                name = symbols.name_of(o.symbol)
                written = text[o.pos : o.end]
                assert written.isidentifier()
                target = symbols.definition(program, o.symbol, file)
                if target is not None and not isinstance(o.symbol, (Module, Binding)):
                    place = target.source.text[target.pos : target.end]
                    assert place == name
                if o.is_definition:
                    assert written == name
    for _ in lint(program):
        pass


def test_completion_leaves_the_program_as_it_is() -> None:
    from rusk.lsp.completion import complete

    path = next(p for p in PROGRAMS if p.parent.name == "realistic")
    entry = real(str(path))
    program = Program(entry, Buffers())
    before = look(program)
    file = program.files[entry]
    for decl in functions(file.items):
        if isinstance(decl.body, ast.Block):
            at = decl.body.pos + 1
            text = file.source.text[:at] + " self." + file.source.text[at:]
            complete(program, file, text, at + 6)
    assert look(program) == before


def headers(text: str, program: Program, entry: str, seed: int) -> list[str]:
    """Texts with changed parameter lists and results."""
    rng = random.Random(seed)
    out = []
    for decl in functions(program.files[entry].items):
        if decl.body is None:
            continue
        at = decl.body.pos
        name = decl.name_pos + len(decl.name)
        head = text[name:at]
        for old, new in (
            ("int", "bool"),
            ("int", "string"),
            ("(", "(zz: int, "),
            (": ", ":  "),
            ("-> int", ""),
            (")", ") /* é */ "),
        ):
            if old in head and rng.random() < 0.6:
                out += [text[:name] + head.replace(old, new, 1) + text[at:], text]
    return out[:40]


@pytest.mark.parametrize("path", SOME, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_changed_signatures_reach_their_callers(path: Path) -> None:
    entry = real(str(path))
    buffers = Buffers()
    text = path.read_text(encoding="utf-8")
    program = Program(entry, buffers)
    for changed in headers(text, program, entry, len(text)):
        buffers.open[entry] = changed
        program.follow(entry)
        assert look(program) == look(Program(entry, buffers)), changed


# ---------------------------------------------------------------- what is found when the typing pauses

ENDLESS = """struct Box<T> { v: T }
fn deeper<T>(n: int, v: T) -> int { if n == 0 { 0 } else { deeper(n - 1, Box { v: v }) } }
fn unused() {}
fn main() -> int { deeper(3, 1) }
"""


def idle(program: Program) -> None:
    """What the server does when the typing pauses."""
    for _ in lint(program):
        pass
    if program.sound:
        for _ in instances.check(program):
            pass


def shown(found: list[Diagnostic]) -> list[tuple[str, str]]:
    """Names of diagnostics with the text at their places."""
    return [(d.name, d.source.text[d.pos : d.end]) for d in found if d.source is not None]


def program_of(text: str, tmp_path: Path) -> tuple[Program, Buffers, str]:
    path = tmp_path / "main.rusk"
    path.write_text(text)
    entry, buffers = real(str(path)), Buffers()
    return Program(entry, buffers), buffers, entry


@pytest.mark.parametrize("path", PROGRAMS[::5], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_idle_it_says_what_the_compiler_says(path: Path) -> None:
    """Twice: an instance that has been made leaves nothing behind."""
    program = Program(real(str(path)), Buffers())
    wanted = [(d.code, d.pos, d.end) for d in compile_file(str(path), Options(check_only=True)).diagnostics]
    for _ in range(2):
        idle(program)
        assert [(d.code, d.pos, d.end) for d in program.diagnostics()] == wanted


def test_errors_of_instances_come_move_and_go(tmp_path: Path) -> None:
    program, buffers, entry = program_of(ENDLESS, tmp_path)
    assert program.diagnostics() == []
    idle(program)
    assert shown(program.diagnostics()) == [("endless-instantiation", "deeper")]
    place = program.diagnostics()[0].pos
    # an edit before it moves it, in a body or anywhere
    edited = ENDLESS.replace("unused() {}", "unused() { }")
    for text in (edited, "// new\n" + edited):
        buffers.open[entry] = text
        program.follow(entry)
        assert shown(program.diagnostics()) == [("endless-instantiation", "deeper")]
    assert program.diagnostics()[0].pos == place + len("// new\n")
    # with other errors it is not shown, as by the compiler
    buffers.open[entry] = ENDLESS.replace("unused() {}", "unused() { 1 + true; }")
    program.follow(entry)
    idle(program)
    assert [d.name for d in program.diagnostics()] == ["type-mismatch"]
    buffers.open[entry] = ENDLESS.replace("Box { v: v }", "v")
    program.follow(entry)
    idle(program)
    assert program.diagnostics() == []


def test_findings_of_the_linter_stay_while_there_are_errors(tmp_path: Path) -> None:
    text = "fn unused() {}\nfn main() -> int { let x = 1; 2 }\n"
    program, buffers, entry = program_of(text, tmp_path)
    idle(program)
    wanted = [("unused-variable", "x"), ("unused-function", "unused")]
    assert shown([*program.lint, *program.typed_lint]) == wanted
    for changed in ("// a line\n" + text, text.replace("2 }", "tru }"), text.replace("2 }", "( }")):
        for each in (changed, text):
            buffers.open[entry] = each
            program.follow(entry)
            assert shown([*program.lint, *program.typed_lint]) == wanted
            idle(program)
            assert shown([*program.lint, *program.typed_lint]) == wanted
    buffers.open[entry] = text.replace("let x = 1;", "")
    program.follow(entry)
    assert shown([*program.lint, *program.typed_lint]) == wanted[1:]


def test_fixes_move_with_their_findings(tmp_path: Path) -> None:
    text = 'fn f() {}\nfn main() { let n = (1); f(); std::println(f"{n}"); }\n'
    program, buffers, entry = program_of("use std::print;\n" + text, tmp_path)
    idle(program)
    found = [d for d in [*program.lint, *program.typed_lint] if d.fixes]
    assert found, "a finding with a fix"
    before = [(p, e) for d in found for fix in d.fixes for p, e, _ in fix.edits]
    buffers.open[entry] = "// é\nuse std::print;\n" + text
    program.follow(entry)
    after = [(p, e) for d in [*program.lint, *program.typed_lint] for fix in d.fixes for p, e, _ in fix.edits]
    assert after == [(p + 5, e + 5) for p, e in before]
