"""The instructions under `std::json`, with any operands."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from asm import BYTE, BYTES, CHAR, FLOAT, INT, STATUS, STRING, Asm

from rusk._interp import Code, Session

PIECES = [
    b'"',
    b"\\",
    b"\\u",
    b"\\u00e9",
    b"\\ud83d",
    b"\\udc0d",
    b"\\n",
    b"\\x",
    b"a",
    b"\xc3\xa9",
    b"\xff",
    b"\xf0\x9f",
    b"12",
    b"-",
    b".",
    b"e+",
    b" \n\t",
    b"0000",
]


@pytest.fixture(scope="module")
def machine() -> tuple[Asm, Code]:
    a = Asm()
    buffer = a.array("buffer", BYTE)
    for name in ("Next", "Number", "String"):
        a.func(name, [BYTES, INT], INT, 2, 1, f"Json{name} 0 0 0\nRetX 0")
    a.func("Int", [BYTES, INT, INT], INT, 2, 1, "JsonInt 0 0 0 1\nRetX 0")
    a.func("Float", [BYTES, INT, INT], FLOAT, 3, 1, "JsonFloat 2 0 0 1\nRetX 2")
    a.func("Text", [BYTES, INT, INT], STRING, 2, 1, "JsonText 0 0 0 1\nRetR 0")
    a.func(
        "write",
        [buffer, STRING, INT, FLOAT, CHAR],
        buffer,
        3,
        2,
        "BufJson 0 1\nBufInt 0 0\nBufFloat 0 1\nBufChar 0 2\nRetR 0",
    )
    return a, Code(a.finish())


def run(machine: tuple[Asm, Code], name: str, *args: Any, **options: Any) -> Any:
    a, code = machine
    s = Session(code, **options)
    s.begin(a.names[name], args)
    assert STATUS[s.step()] == "done"
    s.check_heap()
    return s.result()


@pytest.mark.parametrize("stress", [False, True])
def test_any_operands(machine: tuple[Asm, Code], stress: bool) -> None:
    rng = random.Random(stress)
    for _ in range(300):
        data = b"".join(rng.choices(PIECES, k=rng.randrange(12)))
        a, b = (rng.choice([rng.randrange(len(data) + 2), -1, 1 << 62, -(1 << 63)]) for _ in range(2))
        inside = min(max(a, 0), len(data))
        for name in ("Next", "Number", "String"):
            found = run(machine, name, data, a, stress=stress)
            place = (
                found >> 9
                if name == "Next"
                else found >> 2
                if name == "Number"
                else found
                if found >= 0
                else -1 - found >> 2
            )
            assert inside <= place <= len(data)
        run(machine, "Int", data, a, b, stress=stress)
        run(machine, "Float", data, a, b, stress=stress)
        assert run(machine, "Text", data, a, b, stress=stress).encode() is not None


def test_strings(machine: tuple[Asm, Code]) -> None:
    rng = random.Random(5)
    for _ in range(200):
        text = "".join(rng.choices('ab"\\/\n\t\r\b\f\0\x1f\x7fé☂🐍', k=rng.randrange(40)))
        for form in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
            data = form.encode()
            end = run(machine, "String", data, 1)
            assert end == len(data) - 1
            assert run(machine, "Text", data, 1, end) == text


def test_writing(machine: tuple[Asm, Code]) -> None:
    for text in ("", "plain text of some length", 'é"\\\n\0☂' * 9, "\x1f" * 100):
        out = bytes(run(machine, "write", [91], text, -(1 << 63), 0.1, "🐍")).decode()
        end = "-9223372036854775808" + "0.1" + "🐍"
        assert out[0] == "[" and out.endswith(end)
        assert json.loads(out[1 : -len(end)]) == text
    out = bytes(run(machine, "write", [], '/\b\f\x7f\x01"', 7, 1e300, "a"))
    assert out == b'"/\\b\\f\x7f\\u0001\\""7' + b"1" + b"0" * 300 + b"a"
