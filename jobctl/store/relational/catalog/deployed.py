"""Read what is deployed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobctl.model.errors import Refused
from jobctl.model.instant import near_ms, to_ms
from jobctl.store.relational.decoding import read_data, read_texts
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import Attendance, Definition

if TYPE_CHECKING:
    from jobctl.model.job import Job
    from jobctl.model.plan import Deployed
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
    data, wrong = read_data(body)
    if wrong is not None or not _is_sound(data):
        raise Refused(
            f"job `{job}` cannot be enqueued: its definition in the database cannot be read",
            hint="`jobctl apply` with its catalog writes it anew",
        )
    answer = Definition(version, bool(enabled), data, body, bool(paused), bool(queue_paused))
    if len(kept) >= _MOST:
        kept.clear()
    kept[job] = generation, answer
    return answer


def _is_sound(body: Any) -> bool:
    """Whether enqueueing can rely on what it reads of a definition; the rest is judged when a run is claimed."""
    if not isinstance(body, dict):
        return False
    params = body.get("params", {})
    return (
        isinstance(params, dict)
        and all(isinstance(spec, dict) for spec in params.values())
        and all(isinstance(body.get(key, ""), str) for key in ("queue", "overlap"))
        and isinstance(body.get("unique", ""), str | bool)
        and all(isinstance(body.get(key, 0), int | float) for key in ("priority", "deadline", "unique_for"))
    )


def attendance(database: Database, queue: str, now: datetime) -> Attendance:
    """Who looks after a queue."""
    with database.reading() as connection:
        row = connection.execute(query("attendance"), {"queue": queue, "now": to_ms(now)}).fetchone()
    seen_at, paused = row
    return Attendance(None if seen_at is None else near_ms(seen_at), bool(paused))


def catalog_queues(database: Database) -> set[str]:
    """The queues that somebody has declared, read as text: enqueueing asks, and has no time to parse definitions."""
    with database.reading() as connection:
        return {name for (name,) in connection.execute(query("catalog_queues"))}


def deployed(database: Database) -> "DeployedCatalog":
    """Every deployed job, queue and limit."""
    from jobctl.model.job import Queue
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
            n: _deployed(parsed(number, body, n), version, digest, source)
            for n, number, body, version, digest, source in jobs
        },
        {name: Queue(name, slots, to_rate(count, per)) for name, slots, count, per in queues},
        dict(limits),
        None if zone is None else zone[0],
    )


def _deployed(job: "Job", version: int, digest: str, source: str) -> "Deployed":
    """A deployed job; the digest of one that cannot be read is that of no text, so that a plan changes it."""
    from jobctl.model.job import UnreadableJob
    from jobctl.model.plan import Deployed

    return Deployed(job, version, "" if isinstance(job, UnreadableJob) else digest, source)


def versions(database: Database, job: str) -> list["Version"]:
    """Every version of a job and how it was deployed, newest first."""
    from jobctl.model.plan import Deployment
    from jobctl.model.view import Version

    with database.reading() as connection:
        rows = connection.execute(query("job_versions"), (job,)).fetchall()
    return [
        Version(version, digest, near_ms(at), Deployment(who, read_texts(files), commit, message, zone))
        for version, digest, at, who, files, commit, message, zone in rows
    ]
