"""The FIFO through which a commit by any process wakes this daemon at once. What comes through it means nothing.

The daemon holds a lock on it while it lives: so another one sees that it is gone also where pids mean nothing, as
between containers on one volume.
"""

import fcntl
import os
import stat
from pathlib import Path
from secrets import token_hex


class WakeFifo:
    """One FIFO of our own, 0600, read without blocking; it is a hint, never the only way to notice work."""

    def __init__(self, folder: Path) -> None:
        # Not named by pid: daemons in two containers on one volume may both be process 1.
        self.path = folder / f"{token_hex(8)}.fifo"
        os.mkfifo(self.path, 0o600)
        # Holding a write end as well keeps the read end from being at EOF, which a selector reports for ever.
        self._fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._fd

    def drain(self) -> None:
        """Swallow all hints that have come."""
        try:
            while os.read(self._fd, 65536):
                continue
        except BlockingIOError:
            return

    def close(self) -> None:
        """Remove the FIFO."""
        self.path.unlink(missing_ok=True)
        os.close(self._fd)


def is_held(path: Path) -> bool | None:
    """Whether the daemon of this FIFO lives, on this machine; None if there is nothing to be seen.

    A row names it: what is no FIFO is not opened.
    """
    try:
        if not stat.S_ISFIFO(os.lstat(path).st_mode):
            return None
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISFIFO(os.fstat(fd).st_mode):
            return None
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False
