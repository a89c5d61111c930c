"""Deploy a plan, all or nothing."""

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.decide.deploy.plan import changed_keys
from jobctl.model.canonical import canonical
from jobctl.model.errors import Refused
from jobctl.model.instant import MILLISECOND, to_ms
from jobctl.model.job import Job, Queue
from jobctl.model.plain import to_plain
from jobctl.model.plan import Deployment, Plan
from jobctl.store.relational.catalog.deployed import deployed
from jobctl.store.relational.schedule.cursor import begin, leave_behind
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.model.view import DeployedCatalog
    from jobctl.store.sqlite.driver import sqlite3


def apply(database: Database, plan: Plan, deployment: Deployment, now: datetime) -> None:
    """Check that the plan still fits, then write every part of it."""
    with database.writing() as connection:
        before = deployed(database)
        _refuse_stale(plan, before)
        number = _record(connection, deployment, now)
        for job in plan.add:
            _deploy(database, connection, job, None, plan, number, now)
        for change in plan.change:
            _deploy(database, connection, change.job, before.jobs[change.job.name].job, plan, number, now)
        for name in plan.retire:
            leave_behind(database, connection, name, now, now)
            connection.execute(query("end_schedule"), (name,))
            connection.execute(query("retire_job"), (to_ms(now), name))
        for name in plan.moved:
            connection.execute(query("move_job"), (plan.sources[name], name))
        _declare(connection, plan.queues.values(), plan.limits.items())
        connection.execute(query("next_generation"))


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


def _record(connection: "sqlite3.Connection", deployment: Deployment, now: datetime) -> int:
    who, files, commit, message, zone = astuple(deployment)
    row = (to_ms(now), who, json.dumps(files), commit, message)
    number = int(connection.execute(query("insert_deployment"), row).fetchone()[0])
    if zone is not None:
        connection.execute(query("insert_deployment_zone"), (number, zone))
    return number


def _deploy(
    database: Database,
    connection: "sqlite3.Connection",
    job: Job,
    old: Job | None,
    plan: Plan,
    deployment_id: int,
    now: datetime,
) -> None:
    """A new job, another version, or one that comes back after it was retired; versions go on counting."""
    definition_id = database.ids.definition(connection, canonical(to_plain(job)), job.name, None)
    source, enabled, at = plan.sources.get(job.name, ""), job.enabled, to_ms(now)
    anew = old is None or (old.schedule, old.enabled) != (job.schedule, job.enabled)
    if anew:
        leave_behind(database, connection, job.name, now, now)
    row = connection.execute(query("job_row"), (job.name,)).fetchone()
    if row is None:
        version = 1
        new = (job.name, definition_id, source, enabled, at)
        job_id = connection.execute(query("insert_job"), new).fetchone()[0]
    else:
        job_id, version = row[0], row[1] + 1
        connection.execute(query("update_job"), (version, definition_id, source, enabled, at if anew else None, job_id))
    connection.execute(query("insert_version"), (job_id, version, definition_id, deployment_id))
    if anew:
        begin(connection, job_id, job, now)


def _declare(connection: "sqlite3.Connection", queues: Iterable[Queue], limits: Iterable[tuple[str, int]]) -> None:
    connection.execute(query("drop_queues"))
    for queue in queues:
        count, per = (queue.rate.count, queue.rate.per // MILLISECOND) if queue.rate else (None, None)
        connection.execute(query("insert_queue"), (queue.name, queue.slots, count, per))
    connection.execute(query("drop_limits"))
    for limit in limits:
        connection.execute(query("insert_limit"), limit)
