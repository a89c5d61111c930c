"""Hours in which what was missed may be made up for."""

from datetime import UTC, datetime

import pytest

from jobctl.decide.schedule.hours import allowed_from, parse_hours
from jobctl.decide.schedule.missed import decide_fires
from jobctl.model.job import Schedule


@pytest.mark.parametrize(
    "text", ["", "3-6", "03:00", "03:00-03:00", "25:00-06:00", "03:60-06:00", "24:00-06:00", "0:0-1:0"]
)
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected hours like 03:00-06:00"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("hours", "zone", "at", "allowed"),
    [
        ("03:00-06:00", "UTC", "2026-03-08T02:59:59", "2026-03-08T03:00:00"),
        ("03:00-06:00", "UTC", "2026-03-08T03:00:00", "2026-03-08T03:00:00"),
        ("03:00-06:00", "UTC", "2026-03-08T05:59:59", "2026-03-08T05:59:59"),
        ("03:00-06:00", "UTC", "2026-03-08T06:00:00", "2026-03-09T03:00:00"),
        ("22:00-04:00", "UTC", "2026-03-08T23:00:00", "2026-03-08T23:00:00"),
        ("22:00-04:00", "UTC", "2026-03-08T03:00:00", "2026-03-08T03:00:00"),
        ("22:00-04:00", "UTC", "2026-03-08T04:00:00", "2026-03-08T22:00:00"),
        ("20:00-24:00", "UTC", "2026-03-08T00:00:00", "2026-03-08T20:00:00"),
        ("02:15-02:45", "Europe/Berlin", "2026-03-29T00:00:00", "2026-03-29T01:00:00"),
    ],
)
def test_what_is_outside_waits_for_the_hours(hours: str, zone: str, at: str, allowed: str) -> None:
    found = allowed_from(parse_hours(hours), zone, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(allowed).replace(tzinfo=UTC)


def test_only_what_is_made_up_for_waits_and_keeps_its_nominal_time() -> None:
    hourly = Schedule(cron=("0 * * * *",), timezone="America/New_York", catchup_between="03:00-06:00")
    cursor, now = datetime(2026, 3, 3, 15, 30, tzinfo=UTC), datetime(2026, 3, 3, 19, 0, 0, tzinfo=UTC)
    fires = decide_fires(hourly, "backup", cursor, datetime(2026, 3, 3, 18, 30, tzinfo=UTC), now)
    assert [(fire.nominal_at.hour, fire.due_at.isoformat(), fire.caught_up) for fire in fires.due] == [
        (18, "2026-03-04T08:00:00+00:00", True),
        (19, "2026-03-03T19:00:00+00:00", False),
    ]
