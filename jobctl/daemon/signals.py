"""Signals as facts that the loop reads: nothing is decided inside a handler."""

import os
import signal
from types import FrameType
from typing import Any


class Signals:
    """Counts SIGTERM/SIGINT (stops), remembers SIGHUP (reload) and SIGUSR2 (leave); `fileno` tells of any of them."""

    def __init__(self) -> None:
        self.stops = 0
        self.reload = False
        self.leave = False
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def install(self) -> None:
        """Take over the process's signals."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload)
        signal.signal(signal.SIGUSR2, self._leave)

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
        signal.signal(signal.SIGUSR2, signal.SIG_DFL)
        os.close(self._read)
        os.close(self._write)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1

    def _reload(self, number: int, frame: FrameType | None) -> None:
        self.reload = True

    def _leave(self, number: int, frame: FrameType | None) -> None:
        self.leave = True


class Caught:
    """The signals that ask this process to end, in order; those that it was started to ignore stay ignored."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._before: dict[int, Any] = {}
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def __enter__(self) -> "Caught":
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._catch)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._read)
        os.close(self._write)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._read

    def drain(self) -> None:
        """Forget the bytes that woke us; the numbers stay."""
        try:
            while os.read(self._read, 4096):
                continue
        except BlockingIOError:
            return

    def _catch(self, number: int, frame: FrameType | None) -> None:
        self.numbers.append(number)
