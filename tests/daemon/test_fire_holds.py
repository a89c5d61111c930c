"""Pauses, changes, retirements: times that a schedule passes over leave their records, and are never made up for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.model.job import Catchup, Job, Schedule
from jobctl.model.view import Pause
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from tests.kit.fires import Watch, check, every_minute_of, tell
from tests.store.making import daemon, deploy, deployed_request, enqueue, take

DEPLOYED = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
CATCHUPS = pytest.mark.parametrize("catchup", ["none", "last", "all"])


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 8, hour, minute, second, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "jobctl.db"))
    yield opened
    opened.close()


def job(catchup: Catchup = "last", cron: str = "*/10 * * * *", **keys: Any) -> Job:
    schedule = Schedule(cron=(cron,), catchup=catchup)
    whole: dict[str, Any] = {"name": "job", "run": "true", "schedule": schedule, "overlap": "allow"}
    return Job(**(whole | keys))


def hold(store: Store, since: datetime, until: datetime | None = None) -> None:
    store.pause("job", "job", Pause(until, None, "ann", since))


def tens(end: datetime, start: datetime = DEPLOYED) -> list[datetime]:
    return every_minute_of(start, end, lambda minute: minute.minute % 10 == 0)


def test_a_paused_job_leaves_a_record_at_each_of_its_times(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 15))
    hold(store, at(12, 15))
    watch.until(at(12, 35))
    store.resume("job", "job", at(12, 35))
    watch.until(at(12, 41))
    assert tell(store) == [
        "08 12:10 waiting",
        "08 12:20 skipped/paused",
        "08 12:30 skipped/paused",
        "08 12:40 waiting",
    ]


@CATCHUPS
def test_nothing_is_made_up_for_when_a_job_is_resumed_while_no_daemon_runs(store: Store, catchup: Catchup) -> None:
    deploy(store, job(catchup), now=DEPLOYED)
    hold(store, at(12, 5))
    store.resume("job", "job", at(12, 35))
    Watch(store, at(12, 36)).until(at(12, 41))
    assert tell(store) == ["08 12:20 skipped/missed x2", "08 12:30 skipped/paused", "08 12:40 waiting"]
    check(store, tens(at(12, 41)))


@CATCHUPS
def test_nothing_is_made_up_for_when_a_pause_ended_by_itself_while_no_daemon_ran(
    store: Store, catchup: Catchup
) -> None:
    deploy(store, job(catchup), now=DEPLOYED)
    hold(store, at(12, 5), at(12, 35))
    Watch(store, at(12, 36)).until(at(12, 41))
    assert tell(store) == ["08 12:20 skipped/missed x2", "08 12:30 skipped/paused", "08 12:40 waiting"]
    check(store, tens(at(12, 41)))


def test_what_was_missed_after_the_end_of_a_pause_is_made_up_for(store: Store) -> None:
    deploy(store, job("last"), now=DEPLOYED)
    hold(store, at(12, 5), at(12, 35))
    Watch(store, at(12, 55))
    assert tell(store)[2:] == ["08 12:40 skipped/missed x1", "08 12:50 waiting"]
    check(store, tens(at(12, 55)))


def test_a_pause_may_end_in_the_hands_of_whoever_claims_first(store: Store) -> None:
    deploy(store, job("last"), now=DEPLOYED)
    hold(store, at(12, 5), at(12, 35))
    take(store, daemon(store, now=at(12, 36)), at(12, 36))
    Watch(store, at(12, 36)).until(at(12, 41))
    assert tell(store)[1:] == ["08 12:30 skipped/paused", "08 12:40 waiting"]
    check(store, tens(at(12, 41)))


def test_a_time_at_the_very_end_of_a_pause_fires(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    hold(store, at(12, 5), at(12, 20))
    watch.until(at(12, 21))
    assert tell(store) == ["08 12:10 skipped/paused", "08 12:20 waiting"]


def test_a_time_just_before_the_end_of_a_pause_is_paused_even_if_it_is_seen_after_it(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 9, 59))
    hold(store, at(12, 5), at(12, 10) + timedelta(milliseconds=5))
    watch.jump(at(12, 10, 2))
    assert tell(store) == ["08 12:10 skipped/paused"]


@CATCHUPS
def test_what_a_paused_job_has_missed_is_not_made_up_for(store: Store, catchup: Catchup) -> None:
    deploy(store, job(catchup), now=DEPLOYED)
    hold(store, at(12, 5))
    watch = Watch(store, at(12, 35))
    assert watch.work() == []
    check(store, tens(at(12, 35)))


def test_a_paused_queue_does_not_keep_its_times_from_becoming_runs(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    store.pause("queue", "default", Pause(None, None, "ann", DEPLOYED))
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 21))
    assert (watch.begin(), tell(store)) == ([], ["08 12:10 waiting", "08 12:20 waiting"])


@CATCHUPS
def test_another_schedule_does_not_fire_for_times_before_it_was_deployed(store: Store, catchup: Catchup) -> None:
    deploy(store, job(catchup), now=DEPLOYED)
    deploy(store, job(catchup, "*/5 * * * *"), now=at(12, 32))
    Watch(store, at(12, 33)).until(at(12, 36))
    assert tell(store) == ["08 12:30 skipped/missed x3", "08 12:35 waiting"]


def test_another_command_leaves_the_schedule_where_it_stands(store: Store) -> None:
    deploy(store, job("last"), now=DEPLOYED)
    deploy(store, job("last", run="false"), now=at(12, 32))
    Watch(store, at(12, 33))
    assert tell(store) == ["08 12:20 skipped/missed x2", "08 12:30 waiting"]


def test_times_while_a_job_is_disabled_are_no_nominal_times(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 11))
    deploy(store, job(enabled=False), now=at(12, 15))
    watch.until(at(12, 35))
    deploy(store, job(), now=at(12, 35))
    watch.until(at(12, 41))
    assert tell(store) == ["08 12:10 waiting", "08 12:40 waiting"]


@CATCHUPS
def test_a_job_that_is_enabled_while_no_daemon_runs_fires_from_then_on(store: Store, catchup: Catchup) -> None:
    deploy(store, job(catchup, enabled=False), now=DEPLOYED)
    deploy(store, job(catchup), now=at(12, 25))
    Watch(store, at(12, 26)).until(at(12, 31))
    assert tell(store) == ["08 12:30 waiting"]


@CATCHUPS
def test_a_job_that_comes_back_does_not_fire_for_the_time_of_its_absence(store: Store, catchup: Catchup) -> None:
    deploy(store, job(catchup), now=DEPLOYED)
    deploy(store, now=at(12, 15))
    deploy(store, job(catchup), now=at(12, 45))
    Watch(store, at(12, 46)).until(at(12, 51))
    assert tell(store) == ["08 12:10 skipped/missed x1", "08 12:50 waiting"]


def test_a_job_that_comes_back_after_a_step_back_fires_nothing_again(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    Watch(store, DEPLOYED).until(at(12, 45))
    deploy(store, now=at(12, 45))
    deploy(store, job(), now=at(12, 15))
    Watch(store, at(12, 15)).until(at(12, 51))
    check(store, tens(at(12, 51)))


def test_a_retired_job_has_no_record_after_its_end(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 11))
    deploy(store, now=at(12, 15))
    watch.until(at(12, 35))
    assert tell(store) == ["08 12:10 waiting"]


def test_manual_runs_leave_the_schedule_where_it_stands(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    enqueue(store, deployed_request(store, "job"), now=at(12, 9))
    watch.until(at(12, 11))
    assert (tell(store), len(watch.begin())) == (["08 12:10 waiting"], 2)


def test_a_pause_and_changes_in_its_midst_leave_each_time_one_record(store: Store) -> None:
    deploy(store, job(), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    watch.until(at(12, 15))
    hold(store, at(12, 15), at(13, 15))
    watch.until(at(12, 25))
    deploy(store, job(run="false"), now=at(12, 25))
    deploy(store, job("all"), now=at(12, 52))
    Watch(store, at(12, 55)).until(at(13, 1))
    Watch(store, at(13, 45)).until(at(13, 51))
    check(store, tens(at(13, 51)))
    assert [line[3:] for line in tell(store)] == [
        "12:10 waiting",
        "12:20 skipped/paused",
        "12:40 skipped/missed x2",
        "12:50 skipped/paused",
        "13:00 skipped/paused",
        "13:10 skipped/paused",
        "13:20 waiting",
        "13:30 waiting",
        "13:40 waiting",
        "13:50 waiting",
    ]
