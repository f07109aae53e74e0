"""Every trap of 07 §11: its message, and a traceback that leads to the place, at every optimisation level."""

from __future__ import annotations

import pytest

import rusk

INT = "core::intrinsics::"

#: message, and the body of a function; § stands before the place that the traceback names
TRAPS = [
    ("panic: boom", 'let n = 1; §panic("boom"); n;'),
    ("panic: a\nb", '§panic("a\\nb");'),
    ("panic: called `Option::unwrap()` on `Option::None`", "let o: Option<int> = None; §o.unwrap();"),
    ("panic: Map::with_capacity: negative capacity", "let m: core::map::Map<int, int> = §core::map::Map::with_capacity(-1);"),
    ("int_div: division by zero", "let z = 0; §1 / z;"),
    ("int_mod: modulo by zero", "let z = 0; §1 % z;"),
    ("int_shl: shift amount out of range: 64", "let n = 64; §1 << n;"),
    ("int_shr: shift amount out of range: -1", "let n = -1; §1 >> n;"),
    ("int_ushr: shift amount out of range: 99", "§1 >>> 99;"),
    ("byte_shl: shift amount out of range: 8", "let b: byte = 1; §b << 8;"),
    ("byte_shr: shift amount out of range: -2", "let b: byte = 1; let n = -2; §b >> n;"),
    ("byte_ushr: shift amount out of range: 9", "let b: byte = 1; §b >>> 9;"),
    ("int_div: division by zero", f"§{INT}int_div(1, 0);"),
    ("int_shl: shift amount out of range: 70", f"§{INT}int_shl(1, 70);"),
    ("int_mod: modulo by zero", "§core::ops::Rem::rem(1, 0);"),
    ("index out of bounds: index=2, len=2", "let a = [1, 2]; §a[2] = 5;"),
    ("index out of bounds: index=-1, len=1", "let a = [1]; let i = -1; §a[i];"),
    ("index out of bounds: index=3, len=3", 'let b = b"abc"; §b[3];'),
    ("index out of bounds: index=3, len=1", "let a = [1]; §a.insert(3, 2);"),
    ("index out of bounds: index=0, len=0", "let a: [string] = []; §a.remove(0);"),
    ("index out of bounds: index=1, len=1", "let a = [1, 2]; §for x in a { a.pop(); }"),
    ("index out of bounds: index=-2, len=3", "let a = [1, 2, 3]; §a.slice(-2, -9);"),
    ("index out of bounds: index=-9, len=3", "let a = [1, 2, 3]; §a.slice(2, -9);"),
    ("index out of bounds: index=9, len=3", "let a = [1, 2, 3]; §a.slice(2, 9);"),
    (f"{INT}array_slice: start must be <= end", "let a = [1, 2, 3]; §a.slice(2, 1);"),
    (f"{INT}array_slice_ro: start must be <= end", "readonly a = [1, 2, 3]; §a.slice_ro(2, 1);"),
    (f"{INT}array_resize: new_len must be >= 0", "let a = [1]; §a.resize(-1, 2);"),
    (f"{INT}string_slice: from must be >= 0", 'let s = "äbc"; §s.slice(-1, Some(-4));'),
    (f"{INT}string_slice: to must be >= 0", 'let s = "äbc"; §s.slice(9, Some(-4));'),
    (f"{INT}string_slice: from > to", 'let s = "äbc"; §s.slice(9, Some(8));'),
    (f"{INT}string_slice: from out of bounds", 'let s = "äbc"; §s.slice(4, Some(8));'),
    (f"{INT}string_slice: to out of bounds", 'let s = "äbc"; §s.slice(3, Some(4));'),
    (f"{INT}string_byte_slice: from must be >= 0", 'let s = "äbc"; §s.byte_slice(-1, None);'),
    (f"{INT}string_byte_slice: to out of bounds", 'let s = "äbc"; §s.byte_slice(0, Some(5));'),
    (f"{INT}bytes_slice: to must be >= 0", 'let b = b"abc"; §b.slice(9, Some(-1));'),
    (f"{INT}bytes_slice: from > to", 'let b = b"abc"; §b.slice(4, None);'),
    (f"{INT}int_to_char: value out of range", "let n = -1; §n.to_char();"),
    (f"{INT}int_to_char: value out of range", "let n = 4294967296; §n.to_char();"),
    (f"{INT}int_to_char: surrogate code point", "let n = 0xD800; §n.to_char();"),
    (f"{INT}int_to_char: invalid scalar value", "let n = 1114112; §n.to_char();"),
    (f"{INT}string_next_index: idx must be >= 0", f'§{INT}string_next_index("ab", -2);'),
    (f"{INT}string_next_index: idx out of bounds", f'§{INT}string_next_index("ab", 3);'),
    (f"{INT}string_next_index: invalid UTF-8 boundary", f'§{INT}string_next_index("ä", 1);'),
    (f"{INT}string_codepoint_at: idx must be >= 0", f'§{INT}string_codepoint_at("ab", -1);'),
    (f"{INT}string_codepoint_at: idx out of bounds", f'§{INT}string_codepoint_at("ab", 2);'),
    (f"{INT}string_codepoint_at: invalid UTF-8 boundary", f'§{INT}string_codepoint_at("ä", 1);'),
    ("binding pattern match failed", "§let (a, 1) = (1, 2);"),
    ("binding pattern match failed", "§const [a, ..] = [1].slice(1, 1);"),
    ("binding pattern match failed", "let o: Option<int> = None; §readonly Some(x) = o;"),
    ("for-binding pattern match failed", "for §Some(x) in [Some(1), None] { x; }"),
    ("unhandled effect: Ask.ask", "§@Ask.ask();"),
    ("invalid resume", "match @Ask.ask() { @Ask.ask() -> k => { k(1); §k(2); 1 }, v => v };"),
]  # fmt: skip

