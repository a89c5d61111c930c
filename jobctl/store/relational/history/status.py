"""The whole picture, from short reads of indexes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobctl.decide.adhoc import EXEC_QUEUE
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.view import QueueRow, Status, Upcoming
from jobctl.store.relational.history import runs
from jobctl.store.relational.history.jobs import pauses
from jobctl.store.relational.schedule.coming import next_fire
from jobctl.store.relational.work import daemons
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import RunFilter

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_COMING = 10
_DAY = timedelta(hours=24)


def status(database: Database, now: datetime) -> Status:
    """Queues, daemons, what runs, what comes next, what failed lately."""
    with database.reading() as connection:
        queues = _queues(database, connection, now)
        running = tuple(runs.running(connection))
        upcoming = _upcoming(database, connection)
    failed = runs.runs(database, RunFilter(state="failed", limit=_COMING)).runs
    return Status(queues, tuple(daemons.daemons(database)), running, upcoming, tuple(failed))


def idle(database: Database, now: datetime) -> bool:
    """Whether nothing is going on and nothing that time will not hold back is about to."""
    with database.reading() as connection:
        if connection.execute(query("anything_running")).fetchone()[0]:
            return False
        rules = database.known.rules(connection)
        lanes = connection.execute(query("ready_by_lane")).fetchall()
        lanes += connection.execute(query("waiting_by_lane"), (to_ms(now),)).fetchall()
        waiting = [database.known.lane(connection, row[0]) for row in lanes]
    return all(lane.queue in {EXEC_QUEUE, *rules.paused_queues} or lane.job in rules.paused_jobs for lane in waiting)


def _queues(database: Database, connection: "sqlite3.Connection", now: datetime) -> tuple[QueueRow, ...]:
    slots = {row[0]: row[1] for row in connection.execute(query("queues")).fetchall()}
    counts = _counts(database, connection)
    since = to_ms(now - _DAY)
    failed = dict(connection.execute(query("failed_by_queue"), (since,)).fetchall())
    held = {name: pause for (kind, name), pause in pauses(connection).items() if kind == "queue"}
    names = sorted({"default", *slots, *held, *failed, *(queue for queue, _ in counts)})
    return tuple(
        QueueRow(
            name=name,
            pause=held.get(name),
            slots=slots.get(name),
            ready=counts[name, "ready"],
            scheduled=counts[name, "scheduled"],
            retrying=counts[name, "retrying"],
            blocked=counts[name, "blocked"],
            running=counts[name, "running"],
            failed=failed.get(name, 0),
        )
        for name in names
    )


def _counts(database: Database, connection: "sqlite3.Connection") -> Counter[tuple[str, str]]:
    """Live runs by queue and by what they wait for."""
    counts: Counter[tuple[str, str]] = Counter()

    def add(lane_id: int, what: str, runs: int) -> None:
        counts[database.known.lane(connection, lane_id).queue, what] += runs

    for lane_id, ready in connection.execute(query("ready_by_lane")).fetchall():
        add(lane_id, "ready", ready)
    for lane_id, scheduled, retrying, blocked in connection.execute(query("unready_by_lane")).fetchall():
        add(lane_id, "scheduled", scheduled)
        add(lane_id, "retrying", retrying)
        add(lane_id, "blocked", blocked)
    for lane_id, _, running in connection.execute(query("running_lanes")).fetchall():
        add(lane_id, "running", running)
    return counts


def _upcoming(database: Database, connection: "sqlite3.Connection") -> tuple[Upcoming, ...]:
    delayed = connection.execute(query("coming_runs"), (_COMING,)).fetchall()
    coming = [Upcoming(job, near_ms(at), run_id) for job, at, run_id in delayed]
    for name, next_at, job_id, definition_id, body in connection.execute(query("coming_fires"), (_COMING,)).fetchall():
        at: datetime | None = near_ms(next_at)
        if body is not None:
            at = next_fire(connection, database.known.parsed(definition_id, body, name), job_id, next_at)
        coming += [] if at is None else [Upcoming(name, at, None)]
    return tuple(sorted(coming, key=lambda one: (one.at, one.job))[:_COMING])
