"""Inputs for the fuzz targets, and mutations that keep them interesting: on tokens of a text, on tables and words of an image."""

from __future__ import annotations

import random
import re
import warnings
from functools import cache
from pathlib import Path

import fuzz

from rusk.code.errors import LoadError
from rusk.code.rbc import decode, encode

CONFORMANCE = Path(__file__).resolve().parent.parent / "conformance"

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|\w+|::|->|=>|==|!=|<=|>=|&&|\|\||\s+|.', re.S)

#: what a mutation may put in
WORDS = (
    "fn", "let", "match", "if", "else", "while", "loop", "for", "in", "return", "break", "continue", "struct", "enum", "interface", "impl",
    "mod", "use", "pub", "extern", "const", "readonly", "static", "resume", "self", "Self", "as", "as?", "is", "int", "float", "byte", "char",
    "string", "bytes", "bool", "unit", "cont", "true", "false", "0", "1", "-1", "9223372036854775807", "1.5", "0x", "'", '"', 'f"{', "{", "}",
    "(", ")", "[", "]", "<", ">", "::<", ",", ";", ":", ".", "..", "@", "|", "->", "=>", "=", "_", "!", "é", "\0", "panic", "Option", "None",
)  # fmt: skip


@cache
def programs(count: int) -> list[str]:
    """Conformance programs of moderate size, spread over the areas."""
    found = sorted(p for p in CONFORMANCE.glob("*/*.rusk") if p.stat().st_size < 900)
    random.Random(1).shuffle(found)
    texts = [p.read_text(encoding="utf-8", errors="surrogateescape") for p in found]
    return [t for t in texts if "json" not in t][:count]  # that library takes longer than all the rest


def images(texts: list[str]) -> list[bytes]:
    """Those of the programs that compile, as files."""
    from verifier_sample import sample

    from rusk.compiler import Options, compile_text

    out = [encode(sample())]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i, text in enumerate(texts):
            found = compile_text(text, options=Options(opt_level=i % 3)).image
            if found is not None:
                out.append(encode(found))
    return out


def noise(count: int) -> list[bytes]:
    rng = random.Random(1)
    return [rng.randbytes(rng.randrange(1, 400)) for _ in range(count)]


def source(data: bytes, rng: random.Random) -> bytes:
    """Delete, repeat, exchange, replace tokens; or put in a stretch of another program."""
    tokens = _TOKEN.findall(data[1:].decode("utf-8", "replace"))
    for _ in range(rng.choice((1, 1, 2, 4))):
        n = len(tokens)
        at = rng.randrange(n) if n else 0
        end = at + rng.choice((1, 1, 2, 3, 8, 30))
        what = rng.randrange(7)
        if what == 0:
            del tokens[at:end]
        elif what == 1:
            tokens[at:at] = tokens[at:end]
        elif what == 2 and n:
            other = rng.randrange(n)
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif what == 3 and n:
            tokens[at] = rng.choice(tokens)
        elif what == 4:
            tokens[at:end] = [rng.choice(WORDS)]
        elif what == 5:
            tokens.insert(at, rng.choice(WORDS))
        else:
            other = _TOKEN.findall(rng.choice(programs(250)))
            start = rng.randrange(len(other) or 1)
            tokens[at:at] = other[start : start + rng.choice((5, 20, 80))]
    return bytes([rng.randrange(3)]) + "".join(tokens).encode("utf-8", "replace")


def image(data: bytes, rng: random.Random) -> bytes:
    """A change of tables or code where the file is a program, else of bytes."""
    try:
        found = decode(data)
        if rng.random() < 0.3:
            fuzz.mutate_tables(found, rng)
        else:
            fuzz.mutate_code(found, rng)
        return encode(found)
    except (LoadError, OverflowError, ValueError, IndexError):
        return fuzz.mutate_bytes(data, rng) if data else b"RUSKBC0\0"


MUTATORS = {"source": source, "image": image}
