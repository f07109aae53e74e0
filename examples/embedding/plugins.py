"""A plugin system: scripts of others transform text, each confined to what it is given.

python examples/embedding/plugins.py
"""

import rusk

PLUGINS = {
    "shout": 'pub fn apply(text: string) -> string { f"{text}!" }',
    "count": 'pub fn apply(text: string) -> string { editor::log("counting"); f"{text} ({text.chars().count()} characters)" }',
    "greedy": "pub fn apply(text: string) -> string { let s = text; loop { s = s + s; } s }",
    "broken": "pub fn apply(text: string) -> string { 42 }",
    "other": "pub fn run() { }",
}

host = rusk.Host()
editor = host.module("editor")  # what every plugin may call


@editor.fn()
def log(line: str) -> None:
    print("  log:", line)


class Plugin:
    """A compiled plugin: it has the one function that the editor calls."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        program = rusk.compile(source, path=name, modules=host.declarations())
        if program.entries.get("apply") != "(string) -> string":
            raise ValueError(f"{name} has no `pub fn apply(text: string) -> string`")
        self.apply = program.function("apply", host=host, memory=1 << 20)


def main() -> None:
    plugins = []
    for name, source in PLUGINS.items():
        try:
            plugins.append(Plugin(name, source))
        except rusk.CompileError as e:
            print("rejected:", e.diagnostics[0].message)
        except ValueError as e:
            print("rejected:", e)
    for plugin in plugins:
        try:
            print(f"{plugin.name}:", plugin.apply("hello"))
        except rusk.Trap as e:
            print(f"{plugin.name}: stopped, {e.message}")


if __name__ == "__main__":
    main()
