"""A claim: the right to execute a run once, named by run and fence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jobctl.model.job import Job


class ClaimKey(NamedTuple):
    """Names one claim: a settlement, a progress report or a kill that names a stale one changes nothing."""

    run_id: int
    fence: int


class Claim(NamedTuple):
    """A run that this daemon may execute now. `fence` is also the number of the attempt, counted from 1.

    `failures` and `losses` are the counts before this attempt, `lost` how many attempts vanished, whoever was to blame.
    `deadline_at` bounds the run, not the attempt.
    """

    run_id: int
    fence: int
    job: Job
    job_version: int | None
    queue: str
    params: Mapping[str, Any]
    correlation_id: str
    scheduled_for: datetime | None
    due_at: datetime
    deadline_at: datetime | None
    failures: int
    losses: int
    lost: int = 0

    @property
    def key(self) -> ClaimKey:
        """The name of this claim."""
        return ClaimKey(self.run_id, self.fence)
