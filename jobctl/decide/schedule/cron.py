"""Cron expressions as people type them: read by croniter, corrected to what Debian's cron does, and expanded once.

Corrections: `a-a` and `a-a/n` are `a` (croniter reads the whole field, cronsim `a/n`); `a/n` in the weekday field runs
to 7, not 6; `H` in the day-of-month field stays within 1-28, so that no month is left out, and may stand in a list
(croniter knows it alone); days follow Debian's star rule; zones are ours.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from jobctl.decide.schedule.pattern import LAST, DayRule, Pattern
from jobctl.decide.schedule.warnings import meant
from jobctl.decide.time.durations import parse_duration
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError

_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = {
    "a second": "0-59",
    "a minute": "0-59",
    "an hour": "0-23",
    "a day-of-month": "1-31, L, L-3, LW, 15W",
    "a month": "1-12, JAN-DEC",
    "a day-of-week": "0-7, SUN-SAT, L5, 1#2",
}
_SECOND, _MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY = range(6)
# Where croniter puts each of six fields that come with the seconds first.
_EXPANDED = (5, 0, 1, 2, 3, 4)
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_NUMBER = {
    _MONTH: {name: str(number) for number, name in enumerate(_MONTHS, 1)},
    _WEEKDAY: {name: str(number) for number, name in enumerate(_WEEKDAYS)},
}
_OFFSET, _NEAR = re.compile(r"L-0*(\d{1,2})(W?)"), re.compile(r"(L|0*\d{1,2})W")
_MOST_BACK = 30
_HASHED = re.compile(r"(?<![a-z])h(?![a-z])", re.IGNORECASE)
_HINT = "five fields `minute hour day-of-month month day-of-week`, six with seconds first, or @daily, @every 10m"


class _Ends(NamedTuple):
    """What a day-of-month field says of ends of months and of days nearest to others, as Quartz writes it.

    `plain` is the rest of the field, for croniter; empty if there is none.
    """

    from_end: tuple[int, ...]
    nearest: tuple[int, ...]
    nearest_from_end: tuple[int, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Every:
    """`@every`: a grid of instants, `period` apart."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Reboot:
    """`@reboot`: no instants; it fires at the first start of a daemon after a boot."""


@dataclass(frozen=True, slots=True)
class Start:
    """`@start`: no instants; it fires at each start of a daemon that finds no other alive."""


Timing = Pattern | Every | Reboot | Start


def parse(expression: str, job: str) -> Timing:
    """What an expression means for the job of that name, from which `H` is hashed.

    Raises UsageError for an expression that cannot be read.

    >>> parse("30 2 * * MON-FRI", "backup").hours
    (2,)
    >>> parse("@every 10m", "backup")
    Every(period=datetime.timedelta(seconds=600))
    """
    return _parse(expression, job if is_hashed(expression) else "")


def is_hashed(expression: str) -> bool:
    """Whether jobs of other names fire at other times: an `H` is hashed from the name.

    >>> is_hashed("H 3 * * *"), is_hashed("0 3 * * THU")
    (True, False)
    >>> is_hashed("@every 2h")
    False
    """
    return "@" not in expression and _HASHED.search(expression) is not None


def number_of(field: int, text: str) -> int | None:
    """The number that a value of one of the five fields stands for, months and weekdays by name too; None for no value.

    >>> number_of(4, "Mon"), number_of(0, "07"), number_of(0, "mon")
    (1, 7, None)
    """
    number = _NUMBER.get(field + 1, {}).get(text.upper(), text)
    return int(number) if number.isascii() and number.isdecimal() else None


@lru_cache(maxsize=32_768)
def _parse(expression: str, job: str) -> Timing:
    zone, rest = _split_zone(expression)
    lowered = rest.lower()
    if lowered == "@reboot":
        return Reboot()
    if lowered == "@start":
        return Start()
    if lowered.startswith("@every"):
        return _every(expression, lowered.removeprefix("@every"))
    if lowered.startswith("@") and lowered not in _ALIASES:
        known = ", ".join(_ALIASES)
        _refuse(expression, f"there is no `{rest.split()[0]}`", hint=f"known are {known}, @every 10m, @reboot, @start")
    if lowered.startswith("tz="):
        _refuse(expression, "`TZ=` is not known here", hint=f"write `CRON_{rest}`")
    typed = _six_fields(expression, _ALIASES.get(lowered, rest))
    return _expand(expression, typed, job, zone)


def _split_zone(expression: str) -> tuple[str | None, str]:
    match = re.fullmatch(r"CRON_TZ=(\S+)\s+(.*)", expression.strip(), re.DOTALL)
    if match is None:
        return None, expression.strip()
    zone = match[1].strip("\"'")
    load(zone)
    return zone, match[2].strip()


def _every(expression: str, text: str) -> Every:
    try:
        period = parse_duration(text.strip())
    except ValueError as error:
        _refuse(expression, str(error))
    if period <= timedelta(0):
        _refuse(expression, "the period must be longer than nothing")
    return Every(period)


def _six_fields(expression: str, text: str) -> list[str]:
    fields = text.upper().split()
    if len(fields) not in (5, 6):
        _refuse(expression, f"it has {len(fields)} field{'s' if len(fields) != 1 else ''}, not 5 or 6")
    return fields if len(fields) == 6 else ["0", *fields]


def _correct(index: int, field: str, job: str) -> str:
    """A field in the form in which croniter reads it as Debian's cron does."""
    items = [_correct_item(index, item) for item in field.split(",")]
    return ",".join(items if len(items) == 1 else [_hashed(index, item, job) for item in items])


