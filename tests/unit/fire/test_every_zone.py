"""Every zone there is, and the dates that do not come every year."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from jobctl.decide.schedule.fire import fires_between, never_matches, next_fire
from jobctl.decide.time.zone import load
from jobctl.model.job import Schedule

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if zone not in ("localtime", "Factory"))
DAYS = (datetime(2028, 1, 1, tzinfo=UTC) - datetime(2025, 1, 1, tzinfo=UTC)).days


@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_case_25_a_daily_time_fires_once_a_day_in_every_zone_through_gaps_and_repeats(hour: int) -> None:
    for zone in ZONES:
        noon = datetime(2024, 12, 31, 12, tzinfo=load(zone))
        schedule = Schedule(cron=(f"30 {hour} * * *",), timezone=zone)
        found = fires_between(schedule, "job", noon.astimezone(UTC), noon.replace(year=2027).astimezone(UTC), 0)
        assert found.dropped is not None
        assert found.dropped.times == DAYS, zone


def test_case_25_a_quarter_hourly_schedule_keeps_its_cadence_in_every_zone() -> None:
    """In zones whose offsets are whole quarters of an hour there is no hole and no double."""
    after, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for zone in ZONES:
        offsets = {(after + timedelta(days=n)).astimezone(load(zone)).utcoffset() for n in range(730)}
        if any(offset is None or offset % timedelta(minutes=15) for offset in offsets):
            continue
        found = fires_between(Schedule(cron=("*/15 * * * *",), timezone=zone), "job", after, until, 0)
        assert found.dropped is not None
        assert found.dropped.times == 730 * 96, zone


def test_case_25_the_29th_of_february_comes_in_leap_years_only() -> None:
    found = next_fire(Schedule(cron=("0 6 29 2 *",)), "job", datetime(2096, 3, 1, tzinfo=UTC))
    assert found == datetime(2104, 2, 29, 6, tzinfo=UTC)


def test_case_25_the_30th_of_february_never_comes() -> None:
    schedule = Schedule(cron=("0 6 30 2 *",))
    assert (next_fire(schedule, "job", datetime(2026, 1, 1, tzinfo=UTC)), never_matches(schedule, "job")) == (
        None,
        True,
    )
