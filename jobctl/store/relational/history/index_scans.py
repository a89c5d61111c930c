"""Ways through history: which index leads to the runs that are asked for, and how to go along it, newest first."""

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.bounds import LATEST
from jobctl.model.instant import to_ms
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import RunFilter

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_LIVE = {"waiting": "trail_waiting", "running": "trail_running"}
_BY_ITSELF = ("key", "correlation_id")
_LONGEST_CHUNK = 20_000
_SHORT = 1_000
# An index that is not in the order of ids is sorted at each step.
_SORTABLE = 20_000
# Instants are read before their transaction has the lock, and clocks are corrected: ids follow them this closely.
_DISORDER = timedelta(minutes=1)


class Span(NamedTuple):
    """Ids from `low` up to, but without, `high`."""

    low: int
    high: int


class Trail(NamedTuple):
    """A statement that gives ids along one index, and what it is bound to."""

    name: str
    values: Mapping[str, Any]


def span_of(connection: "sqlite3.Connection", where: RunFilter) -> Span:
    """The ids that `before`, `since_at` and `until_at` leave: ids grow with the time of creation."""
    newest = connection.execute(query("last_run_id")).fetchone()
    whole = Span(1, 1 if newest is None else newest[0] + 1)
    high = whole.high if where.before is None else max(whole.low, min(where.before, whole.high))
    low = whole.low
    if where.since_at is not None:
        low = _first_created(connection, where.since_at - _DISORDER, whole)
    if where.until_at is not None:
        high = min(high, _first_created(connection, min(where.until_at, LATEST - _DISORDER) + _DISORDER, whole))
    return Span(low, high)


def trails_of(
    connection: "sqlite3.Connection", where: RunFilter, tagged: Mapping[str, Any], span: Span
) -> list[Trail] | None:
    """The trails that together pass all runs that match; None if only history as a whole does.

    Of several ways a short one is taken, else the first.
    """
    ways = list(_ways(connection, where, tagged))
    if not ways:
        return None
    if len(ways) > 1:
        for way in ways:
            if _is_short(connection, way, span):
                return way
    return ways[0]


def follow(database: Database, trails: list[Trail], span: Span, first: int) -> Iterator[int]:
    """Ids along all trails, newest first; `first` is how many are expected to do."""
    chunk = min(_LONGEST_CHUNK, max(2, first // max(1, len(trails))))
    ways = [_ids(database, trail, span, chunk) for trail in trails]
    return ways[0] if len(ways) == 1 else heapq.merge(*ways, reverse=True)


def tagged_jobs(connection: "sqlite3.Connection", tag: str) -> dict[str, list[int]]:
    """Jobs that bear a tag in some version, with the definitions that do."""
    found: dict[str, list[int]] = {}
    for job, definition_id in connection.execute(query("tagged"), (tag,)).fetchall():
        found.setdefault(job, []).append(definition_id)
    return found


def _ways(connection: "sqlite3.Connection", where: RunFilter, tagged: Mapping[str, Any]) -> Iterator[list[Trail]]:
    """Every way there is, the one that promises the fewest runs first."""
    for name in _BY_ITSELF:
        if getattr(where, name) is not None:
            yield [Trail(f"trail_{name}", {name: getattr(where, name)})]
    if where.exit_code:
        yield [Trail("trail_exit_code", {"exit_code": where.exit_code})]
    if where.state in _LIVE and where.job is not None:
        yield [Trail("trail_live", {"job": where.job, "state": where.state})]
    elif where.state in _LIVE:
        yield [Trail(_LIVE[where.state], {})]
    elif where.state is not None:
        yield from _ended(connection, where.state, where.job)
    if where.queue is not None:
        lanes = connection.execute(query("lanes_of_queue"), (where.queue, where.job)).fetchall()
        yield [Trail("trail_lane", {"lane_id": lane_id}) for (lane_id,) in lanes]
    if where.job is not None:
        yield [Trail("trail_job", {"job": where.job})]
    if where.tag is not None:
        yield [Trail("trail_job", {"job": job}) for job in tagged]


def _ended(connection: "sqlite3.Connection", state: str, job: str | None) -> Iterator[list[Trail]]:
    if job is not None:
        counts = dict(connection.execute(query("job_tallies"), (job,)).fetchall())
        if counts.get(state, 0) <= _SORTABLE:
            yield [Trail("trail_ended", {"job": job, "state": state})]
    if state != "succeeded":
        yield [Trail("trail_unlucky", {"state": state})]


def _is_short(connection: "sqlite3.Connection", trails: list[Trail], span: Span) -> bool:
    left = _SHORT
    for trail in trails:
        bound = {**trail.values, "low": span.low, "high": span.high, "chunk": left + 1}
        left -= len(connection.execute(query(trail.name), bound).fetchall())
        if left < 0:
            return False
    return True


def _ids(database: Database, trail: Trail, span: Span, chunk: int) -> Iterator[int]:
    """Ids along one trail: no snapshot is held while somebody looks at them."""
    high = span.high
    while True:
        bound = {**trail.values, "low": span.low, "high": high, "chunk": chunk}
        with database.reading() as connection:
            found = [row[0] for row in connection.execute(query(trail.name), bound).fetchall()]
        yield from found
        if len(found) < chunk:
            return
        high = found[-1]
        chunk = min(_LONGEST_CHUNK, chunk * 4)


def _first_created(connection: "sqlite3.Connection", at: datetime, span: Span) -> int:
    """The first id whose run was created at or after an instant, by halving."""
    instant, (low, high) = to_ms(at), span
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(query("created_from"), (middle,)).fetchone()
        if row is None or row[0] >= high or row[1] >= instant:
            high = middle
        else:
            low = row[0] + 1
    return low
