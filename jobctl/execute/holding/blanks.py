"""Log files that stayed empty, kept to become the logs of others: a new file costs more than all else in a start."""
# pathlib would make the holder larger:
# ruff: noqa: PTH104, PTH108, PTH118

from __future__ import annotations

import fcntl
import os
import stat

_MOST = 8
_NAME = "blank"
_MODE = stat.S_IFREG | 0o600


class Blanks:
    """Empty files in the holder's own folder, where nobody can open them by name."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._files: list[tuple[int, str]] = []
        self._free = [f"{_NAME}{number}" for number in range(_MOST)]

    def give(self, fd: int, path: str) -> bool:
        """Keep a file that is open; False if it has to be closed and removed instead."""
        if not self._free:
            return False
        name = self._free.pop()
        try:
            os.rename(path, os.path.join(self._folder, name))
        except OSError:
            self._free.append(name)
            return False
        self._files.append((fd, name))
        return True

    def take(self, path: str) -> int | None:
        """A file that is `path` from now on, replacing what is there; None if there is no blank one.

        One that somebody else still has, a process that a job left behind, a reader or a backup, is nobody's any more.
        """
        while self._files:
            fd, name = self._files.pop()
            self._free.append(name)
            blank = os.path.join(self._folder, name)
            try:
                if _is_ours_alone(fd, blank):
                    os.rename(blank, path)
                    return fd
            except OSError:
                # Its folder is not there yet, or leases are not to be had here.
                pass
            self._drop(fd, name)
        return None

    def clear(self) -> None:
        """Keep nothing."""
        for fd, name in self._files:
            self._drop(fd, name)
        self._files.clear()

    def _drop(self, fd: int, name: str) -> None:
        os.close(fd)
        try:
            os.unlink(os.path.join(self._folder, name))
        except OSError:
            # Somebody has cleared up before.
            return


def _is_ours_alone(fd: int, path: str) -> bool:
    """Whether a file is open here and nowhere else, which the kernel tells by a lease, and is as a new one would be."""
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except BlockingIOError:
        return False
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    facts = os.fstat(fd)
    new = (facts.st_size, facts.st_nlink, facts.st_mode, facts.st_uid) == (0, 1, _MODE, os.geteuid())
    return new and os.path.samestat(facts, os.stat(path))  # noqa: PTH116
