"""`std::json` against Python's json: values, malformed documents, nesting, length."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

import rusk

SOURCE = """
use std::json;
use core::serde::SerdeError;
use core::serde::DecodePoll;
use core::serde::IncrementalDecoder;

fn shown(e: SerdeError) -> string {
    match e {
        SerdeError::Message(m) => m,
        SerdeError::TrailingCharacters => "trailing",
        SerdeError::InvalidUtf8 => "utf8",
        SerdeError::Overflow(t) => f"overflow {t}",
        SerdeError::ParseError(f, m, at, line, column) => f"{f} {m} {at} {line} {column}",
        SerdeError::MissingField(f) => f"missing {f}",
        SerdeError::UnknownEnumTag(n, t) => f"tag {n} {t}",
    }
}

// The document as it is written again, or the error.
pub fn again(text: string) -> Result<string, string> {
    match json::parse(text) {
        Ok(v) => json::to_string(v).map_err(shown),
        Err(e) => Err(shown(e)),
    }
}

pub fn located(text: string) -> string {
    let got: Result<json::Value, SerdeError> = json::from_string_located(text);
    match got { Ok(_) => "fine", Err(e) => shown(e) }
}

// The document fed byte by byte: how often it was pending, and what came out in the end.
pub fn fed(data: bytes) -> (int, string) {
    let d = json::Decoder::new();
    let pending = 0;
    let i = 0;
    while i < data.len() {
        d.feed_bytes(data.slice(i, Some(i + 1)));
        i = i + 1;
        match d.poll::<json::Value>() {
            Ok(DecodePoll::Pending) => { pending = pending + 1; }
            Ok(DecodePoll::Ready(_)) => (),
            Err(e) => return (pending, shown(e)),
        };
    }
    match d.finish::<json::Value>() { Ok(v) => (pending, json::to_string(v).unwrap_or("?")), Err(e) => (pending, shown(e)) }
}

// The values of a stream, taken one by one, some of it fed meanwhile.
pub fn taken(n: int) -> int {
    let d = json::Decoder::new();
    d.feed_string("[1,\\"some text of a certain length\\"] ".repeat(n));
    let count = 0;
    loop {
        match d.take::<json::Value>() {
            Ok(DecodePoll::Ready(json::Value::List(items))) => { count = count + items.len(); }
            Ok(DecodePoll::Ready(_)) => return -1,
            Ok(DecodePoll::Pending) => if count < 2 * n + 3 { d.feed_string("[1,2"); d.feed_bytes(b",3]  "); } else { return count },
            Err(_) => return -2,
        }
    }
}

struct Nothing {}
derive Deserialize for Nothing;
// What an unknown field is skipped with, and what the same value gives when it is read.
pub fn skipped(text: string) -> (string, string) {
    let skip: Result<Nothing, SerdeError> = json::from_string_located("{\\"x\\":" + text + "}");
    let read: Result<json::Value, SerdeError> = json::from_string_located("{\\"x\\":" + text + "}");
    (match skip { Ok(_) => "fine", Err(e) => shown(e) }, match read { Ok(_) => "fine", Err(e) => shown(e) })
}

