"""A daily job whose daemon was away over five of its times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.model.job import Catchup, Job, Overlap, Schedule
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from tests.kit.fires import DAY, Watch, check, every_minute_of, tell
from tests.store.making import deploy, deployed_request, enqueue

DEPLOYED = datetime(2026, 3, 1, 12, tzinfo=UTC)
BACK = datetime(2026, 3, 7, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "jobctl.db"))
    yield opened
    opened.close()


def come_back(store: Store, catchup: Catchup, overlap: Overlap, live: bool = False, **keys: Any) -> Watch:
    """The job fires on the 2nd; then nobody is there until noon of the 7th. `live`: that first run is still waiting."""
    schedule = Schedule(cron=("0 3 * * *",), catchup=catchup, **keys)
    deploy(store, Job(name="job", run="true", schedule=schedule, overlap=overlap), now=DEPLOYED)
    before = Watch(store, DEPLOYED)
    before.jump(datetime(2026, 3, 2, 2, 59, 59, tzinfo=UTC))
    before.until(datetime(2026, 3, 2, 3, 0, 1, tzinfo=UTC))
    if not live:
        before.work()
    watch = Watch(store, BACK)
    check(store, every_minute_of(DEPLOYED, BACK, lambda at: (at.hour, at.minute) == (3, 0)))
    return watch


@pytest.mark.parametrize("overlap", ["skip", "queue", "replace", "allow"])
def test_case_26_catchup_none_makes_up_for_nothing(store: Store, overlap: Overlap) -> None:
    come_back(store, "none", overlap)
    assert tell(store)[1:] == ["07 03:00 skipped/missed x5"]


@pytest.mark.parametrize("overlap", ["skip", "queue", "replace", "allow"])
def test_case_26_catchup_last_makes_up_for_the_newest(store: Store, overlap: Overlap) -> None:
    watch = come_back(store, "last", overlap)
    assert tell(store)[1:] == ["06 03:00 skipped/missed x4", "07 03:00 waiting"]
    assert watch.work() == [datetime(2026, 3, 7, 3, tzinfo=UTC)]


@pytest.mark.parametrize("overlap", ["skip", "queue", "replace", "allow"])
def test_case_26_catchup_all_makes_up_for_all_in_order(store: Store, overlap: Overlap) -> None:
    watch = come_back(store, "all", overlap, catchup_window=WEEK)
    assert tell(store)[1:] == [f"0{day} 03:00 waiting" for day in range(3, 8)]
    assert watch.work() == [datetime(2026, 3, day, 3, tzinfo=UTC) for day in range(3, 8)]


@pytest.mark.parametrize("overlap", ["skip", "queue", "replace", "allow"])
def test_case_26_catchup_all_stays_within_its_limit(store: Store, overlap: Overlap) -> None:
    come_back(store, "all", overlap, catchup_window=WEEK, catchup_limit=3)
    assert tell(store)[1:] == ["04 03:00 skipped/missed x2", *(f"0{day} 03:00 waiting" for day in (5, 6, 7))]


@pytest.mark.parametrize("overlap", ["skip", "queue", "replace", "allow"])
def test_case_26_catchup_all_stays_within_its_window(store: Store, overlap: Overlap) -> None:
    come_back(store, "all", overlap, catchup_window=timedelta(hours=34))
    assert tell(store)[1:] == ["05 03:00 skipped/missed x3", "06 03:00 waiting", "07 03:00 waiting"]


def test_case_26_the_window_also_bounds_the_last(store: Store) -> None:
    come_back(store, "last", "skip", catchup_window=timedelta(hours=8))
    assert tell(store)[1:] == ["07 03:00 skipped/missed x5"]


@pytest.mark.parametrize(
    ("overlap", "first", "newest"),
    [
        ("skip", "waiting", "skipped/overlap"),
        ("queue", "waiting", "skipped/overlap"),
        ("replace", "cancelled/replaced", "waiting"),
        ("allow", "waiting", "waiting"),
    ],
)
def test_a_time_that_is_made_up_for_heeds_the_overlap_with_a_run_from_before(
    store: Store, overlap: Overlap, first: str, newest: str
) -> None:
    come_back(store, "last", overlap, live=True)
    assert tell(store) == [f"02 03:00 {first}", "06 03:00 skipped/missed x4", f"07 03:00 {newest}"]


def test_times_that_are_all_made_up_for_start_one_when_the_one_before_has_ended(store: Store) -> None:
    watch = come_back(store, "all", "skip", catchup_window=WEEK)
    assert watch.begin() == [datetime(2026, 3, 3, 3, tzinfo=UTC)]


def test_with_overlap_allow_they_start_together(store: Store) -> None:
    watch = come_back(store, "all", "allow", catchup_window=WEEK)
    assert len(watch.begin()) == 5


def test_the_time_after_an_absence_fires_as_ever(store: Store) -> None:
    watch = come_back(store, "last", "skip")
    watch.work()
    watch.jump(datetime(2026, 3, 8, 2, 59, 59, tzinfo=UTC))
    watch.until(datetime(2026, 3, 8, 3, 0, 1, tzinfo=UTC))
    assert tell(store)[-1] == "08 03:00 waiting"


def test_a_daemon_that_starts_on_the_second_of_a_nominal_time_fires_it_on_time(store: Store) -> None:
    schedule = Schedule(cron=("0 3 * * *",), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    Watch(store, datetime(2026, 3, 2, 3, tzinfo=UTC))
    assert tell(store) == ["02 03:00 waiting"]


def test_a_run_for_a_missed_time_that_somebody_enqueued_keeps_it_out_of_the_range(store: Store) -> None:
    schedule = Schedule(cron=("0 3 * * *",), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    third = datetime(2026, 3, 3, 3, tzinfo=UTC)
    enqueue(store, deployed_request(store, "job", scheduled_for=third), now=third + DAY)
    Watch(store, BACK)
    assert tell(store) == ["02 03:00 skipped/missed x1", "03 03:00 waiting", "07 03:00 skipped/missed x4"]
    check(store, every_minute_of(DEPLOYED, BACK, lambda at: (at.hour, at.minute) == (3, 0)))


def test_a_run_for_the_newest_missed_time_leaves_the_others_on_record(store: Store) -> None:
    schedule = Schedule(cron=("0 3 * * *",), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    enqueue(store, deployed_request(store, "job", scheduled_for=datetime(2026, 3, 7, 3, tzinfo=UTC)), now=BACK)
    Watch(store, BACK)
    assert tell(store) == ["06 03:00 skipped/missed x5", "07 03:00 waiting"]


@pytest.mark.parametrize(
    ("day", "left"),
    [
        (2, ["02 03:00 waiting", "07 03:00 skipped/missed x5"]),
        (4, ["03 03:00 skipped/missed x2", "04 03:00 waiting", "07 03:00 skipped/missed x3"]),
        (7, ["06 03:00 skipped/missed x5", "07 03:00 waiting"]),
    ],
)
def test_a_missed_time_that_is_made_up_for_by_hand_leaves_the_range(store: Store, day: int, left: list[str]) -> None:
    schedule = Schedule(cron=("0 3 * * *",), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    Watch(store, BACK)
    when = datetime(2026, 3, day, 3, tzinfo=UTC)
    enqueue(store, deployed_request(store, "job", scheduled_for=when, overlap="allow"), now=BACK)
    assert tell(store) == left
    check(store, every_minute_of(DEPLOYED, BACK, lambda at: (at.hour, at.minute) == (3, 0)))


def test_all_missed_times_can_be_made_up_for_by_hand(store: Store) -> None:
    schedule = Schedule(cron=("0 3 * * *",), catchup="none")
    deploy(store, Job(name="job", run="true", schedule=schedule), now=DEPLOYED)
    watch = Watch(store, BACK)
    days = [datetime(2026, 3, day, 3, tzinfo=UTC) for day in range(2, 8)]
    enqueue(store, *[deployed_request(store, "job", scheduled_for=day, in_turn=True) for day in days], now=BACK)
    assert watch.work() == days
    assert store.statistics("job").skipped == 0
    check(store, days)
