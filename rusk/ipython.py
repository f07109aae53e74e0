"""``%load_ext rusk``: the magics ``%%rusk`` and ``%rusk`` for IPython and Jupyter (extra ``rusk[ipython]``, docs/jupyter.md)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from rusk.diagnostics import render_all
from rusk.embed.errors import RuskError
from rusk.embed.tracebacks import render
from rusk.repl.guess import Unclear, plain, type_of
from rusk.repl.python import PythonRepl
from rusk.repl.session import Failed, Stopped

_OPTION = re.compile(r"""\s*(-i|-o|--input|--output)(?:\s+|=)("[^"]*"|'[^']*'|\S+)""")
_NAME = re.compile(r"[^\W\d]\w*\Z")
_MAGIC = re.compile(r"\s*%%rusk\b([^\n]*)\n")

_MATCHER = "rusk"

USAGE = """usage: %%rusk [-i NAME] [-i 'NAME: TYPE'] [-o NAME] and a cell of Rusk, or %rusk EXPRESSION"""


class CellError(RuskError):
    """What went wrong in a cell: the text that is shown instead of a traceback of Python."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class Options:
    """What stands before the code. ``brings``: names of Python variables and the Rusk types they are to have, "" for what fits; ``takes``: names of Rusk."""

    def __init__(self, line: str) -> None:
        """Take options from the start of a line; ``rest`` is what follows. Errors: `UsageError`."""
        self.brings: list[tuple[str, str]] = []
        self.takes: list[str] = []
        at = 0
        while (found := _OPTION.match(line, at)) is not None:
            at = found.end()
            text = found[2].strip("\"'")
            if found[1] in ("-o", "--output"):
                self.takes += [_checked(name) for name in text.split(",")]
            elif ":" in text:
                name, _, written = text.partition(":")
                self.brings.append((_checked(name), written.strip()))
            else:
                self.brings += [(_checked(name), "") for name in text.split(",")]
        self.rest = line[at:].strip()


def _checked(name: str) -> str:
    name = name.strip()
    if not _NAME.match(name):
        raise UsageError(f"`{name}` is no name\n{USAGE}")
    return name


@magics_class
class RuskMagics(Magics):  # type: ignore[misc, unused-ignore]
    """The magics, and the one session in which all cells of a notebook run."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.repl = PythonRepl({"std::print": _print, "std::println": lambda text: _print(text + "\n")})

    @no_var_expand  # type: ignore[untyped-decorator, unused-ignore]
    @line_cell_magic  # type: ignore[untyped-decorator, unused-ignore]
    def rusk(self, line: str, cell: str | None = None) -> Any:
        """Run Rusk: a cell (%%rusk) or the rest of a line (%rusk).

        All cells share one session: definitions stay and may be made again, variables keep their values. The value of the last expression becomes Out[n],
        converted to Python.

          -i NAME[,NAME...]   declare variables of Rusk with the values of variables of Python; lists, dicts and numbers say their type themselves
          -i 'NAME: TYPE'     the same for a value that does not: an empty list, an Option
          -o NAME[,NAME...]   afterwards, give Python the values of variables of Rusk, functions as callables, structs and enums as classes

        `%rusk :vars`, `%rusk :type EXPR`, `%rusk :reset` and the other commands of the REPL work too.
        """
        options = Options(line)
        if cell is None:
            text = options.rest
        elif options.rest:
            raise UsageError(f"`{options.rest}` is no option\n{USAGE}")
        else:
            text = cell
        if cell is None and text.startswith(":"):
            return self._command(text)
        return self._guarded(lambda: self._run(options, text))

    def _run(self, options: Options, text: str) -> Any:
        repl = self.repl
        repl.bring({name: self._value(name, written) for name, written in options.brings})
        result, value = repl.evaluate(text, self._name())
        notes = [f"note: `{name}` is gone: its type has been redefined" for name in result.dropped]
        if result.warnings:
            notes.insert(0, render_all(result.warnings, self._color()))
        if notes:
            print("\n".join(notes), file=sys.stderr)
        for name in options.takes:
            self.shell.user_ns[name] = repl.take_out(name)
        return value

    def _value(self, name: str, written: str) -> tuple[str, Any]:
        """The type and the value of a variable of Python."""
        if name not in self.shell.user_ns:
            raise Failed(message=f"there is no Python variable `{name}`")
        value = plain(self.shell.user_ns[name])
        if not written:
            try:
                written = type_of(value, self.repl.classes)
            except Unclear as e:
                message = f"the type of `{name}` is not clear: {e}; write it: `-i '{name}: TYPE'`"
                raise Failed(message=message) from None
        return written, value

    def _name(self) -> str:
        """What errors call the cell: its number, and one more for further runs in the same cell."""
        # not `execution_count`, which some versions raise before the cell runs
        number = str(len(self.shell.history_manager.input_hist_parsed) - 1)
        name, again = number, 1
        while f"<input {name}>" in self.repl.built:
            again += 1
            name = f"{number}.{again}"
        return name

    def _guarded(self, run: Callable[[], Any]) -> Any:
        """Run; what goes wrong in Rusk becomes a `CellError`."""
        try:
            return run()
        except Failed as e:
            if not e.diagnostics:
                raise CellError(f"error: {e.message}") from None
            for d in e.diagnostics:
                name = _unknown(d.name, d.message)
                if d.help is None and name in self.shell.user_ns:
                    d.help = f"Python has a variable `{name}`: `-i {name}` behind `%%rusk` brings it in"
            raise CellError(render_all(e.diagnostics, self._color())) from None
        except Stopped as e:
            head = e.message if e.message == "interrupted" else f"runtime error: {e.message}"
            raise CellError(f"{head}\n{render(e.frames)}") from None
        except KeyboardInterrupt:
            raise CellError("interrupted") from None  # while compiling

    def _command(self, text: str) -> None:
        from rusk.repl.commands import answer

        with self.repl.lock:
            found = answer(self.repl, text, self._color())
        sys.stdout.write(found.out)
        sys.stderr.write(found.err)

    def _color(self) -> bool:
        return str(self.shell.colors).lower() != "nocolor"

    # ------------------------------------------------------------ completion

    def matcher(self) -> Any:
        """Completes in cells of Rusk what the checker knows."""

        @context_matcher(identifier=_MATCHER)  # type: ignore[untyped-decorator, unused-ignore]
        def complete_cell(context: CompletionContext) -> Any:
            head = _MAGIC.match(context.full_text)
            lines = context.full_text.split("\n")
            before = "\n".join(
                [*lines[: context.cursor_line], context.line_with_cursor[: context.cursor_position]]
            )
            if head is None or len(before) < head.end():
                return {"completions": []}
            from rusk.repl.completion import complete

            text = before[head.end() :]
            with self.repl.lock:
                start, members = complete(self.repl, text)
            found = [SimpleCompletion(m.name, type=m.kind) for m in members]
            return {"completions": found, "suppress": True, "matched_fragment": text[start:], "ordered": True}

        return complete_cell


