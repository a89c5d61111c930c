"""Single values of a catalog: each reader gives the value, or raises ValueError with what it expected."""

import re
import signal
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from jobctl.catalog.kind import Read, argument, expected, got, plain_text, text
from jobctl.decide.schedule.cron import parse
from jobctl.decide.schedule.hours import parse_hours
from jobctl.decide.text.closest import closest
from jobctl.decide.text.variables import unexpanded
from jobctl.decide.time.durations import parse_duration, parse_instant, parse_rate, parse_size
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError
from jobctl.model.job import Rate

_PATTERN = r"[^=\s\x00]+"
DURATION = r"^\s*(\d+w)?\s*(\d+d)?\s*(\d+h)?\s*(\d+m)?\s*(\d+(\.\d+)?s?)?\s*(\d+ms)?\s*$"


class AfterEnd(NamedTuple):
    """An interval that counts from the end of the last run."""

    interval: timedelta


def boolean(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise expected("true or false", value)


def duration(at_least: timedelta = timedelta(0)) -> Read:
    """A duration."""

    def read(value: Any) -> timedelta:
        negative = isinstance(value, int) and value < 0
        if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > 60 or negative:
            raise expected("a duration like 90s or 2h30m", value)
        found = parse_duration(value)
        if found < at_least:
            raise ValueError(f"expected a duration longer than 0, got {got(value)}")
        return found

    return Read(read, {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": DURATION}]})


_PERIOD = duration(timedelta(milliseconds=1))
EVERY = {
    "anyOf": [
        *_PERIOD.schema["anyOf"],
        {
            "type": "object",
            "properties": {"after_end": _PERIOD.schema},
            "required": ["after_end"],
            "additionalProperties": False,
        },
    ]
}


def every(value: Any) -> timedelta | AfterEnd:
    """An interval on a grid, or (`after_end`) from the end of the last run."""
    if not isinstance(value, dict):
        return period(value)
    if list(value) != ["after_end"]:
        raise expected("a duration like 10m, or a mapping with `after_end` alone", ", ".join(map(str, value)))
    return AfterEnd(period(value["after_end"]))


def period(value: Any) -> timedelta:
    """A duration that is longer than nothing."""
    found: timedelta = _PERIOD.read(value)
    return found


def hours(value: Any) -> str:
    """Hours of the day, as text of one form."""
    if not isinstance(value, str) or len(value) > 40:
        raise expected("hours like 03:00-06:00", value)
    found = parse_hours(value)
    return f"{found.since:%H:%M}-{found.until:%H:%M}"


def size(value: Any) -> int:
    """A size in bytes."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > 40:
        raise expected("a size like 512M or 1G", value)
    found = parse_size(value)
    if not 0 < found < 2**63:
        raise expected("a size like 512M or 1G", value)
    return found


def rate(value: Any) -> Rate:
    """A rate of starts."""
    if not isinstance(value, str) or len(value) > 40:
        raise expected("a rate like 10/min (per s, min, h or day)", value)
    return parse_rate(value)


def cron(value: Any) -> str:
    """A cron expression."""
    if not isinstance(value, str) or len(value) > 1000:
        raise expected('a cron expression in quotes like "30 2 * * *" or "@daily"', value)
    try:
        parse(value, "")
    except UsageError as error:
        raise ValueError(error.message) from error
    return value


def zone(value: Any) -> str:
    """The name of a time zone that exists."""
    if not isinstance(value, str):
        raise expected("a time zone like Europe/Berlin or UTC", value)
    try:
        load(value)
    except UsageError as error:
        raise ValueError(
            f"expected a time zone like Europe/Berlin or UTC, got {got(value)}{_close_zone(value)}"
        ) from error
    return value


@cache
def _known_zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=256)
def _close_zone(value: str) -> str:
    known = _known_zones()
    close = closest(value.lower()[:60], known, cutoff=0.7)
    return f"; did you mean {known[close]}?" if close else ""


def instant(value: Any) -> str:
    """An instant, checked here and read again when its zone is known."""
    if not isinstance(value, str) or len(value) > 60:
        raise expected("an instant like 2026-03-08T02:30 or 2026-03-08T02:30Z", value)
    parse_instant(value, "UTC")
    return value


def command(value: Any) -> str | tuple[str, ...]:
    """What to run: text for a shell, or a list of arguments."""
    if isinstance(value, str) and value.strip():
        return argument(value)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value) and value[0]:
        return tuple(map(argument, value))
    if isinstance(value, list) and value:
        wrong = next((item for item in value if not isinstance(item, str)), "")
        raise ValueError(f"expected a list of texts that starts with a program, got {got(wrong)} in it")
    raise expected("a command as text, or a list of its arguments", value)


def signal_name(value: Any) -> str:
    """A signal by its name, with or without SIG."""
    if isinstance(value, str):
        name = value.upper() if value.upper().startswith("SIG") else f"SIG{value.upper()}"
        if name in signal.Signals.__members__:
            return name
    raise expected("the name of a signal like SIGTERM or SIGINT", value)


def owner(value: Any) -> str:
    """A user or a group, by name or number. The greatest number means "leave it as it is" to the kernel: root's."""
    found = text(value)
    number = found.strip()
    if number.lstrip("+-").isdecimal() and not (number == found and number.isdecimal() and int(number) < 2**32 - 1):
        raise expected("a name, or a number from 0 to 4,294,967,294", value)
    if not found or found != found.strip() or len(found) > 256:
        raise expected("the name of a user or a group", value)
    return found


def umask(value: Any) -> int:
    """A umask, read as octal from its text."""
    if isinstance(value, str) and re.fullmatch(r"(0o)?[0-7]{1,4}", value) and int(value.removeprefix("0o"), 8) <= 0o777:
        return int(value.removeprefix("0o"), 8)
    raise expected("an octal umask like 022 or 0077", value)


def path(value: Any) -> str:
    """A path; `~` and variables are not expanded, since they would mean another folder to another user."""
    found = text(value)
    if not found:
        raise expected("a path", value)
    meant = unexpanded(found)
    if meant:
        raise ValueError(f"`{meant}` is not expanded; write the whole path instead of {got(value)}")
    return found


def env_value(value: Any) -> str:
    """The value of an environment variable."""
    if isinstance(value, str):
        return argument(value)
    raise expected("text", value)


def names_or_switch(value: Any) -> bool | tuple[str, ...]:
    """True, false, or a list of names."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and all(isinstance(item, str) and re.fullmatch(_PATTERN, item) for item in value):
        return tuple(value)
    raise expected("true, false or a list of names of variables", value)


def template_or_switch(value: Any) -> bool | str:
    """A template, or true for a key made of the params."""
    if isinstance(value, str) and value:
        return plain_text(value)
    if isinstance(value, bool):
        return value
    raise expected("a template like order-{{ params.order_id }}, or true", value)
