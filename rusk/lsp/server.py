"""The protocol: what the editor sends, and what it gets back. Everything behind it is in the other modules."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer

from rusk import __version__
from rusk.lsp import findings, instances, symbols
from rusk.lsp.buffers import Buffers
from rusk.lsp.program import File, Program, real
from rusk.lsp.text import Encoding
from rusk.modules.loader import library_directory
from rusk.source import Source

if TYPE_CHECKING:
    pass

#: seconds from the last keystroke to the diagnostics, and to the lints
DEBOUNCE = 0.03
QUIET = 0.6


class Settings:
    """How programs are found and read: flags of the command, and the client's `initializationOptions`."""

    def __init__(self, entries: list[str], sysroot: str | None, load_std: bool) -> None:
        self.entries = entries
        self.sysroot = sysroot
        self.load_std = load_std

    def take(self, options: Any, root: str | None) -> None:
        """Add what the client says; relative paths are meant from the root of the workspace. What is not understood is left out."""
        base = root or os.getcwd()
        self.entries = [os.path.join(base, e) for e in self.entries]
        if not isinstance(options, dict):
            return
        entries = options.get("entryFiles")
        if isinstance(entries, list):
            self.entries += [os.path.join(base, e) for e in entries if isinstance(e, str)]
        if isinstance(options.get("sysroot"), str) and options["sysroot"]:
            self.sysroot = os.path.join(base, options["sysroot"])
        if options.get("noStd") is True:
            self.load_std = False


