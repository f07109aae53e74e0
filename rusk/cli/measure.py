"""``rusk measure``: compile once, run several times, report times and counters (07 §14)."""

from __future__ import annotations

import os
from time import perf_counter_ns

from rusk._interp import Code, Session
from rusk.cli import FAILED, OK, UsageError, put, say
from rusk.cli.execute import hosts_of, run_main
from rusk.cli.options import COMPILING, Settings, check_extension, number, parse
from rusk.cli.progress import Progress

USAGE = f"""\
usage: rusk measure [OPTIONS] FILE

Compiles FILE once and runs its main several times, each in a fresh session; reports compile times, run times and the result.

options:
  --iters N              measured runs (default 1)
  --warmup N             runs before them (default 0)
  --metrics              count instructions, calls, allocations and more (slower)
  --json                 report as one line of JSON
{COMPILING}"""

TIMES = ("load_ns", "read_ns", "parse_ns", "typecheck_ns", "lower_ns", "total_ns", "files_read", "bytes_read")

#: counters of which runs give the maximum, not the sum
MAXIMA = ("max_frames_len", "max_handlers_len")

#: the order of 07 §14
COUNTERS = (
    "executed_instructions", "const_instructions", "copy_instructions", "move_instructions", "int_binop_instructions",
    "int_cmp_instructions", "bool_op_instructions", "call_instructions", "icall_instructions", "vcall_instructions", "vcall_fast_path_hits",
    "push_handler_instructions", "pop_handler_instructions", "perform_instructions", "resume_instructions", "resume_tail_instructions",
    "jump_instructions", "jumpif_instructions", "switch_instructions", "return_instructions", "trap_instructions", "other_instructions",
    "max_frames_len", "max_handlers_len", "handler_cache_hits", "handler_cache_misses", "continuations_captured",
    "continuations_skipped_abortive", "host_calls", "allocations", "gc_cycles",
)  # fmt: skip


def main(args: list[str]) -> int:
    """Measure the program that ``args`` name; the exit status."""
    settings = parse(args, ("--metrics", "--json"), ("--warmup", "--iters"), anywhere=True)
    if "--help" in settings.values:
        put(USAGE)
        return OK
    warmup = number(settings.values.get("--warmup", "0"), "--warmup", 0)
    iters = number(settings.values.get("--iters", "1"), "--iters", 1)
    if len(settings.rest) != 1:
        raise UsageError("`rusk measure` takes one FILE" if settings.rest else "missing FILE")
    path = settings.rest[0]
    loaded = load(path, settings)
    if isinstance(loaded, int):
        return loaded
    code, times = loaded

    argv = [os.path.join(os.getcwd(), path)]
    counting = "--metrics" in settings.values
    counters = dict.fromkeys(COUNTERS, 0)
    runs: list[int] = []
    text = ""
    progress = Progress(warmup + iters)
    if code.image.imports:
        progress.shown = False  # a program that prints would write into the line
    for turn in range(warmup + iters):
        session = Session(code, hosts=hosts_of(code), metrics=counting)
        start = perf_counter_ns()
        status = run_main(session, code, argv)
        spent = perf_counter_ns() - start
        if status != OK:
            progress.clear()
            return status
        if turn >= warmup:
            runs.append(spent)
            if counting:
                merge(counters, session.metrics())
        if turn == warmup + iters - 1:
            text = session.to_text()
        session.close()
        progress.step()
    progress.clear()
    run = {
        "total_ns": sum(runs),
        "avg_ns": sum(runs) // iters,
        "min_ns": min(runs),
        "metrics": counters,
    }
    if "--json" in settings.values:
        import json

        whole = {
            "input": path,
            "iters": iters,
            "warmup": warmup,
            "compile": times,
            "run": run,
            "result": text,
        }
        put(json.dumps(whole, ensure_ascii=True) + "\n")
    else:
        put(report(path, iters, warmup, times, runs, counters if counting else {}, text))
    return OK


def load(path: str, settings: Settings) -> tuple[Code, dict[str, int]] | int:
    """The program and its compile times, or the exit status after a message."""
    start = perf_counter_ns()
    times = dict.fromkeys(TIMES, 0)
    if check_extension(path):
        from rusk.cli.loading import load_file

        code = load_file(path)
        if isinstance(code, int):
            return code
        times["files_read"] = 1
        times["bytes_read"] = os.path.getsize(path)
        times["load_ns"] = times["total_ns"] = perf_counter_ns() - start
        return code, times

    from rusk.cli.compiling import compile_program, report
    from rusk.cli.loading import use_color

    compiled = compile_program(path, settings, need_main=True)
    report(compiled.diagnostics, use_color())
    if compiled.image is None:
        return FAILED
    loading = perf_counter_ns()
    code = Code(compiled.image)
    now = perf_counter_ns()
    for name in TIMES:
        times[name] = int(compiled.timings.get(name, 0))
    times["load_ns"] = now - loading
    times["total_ns"] = now - start
    return code, times


def merge(counters: dict[str, int], run: dict[str, int]) -> None:
    """Add the counters of a run."""
    for name in COUNTERS:
        value = run.get(name, 0)
        counters[name] = max(counters[name], value) if name in MAXIMA else counters[name] + value


def milliseconds(ns: int) -> str:
    """A time for people."""
    return f"{ns / 1e6:.3f} ms"


def report(
    path: str,
    iters: int,
    warmup: int,
    times: dict[str, int],
    runs: list[int],
    counters: dict[str, int],
    result: str,
) -> str:
    """The report for people."""
    lines = [f"{path}: {iters} run{'s' if iters != 1 else ''} after {warmup} for warm-up"]
    lines.append(f"compile  {milliseconds(times['total_ns']):>14}")
    for name in ("read", "parse", "typecheck", "lower", "load"):
        lines.append(f"  {name:<12} {milliseconds(times[name + '_ns']):>14}")
    lines.append(f"  {times['files_read']} files, {times['bytes_read']} bytes")
    lines.append(f"run      {milliseconds(sum(runs)):>14}")
    lines.append(f"  mean         {milliseconds(sum(runs) // len(runs)):>14}")
    lines.append(f"  least        {milliseconds(min(runs)):>14}")
    if counters:
        lines.append("counters")
        lines += [f"  {name:<32} {value:>16}" for name, value in counters.items()]
    lines.append(f"=> {result}")
    return "\n".join(lines) + "\n"


__all__ = ["main", "say"]
