"""Deploy a plan, all or nothing."""

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from jobctl.decide.deploy.plan import changed_keys
from jobctl.model.canonical import canonical
from jobctl.model.errors import Refused
from jobctl.model.instant import MILLISECOND, to_ms
from jobctl.model.job import Job, Queue
from jobctl.model.plain import to_plain
from jobctl.model.plan import Deployment, Plan
from jobctl.store.relational.cache import LimitRow, QueueRuleRow
from jobctl.store.relational.catalog.deployed import deployed
from jobctl.store.relational.generation import begin_next
from jobctl.store.relational.ids import definition_id
from jobctl.store.relational.schedule import cursor
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select

if TYPE_CHECKING:
    from jobctl.model.view import DeployedCatalog


class _JobRow(NamedTuple):
    job_id: int
    version: int


INSERT_DEPLOYMENT = Select("catalog", "insert_deployment", int)
INSERT_DEPLOYMENT_ZONE = Change("catalog", "insert_deployment_zone")
JOB_ROW = Select("catalog", "job_row", _JobRow)
INSERT_JOB = Select("catalog", "insert_job", int)
UPDATE_JOB = Change("catalog", "update_job")
INSERT_VERSION = Change("catalog", "insert_version")
RETIRE_JOB = Change("catalog", "retire_job")
MOVE_JOB = Change("catalog", "move_job")
DROP_QUEUES = Change("catalog", "drop_queues")
INSERT_QUEUE = Change("catalog", "insert_queue", QueueRuleRow)
DROP_LIMITS = Change("catalog", "drop_limits")
INSERT_LIMIT = Change("catalog", "insert_limit", LimitRow)


def apply(session: Session, plan: Plan, deployment: Deployment, now: datetime) -> None:
    """Check that the plan still fits, then write every part of it."""
    with session.writing():
        before = deployed(session)
        _refuse_stale(plan, before)
        number = _record(session, deployment, now)
        for job in plan.add:
            _deploy(session, job, None, plan, number, now)
        for change in plan.change:
            _deploy(session, change.job, before.jobs[change.job.name].job, plan, number, now)
        for name in plan.retire:
            cursor.end(session, name, now)
            session.run(RETIRE_JOB, {"at": to_ms(now), "job": name})
        for name in plan.moved:
            session.run(MOVE_JOB, {"source": plan.sources[name], "job": name})
        _declare(session, plan.queues.values(), plan.limits.items())
        begin_next(session)


def _refuse_stale(plan: Plan, before: "DeployedCatalog") -> None:
    """A plan is only as good as the state that it was made from."""
    jobs = before.jobs
    unchanged = set(plan.sources) - {j.name for j in plan.add} - {c.job.name for c in plan.change}
    fits = (
        not any(job.name in jobs for job in plan.add)
        and all(name in jobs for name in (*plan.retire, *plan.moved, *unchanged))
        and all(c.job.name in jobs and changed_keys(jobs[c.job.name].job, c.job) == dict(c.keys) for c in plan.change)
        and (
            plan.queues_changed or (dict(plan.queues), dict(plan.limits)) == (dict(before.queues), dict(before.limits))
        )
    )
    if not fits:
        raise Refused("the deployed catalog has changed since the plan was made", hint="plan and apply again")


def _record(session: Session, deployment: Deployment, now: datetime) -> int:
    who, files, commit, message, zone = astuple(deployment)
    values = {"at": to_ms(now), "who": who, "files": json.dumps(files), "commit_id": commit, "message": message}
    number = session.one(INSERT_DEPLOYMENT, values)
    assert number is not None
    if zone is not None:
        session.run(INSERT_DEPLOYMENT_ZONE, {"deployment_id": number, "zone": zone})
    return number


def _deploy(session: Session, job: Job, old: Job | None, plan: Plan, deployment_id: int, now: datetime) -> None:
    """A new job, another version, or one that comes back after it was retired; versions go on counting."""
    values = {
        "job": job.name,
        "definition_id": definition_id(session, canonical(to_plain(job)), job.name, None),
        "source": plan.sources.get(job.name, ""),
        "enabled": job.enabled,
    }
    anew = old is None or (old.schedule, old.enabled) != (job.schedule, job.enabled)
    if anew:
        cursor.leave_behind(session, job.name, now, now)
    row = session.one(JOB_ROW, {"job": job.name})
    if row is None:
        version = 1
        job_id = session.one(INSERT_JOB, values | {"at": to_ms(now)})
        assert job_id is not None
    else:
        job_id, version = row.job_id, row.version + 1
        session.run(UPDATE_JOB, values | {"version": version, "at": to_ms(now) if anew else None, "job_id": job_id})
    session.run(
        INSERT_VERSION,
        {
            "job_id": job_id,
            "version": version,
            "definition_id": values["definition_id"],
            "deployment_id": deployment_id,
        },
    )
    if anew:
        cursor.begin(session, job_id, job, now)


def _declare(session: Session, queues: Iterable[Queue], limits: Iterable[tuple[str, int]]) -> None:
    session.run(DROP_QUEUES)
    session.many(INSERT_QUEUE, [_queue_row(queue) for queue in queues])
    session.run(DROP_LIMITS)
    session.many(INSERT_LIMIT, [LimitRow(*limit) for limit in limits])


def _queue_row(queue: Queue) -> QueueRuleRow:
    count, per = (queue.rate.count, queue.rate.per // MILLISECOND) if queue.rate else (None, None)
    return QueueRuleRow(queue.name, queue.slots, count, per)
