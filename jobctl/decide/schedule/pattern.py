"""A cron expression, expanded: which wall-clock seconds it names, found by arithmetic and without a zone.

Wall-clock times are integers, the seconds since 1970-01-01T00:00 as the wall counts them.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# A 29 February on a given weekday can be 40 years away; the search gives up a little later.
SEARCH_YEARS = 50
LAST = -1


class DayRule(NamedTuple):
    """The days of a month that match. Bit n of `days` is day n; bit n of `weekdays` is n days after Sunday.

    `from_end` adds days so many before the month's last one, `nearest` and `nearest_from_end` the days from Monday to
    Friday nearest to such days, `nth` pairs of a weekday and its number in the month (`LAST`: the last). `both` asks
    for a match on both sides, else either side is enough.
    """

    days: int
    from_end: tuple[int, ...]
    nearest: tuple[int, ...]
    nearest_from_end: tuple[int, ...]
    weekdays: int
    nth: tuple[tuple[int, int], ...]
    both: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expanded expression: each field's values in order, `months` as bits.

    `fixed` marks a fixed-time schedule: neither the minute nor the hour field starts with a star. `zone` is the zone
    that the expression itself names.
    """

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: int
    rule: DayRule
    fixed: bool
    zone: str | None

    @property
    def a_day(self) -> int:
        """How many times it matches in a matching day."""
        return len(self.hours) * len(self.minutes) * len(self.seconds)

    def next_wall(self, wall: int) -> int | None:
        """The first match at or after `wall`; None if there is none within 50 years."""
        day, second = divmod(wall, DAY)
        found = _next_day(self.months, self.rule, day)
        if found == day:
            clock = self._next_clock(second)
            if clock is not None:
                return day * DAY + clock
            found = _next_day(self.months, self.rule, day + 1)
        if found is None:
            return None
        return found * DAY + self.hours[0] * 3600 + self.minutes[0] * 60 + self.seconds[0]

    def matches(self, wall: int) -> bool:
        """True if it names this second."""
        return self.next_wall(wall) == wall

    def count(self, start: int, end: int) -> int:
        """How many matches lie in [start, end)."""
        if end <= start:
            return 0
        return self._count_before(end, start) - self._rank(start)

    def never(self) -> bool:
        """True if no month of any year has a day that matches."""
        return not any(
            self.months >> month & 1 and _days(self.rule, weekday, length)
            for month in range(1, 13)
            for length in _lengths(month)
            for weekday in range(7)
        )

    def _rank(self, wall: int) -> int:
        """Matches before `wall` on its own day."""
        day, second = divmod(wall, DAY)
        return self._clocks_before(second) if _next_day(self.months, self.rule, day) == day else 0

    def _count_before(self, end: int, start: int) -> int:
        """Matches from the start of the day of `start` up to, and without, `end`."""
        first, last = start // DAY, end // DAY
        days = sum(
            bisect_left(days, min(last - base, 32)) - bisect_left(days, max(first - base, 0))
            for base, days in _months_from(self.months, self.rule, first, last)
        )
        return days * self.a_day + self._rank(end)

    def _next_clock(self, second: int) -> int | None:
        """The first matching second of a day at or after `second`."""
        hour, rest = divmod(second, 3600)
        minute, rest = divmod(rest, 60)
        h = bisect_left(self.hours, hour)
        if h == len(self.hours):
            return None
        if self.hours[h] == hour:
            m = bisect_left(self.minutes, minute)
            if m < len(self.minutes) and self.minutes[m] == minute:
                s = bisect_left(self.seconds, rest)
                if s < len(self.seconds):
                    return hour * 3600 + minute * 60 + self.seconds[s]
                m += 1
            if m < len(self.minutes):
                return hour * 3600 + self.minutes[m] * 60 + self.seconds[0]
            h += 1
        return self.hours[h] * 3600 + self.minutes[0] * 60 + self.seconds[0] if h < len(self.hours) else None

    def _clocks_before(self, second: int) -> int:
        hour, rest = divmod(second, 3600)
        minute, rest = divmod(rest, 60)
        h = bisect_left(self.hours, hour)
        m = bisect_left(self.minutes, minute)
        s = bisect_left(self.seconds, rest)
        found = h * len(self.minutes) * len(self.seconds)
        if h < len(self.hours) and self.hours[h] == hour:
            found += m * len(self.seconds)
            if m < len(self.minutes) and self.minutes[m] == minute:
                found += s
        return found


@lru_cache(maxsize=65_536)
def _next_day(months: int, rule: DayRule, day: int) -> int | None:
    """The first matching day at or after `day`; None if there is none within 50 years."""
    for base, days in _months_from(months, rule, day, day + SEARCH_YEARS * 366):
        index = bisect_left(days, day - base)
        if index < len(days):
            return base + days[index]
    return None


def _months_from(months: int, rule: DayRule, first: int, last: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Matching days of each month, with the day number that day 0 of the month would have."""
    on = date.fromordinal(first + _EPOCH_DAY)
    year, month = on.year, on.month
    while year < 9999:
        base = date(year, month, 1).toordinal() - _EPOCH_DAY - 1
        if base >= last:
            return
        if months >> month & 1:
            yield base, _days(rule, (base + 5) % 7, _length(year, month))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@lru_cache(maxsize=65_536)
def _days(rule: DayRule, first: int, length: int) -> tuple[int, ...]:
    """The matching days of a month of `length` days whose first is `first` days after Sunday."""
    return tuple(day for day in range(1, length + 1) if _matches_day(rule, day, (first + day - 1) % 7, length))


def _matches_day(rule: DayRule, day: int, weekday: int, length: int) -> bool:
    wanted = [*(min(near, length) for near in rule.nearest), *(length - back for back in rule.nearest_from_end)]
    by_day = (
        bool(rule.days >> day & 1)
        or length - day in rule.from_end
        or any(near > 0 and day == _nearest(near, day, weekday, length) for near in wanted)
    )
    by_weekday = bool(rule.weekdays >> weekday & 1) or any(
        weekday == which and (day + 7 > length if number == LAST else (day + 6) // 7 == number)
        for which, number in rule.nth
    )
    return by_day and by_weekday if rule.both else by_day or by_weekday


def _nearest(wanted: int, day: int, weekday: int, length: int) -> int:
    """The day from Monday to Friday nearest to `wanted`, in the same month, told from any day and its weekday."""
    of_wanted = (weekday + wanted - day) % 7
    if of_wanted == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if of_wanted == 0:
        return wanted + 1 if wanted < length else wanted - 2
    return wanted


def _length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _lengths(month: int) -> tuple[int, ...]:
    return (28, 29) if month == 2 else (_length(2026, month),)
