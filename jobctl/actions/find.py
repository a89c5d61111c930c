"""Find runs and jobs by what a user typed."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from jobctl.decide.params.value import shown
from jobctl.decide.text.closest import closest
from jobctl.decide.text.run_id import LARGEST
from jobctl.model.errors import NotFound, UsageError
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Run
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter

_LONGEST_SHOWN = 120
_PAGE = 10_000


class Selection(NamedTuple):
    """Which runs, when they are not named one by one; None is any. `states` are the ones that the verb is about."""

    states: tuple[str, ...]
    job: str | None = None
    queue: str | None = None


def select(store: Store, which: Selection) -> list[int]:
    """The ids of all runs that match, newest first."""
    return [run_id for state in which.states for run_id in _pages(store, RunFilter(state, which.job, which.queue))]


def _pages(store: Store, where: RunFilter) -> Iterator[int]:
    where = where._replace(limit=_PAGE)
    while page := store.runs(where):
        yield from (run.run_id for run in page)
        where = where._replace(before=page[-1].run_id)
        if len(page) < _PAGE:
            return


def checked_id(run_id: object) -> int:
    """What a program gave as the id of a run. Raises UsageError."""
    if isinstance(run_id, int) and not isinstance(run_id, bool) and abs(run_id) <= LARGEST:
        return run_id
    raise UsageError(f"{shown(run_id)} is not the id of a run", hint="ids are whole numbers, such as `run.run_id`")


def find_run(store: Store, run_id: int) -> Run:
    """A run by its id. Raises NotFound."""
    run = store.run(run_id)
    if run is None:
        raise unknown_run(run_id)
    return run


def unknown_run(run_id: int) -> NotFound:
    """The error for a run that does not exist."""
    return NotFound(f"there is no run {run_id}", hint="`jobctl runs` lists them; old ones are pruned")


def unknown_job(store: Store, name: str) -> NotFound:
    """The error for a job that is not deployed: what else has the name, or which name was perhaps meant."""
    if store.versions(name):
        return NotFound(
            f"job `{name}` is retired: the deployed catalog does not have it",
            hint="put it back into the catalog and run `jobctl apply`",
        )
    if store.runs(RunFilter(job=name, limit=1)):
        return NotFound(
            f"`{name}` is no job of the catalog: its runs are of a command",
            hint=f"`jobctl show {name}` tells about them",
        )
    close = closest(name, (row.job.name for row in store.jobs()))
    return NotFound(
        f"there is no job `{name if len(name) <= _LONGEST_SHOWN else f'{name[:_LONGEST_SHOWN]}…'}`",
        hint=f"did you mean `{close}`?" if close else "`jobctl jobs` lists what is deployed",
    )


def not_to_enqueue(store: Store, name: str) -> NotFound:
    """The error for a job that is not deployed, to somebody who wants a run of it."""
    error = unknown_job(store, name)
    newest = next(iter(store.runs(RunFilter(job=name, limit=1))), None)
    if newest is None or store.versions(name):
        return error
    start = f"exec {name}" if newest.queue == EXEC_QUEUE else f"enqueue --name {name}"
    return NotFound(error.message, hint=f"give the command again: `jobctl {start} -- CMD ARG..`")


def refuse_unknown_job(store: Store, name: str) -> None:
    """Raises NotFound for a job that is not deployed, was never, and of which there is no run either."""
    if store.definition(name) is None and not store.versions(name) and not store.runs(RunFilter(job=name, limit=1)):
        raise unknown_job(store, name)


def known_queues(store: Store, now: datetime) -> set[str]:
    """The queues that a catalog declares, or that a job or a run names; `default` and `exec` are always there."""
    return {EXEC_QUEUE, *store.catalog_queues(), *(row.name for row in store.status(now).queues)}
