"""The clock is stepped, or the machine sleeps, under a watching daemon. The job fires every ten minutes."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.daemon.journal import LOGGER
from jobctl.model.job import Catchup, Job, Schedule
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from tests.kit.fires import Watch, check, every_minute_of, tell
from tests.store.making import deploy

DEPLOYED = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 8, hour, minute, second, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "jobctl.db"))
    yield opened
    opened.close()


def on_duty(store: Store, catchup: Catchup = "last") -> Watch:
    """A daemon that has watched until 12:15."""
    schedule = Schedule(cron=("*/10 * * * *",), catchup=catchup, catchup_window=timedelta(days=2))
    deploy(store, Job(name="job", run="true", schedule=schedule, overlap="allow"), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 15))
    return watch


def check_until(store: Store, end: datetime) -> None:
    check(store, every_minute_of(DEPLOYED, end, lambda minute: minute.minute % 10 == 0))


def test_case_24_a_step_of_4_minutes_over_no_time_changes_nothing(store: Store) -> None:
    watch = on_duty(store)
    watch.jump(at(12, 19))
    watch.until(at(12, 31))
    assert tell(store) == ["08 12:10 waiting", "08 12:20 waiting", "08 12:30 waiting"]


@pytest.mark.parametrize(("catchup", "state"), [("none", "skipped/missed x1"), ("last", "waiting"), ("all", "waiting")])
def test_case_24_a_step_of_4_minutes_over_one_time(store: Store, catchup: Catchup, state: str) -> None:
    watch = on_duty(store, catchup)
    watch.until(at(12, 18))
    watch.jump(at(12, 22))
    assert tell(store) == ["08 12:10 waiting", f"08 12:20 {state}"]
    check_until(store, at(12, 22))


@pytest.mark.parametrize(
    ("catchup", "records"),
    [
        ("none", ["08 12:40 skipped/missed x3"]),
        ("last", ["08 12:30 skipped/missed x2", "08 12:40 waiting"]),
        ("all", ["08 12:20 waiting", "08 12:30 waiting", "08 12:40 waiting"]),
    ],
)
def test_case_24_a_step_of_30_minutes(store: Store, catchup: Catchup, records: list[str]) -> None:
    watch = on_duty(store, catchup)
    watch.jump(at(12, 45))
    watch.until(at(12, 49))
    assert tell(store)[1:] == records
    check_until(store, at(12, 49))


@pytest.mark.parametrize(
    ("catchup", "records"),
    [
        ("none", ["08 16:10 skipped/missed x24"]),
        ("last", ["08 16:00 skipped/missed x23", "08 16:10 waiting"]),
    ],
)
def test_case_24_a_step_of_4_hours_or_a_suspend_as_long(store: Store, catchup: Catchup, records: list[str]) -> None:
    watch = on_duty(store, catchup)
    watch.jump(at(16, 15))
    assert tell(store)[1:] == records
    check_until(store, at(16, 15))


def test_case_24_all_times_of_a_suspend_are_made_up_for_in_order(store: Store) -> None:
    watch = on_duty(store, "all")
    watch.work()
    watch.jump(at(16, 15))
    done = [when for when in watch.work() if when]
    assert (len(done), done) == (24, sorted(done))
    check_until(store, at(16, 15))


def test_case_24_a_step_back_fires_nothing_again(store: Store) -> None:
    watch = on_duty(store)
    watch.until(at(12, 45))
    watch.jump(at(12, 20))
    watch.until(at(12, 45))
    check_until(store, at(12, 45))
    watch.until(at(13, 5))
    assert [line[3:8] for line in tell(store)] == ["12:10", "12:20", "12:30", "12:40", "12:50", "13:00"]


def test_case_24_a_step_back_and_forth_fires_nothing_again_and_leaves_nothing_out(store: Store) -> None:
    watch = on_duty(store)
    watch.jump(at(11, 50))
    watch.until(at(11, 55))
    watch.jump(at(12, 35))
    watch.until(at(12, 41))
    check_until(store, at(12, 41))


def test_case_24_a_clock_that_was_hours_ahead_leaves_each_time_one_record_when_it_is_set_right(store: Store) -> None:
    watch = on_duty(store)
    watch.jump(at(16, 15))
    watch.jump(at(12, 16))
    watch.until(at(16, 31))
    check_until(store, at(16, 31))


def test_case_24_a_job_deployed_after_a_step_back_fires_on_time(store: Store) -> None:
    watch = on_duty(store, "none")
    watch.jump(at(11, 0))
    new = Job(name="new", run="true", schedule=Schedule(cron=("*/10 * * * *",), catchup="none"), overlap="allow")
    deploy(store, new, now=at(11, 0))
    watch.until(at(11, 11))
    assert tell(store, "new") == ["08 11:10 waiting"]


def test_case_24_a_daemon_that_starts_after_a_step_back_fires_nothing_again(store: Store) -> None:
    on_duty(store).until(at(12, 45))
    Watch(store, at(12, 20)).until(at(12, 51))
    check_until(store, at(12, 51))


def test_case_24_a_busy_machine_is_no_absence(store: Store) -> None:
    watch = on_duty(store, "none")
    watch.until(at(12, 19, 50))
    watch.jump(at(12, 20, 15))
    assert tell(store)[-1] == "08 12:20 waiting"


@pytest.mark.parametrize("catchup", ["none", "last", "all"])
def test_case_24_two_daemons_that_wake_from_one_suspend_leave_one_record_each(store: Store, catchup: Catchup) -> None:
    first = on_duty(store, catchup)
    second = Watch(store, at(12, 15))
    first.jump(at(14, 5))
    second.jump(at(14, 5))
    second.until(at(14, 11))
    first.until(at(14, 21))
    check_until(store, at(14, 21))


def test_case_24_an_interval_stays_on_its_grid_through_a_step(store: Store) -> None:
    schedule = Schedule(every=timedelta(minutes=7), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule, overlap="allow"), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 10))
    watch.jump(at(13, 0, 30))
    watch.until(at(13, 20))
    epoch_minutes = [int(line.split()[1][:2]) * 60 + int(line.split()[1][3:]) for line in tell(store)]
    day = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp()) // 60
    assert {(day + minute) % 7 for minute in epoch_minutes} == {0}
    check(store, every_minute_of(DEPLOYED, at(13, 20), lambda minute: int(minute.timestamp()) // 60 % 7 == 0))


def test_how_long_nobody_watched_is_told_as_durations_are_typed(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(LOGGER), "propagate", True)
    caplog.set_level(logging.WARNING, LOGGER)
    watch = on_duty(store, "none")
    watch.jump(at(14, 5))
    assert "the clock went on by 1h50m unwatched" in caplog.messages
