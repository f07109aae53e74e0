"""Inputs for the fuzz targets, and mutations that keep them interesting: on tokens of a text, on tables and words of an image, on bytes."""

from __future__ import annotations

import random
import re
import warnings
from functools import cache
from pathlib import Path

from rusk.code import image as im
from rusk.code.errors import LoadError
from rusk.code.image import Image
from rusk.code.opcodes import OPS
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


def small(rng: random.Random) -> int:
    return rng.choice(
        (0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 0xFFFF, 0xFFFE, rng.randrange(32), rng.randrange(0x10000))
    )


def mutate_code(image: Image, rng: random.Random) -> None:
    """Change fields, opcodes, words; words may move."""
    code = image.code
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(len(code))
        what = rng.randrange(10)
        if what < 6:
            shift = rng.choice((16, 32, 48))
            code[at] = code[at] & ~(0xFFFF << shift) | small(rng) << shift
        elif what == 6:
            code[at] = code[at] & ~0xFFFF | rng.randrange(len(OPS))
        elif what == 7:
            other = rng.randrange(len(code))
            code[at], code[other] = code[other], code[at]
        elif what == 8:
            code[at] = code[rng.randrange(len(code))]
        else:
            code[at] = 0


def mutate_tables(image: Image, rng: random.Random) -> None:
    """Change numbers of tables."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        table = getattr(
            image,
            rng.choice(
                (
                    "types",
                    "shapes",
                    "funcs",
                    "consts",
                    "objects",
                    "slots",
                    "tests",
                    "ops",
                    "handlers",
                    "imports",
                )
            ),
        )
        if not table:
            continue
        entry = rng.choice(list(table))
        if isinstance(entry, im.Handler) and entry.clauses and rng.random() < 0.7:
            entry = rng.choice(entry.clauses)
        if isinstance(entry, im.TypeDesc) and entry.variants and rng.random() < 0.7:
            entry = rng.choice(entry.variants)
        name = rng.choice(
            [n for n in entry.__slots__ if n not in ("variants", "clauses", "entries", "name", "text")]
        )
        if isinstance(entry, im.TypeDesc) and name == "fields":
            continue
        value = getattr(entry, name)
        new = rng.choice((-1, 0, 1, 2, 3, rng.randrange(64)))
        if isinstance(value, bool):
            setattr(entry, name, not value)
        elif isinstance(value, int):
            setattr(entry, name, new if rng.random() < 0.5 else value + rng.choice((-1, 1)))
        elif isinstance(value, tuple) and all(isinstance(v, int) for v in value):
            items = list(value)
            k = rng.randrange(4)
            if k == 0 or not items:
                items.append(new)
            elif k == 1:
                items.pop(rng.randrange(len(items)))
            elif k == 2:
                items[rng.randrange(len(items))] = new
            else:
                rng.shuffle(items)
            setattr(entry, name, tuple(items))


#: numbers that are often the limit of something
EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF)


def mutate_bytes(data: bytes, rng: random.Random, start: int = 0) -> bytes:
    """Change, put in, remove, repeat or exchange a few bytes from ``start`` on, of which some stay."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(start, len(out))
        what = rng.randrange(9)
        if what < 2:
            out[at] ^= 1 << rng.randrange(8)
        elif what == 2:
            out[at] = rng.choice(EDGES)
        elif what == 3:
            out[at] = (out[at] + rng.choice((-2, -1, 1, 2))) & 0xFF
        elif what == 4:
            out[at] = rng.randrange(256)
        elif what == 5:
            del out[at : at + rng.randrange(1, 9)]
        elif what == 6:
            out[at:at] = rng.randbytes(rng.randrange(1, 9))
        elif what == 7:
            out[at:at] = out[at : at + rng.randrange(1, 12)]
        else:
            other, size = rng.randrange(start, len(out)), rng.randrange(1, 9)
            out[at : at + size] = out[other : other + size]
        if len(out) <= start + 4:
            break
    return bytes(out)


def image(data: bytes, rng: random.Random) -> bytes:
    """A change of tables or code where the file is a program, else of bytes."""
    try:
        found = decode(data)
        if rng.random() < 0.3:
            mutate_tables(found, rng)
        else:
            mutate_code(found, rng)
        return encode(found)
    except (LoadError, OverflowError, ValueError, IndexError):
        return mutate_bytes(data, rng) if data else b"RUSKBC0\0"


MUTATORS = {"source": source, "image": image}
