"""Signals as facts that the loop reads: nothing is decided inside a handler."""

import os
import signal
from types import FrameType


class Signals:
    """Counts SIGTERM/SIGINT (stops) and remembers SIGHUP (reload); `fileno` becomes readable on either."""

    def __init__(self) -> None:
        self.stops = 0
        self.reload = False
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def install(self) -> None:
        """Take over the process's signals."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._read

    def drain(self) -> None:
        """Forget the bytes that woke us; the facts stay."""
        try:
            while os.read(self._read, 4096):
                continue
        except BlockingIOError:
            return

    def restore(self) -> None:
        """Give the signals back to Python's defaults."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.close(self._read)
        os.close(self._write)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1

    def _reload(self, number: int, frame: FrameType | None) -> None:
        self.reload = True
