"""Where fire times come from: a grid, a cron pattern seen in a zone, a single instant.

Times here are integers, milliseconds since the epoch, as stores keep them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from jobctl.decide.schedule.pattern import Pattern
from jobctl.decide.time.zone import Segment, segments
from jobctl.model.job import Dst


class Source(Protocol):
    """A rising sequence of times that can be searched and counted without walking it."""

    def after(self, ms: int) -> int | None:
        """The first time after `ms`; None if there is none."""
        ...

    def count(self, after: int, until: int) -> int:
        """How many times lie in (after, until]."""
        ...


@dataclass(frozen=True, slots=True)
class Grid:
    """Every `period` from `anchor` on, in both directions."""

    anchor: int
    period: int

    def after(self, ms: int) -> int | None:
        """The first time after `ms`."""
        return self.anchor + ((ms - self.anchor) // self.period + 1) * self.period

    def count(self, after: int, until: int) -> int:
        """How many times lie in (after, until]."""
        return max(0, (until - self.anchor) // self.period - (after - self.anchor) // self.period)


@dataclass(frozen=True, slots=True)
class Once:
    """A single time."""

    at: int

    def after(self, ms: int) -> int | None:
        """The time, if it lies after `ms`."""
        return self.at if self.at > ms else None

    def count(self, after: int, until: int) -> int:
        """1 if the time lies in (after, until]."""
        return int(after < self.at <= until)


@dataclass(frozen=True, slots=True)
class Walls:
    """A cron pattern on the walls of a zone.

    A wildcard pattern fires whenever the wall shows one of its times. A fixed-time one fires once for each of its
    times: at the end of the gap that swallows it, and in a repeated hour as `dst` says.
    """

    pattern: Pattern
    zone: str
    dst: Dst

    def after(self, ms: int) -> int | None:
        """The first time after `ms`; None if there is none within 50 years."""
        second = ms // 1000 + 1
        found, searched = None, 0
        for segment in segments(self.zone, second):
            if segment.start >= second and self.shifted(segment):
                return segment.start * 1000
            low, high = self._window(segment)
            low = max(low, second + segment.offset)
            if found is None or not searched <= low <= found:
                found, searched = self.pattern.next_wall(low), low
            if found is None:
                return None
            if found < high:
                return (found - segment.offset) * 1000
        return None

    def count(self, after: int, until: int) -> int:
        """How many times lie in (after, until]."""
        start, end = after // 1000 + 1, until // 1000 + 1
        counted = 0
        for segment in self._between(start, end):
            low, high = self._window(segment)
            low, high = max(low, start + segment.offset), min(high, end + segment.offset)
            counted += self.pattern.count(low, high)
            if start <= segment.start and self.shifted(segment):
                counted += not self.pattern.matches(segment.start + segment.offset)
        return counted

    def shifted(self, segment: Segment) -> bool:
        """True if times in the gap before the segment fire at its start instead."""
        if segment.gap_from is None or not self.pattern.fixed or self.dst.gap == "skip":
            return False
        return self.pattern.count(segment.gap_from, segment.start + segment.offset) > 0

    def _between(self, start: int, end: int) -> Iterator[Segment]:
        for segment in segments(self.zone, start):
            if segment.start >= end:
                return
            yield segment

    def _window(self, segment: Segment) -> tuple[int, int]:
        """The wall times [low, high) of the segment that may fire."""
        low, high = segment.start + segment.offset, segment.end + segment.offset
        if self.pattern.fixed and self.dst.repeat == "first":
            low = max(low, segment.seen_until)
        if self.pattern.fixed and self.dst.repeat == "last":
            high = min(high, segment.again_from)
        return low, high
