"""One record for each nominal time: daemons that race, that die in between, that boot; instants, spans and jitter."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.daemon.loops.fire import FireLoop
from jobctl.decide.schedule.missed import decide_fires
from jobctl.model.errors import Refused
from jobctl.model.fire import Recording
from jobctl.model.job import Job, Schedule
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from tests.kit.fires import BOOT, Watch, by_time, check, every_minute_of, tell
from tests.store.making import deploy, deployed_request, enqueue

DEPLOYED = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
TENS = Schedule(cron=("*/10 * * * *",))


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 8, hour, minute, tzinfo=UTC) + timedelta(seconds=second)


def tens(end: datetime) -> list[datetime]:
    return every_minute_of(DEPLOYED, end, lambda minute: minute.minute % 10 == 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "jobctl.db"))
    yield opened
    opened.close()


@pytest.fixture
def second(store: Store, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "jobctl.db"))
    yield opened
    opened.close()


def decided(store: Store, now: datetime) -> list[Recording]:
    """What a daemon on duty would record now."""
    due = store.due_schedules(now, 100)
    return [
        Recording(one, decide_fires(one.job.schedule, one.job.name, one.cursor_at, one.cursor_at, now), one.booted)
        for one in due
    ]


def test_two_daemons_that_decide_the_same_times_leave_one_record_each(store: Store, second: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=TENS), now=DEPLOYED)
    one, other = decided(store, at(12, 35)), decided(second, at(12, 36))
    second.record(other, at(12, 36))
    store.record(one, at(12, 35))
    check(store, tens(at(12, 36)))


def test_two_daemons_that_tick_at_once_leave_one_record_each(store: Store, second: Store) -> None:
    jobs = [Job(name=f"job{n}", run="true", schedule=TENS, overlap="allow") for n in range(20)]
    deploy(store, *jobs, now=DEPLOYED)
    together = threading.Barrier(2)

    def tick(mine: Store) -> None:
        loop = FireLoop(mine, DEPLOYED, BOOT, DEPLOYED)
        for minute in range(10, 60):
            together.wait(timeout=60)
            loop.wake()
            loop.tick(at(12, minute))

    threads = [threading.Thread(target=tick, args=(each,)) for each in (store, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for job in jobs:
        check(store, tens(at(12, 59)), job.name)


def test_a_daemon_that_dies_between_its_decision_and_the_record_leaves_the_time_to_the_next(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=TENS), now=DEPLOYED)
    assert decided(store, at(12, 10))
    Watch(store, at(12, 15))
    assert tell(store) == ["08 12:10 waiting"]


def test_a_record_that_comes_late_from_a_stopped_daemon_changes_nothing(store: Store, second: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=TENS), now=DEPLOYED)
    late = decided(second, at(12, 10))
    Watch(store, at(12, 35)).until(at(12, 41))
    assert second.record(late, at(12, 42)) == []
    check(store, tens(at(12, 42)))


def test_a_boot_fires_once_although_two_daemons_start(store: Store, second: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=Schedule(cron=("@reboot",))), now=DEPLOYED)
    Watch(store, at(13, 1), boot="next", booted_at=at(13, 0))
    Watch(second, at(13, 2), boot="next", booted_at=at(13, 0))
    assert tell(store) == ["08 13:00 waiting"]


def test_each_boot_fires_once(store: Store) -> None:
    job = Job(name="job", run="true", schedule=Schedule(cron=("@reboot",)), overlap="allow")
    deploy(store, job, now=DEPLOYED)
    for hour in (13, 14):
        Watch(store, at(hour, 1), boot=f"boot {hour}", booted_at=at(hour, 0))
    assert tell(store) == ["08 13:00 waiting", "08 14:00 waiting"]


def test_a_job_deployed_since_the_boot_does_not_fire_for_it(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=Schedule(cron=("@reboot",))), now=DEPLOYED)
    Watch(store, at(12, 5), boot="this", booted_at=at(11, 0))
    Watch(store, at(12, 10), boot="this", booted_at=at(11, 0))
    assert tell(store) == []


def test_a_job_whose_command_changed_since_the_boot_still_fires_for_it(store: Store) -> None:
    schedule = Schedule(cron=("@reboot",))
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    deploy(store, Job(name="job", run="false", schedule=schedule), now=at(13, 1))
    Watch(store, at(13, 2), boot="next", booted_at=at(13, 0))
    assert tell(store) == ["08 13:00 waiting"]


def test_a_boot_beside_times_of_the_day_fires_both(store: Store) -> None:
    both = Schedule(cron=("@reboot", "*/10 * * * *"))
    deploy(store, Job(name="job", run="true", schedule=both, overlap="allow"), now=at(12, 51))
    Watch(store, at(13, 6), boot="next", booted_at=at(13, 5)).until(at(13, 11))
    assert tell(store) == ["08 13:00 waiting", "08 13:05 waiting", "08 13:10 waiting"]


def test_an_instant_in_the_past_does_not_fire(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=Schedule(at=at(11, 0))), now=DEPLOYED)
    Watch(store, at(12, 5)).until(at(12, 10))
    assert tell(store) == []


def test_an_instant_fires_once(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=Schedule(at=at(12, 5))), now=DEPLOYED)
    Watch(store, DEPLOYED).until(at(12, 10))
    Watch(store, at(12, 10)).until(at(12, 15))
    assert tell(store) == ["08 12:05 waiting"]


def test_an_instant_that_was_missed_is_made_up_for(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=Schedule(at=at(12, 5))), now=DEPLOYED)
    Watch(store, at(13, 0))
    assert tell(store) == ["08 12:05 waiting"]


def test_start_and_end_bound_the_times_inclusively(store: Store) -> None:
    span = Schedule(cron=("*/10 * * * *",), start=at(12, 20), end=at(12, 40))
    deploy(store, Job(name="job", run="true", schedule=span, overlap="allow"), now=DEPLOYED)
    Watch(store, DEPLOYED).until(at(13, 5))
    assert [line[3:8] for line in tell(store)] == ["12:20", "12:30", "12:40"]


def test_what_was_missed_beyond_the_end_is_not_made_up_for(store: Store) -> None:
    span = Schedule(cron=("*/10 * * * *",), end=at(12, 20))
    deploy(store, Job(name="job", run="true", schedule=span), now=DEPLOYED)
    Watch(store, at(13, 5))
    assert tell(store) == ["08 12:10 skipped/missed x1", "08 12:20 waiting"]


def test_jitter_makes_runs_due_later_and_leaves_the_nominal_times(store: Store) -> None:
    shaky = Schedule(cron=("*/10 * * * *",), jitter=timedelta(minutes=5))
    deploy(store, Job(name="job", run="true", schedule=shaky, overlap="allow"), now=DEPLOYED)
    Watch(store, DEPLOYED).until(at(13, 1))
    check(store, tens(at(13, 1)))
    later = [run.due_at - run.scheduled_for for run in by_time(store) if run.due_at and run.scheduled_for]
    assert len(set(later)) == len(later) == 6
    assert all(timedelta(0) <= jitter <= timedelta(minutes=5) for jitter in later)


def test_a_nominal_time_that_has_its_run_is_refused_to_a_manual_one(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=TENS), now=DEPLOYED)
    Watch(store, DEPLOYED).until(at(12, 11))
    with pytest.raises(Refused, match="already has a run for 2026-03-08T12:10:00"):
        enqueue(store, deployed_request(store, "job", scheduled_for=at(12, 10)), now=at(12, 12))


def test_a_manual_run_for_a_coming_time_takes_its_place(store: Store) -> None:
    deploy(store, Job(name="job", run="true", schedule=TENS, overlap="allow"), now=DEPLOYED)
    watch = Watch(store, DEPLOYED)
    enqueue(store, deployed_request(store, "job", scheduled_for=at(12, 20)), now=at(12, 1))
    watch.until(at(12, 31))
    check(store, tens(at(12, 31)))


def test_an_interval_of_10_seconds_stays_on_its_grid_although_a_run_takes_14(store: Store) -> None:
    deploy(
        store, Job(name="job", run="true", schedule=Schedule(every=timedelta(seconds=10)), overlap="skip"), now=DEPLOYED
    )
    watch = Watch(store, DEPLOYED)
    for second in range(10, 60, 20):
        watch.until(at(12, 0, second))
        (claim,) = watch.claims()
        watch.until(at(12, 0, second + 14))
        watch.settle(claim)
    assert [(run.scheduled_for, run.state) for run in by_time(store)] == [
        (at(12, 0, 10), "succeeded"),
        (at(12, 0, 20), "skipped"),
        (at(12, 0, 30), "succeeded"),
        (at(12, 0, 40), "skipped"),
        (at(12, 0, 50), "succeeded"),
        (at(12, 0, 60), "skipped"),
    ]
