"""Rows of runs as runs."""

from datetime import datetime
from typing import NamedTuple

from jobctl.decide.runs.states import STATES
from jobctl.model import defaults
from jobctl.model.instant import near_ms
from jobctl.model.run import Missed, Progress, Reason, Run, State
from jobctl.store.relational.decoding import read_data, read_params


class RunRow(NamedTuple):
    """What is shown of a run."""

    run_id: int
    job: str
    job_version: int | None
    state: State
    reason: Reason | None
    queue: str | None
    priority: int
    params: str
    key: str | None
    correlation_id: str | None
    claims: int
    failures: int
    losses: int
    exit_code: int | None
    signal: str | None
    error: str | None
    result: str | None
    percent: float | None
    progress_message: str | None
    scheduled_for: int | None
    missed_from: int | None
    missed_times: int | None
    due_at: int | None
    created_at: int
    created_by: str
    started_at: int | None
    finished_at: int | None
    host: str | None


def to_run(row: RunRow) -> Run:
    """A run from its row; of one that not all can be read of, the rest."""
    params, wrong_params = read_params(row.params)
    result, wrong_result = (None, None) if row.result is None else read_data(row.result)
    wrong = [
        f"its {what} {why}"
        for what, why in (
            ("params", wrong_params),
            ("result", wrong_result),
            ("queue", "is unknown" if row.queue is None else None),
            ("state", None if row.state in STATES else "is none"),
        )
        if why is not None
    ]
    return Run(
        run_id=row.run_id,
        job=row.job,
        job_version=row.job_version,
        state=row.state if row.state in STATES else "failed",
        reason=row.reason,
        queue=row.queue or defaults.QUEUE,
        priority=row.priority,
        params=params,
        key=row.key,
        correlation_id=row.correlation_id,
        attempt=row.claims,
        failures=row.failures,
        losses=row.losses,
        exit_code=row.exit_code,
        signal=row.signal,
        error=row.error,
        result=result,
        progress=_progress(row),
        scheduled_for=_instant(row.scheduled_for),
        missed=_missed(row),
        due_at=_instant(row.due_at),
        created_at=near_ms(row.created_at),
        created_by=row.created_by,
        started_at=_instant(row.started_at),
        finished_at=_instant(row.finished_at),
        host=row.host,
        unreadable="; ".join(wrong) or None,
    )


def _progress(row: RunRow) -> Progress | None:
    return None if row.percent is None and row.progress_message is None else Progress(row.percent, row.progress_message)


def _missed(row: RunRow) -> Missed | None:
    if row.missed_from is None or row.scheduled_for is None:
        return None
    return Missed(near_ms(row.missed_from), near_ms(row.scheduled_for), row.missed_times or 0)


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else near_ms(ms)
