"""Running a loaded program for the command line: standard output, the end of the run, tracebacks (07 §11, §12)."""

from __future__ import annotations

from rusk._interp import DONE, TRAPPED, Code, Session
from rusk.cli import FAILED, INTERRUPTED, OK, put, say
from rusk.cli import TRAPPED as STATUS_TRAPPED
from rusk.embed.stdout import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: what the command line grants
HOSTS: dict[str, Callable[..., object]] = {
    "std::print": write,
    "std::println": lambda text: write(text + "\n"),
}


def hosts_of(code: Code) -> list[Callable[..., object] | None]:
    """The host functions for the imports of a program, None where the command line has none."""
    return [HOSTS.get(sig.name) for sig in code.image.imports]


def main_of(code: Code) -> int:
    """The index of ``main``, or -1."""
    for entry in code.image.entries:
        if entry.name == "main":
            return entry.func
    return -1


def execute(
    code: Code, argv: list[str], print_result: bool, drive: Callable[[Session], int] = Session.step
) -> int:
    """Run ``main`` with ``argv`` to its end; the exit status. ``drive``: what makes a session that has been begun run."""
    session = Session(code, hosts=hosts_of(code))
    status = run_main(session, code, argv, drive)
    if status != OK:
        return status
    if print_result:
        try:
            write(f"=> {session.to_text()}\n")
        except OSError as e:
            say(f"error: cannot write to standard output: {e}\n")
            return FAILED
    return OK


def run_main(
    session: Session, code: Code, argv: list[str], drive: Callable[[Session], int] = Session.step
) -> int:
    """Run ``main`` to its end; the exit status, after a report if it is not 0."""
    main = main_of(code)
    if main < 0:
        say("error: the program has no `main`\n")
        return FAILED
    try:
        session.begin(main, (argv,) if code.image.funcs[main].params else ())
        status = drive(session)
    except KeyboardInterrupt:
        from rusk.embed.tracebacks import render

        say("interrupted\n" + render(session.traceback()))
        return INTERRUPTED
    except MemoryError:
        say("runtime error: memory limit exceeded\n")
        return STATUS_TRAPPED
    if status == DONE:
        return OK
    assert status == TRAPPED, status
    from rusk.embed.tracebacks import render

    say(f"runtime error: {session.trap_message}\n" + render(session.traceback()))
    return STATUS_TRAPPED


__all__ = ["execute", "hosts_of", "main_of", "put", "run_main"]
