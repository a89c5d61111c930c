"""Ways through history: which index leads to the runs that are asked for, and how to go along it, newest first."""

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from jobctl.decide.bounds import LATEST
from jobctl.model.instant import to_ms
from jobctl.store.relational.intake import LAST_RUN_ID
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import TALLIES
from jobctl.store.statements import Select
from jobctl.store.values import RunFilter

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


class Scan(NamedTuple):
    """A statement that gives ids along one index, and what it is bound to."""

    select: Select[int]
    values: Mapping[str, Any]


class _Created(NamedTuple):
    run_id: int
    created_at: int


class _Tagged(NamedTuple):
    job: str
    definition_id: int


CREATED_FROM = Select("runs", "created_from", _Created)
TAGGED = Select("runs", "tagged", _Tagged)
LANES_OF_QUEUE = Select("runs", "lanes_of_queue", int)
BY_JOB = Select("scans", "job", int)
BY_LANE = Select("scans", "lane", int)
BY_EXIT_CODE = Select("scans", "exit_code", int)
UNLUCKY = Select("scans", "unlucky", int)
ENDED = Select("scans", "ended", int)
LIVE = Select("scans", "live", int)
BY_ITSELF = {"key": Select("scans", "key", int), "correlation_id": Select("scans", "correlation_id", int)}
OF_STATE = {"waiting": Select("scans", "waiting", int), "running": Select("scans", "running", int)}


def span_of(session: Session, where: RunFilter) -> Span:
    """The ids that `before`, `since_at` and `until_at` leave: ids grow with the time of creation."""
    whole = Span(1, (session.one(LAST_RUN_ID) or 0) + 1)
    high = whole.high if where.before is None else max(whole.low, min(where.before, whole.high))
    low = whole.low
    if where.since_at is not None:
        low = _first_created(session, where.since_at - _DISORDER, whole)
    if where.until_at is not None:
        high = min(high, _first_created(session, min(where.until_at, LATEST - _DISORDER) + _DISORDER, whole))
    return Span(low, high)


def scans_of(session: Session, where: RunFilter, tagged: Mapping[str, Any], span: Span) -> list[Scan] | None:
    """The scans that together pass all runs that match; None if only history as a whole does.

    Of several ways a short one is taken, else the first.
    """
    ways = list(_ways(session, where, tagged))
    if not ways:
        return None
    if len(ways) > 1:
        for way in ways:
            if _is_short(session, way, span):
                return way
    return ways[0]


def follow(session: Session, scans: list[Scan], span: Span, first: int) -> Iterator[int]:
    """Ids along all scans, newest first; `first` is how many are expected to do."""
    chunk = min(_LONGEST_CHUNK, max(2, first // max(1, len(scans))))
    ways = [_ids(session, scan, span, chunk) for scan in scans]
    return ways[0] if len(ways) == 1 else heapq.merge(*ways, reverse=True)


def tagged_jobs(session: Session, tag: str) -> dict[str, list[int]]:
    """Jobs that bear a tag in some version, with the definitions that do."""
    found: dict[str, list[int]] = {}
    for row in session.all(TAGGED, {"tag": tag}):
        found.setdefault(row.job, []).append(row.definition_id)
    return found


def _ways(session: Session, where: RunFilter, tagged: Mapping[str, Any]) -> Iterator[list[Scan]]:
    """Every way there is, the one that promises the fewest runs first."""
    for name, select in BY_ITSELF.items():
        if getattr(where, name) is not None:
            yield [Scan(select, {name: getattr(where, name)})]
    if where.exit_code:
        yield [Scan(BY_EXIT_CODE, {"exit_code": where.exit_code})]
    if where.state in OF_STATE and where.job is not None:
        yield [Scan(LIVE, {"job": where.job, "state": where.state})]
    elif where.state in OF_STATE:
        yield [Scan(OF_STATE[where.state], {})]
    elif where.state is not None:
        yield from _ended(session, where.state, where.job)
    if where.queue is not None:
        lanes = session.all(LANES_OF_QUEUE, {"queue": where.queue, "job": where.job})
        yield [Scan(BY_LANE, {"lane_id": lane_id}) for lane_id in lanes]
    if where.job is not None:
        yield [Scan(BY_JOB, {"job": where.job})]
    if where.tag is not None:
        yield [Scan(BY_JOB, {"job": job}) for job in tagged]


def _ended(session: Session, state: str, job: str | None) -> Iterator[list[Scan]]:
    if job is not None:
        counts = dict(session.all(TALLIES, {"job": job}))
        if counts.get(state, 0) <= _SORTABLE:
            yield [Scan(ENDED, {"job": job, "state": state})]
    if state != "succeeded":
        yield [Scan(UNLUCKY, {"state": state})]


def _is_short(session: Session, scans: list[Scan], span: Span) -> bool:
    left = _SHORT
    for scan in scans:
        left -= len(session.all(scan.select, {**scan.values, **span._asdict(), "chunk": left + 1}))
        if left < 0:
            return False
    return True


def _ids(session: Session, scan: Scan, span: Span, chunk: int) -> Iterator[int]:
    """Ids along one scan: no snapshot is held while somebody looks at them."""
    high = span.high
    while True:
        with session.reading():
            found = session.all(scan.select, {**scan.values, "low": span.low, "high": high, "chunk": chunk})
        yield from found
        if len(found) < chunk:
            return
        high = found[-1]
        chunk = min(_LONGEST_CHUNK, chunk * 4)


def _first_created(session: Session, at: datetime, span: Span) -> int:
    """The first id whose run was created at or after an instant, by halving."""
    instant, (low, high) = to_ms(at), span
    while low < high:
        middle = (low + high) // 2
        row = session.one(CREATED_FROM, {"run_id": middle})
        if row is None or row.run_id >= high or row.created_at >= instant:
            high = middle
        else:
            low = row.run_id + 1
    return low
