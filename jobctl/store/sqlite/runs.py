"""Read runs: one, or a page of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobctl.model.instant import from_ms, to_ms
from jobctl.model.run import Missed, Progress, Run
from jobctl.store.queries import query
from jobctl.store.sqlite.database import Database
from jobctl.store.values import RunFilter

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

# What no index finds is looked for in this many runs at a time, so that no snapshot is held for long.
_WINDOW = 20_000
_WALKED = frozenset({"queue", "tag", "since_at", "until_at", "exit_code", "search"})
_FOUND = frozenset({"job", "key", "correlation_id"})


def run(database: Database, run_id: int) -> Run | None:
    """One run."""
    with database.reading() as connection:
        row = connection.execute(page_sql("where_run_id"), {"run_id": run_id, "limit": 1}).fetchone()
    return to_run(row) if row else None


def runs(database: Database, where: RunFilter) -> list[Run]:
    """A page of runs, newest first."""
    values = _values(where)
    parts = [f"where_{where.state}"] if where.state is not None else []
    parts += [f"where_{name}" for name in values]
    if where.before is not None:
        parts.append("where_before")
    limits: dict[str, Any] = values | {"before": where.before, "limit": where.limit}
    if _walks(where, values):
        rows = _walk(database, parts, limits)
    else:
        with database.reading() as connection:
            rows = connection.execute(page_sql(*parts), limits).fetchall()
    return [to_run(row) for row in rows]


def fires(database: Database, job: str, limit: int) -> list[Run]:
    """The records of a job's nominal times, the newest time first."""
    sql = page_sql("where_job", "where_nominal", order="newest_nominal_first")
    with database.reading() as connection:
        rows = connection.execute(sql, {"job": job, "limit": limit}).fetchall()
    return [to_run(row) for row in rows]


def running(connection: "sqlite3.Connection") -> list[Run]:
    """Everything that runs, the longest first."""
    return [to_run(row) for row in connection.execute(page_sql("where_running", order="oldest_start_first")).fetchall()]


def to_run(row: Sequence[Any]) -> Run:
    """A run from the columns of `run_columns.sql`."""
    *facts, claims, failures, losses, exit_code, signal, error, result, percent, message = row[:19]
    scheduled_for, missed_from, missed_times, due_at, created_at, created_by, started_at, finished_at, host = row[19:]
    run_id, job, version, state, reason, queue, priority, params, key, correlation_id = facts
    return Run(
        run_id=run_id,
        job=job,
        job_version=version,
        state=state,
        reason=reason,
        queue=queue,
        priority=priority,
        params=json.loads(params),
        key=key,
        correlation_id=correlation_id,
        attempt=claims,
        failures=failures,
        losses=losses,
        exit_code=exit_code,
        signal=signal,
        error=error,
        result=None if result is None else json.loads(result),
        progress=None if percent is None and message is None else Progress(percent, message),
        scheduled_for=_instant(scheduled_for),
        missed=None if missed_from is None else Missed(from_ms(missed_from), from_ms(scheduled_for), missed_times),
        due_at=_instant(due_at),
        created_at=from_ms(created_at),
        created_by=created_by,
        started_at=_instant(started_at),
        finished_at=_instant(finished_at),
        host=host,
    )


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _values(where: RunFilter) -> dict[str, Any]:
    """The conditions that are asked for, with what each is bound to."""
    values = {name: value for name, value in where._asdict().items() if name in _WALKED | _FOUND and value is not None}
    for name in ("since_at", "until_at"):
        if name in values:
            values[name] = to_ms(values[name])
    if "search" in values:
        text = str(values["search"])
        for special in ("\\", "%", "_"):
            text = text.replace(special, f"\\{special}")
        values["search"] = f"%{text}%"
    return values


def _walks(where: RunFilter, values: Mapping[str, Any]) -> bool:
    """Whether the page must be looked for rather than found by an index."""
    found = where.state in ("waiting", "running") or not _FOUND.isdisjoint(values)
    return not found and (not _WALKED.isdisjoint(values) or where.state == "succeeded")


def _walk(database: Database, parts: list[str], values: dict[str, Any]) -> list[Sequence[Any]]:
    """Go back through history, window by window, until the page is full."""
    rows: list[Sequence[Any]] = []
    for low, high in _windows(database, values["before"]):
        bound = values | {"low": low, "high": high, "limit": values["limit"] - len(rows)}
        with database.reading() as connection:
            rows += connection.execute(page_sql(*parts, "where_window"), bound).fetchall()
        if len(rows) >= values["limit"]:
            break
    return rows


def _windows(database: Database, before: int | None) -> Iterator[tuple[int, int]]:
    with database.reading() as connection:
        oldest = connection.execute(query("oldest_run_id")).fetchone()[0]
        newest = connection.execute(query("last_run_id")).fetchone()
    if oldest is None or newest is None:
        return
    high = newest[0] + 1 if before is None else min(before, newest[0] + 1)
    while high > oldest:
        yield high - _WINDOW, high
        high -= _WINDOW


def page_sql(*parts: str, order: str = "newest_first") -> str:
    """A statement from fixed fragments; values are always bound."""
    conditions = " AND ".join(query(part) for part in parts)
    return "\n".join([query("run_columns"), f"WHERE {conditions}" if parts else "", query(order)])
