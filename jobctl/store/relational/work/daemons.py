"""Daemons, and the processes of their claims."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from jobctl.model.claim import ClaimKey
from jobctl.model.daemon import Daemon, DaemonState, Identity
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Progress
from jobctl.store.relational.decoding import read_texts
from jobctl.store.relational.session import Session
from jobctl.store.relational.work.claim_rows import claims_of
from jobctl.store.relational.work.due import end_abandoned
from jobctl.store.statements import Change, Select
from jobctl.store.values import Estate, LeftClaim, Started, StopRequest


class _DaemonRow(NamedTuple):
    daemon_id: int
    name: str
    host: str
    pid: int
    pid_started: int
    boot_id: str
    pid_namespace: str
    slots: int
    queues: str
    foreground: int
    wake_path: str | None
    holders: str
    state: DaemonState
    started_at: int
    seen_at: int
    version: str | None


class _Running(NamedTuple):
    daemon_id: int
    runs: int


class _Stop(NamedTuple):
    run_id: int
    fence: int
    stop: Any


class _Left(NamedTuple):
    run_id: int
    pid: int | None
    pid_started: int | None
    started_at: int


class _Process(NamedTuple):
    pid: int
    pid_started: int
    started_at: int
    run_id: int
    fence: int


class _Start(NamedTuple):
    started_at: int
    run_id: int
    fence: int


class _Progress(NamedTuple):
    percent: float | None
    message: str | None
    run_id: int
    fence: int


INSERT = Select("daemons", "insert", int)
INSERT_VERSION = Change("daemons", "insert_version")
ALIVE = Select("daemons", "alive", _DaemonRow)
ONE = Select("daemons", "one", _DaemonRow)
BEAT = Change("daemons", "beat")
STRIKE_OFF = Change("daemons", "strike_off")
SET_HOLDERS = Change("daemons", "set_holders")
HELD_BY = Select("daemons", "held_by", _Left)
HAND_OVER = Change("daemons", "hand_over")
RUNNING = Select("daemons", "running", _Running)
STOP_REQUESTS = Select("daemons", "stop_requests", _Stop)
START_ATTEMPT = Change("daemons", "start_attempt", _Process)
START_RUN = Change("daemons", "start_run", _Start)
REPORT = Change("daemons", "report", _Progress)


def register(session: Session, identity: Identity, now: datetime) -> int:
    """Add a daemon."""
    session.belong_to(identity.wake_path)
    values = {
        **asdict(identity),
        "queues": json.dumps(identity.queues),
        "holders": json.dumps(identity.holders),
        "now": to_ms(now),
    }
    del values["version"]
    with session.writing(wake=False):
        daemon_id = session.one(INSERT, values)
        assert daemon_id is not None
        if identity.version is not None:
            session.run(INSERT_VERSION, {"daemon_id": daemon_id, "version": identity.version})
    return daemon_id


def beat(session: Session, daemon_id: int, state: DaemonState, now: datetime) -> None:
    """Write a daemon's state and that it lives."""
    with session.writing(wake=False):
        session.run(BEAT, {"state": state, "now": to_ms(now), "daemon_id": daemon_id})


def daemons(session: Session) -> list[Daemon]:
    """Daemons that have not ended orderly."""
    with session.reading():
        rows = session.all(ALIVE)
        running = _running(session)
    return [_daemon(row, running) for row in rows]


def started(session: Session, claims: Sequence[Started]) -> None:
    """Record processes."""
    if not claims:
        return
    with session.writing(wake=False):
        session.many(START_ATTEMPT, [_Process(s.pid, s.pid_started, to_ms(s.started_at), *s.claim) for s in claims])
        session.many(START_RUN, [_Start(to_ms(s.started_at), *s.claim) for s in claims])


def report(session: Session, progress: Sequence[tuple[ClaimKey, Progress]]) -> None:
    """Record progress."""
    if not progress:
        return
    with session.writing(wake=False):
        session.many(REPORT, [_Progress(p.percent, p.message, *claim) for claim, p in progress])


def stop_requests(session: Session, daemon_id: int) -> list[StopRequest]:
    """Runs of a daemon that are to be stopped."""
    with session.reading():
        rows = session.all(STOP_REQUESTS, {"daemon_id": daemon_id})
    return [StopRequest(ClaimKey(row.run_id, row.fence), row.stop) for row in rows]


def take_over(session: Session, dead_id: int, daemon_id: int, now: datetime) -> Estate | None:
    """Make the claims of a dead daemon those of another, unless somebody else has done so."""
    with session.writing(wake=False):
        if not session.run(STRIKE_OFF, {"now": to_ms(now), "daemon_id": dead_id}):
            return None
        rows = session.all(HELD_BY, {"daemon_id": dead_id})
        dead = _one(session, dead_id, _running(session))
        claims = claims_of(session, [row.run_id for row in rows])
        session.run(HAND_OVER, {"heir_id": daemon_id, "dead_id": dead_id})
        end_abandoned(session, to_ms(now))
        holders = (*_one(session, daemon_id, {}).identity.holders, *dead.identity.holders)
        session.run(SET_HOLDERS, {"holders": json.dumps(holders), "daemon_id": daemon_id})
    left = [
        LeftClaim(claim, row.pid, row.pid_started, near_ms(row.started_at))
        for claim, row in zip(claims, rows, strict=True)
    ]
    return Estate(dead, left)


def _running(session: Session) -> dict[int, int]:
    """How much each daemon has in flight."""
    return dict(session.all(RUNNING))


def _one(session: Session, daemon_id: int, running: Mapping[int, int]) -> Daemon:
    row = session.one(ONE, {"daemon_id": daemon_id})
    assert row is not None
    return _daemon(row, running)


def _daemon(row: _DaemonRow, running: Mapping[int, int]) -> Daemon:
    identity = Identity(
        row.name,
        row.host,
        row.pid,
        row.pid_started,
        row.boot_id,
        row.pid_namespace,
        row.slots,
        read_texts(row.queues),
        bool(row.foreground),
        row.wake_path,
        read_texts(row.holders),
        row.version,
    )
    return Daemon(
        row.daemon_id,
        identity,
        row.state,
        running.get(row.daemon_id, 0),
        near_ms(row.started_at),
        near_ms(row.seen_at),
    )
