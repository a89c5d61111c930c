"""What a container is to a daemon: it is process 1, and the file system is read-only but for its state."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests.kit.until import PATIENCE, until


class Container:
    """`jobctl daemon` as the first process of a pid namespace; needs root, if only of a user namespace.

    `state` is writable and holds the database; what the daemon and its jobs say is in `state/output`.
    """

    def __init__(self, state: Path, *args: str) -> None:
        self.state = state
        self._environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "JOBCTL_DB": str(state / "jobctl.db")}
        place = shlex.quote(str(state))
        daemon = shlex.join([sys.executable, "-m", "jobctl", "daemon", "--tee", *args])
        prepare = f"mount --bind {place} {place} && mount -o remount,bind,ro / && cd {place} && exec {daemon}"
        namespaces = ("unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc")
        with (state / "output").open("wb") as output:
            self._outer = subprocess.Popen(
                [*self._with_environment(), *namespaces, "sh", "-c", prepare],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            until(lambda: "daemon started" in self.output, "the daemon is up")
        except BaseException:
            self._outer.kill()
            self._outer.wait()
            raise

    @property
    def output(self) -> str:
        """What was written to stdout and stderr."""
        return (self.state / "output").read_text()

    @property
    def first(self) -> int:
        """The daemon's pid as it is seen from here."""
        return next(pid for pid in _descendants(self._outer.pid) if _pids(pid)[-1] == 1 and len(_pids(pid)) > 1)

    def children(self) -> list[int]:
        """The daemon's children, zombies too, as they are seen from here."""
        return _children(self.first)

    def zombies(self) -> list[int]:
        """Those of them that nobody has reaped."""
        return [pid for pid in self.children() if _state(pid) == "Z"]

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Execute a command inside, as a health check is."""
        enter = ("nsenter", "--target", str(self.first), "--pid", "--mount", "--wd=/")
        line = [*enter, *self._with_environment(), *command]
        return subprocess.run(line, capture_output=True, text=True, timeout=60, check=check)

    def jobctl(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run jobctl inside."""
        return self.run(sys.executable, "-m", "jobctl", *args, check=check)

    def signal(self, name: str, pid: int | None = None) -> None:
        """Send a signal to the first process, as a container's runtime does, or to another one."""
        subprocess.run(["sh", "-c", f"kill -{name} {pid or self.first}"], check=True)

    def wait(self) -> int:
        """The exit status of the daemon."""
        return self._outer.wait(timeout=PATIENCE)

    def close(self) -> None:
        """End everything inside."""
        if self._outer.poll() is None:
            self.signal("KILL")
            self._outer.wait(timeout=PATIENCE)

    def _with_environment(self) -> list[str]:
        return ["env", "-i", *(f"{name}={value}" for name, value in self._environment.items())]


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _descendants(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_descendants(child))]


def _status(pid: int, key: str) -> list[str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((line.split()[1:] for line in lines if line.startswith(key + ":")), [])


def _pids(pid: int) -> list[int]:
    """A process's numbers, the innermost namespace's last."""
    return [int(number) for number in _status(pid, "NSpid")]


def _state(pid: int) -> str:
    try:
        return _status(pid, "State")[0]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"
