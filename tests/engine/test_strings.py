"""The methods of strings against Python's `str`: classes and case of every character, searching, pieces."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest
from asm import BOOL, BYTES, CHAR, INT, STRING, Asm

#: every character but the surrogates, which no string contains
EVERYTHING = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))


def machine() -> Asm:
    a = Asm()
    chars, strings = a.array("chars", CHAR), a.array("strings", STRING)
    for n, name in enumerate(("digit", "alpha", "alnum", "space", "upper", "lower")):
        # the characters of a text that are of the class
        a.func(f"is_{name}", [chars], chars, 4, 2, f"""
            NewArray 1 chars []
            LoadInt 0 0
            ArrLen 1 0
        next:
            ArrGetW 2 0 0
            CharIs 3 2 {n}
            JmpFalse 3 no
            ArrPushW 1 2
        no:
            LoopIncLt 0 1 next
            RetR 1
        """)  # fmt: skip
    for n, name in enumerate(("upper", "lower")):
        a.func(f"to_{name}", [STRING], STRING, 0, 1, f"StrCase 0 0 {n}\nRetR 0")
        a.func(f"char_{name}", [chars], strings, 3, 3, f"""
            NewArray 1 strings []
            LoadInt 0 0
            ArrLen 1 0
        next:
            ArrGetW 2 0 0
            CharCase 2 2 {n}
            ArrPushR 1 2
            LoopIncLt 0 1 next
            RetR 1
        """)  # fmt: skip
    for n, name in ((1, "lstrip"), (2, "rstrip"), (3, "strip")):
        a.func(name, [STRING], STRING, 0, 1, f"StrTrim 0 0 {n}\nRetR 0")
    a.func("find", [STRING, STRING, INT], INT, 1, 2, "StrFind 0 0 1 0\nRetX 0")
    a.func("find_bytes", [BYTES, BYTES, INT], INT, 1, 2, "StrFind 0 0 1 0\nRetX 0")
    a.func("rfind", [STRING, STRING], INT, 1, 2, "StrRfind 0 0 1\nRetX 0")
    a.func("at", [STRING, STRING, INT], BOOL, 1, 2, "StrAt 0 0 1 0\nRetX 0")
    a.func("chars_in", [STRING, INT], INT, 1, 1, "StrChars 0 0 0\nRetX 0")
    a.func("offset", [STRING, INT], INT, 1, 1, "StrOffset 0 0 0\nRetX 0")
    a.func("cut", [STRING, INT, INT], STRING, 2, 1, "StrCut 0 0 0 1\nRetR 0")
    a.func("chars_of", [STRING], chars, 0, 1, "StrToChars 0 0 chars\nRetR 0")
    a.func("split", [STRING, STRING], strings, 0, 2, "StrSplit 0 0 1 strings\nRetR 0")
    a.func("words", [STRING], strings, 0, 1, "StrPieces 0 0 strings 0\nRetR 0")
    a.func("lines", [STRING], strings, 0, 1, "StrPieces 0 0 strings 1\nRetR 0")
    a.func("join", [strings, STRING], STRING, 0, 2, "StrJoin 0 0 1\nRetR 0")
    a.func("repeat", [STRING, INT], STRING, 1, 1, "StrRepeat 0 0 0\nRetR 0")
    return a


@pytest.fixture(scope="module")
def m() -> Asm:
    return machine()


@pytest.fixture(params=[False, True], ids=["", "stress"])
def run(request: Any, m: Asm) -> Any:
    return lambda name, *args: m.run(name, *args, stress=request.param)


# ---------------------------------------------------------------- classes and case


@pytest.mark.parametrize("name", ["digit", "alpha", "alnum", "space", "upper", "lower"])
def test_classes_of_all_characters(m: Asm, name: str) -> None:
    want = [c for c in EVERYTHING if getattr(c, "is" + name)()]
    assert m.run("is_" + name, list(EVERYTHING)) == want


@pytest.mark.parametrize("name", ["upper", "lower"])
def test_case_of_all_characters(m: Asm, name: str) -> None:
    got = m.run("char_" + name, list(EVERYTHING))
    assert got == [getattr(c, name)() for c in EVERYTHING]
    assert m.run("to_" + name, EVERYTHING) == getattr(EVERYTHING, name)()


def test_final_sigma(run: Any) -> None:
    """Σ is ς at the end of a word and σ elsewhere; some characters do not count when the end is looked for."""
    rng = random.Random(3)
    texts = [
        "Σ",
        "ΑΣ",
        "ΑΣ.",
        "ΑΣ Β",
        "ΣΣ",
        "Α'Σ",
        "ΑΣ'Β",
        "A\u0301Σ\u0301\u00ad",
        "aΣb",
        " Σ",
        "1Σ",
        "ΟΔΟΣ ΟΔΟΣ",
        "\u02b0Σ",
        "Σ\u02b0",
    ]
    texts += ["".join(rng.choices("Σa'.\u0301 \u02b0ǅ", k=rng.randrange(12))) for _ in range(400)]
    for t in texts:
        assert run("to_lower", t) == t.lower(), ascii(t)


def test_case_of_texts(run: Any) -> None:
    for t in (
        "",
        "abc",
        "ABC z{[@`",
        "straße",
        "ŉ",
        "ẖ",
        "ΐ",
        "\ufb03",
        "İstanbul",
        "Kelvin \u212a",
        "é" * 50,
        "ab" * 100,
    ):
        assert run("to_upper", t) == t.upper()
        assert run("to_lower", t) == t.lower()


def test_result_known_to_be_ascii(m: Asm) -> None:
    """What becomes ASCII is fast from then on; what only begins so is not taken for it."""
    assert m.run("offset", m.run("to_lower", "\u212a\u212a"), 1) == 1
    assert m.run("to_upper", m.run("to_upper", "ẖẖ")) == "ẖẖ".upper()


# ---------------------------------------------------------------- searching


def searches() -> list[tuple[str, str]]:
    rng = random.Random(4)
    out = [
        ("", ""),
        ("", "a"),
        ("a", ""),
        ("abc", "abcd"),
        ("é☂é", "☂"),
        ("é" * 9, "é" * 3),
        ("aXbX", "X"),
        ("xay", "ay"),
    ]
    for alphabet in ("ab", "aab", "abc", "é☂a"):
        for _ in range(300):
            text = "".join(rng.choices(alphabet, k=rng.randrange(40)))
            out.append((text, "".join(rng.choices(alphabet, k=rng.randrange(7)))))
    for _ in range(200):  # long needles that almost occur at many places
        unit = "".join(rng.choices("ab", k=rng.randrange(1, 6)))
        needle = unit * rng.randrange(1, 20) + rng.choice(["", "a", "b", unit[:2]])
        noise = "".join(rng.choices("ab", k=9))
        text = (
            unit * rng.randrange(60)
            + noise
            + (needle if rng.random() < 0.7 else needle[:-1])
            + unit * rng.randrange(60)
        )
        out += [(text, needle), (text, needle[::-1]), (text[::-1], needle)]
    return out


SEARCHES = searches()


def test_find(m: Asm) -> None:
    for text, needle in SEARCHES:
        data, part = text.encode(), needle.encode()
        assert m.run("find", text, needle, 0) == data.find(part), (text, needle)
        assert m.run("rfind", text, needle) == data.rfind(part), (text, needle)
        for start in (-1, 1, len(data), len(data) + 1):
            want = data.find(part, start) if start >= 0 else -1
            assert m.run("find_bytes", data, part, start) == want, (text, needle, start)
            assert m.run("at", text, needle, start) == (start >= 0 and data.startswith(part, start))


def test_searching_is_linear(m: Asm) -> None:
    """A million bytes that agree with half of the needle everywhere: with comparisons at every place this would take minutes."""
    text, needle = "a" * 1_000_000, "a" * 50_000 + "b" + "a" * 50_000
    assert m.run("find", text, needle, 0) == -1
    assert m.run("rfind", text, needle) == -1
    assert m.run("find", text + needle, needle, 0) == 1_000_000
    assert m.run("rfind", needle + text, needle) == 0
    words = m.run("split", ("a" * 1000 + "b") * 1000, "a" * 500 + "b")
    assert words == ["a" * 500] * 1000 + [""]


def test_characters_and_offsets(run: Any) -> None:
    for text in ("", "abc", "é☂a🐍" * 5, "x" * 40, "☂" * 33):
        data = text.encode()
        assert run("chars_of", text) == list(text)
        for n in (-1, 0, 1, 7, len(data), len(data) + 5):
            counted = data if n < 0 else data[:n]
            assert run("chars_in", text, n) == sum((b & 0xC0) != 0x80 for b in counted)
        for i in range(-1, len(text) + 3):
            want = len(text[:i].encode()) if 0 <= i <= len(text) else -1
            assert run("offset", text, i) == want


def test_cut(run: Any) -> None:
    text = "aé☂b" + "z" * 30
    data = text.encode()
    bad = "trap: core::intrinsics::string_slice: invalid UTF-8 boundary"
    between = {len(text[:i].encode()) for i in range(len(text) + 1)}
    for start in range(-1, 9):
        for end in (-1, 0, 1, 2, 3, 6, 7, 30, len(data), len(data) + 1):
            fine = start <= end and {start, end} <= between
            assert run("cut", text, start, end) == (data[start:end].decode() if fine else bad)


# ---------------------------------------------------------------- pieces

SPACES = "".join(c for c in EVERYTHING if c.isspace())


def test_split(run: Any) -> None:
    for text, sep in SEARCHES[::5]:
        assert run("split", text, sep) == (text.split(sep) if sep else [text])


def test_white_space(run: Any) -> None:
    rng = random.Random(6)
    texts = [SPACES, SPACES + "a" + SPACES, "", "a", " é ", "a b", "☂\u3000☂", "x" * 40 + " " + "y" * 40]
    texts += ["".join(rng.choices("ab☂\u3000 \t\u0085\u00a0é", k=rng.randrange(20))) for _ in range(200)]
    for t in texts:
        assert run("words", t) == t.split()
        for name in ("strip", "lstrip", "rstrip"):
            assert run(name, t) == getattr(t, name)()


def test_lines(run: Any) -> None:
    cases = {
        "": [], "a": ["a"], "a\n": ["a"], "\n": [""], "\n\n": ["", ""], "a\r\nb": ["a", "b"], "a\rb": ["a\rb"], "\r\n": [""], "a\r": ["a\r"],
        "\r\r\n\n": ["\r", ""], "é\u2028☂\x0b\nz": ["é\u2028☂\x0b", "z"],
    }  # fmt: skip
    for text, want in cases.items():
        assert run("lines", text) == want


def test_join_and_repeat(run: Any) -> None:
    for parts in ([], ["a"], ["é", "", "b"], ["x"] * 100, ["☂" * 20] * 9):
        for sep in ("", ",", "é"):
            joined = run("join", parts, sep)
            assert joined == sep.join(parts)
    for t in ("", "a", "é☂", "abc" * 10):
        for n in (-5, 0, 1, 2, 3, 7, 100):
            assert run("repeat", t, n) == t * n


def test_memory_limit(m: Asm) -> None:
    """What would be too long is refused before it is built."""
    full = "trap: memory limit exceeded"
    assert m.run("repeat", "ab", 1 << 62) == full
    assert m.run("repeat", "ab", 1 << 40) == full
    assert m.run("repeat", "a", (1 << 63) - 1) == full
    assert m.run("join", ["a"] * 2000, "-" * 100_000, memory=64 << 20) == full
    assert m.run("split", "," * 1_000_000, ",", memory=8 << 20) == full
    assert m.run("words", "a " * 500_000, memory=8 << 20) == full
    assert m.run("chars_of", "a" * 4_000_000, memory=8 << 20) == full
    assert m.run("to_upper", "é" * 2_500_000, memory=8 << 20) == full
