"""Counts of finished runs, kept in step with the rows in the same transaction."""

from typing import TYPE_CHECKING

from jobctl.decide.bounds import LEAST
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

HOUR = 3_600_000


class Tally:
    """Gathers what a transaction adds and takes away."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int, str], int] = {}

    def add(self, job: str, state: str, finished_at: int, queue: str, runs: int = 1) -> None:
        """Count `runs` more (or, negative, fewer) that ended at `finished_at`."""
        key = (job, state, max(finished_at - finished_at % HOUR, LEAST), queue)
        self._counts[key] = self._counts.get(key, 0) + runs

    def write(self, connection: "sqlite3.Connection") -> None:
        """Write the sums."""
        if not self._counts:
            return
        connection.executemany(query("add_tally"), [(*key, runs) for key, runs in self._counts.items() if runs])
        connection.executemany(query("drop_tallies"), [key for key, runs in self._counts.items() if runs < 0])
