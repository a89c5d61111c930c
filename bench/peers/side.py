"""One peer, measured: install, enqueue one by one, drain, enqueue-to-start while idle."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.ground import quantile
from bench.leaving import started
from bench.peers.peer import Peer, Unable
from bench.peers.servers import PACKAGES, serving

PROGRAMS = Path(__file__).with_name("programs")
PATIENCE = 120.0


class Measured(NamedTuple):
    """Runs a second, and milliseconds."""

    enqueue: float
    drain: float
    p50: float
    p99: float


def install(peer: Peer, venv: Path) -> None:
    """Bring a peer, and what its server needs, into the environment; raises Unable with what pip said."""
    packages = [*peer.packages, *([PACKAGES[peer.server]] if peer.server else [])]
    done = subprocess.run(
        [str(venv / "bin" / "pip"), "--disable-pip-version-check", "install", "--quiet", *packages],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Unable(f"`pip install {' '.join(packages)}` failed: {(errors or ['?'])[-1][:200]}")


def measure(peer: Peer, venv: Path, runs: int, beats: int) -> Measured:
    """One round in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="peer-", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name, "work")
        folder.mkdir()
        for program in ("drive.py", "work.py"):
            shutil.copy(PROGRAMS / program, folder / program)
        shutil.copy(PROGRAMS / peer.program, folder / "app.py")
        for file, text in peer.files.items():
            (folder / file).write_text(text)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "TZ": "UTC", "PYTHONPATH": str(folder)}
        environment |= peer.environment
        if peer.server is not None:
            url = stack.enter_context(serving(peer.server, venv, Path(name, "server")))
            environment |= {"SERVER_URL": url, "RQ_REDIS_URL": url}
        return _round(peer, venv / "bin", folder, environment, (runs, beats))


def _round(peer: Peer, bin_: Path, folder: Path, environment: Mapping[str, str], size: tuple[int, int]) -> Measured:
    runs, beats = size
    for command in peer.prepare(bin_):
        _run(command, folder, environment)
    drive = [str(bin_ / "python"), "drive.py"]
    filled = json.loads(_run([*drive, "fill", str(runs)], folder, environment))
    with _working(peer.workers(bin_), folder, environment) as workers:
        first, last = _stamps(folder / "stamps", 2, workers)
        waits = json.loads(_run([*drive, "latency", str(beats)], folder, environment))
    drained = filled["runs"] / max(last - first, 1e-3)
    return Measured(filled["speed"], drained, quantile(waits, 0.5), quantile(waits, 0.99))


@contextmanager
def _working(
    commands: Sequence[Sequence[str]], folder: Path, environment: Mapping[str, str]
) -> Iterator["list[subprocess.Popen[bytes]]"]:
    """Worker processes, each in a session of its own, so that what they start ends with them."""
    options = {"cwd": folder, "env": environment, "start_new_session": True}
    with (folder / "workers.log").open("ab") as log, started(*commands, **options, stdout=log, stderr=log) as processes:
        yield processes


def _stamps(file: Path, count: int, workers: "Sequence[subprocess.Popen[bytes]]") -> list[float]:
    """The instants in a file, once there are so many. Raises Unable when no worker is left, or it takes too long."""
    until = time.monotonic() + PATIENCE
    while True:
        found = file.read_text().split() if file.exists() else []
        if len(found) >= count:
            return [float(line) for line in found]
        ended = all(worker.poll() is not None for worker in workers)
        if ended or time.monotonic() > until:
            log = _tail((file.parent / "workers.log").read_text(errors="replace"))
            raise Unable(f"{'the workers ended' if ended else f'not drained within {PATIENCE:.0f} s'}: {log}")
        time.sleep(0.02)


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    words = f"`{Path(command[0]).name} {command[1]}`"
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=2 * PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise Unable(f"{words} took longer than {2 * PATIENCE:.0f} s") from None
    if done.returncode:
        raise Unable(f"{words} failed: {_tail(done.stderr)}")
    return done.stdout


def _tail(text: str) -> str:
    """The end of what a program said, on one line."""
    return " ".join(text.split())[-300:]
