"""What reading verbs show: frozen rows, gathered by the store, drawn by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

# The reading verbs import this at every start: the nouns are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from jobctl.model.daemon import Daemon
    from jobctl.model.job import Job, Queue
    from jobctl.model.plan import Deployed, Deployment
    from jobctl.model.run import Run


class Pause(NamedTuple):
    """A job or queue that is held; `until_at=None` holds until it is resumed."""

    until_at: datetime | None
    reason: str | None
    actor: str
    paused_at: datetime


class DeployedCatalog(NamedTuple):
    """What is in force now, by name; `zone` was the machine's when it was deployed last (None: nobody knows)."""

    jobs: Mapping[str, Deployed]
    queues: Mapping[str, Queue]
    limits: Mapping[str, int]
    zone: str | None = None


class QueueRow(NamedTuple):
    """A queue and what is in it; `failed` counts the last 24 hours."""

    name: str
    pause: Pause | None
    slots: int | None
    ready: int
    scheduled: int
    retrying: int
    blocked: int
    running: int
    failed: int


class JobRow(NamedTuple):
    """A deployed job with its last run and its next fire."""

    job: Job
    version: int
    digest: str
    source: str
    pause: Pause | None
    next_at: datetime | None
    last_run: Run | None


class Upcoming(NamedTuple):
    """A coming fire, or a delayed run (with its id)."""

    job: str
    at: datetime
    run_id: int | None


class Status(NamedTuple):
    """The whole picture at one instant."""

    queues: tuple[QueueRow, ...]
    daemons: tuple[Daemon, ...]
    running: tuple[Run, ...]
    upcoming: tuple[Upcoming, ...]
    failed: tuple[Run, ...]


class Version(NamedTuple):
    """One deployed version of a job."""

    version: int
    digest: str
    deployed_at: datetime
    deployment: Deployment


class Statistics(NamedTuple):
    """How a job has done: counts over all history kept, durations and lateness over its newest thousand runs."""

    succeeded: int
    failed: int
    skipped: int
    cancelled: int
    duration_p50: timedelta | None
    duration_p95: timedelta | None
    lateness_p50: timedelta | None
    lateness_p99: timedelta | None

    @property
    def success_rate(self) -> float | None:
        """Share of succeeded among succeeded and failed; None before any."""
        total = self.succeeded + self.failed
        return self.succeeded / total if total else None
