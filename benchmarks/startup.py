"""How long `python -m rusk FILE` takes beside `python -c pass`, cold and warm, as whole processes, turn and turn about; and the prompt of `rusk repl`.

    python benchmarks/startup.py [--rounds N] [--json] [--check]

Two programs: hello, and one that uses maps, sorting, text methods and JSON (the library loads what a program reaches, so it shows what that costs).
The prompt is waited for in a terminal, with prompt_toolkit (the extra rusk[repl]); without it, or without terminals, it is left out.
Medians, and best times in brackets. Targets, in milliseconds more than `pass`: hello 60 warm and 220 cold, the other 100 and 500, the prompt 250; with --check the exit status is 1 beyond them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

#: name -> program, output, targets warm and cold
PROGRAMS = {
    "hello": ('fn main() { std::println("hello"); }\n', b"hello\n", 60.0, 220.0),
    "library": (
        """\
use core::map::Map;
use std::json;
struct Entry { word: string, count: int }
derive Serialize + Deserialize for Entry;
fn main() {
    let counts: Map<string, int> = Map::new();
    for w in "the quick brown fox jumps over the lazy dog".split_space() { counts.update(w, |n| { n.unwrap_or(0) + 1 }); }
    let entries = counts.entries().map(|e| { Entry { word: e.0, count: e.1 } });
    entries.sort_by(|a, b| { b.count - a.count });
    let text = json::to_string(entries.slice(0, 2)).unwrap();
    let back: [Entry] = json::from_string(text).unwrap();
    std::println(f"{text} {back[0].word.to_upper()}");
}
""",
        b'[{"word":"the","count":2},{"word":"quick","count":1}] THE\n',
        100.0,
        500.0,
    ),
}


PROMPT = b">> "
PROMPT_TARGET = 250.0


def run(words: list[str], env: dict[str, str], output: bytes) -> float:
    """Milliseconds of a process."""
    start = perf_counter()
    done = subprocess.run(words, env=env, capture_output=True, check=False)
    spent = (perf_counter() - start) * 1e3
    if done.returncode or done.stdout != output:
        sys.exit(f"{words} failed: {done.returncode} {done.stdout!r} {done.stderr.decode()}")
    return spent


def prompt(env: dict[str, str]) -> float:
    """Milliseconds until `rusk repl` shows its prompt."""
    screen, terminal = os.openpty()
    start = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "rusk", "repl"], stdin=terminal, stdout=terminal, stderr=terminal, env=env
    ) as process:
        os.close(terminal)
        shown = b""
        while PROMPT not in shown:
            try:
                shown += os.read(screen, 1 << 16)
            except OSError:
                sys.exit(f"rusk repl ended: {shown!r}")
        spent = (perf_counter() - start) * 1e3
        process.kill()
    os.close(screen)
    return spent


def has_prompt() -> bool:
    """Whether the prompt can be measured."""
    return hasattr(os, "openpty") and importlib.util.find_spec("prompt_toolkit") is not None


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure start-up.")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    targets: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "RUSK_CACHE_DIR": str(Path(folder) / "cache")}
        env.pop("RUSK_CACHE", None)
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # as users have it: the first round writes what is missing
        off = {**env, "RUSK_CACHE": "0"}
        kinds = {"pass": ([sys.executable, "-c", "pass"], env, b"")}
        for name, (text, output, warm, cold) in PROGRAMS.items():
            path = Path(folder) / f"{name}.rusk"
            path.write_text(text, encoding="utf-8")
            words = [sys.executable, "-m", "rusk", str(path)]
            kinds[f"warm_{name}"] = (words, env, output)
            kinds[f"cold_{name}"] = (words, off, output)
            targets |= {f"warm_{name}": warm, f"cold_{name}": cold}
        # without the question where the cursor stands, which nobody would answer
        typing = {
            **env, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": folder,
        }  # fmt: skip
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        if has_prompt():
            times["prompt"] = []
            targets["prompt"] = PROMPT_TARGET
        for turn in range(options.rounds + 1):
            for kind, (words, environment, output) in kinds.items():
                spent = run(words, environment, output)
                if turn:
                    times[kind].append(spent)
            if "prompt" in times:
                spent = prompt(typing)
                if turn:
                    times["prompt"].append(spent)
    base = statistics.median(times["pass"])
    more = {
        kind: statistics.median([t - p for t, p in zip(times[kind], times["pass"], strict=True)])
        for kind in targets
    }
    if options.json:
        print(
            json.dumps({"pass_ms": round(base, 2), **{f"{k}_more_ms": round(v, 2) for k, v in more.items()}})
        )
    else:
        print(f"python -c pass          {base:8.1f} ms")
        for kind, value in more.items():
            best = min(times[kind]) - min(times["pass"])
            print(
                f"{kind.replace('_', ' '):<15} {value:+8.1f} ms more [{best:+.1f}]   (target: at most {targets[kind]:.0f})"
            )
    return int(options.check and any(more[k] > targets[k] for k in targets))


if __name__ == "__main__":
    sys.exit(main())
