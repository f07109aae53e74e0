"""Documentation from comments: what belongs to a declaration, what an example is, pages, the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import rusk

from rusk.diagnostics import Diagnostics
from rusk.docs.comments import Comments
from rusk.docs.examples import blocks, examples, program
from rusk.docs.markdown import render, summary
from rusk.docs.model import Page, read
from rusk.source import Source
from rusk.syntax import parse_file

SHOP = '''// A shop: what it sells, and for how much. See docs/language/01-syntax.md.
//
// Nothing is free.

use core::iter::Iterator;

/// What is sold.
///
///     let a = Article { name: "pen", cents: 120 };
///     std::println(a.price());  //> 1.20
pub struct Article { name: string, cents: int }

// not documentation
/// Hidden from nobody, but private.
struct Secret {}

impl Article {
    /// The price in euros.
    /// On two lines.
    pub readonly fn price() -> string { self.cents.to_float() / 100.0 }
    fn internal() {}
    //! addition
    /// Whether it costs nothing.
    pub readonly fn is_free() -> bool { false }
}

impl core::fmt::ToString for Article { readonly fn to_string() -> string { "/// no comment" } }

/// Something with a colour.
pub interface Painted<T: Iterator{Item = int}> { readonly fn colour() -> string; }

/// States.
pub enum State {
    /// Not yet.
    Waiting, // a note
    /// Over,
    /// finally.
    Done(int, string),
}

/* a block comment */
pub fn plain(xs: [int],
             n: int) -> unit { }

/// A newtype.
pub struct Id(int);
pub use core::result::try;
'''  # fmt: skip


def page(text: str, name: str = "shop") -> Page:
    source = Source("shop.rusk", text)
    diags = Diagnostics()
    items = parse_file(source, diags).items
    assert not list(diags.sorted())
    return read(name, source, items)


def test_what_a_module_offers() -> None:
    p = page(SHOP)
    assert (
        p.doc
        == "A shop: what it sells, and for how much. See docs/language/01-syntax.md.\n\nNothing is free."
    )
    assert [(e.kind, e.name, e.signature) for e in p.all()] == [
        ("struct", "Article", "struct Article"),
        ("method", "price", "readonly fn price() -> string"),
        ("method", "is_free", "readonly fn is_free() -> bool"),
        ("interface", "Painted", "interface Painted<T: Iterator{Item = int}>"),
        ("member", "colour", "readonly fn colour() -> string"),
        ("enum", "State", "enum State"),
        ("variant", "Waiting", "Waiting"),
        ("variant", "Done", "Done(int, string)"),
        ("function", "plain", "fn plain(xs: [int], n: int) -> unit"),
        ("struct", "Id", "struct Id(int)"),
    ]
    docs = {e.name: e.doc for e in p.all()}
    assert docs["price"] == "The price in euros.\nOn two lines."
    assert docs["Waiting"] == "Not yet." and docs["Done"] == "Over,\nfinally." and docs["plain"] == ""
    assert [e.name for e in p.all() if e.addition] == ["is_free"]
    assert [(i.interface, i.type) for i in p.entries[0].impls] == [("core::fmt::ToString", "Article")]
    assert p.uses == ["use core::result::try"]


def test_comments_are_not_looked_for_in_strings() -> None:
    text = 'fn main() { std::println("//> not a comment"); // one\n    f"{1}//> no"; /* //> inside */ x //> two\n}\n//> three'
    assert list(Comments(Source("", text)).all()) == ["// one", "//> two", "//> three"]
    assert program('std::println("//> a");  //> //> a')[1] == "//> a\n"


@pytest.mark.parametrize(
    ("doc", "want"),
    [
        ("", []),
        ("Text.", [(False, "Text.")]),
        (
            "Text.\n\n    code\n\n      more\n\nText.\nAgain.",
            [(False, "Text."), (True, "code\n\n  more"), (False, "Text.\nAgain.")],
        ),
        ("Text\n    goes on.", [(False, "Text\n    goes on.")]),
        ("\n    code", [(True, "code")]),
    ],
)
def test_blocks(doc: str, want: list[tuple[bool, str]]) -> None:
    assert blocks(doc) == want


def test_programs() -> None:
    """An example is the body of `main` behind its imports, or a whole program."""
    code, output, trap = program(
        'use std::math;\nlet x = 1;\nstd::println(f"{x}");  //> 1\npanic("no");  //! trap: panic: no'
    )
    assert (
        code.startswith("use std::math;\nfn main() {\nlet x = 1;") and output == "1\n" and trap == "panic: no"
    )
    whole = "struct S {}\nfn main() { }"
    assert program(whole) == (whole, "", "")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('std::println("a");  //> a', ""),
        ('std::println("a");  //> b', r"prints 'a\n' instead of 'b\n'"),
        ('panic("x");', "ends with the trap 'panic: x' instead of ''"),
        ('std::println("a");  //> a\npanic("x");  //! trap: panic: x', ""),
        ('let x = 1;  //! trap: panic: x', "ends with the trap '' instead of 'panic: x'"),
    ],
)  # fmt: skip
def test_running_examples(code: str, fault: str) -> None:
    p = page(f"/// Text.\n///\n///     {code.replace(chr(10), chr(10) + '///     ')}\npub fn f() {{ }}")
    (example,) = examples(p)
    assert example.place == "shop.rusk:4: shop::f" or "\n" in code
    assert example.run() == fault


def test_wrong_example_does_not_compile() -> None:
    (example,) = examples(page('/// Text.\n///\n///     let x: int = "a";\npub fn f() { }'))
    assert example.run().startswith("does not compile: ")


def test_page_in_markdown() -> None:
    text = render(page(SHOP), "../language/")
    assert "See [01-syntax.md](../language/01-syntax.md)." in text
    assert (
        '```rusk\nlet a = Article { name: "pen", cents: 120 };\nstd::println(a.price());  //> 1.20\n```'
        in text
    )
    assert "* `Waiting`: Not yet.\n* `Done(int, string)`: Over, finally." in text
    assert "#### `is_free` (addition)" in text and "Implements `core::fmt::ToString`." in text
    assert "Secret" not in text and "internal" not in text
    assert summary("One. Two.") == "One." and summary("One\ntwo") == "One"


STALL = """// What a stall sells.
pub mod till;

