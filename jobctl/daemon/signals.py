"""Signals as facts that a loop reads: nothing is decided inside a handler."""

import os
import signal
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Self

_Handler = Callable[[int, FrameType | None], None]


class _Heard:
    """A descriptor that becomes readable when a signal comes, for whoever waits in a selector."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

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

    def _hear(self, numbers: Iterable[int], handler: _Handler) -> None:
        """From now on these signals come here."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in numbers:
            self._before[number] = signal.signal(number, handler)

    def _give_back(self) -> None:
        """Put back what was there before, and close."""
        signal.set_wakeup_fd(-1)
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._read)
        os.close(self._write)


class Signals(_Heard):
    """Counts SIGTERM/SIGINT (stops), remembers SIGHUP (reload) and SIGUSR2 (leave); `fileno` tells of any of them."""

    def __init__(self) -> None:
        super().__init__()
        self.stops = 0
        self.reload = False
        self.leave = False

    def __enter__(self) -> Self:
        """Take over the process's signals."""
        self._hear((signal.SIGTERM, signal.SIGINT), self._stop)
        self._hear((signal.SIGHUP,), self._reload)
        self._hear((signal.SIGUSR2,), self._leave)
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1

    def _reload(self, number: int, frame: FrameType | None) -> None:
        self.reload = True

    def _leave(self, number: int, frame: FrameType | None) -> None:
        self.leave = True


class Caught(_Heard):
    """The signals that ask this process to end, in order; those that it was started to ignore stay ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[int] = []

    def __enter__(self) -> "Caught":
        asks = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
        self._hear([number for number in asks if signal.getsignal(number) != signal.SIG_IGN], self._catch)
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()

    def _catch(self, number: int, frame: FrameType | None) -> None:
        self.numbers.append(number)
