"""cronsim, which follows Debian's cron, is the oracle for random expressions, zones and instants.

Fixed-time schedules agree without exception. For wildcard schedules cronsim steps whole hours through real time and so
loses times where an offset changes by less than an hour or at midnight (Lord Howe, Chatham, Santiago, Cairo, Beirut):
there a walk over every second decides.
"""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from cronsim import CronSim, CronSimError

from jobctl.decide.schedule.fire import next_fire
from jobctl.decide.time.zone import load
from jobctl.model.job import Schedule
from tests.unit.fire.random_schedules import ZONES, expression, instant

CASES, PARTS = 10_000, 4


@pytest.mark.parametrize("seed", range(PARTS))
def test_random_schedules_fire_when_cronsim_says(seed: int) -> None:
    dice = Random(seed)
    compared = 0
    while compared < CASES // PARTS:
        typed, zone = expression(dice), dice.choice(ZONES)
        after = instant(dice, zone)
        try:
            wanted = by_cronsim(typed, zone, after)
        except CronSimError:
            continue
        compared += 1
        found = next_fire(Schedule(cron=(typed,), timezone=zone), "backup", after)
        if found != wanted and is_wildcard(typed) and found is not None:
            wanted = by_walking(typed, zone, after, found)
        assert found == wanted, f"{typed} in {zone} after {after.isoformat()}"


def by_cronsim(typed: str, zone: str, after: datetime) -> datetime | None:
    """The first of cronsim's answers that is later than `after` (in the second pass of an hour some are not)."""
    for answer in CronSim(typed, after.astimezone(load(zone))):
        at: datetime = answer.astimezone(UTC)
        if at > after:
            return at
    return None


def by_walking(typed: str, zone: str, after: datetime, until: datetime) -> datetime | None:
    """The first instant up to `until` at which the wall shows a time of the expression."""
    fields = CronSim(typed, datetime(2026, 1, 1))  # noqa: DTZ001
    at = after.replace(microsecond=0) + timedelta(seconds=1)
    while at <= until:
        wall = at.astimezone(load(zone))
        dated = wall.month in fields.months and fields.match_day(wall.date())
        if dated and wall.hour in fields.hours and wall.minute in fields.minutes:
            if wall.second in fields.seconds:
                return at
            at += timedelta(seconds=1)
        else:
            at += timedelta(seconds=60 - wall.second)
    return None


def is_wildcard(typed: str) -> bool:
    """True if the minute or the hour field starts with a star."""
    minute, hour = typed.split()[-5:-3]
    return minute.startswith("*") or hour.startswith("*")
