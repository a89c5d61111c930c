"""Read deployed jobs and how they have done."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobctl.model.instant import LATEST_MS, near_ms
from jobctl.model.view import JobRow, Pause, Statistics
from jobctl.store.relational.history.runs import run
from jobctl.store.relational.schedule.coming import next_fire
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.model.run import Run
    from jobctl.store.sqlite.driver import sqlite3


def jobs(database: Database, name: str | None) -> list[JobRow]:
    """Deployed jobs by name."""
    with database.reading() as connection:
        rows = connection.execute(query("job_rows"), (name,)).fetchall()
        return [_job_row(database, connection, row) for row in rows]


def statistics(database: Database, job: str) -> Statistics:
    """Counts over all history kept, times over the newest thousand runs."""
    with database.reading() as connection:
        counts = dict(connection.execute(query("job_tallies"), (job,)).fetchall())
        times = connection.execute(query("job_times"), (job,)).fetchall()
    durations = sorted(end - start for _, start, end, state in times if state in ("succeeded", "failed"))
    lateness = sorted(max(0, start - due) for due, start, _, _ in times if due is not None)
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


def pauses(connection: "sqlite3.Connection") -> dict[tuple[str, str], Pause]:
    """Everything that is held, by kind (job, queue) and name."""
    rows = connection.execute(query("pauses")).fetchall()
    found = {(kind, name): _pause(*rest) for kind, name, *rest in rows}
    return {place: pause for place, pause in found.items() if pause is not None}


def _job_row(database: Database, connection: "sqlite3.Connection", row: Sequence[Any]) -> JobRow:
    name, definition_id, body, version, digest, source, *held, next_at, last_id, job_id = row
    job = database.known.parsed(definition_id, body, name)
    last: Run | None = None if last_id is None else run(database, last_id)
    return JobRow(
        job=job,
        version=version,
        digest=digest,
        source=source,
        pause=_pause(*held),
        next_at=next_fire(connection, job, job_id, next_at),
        last_run=last,
    )


def _pause(until_at: int | None, reason: str | None, actor: str | None, paused_at: int | None) -> Pause | None:
    """A pause from its columns; None when nothing is held."""
    if actor is None or paused_at is None:
        return None
    return Pause(None if until_at is None else near_ms(until_at), reason, actor, near_ms(paused_at))


def _quantile(ordered: list[int], percent: int) -> timedelta | None:
    """The smallest value that at least `percent` of all do not exceed."""
    if not ordered:
        return None
    found = ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
    return timedelta(milliseconds=min(max(found, 0), LATEST_MS))
