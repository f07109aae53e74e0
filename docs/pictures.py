"""The pictures of the tools in `docs/pictures/`: runs them in a terminal of its own and draws what it shows.

pip install -e '.[docs]' && python docs/pictures.py [NAME...]
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.style import Style
from rich.text import Text

HERE = Path(__file__).resolve().parent
#: what the commands of the pictures really are
COMMANDS = {
    "rusk": "-m rusk",
    "pygmentize": "-m pygments",
    "ipython": "-m IPython --no-banner --no-confirm-exit --TerminalInteractiveShell.autoindent=False",
}
COLUMNS = 96

UGLY = """use std::println;
fn area( w:int ,h : int)->int{w*h}
fn main(){let size=area(3,4);if size>10{println(f"{size}");}else{println("small");}}
"""

SUSPICIOUS = """use std::print;
fn twice(n: int) -> int { n * 2 }
fn main() {
    let total = 1;
    let xs = [3, 4];
    xs.iter().map(|x| { x * 2 });
    if xs.len() >= 0 { std::println(f"{twice(2)}"); }
}
"""

ASKING = """interface Ask { fn ask(what: string) -> int;  fn stop() -> !; }
fn area() -> int { @Ask.ask("width") * @Ask.ask("height") }
fn main() -> int {
    match area() {
        @Ask.ask("width") => { let area = resume(6); area + 1 }
        @Ask.ask(_) => resume(7)
        area => area
    }
}
"""

COLORFUL = """\
/// Greets everyone. /* comments /* nest */, and "quotes" mean nothing */
fn greet(names: [string]) -> string {
    let all = names.iter().map(|n| {
        f"<{if n.is_empty() { "?" } else { n }}>"
    }).collect();
    f"{{{string::join(all, ", ")}}}\\n"
}

interface Ask {
    fn number(least: int) -> int;
}

fn main() -> int {
    match @Ask.number(0x10) + 1_000 {
        @Ask.number(n) => resume(n),
        sum => {
            std::print(greet(["Ada", "\\u{c6}sa"]));
            sum
        }
    }
}
"""

DOCUMENTED = """/// The larger of two numbers.
///
///     std::println(f"{larger(3, 4)}");     //> 4
///     std::println(f"{larger(-3, -4)}");   //> 3
pub fn larger(a: int, b: int) -> int {
    if a > b { a } else { b }
}
"""


class Terminal:
    """A terminal and what runs in it."""

    def __init__(self, folder: str, rows: int = 60) -> None:
        self.folder = folder
        self.screen = pyte.Screen(COLUMNS, rows)
        self.stream = pyte.Stream(self.screen)
        self.env = {
            **os.environ,
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "XDG_STATE_HOME": folder,
            "RUSK_CACHE": "0",
        }
        self.env.pop("NO_COLOR", None)

    def shell(self, command: str) -> None:
        """A command line, and all that it writes."""
        self.stream.feed(f"\x1b[1m$ {command}\x1b[0m\r\n")
        child = self.start(real(command))
        child.expect(pexpect.EOF, timeout=120)
        self.stream.feed(child.before)

    def start(self, command: str) -> pexpect.spawn[str]:
        """A program in the terminal."""
        return pexpect.spawn(
            "/bin/sh",
            ["-c", command],
            cwd=self.folder,
            env=self.env,
            encoding="utf-8",
            dimensions=(self.screen.lines, COLUMNS),
        )

    def talk(self, command: str, lines: list[str]) -> None:
        """A program that is typed to, a line at a time. A line that ends in a tab is not ended by Enter."""
        self.stream.feed(f"\x1b[1m$ {command}\x1b[0m\r\n")
        child = self.start(real(command))
        self.settle(child)
        for line in lines:
            child.send(line if line.endswith("\t") else line + "\r")
            self.settle(child)
        child.close(force=True)

    def settle(self, child: pexpect.spawn[str]) -> None:
        """Show what the program writes until it has been silent for a while."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 2.5:
            try:
                self.stream.feed(child.read_nonblocking(65536, timeout=0.2))
                quiet = time.monotonic()
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                return

    def draw(self, title: str, path: Path) -> None:
        """Write the screen as an SVG."""
        lines = [self.line(row) for row in range(self.screen.lines)]
        while lines and not lines[-1].plain.strip():
            lines.pop()
        with open(os.devnull, "w") as nowhere:
            console = Console(
                width=COLUMNS, record=True, file=nowhere, force_terminal=True, color_system="truecolor"
            )
            for line in lines:
                console.print(line, soft_wrap=True)
            # without fonts from elsewhere
            frame = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
            text = console.export_svg(title=title, unique_id=path.stem, code_format=frame)
        path.write_text(text + "\n", encoding="utf-8")

    def line(self, row: int) -> Text:
        """A line of the screen with its colours."""
        text = Text()
        cells = self.screen.buffer[row]
        for column in range(COLUMNS):
            cell = cells[column]
            text.append(cell.data, Style(color=_color(cell.fg), bgcolor=_color(cell.bg), bold=cell.bold))
        text.rstrip()
        return text


