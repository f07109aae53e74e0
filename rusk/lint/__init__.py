"""The linter (08 §16), as functions from trees and checked programs to diagnostics.

`lint_file` needs the syntax of one file only, `lint_program` a program whose bodies have been checked without errors. What they find can be
switched off in the source (`rusk.lint.allow`) and in a project's settings (`rusk.lint.config`). Findings carry fixes for editors where one is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import CATALOGUE, Diagnostics
from rusk.lint.allow import Allowed
from rusk.syntax.lexer import tokenize
from rusk.syntax.parser import parse_tokens

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostic
    from rusk.source import Source
    from rusk.syntax import ast
    from rusk.syntax.tokens import Tokens
    from rusk.types.world import World

#: name -> code of all lints
LINTS: dict[str, str] = {name: code for name, (code, _) in CATALOGUE.items() if code.startswith("W02")}


class FileLint:
    """A file, its tokens and tree, and what the lints of its syntax found. ``errors``: those of a file that does not parse."""

    __slots__ = ("allowed", "errors", "findings", "source", "tokens", "tree")

    def __init__(
        self,
        source: Source,
        tokens: Tokens,
        tree: ast.File,
        errors: list[Diagnostic],
        findings: list[Diagnostic],
    ) -> None:
        self.source = source
        self.tokens = tokens
        self.tree = tree
        self.errors = errors
        self.findings = findings
        self.allowed = Allowed(source, tokens, tree)


def lint_file(source: Source) -> FileLint:
    """The lints that need no types (W0201 to W0205, W0210), in source order, those allowed in the source left out.

    source: any file. Its syntax errors are in the result; such a file has no findings.
    """
    from rusk.lint import bindings, shapes

    diags = Diagnostics()
    tokens = tokenize(source, diags)
    tree = parse_tokens(source, tokens, diags)
    if diags.has_errors:
        return FileLint(source, tokens, tree, diags.sorted(), [])
    bindings.lint(tree, diags)
    shapes.lint(tree, tokens, diags)
    result = FileLint(source, tokens, tree, [], [])
    result.findings = [d for d in diags.sorted() if not result.allowed.covers(d)]
    return result


def lint_program(world: World) -> list[Diagnostic]:
    """The lints that need types (W0206 to W0209, W0211, W0212), over all files of the program.

    world: of a program that has been checked without errors (`rusk.compiler.analyse`). What the source allows is not left out: files of
    the program are known to who has read them (`FileLint.allowed`).
    """
    from rusk.lint import flow, values
    from rusk.lint.program import User

    diags = Diagnostics()
    user = User(world)
    from rusk.lint import usage

    usage.lint(user, diags)
    flow.lint(user, diags)
    values.lint(user, diags)
    return diags.sorted()
