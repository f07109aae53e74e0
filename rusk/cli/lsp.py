"""``rusk lsp``, also ``rusk-lsp``: the language server, over standard input and output (08 §17)."""

from __future__ import annotations

import sys

from rusk.cli import FAILED, OK, UsageError, _finish, put, say

USAGE = """\
usage: rusk lsp [OPTIONS]

The language server for editors, over standard input and output. Needs `pip install rusk[lsp]`.

options:
  --entry FILE           the entry file of a program (may be repeated); without it each open file is one
  --sysroot DIR          the library to use instead of the one shipped
  --no-std               leave out the standard library
  --stdio                accepted for editors that pass it
  --version              print the version
"""


def main(args: list[str]) -> int:
    """Run the server; the exit status."""
    entries: list[str] = []
    sysroot: str | None = None
    load_std = True
    words = list(args)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word in ("-h", "--help"):
            put(USAGE)
            return OK
        if word in ("-V", "--version"):
            from rusk import __version__

            put(f"rusk-lsp {__version__}\n")
            return OK
        if word == "--no-std":
            load_std = False
        elif word == "--stdio":
            pass
        elif name in ("--entry", "--sysroot"):
            if not equals and not words:
                raise UsageError(f"option `{name}` needs a value")
            value = value if equals else words.pop(0)
            if name == "--entry":
                entries.append(value)
            else:
                sysroot = value
        elif word.startswith("-"):
            raise UsageError(f"unknown option `{name}`")
        else:
            raise UsageError(f"unexpected argument `{word}`")
    try:
        from rusk.lsp.server import Settings, make
    except ModuleNotFoundError as e:
        if e.name is not None and e.name.partition(".")[0] in ("pygls", "lsprotocol"):
            say("error: the language server needs pygls: pip install 'rusk[lsp]'\n")
            return FAILED
        raise
    import gc

    # A kept program is millions of objects: looking for garbage among them would cost more than it finds.
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    make(Settings(entries, sysroot, load_std)).start_io()
    return OK


def script() -> int:
    """The console script ``rusk-lsp``."""
    return _finish(lambda: main(sys.argv[1:]))
