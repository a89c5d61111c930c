"""A descriptor that is written to as far as it takes something at once, however slow its reader is."""

import os
import select
from contextlib import suppress

# A pipe that can be written to takes so much at once.
_PIECE = 4096


class Outlet:
    """The writing end of whatever it is: a pipe, a terminal, a file. A pipe that nobody has open takes nothing."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    def write(self, data: bytes) -> bytes:
        """Write what is taken without waiting; the rest."""
        with suppress(OSError):
            while data and self._has_room():
                data = data[os.write(self._fd, data[:_PIECE]) :]
        return data

    def _has_room(self) -> bool:
        return any(events & select.POLLOUT for _, events in self._poll.poll(0))
