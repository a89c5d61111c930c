"""The JSON shapes: frozen by a contract test; keys are added, never renamed or removed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobctl.model.instant import iso

if TYPE_CHECKING:
    from jobctl.model.run import Run
    from jobctl.model.view import JobRow

Json = dict[str, Any]


def run_json(run: "Run") -> Json:
    """A run."""
    return {
        "id": run.run_id,
        "job": run.job,
        "job_version": run.job_version,
        "state": run.state,
        "reason": run.reason,
        "queue": run.queue,
        "priority": run.priority,
        "params": run.params,
        "key": run.key,
        "correlation_id": run.correlation_id,
        "attempt": run.attempt,
        "failures": run.failures,
        "exit_code": run.exit_code,
        "signal": run.signal,
        "error": run.error,
        "result": run.result,
        "progress": None if run.progress is None else run.progress._asdict(),
        "scheduled_for": instant(run.scheduled_for),
        "missed": _missed_json(run),
        "due_at": instant(run.due_at),
        "created_at": instant(run.created_at),
        "created_by": run.created_by,
        "started_at": instant(run.started_at),
        "finished_at": instant(run.finished_at),
        "host": run.host,
        "unreadable": run.unreadable,
    }


def job_json(row: "JobRow", schedule: str | None) -> Json:
    """A row of `jobs`; `schedule` is in words."""
    return {
        "name": row.job.name,
        "kind": row.job.kind,
        "schedule": schedule,
        "timezone": row.job.schedule.timezone,
        "queue": row.job.queue,
        "version": row.version,
        "digest": row.digest,
        "enabled": row.job.enabled,
        "paused": row.pause is not None,
        "next_at": instant(row.next_at),
        "last_run": None if row.last_run is None else run_json(row.last_run),
    }


def instant(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, or null."""
    return None if at is None else iso(at)


def seconds(duration: timedelta | None) -> float | None:
    """Seconds, or null."""
    return None if duration is None else duration.total_seconds()


def _missed_json(run: "Run") -> Json | None:
    if run.missed is None:
        return None
    return {"from": iso(run.missed.from_at), "to": iso(run.missed.to_at), "count": run.missed.times}
