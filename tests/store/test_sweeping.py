"""What outlives the runs that needed it: rows of daemons that have ended, lanes in which nothing is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jobctl.model.job import Job, Keep
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.sqlite.driver import sqlite3
from tests.store.inside import connection_of
from tests.store.making import at, daemon, deploy, deployed_request, enqueue, finish, request, take

DAY = 86_400
LONG = Keep(succeeded=timedelta(days=365), failed=timedelta(days=365))


@pytest.fixture
def rows(store: Store, url: str) -> Callable[[str], list[int]]:
    """The ids in a table."""

    def ids(table: str) -> list[int]:
        connection = sqlite3.connect(Path(url))
        try:
            return [row[0] for row in connection.execute(f"SELECT {table[:-1]}_id FROM {table} ORDER BY 1")]
        finally:
            connection.close()

    return ids


def _stopped(store: Store, start: float, end: float) -> int:
    daemon_id = daemon(store, now=at(start))
    store.beat(daemon_id, "stopped", at(end))
    return daemon_id


def test_a_daemon_that_ended_before_the_oldest_run_that_is_kept_is_forgotten(
    store: Store, rows: Callable[[str], list[int]]
) -> None:
    _stopped(store, 0, 10)
    enqueue(store, request(), now=at(DAY + 20))
    store.prune(at(DAY + 30), 10)
    assert rows("daemons") == []


def test_a_daemon_that_may_have_executed_a_run_that_is_kept_is_remembered(
    store: Store, rows: Callable[[str], list[int]]
) -> None:
    deploy(store, Job(name="a", run="true", keep=LONG))
    enqueue(store, deployed_request(store, "a"), now=at(0))
    worker = daemon(store, now=at(1))
    finish(store, worker, 1, at(2))
    store.beat(worker, "stopped", at(3))
    store.prune(at(80 * DAY), 10)
    assert rows("daemons") == [worker]
    assert store.attempts(1)[0].host == "web"


def test_after_ninety_days_a_run_outlives_the_name_of_its_daemon(
    store: Store, rows: Callable[[str], list[int]]
) -> None:
    deploy(store, Job(name="a", run="true", keep=LONG))
    enqueue(store, deployed_request(store, "a"), now=at(0))
    worker = daemon(store, now=at(1))
    finish(store, worker, 1, at(2))
    store.beat(worker, "stopped", at(3))
    store.prune(at(91 * DAY), 10)
    assert rows("daemons") == []
    assert [(attempt.number, attempt.host) for attempt in store.attempts(1)] == [(1, None)]
    assert [event.actor for event in store.events(1)] == ["ann", "a daemon", "a daemon"]


def test_a_daemon_that_has_not_ended_is_never_forgotten(store: Store, rows: Callable[[str], list[int]]) -> None:
    daemon(store, now=at(0))
    store.prune(at(1000 * DAY), 10)
    assert rows("daemons") == [1]


def test_a_daemon_that_is_named_by_a_running_run_is_remembered(store: Store, rows: Callable[[str], list[int]]) -> None:
    enqueue(store, request(), now=at(0))
    worker = daemon(store, now=at(1))
    take(store, worker, at(2))
    store.beat(worker, "stopped", at(3))
    store.prune(at(1000 * DAY), 10)
    assert rows("daemons") == [worker]


def test_a_lane_without_runs_is_closed_and_its_number_not_given_again(
    store: Store, rows: Callable[[str], list[int]]
) -> None:
    worker = daemon(store)
    enqueue(store, request("once", overlap="skip"), request("too", queue="typo", overlap="skip"), now=at(0))
    enqueue(store, request("kept", overlap="skip"), now=at(8 * DAY))
    finish(store, worker, 1, at(1))
    finish(store, worker, 2, at(2))
    assert rows("lanes") == [1, 2, 3]
    store.prune(at(8 * DAY), 10)
    assert rows("lanes") == [3]
    assert enqueue(store, request("once", overlap="skip"), now=at(8 * DAY)) == [4]
    assert rows("lanes") == [3, 4]


def test_the_newest_lane_stays_so_that_its_number_is_never_given_again(
    store: Store, rows: Callable[[str], list[int]]
) -> None:
    enqueue(store, request("once", overlap="skip"))
    finish(store, daemon(store), 1, at(1))
    store.prune(at(8 * DAY), 10)
    assert (rows("runs"), rows("lanes")) == ([], [1])


def test_another_process_may_close_a_lane_that_this_one_knew(store: Store, url: str) -> None:
    second = open_store(url)
    worker = daemon(store)
    enqueue(second, request("a", overlap="skip"), request("b", overlap="skip"))
    finish(store, worker, 1, at(1))
    store.prune(at(8 * DAY), 10)
    (run_id,) = enqueue(second, request("a", overlap="skip"), now=at(8 * DAY))
    run = second.run(run_id)
    assert run is not None
    assert (run.job, run.queue) == ("a", "default")
    finish(store, worker, run_id, at(8 * DAY + 1))
    second.close()


def test_a_dry_run_forgets_nothing(store: Store, rows: Callable[[str], list[int]]) -> None:
    _stopped(store, 0, 10)
    enqueue(store, request(), now=at(DAY + 20))
    store.prune(at(DAY + 30), 10, dry_run=True)
    assert rows("daemons") == [1]


def test_nothing_is_written_where_nothing_is_to_forget(store: Store, second: Store) -> None:
    enqueue(store, request())
    daemon(store)
    before = _version(second)
    store.prune(at(1), 10)
    assert _version(second) == before


def _version(store: Store) -> int:
    return int(connection_of(store).execute("PRAGMA data_version").fetchone()[0])
