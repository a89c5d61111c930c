"""What a worker does once, at its start or when it starts anew."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # see marks.py
import fcntl
import os
import sys

from .files import OWN, write_all
from .standard import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .inbox import Inbox


def inherited_descriptors() -> list[int]:
    return [int(text) for text in os.environ.pop("JOBCTL_FDS").split(",")]


def die_with(lifeline: int) -> None:
    """Have the kernel kill this process when the daemon dies, even in a busy loop that never lets Python run."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, _signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_RDONLY | os.O_NONBLOCK | os.O_ASYNC)
    try:
        gone = os.read(lifeline, 1) == b""
    except BlockingIOError:
        gone = False
    if gone:
        os._exit(0)


def prepare_imports(inside: str, folders: list[str]) -> None:
    """Put the job's folders first, and `inside` last for whoever imports `jobctl` where there is none."""
    places[:] = [place for place in sys.path if os.path.abspath(place) != OWN]
    sys.path[:] = [*folders, *places]
    sys.meta_path.append(StandIn(inside))  # type: ignore[arg-type]


def start_anew(argv: list[str], folder: str, environment: dict[str, str], inbox: Inbox) -> str:
    """Become a new worker with the same descriptors and what has been read of the calls; says what prevents it."""
    fds = [int(text) for text in environment["JOBCTL_FDS"].split(",")[:6]]
    try:
        fds.append(os.memfd_create("unread"))
        write_all(fds[6], inbox.unread())
        for fd in fds:
            os.set_inheritable(fd, True)
        os.chdir(folder)
        environment = {**environment, "JOBCTL_FDS": ",".join(map(str, fds))}
        os.execve(sys.executable, [sys.executable, *argv], environment)
    except OSError as error:
        for fd in fds[6:]:
            os.close(fd)
        for fd in fds[:6]:
            os.set_inheritable(fd, False)
        return f"cannot start `{sys.executable}` in {folder} again after its code changed: {error.strerror}"


class StandIn:
    """Finds the module `jobctl` when nothing else does."""

    def __init__(self, inside: str) -> None:
        self.inside = inside

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != "jobctl":
            return None
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, self.inside)
