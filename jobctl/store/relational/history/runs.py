"""Read runs: one, or a page of them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from jobctl.model.instant import to_ms
from jobctl.model.run import Run
from jobctl.store.relational.history.index_scans import Span, follow, scans_of, span_of, tagged_jobs
from jobctl.store.relational.history.rows import RunRow, to_run
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select
from jobctl.store.values import Looked, RunFilter

# History is looked through in this many ids at a time, so that no snapshot is held for long.
_WINDOW = 20_000
_CONDITIONS = ("state", "job", "queue", "key", "tag", "since_at", "until_at", "exit_code", "correlation_id", "search")


class _Stretch(NamedTuple):
    """A piece of history: the condition that bounds it, its values, how many runs it may hold, the oldest of them."""

    condition: str
    bounds: Mapping[str, Any]
    size: int
    oldest: int


@cache
def page(*pieces: str, order: str = "newest_first") -> Select[RunRow]:
    """The statement that reads runs on some conditions."""
    return Select("runs", " ".join(("columns", *pieces, order)), RunRow)


ONE = page("by_run_id")
FIRES = page("by_job", "with_nominal", order="newest_nominal_first")
IN_THE_WAY = page("in_the_way", order="soonest_due_first")
PROMISED = page("promised", order="soonest_due_first")
RUNNING = page("running", order="oldest_start_first")
NEWEST_BELOW = Select("runs", "newest_below", int)


def run(session: Session, run_id: int) -> Run | None:
    """One run."""
    with session.reading():
        row = session.one(ONE, {"run_id": run_id, "limit": 1})
    return None if row is None else to_run(row)


def runs(session: Session, where: RunFilter, reach: int | None = None) -> Looked:
    """A page of runs, newest first, from `reach` or a few more that are looked at."""
    with session.reading():
        span = span_of(session, where)
        tagged = {} if where.tag is None else tagged_jobs(session, where.tag)
        scans = scans_of(session, where, tagged, span)
    values = _values(where, tagged)
    if scans is None:
        stretches = _windows(session, span)
    else:
        stretches = _along(follow(session, scans, span, where.limit), where.limit)
    return _page(session, stretches, values, where.limit, reach)


def fires(session: Session, job: str, limit: int) -> list[Run]:
    """The records of a job's nominal times, the newest time first."""
    return _of_job(session, FIRES, job, limit)


def in_the_way(session: Session, job: str, limit: int) -> list[Run]:
    """The runs of a job that are due or under way."""
    return _of_job(session, IN_THE_WAY, job, limit)


def promised(session: Session, job: str, limit: int) -> list[Run]:
    """The runs of a job that are due later and have not begun."""
    return _of_job(session, PROMISED, job, limit)


def running(session: Session) -> list[Run]:
    """Everything that runs, the longest first."""
    return [to_run(row) for row in session.all(RUNNING)]


def _of_job(session: Session, select: Select[RunRow], job: str, limit: int) -> list[Run]:
    with session.reading():
        rows = session.all(select, {"job": job, "limit": limit})
    return [to_run(row) for row in rows]


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
    session: Session, stretches: Iterator[_Stretch], values: Mapping[str, Any], limit: int, reach: int | None
) -> Looked:
    """What the stretches hold, until the page is full or enough was looked at."""
    found: list[Run] = []
    looked = 0
    for stretch in stretches:
        select = page(*(f"by_{name}" for name in values), stretch.condition)
        bound = {**values, **stretch.bounds, "limit": limit - len(found)}
        with session.reading():
            found += map(to_run, session.all(select, bound))
        if len(found) >= limit:
            break
        looked += stretch.size
        if reach is not None and looked >= reach and next(stretches, None) is not None:
            return Looked(found, stretch.oldest)
    return Looked(found, None)


def _along(ids: Iterator[int], first: int) -> Iterator[_Stretch]:
    """Stretches of ids that a scan gives: it may be that the first one fills the page."""
    size = min(max(first, 1), _WINDOW)
    while some := list(islice(ids, size)):
        yield _Stretch("by_ids", {"ids": json.dumps(some)}, len(some), some[-1])
        size = min(_WINDOW, size * 4)


def _windows(session: Session, span: Span) -> Iterator[_Stretch]:
    """All of history between two ids; where runs were pruned nothing is looked at."""
    high = span.high
    while True:
        with session.reading():
            newest = session.one(NEWEST_BELOW, {"high": high})
        if newest is None or newest < span.low:
            return
        low = max(span.low, newest + 1 - _WINDOW)
        yield _Stretch("by_window", {"low": low, "high": newest + 1}, newest + 1 - low, low)
        high = low
