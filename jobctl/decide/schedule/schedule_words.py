"""A schedule in plain English, short enough for a table; an exotic expression stands for itself."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from jobctl.decide.schedule.cron import Every, Reboot, Start, parse
from jobctl.decide.schedule.pattern import LAST, DayRule, Pattern
from jobctl.decide.time.durations import format_duration
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError
from jobctl.model.instant import on_clock
from jobctl.model.job import Schedule

_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FEW = 6


def schedule_in_words(schedule: Schedule, job: str | None = None, *, zoned: bool = True) -> str | None:
    """When it fires, in words; None for a job without a schedule.

    The zone is named where the words name clock times, unless `zoned` is false.

    With the job's name `H` shows the times it stands for; without, such an expression stands for itself.

    >>> schedule_in_words(Schedule(cron=("30 2 * * *",), timezone="Europe/Berlin"))
    'at 02:30 every day, Europe/Berlin'
    >>> schedule_in_words(Schedule(cron=("30 10 1,15 * 3",)))
    'at 10:30 on the 1st and 15th or on Wednesday, UTC'
    >>> schedule_in_words(Schedule(every=timedelta(seconds=10)))
    'every 10 s'
    """
    if schedule.every:
        return _every(schedule.every)
    if schedule.after_end:
        return f"{_every(schedule.after_end).removeprefix('every ')} after the end of the last run"
    if schedule.at:
        local = on_clock(schedule.at, load(schedule.timezone))
        form = "%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M"
        return f"once at {local.strftime(form)}" + (f", {schedule.timezone}" if zoned else "")
    if not schedule.cron:
        return None
    told = [_expression(expression, schedule.timezone, job) for expression in schedule.cron]
    if not zoned:
        return "; ".join(words for words, _ in told)
    if len({zone for _, zone in told}) == 1:
        zone = told[0][1]
        return "; ".join(words for words, _ in told) + (f", {zone}" if zone else "")
    return "; ".join(f"{words}, {zone}" if zone else words for words, zone in told)


def zones_in_words(schedule: Schedule, job: str | None = None) -> frozenset[str]:
    """The zones that `schedule_in_words` names.

    >>> sorted(zones_in_words(Schedule(cron=("30 2 * * *", "@every 5m"), timezone="Europe/Berlin")))
    ['Europe/Berlin']
    """
    if schedule.at:
        return frozenset((schedule.timezone,))
    told = [_expression(expression, schedule.timezone, job) for expression in schedule.cron]
    return frozenset(zone for _, zone in told if zone)


def _expression(expression: str, zone: str, job: str | None) -> tuple[str, str | None]:
    """The words for one expression, and the zone to name with them."""
    try:
        timing = parse(expression, job or "")
    except UsageError:
        return expression, None
    if isinstance(timing, Reboot):
        return "at each boot", None
    if isinstance(timing, Start):
        return "at each start of a daemon", None
    if isinstance(timing, Every):
        return _every(timing.period), None
    if job is None and parse(expression, "another job") != timing:
        return expression, zone
    clock, days = _clock(timing), _days(timing.rule)
    if clock is None or days is None:
        return expression, None if "CRON_TZ" in expression else zone
    months = _months(timing.months)
    if not days and not months and not clock.startswith("at ") and " from " not in clock:
        return clock, None
    if clock.startswith("at ") and not days:
        days = "every day"
    return " ".join(part for part in (clock, days, months) if part), timing.zone or zone


def _every(period: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if period == unit:
            return f"every {name}"
        if period > unit and not period % unit:
            return f"every {period // unit} {name}s"
    if period < timedelta(minutes=1) and not period % timedelta(seconds=1):
        return "every second" if period == timedelta(seconds=1) else f"every {period // timedelta(seconds=1)} s"
    return f"every {format_duration(period)}"


def _clock(pattern: Pattern) -> str | None:
    """When in the day."""
    seconds, minutes, hours = pattern.seconds, pattern.minutes, pattern.hours
    second, minute, hour = _step(seconds, 60), _step(minutes, 60), _step(hours, 24)
    if second and minute == 1 and hour == 1:
        return _every(timedelta(seconds=second))
    if seconds == (0,) and minute and hour == 1:
        return _every(timedelta(minutes=minute))
    if seconds == (0,) and minutes == (0,) and hour:
        return _every(timedelta(hours=hour))
    if pattern.a_day <= _FEW:
        return "at " + _list([_time(h, m, s, seconds) for h in hours for m in minutes for s in seconds])
    if seconds != (0,):
        return None
    if len(minutes) == 1 and hour:
        return f"{_every(timedelta(hours=hour))} at minute {minutes[0]}"
    if _run(hours) and (minute or len(minutes) == 1):
        pace = _every(timedelta(minutes=minute) if minute else timedelta(hours=1))
        return f"{pace} from {hours[0]:02}:{minutes[0]:02} to {hours[-1]:02}:{minutes[-1]:02}"
    return None


def _days(rule: DayRule) -> str | None:
    """On which days: empty for every day, None if there are no short words for it."""
    every_day, every_weekday = rule.days == sum(1 << day for day in range(1, 32)), rule.weekdays == 127
    by_day = "" if every_day else _month_days(rule)
    by_weekday = "" if every_weekday else _weekdays(rule)
    if rule.both:
        return by_day if every_weekday else by_weekday if every_day else None
    if by_day is None or by_weekday is None:
        return None
    return f"{by_day} or {by_weekday}" if by_day and by_weekday else ""


def _month_days(rule: DayRule) -> str | None:
    days = [day for day in range(1, 32) if rule.days >> day & 1]
    ends = [*map(_from_end, rule.from_end), *_nearest(rule)]
    if _run(days):
        return None if ends else f"from the {_ordinal(days[0])} to the {_ordinal(days[-1])}"
    named = [*map(_ordinal, days), *ends]
    return "on the " + _list(named) if len(named) <= _FEW else None


def _from_end(back: int) -> str:
    return f"{_ordinal(back + 1)} last day of the month" if back else "last day of the month"


def _nearest(rule: DayRule) -> Iterator[str]:
    yield from (f"weekday nearest to the {_ordinal(day)}" for day in rule.nearest)
    for back in rule.nearest_from_end:
        yield f"weekday nearest to the {_from_end(back)}" if back else "last weekday of the month"


def _weekdays(rule: DayRule) -> str | None:
    days = [day for day in range(1, 8) if rule.weekdays >> day % 7 & 1]
    if _run(days) and not rule.nth:
        return f"from {_WEEKDAYS[days[0]]} to {_WEEKDAYS[days[-1] % 7]}"
    named = [_WEEKDAYS[day % 7] for day in days]
    named += [f"the {'last' if n == LAST else _ordinal(n)} {_WEEKDAYS[day]}" for day, n in rule.nth]
    return "on " + _list(named)


def _months(months: int) -> str:
    named = [month for month in range(1, 13) if months >> month & 1]
    if len(named) == 12:
        return ""
    if _run(named):
        return f"from {_MONTHS[named[0] - 1]} to {_MONTHS[named[-1] - 1]}"
    return "in " + _list([_MONTHS[month - 1] for month in named])


def _step(values: Sequence[int], whole: int) -> int | None:
    """The step if the values are 0 and every step-th on, all around the field."""
    if whole % len(values):
        return None
    step = whole // len(values)
    return step if tuple(values) == tuple(range(0, whole, step)) and step < whole else None


def _run(values: Sequence[int]) -> bool:
    """True for three or more values in a row."""
    return len(values) > 2 and values[-1] - values[0] == len(values) - 1


def _time(hour: int, minute: int, second: int, seconds: Sequence[int]) -> str:
    return f"{hour:02}:{minute:02}" if tuple(seconds) == (0,) else f"{hour:02}:{minute:02}:{second:02}"


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ordinal(number: int) -> str:
    suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
