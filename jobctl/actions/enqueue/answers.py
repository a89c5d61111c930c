"""What became of wishes: new runs, runs that hold their keys already, runs that are only recorded.

Quick by design: `jobctl enqueue` imports this at every start.
"""

import json
from datetime import datetime
from typing import NamedTuple

from jobctl.model.errors import Refused
from jobctl.model.instant import from_ms, to_ms
from jobctl.model.run import Enqueued, Request, Run


class Promised(NamedTuple):
    """What became of wishes, in their order; the jobs that are paused, and the queues in which new runs wait.

    `too_late` are the jobs of those whose deadline passes before they are due.
    """

    answers: list[Enqueued]
    paused_jobs: tuple[str, ...]
    queues: tuple[str, ...]
    too_late: tuple[str, ...] = ()


def promised_run(request: Request, answer: Enqueued, now: datetime) -> Run:
    """The run that waits since `now`, as a store would read it: whoever enqueues need not read what was written."""
    return Run(
        run_id=answer.run_id,
        job=request.job,
        job_version=request.job_version,
        state="waiting",
        reason=None,
        queue=request.queue,
        priority=request.priority,
        params=json.loads(request.params),
        key=request.key,
        correlation_id=request.correlation_id,
        attempt=0,
        failures=0,
        losses=0,
        exit_code=None,
        signal=None,
        error=None,
        result=None,
        progress=None,
        scheduled_for=request.scheduled_for,
        missed=None,
        due_at=from_ms(to_ms(now if request.due_at is None else request.due_at)),
        created_at=from_ms(to_ms(now)),
        created_by=request.created_by,
        started_at=None,
        finished_at=None,
        host=None,
    )


def waits(answer: Enqueued) -> bool:
    """Whether there is a new run that waits to be started."""
    return answer.created and answer.state == "waiting"


def was_skipped(answer: Enqueued) -> bool:
    """Whether a run was only recorded, because another one of its job has not ended."""
    return answer.created and answer.state == "skipped"


def overlapping(answer: Enqueued) -> Refused:
    """The error for a run that is only recorded, because another one of its job has not ended."""
    return Refused(
        f"run {answer.run_id} is skipped: another run of `{answer.job}` has not ended",
        hint="`--overlap queue` lets it wait for its turn, `--overlap allow` runs it beside the other",
    )
