"""What all parts do with bytes and files."""

from __future__ import annotations

import errno
import os
import stat

OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RAW = ("utf-8", "surrogateescape")
BLOCK = 1024 * 1024


def log_path(logs: str, run_id: int, attempt: int) -> str:
    """The log file of an attempt in the folder of log files."""
    return f"{logs}/{run_id // 1000}/{run_id}.{attempt}.log"


def open_log(path: str) -> int:
    """A descriptor of the log file `path`, made where it is missing, with its folder. It waits for nobody. Raises
    OSError, also for what is no regular file."""
    for _ in range(20):
        try:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            return _regular(path)
        except (FileNotFoundError, FileExistsError):
            # Whoever prunes takes a folder away with the last log in it, at any moment.
            continue
    return _regular(path)


def _regular(path: str) -> int:
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if not stat.S_ISREG(os.fstat(log).st_mode):
        os.close(log)
        raise OSError(errno.EINVAL, "it is not a regular file", path)
    return log


def write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
