"""The compile cache: images of programs, keyed by what they were made from.

The key of an entry is a hash of the entry file's content and path, the options, and the compiler and library in use. The entry itself names every
other file that was read, with the hash of its content, and every path whose absence mattered: it counts only while all of that still
holds. Entries are written to a temporary file and renamed, so that other runs see all of one or nothing; a damaged one is no entry.
What comes out is verified like any ``.rbc`` file.

Environment: ``RUSK_CACHE=0`` switches it off; ``RUSK_CACHE_DIR`` is the directory, by default ``rusk`` in ``XDG_CACHE_HOME`` or ``~/.cache``.

On the start-up path: imports next to nothing.
"""

from __future__ import annotations

import os
import sys

try:
    from _blake2 import blake2b
except ImportError:  # a Python built without its own hashes
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    class FileRead(Protocol):
        """A file that the compiler read."""

        path: str
        text: str


MAGIC = b"RUSKCC1\n"
DIGEST = 20

#: the oldest entries are dropped when there are more, or when they are larger together
MAX_ENTRIES = 400
MAX_BYTES = 64 << 20

#: temporary files of runs that died are dropped after this many seconds
_STALE = 3600.0


class Key:
    """The key of an entry: ``path`` of its file, and the ``digest`` that it must contain."""

    __slots__ = ("path", "digest")

    def __init__(self, path: str, digest: bytes) -> None:
        self.path = path
        self.digest = digest


class Entry:
    """What is kept: the image as ``.rbc`` bytes, and the warnings of the compilation as text, plain and coloured."""

    __slots__ = ("image", "warnings", "colored")

    def __init__(self, image: bytes, warnings: str, colored: str) -> None:
        self.image = image
        self.warnings = warnings
        self.colored = colored


def directory() -> str | None:
    """The cache directory, which need not exist; None if the cache is off."""
    env = os.environ
    if env.get("RUSK_CACHE") == "0":
        return None
    found = env.get("RUSK_CACHE_DIR")
    if found:
        return found
    base = env.get("XDG_CACHE_HOME")
    if not base or not os.path.isabs(base):
        if sys.platform == "win32":
            base = env.get("LOCALAPPDATA", "")
        else:
            home = os.path.expanduser("~")
            base = os.path.join(home, ".cache") if home != "~" else ""
        if not base:
            return None
    return os.path.join(base, "rusk")


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST).digest()


def _stamp(root: str, endings: tuple[str, ...], out: list[str]) -> None:
    """Name, size and time of all files of a tree with these endings."""
    for entry in os.scandir(root):
        name = entry.name
        if name.endswith(endings):
            st = entry.stat()
            out.append(f"{root}/{name}:{st.st_size}:{st.st_mtime_ns}")
        elif "." not in name and name != "__pycache__" and entry.is_dir():
            _stamp(entry.path, endings, out)


def fingerprint(sysroot: str | None) -> str:
    """What stands for the compiler and the library: their files with sizes and times."""
    from rusk import __version__

    stamps = [__version__]
    _stamp(os.path.dirname(os.path.abspath(__file__)), (".py", ".rusk"), stamps)
    if sysroot is not None:
        _stamp(os.path.abspath(sysroot), (".rusk",), stamps)
    stamps.sort()
    return "\n".join(stamps)


def key(path: str, level: str, sysroot: str | None, load_std: bool) -> Key | None:
    """The key for compiling ``path`` at optimisation ``level``, or None if nothing can be cached: the cache is off, or the file cannot be read."""
    where = directory()
    if where is None:
        return None
    if sysroot is None:
        sysroot = os.environ.get("RUSK_SYSROOT") or None
    try:
        with open(path, "rb") as file:
            source = file.read()
        parts = (
            path,
            os.path.realpath(path),
            f"o{level} std={load_std}",
            sysroot or "",
            fingerprint(sysroot),
        )
    except (OSError, ValueError):
        return None
    head = "\0".join(parts).encode("utf-8", "surrogatepass")
    digest = _hash(len(head).to_bytes(8, "little") + head + source)
    return Key(os.path.join(where, digest.hex() + ".ruskc"), digest)


