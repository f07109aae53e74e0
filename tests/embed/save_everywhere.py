"""Programs that are stopped, saved, loaded in another process and run to their end there must do what they do undisturbed (08 §7.4).

python tests/embed/save_everywhere.py [AREA ...]      all pauses asked for by the issue, a process of its own for each program
"""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import rusk
from rusk.cli.progress import track

CASES = Path(__file__).resolve().parents[1] / "conformance"
SLICES = (1, 7, 1000)
MOST = 5_000_000

#: path, state, how many writes came before, slice; the outcome and output of the whole run
Sample = tuple[bytes, int, int]
Samples = tuple[str, list[Sample], Any, list[str]]


def effectful(area: str | None = None) -> list[Path]:
    """The conformance programs with effects that compile."""
    found = sorted((CASES / area if area else CASES).rglob("*.rusk"))
    texts = [
        (path, path.read_text()) for path in found if path.name == "main.rusk" or path.parent.parent == CASES
    ]
    return [path for path, text in texts if "@" in text and "expect: compile-error" not in text]


def compiled(path: Path | str) -> rusk.Program:
    """A program whose handling matches are still there: -O2 makes loops of many."""
    return rusk.compile_file(path, opt_level=1)


def host(out: list[str]) -> rusk.Host:
    result = rusk.Host()
    result.fn("std::print")(out.append)
    result.fn("std::println")(lambda text: out.append(text + "\n"))
    return result


def outcome(session: rusk.Session, got: Any) -> Any:
    match got:
        case rusk.Done():
            return "done", session.to_text()
        case rusk.Trapped(trap):
            return "trapped", trap.message, [(f.function, f.line) for f in trap.traceback]
    return "suspended", got.effect, got.args


def finish(session: rusk.Session, fuel: int | None = None) -> Any:
    while isinstance(got := session.step(fuel), rusk.Yield):
        pass
    return outcome(session, got)


def sample(path: Path, pauses: int, slices: tuple[int, ...] = SLICES) -> Samples:
    """Run a program in slices and save it at up to ``pauses`` pauses of each kind."""
    program = compiled(path)
    expected: list[str] = []
    end = finish(program.start(host=host(expected)))
    samples: list[Sample] = []
    for fuel in slices:
        out: list[str] = []
        session = program.start(host=host(out))
        chooser = random.Random(f"{path.name} {fuel}")
        count = 0
        kept: list[Sample] = []
        while isinstance(got := session.step(fuel), rusk.Yield) and count < MOST // (fuel + 10):
            count += 1
            # reservoir sampling: each pause is as likely to be kept
            at = len(kept) if len(kept) < pauses else chooser.randrange(count)
            if at < pauses:
                kept[at : at + 1] = [(session.save(), len(out), fuel)]
        samples += kept
        if not isinstance(got, rusk.Yield):
            assert (outcome(session, got), out) == (end, expected), f"{path}: in slices of {fuel}"
    return str(path), samples, end, expected


def check(samples: Samples) -> int:
    """Load each state and run it to the end. AssertionError says what differs."""
    path, states, end, expected = samples
    program = compiled(path)
    for state, before, fuel in states:
        out: list[str] = []
        session = program.load(state, host=host(out))
        assert session.save() == state, f"{path}: saved again, slices of {fuel}"
        assert finish(session, fuel) == end, f"{path}: outcome, slices of {fuel}"
        assert out == expected[before:], f"{path}: output, slices of {fuel}"
    return len(states)


def elsewhere(work: list[Samples]) -> int:
    """`check` in a process of its own; the number of states loaded."""
    done = subprocess.run(
        [sys.executable, __file__, "--check"], input=pickle.dumps(work), capture_output=True, timeout=900
    )
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout)


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        print(sum([check(samples) for samples in pickle.load(sys.stdin.buffer)]))
        return
    programs = states = 0
    for area in sys.argv[1:] or [None]:  # type: ignore[list-item]
        found = effectful(area)
        for path in track(found, len(found)):
            states += elsewhere([sample(path, 50)])
            programs += 1
    print(f"{programs} programs, {states} states saved and loaded elsewhere: all went on as undisturbed")


if __name__ == "__main__":
    main()
