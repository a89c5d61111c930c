"""An interval that counts from the end of the last run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobctl.decide.schedule.after_end import coming, decide_after_end, first_after, known, pass_over_after_end
from jobctl.model.fire import Fire, Fires, LastRun
from jobctl.model.job import Schedule
from jobctl.model.run import Missed

TEN = timedelta(minutes=10)


def at(minute: float) -> datetime:
    return datetime(2026, 3, 8, 12, 0, tzinfo=UTC) + timedelta(minutes=minute)


def last(next_at: float, *, under_way: bool = False, ended: float | None = None) -> LastRun:
    return LastRun(at(0), at(next_at), under_way, None if ended is None else at(ended))


def schedule(**keys: Any) -> Schedule:
    return Schedule(after_end=TEN, **keys)


def decided(run: LastRun, now: float, duty: float = 0, **keys: Any) -> Fires:
    return decide_after_end(schedule(**keys), "sync", TEN, run, at(duty), at(now))


def test_the_first_fire_comes_an_interval_after_the_deployment_or_at_the_start() -> None:
    assert first_after(schedule(), TEN, at(0)) == at(10)
    assert first_after(schedule(start=at(60)), TEN, at(0)) == at(60)
    assert first_after(schedule(end=at(5)), TEN, at(0)) is None


def test_while_a_run_is_under_way_nothing_fires_and_the_next_look_is_an_interval_away() -> None:
    assert decided(last(10, under_way=True), 10) == Fires((), (), at(10), at(20))


def test_a_run_that_has_ended_meanwhile_moves_the_fire_to_an_interval_after_its_end() -> None:
    assert decided(last(20, ended=13), 20) == Fires((), (), at(20), at(23))
    assert decided(last(23, ended=13), 23) == Fires((Fire(at(23), at(23)),), (), at(23), at(33))


def test_a_bound_that_was_known_stays_where_history_was_pruned() -> None:
    assert coming(schedule(), TEN, last(40), at(35)) == at(40)


def test_a_fire_without_a_run_before_comes_at_the_bound() -> None:
    assert decided(last(10), 10).due == (Fire(at(10), at(10)),)


@pytest.mark.parametrize(
    ("keys", "due", "missed"),
    [
        ({}, (Fire(at(10), at(10), True),), ()),
        ({"catchup": "none"}, (), (Missed(at(10), at(10), 1),)),
        ({"catchup_window": timedelta(minutes=5)}, (), (Missed(at(10), at(10), 1),)),
    ],
)
def test_a_time_that_passed_while_nobody_was_on_duty_is_made_up_for_or_missed_once(
    keys: dict[str, Any], due: tuple[Fire, ...], missed: tuple[Missed, ...]
) -> None:
    assert decided(last(10), 300, duty=299, **keys) == Fires(due, missed, at(300), at(310))


def test_nothing_fires_after_the_end_of_the_schedule() -> None:
    assert decided(last(10, ended=8), 10, end=at(12)) == Fires((), (), at(10), None)


def test_a_schedule_that_goes_on_after_a_pause_leaves_one_record_and_begins_anew() -> None:
    passed = pass_over_after_end(schedule(), TEN, last(10), at(90), paused=True)
    assert passed == Fires((Fire(at(10), at(10), True),), (), at(90), at(100))
    assert pass_over_after_end(schedule(), TEN, last(10), at(90), paused=False).missed == (Missed(at(10), at(10), 1),)
    assert pass_over_after_end(schedule(), TEN, last(95), at(90), paused=True) == Fires((), (), at(90), at(100))


def test_the_next_fire_is_told_when_it_is_known() -> None:
    assert known(schedule(), TEN, last(20, ended=15)) == at(25)
    assert known(schedule(), TEN, last(20)) == at(20)
    assert known(schedule(), TEN, last(20, under_way=True, ended=15)) is None
