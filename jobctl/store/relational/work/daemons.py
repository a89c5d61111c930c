"""Daemons, and the processes of their claims."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobctl.model.claim import ClaimKey
from jobctl.model.daemon import Daemon, DaemonState, Identity
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Progress
from jobctl.store.relational.decoding import read_texts
from jobctl.store.relational.work.claim_rows import claims_of
from jobctl.store.relational.work.due import end_abandoned
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import Estate, LeftClaim, Started, StopRequest

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def register(database: Database, identity: Identity, now: datetime) -> int:
    """Add a daemon."""
    row = (
        identity.name,
        identity.host,
        identity.pid,
        identity.pid_started,
        identity.boot_id,
        identity.pid_namespace,
        identity.slots,
        json.dumps(identity.queues),
        identity.foreground,
        identity.wake_path,
        json.dumps(identity.holders),
        to_ms(now),
        to_ms(now),
    )
    database.own_fifo = None if identity.wake_path is None else identity.wake_path.rpartition("/")[2]
    with database.writing(wake=False) as connection:
        daemon_id = int(connection.execute(query("insert_daemon"), row).fetchone()[0])
        if identity.version is not None:
            connection.execute(query("insert_daemon_version"), (daemon_id, identity.version))
    return daemon_id


def beat(database: Database, daemon_id: int, state: DaemonState, now: datetime) -> None:
    """Write a daemon's state and that it lives."""
    with database.writing(wake=False) as connection:
        connection.execute(query("beat"), (state, to_ms(now), daemon_id))


def daemons(database: Database) -> list[Daemon]:
    """Daemons that have not ended orderly."""
    with database.reading() as connection:
        rows = connection.execute(query("daemons_alive")).fetchall()
        running = running_by_daemon(connection)
    return [to_daemon(row, running) for row in rows]


def started(database: Database, claims: Sequence[Started]) -> None:
    """Record processes."""
    if not claims:
        return
    attempts = [(s.pid, s.pid_started, to_ms(s.started_at), *s.claim) for s in claims]
    with database.writing(wake=False) as connection:
        connection.executemany(query("start_attempt"), attempts)
        connection.executemany(query("start_run"), [(to_ms(s.started_at), *s.claim) for s in claims])


def report(database: Database, progress: Sequence[tuple[ClaimKey, Progress]]) -> None:
    """Record progress."""
    if not progress:
        return
    with database.writing(wake=False) as connection:
        connection.executemany(query("report_progress"), [(p.percent, p.message, *claim) for claim, p in progress])


def stop_requests(database: Database, daemon_id: int) -> list[StopRequest]:
    """Runs of a daemon that are to be stopped."""
    with database.reading() as connection:
        rows = connection.execute(query("stop_requests"), (daemon_id,)).fetchall()
    return [StopRequest(ClaimKey(run_id, claims), why) for run_id, claims, why in rows]


def take_over(database: Database, dead_id: int, daemon_id: int, now: datetime) -> Estate | None:
    """Make the claims of a dead daemon those of another, unless somebody else has done so."""
    with database.writing(wake=False) as connection:
        if not connection.execute(query("strike_off"), (to_ms(now), dead_id)).rowcount:
            return None
        rows = connection.execute(query("held_by"), (dead_id,)).fetchall()
        dead = _daemon(connection, dead_id, running_by_daemon(connection))
        claims = claims_of(database.known, connection, [row[0] for row in rows])
        connection.execute(query("hand_over"), (daemon_id, dead_id))
        end_abandoned(connection, to_ms(now))
        heir = _daemon(connection, daemon_id, {}).identity.holders
        connection.execute(query("set_holders"), (json.dumps([*heir, *dead.identity.holders]), daemon_id))
    held = zip(claims, rows, strict=True)
    alone = dead.running == 1
    left = [LeftClaim(claim, pid, pid_started, near_ms(at), alone) for claim, (_, pid, pid_started, at) in held]
    return Estate(dead, left)


def running_by_daemon(connection: "sqlite3.Connection") -> dict[int, int]:
    """How much each daemon has in flight."""
    return dict(connection.execute(query("running_by_daemon")).fetchall())


def to_daemon(row: Sequence[Any], running: dict[int, int]) -> Daemon:
    """A daemon from its row."""
    daemon_id, name, host, pid, pid_started, boot_id, namespace, slots, queues, foreground, wake, holders, *rest = row
    state, started_at, seen_at, version = rest
    identity = Identity(
        name,
        host,
        pid,
        pid_started,
        boot_id,
        namespace,
        slots,
        read_texts(queues),
        bool(foreground),
        wake,
        read_texts(holders),
        version,
    )
    return Daemon(daemon_id, identity, state, running.get(daemon_id, 0), near_ms(started_at), near_ms(seen_at))


def _daemon(connection: "sqlite3.Connection", daemon_id: int, running: dict[int, int]) -> Daemon:
    return to_daemon(connection.execute(query("daemon"), (daemon_id,)).fetchone(), running)
