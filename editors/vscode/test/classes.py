"""What the compiler's lexer makes of the project's files, and of random lines, for `classes.test.mjs`: a line of JSON for each that has no lexical error.

`path`; `text`; `spans`: start, end (in UTF-16 code units, as JavaScript counts) and class of each stretch, from `rusk.highlight.classify`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

from rusk.diagnostics import Diagnostics
from rusk.highlight import classify
from rusk.source import Source
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import KEYWORDS, PUNCTUATION

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("rusk/library", "examples", "benchmarks", "tests")


#: random lines are made of these, of all keywords, and of all punctuation
PIECES = (
    *("x", "Point", "_", "_T", "ärger", "Ärger", "näme", "fnord", "b", "f", "ab", "self", "Self", "super", "loaf", "resume", "true", "false"),
    *("int", "string", "unit", "0", "007", "1_000", "0x_fF", "0XaB_c", "0o17", "0O7", "0b1_0", "0B1", "1.5", "1.5e-3", "2e+_1", "3E7", "1__0.2_"),
    *('"text"', '""', '"a\\"b"', '"\\u{1F600}"', '"😀"', 'b"x\\x7f"', "'c'", "'\\''", "'\\u{e4}'", "'😀'", "'\"'", "'\\\\'", "'\\x41'"),
    *('f"a{x}b"', 'f"{{{1}}}"', 'f"{f"{y}"}"', 'f"{"}"}"', 'f"{ {1} }"', 'f"{@I.m(1)}"', 'f"{/* } */ x}"', 'f"\\n{x.0.1}"', 'f""'),
    *("t.0.1", "x.int", "x.len()", "@I.m(", "@ I<int>.m(", "id::<int>(1)", "as?", "fn f("),
)  # fmt: skip
#: at their ends only: what a name is depends on its neighbours, and the grammar does not look over comments for them
COMMENTS = ("", "/* c */", "/* a /* b */ c */", "/*/ */", "/**/", '/* " */', "/* // */")


def random_lines(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Names and texts of lines."""
    rng = Random(seed)
    pieces = (*PIECES, *PIECES, *KEYWORDS, *PUNCTUATION)
    for n in range(count):
        words = [rng.choice(pieces) + rng.choice(("", " ", "  ")) for _ in range(rng.randint(1, 9))]
        yield (
            f"random line {n}",
            rng.choice(COMMENTS) + "".join(words) + rng.choice((*COMMENTS, "// '", "/// d")),
        )


def files() -> Iterator[tuple[str, str]]:
    """Names and texts of the project's files."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.rusk")):
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode()
            except UnicodeDecodeError:
                continue  # tests have such


def main() -> None:
    """Write them."""
    for name, text in (*files(), *random_lines(1, 4000)):
        diags = Diagnostics()
        tokenize(Source(name, text), diags)
        if diags.has_errors:
            continue
        units = [0, *accumulate([1 + (c > "\uffff") for c in text])]
        spans = [(units[start], units[end], what) for start, end, what in classify(text)]
        sys.stdout.write(json.dumps({"path": name, "text": text, "spans": spans}) + "\n")


if __name__ == "__main__":
    main()
