"""The one record that a nominal time gets: a run, or a run that is skipped with its reason."""

import json
from datetime import datetime
from typing import Any

from jobctl.decide.schedule.missed import without
from jobctl.model.fire import DueSchedule, Fire
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.job import Job
from jobctl.model.run import Enqueued, Missed, Reason
from jobctl.store.relational.intake import Intake, NewRun
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select

NOMINAL = Select("schedules", "nominal", int)
NOMINAL_BETWEEN = Select("schedules", "nominal_between", int)


def record_missed(
    session: Session, intake: Intake, schedule: DueSchedule, definition_id: int, missed: Missed
) -> list[Enqueued]:
    """One skipped run for a range, or for each part of it between times that have a record of their own."""
    bounds = {"job": schedule.job.name, "from_at": to_ms(missed.from_at), "to_at": to_ms(missed.to_at)}
    recorded = [near_ms(at) for at in session.all(NOMINAL_BETWEEN, bounds)]
    parts = without(schedule.job.schedule, schedule.job.name, missed, recorded)
    return [intake.take(missed_run(schedule, definition_id, part)) for part in parts]


def record_fire(
    session: Session,
    intake: Intake,
    schedule: DueSchedule,
    definition_id: int,
    fire: Fire,
    skipped: Reason | None,
    now: datetime,
) -> list[Enqueued]:
    """A run, unless somebody else's start, `--scheduled-for` perhaps, has this nominal time already."""
    if session.one(NOMINAL, {"job": schedule.job.name, "at": to_ms(fire.nominal_at)}) is not None:
        return []
    return [intake.take(_fire_run(schedule, definition_id, fire, skipped, now))]


def missed_run(schedule: DueSchedule, definition_id: int, missed: Missed) -> NewRun:
    """The skipped run that a range of missed times shares."""
    return _new_run(
        schedule,
        definition_id,
        scheduled_for=to_ms(missed.to_at),
        skipped="missed",
        missed_from=to_ms(missed.from_at),
        missed_times=missed.times,
    )


def _fire_run(schedule: DueSchedule, definition_id: int, fire: Fire, skipped: Reason | None, now: datetime) -> NewRun:
    """Times that are made up for all at once wait for each other instead of skipping each other."""
    deadline, when = schedule.job.deadline, schedule.job.schedule
    # One that waits for its hours must not expire before they come.
    since = max(now, fire.due_at) if fire.caught_up and when.catchup_between else now
    return _new_run(
        schedule,
        definition_id,
        scheduled_for=to_ms(fire.nominal_at),
        skipped=skipped,
        due_at=None if skipped else to_ms(fire.due_at),
        expires_at=None if deadline is None else to_ms(since + deadline),
        in_turn=fire.caught_up and when.catchup == "all",
    )


def _new_run(schedule: DueSchedule, definition_id: int, **facts: Any) -> NewRun:
    job = schedule.job
    whole: dict[str, Any] = {
        "job": job.name,
        "job_version": schedule.job_version,
        "definition_id": definition_id,
        "queue": job.queue,
        "priority": job.priority,
        "params": default_params(job),
        "due_at": None,
        "expires_at": None,
        "key": None,
        "unique_for": 0,
        "correlation_id": None,
        "overlap": job.overlap,
        "created_by": "schedule",
    }
    return NewRun(**(whole | facts))


def default_params(job: Job) -> str:
    """The params of a run that nobody gave any."""
    if not job.params:
        return "{}"
    return json.dumps({name: param.default for name, param in job.params.items() if param.default is not None})
