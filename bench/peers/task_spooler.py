"""task-spooler: shell jobs, two at a time, beside jobctl's. The program is the system's, else from Debian."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.ground import ground, rate
from bench.peers.peer import Unable


def program(venv: Path) -> str:
    """The path of `tsp`; raises Unable."""
    found = shutil.which("tsp")
    ours = venv / "task-spooler" / "usr" / "bin" / "tsp"
    if found is None and not ours.exists():
        _fetch(venv)
    return found or str(ours)


def measure(tsp: str, runs: int) -> tuple[float, float]:
    """Shell jobs a second: task-spooler's, and jobctl's with two slots."""
    with tempfile.TemporaryDirectory(prefix="tsp-") as folder:
        environment = {**os.environ, "TS_SOCKET": f"{folder}/socket", "TS_SLOTS": "2", "TMPDIR": folder}

        def work() -> None:
            for _ in range(runs):
                subprocess.run([tsp, "-n", "/bin/true"], env=environment, capture_output=True, check=True)
            subprocess.run([tsp, "-w"], env=environment, capture_output=True)

        try:
            theirs = rate(runs, work)
        finally:
            subprocess.run([tsp, "-K"], env=environment, capture_output=True)
    with ground() as where:
        where.fill("direct", runs)
        return theirs, where.drain("--slots", "2")


def _fetch(venv: Path) -> None:
    """Unpack Debian's package into the environment, without installing it."""
    if shutil.which("apt-get") is None:
        raise Unable("there is no `tsp`, and no `apt-get` to fetch it with")
    with tempfile.TemporaryDirectory(prefix="tsp-deb-") as folder:
        got = subprocess.run(
            ["apt-get", "-o", "APT::Sandbox::User=root", "download", "task-spooler"],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        packages = list(Path(folder).glob("*.deb"))
        if not packages:
            raise Unable(f"`apt-get download task-spooler` failed: {got.stderr.strip()[-200:]}")
        subprocess.run(["dpkg", "-x", str(packages[0]), str(venv / "task-spooler")], check=True)
