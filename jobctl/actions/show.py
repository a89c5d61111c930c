"""Everything known of a run or of a job."""

from itertools import islice
from typing import NamedTuple

from jobctl.actions.find import find_run, unknown_job
from jobctl.execute.logs import Logs
from jobctl.execute.state_folder import StateFolder
from jobctl.model.run import Attempt, Event, Run
from jobctl.model.view import JobRow, Statistics, Version
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter

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


class NamePage(NamedTuple):
    """A name that has runs but no deployed job: of ad-hoc and wrapped commands, or of a job that was retired."""

    name: str
    versions: list[Version]
    statistics: Statistics
    runs: list[Run]


def show_run(store: Store, folder: StateFolder, run_id: int) -> RunPage:
    """A run; log files are read from `folder`. Raises NotFound."""
    run = find_run(store, run_id)
    return RunPage(run, store.attempts(run_id), store.events(run_id), _end_of_output(Logs(folder, store), run))


def _end_of_output(logs: Logs, run: Run) -> str:
    attempt = logs.newest(run.run_id, run.attempt)
    if attempt is None:
        return ""
    pieces = islice(logs.read(run.run_id, attempt, _LINES), _PIECES)
    return b"".join(pieces).decode(errors="replace")


def show_job(store: Store, name: str) -> JobPage | NamePage:
    """A job, or what has run under its name without being deployed. Raises NotFound."""
    rows = store.jobs(name)
    last = store.runs(RunFilter(job=name, limit=LAST_RUNS))
    versions = store.versions(name)
    if not rows and not last and not versions:
        raise unknown_job(store, name)
    statistics = store.statistics(name)
    return JobPage(rows[0], versions, statistics, last) if rows else NamePage(name, versions, statistics, last)
