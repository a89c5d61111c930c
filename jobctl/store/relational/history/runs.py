"""Read runs: one, or a page of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.runs.states import STATES
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Missed, Progress, Run
from jobctl.store.relational.decoding import read_data, read_params
from jobctl.store.relational.history.index_scans import Span, follow, span_of, tagged_jobs, trails_of
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import Looked, RunFilter

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

# History is looked through in this many ids at a time, so that no snapshot is held for long.
_WINDOW = 20_000
_CONDITIONS = ("state", "job", "queue", "key", "tag", "since_at", "until_at", "exit_code", "correlation_id", "search")


class _Stretch(NamedTuple):
    """A piece of history: the condition that bounds it, its values, how many runs it may hold, the oldest of them."""

    condition: str
    bounds: Mapping[str, Any]
    size: int
    oldest: int


def run(database: Database, run_id: int) -> Run | None:
    """One run."""
    with database.reading() as connection:
        row = connection.execute(page_sql("where_run_id"), {"run_id": run_id, "limit": 1}).fetchone()
    return to_run(row) if row else None


def runs(database: Database, where: RunFilter, reach: int | None = None) -> Looked:
    """A page of runs, newest first, from `reach` or a few more that are looked at."""
    with database.reading() as connection:
        span = span_of(connection, where)
        tagged = {} if where.tag is None else tagged_jobs(connection, where.tag)
        trails = trails_of(connection, where, tagged, span)
    values = _values(where, tagged)
    if trails is None:
        stretches = _windows(database, span)
    else:
        stretches = _along(follow(database, trails, span, where.limit), where.limit)
    return _page(database, stretches, values, where.limit, reach)


def fires(database: Database, job: str, limit: int) -> list[Run]:
    """The records of a job's nominal times, the newest time first."""
    sql = page_sql("where_job", "where_nominal", order="newest_nominal_first")
    with database.reading() as connection:
        rows = connection.execute(sql, {"job": job, "limit": limit}).fetchall()
    return [to_run(row) for row in rows]


def in_the_way(database: Database, job: str, limit: int) -> list[Run]:
    """The runs of a job that are due or under way."""
    return _live(database, "where_in_the_way", job, limit)


def promised(database: Database, job: str, limit: int) -> list[Run]:
    """The runs of a job that are due later and have not begun."""
    return _live(database, "where_promised", job, limit)


def _live(database: Database, condition: str, job: str, limit: int) -> list[Run]:
    sql = page_sql(condition, order="soonest_due_first")
    with database.reading() as connection:
        return [to_run(row) for row in connection.execute(sql, {"job": job, "limit": limit}).fetchall()]


def running(connection: "sqlite3.Connection") -> list[Run]:
    """Everything that runs, the longest first."""
    return [to_run(row) for row in connection.execute(page_sql("where_running", order="oldest_start_first")).fetchall()]


def to_run(row: Sequence[Any]) -> Run:
    """A run from the columns of `run_columns.sql`; of one that not all can be read of, the rest."""
    params, wrong_params = read_params(row[7])
    result, wrong_result = (None, None) if row[16] is None else read_data(row[16])
    wrong = [
        f"its {what} {why}"
        for what, why in (
            ("params", wrong_params),
            ("result", wrong_result),
            ("queue", "is unknown" if row[5] is None else None),
            ("state", None if row[3] in STATES else "is none"),
        )
        if why is not None
    ]
    unreadable = "; ".join(wrong) or None
    state = row[3] if row[3] in STATES else "failed"
    return _run(
        (*row[:3], state, row[4], row[5] or "default", row[6], params, *row[8:16], result, *row[17:]), unreadable
    )


def _run(row: Sequence[Any], unreadable: str | None) -> Run:
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
        params=params,
        key=key,
        correlation_id=correlation_id,
        attempt=claims,
        failures=failures,
        losses=losses,
        exit_code=exit_code,
        signal=signal,
        error=error,
        result=result,
        progress=None if percent is None and message is None else Progress(percent, message),
        scheduled_for=_instant(scheduled_for),
        missed=_missed(missed_from, scheduled_for, missed_times),
        due_at=_instant(due_at),
        created_at=near_ms(created_at),
        created_by=created_by,
        started_at=_instant(started_at),
        finished_at=_instant(finished_at),
        host=host,
        unreadable=unreadable,
    )


def _missed(from_ms: int | None, to_ms: int | None, times: int | None) -> Missed | None:
    if from_ms is None or to_ms is None:
        return None
    return Missed(near_ms(from_ms), near_ms(to_ms), times or 0)


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else near_ms(ms)


def _values(where: RunFilter, tagged: Mapping[str, list[int]]) -> dict[str, Any]:
    """The conditions that are asked for, with what each is bound to."""
    values = {name: getattr(where, name) for name in _CONDITIONS if getattr(where, name) is not None}
    for name in ("since_at", "until_at"):
        if name in values:
            values[name] = to_ms(values[name])
    if values.pop("tag", None) is not None:
        values["definition_ids"] = json.dumps([definition_id for ids in tagged.values() for definition_id in ids])
    if "search" in values:
        text = str(values["search"])
        for special in ("\\", "%", "_"):
            text = text.replace(special, f"\\{special}")
        values["search"] = f"%{text}%"
    return values


def _page(
    database: Database, stretches: Iterator[_Stretch], values: Mapping[str, Any], limit: int, reach: int | None
) -> Looked:
    """What the stretches hold, until the page is full or enough was looked at."""
    found: list[Run] = []
    looked = 0
    for stretch in stretches:
        sql = page_sql(*(f"where_{name}" for name in values), stretch.condition)
        bound = {**values, **stretch.bounds, "limit": limit - len(found)}
        with database.reading() as connection:
            found += map(to_run, connection.execute(sql, bound).fetchall())
        if len(found) >= limit:
            break
        looked += stretch.size
        if reach is not None and looked >= reach and next(stretches, None) is not None:
            return Looked(found, stretch.oldest)
    return Looked(found, None)


def _along(ids: Iterator[int], first: int) -> Iterator[_Stretch]:
    """Stretches of ids that a trail gives: it may be that the first one fills the page."""
    size = min(max(first, 1), _WINDOW)
    while some := list(islice(ids, size)):
        yield _Stretch("where_ids", {"ids": json.dumps(some)}, len(some), some[-1])
        size = min(_WINDOW, size * 4)


def _windows(database: Database, span: Span) -> Iterator[_Stretch]:
    """All of history between two ids; where runs were pruned nothing is looked at."""
    high = span.high
    while True:
        with database.reading() as connection:
            newest = connection.execute(query("newest_below"), (high,)).fetchone()[0]
        if newest is None or newest < span.low:
            return
        low = max(span.low, newest + 1 - _WINDOW)
        yield _Stretch("where_window", {"low": low, "high": newest + 1}, newest + 1 - low, low)
        high = low


def page_sql(*parts: str, order: str = "newest_first") -> str:
    """A statement from fixed fragments; values are always bound."""
    conditions = " AND ".join(query(part) for part in parts)
    return "\n".join([query("run_columns"), f"WHERE {conditions}" if parts else "", query(order)])