def _print(text: str) -> None:
    """Write to the output of the cell. Notebooks collect it: flushing each line would wait for them."""
    sys.stdout.write(text)


def _unknown(error: str, message: str) -> str:
    """The name that an error does not know, or ""."""
    found = re.search(r"`(\w+)`", message)
    return found[1] if error == "unknown-value" and found is not None else ""


# ---------------------------------------------------------------- highlighting


def _highlight() -> None:
    """Let IPython in a terminal highlight cells of Rusk by the compiler's lexer."""
    from IPython.terminal.ptutils import IPythonPTLexer

    from rusk.repl.terminal import Highlighter

    before = IPythonPTLexer.lex_document
    if getattr(before, "rusk", False):
        return

    def lex_document(self: Any, document: Any) -> Any:
        if _MAGIC.match(document.text):
            return Highlighter().lex_document(document)
        return before(self, document)

    lex_document.rusk = True  # type: ignore[attr-defined]
    IPythonPTLexer.lex_document = lex_document


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext rusk``."""
    magics = RuskMagics(shell)
    shell.register_magics(magics)
    if shell.Completer is not None:
        matchers = shell.Completer.custom_matchers
        # `%reload_ext` begins a new session
        matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != _MATCHER]
        matchers.append(magics.matcher())
    _highlight()
