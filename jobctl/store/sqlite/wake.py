"""Wake daemons after a commit: a byte into the FIFO of each."""

import os
import stat


def wake_daemons(folder: str, but: str | None = None) -> None:
    """Write one byte to each FIFO in `folder`, `but` one; a daemon that cannot be reached polls anyway."""
    try:
        fifos = os.listdir(folder)  # noqa: PTH208 - done at every commit
    except OSError:
        return
    for fifo in fifos:
        if fifo != but:
            _wake(f"{folder}/{fifo}")


def _wake(path: str) -> None:
    """Never block, never follow a link, never write to what is not a FIFO of ours or root's."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        found = os.fstat(fd)
        if stat.S_ISFIFO(found.st_mode) and (found.st_uid in (os.geteuid(), 0) or os.geteuid() == 0):
            os.write(fd, b"!")
    except OSError:
        return
    finally:
        os.close(fd)
