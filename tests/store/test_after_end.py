"""An interval from the end of the last run: what a store tells of that run, whoever started it."""

from datetime import timedelta

from jobctl.daemon.loops.fire import FireLoop
from jobctl.model.fire import Fires, Recording
from jobctl.model.job import Job, Schedule
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import NOON, at, daemon, deploy, deployed_request, enqueue, finish, settled, swap, take

JOB = Job(name="sync", run="true", schedule=Schedule(after_end=timedelta(minutes=10)), overlap="skip")


def _loop(store: Store) -> FireLoop:
    deploy(store, JOB)
    return FireLoop(store, NOON, "boot", NOON)


def _records(store: Store) -> list[tuple[float, str]]:
    found = [(run.scheduled_for, run.state) for run in store.fires("sync", 20) if run.scheduled_for is not None]
    return [((when - NOON).total_seconds(), state) for when, state in reversed(found)]


def test_each_fire_comes_an_interval_after_the_end_of_the_run_before(store: Store) -> None:
    loop, worker = _loop(store), daemon(store)
    assert (loop.tick(at(0)), loop.tick(at(600))) == (at(600), at(1200))
    (claim,) = take(store, worker, at(601))
    assert loop.tick(at(1200)) == at(1800)
    swap(store, worker, at(1300), settled(claim, at(1300)))
    assert loop.tick(at(1800)) == at(1900)
    assert loop.tick(at(1900)) == at(2500)
    assert _records(store) == [(600, "succeeded"), (1900, "waiting")]


def test_a_run_that_somebody_started_counts_and_one_that_is_promised_for_later_does_not(store: Store) -> None:
    loop, worker = _loop(store), daemon(store)
    enqueue(store, deployed_request(store, "sync", due_at=at(90_000)), now=at(1))
    (manual,) = enqueue(store, deployed_request(store, "sync"), now=at(300))
    finish(store, worker, manual, at(400))
    assert loop.tick(at(600)) == at(1000)
    loop.tick(at(1000))
    assert _records(store) == [(1000, "waiting")]


def test_a_wait_for_a_retry_is_no_end(store: Store) -> None:
    loop, worker = _loop(store), daemon(store)
    loop.tick(at(600))
    (claim,) = take(store, worker, at(600))
    swap(store, worker, at(601), settled(claim, at(601), "waiting", reason="retry", due_at=at(5000)))
    assert loop.tick(at(1200)) == at(1800)
    assert _records(store) == [(600, "waiting")]


def test_while_it_is_paused_a_time_is_recorded_and_the_next_comes_an_interval_later(store: Store) -> None:
    loop = _loop(store)
    store.pause("job", "sync", Pause(None, None, "ann", NOON))
    loop.tick(at(600))
    loop.wake()
    loop.tick(at(1200))
    assert _records(store) == [(600, "skipped"), (1200, "skipped")]
    store.resume("job", "sync", at(1500))
    loop.wake()
    assert loop.tick(at(1500)) == at(1800)


def test_two_that_decide_at_the_same_time_fire_once(store: Store, second: Store) -> None:
    one, other = _loop(store), FireLoop(second, NOON, "boot", NOON)
    one.tick(at(600))
    other.tick(at(600))
    assert _records(store) == [(600, "waiting")]


def _told(store: Store) -> list[object]:
    """What `jobs` and `status` tell of the next fire."""
    return [store.jobs("sync")[0].next_at, *[one.at for one in store.status(at(1)).upcoming if one.run_id is None]]


def test_while_a_run_is_under_way_nobody_is_told_of_a_next_fire(store: Store) -> None:
    loop, worker = _loop(store), daemon(store)
    assert _told(store) == [at(600), at(600)]
    loop.tick(at(600))
    (claim,) = take(store, worker, at(601))
    loop.tick(at(1200))
    assert _told(store) == [None]
    swap(store, worker, at(1300), settled(claim, at(1300)))
    assert _told(store) == [at(1900), at(1900)]


def test_what_an_older_daemon_has_brought_to_a_stop_goes_on_with_the_next(store: Store) -> None:
    loop, brief = _loop(store), Schedule(after_end=timedelta(minutes=1), end=at(90))
    deploy(store, Job(name="over", run="true", schedule=brief), source="over.yaml")
    loop.wake()
    loop.tick(at(60))
    for due in store.due_schedules(at(600), 2):
        store.record([Recording(due, Fires((), (), at(600), None), None)], at(600))
    assert store.next_fire_at() is None
    assert {due.job.name for due in store.forgotten_schedules()} == {"sync", "over"}
    assert FireLoop(store, at(700), "boot", NOON).tick(at(700)) == at(1200)
    assert _records(store) == []
