"""Lines of an anacrontab: once in a period, some minutes after anacron has started, whenever the machine is up."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from jobctl.importers.crontab.fields import When

_LINE = re.compile(r"(\d{1,5}|@daily|@weekly|@monthly|@yearly|@annually)\s+(\d{1,6})\s+(\S+)\s+(\S.*)", re.IGNORECASE)
_DAYS = {"@daily": 1, "@weekly": 7, "@monthly": 31, "@yearly": 366, "@annually": 366}
_FIXED = {1: "* * *", 7: "* * 0", 31: "1 * *", 366: "1 1 *"}


class Anacron(NamedTuple):
    """One line: when it fires, for how long a missed fire is made up for, its identifier and its command."""

    when: When
    window: str
    name: str
    command: str


def is_anacron(line: str) -> bool:
    """Whether a line looks like one of anacron's: its identifier could not be a field of cron's."""
    match = _LINE.fullmatch(line)
    return match is not None and bool(
        re.fullmatch(r"[A-Za-z0-9_.@-]*[A-Za-z]{4}[A-Za-z0-9_.@-]*|.*[a-z]\.[a-z].*", match[3])
    )


def read_anacron(line: str, variables: Mapping[str, str]) -> Anacron:
    """A line `period delay identifier command`; START_HOURS_RANGE says from which hour on.

    Raises ValueError with what is wrong.

    >>> read_anacron("1 5 cron.daily run-parts /etc/cron.daily", {"START_HOURS_RANGE": "3-22"}).when.schedule
    '5 3 * * *'
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("this is neither a job nor a variable")
    word = match[1].lower()
    days = _DAYS.get(word) or int(word)
    if days < 1:
        raise ValueError(f"`{word}` is no period")
    hours, minute = divmod(int(match[2]), 60)
    hour = _first_hour(variables) + hours
    if hour > 23:
        raise ValueError(f"a delay of {match[2]} minutes leads into the next day")
    return Anacron(_when(word, days, minute, hour), f"{days}d", match[3], match[4])


def _when(word: str, days: int, minute: int, hour: int) -> When:
    if word.isdigit() and days not in (1, 7):
        remark = f"every {days} days, counted in jobctl from 1970: anacron counts from its last run"
        return When(every=f"{days}d", remarks=(remark,))
    schedule = f"{minute} {hour} {_FIXED[days]}"
    if days == 1:
        return When(schedule)
    return When(
        schedule, remarks=("anacron counts from its last run; here the day is fixed, and a missed one is made up for",)
    )


def hours(variables: Mapping[str, str]) -> str | None:
    """The hours in which a missed job may be made up for, as `catchup_between` says them; None for all day.

    >>> hours({"START_HOURS_RANGE": "3-22"}), hours({}), hours({"START_HOURS_RANGE": "0-24"})
    ('03:00-22:00', None, None)
    """
    match = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", variables.get("START_HOURS_RANGE", ""))
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    if first >= last or last > 24 or (first, last) == (0, 24):
        return None
    return f"{first:02}:00-{last % 24:02}:00"


def _first_hour(variables: Mapping[str, str]) -> int:
    match = re.match(r"\s*(\d{1,2})\s*-", variables.get("START_HOURS_RANGE", ""))
    return min(int(match[1]), 23) if match else 0
