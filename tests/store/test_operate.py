"""What an operator does: cancel, retry, pause, resume."""

from datetime import timedelta

from jobctl.model.job import Job, Schedule
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import NOON, at, daemon, deploy, enqueue, finish, ids, request, settled, swap, take


def test_a_waiting_run_is_cancelled_at_once(store: Store) -> None:
    enqueue(store, request())
    assert store.cancel([1], "ann", at(1))[0].answer == "cancelled"
    run = store.run(1)
    assert run is not None
    assert (run.state, run.reason, run.finished_at) == ("cancelled", "operator", at(1))


def test_a_running_run_is_asked_to_stop(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    take(store, worker, at(1))
    assert store.cancel([1], "ann", at(2))[0].answer == "stopping"
    run = store.run(1)
    assert run is not None
    assert run.state == "running"


def test_an_operators_cancel_goes_before_a_replacement(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="replace"))
    take(store, worker, at(1))
    enqueue(store, request(overlap="replace"), now=at(2))
    store.cancel([1], "ann", at(3))
    assert store.stop_requests(worker)[0].why == "operator"


def test_a_finished_run_cannot_be_cancelled(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1))
    assert store.cancel([1], "ann", at(2))[0].answer == "finished"


def test_an_unknown_run_cannot_be_cancelled(store: Store) -> None:
    assert store.cancel([9], "ann", at(2))[0].answer == "unknown"


def test_a_retried_run_waits_with_a_fresh_budget(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(expires_at=at(100)))
    finish(store, worker, 1, at(1), "failed", failures=3, losses=2, exit_code=7, error="bad", reason="timeout")
    assert store.retry([1], None, "ann", at(200))[0].answer == "waiting"
    run = store.run(1)
    assert run is not None
    assert (run.state, run.reason, run.failures, run.losses, run.attempt) == ("waiting", None, 0, 0, 1)
    assert (run.exit_code, run.error, run.started_at, run.finished_at) == (None, None, None, None)
    assert (run.due_at, run.created_at) == (at(200), NOON)


def test_a_retried_run_goes_on_with_the_next_fence(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(1), "failed")
    store.retry([1], None, "ann", at(2))
    assert take(store, worker, at(3))[0].fence == 2


def test_a_retry_past_its_old_deadline_is_started(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(expires_at=at(10)))
    take(store, worker, at(11))
    store.retry([1], None, "ann", at(12))
    assert ids(take(store, worker, at(13))) == [1]


def test_a_retry_may_bring_other_params(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1), "failed")
    store.retry([1], '{"album": 8}', "ann", at(2))
    run = store.run(1)
    assert run is not None
    assert run.params == {"album": 8}


def test_a_live_run_cannot_be_retried(store: Store) -> None:
    enqueue(store, request())
    assert store.retry([1], None, "ann", at(1))[0].answer == "live"


def test_a_run_whose_key_is_held_cannot_be_retried(store: Store) -> None:
    enqueue(store, request(key="k"))
    finish(store, daemon(store), 1, at(1), "failed")
    enqueue(store, request(key="k"), now=at(2))
    assert store.retry([1], None, "ann", at(3))[0].answer == "held"


def test_an_unknown_run_cannot_be_retried(store: Store) -> None:
    assert store.retry([9], None, "ann", at(1))[0].answer == "unknown"


def test_a_second_pause_replaces_the_first(store: Store) -> None:
    store.pause("queue", "q", Pause(None, "deploy", "ann", at(1)))
    later = Pause(at(60), "upgrade", "bob", at(2))
    store.pause("queue", "q", later)
    assert [row.pause for row in store.status(at(3)).queues if row.name == "q"] == [later]


def test_a_resumed_queue_gives_its_runs(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    store.pause("queue", "default", Pause(None, None, "ann", at(1)))
    take(store, worker, at(2))
    assert store.resume("queue", "default", at(3))
    assert ids(take(store, worker, at(4))) == [1]


def test_what_is_not_held_cannot_be_resumed(store: Store) -> None:
    assert not store.resume("job", "a", at(1))


def test_a_resumed_schedule_goes_on_from_now(store: Store) -> None:
    deploy(store, Job(name="a", run="true", schedule=Schedule(every=timedelta(minutes=1))))
    store.pause("job", "a", Pause(None, None, "ann", at(1)))
    store.resume("job", "a", at(150))
    assert (store.next_fire_at(), store.due_schedules(at(180), 1)[0].cursor_at) == (at(180), at(150))


def test_a_run_that_had_a_settlement_waiting_is_retried_only_after_it(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    store.retry([1], None, "ann", at(2))
    swap(store, worker, at(3), settled(claim, at(3), "failed"))
    run = store.run(1)
    assert run is not None
    assert run.state == "failed"
