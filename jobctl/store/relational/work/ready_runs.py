"""The runs that wait to be claimed, seen from the front or lane by lane."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from jobctl.decide.admission.admit import Candidate, Lane, serves
from jobctl.decide.admission.prefetch import most as at_once
from jobctl.store.sqlite.known import Known
from jobctl.store.statements import query
from jobctl.store.values import Want

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MORE = 8


class View(NamedTuple):
    """The ready runs of each wanted lane, in order. `whole`: there are no others."""

    runs: dict[Lane, Iterable[Candidate]]
    whole: bool


class _Head(NamedTuple):
    lane_id: int
    run_id: int
    priority: int
    due_at: int
    job: str


def from_front(known: Known, connection: "sqlite3.Connection", want: Want) -> View:
    """The first of all ready runs, a few more than are wanted: enough unless many of them are held back."""
    most = at_once(want.capacity, want.prefetch) + _MORE
    rows = connection.execute(query("front"), (most,)).fetchall()
    by_id: dict[int, list[Candidate]] = {}
    for lane_id, run_id, priority, due_at, job in rows:
        candidate = Candidate((-priority, due_at, run_id), job, run_id)
        if lane_id in by_id:
            by_id[lane_id].append(candidate)
        else:
            by_id[lane_id] = [candidate]
    found = {known.lane(connection, lane_id): runs for lane_id, runs in by_id.items()}
    found = {lane: runs for lane, runs in found.items() if serves(want.queues, lane.queue)}
    return View(_in_turn(connection, found), len(rows) < most)


def by_lane(known: Known, connection: "sqlite3.Connection", want: Want) -> View:
    """The head of each lane, and what is behind it as far as it is asked for."""
    heads = _heads(known, connection, want)
    if want.only is not None:
        heads = _only(known, connection, heads, want.only)
    return View({lane: _behind(connection, lane, head, want) for lane, head in heads.items()}, True)


def _in_turn(connection: "sqlite3.Connection", found: dict[Lane, list[Candidate]]) -> dict[Lane, Iterable[Candidate]]:
    """Where runs may not overlap, one that has begun and waits for its retry goes first."""
    alone = {lane.job for lane in found if lane.exclusive}
    under_way = dict(connection.execute(query("under_way"), (json.dumps(sorted(alone)),)).fetchall()) if alone else {}
    turns = {
        lane: [run for run in runs if not lane.exclusive or under_way.get(lane.job, run.payload) == run.payload]
        for lane, runs in found.items()
    }
    return {lane: runs for lane, runs in turns.items() if runs}


def _heads(known: Known, connection: "sqlite3.Connection", want: Want) -> dict[Lane, _Head]:
    """The run that each ready lane would give first."""
    found: dict[Lane, _Head] = {}
    for *row, under_way in connection.execute(query("heads")).fetchall():
        head = _Head(*row)
        lane = known.lane(connection, head.lane_id)
        if want.only is None and not serves(want.queues, lane.queue):
            continue
        if under_way is not None and under_way != head.run_id:
            begun = connection.execute(query("ready_run"), (under_way,)).fetchone()
            if begun is None or begun[0] != head.lane_id:
                continue
            head = _Head(*begun)
        found[lane] = head
    return found


def _only(known: Known, connection: "sqlite3.Connection", heads: dict[Lane, _Head], run_id: int) -> dict[Lane, _Head]:
    """The one run that is wanted; in a lane without overlap it must be the lane's first."""
    row = connection.execute(query("ready_run"), (run_id,)).fetchone()
    if row is None:
        return {}
    wanted = _Head(*row)
    lane = known.lane(connection, wanted.lane_id)
    return {lane: wanted} if not lane.exclusive or heads.get(lane) == wanted else {}


def _behind(connection: "sqlite3.Connection", lane: Lane, head: _Head, want: Want) -> Iterator[Candidate]:
    """The lane's runs; the table is asked for more only when the head has been taken."""
    yield _candidate(head)
    if lane.exclusive or want.only is not None:
        return
    for row in connection.execute(query("lane_runs"), (head.lane_id,)):
        if row[1] != head.run_id:
            yield _candidate(_Head(*row))


def _candidate(head: _Head) -> Candidate:
    return Candidate((-head.priority, head.due_at, head.run_id), head.job, head.run_id)
