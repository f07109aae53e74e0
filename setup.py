"""Build of the engine: generates the opcode headers, then compiles the Cython modules.

Environment: RUSK_DEBUG=1 builds with assertions on register and stack accesses and without optimisation; RUSK_SANITIZE=1 (with CC=clang) besides with
AddressSanitizer, UndefinedBehaviorSanitizer and coverage counters, for tests/fuzz; RUSK_ANNOTATE=1 writes Cython's annotated sources.
"""

from __future__ import annotations

import compileall
import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from setuptools import Extension, setup

HERE = Path(__file__).parent
MODULES = (
    "_heap",
    "_fiber",
    "_text",
    "_strings",
    "_ops",
    "_map",
    "_sort",
    "_json",
    "_run",
    "_run_counted",
    "_interp",
    "_values",
    "_layouts",
    "_save",
    "_load",
    "_extend",
)
GENERATED = HERE / "build" / "generated"
SANITIZE = os.environ.get("RUSK_SANITIZE") == "1"
DEBUG = SANITIZE or os.environ.get("RUSK_DEBUG") == "1"
SWITCH = DEBUG or sys.platform == "win32"  # no computed gotos, so neither copies of cases nor fused ones


def write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def load(file: str) -> Any:
    """A module of this tree, by its file: the tree need not be importable while it is built."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, HERE / file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generate() -> None:
    """``rusk/_opcodes.h`` and ``rusk/_opcodes.pxd`` from the opcode table; the loop with all its cases from ``rusk/_loop.pxi``; ``rusk/_unicode.h``."""
    unicode = load("setup_unicode.py")
    header = HERE / "rusk/_unicode.h"
    if not (header.exists() and header.read_text().startswith(unicode.stamp())):
        header.write_text(unicode.stamp() + unicode.header())
    opcodes = load("rusk/code/opcodes.py")
    threaded = not SWITCH
    write_if_changed(HERE / "rusk/_opcodes.h", opcodes.c_header(threaded))
    write_if_changed(HERE / "rusk/_opcodes.pxd", opcodes.cython_header(threaded))
    GENERATED.mkdir(parents=True, exist_ok=True)
    loop = (HERE / "rusk/_loop.pxi").read_text()
    write_if_changed(GENERATED / "_loop_all.pxi", opcodes.expand_loop(loop, threaded))
    write_if_changed(GENERATED / "_loop_counted.pxi", opcodes.expand_loop(loop, threaded, counting=True))


def is_gcc() -> bool:
    """Whether the C compiler is GCC: some of the flags are its own."""
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    try:
        version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return "Free Software Foundation" in version


def extensions() -> list[Extension]:
    if sys.platform == "win32":
        flags = ["/O2"] if not DEBUG else ["/Od", "/DRUSK_DEBUG=1"]
    else:
        flags = [
            "-fwrapv",
            "-ffp-contract=off",
            "-fno-strict-aliasing",
            "-Wno-unused-label",
            "-Wno-unused-function",
            "-Wno-unreachable-code",
        ]
        flags += ["-O1", "-UNDEBUG", "-DRUSK_DEBUG=1", "-g"] if DEBUG else ["-O2", "-g0"]
    loop = ["-fno-gcse", "-fno-crossjumping"] if sys.platform != "win32" and is_gcc() else []
    link = []
    if SANITIZE:
        link = ["-fsanitize=address,undefined,fuzzer-no-link"]
        flags += [*link, "-fno-omit-frame-pointer", "-fno-sanitize-recover=all"]
    return [
        Extension(
            f"rusk.{name}",
            [f"rusk/{name}.pyx"],
            include_dirs=["rusk"],
            extra_compile_args=flags + (loop if name.startswith("_run") else []),
            extra_link_args=link,
            depends=[
                "rusk/_opcodes.h",
                "rusk/_engine.h",
                "rusk/_hash.h",
                "rusk/_strtod.h",
                "rusk/_dispatch.h",
                "rusk/_loop.pxi",
                "rusk/_code.pxi",
                "rusk/_unicode.h",
                "rusk/code/opcodes.py",
            ],
        )
        for name in MODULES
    ]


def main() -> None:
    from Cython.Build import cythonize

    generate()
    ext = cythonize(
        extensions(),
        language_level=3,
        annotate=os.environ.get("RUSK_ANNOTATE") == "1",
        include_path=[str(HERE), str(GENERATED)],
        compiler_directives={"freethreading_compatible": True},
    )
    setup(ext_modules=ext)
    # An editable install has no step that does this, and an environment may forbid Python to do it by itself: without it every cold start
    # would compile the compiler.
    compileall.compile_dir(str(HERE / "rusk"), quiet=2)


main()
