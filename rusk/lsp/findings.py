"""Diagnostics of the compiler and the linter in the form of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls import uris

from rusk.diagnostics import Diagnostics
from rusk.lint import lint_file
from rusk.lint.config import ConfigError, Configs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.diagnostics import Diagnostic
    from rusk.lsp.program import Program
    from rusk.lsp.text import Encoding

_FADED = frozenset(
    (
        "unused-variable",
        "unreachable-code",
        "unused-function",
        "unused-import",
        "unreachable-arm",
        "unreachable-effect-arm",
        "redundant-else",
    )
)


def lint(program: Program) -> Iterator[None]:
    """Lint a program in steps that are short even for large files; afterwards its findings are in ``program.lint`` and ``program.typed_lint``.

    Where something is wrong that keeps the linter from looking, what it found last stays.
    """
    found: list[Diagnostic] = []
    allowed = {}
    for file in list(program.files.values()):
        result = lint_file(file.source)
        found += [d for d in program.lint if d.source is file.source] if result.errors else result.findings
        allowed[file.source] = result.allowed
        yield
    configs = Configs()
    program.lint = _configured(program, found, configs)
    if program.sound:
        from rusk.lint import flow, usage, values
        from rusk.lint.program import User

        diags = Diagnostics()
        with program.asking():
            user = User(program.world)
            usage.lint(user, diags)
        yield
        with program.asking():
            flow.lint(user, diags)
        yield
        with program.asking():
            values.lint(user, diags)
        found = [d for d in diags.items if d.source not in allowed or not allowed[d.source].covers(d)]
        program.typed_lint = _configured(program, found, configs)


def _configured(program: Program, found: list[Diagnostic], configs: Configs) -> list[Diagnostic]:
    """The findings that the project's settings leave, as errors where they say so."""
    kept: list[Diagnostic] = []
    for d in found:
        try:
            config = configs.of(program.paths.get(d.source, "") if d.source is not None else "")
        except ConfigError:
            config = None
        if config is not None and d.name in config.allow:
            continue
        if config is not None and d.name in config.deny:
            d.severity = "error"
        kept.append(d)
    return kept


def published(program: Program, encoding: Encoding) -> dict[str, list[lsp.Diagnostic]]:
    """What is wrong, by path; all files of the program have an entry."""
    out: dict[str, list[lsp.Diagnostic]] = {path: [] for path in program.files}
    for d in [*program.diagnostics(), *program.lint, *program.typed_lint]:
        path = program.paths.get(d.source) if d.source is not None else None
        if path is not None and d.source is not None:
            out.setdefault(path, []).append(converted(program, d, encoding))
    for each in out.values():
        each.sort(key=lambda d: (d.range.start.line, d.range.start.character))
    return out


def converted(program: Program, d: Diagnostic, encoding: Encoding) -> lsp.Diagnostic:
    """One diagnostic. The label, help and notes stand below the message, further places are related information."""
    assert d.source is not None
    lines = [d.message, *([f"help: {d.help}"] if d.help else []), *[f"note: {n}" for n in d.notes]]
    related = []
    for source, pos, end, label in d.secondary:
        path = program.paths.get(source)
        if path is not None:
            place = lsp.Location(uris.from_fs_path(path) or "", encoding.range(source, pos, end))
            related.append(lsp.DiagnosticRelatedInformation(place, label or "here"))
    error = d.severity == "error"
    return lsp.Diagnostic(
        encoding.range(d.source, d.pos, d.end),
        "\n".join(lines),
        severity=lsp.DiagnosticSeverity.Error if error else lsp.DiagnosticSeverity.Warning,
        code=d.code,
        source="rusk",
        related_information=related or None,
        tags=[lsp.DiagnosticTag.Unnecessary] if d.name in _FADED else None,
    )