def real(command: str) -> str:
    """A command line, for the Python that runs this."""
    name, _, rest = command.partition(" ")
    return f"{sys.executable} {COMMANDS[name]} {rest}" if name in COMMANDS else command


def _color(name: str) -> str | None:
    if name == "default":
        return None
    name = name.replace("brown", "yellow")
    if len(name) == 6 and all(c in "0123456789abcdef" for c in name):
        return "#" + name
    return name.replace("bright", "bright_")


def fmt(terminal: Terminal) -> None:
    """An ugly file, its check, the formatted text."""
    Path(terminal.folder, "area.rusk").write_text(UGLY)
    terminal.shell("cat area.rusk")
    terminal.shell("rusk fmt --check area.rusk")
    terminal.shell("rusk fmt area.rusk")
    terminal.shell("cat area.rusk")


def lint(terminal: Terminal) -> None:
    """Some findings."""
    Path(terminal.folder, "app.rusk").write_text(SUSPICIOUS)
    terminal.shell("rusk lint app.rusk")


def repl(terminal: Terminal) -> None:
    """A conversation."""
    terminal.talk(
        "rusk repl",
        [
            "let count = 0; let bump = |by: int| { count = count + by; count }",
            "bump(40)",
            "fn twice(n: int) -> int {",
            "n * 2",
            "}",
            "twice(bump(2)) + it",
            "let xs = [3, 1, 2]",
            "count + xs",
            ":type xs.iter().map(twice)",
            "xs.re\t",
        ],
    )


def doc(terminal: Terminal) -> None:
    """The page of a program, and an example that is wrong."""
    Path(terminal.folder, "numbers.rusk").write_text(DOCUMENTED)
    terminal.shell("cat numbers.rusk")
    terminal.shell("rusk doc numbers.rusk pages")
    terminal.shell("cat pages/numbers.md")
    terminal.shell("rusk doc --test numbers.rusk")


def profile(terminal: Terminal) -> None:
    """The time of a benchmark."""
    source = HERE.parent / "benchmarks" / "programs" / "interpreter.rusk"
    Path(terminal.folder, "interpreter.rusk").write_text(source.read_text())
    terminal.shell("rusk profile interpreter.rusk 300000")


def trace(terminal: Terminal) -> None:
    """A program with effects."""
    Path(terminal.folder, "ask.rusk").write_text(ASKING)
    terminal.shell("cat ask.rusk")
    terminal.shell("rusk run --trace ask.rusk")


def highlighting(terminal: Terminal) -> None:
    """A file by Pygments."""
    Path(terminal.folder, "ask.rusk").write_text(COLORFUL)
    terminal.shell("pygmentize -f terminal16m -O style=nord ask.rusk")


def jupyter(terminal: Terminal) -> None:
    """A session of IPython. The last cell has an error."""
    terminal.env["IPYTHONDIR"] = terminal.folder
    terminal.talk(
        "ipython",
        [
            "%load_ext rusk",
            "prices = [3.5, 1.25, 8.0]",
            "%%rusk -i prices -o mean",
            "fn mean(xs: [float]) -> float {",
            "    let sum = 0.0;",
            "    for x in xs { sum = sum + x; }",
            "    sum / xs.len().to_float()",
            "}",
            "mean(prices)",
            *("", ""),  # end a cell
            "mean([1.0, 2.0, 4.5])",
            "%%rusk",
            "let dear = prices.iter().filter(|p| { p > mean(prices) });",
            'for p in dear { std::println(f"{p} is dear"); }',
            "prices.push(mean(price))",
            *("", ""),
        ],
    )


PICTURES: dict[str, Callable[[Terminal], None]] = {
    "doc": doc,
    "fmt": fmt,
    "lint": lint,
    "repl": repl,
    "profile": profile,
    "trace": trace,
    "highlighting": highlighting,
    "jupyter": jupyter,
}
#: what stands over a picture, if not `rusk` and its name
TITLES = {"highlighting": "pygmentize", "jupyter": "ipython"}

#: where the command has another name than the picture
TITLES = {"trace": "rusk run --trace"}


def main(names: list[str]) -> None:
    """Draw the pictures named, or all."""
    (HERE / "pictures").mkdir(exist_ok=True)
    for name in names or PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            terminal = Terminal(folder)
            PICTURES[name](terminal)
            terminal.draw(TITLES.get(name, f"rusk {name}"), HERE / "pictures" / f"{name}.svg")
            print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
