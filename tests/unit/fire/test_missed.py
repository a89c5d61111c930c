"""What becomes of fires that passed while no daemon was on duty."""

from datetime import UTC, datetime, timedelta

import pytest

from jobctl.decide.schedule.missed import decide_fires
from jobctl.model.fire import Fire
from jobctl.model.job import Catchup, Schedule
from jobctl.model.run import Missed

MIDNIGHT = datetime(2026, 1, 10, tzinfo=UTC)


def hourly(catchup: Catchup = "last", *, window: int = 24, limit: int = 100) -> Schedule:
    return Schedule(cron=("0 * * * *",), catchup=catchup, catchup_window=timedelta(hours=window), catchup_limit=limit)


def hours(count: float) -> datetime:
    return MIDNIGHT + timedelta(hours=count)


def late(*counts: float) -> tuple[Fire, ...]:
    return tuple(Fire(hours(count), hours(count), caught_up=True) for count in counts)


def on_time(*counts: float) -> tuple[Fire, ...]:
    return tuple(Fire(hours(count), hours(count)) for count in counts)


def test_a_fire_is_on_time_while_a_daemon_is_on_duty() -> None:
    decided = decide_fires(hourly("none"), "backup", hours(0), hours(0), hours(1))
    assert decided.due == on_time(1)
    assert decided.missed == ()


def test_nothing_is_due_between_fires() -> None:
    decided = decide_fires(hourly(), "backup", hours(0), hours(0), hours(0.5))
    assert decided.due == ()
    assert decided.next_at == hours(1)


def test_the_cursor_moves_to_now() -> None:
    assert decide_fires(hourly(), "backup", hours(0), hours(0), hours(0.5)).cursor_at == hours(0.5)


def test_catchup_none_records_all_missed_times_in_one_range() -> None:
    decided = decide_fires(hourly("none"), "backup", hours(0), hours(5.5), hours(5.5))
    assert decided.due == ()
    assert decided.missed == (Missed(hours(1), hours(5), 5),)


def test_catchup_last_makes_one_run_for_the_newest_missed_time() -> None:
    decided = decide_fires(hourly("last"), "backup", hours(0), hours(5.5), hours(5.5))
    assert decided.due == late(5)
    assert decided.missed == (Missed(hours(1), hours(4), 4),)


def test_catchup_last_leaves_no_range_when_one_time_was_missed() -> None:
    decided = decide_fires(hourly("last"), "backup", hours(0), hours(1.5), hours(1.5))
    assert decided.due == late(1)
    assert decided.missed == ()


def test_catchup_all_makes_them_all_in_order() -> None:
    decided = decide_fires(hourly("all"), "backup", hours(0), hours(5.5), hours(5.5))
    assert decided.due == late(1, 2, 3, 4, 5)
    assert decided.missed == ()


def test_catchup_all_keeps_the_newest_up_to_its_limit() -> None:
    decided = decide_fires(hourly("all", limit=2), "backup", hours(0), hours(5.5), hours(5.5))
    assert decided.due == late(4, 5)
    assert decided.missed == (Missed(hours(1), hours(3), 3),)


def test_catchup_all_leaves_out_what_is_older_than_the_window() -> None:
    decided = decide_fires(hourly("all", window=2), "backup", hours(0), hours(5.5), hours(5.5))
    assert decided.due == late(4, 5)
    assert decided.missed == (Missed(hours(1), hours(3), 3),)


def test_a_time_exactly_at_the_edge_of_the_window_is_made_up_for() -> None:
    decided = decide_fires(hourly("all", window=2), "backup", hours(0), hours(6), hours(6))
    assert [fire.nominal_at for fire in decided.due] == [hours(4), hours(5), hours(6)]


def test_catchup_last_makes_no_run_for_a_time_older_than_the_window() -> None:
    schedule = Schedule(cron=("0 1 * * *",), catchup_window=timedelta(hours=2))
    decided = decide_fires(schedule, "backup", hours(0), hours(5), hours(5))
    assert decided.due == ()
    assert decided.missed == (Missed(hours(1), hours(1), 1),)


