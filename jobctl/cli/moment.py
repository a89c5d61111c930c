"""An instant on the command line: a duration means so long ago."""

import os
from datetime import datetime

from jobctl.catalog.zone import machine_zone
from jobctl.decide.durations import parse_duration, parse_instant
from jobctl.model.errors import UsageError


def moment(option: str, text: str | None, now: datetime) -> datetime | None:
    """`1h` is an hour before `now`; else an ISO 8601 instant, without an offset in this machine's zone."""
    if text is None:
        return None
    try:
        return now - parse_duration(text)
    except ValueError:
        return _instant(option, text)


def _instant(option: str, text: str) -> datetime:
    try:
        return parse_instant(text, machine_zone(os.environ))
    except ValueError as error:
        raise UsageError(f"{option}: {error}", hint="or a duration like 1h, which means so long ago") from error
