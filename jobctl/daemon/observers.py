"""Who hears what becomes of runs in this daemon: the log, the copy of the output."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from jobctl.model.claim import Claim
from jobctl.model.run import Enqueued
from jobctl.model.settlement import Settlement


class Observer(Protocol):
    """Is told of starts and ends; what it does with that changes nothing about them."""

    def started(self, claim: Claim, now: datetime) -> None:
        """An attempt is about to start."""

    def ended(self, claim: Claim, settlement: Settlement, now: datetime) -> None:
        """An attempt is over."""

    def skipped(self, record: Enqueued, now: datetime) -> None:
        """A run has become due, and may not start beside others of its job."""

    def tick(self, now: datetime) -> datetime | None:
        """Do what time has come for; when to come again."""

    def shift(self, by: timedelta) -> None:
        """The clock was set."""

    def pending(self) -> bool:
        """Whether something is left to do before the daemon ends by itself."""


class Observers:
    """All of them as one."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def started(self, claim: Claim, now: datetime) -> None:
        for observer in self._observers:
            observer.started(claim, now)

    def ended(self, claim: Claim, settlement: Settlement, now: datetime) -> None:
        for observer in self._observers:
            observer.ended(claim, settlement, now)

    def skipped(self, record: Enqueued, now: datetime) -> None:
        for observer in self._observers:
            observer.skipped(record, now)

    def tick(self, now: datetime) -> datetime | None:
        wakes = [observer.tick(now) for observer in self._observers]
        return min((at for at in wakes if at is not None), default=None)

    def shift(self, by: timedelta) -> None:
        for observer in self._observers:
            observer.shift(by)

    def pending(self) -> bool:
        return any(observer.pending() for observer in self._observers)
