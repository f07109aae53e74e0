"""Getting from FILE to a program that can run: from a compiled file, the compile cache, or the compiler."""

from __future__ import annotations

import sys

from rusk import cache
from rusk._interp import Code
from rusk.cli import FAILED, say
from rusk.cli.options import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rusk.code.image import Image


def load_image(data: bytes) -> Image:
    """The verified image of an ``.rbc`` file's bytes. Raises `LoadError`."""
    from rusk.code.rbc import decode
    from rusk.code.verifier import verify

    image = decode(data)
    verify(image)
    return image


def load_file(path: str) -> Code | int:
    """The program in ``.rbc`` file ``path``, or the exit status after a message."""
    from rusk.code.errors import LoadError

    try:
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as e:
        say(f"error: failed to read `{path}`: {getattr(e, 'strerror', None) or e}\n")
        return FAILED
    try:
        return Code(load_image(data))
    except LoadError as e:
        say(f"load error: {e}\n")
        return FAILED


def load_source(path: str, settings: Settings) -> Code | int:
    """The program of source file ``path``, compiled or from the cache, or the exit status after the diagnostics."""
    color = use_color()
    level = str(settings.opt_level)
    if settings.passes is not None or settings.no_passes:
        level += f" only {settings.passes} without {settings.no_passes}"
    key = cache.key(path, level, settings.sysroot, settings.load_std)
    if key is not None:
        hit = cache.load(key)
        if hit is not None:
            try:
                code = Code(load_image(hit.image))
            except Exception:
                pass  # damaged, or written by something else: compile again
            else:
                if hit.warnings:
                    say(hit.colored if color else hit.warnings)
                return code
    return compile_source(path, settings, key, color)


def compile_source(path: str, settings: Settings, key: cache.Key | None, color: bool) -> Code | int:
    """Compile ``path``, tell its diagnostics, and put the program into the cache."""
    from rusk.cli.compiling import compile_main, report

    compiled = compile_main(path, settings)
    report(compiled.diagnostics, color)
    if compiled.image is None:
        return FAILED
    code = Code(compiled.image)
    if key is not None:
        from rusk.cli.compiling import rendered
        from rusk.code.rbc import encode

        warnings = compiled.diagnostics
        cache.store(
            key,
            encode(compiled.image),
            compiled.files,
            compiled.probes,
            rendered(warnings, False),
            rendered(warnings, True),
        )
    return code


def use_color() -> bool:
    """Whether diagnostics on standard error are coloured."""
    import os

    try:
        return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):
        return False