/// What is sold.
///
///     let a = Article { cents: 120 };
///     std::println(a.price());  //> 1.20
pub struct Article { cents: int }

impl Article {
    /// The price in euros.
    pub readonly fn price() -> string { (self.cents.to_float() / 100.0).to_fixed(2) }
}

fn main() { std::println("open"); }
"""

TILL = """// Money.

/// Counts.
///
///     std::println(f"{till::count()}");  //> 0
pub fn count() -> int { 0 }
"""


def test_command(tmp_path: Path) -> None:
    (tmp_path / "shop.rusk").write_text(STALL, encoding="utf-8")
    (tmp_path / "till.rusk").write_text(TILL, encoding="utf-8")
    done = rusk("doc", "shop.rusk", "out", cwd=tmp_path)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["README.md", "shop.md", "till.md"]
    assert "| [`till`](till.md) | Money. |" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert rusk("doc", "--check", "shop.rusk", "out", cwd=tmp_path).status == 0
    (tmp_path / "out" / "till.md").write_text("old", encoding="utf-8")
    (tmp_path / "out" / "shop.md").unlink()
    (tmp_path / "out" / "gone.md").write_text("", encoding="utf-8")
    done = rusk("doc", "--check", "shop.rusk", "out", cwd=tmp_path)
    assert done.status == 1
    assert done.err.replace("\\", "/").splitlines() == [
        "out/gone.md: belongs to no module", "out/shop.md: missing", "out/till.md: not up to date",
    ]  # fmt: skip
    done = rusk("doc", "--test", "shop.rusk", cwd=tmp_path)
    assert (done.status, done.out, done.err) == (0, "2 examples, 0 wrong\n", "")
    (tmp_path / "till.rusk").write_text(
        "/// Counts.\n///\n///     nonsense();\npub fn count() -> int { 0 }\n", encoding="utf-8"
    )
    done = rusk("doc", "--test", "shop.rusk", cwd=tmp_path)
    assert done.status == 1 and done.out == "2 examples, 1 wrong\n"
    assert done.err == "till.rusk:4: till::count: does not compile: unknown value `nonsense`\n"


def test_wrong_use(tmp_path: Path) -> None:
    for words in (
        ["doc"],
        ["doc", "a.rusk"],
        ["doc", "--library"],
        ["doc", "--library", "--test", "x"],
        ["doc", "a.txt", "out"],
        ["doc", "--test"],
    ):
        done = rusk(*words, cwd=tmp_path)
        assert done.status == 2 and done.err.startswith("error: "), words
    (tmp_path / "bad.rusk").write_text("fn main( {", encoding="utf-8")
    done = rusk("doc", "bad.rusk", "out", cwd=tmp_path)
    assert done.status == 1 and "error[E0" in done.err and not (tmp_path / "out").exists()
