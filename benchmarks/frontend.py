"""Speed of the compiler: lines a second of a program of about 5,000 lines, made of conformance programs as modules.

    python benchmarks/frontend.py [--lines N] [--rounds N] [--json] [--profile]

Each program that compiles becomes a module ``mN`` of one program (its own modules and all); `main` calls nothing of them, but their entry
functions are exported by forwarding, so that the whole is compiled to code. Targets: 8,000 lines/s through `check`, 5,000 through -O2.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from common import HERE

from rusk.compiler import Options, compile_file
from rusk.diagnostics import Diagnostic

CONFORMANCE = HERE.parent / "tests" / "conformance"
TARGETS = {"check": 8000, "code": 5000}

#: realistic programs first
AREAS = (
    "realistic",
    "json",
    "map",
    "schedulers",
    "generators",
    "iterators",
    "effects_resume",
    "state_effects",
    "closures",
    "structs",
)


def accepted(path: Path) -> bool:
    """Whether the program compiles by itself and can be a module: no compile error expected, nothing that speaks of the root."""
    text = path.read_text(encoding="utf-8")
    if "expect: compile-error" in text or re.search(r"\bloaf::|\bderive\b.*loaf|^\s*mod \w+;", text, re.M):
        return False
    return "fn main" in text


def as_module(text: str) -> str:
    """The text of a program as that of a module."""
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    return re.sub(r"^(pub )?fn main\b", "pub fn main", text, count=1, flags=re.M)


def assemble(folder: Path, lines: int) -> tuple[Path, int]:
    """Write the program; its entry file and its number of lines."""
    total = 0
    uses: list[str] = []
    candidates = [p for area in AREAS for p in sorted((CONFORMANCE / area).glob("*.rusk"))]
    rest = [p for p in sorted(CONFORMANCE.glob("*/*.rusk")) if p.parent.name not in AREAS]
    for path in candidates + rest:
        if total >= lines:
            break
        if not accepted(path):
            continue
        text = as_module(path.read_text(encoding="utf-8"))
        name = f"m{len(uses)}"
        (folder / f"{name}.rusk").write_text(text, encoding="utf-8")
        if check_errors(folder, name):
            continue
        uses.append(name)
        total += text.count("\n")
    takes = {
        n for n in uses if re.search(r"fn main\s*\(\s*\w", (folder / f"{n}.rusk").read_text(encoding="utf-8"))
    }
    calls = "".join(f"    {n}::main({'argv' if n in takes else ''});\n" for n in uses)
    entry = folder / "main.rusk"
    entry.write_text(
        "".join(f"mod {n};\n" for n in uses) + f"fn main(argv: [string]) {{\n{calls}}}\n", encoding="utf-8"
    )
    return entry, total + 2 * len(uses) + 2


def check_errors(folder: Path, name: str) -> bool:
    """Whether the program is rejected as a module."""
    probe = folder / "probe.rusk"
    probe.write_text(f"mod {name};\nfn main() {{ }}\n", encoding="utf-8")
    return any(d.severity == "error" for d in check_file(probe))


def check_file(path: Path) -> list[Diagnostic]:
    return compile_file(str(path), Options(check_only=True)).diagnostics


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the compiler.")
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true", help="print the profile of one compilation")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        entry, lines = assemble(Path(place), options.lines)

        def check() -> None:
            bad = [d for d in check_file(entry) if d.severity == "error"]
            assert not bad, bad[0]

        def code() -> None:
            compiled = compile_file(str(entry), Options(opt_level=2))
            assert compiled.image is not None, compiled.diagnostics

        if options.profile:
            import cProfile
            import pstats

            profile = cProfile.Profile()
            profile.runcall(code)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return 0
        speeds = {}
        for name, work in (("check", check), ("code", code)):
            times = []
            for _ in range(options.rounds):
                start = perf_counter()
                work()
                times.append(perf_counter() - start)
            speeds[name] = lines / statistics.median(times)
    if options.json:
        print(json.dumps({"lines": lines, **{f"{n}_lines_per_s": round(s) for n, s in speeds.items()}}))
    else:
        for name, speed in speeds.items():
            print(f"{name:<6} {speed:>9,.0f} lines/s of {lines} lines   (target: {TARGETS[name]:,})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