class _Reader:
    """Reads length-prefixed fields; IndexError beyond the end."""

    __slots__ = ("data", "at")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, n: int) -> bytes:
        end = self.at + n
        if end > len(self.data):
            raise IndexError("truncated")
        out = self.data[self.at : end]
        self.at = end
        return out

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def field(self) -> bytes:
        return self.take(self.number())


def _field(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little") + data


def _matches(path: bytes, digest: bytes) -> bool:
    with open(path, "rb") as file:
        return _hash(file.read()) == digest


def load(key: Key) -> Entry | None:
    """The entry of ``key``, or None: there is none, it is damaged, or a file it was made from has changed."""
    try:
        with open(key.path, "rb") as file:
            data = file.read()
        head = len(MAGIC) + 2 * DIGEST
        if data[:head] != MAGIC + key.digest + _hash(data[head:]):
            return None
        reader = _Reader(data)
        reader.at = head
        for _ in range(reader.number()):
            path = reader.field()
            if not _matches(path, reader.take(DIGEST)):
                return None
        for _ in range(reader.number()):
            if os.path.lexists(reader.field()):
                return None
        warnings = reader.field().decode()
        colored = reader.field().decode()
        image = reader.field()
    except (OSError, IndexError, ValueError):
        return None
    try:
        os.utime(key.path)  # recently used; pruning drops what is not
    except OSError:
        pass
    return Entry(image, warnings, colored)


def store(
    key: Key, image: bytes, files: Iterable[FileRead], absent: Iterable[str], warnings: str, colored: str
) -> bool:
    """Keep the image of a compilation that read ``files`` and found nothing at the paths ``absent``.

    Result: whether it was stored. It is not if a file has changed since it was read, or the directory cannot be written: neither is an error.
    """
    try:
        seen: dict[bytes, bytes] = {}
        for read in files:
            name = os.fsencode(os.path.abspath(read.path))
            with open(name, "rb") as file:
                data = file.read()
            if data.decode().removeprefix("\ufeff") != read.text:
                return False
            seen[name] = _hash(data)
        parts = [len(seen).to_bytes(4, "little")]
        for name, digest in seen.items():
            parts += (_field(name), digest)
        gone: Sequence[bytes] = sorted({os.fsencode(os.path.abspath(p)) for p in absent})
        parts.append(len(gone).to_bytes(4, "little"))
        parts += [_field(p) for p in gone]
        parts += (
            _field(warnings.encode("utf-8", "replace")),
            _field(colored.encode("utf-8", "replace")),
            _field(image),
        )
        body = b"".join(parts)
        where = os.path.dirname(key.path)
        os.makedirs(where, mode=0o700, exist_ok=True)
        write_atomically(key.path, MAGIC + key.digest + _hash(body) + body)
        prune(where)
    except (OSError, ValueError, OverflowError):
        return False
    return True


def write_atomically(path: str, data: bytes) -> None:
    """Put ``data`` into file ``path``: others see the old content or the new one. A file that is there keeps its permissions.

    OSError if that fails; then nothing has changed.
    """
    temporary = f"{path}.{os.getpid()}.{int.from_bytes(os.urandom(4), 'little'):08x}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        try:
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        except FileNotFoundError:
            pass
        os.replace(temporary, path)
    except BaseException:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise


def prune(where: str) -> None:
    """Drop the least recently used entries of directory ``where`` beyond the bounds, and what dead runs left behind."""
    from time import time

    entries: list[tuple[float, int, str]] = []
    for entry in os.scandir(where):
        try:
            if entry.name.endswith(".ruskc"):
                st = entry.stat()
                entries.append((st.st_mtime, st.st_size, entry.path))
            elif entry.name.endswith(".tmp") and entry.stat().st_mtime < time() - _STALE:
                os.unlink(entry.path)
        except OSError:
            pass  # another run was faster
    entries.sort(reverse=True)
    total = 0
    for i, (_, size, path) in enumerate(entries):
        total += size
        if i and (i >= MAX_ENTRIES or total > MAX_BYTES):
            try:
                os.unlink(path)
            except OSError:
                pass
