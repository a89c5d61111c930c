"""Read what is deployed."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.model.instant import from_ms, to_ms
from jobctl.store.queries import query
from jobctl.store.sqlite.database import Database
from jobctl.store.values import Attendance, Definition

if TYPE_CHECKING:
    from jobctl.model.view import DeployedCatalog, Version

_MOST = 10_000


def definition(database: Database, job: str) -> Definition | None:
    """The deployed job as plain data, read anew only when the catalog or a pause has changed."""
    kept = database.definitions
    with database.reading() as connection:
        generation = connection.execute(query("generation")).fetchone()[0]
        found = kept.get(job)
        if found is not None and found[0] == generation:
            return found[1]
        row = connection.execute(query("definition_of_job"), (job,)).fetchone()
    if row is None:
        return None
    version, enabled, body, paused, queue_paused = row
    answer = Definition(version, bool(enabled), json.loads(body), body, bool(paused), bool(queue_paused))
    if len(kept) >= _MOST:
        kept.clear()
    kept[job] = generation, answer
    return answer


def attendance(database: Database, queue: str, now: datetime) -> Attendance:
    """Who looks after a queue."""
    with database.reading() as connection:
        row = connection.execute(query("attendance"), {"queue": queue, "now": to_ms(now)}).fetchone()
    seen_at, paused = row
    return Attendance(None if seen_at is None else from_ms(seen_at), bool(paused))


def catalog_queues(database: Database) -> set[str]:
    """The queues that somebody has declared, read as text: enqueueing asks, and has no time to parse definitions."""
    with database.reading() as connection:
        return {name for (name,) in connection.execute(query("catalog_queues"))}


def deployed(database: Database) -> "DeployedCatalog":
    """Every deployed job, queue and limit."""
    from jobctl.model.job import Queue
    from jobctl.model.plan import Deployed
    from jobctl.model.view import DeployedCatalog
    from jobctl.store.sqlite.known import to_rate

    with database.reading() as connection:
        jobs = connection.execute(query("deployed")).fetchall()
        queues = connection.execute(query("queues")).fetchall()
        limits = connection.execute(query("limits")).fetchall()
        zone = connection.execute(query("newest_zone")).fetchone()
    parsed = database.known.parsed
    return DeployedCatalog(
        {
            n: Deployed(parsed(number, body), version, digest, source)
            for n, number, body, version, digest, source in jobs
        },
        {name: Queue(name, slots, to_rate(count, per)) for name, slots, count, per in queues},
        dict(limits),
        None if zone is None else zone[0],
    )


def versions(database: Database, job: str) -> list["Version"]:
    """Every version of a job and how it was deployed, newest first."""
    from jobctl.model.plan import Deployment
    from jobctl.model.view import Version

    with database.reading() as connection:
        rows = connection.execute(query("job_versions"), (job,)).fetchall()
    return [
        Version(version, digest, from_ms(at), Deployment(who, tuple(json.loads(files)), commit, message, zone))
        for version, digest, at, who, files, commit, message, zone in rows
    ]
