"""When a schedule fires: the nominal times of a schedule, found in order, counted and explained."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Literal

from jobctl.decide.schedule.cron import Every, parse
from jobctl.decide.schedule.fire_source import Grid, Once, Source, Walls
from jobctl.decide.schedule.pattern import Pattern
from jobctl.decide.time.zone import Segment, segments
from jobctl.model.instant import EPOCH, MILLISECOND, from_ms, to_ms
from jobctl.model.job import Schedule
from jobctl.model.run import Missed

_END_OF_TIME = to_ms(datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Between:
    """The nominal times of a stretch: the newest in order, and what was left out before them."""

    kept: tuple[datetime, ...]
    dropped: Missed | None


def next_fire(schedule: Schedule, job: str, after: datetime) -> datetime | None:
    """The first nominal time strictly after `after`; None if it never fires again (within 50 years).

    `start` and `end` are inclusive. `every` and `@every` stay on a grid that begins at `start`, or else at the Unix
    epoch. Several expressions fire at the union of their times. `@reboot` and `@start` have no nominal times. Raises
    UsageError for an expression or a zone that cannot be read.

    >>> nightly = Schedule(cron=("30 2 * * *",), timezone="America/New_York")
    >>> next_fire(nightly, "backup", datetime(2026, 3, 8, 5, 0, tzinfo=UTC)).isoformat()
    '2026-03-08T07:00:00+00:00'
    """
    found = _first(_sources(schedule, job), _from(schedule, after))
    return None if found is None or _beyond(schedule, found) else from_ms(found)


def fires_between(schedule: Schedule, job: str, after: datetime, until: datetime, limit: int | None = None) -> Between:
    """The nominal times in (after, until]: the newest `limit` of them (None: all), and the range of the older ones."""
    sources = _sources(schedule, job)
    low, high = _from(schedule, after), _until(schedule, until)
    if limit is None:
        return Between(tuple(map(from_ms, _walk(sources, low, high))), None)
    if len(sources) > 1:
        return _newest_of_many(sources, low, high, limit)
    counted = sources[0].count(low, high) if sources and low < high else 0
    if counted <= limit:
        return Between(tuple(map(from_ms, _walk(sources, low, high))), None)
    edge = _newest_but(sources[0], low, high, limit)
    oldest = _first(sources, low)
    assert oldest is not None
    dropped = Missed(from_ms(oldest), from_ms(edge), counted - limit)
    return Between(tuple(map(from_ms, _walk(sources, edge, high))), dropped)


def jitter_for(schedule: Schedule, job: str, nominal: datetime) -> timedelta:
    """How long after `nominal` the run is due: the same for a job and instant always, and before the next nominal time.

    Between 0 and `schedule.jitter`, in whole milliseconds.
    """
    if not schedule.jitter:
        return timedelta(0)
    bound = schedule.jitter
    following = next_fire(schedule, job, nominal)
    if following is not None:
        bound = min(bound, following - nominal)
    dice = blake2b(f"{to_ms(nominal)} {job}".encode(), digest_size=8).digest()
    return (bound // MILLISECOND * int.from_bytes(dice) >> 64) * MILLISECOND


def annotate(schedule: Schedule, job: str, at: datetime) -> Literal["gap", "repeat"] | None:
    """What daylight saving does to the nominal time `at`.

    "gap": it stands for a wall-clock time that the zone leaves out; "repeat": the wall shows its time twice.
    """
    ms = to_ms(at)
    zones = {schedule.timezone}
    for source in _sources(schedule, job):
        if isinstance(source, Walls) and source.after(ms - 1) == ms:
            zones = {source.zone}
            if _is_shifted(source, ms // 1000):
                return "gap"
            break
    return "repeat" if any(_comes_twice(zone, ms // 1000) for zone in zones) else None


def never_matches(schedule: Schedule, job: str) -> bool:
    """True if the schedule names times, but none that ever comes: 30 February, or outside `start` and `end`."""
    sources = _sources(schedule, job)
    if not sources or has_reboot(schedule) or has_start(schedule):
        return False
    if all(isinstance(source, Walls) and source.pattern.never() for source in sources):
        return True
    return next_fire(schedule, job, EPOCH) is None


def has_reboot(schedule: Schedule) -> bool:
    """True if one of its expressions is `@reboot`."""
    return any(expression.strip().lower().endswith("@reboot") for expression in schedule.cron)


def has_start(schedule: Schedule) -> bool:
    """True if one of its expressions is `@start`."""
    return any(expression.strip().lower().endswith("@start") for expression in schedule.cron)


def _sources(schedule: Schedule, job: str) -> list[Source]:
    anchor = to_ms(schedule.start) if schedule.start else 0
    found: list[Source] = []
    if schedule.every:
        found.append(Grid(anchor, _period(schedule.every)))
    if schedule.at:
        found.append(Once(to_ms(schedule.at)))
    for expression in schedule.cron:
        timing = parse(expression, job)
        if isinstance(timing, Every):
            found.append(Grid(anchor, _period(timing.period)))
        elif isinstance(timing, Pattern):
            found.append(Walls(timing, timing.zone or schedule.timezone, schedule.dst))
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def _period(duration: timedelta) -> int:
    return max(1, duration // MILLISECOND)


def _from(schedule: Schedule, after: datetime) -> int:
    """The millisecond after which nominal times count."""
    ms = to_ms(after)
    return ms if schedule.start is None else max(ms, to_ms(schedule.start) - 1)


def _until(schedule: Schedule, until: datetime) -> int:
    ms = to_ms(until)
    return ms if schedule.end is None else min(ms, to_ms(schedule.end))


def _beyond(schedule: Schedule, ms: int) -> bool:
    return ms >= _END_OF_TIME or (schedule.end is not None and ms > to_ms(schedule.end))


def _first(sources: Sequence[Source], after: int) -> int | None:
    return min((found for source in sources if (found := source.after(after)) is not None), default=None)


def _walk(sources: Sequence[Source], after: int, until: int) -> Iterator[int]:
    """The times in (after, until], each once."""
    heads = [source.after(after) for source in sources]
    while True:
        first = min((head for head in heads if head is not None), default=None)
        if first is None or first > until:
            return
        yield first
        for index, source in enumerate(sources):
            if heads[index] == first:
                heads[index] = source.after(first)


def _newest_of_many(sources: Sequence[Source], low: int, high: int, limit: int) -> Between:
    """Unions are walked: their times cannot be counted without finding the ones they share."""
    kept: deque[int] = deque(maxlen=limit)
    oldest = newest = None
    dropped = 0
    for ms in _walk(sources, low, high):
        if len(kept) == limit:
            newest = kept[0] if limit else ms
            oldest = newest if oldest is None else oldest
            dropped += 1
        kept.append(ms)
    if oldest is None or newest is None:
        return Between(tuple(map(from_ms, kept)), None)
    return Between(tuple(map(from_ms, kept)), Missed(from_ms(oldest), from_ms(newest), dropped))


def _newest_but(source: Source, low: int, high: int, limit: int) -> int:
    """The newest time that has `limit` others after it up to `high`, by bisection."""
    until = high
    while high - low > 1:
        middle = (low + high) // 2
        if source.count(middle, until) <= limit:
            high = middle
        else:
            low = middle
    return high


def _is_shifted(source: Walls, second: int) -> bool:
    segment = _segment(source.zone, second)
    return segment.start == second and source.shifted(segment)


def _comes_twice(zone: str, second: int) -> bool:
    segment = _segment(zone, second)
    wall = second + segment.offset
    return wall < segment.seen_until or wall >= segment.again_from


def _segment(zone: str, second: int) -> Segment:
    return next(segments(zone, second))
