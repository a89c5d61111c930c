"""Read deployed jobs and how they have done."""

from datetime import datetime, timedelta
from typing import NamedTuple

from jobctl.model.instant import LATEST_MS, near_ms
from jobctl.model.run import State
from jobctl.model.view import JobRow, Pause, Statistics
from jobctl.store.relational.cache import PAUSES, parsed
from jobctl.store.relational.history.runs import run
from jobctl.store.relational.schedule.coming import next_fire
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import TALLIES
from jobctl.store.statements import Select


class _JobRow(NamedTuple):
    name: str
    definition_id: int
    body: str
    version: int
    digest: str
    source: str
    until_at: int | None
    reason: str | None
    actor: str | None
    paused_at: int | None
    next_at: int | None
    last_run_id: int | None
    job_id: int


class _Times(NamedTuple):
    due_at: int | None
    started_at: int
    finished_at: int
    state: State


ROWS = Select("jobs", "rows", _JobRow)
TIMES = Select("jobs", "times", _Times)


def jobs(session: Session, name: str | None) -> list[JobRow]:
    """Deployed jobs by name."""
    with session.reading():
        return [_job_row(session, row) for row in session.all(ROWS, {"name": name})]


def statistics(session: Session, job: str) -> Statistics:
    """Counts over all history kept, times over the newest thousand runs."""
    with session.reading():
        counts = dict(session.all(TALLIES, {"job": job}))
        times = session.all(TIMES, {"job": job})
    durations = sorted(run.finished_at - run.started_at for run in times if run.state in ("succeeded", "failed"))
    lateness = sorted(max(0, run.started_at - run.due_at) for run in times if run.due_at is not None)
    return Statistics(
        succeeded=counts.get("succeeded", 0),
        failed=counts.get("failed", 0),
        skipped=counts.get("skipped", 0),
        cancelled=counts.get("cancelled", 0),
        duration_p50=_quantile(durations, 50),
        duration_p95=_quantile(durations, 95),
        lateness_p50=_quantile(lateness, 50),
        lateness_p99=_quantile(lateness, 99),
    )


def pauses(session: Session) -> dict[tuple[str, str], Pause]:
    """Everything that is held, by kind (job, queue) and name."""
    return {
        (row.kind, row.name): Pause(_instant(row.until_at), row.reason, row.actor, near_ms(row.paused_at))
        for row in session.all(PAUSES)
    }


def _job_row(session: Session, row: _JobRow) -> JobRow:
    job = parsed(session, row.definition_id, row.body, row.name)
    return JobRow(
        job=job,
        version=row.version,
        digest=row.digest,
        source=row.source,
        pause=_pause(row),
        next_at=next_fire(session, job, row.job_id, row.next_at),
        last_run=None if row.last_run_id is None else run(session, row.last_run_id),
    )


def _pause(row: _JobRow) -> Pause | None:
    """The pause of a job; None when it is not held."""
    if row.actor is None or row.paused_at is None:
        return None
    return Pause(_instant(row.until_at), row.reason, row.actor, near_ms(row.paused_at))


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else near_ms(ms)


def _quantile(ordered: list[int], percent: int) -> timedelta | None:
    """The smallest value that at least `percent` of all do not exceed."""
    if not ordered:
        return None
    found = ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
    return timedelta(milliseconds=min(max(found, 0), LATEST_MS))
