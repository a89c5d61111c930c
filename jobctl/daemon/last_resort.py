"""The last resort: whatever goes wrong in one part of a daemon is told, rests a moment, and is tried again.

What ends a daemon is a stop, the end of what it was there for, and ends of runs that cannot be written while it stops;
nothing that fails in between does.
"""

import time
from collections.abc import Callable
from datetime import datetime
from traceback import extract_tb
from typing import TypeVar

from jobctl.daemon import intervals as waits
from jobctl.daemon.complaints import Complaints
from jobctl.model.errors import JobctlError, told

_FIRST_REST_S = 0.05
_LONGEST_REST_S = 1.0
T = TypeVar("T")


class LastResort:
    """Keeps a daemon going through trouble of any kind, which it tells at a bounded rate."""

    def __init__(self) -> None:
        self._complaints = Complaints()
        self._rests_until: dict[str, datetime] = {}
        self._weary = 0

    def part(self, what: str, turn: Callable[[datetime], datetime | None], now: datetime) -> datetime | None:
        """One part of a turn; when to come again. The trouble of one keeps no other from its work."""
        try:
            return turn(now)
        except Exception as error:  # noqa: BLE001 - that is what it is for
            self.complain(what, error, now)
            return now + waits.POLL

    def resting_part(self, what: str, turn: Callable[[datetime], datetime | None], now: datetime) -> datetime | None:
        """The same of a part that can wait: after trouble it is left alone for a moment, however often others turn."""
        until = self._rests_until.get(what)
        if until is not None and now < until <= now + waits.POLL:
            return until
        self._rests_until.pop(what, None)
        try:
            return turn(now)
        except Exception as error:  # noqa: BLE001 - that is what it is for
            self.complain(what, error, now)
            self._rests_until[what] = until = now + waits.POLL
            return until

    def answer(self, what: str, ask: Callable[[], T], otherwise: T, now: datetime) -> T:
        """What `ask` says, or `otherwise` where it fails."""
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - that is what it is for
            self.complain(what, error, now)
            return otherwise

    def events(self, wait: Callable[[], list[Callable[[], None]]], now: datetime) -> None:
        """Wait for events, and have each dealt with.

        One that cannot be dealt with comes again: a rest, longer each time, keeps the loop from doing nothing else.
        """
        try:
            found = wait()
            failed = False
        except Exception as error:  # noqa: BLE001 - that is what it is for
            self.complain("waiting", error, now)
            found, failed = [], True
        for deal in found:
            try:
                deal()
            except Exception as error:  # noqa: BLE001 - that is what it is for
                self.complain("with what came", error, now)
                failed = True
        self._weary = self._weary + 1 if failed else 0
        if failed:
            time.sleep(min(_FIRST_REST_S * 2 ** min(self._weary - 1, 10), _LONGEST_REST_S))

    def complain(self, what: str, error: Exception, now: datetime) -> None:
        """Tell of trouble; the place of what nobody foresaw with it."""
        if isinstance(error, JobctlError):
            self._complaints.tell(error.message, error.hint, now)
        else:
            self._complaints.tell(f"trouble {what}: {told(error)}{_place(error)}; it is tried again", None, now)


def _place(error: Exception) -> str:
    """Where a fault of ours lies; of the system's troubles the name is enough."""
    frames = extract_tb(error.__traceback__)
    return "" if isinstance(error, OSError | MemoryError) or not frames else f" ({frames[-1].name}:{frames[-1].lineno})"