class Server(LanguageServer):
    """The state: open buffers, the programs by their entry files, and what has to be done for them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("rusk", __version__)
        self.settings = settings
        self.buffers = Buffers()
        self.encoding = Encoding()
        self.programs: dict[str, Program] = {}
        #: files changed since they were last looked at, in order
        self.dirty: list[str] = []
        #: those of them that have been saved: other files may have changed on disk, too
        self.saved: set[str] = set()
        #: whether the client renames files for an edit of the workspace
        self.can_rename_files = False
        self.last_program: str | None = None
        self._uris: dict[str, str] = {}
        self._shown: dict[str, list[lsp.Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._linting: asyncio.Task[None] | None = None

    # ------------------------------------------------------------- files

    def path(self, uri: str) -> str:
        """The real path of a document; one that is no file yet has a path that nothing else has."""
        path = uris.to_fs_path(uri) if uri.startswith("file:") else None
        found = real(path if path is not None else uri)
        self._uris.setdefault(found, uri)
        return found

    def uri(self, path: str) -> str:
        """The URI of a file, as the client has named it."""
        return self._uris.get(path) or uris.from_fs_path(path) or path

    def is_library(self, path: str) -> bool:
        """Whether a file belongs to the library."""
        return path.startswith(real(self.settings.sysroot or library_directory()) + os.sep)

    def take(self, uri: str) -> None:
        """Take over the text of a document, and look at it soon."""
        path = self.path(uri)
        self.buffers.open[path] = self.workspace.get_text_document(uri).source
        self.touch(path)

    def touch(self, path: str) -> None:
        """Something about a file has changed."""
        if path not in self.dirty:
            self.dirty.append(path)
        self.later()

    def later(self) -> None:
        """Look at what has changed when the typing pauses."""
        if self._linting is not None:
            self._linting.cancel()
            self._linting = None
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(DEBOUNCE, self.flush)

    # ------------------------------------------------------------- programs

    def flush(self) -> None:
        """Look at what has changed now, and publish what is wrong."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.dirty:
            return
        dirty, self.dirty = self.dirty, []
        for path in dirty:
            for program in self.affected(path):
                self.publish(program)
        self.saved.clear()
        self._linting = asyncio.get_running_loop().create_task(self.lint_later())

    def affected(self, path: str) -> list[Program]:
        """The programs that a changed file belongs to, brought up to date."""
        known = [p for p in self.programs.values() if path in p.files]
        if not known:
            if self.settings.entries:
                # it may be a module that was not there before
                known = [p for p in [self.program(real(e)) for e in self.settings.entries] if p is not None]
                for program in known:
                    self.guarded(program, None)
                return known
            if self.is_library(path):
                entry = self.last_program
                last = self.program(entry) if entry is not None and entry in self.buffers.open else None
                if last is None:
                    self.clear(path)
                    return []
                self.guarded(last, None)
                return [last]
            # a module of a program that could not find it so far
            for program in list(self.programs.values()):
                if not program.sound and self.guarded(program, None) and path in program.files:
                    return [program]
            fresh = self.program(path)
            if fresh is None:
                return []
            self.last_program = path
            self.absorb(fresh)
            return [fresh]
        for program in known:
            self.guarded(program, None if path in self.saved else path)
            self.last_program = program.entry
            self.absorb(program)
        return known

    def absorb(self, program: Program) -> None:
        """Files that have become modules of another program are no programs by themselves."""
        if self.settings.entries:
            return
        for path in list(self.programs):
            if path != program.entry and path in program.files:
                del self.programs[path]

    def program(self, entry: str) -> Program | None:
        """The program with an entry file; None if that cannot be read."""
        found = self.programs.get(entry)
        if found is None:
            try:
                found = Program(entry, self.buffers, self.settings.sysroot, self.settings.load_std)
            except (OSError, UnicodeDecodeError, ValueError):
                return None
            self.programs[entry] = found
        return found

    def guarded(self, program: Program, path: str | None) -> bool:
        """Bring a program up to date after a change of one file, or of whatever; False if its entry file is gone."""
        try:
            if path is None:
                program.analyse()
            else:
                program.follow(path)
        except (OSError, UnicodeDecodeError, ValueError):
            self.programs.pop(program.entry, None)
            return False
        return True

    def of(self, uri: str) -> tuple[Program, File] | None:
        """The program that a document belongs to, up to date."""
        self.flush()
        path = self.path(uri)
        for program in self.programs.values():
            if path in program.files:
                program.complete()
                return program, program.files[path]
        return None

    # ------------------------------------------------------------- diagnostics

    def publish(self, program: Program) -> None:
        """Send what is wrong in a program, for the files where that has changed."""
        for path, found in findings.published(program, self.encoding).items():
            if self._shown.get(path) != found:
                if found or path in self._shown or path in self.buffers.open:
                    self._shown[path] = found
                    self.send(path, found)

    def send(self, path: str, found: list[lsp.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(self.uri(path), found))

    def clear(self, path: str) -> None:
        """Take back the diagnostics of a file."""
        self._shown.pop(path, None)
        self.send(path, [])

    async def lint_later(self) -> None:
        """Lint the programs once the typing has stopped, and look at their instances, with breaks in which requests are answered."""
        await asyncio.sleep(QUIET)
        for program in list(self.programs.values()):
            for _ in findings.lint(program):
                await asyncio.sleep(0.005)
            self.publish(program)
            if program.sound:
                with closing(instances.check(program)) as steps:
                    for _ in steps:
                        await asyncio.sleep(0.005)
                self.publish(program)
            for path in list(program.files):
                if path in self.buffers.open:
                    program.prepare(path)
                    await asyncio.sleep(0.005)

    def close(self, uri: str) -> None:
        """A document is closed: what is on disk counts again."""
        path = self.path(uri)
        self.buffers.open.pop(path, None)
        if path in self.dirty:
            self.dirty.remove(path)
        self.clear(path)
        if path in self.programs and path not in [real(e) for e in self.settings.entries]:
            for other in self.programs.pop(path).files:
                if other != path and other in self._shown:
                    self.clear(other)
                if other != path and other in self.buffers.open:
                    self.touch(other)
        else:
            for program in list(self.programs.values()):
                if path in program.files:
                    self.guarded(program, None)

    # ------------------------------------------------------------- places

    def location(self, place: symbols.Place) -> lsp.Location:
        return lsp.Location(self.uri(place.path), self.encoding.range(place.source, place.pos, place.end))

    def place(self, params: Any) -> tuple[Program, File, int] | None:
        """Program, file and character offset of a request."""
        found = self.of(params.text_document.uri)
        if found is None:
            return None
        program, file = found
        return program, file, self.encoding.offset(file.source, params.position)

    def source(self, uri: str) -> Source:
        """The text of a document, whether it belongs to a program or not."""
        path = self.path(uri)
        text = self.buffers.open.get(path)
        return Source(path, text if text is not None else self.workspace.get_text_document(uri).source)


def make(settings: Settings) -> Server:
    """The server with all its features."""
    from rusk.lsp.features import register

    server = Server(settings)
    register(server)
    return server
