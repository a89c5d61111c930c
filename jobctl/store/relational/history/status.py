"""The whole picture, from short reads of indexes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from jobctl.model import defaults
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.view import QueueRow, Status, Upcoming
from jobctl.store.relational.cache import QUEUES, lane_of, parsed, rules_of, slots_of
from jobctl.store.relational.history import runs
from jobctl.store.relational.history.jobs import pauses
from jobctl.store.relational.schedule.coming import next_fire
from jobctl.store.relational.session import Session
from jobctl.store.relational.work.claim import RUNNING_LANES
from jobctl.store.relational.work.daemons import daemons
from jobctl.store.statements import Select
from jobctl.store.values import RunFilter

_COMING = 10
_DAY = timedelta(hours=24)


class _Ready(NamedTuple):
    lane_id: int
    runs: int


class _Unready(NamedTuple):
    lane_id: int
    scheduled: int
    retrying: int
    blocked: int


class _Failed(NamedTuple):
    queue: str
    runs: int


class _ComingRun(NamedTuple):
    job: str
    due_at: int
    run_id: int


class _ComingFire(NamedTuple):
    job: str
    next_at: int
    job_id: int
    definition_id: int
    body: str | None


ANYTHING_RUNNING = Select("status", "anything_running", int)
READY_BY_LANE = Select("status", "ready_by_lane", _Ready)
UNREADY_BY_LANE = Select("status", "unready_by_lane", _Unready)
WAITING_LANES = Select("status", "waiting_lanes", int)
FAILED_BY_QUEUE = Select("status", "failed_by_queue", _Failed)
COMING_RUNS = Select("status", "coming_runs", _ComingRun)
COMING_FIRES = Select("status", "coming_fires", _ComingFire)


def status(session: Session, now: datetime) -> Status:
    """Queues, daemons, what runs, what comes next, what failed lately."""
    with session.reading():
        queues = _queues(session, now)
        running = tuple(runs.running(session))
        upcoming = _upcoming(session)
    failed = runs.runs(session, RunFilter(state="failed", limit=_COMING)).runs
    return Status(queues, tuple(daemons(session)), running, upcoming, tuple(failed))


def idle(session: Session, now: datetime) -> bool:
    """Whether nothing is going on and nothing that time will not hold back is about to."""
    with session.reading():
        if session.one(ANYTHING_RUNNING):
            return False
        rules = rules_of(session)
        lanes = [row.lane_id for row in session.all(READY_BY_LANE)]
        lanes += session.all(WAITING_LANES, {"now": to_ms(now)})
        waiting = [lane_of(session, lane_id) for lane_id in lanes]
    return all(lane.queue in {EXEC_QUEUE, *rules.paused_queues} or lane.job in rules.paused_jobs for lane in waiting)


def _queues(session: Session, now: datetime) -> tuple[QueueRow, ...]:
    slots = {row.name: slots_of(row) for row in session.all(QUEUES)}
    counts = _counts(session)
    failed = dict(session.all(FAILED_BY_QUEUE, {"since": to_ms(now - _DAY)}))
    held = {name: pause for (kind, name), pause in pauses(session).items() if kind == "queue"}
    names = sorted({defaults.QUEUE, *slots, *held, *failed, *(queue for queue, _ in counts)})
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


def _counts(session: Session) -> Counter[tuple[str, str]]:
    """Live runs by queue and by what they wait for."""
    counts: Counter[tuple[str, str]] = Counter()

    def add(lane_id: int, what: str, runs: int) -> None:
        counts[lane_of(session, lane_id).queue, what] += runs

    for ready in session.all(READY_BY_LANE):
        add(ready.lane_id, "ready", ready.runs)
    for unready in session.all(UNREADY_BY_LANE):
        add(unready.lane_id, "scheduled", unready.scheduled)
        add(unready.lane_id, "retrying", unready.retrying)
        add(unready.lane_id, "blocked", unready.blocked)
    for running in session.all(RUNNING_LANES):
        add(running.lane_id, "running", running.runs)
    return counts


def _upcoming(session: Session) -> tuple[Upcoming, ...]:
    coming = [Upcoming(run.job, near_ms(run.due_at), run.run_id) for run in session.all(COMING_RUNS, {"most": _COMING})]
    for fire in session.all(COMING_FIRES, {"most": _COMING}):
        at: datetime | None = near_ms(fire.next_at)
        if fire.body is not None:
            job = parsed(session, fire.definition_id, fire.body, fire.job)
            at = next_fire(session, job, fire.job_id, fire.next_at)
        coming += [] if at is None else [Upcoming(fire.job, at, None)]
    return tuple(sorted(coming, key=lambda one: (one.at, one.job))[:_COMING])
