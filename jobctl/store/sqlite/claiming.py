"""Take what may start: lanes are looked at one by one, runs only as far as they are admitted."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from jobctl.decide.admission import (
    Admitted,
    Bucket,
    Candidate,
    Gate,
    Lane,
    Rules,
    Running,
    admit,
    filled,
    gates,
    next_token_at,
    rate_of,
    rooms,
)
from jobctl.model.claim import Claim
from jobctl.model.instant import from_ms, to_ms
from jobctl.store.protocol import Want
from jobctl.store.queries import query
from jobctl.store.sqlite.claims import claims_of
from jobctl.store.sqlite.known import Known

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_RATES = {"queue_rate": "queue", "job_rate": "job"}
_PAUSED = Gate("pause", "")


class _Head(NamedTuple):
    lane_id: int
    run_id: int
    priority: int
    due_at: int
    job: str


class Look(NamedTuple):
    """What there is to take: the head of each ready lane that is wanted, its gates, and the room of each gate.

    `bounded`: a lane is ready whose gates other runs may open. `token_at`: when a rate lets the next one through.
    """

    heads: dict[Lane, _Head]
    paths: dict[Lane, tuple[Gate, ...]]
    rooms: dict[Gate, int]
    buckets: dict[Gate, Bucket]
    rules: Rules
    claimable: bool
    bounded: bool
    token_at: datetime | None


def look(known: Known, connection: "sqlite3.Connection", want: Want, now: datetime) -> Look:
    """Read what may start at `now`; nothing is written."""
    rules = known.rules(connection)
    heads = _heads(known, connection, want)
    paths = {lane: gates(lane, rules) for lane in heads}
    passed = {gate for path in paths.values() for gate in path}
    buckets = _buckets(connection) if any(gate.kind in _RATES for gate in passed) else {}
    room = rooms(passed, rules, _running(known, connection), buckets, now) if passed or heads else {}
    shut = [gate for gate, left in room.items() if left == 0]
    is_open = {lane: all(room[gate] for gate in path) for lane, path in paths.items()}
    return Look(
        heads,
        paths,
        room,
        buckets,
        rules,
        want.capacity > 0 and any(is_open.values()),
        any(path and _PAUSED not in path for path in paths.values()),
        _token_at(shut, rules, buckets, now),
    )


def claim(
    known: Known, connection: "sqlite3.Connection", seen: Look, daemon_id: int, want: Want, now: datetime
) -> list[Claim]:
    """Take up to the wanted number, in the order of priority, due time and id."""
    if not seen.claimable:
        return []
    lanes = {lane: (seen.paths[lane], _candidates(connection, lane, head, want)) for lane, head in seen.heads.items()}
    admitted = admit(lanes, seen.rooms, want.capacity)
    _pay(connection, seen, admitted, now)
    run_ids = [candidate.payload for candidate in admitted.runs]
    facts = (daemon_id, to_ms(now), json.dumps(run_ids))
    connection.execute(query("claim_runs"), facts)
    connection.execute(query("insert_attempts"), facts)
    return claims_of(known, connection, run_ids)


def _heads(known: Known, connection: "sqlite3.Connection", want: Want) -> dict[Lane, _Head]:
    """The run that each ready lane would give first."""
    found: dict[Lane, _Head] = {}
    for *head, under_way in connection.execute(query("heads")).fetchall():
        first = _Head(*head)
        lane = known.lane(connection, first.lane_id)
        if want.queues and lane.queue not in want.queues and want.only is None:
            continue
        if under_way is not None and under_way != first.run_id:
            row = connection.execute(query("ready_run"), (under_way,)).fetchone()
            if row is None or row[0] != first.lane_id:
                continue
            first = _Head(*row)
        found[lane] = first
    return found if want.only is None else _only(known, connection, found, want.only)


def _only(known: Known, connection: "sqlite3.Connection", heads: dict[Lane, _Head], run_id: int) -> dict[Lane, _Head]:
    """The one run that is wanted; in a lane without overlap it must be the lane's first."""
    row = connection.execute(query("ready_run"), (run_id,)).fetchone()
    if row is None:
        return {}
    wanted = _Head(*row)
    lane = known.lane(connection, wanted.lane_id)
    return {lane: wanted} if not lane.exclusive or heads.get(lane) == wanted else {}


def _candidates(connection: "sqlite3.Connection", lane: Lane, head: _Head, want: Want) -> Iterator[Candidate]:
    """The lane's runs; the table is asked for more only when the head has been taken."""
    yield _candidate(head.run_id, head.priority, head.due_at, head.job)
    if lane.exclusive or want.only is not None:
        return
    for row in connection.execute(query("lane_runs"), (head.lane_id,)):
        if row[0] != head.run_id:
            yield _candidate(*row)


def _candidate(run_id: int, priority: int, due_at: int, job: str) -> Candidate:
    return Candidate((-priority, due_at, run_id), job, run_id)


def _running(known: Known, connection: "sqlite3.Connection") -> list[Running]:
    rows = connection.execute(query("running_lanes")).fetchall()
    return [Running(known.lane(connection, lane_id), job, runs) for lane_id, job, runs in rows]


def _buckets(connection: "sqlite3.Connection") -> dict[Gate, Bucket]:
    return {
        Gate("queue_rate" if kind == "queue" else "job_rate", name): Bucket(tokens, from_ms(filled_at))
        for kind, name, tokens, filled_at in connection.execute(query("buckets")).fetchall()
    }


def _pay(connection: "sqlite3.Connection", seen: Look, admitted: Admitted, now: datetime) -> None:
    """Take the tokens out of their buckets."""
    for gate, tokens in admitted.tokens.items():
        rate = rate_of(gate, seen.rules)
        if rate is not None:
            bucket = filled(seen.buckets.get(gate), rate, now)
            left = max(0.0, bucket.tokens - tokens)
            connection.execute(query("fill_bucket"), (_RATES[gate.kind], gate.name, left, to_ms(now)))


def _token_at(shut: Iterable[Gate], rules: Rules, buckets: dict[Gate, Bucket], now: datetime) -> datetime | None:
    coming = []
    for gate in shut:
        rate = rate_of(gate, rules)
        if rate is not None:
            coming.append(next_token_at(filled(buckets.get(gate), rate, now), rate))
    return min(coming, default=None)
