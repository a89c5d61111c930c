"""A measurement that is told to end takes along what it has started: servers, workers, daemons, folders."""

import signal
import sys
from types import FrameType

_ASKS = (signal.SIGTERM, signal.SIGHUP)


def leave_in_order() -> None:
    """From now on SIGTERM and SIGHUP end this process as Ctrl-C does, through every `finally`; once is enough."""
    for number in _ASKS:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    for ask in _ASKS:
        signal.signal(ask, signal.SIG_IGN)
    sys.exit(128 + number)
