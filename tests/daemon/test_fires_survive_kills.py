"""Real daemons that are killed around their fires, and two at a time: each second has one record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.kit.installation import Installation
from tests.kit.until import until

JOBS = 10
CATALOG = "jobs:\n" + "".join(
    f"  tick{n}: {{run: 'true', every: 1s, overlap: allow, catchup: all, catchup_limit: 3}}\n" for n in range(JOBS)
)
SECOND = timedelta(seconds=1)


def records(store: Store, job: str) -> list[datetime]:
    """The nominal times of a job, those of missed ranges one by one, in order."""
    found: list[datetime] = []
    for run in store.runs(RunFilter(job=job, limit=1000)):
        assert run.scheduled_for is not None
        times = run.missed.times if run.missed else 1
        assert not run.missed or run.missed.from_at == run.scheduled_for - (times - 1) * SECOND
        found += [run.scheduled_for - n * SECOND for n in range(times)]
    return sorted(found)


def newest(store: Store) -> int:
    return max((run.run_id for run in store.runs(RunFilter(limit=1))), default=0)


def without_gap(times: list[datetime]) -> bool:
    return times == [times[0] + n * SECOND for n in range(len(times))]


@pytest.fixture
def store(here: Installation) -> Iterator[Store]:
    here.apply(CATALOG)
    opened = open_store(str(here.db))
    yield opened
    opened.close()


def test_case_01_and_26_daemons_killed_around_their_fires_leave_one_record_for_each_second(
    here: Installation, store: Store
) -> None:
    for _ in range(3):
        daemon, before = here.daemon("--slots", "4"), newest(store)
        until(lambda before=before: newest(store) > before, "something fires")  # type: ignore[misc]
        daemon.kill()
        daemon.wait()
    here.daemon("--slots", "4")
    before = newest(store)
    until(lambda: newest(store) > before + JOBS, "it goes on")
    times = [records(store, f"tick{n}") for n in range(JOBS)]
    assert all(without_gap(each) and len(each) >= 3 for each in times)


def test_case_08_two_daemons_one_of_which_is_killed_leave_one_record_for_each_second(
    here: Installation, store: Store
) -> None:
    first, _ = here.daemon("--name", "one"), here.daemon("--name", "two")
    until(lambda: len(store.daemons()) == 2 and newest(store) >= 2 * JOBS, "both are there, and something fires")
    first.kill()
    before = newest(store)
    until(lambda: newest(store) >= before + 2 * JOBS, "the other goes on")
    assert all(without_gap(records(store, f"tick{n}")) for n in range(JOBS))
    # What passed before a daemon was there may be more than is made up for.
    assert [run for run in store.runs(RunFilter(state="skipped")) if run.run_id > before] == []
