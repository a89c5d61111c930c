"""Claims for tests of pure rules."""

from datetime import UTC, datetime
from typing import Any

from jobctl.model.claim import Claim
from jobctl.model.job import Job

CLAIMED_AT = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def claim(job: Job | None = None, **facts: Any) -> Claim:
    """A first claim of run 7, with whatever the test wants different."""
    defaults: dict[str, Any] = {
        "run_id": 7,
        "fence": 1,
        "job": job or Job(name="backup", run="true"),
        "job_version": 1,
        "queue": "default",
        "params": {},
        "correlation_id": "7",
        "scheduled_for": None,
        "due_at": datetime(2026, 3, 8, 6, 29, tzinfo=UTC),
        "deadline_at": None,
        "failures": 0,
        "losses": 0,
    }
    return Claim(**defaults | facts)
