"""The REPL in a terminal, with the extra ``rusk[repl]``: editing over several lines, history, highlighting, completion."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from threading import Thread
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.lexers import Lexer

from rusk.repl.plain import MORE, PROMPT, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.repl.session import Repl

_INDENT = "    "

#: highlighting: what `rusk.highlight` says -> a style of prompt_toolkit
_STYLES = {
    "keyword": "ansimagenta", "constant": "ansicyan", "primitive": "ansiblue", "type": "ansiblue", "function": "ansiyellow", "number": "ansicyan",
    "text": "ansigreen", "quote": "ansigreen", "comment": "ansibrightblack", "doc": "ansibrightblack", "effect": "ansired",
}  # fmt: skip


class Highlighter(Lexer):  # type: ignore[misc, unused-ignore]
    """Highlights by the compiler's lexer."""

    def lex_document(self, document: Document) -> Callable[[int], list[tuple[str, str]]]:
        """The styled pieces of each line."""
        text = document.text
        if not text:
            return lambda i: []
        from rusk.highlight import classify

        lines: list[list[tuple[str, str]]] = [[]]

        def put(style: str, part: str) -> None:
            for i, piece in enumerate(part.split("\n")):
                if i:
                    lines.append([])
                lines[-1].append((style, piece))

        at = 0
        for start, end, what in classify(text) if not text.startswith(":") else ():
            put("", text[at:start])
            put(_STYLES.get(what, ""), text[start:end])
            at = end
        put("", text[at:])
        return lambda i: lines[i] if i < len(lines) else []


class RuskCompleter(Completer):  # type: ignore[misc, unused-ignore]
    """Completion from the checker, and of commands."""

    def __init__(self, repl: Repl) -> None:
        self.repl = repl

    def get_completions(self, document: Document, event: Any) -> Iterable[Completion]:
        """What may stand at the cursor."""
        from rusk.repl.commands import COMMANDS
        from rusk.repl.completion import complete

        text = document.text_before_cursor
        if text.startswith(":") and " " not in text:
            for name in COMMANDS:
                if name.startswith(text[1:]):
                    yield Completion(name, start_position=1 - len(text), display=f":{name}")
            return
        if text.startswith(":"):
            text = text.partition(" ")[2]
        start, members = complete(self.repl, text)
        for m in members:
            yield Completion(m.name, start_position=start - len(text), display_meta=m.detail or m.kind)


def history() -> History:
    """The file that keeps what was typed; only in memory if there is no place for one."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    path = os.path.join(base, "rusk", "history")
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "ab"):
            pass
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)


def keys() -> KeyBindings:
    """Enter ends a complete input, and else begins a line at the depth of its brackets."""
    bindings = KeyBindings()

    @bindings.add("enter")  # type: ignore[untyped-decorator, misc, unused-ignore]
    def enter(event: Any) -> None:
        from rusk.repl.plain import is_complete

        buffer = event.current_buffer
        at_end = not buffer.document.text_after_cursor.strip()
        blank_line = "\n" in buffer.text and not buffer.document.current_line.strip()
        if at_end and (is_complete(buffer.text) or blank_line):
            buffer.validate_and_handle()
            return
        before = buffer.document.text_before_cursor
        depth = max(sum([before.count(c) for c in "([{"]) - sum([before.count(c) for c in ")]}"]), 0)
        buffer.insert_text("\n" + _INDENT * depth)

    @bindings.add("escape", "enter")  # type: ignore[untyped-decorator, misc, unused-ignore]
    def line(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    @bindings.add("}")  # type: ignore[untyped-decorator, misc, unused-ignore]
    def close(event: Any) -> None:
        buffer = event.current_buffer
        current = buffer.document.current_line_before_cursor
        if not current.strip() and current.endswith(_INDENT):
            buffer.delete_before_cursor(len(_INDENT))
        buffer.insert_text("}")

    return bindings


def run(make: Callable[[], Repl]) -> int:
    """Read and answer until the person leaves; the exit status. ``make``: makes the session, while the first line is being typed."""
    ready: list[Repl] = []

    def warm() -> None:
        repl = make()
        try:
            repl.type_of("1")  # loads the compiler
        finally:
            ready.append(repl)

    thread = Thread(target=warm, daemon=True)

    def repl() -> Repl:
        thread.join()
        return ready[0]

    class Late(RuskCompleter):
        def __init__(self) -> None:
            pass

        def get_completions(self, document: Document, event: Any) -> Iterable[Completion]:
            self.repl = repl()
            return super().get_completions(document, event)

    session: PromptSession[str] = PromptSession(
        FormattedText([("ansicyan", PROMPT)]),
        lexer=Highlighter(),
        completer=Late(),
        complete_while_typing=False,
        complete_in_thread=True,
        history=history(),
        key_bindings=keys(),
        multiline=True,
        prompt_continuation=lambda width, number, wrap: FormattedText([("ansicyan", MORE)]),
    )

    def start(app: Any) -> None:
        """The prompt is there: now the compiler is loaded."""
        session.app.after_render -= start
        thread.start()

    session.app.after_render += start
    while True:
        try:
            text = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        from rusk.repl.commands import answer

        found = answer(repl(), text, sys.stderr.isatty())
        show(found, True)
        if found.leave:
            return 0
