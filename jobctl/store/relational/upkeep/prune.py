"""Delete history that nobody keeps."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from jobctl.decide.runs.retention import COUNTED, kept_for
from jobctl.decide.runs.states import FINISHED
from jobctl.model.instant import to_ms
from jobctl.model.job import Keep
from jobctl.model.run import State
from jobctl.store.relational.cache import job_of
from jobctl.store.relational.deletion import Gone, delete
from jobctl.store.relational.session import Session
from jobctl.store.relational.upkeep.unused_rows import sweep
from jobctl.store.statements import Change, Select
from jobctl.store.values import Pruned


class _Name(NamedTuple):
    job: str
    definition_id: int | None


class _Finished(NamedTuple):
    run_id: int
    finished_at: int
    definition_id: int
    unique_until: int | None
    claims: int


class _End(NamedTuple):
    finished_at: int
    run_id: int
    definition_id: int


class _Facts(NamedTuple):
    run_id: int
    job: str
    state: State
    finished_at: int
    queue: str
    definition_id: int
    adhoc: int


class _Definition(NamedTuple):
    definition_id: int


FINISHED_NAMES = Select("upkeep", "finished_names", _Name)
OLDEST_FINISHED = Select("upkeep", "oldest_finished", _Finished)
NEWEST_FINISHED = Select("upkeep", "newest_finished", _End)
PRUNE_FACTS = Select("upkeep", "prune_facts", _Facts)
DELETE_DEFINITION = Change("upkeep", "delete_definition", _Definition)


def prune(session: Session, now: datetime, limit: int, *, dry_run: bool) -> list[Pruned]:
    """Delete at most `limit` runs: found by reading, then checked again and deleted in one transaction.

    With the last of them goes what only they needed.
    """
    with session.reading():
        found = list(islice(_beyond(session, to_ms(now)), limit))
    if dry_run:
        return found
    gone = _delete(session, found, now) if found else []
    if len(found) < limit:
        sweep(session, now)
    return gone


def _delete(session: Session, found: Sequence[Pruned], now: datetime) -> list[Pruned]:
    run_ids = json.dumps([one.run_id for one in found])
    with session.writing_much():
        facts = session.all(PRUNE_FACTS, {"run_ids": run_ids, "now": to_ms(now)})
        delete(session, [Gone(*one[:5]) for one in facts])
        session.many(DELETE_DEFINITION, [*{_Definition(one.definition_id) for one in facts if one.adhoc}])
        session.memory.forget_ids()
    gone = {one.run_id for one in facts}
    return [one for one in found if one.run_id in gone]


def _beyond(session: Session, now: int) -> Iterator[Pruned]:
    """Runs that are not kept, job by job, the oldest first."""
    for job, definition_id in session.all(FINISHED_NAMES):
        deployed = None if definition_id is None else job_of(session, definition_id, job).keep
        counted = _counted_out(session, job, deployed)
        for state in FINISHED:
            edge = counted if state in COUNTED else None
            yield from _beyond_state(session, job, state, deployed, edge, now)


def _beyond_state(
    session: Session, job: str, state: State, deployed: Keep | None, edge: tuple[int, int] | None, now: int
) -> Iterator[Pruned]:
    """The runs of one job in one state that are too old, or beyond the number that is kept."""
    latest = now if deployed is None or edge is not None else now - _ms(deployed, state)
    for run in session.each(OLDEST_FINISHED, {"job": job, "state": state, "before": latest}):
        keep = deployed or job_of(session, run.definition_id, job).keep
        too_old = run.finished_at < now - _ms(keep, state)
        too_many = edge is not None and (run.finished_at, run.run_id) < edge
        if deployed is not None and not (too_old or too_many):
            return
        if (too_old or too_many) and (run.unique_until is None or run.unique_until <= now):
            yield Pruned(run.run_id, run.claims)


def _counted_out(session: Session, job: str, deployed: Keep | None) -> tuple[int, int] | None:
    """The end and id of the oldest run that `keep: {runs: N}` keeps; None when it bounds nothing."""
    keep = deployed or _newest_keep(session, job)
    if keep.runs is None:
        return None
    ends = [end[:2] for state in COUNTED for end in _newest(session, job, state, keep.runs)]
    ends.sort(reverse=True)
    if len(ends) < keep.runs:
        return None
    return ends[keep.runs - 1] if keep.runs else (1 << 62, 0)


def _newest_keep(session: Session, job: str) -> Keep:
    """A retired or ad-hoc job's runs are kept as its newest run says."""
    ends = [end for state in FINISHED for end in _newest(session, job, state, 1)]
    return job_of(session, max(ends).definition_id, job).keep if ends else Keep()


def _newest(session: Session, job: str, state: State, most: int) -> list[_End]:
    return session.all(NEWEST_FINISHED, {"job": job, "state": state, "most": most})


def _ms(keep: Keep, state: State) -> int:
    return int(kept_for(keep, state).total_seconds() * 1000)
