"""Take what may start: waiting runs are read only as far as they are admitted."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from jobctl.decide.admission.admit import Admitted, Gate, Lane, Rules, Running, admit, gates, rate_of, rooms
from jobctl.decide.admission.prefetch import most as at_once
from jobctl.decide.admission.token_bucket import Bucket, filled, next_token_at
from jobctl.model.claim import Claim
from jobctl.model.instant import to_ms
from jobctl.store.relational.cache import lane_of, rules_of
from jobctl.store.relational.session import Session, Unfit
from jobctl.store.relational.work.claim_rows import claims_of
from jobctl.store.relational.work.ready_runs import View, by_lane, from_front
from jobctl.store.relational.work.settle import end_unreadable
from jobctl.store.relational.work.token_buckets import RATES, keep_bucket, read_buckets
from jobctl.store.statements import Change, Select
from jobctl.store.values import Want


class RunningLane(NamedTuple):
    """How many runs of one name are in flight in a lane."""

    lane_id: int
    job: str
    runs: int


RUNNING_LANES = Select("claim", "running_lanes", RunningLane)
CLAIM_RUNS = Change("claim", "claim_runs")
INSERT_ATTEMPTS = Change("claim", "insert_attempts")
_PAUSED = Gate("pause", "")


class Look(NamedTuple):
    """What there is to take: waiting runs by lane, the gates of each lane, and the room of each gate.

    `is_open`: the gates let something through; `claimable`: and there is room for it. `bounded`: there may be a lane
    whose gates other runs open. `token_at`: when a rate that lets nothing through lets the next one through.
    """

    view: View
    paths: dict[Lane, tuple[Gate, ...]]
    rooms: dict[Gate, int]
    buckets: dict[Gate, Bucket]
    rules: Rules
    is_open: bool
    claimable: bool
    bounded: bool
    token_at: datetime | None


class Taken(NamedTuple):
    """What was claimed, and when a rate lets the next one through."""

    claims: list[Claim]
    token_at: datetime | None


def look(session: Session, want: Want, now: datetime) -> Look:
    """Read what may start at `now`; nothing is written."""
    if want.only is None:
        found = _judge(session, from_front(session, want), want, now)
        if found.is_open or found.view.whole or at_once(want.capacity, want.prefetch) == 0:
            return found
    return _judge(session, by_lane(session, want), want, now)


def claim(session: Session, seen: Look, daemon_id: int, want: Want, now: datetime, *, doubted: bool) -> Taken:
    """Take up to the wanted number, in the order of priority, due time and id.

    What somebody wrote into a run may forbid that. Raises Unfit, unless `doubted`: then that run ends, and the others
    go on.
    """
    if not seen.claimable:
        return Taken([], seen.token_at)
    admitted = _admit(seen, want)
    if not admitted.full and not seen.view.whole:
        seen = _judge(session, by_lane(session, want), want, now)
        admitted = _admit(seen, want)
    buckets = _pay(session, seen, admitted, now)
    shut = [gate for gate, left in seen.rooms.items() if left == admitted.tokens.get(gate, 0)]
    run_ids = [candidate.payload for candidate in admitted.runs]
    take = _take_each if doubted else _take
    take(session, daemon_id, run_ids, now)
    return Taken(claims_of(session, run_ids), _token_at(shut, seen.rules, buckets, now))


def _take(session: Session, daemon_id: int, run_ids: list[int], now: datetime) -> None:
    """Make the runs this daemon's. Raises Unfit."""
    facts = {"daemon_id": daemon_id, "at": to_ms(now), "run_ids": json.dumps(run_ids)}
    session.run(CLAIM_RUNS, facts)
    session.run(INSERT_ATTEMPTS, facts)


def _take_each(session: Session, daemon_id: int, run_ids: list[int], now: datetime) -> None:
    """Make the runs this daemon's, one after the other, and end those that are unfit."""
    for run_id in run_ids:
        try:
            with session.savepoint():
                _take(session, daemon_id, [run_id], now)
        except Unfit as error:
            end_unreadable(session, run_id, f"the database holds what cannot be claimed: {error}", to_ms(now))


def _judge(session: Session, view: View, want: Want, now: datetime) -> Look:
    """Which of the lanes are open."""
    rules = rules_of(session)
    paths = {lane: gates(lane, rules) for lane in view.runs}
    passed = {gate for path in paths.values() for gate in path}
    buckets = read_buckets(session) if any(gate.kind in RATES for gate in passed) else {}
    room = rooms(passed, rules, _running(session), buckets, now) if passed else {}
    quick = want.prefetch.quick if want.prefetch is not None else {}
    unseen = not view.whole or bool(want.queues)
    open_lanes = [lane for lane, path in paths.items() if all(room[gate] for gate in path)]
    return Look(
        view=view,
        paths=paths,
        rooms=room,
        buckets=buckets,
        rules=rules,
        is_open=bool(open_lanes),
        claimable=bool(open_lanes) and (want.capacity > 0 or any(lane.job in quick for lane in open_lanes)),
        bounded=want.only is not None
        or any(path and _PAUSED not in path for path in paths.values())
        or (unseen and (rules.bounding or session.memory.exclusive)),
        token_at=_token_at([gate for gate, left in room.items() if left == 0], rules, buckets, now),
    )


def _admit(seen: Look, want: Want) -> Admitted:
    lanes = {lane: (seen.paths[lane], runs) for lane, runs in seen.view.runs.items()}
    return admit(lanes, seen.rooms, want.capacity, want.prefetch)


def _running(session: Session) -> list[Running]:
    return [Running(lane_of(session, row.lane_id), row.job, row.runs) for row in session.all(RUNNING_LANES)]


def _pay(session: Session, seen: Look, admitted: Admitted, now: datetime) -> dict[Gate, Bucket]:
    """Take the tokens out of their buckets; the buckets as they are then."""
    buckets = dict(seen.buckets)
    for gate, tokens in admitted.tokens.items():
        rate = rate_of(gate, seen.rules)
        if rate is not None:
            bucket = filled(seen.buckets.get(gate), rate, now)
            left = max(0.0, bucket.tokens - tokens)
            buckets[gate] = Bucket(left, now)
            keep_bucket(session, gate, buckets[gate])
    return buckets


def _token_at(shut: Iterable[Gate], rules: Rules, buckets: dict[Gate, Bucket], now: datetime) -> datetime | None:
    coming = []
    for gate in shut:
        rate = rate_of(gate, rules)
        if rate is not None:
            coming.append(next_token_at(filled(buckets.get(gate), rate, now), rate))
    return min(coming, default=None)
