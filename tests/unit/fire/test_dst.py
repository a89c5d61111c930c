"""The `dst` key, and what `next` says about gaps and repeats."""

from datetime import UTC, datetime, timedelta

from jobctl.decide.schedule.fire import annotate, fires_between, next_fire
from jobctl.model.job import Dst, Schedule

NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def day(schedule: Schedule, start: str) -> list[str]:
    after = utc(start) - timedelta(milliseconds=1)
    found = fires_between(schedule, "backup", after, after + timedelta(days=1))
    return [at.strftime("%H:%MZ") for at in found.kept]


def test_gap_skip_leaves_the_day_without_a_fire() -> None:
    schedule = Schedule(cron=("30 2 * * *",), timezone=NEW_YORK, dst=Dst(gap="skip"))
    assert next_fire(schedule, "backup", utc("2026-03-08T00:00-05:00")) == utc("2026-03-09T02:30-04:00")


def test_repeat_last_fires_the_second_time() -> None:
    schedule = Schedule(cron=("30 1 * * *",), timezone=NEW_YORK, dst=Dst(repeat="last"))
    assert day(schedule, "2026-11-01T00:00-04:00") == ["06:30Z"]


def test_repeat_both_fires_twice() -> None:
    schedule = Schedule(cron=("30 1 * * *",), timezone=NEW_YORK, dst=Dst(repeat="both"))
    assert day(schedule, "2026-11-01T00:00-04:00") == ["05:30Z", "06:30Z"]


def test_repeat_last_keeps_the_order_with_times_around_the_repeated_hour() -> None:
    schedule = Schedule(cron=("30 0-2 * * *",), timezone=NEW_YORK, dst=Dst(repeat="last"))
    assert day(schedule, "2026-11-01T00:00-04:00") == ["04:30Z", "06:30Z", "07:30Z"]


def test_a_wildcard_schedule_does_not_hear_the_dst_key() -> None:
    schedule = Schedule(cron=("*/30 1 * * *",), timezone=NEW_YORK, dst=Dst(gap="skip", repeat="last"))
    assert day(schedule, "2026-11-01T00:00-04:00") == ["05:00Z", "05:30Z", "06:00Z", "06:30Z"]


def test_every_keeps_its_real_cadence_through_a_repeated_hour() -> None:
    schedule = Schedule(every=timedelta(hours=6), timezone=NEW_YORK)
    assert day(schedule, "2026-11-01T00:00-04:00") == ["06:00Z", "12:00Z", "18:00Z", "00:00Z"]


def test_a_shifted_fire_is_noted_as_gap() -> None:
    schedule = Schedule(cron=("30 2 * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-03-08T03:00-04:00")) == "gap"


def test_a_wildcard_fire_right_after_the_gap_has_no_note() -> None:
    schedule = Schedule(cron=("*/15 * * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-03-08T03:00-04:00")) is None


def test_a_time_of_its_own_right_after_the_gap_has_no_note() -> None:
    schedule = Schedule(cron=("0 3 * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-03-08T03:00-04:00")) is None


def test_the_first_pass_of_a_repeated_hour_is_noted() -> None:
    schedule = Schedule(cron=("30 1 * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-11-01T01:30-04:00")) == "repeat"


def test_the_second_pass_of_a_repeated_hour_is_noted() -> None:
    schedule = Schedule(cron=("*/30 * * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-11-01T01:00-05:00")) == "repeat"


def test_the_hour_after_a_repeated_one_has_no_note() -> None:
    schedule = Schedule(cron=("*/30 * * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-11-01T02:00-05:00")) is None


def test_an_ordinary_fire_has_no_note() -> None:
    schedule = Schedule(cron=("30 2 * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-07-01T02:30-04:00")) is None


def test_the_note_follows_the_zone_of_the_expression() -> None:
    schedule = Schedule(cron=("CRON_TZ=Europe/Berlin 30 2 * * *",), timezone=NEW_YORK)
    assert annotate(schedule, "backup", utc("2026-03-29T03:00+02:00")) == "gap"
