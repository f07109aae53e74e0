"""Fuzzing the loader: mutated images either are refused or run without harm.

    python tests/code/fuzz.py SEED ROUNDS [FILE.rbc ...]     mutate the sample, or the files, and run what verifies
    python tests/code/fuzz.py --run FILE                     (the child) run the images in FILE

Programs run in a child process, so that a crash is seen; it says which image it was at. An engine built with RUSK_DEBUG=1 sees more.
"""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent / "engine"), str(HERE.parent.parent)]

from rusk.code import image as im  # noqa: E402
from rusk.code.errors import InvalidStateError, LoadError  # noqa: E402
from rusk.code.image import Image  # noqa: E402
from rusk.code.opcodes import OPS  # noqa: E402
from rusk.code.rbc import decode, encode  # noqa: E402
from rusk.code.verifier import verify  # noqa: E402

#: fuel for each function that is started
FUEL = 20_000

# ---------------------------------------------------------------- mutations


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


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(out))
        what = rng.randrange(8)
        if what < 5:
            out[at] = rng.choice(
                (0, 1, 2, 127, 128, 255, out[at] ^ 1 << rng.randrange(8), rng.randrange(256))
            )
        elif what == 5:
            del out[at : at + rng.randrange(1, 9)]
        elif what == 6:
            out[at:at] = rng.randbytes(rng.randrange(1, 9))
        else:
            other = rng.randrange(len(out))
            out[at : at + 4] = out[other : other + 4]
        if not out:
            break
    return bytes(out)


def mutants(seeds: list[bytes], rng: random.Random, rounds: int) -> Iterator[bytes]:
    """Mutated files that verify."""
    for _ in range(rounds):
        data = rng.choice(seeds)
        try:
            if rng.random() < 0.2:
                data = mutate_bytes(data, rng)
                image = decode(data)
            else:
                image = decode(data)
                if rng.random() < 0.25:
                    mutate_tables(image, rng)
                else:
                    mutate_code(image, rng)
            verify(image)
            yield encode(image)
        except (LoadError, OverflowError, ValueError):  # what an image may hold and a file cannot
            pass


# ---------------------------------------------------------------- running


def value_of(image: Image, type: int, depth: int = 0) -> Any:
    """Some Python value of a type; `LookupError` if there is none."""
    t = image.types[type]
    simple = {
        im.UNIT: None, im.BOOL: True, im.INT: 3, im.FLOAT: 1.5, im.BYTE: 7, im.CHAR: "x", im.STRING: "aé", im.BYTES: b"a\xff",
    }  # fmt: skip
    if t.kind in simple:
        return simple[t.kind]
    if depth > 5:
        raise LookupError
    if t.kind == im.READONLY:
        return value_of(image, t.args[0], depth + 1)
    if t.kind == im.ARRAY:
        return [value_of(image, t.args[0], depth + 1)] * 3
    if t.kind == im.TUPLE:
        return tuple(value_of(image, a, depth + 1) for a in t.args)
    raise LookupError


def run(data: bytes) -> None:
    """Run every function of a file that can be started."""
    from rusk._interp import FUEL as AGAIN
    from rusk._interp import REQUEST, Code, Session

    image = decode(data)
    verify(image)
    code = Code(image)

    def host(ret: int) -> Any:
        return lambda *args: value_of(image, ret)

    for index, func in enumerate(image.funcs):
        if func.env >= 0 or func.results:
            continue
        try:
            args = [value_of(image, p) for p in func.params]
        except LookupError:
            continue
        session = Session(
            code,
            hosts=[host(s.ret) for s in image.imports],
            external=range(len(image.ops)),
            memory=16 << 20,
            depth=2000,
            stress=index % 3 == 0,
        )
        try:
            session.begin(index, args)
            for _ in range(4):
                status = session.step(FUEL // 4)
                session.check_heap()
                if status == REQUEST:
                    session.request  # noqa: B018
                    session.answer(value_of(image, image.ops[session.request_op].ret))
                elif status != AGAIN:
                    break
            session.to_text()
        except (TypeError, ValueError, LookupError, InvalidStateError, MemoryError, UnicodeError):
            pass
        session.traceback(50)


def child(path: str) -> None:
    for number, data in enumerate(pickle.loads(Path(path).read_bytes())):
        print(number, flush=True)
        run(data)


def check(files: list[bytes], keep: Path | None = None) -> None:
    """Run files in a child process; AssertionError if it crashes. ``keep``: where to leave the one at fault."""
    if not files:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(pickle.dumps(files))
        done = subprocess.run(
            [sys.executable, __file__, "--run", str(path)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        last = int(done.stdout.split()[-1])
        if keep is not None:
            keep.write_bytes(files[last])
        raise AssertionError(
            f"image {last} of {len(files)}: exit status {done.returncode}\n{done.stderr[-3000:]}"
        )


def main() -> None:
    if sys.argv[1] == "--run":
        child(sys.argv[2])
        return
    from verifier_sample import sample

    seed, rounds = int(sys.argv[1]), int(sys.argv[2])
    seeds = [Path(f).read_bytes() for f in sys.argv[3:]] or [encode(sample())]
    rng = random.Random(seed)
    files: list[bytes] = []
    total = 0
    for data in mutants(seeds, rng, rounds):
        files.append(data)
        if len(files) == 200:
            check(files, Path(f"/tmp/fuzz-{seed}.rbc"))
            total += len(files)
            files = []
    check(files, Path(f"/tmp/fuzz-{seed}.rbc"))
    print(f"{rounds} mutants, {total + len(files)} verified and ran")


if __name__ == "__main__":
    main()
