"""The whole picture, and what failed runs said last."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from jobctl.model.run import Run
from jobctl.model.view import Status
from jobctl.store.protocol import Store

NEWEST = 10


class Picture(NamedTuple):
    """The status; the last words of its newest failed runs by id; whether any job is deployed."""

    status: Status
    said: dict[int, str]
    deployed: bool


def picture(store: Store, now: datetime, last_words: Callable[[int, int], str]) -> Picture:
    """The picture at `now`; `last_words` gives the last line that an attempt of a run wrote."""
    status = store.status(now)
    said = {run.run_id: last_words(run.run_id, run.attempt) for run in status.failed[:NEWEST] if _is_terse(run)}
    return Picture(status, said, bool(status.upcoming) or bool(store.jobs()))


def _is_terse(run: Run) -> bool:
    """Whether the run's error is only its exit status: then its own words tell more."""
    return run.reason is None and run.exit_code is not None and (run.error or "") == f"exit {run.exit_code}"
