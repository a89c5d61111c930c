"""The coming fires of an expression or of a deployed job."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from jobctl.decide.schedule.cron import parse
from jobctl.decide.schedule.fire import annotate, has_reboot, has_start, jitter_for, never_matches, next_fire
from jobctl.decide.schedule.pattern import Pattern
from jobctl.decide.time.durations import format_duration, parse_duration
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError
from jobctl.model.instant import on_clock
from jobctl.model.job import Schedule


class Coming(NamedTuple):
    """One fire: its nominal time in the schedule's zone, what a clock change does to it, how much later it is due."""

    at: datetime
    note: Literal["gap", "repeat"] | None
    jitter: timedelta


def is_expression(text: str) -> bool:
    """Whether a text is a schedule by itself, rather than the name of a job. Raises UsageError for an empty one.

    >>> is_expression("30 2 * * *"), is_expression("@daily"), is_expression("10m"), is_expression("backup")
    (True, True, True, False)
    """
    if not text.strip():
        raise UsageError(
            "name an expression or a job", hint='such as `jobctl next "30 2 * * *"` or `jobctl next backup`'
        )
    return " " in text.strip() or text.startswith("@") or _every(text) is not None


def schedule_of(expression: str, zone: str) -> Schedule:
    """The schedule that an expression or a duration stands for. Raises UsageError for a zone that does not exist."""
    load(zone)
    every = _every(expression)
    return Schedule(every=every, timezone=zone) if every else Schedule(cron=(expression.strip(),), timezone=zone)


def zone_of(schedule: Schedule) -> str:
    """The zone on whose clock the fires are told: that of `CRON_TZ=` where all expressions name one."""
    timings = [parse(expression, "") for expression in schedule.cron]
    named = {timing.zone if isinstance(timing, Pattern) else None for timing in timings}
    return next(iter(named)) or schedule.timezone if len(named) == 1 else schedule.timezone


def coming(schedule: Schedule, job: str, after: datetime, count: int) -> list[Coming]:
    """The first `count` fires strictly after `after`. Raises UsageError for an expression that cannot be read."""
    zone = load(zone_of(schedule))
    fires = islice(_fires(schedule, job, after), count)
    return [Coming(on_clock(at, zone), annotate(schedule, job, at), jitter_for(schedule, job, at)) for at in fires]


def at_once(schedule: Schedule, job: str, at: datetime) -> Coming:
    """A nominal time that is known already, as one of those that are coming."""
    return Coming(at.astimezone(load(zone_of(schedule))), annotate(schedule, job, at), jitter_for(schedule, job, at))


def why_none(schedule: Schedule, job: str) -> str:
    """Why a schedule has no coming fires."""
    if has_reboot(schedule):
        return "it fires at each boot, at no nominal time"
    if has_start(schedule):
        return "it fires at each start of a daemon that finds no other alive, at no nominal time"
    if schedule.after_end is not None:
        return f"it fires {format_duration(schedule.after_end)} after the end of each run: later times are not known"
    if not schedule.is_set:
        return "it has no schedule: it runs when it is enqueued"
    return "this schedule never matches" if never_matches(schedule, job) else "it does not fire any more"


def _fires(schedule: Schedule, job: str, after: datetime) -> Iterator[datetime]:
    found = next_fire(schedule, job, after)
    while found is not None:
        yield found
        found = next_fire(schedule, job, found)


def _every(text: str) -> timedelta | None:
    try:
        return parse_duration(text) or None
    except ValueError:
        return None
