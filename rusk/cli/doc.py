"""``rusk doc``: documentation from `///` comments, and their examples as tests."""

from __future__ import annotations

import os

from rusk.cli import FAILED, OK, UsageError, put, say
from rusk.cli.options import parse

USAGE = """\
usage: rusk doc [OPTIONS] FILE DIR
       rusk doc --test FILE

Writes a page in Markdown for each module of the program FILE into DIR, from the comments that begin with `///`.

options:
  --library    document the library instead of a program (there is no FILE then)
  --check      write nothing: report the pages in DIR that are not up to date
  --test       run the examples in the comments instead (there is no DIR then)
"""


def main(args: list[str]) -> int:
    """Write, check or test the documentation that ``args`` name; the exit status."""
    settings = parse(args, ("--library", "--check", "--test"), (), anywhere=True)
    if "--help" in settings.values:
        put(USAGE)
        return OK
    library = "--library" in settings.values
    test = "--test" in settings.values
    wanted = (not library) + (not test)
    if len(settings.rest) != wanted:
        raise UsageError(f"`rusk doc` takes {('no argument', 'one argument', 'FILE and DIR')[wanted]} here")
    path = None if library else settings.rest[0]
    if path is not None and not path.endswith(".rusk"):
        raise UsageError(f"`{path}` has no .rusk extension")
    if test:
        return run_examples(path)
    folder = settings.rest[-1]
    files = made(path, folder)
    if files is None:
        return FAILED
    return check(folder, files) if "--check" in settings.values else write(folder, files)


def made(path: str | None, folder: str) -> dict[str, str] | None:
    """The pages of the program ``path`` (None: the library), by file name; None after reporting errors."""
    from rusk.docs.pages import library_files, program_files

    if path is None:
        return library_files(
            os.path.relpath(os.path.join("docs", "language"), folder).replace(os.sep, "/") + "/"
        )
    from rusk.diagnostics import Diagnostics

    diags = Diagnostics()
    files = program_files(path, diags)
    return files if told(diags) else None


def told(diags: object) -> bool:
    """Report errors of the source; whether there are none."""
    from rusk.cli.compiling import report
    from rusk.cli.loading import use_color

    found = list(diags.sorted())  # type: ignore[attr-defined]
    report(found, use_color())
    return not any([d.severity == "error" for d in found])


def write(folder: str, files: dict[str, str]) -> int:
    """Write the pages; files that are not among them are left alone."""
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return OK


def check(folder: str, files: dict[str, str]) -> int:
    """Report the pages that are missing, old, or belong to nothing."""
    present = set()
    for root, _, names in os.walk(folder):
        present |= {
            os.path.relpath(os.path.join(root, n), folder).replace(os.sep, "/")
            for n in names
            if n.endswith(".md")
        }
    wrong = [f"{name}: belongs to no module" for name in sorted(present - set(files))]
    for name, text in files.items():
        if name not in present:
            wrong.append(f"{name}: missing")
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            if file.read() != text:
                wrong.append(f"{name}: not up to date")
    say("".join([f"{os.path.join(folder, line)}\n" for line in wrong]))
    return FAILED if wrong else OK


def run_examples(path: str | None) -> int:
    """Run the examples of a program or of the library and report those that are wrong."""
    from rusk.diagnostics import Diagnostics
    from rusk.docs.examples import examples
    from rusk.docs.pages import library_pages, program_pages

    diags = Diagnostics()
    pages = library_pages() if path is None else program_pages(path, diags)
    if not told(diags):
        return FAILED
    count = wrong = 0
    for page in pages.values():
        for example in examples(page, path):
            count += 1
            fault = example.run()
            if fault:
                wrong += 1
                say(f"{example.place}: {fault}\n")
    put(f"{count} examples, {wrong} wrong\n")
    return FAILED if wrong else OK
