"""What the benchmarks share: the pairs of programs, running them, facts about the machine."""

from __future__ import annotations

import importlib.util
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import rusk

HERE = Path(__file__).resolve().parent

#: times slower than CPython that the interpreter was which this one replaces
BASELINE = {
    "phase1_var_loop": 19.8,
    "phase2_object_access": 13.9,
    "phase3_closure_capture": 15.8,
    "phase4_call_dispatch": 13.0,
    "phase5_gc_epoch": 22.1,
    "phase6_effects_generator": 72.2,
}


#: what `Pair.counts` counts -> the counters of 07 §14 that it adds up
COUNTS = {
    "instructions": ("executed_instructions",),
    "calls": ("call_instructions", "icall_instructions", "vcall_instructions"),
    "host_calls": ("host_calls",),
    "allocations": ("allocations",),
    "collections": ("gc_cycles",),
}


class Pair:
    """A program in Rusk and its twin in Python: ``run_rusk()`` and ``run_python()`` give the same value, `EXPECTED` of the twin."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.group = path.parent.name
        self.path = path
        self._programs: dict[int, rusk.Program] = {}
        self._twin: ModuleType | None = None

    def program(self, level: int = 2) -> rusk.Program:
        """The program, compiled at optimisation ``level``."""
        if level not in self._programs:
            self._programs[level] = rusk.compile_file(self.path, opt_level=level)
        return self._programs[level]

    @property
    def twin(self) -> ModuleType:
        if self._twin is None:
            spec = importlib.util.spec_from_file_location("twin_" + self.name, self.path.with_suffix(".py"))
            assert spec is not None and spec.loader is not None
            self._twin = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self._twin)
        return self._twin

    @property
    def expected(self) -> object:
        return self.twin.EXPECTED

    def run_rusk(self, level: int = 2) -> object:
        session = self.program(level).start()
        value = session.run()
        session.close()
        return value

    def counts(self, level: int) -> dict[str, int]:
        """What a run at ``level`` executes, by `COUNTS`."""
        session = self.program(level).start(metrics=True)
        session.run()
        metrics = session.metrics()
        session.close()
        return {name: sum([metrics[part] for part in parts]) for name, parts in COUNTS.items()}

    def run_python(self) -> object:
        return self.twin.main()


def pairs(selectors: list[str] | None = None, groups: tuple[str, ...] = ("phases", "programs")) -> list[Pair]:
    """All pairs, or those whose name begins with one of ``selectors``."""
    found = [Pair(p) for g in groups for p in sorted((HERE / g).glob("*.rusk"))]
    if selectors:
        found = [p for p in found if any(p.name.startswith(s) for s in selectors)]
    return found


def spread(times: list[float]) -> float:
    """Half the distance between the quartiles, as a part of the median."""
    if len(times) < 3:
        return 0.0
    low, middle, high = statistics.quantiles(times, n=4)
    return (high - low) / 2 / middle if middle else 0.0


def machine() -> dict[str, object]:
    """Facts that a result is worth nothing without."""
    cpu = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    cpu = line.partition(":")[2].strip()
                    break
    except OSError:
        pass
    try:
        commit = subprocess.run(
            ["git", "-C", str(HERE), "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "rusk": rusk.__version__,
        "commit": commit,
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "argv": sys.argv[1:],
    }
