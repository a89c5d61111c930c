"""`OnCalendar=` of systemd, in the words of a catalog."""

import re
from typing import NamedTuple

from jobctl.decide.schedule.cron import parse
from jobctl.decide.time.zone import exists
from jobctl.model.errors import UsageError

_WORDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "biannually": "*-01,07-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "annually": "*-01-01 00:00:00",
}
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_DATE = re.compile(r"(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)")
_TIME = re.compile(r"([^:]+):([^:]+)(?::([^:]+))?")
_NTH = {"1..7": 1, "8..14": 2, "15..21": 3, "22..28": 4}
_ITEM = re.compile(r"(\*|\d+)(?:(?:\.\.|-)(\d+))?(?:/(\d+))?")


class Calendar(NamedTuple):
    """`cron` is an expression, or else `at` an instant; `zone` is named only where systemd's text names one."""

    cron: str | None
    at: str | None
    zone: str | None


def read_calendar(text: str) -> Calendar:
    """The schedule that an OnCalendar stands for. Raises ValueError for what a cron expression cannot say.

    >>> read_calendar("Mon..Fri *-*-* 02:30 Europe/Berlin")
    Calendar(cron='30 2 * * 1,2,3,4,5', at=None, zone='Europe/Berlin')
    >>> read_calendar("*:0/15").cron
    '*/15 * * * *'
    """
    parts, zone = _split_zone(text.split())
    if len(parts) == 1 and parts[0].lower() in _WORDS:
        parts = _WORDS[parts[0].lower()].split()
    weekdays = _weekdays(parts.pop(0)) if parts and parts[0][:1].isalpha() else []
    date = _DATE.fullmatch(parts[0]) if parts else None
    rest = parts[1:] if date is not None else parts
    time = _TIME.fullmatch(rest[0]) if rest else None
    if rest[1 if time is not None else 0 :] or (date is None and time is None and not weekdays):
        raise ValueError(f"`{text}` is no calendar event")
    year, month, mark, day = date.groups() if date else (None, "*", "-", "*")
    hour, minute, second = time.groups() if time else ("0", "0", None)
    clock = _clock(hour, minute, second or "0")
    if (year or "*") != "*":
        return Calendar(None, _instant(text, (year or "", month, day, hour, minute, second or "0"), weekdays), zone)
    days, weekday = _days(text, mark, day, weekdays)
    cron = f"{clock} {days} {_field(month, 1, 12)} {weekday}"
    try:
        parse(cron, "")
    except UsageError as error:
        raise ValueError(f"`{text}`: {error.message}") from error
    return Calendar(cron, None, zone)


def _split_zone(parts: list[str]) -> tuple[list[str], str | None]:
    if len(parts) < 2 or not re.fullmatch(r"[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)*", parts[-1]):
        return parts, None
    return (parts[:-1], parts[-1]) if exists(parts[-1]) else (parts, None)


def _weekdays(text: str) -> list[int]:
    found: list[int] = []
    for item in text.split(","):
        first, _, last = item.replace("..", "-").partition("-")
        low, high = _weekday(first), _weekday(last or first)
        found += [number % 7 for number in range(low, high + 1 if high >= low else high + 8)]
    return sorted(set(found))


def _weekday(name: str) -> int:
    short = name.lower()[:3]
    if short not in _WEEKDAYS:
        raise ValueError(f"`{name}` is no day of the week")
    return _WEEKDAYS.index(short)


def _clock(hour: str, minute: str, second: str) -> str:
    """Hour and minute as cron orders them, the seconds first where there are any."""
    if not re.fullmatch(r"[\d*/,.]+", second) or re.search(r"\d\.\d", second.replace("..", "-")):
        raise ValueError(f"parts of a second (`{second}`) cannot be said")
    fields = f"{_field(minute, 0, 59)} {_field(hour, 0, 23)}"
    return fields if second.strip("0") == "" else f"{_field(second, 0, 59)} {fields}"


def _field(text: str, low: int, high: int) -> str:
    return ",".join(_item(item, low, high) for item in text.split(","))


def _item(item: str, low: int, high: int) -> str:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise ValueError(f"`{item}` cannot be said in a cron expression")
    first, last, step = match.groups()
    if first == "*":
        return f"*/{int(step)}" if step else "*"
    if last is None and step is None:
        return str(int(first))
    if last is None:
        return f"*/{int(step)}" if int(first) == low else f"{int(first)}-{high}/{int(step)}"
    return f"{int(first)}-{int(last)}" + (f"/{int(step)}" if step else "")


def _days(text: str, mark: str, day: str, weekdays: list[int]) -> tuple[str, str]:
    """Day of the month and day of the week. systemd wants both to match, cron one of them: only some can be said."""
    plain = ",".join(item.lstrip("0") or item for item in re.sub(r"\.\.0*", "..", day).split(","))
    if mark == "~":
        if plain in ("7/1", "1..7") and weekdays:
            return "*", ",".join(f"{number}L" for number in weekdays)
        if not re.fullmatch(r"[1-9]|[12]\d|3[01]", plain) or weekdays:
            raise ValueError(f"`{text}` counts from the end of the month in a way that a cron expression cannot")
        return f"L-{int(plain) - 1}" if plain != "1" else "L", "*"
    if not weekdays or len(weekdays) == 7:
        return _field(day, 1, 31), "*"
    if day == "*":
        return "*", ",".join(map(str, weekdays))
    if plain in _NTH:
        return "*", ",".join(f"{number}#{_NTH[plain]}" for number in weekdays)
    raise ValueError(f"`{text}` wants a day of the week and of the month at once, which a cron expression cannot say")


def _instant(text: str, numbers: tuple[str, ...], weekdays: list[int]) -> str:
    if weekdays or not all(number.isdecimal() for number in numbers):
        raise ValueError(f"`{text}` repeats within a certain year, which a cron expression cannot say")
    year, month, day, hour, minute, second = map(int, numbers)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
