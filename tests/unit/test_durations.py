"""Durations, instants, sizes and rates, as typed and as shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.time.durations import format_duration, parse_duration, parse_instant, parse_rate, parse_size
from jobctl.model.errors import UsageError
from jobctl.model.job import Rate


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("2h30m", 9_000),
        ("2h 30m", 9_000),
        ("1d", 86_400),
        ("1w", 604_800),
        ("500ms", 0.5),
        ("1.5s", 1.5),
        ("1m30s250ms", 90.25),
        ("90", 90),
        (90, 90),
        (0, 0),
        ("0s", 0),
        (" 5m ", 300),
    ],
)
def test_a_duration_is_read(text: str | int, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["soon", "", "5 minutes", "-5s", -5, "1h2", "m5", "30m2h", "5M", True, "٣s", "1e3s", "1.5h"]
)
def test_what_is_no_duration_is_named(text: str | int) -> None:
    with pytest.raises(ValueError, match="expected a duration like 90s or 2h30m, got") as caught:
        parse_duration(text)
    assert f'"{text}"' in str(caught.value)


@pytest.mark.parametrize("text", ["36526d", "9" * 400 + "d", "99999999999999h"])
def test_a_duration_of_more_than_a_century_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at most 100 years"):
        parse_duration(text)


@given(st.integers(0, 10**9))
def test_a_duration_is_read_back_as_it_was_shown(seconds: int) -> None:
    assert parse_duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_milliseconds_do_not_show_beside_minutes() -> None:
    assert format_duration(timedelta(seconds=90.25)) == "1m30s"


def test_milliseconds_show_beside_seconds() -> None:
    assert format_duration(timedelta(seconds=1.25)) == "1s250ms"


def test_a_negative_duration_shows_its_sign() -> None:
    assert format_duration(timedelta(seconds=-90)) == "-1m30s"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-08T02:30:00Z", datetime(2026, 3, 8, 2, 30, tzinfo=UTC)),
        ("2026-03-08T02:30:00+05:45", datetime(2026, 3, 7, 20, 45, tzinfo=UTC)),
        ("2026-07-01 02:30", datetime(2026, 7, 1, 0, 30, tzinfo=UTC)),
        ("2026-07-01T02:30:15.250999", datetime(2026, 7, 1, 0, 30, 15, 250_000, tzinfo=UTC)),
        ("2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_berlin(text: str, instant: datetime) -> None:
    assert parse_instant(text, "Europe/Berlin") == instant


@pytest.mark.parametrize("text", ["tomorrow", "", "02:30", "2026-02-30", "2026-13-01"])
def test_what_is_no_instant_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="expected an instant like 2026-03-08T02:30"):
        parse_instant(text, "Europe/Berlin")


@pytest.mark.parametrize("text", ["9999-12-31T23:59-10:00", "0001-01-01T00:00+10:00", "1969-12-31T23:59Z"])
def test_an_instant_out_of_all_time_is_told_from_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="within the years 1970 to 9999"):
        parse_instant(text, "Europe/Berlin")


@pytest.mark.parametrize("text", ["0001-01-01", "0999-01-01", "1969-12-31T23:59:59Z", "1970-01-01T00:00+01:00"])
def test_an_instant_that_not_every_reader_can_show_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="within the years 1970 to 9999"):
        parse_instant(text, "UTC")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_the_first_and_the_last_day_are_there_in_every_zone(zone: str) -> None:
    first, last = parse_instant("1970-01-01", zone), parse_instant("9999-12-31T23:59:59", zone)
    assert timedelta(0) <= first - datetime(1970, 1, 1, tzinfo=UTC) < timedelta(days=1)
    assert timedelta(0) <= datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC) - last < timedelta(days=1)


def test_no_text_takes_long_to_be_no_duration() -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration("1w" + " " * 100_000 + "x")


def test_an_instant_in_an_unknown_zone_is_an_error_about_the_zone() -> None:
    with pytest.raises(UsageError, match="there is no time zone `Mars/Olympus`"):
        parse_instant("2026-01-01", "Mars/Olympus")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512M", 512 * 1024**2),
        ("1G", 1024**3),
        ("64k", 65_536),
        ("2TiB", 2 * 1024**4),
        ("10", 10),
        (10, 10),
        ("8 MB", 8 * 1024**2),
    ],
)
def test_a_size_counts_in_powers_of_1024(text: str | int, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["big", "", "-1M", "1.5G", "1X", True, "M"])
def test_what_is_no_size_is_named(text: str | int) -> None:
    with pytest.raises(ValueError, match="expected a size like 512M or 1G, got"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10/s", Rate(10, timedelta(seconds=1))),
        ("10/min", Rate(10, timedelta(minutes=1))),
        ("1/h", Rate(1, timedelta(hours=1))),
        ("5 / day", Rate(5, timedelta(days=1))),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["10", "0/s", "10/week", "fast", "-1/s", "1.5/s"])
def test_what_is_no_rate_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="expected a rate like 10/min"):
        parse_rate(text)
