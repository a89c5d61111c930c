"""Times as people say them: how long, how long ago, and the clock of this machine."""

from datetime import datetime, timedelta

from jobctl.decide.time.duration_words import span
from jobctl.model.instant import on_clock

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def took(duration: timedelta) -> str:
    """A duration that was measured: fine where it is short.

    >>> [took(timedelta(seconds=s)) for s in (0.0034, 0.25, 4.26, 42, 271, 4000)]
    ['3 ms', '0.25 s', '4.3 s', '42 s', '4 min 31', '1 h 06']
    """
    seconds = max(0.0, duration.total_seconds())
    if seconds < 0.1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    if _MINUTE <= whole < _HOUR and whole % _MINUTE:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d}"
    return span(duration)


def clock(duration: timedelta) -> str:
    """A duration that is still growing.

    >>> clock(timedelta(seconds=12)), clock(timedelta(seconds=4000)), clock(timedelta(days=2, hours=1))
    ('0:12', '1:06:40', '2 d 1:00:00')
    """
    seconds = max(0, int(duration.total_seconds()))
    days, seconds = divmod(seconds, _DAY)
    hours, seconds = divmod(seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    if days:
        return f"{days} d {hours}:{minutes:02d}:{seconds:02d}"
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def distance(instant: datetime, now: datetime) -> str:
    """How far an instant is from `now`.

    >>> now = datetime(2026, 3, 8, 12)
    >>> distance(now + timedelta(minutes=3), now), distance(now - timedelta(hours=2), now)
    ('in 3 min', '2 h ago')
    """
    return f"in {span(instant - now)}" if instant > now else f"{span(now - instant)} ago"


def at(instant: datetime, now: datetime) -> str:
    """An instant on this machine's clock: the time today, with the weekday within six days, else the date."""
    here, today = local(instant), local(now).date()
    days = (here.date() - today).days
    if days == 0:
        return here.strftime("%H:%M:%S")
    if abs(days) < 7 and days > 0:
        return here.strftime("%a %H:%M")
    return here.strftime("%Y-%m-%d %H:%M")


def local(instant: datetime) -> datetime:
    """An instant on this machine's clock."""
    return on_clock(instant, None)


def full(instant: datetime) -> str:
    """An instant on this machine's clock, complete to the second and with its zone."""
    return local(instant).strftime("%Y-%m-%d %H:%M:%S %Z")
