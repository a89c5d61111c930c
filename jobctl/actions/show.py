"""Everything known of a run or of a job."""

from itertools import islice
from typing import NamedTuple

from jobctl.actions.find import find_run, unknown_job
from jobctl.execute.folder import StateFolder
from jobctl.execute.logs import newest_attempt, read
from jobctl.model.run import Attempt, Event, Run
from jobctl.model.view import JobRow, Statistics, Version
from jobctl.store.protocol import RunFilter, Store

LAST_RUNS = 10
_LINES = 10
_PIECES = 4


class RunPage(NamedTuple):
    """A run with its attempts and events, oldest first, and the end of its newest output."""

    run: Run
    attempts: list[Attempt]
    events: list[Event]
    output: str


class JobPage(NamedTuple):
    """A job with its versions and last runs, newest first, and how it has done."""

    row: JobRow
    versions: list[Version]
    statistics: Statistics
    runs: list[Run]


def show_run(store: Store, folder: StateFolder, run_id: int) -> RunPage:
    """A run; its output is read from `folder`. Raises NotFound."""
    run = find_run(store, run_id)
    return RunPage(run, store.attempts(run_id), store.events(run_id), _end_of_output(folder, run_id))


def _end_of_output(folder: StateFolder, run_id: int) -> str:
    attempt = newest_attempt(folder, run_id)
    if attempt is None:
        return ""
    pieces = islice(read(folder.log(run_id, attempt), _LINES), _PIECES)
    return b"".join(pieces).decode(errors="replace")


def show_job(store: Store, name: str) -> JobPage:
    """A job. Raises NotFound."""
    rows = store.jobs(name)
    if not rows:
        raise unknown_job(store, name)
    last = store.runs(RunFilter(job=name, limit=LAST_RUNS))
    return JobPage(rows[0], store.versions(name), store.statistics(name), last)
