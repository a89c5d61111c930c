"""Why a run or a job is not running."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from jobctl.actions.find import find_run, unknown_job
from jobctl.decide.explain.facts import Explanation
from jobctl.decide.explain.job import JobFacts, explain_command, explain_job, explain_retired
from jobctl.decide.explain.run import explain_run
from jobctl.model.daemon import Daemon
from jobctl.model.errors import NotFound
from jobctl.model.job import Job
from jobctl.model.run import Run
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter

_FIRES = 10
_LIVE = 5


class Explained(NamedTuple):
    """What was asked about, and the explanation. `run_id` and `state` are None for a job."""

    run_id: int | None
    job: str
    state: str | None
    explanation: Explanation


def explain_the_run(store: Store, run_id: int, dead: Collection[Daemon], now: datetime) -> Explained:
    """Why a run waits, where it runs, or how it ended; `dead` are the daemons seen to be gone. Raises NotFound."""
    run = find_run(store, run_id)
    standing, definition = store.standing(run_id), store.run_definition(run_id)
    if standing is None:
        raise NotFound(f"there is no run {run_id} any more", hint="it was pruned just now")
    job = None if definition is None else definition.job
    attempts, events = store.attempts(run_id), store.events(run_id)
    explanation = explain_run(run, job, attempts, events, standing, store.daemons(), dead, now)
    return Explained(run_id, run.job, run.state, explanation)


def explain_the_job(store: Store, name: str, dead: Collection[Daemon], now: datetime) -> Explained:
    """Why a job does not fire, or when it does next; `dead` are the daemons seen to be gone. Raises NotFound."""
    rows = store.jobs(name)
    if not rows:
        return Explained(None, name, None, _not_deployed(store, name))
    row = rows[0]
    queue = next((queue for queue in store.status(now).queues if queue.name == row.job.queue), None)
    facts = JobFacts(
        row=row,
        queue_pause=None if queue is None else queue.pause,
        fires=store.fires(name, _FIRES),
        live=store.in_the_way(name, _LIVE),
        later=store.promised(name, _LIVE),
        silence="" if row.next_at else _silence(row.job),
    )
    alive = [daemon for daemon in store.daemons() if daemon not in dead]
    return Explained(None, name, None, explain_job(facts, alive, now))


def _live(store: Store, name: str) -> list[Run]:
    return [run for state in ("running", "waiting") for run in store.runs(RunFilter(state, name, limit=_LIVE))]


def _silence(job: Job) -> str:
    if not job.enabled and job.schedule.is_set:
        return "its schedule rests while it is disabled"
    # What reads cron expressions is not needed for most questions.
    from jobctl.actions.next import why_none

    return why_none(job.schedule, job.name)


def _not_deployed(store: Store, name: str) -> Explanation:
    last = next(iter(store.runs(RunFilter(job=name, limit=1))), None)
    if store.versions(name):
        return explain_retired(name, last)
    if last is None:
        raise unknown_job(store, name)
    return explain_command(name, last, _live(store, name))
