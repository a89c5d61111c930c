"""Counts of finished runs, kept in step with the rows in the same transaction."""

from typing import NamedTuple

from jobctl.decide.bounds import LEAST
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select

HOUR = 3_600_000


class _Key(NamedTuple):
    job: str
    state: str
    hour_at: int
    queue: str


class _Count(NamedTuple):
    job: str
    state: str
    hour_at: int
    queue: str
    runs: int


class StateCount(NamedTuple):
    """How many runs of a job ended in a state."""

    state: str
    runs: int


ADD_TALLY = Change("ends", "add_tally", _Count)
DROP_TALLY = Change("ends", "drop_tally", _Key)
TALLIES = Select("jobs", "tallies", StateCount)


class Tally:
    """Gathers what a transaction adds and takes away."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int, str], int] = {}

    def add(self, job: str, state: str, finished_at: int, queue: str, runs: int = 1) -> None:
        """Count `runs` more (or, negative, fewer) that ended at `finished_at`."""
        key = (job, state, max(finished_at - finished_at % HOUR, LEAST), queue)
        self._counts[key] = self._counts.get(key, 0) + runs

    def write(self, session: Session) -> None:
        """Write the sums."""
        counts = [_Count(*key, runs) for key, runs in self._counts.items() if runs]
        if counts:
            session.many(ADD_TALLY, counts)
        if gone := [_Key(*count[:4]) for count in counts if count.runs < 0]:
            session.many(DROP_TALLY, gone)
