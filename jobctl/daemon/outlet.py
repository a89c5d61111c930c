"""A descriptor that is written to as far as it takes something at once, however slow its reader is."""

import os
import select

# A pipe that can be written to takes so much at once.
_PIECE = 4096


class Outlet:
    """The writing end of whatever it is: a pipe, a terminal, a file."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    def write(self, data: bytes) -> bytes:
        """Write what is taken without waiting; the rest. Raises OSError where not even a first piece can be written."""
        rest = data
        while rest and self._poll.poll(0):
            try:
                rest = rest[os.write(self._fd, rest[:_PIECE]) :]
            except OSError:
                if rest is data:
                    raise
                break
        return rest
