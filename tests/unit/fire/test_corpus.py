"""Each row of the corpus is one promise about when a schedule fires."""

from datetime import datetime

import pytest

from jobctl.decide.fire import fires_between, next_fire
from jobctl.decide.zone import load
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


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(ROWS) >= 120
