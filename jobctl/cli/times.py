"""Instants and durations on the command line."""

import os
from datetime import datetime, timedelta

from jobctl.decide.time.durations import parse_duration, parse_instant
from jobctl.model.errors import UsageError


def moment(option: str, text: str | None, now: datetime) -> datetime | None:
    """`1h` is an hour before `now`; else an ISO 8601 instant, without an offset in this machine's zone."""
    if text is None:
        return None
    try:
        return now - parse_duration(text)
    except ValueError:
        return instant(option, text, hint="or a duration like 1h, which means so long ago")


def coming_moment(option: str, text: str | None, now: datetime) -> datetime | None:
    """`1h` is an hour after `now`; else an instant as in `moment`, which must lie ahead."""
    if text is None:
        return None
    try:
        found = now + parse_duration(text)
    except ValueError:
        found = instant(option, text, hint="or a duration like 1h, which means so long from now")
    if found <= now:
        raise UsageError(f"{option}: {text} has passed already", hint="name an instant in the future")
    return found


def instant(option: str, text: str, zone: str | None = None, hint: str | None = None) -> datetime:
    """An ISO 8601 instant; without an offset in `zone`, or this machine's."""
    try:
        return parse_instant(text, zone or _machine_zone())
    except ValueError as error:
        raise UsageError(f"{option}: {error}", hint=hint or "add `Z` or an offset to be sure of the zone") from error


def duration(option: str, text: str) -> timedelta:
    """A duration."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(
            f"{option}: {error}",
            hint="write whole numbers of ms, s, m, h, d or w, like 500ms; a bare number is seconds",
        ) from error


def _machine_zone() -> str:
    from jobctl.catalog.zone import machine_zone

    return machine_zone(os.environ)
