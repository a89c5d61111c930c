"""What a schedule's past comes to: the fires that are due, the ones to make up for, the ones that were missed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from jobctl.decide.schedule.fire import Between, fires_between, jitter_for, next_fire
from jobctl.decide.schedule.hours import allowed_from, parse_hours
from jobctl.model.fire import Fire, Fires
from jobctl.model.instant import MILLISECOND
from jobctl.model.job import Schedule
from jobctl.model.run import Missed


def decide_fires(schedule: Schedule, job: str, cursor_at: datetime, on_duty_since: datetime, now: datetime) -> Fires:
    """Decide every nominal time in (cursor_at, now], each exactly once.

    Times from `on_duty_since` on are on time. Earlier ones passed while no daemon was on duty: `catchup` says how many
    of them are made up for, within `catchup_window` before `now`; the others share one missed range. When the clock
    has stepped back (`now` before the cursor) nothing fires and the cursor stays. Raises UsageError for a schedule that
    cannot be read.
    """
    until = max(cursor_at, now)
    first = next_fire(schedule, job, cursor_at)
    if first is None or first > until:
        return Fires(due=(), missed=(), cursor_at=until, next_at=first)
    second = next_fire(schedule, job, first)
    if first >= on_duty_since and (second is None or second > until):
        # Nearly always: one time, on time. Whoever has ten thousand schedules waits for this.
        return Fires((_fire(schedule, job, first, caught_up=False),), (), until, second)
    duty_from = max(cursor_at, min(until, on_duty_since - MILLISECOND))
    late = _make_up(schedule, job, cursor_at, duty_from, now)
    on_time = fires_between(schedule, job, duty_from, until)
    due = [made_up(schedule, job, at, now) for at in late.kept]
    due += [_fire(schedule, job, at, caught_up=False) for at in on_time.kept]
    return Fires(
        due=tuple(due),
        missed=(late.dropped,) if late.dropped else (),
        cursor_at=until,
        next_at=next_fire(schedule, job, until),
    )


def pass_over(schedule: Schedule, job: str, cursor_at: datetime, until: datetime, *, paused: bool) -> Fires:
    """Decide the nominal times in (cursor_at, until] of a schedule that goes on from `until`: none is made up for.

    They share one missed range; of a schedule that was `paused` the newest stands in `due`, to be recorded as such.
    """
    found = fires_between(schedule, job, cursor_at, until, 1 if paused else 0)
    due = tuple(_fire(schedule, job, at, caught_up=True) for at in found.kept)
    return Fires(due, (found.dropped,) if found.dropped else (), until, next_fire(schedule, job, until))


def without(schedule: Schedule, job: str, missed: Missed, recorded: Sequence[datetime]) -> list[Missed]:
    """The parts of a missed range between times that have a record of their own, which are given in order.

    >>> from datetime import UTC
    >>> day = [datetime(2026, 3, n, tzinfo=UTC) for n in range(10)[1:]]
    >>> daily = Schedule(cron=("0 0 * * *",))
    >>> parts = without(daily, "backup", Missed(day[0], day[8], 9), [day[2], day[8]])
    >>> [(part.from_at.day, part.to_at.day, part.times) for part in parts]
    [(1, 2, 2), (4, 8, 5)]
    """
    if not recorded:
        return [missed]
    afters = (missed.from_at - MILLISECOND, *recorded)
    untils = (*(at - MILLISECOND for at in recorded), missed.to_at)
    parts = (fires_between(schedule, job, after, until, 0) for after, until in zip(afters, untils, strict=True))
    return [part.dropped for part in parts if part.dropped is not None]


def _make_up(schedule: Schedule, job: str, after: datetime, until: datetime, now: datetime) -> Between:
    """Of the times in (after, until], the ones that `catchup` makes up for, and the range of the others."""
    if until <= after:
        return Between((), None)
    limit = {"none": 0, "last": 1, "all": schedule.catchup_limit}[schedule.catchup]
    found = fires_between(schedule, job, after, until, limit)
    oldest_allowed = now - schedule.catchup_window
    kept = tuple(at for at in found.kept if at >= oldest_allowed)
    too_old = found.kept[: len(found.kept) - len(kept)]
    return Between(kept, _join(found.dropped, too_old))


def _join(dropped: Missed | None, too_old: tuple[datetime, ...]) -> Missed | None:
    """One range over what was dropped and what follows it."""
    if not too_old:
        return dropped
    if dropped is None:
        return Missed(too_old[0], too_old[-1], len(too_old))
    return Missed(dropped.from_at, too_old[-1], dropped.times + len(too_old))


def made_up(schedule: Schedule, job: str, at: datetime, now: datetime) -> Fire:
    """A missed time that is made up for: due at once, or in the hours that `catchup_between` allows."""
    fire = _fire(schedule, job, at, caught_up=True)
    if schedule.catchup_between is None:
        return fire
    hours = parse_hours(schedule.catchup_between)
    return replace(fire, due_at=allowed_from(hours, schedule.timezone, max(now, fire.due_at)))


def _fire(schedule: Schedule, job: str, at: datetime, *, caught_up: bool) -> Fire:
    return Fire(nominal_at=at, due_at=at + jitter_for(schedule, job, at), caught_up=caught_up)
