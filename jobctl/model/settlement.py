"""A settlement: what was decided about an attempt, ready to be written."""

from datetime import datetime
from typing import Any, NamedTuple

from jobctl.model.claim import ClaimKey
from jobctl.model.run import Reason, Request, State


class Settlement(NamedTuple):
    """The end of one attempt and what follows for its run.

    `outcome` names what happened to the attempt; `state`, `reason` and `due_at` are the run's from now on (`due_at`
    only when it waits again). `failures` and `losses` are the new counts. `follow_up` is enqueued with it, atomically.
    `output` is what the attempt has printed where that is in no log file.
    """

    claim: ClaimKey
    job: str
    queue: str
    outcome: str
    state: State
    reason: Reason | None
    due_at: datetime | None
    failures: int
    losses: int
    exit_code: int | None
    signal: str | None
    error: str | None
    result: Any
    started_at: datetime
    finished_at: datetime
    follow_up: Request | None = None
    output: bytes | None = None
