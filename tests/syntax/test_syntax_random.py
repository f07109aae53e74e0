"""Whatever the input: the parser ends, raises nothing, and gives a tree whose places are in the text."""

from __future__ import annotations

import random
import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rusk.diagnostics import Diagnostics, render_all
from rusk.source import Source
from rusk.syntax import ast, parse_file
from rusk.syntax.dump import _fields, dump
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import KEYWORDS, PUNCTUATION

CASES = Path(__file__).resolve().parents[1] / "conformance"
PROGRAMS = [path.read_text(encoding="utf-8") for path in sorted(CASES.rglob("*.rusk"))]

WORDS = [
    *KEYWORDS,
    *PUNCTUATION,
    *(
        "x",
        "P",
        "Some",
        "self",
        "_",
        "true",
        "int",
        "1",
        "0",
        "1.5",
        "9223372036854775808",
        "'a'",
        '"s"',
        'b"b"',
    ),
    *(
        'f"',
        '"',
        "{x}",
        "{{",
        "}}",
        "'",
        "\\",
        "/*",
        "*/",
        "//",
        "\n",
        "0x",
        "1e",
        "#",
        "é",
        "\u3000",
        'f"a{x}b"',
    ),
]

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(text: str) -> ast.File:
    diags = Diagnostics()
    source = Source("t.rusk", text)
    file = parse_file(source, diags)
    size = len(text)
    for diagnostic in diags.items:
        assert 0 <= diagnostic.pos <= diagnostic.end <= size + 1, diagnostic
    render_all(diags.sorted())
    check_places(file, size)
    dump(file)
    return file


def check_places(file: ast.File, size: int) -> None:
    """Every node lies in the text, and in the node around it."""
    stack: list[tuple[object, int, int]] = [(file, 0, size)]
    while stack:
        value, low, high = stack.pop()
        if isinstance(value, list):
            stack.extend((element, low, high) for element in value)
        elif isinstance(value, ast.Node):
            assert low <= value.pos <= value.end <= high, dump(file)
            stack.extend((getattr(value, name), value.pos, value.end) for name in _fields(type(value)))


@quick
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@quick
@given(st.text(alphabet="{}()[]<>|;,.:=-\"'fb\\/*x1 \n", max_size=200))
def test_any_punctuation(text: str) -> None:
    check(text)
    check("fn f() { " + text)


@quick
@given(
    st.lists(st.sampled_from(WORDS), max_size=80),
    st.sampled_from(["", "fn f() { ", "impl S { fn f(", 'fn f() { f"{']),
)
def test_any_tokens(words: list[str], start: str) -> None:
    check(start + " ".join(words))
    check(start + "".join(words))


@quick
@given(st.randoms(use_true_random=False), st.sampled_from(PROGRAMS), st.integers(1, 4))
def test_mutated_programs(rng: random.Random, text: str, count: int) -> None:
    pieces = re.findall(r"\w+|\s+|.", text)
    for _ in range(count):
        at = rng.randrange(len(pieces))
        what = rng.randrange(5)
        if what == 0:
            del pieces[at]
        elif what == 1:
            pieces.insert(at, rng.choice(WORDS))
        elif what == 2:
            pieces[at] = rng.choice(WORDS)
        elif what == 3:
            del pieces[at:]
        else:
            pieces.insert(at, pieces[rng.randrange(len(pieces))])
        if not pieces:
            break
    check("".join(pieces))


@quick
@given(st.text(max_size=100))
def test_tokens_cover_the_text(text: str) -> None:
    diags = Diagnostics()
    found = tokenize(Source("t", text), diags)
    last = 0
    for start, end in zip(found.starts, found.ends, strict=True):
        assert last <= start <= end <= len(text)
        last = end


@quick
@given(st.sampled_from(PROGRAMS), st.integers(0, 10**6))
def test_cut_programs(text: str, at: int) -> None:
    check(text[: at % (len(text) + 1)])
