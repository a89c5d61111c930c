"""A run: one promise to execute a job, as stores tell it; and what enqueueing one takes and gives."""

from datetime import datetime
from typing import Any, Literal, NamedTuple

State = Literal["waiting", "running", "succeeded", "failed", "cancelled", "skipped"]
Reason = Literal[
    "retry",
    "timeout",
    "deadline",
    "lost",
    "poison",
    "interrupted",
    "overlap",
    "paused",
    "expired",
    "missed",
    "upstream",
    "operator",
    "replaced",
    "skip_code",
    "disabled",
    "unreadable",
]

PRIORITIES = 2**31
"""A priority is less than this away from 0."""


class Request(NamedTuple):
    """One run to enqueue: everything decided, nothing left to look up. `due_at=None` means now.

    `definition` is the plain normalised definition as JSON text. `overlap` is the policy for this start,
    `unique_for_ms` how long a finished run still holds `key`. `in_turn`: it waits for its turn, whatever else is live.
    `params` are JSON text, and come last: they are what differs where many are enqueued at once.
    """

    job: str
    definition: str
    job_version: int | None
    queue: str
    priority: int
    due_at: datetime | None = None
    expires_at: datetime | None = None
    key: str | None = None
    unique_for_ms: int = 0
    correlation_id: str | None = None
    overlap: str = "allow"
    scheduled_for: datetime | None = None
    created_by: str = ""
    in_turn: bool = False
    params: str = "{}"

    @property
    def terms(self) -> tuple[object, ...]:
        """All but the params."""
        return self[:-1]


class Enqueued(NamedTuple):
    """What became of a request: the new run, or (`created=False`) the run that already holds its key."""

    run_id: int
    job: str
    state: State
    reason: Reason | None
    created: bool


class Missed(NamedTuple):
    """A range of so many nominal times that share one skipped run."""

    from_at: datetime
    to_at: datetime
    times: int


class Progress(NamedTuple):
    """How far a run says it is: percent 0 to 100, and a message that came from the job."""

    percent: float | None
    message: str | None


class Run(NamedTuple):
    """A run as it stands: the row behind every reading verb. `unreadable` says what of the row nobody can read."""

    run_id: int
    job: str
    job_version: int | None
    state: State
    reason: Reason | None
    queue: str
    priority: int
    params: dict[str, Any]
    key: str | None
    correlation_id: str | None
    attempt: int
    failures: int
    losses: int
    exit_code: int | None
    signal: str | None
    error: str | None
    result: Any
    progress: Progress | None
    scheduled_for: datetime | None
    missed: Missed | None
    due_at: datetime | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None
    host: str | None
    unreadable: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it, unless an operator retries it."""
        return self.finished_at is not None


class Attempt(NamedTuple):
    """One execution of a run; `outcome` is None while it runs, `host` when its daemon ended long ago."""

    number: int
    outcome: str | None
    exit_code: int | None
    signal: str | None
    started_at: datetime
    finished_at: datetime | None
    host: str | None
    pid: int | None
    error: str | None


class Event(NamedTuple):
    """One step in a run's life: who did what, and why."""

    at: datetime
    verb: str
    from_state: State | None
    to_state: State
    reason: Reason | None
    actor: str
