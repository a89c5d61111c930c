"""Each row of the corpus is one promise about when a schedule fires."""

from datetime import datetime

import pytest

from jobctl.decide.schedule.fire import fires_between, next_fire
from jobctl.decide.time.zone import load
from jobctl.model.job import Schedule
from tests.unit.fire.corpus import rows

ROWS = [pytest.param(*row, id=f"{row[0]} {row[1]} after {row[2]}") for row in rows()]


@pytest.mark.parametrize(("zone", "expression", "after", "fires"), ROWS)
def test_a_schedule_fires_as_the_corpus_says(zone: str, expression: str, after: str, fires: list[str]) -> None:
    schedule = Schedule(cron=(expression,), timezone=zone)
    at: datetime | None = datetime.fromisoformat(after)
    for expected in fires:
        assert at is not None
        at = next_fire(schedule, "backup", at)
        shown = "never" if at is None else at.astimezone(load(zone)).isoformat()
        assert shown == (expected if expected == "never" else datetime.fromisoformat(expected).isoformat())


@pytest.mark.parametrize(("zone", "expression", "after", "fires"), [row for row in ROWS if row.values[3] != ["never"]])
def test_counting_finds_as_many_fires_as_the_corpus_names(
    zone: str, expression: str, after: str, fires: list[str]
) -> None:
    schedule = Schedule(cron=(expression,), timezone=zone)
    found = fires_between(schedule, "backup", datetime.fromisoformat(after), datetime.fromisoformat(fires[-1]), limit=0)
    assert found.dropped is not None
    assert found.dropped.times == len(fires)
    assert found.dropped.from_at == datetime.fromisoformat(fires[0])
    assert found.dropped.to_at == datetime.fromisoformat(fires[-1])


ZONES = (
    *(
        "America/New_York",
        "Europe/Berlin",
        "Europe/London",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kathmandu",
    ),
    *("Pacific/Apia", "Africa/Cairo", "America/St_Johns", "Antarctica/Troll", "Pacific/Chatham"),
)
KINDS = (
    *("leap day", "year end", "month end", "either day", "both days", "never", "last", "nth", "step", "list"),
    *("range with a step", "month by name", "weekday by name", "seconds", "zone in front"),
    *("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@every", "@reboot"),
)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len({(row.zone, row.expression, row.after) for row in rows()}) >= 340


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_holds_schedules_of_each_kind(kind: str) -> None:
    assert [row for row in rows() if kind in row.kinds]


@pytest.mark.parametrize("change", ["gap", "repeat"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_corpus_holds_the_changes_of_the_clocks_of_each_zone(zone: str, change: str) -> None:
    found = [row for row in rows() if row.zone == zone and change in row.kinds]
    # Kathmandu's clocks have never gone back.
    assert bool(found) is ((zone, change) != ("Asia/Kathmandu", "repeat"))


def test_the_corpus_holds_the_day_that_samoa_left_out() -> None:
    assert [row for row in rows() if row.zone == "Pacific/Apia" and "2011-12-31T00:00+14:00" in row.fires]


def test_the_offsets_of_the_corpus_are_those_of_its_zones() -> None:
    for row in rows():
        for text in (row.after, *row.fires):
            if text != "never":
                at = datetime.fromisoformat(text)
                assert at.utcoffset() == at.astimezone(load(row.zone)).utcoffset(), row
