"""Options before FILE: a parser small enough for the start-up path."""

from __future__ import annotations

from rusk.cli import UsageError

LEVELS = {"o0": 0, "o1": 1, "o2": 2}

#: what the commands that compile say about their common options
COMPILING = """\
  -O0, -O1, -O2          how much to optimise (default -O2); also --opt-level o0|o1|o2
  --passes A,B           run only these passes of the optimiser (see docs/optimiser.md)
  --no-pass A            run all but this pass; may be repeated
  --sysroot DIR          the library to use instead of the one shipped
  --no-std               leave out the standard library
"""

#: options with a value that every command knows which compiles
COMMON = ("--opt-level", "--passes", "--no-pass", "--sysroot")


class Settings:
    """What the options say that several commands share."""

    __slots__ = ("opt_level", "passes", "no_passes", "sysroot", "load_std", "values", "rest")

    def __init__(self) -> None:
        self.opt_level = 2
        #: the only passes that run; passes that do not
        self.passes: list[str] | None = None
        self.no_passes: list[str] = []
        self.sysroot: str | None = None
        self.load_std = True
        #: flags and options of the command itself: name -> text, or "" for flags
        self.values: dict[str, str] = {}
        #: FILE and what follows
        self.rest: list[str] = []


def parse(
    args: list[str],
    flags: tuple[str, ...],
    valued: tuple[str, ...],
    anywhere: bool = False,
    compiling: bool = True,
    optional: tuple[str, ...] = (),
) -> Settings:
    """Parse options up to the first word that is none (all words, if options may stand ``anywhere``).

    ``flags``: options without a value, ``valued``: with one (``--name VALUE`` or ``--name=VALUE``), ``optional``: with or without one (``--name=VALUE``); those of the compiler (`COMMON`, ``-O0`` and
    its like, ``--no-std``) are known if the command is ``compiling``, and ``--help`` is a flag. Raises `UsageError`.
    """
    out = Settings()
    i = 0
    while i < len(args):
        word = args[i]
        i += 1
        if word == "--":
            out.rest += args[i:]
            break
        if not word.startswith("-") or word == "-":
            if not anywhere:
                out.rest = args[i - 1 :]
                break
            out.rest.append(word)
            continue
        name, equals, value = word.partition("=")
        if name in ("-h", "--help"):
            out.values["--help"] = ""
        elif compiling and word in ("-O0", "-O1", "-O2"):
            out.opt_level = int(word[2])
        elif compiling and name == "--no-std" and not equals:
            out.load_std = False
        elif name in optional or (name in flags and not equals):
            out.values[name] = value
        elif name in valued or (compiling and name in COMMON):
            if not equals:
                if i == len(args):
                    raise UsageError(f"option `{name}` needs a value")
                value = args[i]
                i += 1
            _set(out, name, value)
        elif name in flags or (compiling and name == "--no-std"):
            raise UsageError(f"option `{name}` takes no value")
        else:
            raise UsageError(f"unknown option `{name}`")
    return out


def _set(out: Settings, name: str, value: str) -> None:
    if name == "--opt-level":
        if value not in LEVELS:
            raise UsageError(f"`--opt-level` is o0, o1 or o2, not `{value}`")
        out.opt_level = LEVELS[value]
    elif name == "--passes":
        out.passes = _passes(value)
    elif name == "--no-pass":
        out.no_passes += _passes(value)
    elif name == "--sysroot":
        if not value:
            raise UsageError("option `--sysroot` needs a value")
        out.sysroot = value
    else:
        out.values[name] = value


def _passes(text: str) -> list[str]:
    """The passes of a list like ``inline,fold``. Raises `UsageError` for one that there is not."""
    from rusk.mir.passes.manager import NAMES

    names = [n for n in text.split(",") if n]
    for name in names:
        if name not in NAMES:
            raise UsageError(f"there is no pass `{name}`; passes: {' '.join(NAMES)}")
    return names


def check_extension(path: str) -> bool:
    """Whether ``path`` is a compiled program. Raises `UsageError` when it is no program at all."""
    if path.endswith(".rbc"):
        return True
    if not path.endswith(".rusk"):
        hint = (
            ""
            if "." in path or "/" in path
            else f" (`{path}` is neither a file name nor a command; see `rusk --help`)"
        )
        raise UsageError(f"input file must have .rusk or .rbc extension{hint}")
    return False


def number(text: str, name: str, least: int) -> int:
    """The value of a numeric option. Raises `UsageError`."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or int(text) < least:
        raise UsageError(f"`{name}` needs a whole number of at least {least}, not `{text}`")
    return int(text)