pub fn deep(n: int) -> int {
    match json::parse("[".repeat(n) + "]".repeat(n)) {
        Ok(v) => match json::to_string(v) { Ok(t) => t.byte_len(), Err(_) => -1 },
        Err(_) => -2,
    }
}
struct Tree { of: [Tree], name: string }
derive Serialize + Deserialize for Tree;
pub fn deep_tree(n: int) -> int {
    let text = "{\\"name\\":\\"x\\",\\"of\\":[".repeat(n) + "]}".repeat(n);
    let got: Result<Tree, SerdeError> = json::from_string(text);
    match got { Ok(t) => json::to_string(t).map(|s| { s.byte_len() }).unwrap_or(-1), Err(_) => -2 }
}
"""


@pytest.fixture(scope="module")
def program() -> rusk.Program:
    return rusk.compile(SOURCE)


TEXT = [
    "a",
    "é",
    "☂",
    "🐍",
    '"',
    "\\",
    "/",
    "\n",
    "\t",
    "\r",
    "\b",
    "\f",
    "\0",
    "\x1f",
    "\x7f",
    "abcdefgh",
    "\ud7ff",
    "\ue000",
]


def value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(7 if depth < 5 else 5)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return rng.choice([0, -1, 7, 10**18, -(1 << 63), (1 << 63) - 1, rng.getrandbits(40)])
    if kind == 2:
        return rng.choice([0.5, -1.25, 1e-7, 123456.789, rng.random()])
    if kind < 5:
        return "".join(rng.choices(TEXT, k=rng.randrange(12)))
    if kind == 5:
        return [value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {"".join(rng.choices(TEXT, k=3)) + str(i): value(rng, depth + 1) for i in range(rng.randrange(5))}


def test_values(program: rusk.Program) -> None:
    rng = random.Random(1)
    for _ in range(200):
        v = value(rng)
        for text in (
            json.dumps(v), json.dumps(v, ensure_ascii=False, separators=(",", ":")), json.dumps(v, indent=rng.choice([1, 3])),
        ):  # fmt: skip
            got = program.call("again", text)
            assert isinstance(got, rusk.Ok), (text, got)
            assert json.loads(got.value) == v


#: where the two differ on purpose, or on numbers
OTHERWISE = re.compile(r"0\d|NaN|Infinity|\\u[dD][89a-fA-F]|\d{15}|[eE][+-]?\d{3}|\.\d*[eE]")


def test_malformed(program: rusk.Program) -> None:
    """What Python refuses is refused, and the rest is not; fed in bytes the answer is the same."""
    rng = random.Random(2)
    tried = 0
    while tried < 300:
        text = json.dumps(value(rng), ensure_ascii=rng.random() < 0.5)
        at = rng.randrange(len(text) + 1)
        text = rng.choice([
            text[:at], text[:at] + rng.choice('[]{},:"\\u 0-.etn') + text[at:], text[:at] + text[at + 1 :], text[:at] + rng.choice('[]{},:"\\x') + text[at + 1 :],
        ])  # fmt: skip
        if OTHERWISE.search(text):
            continue
        tried += 1
        try:
            want = json.loads(text, strict=False)
            fine = True
        except ValueError:
            fine = False
        got = program.call("again", text)
        assert isinstance(got, rusk.Ok) == fine, text
        if fine:
            assert json.loads(got.value, strict=False) == want
        if len(text) < 60:
            pending, end = program.call("fed", text.encode())
            assert (
                (end == got.value)
                if fine
                else (pending <= len(text.encode()) and not end.startswith(("[", "{")))
            ), (text, pending, end)


@pytest.mark.parametrize(
    "text, want",
    [
        ("[1,\n 2,, 3]", "json expected number 7 2 4"),
        ("[1 2]", "json expected ',' or ']' 3 1 4"),
        ('{"é": tru}', "json invalid literal 10 1 10"),
        ('["a\\x"]', "json invalid escape 4 1 5"),
        ('["\\u12g4"]', "json invalid hex digit 6 1 7"),
        ('["abcdefghijkl', "json unexpected EOF 14 1 15"),
        ('["abc\\', "json unexpected EOF 6 1 7"),
        ('["abc\\u00', "json unexpected EOF 9 1 10"),
        ("[1.e5]", "json invalid number 3 1 4"),
        ("[1e400]", "json invalid float 1 1 2"),
        ("[-]", "json expected number 2 1 3"),
        ("[1,]", "json trailing comma in array 3 1 4"),
        ('{"a":1,}', "json trailing comma in object 7 1 8"),
        ('{"a" 1}', "json unexpected character 5 1 6"),
        ("{1:2}", "json expected string 1 1 2"),
        ("[1]\n x", "json trailing characters 5 2 2"),
        ("", "json expected number 0 1 1"),
        ("[9223372036854775808]", "overflow int"),
        ('["\\ud800"]', "utf8"),
        ('["\\ud800\\u0041"]', "utf8"),
        ('["\\udc00 \\q"]', "json invalid escape 10 1 11"),
    ],
)  # fmt: skip
def test_places(program: rusk.Program, text: str, want: str) -> None:
    assert program.call("located", text) == want


def test_nesting(program: rusk.Program) -> None:
    assert program.call("deep", 5000) == 10000
    assert program.call("deep_tree", 5000) == 100000


def test_pairs_of_surrogates_and_ill_formed_bytes(program: rusk.Program) -> None:
    assert program.call("again", '"\\ud83d\\udc0d\\u00e9\\/"') == rusk.Ok('"🐍é/"')
    assert program.call("fed", b'["\xff"]') == (3, "utf8")
    assert program.call("fed", b'["a\xc3\xa9"]')[1] == '["aé"]'


def test_values_of_a_stream(program: rusk.Program) -> None:
    """Taking one costs nothing for the rest of the input."""
    session = program.start(entry="taken", args=(2000,), fuel=4_000_000)
    end = session.step()
    assert isinstance(end, rusk.Done) and end.value == 4003


def test_unknown_fields_are_skipped_as_they_would_be_read(program: rusk.Program) -> None:
    rng = random.Random(4)
    for _ in range(200):
        text = json.dumps(value(rng))
        at = rng.randrange(len(text) + 1)
        text = rng.choice(
            [
                text,
                text[:at],
                text[:at] + rng.choice('[]{},:"\\\\u 0-.etn') + text[at:],
                text[:at] + text[at + 1 :],
            ]
        )
        skip, read = program.call("skipped", text)
        assert skip == read, text


def test_cost_grows_with_the_length(program: rusk.Program) -> None:
    def cost(n: int) -> int:
        text = json.dumps([{"name": f"n{i}", "at": [i, i / 4], "text": "x" * 50} for i in range(n)])
        session = program.start(entry="again", args=(text,), metrics=True)
        session.run()
        return int(session.metrics()["executed_instructions"])

    assert 9 < cost(2000) / cost(200) < 11
