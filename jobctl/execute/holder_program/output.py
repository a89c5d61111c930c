"""What a child prints: a pipe that the holder reads, so that whatever a job does to its output keeps what was printed.

A file would be truncated by `> /dev/stderr`, and could not be opened again by another user.
"""

from __future__ import annotations

import fcntl
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jobctl.execute.holder_program.log import Log
    from jobctl.execute.holder_program.mask import Mask

_USUAL = 64 * 1024
_LARGE = 256 * 1024
_MOST = 1024 * 1024
"""As much as a pipe can hold: what was printed before is in it then, even if others print on."""


class Output:
    """The reading end of the pipe; what comes goes into the log, through the mask.

    `ended`: nobody can write any more; then the log is as it will stay. `identity` is device and inode of the pipe.
    """

    __slots__ = ("_log", "_mask", "_piece", "ended", "fd", "identity")

    def __init__(self, fd: int, log: Log, mask: Mask) -> None:
        facts = os.fstat(fd)
        self.identity = (facts.st_dev, facts.st_ino)
        self.fd = fd
        self.ended = False
        self._log = log
        self._mask = mask
        self._piece = _USUAL

    def take(self) -> None:
        """Take what is there, without waiting for more."""
        taken = 0
        while taken < _MOST:
            try:
                data = os.read(self.fd, self._piece)
            except BlockingIOError:
                return
            if not data:
                self.finish()
                return
            self._log.write(self._mask.feed(data))
            taken += len(data)
            if len(data) == _USUAL == self._piece:
                self._enlarge()

    def finish(self) -> None:
        """Nothing more goes into the log."""
        self.ended = True
        self._log.write(self._mask.end())
        self._log.finish()

    def outlive(self) -> None:
        """The child has ended, and others can still write: what was held back is due, and they may take their time."""
        self._log.write(self._mask.end())
        self._log.be_there()

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self.fd)

    def _enlarge(self) -> None:
        """The pipe was full: a job that prints as much need not wait for the holder so often."""
        self._piece = _LARGE
        try:
            fcntl.fcntl(self.fd, fcntl.F_SETPIPE_SZ, _LARGE)
        except OSError:
            # Its user has much in pipes already.
            return
