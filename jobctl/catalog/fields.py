"""The kinds of value that a key takes: each reads what was typed, or says in words what it expected."""

import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from math import isfinite
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic_core import CoreSchema, core_schema

from jobctl.decide.cron import parse
from jobctl.decide.durations import parse_duration, parse_instant, parse_rate, parse_size
from jobctl.decide.params import shown
from jobctl.decide.zone import load
from jobctl.model.errors import UsageError
from jobctl.model.job import Rate

JOB_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
PARAM_NAME = r"[a-z][a-z0-9_-]*"
ENV_NAME = r"[^=\s\x00]+"
CALL = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
DURATION = r"^\s*(\d+w)?\s*(\d+d)?\s*(\d+h)?\s*(\d+m)?\s*(\d+(\.\d+)?s?)?\s*(\d+ms)?\s*$"
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A kind of value for pydantic: `read` gives the value or raises ValueError; `schema` says what may be typed."""

    read: Callable[[Any], Any]
    schema: Schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Schema:
        return dict(self.schema)


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """A shorter way to write a value: `lengthen` turns it into the long one, `schema` describes it."""

    lengthen: Callable[[Any], Any]
    schema: Schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.lengthen, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Schema:
        return {"anyOf": [dict(self.schema), handler(core)]}


def got(value: Any) -> str:
    """What was typed, as a message quotes it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else shown(value)


def expected(what: str, value: Any) -> ValueError:
    """The complaint about a value of the wrong kind."""
    return ValueError(f"expected {what}, got {got(value)}")


def text(value: Any) -> str:
    """Text; numbers and booleans are refused with what to write."""
    if isinstance(value, str):
        return value
    hint = "" if value is None or isinstance(value, (dict, list)) else f'; write "{shown(value)}" in quotes'
    raise ValueError(f"expected text, got {got(value)}{hint}")


