"""What may be typed as a schedule, and what is said about what may not."""

from datetime import timedelta

import pytest

from jobctl.decide.schedule.cron import Every, Reboot, parse
from jobctl.decide.schedule.pattern import Pattern
from jobctl.model.errors import UsageError


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("61 * * * *", "`61` is not a minute (0-59)"),
        ("0 24 * * *", "`24` is not an hour (0-23)"),
        ("0 0 32 * *", "`32` is not a day-of-month"),
        ("0 0 0 * *", "`0` is not a day-of-month"),
        ("0 0 * 13 *", "`13` is not a month"),
        ("0 0 * * FOO", "`FOO` is not a day-of-week"),
        ("0 0 * * MON#6", "`MON#6` is not a day-of-week"),
        ("*/0 * * * *", "`*/0` is not a minute"),
        ("5-5/0 * * * *", "`5-5/0` is not a minute"),
        ("61-61/2 * * * *", "`61-61/2` is not a minute"),
        ("-1 * * * *", "`-1` is not a minute"),
        ("1,,2 * * * *", "`1,,2` is not a minute"),
        ("60 * * * * *", "`60` is not a second"),
        ("* * *", "it has 3 fields, not 5 or 6"),
        ("* * * * * * 2026", "it has 7 fields, not 5 or 6"),
        ("", "it has 0 fields, not 5 or 6"),
        ("R * * * *", "`R` would be random"),
        ("R(0-9)/3 * * * *", "`R(0-9)/3` would be random"),
        ("5,R * * * *", "`R` would be random"),
        ("5,H(50-70) * * * *", "`5,H(50-70)` is not a minute"),
        ("5,H(9-3) * * * *", "`5,H(9-3)` is not a minute"),
        ("5,H(1-9 * * * *", "`5,H(1-9` is not a minute"),
        ("@fortnightly", "there is no `@fortnightly`"),
        ("@every soon", 'expected a duration like 90s or 2h30m, got "soon"'),
        ("@every 0s", "the period must be longer than nothing"),
    ],
)
def test_a_bad_expression_is_named_with_what_is_wrong(expression: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(expression, "backup")
    assert complaint in caught.value.message
    assert f"`{expression}`" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("listed", "hashed", "others"),
    [
        ("H(10-20),40 * * * *", "H(10-20) * * * *", {40}),
        ("40,H(10-20) * * * *", "H(10-20) * * * *", {40}),
        ("5,H/20,50-52 * * * *", "H/20 * * * *", {5, 50, 51, 52}),
        ("H(0-29),H(30-59) * * * *", "H(30-59) * * * *", set(range(30))),
    ],
)
@pytest.mark.parametrize("job", ["backup", "report", "sync"])
def test_a_hashed_value_may_stand_in_a_list(listed: str, hashed: str, others: set[int], job: str) -> None:
    many, one = parse(listed, job), parse(hashed, job)
    assert isinstance(many, Pattern)
    assert isinstance(one, Pattern)
    assert set(one.minutes) <= set(many.minutes) <= set(one.minutes) | others
    assert len(many.minutes) > len(one.minutes)


def test_a_hashed_day_in_a_list_is_one_that_each_month_has() -> None:
    for number in range(50):
        timing = parse("0 0 H,31 * *", f"job-{number}")
        assert isinstance(timing, Pattern)
        hashed = timing.rule.days & ~(1 << 31)
        assert hashed.bit_count() == 1
        assert 2 <= hashed <= 1 << 28


def test_a_hashed_range_of_one_value_is_that_value() -> None:
    assert parse("H(5-5) H(03-3)/2 * * *", "backup") == parse("5 3 * * *", "backup")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("~ 3 * * *", "`H`"),
        ("0,30~45 3 * * *", "`H`"),
        ("TZ=Asia/Tokyo 0 0 * * *", "`CRON_TZ=Asia/Tokyo 0 0 * * *`"),
    ],
)
def test_what_other_crons_write_is_answered_with_what_to_write(expression: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(expression, "backup")
    assert caught.value.hint
    assert hint in caught.value.hint


def test_an_unknown_zone_in_front_of_an_expression_is_named() -> None:
    with pytest.raises(UsageError, match="there is no time zone `Mars/Olympus`"):
        parse("CRON_TZ=Mars/Olympus 0 0 * * *", "backup")


def test_an_expression_keeps_the_zone_in_front_of_it() -> None:
    timing = parse("CRON_TZ=Asia/Kathmandu 0 0 * * *", "backup")
    assert isinstance(timing, Pattern)
    assert timing.zone == "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("expression", "fixed"),
    [
        ("30 2 * * *", True),
        ("0,30 0-23 * * *", True),
        ("0 30 2 * * *", True),
        ("H H * * *", True),
        ("@daily", True),
        ("@hourly", False),
        ("*/15 2 * * *", False),
        ("30 */2 * * *", False),
        ("H * * * *", False),
    ],
)
def test_a_schedule_is_fixed_time_if_neither_minute_nor_hour_starts_with_a_star(expression: str, fixed: bool) -> None:
    timing = parse(expression, "backup")
    assert isinstance(timing, Pattern)
    assert timing.fixed is fixed


def test_reboot_and_every_are_kinds_of_their_own() -> None:
    assert parse("@reboot", "backup") == Reboot()
    assert parse("@every 1h30m", "backup") == Every(timedelta(minutes=90))


def test_case_and_spacing_do_not_matter() -> None:
    assert parse("  0  9 * jan  mon ", "backup") == parse("0 9 * JAN MON", "backup")


def test_daily_is_midnight_for_every_job() -> None:
    assert parse("@daily", "backup") == parse("0 0 * * *", "")


@pytest.mark.parametrize("day", ["L-31", "0W", "32W", "W", "LX", "L-", "1-5W", "L-3-5", "L/2"])
def test_a_day_that_quartz_would_not_read_is_refused_with_what_may_stand_there(day: str) -> None:
    with pytest.raises(UsageError, match=r"is not a day-of-month \(1-31, L, L-3, LW, 15W\)"):
        parse(f"0 9 {day} * *", "backup")
