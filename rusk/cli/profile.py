"""``rusk profile``: where the time or the allocations of a program go (docs/profile.md)."""

from __future__ import annotations

import os

from rusk.cli import FAILED, INTERRUPTED, OK, TRAPPED, UsageError, put, say
from rusk.cli.options import COMPILING, check_extension, number, parse

USAGE = f"""\
usage: rusk profile [OPTIONS] FILE [ARGS...]

Runs FILE and tells on standard error which functions and lines its time went to; those that were inlined are shown, too. What follows FILE goes to the program.

options:
  --allocations          count objects created instead of time; the same in every run
  --interval MS          look at the stack every MS milliseconds (default 1)
  --svg OUT              write a flame graph
  --speedscope OUT       write a file for https://www.speedscope.app
{COMPILING}"""


def main(args: list[str]) -> int:
    """Profile the program that ``args`` name; the exit status, as that of `rusk run`."""
    settings = parse(args, ("--allocations",), ("--interval", "--svg", "--speedscope"))
    given = settings.values
    if "--help" in given:
        put(USAGE)
        return OK
    if not settings.rest:
        raise UsageError("missing FILE")
    interval = number(given.get("--interval", "1"), "--interval", 1) / 1000
    path, *arguments = settings.rest

    from rusk._interp import DONE, Session
    from rusk.cli.execute import hosts_of, main_of
    from rusk.cli.loading import load_file, load_source
    from rusk.cli.run import clean
    from rusk.profile.collect import count_allocations, sample_time
    from rusk.profile.report import flame_graph, speedscope, table

    code = load_file(path) if check_extension(path) else load_source(path, settings)
    if isinstance(code, int):
        return code
    entry = main_of(code)
    if entry < 0:
        say("error: the program has no `main`\n")
        return FAILED
    allocations = "--allocations" in given
    session = Session(code, hosts=hosts_of(code), metrics=allocations)
    argv = [clean(a) for a in (os.path.join(os.getcwd(), path), *arguments)]
    from rusk.embed.tracebacks import render

    try:
        session.begin(entry, (argv,) if code.image.funcs[entry].params else ())
        status, profile = count_allocations(session) if allocations else sample_time(session, interval)
    except KeyboardInterrupt:
        say("interrupted\n" + render(session.traceback()))
        return INTERRUPTED
    except MemoryError:
        say("runtime error: memory limit exceeded\n")
        return TRAPPED
    if status != DONE:
        say(f"runtime error: {session.trap_message}\n" + render(session.traceback()))
    title = os.path.basename(path)
    for option, text in (("--svg", flame_graph), ("--speedscope", speedscope)):
        if option in given:
            with open(given[option], "w", encoding="utf-8") as file:
                file.write(text(profile, title))
    say(table(profile))
    return OK if status == DONE else TRAPPED
