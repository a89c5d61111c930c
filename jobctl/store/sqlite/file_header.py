"""Whether something else than SQLite has written over the file of an open database: `cp` of a backup, above all.

The file stays the same one then. But a counter in its header, which SQLite only raises, goes back: in the copies that
SQLite makes it begins at 1. It is read through SQLite's own descriptor, since to open and close the file once more
would drop SQLite's locks, which are the process's.
"""

import os

_COUNTER = slice(24, 28)
_LENGTH = 100


def next_descriptor() -> int:
    """The number of the next file that this process opens, unless another thread is quicker."""
    fd = os.open("/", os.O_RDONLY | os.O_CLOEXEC)
    os.close(fd)
    return fd


class Header:
    """The header of the file that was opened as `fd`; where that is another file nothing is noticed."""

    def __init__(self, fd: int, written_at: int, identity: tuple[int, int]) -> None:
        self._fd = fd
        self._written_at = written_at
        self._identity = identity
        self._counter = self._read() or 0
        self._went_back = False

    def went_back(self, written_at: int) -> bool:
        """Whether the file was written over; looked at anew when it was written later than `written_at` says."""
        if written_at != self._written_at and not self._went_back:
            self._written_at = written_at
            counter = self._read()
            if counter is not None:
                self._went_back = counter < self._counter
                self._counter = max(counter, self._counter)
        return self._went_back

    def _read(self) -> int | None:
        """The counter; 0 of a file that has just been emptied, None where it cannot be looked at."""
        try:
            facts = os.fstat(self._fd)
            if (facts.st_dev, facts.st_ino) != self._identity:
                return None
            return int.from_bytes(os.pread(self._fd, _LENGTH, 0)[_COUNTER], "big")
        except OSError:
            return None
