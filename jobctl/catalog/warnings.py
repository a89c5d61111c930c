"""What a catalog may say, but is hardly meant: the warnings."""

from collections.abc import Collection, Iterator
from datetime import datetime

from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Part
from jobctl.decide.schedule.fire import has_reboot, has_start, never_matches, next_fire
from jobctl.decide.schedule.warnings import seconds_doubt
from jobctl.model.job import Job

Found = tuple[list[Part], str]
_ONLY_WITH_TIMES = ("jitter", "start", "end", "dst", "catchup", "catchup_window", "catchup_limit", "catchup_between")
_ONLY_FOR = {"run": ("shell",), "call": ("python", "path", "worker")}


def doubts(model: JobModel, typed: Collection[str], job: Job) -> Iterator[Found]:
    """Where in the job, and the message. `typed` are the keys of the job itself, without defaults."""
    for use, keys in _ONLY_FOR.items():
        if getattr(model, use) is None:
            for key in keys:
                if key in typed:
                    yield [key], f"`{key}` is for `{use}`, which this job does not have: it changes nothing"
    if model.retry is not None and model.retry.max_delay is None and job.retry.delay > job.retry.max_delay:
        yield ["retry", "delay"], "each wait is cut to 1h, the `max_delay` of a retry that gives none"
    timing = _timing(job)
    if timing is None:
        for key in _ONLY_WITH_TIMES:
            if key in typed:
                yield [key], f"`{key}` is for jobs with `schedule`, `every` or `at`: it changes nothing"
    if timing is not None and never_matches(job.schedule, job.name):
        yield [timing], "this schedule never matches"
    for doubt in filter(None, map(seconds_doubt, job.schedule.cron)):
        yield ["schedule"], doubt


def ended(job: Job, now: datetime) -> Iterator[Found]:
    """A schedule that is over."""
    key = _timing(job)
    if key is None or not job.enabled or has_reboot(job.schedule) or has_start(job.schedule):
        return
    if never_matches(job.schedule, job.name):
        return
    if next_fire(job.schedule, job.name, now) is None:
        where = "end" if job.schedule.end is not None and job.schedule.end <= now else key
        yield [where], "this has passed: the schedule does not fire any more"


def _timing(job: Job) -> str | None:
    """The key that says when the job fires."""
    schedule = job.schedule
    return "schedule" if schedule.cron else "every" if schedule.every else "at" if schedule.at else None
