"""A PostgreSQL server for the tests that want one."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, of Debian's packages or on the path."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    path = found[-1] if found else shutil.which("initdb")
    return Path(path).parent if path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database on a server of our own."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        if (
            shutil.which("setpriv") is None
            or subprocess.run(["id", "postgres"], capture_output=True).returncode
        ):
            pytest.skip("PostgreSQL does not run as root, and there is no user `postgres`")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    folder = tempfile.mkdtemp(prefix="rusk-postgres-")
    os.chmod(folder, 0o777)
    data = f"{folder}/data"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    control = [*as_user, str(programs / "pg_ctl"), "-D", data, "-w", "-s"]
    try:
        subprocess.run(
            [
                *as_user,
                str(programs / "initdb"),
                "-D",
                data,
                "-U",
                "rusk",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        subprocess.run(
            [*control, "-l", f"{folder}/log", "-o", options, "start"],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        yield f"postgresql://rusk@127.0.0.1:{port}/runs"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd=folder, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
