"""What a daemon is there for: to serve for ever, until all is done, or to see one run through."""

from datetime import datetime
from typing import Protocol

from jobctl.store.protocol import Store


class Purpose(Protocol):
    """Says when a daemon without work may end, and what a first signal means."""

    def fulfilled(self, now: datetime) -> bool:
        """Whether there is nothing left to wait for."""

    def interrupt(self, now: datetime) -> bool:
        """A first signal has come; True if it was dealt with and the daemon need not drain."""


def is_over(store: Store, run_id: int) -> bool:
    """Whether nothing more is to be expected of a run: it has ended, or it is no longer there."""
    run = store.run(run_id)
    return run is None or run.has_ended


class Serve:
    """Goes on until it is told to stop, or (`until_idle`) until nothing runs, is due or waits for a retry."""

    def __init__(self, store: Store, *, until_idle: bool) -> None:
        self._store = store
        self._until_idle = until_idle

    def fulfilled(self, now: datetime) -> bool:
        """Whether everything is done."""
        if not self._until_idle or not self._store.idle(now):
            return False
        next_fire_at = self._store.next_fire_at()
        return next_fire_at is None or next_fire_at > now

    def interrupt(self, now: datetime) -> bool:
        """A signal means to drain."""
        return False


class SeeThrough:
    """Goes on until one run has ended; a signal cancels it."""

    def __init__(self, store: Store, run_id: int, actor: str) -> None:
        self._store = store
        self._run_id = run_id
        self._actor = actor

    def fulfilled(self, now: datetime) -> bool:
        """Whether the run has ended."""
        return is_over(self._store, self._run_id)

    def interrupt(self, now: datetime) -> bool:
        """Cancel the run: stopping it follows as for any cancelled run."""
        self._store.cancel([self._run_id], self._actor, now)
        return True
