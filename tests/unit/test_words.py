"""Schedules in words."""

from datetime import UTC, datetime, timedelta

import pytest

from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.model.job import Schedule


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("30 2 * * *", "at 02:30 every day, Europe/Berlin"),
        ("@daily", "at 00:00 every day, Europe/Berlin"),
        ("0,30 8,20 * * *", "at 08:00, 08:30, 20:00 and 20:30 every day, Europe/Berlin"),
        ("30 15 2 * * *", "at 02:15:30 every day, Europe/Berlin"),
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("@hourly", "every hour"),
        ("5 * * * *", "every hour at minute 5"),
        ("0 */2 * * *", "every 2 hours"),
        ("* * * * * *", "every second"),
        ("*/10 * * * * *", "every 10 s"),
        ("@every 10m", "every 10 minutes"),
        ("@reboot", "at each boot"),
        ("0 9 * * 1-5", "at 09:00 from Monday to Friday, Europe/Berlin"),
        ("0 9 * * SAT,SUN", "at 09:00 on Saturday and Sunday, Europe/Berlin"),
        ("*/5 9-17 * * *", "every 5 minutes from 09:00 to 17:55, Europe/Berlin"),
        ("0 9-17 * * *", "every hour from 09:00 to 17:00, Europe/Berlin"),
        ("0 0 1 1 *", "at 00:00 on the 1st in January, Europe/Berlin"),
        ("0 0 * 6-8 *", "at 00:00 every day from June to August, Europe/Berlin"),
        ("0 0 1-7 * *", "at 00:00 from the 1st to the 7th, Europe/Berlin"),
        ("0 9 L * *", "at 09:00 on the last day of the month, Europe/Berlin"),
        ("0 9 * * 1#2", "at 09:00 on the 2nd Monday, Europe/Berlin"),
        ("0 9 * * L5", "at 09:00 on the last Friday, Europe/Berlin"),
        ("0 9 15W * *", "at 09:00 on the weekday nearest to the 15th, Europe/Berlin"),
        ("30 10 1,15 * 3", "at 10:30 on the 1st and 15th or on Wednesday, Europe/Berlin"),
        ("0 0 11,12,13,21,22,23 * *", "at 00:00 on the 11th, 12th, 13th, 21st, 22nd and 23rd, Europe/Berlin"),
        ("CRON_TZ=Asia/Kathmandu 15 4 * * *", "at 04:15 every day, Asia/Kathmandu"),
    ],
)
def test_an_expression_is_told_in_words(expression: str, words: str) -> None:
    assert schedule_in_words(Schedule(cron=(expression,), timezone="Europe/Berlin")) == words


@pytest.mark.parametrize("expression", ["30 10 */2 * 3", "1,2,5,9 * * * *", "H H * * *", "0 0 30 2 1-31"])
def test_an_exotic_expression_stands_for_itself(expression: str) -> None:
    told = schedule_in_words(Schedule(cron=(expression,), timezone="Europe/Berlin"))
    assert told in (f"{expression}, Europe/Berlin", expression)


def test_a_hashed_time_is_told_when_the_job_is_known() -> None:
    assert schedule_in_words(Schedule(cron=("H H * * *",)), "backup") == "at 06:24 every day, UTC"


def test_several_expressions_name_a_common_zone_once() -> None:
    told = schedule_in_words(Schedule(cron=("0 3 * * *", "0 4 * * 1"), timezone="Europe/Berlin"))
    assert told == "at 03:00 every day; at 04:00 on Monday, Europe/Berlin"


def test_several_expressions_name_each_its_own_zone() -> None:
    told = schedule_in_words(Schedule(cron=("0 3 * * *", "CRON_TZ=Asia/Tokyo 0 4 * * *"), timezone="Europe/Berlin"))
    assert told == "at 03:00 every day, Europe/Berlin; at 04:00 every day, Asia/Tokyo"


@pytest.mark.parametrize(
    ("every", "words"),
    [
        (timedelta(seconds=10), "every 10 s"),
        (timedelta(minutes=15), "every 15 minutes"),
        (timedelta(hours=1), "every hour"),
        (timedelta(days=2), "every 2 days"),
        (timedelta(minutes=90), "every 90 minutes"),
        (timedelta(seconds=90), "every 1m30s"),
        (timedelta(milliseconds=500), "every 500ms"),
    ],
)
def test_every_is_told_in_words(every: timedelta, words: str) -> None:
    assert schedule_in_words(Schedule(every=every)) == words


def test_a_single_instant_is_told_in_its_zone() -> None:
    schedule = Schedule(at=datetime(2026, 7, 1, 0, 30, tzinfo=UTC), timezone="Europe/Berlin")
    assert schedule_in_words(schedule) == "once at 2026-07-01 02:30, Europe/Berlin"


def test_a_job_without_a_schedule_has_no_words() -> None:
    assert schedule_in_words(Schedule()) is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("LW", "at 09:00 on the last weekday of the month, UTC"),
        ("L-3", "at 09:00 on the 4th last day of the month, UTC"),
        ("15W", "at 09:00 on the weekday nearest to the 15th, UTC"),
        ("1,15W,L", "at 09:00 on the 1st, last day of the month and weekday nearest to the 15th, UTC"),
    ],
)
def test_days_as_quartz_writes_them_have_words(day: str, words: str) -> None:
    assert schedule_in_words(Schedule(cron=(f"0 9 {day} * *",))) == words
