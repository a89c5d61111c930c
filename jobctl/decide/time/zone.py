"""Wall clock and UTC: where a zone's offset changes, and what that does to wall-clock times.

Wall-clock times here are integers too: the seconds since 1970-01-01T00:00 as that wall would count them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from jobctl.decide.text.closest import closest
from jobctl.model.errors import UsageError
from jobctl.model.instant import EPOCH

# `jobctl enqueue --at` reads this module, and has no use for the nouns of a catalog.
if TYPE_CHECKING:
    from jobctl.model.job import Dst

_DAY = 86_400
_SECOND = timedelta(seconds=1)
_NEVER = 1 << 62
_POSIX = re.compile(r"(<[^>]*>|[A-Za-z]{3,})[+-]?\d")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])0?(\d{1,2})(?::?00)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one calendar year in which a zone's offset is constant.

    `start` and `end` are UTC seconds, `offset` seconds east. Wall times in [`gap_from`, `start + offset`) do not exist;
    those before `seen_until` were already shown by the segment before, those from `again_from` come again in the next.
    """

    start: int
    end: int
    offset: int
    gap_from: int | None
    seen_until: int
    again_from: int


@lru_cache(maxsize=1024)
def load(name: str) -> ZoneInfo:
    """The zone with that IANA name. Raises UsageError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise _unknown(name) from error


def _unknown(name: str) -> UsageError:
    if name.startswith("/"):
        hint = "make it a link into /usr/share/zoneinfo, or say the zone: by `timezone:` in the catalog, or by TZ"
        return UsageError(f"the zone that `{name}` is a copy of cannot be told", hint=hint)
    if otherwise := _otherwise(name):
        return UsageError(f"there is no time zone `{name}`", hint=otherwise)
    if _POSIX.match(name):
        hint = "a POSIX rule names no zone: write an IANA name such as `Europe/Berlin`, or `Etc/GMT-3` for UTC+3"
        return UsageError(f"there is no time zone `{name}`", hint=hint)
    meant = _meant(name)
    hint = f"did you mean `{meant}`?" if meant else "write an IANA name such as `Europe/Berlin` or `UTC`"
    return UsageError(f"there is no time zone `{name}`", hint=hint)


def _meant(name: str) -> str | None:
    """The zone with that name but for capitals, or the one most like it."""
    known = available_timezones()
    wanted = name.strip().replace(" ", "_").lower()
    return next((zone for zone in sorted(known) if zone.lower() == wanted), None) or closest(name, known, cutoff=0.8)


def _otherwise(name: str) -> str | None:
    """What somebody probably meant who wrote an offset, or the machine's zone."""
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        hours = int(offset[2])
        there = "-" if offset[1] == "+" else "+"
        fixed = f"`Etc/GMT{there}{hours}`" if 0 < hours <= 12 else "`UTC`"
        return f"{fixed} is always {offset[1]}{hours} h, its sign turned round; `Europe/Berlin` knows summer time"
    if name.lower() in ("local", "localtime", "system"):
        return "leave `timezone` out for the machine's zone, or name a place such as `Europe/Berlin`"
    return None


def exists(name: str) -> bool:
    """Whether there is a zone with that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def to_utc(wall: datetime, zone: str, dst: Dst | None = None) -> datetime:
    """The instant at which a naive wall-clock time comes: after a gap at its end, and of two the first.

    `dst.repeat="last"` takes the last of two.

    >>> to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Berlin").isoformat()
    '2026-03-29T01:00:00+00:00'
    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Berlin").isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    first = wall.replace(tzinfo=load(zone), fold=0)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before >= after:
        last = dst is not None and dst.repeat == "last"
        return (second if last else first).astimezone(UTC)
    low, high = ((wall.replace(tzinfo=UTC) - offset - EPOCH) // _SECOND for offset in (after, before))
    return EPOCH + timedelta(seconds=_change(load(zone), low - 1, high + 1))


def segments(zone: str, start: int) -> Iterator[Segment]:
    """The segments of a zone from the one that holds the UTC second `start` on, within the years 1900 to 9998."""
    if start >= _LAST:
        return
    year = (EPOCH + timedelta(seconds=max(start, _FIRST))).year
    for segment in _segments(zone, year):
        if start < segment.end:
            yield segment
    for later in range(year + 1, 9999):
        yield from _segments(zone, later)


@lru_cache(maxsize=8192)
def _segments(zone: str, year: int) -> tuple[Segment, ...]:
    tz = load(zone)
    first, last = _midnight(year), _midnight(year + 1)
    changes = list(_changes(tz, first - 3 * _DAY, last + 3 * _DAY))
    inside = [at for at, _, _ in changes if first < at < last]
    return tuple(_segment(tz, start, end, changes) for start, end in pairwise([first, *inside, last]))


def _segment(tz: ZoneInfo, start: int, end: int, changes: list[tuple[int, int, int]]) -> Segment:
    gap_from, seen_until, again_from = None, -_NEVER, _NEVER
    for at, before, after in changes:
        if at == start and before < after:
            gap_from = at + before
        if at <= start and before > after:
            seen_until = at + before
        if at >= end and before > after:
            again_from = min(again_from, at + after)
    return Segment(start, end, _offset(tz, start), gap_from, seen_until, again_from)


def _changes(tz: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each change of offset: its UTC second, the offset before and the offset after."""
    before = _offset(tz, start)
    for second in range(start + _DAY, end + 1, _DAY):
        after = _offset(tz, second)
        if after != before:
            at = _change(tz, second - _DAY, second)
            yield at, before, after
        before = after


def _change(tz: ZoneInfo, low: int, high: int) -> int:
    """The first UTC second in (low, high] that no longer has the offset of `low`."""
    before = _offset(tz, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(tz, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(tz: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, tz).utcoffset()
    assert offset is not None
    return offset // _SECOND


def _midnight(year: int) -> int:
    return (date(year, 1, 1).toordinal() - date(1970, 1, 1).toordinal()) * _DAY


_FIRST, _LAST = _midnight(1900), _midnight(9999)
