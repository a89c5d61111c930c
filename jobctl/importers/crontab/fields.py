"""When a line of a crontab fires, in the words of a catalog."""

import re
from typing import NamedTuple

from jobctl.decide.schedule.cron import number_of, parse
from jobctl.model.errors import UsageError

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_FIELD_NAMES = ("minute", "hour", "day of the month", "month", "day of the week")
_KNOWN = ("@reboot", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_RANDOM = re.compile(r"(\w*)~(\w*)(?:/(\d+))?", re.ASCII)


class When(NamedTuple):
    """`schedule` or `every`, whichever is set, and what there is to say about it.

    `after_end`: the interval counts from the end of the last run.
    """

    schedule: str | None = None
    every: str | None = None
    after_end: bool = False
    remarks: tuple[str, ...] = ()


def read_when(text: str) -> When:
    """The schedule of a job line: five fields, or a word with `@`. Raises ValueError with what is wrong.

    >>> read_when("0 3  * * mon").schedule
    '0 3 * * mon'
    >>> read_when("0~29 3 * * *").schedule
    'H(0-29) 3 * * *'
    """
    if text.startswith("@"):
        return _word(text)
    remarks: list[str] = []
    fields = [_field(index, field, remarks) for index, field in enumerate(text.lstrip("-").split())]
    schedule = " ".join(fields)
    try:
        parse(schedule, "")
    except UsageError as error:
        raise ValueError(error.message.partition(": ")[2] or error.message) from error
    return When(schedule, remarks=tuple(remarks))


def _word(text: str) -> When:
    word = text.lower()
    if word in _KNOWN:
        return When(word)
    if word in ("@every_minute", "@every_second"):
        return When("* * * * *") if word == "@every_minute" else When(every="1s")
    if re.fullmatch(r"@[1-9]\d{0,8}", word):
        return When(every=f"{word[1:]}s", after_end=True)
    raise ValueError(f"`{text}` is not known")


def _field(index: int, field: str, remarks: list[str]) -> str:
    """One field; a random value becomes one that is hashed from the job's name."""
    if re.search(r"(?<![-\d*])\d+/\d", field) and "~" not in field:
        remarks.append(
            f"`{field}` has a step without a range: some crons take it for a single value, jobctl goes on to the end"
        )
    if "~" not in field:
        return field
    return ",".join(_random(index, item, remarks) for item in field.split(","))


def _random(index: int, item: str, remarks: list[str]) -> str:
    low, high = _RANGES[index]
    match = _RANDOM.fullmatch(item)
    if match is None:
        if "~" in item:
            raise ValueError(f"`{item}` is no random {_FIELD_NAMES[index]}")
        return item
    first, last = _number(index, item, match[1] or str(low)), _number(index, item, match[2] or str(high))
    step = f"/{match[3]}" if match[3] else ""
    if first > last:
        raise ValueError(f"`{item}` is no random {_FIELD_NAMES[index]}: write the smaller value first")
    if not low <= first <= last <= high + (index == 4):
        raise ValueError(f"`{item}` is no random {_FIELD_NAMES[index]}: it must lie in {low}-{high}")
    if first == last:
        return str(first)
    became = "H" if (first, last) == (low, high) and not step else f"H({first}-{last}){step}"
    remarks.append(f"`{item}` was drawn at random when cron started; `{became}` follows from the job's name")
    return became


def _number(index: int, item: str, text: str) -> int:
    """A value of a field as a number: months and days of the week have names too."""
    number = number_of(index, text)
    if number is None:
        raise ValueError(f"`{item}` is no random {_FIELD_NAMES[index]}")
    return number