def _hashed(index: int, item: str, job: str) -> str:
    """What an `H` in a list stands for."""
    if not item.startswith("H"):
        return item
    cron = _read(_alone(index, item), job)
    return item if cron is None else ",".join(map(str, cron.expanded[_EXPANDED[index]]))


def _alone(index: int, field: str) -> list[str]:
    """Six fields of which one says something."""
    return [field if each == index else "*" for each in range(6)]


def _correct_item(index: int, item: str) -> str:
    names = _NUMBER.get(index, {})
    item = re.sub(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", lambda name: names.get(name[0], name[0]), item)
    item = re.sub(r"^0*(\d+)-0*\1(/0*[1-9]\d*)?$", r"\1", item)
    item = re.sub(r"^H\(0*(\d+)-0*\1\)(/\d+)?$", r"\1", item)
    if index == _WEEKDAY:
        item = re.sub(r"^(\d)L$", r"L\1", item)
        item = re.sub(r"^7/\d*[1-9]\d*$", "7", item)
        item = re.sub(r"^(\d)/", r"\1-7/", item)
    return "H(1-28)" if index == _DAY and item == "H" else item


def _expand(expression: str, typed: list[str], job: str, zone: str | None) -> Pattern:
    _refuse_random(expression, typed)
    ends = _ends(typed[_DAY])
    plain = [ends.plain or "1" if index == _DAY else field for index, field in enumerate(typed)]
    fields = [_correct(index, field, job) for index, field in enumerate(plain)]
    cron = _read(fields, job)
    if cron is None:
        _blame(expression, typed, plain, job)
    minutes, hours, days, months, weekdays, seconds = cron.expanded
    nth = tuple((weekday, LAST if n == "l" else n) for weekday, ns in cron.nth_weekday_of_month.items() for n in ns)
    rule = DayRule(
        days=_bits(days, range(1, 32)) if ends.plain else 0,
        from_end=ends.from_end,
        nearest=ends.nearest,
        nearest_from_end=ends.nearest_from_end,
        weekdays=_bits(weekdays, range(7)) & ~sum({1 << weekday for weekday, _ in nth}),
        nth=tuple(sorted(nth)),
        both=fields[_DAY][0] in "*?" or fields[_WEEKDAY][0] in "*?",
    )
    return Pattern(
        seconds=_values(seconds, range(60)),
        minutes=_values(minutes, range(60)),
        hours=_values(hours, range(24)),
        months=_bits(months, range(1, 13)),
        rule=rule,
        fixed=not (fields[_MINUTE].startswith("*") or fields[_HOUR].startswith("*")),
        zone=zone,
    )


def _ends(field: str) -> _Ends:
    """Take `L`, `L-3`, `LW`, `L-3W` and `15W` out of a day-of-month field.

    >>> _ends("1,L-3,LW,15W")
    _Ends(from_end=(3,), nearest=(15,), nearest_from_end=(0,), plain='1')
    """
    from_end, nearest, nearest_from_end = set[int](), set[int](), set[int]()
    plain = list[str]()
    for item in field.split(","):
        offset, near = _OFFSET.fullmatch(item), _NEAR.fullmatch(item)
        if item == "L":
            from_end.add(0)
        elif offset is not None and int(offset[1]) <= _MOST_BACK:
            (nearest_from_end if offset[2] else from_end).add(int(offset[1]))
        elif near is not None and near[1] == "L":
            nearest_from_end.add(0)
        elif near is not None and 1 <= int(near[1]) <= 31:
            nearest.add(int(near[1]))
        else:
            plain.append(item)
    return _Ends(tuple(sorted(from_end)), tuple(sorted(nearest)), tuple(sorted(nearest_from_end)), ",".join(plain))


def _refuse_random(expression: str, fields: list[str]) -> None:
    """Refuse `R`, for which croniter would draw a new value at each reading, and `~`, for which cronie does."""
    for item in ",".join(fields).split(","):
        if re.match(r"R(\(|/|$)", item) or "~" in item:
            _refuse(expression, f"`{item}` would be random", hint="use `H`, which is hashed from the job's name")


def _read(fields: list[str], job: str) -> Any:
    """croniter's reading of six fields, seconds first; None if it has none, or has one of its own for `L` and `W`."""
    if re.search("[LW]", fields[_DAY]):
        return None
    from croniter import CroniterError, croniter

    try:
        return croniter(
            " ".join(fields),
            start_time=0,
            hash_id=job,
            implement_cron_bug=True,
            second_at_beginning=True,
        )
    except (CroniterError, ValueError, KeyError, TypeError, IndexError):
        return None


def _blame(expression: str, fields: list[str], plain: list[str], job: str) -> NoReturn:
    """Say which field is wrong: the one that cannot be read even alone; `plain` as croniter may read them."""
    for index, (name, allowed) in enumerate(_FIELDS.items()):
        if _read(_alone(index, _correct(index, plain[index], job)), job) is None:
            _refuse(expression, f"`{fields[index]}` is not {name} ({allowed})")
    _refuse(expression, "its fields cannot be combined")


def _refuse(expression: str, why: str, hint: str | None = None) -> NoReturn:
    raise UsageError(
        f"cannot read the schedule `{expression}`: {why}", hint=hint or meant(expression) or f"write {_HINT}"
    )


def _values(expanded: list[Any], whole: range) -> tuple[int, ...]:
    return tuple(whole) if "*" in expanded else tuple(sorted(x for x in expanded if isinstance(x, int)))


def _bits(expanded: list[Any], whole: range) -> int:
    return sum(1 << x for x in _values(expanded, whole))