def boolean(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise expected("true or false", value)


def matching(pattern: str, what: str) -> Read:
    """Text of a form."""

    def read(value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        raise expected(what, value)

    return Read(read, {"type": "string", "pattern": f"^{pattern}$"})


def whole(low: int, high: int = 2**31 - 1) -> Read:
    """A whole number within bounds, inclusive."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise expected("a whole number", value)
        if low <= value <= high:
            return value
        if value > high:
            raise expected(f"a whole number of at most {high:,}", value)
        raise expected(f"a whole number of at least {low:,}", value)

    return Read(read, {"type": "integer", "minimum": low, "maximum": high})


def number(low: float = -1e308, high: float = 1e308) -> Read:
    """A number within bounds, inclusive."""

    def read(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise expected("a number", value)
        if value < low:
            raise expected(f"a number of at least {low:g}", value)
        if value > high:
            raise expected(f"a number of at most {high:g}", value)
        return value

    bounds = {"minimum": low} if high == 1e308 else {"minimum": low, "maximum": high}
    return Read(read, {"type": "number"} if low == -1e308 else {"type": "number", **bounds})


def one_of(*choices: str) -> Read:
    """One of a few words."""
    words = ", ".join(choices[:-1]) + " or " + choices[-1]

    def read(value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return value
        raise expected(words, value)

    return Read(read, {"enum": list(choices)})


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


def _close_zone(value: str) -> str:
    known = {name.lower(): name for name in available_timezones()}
    close = get_close_matches(value.lower()[:60], list(known), n=1, cutoff=0.7)
    return f"; did you mean {known[close[0]]}?" if close else ""


def instant(value: Any) -> str:
    """An instant, checked here and read again when its zone is known."""
    if not isinstance(value, str) or len(value) > 60:
        raise expected("an instant like 2026-03-08T02:30 or 2026-03-08T02:30Z", value)
    parse_instant(value, "UTC")
    return value


def command(value: Any) -> str | tuple[str, ...]:
    """What to run: text for a shell, or a list of arguments."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value) and value[0]:
        return tuple(value)
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


def umask(value: Any) -> int:
    """A umask, read as octal from its text."""
    if isinstance(value, str) and re.fullmatch(r"(0o)?[0-7]{1,4}", value) and int(value.removeprefix("0o"), 8) <= 0o777:
        return int(value.removeprefix("0o"), 8)
    raise expected("an octal umask like 022 or 0077", value)


def path(value: Any) -> str:
    """A path; `~` is not expanded, since it would mean another folder to another user."""
    found = text(value)
    if not found:
        raise expected("a path", value)
    if found.startswith("~"):
        raise ValueError(f"`~` is not expanded; write the whole path instead of {got(value)}")
    return found


def env_value(value: Any) -> str:
    """The value of an environment variable."""
    if isinstance(value, str):
        return value
    raise expected("text", value)


def names_or_switch(value: Any) -> bool | tuple[str, ...]:
    """True, false, or a list of names."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and all(isinstance(item, str) and re.fullmatch(ENV_NAME, item) for item in value):
        return tuple(value)
    raise expected("true, false or a list of names of variables", value)


def template_or_switch(value: Any) -> bool | str:
    """A template, or true for a key made of the params."""
    if isinstance(value, bool) or (isinstance(value, str) and value):
        return value
    raise expected("a template like order-{{ params.order_id }}, or true", value)


def one_or_more(schema: Schema) -> Short:
    """A list that may be written as its only item."""
    return Short(lambda value: value if isinstance(value, list) else [value], schema)


_TEXT: Schema = {"type": "string"}
_LOOSE: Schema = {"type": ["string", "number", "boolean"]}
_COMMAND: Schema = {"anyOf": [_LOOSE, {"type": "array", "items": _LOOSE, "minItems": 1}]}
Text = Annotated[str, Read(text, _TEXT)]
Texts = Annotated[tuple[Text, ...], one_or_more(_TEXT)]
Path = Annotated[str, Read(path, _TEXT)]
Paths = Annotated[tuple[Path, ...], one_or_more(_TEXT)]
Bool = Annotated[bool, Read(boolean, {"type": "boolean"})]
Duration = Annotated[timedelta, duration()]
Period = Annotated[timedelta, duration(timedelta(milliseconds=1))]
Size = Annotated[int, Read(size, {"anyOf": [{"type": "integer", "minimum": 1}, _TEXT]})]
RateText = Annotated[Rate, Read(rate, {"type": "string", "pattern": r"^\s*\d+\s*/\s*(s|min|h|day)\s*$"})]
Cron = Annotated[str, Read(cron, _TEXT)]
Crons = Annotated[tuple[Cron, ...], one_or_more(_TEXT)]
Zone = Annotated[str, Read(zone, _TEXT)]
Instant = Annotated[str, Read(instant, _TEXT)]
Command = Annotated[str | tuple[str, ...], Read(command, _COMMAND)]
Signal = Annotated[str, Read(signal_name, _TEXT)]
Umask = Annotated[int, Read(umask, {"type": ["string", "integer"]})]
EnvName = Annotated[str, matching(ENV_NAME, "the name of a variable without spaces and =")]
EnvValue = Annotated[str, Read(env_value, _LOOSE)]
InheritEnv = Annotated[
    bool | tuple[str, ...], Read(names_or_switch, {"anyOf": [{"type": "boolean"}, {"type": "array", "items": _TEXT}]})
]
Unique = Annotated[bool | str, Read(template_or_switch, {"type": ["string", "boolean"]})]
JOB_NAME_KIND = matching(
    rf"(?![0-9]+$){JOB_NAME}", "a name of letters, digits, _ . and -, not of digits alone, at most 100 long"
)
JobName = Annotated[str, JOB_NAME_KIND]
QueueName = Annotated[str, matching(JOB_NAME, "a name of letters, digits, _ . and -, at most 100 long")]
ParamName = Annotated[str, matching(PARAM_NAME, "a name like album or album-id: small letters, digits, _ and -")]
Call = Annotated[str, matching(CALL, "a callable like package.module:function")]
ExitCode = Annotated[int, whole(0, 255)]
ExitCodes = Annotated[tuple[ExitCode, ...], one_or_more({"type": "integer", "minimum": 0, "maximum": 255})]