def test_limit_and_window_share_one_range() -> None:
    decided = decide_fires(hourly("all", window=2, limit=4), "backup", hours(0), hours(8.5), hours(8.5))
    assert decided.due == late(7, 8)
    assert decided.missed == (Missed(hours(1), hours(6), 6),)


def test_a_missed_time_is_made_up_for_beside_the_one_at_which_the_daemon_came() -> None:
    decided = decide_fires(hourly("last"), "backup", hours(0), hours(5), hours(5))
    assert decided.due == (*late(4), *on_time(5))
    assert decided.missed == (Missed(hours(1), hours(3), 3),)


def test_times_since_the_daemon_came_are_on_time_beside_missed_ones() -> None:
    decided = decide_fires(hourly("last"), "backup", hours(0), hours(3), hours(4))
    assert decided.due == (*late(2), *on_time(3, 4))
    assert decided.missed == (Missed(hours(1), hours(1), 1),)


def test_a_time_at_the_moment_the_daemon_came_is_on_time() -> None:
    assert decide_fires(hourly("none"), "backup", hours(0), hours(1), hours(1)).due == on_time(1)


def test_times_on_duty_do_not_hear_catchup_window_and_limit() -> None:
    decided = decide_fires(hourly("all", window=0, limit=0), "backup", hours(0), hours(0), hours(3))
    assert decided.due == on_time(1, 2, 3)


def test_a_step_back_of_the_clock_fires_nothing_and_keeps_the_cursor() -> None:
    decided = decide_fires(hourly(), "backup", hours(5), hours(0), hours(2))
    assert decided.due == ()
    assert decided.missed == ()
    assert decided.cursor_at == hours(5)
    assert decided.next_at == hours(6)


def test_a_step_forward_is_an_outage_when_duty_begins_anew() -> None:
    decided = decide_fires(hourly("last"), "backup", hours(0), hours(1000.5), hours(1000.5))
    assert decided.due == late(1000)
    assert decided.missed == (Missed(hours(1), hours(999), 999),)


def test_a_month_of_missed_seconds_is_counted_at_once() -> None:
    schedule = Schedule(every=timedelta(seconds=1), catchup="none")
    now = MIDNIGHT + timedelta(days=30, milliseconds=500)
    decided = decide_fires(schedule, "backup", MIDNIGHT, now, now)
    assert decided.missed == (Missed(hours(0) + timedelta(seconds=1), hours(720), 2_592_000),)


def test_a_single_instant_that_was_missed_is_made_up_for() -> None:
    decided = decide_fires(Schedule(at=hours(1)), "backup", hours(0), hours(2), hours(2))
    assert decided.due == late(1)
    assert decided.next_at is None


def test_a_schedule_deployed_after_its_instant_does_not_fire() -> None:
    assert decide_fires(Schedule(at=hours(1)), "backup", hours(2), hours(0), hours(3)).due == ()


def test_a_missed_time_in_a_gap_is_one_missed_time() -> None:
    schedule = Schedule(cron=("0,30 2 * * *",), timezone="America/New_York", catchup="none")
    start = datetime(2026, 3, 8, 5, tzinfo=UTC)
    now = start + timedelta(hours=12)
    decided = decide_fires(schedule, "backup", start, now, now)
    shifted = datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert decided.missed == (Missed(shifted, shifted, 1),)


@pytest.mark.parametrize("jitter", [1, 600, 86_400])
def test_a_fire_is_due_at_its_nominal_time_plus_jitter(jitter: int) -> None:
    schedule = Schedule(cron=("0 * * * *",), jitter=timedelta(seconds=jitter))
    (fire,) = decide_fires(schedule, "backup", hours(0), hours(0), hours(1)).due
    assert fire.nominal_at == hours(1)
    assert timedelta(0) <= fire.due_at - fire.nominal_at < timedelta(hours=1)
