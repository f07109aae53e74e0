"""What the REPL does with a line: inputs, and the words with a colon. The results are texts for whoever shows them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rusk.diagnostics import render_all
from rusk.repl.session import Failed, Repl, Result, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.compiler import Compiled

HELP = """\
Type definitions, statements and expressions. A line that is not complete goes on on the next one; `it` is the last result.

  :type EXPR     the type of an expression, without running it
  :mir INPUT     the intermediate code of an input
  :code INPUT    the instructions of an input
  :time INPUT    run an input, and tell how long compiling and running took
  :load FILE     take the definitions and statements of a file
  :vars          the variables and definitions there are
  :reset         forget everything
  :help          this text
  :quit          leave (also Ctrl-D)

Ctrl-C stops what runs, and nothing else.
"""


class Answer:
    """What is shown: ``out`` on standard output, ``err`` on standard error; ``leave``: the REPL ends."""

    __slots__ = ("err", "leave", "out")

    def __init__(self, out: str = "", err: str = "", leave: bool = False) -> None:
        self.out = out
        self.err = err
        self.leave = leave


def answer(repl: Repl, text: str, color: bool = False) -> Answer:
    """Do what an input or a command says. Never raises for what is in it."""
    words = text.strip()
    if not words:
        return Answer()
    try:
        if words.startswith(":"):
            name, _, rest = words[1:].partition(" ")
            return command(repl, name, rest.strip(), color)
        return shown(repl.run(text), color)
    except Failed as e:
        lines = render_all(e.diagnostics, color) if e.diagnostics else f"error: {e.message}"
        return Answer(err=lines + "\n")
    except KeyboardInterrupt:
        return Answer(err="interrupted\n")  # while compiling
    except Stopped as e:
        from rusk.embed.tracebacks import render

        head = e.message if e.message == "interrupted" else f"runtime error: {e.message}"
        return Answer(err=f"{head}\n" + render(e.frames))


def shown(result: Result, color: bool) -> Answer:
    """The result of an input: its value with its type, the types of new variables, what was defined."""
    err = render_all(result.warnings, color) + "\n" if result.warnings else ""
    for name in result.dropped:
        err += f"note: `{name}` is gone: its type has been redefined\n"
    lines = [f"{v.name}: {v.type}" for v in result.variables]
    if result.value is not None:
        lines.append(f"{result.value}: {result.type}")
    return Answer("".join([line + "\n" for line in lines]), err)


def command(repl: Repl, name: str, rest: str, color: bool) -> Answer:
    """Do what a command says."""
    found = [key for key in COMMANDS if key.startswith(name)] if name else []
    if name in COMMANDS:
        found = [name]
    if len(found) != 1:
        return Answer(err=f"error: there is no command `:{name}`; `:help` lists them\n")
    return COMMANDS[found[0]](repl, rest, color)


def _type(repl: Repl, rest: str, color: bool) -> Answer:
    return Answer(repl.type_of(rest) + "\n") if rest else _needs("type", "an expression")


def _needs(name: str, what: str) -> Answer:
    return Answer(err=f"error: `:{name}` needs {what}\n")


def _mir(repl: Repl, rest: str, color: bool) -> Answer:
    if not rest:
        return _needs("mir", "an input")
    compiled = repl.compiled_alone(rest)
    from rusk.mir.printer import print_function

    assert compiled.program is not None
    functions = [i.function for i in compiled.program.instances if i.function is not None]
    return Answer("\n".join([print_function(f) for f in functions if f.source.path.startswith("<input")]))


def _code(repl: Repl, rest: str, color: bool) -> Answer:
    if not rest:
        return _needs("code", "an input")
    compiled = repl.compiled_alone(rest)
    from rusk.code.disasm import function

    image = compiled.image
    assert image is not None
    mine = _written(compiled)
    return Answer(
        "\n".join([function(image, n) for n in range(len(image.funcs)) if image.funcs[n].name in mine]) + "\n"
    )


def _written(compiled: Compiled) -> set[str]:
    """The names of the functions that come from inputs, not from the library."""
    assert compiled.program is not None
    functions = [i.function for i in compiled.program.instances if i.function is not None]
    return {f.name for f in functions if f.source.path.startswith("<input")}


def _time(repl: Repl, rest: str, color: bool) -> Answer:
    if not rest:
        return _needs("time", "an input")
    result = repl.run(rest)
    found = shown(result, color)
    found.out += f"compiled in {result.compile_ns / 1e6:.1f} ms, ran in {result.run_ns / 1e6:.3f} ms\n"
    return found


def _load(repl: Repl, rest: str, color: bool) -> Answer:
    if not rest:
        return _needs("load", "a FILE")
    path = os.path.expanduser(rest)
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError, ValueError) as e:
        return Answer(err=f"error: cannot read `{rest}`: {getattr(e, 'strerror', None) or e}\n")
    result = repl.run(text)
    found = shown(result, color)
    if result.defined:
        found.out = f"defined {', '.join(result.defined)}\n" + found.out
    return found


def _vars(repl: Repl, rest: str, color: bool) -> Answer:
    lines = [f"{v.kind} {v.name}: {v.type}" for v in repl.variables or ()]
    lines += [d.text.partition("{")[0].strip() for d in repl.definitions]
    return Answer("".join([line + "\n" for line in lines]))


def _reset(repl: Repl, rest: str, color: bool) -> Answer:
    repl.reset()
    return Answer()


COMMANDS: dict[str, Callable[[Repl, str, bool], Answer]] = {
    "type": _type,
    "mir": _mir,
    "code": _code,
    "time": _time,
    "load": _load,
    "vars": _vars,
    "reset": _reset,
    "help": lambda repl, rest, color: Answer(HELP),
    "quit": lambda repl, rest, color: Answer(leave=True),
}