HEAD = """interface Ask { fn ask() -> int; }
fn main() { outer(); }
fn outer() {
    f();
}
fn f() {
"""


def trapped(text: str, level: int) -> tuple[str, list[tuple[str, int, int]]]:
    with pytest.raises(rusk.Trap) as caught:
        rusk.compile(text, opt_level=level, path="t.rusk").run()
    return caught.value.message, [
        (f.function, f.line, f.column) for f in caught.value.traceback if f.file == "t.rusk"
    ]


@pytest.mark.parametrize(("message", "body"), TRAPS)
def test_message_and_place(message: str, body: str) -> None:
    text = HEAD + "    " + body.replace("§", "") + "\n}\n"
    column = 5 + body.index("§")
    for level in (0, 1, 2):
        got, frames = trapped(text, level)
        assert got == message
        assert frames[:2] == [("main", 2, 13), ("outer", 4, 5)], level
        assert frames[-1] == ("f", 7, column), level
        assert len(frames) == (4 if "match" in body.split("(")[0] else 3), (
            level
        )  # an arm stands under the function of its match


def test_parameter_pattern() -> None:
    text = "fn f(n: int, Some(x): Option<int>) -> int { x + n }\nfn main() -> int { f(1, None) }\n"
    for level in (0, 2):
        message, frames = trapped(text, level)
        assert message == "parameter pattern match failed"
        assert frames == [("main", 2, 20), ("f", 1, 14)]


@pytest.mark.parametrize(
    ("jump", "message"),
    [
        ("return", "`return` outside of its function"),
        ("break", "`break` outside of a loop"),
        ("continue", "`continue` outside of a loop"),
    ],
)
def test_exits_whose_function_is_gone(jump: str, message: str) -> None:
    """The continuation is called after the function of the match has returned (04 §6)."""
    text = f"""
        interface Ask {{ fn ask() -> int; }}
        struct Box {{ k: Option<cont(int) -> int> }}
        fn leave(b: Box) -> int {{
            for i in [1, 2] {{
                return match {{ let n = @Ask.ask(); if n > 0 {{ {jump}{" 7" if jump == "return" else ""}; }} n }} {{
                    @Ask.ask() -> k => {{ b.k = Some(k); 0 }},
                    v => v,
                }};
            }}
            9
        }}
        fn main() -> int {{ let b = Box {{ k: None }}; leave(b); match b.k {{ Some(k) => k(1), None => 2 }} }}
    """
    for level in (0, 2):
        assert trapped(text, level)[0] == message


def test_depth() -> None:
    text = "fn f(n: int) -> int {\n    1 + f(n + 1)\n}\nfn main() -> int { f(0) }\n"
    for level in (0, 2):
        with pytest.raises(rusk.Trap, match="stack overflow") as caught:
            rusk.compile(text, opt_level=level, path="t.rusk").start(depth=1000).run()
        first, *rest = [(f.function, f.line, f.column) for f in caught.value.traceback]
        assert first == ("main", 4, 20) and ("f", 2, 9) in rest


def test_output_that_cannot_be_written() -> None:
    class Full:
        def write(self, data: object) -> None:
            raise OSError(28, "No space left on device")

        def flush(self) -> None: ...

    program = rusk.compile('fn main() {\n    std::println("x");\n}\n', path="t.rusk")
    with pytest.raises(rusk.Trap) as caught:
        program.start(host=rusk.stdio(Full())).run()
    assert caught.value.message.startswith("host call `std::println` failed: ")
    assert ("main", 2, 5) in [(f.function, f.line, f.column) for f in caught.value.traceback]
