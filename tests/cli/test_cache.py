"""The compile cache and the start-up path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import RUSK, Result, rusk

from rusk import cache

MAIN = "mod m;\nfn main() { let unused = 1; std::println(m::text()); }\n"


class Place:
    """A program of two files with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.main = folder / "main.rusk"
        self.module = folder / "m.rusk"
        self.main.write_text(MAIN)
        self.module.write_text('pub fn text() -> string { "one" }\n')
        self.env = {"RUSK_CACHE": "1", "RUSK_CACHE_DIR": str(self.cache)}

    def run(self, *args: object, **env: str) -> Result:
        return rusk(*(args or (self.main,)), cwd=self.folder, **{**self.env, **env})

    def compiled(self, *args: object, python: tuple[str, ...] = ("-X", "importtime")) -> bool:
        """Whether a run needs the compiler."""
        words = [sys.executable, *python, "-m", "rusk", *map(str, args or (self.main,))]
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done
        return "rusk.compiler" in done.stderr

    def entries(self) -> list[Path]:
        return sorted(self.cache.glob("*.ruskc"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_hit(place: Place) -> None:
    assert place.compiled() and not place.compiled()
    first, second = place.run(), place.run()
    assert (first.out, first.err) == (second.out, second.err) == ("one\n", first.err)


def test_every_source_counts(place: Place) -> None:
    assert place.compiled() and not place.compiled()
    place.module.write_text('pub fn text() -> string { "two" }\n')
    assert place.run().out == "two\n"
    assert not place.compiled()
    place.main.write_text(MAIN + "// changed\n")
    assert place.compiled()
    (place.folder / "m").mkdir()
    (place.folder / "m" / "mod.rusk").write_text("")  # now `mod m` is ambiguous
    assert place.run().status == 1


def test_options_count(place: Place) -> None:
    assert place.compiled()
    assert place.compiled("--opt-level", "o0", place.main) and not place.compiled(
        "--opt-level", "o0", place.main
    )
    assert not place.compiled()


def test_path_counts(place: Place, tmp_path: Path) -> None:
    place.module.write_text('pub fn text() -> string { panic("x") }\n')
    assert f"{place.module}:" in place.run(place.main).err
    assert "m.rusk:1:" in place.run("main.rusk").err and str(place.module) not in place.run("main.rusk").err


def test_damage_is_ignored(place: Place) -> None:
    place.run()
    (entry,) = place.entries()
    whole = entry.read_bytes()
    for damage in (b"", whole[:-1], whole[:60], whole + b"x", os.urandom(500)):
        entry.write_bytes(damage)
        result = place.run()
        assert (result.status, result.out) == (0, "one\n")
        assert entry.read_bytes() == whole


def test_bad_image_is_ignored(place: Place) -> None:
    """An intact entry whose image does not verify."""
    place.run()
    (entry,) = place.entries()
    key = cache.Key(str(entry), bytes.fromhex(entry.stem))
    assert cache.store(key, b"RUSKBC0\0nonsense", [], [], "", "")
    assert place.run().out == "one\n"


def test_errors_are_not_cached(place: Place) -> None:
    place.main.write_text("fn main() { x }")
    assert place.run().status == place.run().status == 1
    assert place.entries() == []


def test_switched_off(place: Place) -> None:
    place.run(RUSK_CACHE="0")
    assert not place.cache.exists()


def test_useless_directory(place: Place) -> None:
    file = place.folder / "file"
    file.write_text("")
    for bad in (file, file / "below", Path("/proc/none")):
        assert place.run(RUSK_CACHE_DIR=str(bad)).out == "one\n"


def test_default_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RUSK_CACHE", raising=False)
    monkeypatch.delenv("RUSK_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.directory() == str(tmp_path / "rusk")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    if sys.platform != "win32":
        assert cache.directory() == str(tmp_path / ".cache" / "rusk")


def test_concurrent_runs(place: Place) -> None:
    env = {**os.environ, **place.env}
    children = [
        subprocess.Popen(
            [*RUSK, str(place.main)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for child in children:
        out, err = child.communicate(timeout=120)
        assert (child.returncode, out) == (0, "one\n"), err
    assert len(place.entries()) == 1 and not list(place.cache.glob("*.tmp"))


class Text:
    def __init__(self, path: Path, text: str) -> None:
        self.path = str(path)
        self.text = text


def test_changed_while_compiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.rusk"
    file.write_text("new")
    key = cache.Key(str(tmp_path / "c" / "k.ruskc"), b"k" * cache.DIGEST)
    read: list[Any] = [Text(file, "old")]
    assert not cache.store(key, b"image", read, [], "", "")
    assert cache.load(key) is None
    read[0].text = "new"
    assert cache.store(key, b"image", read, [str(tmp_path / "b.rusk")], "w", "c")
    entry = cache.load(key)
    assert entry is not None and (entry.image, entry.warnings, entry.colored) == (b"image", "w", "c")
    (tmp_path / "b.rusk").write_text("")
    assert cache.load(key) is None


def test_pruning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    for i in range(6):
        file = tmp_path / f"{i}.ruskc"
        file.write_bytes(b"x" * 10)
        os.utime(file, (1000 + i, 1000 + i))
    old = tmp_path / "x.tmp"
    old.write_bytes(b"")
    os.utime(old, (1, 1))
    (tmp_path / "y.tmp").write_bytes(b"")
    cache.prune(str(tmp_path))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["3.ruskc", "4.ruskc", "5.ruskc", "y.tmp"]
    monkeypatch.setattr(cache, "MAX_BYTES", 15)
    cache.prune(str(tmp_path))
    assert sorted(p.name for p in tmp_path.glob("*.ruskc")) == ["5.ruskc"]


def test_warm_start_imports_little(place: Place) -> None:
    place.module.write_text('pub fn text() -> string { "one" }\n')
    place.run()
    words = [sys.executable, "-S", "-X", "importtime", "-m", "rusk", str(place.main)]
    env = {**os.environ, **place.env, "PYTHONPATH": str(Path(cache.__file__).parents[1])}
    done = subprocess.run(words, cwd=place.folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    imported = {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    # `-m` itself imports contextlib, collections and functools
    heavy = {
        "argparse", "ast", "asyncio", "dataclasses", "enum", "hashlib", "inspect", "json", "pathlib", "re",
        "subprocess", "tempfile", "textwrap", "threading", "traceback", "typing",
    }  # fmt: skip
    assert not imported & heavy, sorted(imported & heavy)
    ours = {name for name in imported if name.startswith("rusk")}
    assert not [
        n
        for n in ours
        if n.startswith(
            ("rusk.compiler", "rusk.syntax", "rusk.types", "rusk.mir", "rusk.modules", "rusk.diag")
        )
    ]
    assert not ours & {"rusk.code.generator", "rusk.code.tables", "rusk.embed.program", "rusk.embed.values"}
