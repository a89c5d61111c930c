"""The runs that wait to be claimed, seen from the front or lane by lane."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jobctl.decide.admission.admit import Candidate, Lane, serves
from jobctl.decide.admission.prefetch import most as at_once
from jobctl.store.relational.cache import lane_of
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select
from jobctl.store.values import Want

_MORE = 8


class View(NamedTuple):
    """The ready runs of each wanted lane, in order. `whole`: there are no others."""

    runs: dict[Lane, Iterable[Candidate]]
    whole: bool


class _Ready(NamedTuple):
    lane_id: int
    run_id: int
    priority: int
    due_at: int
    job: str


class _Head(NamedTuple):
    lane_id: int
    run_id: int
    priority: int
    due_at: int
    job: str
    under_way: int | None


class _UnderWay(NamedTuple):
    job: str
    run_id: int


FRONT = Select("claim", "front", _Ready)
HEADS = Select("claim", "heads", _Head)
READY_RUN = Select("claim", "ready_run", _Ready)
LANE_RUNS = Select("claim", "lane_runs", _Ready)
UNDER_WAY = Select("claim", "under_way", _UnderWay)


def from_front(session: Session, want: Want) -> View:
    """The first of all ready runs, a few more than are wanted: enough unless many of them are held back."""
    most = at_once(want.capacity, want.prefetch) + _MORE
    rows = session.all(FRONT, {"most": most})
    by_id: dict[int, list[Candidate]] = {}
    for lane_id, run_id, priority, due_at, job in rows:
        candidate = Candidate((-priority, due_at, run_id), job, run_id)
        if lane_id in by_id:
            by_id[lane_id].append(candidate)
        else:
            by_id[lane_id] = [candidate]
    found = {lane_of(session, lane_id): runs for lane_id, runs in by_id.items()}
    found = {lane: runs for lane, runs in found.items() if serves(want.queues, lane.queue)}
    return View(_in_turn(session, found), len(rows) < most)


def by_lane(session: Session, want: Want) -> View:
    """The head of each lane, and what is behind it as far as it is asked for."""
    heads = _heads(session, want)
    if want.only is not None:
        heads = _only(session, heads, want.only)
    return View({lane: _behind(session, lane, head, want) for lane, head in heads.items()}, True)


def under_way(session: Session, jobs: Iterable[str]) -> dict[str, int]:
    """Of these jobs the oldest run that has begun and waits for its retry."""
    return dict(session.all(UNDER_WAY, {"jobs": json.dumps(sorted(jobs))}))


def _in_turn(session: Session, found: dict[Lane, list[Candidate]]) -> dict[Lane, Iterable[Candidate]]:
    """Where runs may not overlap, one that has begun and waits for its retry goes first."""
    alone = {lane.job for lane in found if lane.exclusive}
    begun = under_way(session, alone) if alone else {}
    turns = {
        lane: [run for run in runs if not lane.exclusive or begun.get(lane.job, run.payload) == run.payload]
        for lane, runs in found.items()
    }
    return {lane: runs for lane, runs in turns.items() if runs}


def _heads(session: Session, want: Want) -> dict[Lane, _Ready]:
    """The run that each ready lane would give first."""
    found: dict[Lane, _Ready] = {}
    for row in session.all(HEADS):
        head = _Ready(*row[:5])
        lane = lane_of(session, head.lane_id)
        if want.only is None and not serves(want.queues, lane.queue):
            continue
        if row.under_way is not None and row.under_way != head.run_id:
            begun = session.one(READY_RUN, {"run_id": row.under_way})
            if begun is None or begun.lane_id != head.lane_id:
                continue
            head = begun
        found[lane] = head
    return found


def _only(session: Session, heads: dict[Lane, _Ready], run_id: int) -> dict[Lane, _Ready]:
    """The one run that is wanted; in a lane without overlap it must be the lane's first."""
    wanted = session.one(READY_RUN, {"run_id": run_id})
    if wanted is None:
        return {}
    lane = lane_of(session, wanted.lane_id)
    return {lane: wanted} if not lane.exclusive or heads.get(lane) == wanted else {}


def _behind(session: Session, lane: Lane, head: _Ready, want: Want) -> Iterator[Candidate]:
    """The lane's runs; the table is asked for more only when the head has been taken."""
    yield _candidate(head)
    if lane.exclusive or want.only is not None:
        return
    for row in session.each(LANE_RUNS, {"lane_id": head.lane_id}):
        if row.run_id != head.run_id:
            yield _candidate(row)


def _candidate(ready: _Ready) -> Candidate:
    return Candidate((-ready.priority, ready.due_at, ready.run_id), ready.job, ready.run_id)
