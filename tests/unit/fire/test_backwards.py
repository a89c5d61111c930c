"""Looking back from an instant (was anything missed?) agrees with looking forward from before it."""

from datetime import datetime, timedelta
from random import Random

import pytest

from jobctl.decide.schedule.fire import fires_between, next_fire
from jobctl.decide.schedule.missed import decide_fires
from jobctl.model.job import Schedule
from tests.unit.fire.random_schedules import ZONES, expression, instant

MILLISECOND = timedelta(milliseconds=1)
CASES, PARTS = 10_000, 4


@pytest.mark.parametrize("seed", range(PARTS))
def test_the_newest_time_before_an_instant_is_followed_by_none_before_it(seed: int) -> None:
    dice = Random(100 + seed)
    for number in range(CASES // PARTS):
        schedule, since, now = random_span(dice)
        agree(schedule, since, now)
        if number % 10 == 0:
            agree_when_missed(schedule, since, now)


def random_span(dice: Random) -> tuple[Schedule, datetime, datetime]:
    """A schedule and a stretch of a minute to ten years."""
    zone = dice.choice(ZONES)
    since = instant(dice, zone)
    return Schedule(cron=(expression(dice),), timezone=zone), since, since + timedelta(minutes=2 ** dice.uniform(0, 22))


def agree(schedule: Schedule, since: datetime, now: datetime) -> None:
    """Assert that the newest time in (since, now] and the range before it are those seen forwards."""
    where = f"{schedule.cron[0]} in {schedule.timezone} from {since.isoformat()} to {now.isoformat()}"
    first = next_fire(schedule, "job", since)
    newest = fires_between(schedule, "job", since, now, 1)
    if first is None or first > now:
        assert newest.kept == (), where
        return
    (last,) = newest.kept
    following = next_fire(schedule, "job", last)
    assert since < first <= last <= now, where
    assert next_fire(schedule, "job", last - MILLISECOND) == last, where
    assert following is None or following > now, where
    assert (newest.dropped is None) == (first == last), where
    if newest.dropped is not None:
        before = newest.dropped.to_at
        assert (newest.dropped.from_at, next_fire(schedule, "job", before)) == (first, last), where


def agree_when_missed(schedule: Schedule, since: datetime, now: datetime) -> None:
    """Assert that `catchup: last` makes up for that newest time, if its window reaches so far."""
    newest = fires_between(schedule, "job", since, now, 1).kept
    missed = decide_fires(schedule, "job", since, now + MILLISECOND, now)
    wanted = [at for at in newest if now - at <= schedule.catchup_window]
    assert [fire.nominal_at for fire in missed.due] == wanted
    assert missed.next_at == next_fire(schedule, "job", now)
