"""Grids, bounds, unions, jitter, and schedules that never match."""

import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from jobctl.decide.schedule.fire import fires_between, has_reboot, jitter_for, never_matches, next_fire
from jobctl.model.errors import UsageError
from jobctl.model.job import Schedule
from jobctl.model.run import Missed

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def clocks(schedule: Schedule, after: datetime, until: datetime) -> list[str]:
    return [at.strftime("%H:%M:%S") for at in fires_between(schedule, "backup", after, until).kept]


def test_every_is_on_a_grid_from_the_epoch() -> None:
    assert next_fire(Schedule(every=timedelta(minutes=7)), "backup", NOON) == datetime(2026, 1, 1, 12, 1, tzinfo=UTC)


def test_every_is_on_a_grid_from_start() -> None:
    schedule = Schedule(every=timedelta(minutes=7), start=datetime(2026, 1, 1, 11, 58, tzinfo=UTC))
    assert next_fire(schedule, "backup", NOON) == datetime(2026, 1, 1, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize("schedule", [Schedule(every=timedelta(days=1)), Schedule(cron=("0 0 * * *",))])
def test_nothing_fires_after_the_end_of_the_calendar(schedule: Schedule) -> None:
    assert next_fire(schedule, "backup", datetime.max.replace(tzinfo=UTC)) is None


def test_at_every_in_a_cron_list_is_on_the_same_grid_as_every() -> None:
    typed, keyed = Schedule(cron=("@every 7m",)), Schedule(every=timedelta(minutes=7))
    assert next_fire(typed, "backup", NOON) == next_fire(keyed, "backup", NOON)


def test_every_may_be_shorter_than_a_second() -> None:
    assert next_fire(Schedule(every=timedelta(milliseconds=250)), "backup", NOON) == NOON + seconds(0.25)


def test_the_first_fire_may_be_at_start_itself() -> None:
    assert next_fire(Schedule(cron=("0 12 * * *",), start=NOON), "backup", NOON - timedelta(days=9)) == NOON


def test_nothing_fires_before_start() -> None:
    schedule = Schedule(cron=("0 12 * * *",), start=NOON + seconds(1))
    assert next_fire(schedule, "backup", NOON - timedelta(days=9)) == NOON + timedelta(days=1)


def test_the_last_fire_may_be_at_end_itself() -> None:
    assert next_fire(Schedule(cron=("0 12 * * *",), end=NOON), "backup", NOON - seconds(1)) == NOON


def test_nothing_fires_after_end() -> None:
    assert next_fire(Schedule(cron=("0 12 * * *",), end=NOON), "backup", NOON) is None


def test_at_fires_once() -> None:
    schedule = Schedule(at=NOON)
    assert next_fire(schedule, "backup", NOON - seconds(1)) == NOON
    assert next_fire(schedule, "backup", NOON) is None


def test_a_job_without_a_schedule_never_fires() -> None:
    assert next_fire(Schedule(), "backup", NOON) is None


def test_several_expressions_fire_at_their_union_each_instant_once() -> None:
    schedule = Schedule(cron=("*/20 * * * *", "*/30 * * * *"))
    expected = ["12:20:00", "12:30:00", "12:40:00", "13:00:00"]
    assert clocks(schedule, NOON, NOON + timedelta(hours=1)) == expected


def test_expressions_of_different_zones_meet() -> None:
    schedule = Schedule(cron=("CRON_TZ=Europe/Berlin 0 14 * * *", "30 12 * * *"))
    assert clocks(schedule, NOON, NOON + timedelta(hours=2)) == ["12:30:00", "13:00:00"]


def test_reboot_has_no_nominal_times() -> None:
    schedule = Schedule(cron=("@reboot",))
    assert has_reboot(schedule)
    assert next_fire(schedule, "backup", NOON) is None
    assert not never_matches(schedule, "backup")


def test_reboot_may_stand_beside_an_expression() -> None:
    assert clocks(Schedule(cron=("@reboot", "30 12 * * *")), NOON, NOON + timedelta(hours=1)) == ["12:30:00"]


def test_a_hashed_minute_is_the_same_for_a_job_always() -> None:
    schedule = Schedule(cron=("H * * * *",))
    first = next_fire(schedule, "backup", NOON)
    assert first is not None
    assert next_fire(schedule, "backup", first) == first + timedelta(hours=1)


def test_hashed_minutes_spread_over_jobs() -> None:
    schedule = Schedule(cron=("H * * * *",))
    assert len({next_fire(schedule, f"job{number}", NOON) for number in range(200)}) > 40


def test_a_hashed_step_keeps_its_step() -> None:
    found = fires_between(Schedule(cron=("H/15 * * * *",)), "backup", NOON, NOON + timedelta(hours=1)).kept
    assert [later - earlier for earlier, later in pairwise(found)] == [timedelta(minutes=15)] * 3


@pytest.mark.parametrize("job", [f"job{number}" for number in range(20)])
def test_a_hashed_range_stays_in_its_range(job: str) -> None:
    found = next_fire(Schedule(cron=("0 H(0-7) * * *",)), job, NOON)
    assert found is not None
    assert found.hour <= 7


@pytest.mark.parametrize("job", [f"job{number}" for number in range(40)])
def test_a_hashed_day_comes_in_each_month(job: str) -> None:
    found = fires_between(Schedule(cron=("0 0 H * *",)), job, NOON, NOON + timedelta(days=365)).kept
    assert {at.month for at in found} == set(range(1, 13))


@pytest.mark.parametrize(
    ("expression", "never"),
    [
        ("0 0 30 2 *", True),
        ("0 0 31 4,6 *", True),
        ("0 0 29 2 *", False),
        ("0 0 30 2 1", False),
        ("0 0 * 2 1#5", False),
    ],
)
def test_a_schedule_that_never_matches_is_known(expression: str, never: bool) -> None:
    assert never_matches(Schedule(cron=(expression,)), "backup") is never


def test_a_schedule_whose_bounds_leave_no_time_never_matches() -> None:
    assert never_matches(Schedule(cron=("0 0 1 1 *",), start=NOON, end=NOON + timedelta(days=9)), "backup")


def test_a_leap_day_on_a_given_weekday_is_found_forty_years_ahead() -> None:
    leap_sundays = Schedule(cron=("0 0 29 2 */7",))
    found = next_fire(leap_sundays, "backup", datetime(2088, 3, 1, tzinfo=UTC))
    assert found == datetime(2128, 2, 29, tzinfo=UTC)


def test_jitter_is_the_same_for_a_job_and_an_instant_always() -> None:
    schedule = Schedule(cron=("0 * * * *",), jitter=timedelta(minutes=5))
    assert jitter_for(schedule, "backup", NOON) == jitter_for(schedule, "backup", NOON)


def test_jitter_differs_from_job_to_job() -> None:
    schedule = Schedule(cron=("0 * * * *",), jitter=timedelta(minutes=5))
    assert len({jitter_for(schedule, f"job{number}", NOON) for number in range(100)}) > 90


def test_jitter_never_passes_the_next_nominal_time() -> None:
    schedule = Schedule(every=seconds(10), jitter=timedelta(hours=1))
    assert all(jitter_for(schedule, f"job{number}", NOON) < seconds(10) for number in range(200))


def test_the_newest_fires_are_kept_and_the_others_counted() -> None:
    found = fires_between(Schedule(every=seconds(1)), "backup", NOON, NOON + timedelta(days=30), limit=2)
    assert found.kept == (NOON + timedelta(days=30) - seconds(1), NOON + timedelta(days=30))
    assert found.dropped == Missed(NOON + seconds(1), NOON + timedelta(days=30) - seconds(2), 2_591_998)


def test_a_union_keeps_the_newest_as_well() -> None:
    schedule = Schedule(cron=("*/20 * * * *", "*/30 * * * *"))
    found = fires_between(schedule, "backup", NOON, NOON + timedelta(hours=1), limit=1)
    assert found.kept == (NOON + timedelta(hours=1),)
    assert found.dropped == Missed(NOON + timedelta(minutes=20), NOON + timedelta(minutes=40), 3)


def test_a_union_can_be_counted_without_keeping_any() -> None:
    schedule = Schedule(cron=("*/20 * * * *", "*/30 * * * *"))
    found = fires_between(schedule, "backup", NOON, NOON + timedelta(hours=1), limit=0)
    assert found.dropped == Missed(NOON + timedelta(minutes=20), NOON + timedelta(hours=1), 4)


def test_an_unknown_zone_is_an_error_that_names_it() -> None:
    with pytest.raises(UsageError, match="there is no time zone `Europe/Atlantis`"):
        next_fire(Schedule(cron=("0 0 * * *",), timezone="Europe/Atlantis"), "backup", NOON)


def test_a_schedule_that_was_read_before_is_evaluated_in_some_dozens_of_calls() -> None:
    schedules = [Schedule(cron=(f"{n % 60} {n % 24} * * *",), timezone="Europe/Berlin") for n in range(120)]
    for schedule in schedules:
        next_fire(schedule, "warm", NOON)
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for schedule in schedules:
            next_fire(schedule, "backup", NOON)
    finally:
        sys.setprofile(before)
    # About 60 calls and returns each: 10,000 of them took less than a second.
    assert calls < 120 * len(schedules)
