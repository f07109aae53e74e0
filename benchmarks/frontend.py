"""Speed of the compiler: lines a second of a program of about 5,000 lines, made of conformance programs as modules.

    python benchmarks/frontend.py [--interfaces | --levels] [--lines N] [--rounds N] [--json] [--profile]

Each program that compiles becomes a module ``mN`` of one program (its own modules and all); `main` calls nothing of them, but their entry
functions are exported by forwarding, so that the whole is compiled to code. Targets: 8,000 lines/s through `check`, 5,000 through -O2.
``--interfaces``: the same of programs rich in generics, bounds and interfaces. ``--levels``: instead, the time of -O2 for all of benchmarks/programs/
beside that of -O0; target: at most 1.6. Times are CPU times: the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path
from time import process_time

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

#: programs rich in interfaces; taken several times, if need be
INTERFACES = (
    "interfaces", "dyn_dispatch", "generic_bounds", "assoc_types", "default_methods", "interface_inheritance", "static_interface_methods",
    "self_type", "operators_overload", "generics", "hkt", "is_as",
)  # fmt: skip


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


def assemble(folder: Path, lines: int, interfaces: bool = False) -> tuple[Path, int]:
    """Write the program; its entry file and its number of lines."""
    total = 0
    uses: list[str] = []
    areas = INTERFACES if interfaces else AREAS
    candidates = [p for area in areas for p in sorted((CONFORMANCE / area).glob("*.rusk"))]
    if interfaces:
        candidates *= 1 + lines // 500
    else:
        candidates += [p for p in sorted(CONFORMANCE.glob("*/*.rusk")) if p.parent.name not in AREAS]
    for path in candidates:
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


def levels(rounds: int) -> int:
    """Compile benchmarks/programs/ at -O0 and -O2 in turn."""
    programs = sorted((HERE / "programs").glob("*.rusk"))
    totals: dict[int, list[float]] = {0: [], 2: []}
    for turn in range(rounds + 1):
        for level, times in totals.items():
            start = process_time()
            for path in programs:
                assert compile_file(str(path), Options(opt_level=level)).ok, path
            if turn:  # the first one imports
                times.append(process_time() - start)
    o0, o2 = (statistics.median(t) for t in totals.values())
    print(f"{len(programs)} programs: -O0 {o0:.3f} s   -O2 {o2:.3f} s   ratio {o2 / o0:.2f}   (target: 1.6)")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the compiler.")
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--interfaces", action="store_true", help="a program rich in interfaces")
    parser.add_argument("--levels", action="store_true", help="-O2 beside -O0 on the benchmark programs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true", help="print the profile of one compilation")
    options = parser.parse_args()
    if options.levels:
        return levels(options.rounds)
    with tempfile.TemporaryDirectory() as place:
        entry, lines = assemble(Path(place), options.lines, options.interfaces)

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
                start = process_time()
                work()
                times.append(process_time() - start)
            speeds[name] = lines / statistics.median(times)
    if options.json:
        print(json.dumps({"lines": lines, **{f"{n}_lines_per_s": round(s) for n, s in speeds.items()}}))
    else:
        for name, speed in speeds.items():
            print(f"{name:<6} {speed:>9,.0f} lines/s of {lines} lines   (target: {TARGETS[name]:,})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
