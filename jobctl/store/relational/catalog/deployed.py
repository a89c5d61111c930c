"""Read what is deployed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.model.errors import Refused
from jobctl.model.instant import near_ms, to_ms
from jobctl.store.relational.decoding import read_data, read_texts
from jobctl.store.relational.generation import generation_of
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select
from jobctl.store.values import Attendance, Definition

if TYPE_CHECKING:
    from jobctl.model.plan import Deployed
    from jobctl.model.view import DeployedCatalog, Version

_MOST = 10_000


class _JobRow(NamedTuple):
    version: int
    enabled: int
    body: str
    paused: int
    queue_paused: int


class _AttendanceRow(NamedTuple):
    seen_at: int | None
    paused: int


class _DeployedRow(NamedTuple):
    name: str
    definition_id: int
    body: str
    version: int
    digest: str
    source: str


class _VersionRow(NamedTuple):
    version: int
    digest: str
    deployed_at: int
    who: str
    files: str
    commit_id: str | None
    message: str | None
    zone: str | None


DEFINITION_OF_JOB = Select("catalog", "definition_of_job", _JobRow)
ATTENDANCE = Select("catalog", "attendance", _AttendanceRow)
CATALOG_QUEUES = Select("catalog", "catalog_queues", str)
DEPLOYED = Select("catalog", "deployed", _DeployedRow)
NEWEST_ZONE = Select("catalog", "newest_zone", str)
JOB_VERSIONS = Select("catalog", "job_versions", _VersionRow)


def definition(session: Session, job: str) -> Definition | None:
    """The deployed job as plain data, read anew only when the catalog or a pause has changed."""
    kept = session.memory.definitions
    with session.reading():
        generation = generation_of(session)
        found = kept.get(job)
        if found is not None and found[0] == generation:
            return found[1]
        row = session.one(DEFINITION_OF_JOB, {"job": job})
    if row is None:
        return None
    data, wrong = read_data(row.body)
    if wrong is not None or not _is_sound(data):
        raise Refused(
            f"job `{job}` cannot be enqueued: its definition in the database cannot be read",
            hint="`jobctl apply` with its catalog writes it anew",
        )
    answer = Definition(row.version, bool(row.enabled), data, row.body, bool(row.paused), bool(row.queue_paused))
    if len(kept) >= _MOST:
        kept.clear()
    kept[job] = generation, answer
    return answer


def attendance(session: Session, queue: str, now: datetime) -> Attendance:
    """Who looks after a queue."""
    with session.reading():
        seen_at, paused = session.one(ATTENDANCE, {"queue": queue, "now": to_ms(now)}) or (None, 0)
    return Attendance(None if seen_at is None else near_ms(seen_at), bool(paused))


def catalog_queues(session: Session) -> set[str]:
    """The queues that somebody has declared, read as text: enqueueing asks, and has no time to parse definitions."""
    with session.reading():
        return set(session.all(CATALOG_QUEUES))


def deployed(session: Session) -> "DeployedCatalog":
    """Every deployed job, queue and limit."""
    from jobctl.model.job import Queue
    from jobctl.model.view import DeployedCatalog
    from jobctl.store.relational.cache import LIMITS, QUEUES, slots_of, to_rate

    with session.reading():
        jobs = session.all(DEPLOYED)
        queues = session.all(QUEUES)
        limits = session.all(LIMITS)
        zone = session.one(NEWEST_ZONE)
    return DeployedCatalog(
        {row.name: _deployed(session, row) for row in jobs},
        {row.name: Queue(row.name, slots_of(row), to_rate(row.rate_count, row.rate_per)) for row in queues},
        dict(limits),
        zone,
    )


def versions(session: Session, job: str) -> list["Version"]:
    """Every version of a job and how it was deployed, newest first."""
    from jobctl.model.plan import Deployment
    from jobctl.model.view import Version

    with session.reading():
        rows = session.all(JOB_VERSIONS, {"job": job})
    return [
        Version(
            row.version,
            row.digest,
            near_ms(row.deployed_at),
            Deployment(row.who, read_texts(row.files), row.commit_id, row.message, row.zone),
        )
        for row in rows
    ]


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


def _deployed(session: Session, row: _DeployedRow) -> "Deployed":
    """A deployed job; the digest of one that cannot be read is that of no text, so that a plan changes it."""
    from jobctl.model.job import UnreadableJob
    from jobctl.model.plan import Deployed
    from jobctl.store.relational.cache import parsed

    job = parsed(session, row.definition_id, row.body, row.name)
    return Deployed(job, row.version, "" if isinstance(job, UnreadableJob) else row.digest, row.source)
